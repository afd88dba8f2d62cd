//! Voting the current item off: each member one vote, and the deciding vote skips.
//!
//! Votes are about one item and go with it. How many it takes is a part of those connected, the caller among them.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::fmt;

use crate::domain::aggregate::Context;
use crate::ids::{ItemId, UserId};

use super::membership;
use super::{Event as Fact, OpenRoom, Rejection as No, playback};

/// How voting is set up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VoteSkip {
    /// Whether members may vote.
    pub on: bool,
    /// How many of those connected it takes, in percent: 1 to 100.
    pub percent: u8,
}

impl Default for VoteSkip {
    fn default() -> Self {
        Self {
            on: true,
            percent: 50,
        }
    }
}

/// A vote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// Which item the caller means; the current one where absent. Another than the current one is voted off already.
    pub item: Option<ItemId>,
}

/// Somebody voted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Who.
    pub user: UserId,
    /// Which item to skip.
    pub item: ItemId,
    /// How many votes that makes of those connected.
    pub votes: u32,
    /// How many it takes.
    pub needed: u32,
}

/// Why that vote does not count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rejection {
    /// This room does not vote.
    Off,
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Off => f.write_str("voting to skip is off in this room"),
        }
    }
}

/// Who voted the current item off.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Votes {
    /// Each once.
    pub by: BTreeSet<UserId>,
}

impl Votes {
    /// The votes after any fact of the room: they go with the item they are about, and with who cast them.
    pub fn evolve(&mut self, event: &Fact) {
        match event {
            Fact::Vote(vote) => {
                self.by.insert(vote.user);
            }
            Fact::Membership(membership::Event::Left { user }) => {
                self.by.remove(user);
            }
            Fact::Playback(
                playback::Event::Changed { .. }
                | playback::Event::Finished { .. }
                | playback::Event::Emptied,
            ) => self.by.clear(),
            _ => {}
        }
    }
}

impl OpenRoom {
    /// A vote, and the skip where it decides.
    pub(super) fn decide_vote(&self, command: &Command, ctx: &Context) -> Result<Vec<Fact>, No> {
        let user = ctx.by.user().ok_or(membership::Rejection::NotMember)?;
        let role = self.membership.role(user);
        role.ok_or(membership::Rejection::NotMember)?;
        if !self.settings.vote_skip.on {
            return Err(Rejection::Off.into());
        }
        let item = self.playback.current();
        let item = item.ok_or(playback::Rejection::NothingToPlay)?;
        if command.item.is_some_and(|meant| meant != item) || self.votes.by.contains(&user) {
            return Ok(vec![]);
        }
        let (votes, needed) = self.count_votes(user, ctx);
        let vote = Event {
            user,
            item,
            votes,
            needed,
        };
        let skip = (votes >= needed).then(|| self.playback.voted_off(item, &self.playlist, ctx));
        Ok(std::iter::once(vote.into())
            .chain(skip.map(Fact::from))
            .collect())
    }

    /// The votes of those connected with the caller's, and how many it takes.
    fn count_votes(&self, caller: UserId, ctx: &Context) -> (u32, u32) {
        let belongs = |user: &UserId| self.membership.role(*user).is_some();
        let connected = ctx.facts.connected.iter().copied().filter(belongs);
        let present: BTreeSet<UserId> = connected.chain([caller]).collect();
        let votes = 1 + present.intersection(&self.votes.by).count();
        let percent = usize::from(self.settings.vote_skip.percent);
        let needed = (present.len() * percent).div_ceil(100).max(1);
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        (count(votes), count(needed))
    }
}
