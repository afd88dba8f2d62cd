//! Bodies of the REST calls about people: search, friend requests, friends, invites into rooms.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::User;
use crate::ids::{RequestId, RoomId, UserId};
use crate::wire::model::Visibility;

/// How a person stands to you.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// Not at all.
    None,
    /// A friend.
    Friend,
    /// You have asked them.
    RequestSent,
    /// They have asked you.
    RequestReceived,
    /// It is you.
    #[serde(rename = "self")]
    Yourself,
}

/// `POST friends/search`; `GET friends/search?q=&limit=` says the same.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SearchPeople {
    /// A part of a username or name, whatever the case.
    #[serde(default)]
    pub q: Option<String>,
    /// How many to give: 20 where absent, at most 50.
    #[serde(default)]
    pub limit: Option<usize>,
}

/// A person found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FoundPerson {
    /// Who.
    pub user_id: UserId,
    /// Unique name.
    pub username: String,
    /// Display name.
    pub name: String,
    /// How they stand to you.
    pub relation: Relation,
    /// The request that waits between you.
    pub request_id: Option<RequestId>,
}

/// `{users}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FoundPeople {
    /// The best match first.
    pub users: Vec<FoundPerson>,
}

/// `POST friends/request`: exactly one of the two.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AskFriend {
    /// Whom to ask, by username, whatever the case,
    #[serde(default)]
    pub username: Option<String>,
    /// or by id.
    #[serde(default)]
    pub user_id: Option<UserId>,
}

/// `POST friends/accept` and `friends/reject`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerFriend {
    /// Which request.
    pub request_id: RequestId,
}

/// What became of a friend request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FriendRequestStatus {
    /// It waits for an answer.
    Pending,
    /// The two are friends.
    Accepted,
    /// It was turned down.
    Rejected,
}

/// A friend request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FriendRequest {
    /// Which.
    pub request_id: RequestId,
    /// What became of it.
    pub status: FriendRequestStatus,
    /// Who asks.
    pub from: User,
    /// Who is asked.
    pub to: User,
    /// When they asked.
    pub created_at: String,
}

/// `{request}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FriendRequestAnswer {
    /// The request.
    pub request: FriendRequest,
}

/// `{requests}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FriendRequests {
    /// Those that wait, the latest first.
    pub requests: Vec<FriendRequest>,
}

/// A room that a friend listens in, and that you may enter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FriendsRoom {
    /// Which.
    pub room_id: RoomId,
    /// What it is called.
    pub name: String,
    /// Who may come in.
    pub visibility: Visibility,
    /// Whether the music runs.
    pub playing: bool,
    /// How many belong.
    pub member_count: usize,
}

/// A friend.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Friend {
    /// Who.
    pub user_id: UserId,
    /// Unique name; a guest has none.
    pub username: Option<String>,
    /// Display name.
    pub name: String,
    /// Whether a connection of theirs is there.
    pub online: bool,
    /// Friends since.
    pub since: String,
    /// Where they listen now and you may join them.
    pub listening_in: Vec<FriendsRoom>,
}

/// `{friends}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Friends {
    /// Those online first, then by name.
    pub friends: Vec<Friend>,
}

/// An invite into a room, from a friend.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RoomInvite {
    /// Into which.
    pub room_id: RoomId,
    /// What it is called.
    pub room_name: String,
    /// Which friend invites.
    pub invited_by: User,
    /// When.
    pub invited_at: String,
}

/// `{invites}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RoomInvites {
    /// The latest first.
    pub invites: Vec<RoomInvite>,
}
