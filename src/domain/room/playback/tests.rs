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

fn seek(ms: u64) -> Command {
    Seek {
        position: position(ms),
    }
}

fn select(n: u8, ms: u64) -> Command {
    let (item, position) = (item(n), position(ms));
    Select { item, position }
}

fn track_ended(n: u8) -> Command {
    TrackEnded { item: item(n) }
}

fn remove(n: u8) -> playlist::Command {
    playlist::Command::Remove { item: item(n) }
}

fn removed(n: u8) -> room::Event {
    Listed::Removed { item: item(n) }.into()
}

fn alarm(at_ms: i64, n: u8) -> Option<Alarm<room::Command>> {
    let command = track_ended(n).into();
    Some(Alarm {
        at: at(at_ms),
        command,
    })
}

fn repeating(repeat: Repeat, story: Story<Room>) -> Story<Room> {
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

mod the_end_of_a_track {
    use super::*;

    #[test]
    fn the_next_track_starts_exactly_where_the_last_one_ends() {
        let room = playing_room();
        assert_eq!(room.alarm(), alarm(10_000 - 750, 1));
        let room = room
            .lead(250)
            .when_the_alarm_rings()
            .then([changed(running(2, 0, 10_000), Ended)]);
        assert_eq!(room.alarm(), alarm(20_000 - 750, 2));
    }

    #[test]
    fn no_lead_holds_up_a_track_that_everybody_has_had_time_to_load() {
        let room = playing_room().by_system().lead(3_000);
        for in_time in [9_250, 9_750] {
            let room = room.clone().at(in_time).when(track_ended(1));
            room.then([changed(running(2, 0, 10_000), Ended)]);
        }
    }

    #[test]
    fn a_track_known_only_in_the_last_moment_waits_for_the_lead() {
        let room = playing_room().by_system().lead(3_000);
        room.at(9_751)
            .when(track_ended(1))
            .then([changed(running(2, 0, 12_751), Ended)]);
    }

    #[test]
    fn the_last_track_plays_to_its_very_end_and_then_there_is_silence() {
        let room = room_playing([Some(10_000)]);
        assert_eq!(room.alarm(), alarm(10_000, 1));
        let room = room
            .when_the_alarm_rings()
            .then([finished(standing(1, 10_000, 10_000))]);
        assert_eq!(room.alarm(), None);
    }

    #[test]
    fn repeating_one_plays_the_same_again_without_a_gap() {
        let room = repeating(Repeat::One, playing_room());
        let room = room
            .when_the_alarm_rings()
            .then([changed(running(1, 0, 10_000), Ended)]);
        assert_eq!(room.alarm(), alarm(20_000 - 750, 1));
    }

    #[test]
    fn repeating_all_plays_the_first_after_the_last() {
        let room = repeating(Repeat::All, playing_room());
        let room = room.after(changed(running(3, 0, 0), Selected));
        room.when_the_alarm_rings()
            .then([changed(running(1, 0, 10_000), Ended)]);
    }

    #[test]
    fn a_track_added_in_the_last_moment_still_follows_without_a_gap() {
        let room = room_playing([Some(10_000)]).at(9_900);
        let (track, index) = (track(), None);
        let room = room
            .when(playlist::Command::Add { track, index })
            .accepted();
        let next = room.listed()[1];
        let room = room.when_the_alarm_rings().accepted();
        assert_eq!(room.timeline().item, next);
        assert_eq!(room.timeline().at, at(10_000));
    }

    #[test]
    fn a_track_shorter_than_the_handover_begins_before_it_is_over() {
        let room = repeating(Repeat::All, room_playing([Some(10_000), Some(300)]));
        let room = room.when_the_alarm_rings().accepted();
        assert_eq!(room.timeline(), running(2, 0, 10_000));
        assert_eq!(room.alarm(), alarm(10_000, 2));
        room.when_the_alarm_rings()
            .then([changed(running(1, 0, 10_300), Ended)]);
    }

    #[test]
    fn nobody_can_end_a_track_of_known_length_early() {
        for who in [host(), guest()] {
            let room = playing_room().by(who).at(9_249);
            room.when(track_ended(1)).rejected(Rejection::NotOver);
        }
    }

    #[test]
    fn a_guest_may_point_at_the_end_of_a_track_of_known_length() {
        let room = playing_room().by(guest()).at(9_800);
        room.when(track_ended(1))
            .then([changed(running(2, 0, 10_000), Ended)]);
    }

    #[test]
    fn a_hint_a_little_before_the_end_of_the_last_track_changes_nothing() {
        let room = room_playing([Some(10_000)]).by(guest());
        let room = room
            .at(9_249)
            .when(track_ended(1))
            .rejected(Rejection::NotOver);
        let room = room.at(9_999).when(track_ended(1)).then_nothing();
        room.at(10_000)
            .when(track_ended(1))
            .then([finished(standing(1, 10_000, 10_000))]);
    }

    #[test]
    fn a_late_hint_of_a_track_that_no_longer_plays_changes_nothing() {
        for who in [host(), guest()] {
            let room = playing_room().after(changed(running(2, 0, 10_000), Ended));
            room.by(who).at(10_100).when(track_ended(1)).then_nothing();
        }
    }

    #[test]
    fn nothing_ends_while_it_stands() {
        let room = room_with([None, None]);
        let room = room.by(guest()).when(track_ended(1)).then_nothing();
        room.by(host()).when(track_ended(1)).then_nothing();
    }
}

mod tracks_of_unknown_length {
    use super::*;

    #[test]
    fn a_track_of_unknown_length_ends_when_who_controls_says_so() {
        let room = room_playing([None, None]);
        assert_eq!(room.alarm(), None);
        room.at(180_000)
            .lead(500)
            .when(track_ended(1))
            .then([changed(running(2, 0, 180_500), Ended)]);
    }

    #[test]
    fn a_guest_cannot_end_a_track_of_unknown_length() {
        let room = room_playing([None, None]).by(guest()).at(180_000);
        let room = room
            .when(track_ended(1))
            .rejected(room::Rejection::MayNotControl);
        room.when(track_ended(2)).then_nothing();
    }

    #[test]
    fn an_end_told_twice_ends_one_track() {
        let room = repeating(Repeat::One, room_playing([None]));
        let room = room
            .at(180_000)
            .lead(500)
            .when(track_ended(1))
            .then([changed(running(1, 0, 180_500), Ended)]);
        let room = room
            .at(180_020)
            .when(track_ended(1))
            .rejected(Rejection::NotOver);
        room.at(181_499)
            .when(track_ended(1))
            .rejected(Rejection::NotOver);
    }

    #[test]
    fn a_track_of_unknown_length_sought_to_its_end_is_over_at_once() {
        let room = room_playing([None, None]).at(2_000);
        let room = room.when(seek(239_000)).accepted();
        room.at(2_100)
            .when(track_ended(1))
            .then([changed(running(2, 0, 2_100), Ended)]);
    }

    #[test]
    fn after_the_last_one_it_stands_at_its_beginning_ready_to_play_again() {
        let room = room_playing([None]).at(180_000);
        room.when(track_ended(1))
            .then([finished(standing(1, 0, 180_000))])
            .when(Play)
            .then([started(running(1, 0, 180_000))]);
    }
}

mod waking_late {
    use super::*;

    #[test]
    fn after_a_short_absence_the_music_is_where_it_would_be() {
        let room = playing_room().by_system().lead(250).at(12_000);
        let room = room
            .when(track_ended(1))
            .then([changed(running(2, 0, 10_000), Ended)]);
        assert_eq!(room.timeline().position_at(at(12_000)), position(2_000));
    }

    #[test]
    fn whole_tracks_that_went_by_are_passed_over_in_one_step() {
        let room = playing_room().by_system().at(25_000);
        room.when(track_ended(1))
            .then([changed(running(3, 0, 20_000), Ended)]);
    }

    #[test]
    fn what_is_over_this_very_moment_is_passed_over_too() {
        let room = playing_room().by_system().at(20_000);
        room.when(track_ended(1))
            .then([changed(running(3, 0, 20_000), Ended)]);
    }

    #[test]
    fn a_playlist_that_went_by_is_finished_when_it_would_have_been() {
        let room = playing_room().by_system().at(1_000_000);
        let room = room.when(track_ended(1)).then([
            changed(running(3, 0, 20_000), Ended),
            finished(standing(3, 10_000, 30_000)),
        ]);
        assert_eq!(room.alarm(), None);
    }

    #[test]
    fn a_last_track_that_went_by_is_finished_when_it_was_over() {
        let room = room_playing([Some(10_000)]).by_system().at(1_000_000);
        room.when(track_ended(1))
            .then([finished(standing(1, 10_000, 10_000))]);
    }

    #[test]
    fn a_year_of_repeating_is_passed_over_in_one_step() {
        let year = 365 * 24 * 3_600_000;
        let room = room_playing([Some(100), Some(200), Some(700)]);
        let room = repeating(Repeat::All, room).by_system().at(year + 250);
        let room = room
            .when(track_ended(1))
            .then([changed(running(2, 0, year + 100), Ended)]);
        let one = repeating(Repeat::One, room_playing([Some(300), Some(10_000), None]));
        one.by_system()
            .at(year)
            .when(track_ended(1))
            .then([changed(running(1, 0, year), Ended)]);
        assert_eq!(room.alarm(), alarm(year + 100, 2));
    }

    #[test]
    fn nobody_knows_what_came_after_a_track_of_unknown_length() {
        let room = repeating(Repeat::All, room_playing([Some(10_000), None]));
        let room = room
            .by_system()
            .at(1_000_000)
            .when(track_ended(1))
            .then([changed(running(2, 0, 10_000), Ended)]);
        assert_eq!(room.alarm(), None);
    }

    #[test]
    fn the_drawn_order_is_followed() {
        let order = vec![item(2), item(1), item(3)];
        let room = playing_room().after(Listed::Shuffled { order });
        let room = room.after(changed(running(2, 0, 0), Selected));
        room.by_system()
            .at(25_000)
            .when(track_ended(2))
            .then([changed(running(3, 0, 20_000), Ended)]);
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
