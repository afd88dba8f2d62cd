//! The relay: carries what a fact in one aggregate asks of another, at least once.
//!
//! The entry that asks is marked in its own batch; the mark goes when every receiver has decided. Whatever is marked at
//! start is asked again before anything new, so receivers decide "nothing changes" on what they have done already. What
//! concerns one user is delivered in order.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{mpsc, oneshot, watch};
use uuid::Uuid;

use super::message::{ExecuteError, Order};
use super::registry::Registry;
use crate::domain::aggregate::By;
use crate::domain::policy::{self, Effect};
use crate::domain::room::{self, Room};
use crate::domain::user::{self, User};
use crate::ids::{RoomId, UserId};
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
    out: Arc<Out>,
    closing: Arc<watch::Sender<bool>>,
}

/// The entries whose effects are out, and who waits for that to be over.
type Waiting = HashMap<(StreamId, Seq), Vec<oneshot::Sender<()>>>;

#[derive(Default)]
struct Out(Mutex<Waiting>);

impl Out {
    fn entries(&self) -> MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
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
        let out = Arc::new(Out::default());
        let lanes = (0..LANES)
            .map(|_| {
                let (lane, errands) = mpsc::unbounded_channel();
                let mut closed = closing.subscribe();
                let running = run(errands, journal.clone(), users.clone(), out.clone());
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
            out,
            closing,
        }
    }

    /// Stops delivering: what is out stays marked, and is delivered after the next start. Waits until nothing runs.
    pub async fn close(&self) {
        self.closing.send_replace(true);
        self.closing.closed().await;
    }

    /// Delivers what an entry of a room asks of others.
    pub fn deliver_of_room(&self, room: RoomId, entry: &Entry<room::Event>) {
        let events = entry.events.iter();
        let effects = events.flat_map(|event| policy::of_room(room, event));
        self.deliver(Kind::Room, room.0, entry.seq, effects.collect());
    }

    /// Delivers what an entry of a user asks of others.
    pub fn deliver_of_user(&self, user: UserId, entry: &Entry<user::Event>) {
        let events = entry.events.iter();
        let effects = events.flat_map(|event| policy::of_user(user, event));
        self.deliver(Kind::User, user.0, entry.seq, effects.collect());
    }

    fn deliver(&self, kind: Kind, id: Uuid, seq: Seq, effects: Vec<Effect>) {
        if effects.is_empty() {
            return;
        }
        let stream = StreamId { kind, id };
        self.out.entries().entry((stream, seq)).or_default();
        let mark = Arc::new(Mark {
            stream,
            seq,
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

    /// Waits until every receiver has decided on what a durable entry asked of it; not at all where it asked nothing.
    pub async fn delivered(&self, stream: StreamId, seq: Seq) {
        let (done, waits) = oneshot::channel();
        match self.out.entries().get_mut(&(stream, seq)) {
            Some(waiting) => waiting.push(done),
            None => return,
        }
        let _ = waits.await;
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
                match stream.kind {
                    Kind::Room => {
                        let entry = Room::decode_entry(&stored.bytes)?;
                        self.deliver_of_room(RoomId(stream.id), &entry);
                    }
                    Kind::User => {
                        let entry = User::decode_entry(&stored.bytes)?;
                        self.deliver_of_user(UserId(stream.id), &entry);
                    }
                    Kind::Session => {}
                }
            }
        }
        Ok(marked.len())
    }
}

async fn run(
    mut errands: mpsc::UnboundedReceiver<Errand>,
    journal: Arc<dyn Journal>,
    users: Registry<User>,
    out: Arc<Out>,
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
            // Whoever waits is told by the sender's end.
            out.entries().remove(&(mark.stream, mark.seq));
        }
    }
}
