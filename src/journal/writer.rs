//! The writer: the one thread that writes. Many entries become durable with one sync, and only then is anybody told.
//!
//! Each round takes what waits, checks every entry against the ends of the streams and the claims (those of this very
//! round included), writes one atomic batch, flushes, syncs the file, notes the high-water mark, and answers all.

use std::collections::{HashMap, VecDeque};
use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use sled::Batch;

use super::by_stream::{self, ByStream, Moved, Moves};
use super::calm::calm;
use super::chain;
use super::ends::Ring;
use super::gather::{Company, Gather};
use super::high_water::HighWater;
use super::queue::{Job, Work};
use super::record::{self, Commit};
use super::sled_journal::{Core, Durability};
use super::snapshot::Saving;
use super::{Append, AppendError, Done, Epoch, Head, MAX_ENTRY, Seq, StreamId, claim, key};
use crate::clock::Stopwatch;
use crate::domain::aggregate::ClaimKey;

/// How often the high-water mark, and a relaxed journal, are synced while there is something to sync.
const TIDY_EVERY: Duration = Duration::from_secs(1);
/// How many streams' ends are kept at hand.
const MAX_KNOWN: usize = 16_384;

/// Owns everything that only one thread may do.
pub(super) struct Writer {
    pub(super) core: Arc<Core>,
    /// The database's file, to sync it.
    pub(super) file: File,
    pub(super) mark: HighWater,
    pub(super) commit: Commit,
    ring: Ring,
    pub(super) durability: Durability,
    known: ByStream<Head>,
    saving: Option<Saving>,
    /// Since when something is not synced.
    untidy: Option<Stopwatch>,
    /// Where the streams stand that a relaxed journal has not made durable.
    unsynced: ByStream<Seq>,
    /// Where a value is put together before the store copies it.
    scratch: Vec<u8>,
    gather: Gather,
    /// Whom the next commit waits for.
    company: Option<Company>,
}

/// One round's batch in the making.
#[derive(Default)]
struct Round {
    batch: Batch,
    moves: Moves,
    claims: HashMap<ClaimKey, Option<StreamId>>,
    /// Who held each touched claim before the round.
    claims_before: HashMap<ClaimKey, Option<StreamId>>,
}

type Answer = Result<Head, AppendError>;

impl Writer {
    pub(super) fn new(
        core: Arc<Core>,
        file: File,
        mark: HighWater,
        (commit, ring): (Commit, Ring),
        durability: Durability,
    ) -> Self {
        Self {
            core,
            file,
            mark,
            commit,
            ring,
            durability,
            known: ByStream::default(),
            saving: None,
            untidy: None,
            unsynced: ByStream::default(),
            scratch: Vec::new(),
            gather: Gather::default(),
            company: None,
        }
    }

    /// Works until the journal closes and all that waited is done.
    pub(super) fn run(mut self) {
        loop {
            let patience = match (&self.saving, &self.untidy) {
                (Some(_), _) => Some(Duration::ZERO),
                (None, Some(since)) => Some(TIDY_EVERY.saturating_sub(since.elapsed())),
                (None, None) => None,
            };
            let company = self.company.take().filter(|_| self.saving.is_none());
            let queue = &self.core.queue;
            let work = queue.take(patience, self.saving.is_none(), company);
            self.gather.came(work.jobs.len());
            let closing = work.closing;
            self.core.watched.begin(Vec::new());
            self.round(work);
            let due = |since: &Stopwatch| since.elapsed() >= TIDY_EVERY;
            let last = closing && self.saving.is_none();
            if last || self.untidy.as_ref().is_some_and(due) {
                self.tidy();
            }
            self.core.watched.end();
            if last {
                return;
            }
        }
    }

