//! The journal: the ordered, durable entries of every aggregate.
//!
//! Bytes in, bytes out: streams, numbers, claims and snapshots. What the bytes mean is [`stored`]'s business. The only
//! home of sled, bincode and the stored types.

mod by_stream;
mod calm;
mod chain;
mod check;
mod claim;
mod ends;
pub mod entry;
pub(crate) mod gather;
mod high_water;
mod key;
pub mod maintain;
pub mod memory;
mod open;
mod queue;
mod record;
mod replay;
pub mod sled_journal;
mod snapshot;
mod space;
mod store;
pub mod stored;
mod tally;
mod watchdog;
mod writer;

use std::fmt;

use uuid::Uuid;

use crate::domain::aggregate::{Claim, ClaimKey};
pub use entry::{Cause, Entry, Epoch, Head, Kind, Seq, StreamId};
pub use replay::replay;
pub use sled_journal::{Durability, OpenError, Options, SledJournal};
pub use tally::{Figures, Syncs};

/// The largest encoded entry, in bytes: larger values would leave sled's log for unsynced files of their own.
pub const MAX_ENTRY: usize = 64 * 1024;

/// The most bytes of entries that are appended together, and never one without the others.
pub const MAX_TOGETHER: usize = 256 * 1024;

/// One entry to append.
#[derive(Debug, Clone)]
pub struct Append {
    /// Where.
    pub stream: StreamId,
    /// The number of the entry before it; the append fails where the stream ends elsewhere.
    pub expected: Seq,
    /// The encoded entry, at most [`MAX_ENTRY`] bytes.
    pub bytes: Vec<u8>,
    /// Reservations to take and to give back in the same batch, in this order.
    pub claims: Vec<Claim>,
    /// The entry asks something of other aggregates: keep a mark until [`Journal::settle`].
    pub has_effects: bool,
}

/// Why an entry was not appended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AppendError {
    /// The stream ends elsewhere: somebody else wrote to it.
    WrongSeq {
        /// Where it ends.
        actual: Seq,
    },
    /// A reservation is held by another aggregate. Nothing was written.
    ClaimTaken(ClaimKey),
    /// The entry is larger than [`MAX_ENTRY`]. Nothing was written.
    TooLarge {
        /// Its size in bytes.
        size: usize,
    },
    /// The disk is nearly full. Nothing was written.
    StorageFull,
    /// The journal takes no entries; why. Nothing was written.
    ReadOnly(String),
    /// The disk failed: whether the entry is durable is unknown.
    Failed(String),
}

impl fmt::Display for AppendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WrongSeq { actual } => write!(f, "the stream ends at seq {actual}"),
            Self::ClaimTaken(_) => f.write_str("a unique name is taken"),
            Self::TooLarge { size } => write!(
                f,
                "the entry is too large: {size} bytes of at most {MAX_ENTRY}"
            ),
            Self::StorageFull => f.write_str("the disk is full"),
            Self::ReadOnly(why) => write!(f, "the journal is read-only: {why}"),
            Self::Failed(why) => write!(f, "the disk failed: {why}"),
        }
    }
}

impl std::error::Error for AppendError {}

/// Stored bytes that cannot be what was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damage {
    /// Where.
    pub stream: Option<StreamId>,
    /// At which entry.
    pub seq: Option<Seq>,
    /// What is wrong.
    pub what: String,
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the journal is damaged")?;
        if let Some(stream) = self.stream {
            write!(f, " in {stream}")?;
        }
        if let Some(seq) = self.seq {
            write!(f, " at seq {seq}")?;
        }
        write!(f, ": {}", self.what)
    }
}

impl std::error::Error for Damage {}

/// Called once, from the journal's writer, when an append is durable or has failed. Must not block.
pub type Done = Box<dyn FnOnce(Result<Head, AppendError>) + Send>;

/// One stored entry as it was appended, checked against its checksum and number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Its number.
    pub seq: Seq,
    /// The encoded entry.
    pub bytes: Vec<u8>,
}

/// What is shown each entry; an error ends the visit.
pub type Visitor<'a> = &'a mut dyn FnMut(Seq, &[u8]) -> Result<(), Damage>;

/// The ordered, durable entries of every aggregate.
///
/// Appends to one stream may be in flight together: each expects the one before, and they become durable in order.
pub trait Journal: Send + Sync + 'static {
    /// Appends an entry; `done` hears when it is durable. Appends are applied in the order of the calls; after one of a
    /// stream fails, those behind it fail by their expected number.
    fn append(&self, append: Append, done: Done);

    /// Appends entries of one stream that follow each other: all of them become durable, or none. Together they have at
    /// most [`MAX_TOGETHER`] bytes, and none of them takes a reservation.
    fn append_together(&self, appends: Vec<(Append, Done)>);

    /// Where a stream ends; nothing where it has no entry.
    ///
    /// # Errors
    /// Where the stored head is damaged.
    fn head(&self, stream: StreamId) -> Result<Option<Head>, Damage>;

    /// Up to `limit` entries after `after`, in order and without gaps.
    ///
    /// # Errors
    /// Where one is missing or damaged; entries before it are then not returned either.
    fn read(&self, stream: StreamId, after: Seq, limit: usize) -> Result<Vec<Stored>, Damage>;

    /// Shows up to `limit` entries after `after`, in order and without gaps, without copying them.
    ///
    /// # Errors
    /// Where one is missing or damaged, or `each` says so; what was shown before must then not be used either.
    fn visit(
        &self,
        stream: StreamId,
        after: Seq,
        limit: usize,
        each: Visitor<'_>,
    ) -> Result<(), Damage> {
        let entries = self.read(stream, after, limit)?;
        entries
            .iter()
            .try_for_each(|entry| each(entry.seq, &entry.bytes))
    }

    /// The newest snapshot and the number it stands at. A damaged one is as good as none.
    fn snapshot(&self, stream: StreamId) -> Option<(Seq, Vec<u8>)>;

    /// Keeps a snapshot, in place of an older one. Not durable by itself, never in the way of appends; of any size.
    fn save_snapshot(&self, stream: StreamId, seq: Seq, bytes: Vec<u8>);

    /// Who holds a reservation.
    fn claimed(&self, key: &ClaimKey) -> Option<StreamId>;

    /// Every stream of a kind that has an entry, in the order of ids, starting after `after`; at most `limit`.
    fn streams(&self, kind: Kind, after: Option<Uuid>, limit: usize) -> Vec<StreamId>;

    /// Entries that ask something of other aggregates and are not settled, oldest first per stream.
    fn unsettled(&self) -> Vec<(StreamId, Seq)>;

    /// What the entry asked has been done. Not durable by itself: it may be asked again after a crash.
    fn settle(&self, stream: StreamId, seq: Seq);

    /// Whether appends are taken.
    fn health(&self) -> Health;

    /// How much it holds, and how long the disk takes.
    fn figures(&self) -> Figures;
}

/// Whether the journal takes entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Health {
    /// It does.
    Writable,
    /// The disk is nearly full: it does again once there is space.
    StorageFull,
    /// It does not, and why: damage that `tutti journal repair` mends, or a failed disk.
    ReadOnly(String),
}
