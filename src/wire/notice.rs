//! News for one person, whichever room they follow: said on every connection of theirs.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::rest::{Friend, FriendRequest, RoomInvite, User};
use crate::ids::RequestId;

impl Notice {
    /// Its kind, as `kind` says it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::FriendRequestReceived { .. } => "friend_request_received",
            Self::FriendRequestAccepted { .. } => "friend_request_accepted",
            Self::FriendRequestGone { .. } => "friend_request_gone",
            Self::FriendRemoved { .. } => "friend_removed",
            Self::FriendSeen { .. } => "friend_seen",
            Self::RoomInvite { .. } => "room_invite",
        }
    }
}

/// News for you.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Notice {
    /// Somebody asks to be your friend.
    FriendRequestReceived {
        /// The request.
        request: FriendRequest,
    },
    /// You are friends: your request was accepted, or you both asked.
    FriendRequestAccepted {
        /// Your new friend.
        friend: User,
    },
    /// A friend request, yours or to you, waits no more: it was turned down or taken back.
    FriendRequestGone {
        /// Which.
        request_id: RequestId,
    },
    /// A friendship is over.
    FriendRemoved {
        /// With whom.
        friend: User,
    },
    /// A friend came online, went, or listens elsewhere: how they stand now, as `GET /api/v1/friends` would say.
    FriendSeen {
        /// Your friend.
        friend: Friend,
    },
    /// A friend invites you into a room.
    RoomInvite {
        /// The invite.
        invite: RoomInvite,
    },
}
