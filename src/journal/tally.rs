//! How much a journal holds, and how long the disk takes: counted as it goes, so that asking costs nothing.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::maintain::disk_bytes;

/// How many of the last syncs are remembered.
const REMEMBERED: usize = 1_024;

/// How much a journal holds, and how long the disk takes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    /// Streams that have an entry.
    pub streams: u64,
    /// Their entries.
    pub entries: u64,
    /// The size of all its files, in bytes.
    pub bytes: u64,
    /// How long the last syncs took; nothing where there was none since it was opened.
    pub syncs: Option<Syncs>,
}

/// How long the last syncs took: a commit of many entries waits for one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Syncs {
    /// How many are looked at.
    pub count: usize,
    /// Half of them took no longer.
    pub p50: Duration,
    /// 99 of 100 took no longer.
    pub p99: Duration,
    /// The longest.
    pub worst: Duration,
}

/// What is counted. The writer counts, anybody reads.
#[derive(Debug, Default)]
pub(super) struct Tally {
    streams: AtomicU64,
    entries: AtomicU64,
    syncs: Mutex<Vec<Duration>>,
    synced: AtomicU64,
}

impl Tally {
    /// A commit wrote so many entries, so many of them the first of their streams.
    pub(super) fn wrote(&self, entries: u64, streams: u64) {
        self.entries.fetch_add(entries, Relaxed);
        self.streams.fetch_add(streams, Relaxed);
    }

    /// A sync took so long.
    pub(super) fn synced(&self, took: Duration) {
        let turn = self.synced.fetch_add(1, Relaxed) as usize % REMEMBERED;
        let mut syncs = self.syncs.lock().unwrap_or_else(PoisonError::into_inner);
        match syncs.get_mut(turn) {
            Some(oldest) => *oldest = took,
            None => syncs.push(took),
        }
    }

    /// All of it, of the journal in that folder.
    pub(super) fn figures(&self, dir: &Path) -> Figures {
        Figures {
            streams: self.streams.load(Relaxed),
            entries: self.entries.load(Relaxed),
            bytes: disk_bytes(dir),
            syncs: self.syncs(),
        }
    }

    /// How long the last syncs took.
    fn syncs(&self) -> Option<Syncs> {
        let mut syncs = self
            .syncs
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        syncs.sort_unstable();
        let within = |percent: usize| syncs.get((syncs.len() * percent).div_ceil(100).max(1) - 1);
        Some(Syncs {
            count: syncs.len(),
            p50: *within(50)?,
            p99: *within(99)?,
            worst: *syncs.last()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_sync_there_is_nothing_to_tell() {
        assert_eq!(Tally::default().syncs(), None);
    }

    #[test]
    fn of_the_last_syncs_the_middle_the_slowest_hundredth_and_the_worst_are_told() {
        let tally = Tally::default();
        // What is forgotten by then.
        (0..500).for_each(|_| tally.synced(Duration::from_secs(9)));
        (1..=REMEMBERED).for_each(|ms| tally.synced(Duration::from_millis(ms as u64)));
        let told = tally.syncs().unwrap();
        assert_eq!(told.count, REMEMBERED);
        assert_eq!(told.p50, Duration::from_millis(512));
        assert_eq!(told.p99, Duration::from_millis(1_014));
        assert_eq!(told.worst, Duration::from_millis(1_024));
    }
}
