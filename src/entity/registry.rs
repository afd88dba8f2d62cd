//! The registry: finds an entity's actor or starts it, hands it messages, and stops it when nobody asks.
//!
//! A slot is an entity's place while it runs. Messages are counted in under the same lock that finds the slot, so that
//! an idle entity can leave without losing one; who is idle is looked for in `idle.rs`.

mod idle;

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use ractor::{Actor, ActorId, ActorRef};
use tokio::sync::{Notify, OnceCell, Semaphore, oneshot};

use super::actor::{Entity, Start};
use super::fanout::{Ephemeral, Fanout, Subscriber};
use super::hooks::Surroundings;
use super::message::{ExecuteError, Executed, Failure, Message, Order, Resume};
use super::supervisor::Supervisor;
use crate::clock::Clock;
use crate::ids::ConnectionId;
use crate::journal::stored::Stored;
use crate::journal::{Head, Journal};
use crate::time::Span;

/// How a registry treats its entities.
#[derive(Debug, Clone, Copy)]
pub struct Policy {
    /// An entity that nobody has asked for so long is stopped.
    pub idle: Span,
    /// The most commands of one entity between acceptance and delivery; more are refused.
    pub waiting: usize,
}

/// An entity's place while it runs.
pub(super) struct Slot<A: Stored> {
    actor: OnceCell<ActorRef<Message<A>>>,
    pub(super) fanout: Arc<Fanout<A>>,
    permits: Arc<Semaphore>,
    /// Messages sent and not yet handled.
    pending: AtomicU64,
    last_used: AtomicI64,
    /// It is among the recent ones.
    recent: AtomicBool,
}

impl<A: Stored> Slot<A> {
    /// A message is on its way.
    pub(super) fn expect(&self) {
        self.pending.fetch_add(1, Ordering::AcqRel);
    }

    /// A message is being handled.
    pub(super) fn handled(&self) {
        self.pending.fetch_sub(1, Ordering::AcqRel);
    }
}

/// What every entity of a kind shares.
pub(super) struct Parts<A: Stored> {
    pub(super) journal: Arc<dyn Journal>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) surroundings: Arc<dyn Surroundings<A>>,
    /// Permits for commands that entities give themselves.
    pub(super) internal: Arc<Semaphore>,
    policy: Policy,
    slots: Mutex<Slots<A>>,
    /// An entity is used while none was lately.
    used: Arc<Notify>,
}

struct Slots<A: Stored> {
    by_id: HashMap<A::Id, Arc<Slot<A>>>,
    by_actor: HashMap<ActorId, A::Id>,
    /// Those used lately, each once: who may soon be idle is looked for among them, and not among thousands.
    recent: Vec<Arc<Slot<A>>>,
    closed: bool,
}

impl<A: Stored> Parts<A> {
    fn slots(&self) -> std::sync::MutexGuard<'_, Slots<A>> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The entity's slot, new where it does not run, with one message counted in.
    fn enter(&self, id: A::Id) -> Result<Arc<Slot<A>>, Failure> {
        let mut slots = self.slots();
        if slots.closed {
            return Err(Failure::Overloaded);
        }
        let slot = slots
            .by_id
            .entry(id)
            .or_insert_with(|| self.new_slot(Fanout::new(id)))
            .clone();
        slot.expect();
        slot.last_used
            .store(self.clock.now().as_ms(), Ordering::Relaxed);
        if !slot.recent.swap(true, Ordering::Relaxed) {
            slots.recent.push(slot.clone());
            if slots.recent.len() == 1 {
                self.used.notify_one();
            }
        }
        Ok(slot)
    }

    fn new_slot(&self, fanout: Arc<Fanout<A>>) -> Arc<Slot<A>> {
        Arc::new(Slot {
            actor: OnceCell::new(),
            fanout,
            permits: Arc::new(Semaphore::new(self.policy.waiting)),
            pending: AtomicU64::new(0),
            last_used: AtomicI64::new(self.clock.now().as_ms()),
            recent: AtomicBool::new(false),
        })
    }

    /// Gives up the slot of an entity that wants to stop; refused where somebody has sent a message meanwhile.
    pub(super) fn release(&self, id: A::Id, slot: &Arc<Slot<A>>) -> bool {
        let mut slots = self.slots();
        let ours = slots
            .by_id
            .get(&id)
            .is_some_and(|current| Arc::ptr_eq(current, slot));
        if !ours || slot.pending.load(Ordering::Acquire) > 0 {
            return false;
        }
        slots.by_id.remove(&id);
        if let Some(actor) = slot.actor.get() {
            slots.by_actor.remove(&actor.get_id());
        }
        true
    }

