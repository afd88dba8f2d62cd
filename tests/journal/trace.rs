//! What a process did to the files of one folder, as strace tells it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::Output;

use crate::child;

/// One step, in the order in which they took effect. Paths are relative to the journal's folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Event {
    Create(PathBuf),
    Folder(PathBuf),
    Rename(PathBuf, PathBuf),
    Remove(PathBuf),
    Truncate(PathBuf, usize),
    /// Bytes written at a place.
    Write(PathBuf, usize, Vec<u8>),
    /// A sync is over: of so many writes that were not synced before it began.
    Sync(PathBuf, usize),
    /// The child said that this entry of this stream is durable.
    Acknowledge(u128, u64),
}

const CALLS: &str =
    "trace=openat,mkdir,rename,renameat2,unlink,ftruncate,write,pwrite64,fsync,fdatasync";

/// Lets a child work on the journal and records what it does.
pub(crate) fn record(journal: &Path, log: &Path) -> Output {
    let log = log.to_str().expect("a plain name");
    let arguments = ["-y", "-xx", "-s", "2000000", "-o", log, "-e", CALLS];
    child::run("work", journal, &arguments)
}

/// Reads a trace.
pub(crate) fn parse(text: &str, journal: &Path) -> Vec<Event> {
    let mut reading = Reading {
        journal,
        events: Vec::new(),
        loose: HashMap::new(),
        cursors: HashMap::new(),
        begun: HashMap::new(),
        writing: HashMap::new(),
    };
    for line in text.lines() {
        let (process, call) = line.split_once(char::is_whitespace).expect("a process");
        reading.line(process, call.trim_start());
    }
    reading.events
}

struct Reading<'a> {
    journal: &'a Path,
    events: Vec<Event>,
    /// How many writes of each file are not synced.
    loose: HashMap<PathBuf, usize>,
    /// Where plain writes to a file go on.
    cursors: HashMap<PathBuf, usize>,
    /// Syncs that are not over: of which file, and how many writes were loose.
    begun: HashMap<String, (PathBuf, usize)>,
    /// Writes that are not over, as they began.
    writing: HashMap<String, String>,
}

impl Reading<'_> {
    fn line(&mut self, process: &str, call: &str) {
        // A write counts from when it is over: only then does a sync that begins cover it.
        if call.contains("write") {
            if let Some(begun) = call.strip_suffix(" <unfinished ...>") {
                self.writing.insert(process.to_owned(), begun.to_owned());
                return;
            }
            if call.starts_with("<... ") {
                if let Some(begun) = self.writing.remove(process) {
                    self.line(process, &begun);
                }
                return;
            }
        }
        if call.starts_with("<... f") && call.contains("sync resumed>") {
            if let Some((path, count)) = self.begun.remove(process)
                && call.ends_with("= 0")
            {
                self.synced(path, count);
            }
            return;
        }
        let Some((name, rest)) = call.split_once('(') else {
            return;
        };
        let failed = rest.contains(") = -1 ") || rest.contains(")     = -1 ");
        if failed {
            return;
        }
        match name {
            "fsync" | "fdatasync" => {
                let Some(path) = self.descriptor(rest) else {
                    return;
                };
                let count = self.loose.get(&path).copied().unwrap_or_default();
                if rest.ends_with("<unfinished ...>") {
                    self.begun.insert(process.to_owned(), (path, count));
                } else {
                    self.synced(path, count);
                }
            }
            "pwrite64" => {
                let bytes = text(rest).expect("what was written");
                let place = rest.rsplit_once('"').expect("arguments").1;
                let mut numbers = place.split([',', ')', ' ']).filter(|part| !part.is_empty());
                let at = numbers.nth(1).and_then(|at| at.parse().ok());
                self.wrote(rest, at.expect("a place"), bytes);
            }
            "write" => self.write(rest),
            "openat" if rest.contains("O_CREAT") => {
                if let Some(path) = self.named(rest, 0) {
                    self.cursors.insert(path.clone(), 0);
                    let truncated = rest.contains("O_TRUNC");
                    self.events.push(Event::Create(path.clone()));
                    if truncated {
                        self.events.push(Event::Truncate(path, 0));
                    }
                }
            }
            "mkdir" => {
                let folder = self.named(rest, 0);
                self.events.extend(folder.map(Event::Folder));
            }
            "unlink" => {
                let path = self.named(rest, 0);
                self.events.extend(path.map(Event::Remove));
            }
            "rename" | "renameat2" => {
                if let (Some(from), Some(to)) = (self.named(rest, 0), self.named(rest, 1)) {
                    self.events.push(Event::Rename(from, to));
                }
            }
            "ftruncate" => {
                if let Some(path) = self.descriptor(rest) {
                    let size = rest.split([',', ')']).nth(1).expect("a size");
                    let size = size.trim().parse().expect("a number");
                    self.events.push(Event::Truncate(path, size));
                }
            }
            _ => {}
        }
    }

    /// A plain write: to a file of the journal, or what the child says.
    fn write(&mut self, rest: &str) {
        let Some(bytes) = text(rest) else { return };
        if let Some(path) = self.descriptor(rest) {
            let cursor = self.cursors.entry(path).or_default();
            let at = *cursor;
            *cursor += bytes.len();
            return self.wrote(rest, at, bytes);
        }
        let said = String::from_utf8_lossy(&bytes);
        let parsed = said.trim().strip_prefix("ack ").and_then(|ack| {
            let (stream, seq) = ack.split_once(' ')?;
            Some(Event::Acknowledge(stream.parse().ok()?, seq.parse().ok()?))
        });
        self.events.extend(parsed.filter(|_| rest.starts_with('1')));
    }

    fn wrote(&mut self, rest: &str, at: usize, bytes: Vec<u8>) {
        if let Some(path) = self.descriptor(rest) {
            *self.loose.entry(path.clone()).or_default() += 1;
            self.events.push(Event::Write(path, at, bytes));
        }
    }

    fn synced(&mut self, path: PathBuf, count: usize) {
        if let Some(loose) = self.loose.get_mut(&path) {
            *loose -= count;
        }
        self.events.push(Event::Sync(path, count));
    }

    /// The file behind the first argument, where it is one of the journal's.
    fn descriptor(&self, rest: &str) -> Option<PathBuf> {
        let (_, path) = rest.split_once('<')?;
        self.own(&unhex(path.split_once('>')?.0))
    }

    /// The name in the argument's quotes, where it is one of the journal's.
    fn named(&self, rest: &str, number: usize) -> Option<PathBuf> {
        self.own(&unhex(rest.split('"').nth(2 * number + 1)?))
    }

    fn own(&self, path: &[u8]) -> Option<PathBuf> {
        let path = Path::new(std::str::from_utf8(path).ok()?);
        path.strip_prefix(self.journal).ok().map(Path::to_owned)
    }
}

/// What stands in the first quotes.
fn text(rest: &str) -> Option<Vec<u8>> {
    rest.split('"').nth(1).map(unhex)
}

/// `\x61\x62` as bytes.
fn unhex(text: &str) -> Vec<u8> {
    let digits = text.split("\\x").skip(1);
    digits
        .map(|pair| u8::from_str_radix(pair, 16).expect("two hex digits"))
        .collect()
}
