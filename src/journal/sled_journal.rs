//! The journal on disk: sled, one writer thread, and everything that keeps sled honest.
//!
//! Reads go to the database directly; they never show an entry that is not yet durable (guarantee G2).

use std::collections::HashMap;
use std::fmt;
use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use uuid::Uuid;

use super::by_stream::Moves;
use super::check::{self, Blame};
use super::ends;
use super::high_water::{HighWater, Mark};
pub use super::open::OpenError;
use super::open::open;
use super::queue::{Job, Picture, Queue};
use super::snapshot;
use super::space::Space;
use super::store::Store;
use super::tally::{Figures, Tally};
use super::watchdog::{self, Watched};
use super::writer::Writer;
use super::{
    Append, AppendError, Damage, Done, Epoch, Head, Health, Journal, Kind, Seq, Stored, StreamId,
    Visitor,
};
use crate::domain::aggregate::ClaimKey;

/// When an append is acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Durability {
    /// When it survives a power cut.
    #[default]
    Fsync,
    /// When it is written: a crash may lose about the last second.
    Relaxed,
}

/// How a journal is opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// When an append is acknowledged.
    pub durability: Durability,
    /// Memory for sled's pages, in bytes; it takes about twice that.
    pub cache_bytes: u64,
    /// Bytes of disk that must stay free: with less, entries are refused. By default 5 % of the disk, at most 256 MiB.
    pub keep_free: Option<u64>,
    /// Take no entries, whatever the journal's state.
    pub read_only: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            durability: Durability::Fsync,
            cache_bytes: 16 * 1024 * 1024,
            keep_free: None,
            read_only: false,
        }
    }
}

/// How often a closing journal looks whether its writer is done.
const CLOSE_LOOK: Duration = Duration::from_millis(1);

/// The journal on disk.
pub struct SledJournal {
    /// Present until it is closed.
    core: Option<Arc<Core>>,
    writer: Option<JoinHandle<()>>,
    dir: PathBuf,
    /// What was wrong when it was opened, and where the high-water mark stood then; empty where nothing was.
    damage: Vec<Damage>,
    mark: Mark,
    blame: Blame,
    /// Holds the lock on the folder.
    _lock: File,
}

/// What the writer and the readers share.
pub(super) struct Core {
    pub(super) store: Store,
    pub(super) queue: Queue,
    pub(super) space: Space,
    pub(super) tally: Tally,
    pub(super) watched: Arc<Watched>,
    hidden: Mutex<Hidden>,
    failure: Mutex<Option<String>>,
}

/// How things stood before the round that is not durable yet.
#[derive(Default)]
struct Hidden {
    moves: Arc<Moves>,
    claims: HashMap<ClaimKey, Option<StreamId>>,
}

impl Core {
    fn hidden(&self) -> MutexGuard<'_, Hidden> {
        self.hidden.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From here on these streams and claims look as they did before, until [`Core::show`].
    pub(super) fn hide(&self, moves: Arc<Moves>, claims: HashMap<ClaimKey, Option<StreamId>>) {
        *self.hidden() = Hidden { moves, claims };
    }

    pub(super) fn show(&self) {
        *self.hidden() = Hidden::default();
    }

    /// Why no entry is taken any more.
    pub(super) fn failure(&self) -> Option<String> {
        self.failure
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Takes no entry from now on: after a failed write nothing that follows can be trusted to be durable.
    pub(super) fn fail(&self, why: &str) {
        let mut failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        if failure.is_none() {
            tracing::error!(
                why,
                "the journal failed and takes no entries until a restart"
            );
            *failure = Some(format!("the disk failed: {why}"));
        }
    }

    /// Where a stream ends, as far as it is durable. What is hidden must be asked for after the database: a round that
    /// ends in between is durable then.
    fn head(&self, stream: StreamId) -> Result<Option<Head>, Damage> {
        let stored = self.store.head(stream);
        match self.hidden().moves.get(&stream) {
            Some(moved) => Ok(moved.before),
            None => stored,
        }
    }
}

impl fmt::Debug for SledJournal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SledJournal")
            .field("dir", &self.dir)
            .finish_non_exhaustive()
    }
}

