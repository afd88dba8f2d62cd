//! Export and import: one entry a line, as JSON that a person can read, and back to the very same bytes.
//!
//! A line is what `stored` says of an entry, with its `stream`, the stream's `epoch`, and whether it is `unsettled`.

use std::collections::{BTreeSet, VecDeque};
use std::fmt;
use std::io::{self, BufRead, Write};
use std::sync::mpsc::{Receiver, channel};

use serde_json::{Map, Value};

use super::super::stored::{AnyEntry, decode_any, entry_from_json, entry_to_json};
use super::super::{
    Append, AppendError, Damage, Epoch, Head, Journal, Kind, Seq, SledJournal, StreamId,
};
use super::{Holdings, PAGE};
use crate::domain::aggregate::{Claim, ClaimKey};

/// How many imported entries may wait to be durable.
const IN_FLIGHT: usize = 1_024;

/// Why an export or import stopped.
#[derive(Debug)]
pub enum TransferError {
    /// The journal to export is damaged.
    Damaged(Damage),
    /// A file cannot be read or written.
    Io(io::Error),
    /// The journal to import into has entries already.
    NotEmpty,
    /// A line cannot be imported.
    Line {
        /// Which, counted from 1.
        number: u64,
        /// What is wrong with it.
        what: String,
    },
}

impl fmt::Display for TransferError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Damaged(damage) => damage.fmt(f),
            Self::Io(error) => error.fmt(f),
            Self::NotEmpty => {
                f.write_str("the journal has entries already: import only into a new one")
            }
            Self::Line { number, what } => write!(f, "line {number} cannot be imported: {what}"),
        }
    }
}

impl std::error::Error for TransferError {}

impl From<io::Error> for TransferError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<Damage> for TransferError {
    fn from(damage: Damage) -> Self {
        Self::Damaged(damage)
    }
}

/// Writes every entry, stream by stream, and says how many there were. The lines hold hashed passwords and tokens.
///
/// # Errors
/// Where an entry is damaged or a line cannot be written.
pub fn export(journal: &SledJournal, to: &mut dyn Write) -> Result<u64, TransferError> {
    let unsettled: BTreeSet<_> = journal.unsettled().into_iter().collect();
    let mut lines = 0;
    for kind in Kind::ALL {
        let mut after = None;
        loop {
            let streams = journal.streams(kind, after, PAGE);
            let Some(last) = streams.last() else { break };
            after = Some(last.id);
            for stream in streams {
                lines += export_stream(journal, stream, &unsettled, to)?;
            }
        }
    }
    to.flush()?;
    Ok(lines)
}

fn export_stream(
    journal: &SledJournal,
    stream: StreamId,
    unsettled: &BTreeSet<(StreamId, Seq)>,
    to: &mut dyn Write,
) -> Result<u64, TransferError> {
    let Some(head) = journal.head(stream)? else {
        return Ok(0);
    };
    let mut last = Seq::ZERO;
    while last < head.seq {
        for entry in journal.read(stream, last, PAGE)? {
            last = entry.seq;
            let mut line = entry_to_json(stream.kind, &entry.bytes)?;
            if let Some(fields) = line.as_object_mut() {
                fields.insert("stream".to_owned(), stream.to_string().into());
                fields.insert("epoch".to_owned(), head.epoch.to_string().into());
                if unsettled.contains(&(stream, last)) {
                    fields.insert("unsettled".to_owned(), true.into());
                }
            }
            writeln!(to, "{line}")?;
        }
    }
    Ok(last.0)
}

/// Reads what [`export`] wrote into an empty journal, byte for byte, and says how many entries there were.
///
/// # Errors
/// At the first line that is no such entry or out of order; what came before is imported then.
pub fn import(journal: &SledJournal, from: &mut dyn BufRead) -> Result<u64, TransferError> {
    let empty = |kind| journal.streams(kind, None, 1).is_empty();
    if !Kind::ALL.into_iter().all(empty) {
        return Err(TransferError::NotEmpty);
    }
    let mut loading = Loading::new(journal);
    let mut number = 0;
    for line in from.lines() {
        number += 1;
        let line = line?;
        if line.trim().is_empty() {
            continue;
        }
        let entry = parse(&line).map_err(|what| TransferError::Line { number, what })?;
        let pushed = loading.push(entry);
        pushed.map_err(|what| TransferError::Line { number, what })?;
    }
    let finished = loading.finish();
    finished.map_err(|what| TransferError::Line { number, what })
}

/// An entry on its way into a new journal.
pub(super) struct Incoming {
    pub(super) stream: StreamId,
    pub(super) epoch: Epoch,
    pub(super) unsettled: bool,
    pub(super) bytes: Vec<u8>,
    pub(super) entry: AnyEntry,
}

