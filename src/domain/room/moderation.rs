//! Keeping the peace: kick, ban, mute, and their opposites.
//!
//! Whoever moderates stands above whom it concerns: the host above all, a co-host above guests. Knows who is banned and
//! muted; who belongs is `membership.rs`'s.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::domain::aggregate::Context;
use crate::ids::UserId;
use crate::time::Timestamp;

use super::membership::{self, Membership, Role};

/// The most people a room keeps banned, and the most it keeps muted.
pub const MAX_KEPT: usize = 1_000;

/// A request to keep the peace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Take a member out; they may come back.
    Kick {
        /// Whom.
        user: UserId,
    },
    /// Take a person out, where they are in, and let them in no more.
    Ban {
        /// Whom.
        user: UserId,
    },
    /// Let a person in again.
    Unban {
        /// Whom.
        user: UserId,
    },
    /// Let a member listen only: no chat, no requests, no reactions.
    Mute {
        /// Whom.
        user: UserId,
    },
    /// Let a member speak again.
    Unmute {
        /// Whom.
        user: UserId,
    },
}

impl Command {
    /// The command's name as journaled.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Kick { .. } => "kick",
            Self::Ban { .. } => "ban",
            Self::Unban { .. } => "unban",
            Self::Mute { .. } => "mute",
            Self::Unmute { .. } => "unmute",
        }
    }
}

/// A fact about the peace. That a kicked or banned member belongs no more is a fact of its own, in the same entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A member was taken out.
    Kicked {
        /// Who.
        user: UserId,
        /// By whom.
        by: UserId,
    },
    /// A person is let in no more.
    Banned {
        /// Who.
        user: UserId,
        /// By whom.
        by: UserId,
        /// Since when.
        at: Timestamp,
    },
    /// A person is let in again.
    Unbanned {
        /// Who.
        user: UserId,
    },
    /// A member listens only.
    Muted {
        /// Who.
        user: UserId,
        /// By whom.
        by: UserId,
    },
    /// A member speaks again.
    Unmuted {
        /// Who.
        user: UserId,
    },
}

/// Why the peace is not kept so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rejection {
    /// The caller stands not above whom it concerns.
    NotAbove,
    /// Nobody moderates themselves.
    Yourself,
    /// The caller is banned from this room.
    Banned,
    /// The caller is muted in this room.
    Muted,
    /// There are [`MAX_KEPT`] already.
    TooMany,
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotAbove => "only the host may do this to anybody, and a co-host to guests",
            Self::Yourself => "you cannot do this to yourself",
            Self::Banned => "you are banned from this room",
            Self::Muted => "you are muted in this room",
            Self::TooMany => "this room's list is full: let somebody off it first",
        })
    }
}

/// Since when somebody is banned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ban {
    /// By whom.
    pub by: UserId,
    /// Since when.
    pub at: Timestamp,
}

/// Who is banned, and who is muted, members or not: to leave and come back makes nobody heard.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Moderation {
    /// Let in no more.
    pub banned: BTreeMap<UserId, Ban>,
    /// Listening only.
    pub muted: BTreeSet<UserId>,
}

impl Moderation {
    /// Whether a person is let in no more.
    ///
    /// # Errors
    /// [`Rejection::Banned`].
    pub fn require_not_banned(&self, user: UserId) -> Result<(), Rejection> {
        if self.banned.contains_key(&user) {
            return Err(Rejection::Banned);
        }
        Ok(())
    }

    /// What a request leads to.
    ///
    /// # Errors
    /// A rejection where the caller stands not above whom it concerns.
    pub fn decide(
        &self,
        command: &Command,
        members: &Membership,
        ctx: &Context,
    ) -> Result<Vec<super::Event>, super::Rejection> {
        let by = ctx.by.user().ok_or(membership::Rejection::NotMember)?;
        let role = members.role(by).ok_or(membership::Rejection::NotMember)?;
        let (Command::Kick { user }
        | Command::Ban { user }
        | Command::Unban { user }
        | Command::Mute { user }
        | Command::Unmute { user }) = *command;
        require_above(by, role, user, members.role(user))?;
        let belongs = members.role(user).is_some();
        match command {
            Command::Kick { .. } if !belongs => Err(membership::Rejection::NoSuchMember.into()),
            Command::Kick { .. } => Ok(vec![Event::Kicked { user, by }.into(), left(user)]),
            Command::Ban { .. } => self.ban(user, by, belongs, ctx.now),
            Command::Unban { .. } if !self.banned.contains_key(&user) => Ok(vec![]),
            Command::Unban { .. } => Ok(vec![Event::Unbanned { user }.into()]),
            Command::Mute { .. } if !belongs => Err(membership::Rejection::NoSuchMember.into()),
            Command::Mute { .. } if self.muted.contains(&user) => Ok(vec![]),
            Command::Mute { .. } if self.muted.len() >= MAX_KEPT => Err(Rejection::TooMany.into()),
            Command::Mute { .. } => Ok(vec![Event::Muted { user, by }.into()]),
            Command::Unmute { .. } if !self.muted.contains(&user) => Ok(vec![]),
            Command::Unmute { .. } => Ok(vec![Event::Unmuted { user }.into()]),
        }
    }

    fn ban(
        &self,
        user: UserId,
        by: UserId,
        belongs: bool,
        at: Timestamp,
    ) -> Result<Vec<super::Event>, super::Rejection> {
        if self.banned.contains_key(&user) {
            return Ok(vec![]);
        }
        if self.banned.len() >= MAX_KEPT {
            return Err(Rejection::TooMany.into());
        }
        let banned = Event::Banned { user, by, at }.into();
        Ok(std::iter::once(banned)
            .chain(belongs.then(|| left(user)))
            .collect())
    }

    /// Who is banned and muted after a fact.
    pub fn evolve(&mut self, event: &Event) {
        match *event {
            Event::Kicked { .. } => {}
            Event::Banned { user, by, at } => {
                self.banned.insert(user, Ban { by, at });
            }
            Event::Unbanned { user } => {
                self.banned.remove(&user);
            }
            Event::Muted { user, .. } => {
                self.muted.insert(user);
            }
            Event::Unmuted { user } => {
                self.muted.remove(&user);
            }
        }
    }
}

fn left(user: UserId) -> super::Event {
    membership::Event::Left { user }.into()
}

/// Who is no member stands below every guest.
fn require_above(
    by: UserId,
    role: Role,
    whom: UserId,
    other: Option<Role>,
) -> Result<(), Rejection> {
    if by == whom {
        return Err(Rejection::Yourself);
    }
    if role == Role::Guest || other.is_some_and(|other| other >= role) {
        return Err(Rejection::NotAbove);
    }
    Ok(())
}
