//! The command ids of the last 24 hours, so that a retry applies once (guarantee G4).
//!
//! Rebuilt from the entries themselves when the entity starts: the id and its entry are one atomic append.

use std::collections::{HashMap, VecDeque};

use crate::domain::aggregate::By;
use crate::ids::CommandId;
use crate::journal::{Cause, Seq};
use crate::time::{Span, Timestamp};

/// How long a command id is remembered.
pub(super) const REMEMBERED: Span = Span::from_secs(24 * 3600);

type Key = (By, CommandId);

#[derive(Debug, Default)]
pub(super) struct Recent {
    known: HashMap<Key, (Seq, u64)>,
    by_age: VecDeque<(Timestamp, Seq, Key)>,
}

impl Recent {
    /// Remembers the command behind an entry.
    pub(super) fn note(&mut self, seq: Seq, at: Timestamp, cause: &Cause) {
        if let Some(id) = &cause.command_id {
            let key = (cause.by, id.clone());
            self.known.insert(key.clone(), (seq, cause.fingerprint));
            self.by_age.push_back((at, seq, key));
        }
    }

    /// The entry that a command id became, and the hash of what came with it.
    pub(super) fn find(&mut self, by: By, id: &CommandId, now: Timestamp) -> Option<(Seq, u64)> {
        self.forget_before(now - REMEMBERED);
        self.known.get(&(by, id.clone())).copied()
    }

    fn forget_before(&mut self, limit: Timestamp) {
        while self.by_age.front().is_some_and(|(at, ..)| *at < limit) {
            let Some((_, seq, key)) = self.by_age.pop_front() else {
                return;
            };
            if self.known.get(&key).is_some_and(|(known, _)| *known == seq) {
                self.known.remove(&key);
            }
        }
    }

    /// The first entry that is still remembered: where reading starts when the entity comes back.
    pub(super) fn oldest(&mut self, now: Timestamp) -> Option<Seq> {
        self.forget_before(now - REMEMBERED);
        self.by_age.front().map(|(_, seq, _)| *seq)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cause(id: &str) -> Cause {
        Cause {
            command: "play".into(),
            command_id: id.parse().ok(),
            fingerprint: 7,
            by: By::System,
        }
    }

    #[test]
    fn a_command_id_is_remembered_for_a_day_and_then_forgotten() {
        let mut recent = Recent::default();
        let id: CommandId = "a".parse().unwrap();
        let start = Timestamp::from_ms(0);
        recent.note(Seq(3), start, &cause("a"));
        assert_eq!(
            recent.find(By::System, &id, start + REMEMBERED),
            Some((Seq(3), 7))
        );
        assert_eq!(recent.oldest(start + REMEMBERED), Some(Seq(3)));
        assert_eq!(
            recent.find(By::System, &id, start + REMEMBERED + Span::from_ms(1)),
            None
        );
        assert_eq!(recent.oldest(start + REMEMBERED + Span::from_ms(1)), None);
    }

    #[test]
    fn an_entry_without_a_command_id_takes_no_memory() {
        let mut recent = Recent::default();
        recent.note(
            Seq(1),
            Timestamp::from_ms(0),
            &Cause {
                command_id: None,
                ..cause("a")
            },
        );
        assert!(recent.known.is_empty() && recent.by_age.is_empty());
    }
}
