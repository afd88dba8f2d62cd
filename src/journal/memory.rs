//! A journal in memory, for tests: the same semantics, gone with the process.
//!
//! Calls `done` before `append` returns. Can be told to fail.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use uuid::Uuid;

use super::{
    Append, AppendError, Damage, Done, Epoch, Figures, Head, Health, Journal, Kind, MAX_ENTRY, Seq,
    Stored, StreamId, chain, claim,
};
use crate::domain::aggregate::ClaimKey;

/// A journal in memory.
#[derive(Debug, Default)]
pub struct MemoryJournal(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    streams: BTreeMap<StreamId, Stream>,
    claims: HashMap<ClaimKey, StreamId>,
    snapshots: HashMap<StreamId, (Seq, Vec<u8>)>,
    unsettled: BTreeSet<(StreamId, Seq)>,
    refusal: Option<AppendError>,
}

#[derive(Debug, Default)]
struct Stream {
    head: Head,
    entries: Vec<Vec<u8>>,
}

impl MemoryJournal {
    /// An empty journal.
    pub fn new() -> Self {
        Self::default()
    }

    /// From now on refuses every append so, or takes them again.
    pub fn refuse_with(&self, refusal: Option<AppendError>) {
        self.inner().refusal = refusal;
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn append(&mut self, append: Append) -> Result<Head, AppendError> {
        if let Some(refusal) = &self.refusal {
            return Err(refusal.clone());
        }
        let size = append.bytes.len();
        if size > MAX_ENTRY {
            return Err(AppendError::TooLarge { size });
        }
        let head = self
            .streams
            .get(&append.stream)
            .map_or_else(fresh_head, |s| s.head);
        if head.seq != append.expected {
            return Err(AppendError::WrongSeq { actual: head.seq });
        }
        let holder = |key: &ClaimKey| Ok(self.claims.get(key).copied());
        for (key, holder) in claim::resolve(&append.claims, append.stream, holder)? {
            match holder {
                Some(stream) => self.claims.insert(key, stream),
                None => self.claims.remove(&key),
            };
        }
        let stream = self.streams.entry(append.stream).or_default();
        stream.head = Head {
            seq: head.seq.next(),
            epoch: head.epoch,
            chain: chain::link(&head.chain, &append.bytes),
        };
        stream.entries.push(append.bytes);
        if append.has_effects {
            self.unsettled.insert((append.stream, stream.head.seq));
        }
        Ok(stream.head)
    }
}

fn fresh_head() -> Head {
    Head {
        epoch: Epoch::random(),
        ..Head::default()
    }
}

impl Journal for MemoryJournal {
    fn append(&self, append: Append, done: Done) {
        let outcome = self.inner().append(append);
        done(outcome);
    }

    fn append_together(&self, appends: Vec<(Append, Done)>) {
        for (append, done) in appends {
            self.append(append, done);
        }
    }

    fn head(&self, stream: StreamId) -> Result<Option<Head>, Damage> {
        Ok(self.inner().streams.get(&stream).map(|s| s.head))
    }

    fn read(&self, stream: StreamId, after: Seq, limit: usize) -> Result<Vec<Stored>, Damage> {
        let inner = self.inner();
        let Some(found) = inner.streams.get(&stream) else {
            return Ok(Vec::new());
        };
        let after = usize::try_from(after.0).unwrap_or(usize::MAX);
        let numbered = (1u64..).map(Seq).zip(&found.entries);
        Ok(numbered
            .skip(after)
            .take(limit)
            .map(|(seq, bytes)| Stored {
                seq,
                bytes: bytes.clone(),
            })
            .collect())
    }

    fn snapshot(&self, stream: StreamId) -> Option<(Seq, Vec<u8>)> {
        self.inner().snapshots.get(&stream).cloned()
    }

    fn save_snapshot(&self, stream: StreamId, seq: Seq, bytes: Vec<u8>) {
        let mut inner = self.inner();
        let newer = inner.snapshots.get(&stream).is_none_or(|(at, _)| *at < seq);
        if newer {
            inner.snapshots.insert(stream, (seq, bytes));
        }
    }

    fn claimed(&self, key: &ClaimKey) -> Option<StreamId> {
        self.inner().claims.get(key).copied()
    }

    fn streams(&self, kind: Kind, after: Option<Uuid>, limit: usize) -> Vec<StreamId> {
        let inner = self.inner();
        let of_kind = inner.streams.keys().filter(|stream| stream.kind == kind);
        of_kind
            .filter(|stream| after.is_none_or(|after| stream.id > after))
            .take(limit)
            .copied()
            .collect()
    }

    fn unsettled(&self) -> Vec<(StreamId, Seq)> {
        self.inner().unsettled.iter().copied().collect()
    }

    fn settle(&self, stream: StreamId, seq: Seq) {
        self.inner().unsettled.remove(&(stream, seq));
    }

    fn health(&self) -> Health {
        match &self.inner().refusal {
            Some(AppendError::StorageFull) => Health::StorageFull,
            Some(AppendError::ReadOnly(why) | AppendError::Failed(why)) => {
                Health::ReadOnly(why.clone())
            }
            _ => Health::Writable,
        }
    }

    fn figures(&self) -> Figures {
        let inner = self.inner();
        let all = || inner.streams.values().flat_map(|stream| &stream.entries);
        Figures {
            streams: inner.streams.len() as u64,
            entries: all().count() as u64,
            bytes: all().map(|entry| entry.len() as u64).sum(),
            syncs: None,
        }
    }
}
