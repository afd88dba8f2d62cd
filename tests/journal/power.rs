//! Power cuts: what a disk may hold when the power goes, from a recorded trace of everything that was written.
//!
//! A cut keeps what was synced and any part of what was not, in sectors of 512 bytes; names survive in the order in which
//! they were made. Every such disk must open, take entries, and hold all that was acknowledged before the cut. The same
//! trace without its syncs is what a bare `flush()` of the store amounts to: it must be caught. `TUTTI_CUTS=2000` cuts
//! more often, `TUTTI_CUTS_SEED` begins elsewhere.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use tutti::journal::{Health, Journal, Options, Seq, SledJournal};

use crate::appending::*;
use crate::child::{self, STREAMS};
use crate::dice::{Dice, number};
use crate::trace::{self, Event};

const SECTOR: usize = 512;

/// One file: what surely is on the disk, and what may be.
#[derive(Debug, Clone, Default)]
struct Durable {
    bytes: Vec<u8>,
    /// Written and not synced.
    loose: Vec<(usize, Vec<u8>)>,
}

/// A change of names that survives only together with all before it.
#[derive(Debug, Clone)]
enum Naming {
    Create(PathBuf),
    Folder(PathBuf),
    Rename(PathBuf, PathBuf),
    Remove(PathBuf),
    Cut(PathBuf, usize),
}

/// A disk that loses its power.
#[derive(Debug, Clone, Default)]
struct Disk {
    files: BTreeMap<PathBuf, Durable>,
    folders: Vec<PathBuf>,
    pending: Vec<Naming>,
    /// Files that exist by name only in `pending`.
    unnamed: BTreeMap<PathBuf, Durable>,
    acknowledged: Vec<(u128, u64)>,
}

impl Disk {
    fn note(&mut self, event: &Event) {
        match event {
            Event::Create(path) => {
                if self.find(path).is_none() {
                    self.unnamed.insert(path.clone(), Durable::default());
                    self.pending.push(Naming::Create(path.clone()));
                }
            }
            Event::Folder(path) => self.pending.push(Naming::Folder(path.clone())),
            Event::Truncate(path, size) => self.pending.push(Naming::Cut(path.clone(), *size)),
            Event::Rename(from, to) => {
                self.pending.push(Naming::Rename(from.clone(), to.clone()));
                self.settle_names();
            }
            Event::Remove(path) => self.pending.push(Naming::Remove(path.clone())),
            Event::Write(path, at, bytes) => {
                if let Some(file) = self.find(path) {
                    file.loose.push((*at, bytes.clone()));
                }
            }
            Event::Sync(path, written_before) => {
                // The journal of the file system writes all names with whatever is synced.
                self.settle_names();
                if let Some(file) = self.find(path) {
                    let count = (*written_before).min(file.loose.len());
                    for (at, bytes) in file.loose.drain(..count) {
                        put(&mut file.bytes, at, &bytes);
                    }
                }
            }
            Event::Acknowledge(stream, seq) => self.acknowledged.push((*stream, *seq)),
        }
    }

    fn find(&mut self, path: &Path) -> Option<&mut Durable> {
        match self.unnamed.get_mut(path) {
            Some(file) => Some(file),
            None => self.files.get_mut(path),
        }
    }

    fn settle_names(&mut self) {
        for naming in std::mem::take(&mut self.pending) {
            self.apply(&naming);
        }
        self.files.append(&mut self.unnamed);
    }

    fn apply(&mut self, naming: &Naming) {
        match naming {
            Naming::Create(path) => {
                let file = self.unnamed.remove(path).unwrap_or_default();
                self.files.insert(path.clone(), file);
            }
            Naming::Folder(path) => self.folders.push(path.clone()),
            Naming::Rename(from, to) => {
                if let Some(file) = self.files.remove(from) {
                    self.files.insert(to.clone(), file);
                }
            }
            Naming::Remove(path) => drop(self.files.remove(path)),
            Naming::Cut(path, size) => {
                if let Some(file) = self.files.get_mut(path) {
                    file.bytes.truncate(*size);
                }
            }
        }
    }

    /// The power goes: one of the disks that this may leave.
    fn cut(mut self, dice: &mut Dice) -> Self {
        let names = dice.below(self.pending.len() as u64 + 1) as usize;
        for naming in self.pending.drain(..names).collect::<Vec<_>>() {
            self.apply(&naming);
        }
        for file in self.files.values_mut() {
            let mood = dice.below(4);
            for (at, bytes) in std::mem::take(&mut file.loose) {
                for (start, sector) in sectors(at, &bytes) {
                    // All of it, none of it, or any part.
                    let kept = match mood {
                        0 => false,
                        1 => true,
                        _ => dice.below(2) == 0,
                    };
                    if kept {
                        put(&mut file.bytes, start, sector);
                    }
                }
            }
        }
        self
    }

