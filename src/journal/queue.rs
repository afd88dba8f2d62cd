//! What waits for the writer: entries, settled marks, snapshots. Bounded: beyond the bounds entries are refused and
//! snapshots, which are only a convenience, are dropped.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::gather::Company;
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
    /// How many of the jobs behind it must be in the same commit.
    pub(super) with: usize,
    pub(super) done: Done,
}

impl Job {
    pub(super) fn new(append: Append, epoch: Option<Epoch>, done: Done) -> Self {
        Self {
            append,
            epoch,
            with: 0,
            done,
        }
    }
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
    pub(super) jobs: VecDeque<Job>,
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
    /// The writer sleeps until so many entries are there; it is awake where there is no number.
    wake_at: Option<usize>,
}

impl Waiting {
    fn is_empty(&self) -> bool {
        self.jobs.is_empty() && self.settled.is_empty() && self.pictures.is_empty()
    }

    /// Whether a commit that hopes for so many entries has what it can get.
    fn has(&self, entries: usize) -> bool {
        self.jobs.len() >= entries.min(MAX_COMMIT) || self.bytes >= MAX_COMMIT_BYTES || self.closing
    }

    /// What one commit may hold: mostly all, and then the queue goes on with an empty one.
    fn give(&mut self) -> VecDeque<Job> {
        if self.jobs.len() <= MAX_COMMIT && self.bytes <= MAX_COMMIT_BYTES {
            self.bytes = 0;
            let room = VecDeque::with_capacity(self.jobs.len());
            return std::mem::replace(&mut self.jobs, room);
        }
        let mut bytes = 0;
        let fits = |job: &&Job| {
            bytes += job.append.bytes.len() + OVERHEAD;
            bytes <= MAX_COMMIT_BYTES
        };
        let count = self.jobs.iter().take(MAX_COMMIT).take_while(fits).count();
        let count = count.max(1);
        let rest = self.jobs.get(count - 1).map_or(0, |last| last.with);
        let given: VecDeque<Job> = self.jobs.drain(..count + rest).collect();
        let weight = |job: &Job| job.append.bytes.len() + OVERHEAD;
        self.bytes -= given.iter().map(weight).sum::<usize>();
        given
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

    /// Gives entries to the writer, for one commit, or back where there is no room or no writer.
    pub(super) fn push(&self, mut jobs: Vec<Job>) -> Result<(), Vec<Job>> {
        let weights = jobs.iter().map(|job| job.append.bytes.len() + OVERHEAD);
        let weight: usize = weights.sum();
        let mut waiting = self.waiting();
        if waiting.closing || waiting.bytes + weight > MAX_WAITING_BYTES {
            return Err(jobs);
        }
        let behind = (0..jobs.len()).rev();
        for (job, behind) in jobs.iter_mut().zip(behind) {
            job.with = behind;
        }
        waiting.bytes += weight;
        waiting.jobs.extend(jobs);
        self.wake(waiting);
        Ok(())
    }

    pub(super) fn push_settled(&self, stream: StreamId, seq: Seq) {
        let mut waiting = self.waiting();
        waiting.settled.push((stream, seq));
        self.wake(waiting);
    }

    pub(super) fn push_picture(&self, picture: Picture) {
        let mut waiting = self.waiting();
        if waiting.picture_bytes + picture.bytes.len() > MAX_SNAPSHOT_BYTES {
            tracing::debug!(stream = %picture.stream, "too many snapshots wait: dropped");
            return;
        }
        waiting.picture_bytes += picture.bytes.len();
        waiting.pictures.push_back(picture);
        self.wake(waiting);
    }

    /// A writer at work looks by itself, and one that gathers company waits for all of it: waking costs a system call.
    fn wake(&self, waiting: MutexGuard<'_, Waiting>) {
        let wake = waiting.wake_at.is_some_and(|entries| waiting.has(entries));
        drop(waiting);
        if wake {
            self.ready.notify_one();
        }
    }

    /// How many entries wait.
    pub(super) fn len(&self) -> usize {
        self.waiting().jobs.len()
    }

    /// No more is taken; what waits is still done.
    pub(super) fn close(&self) {
        self.waiting().closing = true;
        self.ready.notify_all();
    }

    /// Takes what one commit may hold, once there is anything and the company is there or late; returns with nothing
    /// after `patience`.
    pub(super) fn take(
        &self,
        patience: Option<Duration>,
        pictures: bool,
        company: Option<Company>,
    ) -> Work {
        let mut waiting = self.waiting();
        if let Some(Company { entries, patience }) = company {
            waiting = self.sleep(waiting, Some(patience), entries, |w| w.has(entries));
        }
        if waiting.is_empty() && !waiting.closing {
            waiting = self.sleep(waiting, patience, 0, |w| !w.is_empty() || w.closing);
        }
        let mut work = Work {
            jobs: waiting.give(),
            settled: std::mem::take(&mut waiting.settled),
            ..Work::default()
        };
        if pictures && let Some(picture) = waiting.pictures.pop_front() {
            waiting.picture_bytes -= picture.bytes.len();
            work.picture = Some(picture);
        }
        work.closing = waiting.closing && waiting.is_empty();
        work
    }

    fn sleep<'a>(
        &self,
        mut waiting: MutexGuard<'a, Waiting>,
        patience: Option<Duration>,
        wake_at: usize,
        enough: impl Fn(&Waiting) -> bool,
    ) -> MutexGuard<'a, Waiting> {
        waiting.wake_at = Some(wake_at);
        let more = |waiting: &mut Waiting| !enough(waiting);
        waiting = match patience {
            None => self
                .ready
                .wait_while(waiting, more)
                .unwrap_or_else(PoisonError::into_inner),
            Some(patience) => {
                let woken = self.ready.wait_timeout_while(waiting, patience, more);
                woken.unwrap_or_else(PoisonError::into_inner).0
            }
        };
        waiting.wake_at = None;
        waiting
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;
    use crate::journal::Kind;

