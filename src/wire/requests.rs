//! What guests ask for, in native words and in REST.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::model::Track;
use crate::ids::{ItemId, RequestId, RoomId, UserId};

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RequestAction {
    /// A new item: `track`, and `position` where not at the end.
    Add,
    /// Another place: `item_id` and `position`.
    Move,
    /// An item less: `item_id`.
    Remove,
    /// Another description: `item_id` and `track`, and `position` where it is to be elsewhere too.
    Edit,
}

/// What became of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RequestStatus {
    /// It waits.
    Pending,
    /// It was done.
    Approved,
    /// It will not be done.
    Denied,
    /// Whoever asked took it back, or is no member any more.
    Withdrawn,
}

/// What is asked for, with what it takes. Also the body of `POST rooms/{id}/requests`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestedChange {
    /// What.
    pub action: RequestAction,
    /// To add, or how to describe it anew.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "super::object_or_none"
    )]
    pub track: Option<Track>,
    /// Which item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item_id: Option<ItemId>,
    /// Its index afterwards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<usize>,
}

/// A request in native words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Request {
    /// Its name.
    pub request_id: RequestId,
    /// What became of it.
    pub status: RequestStatus,
    /// What for.
    pub payload: RequestedChange,
    /// Who asks.
    pub requested_by: UserId,
    /// Since when.
    pub requested_at_ms: i64,
    /// Who decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decided_by: Option<UserId>,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decided_at_ms: Option<i64>,
    /// Why it was denied.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A request in REST.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RoomRequest {
    /// Its name.
    pub request_id: RequestId,
    /// The room whose playlist it is about.
    pub room_id: RoomId,
    /// What became of it.
    pub status: RequestStatus,
    /// What for.
    pub payload: RequestedChange,
    /// Who asks.
    pub requested_by: UserId,
    /// Since when.
    pub requested_at: String,
    /// Who decided.
    pub decided_by: Option<UserId>,
    /// When.
    pub decided_at: Option<String>,
    /// Why it was denied.
    pub reason: Option<String>,
}

/// `{request}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RequestAnswer {
    /// The request.
    pub request: RoomRequest,
}

/// `{requests}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RequestsAnswer {
    /// Those that wait in the order they were asked for, then those decided, the latest decision first.
    pub requests: Vec<RoomRequest>,
}

/// `POST requests/{id}/deny`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DenyRequest {
    /// Why; shown to everybody in the room.
    #[serde(default)]
    pub reason: Option<String>,
}
