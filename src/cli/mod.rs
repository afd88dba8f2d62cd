//! What the command line does beside serving: replaying, trying a server under load.

pub mod loadtest;
pub mod replay;
