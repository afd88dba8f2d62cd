//! Friendship: ask, accept, reject, remove; and inviting a friend into a room.
//!
//! Two users are two aggregates, and each keeps its own side. What one of them does is told to the other by a policy, at
//! least once and in order; what was heard already changes nothing. Where two ask each other at the same time, each
//! hears the other's request while its own is out, and both know without another word that they are friends.

#[cfg(test)]
mod tests;
mod words;

use std::collections::BTreeMap;

use crate::domain::aggregate::{By, Context};
use crate::ids::{RequestId, RoomId, UserId};
use crate::time::Timestamp;

pub use words::{Command, Event, Rejection};

/// The most friends of one user.
pub const MAX_FRIENDS: usize = 5_000;
/// The most requests of one user that wait, sent and received each.
pub const MAX_PENDING: usize = 1_000;
/// The most invites into rooms that are kept; the oldest makes room.
pub const MAX_INVITES: usize = 100;

/// One user's side of friendship.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Friendships {
    /// Who is a friend.
    pub friends: BTreeMap<UserId, Friend>,
    /// Who was asked and has not answered.
    pub sent: BTreeMap<UserId, Pending>,
    /// Who asked and has no answer.
    pub received: BTreeMap<UserId, Pending>,
    /// The invites into rooms that wait.
    pub invites: BTreeMap<RoomId, Invitation>,
    /// How often others were told something that is numbered.
    pub told: u64,
    /// What others told last: whatever is not newer was heard already.
    pub heard: BTreeMap<UserId, Heard>,
}

/// A friendship.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Friend {
    /// The request that led to it; both sides know it by this.
    pub request: RequestId,
    /// Since when.
    pub since: Timestamp,
}

/// A request that waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pending {
    /// Which.
    pub request: RequestId,
    /// Since when.
    pub at: Timestamp,
}

/// An invite into a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Invitation {
    /// Which friend invites.
    pub by: UserId,
    /// When.
    pub at: Timestamp,
}

/// The last that another user told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Heard {
    /// Its number.
    pub nth: u64,
    /// Their latest request.
    pub request: Option<RequestId>,
}

type Decision = Result<Vec<Event>, Rejection>;

/// What one who is no more says to what others tell: a request that was on its way is turned down.
pub fn of_nobody(command: &Command) -> Vec<Event> {
    match *command {
        Command::RecordRequest { request, from, .. } => vec![Event::Rejected { request, from }],
        _ => vec![],
    }
}

impl Friendships {
    /// Whether somebody is a friend.
    pub fn is_friend(&self, user: UserId) -> bool {
        self.friends.contains_key(&user)
    }

    /// Friends, and whoever asked or was asked.
    pub fn others(&self) -> Vec<UserId> {
        let pending = self.sent.keys().chain(self.received.keys());
        self.friends.keys().chain(pending).copied().collect()
    }

    /// Who made a request that waits.
    fn asker(&self, request: RequestId) -> Result<UserId, Rejection> {
        let waits =
            |(from, pending): (&UserId, &Pending)| (pending.request == request).then_some(*from);
        if let Some(from) = self.received.iter().find_map(waits) {
            return Ok(from);
        }
        let known = self
            .heard
            .values()
            .any(|heard| heard.request == Some(request))
            || self
                .friends
                .values()
                .any(|friend| friend.request == request);
        Err(if known {
            Rejection::Answered
        } else {
            Rejection::NoSuchRequest
        })
    }

    fn heard_already(&self, from: UserId, nth: u64) -> bool {
        self.heard.get(&from).is_some_and(|heard| heard.nth >= nth)
    }

