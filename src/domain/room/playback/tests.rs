//! What plays, as rules.

use crate::domain::aggregate::Alarm;
use crate::domain::room::playlist::{self, Event as Listed, Repeat};
use crate::domain::room::testkit::*;
use crate::domain::room::{self, Room};
use crate::domain::testkit::*;
use crate::time::Span;

use super::Change::*;
use super::Command::*;
use super::*;

pub(super) fn seek(ms: u64) -> Command {
    Seek {
        position: position(ms),
    }
}

fn select(n: u8, ms: u64) -> Command {
    let (item, position) = (item(n), position(ms));
    Select { item, position }
}

pub(super) fn track_ended(n: u8) -> Command {
    TrackEnded { item: item(n) }
}

fn remove(n: u8) -> playlist::Command {
    playlist::Command::Remove { item: item(n) }
}

fn removed(n: u8) -> room::Event {
    Listed::Removed { item: item(n) }.into()
}

pub(super) fn alarm(at_ms: i64, n: u8) -> Option<Alarm<room::Command>> {
    let command = track_ended(n).into();
    Some(Alarm {
        at: at(at_ms),
        command,
    })
}

pub(super) fn repeating(repeat: Repeat, story: Story<Room>) -> Story<Room> {
    story.after(Listed::RepeatSet(repeat))
}

mod play_and_pause {
    use super::*;

    #[test]
    fn play_starts_a_lead_ahead_so_that_every_listener_is_ready() {
        let room = room_with([Some(10_000)]).at(5_000).lead(1_000);
        room.when(Play).then([started(running(1, 0, 6_000))]);
    }

    #[test]
    fn play_goes_on_where_the_music_stands() {
        let room = room_with([Some(10_000)]).after(seeked(standing(1, 4_000, 0)));
        room.at(7_000)
            .when(Play)
            .then([started(running(1, 4_000, 7_000))]);
    }

    #[test]
    fn play_while_playing_changes_nothing() {
        playing_room().at(3_000).when(Play).then_nothing();
    }

    #[test]
    fn play_at_the_end_restarts() {
        let room = room_with([Some(10_000)]).after(finished(standing(1, 10_000, 0)));
        room.at(1).when(Play).then([started(running(1, 0, 1))]);
    }

    #[test]
    fn there_is_nothing_to_play_in_an_empty_room() {
        for command in [Play, seek(0), SkipNext, SkipPrev] {
            quiet_room()
                .when(command)
                .rejected(Rejection::NothingToPlay);
        }
    }

    #[test]
    fn pausing_an_empty_or_a_standing_room_changes_nothing() {
        quiet_room().when(Pause).then_nothing();
        room_with([None]).when(Pause).then_nothing();
    }

    #[test]
    fn pause_stands_where_the_music_is() {
        let room = playing_room().at(3_210);
        room.when(Pause).then([paused(standing(1, 3_210, 3_210))]);
    }

    #[test]
    fn pause_during_the_lead_stands_where_the_music_would_have_started() {
        let room = room_with([Some(10_000)]).after(started(running(1, 4_000, 6_000)));
        room.at(5_500)
            .when(Pause)
            .then([paused(standing(1, 4_000, 5_500))]);
    }

    #[test]
    fn pause_never_stands_past_the_end() {
        let room = playing_room().at(10_400);
        room.when(Pause).then([paused(standing(1, 10_000, 10_400))]);
    }
}

mod hasten {
    use super::*;

    fn hasten(n: u8) -> Command {
        Hasten { item: item(n) }
    }

    #[test]
    fn a_start_that_everybody_is_ready_for_comes_a_short_lead_from_now() {
        let room = playing_room().after(changed(running(2, 7_000, 5_000), Selected));
        let room = room.by_system().at(2_400).lead(250);
        room.when(hasten(2))
            .then([started(running(2, 7_000, 2_650))]);
    }

    #[test]
    fn a_start_that_comes_soon_enough_stays_where_it_is() {
        let room = playing_room().after(changed(running(2, 0, 5_000), Selected));
        let room = room.by_system().lead(250);
        for now in [4_750, 4_900, 6_000] {
            room.clone().at(now).when(hasten(2)).then_nothing();
        }
    }