    fn round(&mut self, work: Work) {
        if !work.jobs.is_empty() || !work.settled.is_empty() {
            self.commit(work.jobs, &work.settled);
        }
        if let Some(picture) = work.picture {
            let store = &self.core.store;
            let head = self.known.get(&picture.stream).copied();
            let head = head.or_else(|| store.head_record(picture.stream).ok().flatten());
            let writable = self.core.failure().is_none() && !self.core.space.is_full();
            self.saving = head
                .filter(|_| writable)
                .and_then(|head| Saving::start(store, picture, &head));
        }
        if let Some(saving) = &mut self.saving {
            match saving.step(&self.core.store) {
                Ok(true) => {}
                Ok(false) => self.saving = None,
                Err(stumble) => {
                    self.saving = None;
                    self.core.fail(&stumble.to_string());
                }
            }
        }
    }

    fn commit(&mut self, jobs: VecDeque<Job>, settled: &[(StreamId, Seq)]) {
        let started = Stopwatch::start();
        let mut round = Round::default();
        for (stream, seq) in settled {
            round.batch.remove(key::unsettled(*stream, *seq));
        }
        let refusal = match self.core.failure() {
            Some(why) => Some(AppendError::ReadOnly(why)),
            None if self.core.space.is_full() => Some(AppendError::StorageFull),
            None => None,
        };
        let mut waiting: Vec<Done> = Vec::with_capacity(jobs.len());
        let mut answers: Vec<Answer> = Vec::with_capacity(jobs.len());
        for job in jobs {
            let answer = match &refusal {
                Some(refusal) => Err(refusal.clone()),
                None => self.stage(&mut round, job.append, job.epoch),
            };
            waiting.push(job.done);
            answers.push(answer);
        }
        self.core.watched.begin(waiting);
        if refusal.is_none()
            && let Err(why) = self.write(round)
        {
            self.core.fail(&why);
            for answer in &mut answers {
                if answer.is_ok() {
                    *answer = Err(AppendError::Failed(why.clone()));
                }
            }
        }
        if self.durability == Durability::Fsync {
            let waiting = self.core.queue.len();
            let took = started.elapsed();
            self.company = self.gather.after(answers.len(), waiting, took);
        }
        for (done, answer) in self.core.watched.end().into_iter().zip(answers) {
            // A caller's panic is the caller's: the writer lives on.
            let _ = catch_unwind(AssertUnwindSafe(|| done(answer)));
        }
        self.core.watched.begin(Vec::new());
    }

    /// Checks one entry and adds it to the round, or refuses it and leaves the round as it was.
    fn stage(
        &mut self,
        round: &mut Round,
        append: Append,
        epoch: Option<Epoch>,
    ) -> Result<Head, AppendError> {
        let stream = append.stream;
        let size = append.bytes.len();
        if size > MAX_ENTRY {
            return Err(AppendError::TooLarge { size });
        }
        let staged = round.moves.get(&stream).copied();
        let current = match staged {
            Some(moved) => Some(moved.now),
            None => self.head(stream)?,
        };
        let actual = current.map_or(Seq::ZERO, |head| head.seq);
        if actual != append.expected {
            return Err(AppendError::WrongSeq { actual });
        }
        let store = &self.core.store;
        let changes = claim::resolve(&append.claims, stream, |key| {
            let staged = round.claims.get(key).copied();
            staged.map_or_else(|| store.holder(key).map_err(read_only), Ok)
        })?;
        for (key, _) in &changes {
            if !round.claims_before.contains_key(key) {
                let before = store.holder(key).map_err(read_only)?;
                round.claims_before.insert(key.clone(), before);
            }
        }
        for (key, now) in changes {
            match now {
                Some(holder) => round
                    .batch
                    .insert(key::claim(&key), record::encode_holder(holder)),
                None => round.batch.remove(key::claim(&key)),
            }
            round.claims.insert(key, now);
        }
        let last = current.unwrap_or_else(|| Head {
            epoch: epoch.unwrap_or_else(Epoch::random),
            ..Head::default()
        });
        let head = Head {
            seq: last.seq.next(),
            epoch: last.epoch,
            chain: chain::link(&last.chain, &append.bytes),
        };
        let pieces = record::encode_entry(&mut self.scratch, &head.chain, &append.bytes);
        let key = key::entry(stream, head.seq);
        round.batch.insert(&key, self.scratch.as_slice());
        for (number, piece) in (0u8..).zip(pieces) {
            round
                .batch
                .insert(key::piece(stream, head.seq, number), piece);
        }
        if append.has_effects {
            round
                .batch
                .insert(key::unsettled(stream, head.seq), Vec::new());
        }
        let before = staged.map_or(current, |moved| moved.before);
        round.moves.insert(stream, Moved { before, now: head });
        Ok(head)
    }

