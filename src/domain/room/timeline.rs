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

    /// When a track of this length will be over, where it is running.
    pub fn ends_at(&self, duration: Span) -> Option<Timestamp> {
        if !self.playing {
            return None;
        }
        let left = duration.as_ms() - i64::try_from(self.position.as_ms()).unwrap_or(i64::MAX);
        let left = left.max(0).saturating_mul(1000) / i64::from(self.rate.0.max(1));
        Some(self.at + Span::from_ms(left))
    }
}