    #[test]
    fn only_the_item_that_waits_is_hastened() {
        let room = playing_room().after(changed(running(2, 0, 5_000), Selected));
        room.by_system().at(2_000).when(hasten(1)).then_nothing();
        let standing = room_with([Some(10_000)]).by_system().at(2_000);
        standing.when(hasten(1)).then_nothing();
    }

    #[test]
    fn nobody_but_tutti_itself_hastens() {
        let room = playing_room().after(changed(running(2, 0, 5_000), Selected));
        room.at(2_000)
            .when(hasten(2))
            .rejected(room::Rejection::MayNotControl);
    }
}

mod pause_unheard {
    use super::*;

    fn last_heard(ms: i64) -> Command {
        PauseUnheard { last_heard: at(ms) }
    }

    #[test]
    fn a_room_nobody_hears_stands_where_it_was_last_heard() {
        let room = playing_room().by_system().at(9_000);
        room.when(last_heard(4_000))
            .then([paused(standing(1, 4_000, 9_000))]);
    }

    #[test]
    fn what_began_after_the_last_listener_left_stands_at_where_it_began() {
        let room = playing_room().after(changed(running(2, 0, 10_000), Ended));
        room.by_system()
            .at(15_000)
            .when(last_heard(4_000))
            .then([paused(standing(2, 0, 15_000))]);
    }

    #[test]
    fn nobody_hears_the_future() {
        let room = playing_room().by_system().at(4_000);
        room.when(last_heard(9_000))
            .then([paused(standing(1, 4_000, 4_000))]);
    }

    #[test]
    fn a_room_somebody_came_back_to_plays_on() {
        let room = playing_room().by_system().at(9_000).connected([guest()]);
        room.when(last_heard(4_000)).then_nothing();
    }

    #[test]
    fn nobody_but_tutti_says_that_a_room_is_unheard() {
        let room = playing_room().at(9_000);
        room.when(last_heard(0))
            .rejected(room::Rejection::MayNotControl);
    }
}

mod seek {
    use super::*;

    #[test]
    fn seeking_while_playing_goes_on_from_there_a_lead_later() {
        let room = playing_room().at(2_000).lead(250);
        room.when(seek(7_000))
            .then([seeked(running(1, 7_000, 2_250))]);
    }

    #[test]
    fn seeking_while_standing_stands_there() {
        let room = room_with([Some(10_000)]).at(2_000).lead(250);
        room.when(seek(7_000))
            .then([seeked(standing(1, 7_000, 2_000))]);
    }

    #[test]
    fn nobody_seeks_past_the_end() {
        let duration = TEN_SECONDS;
        playing_room()
            .when(seek(10_001))
            .rejected(Rejection::SeekPastEnd { duration });
    }

    #[test]
    fn a_track_of_unknown_length_is_sought_up_to_a_week_in() {
        let (room, duration) = (room_playing([None]), MAX_DURATION);
        let room = room.when(seek(604_800_000)).accepted();
        room.when(seek(604_800_001))
            .rejected(Rejection::SeekPastEnd { duration });
    }

    #[test]
    fn seeking_to_the_very_end_while_playing_hands_over_at_once() {
        let room = playing_room().at(2_000).when(seek(10_000));
        let room = room.then([seeked(running(1, 10_000, 2_000))]);
        assert!(room.alarm().is_some_and(|alarm| alarm.at < at(2_000)));
        room.when_the_alarm_rings()
            .then([changed(running(2, 0, 2_000), Ended)]);
    }

    #[test]
    fn seeking_to_the_very_end_adds_no_second_lead() {
        let room = playing_room().at(2_000).lead(1_000).when(seek(10_000));
        let room = room.then([seeked(running(1, 10_000, 3_000))]);
        room.lead(750)
            .when_the_alarm_rings()
            .then([changed(running(2, 0, 3_000), Ended)]);
    }

    #[test]
    fn seeking_to_the_very_end_of_the_last_track_finishes_it() {
        let room = room_playing([Some(10_000)]).at(2_000);
        let room = room.when(seek(10_000)).accepted();
        room.when_the_alarm_rings()
            .then([finished(standing(1, 10_000, 2_000))]);
    }
}

