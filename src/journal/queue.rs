//! What waits for the writer: entries, settled marks, snapshots. Bounded: beyond the bounds entries are refused and
//! snapshots, which are only a convenience, are dropped.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::{Append, Done, Epoch, Seq, StreamId};

/// Bounds of one commit, and of all that waits: more is refused.
const MAX_COMMIT: usize = 256;
const MAX_COMMIT_BYTES: usize = 256 * 1024;
const MAX_WAITING_BYTES: usize = 64 * 1024 * 1024;
const MAX_SNAPSHOT_BYTES: usize = 16 * 1024 * 1024;
/// What an entry weighs beside its bytes.
const OVERHEAD: usize = 256;

/// One entry to append.
pub(super) struct Job {
    pub(super) append: Append,
    /// The epoch where the stream is new; a random one where absent.
    pub(super) epoch: Option<Epoch>,
    pub(super) done: Done,
}

/// One snapshot to keep.
#[derive(Debug)]
pub(super) struct Picture {
    pub(super) stream: StreamId,
    pub(super) seq: Seq,
    pub(super) bytes: Vec<u8>,
}

/// What the writer takes at once.
#[derive(Default)]
pub(super) struct Work {
    pub(super) jobs: Vec<Job>,
    pub(super) settled: Vec<(StreamId, Seq)>,
    pub(super) picture: Option<Picture>,
    /// Nothing more will come.
    pub(super) closing: bool,
}

#[derive(Default)]
struct Waiting {
    jobs: VecDeque<Job>,
    bytes: usize,
    settled: Vec<(StreamId, Seq)>,
    pictures: VecDeque<Picture>,
    picture_bytes: usize,
    closing: bool,
}

impl Waiting {
    fn is_empty(&self) -> bool {
        self.jobs.is_empty() && self.settled.is_empty() && self.pictures.is_empty()
    }
}

/// Between those who append and the writer.
#[derive(Default)]
pub(super) struct Queue {
    waiting: Mutex<Waiting>,
    ready: Condvar,
}

impl Queue {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives an entry to the writer, or back where there is no room or no writer.
    pub(super) fn push(&self, job: Job) -> Result<(), Job> {
        let weight = job.append.bytes.len() + OVERHEAD;
        let mut waiting = self.waiting();
        if waiting.closing || waiting.bytes + weight > MAX_WAITING_BYTES {
            return Err(job);
        }
        waiting.bytes += weight;
        waiting.jobs.push_back(job);
        drop(waiting);
        self.ready.notify_one();
        Ok(())
    }

    pub(super) fn push_settled(&self, stream: StreamId, seq: Seq) {
        self.waiting().settled.push((stream, seq));
        self.ready.notify_one();
    }

    pub(super) fn push_picture(&self, picture: Picture) {
        let mut waiting = self.waiting();
        if waiting.picture_bytes + picture.bytes.len() > MAX_SNAPSHOT_BYTES {
            tracing::debug!(stream = %picture.stream, "too many snapshots wait: dropped");
            return;
        }
        waiting.picture_bytes += picture.bytes.len();
        waiting.pictures.push_back(picture);
        drop(waiting);
        self.ready.notify_one();
    }

    /// No more is taken; what waits is still done.
    pub(super) fn close(&self) {
        self.waiting().closing = true;
        self.ready.notify_all();
    }

    /// Takes what one commit may hold, once there is anything; returns with nothing after `patience`.
    pub(super) fn take(&self, patience: Option<Duration>, pictures: bool) -> Work {
        let mut waiting = self.waiting();
        if waiting.is_empty() && !waiting.closing {
            let idle = |w: &mut Waiting| w.is_empty() && !w.closing;
            waiting = match patience {
                None => self
                    .ready
                    .wait_while(waiting, idle)
                    .unwrap_or_else(PoisonError::into_inner),
                Some(patience) => {
                    let woken = self.ready.wait_timeout_while(waiting, patience, idle);
                    woken.unwrap_or_else(PoisonError::into_inner).0
                }
            };
        }
        let mut work = Work {
            settled: std::mem::take(&mut waiting.settled),
            ..Work::default()
        };
        let mut bytes = 0;
        while let Some(job) = waiting.jobs.front() {
            let weight = job.append.bytes.len() + OVERHEAD;
            let full = work.jobs.len() >= MAX_COMMIT || bytes + weight > MAX_COMMIT_BYTES;
            if full && !work.jobs.is_empty() {
                break;
            }
            bytes += weight;
            work.jobs.extend(waiting.jobs.pop_front());
        }
        waiting.bytes -= bytes;
        if pictures && let Some(picture) = waiting.pictures.pop_front() {
            waiting.picture_bytes -= picture.bytes.len();
            work.picture = Some(picture);
        }
        work.closing = waiting.closing && waiting.is_empty();
        work
    }
}
