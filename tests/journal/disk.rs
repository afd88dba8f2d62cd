//! Every trap of the store and the disk, sprung; where the store alone falls into it, that is shown as well.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tutti::journal::{
    AppendError, Durability, Health, Journal, MAX_ENTRY, OpenError, Options, Seq, SledJournal,
};

use crate::appending::*;
use crate::child::{self, STREAMS, acknowledged, said};
use crate::dice::number;

fn open(dir: &Path) -> SledJournal {
    SledJournal::open(dir, Options::default()).expect("opens")
}

/// sled as it comes.
fn bare(dir: &Path) -> bool {
    std::panic::catch_unwind(|| {
        let config = sled::Config::new().path(dir).segment_size(512 * 1024);
        config.flush_every_ms(None).open().is_ok()
    })
    .unwrap_or(false)
}

/// A journal of two streams, opened twice, so that sled has its snapshot.
fn filled() -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    for round in 0..2 {
        let journal = open(dir.path());
        fill(&journal, room(1), round * 20, round * 20 + 20);
        fill(&journal, room(2), round * 5, round * 5 + 5);
        journal.close();
    }
    open(dir.path()).close();
    dir
}

fn holds_all(journal: &SledJournal) {
    assert_eq!(journal.health(), Health::Writable);
    for (n, count) in [(1, 40), (2, 10)] {
        let entries = journal.read(room(n), Seq::ZERO, 1_000).expect("reads");
        assert_eq!(entries.len(), count);
        for (seq, entry) in (1..).zip(entries) {
            assert_eq!(entry.bytes, content(room(n), seq));
        }
    }
}

fn sled_snapshot(dir: &Path) -> PathBuf {
    let mut files = fs::read_dir(dir).expect("reads").flatten();
    files
        .find(|file| file.file_name().to_string_lossy().starts_with("snap."))
        .expect("sled has made a snapshot")
        .path()
}

#[test]
fn an_unfinished_snapshot_of_the_store_is_cleared_away() {
    for content in [&b""[..], &[0; 5], &[7; 500]] {
        let dir = filled();
        let left = dir.path().join("snap.7FFFFFFFFFFFFFFF.generating");
        fs::write(&left, content).expect("plants");
        assert!(!bare(dir.path()), "the trap is real");
        let journal = open(dir.path());
        holds_all(&journal);
        assert!(!left.exists());
    }
}

#[test]
fn settings_torn_while_they_were_written_are_written_anew() {
    let dir = filled();
    let settings = fs::read(dir.path().join("conf")).expect("reads");
    for torn in [0, 4, 9, settings.len() - 4, settings.len() - 1] {
        fs::write(dir.path().join("conf"), &settings[..torn]).expect("tears");
        holds_all(&open(dir.path()));
    }
    fs::write(dir.path().join("conf"), &settings[..settings.len() - 4]).expect("tears");
    assert!(!bare(dir.path()), "the trap is real");
}

#[test]
fn a_bad_snapshot_of_the_store_is_done_without() {
    let dir = filled();
    let path = sled_snapshot(dir.path());
    let mut snapshot = fs::read(&path).expect("reads");
    snapshot[3] ^= 1;
    fs::write(&path, &snapshot).expect("writes");
    assert!(!bare(dir.path()), "the trap is real");
    holds_all(&open(dir.path()));
}

#[test]
fn a_journal_in_use_says_so() {
    let dir = tempfile::tempdir().expect("a folder");
    let journal = open(dir.path());
    fill(&journal, room(1), 0, 1);
    let refused = SledJournal::open(dir.path(), Options::default()).expect_err("it is in use");
    assert!(matches!(refused, OpenError::InUse(_)));
    assert!(refused.to_string().contains("in use by another process"));
    fill(&journal, room(1), 1, 2);
}

#[test]
fn a_journal_can_be_closed_and_opened_again_many_times() {
    let dir = tempfile::tempdir().expect("a folder");
    for round in 0..30 {
        let journal = open(dir.path());
        fill(&journal, room(1), round, round + 1);
    }
    let journal = open(dir.path());
    assert_eq!(
        journal.read(room(1), Seq::ZERO, 99).map(|e| e.len()),
        Ok(30)
    );
}