impl SledJournal {
    /// Opens the journal in `dir`, made where there is none. Where acknowledged entries are missing it opens read-only;
    /// [`Journal::health`] names them.
    ///
    /// # Errors
    /// Where it is in use, the disk is full, or it is damaged beyond opening.
    pub fn open(dir: &Path, options: Options) -> Result<Self, OpenError> {
        let io = |error| OpenError::Io {
            dir: dir.to_owned(),
            error,
        };
        std::fs::create_dir_all(dir).map_err(io)?;
        let space = Space::watch(dir, options.keep_free).map_err(io)?;
        let opened = open(dir, options.cache_bytes, &space)?;
        space.take_ballast();
        let mut found = ends::read(&opened.db);
        let store = Store {
            db: opened.db,
            ends: found.ends,
        };
        let (mark_file, mark) = HighWater::open(dir).map_err(io)?;
        let tally = Tally::default();
        let blame = check::check(&store, &found.commit, &mark, &mut found.damage, &tally);
        let failure = match found.damage.as_slice() {
            [] if options.read_only => Some("it is open for reading only".to_owned()),
            [] => None,
            damage => Some(check::sentence(damage)),
        };
        let writable = failure.is_none();
        let core = Arc::new(Core {
            store,
            queue: Queue::default(),
            space,
            tally,
            watched: Arc::default(),
            hidden: Mutex::default(),
            failure: Mutex::new(failure),
        });
        if writable {
            watchdog::watch(&core).map_err(io)?;
        }
        let writer = writable
            .then(|| {
                let writer = Writer::new(
                    Arc::clone(&core),
                    opened.file,
                    mark_file,
                    (found.commit, found.ring),
                    options.durability,
                );
                thread::Builder::new()
                    .name("journal".to_owned())
                    .spawn(move || writer.run())
            })
            .transpose()
            .map_err(io)?;
        Ok(Self {
            core: Some(core),
            writer,
            dir: dir.to_owned(),
            mark: if found.damage.is_empty() {
                Mark::default()
            } else {
                mark
            },
            damage: found.damage,
            blame,
            _lock: opened.lock,
        })
    }

    /// Makes all that was appended durable and gives the folder free; dropping does the same.
    pub fn close(self) {
        drop(self);
    }

    /// The folder it is in.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// What was wrong when it was opened.
    pub(super) fn found_at_open(&self) -> &[Damage] {
        &self.damage
    }

    /// Which ends were acknowledged, where something was wrong when it was opened.
    pub(super) fn mark_at_open(&self) -> &Mark {
        &self.mark
    }

    /// Who may have lost entries, where something was wrong when it was opened.
    pub(super) fn blame_at_open(&self) -> Blame {
        self.blame
    }

    pub(super) fn core(&self) -> &Core {
        self.core.as_deref().expect("present until it is dropped")
    }

    /// Appends an entry to a stream that bears this epoch if it is new, as an import must.
    pub(super) fn append_as(&self, append: Append, epoch: Option<Epoch>, done: Done) {
        self.push(vec![Job::new(append, epoch, done)]);
    }

    /// Gives the writer what belongs into one commit.
    fn push(&self, jobs: Vec<Job>) {
        let core = self.core();
        let (jobs, why) = match core.failure() {
            Some(why) => (jobs, why),
            None => match core.queue.push(jobs) {
                Ok(()) => return,
                Err(jobs) => (jobs, "too many entries wait to be written".to_owned()),
            },
        };
        for job in jobs {
            (job.done)(Err(AppendError::ReadOnly(why.clone())));
        }
    }
}

