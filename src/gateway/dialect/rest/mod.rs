//! REST, under `/api/v1`: each call one use case of the app. Here is the table; what a call does is in its own file.

pub mod auth;
mod friends;
pub mod me;
pub mod media;
pub mod playlist;
pub mod probes;
pub mod requests;
mod rooms;
mod table;

pub use table::routes;
