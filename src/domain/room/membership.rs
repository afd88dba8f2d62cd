//! Who belongs to a room, and in which role: join, leave, host succession, transfer, claim, promote, demote.
//!
//! Knows who belongs, not who is connected: that comes in as a fact.

#[cfg(test)]
mod tests;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::fmt;

use crate::domain::aggregate::{By, Context};
use crate::ids::UserId;
use crate::time::Timestamp;

use super::settings::{Settings, Visibility};

/// The most members of a room.
pub const MAX_MEMBERS: usize = 20_000;

/// What a member may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Listens, and controls where everyone controls.
    Guest,
    /// Controls the music and the playlist.
    CoHost,
    /// Does everything.
    Host,
}

/// A person who belongs to the room, connected or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Member {
    /// Who.
    pub user: UserId,
    /// As what.
    pub role: Role,
    /// Since when.
    pub joined_at: Timestamp,
    /// Place in the order of joining: the lowest is the longest-present.
    pub order: u64,
}

/// A request about belonging.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Become a member.
    Join {
        /// The invite code or link secret shown, in canonical form.
        invite: Option<String>,
    },
    /// Stop being one.
    Leave,
    /// Hand the room to another member.
    TransferHost {
        /// To whom.
        to: UserId,
    },
    /// Become host where no host is connected.
    ClaimHost,
    /// The host lost its connection and did not come back: the longest-present connected member takes over. Only
    /// Tutti itself says so.
    SucceedHost {
        /// The host that was lost; ignored where another is host by now.
        lost: UserId,
    },
    /// Make a guest a co-host.
    Promote {
        /// Whom.
        user: UserId,
    },
    /// Make a co-host a guest.
    Demote {
        /// Whom.
        user: UserId,
    },
}

impl Command {
    /// The command's name as journaled.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Join { .. } => "join",
            Self::Leave => "leave",
            Self::TransferHost { .. } => "transfer_host",
            Self::ClaimHost => "claim_host",
            Self::SucceedHost { .. } => "succeed_host",
            Self::Promote { .. } => "promote",
            Self::Demote { .. } => "demote",
        }
    }
}

/// Why another member is host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HostChange {
    /// Handed over.
    Transferred,
    /// Claimed while no host was connected.
    Claimed,
    /// The host left the room.
    Left,
    /// The host lost its connection.
    Lost,
}

/// A change of belonging.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// Somebody is a member now.
    Joined {
        /// Who.
        user: UserId,
        /// As what.
        role: Role,
        /// Since when.
        at: Timestamp,
    },
    /// Somebody is a member no longer.
    Left {
        /// Who.
        user: UserId,
    },
    /// Another member is host; the former one, where still a member, is a guest from then on.
    HostChanged {
        /// Who was.
        from: Option<UserId>,
        /// Who is.
        to: UserId,
        /// Why.
        why: HostChange,
    },
    /// A member's role is another one.
    RoleChanged {
        /// Whose.
        user: UserId,
        /// Which.
        role: Role,
    },
}

/// Why belonging may not change so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rejection {
    /// Only friends of the host may join.
    FriendsOnly,
    /// Joining takes a valid invite.
    InviteNeeded,
    /// There are [`MAX_MEMBERS`] already.
    Full,
    /// The caller is no member.
    NotMember,
    /// Only the host may do this.
    OnlyHost,
    /// The other person is no member.
    NoSuchMember,
    /// A host is connected, so the room cannot be claimed.
    HostPresent,
    /// The host's own role changes only by handing the room over.
    IsHost,
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::FriendsOnly => "only friends of the host may join this room",
            Self::InviteNeeded => "this room can be joined only with a valid invite code or link",
            Self::Full => "the room is full",
            Self::NotMember => "you are not a member of this room: join it first",
            Self::OnlyHost => "only the host may do this",
            Self::NoSuchMember => "that person is not a member of this room",
            Self::HostPresent => "the host is connected: ask them to hand the room over",
            Self::IsHost => {
                "the host's role cannot be changed: hand the room to another member instead"
            }
        })
    }
}

