//! The messages of the socket `/ws/quick/{name}`: flat JSON objects. Places in a track are seconds, moments are Unix
//! milliseconds of the server's clock.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::error_code::ErrorCode;
use crate::ids::RoomId;

/// A message of a client.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
#[schemars(rename = "QuickClientMessage")]
pub enum ClientMessage {
    /// Everybody hears this from its beginning, once somebody plays it. For the host.
    SetTrack {
        /// `http(s)://…` or `/media/…`, ending in `.mp3`, `.ogg`, `.wav`, `.m4a`, `.flac` or `.opus`; at most 2,048
        /// characters.
        url: String,
    },
    /// The music runs. For the host.
    Play {},
    /// The music stands. For the host.
    Pause {},
    /// The music goes there. For the host.
    Seek {
        /// The place, in seconds.
        position: f64,
    },
    /// So loud for everybody. For the host.
    Volume {
        /// 0 to 1.
        volume: f64,
    },
    /// Become host, where there is none.
    RequestHost {},
    /// What time is it? Not counted as a control.
    Ping {
        /// Comes back as it is.
        t: serde_json::Number,
    },
}

/// A message to a client.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
#[schemars(rename = "QuickServerMessage")]
pub enum ServerMessage {
    /// The first message: how things stand.
    Init {
        /// The room behind this name, for whoever speaks other dialects too.
        room_id: RoomId,
        /// What lets them in.
        invite_code: String,
        /// How things stand.
        #[serde(flatten)]
        state: State,
    },
    /// Things stand otherwise.
    State {
        /// How.
        #[serde(flatten)]
        state: State,
    },
    /// Whether you are the host: after `init`, and whenever it changes.
    Host {
        /// Whether it is you.
        you: bool,
    },
    /// The answer to `ping`.
    Pong {
        /// As it came.
        t: serde_json::Number,
        /// Server time.
        server_ms: f64,
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

/// How a quick room stands.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[schemars(rename = "QuickState")]
pub struct State {
    /// What is to be heard.
    pub track_url: Option<String>,
    /// Whether it stands.
    pub paused: bool,
    /// The place at `server_ms`, in seconds.
    pub position: f64,
    /// When the track would have begun, had it never stood or moved: `server_ms - start_epoch_ms` is the place in it.
    /// Nothing while it stands.
    pub start_epoch_ms: Option<i64>,
    /// Shared loudness, 0 to 1.
    pub volume: f64,
    /// Server time of this message.
    pub server_ms: i64,
}
