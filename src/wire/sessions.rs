//! Sessions, as the clients of an earlier system call rooms with a host, guests and requests: the bodies of REST at the
//! root. Times are ISO 8601 in UTC with milliseconds.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::model::{Control, Role, Track, Visibility};
use super::rest::{Item, User};
use crate::ids::{ItemId, RoomId, UserId};

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
