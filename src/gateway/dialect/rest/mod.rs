//! REST, under `/api/v1`: each call one use case of the app. Here is the table; what a call does is in its own file.

mod admin;
pub mod auth;
pub mod chat;
mod friends;
mod invites;
pub mod me;
pub mod media;
mod moderation;
pub mod playlist;
pub mod probes;
mod push;
mod requests;
mod rooms;
mod server_settings;
mod sessions;
mod sharing;
mod table;

pub use table::routes;
