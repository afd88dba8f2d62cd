//! The end of a track, as rules.

use crate::domain::room;
use crate::domain::room::playback::tests::{alarm, repeating, seek, track_ended};
use crate::domain::room::playback::{Change::*, Command::*, Rejection};
use crate::domain::room::playlist::{self, Event as Listed, Repeat};
use crate::domain::room::testkit::*;
use crate::domain::testkit::*;

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