    const LONG: Duration = Duration::from_secs(60);

    fn job(bytes: usize) -> Job {
        let stream = StreamId {
            kind: Kind::Room,
            id: uuid::Uuid::nil(),
        };
        let append = Append {
            stream,
            expected: Seq::ZERO,
            bytes: vec![0; bytes],
            claims: vec![],
            has_effects: false,
        };
        Job::new(append, None, Box::new(|_| {}))
    }

    fn queue(jobs: usize) -> Queue {
        let queue = Queue::default();
        for _ in 0..jobs {
            assert!(queue.push(vec![job(1)]).is_ok());
        }
        queue
    }

    fn company(entries: usize, patience: Duration) -> Option<Company> {
        Some(Company { entries, patience })
    }

    #[test]
    fn what_belongs_together_is_never_split_over_two_commits() {
        let queue = Queue::default();
        let large = MAX_COMMIT_BYTES / 4;
        for jobs in [vec![1], vec![large; 4], vec![1], vec![large; 3], vec![1]] {
            let jobs = jobs.into_iter().map(job).collect();
            assert!(queue.push(jobs).is_ok());
        }
        let mut commits = Vec::new();
        while !queue.waiting().is_empty() {
            let work = queue.take(Some(Duration::ZERO), false, None);
            assert_eq!(work.jobs.back().map(|last| last.with), Some(0));
            commits.push(work.jobs.len());
        }
        assert_eq!(commits.iter().sum::<usize>(), 10);
        assert!(commits.len() > 1, "{commits:?}");
        assert_eq!(queue.waiting().bytes, 0);
    }

    #[test]
    fn company_that_comes_is_taken_together() {
        let queue = queue(1);
        let taken = thread::scope(|scope| {
            let taking = scope.spawn(|| queue.take(None, true, company(3, LONG)));
            for bytes in [2, 3] {
                assert!(queue.push(vec![job(bytes)]).is_ok());
            }
            taking.join().unwrap()
        });
        let sizes = taken.jobs.iter().map(|job| job.append.bytes.len());
        assert_eq!(sizes.collect::<Vec<_>>(), [1, 2, 3]);
    }

    #[test]
    fn company_that_stays_away_is_not_waited_for_beyond_the_patience() {
        let late = company(3, Duration::from_millis(1));
        assert_eq!(queue(1).take(None, true, late).jobs.len(), 1);
        let alone = queue(0).take(Some(Duration::ZERO), true, late);
        assert!(alone.jobs.is_empty());
    }

    #[test]
    fn no_more_company_is_waited_for_than_one_commit_holds() {
        let most = queue(MAX_COMMIT).take(None, true, company(1_000, LONG));
        assert_eq!(most.jobs.len(), MAX_COMMIT);
    }

    #[test]
    fn a_queue_that_closes_waits_for_nobody() {
        let queue = queue(1);
        let taken = thread::scope(|scope| {
            let taking = scope.spawn(|| queue.take(None, true, company(3, LONG)));
            queue.close();
            taking.join().unwrap()
        });
        assert_eq!((taken.jobs.len(), taken.closing), (1, true));
    }
}
