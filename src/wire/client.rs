//! What a client of the native socket says. One JSON object a text frame; unknown fields are refused.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Ms;
use super::model::{Control, Repeat, Track, Visibility};
use super::requests::RequestAction;
use crate::ids::{CommandId, ItemId, MessageId, RequestId, RoomId, UserId};

/// A message from a client.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum ClientMessage {
    /// Who speaks. First, within 5 s; again with a fresh token before the old one expires.
    Hello {
        /// An access token.
        token: String,
        /// What the client calls itself.
        #[serde(default)]
        client: Option<String>,
    },
    /// Follow a room: from the entry after `after_seq` where `epoch` still holds, else from a snapshot.
    Watch {
        /// Which room.
        room_id: RoomId,
        /// The epoch of the numbers the client knows.
        #[serde(default)]
        epoch: Option<String>,
        /// The last entry the client has.
        #[serde(default)]
        after_seq: Option<u64>,
    },
    /// Follow a room no more.
    Unwatch {
        /// Which room.
        room_id: RoomId,
    },
    /// Ask something of a room. Answered by `accepted` or `rejected`.
    Command {
        /// Repeated, it applies once.
        command_id: CommandId,
        /// Which room.
        room_id: RoomId,
        /// What.
        #[serde(deserialize_with = "super::object")]
        command: Command,
    },
    /// A clock probe.
    Time {
        /// The client's clock when it sent this, in milliseconds; comes back as it was.
        t0: f64,
    },
    /// How well the client hears what it should. Never journaled.
    Report {
        /// Which room.
        room_id: RoomId,
        /// What it plays or has loaded.
        #[serde(default)]
        item_id: Option<ItemId>,
        /// Expected minus actual playback position.
        #[serde(default)]
        drift_ms: f64,
        /// Server minus client clock.
        #[serde(default)]
        offset_ms: f64,
        /// Round trip.
        #[serde(default)]
        rtt_ms: f64,
        /// It waits for data.
        #[serde(default)]
        buffering: bool,
        /// It is ready to play `item_id`.
        #[serde(default)]
        loaded: bool,
        /// What it is ready to play besides: no start of it need wait for this listener.
        #[serde(default)]
        ahead_item_id: Option<ItemId>,
    },
    /// A passing reaction, shown to everybody in the room and not kept.
    React {
        /// Which room.
        room_id: RoomId,
        /// One emoji.
        emoji: String,
    },
}

/// A request to a room.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Command {
    /// Start, or go on.
    Play {},
    /// Stand still.
    Pause {},
    /// Go to a position of the current item.
    Seek {
        /// Where.
        position_ms: Ms,
    },
    /// Play the next item.
    SkipNext {},
    /// Play the previous item, or this one from its beginning where it has run for 3 s.
    SkipPrev {},
    /// Play a chosen item.
    Select {
        /// Which.
        item_id: ItemId,
        /// From where.
        #[serde(default)]
        position_ms: Option<Ms>,
    },
    /// The item has come to its end here.
    TrackEnded {
        /// Which.
        item_id: ItemId,
    },
    /// Add a track.
    Add {
        /// What.
        #[serde(deserialize_with = "super::object")]
        track: Track,
        /// Before which index; at the end where absent.
        #[serde(default)]
        position: Option<usize>,
    },
    /// Take an item to another place.
    Move {
        /// Which.
        item_id: ItemId,
        /// Its index afterwards.
        position: usize,
    },
    /// Take an item out.
    Remove {
        /// Which.
        item_id: ItemId,
    },
    /// Describe an item anew.
    Edit {
        /// Which.
        item_id: ItemId,
        /// How.
        #[serde(deserialize_with = "super::object")]
        track: Track,
    },
    /// Take everything out.
    Clear {},
    /// Choose what happens at the end of a track.
    SetRepeat {
        /// How.
        repeat: Repeat,
    },
    /// Play in a drawn order, or as listed.
    SetShuffle {
        /// Whether to draw.
        shuffle: bool,
    },
    /// Play that loud, for all.
    SetVolume {
        /// 0 to 1.
        volume: f64,
    },
    /// Let these control.
    SetControl {
        /// Who.
        control: Control,
    },
    /// Let these in.
    SetVisibility {
        /// Who.
        visibility: Visibility,
    },
    /// Call it otherwise.
    Rename {
        /// How.
        name: String,
    },
    /// Make new invites, and void the old.
    RenewInvite {},
    /// Hand the room over.
    TransferHost {
        /// To whom.
        user_id: UserId,
    },
    /// Become host where no host is connected.
    ClaimHost {},
    /// Make a guest a co-host.
    Promote {
        /// Whom.
        user_id: UserId,
    },
    /// Make a co-host a guest.
    Demote {
        /// Whom.
        user_id: UserId,
    },
    /// Ask for a change of the playlist; where you control, it is made at once.
    SubmitRequest {
        /// What.
        action: RequestAction,
        /// To add, or how to describe it anew.
        #[serde(default, deserialize_with = "super::object_or_none")]
        track: Option<Track>,
        /// Which item.
        #[serde(default)]
        item_id: Option<ItemId>,
        /// Its index afterwards.
        #[serde(default)]
        position: Option<usize>,
    },
    /// Make the change that was asked for.
    ApproveRequest {
        /// Which.
        request_id: RequestId,
    },
    /// Do not.
    DenyRequest {
        /// Which.
        request_id: RequestId,
        /// Why; shown to everybody in the room.
        #[serde(default)]
        reason: Option<String>,
    },
    /// Take your own request back.
    WithdrawRequest {
        /// Which.
        request_id: RequestId,
    },
    /// Put every item in its place.
    Reorder {
        /// Every item once, as they are to be listed.
        item_ids: Vec<ItemId>,
    },
    /// Take the latest remove, clear, move, reorder or edit back.
    Undo {},
    /// Take a member out; they may come back.
    Kick {
        /// Whom.
        user_id: UserId,
    },
    /// Take a person out and let them in no more.
    Ban {
        /// Whom.
        user_id: UserId,
    },
    /// Let a person in again.
    Unban {
        /// Whom.
        user_id: UserId,
    },
    /// Let a member listen only.
    Mute {
        /// Whom.
        user_id: UserId,
    },
    /// Let a member speak again.
    Unmute {
        /// Whom.
        user_id: UserId,
    },
    /// Vote to skip.
    VoteSkip {
        /// Which item you mean; the current one where absent.
        #[serde(default)]
        item_id: Option<ItemId>,
    },
    /// Let members vote so.
    SetVoteSkip {
        /// Whether they may.
        enabled: bool,
        /// How many of those connected it takes, in percent: 1 to 100.
        percent: u8,
    },
    /// Say something to everybody in the room.
    Say {
        /// What: 1 to 500 characters.
        text: String,
    },
    /// Take a message back: your own or, as host or co-host, anybody's.
    DeleteMessage {
        /// Which.
        message_id: MessageId,
    },
}
