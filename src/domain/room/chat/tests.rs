//! What people say, as rules.

use uuid::Uuid;

use crate::domain::room::membership;
use crate::domain::room::testkit::*;
use crate::domain::room::{Rejection as No, Room};
use crate::domain::testkit::*;

use super::*;

fn say(text: &str) -> Command {
    let text = text.to_owned();
    Command::Say { text }
}

fn message(n: u128) -> MessageId {
    MessageId(Uuid::from_u128(0x6_0000 + n))
}

fn said(n: u128, by: UserId) -> Event {
    let (message, at, text) = (message(n), at(0), "hello".to_owned());
    Event::Said {
        message,
        by,
        at,
        text,
    }
}

fn delete(n: u128) -> Command {
    let message = message(n);
    Command::Delete { message }
}

fn deleted(n: u128, by: UserId) -> Event {
    let message = message(n);
    Event::Deleted { message, by }
}

fn texts(room: &Story<Room>) -> Vec<Option<&str>> {
    let messages = room.room().chat.messages.iter();
    messages.map(|message| message.text.as_deref()).collect()
}

#[test]
fn every_member_speaks_and_their_words_are_tidied() {
    for who in [host(), guest()] {
        let room = room_with([]).by(who).at(4_000);
        let message = MessageId(room.ctx.fresh);
        let room = room.when(say(" so\n\u{202E}good ")).then([Event::Said {
            message,
            by: who,
            at: at(4_000),
            text: "so good".to_owned(),
        }]);
        assert_eq!(texts(&room), [Some("so good")]);
    }
}

#[test]
fn a_message_is_seen_and_not_too_long() {
    let (fits, long) = ("é".repeat(MAX_LENGTH), "é".repeat(MAX_LENGTH + 1));
    let _ = room_with([]).when(say(&fits)).accepted();
    for wrong in ["", "  ", "\u{200B}", &long] {
        room_with([])
            .when(say(wrong))
            .rejected(Rejection::InvalidText);
    }
}

#[test]
fn a_stranger_is_not_heard() {
    let no = || No::from(membership::Rejection::NotMember);
    room_with([]).by(stranger()).when(say("hi")).rejected(no());
    room_with([]).by_system().when(say("hi")).rejected(no());
    room_with([]).by(stranger()).when(delete(1)).rejected(no());
}

#[test]
fn a_message_is_deleted_by_who_wrote_it_the_host_and_co_hosts() {
    let (user, role) = (other_guest(), Role::CoHost);
    let promoted = membership::Event::RoleChanged { user, role };
    for who in [guest(), host(), other_guest()] {
        let room = room_with([]).after(said(1, guest()));
        let room = room.after(promoted.clone()).by(who);
        let room = room.when(delete(1)).then([deleted(1, who)]);
        assert_eq!(texts(&room), [None]);
        room.when(delete(1)).then_nothing();
    }
}

#[test]
fn a_guest_deletes_no_others_message() {
    let room = room_with([]).after(said(1, host())).by(guest());
    room.when(delete(1)).rejected(Rejection::NotYours);
}

#[test]
fn only_what_is_remembered_is_deleted() {
    let mut room = room_with([]);
    for n in 0..=MAX_REMEMBERED as u128 {
        room.happens(said(n, guest()));
    }
    assert_eq!(room.room().chat.messages.len(), MAX_REMEMBERED);
    room.clone().when(delete(1)).then([deleted(1, host())]);
    room.when(delete(0)).rejected(Rejection::NoSuchMessage);
}

#[test]
fn deletions_are_bounded_for_all_are_remembered() {
    let mut room = room_with([]).after(said(1, guest()));
    for n in 0..MAX_DELETED as u128 {
        room.happens(deleted(100 + n, host()));
    }
    room.when(delete(1)).rejected(Rejection::TooManyDeleted);
}

#[test]
fn what_was_deleted_is_told_without_its_words() {
    let room = room_with([]).after(said(1, guest()));
    let room = room.after(said(2, guest())).after(deleted(1, host()));
    let chat = &room.room().chat;
    let told = said(1, guest()).without(&chat.deleted);
    assert!(matches!(told, Event::Said { text, .. } if text.is_empty()));
    assert_eq!(said(2, guest()).without(&chat.deleted), said(2, guest()));
}
