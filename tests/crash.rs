//! Kill -9 under load, again and again: no acknowledged entry is ever lost, and the journal always opens.
//!
//! A child process appends to twenty streams at once and tells every acknowledgement through a pipe; the parent kills it
//! at a moment of its choosing, opens the journal and gives the history to the checker. `TUTTI_KILLS=10000` kills more
//! often than the usual 200.

#[path = "support/history.rs"]
mod history;

use std::collections::BTreeMap;
use std::io::{Read, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use history::{Ack, Entry, History, check};
use tutti::domain::aggregate::{Claim, ClaimKey};
use tutti::journal::maintain::verify;
use tutti::journal::{Append, Health, Journal, Kind, Options, Seq, SledJournal, StreamId};
use uuid::Uuid;

const STREAMS: u64 = 20;
/// Appends of one stream that are in flight together.
const PIPELINE: u64 = 4;
/// How many kills one journal lives through before a new one begins.
const LIVES: u64 = 40;
/// An acknowledgement on the pipe: stream, number, digest.
const RECORD: usize = 24;

fn stream(n: u64) -> StreamId {
    StreamId {
        kind: Kind::Room,
        id: Uuid::from_u128(u128::from(n) << 64 | 1),
    }
}

/// What is written under a number in one life: it differs between lives, so that nothing passes for something else.
fn content(n: u64, seq: u64, life: u64) -> Vec<u8> {
    let mut bytes = format!("{n} {seq} {life} ").into_bytes();
    // Mostly small, now and then in several pieces.
    let length = if seq.is_multiple_of(61) {
        20_000
    } else {
        60 + seq * 7 % 300
    };
    bytes.resize(length as usize, (seq % 251) as u8);
    bytes
}

fn digest(bytes: &[u8]) -> u64 {
    let hash = blake3::hash(bytes);
    u64::from_le_bytes(*hash.as_bytes().first_chunk().expect("32 bytes"))
}

fn claim(n: u64, seq: u64) -> ClaimKey {
    ClaimKey::Username(format!("name_{n}_{seq}"))
}

#[test]
fn no_acknowledged_entry_is_lost_however_often_the_process_is_killed() {
    let kills = std::env::var("TUTTI_KILLS")
        .ok()
        .and_then(|text| text.parse().ok());
    let kills: u64 = kills.unwrap_or(200);
    let mut dice = Dice(kills);
    let mut told = 0;
    let mut early = 0;
    let mut killed = 0;
    while killed < kills {
        let dir = tempfile::tempdir().expect("a folder");
        let mut known = Known::default();
        for life in 0..LIVES.min(kills - killed) {
            let acks = live_and_die(dir.path(), life, &mut dice);
            early += u64::from(acks.is_empty());
            told += acks.len() as u64;
            known.acknowledged.extend(acks);
            known.check_after(dir.path(), &format!("kill {killed}"));
            killed += 1;
        }
        known.check_whole(dir.path());
    }
    println!("{killed} kills, {told} acknowledged, 0 lost; {early} died before the first");
    assert!(told > killed * 20, "hardly any load: {told} acknowledged");
}

/// What is known of one journal from life to life.
#[derive(Default)]
struct Known {
    acknowledged: Vec<Ack>,
    /// The entries of each stream, checked in an earlier life.
    entries: BTreeMap<u64, Vec<Entry>>,
}

impl Known {
    /// Opens the journal after a kill and checks all that is new, byte by byte, and that the old is still in place.
    fn check_after(&mut self, dir: &Path, when: &str) {
        let journal = SledJournal::open(dir, Options::default())
            .unwrap_or_else(|refused| panic!("{when}: {refused}"));
        assert_eq!(journal.health(), Health::Writable, "{when}");
        for n in 1..=STREAMS {
            let entries = self.entries.entry(n).or_default();
            // One that is known again, so that a changed past would break the chain.
            let after = Seq((entries.len() as u64).saturating_sub(1));
            let read = journal
                .read(stream(n), after, usize::MAX)
                .unwrap_or_else(|damage| panic!("{when}: {damage}"));
            entries.truncate(after.0 as usize);
            entries.extend(read.iter().map(|stored| Entry {
                seq: stored.seq.0,
                digest: digest(&stored.bytes),
                command: None,
            }));
        }
        let history = History {
            journal: self.entries.clone(),
            acknowledged: std::mem::take(&mut self.acknowledged),
            ..History::default()
        };
        assert_eq!(check(&history), [], "{when}");
        for ack in &history.acknowledged {
            if ack.seq % 10 == 0 {
                let holder = journal.claimed(&claim(ack.stream, ack.seq));
                assert_eq!(holder, Some(stream(ack.stream)), "{when}: a claim is lost");
            }
        }
    }

    /// Reads everything from the beginning once more.
    fn check_whole(&self, dir: &Path) {
        let journal = SledJournal::open(dir, Options::default()).expect("opens");
        for (n, entries) in &self.entries {
            let read = journal
                .read(stream(*n), Seq::ZERO, usize::MAX)
                .expect("reads");
            let digests = read.iter().map(|stored| digest(&stored.bytes));
            assert!(digests.eq(entries.iter().map(|entry| entry.digest)));
        }
        let found = verify(&journal);
        assert_eq!(found.streams, STREAMS.min(self.entries.len() as u64));
    }
}

/// Lets a child append until it is killed, and returns all that it said was durable.
fn live_and_die(dir: &Path, life: u64, dice: &mut Dice) -> Vec<Ack> {
    let exe = std::env::current_exe().expect("this binary");
    let mut child = Command::new(exe)
        .args(["--ignored", "--exact", "child", "--nocapture"])
        .env("TUTTI_CRASH_DIR", dir)
        .env("TUTTI_CRASH_LIFE", life.to_string())
        .stdout(Stdio::null())
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("starts");
    let pipe = child.stderr.take().expect("a pipe");
    let (first, started) = channel();
    let reader = thread::spawn(move || listen(pipe, &first));
    // One in eight dies while it opens, the others at some moment of their work.
    if dice.below(8) == 0 {
        die_within(&mut child, &started, Duration::from_millis(dice.below(60)));
    } else {
        // A child that never comes to work is the reader's to report.
        let _ = started.recv();
        die_within(&mut child, &started, Duration::from_millis(dice.below(220)));
    }
    reader.join().expect("the reader lives")
}

/// Kills the child after a while; a timer, not a condition: the moment is what is being drawn.
fn die_within(child: &mut Child, timer: &Receiver<()>, after: Duration) {
    while timer.recv_timeout(after).is_ok() {}
    child.kill().expect("kills");
    child.wait().expect("is dead");
}

/// Reads acknowledgements until the child is dead; tells of the first.
fn listen(mut pipe: impl Read, first: &std::sync::mpsc::Sender<()>) -> Vec<Ack> {
    let mut acks = Vec::new();
    let mut record = [0; RECORD];
    while pipe.read_exact(&mut record).is_ok() {
        let number = |place: usize| {
            let bytes = record[place * 8..].first_chunk().expect("24 bytes");
            u64::from_le_bytes(*bytes)
        };
        let [stream, seq, digest] = [0, 1, 2].map(number);
        assert!(
            (1..=STREAMS).contains(&stream),
            "the child complained instead of appending"
        );
        if acks.is_empty() {
            // The parent may have killed it already.
            let _ = first.send(());
        }
        acks.push(Ack {
            stream,
            seq,
            digest: Some(digest),
            command: None,
        });
    }
    acks
}

/// Appends to every stream at once, several deep, until it is killed.
#[test]
#[ignore = "run by the crash test as a process of its own"]
fn child() {
    let (Ok(dir), Ok(life)) = (
        std::env::var("TUTTI_CRASH_DIR"),
        std::env::var("TUTTI_CRASH_LIFE"),
    ) else {
        return;
    };
    let life: u64 = life.parse().expect("a number");
    let journal = SledJournal::open(Path::new(&dir), Options::default()).expect("opens");
    let journal = Arc::new(journal);
    let last: Vec<u64> = (1..=STREAMS)
        .map(|n| {
            journal
                .head(stream(n))
                .expect("reads")
                .map_or(0, |head| head.seq.0)
        })
        .collect();
    let ends = Arc::new(Mutex::new(last));
    for n in (1..=STREAMS).filter(|n| !rests(*n)) {
        for _ in 0..PIPELINE {
            go_on(&journal, &ends, n, life);
        }
    }
    thread::park();
}

/// Every third stream mostly rests: its neighbours wake it for a single entry now and then.
fn rests(n: u64) -> bool {
    n.is_multiple_of(3)
}

/// Appends the stream's next entry; its answer appends the one after.
fn go_on(journal: &Arc<SledJournal>, ends: &Arc<Mutex<Vec<u64>>>, n: u64, life: u64) {
    // The lock is held over the append, so that the numbers reach the journal in order.
    let mut last = ends.lock().expect("not poisoned");
    let end = &mut last[n as usize - 1];
    let before = *end;
    *end += 1;
    let seq = *end;
    let bytes = content(n, seq, life);
    let digest = digest(&bytes);
    let append = Append {
        stream: stream(n),
        expected: Seq(before),
        bytes,
        claims: if seq.is_multiple_of(10) {
            vec![Claim::Reserve(claim(n, seq))]
        } else {
            Vec::new()
        },
        has_effects: seq.is_multiple_of(7),
    };
    let again = (Arc::clone(journal), Arc::clone(ends));
    let done = move |outcome: Result<_, _>| {
        let head: tutti::journal::Head = outcome.expect("appends");
        let record: Vec<u8> = [n, head.seq.0, digest]
            .iter()
            .flat_map(|v| v.to_le_bytes())
            .collect();
        std::io::stderr()
            .write_all(&record)
            .expect("the parent listens");
        let (journal, ends) = again;
        if seq.is_multiple_of(50) {
            journal.save_snapshot(stream(n), Seq(seq), vec![n as u8; 30_000]);
        }
        if seq.is_multiple_of(7) {
            journal.settle(stream(n), Seq(seq));
        }
        if rests(n) {
            return;
        }
        let neighbour = n.next_multiple_of(3);
        if seq.is_multiple_of(12) && neighbour <= STREAMS {
            go_on(&journal, &ends, neighbour, life);
        }
        go_on(&journal, &ends, n, life);
    };
    journal.append(append, Box::new(done));
}

/// Numbers that follow from a seed (SplitMix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % n
    }
}
