//! Damaged files: refused by name, or complete; never silently shorter (guarantee G5).
//!
//! `TUTTI_DAMAGE=10000` tries that many cases instead of a few hundred, `TUTTI_DAMAGE_SEED` begins elsewhere.

use std::fs::{self, OpenOptions};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use tutti::journal::{Health, Journal, Options, Seq, SledJournal};

use crate::appending::*;
use crate::dice::{Dice, number};
use crate::disk::copy;

const STREAMS: u128 = 12;

/// How one case went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Verdict {
    /// Everything is there.
    Complete,
    /// It opened read-only and said why.
    ReadOnly,
    /// It did not open and said why.
    Refused,
    /// It opened; a stream's damage is named when it is read.
    Named,
}

/// A journal that has lived: several runs, streams of different age, snapshots.
fn lived() -> (tempfile::TempDir, Vec<u64>) {
    let dir = tempfile::tempdir().expect("a folder");
    let mut ends = vec![0; STREAMS as usize + 1];
    for run in 0..4u64 {
        let journal = SledJournal::open(dir.path(), Options::default()).expect("opens");
        for n in 1..=STREAMS {
            // Some streams rest while others go on.
            if run < 3 || n % 3 == 0 {
                let end = &mut ends[n as usize];
                let more = 10 + u64::try_from(n).expect("small") * 5;
                fill(&journal, room(n), *end, *end + more);
                *end += more;
                let size = 1_000 * usize::try_from(n).expect("small");
                journal.save_snapshot(room(n), Seq(*end), vec![n as u8; size]);
            }
        }
        journal.close();
    }
    (dir, ends)
}

/// Damages one file in one way, and says how.
fn damage(dir: &Path, dice: &mut Dice) -> String {
    let mut files: Vec<PathBuf> = fs::read_dir(dir)
        .expect("reads")
        .flatten()
        .map(|file| file.path())
        .filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            path.is_file() && !["lock", "ballast"].contains(&name.as_ref())
        })
        .collect();
    files.sort();
    let database = files
        .iter()
        .position(|path| path.ends_with("db"))
        .expect("a database");
    let which = match dice.below(10) {
        0..7 => database,
        _ => dice.below(files.len() as u64) as usize,
    };
    let path = &files[which];
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .open(path)
        .expect("opens");
    let length = file.metadata().expect("a length").len();
    let at = dice.below(length);
    let name = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let write = |bytes: &[u8], at: u64| {
        let bytes = &bytes[..bytes.len().min((length - at) as usize)];
        file.write_all_at(bytes, at).expect("damages");
    };
    let how = match dice.below(6) {
        0 => {
            let mut byte = [0];
            file.read_exact_at(&mut byte, at).expect("reads");
            write(&[byte[0] ^ 1 << dice.below(8)], at);
            "a bit turned"
        }
        1 => {
            write(&dice.next().to_le_bytes(), at);
            "eight bytes overwritten"
        }
        2 => {
            write(&[0; 512], at / 512 * 512);
            "a sector zeroed"
        }
        3 => {
            write(&vec![0; 64 * 1024], at / 4096 * 4096);
            "64 KiB zeroed"
        }
        4 => {
            file.set_len(at).expect("cuts");
            "cut"
        }
        _ => {
            let mut sector = vec![0; 4096];
            let from = dice.below(length) / 4096 * 4096;
            let read = file.read_at(&mut sector, from).expect("reads");
            write(&sector[..read], at / 4096 * 4096);
            "a page where another belongs"
        }
    };
    format!("{name}: {how} at {at} of {length}")
}

fn judge(dir: &Path, ends: &[u64]) -> Result<Verdict, String> {
    let journal = match SledJournal::open(dir, Options::default()) {
        Ok(journal) => journal,
        Err(refused) => {
            let said = refused.to_string();
            if std::env::var_os("TUTTI_DAMAGE_SAY").is_some() {
                println!("{said}");
            }
            return if said.contains(&dir.display().to_string()) {
                Ok(Verdict::Refused)
            } else {
                Err(format!("refused without a name: {said}"))
            };
        }
    };
    let read_only = match journal.health() {
        Health::Writable => false,
        Health::ReadOnly(_) => true,
        Health::StorageFull => return Err("a full disk".to_owned()),
    };
    let mut verdict = if read_only {
        Verdict::ReadOnly
    } else {
        Verdict::Complete
    };
    for n in 1..=STREAMS {
        let end = ends[n as usize];
        match journal.read(room(n), Seq::ZERO, 10_000) {
            Err(_) => verdict = verdict.max(Verdict::Named),
            Ok(entries) if entries.len() as u64 == end => {
                let right = |(seq, entry): (u64, &tutti::journal::Stored)| {
                    entry.seq == Seq(seq) && entry.bytes == content(room(n), seq)
                };
                if !(1..).zip(&entries).all(right) {
                    return Err(format!("stream {n} holds what was never written"));
                }
            }
            Ok(_) if read_only => {}
            Ok(entries) => {
                let found = entries.len();
                return Err(format!("stream {n} is silently shorter: {found} of {end}"));
            }
        }
        if let Some((seq, bytes)) = journal.snapshot(room(n)) {
            let whole = seq.0 <= end && bytes == vec![n as u8; 1_000 * n as usize];
            if !whole {
                return Err(format!("stream {n} has a wrong snapshot"));
            }
        }
    }
    // A journal that takes entries must go on taking them where it says they go.
    if !read_only {
        for n in 1..=STREAMS {
            if let Ok(Some(head)) = journal.head(room(n)) {
                let outcome = append(&journal, plain(room(n), head.seq.0, b"more"));
                if outcome.is_ok() && head.seq.0 != ends[n as usize] {
                    return Err(format!("stream {n} was written on from the wrong place"));
                }
            }
        }
    }
    Ok(verdict)
}

#[test]
fn a_damaged_file_is_refused_by_name_or_changes_nothing() {
    let cases = number("TUTTI_DAMAGE", 250);
    let first = number("TUTTI_DAMAGE_SEED", 1);
    let (base, ends) = lived();
    let mut verdicts = std::collections::BTreeMap::new();
    for seed in first..first + cases {
        let dir = tempfile::tempdir().expect("a folder");
        copy(base.path(), dir.path());
        let how = damage(dir.path(), &mut Dice(seed));
        match judge(dir.path(), &ends) {
            Ok(verdict) => *verdicts.entry(verdict).or_insert(0u32) += 1,
            Err(wrong) => panic!("TUTTI_DAMAGE_SEED={seed}, {how}: {wrong}"),
        }
    }
    println!("{cases} cases: {verdicts:?}");
    assert!(verdicts.len() > 1, "the damage does damage: {verdicts:?}");
}
