//! Fan-out: one entry to many connections. An entry is encoded once a dialect; every connection shares those bytes.
//!
//! One task an entity owns the subscribers, so that writing to thousands of sockets never holds up the next decision.
//! What waits when it comes around is joined into one write a connection. It outlives its actor: one that comes back
//! after a panic goes on where publication ended, without a gap. An entity that nobody has followed has no task: most
//! users and sessions never do.

use std::any::Any;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use tokio::sync::{OwnedSemaphorePermit, mpsc};

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

/// The connections of one dialect.
struct Group<A: Aggregate> {
    encoder: Arc<dyn Encoder<A>>,
    outlets: Vec<(ConnectionId, Arc<dyn Outlet>)>,
}

struct Task<A: Aggregate> {
    id: A::Id,
    groups: Vec<Group<A>>,
    count: Arc<AtomicUsize>,
}

/// How many connections are written to before other tasks get their turn.
const TURN: usize = 256;
/// How many orders are looked at together.
const BATCH: usize = 64;

impl<A: Aggregate> Task<A> {
    async fn run(mut self, mut inbox: mpsc::UnboundedReceiver<Order<A>>) {
        let mut orders = Vec::with_capacity(BATCH);
        while inbox.recv_many(&mut orders, BATCH).await > 0 {
            let mut entries = Vec::new();
            let mut permits = Vec::new();
            for order in orders.drain(..) {
                if let Order::Publish(more, permit) = order {
                    entries.extend(more);
                    permits.extend(permit);
                    continue;
                }
                self.publish(&std::mem::take(&mut entries)).await;
                match order {
                    Order::Publish(..) => {}
                    Order::Subscribe(subscriber, first) => self.subscribe(subscriber, &first),
                    Order::Unsubscribe(id) => self.remove(|connection, _| connection == id),
                    Order::Show(what) => self.show(&what).await,
                }
            }
            self.publish(&entries).await;
            drop(permits);
        }
    }

    async fn publish(&mut self, entries: &[Arc<Entry<A::Event>>]) {
        if entries.is_empty() {
            return;
        }
        for at in 0..self.groups.len() {
            let encoded = self.groups[at].encoder.entries(self.id, entries);
            self.deliver(at, &encoded).await;
        }
        self.sweep();
    }

    async fn show(&mut self, what: &Ephemeral) {
        for at in 0..self.groups.len() {
            if let Some(encoded) = self.groups[at].encoder.ephemeral(self.id, what.as_ref()) {
                self.deliver(at, &encoded).await;
            }
        }
        self.sweep();
    }

    /// The hot loop: one non-blocking write a connection.
    async fn deliver(&self, group: usize, encoded: &Encoded) {
        if encoded.messages == 0 {
            return;
        }
        for turn in self.groups[group].outlets.chunks(TURN) {
            for (_, outlet) in turn {
                outlet.offer(&encoded.bytes, encoded.messages);
            }
            if turn.len() == TURN {
                tokio::task::yield_now().await;
            }
        }
    }

    fn subscribe(&mut self, subscriber: Subscriber<A>, first: &Encoded) {
        self.remove(|connection, _| connection == subscriber.id);
        let sent = first.messages == 0
            || subscriber.outlet.offer(&first.bytes, first.messages) == Offer::Taken;
        if !sent {
            self.count.fetch_sub(1, Ordering::AcqRel);
            return;
        }
        let entry = (subscriber.id, subscriber.outlet);
        match self
            .groups
            .iter_mut()
            .find(|group| Arc::ptr_eq(&group.encoder, &subscriber.encoder))
        {
            Some(group) => group.outlets.push(entry),
            None => self.groups.push(Group {
                encoder: subscriber.encoder,
                outlets: vec![entry],
            }),
        }
    }

    /// Forgets the connections that are over.
    fn sweep(&mut self) {
        self.remove(|_, outlet| outlet.is_closed());
    }

    fn remove(&mut self, gone: impl Fn(ConnectionId, &dyn Outlet) -> bool) {
        let mut removed = 0;
        for group in &mut self.groups {
            let before = group.outlets.len();
            group
                .outlets
                .retain(|(id, outlet)| !gone(*id, outlet.as_ref()));
            removed += before - group.outlets.len();
        }
        if removed > 0 {
            self.groups.retain(|group| !group.outlets.is_empty());
            self.count.fetch_sub(removed, Ordering::AcqRel);
        }
    }
}

/// Bytes that are ready to be written.
impl Encoded {
    /// Nothing to send.
    pub const NOTHING: Self = Self {
        bytes: Bytes::new(),
        messages: 0,
    };
}
