//! The watchdog over the writer: sled, after some failures of the disk, never comes back from a flush.
//!
//! Whoever waits for such a round is told that its outcome is unknown, and the journal takes no more entries; nobody
//! waits for ever.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use super::sled_journal::Core;
use super::{AppendError, Done};
use crate::clock::Stopwatch;

/// A round takes milliseconds; one that takes so long is lost.
const PATIENCE: Duration = Duration::from_secs(20);
/// How often the watchdog looks.
const LOOK: Duration = Duration::from_millis(500);

/// Who waits for the round that is being written, and since when.
#[derive(Default)]
pub(super) struct Watched(Mutex<State>);

#[derive(Default)]
struct State {
    waiting: Option<(Stopwatch, Vec<Done>)>,
    stuck: bool,
}

impl Watched {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A round begins, for these.
    pub(super) fn begin(&self, waiting: Vec<Done>) {
        self.state().waiting = Some((Stopwatch::start(), waiting));
    }

    /// The round is over: who is still to be told; nobody where the watchdog has told them.
    pub(super) fn end(&self) -> Vec<Done> {
        self.state()
            .waiting
            .take()
            .map(|(_, waiting)| waiting)
            .unwrap_or_default()
    }

    /// Whether the writer was given up.
    pub(super) fn is_stuck(&self) -> bool {
        self.state().stuck
    }

    fn give_up_after(&self, patience: Duration) -> Option<Vec<Done>> {
        let mut state = self.state();
        let late = state
            .waiting
            .as_ref()
            .is_some_and(|(since, _)| since.elapsed() > patience);
        if !late {
            return None;
        }
        state.stuck = true;
        state.waiting.take().map(|(_, waiting)| waiting)
    }
}

/// Watches until the journal is gone. Holds nothing of it meanwhile, so that closing gives its folder free at once.
pub(super) fn watch(core: &Arc<Core>) -> std::io::Result<()> {
    let (core, watched) = (Arc::downgrade(core), core.watched.clone());
    let look = move || {
        while core.strong_count() > 0 {
            if let Some(waiting) = watched.give_up_after(PATIENCE) {
                return give_up(&core, waiting);
            }
            std::thread::sleep(LOOK);
        }
    };
    std::thread::Builder::new()
        .name("journal-watchdog".to_owned())
        .spawn(look)
        .map(|_| ())
}

fn give_up(core: &Weak<Core>, waiting: Vec<Done>) {
    let why = "a write did not end";
    let core = core.upgrade();
    if let Some(core) = &core {
        core.fail(why);
        core.queue.close();
    }
    for done in waiting {
        done(Err(AppendError::Failed(why.to_owned())));
    }
    if let Some(core) = &core {
        refuse_waiting(core, why);
    }
}

/// What the writer never took was not written.
fn refuse_waiting(core: &Core, why: &str) {
    loop {
        let left = core.queue.take(Some(Duration::ZERO), true, None);
        if left.jobs.is_empty() && left.settled.is_empty() && left.picture.is_none() {
            return;
        }
        let refuse =
            |job: super::queue::Job| (job.done)(Err(AppendError::ReadOnly(why.to_owned())));
        left.jobs.into_iter().for_each(refuse);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[test]
    fn who_waits_for_a_round_that_never_ends_is_told_once() {
        let watched = Watched::default();
        let (told, heard) = mpsc::channel();
        watched.begin(vec![Box::new(move |result| told.send(result).unwrap())]);
        assert!(watched.give_up_after(Duration::from_secs(60)).is_none());
        assert!(!watched.is_stuck());
        for done in watched.give_up_after(Duration::ZERO).unwrap() {
            done(Err(AppendError::Failed("late".to_owned())));
        }
        assert!(watched.is_stuck());
        assert!(watched.end().is_empty());
        assert_eq!(heard.iter().count(), 1);
    }

    #[test]
    fn a_round_that_ends_in_time_is_answered_by_the_writer() {
        let watched = Watched::default();
        watched.begin(vec![Box::new(|_| {})]);
        assert_eq!(watched.end().len(), 1);
        assert!(watched.give_up_after(Duration::ZERO).is_none());
    }
}
