//! The gateway: adapts HTTP and WebSocket traffic to the app. The only home of warp, hyper and socketioxide.

pub mod frame;
pub mod from_wire;
pub mod outbox;
pub mod to_wire;
pub mod ws;
