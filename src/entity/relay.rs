//! The relay: carries what a fact in one aggregate asks of another, at least once.
//!
//! The entry that asks is marked in its own batch; the mark goes when every receiver has decided. Whatever is marked at
//! start is asked again, so receivers decide "nothing changes" on what they have done already. What concerns one user
//! is delivered in order.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::{mpsc, watch};

use super::message::{ExecuteError, Order};
use super::registry::Registry;
use crate::domain::aggregate::By;
use crate::domain::policy::{self, Effect};
use crate::domain::room::{self, Room};
use crate::domain::user::User;
use crate::ids::RoomId;
use crate::journal::stored::Stored;
use crate::journal::{Damage, Entry, Journal, Kind, Seq, StreamId};

/// How many users are told at a time.
const LANES: usize = 32;
/// How long to wait before a receiver that failed is asked again.
const RETRY: Duration = Duration::from_millis(500);

/// The way to the relay. Cheap to clone.
#[derive(Clone)]
pub struct Relay {
    lanes: Arc<[mpsc::UnboundedSender<Errand>]>,
    journal: Arc<dyn Journal>,
    closing: Arc<watch::Sender<bool>>,
}

struct Errand {
    effect: Effect,
    mark: Arc<Mark>,
}

/// An entry's mark, and how many of its effects are still out.
struct Mark {
    stream: StreamId,
    seq: Seq,
    left: AtomicUsize,
}

impl Relay {
    /// Starts the relay.
    pub fn start(journal: Arc<dyn Journal>, users: &Registry<User>) -> Self {
        let closing = Arc::new(watch::Sender::new(false));
        let lanes = (0..LANES)
            .map(|_| {
                let (lane, errands) = mpsc::unbounded_channel();
                let mut closed = closing.subscribe();
                let running = run(errands, journal.clone(), users.clone());
                tokio::spawn(async move {
                    tokio::select! {
                        () = running => {}
                        _ = closed.wait_for(|closed| *closed) => {}
                    }
                });
                lane
            })
            .collect();
        Self {
            lanes,
            journal,
            closing,
        }
    }

    /// Stops delivering: what is out stays marked, and is delivered after the next start. Waits until nothing runs.
    pub async fn close(&self) {
        self.closing.send_replace(true);
        self.closing.closed().await;
    }

    /// Delivers what an entry of a room asks of others.
    pub fn deliver(&self, room: RoomId, entry: &Entry<room::Event>) {
        let effects: Vec<Effect> = entry
            .events
            .iter()
            .flat_map(|event| policy::of_room(room, event))
            .collect();
        if effects.is_empty() {
            return;
        }
        let stream = StreamId {
            kind: Kind::Room,
            id: room.0,
        };
        let mark = Arc::new(Mark {
            stream,
            seq: entry.seq,
            left: AtomicUsize::new(effects.len()),
        });
        for effect in effects {
            let Effect::User(user, _) = &effect;
            let lane = user.0.as_u128() as usize % LANES;
            let _ = self.lanes[lane].send(Errand {
                effect,
                mark: mark.clone(),
            });
        }
    }

    /// Delivers again whatever was not settled before the last stop.
    ///
    /// # Errors
    /// Where a marked entry cannot be read.
    pub fn recover(&self) -> Result<usize, Damage> {
        let marked = self.journal.unsettled();
        for (stream, seq) in &marked {
            let before = Seq(seq.0.saturating_sub(1));
            for stored in self.journal.read(*stream, before, 1)? {
                let entry = Room::decode_entry(&stored.bytes)?;
                self.deliver(RoomId(stream.id), &entry);
            }
        }
        Ok(marked.len())
    }
}

async fn run(
    mut errands: mpsc::UnboundedReceiver<Errand>,
    journal: Arc<dyn Journal>,
    users: Registry<User>,
) {
    while let Some(Errand {
        effect: Effect::User(user, command),
        mark,
    }) = errands.recv().await
    {
        loop {
            match users
                .execute(user, Order::new(command.clone(), By::System))
                .await
            {
                Ok(_) => break,
                Err(ExecuteError::Failed(failure)) => {
                    tracing::warn!(%user, ?failure, "a user could not be told what concerns it; trying again");
                    tokio::time::sleep(RETRY).await;
                }
                Err(refusal) => {
                    tracing::error!(%user, ?refusal, "a user refused what concerns it");
                    break;
                }
            }
        }
        if mark.left.fetch_sub(1, Ordering::AcqRel) == 1 {
            journal.settle(mark.stream, mark.seq);
        }
    }
}
