//! Chat, votes and bans, in native words and in REST.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::{ItemId, MessageId, UserId};

/// How members vote to skip.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VoteSkip {
    /// Whether they may.
    pub enabled: bool,
    /// How many of those connected it takes, in percent: 1 to 100.
    pub percent: u8,
}

/// `POST rooms/{id}/vote-skip`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VoteToSkip {
    /// Which item you mean; the current one where absent.
    #[serde(default)]
    pub item_id: Option<ItemId>,
}

/// One message, in native words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Message {
    /// Its name.
    pub message_id: MessageId,
    /// Who wrote it.
    pub user_id: UserId,
    /// What they are called now.
    pub name: String,
    /// When.
    pub at_ms: i64,
    /// What; nothing where it was deleted.
    pub text: Option<String>,
}

/// One message, in REST.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ChatMessage {
    /// Its name.
    pub message_id: MessageId,
    /// The entry it stands in.
    pub seq: u64,
    /// Who wrote it.
    pub user_id: UserId,
    /// What they are called now.
    pub name: String,
    /// When.
    pub at: String,
    /// What; nothing where it was deleted.
    pub text: Option<String>,
}

/// `POST rooms/{id}/chat`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Say {
    /// What: 1 to 500 characters.
    pub text: String,
}

/// `{message}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MessageAnswer {
    /// The message.
    pub message: ChatMessage,
}

/// `GET rooms/{id}/chat`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ChatAnswer {
    /// The latest last.
    pub messages: Vec<ChatMessage>,
    /// Give this as `before_seq` for older ones; nothing where there are none.
    pub before_seq: Option<u64>,
}

/// A person who is let in no more.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Banned {
    /// Who.
    pub user_id: UserId,
    /// Unique name; a guest has none.
    pub username: Option<String>,
    /// Display name.
    pub name: String,
    /// By whom.
    pub banned_by: UserId,
    /// Since when.
    pub banned_at: String,
}

/// `{bans}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Bans {
    /// The latest first.
    pub bans: Vec<Banned>,
}