fn parse(line: &str) -> Result<Incoming, String> {
    let mut fields: Map<String, Value> = serde_json::from_str(line).map_err(|e| e.to_string())?;
    let mut text = |name: &str| match fields.remove(name) {
        Some(Value::String(text)) => Ok(text),
        _ => Err(format!("`{name}` is missing or no text")),
    };
    let stream: StreamId = text("stream")?.parse().map_err(|_| "no such stream")?;
    let epoch: Epoch = text("epoch")?.parse().map_err(|_| "no such epoch")?;
    let unsettled = fields.remove("unsettled") == Some(Value::Bool(true));
    let bytes = entry_from_json(stream.kind, Value::Object(fields)).map_err(|e| e.what)?;
    let entry = decode_any(stream.kind, &bytes).map_err(|e| e.what)?;
    Ok(Incoming {
        stream,
        epoch,
        unsettled,
        bytes,
        entry,
    })
}

/// Fills a new journal, stream by stream. A stream's last entry takes the claims that the stream holds in the end: taken
/// one by one they would clash, because another stream's later release is not there yet.
pub(super) struct Loading<'a> {
    journal: &'a SledJournal,
    last: Option<Incoming>,
    holdings: Holdings,
    /// Where one key is held twice, the first keeps it.
    tolerant: bool,
    taken: BTreeSet<ClaimKey>,
    waiting: VecDeque<Receiver<Result<Head, AppendError>>>,
    loaded: u64,
}

impl<'a> Loading<'a> {
    pub(super) fn new(journal: &'a SledJournal) -> Self {
        Self {
            journal,
            last: None,
            holdings: Holdings::default(),
            tolerant: false,
            taken: BTreeSet::new(),
            waiting: VecDeque::new(),
            loaded: 0,
        }
    }

    /// For streams that have lost entries, among them perhaps the one that gave a claim back: where two then hold the
    /// same, the first keeps it.
    pub(super) fn tolerant(journal: &'a SledJournal) -> Self {
        Self {
            tolerant: true,
            ..Self::new(journal)
        }
    }

    /// What the stream that ends here holds.
    fn reserve(&mut self) -> Vec<Claim> {
        let mut held = std::mem::take(&mut self.holdings).0;
        if self.tolerant {
            held.retain(|key| {
                let free = self.taken.insert(key.clone());
                if !free {
                    tracing::warn!(?key, "held twice: the first keeps it");
                }
                free
            });
        }
        held.into_iter().map(Claim::Reserve).collect()
    }

    /// Takes the next entry: of the same stream, or the first of another.
    pub(super) fn push(&mut self, next: Incoming) -> Result<(), String> {
        let expected = match &self.last {
            Some(last) if last.stream == next.stream => last.entry.seq().next(),
            _ => Seq::ZERO.next(),
        };
        if next.entry.seq() != expected {
            let (stream, seq) = (next.stream, next.entry.seq());
            return Err(format!("{stream} has seq {seq} where {expected} belongs"));
        }
        if let Some(last) = self.last.take() {
            let claims = if last.stream == next.stream {
                Vec::new()
            } else {
                self.reserve()
            };
            self.append(last, claims)?;
        }
        self.holdings.note(&next.entry);
        self.last = Some(next);
        Ok(())
    }

    /// Waits until all of it is durable and says how many entries that is.
    pub(super) fn finish(mut self) -> Result<u64, String> {
        if let Some(last) = self.last.take() {
            let claims = self.reserve();
            self.append(last, claims)?;
        }
        while !self.waiting.is_empty() {
            self.await_oldest()?;
        }
        Ok(self.loaded)
    }

    fn append(&mut self, entry: Incoming, claims: Vec<Claim>) -> Result<(), String> {
        if self.waiting.len() >= IN_FLIGHT {
            self.await_oldest()?;
        }
        let (answer, receive) = channel();
        let append = Append {
            stream: entry.stream,
            expected: Seq(entry.entry.seq().0 - 1),
            bytes: entry.bytes,
            claims,
            has_effects: entry.unsettled,
        };
        let done = move |outcome| {
            // Nobody listens any more once an entry before this one has failed.
            let _ = answer.send(outcome);
        };
        self.journal
            .append_as(append, Some(entry.epoch), Box::new(done));
        self.waiting.push_back(receive);
        Ok(())
    }

    fn await_oldest(&mut self) -> Result<(), String> {
        let Some(answer) = self.waiting.pop_front() else {
            return Ok(());
        };
        let outcome = answer.recv().map_err(|_| "the journal closed")?;
        outcome.map_err(|error| error.to_string())?;
        self.loaded += 1;
        Ok(())
    }
}
