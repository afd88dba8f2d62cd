//! Kill -9 while entries are appended that belong together: after it all of them are there, or none.
//!
//! A child process appends groups to one stream, large enough to take several of the journal's buffers, and tells each
//! acknowledgement; the parent kills it at a moment of its choosing and counts.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use tutti::journal::{
    Append, Done, Health, Journal, Kind, MAX_TOGETHER, Options, Seq, SledJournal, StreamId,
};
use uuid::Uuid;

/// How many entries belong together, and how large each is, in bytes.
const GROUP: u64 = 5;
const EACH: usize = MAX_TOGETHER / GROUP as usize;
const KILLS: u64 = 40;

const STREAM: StreamId = StreamId {
    kind: Kind::Room,
    id: Uuid::from_u128(1),
};

#[test]
fn of_entries_that_belong_together_none_is_there_without_the_others() {
    let dir = tempfile::tempdir().expect("a folder");
    let (mut known, mut cut_short) = (0, 0);
    for kill in 0..KILLS {
        let acknowledged = live_and_die(dir.path(), Duration::from_millis(kill * 7 % 60));
        let journal = SledJournal::open(dir.path(), Options::default()).expect("opens");
        assert_eq!(journal.health(), Health::Writable, "kill {kill}");
        let head = journal.head(STREAM).expect("reads");
        let end = head.map_or(0, |head| head.seq.0);
        assert_eq!(end % GROUP, 0, "kill {kill}: a group is there in part");
        assert!(
            end >= acknowledged,
            "kill {kill}: an acknowledged one is lost"
        );
        assert!(end >= known, "kill {kill}: an older one is lost");
        let read = journal.read(STREAM, Seq::ZERO, usize::MAX).expect("reads");
        assert_eq!(read.len() as u64, end);
        known = end;
        cut_short += u64::from(end > acknowledged || acknowledged == 0);
    }
    assert!(known > KILLS, "hardly any load: {known} entries");
    println!("{known} entries, {cut_short} of {KILLS} kills in the middle of something");
}

/// Lets a child append until it is killed, so long after its first acknowledgement; the last number it said was durable.
fn live_and_die(dir: &Path, after: Duration) -> u64 {
    let mut child = Command::new(std::env::current_exe().expect("this binary"))
        .args(["--ignored", "--exact", "child", "--nocapture"])
        .env("TUTTI_CRASH_DIR", dir)
        .stdout(Stdio::null())
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("starts");
    let pipe = child.stderr.take().expect("a pipe");
    let (first, begun) = mpsc::channel();
    let reader = thread::spawn(move || {
        let lines = BufReader::new(pipe).lines().map_while(Result::ok);
        lines.fold(0, |last, line| {
            let _ = first.send(());
            line.parse().unwrap_or(last)
        })
    });
    let _ = begun.recv();
    // A timer, not a condition: the moment is what is being drawn.
    thread::sleep(after);
    child.kill().expect("kills");
    child.wait().expect("is dead");
    reader.join().expect("the reader lives")
}

/// Appends group after group until it is killed.
#[test]
#[ignore = "run by the test above as a process of its own"]
fn child() {
    let Ok(dir) = std::env::var("TUTTI_CRASH_DIR") else {
        return;
    };
    let journal = SledJournal::open(Path::new(&dir), Options::default()).expect("opens");
    let mut end = journal
        .head(STREAM)
        .expect("reads")
        .map_or(0, |head| head.seq.0);
    loop {
        let (told, hears) = mpsc::channel();
        let group = (0..GROUP).map(|nth| {
            let append = Append {
                stream: STREAM,
                expected: Seq(end + nth),
                bytes: vec![(end % 251) as u8; EACH],
                claims: Vec::new(),
                has_effects: false,
            };
            let told = told.clone();
            let done: Done = Box::new(move |outcome| {
                let _ = told.send(outcome.expect("appends").seq.0);
            });
            (append, done)
        });
        journal.append_together(group.collect());
        end = hears.iter().take(GROUP as usize).last().expect("an answer");
        // The parent may be gone already.
        let _ = writeln!(std::io::stderr(), "{end}");
    }
}