mod skip_and_select {
    use super::*;

    #[test]
    fn skipping_keeps_playing_what_played() {
        let room = playing_room().at(2_000).lead(250);
        room.when(SkipNext)
            .then([changed(running(2, 0, 2_250), SkippedNext)]);
    }

    #[test]
    fn skipping_keeps_standing_what_stood() {
        let room = room_with([None, None]).at(2_000).lead(250);
        room.when(SkipNext)
            .then([changed(standing(2, 0, 2_000), SkippedNext)]);
    }

    #[test]
    fn nothing_comes_after_the_last() {
        let room = room_playing([None]);
        room.when(SkipNext).rejected(Rejection::NothingNext);
    }

    #[test]
    fn where_all_repeats_the_first_comes_after_the_last() {
        let room = repeating(Repeat::All, room_playing([None, None]));
        let room = room.when(SkipNext).accepted();
        room.at(9)
            .when(SkipNext)
            .then([changed(running(1, 0, 9), SkippedNext)]);
    }

    #[test]
    fn repeating_one_holds_nobody_from_skipping() {
        let room = repeating(Repeat::One, playing_room());
        room.at(9)
            .when(SkipNext)
            .then([changed(running(2, 0, 9), SkippedNext)]);
    }

    #[test]
    fn skipping_back_within_three_seconds_plays_the_one_before() {
        let room = playing_room().after(changed(running(2, 0, 0), SkippedNext));
        room.at(3_000)
            .when(SkipPrev)
            .then([changed(running(1, 0, 3_000), SkippedPrev)]);
    }

    #[test]
    fn skipping_back_later_restarts_the_track() {
        let room = playing_room().after(changed(running(2, 0, 0), SkippedNext));
        room.at(3_001)
            .when(SkipPrev)
            .then([changed(running(2, 0, 3_001), SkippedPrev)]);
    }

    #[test]
    fn skipping_back_on_the_first_restarts_it() {
        let room = playing_room().at(1_000);
        room.when(SkipPrev)
            .then([changed(running(1, 0, 1_000), SkippedPrev)]);
    }

    #[test]
    fn where_all_repeats_the_last_comes_before_the_first() {
        let room = repeating(Repeat::All, playing_room()).at(1_000);
        room.when(SkipPrev)
            .then([changed(running(3, 0, 1_000), SkippedPrev)]);
    }

    #[test]
    fn selecting_plays_even_where_the_music_stood() {
        let room = room_with([Some(10_000); 2]).at(1_000).lead(500);
        room.when(select(2, 4_000))
            .then([changed(running(2, 4_000, 1_500), Selected)]);
    }

    #[test]
    fn only_what_is_listed_can_be_selected_and_only_within_it() {
        let duration = TEN_SECONDS;
        let room = playing_room()
            .when(select(9, 0))
            .rejected(Rejection::NoSuchItem);
        room.when(select(2, 10_001))
            .rejected(Rejection::SeekPastEnd { duration });
    }
}

mod following_the_playlist {
    use super::*;

    fn edit(n: u8, duration_ms: Option<i64>) -> playlist::Command {
        let (item, track) = (item(n), track_of(duration_ms));
        playlist::Command::Edit { item, track }
    }

    fn edited(n: u8, duration_ms: Option<i64>) -> room::Event {
        let (item, track) = (item(n), track_of(duration_ms));
        Listed::Edited { item, track }.into()
    }

    #[test]
    fn the_first_item_stands_ready() {
        let (track, index) = (track(), None);
        let room = quiet_room().at(5_000).lead(500);
        let room = room
            .when(playlist::Command::Add { track, index })
            .accepted();
        let first = room.listed()[0];
        assert_eq!(
            room.timeline(),
            Timeline::paused(first, Position::START, at(5_000))
        );
    }

    #[test]
    fn where_the_current_item_goes_the_next_takes_its_place() {
        let room = playing_room().at(4_000).lead(250);
        room.when(remove(1))
            .then([removed(1), changed(running(2, 0, 4_250), Removed)]);
        let room = room_with([None, None]).at(4_000).lead(250);
        room.when(remove(1))
            .then([removed(1), changed(standing(2, 0, 4_000), Removed)]);
    }

