//! Sessions, as the clients of an earlier system call rooms with a host, guests and requests: the bodies of REST at the
//! root, and the flat messages of the socket. Times are ISO 8601 in UTC with milliseconds.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Ms;
use super::error_code::ErrorCode;
use super::model::{Control, Role, Track, Visibility};
use super::requests::{RequestAction, RoomRequest};
use super::rest::{Item, PlaybackAction, User};
use crate::ids::{CommandId, ItemId, RequestId, RoomId, UserId};

/// A session: a room.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ListeningSession {
    /// Which: the room's id.
    pub session_id: RoomId,
    /// What it is called.
    pub name: String,
    /// Its host.
    pub host_id: Option<UserId>,
    /// To type.
    pub invite_code: String,
    /// To follow.
    pub invite_url: String,
    /// Who may come in.
    pub visibility: Visibility,
    /// Who controls.
    pub control: Control,
    /// How many belong to it.
    pub member_count: usize,
    /// When it was opened.
    pub created_at: String,
}

/// Whether the music runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PlayState {
    /// It runs.
    Playing,
    /// It stands.
    Paused,
}

/// Where the music is. While it plays, it is at `position_ms` plus what has passed since `updated_at`, in server time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "SessionPlayback")]
pub struct Playback {
    /// What plays: the item of the playlist.
    pub track_id: Option<ItemId>,
    /// Where it is at `updated_at`.
    pub position_ms: u64,
    /// Whether it runs.
    pub state: PlayState,
    /// When it is at `position_ms`; a little ahead where a start is scheduled, and until then the music waits.
    pub updated_at: String,
    /// Now, in server time.
    pub server_time: String,
    /// What plays, described.
    pub track: Option<Track>,
}

/// The playlist of a session.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "SessionPlaylist")]
pub struct Playlist {
    /// As listed.
    pub items: Vec<Item>,
    /// The ids of the items, as listed.
    pub order: Vec<ItemId>,
}

/// How a session stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SessionState {
    /// Where the music is.
    #[serde(flatten)]
    pub playback: Playback,
    /// What is to be played.
    pub playlist: Playlist,
}

/// `POST /sessions/{code}/join`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct JoinSession {
    /// How somebody without an account is called; one is made up where absent.
    #[serde(default)]
    pub name: Option<String>,
}

/// The answer to `POST /sessions` and `POST /sessions/{code}/join`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SessionEntered {
    /// The session.
    pub session: ListeningSession,
    /// Opens this session and nothing else.
    pub session_token: String,
    /// Seconds until it expires; `POST /sessions/{session_id}/token` gives the next one.
    pub expires_in: u64,
    /// Who you are in it.
    pub user: User,
    /// As what.
    pub role: Role,
    /// How it stands.
    pub state: SessionState,
}

/// The answer to `GET /sessions/{session_id}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SessionShown {
    /// The session.
    pub session: ListeningSession,
    /// As what you belong to it.
    pub role: Role,
    /// How it stands.
    pub state: SessionState,
}

/// The answer to `POST /sessions/{session_id}/token`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SessionToken {
    /// Opens this session and nothing else.
    pub session_token: String,
    /// Seconds until it expires.
    pub expires_in: u64,
}

/// A message of a client on the socket.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
#[schemars(rename = "SessionsClientMessage")]
pub enum ClientMessage {
    /// A guest asks for a change of the playlist; where you control, it is made at once.
    RequestPlaylistChange(RequestPlaylistChange),
    /// How well you hear: a diagnostic, answered by nothing.
    SyncAck(SyncAck),
    /// What played for you is over; answered by `playback_state`, whatever it says.
    TrackEnded(TrackEnded),
    /// The host says what happens to the music.
    PlaybackCommand(PlaybackCommand),
    /// The host makes the change that was asked for.
    ApproveRequest(ApproveRequest),
    /// The host does not.
    DenyRequest(DenyRequest),
}

/// A change of the playlist that somebody asks for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestPlaylistChange {
    /// Your own name for it: sent again under the same name, it counts once. `request_update` repeats it as
    /// `client_request_id`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<CommandId>,
    /// What.
    pub action: RequestAction,
    /// To add, or how to describe it anew.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "super::object_or_none"
    )]
    pub track: Option<Track>,
    /// Which item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item_id: Option<ItemId>,
    /// Its index afterwards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<usize>,
}

/// How well a client hears. Everything may be left out, and whatever else it says is passed over.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct SyncAck {
    /// What it plays or has loaded.
    pub track_id: Option<ItemId>,
    /// Where it is in it.
    pub position_ms: Option<Ms>,
    /// Expected minus actual position; computed from `position_ms` where absent.
    pub drift_ms: Option<f64>,
    /// Server minus client clock.
    pub offset_ms: Option<f64>,
    /// Round trip.
    pub rtt_ms: Option<f64>,
    /// Whether it waits for data.
    pub buffering: bool,
}

/// What is over for a client.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct TrackEnded {
    /// The item that played.
    pub track_id: Option<ItemId>,
}

/// What happens to the music.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlaybackCommand {
    /// What.
    pub action: PlaybackAction,
    /// Where, for `seek` and `select`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position_ms: Option<Ms>,
    /// Which item, for `select`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub track_id: Option<ItemId>,
}

/// Which request is approved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ApproveRequest {
    /// Which.
    pub request_id: RequestId,
}

/// Which request is denied, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "DenyRequestBySocket")]
pub struct DenyRequest {
    /// Which.
    pub request_id: RequestId,
    /// Why; shown to everybody in the session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A message to a client on the socket.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
#[schemars(rename = "SessionsServerMessage")]
pub enum ServerMessage {
    /// Where the music is: first of all, after every change, and every now and then.
    PlaybackState(Playback),
    /// The playlist, whole: once you are in, and after every change.
    PlaylistUpdate(Playlist),
    /// What became of a request: of each that waits once you are in, and of each whenever it changes.
    RequestUpdate(RequestUpdate),
    /// A message of yours came to nothing; the connection stays.
    Error {
        /// For programs.
        code: ErrorCode,
        /// For people.
        message: String,
        /// When to try again, where that can help.
        #[serde(skip_serializing_if = "Option::is_none")]
        retry_after_ms: Option<u64>,
    },
}

/// What became of a request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RequestUpdate {
    /// It, as it stands.
    #[serde(flatten)]
    pub request: RoomRequest,
    /// What whoever asked calls it, in the message that says so first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_request_id: Option<CommandId>,
}
