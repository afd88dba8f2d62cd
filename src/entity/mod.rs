//! Entities: the running actors around the aggregates, and the fan-out of what they publish. The only home of ractor.
//!
//! Knows what an entry is and where it goes, and nothing of what it says: dialects, presence and projections come in
//! through [`hooks`].

mod actor;
pub mod fanout;
pub mod hooks;
pub mod message;
mod parts;
mod recent;
mod registry;
mod relay;
mod supervisor;

pub use actor::waking::kept_state;
pub use fanout::{Ephemeral, Subscriber};
pub use hooks::{Encoded, Encoder, Offer, Outlet, Surroundings};
pub use message::{ExecuteError, Executed, Failure, Idempotency, Order, Resume};
pub use registry::{Policy, Registry};
pub use relay::Relay;