/// The members.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Membership {
    /// By id.
    pub members: BTreeMap<UserId, Member>,
    /// The order number of the next one to join.
    pub next_order: u64,
    /// The host; none where nobody is a member.
    pub host: Option<UserId>,
}

impl Membership {
    /// The role of a member.
    pub fn role(&self, user: UserId) -> Option<Role> {
        self.members.get(&user).map(|m| m.role)
    }

    /// The members, longest-present first.
    pub fn by_seniority(&self) -> Vec<Member> {
        let mut members: Vec<Member> = self.members.values().copied().collect();
        members.sort_by_key(|m| m.order);
        members
    }

    /// At most so many members, longest-present first; where there are more, those with a higher role come before all
    /// others. Takes memory for those alone.
    pub fn foremost(&self, most: usize) -> Vec<Member> {
        if self.members.len() <= most {
            return self.by_seniority();
        }
        let rank = |member: &Member| (Reverse(member.role), member.order);
        let mut kept = BinaryHeap::with_capacity(most);
        for member in self.members.values() {
            let candidate = (rank(member), member.user);
            if kept.len() < most {
                kept.push(candidate);
            } else if let Some(mut last) = kept.peek_mut()
                && candidate < *last
            {
                *last = candidate;
            }
        }
        let users = kept.into_sorted_vec().into_iter();
        users
            .filter_map(|(_, user)| self.members.get(&user).copied())
            .collect()
    }

    /// The member who takes over from `gone`: the longest-present of those that `may`.
    fn successor(&self, gone: UserId, may: impl Fn(UserId) -> bool) -> Option<UserId> {
        let candidates = self
            .members
            .values()
            .filter(|m| m.user != gone && may(m.user));
        candidates.min_by_key(|m| m.order).map(|m| m.user)
    }

    /// What a request leads to.
    ///
    /// # Errors
    /// A rejection where the caller may not, or the other person is no member.
    pub fn decide(
        &self,
        command: &Command,
        settings: &Settings,
        ctx: &Context,
    ) -> Result<Vec<Event>, Rejection> {
        match (command, ctx.by) {
            (Command::SucceedHost { lost }, By::System) => Ok(self.succeed(*lost, ctx)),
            (Command::SucceedHost { .. }, By::User(_)) => Err(Rejection::OnlyHost),
            (_, By::System) => Err(Rejection::NotMember),
            (Command::Join { invite }, By::User(user)) => {
                self.join(user, invite.as_deref(), settings, ctx)
            }
            (Command::Leave, By::User(user)) => Ok(self.leave(user, &ctx.facts.connected)),
            (Command::TransferHost { to }, By::User(user)) => {
                self.require_host(user)?;
                self.role(*to).ok_or(Rejection::NoSuchMember)?;
                Ok(self.change_host(*to, HostChange::Transferred))
            }
            (Command::ClaimHost, By::User(user)) => self.claim(user, &ctx.facts.connected),
            (Command::Promote { user: whom }, By::User(user)) => {
                self.set_role(user, *whom, Role::CoHost)
            }
            (Command::Demote { user: whom }, By::User(user)) => {
                self.set_role(user, *whom, Role::Guest)
            }
        }
    }

    fn require_host(&self, user: UserId) -> Result<(), Rejection> {
        match self.role(user) {
            Some(Role::Host) => Ok(()),
            Some(_) => Err(Rejection::OnlyHost),
            None => Err(Rejection::NotMember),
        }
    }

