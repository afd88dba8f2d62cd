//! The stored types: what an entry and a snapshot look like on disk, for ever.
//!
//! Each fact of the domain has a mirror here under a number of its own, so that the domain may change and the disk
//! need not. Old shapes stay and are lifted to today's facts as they are read. Knows nothing of where bytes are kept.

mod codec;
mod friendship;
mod playlists;
mod readable;
mod room;
mod room_asked;
mod room_life;
mod room_parts;
mod room_state;
mod room_state_life;
mod scalar;
mod session;
mod user;

use crate::domain::aggregate::{Aggregate, Claim};
use crate::domain::room::Room;
use crate::domain::session::Session;
use crate::domain::user::User;
use crate::domain::{room as room_domain, session as session_domain, user as user_domain};
use crate::time::Timestamp;

use super::Damage;
use super::entry::{Cause, Entry, Kind, Seq};
pub use codec::EventType;
use codec::{Body, Wrong};
pub use readable::{entry_from_json, entry_to_json};

/// An aggregate that can be journaled.
pub trait Stored: Aggregate {
    /// The kind of its streams.
    const KIND: Kind;

    /// An entry as it is appended.
    fn encode_entry(entry: &Entry<Self::Event>) -> Vec<u8>;

    /// An entry as it was appended.
    ///
    /// # Errors
    /// Where the bytes cannot be what was written.
    fn decode_entry(bytes: &[u8]) -> Result<Entry<Self::Event>, Damage>;

    /// The version of its snapshots. Another one is as good as none: the aggregate is replayed.
    const STATE_VERSION: u8;

    /// A snapshot.
    fn encode_state(&self) -> Vec<u8>;

    /// The state in a snapshot.
    ///
    /// # Errors
    /// Where the bytes cannot be what was written, or were written by another version.
    fn decode_state(bytes: &[u8]) -> Result<Self, Damage>;
}

macro_rules! stored {
    ($($aggregate:ident: $kind:ident, $body:ty, $state:ty, $version:literal;)*) => {$(
        impl Stored for $aggregate {
            const KIND: Kind = Kind::$kind;
            const STATE_VERSION: u8 = $version;

            fn encode_entry(entry: &Entry<Self::Event>) -> Vec<u8> {
                codec::encode_entry::<$body>(entry_tag(Self::KIND), &map(entry))
            }

            fn decode_entry(bytes: &[u8]) -> Result<Entry<Self::Event>, Damage> {
                codec::decode_entry(entry_tag(Self::KIND), bytes, <$body>::try_into)
                    .map_err(damage)
            }

            fn encode_state(&self) -> Vec<u8> {
                let mut out = codec::envelope(state_tag(Self::KIND));
                out.push(Self::STATE_VERSION);
                codec::put(&mut out, &<$state>::from(self));
                codec::seal(out)
            }

            fn decode_state(bytes: &[u8]) -> Result<Self, Damage> {
                codec::open(state_tag(Self::KIND), bytes)
                    .and_then(decode_state::<$state, Self>)
                    .map_err(damage)
            }
        }
    )*};
}

stored! {
    Room: Room, room::RoomBody, room_state::RoomState, 3;
    User: User, user::UserBody, user::UserState, 5;
    Session: Session, session::SessionBody, session::SessionState, 2;
}

/// What the envelope's tag says: entries bear their kind's number, snapshots that number and the highest bit.
fn entry_tag(kind: Kind) -> u8 {
    kind as u8
}

fn state_tag(kind: Kind) -> u8 {
    kind as u8 | 0x80
}

fn damage(what: Wrong) -> Damage {
    Damage {
        stream: None,
        seq: None,
        what,
    }
}

fn map<'a, E, B: From<&'a E>>(entry: &'a Entry<E>) -> Entry<B> {
    Entry {
        seq: entry.seq,
        at: entry.at,
        cause: entry.cause.clone(),
        events: entry.events.iter().map(B::from).collect(),
    }
}

fn decode_state<M, A>(content: &[u8]) -> Result<A, Wrong>
where
    M: serde::de::DeserializeOwned,
    A: Stored + TryFrom<M, Error = Wrong>,
{
    match content.split_first() {
        Some((version, state)) if *version == A::STATE_VERSION => {
            codec::take_all::<M>(state).and_then(A::try_from)
        }
        Some((version, _)) => Err(format!("a snapshot of version {version}")),
        None => Err("cut short".to_owned()),
    }
}

/// An entry of any kind, for those who walk the whole journal.
#[derive(Debug, Clone, PartialEq)]
pub enum AnyEntry {
    /// A room's.
    Room(Entry<room_domain::Event>),
    /// A user's.
    User(Entry<user_domain::Event>),
    /// A session's.
    Session(Entry<session_domain::Event>),
}

macro_rules! of_any {
    ($entry:expr, $found:ident => $what:expr) => {
        match $entry {
            AnyEntry::Room($found) => $what,
            AnyEntry::User($found) => $what,
            AnyEntry::Session($found) => $what,
        }
    };
}

impl AnyEntry {
    /// Its number.
    pub fn seq(&self) -> Seq {
        of_any!(self, entry => entry.seq)
    }

    /// When it was decided.
    pub fn at(&self) -> Timestamp {
        of_any!(self, entry => entry.at)
    }

    /// Why it came to be.
    pub fn cause(&self) -> &Cause {
        of_any!(self, entry => &entry.cause)
    }

    /// The reservations that its events take and give back, in order.
    pub fn claims(&self) -> Vec<Claim> {
        match self {
            Self::Room(entry) => entry.events.iter().flat_map(Room::claims).collect(),
            Self::User(entry) => entry.events.iter().flat_map(User::claims).collect(),
            Self::Session(entry) => entry.events.iter().flat_map(Session::claims).collect(),
        }
    }
}

/// Decodes an entry whose kind is known only at run time.
///
/// # Errors
/// Where the bytes cannot be what was written.
pub fn decode_any(kind: Kind, bytes: &[u8]) -> Result<AnyEntry, Damage> {
    match kind {
        Kind::Room => Room::decode_entry(bytes).map(AnyEntry::Room),
        Kind::User => User::decode_entry(bytes).map(AnyEntry::User),
        Kind::Session => Session::decode_entry(bytes).map(AnyEntry::Session),
    }
}

/// Every type of event that a kind's entries may hold, in the order of numbers.
pub fn event_types(kind: Kind) -> &'static [EventType] {
    match kind {
        Kind::Room => room::RoomBody::TYPES,
        Kind::User => user::UserBody::TYPES,
        Kind::Session => session::SessionBody::TYPES,
    }
}
