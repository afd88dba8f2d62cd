//! The domain: rooms, users and sessions as pure state, commands and facts.
//!
//! Knows no serde, tokio, tracing, sled or warp: nothing in here reads, writes, waits or draws a random number.

pub mod aggregate;
pub mod policy;
pub mod room;
pub mod session;
#[cfg(test)]
pub mod testkit;
pub mod text;
pub mod user;