    fn join(
        &self,
        user: UserId,
        invite: Option<&str>,
        settings: &Settings,
        ctx: &Context,
    ) -> Result<Vec<Event>, Rejection> {
        if self.members.contains_key(&user) {
            return Ok(vec![]);
        }
        let invited = invite.is_some_and(|shown| settings.invite.opens(shown));
        let friend_of_host = ctx.facts.friend_of.is_some() && ctx.facts.friend_of == self.host;
        let by_a_member = |by: UserId| self.members.contains_key(&by);
        match settings.visibility {
            Visibility::Public => {}
            _ if ctx.facts.invited_by.is_some_and(by_a_member) => {}
            Visibility::Friends if friend_of_host => {}
            // Nobody is a friend of no host: without this, such a room would be lost for good.
            Visibility::Friends if self.host.is_none() && invited => {}
            Visibility::Friends => return Err(Rejection::FriendsOnly),
            Visibility::Invite if invited => {}
            Visibility::Invite => return Err(Rejection::InviteNeeded),
        }
        if self.members.len() >= MAX_MEMBERS {
            return Err(Rejection::Full);
        }
        let role = if self.host.is_none() {
            Role::Host
        } else {
            Role::Guest
        };
        Ok(vec![Event::Joined {
            user,
            role,
            at: ctx.now,
        }])
    }

    fn leave(&self, user: UserId, connected: &[UserId]) -> Vec<Event> {
        if !self.members.contains_key(&user) {
            return vec![];
        }
        let mut events = vec![];
        if self.host == Some(user) {
            let heir = self
                .successor(user, |u| connected.contains(&u))
                .or_else(|| self.successor(user, |_| true));
            events.extend(heir.map(|to| Event::HostChanged {
                from: Some(user),
                to,
                why: HostChange::Left,
            }));
        }
        events.push(Event::Left { user });
        events
    }

    fn claim(&self, user: UserId, connected: &[UserId]) -> Result<Vec<Event>, Rejection> {
        self.role(user).ok_or(Rejection::NotMember)?;
        if self.host == Some(user) {
            return Ok(vec![]);
        }
        if self.host.is_some_and(|host| connected.contains(&host)) {
            return Err(Rejection::HostPresent);
        }
        Ok(self.change_host(user, HostChange::Claimed))
    }

    fn succeed(&self, lost: UserId, ctx: &Context) -> Vec<Event> {
        if self.host != Some(lost) || ctx.facts.connected.contains(&lost) {
            return vec![];
        }
        match self.successor(lost, |user| ctx.facts.connected.contains(&user)) {
            Some(heir) => self.change_host(heir, HostChange::Lost),
            None => vec![],
        }
    }

    fn change_host(&self, to: UserId, why: HostChange) -> Vec<Event> {
        if self.host == Some(to) {
            vec![]
        } else {
            vec![Event::HostChanged {
                from: self.host,
                to,
                why,
            }]
        }
    }

    fn set_role(&self, caller: UserId, whom: UserId, role: Role) -> Result<Vec<Event>, Rejection> {
        self.require_host(caller)?;
        match self.role(whom).ok_or(Rejection::NoSuchMember)? {
            Role::Host => Err(Rejection::IsHost),
            now if now == role => Ok(vec![]),
            _ => Ok(vec![Event::RoleChanged { user: whom, role }]),
        }
    }

    /// The members after a change.
    pub fn evolve(&mut self, event: &Event) {
        match event {
            Event::Joined { user, role, at } => {
                let member = Member {
                    user: *user,
                    role: *role,
                    joined_at: *at,
                    order: self.next_order,
                };
                self.members.insert(*user, member);
                self.next_order += 1;
                if *role == Role::Host {
                    self.host = Some(*user);
                }
            }
            Event::Left { user } => {
                self.members.remove(user);
                if self.host == Some(*user) {
                    self.host = None;
                }
            }
            Event::HostChanged { from, to, .. } => {
                if let Some(former) = from.and_then(|user| self.members.get_mut(&user)) {
                    former.role = Role::Guest;
                }
                if let Some(heir) = self.members.get_mut(to) {
                    heir.role = Role::Host;
                }
                self.host = Some(*to);
            }
            Event::RoleChanged { user, role } => {
                if let Some(member) = self.members.get_mut(user) {
                    member.role = *role;
                }
            }
        }
    }
}
