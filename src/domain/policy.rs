//! Policies: what a fact in one aggregate asks of another.
//!
//! Pure: only names the command. The relay delivers it at least once, so every receiver decides "nothing changes" on
//! what it has done already.

use crate::ids::{RoomId, UserId};

use super::room::{self, membership};
use super::user::{self, friendship};

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

/// What facts about a user ask of others: the other side of a friendship hears of it.
pub fn of_user(user: UserId, event: &user::Event) -> Vec<Effect> {
    use friendship::{Command, Event};
    let event = match event {
        user::Event::Friendship(event) => event,
        user::Event::Erased { others, .. } => {
            let gone = |other: &UserId| Effect::User(*other, Command::RecordGone { user }.into());
            return others.iter().map(gone).collect();
        }
        _ => return vec![],
    };
    let (other, command) = match *event {
        Event::RequestSent {
            request,
            to,
            nth,
            at,
        } => (
            to,
            Command::RecordRequest {
                request,
                from: user,
                nth,
                at,
            },
        ),
        Event::Accepted {
            request, friend, ..
        } => (friend, Command::RecordAccept { request, by: user }),
        Event::Rejected { request, from } => (from, Command::RecordReject { request, by: user }),
        Event::RequestWithdrawn { request, to } => {
            (to, Command::RecordWithdraw { request, by: user })
        }
        Event::Removed { request, friend } => (friend, Command::RecordRemove { request, by: user }),
        Event::InviteSent { room, to, nth } => (
            to,
            Command::RecordInvite {
                room,
                by: user,
                nth,
            },
        ),
        Event::RequestReceived { .. }
        | Event::AcceptHeard { .. }
        | Event::RequestsCrossed { .. }
        | Event::RejectHeard { .. }
        | Event::RemoveHeard { .. }
        | Event::InviteReceived { .. }
        | Event::InviteDismissed { .. }
        | Event::Gone { .. } => return vec![],
    };
    vec![Effect::User(other, command.into())]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::room::membership::Role;
    use crate::domain::room::settings;
    use crate::domain::testkit::{at, room_id, user};

    fn joined(n: u8) -> Effect {
        Effect::User(
            user(n),
            user::Command::RecordRoomJoined { room: room_id(1) },
        )
    }

    fn left(n: u8) -> Effect {
        Effect::User(user(n), user::Command::RecordRoomLeft { room: room_id(1) })
    }

    #[test]
    fn who_joins_remembers_the_room_and_who_leaves_forgets_it() {
        let (role, at, user) = (Role::Guest, at(0), user(2));
        let came = membership::Event::Joined { user, role, at }.into();
        assert_eq!(of_room(room_id(1), &came), [joined(2)]);
        let went = membership::Event::Left { user }.into();
        assert_eq!(of_room(room_id(1), &went), [left(2)]);
    }

    #[test]
    fn a_room_that_closes_leaves_its_members_lists() {
        let closed = room::Event::Closed {
            members: vec![user(1), user(2)],
            invite: settings::Invite {
                code: "C0DE".into(),
                link: "L1NK".into(),
            },
            at: at(0),
        };
        assert_eq!(of_room(room_id(1), &closed), [left(1), left(2)]);
    }

    #[test]
    fn what_concerns_the_room_alone_asks_nothing_of_others() {
        let renamed = settings::Event::Renamed("Cellar".into()).into();
        assert_eq!(of_room(room_id(1), &renamed), []);
    }
}