#[test]
fn nothing_ever_leaves_the_log_for_a_file_that_is_not_synced() {
    let dir = tempfile::tempdir().expect("a folder");
    let journal = open(dir.path());
    let blobs = || {
        fs::read_dir(dir.path().join("blobs"))
            .expect("reads")
            .count()
    };
    for size in [MAX_ENTRY, MAX_ENTRY / 2, 17_000, 6_000] {
        let stream = room(size as u128);
        let answers: Vec<_> = (0..60)
            .map(|seq| start(&journal, plain(stream, seq, &vec![seq as u8; size])))
            .collect();
        for answer in &answers {
            wait(answer).expect("appends");
            assert_eq!(blobs(), 0, "with entries of {size} bytes");
        }
        journal.save_snapshot(stream, Seq(60), vec![1; 700_000]);
    }
    journal.close();
    assert_eq!(blobs(), 0);
    holds_large(&open(dir.path()));
}

fn holds_large(journal: &SledJournal) {
    for size in [MAX_ENTRY, MAX_ENTRY / 2, 17_000, 6_000] {
        let stream = room(size as u128);
        let entries = journal.read(stream, Seq::ZERO, 100).expect("reads");
        assert_eq!(entries.len(), 60);
        assert!((0u8..).zip(&entries).all(|(n, e)| e.bytes == vec![n; size]));
        let (seq, bytes) = journal.snapshot(stream).expect("saved");
        assert!(seq == Seq(60) && bytes == vec![1; 700_000]);
    }
}

#[test]
fn an_acknowledgement_follows_a_sync_of_what_was_written() {
    if !child::strace_is_here() {
        return;
    }
    let dir = tempfile::tempdir().expect("a folder");
    let log = dir.path().join("trace");
    let log = log.to_str().expect("a plain name");
    let calls = "trace=pwrite64,fdatasync,fsync,write";
    let output = child::run(
        "work",
        &dir.path().join("journal"),
        &["-y", "-o", log, "-e", calls],
    );
    assert_eq!(
        acknowledged(&output).len() as u64,
        STREAMS as u64 * child::EACH
    );
    let mut unsynced = false;
    let mut acknowledgements = 0;
    for call in fs::read_to_string(log).expect("a trace").lines() {
        let of_database = call.contains("/journal/db>");
        if call.contains("pwrite64(") && of_database {
            unsynced = true;
        } else if (call.contains("fdatasync(") || call.contains("fsync(")) && of_database {
            unsynced = false;
        } else if call.contains("write(1") && call.contains("\"ack ") {
            assert!(!unsynced, "acknowledged before it was synced: {call}");
            acknowledgements += 1;
        }
    }
    assert!(acknowledgements > 0, "the trace shows acknowledgements");
}

#[test]
fn nobody_sees_an_entry_before_it_is_durable() {
    if !child::strace_is_here() {
        return;
    }
    let dir = tempfile::tempdir().expect("a folder");
    let slow = "inject=fdatasync:delay_enter=300000";
    let output = child::run("peek", dir.path(), &["-e", "trace=fdatasync", "-e", slow]);
    let said = said(&output);
    assert!(
        !said.iter().any(|line| line == "seen too early"),
        "{said:?}"
    );
    let looks = said.iter().find_map(|line| line.strip_prefix("looked "));
    let looks: u64 = looks.and_then(|n| n.parse().ok()).expect("it looked");
    assert!(
        looks > 10,
        "looked only {looks} times while the sync took 300 ms"
    );
}

/// At which of its calls a process is hit: all of the few and a sample of the many, or with `TUTTI_EVERY_CALL=1` at each.
fn hits() -> Box<dyn Iterator<Item = u64>> {
    if number("TUTTI_EVERY_CALL", 0) > 0 {
        Box::new(1..)
    } else {
        Box::new([1, 2, 3, 5, 8, 13, 30].into_iter())
    }
}

