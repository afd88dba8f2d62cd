//! The dialects: each one protocol over the same app. They never import each other.

pub mod friend_rooms;
pub mod native;
pub mod quick;
pub mod rest;
pub mod sessions;
pub mod spaces;
