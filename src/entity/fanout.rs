//! Fan-out: one entry to many connections. An entry is encoded once a dialect; every connection shares those bytes.
//!
//! One task an entity owns the subscribers, so that writing to thousands of sockets never holds up the next decision; how
//! they are written to is `group.rs`. It outlives its actor: one that comes back after a panic goes on where publication
//! ended, without a gap. An entity that nobody has followed has no task: most users and sessions never do.

mod group;

use std::any::Any;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, mpsc};

use group::{Group, Permits};

use super::hooks::{Encoded, Encoder, Offer, Outlet};
use crate::domain::aggregate::Aggregate;
use crate::ids::ConnectionId;
use crate::journal::{Entry, Seq};

/// A connection that follows an entity.
pub struct Subscriber<A: Aggregate> {
    /// Which connection.
    pub id: ConnectionId,
    /// How it is spoken to.
    pub encoder: Arc<dyn Encoder<A>>,
    /// Where its bytes go.
    pub outlet: Arc<dyn Outlet>,
}

impl<A: Aggregate> Clone for Subscriber<A> {
    fn clone(&self) -> Self {
        Self {
            id: self.id,
            encoder: self.encoder.clone(),
            outlet: self.outlet.clone(),
        }
    }
}

/// Something passing that is shown to whoever follows, and never journaled.
pub type Ephemeral = Arc<dyn Any + Send + Sync>;

/// Nothing is known of what was published.
const NOT_BEGUN: u64 = u64::MAX;

enum Order<A: Aggregate> {
    Publish(Vec<Arc<Entry<A::Event>>>, Vec<OwnedSemaphorePermit>),
    Subscribe(Subscriber<A>, Encoded),
    Unsubscribe(ConnectionId),
    Show(Ephemeral),
}

/// The way to an entity's subscribers.
pub struct Fanout<A: Aggregate> {
    id: A::Id,
    /// To the task, from the first subscriber on.
    orders: OnceLock<mpsc::UnboundedSender<Order<A>>>,
    published: AtomicU64,
    subscribers: Arc<AtomicUsize>,
}

impl<A: Aggregate> Fanout<A> {
    /// For the entity `id`, with no subscriber. The task that comes with the first ends when this value and every order
    /// are gone.
    pub fn new(id: A::Id) -> Arc<Self> {
        Arc::new(Self {
            id,
            orders: OnceLock::new(),
            published: AtomicU64::new(NOT_BEGUN),
            subscribers: Arc::default(),
        })
    }

    /// Sends durable entries to every subscriber, in order. The permits of their commands come back when that is done,
    /// which bounds what waits here.
    pub fn publish(&self, entries: Vec<Arc<Entry<A::Event>>>, permits: Vec<OwnedSemaphorePermit>) {
        if let Some(last) = entries.last() {
            self.published.store(last.seq.0, Ordering::Release);
        }
        self.tell(Order::Publish(entries, permits));
    }

    /// Adds a subscriber behind everything published so far; `first` is sent to it alone before what follows.
    pub fn subscribe(&self, subscriber: Subscriber<A>, first: Encoded) {
        self.subscribers.fetch_add(1, Ordering::AcqRel);
        let orders = self.orders.get_or_init(|| self.start());
        let _ = orders.send(Order::Subscribe(subscriber, first));
    }

    /// Takes a subscriber out.
    pub fn unsubscribe(&self, id: ConnectionId) {
        self.tell(Order::Unsubscribe(id));
    }

    /// Shows something passing to every subscriber whose dialect has a word for it.
    pub fn show(&self, what: Ephemeral) {
        self.tell(Order::Show(what));
    }

    /// How many connections follow.
    pub fn subscriber_count(&self) -> usize {
        self.subscribers.load(Ordering::Acquire)
    }

    /// The last entry published, or the last there was when the entity first came to be here; none before that.
    pub fn published(&self) -> Option<Seq> {
        let last = self.published.load(Ordering::Acquire);
        (last != NOT_BEGUN).then_some(Seq(last))
    }

    /// The entity is here, with that as its last entry: what comes behind it is to be published. Only the first call
    /// counts.
    pub fn begin(&self, last: Seq) {
        let _ =
            self.published
                .compare_exchange(NOT_BEGUN, last.0, Ordering::AcqRel, Ordering::Acquire);
    }

    fn tell(&self, order: Order<A>) {
        if let Some(orders) = self.orders.get() {
            let _ = orders.send(order);
        }
    }

