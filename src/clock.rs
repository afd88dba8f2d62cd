//! Server time, and the one home of the machine's clocks.
//!
//! Server time is the wall clock at start plus monotonic time since, so a jump of the wall clock never moves the music
//! (guarantee G7). Everything else asks a [`Clock`] or is handed a [`Timestamp`].

use std::sync::Mutex;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use crate::time::{Span, Timestamp};

/// A source of server time. Never runs backwards.
pub trait Clock: Send + Sync + 'static {
    /// Now, in whole milliseconds.
    fn now(&self) -> Timestamp {
        Timestamp::from_ms(self.now_ms().floor() as i64)
    }

    /// Now, in milliseconds and fractions of one: for clock probes, whose point is precision.
    fn now_ms(&self) -> f64;
}

/// The real clock.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock {
    wall_ms_at_start: f64,
    start: Instant,
}

impl SystemClock {
    /// Reads the wall clock once; from here on only monotonic time counts.
    #[expect(
        clippy::disallowed_methods,
        reason = "this module is the one home of the machine's clocks"
    )]
    pub fn start() -> Self {
        let wall = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Self {
            wall_ms_at_start: wall.as_secs_f64() * 1e3,
            start: Instant::now(),
        }
    }
}

impl Clock for SystemClock {
    fn now_ms(&self) -> f64 {
        self.wall_ms_at_start + self.start.elapsed().as_secs_f64() * 1e3
    }
}

/// A clock that moves only when told to, for tests.
#[derive(Debug, Default)]
pub struct ManualClock(Mutex<i64>);

impl ManualClock {
    /// A clock that stands at `now`.
    pub fn at(now: Timestamp) -> Self {
        Self(Mutex::new(now.as_ms()))
    }

    /// Moves the clock on.
    pub fn advance(&self, by: Span) {
        *self
            .0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner) += by.as_ms().max(0);
    }
}

impl Clock for ManualClock {
    fn now_ms(&self) -> f64 {
        *self
            .0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner) as f64
    }
}

/// Measures how long something takes, without handing out clock readings.
#[derive(Debug, Clone, Copy)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts measuring.
    #[expect(
        clippy::disallowed_methods,
        reason = "this module is the one home of the machine's clocks"
    )]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// Time since the start.
    pub fn elapsed(&self) -> std::time::Duration {
        self.0.elapsed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_system_clock_never_runs_backwards() {
        let clock = SystemClock::start();
        let readings: Vec<f64> = (0..1000).map(|_| clock.now_ms()).collect();
        assert!(readings.is_sorted());
    }

    #[test]
    fn a_manual_clock_moves_only_forward_and_only_when_told() {
        let clock = ManualClock::at(Timestamp::from_ms(10));
        clock.advance(Span::from_ms(5));
        clock.advance(Span::from_ms(-5));
        assert_eq!(clock.now(), Timestamp::from_ms(15));
    }
}
