//! The high-water mark: a small file beside the database that says how far it was durable, and which streams moved last.
//!
//! Damaged files make sled forget its newest writes without a word. The mark is written after each durable commit and
//! never before, so a database that stands below it has lost something, and the mark can say what. It is synced once a
//! second: after a power cut it may lie behind, which is harmless.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;

use uuid::Uuid;

use super::record::{open, seal, take};
use super::{Kind, Seq, StreamId};

/// The file's name.
pub(super) const FILE: &str = "high-water";

const MAGIC: [u8; 4] = *b"TuHW";
/// How many commits the mark remembers.
const SLOTS: u64 = 64;
const SLOT: usize = 8 * 1024;
/// The most streams that one commit may move.
pub(super) const MAX_STREAMS: usize = (SLOT - 18) / 25;

/// How far the database was durable.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Mark {
    /// The number of the last commit.
    pub(super) commit: u64,
    /// Where the streams ended that moved last.
    pub(super) heads: BTreeMap<StreamId, Seq>,
    /// The commits of which every stream is named.
    named: BTreeSet<u64>,
}

impl Mark {
    /// Whether every stream is named that moved after this commit.
    pub(super) fn names_all_since(&self, commit: u64) -> bool {
        (commit + 1..=self.commit).all(|number| self.named.contains(&number))
    }
}

/// The open file.
#[derive(Debug)]
pub(super) struct HighWater(File);

impl HighWater {
    /// Opens the file in `dir`, made where there is none, and reads the mark. Torn or damaged slots count for nothing.
    pub(super) fn open(dir: &Path) -> io::Result<(Self, Mark)> {
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(dir.join(FILE))?;
        let mut mark = Mark::default();
        let mut slot = vec![0; SLOT];
        for number in 0..SLOTS {
            let filled = read_at(&file, &mut slot, number * SLOT as u64)?;
            if let Some((commit, heads)) = decode(&slot[..filled]) {
                mark.commit = mark.commit.max(commit);
                if heads.len() < MAX_STREAMS {
                    mark.named.insert(commit);
                }
                for (stream, seq) in heads {
                    let known = mark.heads.entry(stream).or_default();
                    *known = seq.max(*known);
                }
            }
        }
        Ok((Self(file), mark))
    }

    /// Notes a commit that is durable, and where it left the streams it moved.
    pub(super) fn note(
        &self,
        commit: u64,
        heads: impl Iterator<Item = (StreamId, Seq)>,
    ) -> io::Result<()> {
        let slot = encode(commit, heads);
        self.0.write_all_at(&slot, commit % SLOTS * SLOT as u64)
    }

    /// Makes the mark itself durable.
    pub(super) fn sync(&self) -> io::Result<()> {
        self.0.sync_data()
    }
}

fn read_at(file: &File, slot: &mut [u8], at: u64) -> io::Result<usize> {
    let mut filled = 0;
    while filled < slot.len() {
        match file.read_at(&mut slot[filled..], at + filled as u64) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

fn encode(commit: u64, heads: impl Iterator<Item = (StreamId, Seq)>) -> Vec<u8> {
    let mut slot = MAGIC.to_vec();
    slot.extend_from_slice(&commit.to_le_bytes());
    slot.extend_from_slice(&[0; 2]);
    let mut count: u16 = 0;
    for (stream, seq) in heads.take(MAX_STREAMS) {
        slot.push(stream.kind as u8);
        slot.extend_from_slice(stream.id.as_bytes());
        slot.extend_from_slice(&seq.0.to_le_bytes());
        count += 1;
    }
    slot[12..14].copy_from_slice(&count.to_le_bytes());
    seal(slot)
}

fn decode(slot: &[u8]) -> Option<(u64, Vec<(StreamId, Seq)>)> {
    let count = u16::from_le_bytes(*slot.get(12..)?.first_chunk()?);
    let length = 18 + usize::from(count) * 25;
    let mut content = open(slot.get(..length)?)?;
    let rest = &mut content;
    if take::<4>(rest)? != MAGIC {
        return None;
    }
    let commit = u64::from_le_bytes(take(rest)?);
    take::<2>(rest)?;
    let mut heads = Vec::with_capacity(usize::from(count));
    for _ in 0..count {
        let [kind] = take(rest)?;
        let id = Uuid::from_bytes(take(rest)?);
        let seq = Seq(u64::from_le_bytes(take(rest)?));
        let kind = Kind::from_number(kind)?;
        heads.push((StreamId { kind, id }, seq));
    }
    Some((commit, heads))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream(n: u128) -> StreamId {
        StreamId {
            kind: Kind::Room,
            id: Uuid::from_u128(n),
        }
    }

    #[test]
    fn the_mark_remembers_the_last_commit_and_what_moved() {
        let dir = tempfile::tempdir().expect("a folder");
        let (file, empty) = HighWater::open(dir.path()).expect("opens");
        assert_eq!(empty, Mark::default());
        for commit in 1..=SLOTS + 3 {
            let moved = [(stream(u128::from(commit % 5)), Seq(commit))];
            file.note(commit, moved.into_iter()).expect("notes");
        }
        let (_, mark) = HighWater::open(dir.path()).expect("opens");
        assert_eq!(mark.commit, SLOTS + 3);
        assert_eq!(mark.heads.len(), 5);
        let last = Seq(SLOTS + 3);
        assert_eq!(mark.heads[&stream(u128::from(last.0 % 5))], last);
        assert!(mark.names_all_since(3) && !mark.names_all_since(2));
    }

    #[test]
    fn a_torn_slot_counts_for_nothing() {
        let dir = tempfile::tempdir().expect("a folder");
        let (file, _) = HighWater::open(dir.path()).expect("opens");
        file.note(1, [(stream(1), Seq(1))].into_iter())
            .expect("notes");
        file.note(2, [(stream(1), Seq(2))].into_iter())
            .expect("notes");
        let torn = 2 * SLOT as u64 + 20;
        file.0.write_all_at(&[0xff; 3], torn).expect("tears");
        let (_, mark) = HighWater::open(dir.path()).expect("opens");
        assert_eq!((mark.commit, mark.heads[&stream(1)]), (1, Seq(1)));
    }

    #[test]
    fn the_most_streams_fit_into_a_slot() {
        let moved = (0..MAX_STREAMS as u128).map(|n| (stream(n), Seq(1)));
        let slot = encode(9, moved);
        assert!(slot.len() <= SLOT);
        assert_eq!(
            decode(&slot).map(|(_, heads)| heads.len()),
            Some(MAX_STREAMS)
        );
    }
}
