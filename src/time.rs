//! Times in whole milliseconds: when something is ([`Timestamp`]), how long ([`Span`]), where in a track ([`Position`]).
//!
//! Plain values: nothing here reads a clock.

use std::fmt;
use std::ops::{Add, Sub};

/// A moment in server time: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(i64);

/// A length of time in milliseconds; negative where a difference runs backwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span(i64);

/// A place within a track: milliseconds from its beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Position(u64);

impl Timestamp {
    /// The moment `ms` milliseconds after the epoch.
    pub const fn from_ms(ms: i64) -> Self {
        Self(ms)
    }

    /// Milliseconds since the epoch.
    pub const fn as_ms(self) -> i64 {
        self.0
    }

    /// The time passed since `earlier`, or nothing where `earlier` is in the future.
    pub fn since(self, earlier: Self) -> Span {
        Span((self.0.saturating_sub(earlier.0)).max(0))
    }
}

impl Span {
    /// No time at all.
    pub const ZERO: Self = Self(0);

    /// A span of `ms` milliseconds.
    pub const fn from_ms(ms: i64) -> Self {
        Self(ms)
    }

    /// A span of `secs` seconds.
    pub const fn from_secs(secs: i64) -> Self {
        Self(secs * 1000)
    }

    /// Its milliseconds.
    pub const fn as_ms(self) -> i64 {
        self.0
    }

    /// The same span for the standard library; a negative one is zero.
    pub fn to_std(self) -> std::time::Duration {
        std::time::Duration::from_millis(u64::try_from(self.0).unwrap_or(0))
    }
}

impl Position {
    /// The beginning of a track.
    pub const START: Self = Self(0);

    /// The place `ms` milliseconds into a track.
    pub const fn from_ms(ms: u64) -> Self {
        Self(ms)
    }

    /// Milliseconds from the beginning.
    pub const fn as_ms(self) -> u64 {
        self.0
    }

    /// The time from here to `later`, or nothing where that has passed.
    pub fn until(self, later: Self) -> Span {
        Span(i64::try_from(later.0.saturating_sub(self.0)).unwrap_or(i64::MAX))
    }
}

impl Add<Span> for Timestamp {
    type Output = Self;

    fn add(self, span: Span) -> Self {
        Self(self.0.saturating_add(span.0))
    }
}

impl Sub<Span> for Timestamp {
    type Output = Self;

    fn sub(self, span: Span) -> Self {
        Self(self.0.saturating_sub(span.0))
    }
}

impl Sub for Timestamp {
    type Output = Span;

    fn sub(self, other: Self) -> Span {
        Span(self.0.saturating_sub(other.0))
    }
}

impl Add<Span> for Position {
    type Output = Self;

    fn add(self, span: Span) -> Self {
        Self(self.0.saturating_add_signed(span.0))
    }
}

impl fmt::Display for Timestamp {
    /// ISO 8601 in UTC with milliseconds, as REST and the logs print times.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = u64::try_from(self.0).unwrap_or(0);
        let time = std::time::UNIX_EPOCH + std::time::Duration::from_millis(ms);
        fmt::Display::fmt(&humantime::format_rfc3339_millis(time), f)
    }
}

/// A text that is no ISO 8601 time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidTime;

impl fmt::Display for InvalidTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a time: expected ISO 8601 in UTC, as 2026-01-31T20:15:00.000Z")
    }
}

impl std::error::Error for InvalidTime {}

impl std::str::FromStr for Timestamp {
    type Err = InvalidTime;

    fn from_str(text: &str) -> Result<Self, InvalidTime> {
        let time = humantime::parse_rfc3339_weak(text).map_err(|_| InvalidTime)?;
        let since = time
            .duration_since(std::time::UNIX_EPOCH)
            .map_err(|_| InvalidTime)?;
        i64::try_from(since.as_millis())
            .map(Self)
            .map_err(|_| InvalidTime)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timestamp_prints_as_iso_8601_with_milliseconds() {
        let t = Timestamp::from_ms(1_704_067_200_007);
        assert_eq!(t.to_string(), "2024-01-01T00:00:00.007Z");
        assert_eq!("2024-01-01T00:00:00.007Z".parse(), Ok(t));
        assert_eq!("soon".parse::<Timestamp>(), Err(InvalidTime));
    }

    #[test]
    fn a_position_never_runs_below_the_beginning() {
        assert_eq!(Position::from_ms(5) + Span::from_ms(-9), Position::START);
        assert_eq!(Position::from_ms(9).until(Position::from_ms(5)), Span::ZERO);
    }

    #[test]
    fn time_since_the_future_is_nothing() {
        assert_eq!(
            Timestamp::from_ms(1).since(Timestamp::from_ms(2)),
            Span::ZERO
        );
    }
}
