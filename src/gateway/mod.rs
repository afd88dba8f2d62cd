//! The gateway: adapts HTTP and WebSocket traffic to the app. The only home of warp, hyper and socketioxide.

pub mod answer;
pub mod auth;
pub mod body;
pub mod dialect;
pub mod frame;
pub mod from_wire;
pub mod headers;
pub mod http;
pub mod limits;
pub mod outbox;
pub mod peer;
pub mod to_wire;
pub mod ws;