#[test]
fn a_kill_at_any_system_call_loses_nothing_and_the_journal_opens() {
    if !child::strace_is_here() {
        return;
    }
    let base = tempfile::tempdir().expect("a folder");
    let first = child::run("work", base.path(), &[]);
    assert_eq!(
        acknowledged(&first).len() as u64,
        STREAMS as u64 * child::EACH
    );
    let empty = tempfile::tempdir().expect("a folder");
    let opening = [
        "write",
        "pwrite64",
        "fsync",
        "rename",
        "unlink",
        "ftruncate",
    ];
    let working = ["write", "pwrite64", "fdatasync", "rename"];
    let mut kills = 0;
    let mut trap = 0;
    for (work, from, before, calls) in [
        ("open", &base, acknowledged(&first), &opening[..]),
        ("work", &base, acknowledged(&first), &working),
        ("work", &empty, vec![], &["openat", "pwrite64", "fsync"]),
    ] {
        for call in calls {
            for when in hits() {
                let dir = tempfile::tempdir().expect("a folder");
                copy(from.path(), dir.path());
                let inject = format!("inject={call}:signal=SIGKILL:when={when}");
                let filter = format!("trace={call}");
                let output = child::run(work, dir.path(), &["-e", &filter, "-e", &inject]);
                let mut expected = before.clone();
                expected.extend(acknowledged(&output));
                // The harness has the last word.
                let finished =
                    output.status.success() && said(&output).iter().any(|line| line == "closed");
                kills += u32::from(!finished);
                trap += u32::from(unfinished(dir.path()));
                holds(&open(dir.path()), &expected);
                if finished {
                    break;
                }
            }
        }
    }
    println!("{kills} kills at system calls, {trap} of them in a snapshot of the store; 0 lost");
    assert!(kills > 15, "only {kills} kills");
    assert!(trap > 0, "no kill fell into the writing of a snapshot");
}

fn unfinished(dir: &Path) -> bool {
    let mut files = fs::read_dir(dir).expect("reads").flatten();
    files.any(|file| file.file_name().to_string_lossy().ends_with(".generating"))
}

/// Every acknowledged entry is there, byte for byte, and at most one more a stream.
fn holds(journal: &SledJournal, expected: &[(u128, u64)]) {
    assert_eq!(journal.health(), Health::Writable);
    for n in 1..=STREAMS {
        let last = expected
            .iter()
            .filter(|(stream, _)| *stream == n)
            .map(|(_, seq)| *seq);
        let last = last.max().unwrap_or(0);
        let entries = journal.read(room(n), Seq::ZERO, 10_000).expect("reads");
        let count = entries.len() as u64;
        assert!(
            count == last || count == last + 1,
            "{count} of {last} in stream {n}"
        );
        for (seq, entry) in (1..).zip(entries) {
            assert_eq!(entry.bytes, content(room(n), seq));
        }
    }
}

pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("makes the folder");
    for file in fs::read_dir(from).expect("reads").flatten() {
        let target = to.join(file.file_name());
        if file.path().is_dir() {
            copy(&file.path(), &target);
        } else {
            fs::copy(file.path(), target).expect("copies");
        }
    }
}

#[test]
fn after_a_failing_disk_nothing_is_acknowledged_any_more() {
    if !child::strace_is_here() {
        return;
    }
    for (call, error) in [
        ("fdatasync", "EIO"),
        ("pwrite64", "EIO"),
        ("pwrite64", "ENOSPC"),
        ("sync_file_range", "EIO"),
    ] {
        let usual = ["5", "9", "5+", "23"].map(str::to_owned);
        let every = (1..=50).map(|n: u64| n.to_string());
        let whens: Vec<_> = match number("TUTTI_EVERY_CALL", 0) {
            0 => usual.into(),
            _ => usual.into_iter().chain(every).collect(),
        };
        for when in whens {
            let dir = tempfile::tempdir().expect("a folder");
            open(dir.path()).close();
            let filter = format!("trace={call}");
            let inject = format!("inject={call}:error={error}:when={when}");
            let output = child::run("work", dir.path(), &["-e", &filter, "-e", &inject]);
            let said = said(&output);
            let failure = said.iter().position(|line| line.starts_with("no "));
            let last = said.iter().rposition(|line| line.starts_with("ack "));
            if let Some(failure) = failure {
                assert!(
                    last < Some(failure),
                    "{call} {error} {when}: acknowledged after a failure"
                );
                assert!(
                    said.iter()
                        .any(|line| line.starts_with("read-only the disk failed"))
                );
            }
            let journal = open(dir.path());
            holds(&journal, &acknowledged(&output));
        }
    }
}