    /// What a request leads to.
    ///
    /// # Errors
    /// A rejection; what others tell is never rejected.
    pub fn decide(&self, command: &Command, ctx: &Context) -> Decision {
        match *command {
            Command::SendRequest { to } => self.send(to, ctx),
            Command::Accept { request } => self.accept(self.asker(request)?, request, ctx),
            Command::Reject { request } => Ok(vec![Event::Rejected {
                request,
                from: self.asker(request)?,
            }]),
            Command::Withdraw { request } => self.withdraw(request),
            Command::Remove { friend } => {
                let Friend { request, .. } =
                    self.friends.get(&friend).ok_or(Rejection::NotFriends)?;
                Ok(vec![Event::Removed {
                    request: *request,
                    friend,
                }])
            }
            Command::InviteToRoom { room, friend } => self.invite(room, friend),
            Command::DismissInvite { room } => match self.invites.contains_key(&room) {
                true => Ok(vec![Event::InviteDismissed { room }]),
                false => Err(Rejection::NoSuchInvite),
            },
            Command::RecordRequest {
                request,
                from,
                nth,
                at,
            } => Ok(self.hear_request(Pending { request, at }, from, nth, ctx)),
            Command::RecordAccept { request, by } => Ok(self.hear_accept(request, by, ctx)),
            Command::RecordReject { request, by } => Ok(self.hear_reject(request, by)),
            Command::RecordWithdraw { request, by } => Ok(self.hear_withdraw(request, by)),
            Command::RecordRemove { request, by } => Ok(self.hear_remove(request, by)),
            Command::RecordInvite { room, by, nth } => Ok(self.hear_invite(room, by, nth, ctx)),
            Command::RecordGone { user } => Ok(match self.others().contains(&user) {
                true => vec![Event::Gone { user }],
                false => vec![],
            }),
        }
    }

    fn send(&self, to: UserId, ctx: &Context) -> Decision {
        if ctx.by == By::User(to) {
            return Err(Rejection::Yourself);
        }
        if self.is_friend(to) {
            return Err(Rejection::AlreadyFriends);
        }
        if let Some(theirs) = self.received.get(&to) {
            return self.accept(to, theirs.request, ctx);
        }
        if self.sent.contains_key(&to) {
            return Err(Rejection::AlreadyAsked);
        }
        if self.sent.len() >= MAX_PENDING {
            return Err(Rejection::TooManyRequests);
        }
        Ok(vec![Event::RequestSent {
            request: RequestId(ctx.fresh),
            to,
            nth: self.told + 1,
            at: ctx.now,
        }])
    }

    /// Only asks the other side to let go of it: that side alone decides what becomes of a request.
    fn withdraw(&self, request: RequestId) -> Decision {
        let ours = |(_, pending): &(&UserId, &Pending)| pending.request == request;
        if let Some((to, _)) = self.sent.iter().find(ours) {
            return Ok(vec![Event::RequestWithdrawn { request, to: *to }]);
        }
        let accepted = |friend: &Friend| friend.request == request;
        Err(match self.friends.values().any(accepted) {
            true => Rejection::Answered,
            false => Rejection::NoSuchRequest,
        })
    }

    fn accept(&self, friend: UserId, request: RequestId, ctx: &Context) -> Decision {
        if self.friends.len() >= MAX_FRIENDS {
            return Err(Rejection::TooManyFriends);
        }
        Ok(vec![Event::Accepted {
            request,
            friend,
            at: ctx.now,
        }])
    }

    fn invite(&self, room: RoomId, friend: UserId) -> Decision {
        if !self.is_friend(friend) {
            return Err(Rejection::OnlyFriends);
        }
        Ok(vec![Event::InviteSent {
            room,
            to: friend,
            nth: self.told + 1,
        }])
    }

    fn hear_request(&self, asked: Pending, from: UserId, nth: u64, ctx: &Context) -> Vec<Event> {
        let Pending { request, at } = asked;
        if self.heard_already(from, nth) {
            return vec![];
        }
        if let Some(ours) = self.sent.get(&from) {
            return vec![Event::RequestsCrossed {
                request: ours.request.min(request),
                friend: from,
                nth,
                at: ctx.now,
            }];
        }
        let mut events = vec![Event::RequestReceived {
            request,
            from,
            nth,
            at,
        }];
        if self.is_friend(from) {
            // They know nothing of it any more, and want it: so be it.
            let (friend, at) = (from, ctx.now);
            events.push(Event::Accepted {
                request,
                friend,
                at,
            });
        } else if self.received.len() >= MAX_PENDING {
            events.push(Event::Rejected { request, from });
        }
        events
    }

