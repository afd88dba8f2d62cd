//! Projections: read views over all entities, rebuilt from the journal at start and kept current by what becomes durable.

pub mod directory;

pub use directory::{Directory, Person, RoomCard};
