//! The nouns of the native protocol: track, item, timeline, member, room state, entry. Times are `*_ms` numbers.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Ms;
pub use super::event::{HostChange, ItemChange, RoomEvent};
use super::requests::Request;
use super::talk::{Message, VoteSkip};
use crate::ids::{CommandId, ItemId, MediaId, RoomId, UserId};

/// A piece of music. Exactly one of `media_id`, `url` and `youtube_video_id` is given.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Track {
    /// Its title.
    pub title: String,
    /// Its artists, most important first.
    #[serde(default)]
    pub artists: Vec<String>,
    /// The album it is from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub album: Option<String>,
    /// Its length, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<Ms>,
    /// A picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub artwork_url: Option<String>,
    /// An uploaded file, at `/media/{media_id}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media_id: Option<MediaId>,
    /// An address each listener opens by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// A YouTube video.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub youtube_video_id: Option<String>,
}

/// One place in a playlist.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Item {
    /// Its name.
    pub item_id: ItemId,
    /// What plays here.
    pub track: Track,
    /// Who put it there.
    pub added_by: Option<UserId>,
    /// When.
    pub added_at_ms: i64,
}

/// One item placed on server time: at `t` it is at `position_ms + (t - at_ms) * rate` while playing, and never before
/// `at_ms`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Timeline {
    /// What plays.
    pub item_id: ItemId,
    /// Whether it plays or stands.
    pub playing: bool,
    /// The position at `at_ms`.
    pub position_ms: u64,
    /// The anchor, in server time; in the future for a scheduled start.
    pub at_ms: i64,
    /// When the sound starts, where playing: the same as `at_ms`.
    pub starts_at_ms: Option<i64>,
    /// How fast it runs; 1 is as recorded.
    pub rate: f64,
}

/// What a member may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Everything.
    Host,
    /// Controls music and playlist.
    CoHost,
    /// Listens; controls where everyone controls.
    Guest,
}

/// Who may come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// Anybody; listed for discovery.
    Public,
    /// Friends of the host.
    Friends,
    /// Whoever has an invite.
    Invite,
}

/// Who controls the music and the playlist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Control {
    /// The host and the co-hosts.
    Host,
    /// Every member.
    Everyone,
}

/// What happens at the end of a track.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Repeat {
    /// The next one plays; after the last, silence.
    Off,
    /// The same one again.
    One,
    /// After the last one the first.
    All,
}

/// How well a connected member hears what it should, as its client last reported.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SyncQuality {
    /// Expected minus actual playback position.
    pub drift_ms: f64,
    /// Server minus client clock, as the client estimates it.
    pub offset_ms: f64,
    /// Round trip.
    pub rtt_ms: f64,
    /// It waits for data.
    pub buffering: bool,
    /// It is ready to play the current item.
    pub loaded: bool,
}

/// A person in the room.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Member {
    /// Who.
    pub user_id: UserId,
    /// Unique name; a guest has none.
    pub username: Option<String>,
    /// Display name.
    pub name: String,
    /// As what.
    pub role: Role,
    /// Whether a connection of theirs watches the room now.
    pub connected: bool,
    /// Since when they belong.
    pub joined_at_ms: i64,
    /// When they were last connected.
    pub last_seen_ms: Option<i64>,
    /// How well they hear, while connected and reporting.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sync: Option<SyncQuality>,
}

/// A room as it stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RoomState {
    /// Which room.
    pub room_id: RoomId,
    /// What it is called.
    pub name: String,
    /// Its host; none where nobody is a member.
    pub host_id: Option<UserId>,
    /// Who may come in.
    pub visibility: Visibility,
    /// Who controls.
    pub control: Control,
    /// To type.
    pub invite_code: String,
    /// To follow: the path of the invite link on this server.
    pub invite_path: String,
    /// Shared loudness, 0 to 1.
    pub volume: f64,
    /// What happens at the end of a track.
    pub repeat: Repeat,
    /// The order items play in, while shuffling.
    pub shuffle_order: Option<Vec<ItemId>>,
    /// The playlist, as listed.
    pub playlist: Vec<Item>,
    /// What plays; nothing where the playlist is empty.
    pub timeline: Option<Timeline>,
    /// What guests ask for: all that waits, and the latest that was decided, oldest first.
    pub requests: Vec<Request>,
    /// Who may listen only: no chat, no requests, no reactions.
    pub muted: Vec<UserId>,
    /// Who is let in no more.
    pub banned: Vec<UserId>,
    /// How members vote to skip.
    pub vote_skip: VoteSkip,
    /// Who voted to skip the current item.
    pub skip_votes: Vec<UserId>,
    /// The latest 100 messages, oldest first.
    pub chat: Vec<Message>,
    /// How many destructive changes of the playlist can be undone.
    pub undo_steps: usize,
    /// How many belong to it.
    pub member_count: usize,
    /// When it was opened.
    pub created_at_ms: i64,
}

/// Why an entry came to be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Cause {
    /// The command's name.
    pub command: String,
    /// The client's id for it.
    pub command_id: Option<CommandId>,
    /// Who gave it; nobody where Tutti did by itself.
    pub user_id: Option<UserId>,
}

/// One accepted command of a room and its facts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Entry {
    /// Its number in the room: 1, 2, 3 … without gaps.
    pub seq: u64,
    /// When it was decided.
    pub at_ms: i64,
    /// Why.
    pub cause: Cause,
    /// What it led to.
    pub events: Vec<RoomEvent>,
}
