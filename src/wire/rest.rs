//! Bodies of the REST calls. Times are ISO 8601 in UTC with milliseconds.

mod friends;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Ms;
use super::model::{Control, Entry, Repeat, Role, Timeline, Track, Visibility};
use super::talk::VoteSkip;
use crate::ids::{ItemId, MediaId, PlaylistId, RoomId, SessionId, UserId};

pub use friends::*;

/// A person, as others see them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct User {
    /// Who.
    pub user_id: UserId,
    /// Unique name; a guest has none.
    pub username: Option<String>,
    /// Display name.
    pub name: String,
    /// No password yet: signed in on this device only.
    pub is_guest: bool,
}

/// Yourself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Me {
    /// Who you are.
    #[serde(flatten)]
    pub user: User,
    /// Your e-mail address.
    pub email: Option<String>,
    /// Since when.
    pub created_at: String,
    /// How much later than its clock says this device sounds, in milliseconds.
    pub output_latency_ms: i64,
    /// Whether you run the server.
    pub is_admin: bool,
}

/// `POST auth/register`. With a guest's token, the guest is registered and keeps its rooms.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Register {
    /// 3 to 20 of A–Z a–z 0–9 _.
    #[schemars(regex(pattern = "^[A-Za-z0-9_]{3,20}$"))]
    pub username: String,
    /// At least 8 characters, and not a common one.
    pub password: String,
    /// Unique, where given.
    #[serde(default)]
    pub email: Option<String>,
    /// Display name; the username where absent.
    #[serde(default)]
    pub name: Option<String>,
}

/// `POST auth/login`: by username or e-mail address.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Login {
    /// Either this, in which an e-mail address is taken too,
    #[serde(default)]
    pub username: Option<String>,
    /// or this.
    #[serde(default)]
    pub email: Option<String>,
    /// The password.
    pub password: String,
}

/// `POST auth/guest`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Guest {
    /// Display name; one is made up where absent.
    #[serde(default)]
    pub name: Option<String>,
}

/// `POST auth/refresh` and `auth/logout`. Browsers with cookies leave the token out.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Refresh {
    /// The refresh token.
    #[serde(default)]
    pub refresh_token: Option<String>,
}

/// Signed in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SignedIn {
    /// Who.
    pub user: User,
    /// For `Authorization: Bearer`.
    pub access_token: String,
    /// For `auth/refresh`, once.
    pub refresh_token: String,
    /// Seconds until the access token expires.
    pub expires_in: u64,
    /// This device.
    pub session_id: SessionId,
}

/// `POST auth/ticket`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AskTicket {
    /// The one room it is to open; whatever the caller's own token opens, where absent.
    #[serde(default)]
    pub room_id: Option<RoomId>,
}

/// What stands for an access token in an address: `?token=`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Ticket {
    /// Good once.
    pub ticket: String,
    /// And for so many seconds.
    pub expires_in: u64,
}

/// `POST auth/username`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SetUsername {
    /// 3 to 20 of A–Z a–z 0–9 _.
    #[schemars(regex(pattern = "^[A-Za-z0-9_]{3,20}$"))]
    pub username: String,
}

/// `PATCH me`: what is absent stays.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PatchMe {
    /// Display name.
    #[serde(default)]
    pub name: Option<String>,
    /// E-mail address; an empty one removes it.
    #[serde(default)]
    pub email: Option<String>,
    /// A new password, together with `current_password`.
    #[serde(default)]
    pub password: Option<String>,
    /// The password so far.
    #[serde(default)]
    pub current_password: Option<String>,
    /// How much later than its clock says this device sounds, in milliseconds.
    #[serde(default)]
    pub output_latency_ms: Option<i64>,
}

/// `{user}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct UserAnswer {
    /// The user.
    pub user: Me,
}

/// A signed-in device.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Session {
    /// Which.
    pub session_id: SessionId,
    /// What the device calls itself.
    pub client: String,
    /// Since when.
    pub opened_at: String,
    /// When it was last refreshed.
    pub refreshed_at: String,
    /// The one this call came from.
    pub current: bool,
}

/// `{sessions}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Sessions {
    /// The latest first.
    pub sessions: Vec<Session>,
}

/// `POST rooms/create`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateRoom {
    /// What it is called; one is made up where absent.
    #[serde(default)]
    pub name: Option<String>,
    /// Shorthand for `visibility: "friends"`.
    #[serde(default)]
    pub is_friends_only: Option<bool>,
    /// Who may come in; public where absent.
    #[serde(default)]
    pub visibility: Option<Visibility>,
    /// Who controls; the host where absent.
    #[serde(default)]
    pub control: Option<Control>,
    /// A saved playlist of yours to begin with.
    #[serde(default)]
    pub playlist_id: Option<PlaylistId>,
}

/// `POST rooms/quick`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct JoinQuickRoom {
    /// Up to 64 of A–Z a–z 0–9 _ -; the room without a name, where empty or absent.
    #[serde(default)]
    #[schemars(regex(pattern = "^[A-Za-z0-9_-]{0,64}$"))]
    pub name: Option<String>,
}