#[test]
fn too_little_free_space_refuses_entries_and_nothing_else() {
    let dir = tempfile::tempdir().expect("a folder");
    let journal = open(dir.path());
    fill(&journal, room(1), 0, 3);
    journal.close();
    let options = Options {
        keep_free: Some(u64::MAX),
        ..Options::default()
    };
    let journal = SledJournal::open(dir.path(), options).expect("opens");
    assert_eq!(journal.health(), Health::StorageFull);
    let refused = append(&journal, plain(room(1), 3, b"x"));
    assert_eq!(refused, Err(AppendError::StorageFull));
    assert_eq!(journal.read(room(1), Seq::ZERO, 9).map(|e| e.len()), Ok(3));
}

/// A small disk of its own, where the machine lets us make one.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    fn mount(mib: u32) -> Option<Self> {
        let dir = tempfile::tempdir().expect("a folder");
        let size = format!("size={mib}m");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &size, "tutti-test"])
            .arg(dir.path())
            .output();
        if mounted.is_ok_and(|output| output.status.success()) {
            return Some(Self(dir));
        }
        eprintln!("skipped: no small disk can be mounted here");
        None
    }

    /// Fills the disk but for so many bytes.
    fn fill_but(&self, left: u64) -> PathBuf {
        let path = self.0.path().join("filler");
        let disk = rustix::fs::statvfs(self.0.path()).expect("a disk");
        let free = disk.f_bavail * disk.f_frsize;
        let filler = vec![1; usize::try_from(free.saturating_sub(left)).expect("small")];
        fs::write(&path, filler).expect("fills");
        path
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let unmounted = Command::new("umount").arg("-l").arg(self.0.path()).status();
        drop(unmounted);
    }
}

#[test]
fn a_disk_that_fills_up_refuses_entries_before_the_store_notices_and_takes_them_again() {
    let Some(disk) = SmallDisk::mount(64) else {
        return;
    };
    let dir = disk.0.path().join("journal");
    let journal = open(&dir);
    fill(&journal, room(1), 0, 10);
    let filler = disk.fill_but(4 * 1024 * 1024);
    assert_eq!(
        append(&journal, plain(room(1), 10, b"x")),
        Err(AppendError::StorageFull)
    );
    assert_eq!(journal.health(), Health::StorageFull);
    assert_eq!(
        journal.read(room(1), Seq::ZERO, 99).map(|e| e.len()),
        Ok(10)
    );
    fs::remove_file(filler).expect("frees");
    assert_eq!(journal.health(), Health::Writable);
    fill(&journal, room(1), 10, 20);
    journal.close();
    assert_eq!(
        open(&dir).read(room(1), Seq::ZERO, 99).map(|e| e.len()),
        Ok(20)
    );
}

#[test]
fn entries_written_until_the_disk_is_full_are_all_there_and_sled_never_fails() {
    let Some(disk) = SmallDisk::mount(40) else {
        return;
    };
    let dir = disk.0.path().join("journal");
    let journal = open(&dir);
    let mut written = 0;
    let refusal = loop {
        let bytes = vec![written as u8; 30_000];
        match append(&journal, plain(room(1), written, &bytes)) {
            Ok(_) => written += 1,
            Err(refusal) => break refusal,
        }
    };
    assert_eq!(refusal, AppendError::StorageFull);
    journal.close();
    let journal = open(&dir);
    assert_eq!(journal.health(), Health::StorageFull);
    let entries = journal.read(room(1), Seq::ZERO, 99_999).expect("reads");
    assert_eq!(entries.len() as u64, written);
}