    /// An actor is gone though nobody stopped it. Says which entity that was, and whether somebody follows it. What it
    /// could not tell is known by its fan-out, so that stays.
    pub(super) fn lost(&self, actor: ActorId) -> Option<(A::Id, bool)> {
        let (id, slot) = {
            let mut slots = self.slots();
            let id = slots.by_actor.remove(&actor)?;
            (id, slots.by_id.get(&id).cloned()?)
        };
        let current = slot
            .actor
            .get()
            .is_some_and(|current| current.get_id() == actor);
        let followed = slot.fanout.subscriber_count() > 0;
        current.then(|| {
            self.replace(id, &slot);
            (id, followed)
        })
    }

    /// A slot whose actor is dead or could not be started makes way: for a new one with the same fan-out, where that has
    /// followers, or knows what was told already.
    fn replace(&self, id: A::Id, slot: &Arc<Slot<A>>) {
        let fanout = &slot.fanout;
        let stays = fanout.subscriber_count() > 0 || fanout.published().is_some();
        let mut slots = self.slots();
        if slots
            .by_id
            .get(&id)
            .is_some_and(|current| Arc::ptr_eq(current, slot))
        {
            slots.by_id.remove(&id);
            if stays {
                let fresh = self.new_slot(slot.fanout.clone());
                slots.by_id.insert(id, fresh);
            }
        }
    }
}

/// Every running entity of one kind. Cheap to clone.
pub struct Registry<A: Stored> {
    parts: Arc<Parts<A>>,
    supervisor: ActorRef<()>,
}

impl<A: Stored> Clone for Registry<A> {
    fn clone(&self) -> Self {
        Self {
            parts: self.parts.clone(),
            supervisor: self.supervisor.clone(),
        }
    }
}

impl<A: Stored> Registry<A> {
    /// Starts a registry with no entity running. Needs a tokio runtime.
    ///
    /// # Errors
    /// Where the supervisor cannot be started.
    pub async fn start(
        journal: Arc<dyn Journal>,
        clock: Arc<dyn Clock>,
        surroundings: Arc<dyn Surroundings<A>>,
        policy: Policy,
    ) -> Result<Self, Failure> {
        let slots = Slots {
            by_id: HashMap::new(),
            by_actor: HashMap::new(),
            recent: Vec::new(),
            closed: false,
        };
        let parts = Arc::new(Parts {
            journal,
            clock,
            surroundings,
            internal: Arc::new(Semaphore::new(Semaphore::MAX_PERMITS)),
            policy,
            slots: Mutex::new(slots),
            used: Arc::default(),
        });
        let supervisor = Supervisor(Arc::downgrade(&parts));
        let (supervisor, _) = Actor::spawn(None, supervisor, ())
            .await
            .map_err(|error| Failure::Unknown(error.to_string()))?;
        let used = parts.used.clone();
        tokio::spawn(idle::sweep(Arc::downgrade(&parts), used, policy.idle));
        Ok(Self::assemble(parts, supervisor))
    }

    /// Gives a command, and waits until what it led to is durable.
    ///
    /// # Errors
    /// Where the rules or the machine say no.
    pub async fn execute(
        &self,
        id: A::Id,
        order: Order<A>,
    ) -> Result<Executed<A::Event>, ExecuteError<A::Rejection>> {
        self.submit(id, order)
            .await
            .map_err(ExecuteError::Failed)?
            .await
            .unwrap_or_else(|_| Err(ExecuteError::Failed(lost_reply())))
    }

    /// Gives a command; the answer comes through the receiver once what it led to is durable. Commands submitted one
    /// after the other are decided in that order.
    ///
    /// # Errors
    /// Where too many wait, or the entity cannot be started.
    pub async fn submit(
        &self,
        id: A::Id,
        order: Order<A>,
    ) -> Result<oneshot::Receiver<Result<Executed<A::Event>, ExecuteError<A::Rejection>>>, Failure>
    {
        let (reply, answer) = oneshot::channel();
        let slot = self.parts.enter(id)?;
        let Ok(permit) = slot.permits.clone().try_acquire_owned() else {
            slot.handled();
            return Err(Failure::Overloaded);
        };
        self.send(id, &slot, Message::Execute(Box::new(order), reply, permit))
            .await?;
        Ok(answer)
    }

