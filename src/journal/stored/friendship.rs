//! What is stored of friendship: the facts, and a user's side of it in a snapshot.

use serde::{Deserialize, Serialize};

use super::codec::Wrong;
use super::scalar::Id;
use super::user::UserBody;
use crate::domain::user::friendship::{Event, Friend, Friendships, Heard, Invitation, Pending};
use crate::ids::{RequestId, RoomId, UserId};
use crate::time::Timestamp;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FriendRequestSentV1 {
    request: Id<RequestId>,
    to: Id<UserId>,
    nth: u64,
    at_ms: i64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FriendRequestReceivedV1 {
    request: Id<RequestId>,
    from: Id<UserId>,
    nth: u64,
    at_ms: i64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FriendAcceptedV1 {
    request: Id<RequestId>,
    friend: Id<UserId>,
    at_ms: i64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FriendAcceptHeardV1 {
    request: Id<RequestId>,
    friend: Id<UserId>,
    at_ms: i64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FriendRequestsCrossedV1 {
    request: Id<RequestId>,
    friend: Id<UserId>,
    nth: u64,
    at_ms: i64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FriendRejectedV1 {
    request: Id<RequestId>,
    from: Id<UserId>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FriendRejectHeardV1 {
    request: Id<RequestId>,
    by: Id<UserId>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FriendRemovedV1 {
    request: Id<RequestId>,
    friend: Id<UserId>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FriendRemoveHeardV1 {
    request: Id<RequestId>,
    friend: Id<UserId>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RoomInviteSentV1 {
    room: Id<RoomId>,
    to: Id<UserId>,
    nth: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RoomInviteReceivedV1 {
    room: Id<RoomId>,
    by: Id<UserId>,
    nth: u64,
    at_ms: i64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RoomInviteDismissedV1 {
    room: Id<RoomId>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FriendGoneV1 {
    user: Id<UserId>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FriendRequestWithdrawnV1 {
    request: Id<RequestId>,
    to: Id<UserId>,
}

impl From<&Event> for UserBody {
    fn from(event: &Event) -> Self {
        match *event {
            Event::RequestSent {
                request,
                to,
                nth,
                at,
            } => Self::FriendRequestSentV1(FriendRequestSentV1 {
                request: Id(request),
                to: Id(to),
                nth,
                at_ms: at.as_ms(),
            }),
            Event::RequestReceived {
                request,
                from,
                nth,
                at,
            } => Self::FriendRequestReceivedV1(FriendRequestReceivedV1 {
                request: Id(request),
                from: Id(from),
                nth,
                at_ms: at.as_ms(),
            }),
            Event::Accepted {
                request,
                friend,
                at,
            } => Self::FriendAcceptedV1(FriendAcceptedV1 {
                request: Id(request),
                friend: Id(friend),
                at_ms: at.as_ms(),
            }),
            Event::AcceptHeard {
                request,
                friend,
                at,
            } => Self::FriendAcceptHeardV1(FriendAcceptHeardV1 {
                request: Id(request),
                friend: Id(friend),
                at_ms: at.as_ms(),
            }),
            Event::RequestsCrossed {
                request,
                friend,
                nth,
                at,
            } => Self::FriendRequestsCrossedV1(FriendRequestsCrossedV1 {
                request: Id(request),
                friend: Id(friend),
                nth,
                at_ms: at.as_ms(),
            }),
            Event::Rejected { request, from } => Self::FriendRejectedV1(FriendRejectedV1 {
                request: Id(request),
                from: Id(from),
            }),
            Event::RejectHeard { request, by } => Self::FriendRejectHeardV1(FriendRejectHeardV1 {
                request: Id(request),
                by: Id(by),
            }),
            Event::RequestWithdrawn { request, to } => {
                Self::FriendRequestWithdrawnV1(FriendRequestWithdrawnV1 {
                    request: Id(request),
                    to: Id(to),
                })
            }
            Event::Removed { request, friend } => Self::FriendRemovedV1(FriendRemovedV1 {
                request: Id(request),
                friend: Id(friend),
            }),
            Event::RemoveHeard { request, friend } => {
                Self::FriendRemoveHeardV1(FriendRemoveHeardV1 {
                    request: Id(request),
                    friend: Id(friend),
                })
            }
            Event::InviteSent { room, to, nth } => Self::RoomInviteSentV1(RoomInviteSentV1 {
                room: Id(room),
                to: Id(to),
                nth,
            }),
            Event::InviteReceived { room, by, nth, at } => {
                Self::RoomInviteReceivedV1(RoomInviteReceivedV1 {
                    room: Id(room),
                    by: Id(by),
                    nth,
                    at_ms: at.as_ms(),
                })
            }
            Event::Gone { user } => Self::FriendGoneV1(FriendGoneV1 { user: Id(user) }),
            Event::InviteDismissed { room } => {
                Self::RoomInviteDismissedV1(RoomInviteDismissedV1 { room: Id(room) })
            }
        }
    }
}

impl TryFrom<UserBody> for Event {
    type Error = Wrong;

    fn try_from(body: UserBody) -> Result<Self, Wrong> {
        Ok(match body {
            UserBody::FriendRequestSentV1(v) => Self::RequestSent {
                request: v.request.0,
                to: v.to.0,
                nth: v.nth,
                at: Timestamp::from_ms(v.at_ms),
            },
            UserBody::FriendRequestReceivedV1(v) => Self::RequestReceived {
                request: v.request.0,
                from: v.from.0,
                nth: v.nth,
                at: Timestamp::from_ms(v.at_ms),
            },
            UserBody::FriendAcceptedV1(v) => Self::Accepted {
                request: v.request.0,
                friend: v.friend.0,
                at: Timestamp::from_ms(v.at_ms),
            },
            UserBody::FriendAcceptHeardV1(v) => Self::AcceptHeard {
                request: v.request.0,
                friend: v.friend.0,
                at: Timestamp::from_ms(v.at_ms),
            },
            UserBody::FriendRequestsCrossedV1(v) => Self::RequestsCrossed {
                request: v.request.0,
                friend: v.friend.0,
                nth: v.nth,
                at: Timestamp::from_ms(v.at_ms),
            },
            UserBody::FriendRejectedV1(v) => Self::Rejected {
                request: v.request.0,
                from: v.from.0,
            },
            UserBody::FriendRejectHeardV1(v) => Self::RejectHeard {
                request: v.request.0,
                by: v.by.0,
            },
            UserBody::FriendRequestWithdrawnV1(v) => Self::RequestWithdrawn {
                request: v.request.0,
                to: v.to.0,
            },
            UserBody::FriendRemovedV1(v) => Self::Removed {
                request: v.request.0,
                friend: v.friend.0,
            },
            UserBody::FriendRemoveHeardV1(v) => Self::RemoveHeard {
                request: v.request.0,
                friend: v.friend.0,
            },
            UserBody::RoomInviteSentV1(v) => Self::InviteSent {
                room: v.room.0,
                to: v.to.0,
                nth: v.nth,
            },
            UserBody::RoomInviteReceivedV1(v) => Self::InviteReceived {
                room: v.room.0,
                by: v.by.0,
                nth: v.nth,
                at: Timestamp::from_ms(v.at_ms),
            },
            UserBody::FriendGoneV1(v) => Self::Gone { user: v.user.0 },
            UserBody::RoomInviteDismissedV1(v) => Self::InviteDismissed { room: v.room.0 },
            _ => return Err("not about friendship".to_owned()),
        })
    }
}

/// One user's side of friendship, as a snapshot keeps it.
#[derive(Serialize, Deserialize)]
pub(super) struct FriendshipsState {
    friends: Vec<(Id<UserId>, Id<RequestId>, i64)>,
    sent: Vec<(Id<UserId>, Id<RequestId>, i64)>,
    received: Vec<(Id<UserId>, Id<RequestId>, i64)>,
    invites: Vec<(Id<RoomId>, Id<UserId>, i64)>,
    told: u64,
    heard: Vec<(Id<UserId>, u64, Option<Id<RequestId>>)>,
}

impl From<&Friendships> for FriendshipsState {
    fn from(side: &Friendships) -> Self {
        let pending = |(user, pending): (&UserId, &Pending)| {
            (Id(*user), Id(pending.request), pending.at.as_ms())
        };
        let friend = |(user, friend): (&UserId, &Friend)| {
            (Id(*user), Id(friend.request), friend.since.as_ms())
        };
        let invite =
            |(room, invite): (&RoomId, &Invitation)| (Id(*room), Id(invite.by), invite.at.as_ms());
        let heard =
            |(user, heard): (&UserId, &Heard)| (Id(*user), heard.nth, heard.request.map(Id));
        Self {
            friends: side.friends.iter().map(friend).collect(),
            sent: side.sent.iter().map(pending).collect(),
            received: side.received.iter().map(pending).collect(),
            invites: side.invites.iter().map(invite).collect(),
            told: side.told,
            heard: side.heard.iter().map(heard).collect(),
        }
    }
}

impl From<FriendshipsState> for Friendships {
    fn from(state: FriendshipsState) -> Self {
        let pending = |(user, request, at_ms): (Id<UserId>, Id<RequestId>, i64)| {
            let at = Timestamp::from_ms(at_ms);
            (
                user.0,
                Pending {
                    request: request.0,
                    at,
                },
            )
        };
        let friend = |(user, request, since_ms): (Id<UserId>, Id<RequestId>, i64)| {
            let since = Timestamp::from_ms(since_ms);
            (
                user.0,
                Friend {
                    request: request.0,
                    since,
                },
            )
        };
        let invite = |(room, by, at_ms): (Id<RoomId>, Id<UserId>, i64)| {
            let at = Timestamp::from_ms(at_ms);
            (room.0, Invitation { by: by.0, at })
        };
        let heard = |(user, nth, request): (Id<UserId>, u64, Option<Id<RequestId>>)| {
            let request = request.map(|request| request.0);
            (user.0, Heard { nth, request })
        };
        Self {
            friends: state.friends.into_iter().map(friend).collect(),
            sent: state.sent.into_iter().map(pending).collect(),
            received: state.received.into_iter().map(pending).collect(),
            invites: state.invites.into_iter().map(invite).collect(),
            told: state.told,
            heard: state.heard.into_iter().map(heard).collect(),
        }
    }
}