#[test]
fn a_journal_on_a_full_disk_opens_by_its_ballast_or_says_why_not() {
    let Some(disk) = SmallDisk::mount(64) else {
        return;
    };
    let dir = disk.0.path().join("journal");
    let output = child::run("work", &dir, &[]);
    let expected = acknowledged(&output);
    assert!(dir.join("ballast").exists());
    let filler = disk.fill_but(0);
    let journal = open(&dir);
    assert_eq!(journal.health(), Health::StorageFull);
    assert_eq!(
        append(&journal, plain(room(9), 0, b"x")),
        Err(AppendError::StorageFull)
    );
    journal.close();
    // With the ballast's space gone to somebody else as well.
    let rest = disk.0.path().join("rest");
    fs::rename(&filler, &rest).expect("renames");
    let filler = disk.fill_but(0);
    match SledJournal::open(&dir, Options::default()) {
        Ok(journal) => assert_eq!(journal.health(), Health::StorageFull),
        Err(refused) => assert!(
            refused.to_string().contains("the disk is full"),
            "{refused}"
        ),
    }
    fs::remove_file(filler).expect("frees");
    fs::remove_file(rest).expect("frees");
    holds(&open(&dir), &expected);
}

#[test]
fn a_database_set_back_in_time_opens_read_only_and_names_what_is_missing() {
    let dir = filled();
    let earlier = tempfile::tempdir().expect("a folder");
    copy(dir.path(), earlier.path());
    let journal = open(dir.path());
    fill(&journal, room(2), 10, 13);
    journal.close();
    fs::copy(
        dir.path().join("high-water"),
        earlier.path().join("high-water"),
    )
    .expect("copies");

    let journal = open(earlier.path());
    let Health::ReadOnly(why) = journal.health() else {
        panic!("{:?}", journal.health());
    };
    let named = format!(
        "{}: it ends at seq 10 where seq 13 was acknowledged",
        room(2)
    );
    assert!(why.contains(&named), "{why}");
    assert!(why.contains("tutti journal repair"), "{why}");
    let refused = append(&journal, plain(room(1), 40, b"x"));
    assert!(matches!(refused, Err(AppendError::ReadOnly(_))));
    assert_eq!(
        journal.read(room(1), Seq::ZERO, 99).map(|e| e.len()),
        Ok(40)
    );
}

#[test]
fn a_database_that_is_gone_is_missed() {
    let dir = filled();
    for file in fs::read_dir(dir.path()).expect("reads").flatten() {
        if file.path().is_file() && file.file_name() != "high-water" {
            fs::remove_file(file.path()).expect("removes");
        }
    }
    let journal = open(dir.path());
    let Health::ReadOnly(why) = journal.health() else {
        panic!("a lost journal passed for a new one");
    };
    assert!(why.contains(&room(1).to_string()), "{why}");
}

#[test]
fn a_lost_high_water_mark_is_made_anew() {
    let dir = filled();
    fs::remove_file(dir.path().join("high-water")).expect("removes");
    let journal = open(dir.path());
    holds_all(&journal);
    fill(&journal, room(1), 40, 41);
}

#[test]
fn a_relaxed_journal_keeps_what_it_wrote_when_it_is_closed() {
    let dir = tempfile::tempdir().expect("a folder");
    let options = Options {
        durability: Durability::Relaxed,
        ..Options::default()
    };
    let journal = SledJournal::open(dir.path(), options).expect("opens");
    for n in 1..=20 {
        fill(&journal, room(n), 0, 30);
    }
    journal.close();
    let journal = open(dir.path());
    assert_eq!(journal.health(), Health::Writable);
    for n in 1..=20 {
        assert_eq!(
            journal.read(room(n), Seq::ZERO, 99).map(|e| e.len()),
            Ok(30)
        );
    }
}

#[test]
fn a_journal_opened_for_reading_takes_nothing() {
    let dir = filled();
    let options = Options {
        read_only: true,
        ..Options::default()
    };
    let journal = SledJournal::open(dir.path(), options).expect("opens");
    assert!(matches!(journal.health(), Health::ReadOnly(_)));
    let refused = append(&journal, plain(room(1), 40, b"x"));
    assert!(matches!(refused, Err(AppendError::ReadOnly(_))));
    assert_eq!(
        journal.read(room(1), Seq::ZERO, 99).map(|e| e.len()),
        Ok(40)
    );
}
