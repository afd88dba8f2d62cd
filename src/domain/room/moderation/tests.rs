//! Keeping the peace, as rules.

use crate::domain::room::membership::{Event as Belonging, Role};
use crate::domain::room::request::Change;
use crate::domain::room::testkit::*;
use crate::domain::room::{Event as Fact, Rejection as No, Room, chat, request, settings};
use crate::domain::testkit::*;

use super::*;

/// A host, a co-host (the other guest) and a guest.
fn room() -> Story<Room> {
    let (user, role) = (other_guest(), Role::CoHost);
    room_with([None]).after(Belonging::RoleChanged { user, role })
}

fn kick(user: UserId) -> Command {
    Command::Kick { user }
}

fn ban(user: UserId) -> Command {
    Command::Ban { user }
}

fn mute(user: UserId) -> Command {
    Command::Mute { user }
}

fn every(user: UserId) -> [Command; 5] {
    [
        kick(user),
        ban(user),
        Command::Unban { user },
        mute(user),
        Command::Unmute { user },
    ]
}

#[test]
fn who_is_kicked_belongs_no_more_and_may_come_back() {
    let (user, by) = (guest(), host());
    let room = room().when(kick(user));
    let room = room.then::<Fact>([Event::Kicked { user, by }.into(), left(user)]);
    let invite = None;
    let room = room.by(user).when(membership::Command::Join { invite });
    let room = room.accepted();
    assert_eq!(room.room().membership.role(user), Some(Role::Guest));
}

#[test]
fn who_is_banned_comes_in_on_no_path_until_they_are_let_in_again() {
    let user = guest();
    let room = room().at(7_000).when(ban(user));
    let (by, at) = (host(), at(7_000));
    let room = room.then::<Fact>([Event::Banned { user, by, at }.into(), left(user)]);
    for invite in [None, Some("C0DE".to_owned()), Some("L1NK".to_owned())] {
        let room = room.clone().by(user).friend_of(host());
        room.when(membership::Command::Join { invite })
            .rejected(Rejection::Banned);
    }
    let room = room.when(Command::Unban { user }).accepted();
    let invite = None;
    let _ = room
        .by(user)
        .when(membership::Command::Join { invite })
        .accepted();
}

#[test]
fn who_never_came_can_be_banned_beforehand() {
    let (user, by, at) = (stranger(), host(), at(0));
    let room = room()
        .when(ban(user))
        .then([Event::Banned { user, by, at }]);
    room.clone().when(ban(user)).then_nothing();
    let room = room.when(Command::Unban { user }).accepted();
    room.when(Command::Unban { user }).then_nothing();
}

#[test]
fn only_members_are_kicked_and_muted() {
    for command in [kick(stranger()), mute(stranger())] {
        room()
            .when(command)
            .rejected(membership::Rejection::NoSuchMember);
    }
}

#[test]
fn a_guest_moderates_nobody() {
    for whom in [host(), other_guest(), stranger()] {
        for command in every(whom) {
            let room = room().by(guest());
            room.when(command).rejected(Rejection::NotAbove);
        }
    }
}

#[test]
fn a_co_host_moderates_guests_and_neither_the_host_nor_other_co_hosts() {
    let _ = room().by(other_guest()).when(kick(guest())).accepted();
    let (user, role) = (guest(), Role::CoHost);
    let room = room().after(Belonging::RoleChanged { user, role });
    for whom in [host(), guest()] {
        for command in every(whom) {
            let room = room.clone().by(other_guest());
            room.when(command).rejected(Rejection::NotAbove);
        }
    }
}

#[test]
fn nobody_moderates_themselves() {
    for who in [host(), guest(), other_guest()] {
        for command in every(who) {
            let room = room().by(who);
            room.when(command).rejected(Rejection::Yourself);
        }
    }
}

#[test]
fn a_stranger_and_tutti_moderate_nobody() {
    let no = || No::from(membership::Rejection::NotMember);
    for command in every(guest()) {
        room().by(stranger()).when(command.clone()).rejected(no());
        room().by_system().when(command).rejected(no());
    }
}

#[test]
fn who_is_muted_neither_speaks_nor_asks_wherever_they_went_meanwhile() {
    let (user, by) = (guest(), host());
    let room = room().when(mute(user)).then([Event::Muted { user, by }]);
    let room = room.when(mute(user)).then_nothing();
    let room = room.by(user).when(membership::Command::Leave).accepted();
    let invite = None;
    let room = room.when(membership::Command::Join { invite }).accepted();
    let text = "hello".to_owned();
    let say = || chat::Command::Say { text: text.clone() };
    let room = room.when(say()).rejected(Rejection::Muted);
    let change = Change::Remove { item: item(1) };
    let ask = request::Command::Submit(change);
    let room = room.when(ask).rejected(Rejection::Muted);
    let room = room.by(host()).when(Command::Unmute { user });
    let room = room.then([Event::Unmuted { user }]);
    room.clone().when(Command::Unmute { user }).then_nothing();
    let _ = room.by(user).when(say()).accepted();
}

#[test]
fn who_takes_a_role_is_heard_again() {
    let user = guest();
    let room = room().when(mute(user)).accepted();
    assert!(room.room().is_muted(user));
    let room = room.when(membership::Command::Promote { user }).accepted();
    assert!(!room.room().is_muted(user));
}

#[test]
fn who_is_kicked_takes_their_requests_along() {
    let everyone = settings::Control::Host;
    let room = room().after(settings::Event::ControlSet(everyone));
    let change = Change::Remove { item: item(1) };
    let room = room.by(guest()).when(request::Command::Submit(change));
    let room = room.accepted().by(host()).when(kick(guest())).accepted();
    assert_eq!(room.room().requests.pending, []);
}

#[test]
fn the_lists_are_bounded() {
    let mut room = room();
    for n in 0..MAX_KEPT {
        let user = UserId(uuid::Uuid::from_u128(0x8_0000 + n as u128));
        let (by, at) = (host(), at(0));
        room.happens(Event::Banned { user, by, at });
        room.happens(Event::Muted { user, by });
    }
    let room = room.when(ban(guest())).rejected(Rejection::TooMany);
    room.when(mute(guest())).rejected(Rejection::TooMany);
}
