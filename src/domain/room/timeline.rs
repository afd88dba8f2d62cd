//! Where the music is: an anchor position at an anchor time, and a rate.
//!
//! Knows nothing of playlists or people; [`Timeline::position_at`] is all of the mathematics.

use crate::ids::ItemId;
use crate::time::{Position, Span, Timestamp};

/// Playback speed in thousandths; 1000 is as recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate(pub u16);

impl Rate {
    /// As recorded.
    pub const NORMAL: Self = Self(1000);
}

/// One item, placed on server time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeline {
    /// What plays.
    pub item: ItemId,
    /// Whether it plays or stands.
    pub playing: bool,
    /// The position at `at`.
    pub position: Position,
    /// The anchor: for a scheduled start this lies in the future, and the music stands at `position` until then.
    pub at: Timestamp,
    /// How fast it runs.
    pub rate: Rate,
}

impl Timeline {
    /// Standing still at `position`.
    pub fn paused(item: ItemId, position: Position, at: Timestamp) -> Self {
        Self {
            item,
            playing: false,
            position,
            at,
            rate: Rate::NORMAL,
        }
    }

    /// Running from `position`, starting at `at`.
    pub fn playing(item: ItemId, position: Position, at: Timestamp) -> Self {
        Self {
            item,
            playing: true,
            position,
            at,
            rate: Rate::NORMAL,
        }
    }

    /// The position at `now`: `position + (now - at) * rate` while playing, and never before the anchor.
    pub fn position_at(&self, now: Timestamp) -> Position {
        if !self.playing {
            return self.position;
        }
        let run = now
            .since(self.at)
            .as_ms()
            .saturating_mul(i64::from(self.rate.0))
            / 1000;
        self.position + Span::from_ms(run)
    }

    /// When the item would have begun, had it never stood or moved: while it plays, now minus this is the position.
    pub fn began_at(&self) -> Timestamp {
        self.at - Position::START.until(self.position)
    }

    /// When a track of this length will be over, where it is running: the first moment whose position is its end.
    pub fn ends_at(&self, duration: Span) -> Option<Timestamp> {
        if !self.playing {
            return None;
        }
        let end = Position::START + duration;
        let left = self.position.until(end).as_ms().saturating_mul(1000);
        let rate = i64::from(self.rate.0.max(1));
        Some(self.at + Span::from_ms(left.saturating_add(rate - 1) / rate))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    const SECOND: Span = Span::from_ms(1_000);

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_ms(ms)
    }

    fn playing_from(position_ms: u64, at_ms: i64) -> Timeline {
        Timeline::playing(
            ItemId(Uuid::nil()),
            Position::from_ms(position_ms),
            at(at_ms),
        )
    }

    #[test]
    fn at_rate_1000_a_millisecond_is_a_millisecond() {
        let timeline = playing_from(500, 10_000);
        assert_eq!(timeline.position_at(at(10_000)), Position::from_ms(500));
        assert_eq!(timeline.position_at(at(10_001)), Position::from_ms(501));
        assert_eq!(timeline.position_at(at(73_210)), Position::from_ms(63_710));
        assert_eq!(timeline.ends_at(SECOND), Some(at(10_500)));
    }

    #[test]
    fn now_minus_the_beginning_is_the_position_while_it_plays() {
        let timeline = playing_from(30_000, 100_000);
        assert_eq!(timeline.began_at(), at(70_000));
        let now = at(105_000);
        let since = now.since(timeline.began_at());
        assert_eq!(timeline.position_at(now), Position::START + since);
    }

    #[test]
    fn before_a_scheduled_start_the_music_stands_at_its_position() {
        let timeline = playing_from(500, 10_000);
        assert_eq!(timeline.position_at(at(0)), Position::from_ms(500));
        assert_eq!(timeline.position_at(at(9_999)), Position::from_ms(500));
    }

    #[test]
    fn paused_music_stands_and_never_ends() {
        let timeline = Timeline::paused(ItemId(Uuid::nil()), Position::from_ms(500), at(10_000));
        assert_eq!(timeline.position_at(at(99_000)), Position::from_ms(500));
        assert_eq!(timeline.ends_at(SECOND), None);
    }

    #[test]
    fn a_position_past_the_end_ends_at_the_anchor() {
        assert_eq!(
            playing_from(5_000, 10_000).ends_at(SECOND),
            Some(at(10_000))
        );
    }

    fn timelines() -> impl Strategy<Value = Timeline> {
        let extreme_ms = prop_oneof![0..10_000_000u64, Just(u64::MAX)];
        let extreme_at = prop_oneof![0..10_000_000i64, Just(i64::MIN), Just(i64::MAX)];
        (any::<bool>(), extreme_ms, extreme_at, 0..4_000u16).prop_map(
            |(playing, ms, at_ms, rate)| {
                let rate = Rate(rate);
                Timeline {
                    playing,
                    rate,
                    ..playing_from(ms, at_ms)
                }
            },
        )
    }

    proptest! {
        #[test]
        fn the_position_never_runs_backwards(timeline in timelines(), a in any::<i64>(), b in any::<i64>()) {
            let (earlier, later) = (at(a.min(b)), at(a.max(b)));
            prop_assert!(timeline.position_at(earlier) <= timeline.position_at(later));
        }

        #[test]
        fn a_track_is_over_when_its_position_is_its_end_and_not_a_millisecond_before(
            position in 0..100_000u64,
            length in 1..100_000i64,
            rate in 1..4_000u16,
        ) {
            let timeline = Timeline { rate: Rate(rate), ..playing_from(position, 1_000) };
            let length = Span::from_ms(length);
            let over = Position::START + length;
            let end = timeline.ends_at(length).expect("it runs");
            prop_assert!(timeline.position_at(end) >= over);
            if end > timeline.at {
                prop_assert!(timeline.position_at(end - Span::from_ms(1)) < over);
            }
        }
    }
}
