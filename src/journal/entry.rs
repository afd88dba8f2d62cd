//! What is journaled: an entry is one accepted command, its cause and its events.

use std::fmt;

use uuid::Uuid;

use crate::domain::aggregate::By;
use crate::ids::CommandId;
use crate::time::Timestamp;

/// Which aggregate a stream belongs to. The number is stored: append only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Kind {
    /// A room.
    Room = 1,
    /// A user.
    User = 2,
    /// A session.
    Session = 3,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Room, Self::User, Self::Session];

    /// The kind of that number.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| *kind as u8 == number)
    }

    /// What stands before the underscore in the names of its streams.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Room => crate::ids::RoomId::PREFIX,
            Self::User => crate::ids::UserId::PREFIX,
            Self::Session => crate::ids::SessionId::PREFIX,
        }
    }
}

/// Names one stream of entries: the life of one aggregate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamId {
    /// What kind of aggregate.
    pub kind: Kind,
    /// Which one.
    pub id: Uuid,
}

impl fmt::Display for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_{}", self.kind.prefix(), self.id.simple())
    }
}

impl std::str::FromStr for StreamId {
    type Err = InvalidStreamId;

    fn from_str(text: &str) -> Result<Self, InvalidStreamId> {
        let digits_of = |kind: &Kind| text.strip_prefix(kind.prefix())?.strip_prefix('_');
        let found = Kind::ALL
            .into_iter()
            .find_map(|kind| Some((kind, digits_of(&kind)?)));
        let (kind, digits) = found.ok_or(InvalidStreamId)?;
        if digits.len() != 32 {
            return Err(InvalidStreamId);
        }
        let id = Uuid::try_parse(digits).map_err(|_| InvalidStreamId)?;
        Ok(Self { kind, id })
    }
}

/// A text that names no stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidStreamId;

impl fmt::Display for InvalidStreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not the id of a room, user or session")
    }
}

impl std::error::Error for InvalidStreamId {}

/// The number of an entry within its stream: 1, 2, 3 … without gaps. 0 is before the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Seq(pub u64);

impl Seq {
    /// Before the first entry.
    pub const ZERO: Self = Self(0);

    /// The number after this one.
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

impl fmt::Display for Seq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Identity of a stream's numbering: another one means that earlier numbers say nothing. Printed as 16 hex digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Epoch(pub u64);

impl Epoch {
    /// A new identity.
    pub fn random() -> Self {
        let mut bytes = [0; 8];
        crate::ids::fill_random(&mut bytes);
        Self(u64::from_le_bytes(bytes))
    }
}

impl fmt::Display for Epoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl std::str::FromStr for Epoch {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        u64::from_str_radix(text, 16).map(Self)
    }
}

/// Why an entry came to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// The command's name.
    pub command: String,
    /// The client's id for it, where it gave one.
    pub command_id: Option<CommandId>,
    /// A hash of what the client sent under that id, to tell a retry from another command (guarantee G4).
    pub fingerprint: u64,
    /// Who gave it.
    pub by: By,
}

/// One accepted command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry<E> {
    /// Its number.
    pub seq: Seq,
    /// When it was decided.
    pub at: Timestamp,
    /// Why.
    pub cause: Cause,
    /// What it led to.
    pub events: Vec<E>,
}

/// Where a stream ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Head {
    /// The number of the last durable entry.
    pub seq: Seq,
    /// Identity of the numbering.
    pub epoch: Epoch,
    /// The last entry's link of the hash chain.
    pub chain: [u8; 16],
}
