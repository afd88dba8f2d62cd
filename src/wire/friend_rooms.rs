//! The Socket.IO dialect of friend rooms (seeds 000 and 001): the payload of every event, as its clients know them.
//! Positions are seconds, times ISO 8601.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::error_code::ErrorBody;
use super::model::Track;
use super::notice::Notice;
use super::rest::Room;
use crate::ids::{RoomId, UserId};

/// `auth` of a connection.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Auth {
    /// An access token; `?token=` is read where there is none.
    #[serde(default)]
    pub token: Option<String>,
}

/// `join_room`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct JoinRoom {
    /// Which room.
    pub room_id: String,
    /// What opens it, where it takes an invite.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invite_code: Option<String>,
}

/// `leave_room_socket`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LeaveRoomSocket {
    /// Which room; the one this socket is in, where not said.
    #[serde(default)]
    pub room_id: Option<String>,
}

/// `sync_state`: what the host plays.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SyncState {
    /// In which room.
    pub room_id: String,
    /// How it plays.
    pub playback_state: HeardState,
    /// What plays; the same as before, where not said. Fields beyond those of a track are passed over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Song>")]
    pub current_song: Option<serde_json::Map<String, serde_json::Value>>,
}

/// How the host's player stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HeardState {
    /// Whether it plays.
    pub playing: bool,
    /// Where it is, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<f64>,
    /// The same; read where `position` is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current_time: Option<f64>,
    /// When the host looked, by its own clock; not relied on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<serde_json::Value>,
}

/// A song as a host describes it: a track, or something the room cannot name, which is only shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Song {
    /// Its title.
    pub title: String,
    /// Its artists.
    #[serde(default)]
    pub artists: Vec<String>,
    /// A YouTube video; or `media_id`, or `url`, as in a track.
    #[serde(default)]
    pub youtube_video_id: Option<String>,
}

/// `request_sync`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestSync {
    /// Of which room.
    pub room_id: String,
}

/// `authenticate`: a fresh access token, before the old one expires.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Authenticate {
    /// The fresh token, of the same user.
    pub token: String,
}

/// `connected`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Connected {
    /// Who the token belongs to.
    pub user_id: UserId,
    /// When.
    pub timestamp: String,
}

/// `room_joined`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RoomJoined {
    /// Which room.
    pub room_id: RoomId,
    /// The room as it stands.
    pub room_state: Room,
    /// Whether the asker is its host.
    pub is_host: bool,
    /// When.
    pub timestamp: String,
}

/// `room_left`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RoomLeft {
    /// Which room.
    pub room_id: RoomId,
    /// When.
    pub timestamp: String,
}

/// `user_joined` and `user_left`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct UserMoved {
    /// Who.
    pub user_id: UserId,
    /// When.
    pub timestamp: String,
}

/// `host_changed`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct HostChanged {
    /// In which room.
    pub room_id: RoomId,
    /// Who is host now.
    pub host_id: UserId,
    /// The same.
    pub new_host_id: UserId,
    /// Who was.
    pub old_host_id: Option<UserId>,
    /// When.
    pub timestamp: String,
}

/// `state_synced`: what to play.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StateSynced {
    /// How it plays.
    pub playback_state: SyncedState,
    /// What plays.
    #[schemars(with = "Option<Track>")]
    pub current_song: Option<serde_json::Value>,
    /// When this was sent.
    pub timestamp: String,
}

/// Where the music is: while playing, at `position + (now - timestamp)`, all in server time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SyncedState {
    /// Whether it plays.
    pub playing: bool,
    /// Seconds, at `timestamp`.
    pub position: f64,
    /// When it is there; a little ahead, where a start is scheduled.
    pub timestamp: String,
    /// The same as `position`.
    pub current_time: f64,
}

/// News for the one signed in: `friend_request_received`, `room_invite` and so on, by what `kind` says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "FriendRoomsNews")]
pub struct News {
    /// What is new.
    #[serde(flatten)]
    pub notice: Notice,
    /// When this was sent.
    pub timestamp: String,
}

/// `pong`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Pong {
    /// Server time.
    pub timestamp: String,
}

/// What answers an acknowledgement where the event has no answer of its own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Done {
    /// It was done.
    pub ok: bool,
}

/// Everything a client says, for the schemas: Socket.IO itself carries the name beside the data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", content = "data", rename_all = "snake_case")]
pub enum ClientEvent {
    /// Who this is; comes with the connection itself, as `auth`.
    Connect(Auth),
    /// Enter a room, as a member from then on where it lets one in.
    JoinRoom(JoinRoom),
    /// Leave a room; one's user with it, from their last device.
    LeaveRoomSocket(LeaveRoomSocket),
    /// As host: what plays.
    SyncState(SyncState),
    /// Ask what plays.
    RequestSync(RequestSync),
    /// Ask for the time.
    Ping(Option<serde_json::Value>),
    /// Stay, with a fresh token.
    Authenticate(Authenticate),
}

/// Everything the server says, for the schemas.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", content = "data", rename_all = "snake_case")]
#[expect(clippy::large_enum_variant, reason = "described, never made")]
pub enum ServerEvent {
    /// The token is valid.
    Connected(Connected),
    /// In the room.
    RoomJoined(RoomJoined),
    /// Out of the room.
    RoomLeft(RoomLeft),
    /// Somebody is there now.
    UserJoined(UserMoved),
    /// Somebody is there no more.
    UserLeft(UserMoved),
    /// Another is host.
    HostChanged(HostChanged),
    /// What plays.
    StateSynced(StateSynced),
    /// Somebody asks to be a friend.
    FriendRequestReceived(News),
    /// A friend more.
    FriendRequestAccepted(News),
    /// A friend request waits no more.
    FriendRequestGone(News),
    /// A friend less.
    FriendRemoved(News),
    /// A friend came online, went, or listens elsewhere.
    FriendSeen(News),
    /// A friend invites into a room.
    RoomInvite(News),
    /// The time.
    Pong(Pong),
    /// Something was refused.
    Error(ErrorBody),
}
