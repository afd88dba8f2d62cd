//! Policies: what a fact in one aggregate asks of another.
//!
//! Pure: only names the command. The relay delivers it at least once, so every receiver decides "nothing changes" on
//! what it has done already.

use crate::ids::{RoomId, UserId};

use super::room::{self, membership};
use super::user;

/// A command for another aggregate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// For a user.
    User(UserId, user::Command),
}

/// What facts about a room ask of others: its members keep the list of their rooms.
pub fn of_room(room: RoomId, event: &room::Event) -> Vec<Effect> {
    match event {
        room::Event::Membership(membership::Event::Joined { user, .. }) => {
            vec![Effect::User(
                *user,
                user::Command::RecordRoomJoined { room },
            )]
        }
        room::Event::Membership(membership::Event::Left { user }) => {
            vec![Effect::User(*user, user::Command::RecordRoomLeft { room })]
        }
        room::Event::Closed { members, .. } => members
            .iter()
            .map(|user| Effect::User(*user, user::Command::RecordRoomLeft { room }))
            .collect(),
        _ => vec![],
    }
}
