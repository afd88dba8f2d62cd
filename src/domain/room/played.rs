//! What was played in a room, in order: for an evening to be played again. Follows a room from entry to entry.
//!
//! Knows the room's state alone, so it holds whatever commands and facts led there.

use crate::ids::ItemId;
use crate::time::{Position, Timestamp};

use super::OpenRoom;
use super::track::Track;

/// How far a track must have run to count as played; half of it where it is shorter than twice that. One that was passed
/// over was not.
pub const ENOUGH: Position = Position::from_ms(5_000);

/// What was played so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Played {
    tracks: Vec<Track>,
    /// The item that was current last, and whether it counts already.
    last: Option<(ItemId, bool)>,
}

impl Played {
    /// The room as it was until then.
    pub fn see(&mut self, room: &OpenRoom, until: Timestamp) {
        let timeline = room.playback.timeline.as_ref();
        let item = timeline.and_then(|timeline| room.playlist.get(timeline.item));
        let (Some(timeline), Some(item)) = (timeline, item) else {
            self.last = None;
            return;
        };
        let counts = self.last == Some((item.id, true));
        let half = item.track.end().map(|end| end.as_ms() / 2);
        let enough = half.map_or(ENOUGH, |half| ENOUGH.min(Position::from_ms(half)));
        let ran = timeline.playing && timeline.position_at(until) >= enough;
        if ran && !counts {
            self.tracks.push(item.track.clone());
        }
        self.last = Some((item.id, counts || ran));
    }

    /// The tracks, in the order they were played.
    pub fn tracks(self) -> Vec<Track> {
        self.tracks
    }
}

#[cfg(test)]
mod tests {
    use super::super::Event;
    use super::super::playback::Change;
    use super::super::testkit::{changed, paused, room_with, running, standing, started};
    use super::*;
    use crate::domain::testkit::at;

    /// Ten minutes and more, and four seconds.
    const LENGTHS: [i64; 3] = [600_000, 601_000, 4_000];

    /// Which items were played, where these facts came at those times.
    fn played(facts: &[(Event, i64)], until: i64) -> Vec<usize> {
        let mut story = room_with(LENGTHS.map(Some));
        let mut played = Played::default();
        for (fact, when) in facts {
            played.see(story.room(), at(*when));
            story.happens(fact.clone());
        }
        played.see(story.room(), at(until));
        let which = |track: &Track| {
            let length = track.duration.expect("a length").as_ms();
            LENGTHS.iter().position(|each| *each == length)
        };
        let tracks = played.tracks();
        tracks.iter().filter_map(which).map(|nth| nth + 1).collect()
    }

    fn next(item: u8, when: i64) -> (Event, i64) {
        (changed(running(item, 0, when), Change::SkippedNext), when)
    }

    #[test]
    fn what_ran_is_told_in_order_and_once_for_each_time() {
        let facts = [next(1, 0), next(2, 60_000), next(1, 120_000)];
        assert_eq!(played(&facts, 180_000), [1, 2, 1]);
    }

    #[test]
    fn what_was_passed_over_or_stood_was_not_played() {
        let chosen = changed(standing(1, 60_000, 7_000), Change::Selected);
        let facts = [next(1, 0), next(2, 4_999), (chosen, 7_000)];
        assert_eq!(played(&facts, 180_000), [0usize; 0]);
    }

    #[test]
    fn half_of_a_short_track_is_enough() {
        assert_eq!(played(&[next(3, 0)], 1_999), [0usize; 0]);
        assert_eq!(played(&[next(3, 0)], 2_000), [3]);
    }

    #[test]
    fn a_pause_in_between_does_not_make_it_two() {
        let facts = [
            (started(running(1, 0, 0)), 0),
            (paused(standing(1, 10_000, 10_000)), 10_000),
            (started(running(1, 10_000, 20_000)), 20_000),
        ];
        assert_eq!(played(&facts, 90_000), [1]);
    }
}
