//! Friendship: ask, accept, reject, remove; and inviting a friend into a room.
//!
//! Two users are two aggregates, and each keeps its own side. What one of them does is told to the other by a policy, at
//! least once and in order; what was heard already changes nothing. Where two ask each other at the same time, each
//! hears the other's request while its own is out, and both know without another word that they are friends.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;

use crate::domain::aggregate::{By, Context};
use crate::ids::{RequestId, RoomId, UserId};
use crate::time::Timestamp;

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

/// A request about friendship.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Ask somebody; where they have asked already, accept.
    SendRequest {
        /// Whom.
        to: UserId,
    },
    /// Say yes.
    Accept {
        /// To which request.
        request: RequestId,
    },
    /// Say no.
    Reject {
        /// To which request.
        request: RequestId,
    },
    /// Be friends no more.
    Remove {
        /// With whom.
        friend: UserId,
    },
    /// Invite a friend into a room. That the caller is a member is the room's to say.
    InviteToRoom {
        /// Into which.
        room: RoomId,
        /// Whom.
        friend: UserId,
    },
    /// Put an invite aside.
    DismissInvite {
        /// Into which room.
        room: RoomId,
    },
    /// Somebody asks (told by them).
    RecordRequest {
        /// Under which name.
        request: RequestId,
        /// Who.
        from: UserId,
        /// The number of what they told.
        nth: u64,
        /// When they asked.
        at: Timestamp,
    },
    /// Somebody said yes (told by them).
    RecordAccept {
        /// To which request.
        request: RequestId,
        /// Who.
        by: UserId,
    },
    /// Somebody said no (told by them).
    RecordReject {
        /// To which request.
        request: RequestId,
        /// Who.
        by: UserId,
    },
    /// Somebody ended a friendship (told by them).
    RecordRemove {
        /// The request that had led to it.
        request: RequestId,
        /// Who.
        by: UserId,
    },
    /// A friend invites into a room (told by them).
    RecordInvite {
        /// Into which.
        room: RoomId,
        /// Who.
        by: UserId,
        /// The number of what they told.
        nth: u64,
    },
    /// Somebody is no more (told by what was left of them).
    RecordGone {
        /// Who.
        user: UserId,
    },
}

impl Command {
    /// The command's name as journaled.
    pub fn name(&self) -> &'static str {
        match self {
            Self::SendRequest { .. } => "send_friend_request",
            Self::Accept { .. } => "friend_accept",
            Self::Reject { .. } => "friend_reject",
            Self::Remove { .. } => "friend_remove",
            Self::InviteToRoom { .. } => "invite_to_room",
            Self::DismissInvite { .. } => "dismiss_invite",
            Self::RecordRequest { .. } => "record_friend_request",
            Self::RecordAccept { .. } => "record_friend_accept",
            Self::RecordReject { .. } => "record_friend_reject",
            Self::RecordRemove { .. } => "record_friend_remove",
            Self::RecordInvite { .. } => "record_room_invite",
            Self::RecordGone { .. } => "record_friend_gone",
        }
    }

    /// Whether only Tutti itself may say so: it carries what another user did.
    pub fn is_told(&self) -> bool {
        matches!(
            self,
            Self::RecordRequest { .. }
                | Self::RecordAccept { .. }
                | Self::RecordReject { .. }
                | Self::RecordRemove { .. }
                | Self::RecordInvite { .. }
                | Self::RecordGone { .. }
        )
    }
}

/// A change of friendship, as one side sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// This user asks somebody.
    RequestSent {
        /// Under which name.
        request: RequestId,
        /// Whom.
        to: UserId,
        /// The number of what is told.
        nth: u64,
        /// When.
        at: Timestamp,
    },
    /// Somebody asks this user.
    RequestReceived {
        /// Under which name.
        request: RequestId,
        /// Who.
        from: UserId,
        /// The number of what they told.
        nth: u64,
        /// When they asked.
        at: Timestamp,
    },
    /// This user said yes.
    Accepted {
        /// To which request.
        request: RequestId,
        /// Whose.
        friend: UserId,
        /// When.
        at: Timestamp,
    },
    /// The other said yes.
    AcceptHeard {
        /// To which request.
        request: RequestId,
        /// Who.
        friend: UserId,
        /// When that was heard.
        at: Timestamp,
    },
    /// The other's request came while this user's was out: they are friends.
    RequestsCrossed {
        /// The earlier of the two requests.
        request: RequestId,
        /// Who.
        friend: UserId,
        /// The number of what they told.
        nth: u64,
        /// When.
        at: Timestamp,
    },
    /// This user said no.
    Rejected {
        /// To which request.
        request: RequestId,
        /// Whose.
        from: UserId,
    },
    /// The other said no.
    RejectHeard {
        /// To which request.
        request: RequestId,
        /// Who.
        by: UserId,
    },
    /// This user ended a friendship.
    Removed {
        /// The request that had led to it.
        request: RequestId,
        /// With whom.
        friend: UserId,
    },
    /// The other ended a friendship.
    RemoveHeard {
        /// The request that had led to it.
        request: RequestId,
        /// Who.
        friend: UserId,
    },
    /// This user invites a friend into a room.
    InviteSent {
        /// Into which.
        room: RoomId,
        /// Whom.
        to: UserId,
        /// The number of what is told.
        nth: u64,
    },
    /// A friend invites this user into a room.
    InviteReceived {
        /// Into which.
        room: RoomId,
        /// Who.
        by: UserId,
        /// The number of what they told.
        nth: u64,
        /// When that was heard.
        at: Timestamp,
    },
    /// This user put an invite aside.
    InviteDismissed {
        /// Into which room.
        room: RoomId,
    },
    /// Somebody is no more, and nothing between them and this user.
    Gone {
        /// Who.
        user: UserId,
    },
}

/// Why friendship says no.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rejection {
    /// Nobody is a friend of their own.
    Yourself,
    /// They are friends already.
    AlreadyFriends,
    /// The request is out already.
    AlreadyAsked,
    /// Nobody made such a request.
    NoSuchRequest,
    /// The request has its answer.
    Answered,
    /// They are no friends.
    NotFriends,
    /// Only friends may be invited.
    OnlyFriends,
    /// There is no such invite.
    NoSuchInvite,
    /// There are [`MAX_FRIENDS`] already.
    TooManyFriends,
    /// [`MAX_PENDING`] requests wait already.
    TooManyRequests,
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Yourself => "you cannot be a friend of your own",
            Self::AlreadyFriends => "you are friends already",
            Self::AlreadyAsked => "you have asked them already: wait for their answer",
            Self::NoSuchRequest => "there is no such friend request",
            Self::Answered => "this friend request is answered already",
            Self::NotFriends => "that person is not a friend of yours",
            Self::OnlyFriends => "only friends can be invited",
            Self::NoSuchInvite => "there is no such invite",
            Self::TooManyFriends => "that would be too many friends",
            Self::TooManyRequests => "too many of your friend requests wait for an answer",
        })
    }
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
