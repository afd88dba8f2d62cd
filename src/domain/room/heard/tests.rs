//! What is heard already, as rules.

use crate::domain::room::playlist::Event as Listed;
use crate::domain::room::testkit::*;
use crate::domain::room::track::{MAX_DURATION, Source};
use crate::domain::testkit::*;

use super::*;

fn fresh_item() -> ItemId {
    ItemId(given::<crate::domain::room::Room>([]).ctx.fresh)
}

fn other_track() -> Track {
    Track {
        source: Source::YouTube("dQw4w9WgXcQ".into()),
        ..track_of(None)
    }
}

fn hears(playing: bool, ms: u64) -> Command {
    Command::Track {
        track: other_track(),
        playing,
        position: position(ms),
    }
}

#[test]
fn what_plays_already_starts_without_a_head_start_at_its_very_position() {
    let room = room_with([Some(60_000)]).at(5_000).lead(1_000);
    let heard = Command::Play {
        position: position(45_500),
    };
    room.when(heard).then([started(running(1, 45_500, 5_000))]);
}

#[test]
fn what_stands_already_stands_where_it_was_heard_last() {
    let heard = Command::Pause {
        position: position(4_900),
    };
    playing_room()
        .at(5_000)
        .when(heard)
        .then([paused(standing(1, 4_900, 5_000))]);
}

#[test]
fn a_report_of_another_place_moves_the_timeline_there_playing_or_standing() {
    let heard = || Command::Seek {
        position: position(8_000),
    };
    playing_room()
        .at(2_000)
        .when(heard())
        .then([seeked(running(1, 8_000, 2_000))]);
    room_with([Some(10_000)])
        .at(2_000)
        .when(heard())
        .then([seeked(standing(1, 8_000, 2_000))]);
}

#[test]
fn standing_where_it_stands_changes_nothing() {
    let heard = Command::Pause {
        position: position(0),
    };
    room_with([Some(10_000)])
        .at(2_000)
        .when(heard)
        .then_nothing();
}

#[test]
fn a_new_track_is_listed_and_plays_in_one_entry() {
    let item = item_of(fresh_item(), other_track());
    let item = playlist::Item {
        added_at: at(5_000),
        ..item
    };
    let added = Listed::Added {
        item,
        index: 1,
        shuffled_index: None,
    };
    let timeline = Timeline::playing(fresh_item(), position(1_000), at(5_000));
    let changed = changed(timeline, Change::Selected);
    room_with([Some(10_000)])
        .at(5_000)
        .when(hears(true, 1_000))
        .then([added.into(), changed]);
}

#[test]
fn the_first_track_of_an_empty_room_stands_where_it_is_heard_to_stand() {
    let story = quiet_room().at(5_000);
    let timeline = Timeline::paused(fresh_item(), position(1_000), at(5_000));
    let events = story.when(hears(false, 1_000)).decided.unwrap();
    assert_eq!(events.len(), 2);
    assert_eq!(events[1], changed(timeline, Change::Selected));
}

#[test]
fn a_track_that_is_listed_already_is_not_listed_twice() {
    let listed = Listed::Edited {
        item: item(2),
        track: other_track(),
    };
    let room = room_with([Some(10_000), None]).after(listed).at(5_000);
    let timeline = running(2, 1_000, 5_000);
    room.when(hears(true, 1_000))
        .then([changed(timeline, Change::Selected)]);
}

#[test]
fn a_player_that_ran_over_the_end_stands_at_the_end() {
    let heard = Command::Pause {
        position: position(10_250),
    };
    playing_room()
        .at(9_990)
        .when(heard)
        .then([paused(standing(1, 10_000, 9_990))]);
}

#[test]
fn an_absurd_place_in_a_track_of_unknown_length_is_refused() {
    let far = position(u64::try_from(MAX_DURATION.as_ms()).unwrap() + 1);
    let refused = playback::Rejection::SeekPastEnd {
        duration: MAX_DURATION,
    };
    room_with([None])
        .when(Command::Seek { position: far })
        .rejected(refused);
}

#[test]
fn nothing_can_be_heard_of_an_empty_playlist() {
    let heard = Command::Play {
        position: position(0),
    };
    quiet_room()
        .when(heard)
        .rejected(playback::Rejection::NothingToPlay);
}

#[test]
fn only_who_controls_says_what_is_heard() {
    let heard = || Command::Pause {
        position: position(0),
    };
    playing_room()
        .by(guest())
        .when(heard())
        .rejected(Rejection::MayNotControl);
    let stranger = playing_room().by(stranger());
    stranger
        .when(heard())
        .rejected(super::super::membership::Rejection::NotMember);
}

#[test]
fn a_report_is_journaled_under_the_name_of_the_request_that_leads_to_the_same() {
    let position = position(0);
    let heard = [
        Command::Play { position },
        Command::Pause { position },
        Command::Seek { position },
        hears(true, 0),
    ];
    assert_eq!(
        heard.map(|heard| heard.name()),
        ["play", "pause", "seek", "select"]
    );
}