impl Drop for SledJournal {
    fn drop(&mut self) {
        self.core().queue.close();
        while self
            .writer
            .as_ref()
            .is_some_and(|writer| !writer.is_finished())
        {
            if self.core().watched.is_stuck() {
                // Neither its thread nor sled ever comes back; they go with the program.
                std::mem::forget(self.core.take());
                return;
            }
            thread::sleep(CLOSE_LOOK);
        }
        if let Some(writer) = self.writer.take()
            && writer.join().is_err()
        {
            tracing::error!("the journal's writer panicked");
        }
        let core = self.core.take();
        // sled syncs as it goes, and panics where it cannot.
        if catch_unwind(AssertUnwindSafe(|| drop(core))).is_err() {
            tracing::error!("the journal could not be closed cleanly");
        }
    }
}

impl Journal for SledJournal {
    fn append(&self, append: Append, done: Done) {
        self.append_as(append, None, done);
    }

    fn append_together(&self, appends: Vec<(Append, Done)>) {
        let jobs = appends.into_iter();
        self.push(
            jobs.map(|(append, done)| Job::new(append, None, done))
                .collect(),
        );
    }

    fn head(&self, stream: StreamId) -> Result<Option<Head>, Damage> {
        self.core().head(stream)
    }

    fn read(&self, stream: StreamId, after: Seq, limit: usize) -> Result<Vec<Stored>, Damage> {
        match self.core().head(stream)? {
            Some(head) => self.core().store.read(stream, after, limit, head.into()),
            None => Ok(Vec::new()),
        }
    }

    fn visit(
        &self,
        stream: StreamId,
        after: Seq,
        limit: usize,
        each: Visitor<'_>,
    ) -> Result<(), Damage> {
        match self.core().head(stream)? {
            Some(head) => self
                .core()
                .store
                .visit(stream, after, limit, head.into(), each),
            None => Ok(()),
        }
    }

    fn snapshot(&self, stream: StreamId) -> Option<(Seq, Vec<u8>)> {
        let head = self.core().head(stream).ok()??;
        snapshot::load(&self.core().store, stream, &head)
    }

    fn save_snapshot(&self, stream: StreamId, seq: Seq, bytes: Vec<u8>) {
        if self.writer.is_some() {
            self.core()
                .queue
                .push_picture(Picture { stream, seq, bytes });
        }
    }

    fn claimed(&self, key: &ClaimKey) -> Option<StreamId> {
        let stored = self.core().store.holder(key);
        match self.core().hidden().claims.get(key) {
            Some(before) => *before,
            None => stored.ok().flatten(),
        }
    }

    fn streams(&self, kind: Kind, after: Option<Uuid>, limit: usize) -> Vec<StreamId> {
        let core = self.core();
        let durable = |stream: &StreamId| {
            core.hidden()
                .moves
                .get(stream)
                .is_none_or(|moved| moved.before.is_some())
        };
        core.store
            .streams(kind, after)
            .filter(durable)
            .take(limit)
            .collect()
    }

    fn unsettled(&self) -> Vec<(StreamId, Seq)> {
        let core = self.core();
        let found: Vec<_> = core.store.unsettled().collect();
        let hidden = core.hidden();
        let durable = |(stream, seq): &(StreamId, Seq)| match hidden.moves.get(stream) {
            Some(moved) => moved.before.is_some_and(|head| *seq <= head.seq),
            None => true,
        };
        found.into_iter().filter(durable).collect()
    }

    fn settle(&self, stream: StreamId, seq: Seq) {
        if self.writer.is_some() {
            self.core().queue.push_settled(stream, seq);
        }
    }

    fn figures(&self) -> Figures {
        self.core().tally.figures(&self.dir)
    }

    fn health(&self) -> Health {
        match self.core().failure() {
            Some(why) => Health::ReadOnly(why),
            None if self.core().space.is_full() => Health::StorageFull,
            None => Health::Writable,
        }
    }
}
