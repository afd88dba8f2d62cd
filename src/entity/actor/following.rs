//! Followers: those who come, and those who come back and get exactly what they missed.

use std::sync::Arc;

use super::{Entity, Live};
use crate::entity::fanout::Subscriber;
use crate::entity::message::Resume;
use crate::journal::stored::Stored;
use crate::journal::{Damage, Entry, Seq};

/// A returning follower gets at most this many missed entries; beyond, a snapshot is shorter.
const MAX_RESUME: u64 = 200;

impl<A: Stored> Entity<A> {
    pub(super) fn watch(
        &self,
        live: &mut Live<A>,
        subscriber: Subscriber<A>,
        resume: Option<Resume>,
        done: tokio::sync::oneshot::Sender<()>,
    ) -> Result<(), Damage> {
        let first = match resume
            .map(|resume| self.missed(live, resume))
            .transpose()?
            .flatten()
        {
            Some((after, entries)) => {
                subscriber
                    .encoder
                    .resumed(live.id, live.head.epoch, after, &entries)
            }
            None => {
                subscriber
                    .encoder
                    .snapshot(live.id, &live.state, live.head.epoch, live.head.seq)
            }
        };
        let fanout = live.slot.fanout.clone();
        live.when_durable(Box::new(move || {
            fanout.subscribe(subscriber, first);
            let _ = done.send(());
        }));
        Ok(())
    }

    /// Exactly the entries after the one a follower has; nothing where that cannot be told, or they are too many.
    #[expect(clippy::type_complexity, reason = "used once, and named by its doc")]
    pub(super) fn missed(
        &self,
        live: &Live<A>,
        resume: Resume,
    ) -> Result<Option<(Seq, Vec<Arc<Entry<A::Event>>>)>, Damage> {
        let known = resume.epoch == live.head.epoch
            && resume.after <= live.head.seq
            && resume.after > Seq::ZERO;
        if !known || live.head.seq.0 - resume.after.0 > MAX_RESUME {
            return Ok(None);
        }
        let mut entries = Vec::new();
        let durable = live.durable();
        if resume.after < durable {
            let count = usize::try_from(durable.0 - resume.after.0).unwrap_or(usize::MAX);
            for stored in self.0.journal.read(live.stream, resume.after, count)? {
                entries.push(Arc::new(A::decode_entry(&stored.bytes)?));
            }
        }
        let waiting = live.in_flight.iter().map(|waiting| waiting.entry.clone());
        entries.extend(waiting.filter(|entry| entry.seq > resume.after));
        Ok(Some((resume.after, entries)))
    }
}
