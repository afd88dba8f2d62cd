//! What an entity is told, and what it answers.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, oneshot};

use super::fanout::Subscriber;
use crate::domain::aggregate::{Aggregate, By, Facts};
use crate::ids::CommandId;
use crate::journal::{AppendError, Entry, Epoch, Head, Seq};
use crate::time::Span;

/// The client's name for a command, and a hash of what it sent under that name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Idempotency {
    /// The name.
    pub id: CommandId,
    /// The hash: the same name with another one is a conflict.
    pub fingerprint: u64,
}

/// A command with everything `decide` needs beside the state.
#[derive(Debug, Clone)]
pub struct Order<A: Aggregate> {
    /// What is asked.
    pub command: A::Command,
    /// Who asks.
    pub by: By,
    /// So that a retry applies once.
    pub key: Option<Idempotency>,
    /// The head start of scheduled starts.
    pub lead: Span,
    /// Facts looked up elsewhere.
    pub facts: Facts,
}

impl<A: Aggregate> Order<A> {
    /// A command without a name, a lead or facts.
    pub fn new(command: A::Command, by: By) -> Self {
        Self {
            command,
            by,
            key: None,
            lead: Span::ZERO,
            facts: Facts::default(),
        }
    }
}

/// A command was accepted, and what it led to is durable.
#[derive(Debug, Clone)]
pub struct Executed<E> {
    /// The entry's number; that of the last one before where nothing changed.
    pub seq: Seq,
    /// The entry; nothing where nothing changed.
    pub entry: Option<Arc<Entry<E>>>,
}

/// Why a command came to nothing. The rules saying no and the machine saying no are two different things.
#[derive(Debug, Clone, PartialEq)]
pub enum ExecuteError<R> {
    /// The rules say no; nothing was written.
    Rejected(R),
    /// The command id was used for another command.
    KeyReused,
    /// The machine says no.
    Failed(Failure),
}

/// The machine says no.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// Too many commands wait; nothing was written.
    Overloaded,
    /// The disk is full; nothing was written.
    StorageFull,
    /// The journal takes no entries; nothing was written.
    ReadOnly,
    /// What the command led to does not fit into one entry; nothing was written.
    TooLarge,
    /// The entity broke off: whether the command applied is unknown; with a command id it can be sent again.
    Unknown(String),
}

impl From<AppendError> for Failure {
    fn from(error: AppendError) -> Self {
        match error {
            AppendError::StorageFull => Self::StorageFull,
            AppendError::ReadOnly(_) => Self::ReadOnly,
            AppendError::TooLarge { .. } => Self::TooLarge,
            AppendError::WrongSeq { .. } => Self::Overloaded,
            AppendError::ClaimTaken(_) => Self::Unknown("a unique name is taken".to_owned()),
            AppendError::Failed(why) => Self::Unknown(why),
        }
    }
}

/// Where a returning follower wants to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resume {
    /// The numbering it knows.
    pub epoch: Epoch,
    /// The last entry it has.
    pub after: Seq,
}

pub(super) type Reply<A> = oneshot::Sender<
    Result<Executed<<A as Aggregate>::Event>, ExecuteError<<A as Aggregate>::Rejection>>,
>;

/// Looks at the state and returns the delivery of its answer, which waits until what it saw is durable.
pub(super) type Look<A> = Box<dyn FnOnce(&A, Head) -> Deliver + Send>;
pub(super) type Deliver = Box<dyn FnOnce() + Send>;

pub(super) enum Message<A: Aggregate> {
    Execute(Box<Order<A>>, Reply<A>, OwnedSemaphorePermit),
    /// From the journal's writer: the append with that ticket has ended.
    Appended(u64, Result<Head, AppendError>),
    Query(Look<A>),
    Watch(Subscriber<A>, Option<Resume>, oneshot::Sender<()>),
    /// The alarm set for that generation is due.
    Alarm(u64),
    /// Nobody has asked for a while: stop, unless somebody is asking now.
    Passivate,
}