    #[test]
    fn where_the_last_item_goes_the_one_before_stands_at_its_beginning() {
        let room = playing_room().after(changed(running(3, 0, 0), Selected));
        let room = room.at(4_000).lead(250);
        room.when(remove(3))
            .then([removed(3), changed(standing(2, 0, 4_000), Removed)]);
    }

    #[test]
    fn where_the_last_item_goes_and_all_repeats_the_first_plays_on() {
        let room = playing_room().after(changed(running(3, 0, 0), Selected));
        let room = repeating(Repeat::All, room).at(4_000);
        room.when(remove(3))
            .then([removed(3), changed(running(1, 0, 4_000), Removed)]);
    }

    #[test]
    fn where_the_repeated_item_goes_the_next_takes_its_place() {
        let room = repeating(Repeat::One, playing_room()).at(4_000);
        room.when(remove(1))
            .then([removed(1), changed(running(2, 0, 4_000), Removed)]);
    }

    #[test]
    fn where_the_only_item_goes_there_is_nothing_left() {
        for repeat in [Repeat::Off, Repeat::One, Repeat::All] {
            let room = repeating(repeat, room_playing([Some(10_000)]));
            let room = room
                .when(remove(1))
                .then([removed(1), Event::Emptied.into()]);
            assert_eq!(room.room().playback.timeline, None);
            assert_eq!(room.alarm(), None);
        }
    }

    #[test]
    fn where_another_item_goes_the_music_plays_on() {
        playing_room().when(remove(2)).then([removed(2)]);
    }

    #[test]
    fn where_everything_goes_there_is_nothing_left() {
        let cleared = [room::Event::from(Listed::Cleared), Event::Emptied.into()];
        playing_room().when(playlist::Command::Clear).then(cleared);
    }

    #[test]
    fn a_track_that_turns_out_shorter_than_where_the_music_is_hands_over_at_once() {
        let room = playing_room().at(8_000).lead(250);
        let room = room
            .when(edit(1, Some(5_000)))
            .then([edited(1, Some(5_000)), seeked(running(1, 5_000, 8_250))]);
        room.when_the_alarm_rings()
            .then([changed(running(2, 0, 8_250), Ended)]);
    }

    #[test]
    fn standing_music_stands_at_the_end_of_a_track_that_turns_out_shorter() {
        let room = playing_room().after(paused(standing(1, 8_000, 8_000)));
        room.at(9_000)
            .when(edit(1, Some(5_000)))
            .then([edited(1, Some(5_000)), seeked(standing(1, 5_000, 9_000))]);
    }

    #[test]
    fn a_track_whose_length_becomes_known_hands_over_in_time() {
        let room = room_playing([None, None]).at(8_000);
        let room = room
            .when(edit(1, Some(10_000)))
            .then([edited(1, Some(10_000))]);
        assert_eq!(room.alarm(), alarm(9_250, 1));
    }

    #[test]
    fn a_track_whose_length_becomes_unknown_plays_on() {
        let room = playing_room().at(8_000);
        let room = room.when(edit(1, None)).then([edited(1, None)]);
        assert_eq!(room.alarm(), None);
    }

    #[test]
    fn editing_another_item_leaves_the_music_alone() {
        let room = playing_room().at(8_000);
        room.when(edit(2, Some(5_000)))
            .then([edited(2, Some(5_000))]);
    }
}

#[test]
fn the_position_is_never_past_the_end() {
    let room = playing_room();
    let position_at = |ms| {
        let room = room.room();
        room.playback.position_at(&room.playlist, at(ms))
    };
    assert_eq!(position_at(4_000), Some(position(4_000)));
    assert_eq!(position_at(10_700), Some(position(10_000)));
    let empty = quiet_room();
    assert_eq!(
        empty
            .room()
            .playback
            .position_at(&empty.room().playlist, at(0)),
        None
    );
}

#[test]
fn a_rejection_says_what_to_do() {
    let duration = Span::from_ms(10_000);
    let past = Rejection::SeekPastEnd { duration };
    assert_eq!(
        past.to_string(),
        "the position lies past the end: go to at most 10000 ms"
    );
}
