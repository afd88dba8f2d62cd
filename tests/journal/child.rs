//! This test binary as a process of its own, to be killed, starved and lied to by strace.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use tutti::journal::{Health, Journal, Options, Seq, SledJournal};

use crate::appending::*;

/// How many streams the working child writes to, and how many entries to each. More streams than the newest commits
/// hold, so that each also rests.
pub(crate) const STREAMS: u128 = 6;
pub(crate) const EACH: u64 = 5;

/// Whether strace is there to be used.
pub(crate) fn strace_is_here() -> bool {
    let asked = Command::new("strace").arg("-V").output();
    let here = asked.is_ok_and(|answer| answer.status.success());
    if !here {
        eprintln!("skipped: strace is not installed");
    }
    here
}

/// Runs a child on the journal in `dir`, under strace with these arguments where there are any.
pub(crate) fn run(what: &str, dir: &Path, strace: &[&str]) -> Output {
    let exe = std::env::current_exe().expect("this binary");
    let mut command = if strace.is_empty() {
        Command::new(exe)
    } else {
        let mut command = Command::new("strace");
        command.arg("-f").args(strace).arg("--").arg(exe);
        command
    };
    command
        .args(["--ignored", "--exact", "child::child", "--nocapture"])
        .env("TUTTI_CHILD", what)
        .env("TUTTI_CHILD_DIR", dir)
        .stdin(Stdio::null())
        .output()
        .expect("runs")
}

/// The lines that a child said.
pub(crate) fn said(output: &Output) -> Vec<String> {
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines().map(str::to_owned).collect()
}

/// The entries that a child's lines say were acknowledged: stream and number.
pub(crate) fn acknowledged(output: &Output) -> Vec<(u128, u64)> {
    let parse = |line: String| {
        let (stream, seq) = line.strip_prefix("ack ")?.split_once(' ')?;
        Some((stream.parse().ok()?, seq.parse().ok()?))
    };
    said(output).into_iter().filter_map(parse).collect()
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    out.write_all(format!("{line}\n").as_bytes())
        .and_then(|()| out.flush())
        .expect("somebody listens");
}

#[test]
#[ignore = "run by the other tests as a process of its own"]
fn child() {
    let Ok(what) = std::env::var("TUTTI_CHILD") else {
        return;
    };
    let dir = std::env::var("TUTTI_CHILD_DIR").expect("a folder");
    // The harness has printed without a line's end.
    say("");
    let journal = match SledJournal::open(Path::new(&dir), Options::default()) {
        Ok(journal) => journal,
        Err(refusal) => return say(&format!("refused {refusal}")),
    };
    say("open");
    match what.as_str() {
        "open" => {}
        "work" => work(&journal),
        "peek" => peek(&journal),
        other => panic!("unknown work {other}"),
    }
    journal.close();
    say("closed");
}

/// Appends one by one, each after the answer to the one before, and says every answer. Goes on after a failure.
fn work(journal: &SledJournal) {
    for _ in 0..EACH {
        for n in 1..=STREAMS {
            let end = journal
                .head(room(n))
                .map(|head| head.map_or(0, |h| h.seq.0));
            let Ok(end) = end else {
                say("unreadable");
                continue;
            };
            match append(journal, plain(room(n), end, &content(room(n), end + 1))) {
                Ok(head) => say(&format!("ack {n} {}", head.seq)),
                Err(error) => say(&format!("no {error}")),
            }
        }
    }
    journal.save_snapshot(room(1), Seq(1), vec![7; 50_000]);
    if let Health::ReadOnly(why) = journal.health() {
        say(&format!("read-only {why}"));
    }
}

/// Looks for an entry while it becomes durable.
fn peek(journal: &SledJournal) {
    let answer = start(journal, plain(room(1), 0, b"secret until durable"));
    let mut looks = 0;
    while answer.try_recv().is_err() {
        looks += 1;
        let head = journal.head(room(1)).expect("reads");
        let entries = journal.read(room(1), Seq::ZERO, 9).expect("reads");
        let streams = journal.streams(tutti::journal::Kind::Room, None, 9);
        if head.is_some() || !entries.is_empty() || !streams.is_empty() {
            // Durable a moment ago, then the answer is on its way; the sync takes three times as long.
            if answer.recv_timeout(Duration::from_millis(100)).is_err() {
                say("seen too early");
            }
            break;
        }
    }
    say(&format!("looked {looks}"));
}
