//! The nouns of the native protocol: track, item, timeline, member, room state, event. Times are `*_ms` numbers.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Ms;
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
