//! What will play, as rules.

use crate::domain::room::Room;
use crate::domain::room::playback;
use crate::domain::room::testkit::*;
use crate::domain::testkit::*;

use super::*;

fn add(index: Option<usize>) -> Command {
    let track = track();
    Command::Add { track, index }
}

fn relocate(n: u8, index: usize) -> Command {
    let item = item(n);
    Command::Move { item, index }
}

fn order(numbers: &[u8]) -> Vec<ItemId> {
    numbers.iter().map(|n| item(*n)).collect()
}

/// Three items, the first current, playing in this order.
fn shuffled(numbers: &[u8]) -> Story<Room> {
    let order = order(numbers);
    room_with([None; 3]).after(Event::Shuffled { order })
}

fn drawn(room: &Story<Room>) -> Vec<ItemId> {
    let order = room.room().playlist.shuffled.clone();
    order.expect("the room shuffles")
}

mod add {
    use super::*;

    #[test]
    fn a_track_is_added_at_the_end_by_whoever_added_it() {
        let room = room_with([None]).at(4_000);
        let id = ItemId(room.ctx.fresh);
        let room = room.when(add(None)).then([Event::Added {
            item: Item {
                added_at: at(4_000),
                ..item_of(id, track())
            },
            index: 1,
            shuffled_index: None,
        }]);
        assert_eq!(room.listed(), [item(1), id]);
    }

    #[test]
    fn a_track_is_added_where_it_is_wanted() {
        let room = room_with([None, None]);
        let id = ItemId(room.ctx.fresh);
        let room = room.when(add(Some(1))).accepted();
        assert_eq!(room.listed(), [item(1), id, item(2)]);
    }

    #[test]
    fn a_place_behind_the_end_is_the_end() {
        let room = room_with([None, None]);
        let id = ItemId(room.ctx.fresh);
        let room = room.when(add(Some(usize::MAX))).accepted();
        assert_eq!(room.listed(), [item(1), item(2), id]);
    }

    #[test]
    fn the_same_track_may_stand_in_two_places() {
        let room = quiet_room().when(add(None)).accepted();
        let room = room.when(add(None)).accepted();
        let listed = room.listed();
        assert_eq!(listed.len(), 2);
        assert_ne!(listed[0], listed[1]);
    }

    #[test]
    fn a_badly_described_track_is_refused() {
        let track = track_of(Some(0));
        let index = None;
        let why = track.checked().expect_err("it is badly described");
        quiet_room()
            .when(Command::Add { track, index })
            .rejected(Rejection::InvalidTrack(why));
    }

    #[test]
    fn a_full_playlist_takes_no_more() {
        let mut room = quiet_room();
        for index in 0..MAX_ITEMS {
            let id = ItemId(Uuid::from_u128(index as u128));
            let item = item_of(id, track());
            let shuffled_index = None;
            room.happens(Event::Added {
                item,
                index,
                shuffled_index,
            });
        }
        room.when(add(None)).rejected(Rejection::Full);
    }

    #[test]
    fn what_is_added_while_shuffling_is_still_to_come() {
        for seed in 0..50 {
            let mut room = shuffled(&[2, 1, 3]);
            room.ctx.fresh = Uuid::from_u128(0x5_0000 + seed);
            let id = ItemId(room.ctx.fresh);
            let room = room.when(add(Some(0))).accepted();
            assert_eq!(room.listed()[0], id);
            let place = drawn(&room).iter().position(|i| *i == id);
            assert!(place.is_some_and(|place| place >= 2), "{place:?}");
        }
    }

    #[test]
    fn what_is_added_to_an_empty_shuffling_room_is_drawn_too() {
        let room = quiet_room().when(Command::SetShuffle(true)).accepted();
        let room = room.when(add(None)).accepted();
        let room = room.when(add(None)).accepted();
        assert_eq!(drawn(&room).len(), 2);
        assert_eq!(room.timeline().item, room.listed()[0]);
    }
}

mod move_edit_remove_clear {
    use super::*;

    #[test]
    fn an_item_moves_to_the_index_it_has_afterwards() {
        let room = room_with([None; 3]);
        let room = room.when(relocate(1, 1)).accepted();
        assert_eq!(room.listed(), order(&[2, 1, 3]));
        let room = room.when(relocate(3, 0)).accepted();
        assert_eq!(room.listed(), order(&[3, 2, 1]));
        let room = room.when(relocate(3, 99)).accepted();
        assert_eq!(room.listed(), order(&[2, 1, 3]));
    }

    #[test]
    fn an_item_that_stands_there_already_does_not_move() {
        room_with([None; 3]).when(relocate(2, 1)).then_nothing();
        room_with([None; 3]).when(relocate(3, 99)).then_nothing();
    }

    #[test]
    fn moving_leaves_the_drawn_order_and_the_music_alone() {
        let room = shuffled(&[1, 3, 2]);
        let music = room.timeline();
        let room = room.when(relocate(1, 2)).accepted();
        assert_eq!(drawn(&room), order(&[1, 3, 2]));
        assert_eq!(room.timeline(), music);
    }

    #[test]
    fn only_what_is_listed_can_be_changed() {
        let (item, track) = (item(9), track());
        for command in [
            relocate(9, 0),
            Command::Remove { item },
            Command::Edit { item, track },
        ] {
            room_with([None])
                .when(command)
                .rejected(Rejection::NoSuchItem);
        }
    }

