//! Guests' requests to change the playlist: submitted, then approved together with the change itself, denied, or
//! withdrawn.
//!
//! Keeps those that wait and the latest that were decided, so that whoever asked sees what became of it. Knows nothing
//! of who may decide; `deciding.rs` asks that, and applies what was approved.

mod deciding;
#[cfg(test)]
mod tests;

use std::fmt;

use crate::domain::text;
use crate::ids::{ItemId, RequestId, UserId};
use crate::time::Timestamp;

use super::playlist::{self, Track};

/// The most requests of a room that wait.
pub const MAX_PENDING: usize = 200;
/// The most requests of one member that wait.
pub const MAX_PENDING_EACH: usize = 20;
/// How many decided requests a room remembers.
pub const MAX_DECIDED: usize = 200;
/// The longest reason, in characters.
pub const MAX_REASON: usize = 300;

/// What is asked for, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// A new item.
    Add,
    /// Another place.
    Move,
    /// An item less.
    Remove,
    /// Another description.
    Edit,
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Insert a track.
    Add {
        /// What.
        track: Track,
        /// Before which index; at the end where absent.
        index: Option<usize>,
    },
    /// Take an item to another place.
    Move {
        /// Which.
        item: ItemId,
        /// Its index afterwards.
        index: usize,
    },
    /// Take an item out.
    Remove {
        /// Which.
        item: ItemId,
    },
    /// Describe an item anew.
    Edit {
        /// Which.
        item: ItemId,
        /// How.
        track: Track,
        /// Its index afterwards, where it is to be elsewhere too.
        index: Option<usize>,
    },
}

impl Change {
    /// It in one word.
    pub fn action(&self) -> Action {
        match self {
            Self::Add { .. } => Action::Add,
            Self::Move { .. } => Action::Move,
            Self::Remove { .. } => Action::Remove,
            Self::Edit { .. } => Action::Edit,
        }
    }

    /// The commands that make it so, one on what those before it lead to.
    pub fn commands(&self) -> Vec<playlist::Command> {
        use playlist::Command;
        match self.clone() {
            Self::Add { track, index } => vec![Command::Add { track, index }],
            Self::Move { item, index } => vec![Command::Move { item, index }],
            Self::Remove { item } => vec![Command::Remove { item }],
            Self::Edit { item, track, index } => {
                let moved = index.map(|index| Command::Move { item, index });
                let edited = Command::Edit { item, track };
                std::iter::once(edited).chain(moved).collect()
            }
        }
    }

    /// The same, its track as it will stand.
    fn checked(&self) -> Result<Self, playlist::Rejection> {
        let well = |track: &Track| track.checked().map_err(playlist::Rejection::InvalidTrack);
        Ok(match self {
            Self::Add { track, index } => Self::Add {
                track: well(track)?,
                index: *index,
            },
            Self::Edit { item, track, index } => Self::Edit {
                item: *item,
                track: well(track)?,
                index: *index,
            },
            Self::Move { .. } | Self::Remove { .. } => self.clone(),
        })
    }
}

/// What became of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It was done.
    Approved,
    /// It will not be done.
    Denied {
        /// Why, in the words of whoever decided.
        reason: Option<String>,
    },
    /// Whoever asked took it back, or is no member any more.
    Withdrawn,
}

/// How and when a request was decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// What became of it.
    pub verdict: Verdict,
    /// Who decided.
    pub by: Option<UserId>,
    /// When.
    pub at: Timestamp,
}

/// A member's request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Its name.
    pub id: RequestId,
    /// Who asks.
    pub by: UserId,
    /// Since when.
    pub at: Timestamp,
    /// What for.
    pub change: Change,
    /// What became of it; nothing while it waits.
    pub decision: Option<Decision>,
}

/// What can be done about requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Ask for a change; where the caller controls, it is made at once.
    Submit(Change),
    /// Make the change that was asked for.
    Approve {
        /// Which.
        request: RequestId,
    },
    /// Do not.
    Deny {
        /// Which.
        request: RequestId,
        /// Why.
        reason: Option<String>,
    },
    /// Take one's own request back.
    Withdraw {
        /// Which.
        request: RequestId,
    },
}

impl Command {
    /// The command's name as journaled.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Submit(_) => "submit_request",
            Self::Approve { .. } => "approve_request",
            Self::Deny { .. } => "deny_request",
            Self::Withdraw { .. } => "withdraw_request",
        }
    }
}