    fn write_to(&self, dir: &Path) {
        fs::create_dir_all(dir).expect("makes the folder");
        for folder in &self.folders {
            fs::create_dir_all(dir.join(folder)).expect("makes a folder");
        }
        for (path, file) in &self.files {
            fs::write(dir.join(path), &file.bytes).expect("writes");
        }
    }
}

fn put(file: &mut Vec<u8>, at: usize, bytes: &[u8]) {
    let end = at + bytes.len();
    if file.len() < end {
        file.resize(end, 0);
    }
    file[at..end].copy_from_slice(bytes);
}

/// A write by the sectors that it touches.
fn sectors(at: usize, bytes: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let mut start = 0;
    std::iter::from_fn(move || {
        let left = bytes.get(start..).filter(|left| !left.is_empty())?;
        let room = SECTOR - (at + start) % SECTOR;
        let found = (at + start, &left[..room.min(left.len())]);
        start += found.1.len();
        Some(found)
    })
}

/// Whether the journal on this disk opens and holds all that was acknowledged.
fn judge(disk: &Disk) -> Result<(), String> {
    let dir = tempfile::tempdir().expect("a folder");
    disk.write_to(dir.path());
    let journal = SledJournal::open(dir.path(), Options::default()).map_err(|e| e.to_string())?;
    if let Health::ReadOnly(why) = journal.health() {
        return Err(why);
    }
    for n in 1..=STREAMS {
        let entries = journal
            .read(room(n), Seq::ZERO, 10_000)
            .map_err(|e| e.to_string())?;
        let of_stream = disk.acknowledged.iter().filter(|(stream, _)| *stream == n);
        let last = of_stream.map(|(_, seq)| *seq).max().unwrap_or(0);
        if (entries.len() as u64) < last {
            return Err(format!("stream {n}: {} of {last}", entries.len()));
        }
        for (seq, entry) in (1..).zip(&entries) {
            if entry.bytes != content(room(n), seq) {
                return Err(format!("stream {n} holds what was never written at {seq}"));
            }
        }
        append(&journal, plain(room(n), entries.len() as u64, b"on")).map_err(|e| e.to_string())?;
    }
    Ok(())
}

/// Everything that two lives of a journal wrote.
fn recorded() -> Vec<Event> {
    let dir = tempfile::tempdir().expect("a folder");
    let journal = dir.path().join("journal");
    let mut events = Vec::new();
    for life in 0..3 {
        let log = dir.path().join(format!("trace-{life}"));
        let output = trace::record(&journal, &log);
        let acknowledged = child::acknowledged(&output).len() as u64;
        assert_eq!(acknowledged, STREAMS as u64 * child::EACH);
        let text = fs::read_to_string(log).expect("a trace");
        events.extend(trace::parse(&text, &journal));
    }
    let count = |what: fn(&Event) -> bool| events.iter().filter(|event| what(event)).count();
    assert!(count(|e| matches!(e, Event::Acknowledge(..))) == 90);
    assert!(count(|e| matches!(e, Event::Write(..))) > 100);
    assert!(count(|e| matches!(e, Event::Sync(..))) > 70);
    events
}

/// Cuts the power at so many places and says what was lost where.
fn cut_often(events: &[Event], cuts: u64, seed: u64) -> Vec<String> {
    let mut dice = Dice(seed);
    let mut places: Vec<u64> = (0..cuts)
        .map(|_| dice.below(events.len() as u64 + 1))
        .collect();
    places.sort_unstable();
    let mut disk = Disk::default();
    let mut done = 0;
    let mut lost = Vec::new();
    for place in places {
        for event in &events[done..place as usize] {
            disk.note(event);
        }
        done = place as usize;
        let left = disk.clone().cut(&mut dice);
        if let Err(what) = judge(&left) {
            let acknowledged = disk.acknowledged.len();
            lost.push(format!(
                "cut after event {place}, {acknowledged} acknowledged: {what}"
            ));
        }
    }
    lost
}

#[test]
fn whatever_a_power_cut_leaves_holds_all_that_was_acknowledged() {
    if !child::strace_is_here() {
        return;
    }
    let (cuts, seed) = (number("TUTTI_CUTS", 120), number("TUTTI_CUTS_SEED", 1));
    let events = recorded();
    let lost = cut_often(&events, cuts, seed);
    println!(
        "{cuts} cuts in {} events: {} lost",
        events.len(),
        lost.len()
    );
    assert_eq!(lost, Vec::<String>::new());
}

#[test]
fn a_journal_that_only_flushed_would_be_caught() {
    if !child::strace_is_here() {
        return;
    }
    let mut events = recorded();
    events.retain(|event| !matches!(event, Event::Sync(path, _) if path == Path::new("db")));
    let lost = cut_often(&events, 40, number("TUTTI_CUTS_SEED", 1));
    println!("{} of 40 cuts lose something without a sync", lost.len());
    assert!(lost.len() > 10, "only {} of 40 were caught", lost.len());
}
