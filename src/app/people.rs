//! What use cases between users answer: people found, requests, friends, invites.

use crate::ids::{RequestId, RoomId, UserId};
use crate::projection::{Person, RoomCard};
use crate::time::Timestamp;

/// How a person stands to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// Not at all.
    None,
    /// The same person.
    Yourself,
    /// A friend.
    Friend,
    /// Was asked, under that name.
    RequestSent(RequestId),
    /// Asks, under that name.
    RequestReceived(RequestId),
}

/// A person found.
#[derive(Debug, Clone)]
pub struct Found {
    /// Who.
    pub user: UserId,
    /// How they are called.
    pub person: Person,
    /// How they stand to the one who looks.
    pub relation: Relation,
}

/// What became of a friend request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It waits.
    Pending,
    /// Friends.
    Accepted,
    /// Turned down.
    Rejected,
}

/// A friend request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FriendRequest {
    /// Under which name.
    pub id: RequestId,
    /// Who asks.
    pub from: UserId,
    /// Who is asked.
    pub to: UserId,
    /// What became of it.
    pub outcome: Outcome,
    /// When it was made.
    pub at: Timestamp,
}

/// Which requests to list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Those the user made.
    Sent,
    /// Those made to the user.
    Received,
}

/// A friend, and where they are.
#[derive(Debug, Clone)]
pub struct FriendView {
    /// Who.
    pub user: UserId,
    /// How they are called, where that is known.
    pub person: Option<Person>,
    /// Since when they are a friend.
    pub since: Timestamp,
    /// Whether they have a connection.
    pub online: bool,
    /// The rooms they listen in that the user may enter.
    pub listening_in: Vec<(RoomId, RoomCard)>,
}

/// An invite into a room that waits.
#[derive(Debug, Clone)]
pub struct InviteView {
    /// Into which.
    pub room: RoomId,
    /// What others may know of it.
    pub card: RoomCard,
    /// Which friend invites.
    pub by: UserId,
    /// When.
    pub at: Timestamp,
}
