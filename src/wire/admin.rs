//! Bodies of the REST calls of those who run the server.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::model::Visibility;
use super::rest::User;
use crate::ids::{RoomId, UserId};

/// `GET admin/settings`: what may be set while the server runs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ServerSettings {
    /// Whether anybody may make an account.
    pub registration: bool,
    /// Whether anybody may come without a password.
    pub guests: bool,
    /// Whether there are rooms without accounts.
    pub quick_rooms: bool,
    /// Whether YouTube videos can be played, by YouTube's own player in each page.
    pub youtube: bool,
    /// The largest upload, in bytes.
    pub max_upload: u64,
    /// What one user may keep in uploads, in bytes.
    pub user_quota: u64,
    /// What all uploads may take, in bytes.
    pub total_quota: u64,
    /// Rooms that everybody left are closed after so long, in milliseconds.
    pub empty_rooms_after_ms: u64,
    /// How often those in sessions are told where the music is, in milliseconds.
    pub session_resync_every_ms: u64,
    /// Further page origins that may use this server.
    pub allowed_origins: Vec<String>,
    /// The address people reach this server at; empty where it is as they asked.
    pub public_url: String,
    /// How much of each thing may be asked for, as `5/h` or `20/s burst 60`, by name.
    pub rates: BTreeMap<String, String>,
}

/// `PATCH admin/settings`: what is absent stays.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PatchServerSettings {
    /// Whether anybody may make an account.
    pub registration: Option<bool>,
    /// Whether anybody may come without a password.
    pub guests: Option<bool>,
    /// Whether there are rooms without accounts.
    pub quick_rooms: Option<bool>,
    /// Whether YouTube videos can be played; pages that are open learn it when they are loaded again.
    pub youtube: Option<bool>,
    /// The largest upload, in bytes.
    pub max_upload: Option<u64>,
    /// What one user may keep in uploads, in bytes.
    pub user_quota: Option<u64>,
    /// What all uploads may take, in bytes.
    pub total_quota: Option<u64>,
    /// Rooms that everybody left are closed after so long, in milliseconds; a minute at least.
    pub empty_rooms_after_ms: Option<u64>,
    /// How often those in sessions are told where the music is, in milliseconds; from 250 to 600000.
    pub session_resync_every_ms: Option<u64>,
    /// Further page origins that may use this server, as `https://music.example.org`; all of them.
    pub allowed_origins: Option<Vec<String>>,
    /// The address people reach this server at; empty for as they asked.
    pub public_url: Option<String>,
    /// How much of each thing may be asked for, as `5/h` or `20/s burst 60`, by name; others stay.
    pub rates: Option<BTreeMap<String, String>>,
    /// What is to be as the configuration says again, by name; a rate as `rates.friend_request`.
    pub reset: Option<Vec<String>>,
}

/// Who set something, and when.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SettingChanged {
    /// Who; nobody where it was at the command line.
    pub by: Option<UserId>,
    /// What they are called.
    pub by_name: Option<String>,
    /// When; unknown where it was written by hand.
    pub at: Option<String>,
}

/// How the server is set, and how that came.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ServerSettingsAnswer {
    /// How the server is set.
    pub settings: ServerSettings,
    /// How it would be set had nobody set anything: as flags, environment and configuration file said at its start.
    pub start: ServerSettings,
    /// What was set since, by name; a rate as `rates.friend_request`.
    pub changed: BTreeMap<String, SettingChanged>,
    /// Whether rates are counted at all.
    pub limits: bool,
}

/// An account, as an admin sees it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AdminUser {
    /// Who.
    #[serde(flatten)]
    pub user: User,
    /// Their e-mail address.
    pub email: Option<String>,
    /// Whether they run the server.
    pub is_admin: bool,
    /// Since when nobody may sign in as them; nothing where they may.
    pub disabled_at: Option<String>,
    /// Since when.
    pub created_at: String,
    /// How many devices are signed in.
    pub devices: usize,
    /// How many rooms they belong to.
    pub rooms: usize,
    /// What their uploads take, in bytes.
    pub stored: u64,
}

/// `GET admin/users`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AdminUsers {
    /// The latest made first.
    pub users: Vec<AdminUser>,
}

/// `POST admin/users/{id}/sign-out`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SignedOut {
    /// How many devices were signed in.
    pub devices: usize,
}

/// A room, as an admin sees it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AdminRoom {
    /// Which.
    pub room_id: RoomId,
    /// What it is called.
    pub name: String,
    /// Who may come in.
    pub visibility: Visibility,
    /// Its host.
    pub host_id: Option<UserId>,
    /// What its host is called.
    pub host_name: Option<String>,
    /// How many belong.
    pub member_count: usize,
    /// How many follow it now.
    pub connected: usize,
    /// Whether the music runs.
    pub playing: bool,
    /// How far from where it should be the middle listener is, in milliseconds; nothing where nobody reports.
    pub drift_ms: Option<f64>,
    /// The same of the one who is farthest off.
    pub worst_drift_ms: Option<f64>,
    /// How many wait for data.
    pub buffering: usize,
    /// When it last changed.
    pub last_activity: String,
}

/// `GET admin/rooms`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AdminRooms {
    /// The latest active first.
    pub rooms: Vec<AdminRoom>,
}

/// Whether the journal takes entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum JournalState {
    /// It does.
    Writable,
    /// The disk is nearly full: it does again once there is space.
    StorageFull,
    /// It does not.
    ReadOnly,
}

/// `GET admin/status`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ServerStatus {
    /// The program's version.
    pub version: String,
    /// Server time.
    pub now: String,
    /// How many people are known, guests included.
    pub people: usize,
    /// How many rooms are open.
    pub rooms: usize,
    /// How many connections follow rooms or wait for news.
    pub connections: usize,
    /// How many files were uploaded.
    pub uploads: usize,
    /// What they take, in bytes.
    pub uploaded: u64,
    /// How many files lie in the media folder.
    pub folder_files: usize,
    /// What is free on the disk of the uploads, in bytes; nothing where that cannot be told.
    pub free: Option<u64>,
    /// Whether changes are taken.
    pub journal: JournalState,
    /// Why not, where they are not.
    pub journal_why: Option<String>,
    /// How much the journal holds, and how long the disk takes.
    pub journal_figures: JournalFigures,
}

/// How much the journal holds, and how long the disk takes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct JournalFigures {
    /// How many rooms, users and sessions have entries.
    pub streams: u64,
    /// How many entries there are.
    pub entries: u64,
    /// What its files take, in bytes.
    pub bytes: u64,
    /// How long the last syncs took; nothing where there was none since the start.
    pub syncs: Option<JournalSyncs>,
}

/// How long the last syncs took: what is acknowledged has waited for one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct JournalSyncs {
    /// How many are looked at.
    pub count: usize,
    /// Half of them took no longer, in milliseconds.
    pub p50_ms: f64,
    /// 99 of 100 took no longer, in milliseconds.
    pub p99_ms: f64,
    /// The longest, in milliseconds.
    pub worst_ms: f64,
}

/// `POST admin/journal/verify`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct JournalVerified {
    /// How many rooms, users and sessions have entries.
    pub streams: u64,
    /// How many entries were read.
    pub entries: u64,
    /// What is wrong, the first few; nothing where all is well.
    pub damage: Vec<String>,
}
