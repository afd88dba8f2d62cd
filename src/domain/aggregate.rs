//! What every aggregate is: a state, the commands it decides on and the events it evolves by.
//!
//! Pure and synchronous: time, ids, the caller and anything looked up elsewhere come in through [`Context`].

use std::fmt::{Debug, Display};
use std::hash::Hash;

use uuid::Uuid;

use crate::ids::UserId;
use crate::time::{Span, Timestamp};

/// A pure consistency boundary: one room, one user or one session.
pub trait Aggregate: Default + Clone + Debug + PartialEq + Send + Sync + 'static {
    /// Names one instance.
    type Id: Copy
        + Eq
        + Hash
        + Ord
        + Debug
        + Display
        + From<Uuid>
        + Into<Uuid>
        + Send
        + Sync
        + 'static;
    /// A request.
    type Command: Clone + Debug + Send + Sync + 'static;
    /// A fact.
    type Event: Clone + Debug + PartialEq + Send + Sync + 'static;
    /// The rules say no. Displays as a sentence for the person who asked.
    type Rejection: Clone + Debug + PartialEq + Display + Send + Sync + 'static;

    /// What the command leads to, or why it may not. No events means: accepted, and nothing changes.
    ///
    /// # Errors
    /// A rejection; the state stays as it was.
    fn decide(
        &self,
        command: &Self::Command,
        ctx: &Context,
    ) -> Result<Vec<Self::Event>, Self::Rejection>;

    /// The state after a fact. Cannot fail: what has happened has happened.
    fn evolve(&mut self, event: &Self::Event);

    /// The command's name as journaled: `play`, `approve_request`.
    fn name(command: &Self::Command) -> &'static str;

    /// The uniqueness reservations an event takes or gives back.
    fn claims(_event: &Self::Event) -> Vec<Claim> {
        Vec::new()
    }

    /// The rejection that says a claim is held by somebody else.
    fn claim_taken(key: &ClaimKey) -> Self::Rejection;

    /// The next thing this aggregate must do by itself, and when.
    fn alarm(&self) -> Option<Alarm<Self::Command>> {
        None
    }
}

/// A command that the aggregate gives itself at a given time, by [`By::System`].
#[derive(Debug, Clone, PartialEq)]
pub struct Alarm<C> {
    /// When the command is due.
    pub at: Timestamp,
    /// What to decide on then.
    pub command: C,
}

/// Who gave a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum By {
    /// A person.
    User(UserId),
    /// Tutti itself: an alarm, a policy, a lost connection.
    System,
}

impl By {
    /// The person, where it was one.
    pub fn user(self) -> Option<UserId> {
        match self {
            Self::User(id) => Some(id),
            Self::System => None,
        }
    }
}

/// Everything `decide` may know beside the state and the command.
#[derive(Debug, Clone, PartialEq)]
pub struct Context {
    /// Server time of the decision.
    pub now: Timestamp,
    /// Who asks.
    pub by: By,
    /// A new id, unique to this decision: for the item or request it may create, and as a seed for shuffling.
    pub fresh: Uuid,
    /// The head start before a scheduled start, so that every listener is ready.
    pub lead: Span,
    /// Facts looked up elsewhere for this one command.
    pub facts: Facts,
}

/// Facts from other aggregates and from presence, looked up before the command was sent.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts {
    /// Who was the room's host when it was looked up that the caller is their friend.
    pub friend_of: Option<UserId>,
    /// The friend of the caller's who invited them into the room.
    pub invited_by: Option<UserId>,
    /// The room's members who have a connection now.
    pub connected: Vec<UserId>,
    /// Nobody is registered yet.
    pub first_account: bool,
}

/// A change to the durable uniqueness reservations, made in the same batch as the entry that causes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// Take the key for this aggregate; the append fails where another holds it.
    Reserve(ClaimKey),
    /// Give the key back.
    Release(ClaimKey),
}

/// What is unique across all aggregates.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ClaimKey {
    /// A username, lower case.
    Username(String),
    /// An e-mail address, lower case.
    Email(String),
    /// An invite code or the secret of an invite link, in canonical form.
    Invite(String),
}
