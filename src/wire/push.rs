//! What a browser's service worker is told while no page is open. Sealed on the way; nobody between can read it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::{RoomId, UserId};

/// Somebody, by name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Named {
    /// Who.
    pub user_id: UserId,
    /// What they are called.
    pub name: String,
}

/// News.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum PushMessage {
    /// Somebody asks to be a friend.
    FriendRequest {
        /// Who.
        from: Named,
    },
    /// Somebody who was asked is a friend now.
    NewFriend {
        /// Who.
        friend: Named,
    },
    /// A friend invites into a room.
    RoomInvite {
        /// Who.
        by: Named,
        /// Which room.
        room_id: RoomId,
        /// What it is called.
        room_name: String,
    },
}

/// `GET push/key`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PushKey {
    /// The key to subscribe with, in base64url; nothing where this server sends nothing.
    pub key: Option<String>,
}

/// `PUT me/push`: a subscription as a browser's `PushManager` gives it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SetPush {
    /// Where messages are taken.
    #[schemars(length(max = 1024))]
    pub endpoint: String,
    /// When it ends, where the browser says so; not looked at.
    #[serde(rename = "expirationTime", default)]
    pub expiration_time: Option<f64>,
    /// What messages are sealed with.
    pub keys: PushKeys,
}

/// The keys of a subscription, in base64url.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PushKeys {
    /// The device's public key.
    pub p256dh: String,
    /// The device's secret.
    pub auth: String,
}
