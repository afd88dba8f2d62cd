//! What the entity floor asks of the floors above it, as traits: how to speak, where to write, what surrounds a room.

use std::any::Any;
use std::sync::Arc;

use bytes::Bytes;

use crate::domain::aggregate::{Aggregate, Facts};
use crate::journal::{Entry, Epoch, Seq};
use crate::time::Span;

/// Whether a connection took what it was offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Offer {
    /// It did, now or queued.
    Taken,
    /// It is over, or its queue is full and it is being closed.
    Refused,
}

/// Where a connection's bytes go. Offering never waits.
pub trait Outlet: Send + Sync + 'static {
    /// Takes whole, framed messages: `messages` of them, joined in `bytes`.
    fn offer(&self, bytes: &Bytes, messages: usize) -> Offer;

    /// Whether nothing more can be written.
    fn is_closed(&self) -> bool;
}

/// Whole, framed messages, ready to be written.
#[derive(Debug, Clone, Default)]
pub struct Encoded {
    /// The messages, joined.
    pub bytes: Bytes,
    /// How many.
    pub messages: usize,
}

impl Encoded {
    /// Whether there is anything to send.
    pub fn is_empty(&self) -> bool {
        self.messages == 0
    }
}

/// How one dialect puts an aggregate's facts into words. Shared by all connections of the dialect that want the same.
pub trait Encoder<A: Aggregate>: Send + Sync + 'static {
    /// Durable entries, in order.
    fn entries(&self, id: A::Id, entries: &[Arc<Entry<A::Event>>]) -> Encoded;

    /// Everything, as of `seq`: for one who comes new.
    fn snapshot(&self, id: A::Id, state: &A, epoch: Epoch, seq: Seq) -> Encoded;

    /// The word that entries after `after` follow, together with those there are: for one who comes back.
    fn resumed(
        &self,
        id: A::Id,
        epoch: Epoch,
        after: Seq,
        entries: &[Arc<Entry<A::Event>>],
    ) -> Encoded;

    /// Something passing; nothing where the dialect has no word for it.
    fn ephemeral(&self, id: A::Id, what: &(dyn Any + Send + Sync)) -> Option<Encoded>;
}

/// What surrounds the entities of one kind.
pub trait Surroundings<A: Aggregate>: Send + Sync + 'static {
    /// The head start a command given by the entity itself is decided with.
    fn lead(&self, id: A::Id) -> Span;

    /// The facts such a command is decided with.
    fn facts(&self, id: A::Id) -> Facts;

    /// Whether an event asks something of another aggregate, so that its entry is marked until that is settled.
    fn has_effects(&self, id: A::Id, event: &A::Event) -> bool;

    /// An entry is durable: called in order, before the one who asked hears of it. `state` is given where it is the
    /// state after just that entry, which under pressure is the last of several.
    fn durable(&self, id: A::Id, state: Option<&A>, entry: &Entry<A::Event>);

    /// An entry is on its way to all who follow: what is sent them from here on comes behind it.
    fn published(&self, _id: A::Id, _entry: &Entry<A::Event>) {}
}
