//! What guests ask for, as rules.

use uuid::Uuid;

use crate::domain::room::membership;
use crate::domain::room::settings::{self, Control};
use crate::domain::room::testkit::*;
use crate::domain::room::{Rejection as No, Room, playlist};
use crate::domain::testkit::*;

use super::*;

fn add() -> Change {
    let (track, index) = (track(), None);
    Change::Add { track, index }
}

fn remove(n: u8) -> Change {
    Change::Remove { item: item(n) }
}

fn submit(change: Change) -> Command {
    Command::Submit(change)
}

fn submitted(n: u8, by: UserId, change: Change) -> Event {
    let (request, at) = (request(n), at(0));
    Event::Submitted {
        request,
        by,
        at,
        change,
    }
}

fn request(n: u8) -> RequestId {
    RequestId(Uuid::from_u128(0x5_0000 + u128::from(n)))
}

fn approve(n: u8) -> Command {
    let request = request(n);
    Command::Approve { request }
}

fn deny(n: u8, reason: Option<&str>) -> Command {
    let (request, reason) = (request(n), reason.map(str::to_owned));
    Command::Deny { request, reason }
}

fn withdraw(n: u8) -> Command {
    let request = request(n);
    Command::Withdraw { request }
}

/// Two items, and the guest asks for this.
fn asked(change: Change) -> Story<Room> {
    room_with([None; 2]).after(submitted(1, guest(), change))
}

fn fate(room: &Story<Room>, n: u8) -> Option<Verdict> {
    let found = room.room().requests.get(request(n)).expect("remembered");
    found.decision.as_ref().map(|d| d.verdict.clone())
}

#[test]
fn a_guest_asks_and_nothing_else_changes() {
    let room = room_with([None]).by(guest()).at(5_000);
    let request = RequestId(room.ctx.fresh);
    let (by, at, change) = (guest(), at(5_000), add());
    let room = room.when(submit(add())).then([Event::Submitted {
        request,
        by,
        at,
        change,
    }]);
    assert_eq!(room.listed(), [item(1)]);
    assert_eq!(room.room().requests.pending.len(), 1);
}

#[test]
fn approval_and_change_are_one() {
    let room = asked(add()).at(9_000);
    let id = ItemId(room.ctx.fresh);
    let (by, at) = (host(), at(9_000));
    let approved = Event::Approved {
        request: request(1),
        by,
        at,
    };
    let item = playlist::Item {
        id,
        track: track(),
        added_by: Some(guest()),
        added_at: at,
    };
    let added = playlist::Event::Added {
        item,
        index: 2,
        shuffled_index: None,
    };
    let room = room
        .when(approve(1))
        .then::<crate::domain::room::Event>([approved.into(), added.into()]);
    assert_eq!(fate(&room, 1), Some(Verdict::Approved));
    assert_eq!(room.listed().len(), 3);
}

#[test]
fn approving_the_removal_of_what_plays_moves_the_music_on_in_the_same_entry() {
    let room = asked(remove(1)).when(approve(1)).accepted();
    assert_eq!(room.timeline().item, item(2));
}

#[test]
fn approval_moves_and_describes_anew_too() {
    let (index, track) = (0, track_of(Some(7_000)));
    let moves = Change::Move {
        item: item(2),
        index,
    };
    let room = asked(moves).when(approve(1)).accepted();
    assert_eq!(room.listed(), [item(2), item(1)]);
    let item = item(1);
    let edits = Change::Edit {
        item,
        track: track.clone(),
        index: None,
    };
    let room = asked(edits).when(approve(1)).accepted();
    assert_eq!(room.room().playlist.items[0].track, track);
}

#[test]
fn one_approval_describes_anew_and_moves() {
    let (item, track) = (item(1), track_of(Some(7_000)));
    let both = Change::Edit {
        item,
        track: track.clone(),
        index: Some(1),
    };
    let room = asked(both).when(approve(1)).accepted();
    let last = &room.room().playlist.items[1];
    assert_eq!((last.id, &last.track), (item, &track));
}

#[test]
fn the_first_approved_track_of_an_empty_room_is_current() {
    let room = room_with([]).after(submitted(1, guest(), add()));
    let room = room.when(approve(1)).accepted();
    assert_eq!(room.timeline().item, room.listed()[0]);
}

#[test]
fn a_denial_may_say_why() {
    let room = asked(add()).at(2_000).when(deny(1, Some(" too loud\n ")));
    let reason = Some("too loud".to_owned());
    let room = room.then([Event::Denied {
        request: request(1),
        by: host(),
        at: at(2_000),
        reason: reason.clone(),
    }]);
    assert_eq!(fate(&room, 1), Some(Verdict::Denied { reason }));
    let room = asked(add()).when(deny(1, Some("  "))).accepted();
    assert_eq!(fate(&room, 1), Some(Verdict::Denied { reason: None }));
}

#[test]
fn a_reason_is_bounded() {
    let (fits, long) = ("é".repeat(MAX_REASON), "é".repeat(MAX_REASON + 1));
    let _ = asked(add()).when(deny(1, Some(&fits))).accepted();
    asked(add())
        .when(deny(1, Some(&long)))
        .rejected(Rejection::InvalidReason);
}