    #[test]
    fn editing_describes_an_item_anew_in_its_place() {
        let (item, track) = (item(2), track_of(Some(7_000)));
        let room = room_with([None; 3]);
        let room = room
            .when(Command::Edit {
                item,
                track: track.clone(),
            })
            .then([Event::Edited {
                item,
                track: track.clone(),
            }]);
        assert_eq!(room.listed(), order(&[1, 2, 3]));
        assert_eq!(room.room().playlist.items[1].track, track);
        room.when(Command::Edit { item, track }).then_nothing();
    }

    #[test]
    fn a_bad_description_is_refused() {
        let (item, track) = (item(1), track_of(Some(-1)));
        let why = track.checked().expect_err("it is badly described");
        room_with([None])
            .when(Command::Edit { item, track })
            .rejected(Rejection::InvalidTrack(why));
    }

    #[test]
    fn a_removed_item_is_gone_from_the_drawn_order_too() {
        let item = item(3);
        let room = shuffled(&[1, 3, 2])
            .when(Command::Remove { item })
            .accepted();
        assert_eq!(room.listed(), order(&[1, 2]));
        assert_eq!(drawn(&room), order(&[1, 2]));
    }

    #[test]
    fn clearing_takes_everything_out_and_keeps_shuffling() {
        let room = shuffled(&[1, 3, 2]).when(Command::Clear).accepted();
        assert_eq!(room.listed(), []);
        assert_eq!(drawn(&room), []);
    }

    #[test]
    fn clearing_an_empty_playlist_changes_nothing() {
        quiet_room().when(Command::Clear).then_nothing();
    }
}

mod reorder {
    use super::*;

    #[test]
    fn every_item_takes_its_place_and_the_drawn_order_stays() {
        let order = order(&[3, 1, 2]);
        let room = shuffled(&[1, 3, 2]).when(Command::Reorder {
            order: order.clone(),
        });
        let room = room.then([Event::Reordered {
            order: order.clone(),
        }]);
        assert_eq!(room.listed(), order);
        assert_eq!(drawn(&room), super::order(&[1, 3, 2]));
        room.when(Command::Reorder { order }).then_nothing();
    }

    #[test]
    fn an_order_names_every_item_once() {
        for wrong in [&[1, 2][..], &[1, 2, 2], &[1, 2, 3, 4], &[1, 2, 9], &[]] {
            let order = order(wrong);
            room_with([None; 3])
                .when(Command::Reorder { order })
                .rejected(Rejection::NotEveryItem);
        }
    }
}

mod order_of_play {
    use super::*;

    #[test]
    fn repeating_is_chosen_and_chosen_again_changes_nothing() {
        let room = room_with([None]);
        let room = room.when(Command::SetRepeat(Repeat::Off)).then_nothing();
        let room = room
            .when(Command::SetRepeat(Repeat::All))
            .then([Event::RepeatSet(Repeat::All)]);
        room.when(Command::SetRepeat(Repeat::All)).then_nothing();
    }

    #[test]
    fn shuffling_puts_the_current_item_first_so_that_all_others_are_to_come() {
        for seed in 0..50 {
            let why = playback::Change::Selected;
            let mut room = room_with([None; 3]).after(changed(running(2, 0, 0), why));
            room.ctx.fresh = Uuid::from_u128(0x5_0000 + seed);
            let room = room.when(Command::SetShuffle(true)).accepted();
            assert_eq!(drawn(&room)[0], item(2));
        }
    }

    #[test]
    fn shuffling_again_draws_anew() {
        let draw = |seed| {
            let mut room = room_with([None; 20]);
            room.ctx.fresh = Uuid::from_u128(seed);
            drawn(&room.when(Command::SetShuffle(true)).accepted())
        };
        assert_ne!(draw(1), draw(2));
    }

    #[test]
    fn without_shuffling_the_items_play_as_listed() {
        let room = shuffled(&[1, 3, 2]);
        let playlist = &room.room().playlist;
        assert_eq!(playlist.after(item(1)), Some(item(3)));
        let room = room
            .when(Command::SetShuffle(false))
            .then([Event::Unshuffled]);
        let playlist = &room.room().playlist;
        assert_eq!(playlist.after(item(1)), Some(item(2)));
        room.when(Command::SetShuffle(false)).then_nothing();
    }

    #[test]
    fn a_round_goes_to_the_last_item_and_where_all_repeats_on_from_the_first() {
        let round = |room: &Story<Room>| -> Vec<ItemId> {
            let round = room.room().playlist.round_from(item(3));
            round.iter().map(|item| item.id).collect()
        };
        let room = shuffled(&[1, 3, 2]);
        assert_eq!(round(&room), order(&[3, 2]));
        let room = room.after(Event::RepeatSet(Repeat::All));
        assert_eq!(round(&room), order(&[3, 2, 1]));
        assert!(quiet_room().room().playlist.round_from(item(3)).is_empty());
    }

    #[test]
    fn nothing_comes_before_the_first_or_after_the_last_unless_all_repeats() {
        let room = room_with([None; 2]);
        let playlist = &room.room().playlist;
        assert_eq!(
            (playlist.before(item(1)), playlist.after(item(2))),
            (None, None)
        );
        let room = room.after(Event::RepeatSet(Repeat::All));
        let playlist = &room.room().playlist;
        assert_eq!(playlist.before(item(1)), Some(item(2)));
        assert_eq!(playlist.after(item(2)), Some(item(1)));
    }
}