/// `POST rooms/{id}/again`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlayAgain {
    /// What the new room is called; as the old one where absent.
    #[serde(default)]
    pub name: Option<String>,
}

/// `POST rooms/join`: exactly one of the two.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct JoinRoom {
    /// Which room.
    #[serde(default)]
    pub room_id: Option<RoomId>,
    /// The code, or the secret of the link; opens rooms that take an invite.
    #[serde(default)]
    pub invite_code: Option<String>,
}

/// The answer to `rooms/create`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RoomCreated {
    /// Which.
    pub room_id: RoomId,
    /// To type.
    pub invite_code: String,
    /// To follow.
    pub invite_url: String,
    /// The room.
    pub room: Room,
}

/// The answer to `rooms/join`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RoomJoined {
    /// The room.
    pub room: Room,
    /// Whether you are its host.
    pub is_host: bool,
}

/// `{room}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RoomAnswer {
    /// The room.
    pub room: Room,
}

/// `{rooms}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Rooms {
    /// The latest first.
    pub rooms: Vec<Room>,
}

/// `PATCH rooms/{id}`: what is absent stays.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PatchRoom {
    /// What it is called.
    #[serde(default)]
    pub name: Option<String>,
    /// Shorthand for the visibility `friends` or `public`.
    #[serde(default)]
    pub is_friends_only: Option<bool>,
    /// Who may come in.
    #[serde(default)]
    pub visibility: Option<Visibility>,
    /// Who controls.
    #[serde(default)]
    pub control: Option<Control>,
    /// Shared loudness, 0 to 1.
    #[serde(default)]
    pub volume: Option<f64>,
    /// What happens at the end of a track.
    #[serde(default)]
    pub repeat: Option<Repeat>,
    /// Whether items play in a drawn order.
    #[serde(default)]
    pub shuffle: Option<bool>,
    /// How members vote to skip.
    #[serde(default)]
    pub vote_skip: Option<VoteSkip>,
}

/// `{user_id}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OfUser {
    /// Whom it is about.
    pub user_id: UserId,
}

/// A member, in REST.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RoomMember {
    /// Who.
    pub user_id: UserId,
    /// Unique name; a guest has none.
    pub username: Option<String>,
    /// Display name.
    pub name: String,
    /// As what.
    pub role: Role,
    /// Whether they may listen only.
    pub muted: bool,
    /// Whether a connection of theirs watches the room.
    pub connected: bool,
    /// The same, as an earlier system called it.
    pub is_active: bool,
    /// Since when.
    pub joined_at: String,
    /// When they were last connected.
    pub last_seen: Option<String>,
}

/// What plays, in seconds and milliseconds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PlaybackState {
    /// Whether it plays.
    pub playing: bool,
    /// Seconds, at `timestamp`.
    pub position: f64,
    /// Milliseconds, at `timestamp`.
    pub position_ms: u64,
    /// When this was so: now, in server time.
    pub timestamp: String,
    /// The same as `position`.
    pub current_time: f64,
}

/// A room, in REST.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Room {
    /// Which.
    pub room_id: RoomId,
    /// Its host.
    pub host_id: Option<UserId>,
    /// What it is called.
    pub name: String,
    /// Who may come in.
    pub visibility: Visibility,
    /// `visibility` is `friends`.
    pub is_friends_only: bool,
    /// Who controls.
    pub control: Control,
    /// To type; only members see it.
    pub invite_code: Option<String>,
    /// To follow; only members see it.
    pub invite_url: Option<String>,
    /// Who belongs; in a room of more than 200 the host, the co-hosts and the longest-present, 100 in all.
    pub participants: Vec<UserId>,
    /// The same people, described.
    pub members: Vec<RoomMember>,
    /// How many belong.
    pub member_count: usize,
    /// What plays.
    pub current_song: Option<Track>,
    /// The place in the playlist that plays.
    pub current_item_id: Option<ItemId>,
    /// How it plays.
    pub playback_state: PlaybackState,
    /// How it plays, to compute with.
    pub timeline: Option<Timeline>,
    /// The playlist, as listed.
    pub queue: Vec<Item>,
    /// Shared loudness, 0 to 1.
    pub volume: f64,
    /// What happens at the end of a track.
    pub repeat: Repeat,
    /// Whether items play in a drawn order.
    pub shuffle: bool,
    /// How members vote to skip.
    pub vote_skip: VoteSkip,
    /// The last entry contained.
    pub seq: u64,
    /// Identity of the numbering.
    pub epoch: String,
    /// When it was opened.
    pub created_at: String,
    /// When it last changed.
    pub last_activity: String,
}

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

/// `GET rooms/{id}/history`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct History {
    /// In order.
    pub entries: Vec<Entry>,
    /// Before which entry to ask for older ones; none where these are the oldest.
    pub before_seq: Option<u64>,
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
