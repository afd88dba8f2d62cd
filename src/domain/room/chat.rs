//! What people write to one another. The latest messages are state; the others are in the journal.
//!
//! A deleted message leaves a gap where it stood: its text is in no answer from then on.

#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, VecDeque};
use std::fmt;

use crate::domain::aggregate::Context;
use crate::domain::text;
use crate::ids::{MessageId, UserId};
use crate::time::Timestamp;

use super::membership::Role;

/// The longest message, in characters.
pub const MAX_LENGTH: usize = 500;
/// How many messages a room remembers by itself.
pub const MAX_REMEMBERED: usize = 100;
/// The most messages of a room that can be deleted: each is remembered, for its text must never show again.
pub const MAX_DELETED: usize = 10_000;

/// A request about messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Say something to everybody in the room.
    Say {
        /// What.
        text: String,
    },
    /// Take a message back, one's own or, as host or co-host, anybody's.
    Delete {
        /// Which.
        message: MessageId,
    },
}

impl Command {
    /// The command's name as journaled.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Say { .. } => "say",
            Self::Delete { .. } => "delete_message",
        }
    }
}

/// A fact about messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// Somebody said something.
    Said {
        /// Its name.
        message: MessageId,
        /// Who.
        by: UserId,
        /// When.
        at: Timestamp,
        /// What; empty where it was deleted since and this is told afterwards.
        text: String,
    },
    /// It is not to be seen any more.
    Deleted {
        /// Which.
        message: MessageId,
        /// By whom.
        by: UserId,
    },
}

/// Why that cannot be said or deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rejection {
    /// The message is empty or too long.
    InvalidText,
    /// There is no such message among the latest.
    NoSuchMessage,
    /// It is somebody else's, and the caller is a guest.
    NotYours,
    /// [`MAX_DELETED`] are deleted already.
    TooManyDeleted,
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidText => write!(f, "a message has 1 to {MAX_LENGTH} characters"),
            Self::NoSuchMessage => write!(
                f,
                "there is no such message among the latest {MAX_REMEMBERED}"
            ),
            Self::NotYours => {
                f.write_str("only the host, co-hosts and whoever wrote a message can delete it")
            }
            Self::TooManyDeleted => f.write_str("too many messages of this room were deleted"),
        }
    }
}

/// One message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Its name.
    pub id: MessageId,
    /// Who wrote it.
    pub by: UserId,
    /// When.
    pub at: Timestamp,
    /// What; nothing where it was deleted.
    pub text: Option<String>,
}

/// The latest messages, and which ones were deleted ever.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Chat {
    /// The latest last.
    pub messages: VecDeque<Message>,
    /// The deleted ones.
    pub deleted: BTreeSet<MessageId>,
}

impl Chat {
    /// What a member's request leads to.
    ///
    /// # Errors
    /// A rejection where the text does not fit, or the message is not the caller's to delete.
    pub fn decide(
        &self,
        command: &Command,
        by: UserId,
        role: Role,
        ctx: &Context,
    ) -> Result<Vec<Event>, Rejection> {
        match command {
            Command::Say { text } => Ok(vec![Event::Said {
                message: MessageId(ctx.fresh),
                by,
                at: ctx.now,
                text: check_text(text)?,
            }]),
            Command::Delete { message } => self.delete(*message, by, role),
        }
    }

    fn delete(&self, id: MessageId, by: UserId, role: Role) -> Result<Vec<Event>, Rejection> {
        let found = self.messages.iter().find(|message| message.id == id);
        let found = found.ok_or(Rejection::NoSuchMessage)?;
        if found.by != by && role == Role::Guest {
            return Err(Rejection::NotYours);
        }
        if found.text.is_none() {
            return Ok(vec![]);
        }
        if self.deleted.len() >= MAX_DELETED {
            return Err(Rejection::TooManyDeleted);
        }
        let message = id;
        Ok(vec![Event::Deleted { message, by }])
    }

    /// The messages after a fact.
    pub fn evolve(&mut self, event: &Event) {
        match event {
            Event::Said {
                message,
                by,
                at,
                text,
            } => {
                self.messages.push_back(Message {
                    id: *message,
                    by: *by,
                    at: *at,
                    text: Some(text.clone()).filter(|text| !text.is_empty()),
                });
                let forgotten = self.messages.len().saturating_sub(MAX_REMEMBERED);
                self.messages.drain(..forgotten);
            }
            Event::Deleted { message, .. } => {
                self.deleted.insert(*message);
                let mut known = self.messages.iter_mut();
                if let Some(found) = known.find(|known| known.id == *message) {
                    found.text = None;
                }
            }
        }
    }
}

impl Event {
    /// The same fact as it may be told, now that these messages are deleted.
    pub fn without(&self, deleted: &BTreeSet<MessageId>) -> Self {
        let mut told = self.clone();
        if let Self::Said { message, text, .. } = &mut told
            && deleted.contains(message)
        {
            text.clear();
        }
        told
    }
}

/// A message as it will stand.
fn check_text(text: &str) -> Result<String, Rejection> {
    let tidy = text::tidy(text);
    let fits = text::is_visible(&tidy) && tidy.chars().count() <= MAX_LENGTH;
    if fits {
        Ok(tidy)
    } else {
        Err(Rejection::InvalidText)
    }
}
