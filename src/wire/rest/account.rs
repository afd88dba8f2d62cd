//! Accounts, sign-ins and devices.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::{RoomId, SessionId, UserId};

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

/// `DELETE me`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EraseMe {
    /// The password; a guest has none.
    #[serde(default)]
    pub current_password: Option<String>,
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
