//! How long a writer waits for company before it begins: those it has just told come back at once where they have more to
//! write, and one round for all of them is cheaper than one for those that were quickest. The journal's writer waits so
//! before a commit, and the fan-out before it writes to everybody again.
//!
//! The wait is short beside the round that it may save, and where nobody comes back it is left out for a while. Knows
//! nothing of what is written.

use std::time::Duration;

/// Fewer answers than these are not worth a wait.
const ENOUGH: usize = 4;
/// The wait is at most this part of what the last round took, and at most this long.
const PART: u32 = 4;
const LONGEST: Duration = Duration::from_millis(2);
/// The most rounds in a row that do not wait because nobody came.
const MAX_PAUSE: u32 = 64;

/// Whom a round waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Company {
    /// So many entries are all that are expected.
    pub(crate) entries: usize,
    /// Longer is not waited for them.
    pub(crate) patience: Duration,
}

/// Learns whether waiting pays.
#[derive(Debug, Default)]
pub(crate) struct Gather {
    /// How many rounds are still to go without a wait.
    pause: u32,
    /// How many the next disappointment costs.
    penalty: u32,
    /// What must have come for the present wait to have paid.
    hoped: Option<usize>,
}

impl Gather {
    /// A round that took so long has answered some while others wait already: whom the next one waits for.
    pub(crate) fn after(
        &mut self,
        answered: usize,
        waiting: usize,
        took: Duration,
    ) -> Option<Company> {
        if answered < ENOUGH {
            return None;
        }
        if self.pause > 0 {
            self.pause -= 1;
            return None;
        }
        self.hoped = Some(waiting + answered / 2);
        Some(Company {
            entries: waiting + answered,
            patience: (took / PART).min(LONGEST),
        })
    }

    /// So many entries were there when the wait was over.
    pub(crate) fn came(&mut self, entries: usize) {
        match self.hoped.take() {
            Some(hoped) if entries < hoped => {
                self.penalty = (self.penalty * 2).clamp(1, MAX_PAUSE);
                self.pause = self.penalty;
            }
            Some(_) => self.penalty = 0,
            None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOOK: Duration = Duration::from_micros(800);

    #[test]
    fn a_round_waits_for_those_the_last_one_answered_and_those_who_wait_already() {
        let company = Gather::default().after(30, 12, TOOK);
        let expected = Company {
            entries: 42,
            patience: TOOK / PART,
        };
        assert_eq!(company, Some(expected));
    }

    #[test]
    fn a_single_writer_is_never_kept_waiting() {
        let mut gather = Gather::default();
        assert_eq!(gather.after(1, 0, TOOK), None);
        assert_eq!(gather.after(ENOUGH - 1, 200, TOOK), None);
    }

    #[test]
    fn a_slow_disk_does_not_make_a_long_wait() {
        let company = Gather::default().after(10, 0, Duration::from_secs(9));
        assert_eq!(company.map(|company| company.patience), Some(LONGEST));
    }

    #[test]
    fn where_nobody_comes_back_ever_fewer_rounds_wait() {
        let mut gather = Gather::default();
        let waits = |gather: &mut Gather, commits: u32| {
            let waited = |_: &u32| {
                let waited = gather.after(10, 0, TOOK).is_some();
                gather.came(1);
                waited
            };
            (0..commits).filter(waited).count()
        };
        assert_eq!(waits(&mut gather, 127), 7);
        assert_eq!(waits(&mut gather, 650), 10);
        while gather.after(10, 0, TOOK).is_none() {}
        gather.came(10);
        for _ in 0..100 {
            assert!(gather.after(10, 0, TOOK).is_some());
            gather.came(9);
        }
    }
}