/// A fact about requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// Somebody asks.
    Submitted {
        /// Its name.
        request: RequestId,
        /// Who.
        by: UserId,
        /// When.
        at: Timestamp,
        /// What for.
        change: Change,
    },
    /// It was approved; the change stands in the same entry.
    Approved {
        /// Which.
        request: RequestId,
        /// By whom.
        by: UserId,
        /// When.
        at: Timestamp,
    },
    /// It was denied.
    Denied {
        /// Which.
        request: RequestId,
        /// By whom.
        by: UserId,
        /// When.
        at: Timestamp,
        /// Why.
        reason: Option<String>,
    },
    /// It was taken back, or whoever asked is no member any more.
    Withdrawn {
        /// Which.
        request: RequestId,
        /// When.
        at: Timestamp,
    },
}

/// Why that cannot be asked for or decided so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rejection {
    /// There is no such request, or it was decided so long ago that it is forgotten.
    NoSuchRequest,
    /// It was decided already.
    Decided,
    /// Only the host and co-hosts decide.
    MayNotDecide,
    /// Somebody else's request cannot be taken back.
    NotYours,
    /// [`MAX_PENDING`] wait already.
    TooMany,
    /// [`MAX_PENDING_EACH`] of the caller wait already.
    TooManyOfYours,
    /// The item it is about is gone meanwhile.
    ItemGone,
    /// The reason does not fit.
    InvalidReason,
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchRequest => f.write_str("there is no such request"),
            Self::Decided => f.write_str("this request was decided already"),
            Self::MayNotDecide => f.write_str("only the host and co-hosts decide on requests"),
            Self::NotYours => f.write_str("only whoever asked can take a request back"),
            Self::TooMany => f.write_str("too many requests wait in this room: wait for the host"),
            Self::TooManyOfYours => write!(
                f,
                "{MAX_PENDING_EACH} of your requests wait already: wait for the host, or take one back"
            ),
            Self::ItemGone => f.write_str(
                "the item this request is about is gone from the playlist: deny the request instead",
            ),
            Self::InvalidReason => write!(f, "a reason has at most {MAX_REASON} characters"),
        }
    }
}

/// The requests of a room, those asked for first coming first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Requests {
    /// Those that wait.
    pub pending: Vec<Request>,
    /// Those decided, the latest decision last.
    pub decided: Vec<Request>,
}

impl Requests {
    /// The request of that name.
    pub fn get(&self, id: RequestId) -> Option<&Request> {
        self.pending
            .iter()
            .chain(&self.decided)
            .find(|request| request.id == id)
    }

    /// Those of a member that wait.
    pub fn pending_of(&self, user: UserId) -> impl Iterator<Item = &Request> {
        self.pending
            .iter()
            .filter(move |request| request.by == user)
    }

    fn waiting(&self, id: RequestId) -> Result<&Request, Rejection> {
        let found = self.get(id).ok_or(Rejection::NoSuchRequest)?;
        match found.decision {
            None => Ok(found),
            Some(_) => Err(Rejection::Decided),
        }
    }

    fn require_room_for(&self, user: UserId) -> Result<(), Rejection> {
        if self.pending.len() >= MAX_PENDING {
            Err(Rejection::TooMany)
        } else if self.pending_of(user).count() >= MAX_PENDING_EACH {
            Err(Rejection::TooManyOfYours)
        } else {
            Ok(())
        }
    }

    /// The requests after a fact.
    pub fn evolve(&mut self, event: &Event) {
        match event {
            Event::Submitted {
                request,
                by,
                at,
                change,
            } => self.pending.push(Request {
                id: *request,
                by: *by,
                at: *at,
                change: change.clone(),
                decision: None,
            }),
            Event::Approved { request, by, at } => {
                self.decide(*request, Verdict::Approved, Some(*by), *at);
            }
            Event::Denied {
                request,
                by,
                at,
                reason,
            } => {
                let reason = reason.clone();
                self.decide(*request, Verdict::Denied { reason }, Some(*by), *at);
            }
            Event::Withdrawn { request, at } => {
                self.decide(*request, Verdict::Withdrawn, None, *at);
            }
        }
    }

    fn decide(&mut self, id: RequestId, verdict: Verdict, by: Option<UserId>, at: Timestamp) {
        let Some(place) = self.pending.iter().position(|request| request.id == id) else {
            return;
        };
        let mut request = self.pending.remove(place);
        request.decision = Some(Decision { verdict, by, at });
        self.decided.push(request);
        let forgotten = self.decided.len().saturating_sub(MAX_DECIDED);
        self.decided.drain(..forgotten);
    }
}

/// A reason as it will stand; an empty one is none.
fn check_reason(reason: Option<&str>) -> Result<Option<String>, Rejection> {
    let reason = reason.map(text::tidy).filter(|text| text::is_visible(text));
    if reason
        .as_ref()
        .is_some_and(|text| text.chars().count() > MAX_REASON)
    {
        return Err(Rejection::InvalidReason);
    }
    Ok(reason)
}
