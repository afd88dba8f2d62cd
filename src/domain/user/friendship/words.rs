//! What can be asked and told about friendship, what can come of it, and why not.

use std::fmt;

use crate::ids::{RequestId, RoomId, UserId};
use crate::time::Timestamp;

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
    /// Take one's own request back.
    Withdraw {
        /// Which request.
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
    /// Somebody takes their request back (told by them).
    RecordWithdraw {
        /// Which request.
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
            Self::Withdraw { .. } => "withdraw_friend_request",
            Self::Remove { .. } => "friend_remove",
            Self::InviteToRoom { .. } => "invite_to_room",
            Self::DismissInvite { .. } => "dismiss_invite",
            Self::RecordRequest { .. } => "record_friend_request",
            Self::RecordAccept { .. } => "record_friend_accept",
            Self::RecordReject { .. } => "record_friend_reject",
            Self::RecordWithdraw { .. } => "record_friend_withdraw",
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
                | Self::RecordWithdraw { .. }
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
    /// This user takes their request back. It waits until the other has heard, who may have said yes already.
    RequestWithdrawn {
        /// Which request.
        request: RequestId,
        /// Whom they had asked.
        to: UserId,
    },
    /// The other said no, or heard that the request was taken back.
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
    /// There are [`MAX_FRIENDS`](super::MAX_FRIENDS) already.
    TooManyFriends,
    /// [`MAX_PENDING`](super::MAX_PENDING) requests wait already.
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
