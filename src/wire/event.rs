//! What happens in a room, in native words.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::model::{Control, Item, Repeat, Role, Timeline, Track, Visibility};
use super::requests::Request;
use super::talk::{Message, VoteSkip};
use crate::ids::{ItemId, MessageId, RequestId, UserId};

/// A fact about a room. Every change of what plays carries the whole new timeline.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum RoomEvent {
    /// It was opened.
    RoomCreated {
        /// By whom.
        host_id: UserId,
        /// What it is called.
        name: String,
        /// Who may come in.
        visibility: Visibility,
        /// Who controls.
        control: Control,
    },
    /// It was closed for good.
    RoomClosed {},
    /// The music runs from `timeline.starts_at_ms` on.
    PlaybackStarted {
        /// What holds from then on.
        timeline: Timeline,
    },
    /// The music stands.
    PlaybackPaused {
        /// What holds from then on.
        timeline: Timeline,
    },
    /// The music goes to another place.
    PlaybackSeeked {
        /// What holds from then on.
        timeline: Timeline,
    },
    /// Another item plays, or the same one anew.
    ItemChanged {
        /// What holds from then on.
        timeline: Timeline,
        /// Why.
        why: ItemChange,
    },
    /// The last item is over.
    PlaybackFinished {
        /// What holds from then on.
        timeline: Timeline,
    },
    /// There is nothing left to play.
    PlaybackEmptied {},
    /// An item was inserted.
    ItemAdded {
        /// What.
        item: Item,
        /// Where.
        index: usize,
        /// Where in the shuffled order, while shuffling.
        #[serde(skip_serializing_if = "Option::is_none")]
        shuffled_index: Option<usize>,
    },
    /// An item stands elsewhere.
    ItemMoved {
        /// Which.
        item_id: ItemId,
        /// Where.
        index: usize,
    },
    /// An item is gone.
    ItemRemoved {
        /// Which.
        item_id: ItemId,
    },
    /// An item is described anew.
    ItemEdited {
        /// Which.
        item_id: ItemId,
        /// How.
        track: Track,
    },
    /// The items stand in another order.
    PlaylistReordered {
        /// Every item once.
        order: Vec<ItemId>,
    },
    /// The playlist is empty.
    PlaylistCleared {},
    /// The end of a track is treated so.
    RepeatSet {
        /// How.
        repeat: Repeat,
    },
    /// Items play in this order; as listed where there is none.
    ShuffleSet {
        /// Every item once.
        order: Option<Vec<ItemId>>,
    },
    /// Somebody belongs to the room.
    MemberJoined {
        /// Who.
        user_id: UserId,
        /// Unique name.
        username: Option<String>,
        /// Display name.
        name: String,
        /// As what.
        role: Role,
        /// Since when.
        joined_at_ms: i64,
    },
    /// Somebody belongs no more.
    MemberLeft {
        /// Who.
        user_id: UserId,
    },
    /// Another member is host; the former host is a guest from then on.
    HostChanged {
        /// Who was.
        from: Option<UserId>,
        /// Who is.
        to: UserId,
        /// Why.
        why: HostChange,
    },
    /// A member may do other things.
    RoleChanged {
        /// Who.
        user_id: UserId,
        /// As what.
        role: Role,
    },
    /// It is called otherwise.
    Renamed {
        /// How.
        name: String,
    },
    /// Others may come in.
    VisibilitySet {
        /// Who.
        visibility: Visibility,
    },
    /// Others control.
    ControlSet {
        /// Who.
        control: Control,
    },
    /// It plays that loud.
    VolumeSet {
        /// 0 to 1.
        volume: f64,
    },
    /// The old invites are void.
    InviteRenewed {
        /// The new code.
        invite_code: String,
        /// The new link's path.
        invite_path: String,
    },
    /// A guest asks for a change of the playlist.
    RequestSubmitted {
        /// The request, as it waits.
        request: Request,
    },
    /// A request was approved; the change stands in the same entry.
    RequestApproved {
        /// Which.
        request_id: RequestId,
        /// By whom.
        decided_by: UserId,
        /// When.
        decided_at_ms: i64,
    },
    /// A request was denied.
    RequestDenied {
        /// Which.
        request_id: RequestId,
        /// By whom.
        decided_by: UserId,
        /// When.
        decided_at_ms: i64,
        /// Why.
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// A request was taken back, or whoever asked is no member any more.
    RequestWithdrawn {
        /// Which.
        request_id: RequestId,
        /// When.
        decided_at_ms: i64,
    },
    /// A member was taken out; that they left follows.
    MemberKicked {
        /// Who.
        user_id: UserId,
        /// By whom.
        by: UserId,
    },
    /// A person is let in no more; where they were a member, that they left follows.
    MemberBanned {
        /// Who.
        user_id: UserId,
        /// By whom.
        by: UserId,
    },
    /// A person is let in again.
    MemberUnbanned {
        /// Who.
        user_id: UserId,
    },
    /// A member may listen only.
    MemberMuted {
        /// Who.
        user_id: UserId,
        /// By whom.
        by: UserId,
    },
    /// A member may speak again.
    MemberUnmuted {
        /// Who.
        user_id: UserId,
    },
    /// Members vote otherwise.
    VoteSkipSet {
        /// How.
        vote_skip: VoteSkip,
    },
    /// Somebody voted to skip. All votes are void once another item plays.
    SkipVoted {
        /// Who.
        user_id: UserId,
        /// What to skip.
        item_id: ItemId,
        /// How many votes that makes.
        votes: u32,
        /// How many it takes.
        needed: u32,
    },
    /// Somebody said something.
    MessageSaid {
        /// What; without its text where it was deleted since.
        message: Message,
    },
    /// A message is not to be seen any more.
    MessageDeleted {
        /// Which.
        message_id: MessageId,
        /// By whom.
        by: UserId,
    },
    /// The latest destructive change of the playlist was taken back, by the facts before this one.
    Undone {
        /// How many can still be.
        left: u32,
    },
}

/// Why another item plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ItemChange {
    /// Somebody skipped forward.
    SkippedNext,
    /// Somebody skipped back.
    SkippedPrev,
    /// Somebody chose it.
    Selected,
    /// The one before came to its end.
    Ended,
    /// The one before was removed.
    Removed,
    /// It is the first of an empty playlist.
    FirstAdded,
    /// The one before was voted off.
    VotedOff,
}

/// Why another member is host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum HostChange {
    /// Handed over.
    Transferred,
    /// Claimed while no host was connected.
    Claimed,
    /// The host left.
    Left,
    /// The host lost its connection.
    Lost,
}
