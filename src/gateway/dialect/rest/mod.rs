//! REST.
pub mod playlist;
pub mod rooms;