    fn hear_accept(&self, request: RequestId, by: UserId, ctx: &Context) -> Vec<Event> {
        match self.sent.get(&by) {
            Some(ours) if ours.request == request => vec![Event::AcceptHeard {
                request,
                friend: by,
                at: ctx.now,
            }],
            _ => vec![],
        }
    }

    fn hear_reject(&self, request: RequestId, by: UserId) -> Vec<Event> {
        match self.sent.get(&by) {
            Some(ours) if ours.request == request => vec![Event::RejectHeard { request, by }],
            _ => vec![],
        }
    }

    /// What was answered already stays answered.
    fn hear_withdraw(&self, request: RequestId, by: UserId) -> Vec<Event> {
        match self.received.get(&by) {
            Some(theirs) if theirs.request == request => {
                vec![Event::Rejected { request, from: by }]
            }
            _ => vec![],
        }
    }

    fn hear_remove(&self, request: RequestId, by: UserId) -> Vec<Event> {
        match self.friends.get(&by) {
            Some(friend) if friend.request == request => vec![Event::RemoveHeard {
                request,
                friend: by,
            }],
            _ => vec![],
        }
    }

    fn hear_invite(&self, room: RoomId, by: UserId, nth: u64, ctx: &Context) -> Vec<Event> {
        if self.heard_already(by, nth) || !self.is_friend(by) {
            return vec![];
        }
        vec![Event::InviteReceived {
            room,
            by,
            nth,
            at: ctx.now,
        }]
    }

    /// This side after a change.
    pub fn evolve(&mut self, event: &Event) {
        match *event {
            Event::RequestSent {
                request,
                to,
                nth,
                at,
            } => {
                self.told = nth;
                self.sent.insert(to, Pending { request, at });
            }
            Event::RequestReceived {
                request,
                from,
                nth,
                at,
            } => {
                self.note(from, nth, Some(request));
                self.received.insert(from, Pending { request, at });
            }
            Event::Accepted {
                request,
                friend,
                at,
            }
            | Event::AcceptHeard {
                request,
                friend,
                at,
            } => self.befriend(friend, request, at),
            Event::RequestsCrossed {
                request,
                friend,
                nth,
                at,
            } => {
                self.note(friend, nth, Some(request));
                self.befriend(friend, request, at);
            }
            Event::Rejected { from, .. } => {
                self.received.remove(&from);
            }
            Event::RejectHeard { by, .. } => {
                self.sent.remove(&by);
            }
            Event::Removed { friend, .. } | Event::RemoveHeard { friend, .. } => {
                self.friends.remove(&friend);
                self.invites.retain(|_, invite| invite.by != friend);
            }
            Event::RequestWithdrawn { .. } => {}
            Event::InviteSent { nth, .. } => self.told = nth,
            Event::InviteReceived { room, by, nth, at } => {
                self.note(by, nth, None);
                self.keep_invite(room, Invitation { by, at });
            }
            Event::InviteDismissed { room } => {
                self.invites.remove(&room);
            }
            Event::Gone { user } => {
                self.friends.remove(&user);
                self.sent.remove(&user);
                self.received.remove(&user);
                self.invites.retain(|_, invite| invite.by != user);
            }
        }
    }

    fn note(&mut self, from: UserId, nth: u64, request: Option<RequestId>) {
        let before = self.heard.get(&from).and_then(|heard| heard.request);
        let request = request.or(before);
        self.heard.insert(from, Heard { nth, request });
    }

    fn befriend(&mut self, friend: UserId, request: RequestId, since: Timestamp) {
        self.sent.remove(&friend);
        self.received.remove(&friend);
        self.friends.insert(friend, Friend { request, since });
    }

    fn keep_invite(&mut self, room: RoomId, invite: Invitation) {
        if self.invites.len() >= MAX_INVITES && !self.invites.contains_key(&room) {
            let oldest = self.invites.iter().min_by_key(|(_, kept)| kept.at);
            if let Some(oldest) = oldest.map(|(room, _)| *room) {
                self.invites.remove(&oldest);
            }
        }
        self.invites.insert(room, invite);
    }
}
