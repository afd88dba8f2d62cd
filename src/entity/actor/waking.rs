//! From the journal into memory, and what is kept so that it is quick: snapshots.

use std::collections::VecDeque;
use std::sync::Arc;

use super::{Entity, Live, Start};
use crate::entity::recent::{REMEMBERED, Recent};
use crate::entity::registry::Slot;
use crate::journal::stored::Stored;
use crate::journal::{Damage, Entry, Journal, Seq, StreamId, replay};
use crate::time::Timestamp;

impl<A: Stored> Entity<A> {
    /// Snapshot, then the tail through `evolve`. What became durable but was not told before the actor was lost is told
    /// now.
    pub(super) fn activate(&self, Start { id, slot }: Start<A>) -> Result<Live<A>, Damage> {
        let journal = &self.0.journal;
        let stream = StreamId {
            kind: A::KIND,
            id: id.into(),
        };
        let head = journal.head(stream)?.unwrap_or_default();
        let kept = journal
            .snapshot(stream)
            .and_then(|(seq, bytes)| read_snapshot::<A>(seq, &bytes, head.seq));
        let (mut state, snapshot_at, remembered) = kept.unwrap_or_default();
        let now = self.0.clock.now();
        let mut recent = Recent::default();
        let mut last_at = Timestamp::default();
        let published = slot.fanout.published();
        let mut unpublished = Vec::new();
        let mut after = remembered.map_or(snapshot_at, |first| {
            Seq(first.0.saturating_sub(1)).min(snapshot_at)
        });
        if let Some(published) = published {
            after = after.min(published);
        }
        replay::<A>(&**journal, stream, after, head.seq, |entry| {
            if entry.seq > snapshot_at {
                entry.events.iter().for_each(|event| state.evolve(event));
            }
            if entry.at >= now - REMEMBERED {
                recent.note(entry.seq, entry.at, &entry.cause);
            }
            last_at = last_at.max(entry.at);
            if published.is_some_and(|published| entry.seq > published) {
                unpublished.push(Arc::new(entry));
            }
        })?;
        slot.fanout.begin(head.seq);
        self.tell_late(id, &slot, &state, unpublished);
        Ok(Live {
            id,
            stream,
            slot,
            state,
            head,
            in_flight: VecDeque::new(),
            tickets: 0,
            recent,
            last_at,
            snapshot_at,
            alarm: None,
            alarm_generation: 0,
        })
    }

    /// Tells everybody of entries whose own actor was lost before it could; `state` is the one after the last of them.
    pub(super) fn tell_late(
        &self,
        id: A::Id,
        slot: &Slot<A>,
        state: &A,
        entries: Vec<Arc<Entry<A::Event>>>,
    ) {
        let Some(last) = entries.last().map(|last| last.seq) else {
            return;
        };
        for entry in &entries {
            let settled = (entry.seq == last).then_some(state);
            self.0.surroundings.durable(id, settled, entry);
        }
        slot.fanout.publish(entries.clone(), Vec::new());
        for entry in &entries {
            self.0.surroundings.published(id, entry);
        }
    }

    pub(super) fn keep_snapshot(&self, live: &mut Live<A>, every: u64) {
        if !live.in_flight.is_empty() || live.head.seq.0 < live.snapshot_at.0 + every {
            return;
        }
        let oldest = live
            .recent
            .oldest(self.0.clock.now())
            .unwrap_or(live.head.seq.next());
        let mut bytes = oldest.0.to_le_bytes().to_vec();
        bytes.extend(live.state.encode_state());
        self.0
            .journal
            .save_snapshot(live.stream, live.head.seq, bytes);
        live.snapshot_at = live.head.seq;
    }
}

/// A snapshot as kept: the oldest remembered command's number, then the state. Nothing where it cannot be read or
/// stands ahead of the journal: it is only a cache.
fn read_snapshot<A: Stored>(seq: Seq, bytes: &[u8], head: Seq) -> Option<(A, Seq, Option<Seq>)> {
    let (oldest, state) = bytes.split_first_chunk::<8>()?;
    if seq > head {
        return None;
    }
    let state = A::decode_state(state).ok()?;
    Some((state, seq, Some(Seq(u64::from_le_bytes(*oldest)))))
}

/// An aggregate as its snapshot has it, and the number it stands at.
pub fn kept_state<A: Stored>(journal: &dyn Journal, stream: StreamId) -> Option<(A, Seq)> {
    let head = journal.head(stream).ok()??;
    let (seq, bytes) = journal.snapshot(stream)?;
    read_snapshot::<A>(seq, &bytes, head.seq).map(|(state, seq, _)| (state, seq))
}