    fn start(&self) -> mpsc::UnboundedSender<Order<A>> {
        let (orders, inbox) = mpsc::unbounded_channel();
        let task = Task::<A> {
            id: self.id,
            groups: Vec::new(),
            count: Arc::clone(&self.subscribers),
        };
        tokio::spawn(task.run(inbox));
        orders
    }
}

struct Task<A: Aggregate> {
    id: A::Id,
    groups: Vec<Group<A>>,
    count: Arc<AtomicUsize>,
}

/// How many orders are looked at together.
const BATCH: usize = 64;
/// How many turns are taken before other tasks get theirs.
const TURNS: usize = 8;

impl<A: Aggregate> Task<A> {
    /// Looks at what is ordered, and for as long as somebody does not have everything, between the turns.
    async fn run(mut self, mut inbox: mpsc::UnboundedReceiver<Order<A>>) {
        let mut orders = Vec::with_capacity(BATCH);
        let mut turns = 0;
        loop {
            if self.groups.iter().all(Group::is_done) {
                if inbox.recv_many(&mut orders, BATCH).await == 0 {
                    return;
                }
            } else if let Some(patience) = self.patience() {
                let more = inbox.recv_many(&mut orders, BATCH);
                if let Ok(0) = tokio::time::timeout(patience, more).await {
                    self.groups.iter_mut().for_each(Group::wait_no_more);
                }
            } else {
                turns += 1;
                if turns % TURNS == 0 {
                    tokio::task::yield_now().await;
                }
                let waiting = std::iter::from_fn(|| inbox.try_recv().ok());
                orders.extend(waiting.take(BATCH));
            }
            self.follow(&mut orders);
            let removed = self.groups.iter_mut().map(Group::turn).sum();
            self.note_removed(removed);
        }
    }

    /// How long there is nothing to write unless more comes; none where somebody is to be written to now.
    fn patience(&self) -> Option<Duration> {
        let mut shortest = None;
        for group in self.groups.iter().filter(|group| !group.is_done()) {
            let patience = group.patience()?;
            shortest = Some(shortest.map_or(patience, |other: Duration| other.min(patience)));
        }
        shortest
    }

    fn follow(&mut self, orders: &mut Vec<Order<A>>) {
        let (mut entries, mut permits) = (Vec::new(), Vec::new());
        for order in orders.drain(..) {
            if let Order::Publish(more, permit) = order {
                entries.extend(more);
                permits.extend(permit);
                continue;
            }
            self.publish(&std::mem::take(&mut entries), std::mem::take(&mut permits));
            match order {
                Order::Publish(..) => {}
                Order::Subscribe(subscriber, first) => self.subscribe(subscriber, &first),
                Order::Unsubscribe(id) => self.remove(id),
                Order::Show(what) => self.show(&what),
            }
        }
        self.publish(&entries, permits);
    }

    fn publish(&mut self, entries: &[Arc<Entry<A::Event>>], permits: Vec<OwnedSemaphorePermit>) {
        if entries.is_empty() {
            return;
        }
        let permits = Permits::new(permits);
        for group in &mut self.groups {
            let encoded = group.encoder.entries(self.id, entries);
            group.push(encoded, &permits);
        }
    }

    fn show(&mut self, what: &Ephemeral) {
        for group in &mut self.groups {
            if let Some(encoded) = group.encoder.ephemeral(self.id, what.as_ref()) {
                group.push(encoded, &Permits::default());
            }
        }
    }

    fn subscribe(&mut self, subscriber: Subscriber<A>, first: &Encoded) {
        let Subscriber {
            id,
            encoder,
            outlet,
        } = subscriber;
        self.remove(id);
        let sent =
            first.messages == 0 || outlet.offer(&first.bytes, first.messages) == Offer::Taken;
        if !sent {
            self.count.fetch_sub(1, Ordering::AcqRel);
            return;
        }
        let same = |group: &&mut Group<A>| Arc::ptr_eq(&group.encoder, &encoder);
        match self.groups.iter_mut().find(same) {
            Some(group) => group.add(id, outlet),
            None => {
                let mut group = Group::new(encoder);
                group.add(id, outlet);
                self.groups.push(group);
            }
        }
    }

    fn remove(&mut self, id: ConnectionId) {
        let groups = self.groups.iter_mut();
        let removed = groups
            .map(|group| group.remove(|connection, _| connection == id))
            .sum();
        self.note_removed(removed);
    }

    fn note_removed(&mut self, removed: usize) {
        if removed > 0 {
            self.groups.retain(|group| !group.is_empty());
            self.count.fetch_sub(removed, Ordering::AcqRel);
        }
    }
}
