//! Playlists that are saved, imported and exported, in REST.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::model::Track;
use super::rest::Item;
use crate::ids::{PlaylistId, RoomId};

/// `POST me/playlists`: the tracks of a room, or these.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SavePlaylist {
    /// What it is called.
    pub name: String,
    /// Whose playlist to save; you belong to it.
    #[serde(default)]
    pub room_id: Option<RoomId>,
    /// What to save.
    #[serde(default)]
    pub tracks: Option<Vec<Track>>,
}

/// A saved playlist, without its tracks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SavedPlaylist {
    /// Its name.
    pub playlist_id: PlaylistId,
    /// What it is called.
    pub name: String,
    /// How many tracks it has.
    pub track_count: usize,
    /// Since when.
    pub saved_at: String,
}

/// `{playlists}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SavedPlaylists {
    /// The latest first.
    pub playlists: Vec<SavedPlaylist>,
}

/// `{playlist, tracks}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SavedPlaylistAnswer {
    /// The playlist.
    pub playlist: SavedPlaylist,
    /// In order.
    pub tracks: Vec<Track>,
}

/// The answer to an import.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Imported {
    /// What was added, in order.
    pub items: Vec<Item>,
    /// How many entries of the file cannot be played by others.
    pub skipped: usize,
}
