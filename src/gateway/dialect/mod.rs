//! The dialects: each one protocol over the same app. They never import each other.

pub mod native;
pub mod rest;
