//! Projections: read views over all entities, rebuilt from the journal at start and kept current by what becomes durable.

pub mod directory;
mod people;
mod posting;
mod requests;

pub use directory::{Directory, Person, RoomCard};
pub use people::PeopleIndex;
pub use requests::RequestIndex;
