//! Bodies of the REST calls. Times are ISO 8601 in UTC with milliseconds.

mod account;
mod friends;
mod room;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Ms;
use super::model::Track;
use crate::ids::{ItemId, MediaId, UserId};

pub use account::*;
pub use friends::*;
pub use room::*;

/// One place in a playlist, in REST.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Item {
    /// Its name.
    pub item_id: ItemId,
    /// What plays here.
    pub track: Track,
    /// Who put it there.
    pub added_by: Option<UserId>,
    /// When.
    pub added_at: String,
}

/// `{items}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Playlist {
    /// As listed.
    pub items: Vec<Item>,
}

/// `POST rooms/{id}/playlist`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AddItem {
    /// What.
    #[serde(deserialize_with = "super::object")]
    pub track: Track,
    /// Before which index; at the end where absent.
    #[serde(default)]
    pub position: Option<usize>,
}

/// `{item}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ItemAnswer {
    /// The item.
    pub item: Item,
}

/// `PATCH rooms/{id}/playlist/{item_id}`: what is absent stays.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PatchItem {
    /// Its index afterwards.
    #[serde(default)]
    pub position: Option<usize>,
    /// How it is described.
    #[serde(default, deserialize_with = "super::object_or_none")]
    pub track: Option<Track>,
}

/// `PUT rooms/{id}/playlist/order`: every item once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// The items as they are to be listed.
    pub item_ids: Vec<ItemId>,
}

/// What to do with the music.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PlaybackAction {
    /// Start, or go on.
    Play,
    /// Stand still.
    Pause,
    /// Go to `position_ms`.
    Seek,
    /// Play the next item.
    SkipNext,
    /// Play the previous item.
    SkipPrev,
    /// Play `item_id`.
    Select,
}

/// `POST rooms/{id}/playback`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Playback {
    /// What.
    pub action: PlaybackAction,
    /// Where, for `seek` and `select`.
    #[serde(default)]
    pub position_ms: Option<Ms>,
    /// Which, for `select`.
    #[serde(default)]
    pub item_id: Option<ItemId>,
}

/// `{seq}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Accepted {
    /// The entry it became; the last one before it where it changed nothing.
    pub seq: u64,
}

/// An audio file of the library.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Media {
    /// Which.
    pub media_id: MediaId,
    /// From its tags, else from its file name.
    pub title: String,
    /// From its tags.
    pub artists: Vec<String>,
    /// From its tags.
    pub album: Option<String>,
    /// Its length.
    pub duration_ms: Option<u64>,
    /// Its picture, at this path.
    pub artwork_url: Option<String>,
    /// What it is, as `audio/flac`.
    pub content_type: String,
    /// Its size in bytes.
    pub size: u64,
    /// Who uploaded it; nobody where it lies in the media folder.
    pub uploaded_by: Option<UserId>,
    /// The audio, at this path.
    pub url: String,
}

/// `{media}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MediaList {
    /// By artist, album and title.
    pub media: Vec<Media>,
}

/// `GET media/{id}/peaks`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Peaks {
    /// How loud the file is in 800 equal steps of its length: 0 is silence, 255 as loud as can be.
    pub peaks: Vec<u8>,
}

/// `GET /version`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Version {
    /// The program's name.
    pub name: String,
    /// Its version.
    pub version: String,
}
