//! A room as whoever was invited sees it before they go in: what it is called, who is there, and what plays.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::RoomId;

/// The answer to `GET invites/{code}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Invitation {
    /// Which room it opens.
    pub room_id: RoomId,
    /// What the room is called.
    pub name: String,
    /// What the host is called, where there is one.
    pub host: Option<String>,
    /// What those who are connected are called, the longest-present first; some of them in a large room.
    pub here: Vec<String>,
    /// How many members are connected.
    pub connected: usize,
    /// How many belong to the room.
    pub member_count: usize,
    /// The title of the current song.
    pub song: Option<String>,
    /// Whether it plays.
    pub playing: bool,
    /// Whether the caller belongs to the room already.
    pub member: bool,
}
