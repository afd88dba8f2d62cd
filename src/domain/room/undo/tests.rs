//! Taking back, as rules.

use crate::domain::room::Room;
use crate::domain::room::playlist::{Command as Change, Source};
use crate::domain::room::request;
use crate::domain::room::testkit::*;
use crate::domain::testkit::*;
use crate::ids::RequestId;

use super::*;

fn undone(room: Story<Room>) -> Story<Room> {
    room.when(Command).accepted()
}

fn steps(room: &Story<Room>) -> usize {
    room.room().undo.steps.len()
}

#[test]
fn each_destructive_change_is_taken_back() {
    let (item, track) = (item(2), track_of(Some(7_000)));
    let order = vec![self::item(3), self::item(1), self::item(2)];
    for change in [
        Change::Remove { item },
        Change::Move { item, index: 0 },
        Change::Edit { item, track },
        Change::Reorder { order },
        Change::Clear,
    ] {
        let room = room_with([None; 3]);
        let before = room.room().playlist.clone();
        let room = room.when(change.clone()).accepted();
        assert_eq!(steps(&room), 1, "{change:?}");
        let room = undone(room);
        assert_eq!(room.room().playlist, before, "{change:?}");
        assert_eq!(steps(&room), 0, "{change:?}");
    }
}

#[test]
fn what_is_taken_back_stands_before_that_it_was() {
    let room = room_with([None; 2]).when(Change::Remove { item: item(2) });
    let room = room.accepted().when(Command);
    let back = playlist::Event::Added {
        item: item_of(item(2), track_of(None)),
        index: 1,
        shuffled_index: None,
    };
    let undone = Event {
        dropped: 1,
        restored: 0,
        left: 0,
    };
    let _ = room.then::<Fact>([back.into(), undone.into()]);
}

#[test]
fn the_latest_goes_first_and_then_there_is_nothing() {
    let room = room_with([None; 3]);
    let before = room.room().playlist.clone();
    let room = room.when(Change::Move {
        item: item(1),
        index: 2,
    });
    let room = room.accepted().when(Change::Remove { item: item(1) });
    let room = undone(undone(room.accepted()));
    assert_eq!(room.room().playlist, before);
    room.when(Command).rejected(Rejection::NothingToUndo);
}

#[test]
fn adding_leaves_nothing_to_take_back() {
    let (track, index) = (track(), None);
    let room = room_with([]).when(Change::Add { track, index }).accepted();
    room.when(Command).rejected(Rejection::NothingToUndo);
}

#[test]
fn a_removal_that_was_asked_for_is_taken_back_too() {
    let (request, by, at) = (RequestId(uuid::Uuid::nil()), guest(), at(0));
    let change = request::Change::Remove { item: item(1) };
    let room = room_with([None; 2]).after(request::Event::Submitted {
        request,
        by,
        at,
        change,
    });
    let room = room.when(request::Command::Approve { request }).accepted();
    assert_eq!(undone(room).listed(), [item(1), item(2)]);
}

#[test]
fn what_plays_is_left_alone_but_an_empty_room_has_a_current_item_again() {
    let room = playing_room().when(Change::Remove { item: item(1) });
    let room = room.accepted();
    let music = room.timeline();
    assert_eq!(undone(room).timeline(), music);
    let room = undone(playing_room().when(Change::Clear).accepted());
    assert_eq!(room.timeline().item, item(1));
    assert!(!room.room().playback.is_playing());
}

#[test]
fn the_drawn_order_takes_back_what_it_lost() {
    let order = vec![item(2), item(3), item(1)];
    let room = room_with([None; 3]).after(playlist::Event::Shuffled {
        order: order.clone(),
    });
    let room = undone(room.when(Change::Remove { item: item(3) }).accepted());
    assert_eq!(room.room().playlist.shuffled, Some(order));
}

#[test]
fn whoever_controls_takes_back_and_nobody_else() {
    let room = room_with([None; 2]).when(Change::Clear).accepted();
    room.by(guest()).when(Command).rejected(No::MayNotControl);
}

#[test]
fn no_more_than_the_latest_steps_are_kept() {
    let mut room = room_with([None; 3]);
    for n in 0..=MAX_STEPS {
        let index = if n % 2 == 0 { 2 } else { 0 };
        let item = item(1);
        room = room.when(Change::Move { item, index }).accepted();
    }
    assert_eq!(steps(&room), MAX_STEPS);
    room = undone(room);
    // The change back took the place of the oldest.
    assert_eq!(steps(&room), MAX_STEPS - 2);
}

#[test]
fn a_full_playlist_takes_nothing_back() {
    let mut room = room_with([None; 2]).when(Change::Clear).accepted();
    for n in 0..MAX_ITEMS {
        let id = ItemId(uuid::Uuid::from_u128(0x7_0000 + n as u128));
        let (item, index) = (item_of(id, track()), n);
        let shuffled_index = None;
        room.happens(playlist::Event::Added {
            item,
            index,
            shuffled_index,
        });
    }
    room.when(Command).rejected(playlist::Rejection::Full);
}

#[test]
fn what_is_too_long_for_one_entry_comes_back_in_several() {
    let mut room = room_with([]);
    let source = Source::Url(format!("https://e.org/{}", "a".repeat(1_000)));
    let long = Track { source, ..track() };
    for n in 0..100 {
        let id = ItemId(uuid::Uuid::from_u128(0x7_0000 + n as u128));
        let shuffled_index = None;
        room.happens(playlist::Event::Added {
            item: item_of(id, long.clone()),
            index: n,
            shuffled_index,
        });
    }
    let before = room.room().playlist.clone();
    let room = room.when(Change::Clear).accepted();
    let room = undone(room);
    assert!((10..100).contains(&room.listed().len()));
    assert_eq!(steps(&room), 1);
    let room = undone(undone(room));
    assert_eq!(room.room().playlist, before);
    assert_eq!(steps(&room), 0);
}