    /// Where a stream stands, from memory or from the database.
    fn head(&self, stream: StreamId) -> Result<Option<Head>, AppendError> {
        if let Some(head) = self.known.get(&stream) {
            return Ok(Some(*head));
        }
        self.core.store.head(stream).map_err(read_only)
    }

    /// Writes a round and, unless relaxed, makes it durable.
    fn write(&mut self, mut round: Round) -> Result<(), String> {
        if round.moves.is_empty() {
            // Settled marks only: they become durable with whatever follows.
            let store = &self.core.store;
            return calm(|| store.db.apply_batch(round.batch)).map_err(|e| e.to_string());
        }
        let mut commit = self.commit;
        commit.number += 1;
        for (stream, moved) in &round.moves {
            match &moved.before {
                Some(before) => commit.digest -= (*stream, before),
                None => round
                    .batch
                    .insert(key::head(*stream), record::encode_head(&moved.now)),
            }
            commit.digest += (*stream, &moved.now);
        }
        let moves = Arc::new(round.moves);
        self.core.hide(Arc::clone(&moves), round.claims_before);
        let store = &self.core.store;
        let leaving = self
            .ring
            .pack(&store.ends, &commit, &moves, &mut round.batch);
        calm(|| store.db.apply_batch(round.batch)).map_err(|e| e.to_string())?;
        Ring::forget(&store.ends, &leaving);
        let moved = moves.iter().map(|(stream, moved)| (*stream, moved.now.seq));
        if self.durability == Durability::Relaxed {
            self.unsynced.extend(moved);
        } else {
            self.sync()?;
            let noted = self.mark.note(commit.number, moved);
            noted.map_err(|e| e.to_string())?;
        }
        self.core.show();
        let (entries, streams) = by_stream::size(&moves);
        self.core.tally.wrote(entries, streams);
        self.commit = commit;
        self.untidy.get_or_insert_with(Stopwatch::start);
        if self.known.len() > MAX_KNOWN {
            self.known.clear();
        }
        let known = moves.iter().map(|(stream, moved)| (*stream, moved.now));
        self.known.extend(known);
        Ok(())
    }

    /// `flush` alone only hands the bytes to the operating system.
    fn sync(&self) -> Result<(), String> {
        let store = &self.core.store;
        let began = Stopwatch::start();
        calm(|| store.db.flush()).map_err(|e| e.to_string())?;
        self.file.sync_data().map_err(|e| e.to_string())?;
        self.core.tally.synced(began.elapsed());
        Ok(())
    }

    /// Syncs what has waited for it: the mark, and all that a relaxed journal wrote.
    fn tidy(&mut self) {
        self.untidy = None;
        if self.core.failure().is_some() {
            return;
        }
        let mut tidied = Ok(());
        if !self.unsynced.is_empty() {
            tidied = self.sync().and_then(|()| {
                // The mark names the streams of one commit; of many relaxed ones it names as many as fit.
                let ends = self.unsynced.drain();
                let noted = self.mark.note(self.commit.number, ends);
                noted.map_err(|e| e.to_string())
            });
        }
        let tidied = tidied.and_then(|()| self.mark.sync().map_err(|e| e.to_string()));
        if let Err(why) = tidied {
            self.core.fail(&why);
        }
    }
}

fn read_only(damage: super::Damage) -> AppendError {
    AppendError::ReadOnly(damage.to_string())
}
