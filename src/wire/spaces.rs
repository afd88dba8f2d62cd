//! The messages of the socket `/ws/spaces/{room_id}`, as the clients of that earlier system speak. Moments are Unix
//! milliseconds, places in a song are seconds.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::error_code::ErrorCode;
use super::model::Track;
use crate::ids::{ItemId, RoomId, UserId};

/// A message of a client. Whatever else lies in `data` is passed over.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(tag = "type", content = "data", rename_all = "kebab-case")]
#[schemars(rename = "SpacesClientMessage")]
pub enum ClientMessage {
    /// Everybody stops.
    PausePlayback(Option<Control>),
    /// Everybody goes on.
    ResumePlayback(Option<Control>),
    /// Everybody goes there.
    SeekPlayback(Seek),
}

/// What comes with a control: nothing that is looked at.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
pub struct Control {}

/// Where to go.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Seek {
    /// The place in the song, in seconds.
    pub seek_time: f64,
}

/// A message to a client.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "kebab-case")]
#[schemars(rename = "SpacesServerMessage")]
pub enum ServerMessage {
    /// You are in: this is how things stand.
    RoomJoined {
        /// How things stand.
        data: Playback,
    },
    /// The music stands.
    PlaybackPaused {
        /// How things stand.
        data: Playback,
    },
    /// The music runs.
    PlaybackResumed {
        /// How things stand.
        data: Playback,
    },
    /// The music is elsewhere: at another place, or in another song.
    PlaybackSeeked {
        /// How things stand.
        data: Playback,
    },
    /// A message could not be used; the connection stays.
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

/// How the playback of a space stands.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Playback {
    /// The room.
    pub space_id: RoomId,
    /// Who did it, where somebody did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
    /// What plays.
    pub current_song: Option<Song>,
    /// When the song would have begun had it never been paused or moved: now minus this is the place in it, while it
    /// plays. 0 where there is no song.
    pub started_at: i64,
    /// Since when it stands; `pausedAt - startedAt` is the place it stands at.
    pub paused_at: Option<i64>,
    /// Whether it plays.
    pub is_playing: bool,
    /// When this last changed.
    pub last_updated: i64,
    /// The place in the song now, in seconds.
    pub current_time: f64,
    /// The place sought, in seconds: only where somebody did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seek_time: Option<f64>,
}

/// A song.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
pub struct Song {
    /// Its place in the playlist.
    pub id: ItemId,
    /// Where it is heard, unless it is a YouTube video.
    pub src: Option<String>,
    /// What it is.
    #[serde(flatten)]
    pub track: Track,
}
