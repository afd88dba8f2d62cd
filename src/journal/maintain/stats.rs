//! Stats: how much of what a journal holds.

use std::fs;
use std::path::Path;

use super::super::high_water::FILE as HIGH_WATER;
use super::super::{Damage, Kind, SledJournal, StreamId, key};
use super::recorded_claims;

/// How much of one kind there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KindStats {
    /// Of which kind.
    pub kind: Kind,
    /// Streams of it.
    pub streams: u64,
    /// Their entries.
    pub entries: u64,
    /// The size of those entries in bytes, as encoded.
    pub bytes: u64,
    /// The stream with the most entries, and how many.
    pub longest: Option<(StreamId, u64)>,
}

/// How much of what a journal holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stats {
    /// By kind.
    pub kinds: Vec<KindStats>,
    /// Reservations held.
    pub claims: u64,
    /// Entries whose effects elsewhere are not settled.
    pub unsettled: u64,
    /// How often the writer has committed.
    pub commits: u64,
    /// The size of all files in bytes.
    pub disk_bytes: u64,
}

/// Counts.
///
/// # Errors
/// Where something cannot be read.
pub fn stats(journal: &SledJournal) -> Result<Stats, Damage> {
    let store = &journal.core().store;
    let mut kinds: Vec<KindStats> = Kind::ALL
        .into_iter()
        .map(|kind| KindStats {
            kind,
            streams: 0,
            entries: 0,
            bytes: 0,
            longest: None,
        })
        .collect();
    let mut current: Option<(StreamId, u64)> = None;
    for pair in store.scan(key::ENTRIES) {
        let (key, value) = pair?;
        let Some((stream, seq)) = key::parse_numbered(&key) else {
            continue;
        };
        let Some(kind) = kinds.iter_mut().find(|stats| stats.kind == stream.kind) else {
            continue;
        };
        let count = match current {
            Some((same, count)) if same == stream => count + 1,
            _ => 1,
        };
        current = Some((stream, count));
        kind.streams += u64::from(count == 1);
        kind.entries += 1;
        kind.bytes += store.entry_size(stream, seq, &value) as u64;
        if kind.longest.is_none_or(|(_, most)| count > most) {
            kind.longest = Some((stream, count));
        }
    }
    Ok(Stats {
        kinds,
        claims: recorded_claims(store)?.len() as u64,
        unsettled: store.unsettled().count() as u64,
        commits: store.ends.commit(),
        disk_bytes: disk_bytes(journal.dir()),
    })
}

/// The size of all files of a journal in bytes.
pub(crate) fn disk_bytes(dir: &Path) -> u64 {
    let names = ["db", "conf", HIGH_WATER];
    let own = |name: &str| names.contains(&name) || name.starts_with("snap.");
    let Ok(files) = fs::read_dir(dir) else {
        return 0;
    };
    let files = files.flatten();
    files
        .filter(|file| own(&file.file_name().to_string_lossy()))
        .filter_map(|file| file.metadata().ok())
        .map(|file| file.len())
        .sum()
}