    /// Looks at the state, once everything it contains is durable.
    ///
    /// # Errors
    /// Where the entity cannot be started, or breaks off.
    pub async fn query<R: Send + 'static>(
        &self,
        id: A::Id,
        look: impl FnOnce(&A, Head) -> R + Send + 'static,
    ) -> Result<R, Failure> {
        let (reply, answer) = oneshot::channel();
        let slot = self.parts.enter(id)?;
        let message = Message::Query(Box::new(move |state, head| {
            let seen = look(state, head);
            Box::new(move || {
                let _ = reply.send(seen);
            })
        }));
        self.send(id, &slot, message).await?;
        answer.await.map_err(|_| lost_reply())
    }

    /// Follows an entity: first everything, or what was missed since `resume`, then each entry once, in order.
    ///
    /// # Errors
    /// Where the entity cannot be started, or breaks off.
    pub async fn watch(
        &self,
        id: A::Id,
        subscriber: Subscriber<A>,
        resume: Option<Resume>,
    ) -> Result<(), Failure> {
        let (done, answer) = oneshot::channel();
        let slot = self.parts.enter(id)?;
        self.send(id, &slot, Message::Watch(subscriber, resume, done))
            .await?;
        answer.await.map_err(|_| lost_reply())
    }

    /// Follows an entity no more. Nothing happens where it does not run.
    pub fn unwatch(&self, id: A::Id, connection: ConnectionId) {
        if let Some(slot) = self.running(id) {
            slot.fanout.unsubscribe(connection);
        }
    }

    /// Shows something passing to whoever follows.
    pub fn show(&self, id: A::Id, what: Ephemeral) {
        if let Some(slot) = self.running(id) {
            slot.fanout.show(what);
        }
    }

    /// How many connections follow an entity.
    pub fn followers(&self, id: A::Id) -> usize {
        self.running(id)
            .map_or(0, |slot| slot.fanout.subscriber_count())
    }

    /// Asks entities that nobody has used for a while to stop, without waiting for the next look around.
    pub fn sweep(&self) {
        self.parts.sweep();
    }

    /// How many entities run.
    pub fn running_count(&self) -> usize {
        self.parts.slots().by_id.len()
    }

    fn running(&self, id: A::Id) -> Option<Arc<Slot<A>>> {
        self.parts.slots().by_id.get(&id).cloned()
    }

    async fn send(
        &self,
        id: A::Id,
        slot: &Arc<Slot<A>>,
        message: Message<A>,
    ) -> Result<(), Failure> {
        let started = slot.actor.get_or_try_init(|| self.spawn(id, slot)).await;
        let sent = started.and_then(|actor| actor.cast(message).map_err(|_| lost_reply()));
        if sent.is_err() {
            slot.handled();
            self.parts.replace(id, slot);
        }
        sent
    }

    async fn spawn(&self, id: A::Id, slot: &Arc<Slot<A>>) -> Result<ActorRef<Message<A>>, Failure> {
        let start = Start {
            id,
            slot: slot.clone(),
        };
        let entity = Entity(self.parts.clone());
        let (actor, _) = Actor::spawn_linked(None, entity, start, self.supervisor.get_cell())
            .await
            .map_err(|error| {
                tracing::error!(entity = %id, %error, "an entity could not be started");
                Failure::Unknown("the entity could not be read from the journal".to_owned())
            })?;
        self.parts.slots().by_actor.insert(actor.get_id(), id);
        Ok(actor)
    }

    pub(super) fn assemble(parts: Arc<Parts<A>>, supervisor: ActorRef<()>) -> Self {
        Self { parts, supervisor }
    }

    /// Starts an entity, where it does not run.
    ///
    /// # Errors
    /// Where it cannot be started.
    pub async fn wake(&self, id: A::Id) -> Result<(), Failure> {
        self.query(id, |_, _| ()).await
    }

    /// Stops every entity, after what it is doing is durable. Further commands are refused.
    pub async fn close(&self) {
        let slots: Vec<_> = {
            let mut slots = self.parts.slots();
            slots.closed = true;
            slots.by_id.drain().collect()
        };
        for (_, slot) in slots {
            let Some(actor) = slot.actor.get() else {
                continue;
            };
            let (reply, durable) = oneshot::channel();
            slot.expect();
            let look = Message::Query(Box::new(move |_: &A, _| {
                Box::new(move || {
                    let _ = reply.send(());
                })
            }));
            if actor.cast(look).is_ok() {
                let _ = durable.await;
            }
            let _ = actor.stop_and_wait(None, None).await;
        }
        self.supervisor.stop(None);
    }
}

fn lost_reply() -> Failure {
    Failure::Unknown("the entity broke off: try again".to_owned())
}