#[test]
fn a_co_host_decides_and_a_guest_does_not() {
    let role = membership::Role::CoHost;
    let user = other_guest();
    let room = asked(add()).after(membership::Event::RoleChanged { user, role });
    let _ = room.clone().by(other_guest()).when(approve(1)).accepted();
    for command in [approve(1), deny(1, None)] {
        let room = room.clone().by(guest());
        room.when(command).rejected(Rejection::MayNotDecide);
    }
}

#[test]
fn a_stranger_asks_nothing_and_neither_does_tutti() {
    let no = || No::from(membership::Rejection::NotMember);
    for command in [submit(add()), approve(1), deny(1, None), withdraw(1)] {
        let room = asked(add());
        room.clone()
            .by(stranger())
            .when(command.clone())
            .rejected(no());
        room.by_system().when(command).rejected(no());
    }
}

#[test]
fn what_is_decided_stays_decided() {
    for first in [approve(1), deny(1, None)] {
        let room = asked(add()).when(first).accepted();
        for second in [approve(1), deny(1, None)] {
            room.clone().when(second).rejected(Rejection::Decided);
        }
        room.by(guest())
            .when(withdraw(1))
            .rejected(Rejection::Decided);
    }
}

#[test]
fn only_what_was_asked_for_is_decided() {
    for command in [approve(9), deny(9, None), withdraw(9)] {
        asked(add())
            .when(command)
            .rejected(Rejection::NoSuchRequest);
    }
}

#[test]
fn a_request_about_an_item_that_is_gone_cannot_be_approved_but_denied() {
    let room = asked(remove(2)).after(playlist::Event::Removed { item: item(2) });
    let room = room.when(approve(1)).rejected(Rejection::ItemGone);
    let _ = room.when(deny(1, None)).accepted();
}

#[test]
fn what_could_not_be_done_now_cannot_be_asked_for() {
    let room = room_with([None]).by(guest());
    let room = room
        .when(submit(remove(7)))
        .rejected(playlist::Rejection::NoSuchItem);
    let (track, index) = (track_of(Some(0)), None);
    let why = track.checked().expect_err("it is badly described");
    room.when(submit(Change::Add { track, index }))
        .rejected(playlist::Rejection::InvalidTrack(why));
}

#[test]
fn whoever_controls_changes_at_once() {
    let everyone = settings::Event::ControlSet(Control::Everyone);
    let rooms = [
        room_with([None]).by(host()),
        room_with([None]).after(everyone).by(guest()),
    ];
    for room in rooms {
        let room = room.when(submit(add())).accepted();
        assert_eq!(room.listed().len(), 2);
        assert_eq!(room.room().requests.pending, []);
        assert_eq!(room.room().requests.decided.len(), 1);
    }
}

#[test]
fn whoever_asked_may_take_it_back_and_nobody_else() {
    let room = asked(add());
    for other in [host(), other_guest()] {
        let room = room.clone().by(other);
        room.when(withdraw(1)).rejected(Rejection::NotYours);
    }
    let room = room.by(guest()).at(3_000).when(withdraw(1));
    let room = room.then([Event::Withdrawn {
        request: request(1),
        at: at(3_000),
    }]);
    assert_eq!(fate(&room, 1), Some(Verdict::Withdrawn));
}

#[test]
fn who_leaves_takes_their_requests_along() {
    let room = asked(add()).after(submitted(2, other_guest(), add()));
    let room = room.by(guest()).when(membership::Command::Leave).accepted();
    assert_eq!(fate(&room, 1), Some(Verdict::Withdrawn));
    assert_eq!(fate(&room, 2), None);
}

#[test]
fn a_member_asks_for_so_much_at_a_time_and_a_room_holds_so_much() {
    let mut room = room_with([None]).by(guest());
    for n in 0..MAX_PENDING_EACH {
        room.happens(submitted(n as u8, guest(), add()));
    }
    let mut room = room.when(submit(add())).rejected(Rejection::TooManyOfYours);
    let _ = room
        .clone()
        .by(other_guest())
        .when(submit(add()))
        .accepted();
    for n in MAX_PENDING_EACH..MAX_PENDING {
        room.happens(submitted(n as u8, user(50 + (n % 100) as u8), add()));
    }
    room.by(other_guest())
        .when(submit(add()))
        .rejected(Rejection::TooMany);
}

#[test]
fn the_oldest_decisions_are_forgotten() {
    let mut room = room_with([None]);
    for n in 0..=MAX_DECIDED {
        let request = RequestId(Uuid::from_u128(n as u128));
        let (by, at, change) = (guest(), at(0), add());
        room.happens(Event::Submitted {
            request,
            by,
            at,
            change,
        });
        room.happens(Event::Withdrawn { request, at });
    }
    let requests = &room.room().requests;
    assert_eq!(requests.decided.len(), MAX_DECIDED);
    assert_eq!(requests.get(RequestId(Uuid::from_u128(0))), None);
}

#[test]
fn asking_changes_no_music() {
    let room = playing_room()
        .by(guest())
        .when(submit(remove(1)))
        .accepted();
    assert_eq!(room.timeline(), running(1, 0, 0));
}
