//! Rooms: made, entered, described and looked back at.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Item;
use crate::ids::{ItemId, PlaylistId, RoomId, UserId};
use crate::wire::model::{Control, Entry, Repeat, Role, Timeline, Track, Visibility};
use crate::wire::talk::VoteSkip;

/// `POST rooms/create`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateRoom {
    /// What it is called; one is made up where absent.
    #[serde(default)]
    pub name: Option<String>,
    /// Shorthand for `visibility: "friends"`.
    #[serde(default)]
    pub is_friends_only: Option<bool>,
    /// Who may come in; public where absent.
    #[serde(default)]
    pub visibility: Option<Visibility>,
    /// Who controls; the host where absent.
    #[serde(default)]
    pub control: Option<Control>,
    /// A saved playlist of yours to begin with.
    #[serde(default)]
    pub playlist_id: Option<PlaylistId>,
}

/// `POST rooms/quick`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct JoinQuickRoom {
    /// Up to 64 of A–Z a–z 0–9 _ -; the room without a name, where empty or absent.
    #[serde(default)]
    #[schemars(regex(pattern = "^[A-Za-z0-9_-]{0,64}$"))]
    pub name: Option<String>,
}

/// `POST rooms/{id}/again`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlayAgain {
    /// What the new room is called; as the old one where absent.
    #[serde(default)]
    pub name: Option<String>,
}

/// `POST rooms/join`: exactly one of the two.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct JoinRoom {
    /// Which room.
    #[serde(default)]
    pub room_id: Option<RoomId>,
    /// The code, or the secret of the link; opens rooms that take an invite.
    #[serde(default)]
    pub invite_code: Option<String>,
}

/// The answer to `rooms/create`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RoomCreated {
    /// Which.
    pub room_id: RoomId,
    /// To type.
    pub invite_code: String,
    /// To follow.
    pub invite_url: String,
    /// The room.
    pub room: Room,
}

/// The answer to `rooms/join`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RoomJoined {
    /// The room.
    pub room: Room,
    /// Whether you are its host.
    pub is_host: bool,
}

/// `{room}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RoomAnswer {
    /// The room.
    pub room: Room,
}

/// `{rooms}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Rooms {
    /// The latest first.
    pub rooms: Vec<Room>,
}

/// `PATCH rooms/{id}`: what is absent stays.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PatchRoom {
    /// What it is called.
    #[serde(default)]
    pub name: Option<String>,
    /// Shorthand for the visibility `friends` or `public`.
    #[serde(default)]
    pub is_friends_only: Option<bool>,
    /// Who may come in.
    #[serde(default)]
    pub visibility: Option<Visibility>,
    /// Who controls.
    #[serde(default)]
    pub control: Option<Control>,
    /// Shared loudness, 0 to 1.
    #[serde(default)]
    pub volume: Option<f64>,
    /// What happens at the end of a track.
    #[serde(default)]
    pub repeat: Option<Repeat>,
    /// Whether items play in a drawn order.
    #[serde(default)]
    pub shuffle: Option<bool>,
    /// How members vote to skip.
    #[serde(default)]
    pub vote_skip: Option<VoteSkip>,
}

/// `{user_id}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OfUser {
    /// Whom it is about.
    pub user_id: UserId,
}

/// A member, in REST.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RoomMember {
    /// Who.
    pub user_id: UserId,
    /// Unique name; a guest has none.
    pub username: Option<String>,
    /// Display name.
    pub name: String,
    /// As what.
    pub role: Role,
    /// Whether they may listen only.
    pub muted: bool,
    /// Whether a connection of theirs watches the room.
    pub connected: bool,
    /// The same, as an earlier system called it.
    pub is_active: bool,
    /// Since when.
    pub joined_at: String,
    /// When they were last connected.
    pub last_seen: Option<String>,
}

/// What plays, in seconds and milliseconds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PlaybackState {
    /// Whether it plays.
    pub playing: bool,
    /// Seconds, at `timestamp`.
    pub position: f64,
    /// Milliseconds, at `timestamp`.
    pub position_ms: u64,
    /// When this was so: now, in server time.
    pub timestamp: String,
    /// The same as `position`.
    pub current_time: f64,
}

/// A room, in REST.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Room {
    /// Which.
    pub room_id: RoomId,
    /// Its host.
    pub host_id: Option<UserId>,
    /// What it is called.
    pub name: String,
    /// Who may come in.
    pub visibility: Visibility,
    /// `visibility` is `friends`.
    pub is_friends_only: bool,
    /// Who controls.
    pub control: Control,
    /// To type; only members see it.
    pub invite_code: Option<String>,
    /// To follow; only members see it.
    pub invite_url: Option<String>,
    /// Who belongs; in a room of more than 200 the host, the co-hosts and the longest-present, 100 in all.
    pub participants: Vec<UserId>,
    /// The same people, described.
    pub members: Vec<RoomMember>,
    /// How many belong.
    pub member_count: usize,
    /// What plays.
    pub current_song: Option<Track>,
    /// The place in the playlist that plays.
    pub current_item_id: Option<ItemId>,
    /// How it plays.
    pub playback_state: PlaybackState,
    /// How it plays, to compute with.
    pub timeline: Option<Timeline>,
    /// The playlist, as listed.
    pub queue: Vec<Item>,
    /// Shared loudness, 0 to 1.
    pub volume: f64,
    /// What happens at the end of a track.
    pub repeat: Repeat,
    /// Whether items play in a drawn order.
    pub shuffle: bool,
    /// How members vote to skip.
    pub vote_skip: VoteSkip,
    /// The last entry contained.
    pub seq: u64,
    /// Identity of the numbering.
    pub epoch: String,
    /// When it was opened.
    pub created_at: String,
    /// When it last changed.
    pub last_activity: String,
}

/// `GET rooms/{id}/history`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct History {
    /// In order.
    pub entries: Vec<Entry>,
    /// Before which entry to ask for older ones; none where these are the oldest.
    pub before_seq: Option<u64>,
}
