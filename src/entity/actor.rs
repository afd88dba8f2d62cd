//! `Entity`: the one generic actor around an aggregate. Decides, appends, and, once durable, answers and publishes.
//!
//! Appends are pipelined: a command is decided on the state that the ones before it lead to, while those are still on
//! their way to the disk. Nothing leaves the actor before it is durable: replies, looks at the state and publications
//! wait for the entry they depend on. Where an append fails, everything behind it fails too, and the entity comes back
//! from the journal.

mod alarm;
mod following;
pub(super) mod waking;

use std::collections::VecDeque;
use std::sync::Arc;

use ractor::{Actor, ActorProcessingErr, ActorRef};
use tokio::sync::OwnedSemaphorePermit;
use tokio::task::AbortHandle;

use super::message::{
    Deliver, ExecuteError, Executed, Failure, Idempotency, Message, Order, Reply,
};
use super::parts::parts;
use super::recent::Recent;
use super::registry::{Parts, Slot};
use crate::domain::aggregate::{By, Claim, Context};
use crate::journal::stored::Stored;
use crate::journal::{Append, AppendError, Cause, Done, Entry, Head, Seq, StreamId};
use crate::time::Timestamp;

/// A snapshot is kept after this many entries.
const SNAPSHOT_EVERY: u64 = 512;
/// A stopping entity keeps a snapshot where at least this many entries came since the last.
const SNAPSHOT_AT_STOP: u64 = 32;

pub(super) struct Entity<A: Stored>(pub(super) Arc<Parts<A>>);

/// What an entity starts with.
pub(super) struct Start<A: Stored> {
    pub(super) id: A::Id,
    pub(super) slot: Arc<Slot<A>>,
}

/// An entry on its way to the disk, and what waits for it.
struct InFlight<A: Stored> {
    ticket: u64,
    entry: Arc<Entry<A::Event>>,
    /// It belongs to the same command as the one before it.
    goes_on: bool,
    reply: Option<Reply<A>>,
    permit: Option<OwnedSemaphorePermit>,
    waiting: Vec<Deliver>,
}

pub(super) struct Live<A: Stored> {
    id: A::Id,
    stream: StreamId,
    slot: Arc<Slot<A>>,
    /// The state after the last appended entry, durable or not.
    state: A,
    /// The number of that entry; `epoch` and `chain` are those of the last durable one.
    head: Head,
    in_flight: VecDeque<InFlight<A>>,
    /// Counts appends, so that the end of one that was given up is not taken for another's.
    tickets: u64,
    recent: Recent,
    last_at: Timestamp,
    snapshot_at: Seq,
    alarm: Option<(Timestamp, AbortHandle)>,
    alarm_generation: u64,
}

impl<A: Stored> Actor for Entity<A> {
    type Msg = Message<A>;
    type State = Live<A>;
    type Arguments = Start<A>;

    async fn pre_start(
        &self,
        myself: ActorRef<Message<A>>,
        start: Start<A>,
    ) -> Result<Live<A>, ActorProcessingErr> {
        let mut live = self.activate(start)?;
        self.set_alarm(&myself, &mut live);
        Ok(live)
    }

    async fn handle(
        &self,
        myself: ActorRef<Message<A>>,
        message: Message<A>,
        live: &mut Live<A>,
    ) -> Result<(), ActorProcessingErr> {
        live.slot.handled();
        match message {
            Message::Execute(order, reply, permit) => {
                self.execute(&myself, live, &order, Some(reply), permit)
            }
            Message::Appended(ticket, result) => {
                return self.appended(&myself, live, ticket, result);
            }
            Message::Query(look) => {
                let deliver = look(&live.state, live.head);
                live.when_durable(deliver);
            }
            Message::Watch(subscriber, resume, done) => {
                self.watch(live, subscriber, resume, done)?
            }
            Message::Alarm(generation) => self.ring(&myself, live, generation),
            Message::Passivate => self.passivate(&myself, live),
        }
        Ok(())
    }

    async fn post_stop(
        &self,
        _: ActorRef<Message<A>>,
        live: &mut Live<A>,
    ) -> Result<(), ActorProcessingErr> {
        live.cancel_alarm();
        self.keep_snapshot(live, SNAPSHOT_AT_STOP);
        Ok(())
    }
}

impl<A: Stored> Live<A> {
    /// Runs a delivery once everything appended so far is durable: now, where it is.
    fn when_durable(&mut self, deliver: Deliver) {
        match self.in_flight.back_mut() {
            Some(last) => last.waiting.push(deliver),
            None => deliver(),
        }
    }

    fn durable(&self) -> Seq {
        Seq(self.head.seq.0 - self.in_flight.len() as u64)
    }

    fn cancel_alarm(&mut self) {
        if let Some((_, timer)) = self.alarm.take() {
            timer.abort();
        }
    }
}

impl<A: Stored> Entity<A> {
    fn execute(
        &self,
        myself: &ActorRef<Message<A>>,
        live: &mut Live<A>,
        order: &Order<A>,
        reply: Option<Reply<A>>,
        permit: OwnedSemaphorePermit,
    ) {
        let now = self.0.clock.now().max(live.last_at);
        if let Some(key) = &order.key
            && let Some((seq, fingerprint)) = live.recent.find(order.by, &key.id, now)
        {
            return self.repeat(live, seq, fingerprint == key.fingerprint, reply);
        }
        let ctx = Context {
            now,
            by: order.by,
            fresh: crate::ids::fresh(now),
            lead: order.lead,
            facts: order.facts.clone(),
        };
        match live.state.decide(&order.command, &ctx) {
            Err(rejection) => {
                answer_when_durable(live, reply, Err(ExecuteError::Rejected(rejection)))
            }
            Ok(events) if events.is_empty() => {
                let seq = live.head.seq;
                answer_when_durable(live, reply, Ok(Executed { seq, entry: None }));
            }
            Ok(events) => {
                let cause = cause::<A>(&order.command, order.by, order.key.as_ref());
                let entry = Entry {
                    seq: live.head.seq.next(),
                    at: now,
                    cause,
                    events,
                };
                self.append(myself, live, entry, reply, permit);
            }
        }
    }

    /// A command that applied already: the first result again, or a conflict.
    fn repeat(&self, live: &mut Live<A>, seq: Seq, same: bool, reply: Option<Reply<A>>) {
        let result = if !same {
            Err(ExecuteError::KeyReused)
        } else if let Some(waiting) = live
            .in_flight
            .iter()
            .find(|waiting| waiting.entry.seq == seq)
        {
            Ok(Executed {
                seq,
                entry: Some(waiting.entry.clone()),
            })
        } else {
            let before = Seq(seq.0.saturating_sub(1));
            let stored = self
                .0
                .journal
                .read(live.stream, before, 1)
                .ok()
                .and_then(|mut found| found.pop());
            let entry = stored
                .and_then(|stored| A::decode_entry(&stored.bytes).ok())
                .map(Arc::new);
            Ok(Executed { seq, entry })
        };
        answer_when_durable(live, reply, result);
    }

    /// Sends what a command led to on its way to the disk: together, where it takes several entries.
    fn append(
        &self,
        myself: &ActorRef<Message<A>>,
        live: &mut Live<A>,
        entry: Entry<A::Event>,
        reply: Option<Reply<A>>,
        permit: OwnedSemaphorePermit,
    ) {
        let parts = match parts::<A>(entry) {
            Ok(parts) => parts,
            Err(failure) => {
                return answer_when_durable(live, reply, Err(ExecuteError::Failed(failure)));
            }
        };
        // Who asked hears of the last: then all of it is durable.
        let (mut reply, mut permit) = (reply, Some(permit));
        let mut left = parts.len();
        let mut appends = Vec::with_capacity(left);
        for (nth, (entry, bytes)) in parts.into_iter().enumerate() {
            left -= 1;
            appends.push(self.send_off(myself, live, &entry, bytes));
            live.in_flight.push_back(InFlight {
                ticket: live.tickets,
                entry: Arc::new(entry),
                goes_on: nth > 0,
                reply: (left == 0).then(|| reply.take()).flatten(),
                permit: (left == 0).then(|| permit.take()).flatten(),
                waiting: Vec::new(),
            });
        }
        match appends.pop() {
            Some((append, done)) if appends.is_empty() => self.0.journal.append(append, done),
            Some(last) => {
                appends.push(last);
                self.0.journal.append_together(appends);
            }
            None => {}
        }
    }

    /// Takes an entry into the state, and says how it is to be appended.
    fn send_off(
        &self,
        myself: &ActorRef<Message<A>>,
        live: &mut Live<A>,
        entry: &Entry<A::Event>,
        bytes: Vec<u8>,
    ) -> (Append, Done) {
        let claims: Vec<Claim> = entry.events.iter().flat_map(A::claims).collect();
        let append = Append {
            stream: live.stream,
            expected: live.head.seq,
            bytes,
            claims,
            has_effects: entry
                .events
                .iter()
                .any(|event| self.0.surroundings.has_effects(live.id, event)),
        };
        entry
            .events
            .iter()
            .for_each(|event| live.state.evolve(event));
        live.head.seq = entry.seq;
        live.last_at = entry.at;
        live.recent.note(entry.seq, entry.at, &entry.cause);
        live.tickets += 1;
        live.slot.expect();
        let (ticket, myself) = (live.tickets, myself.clone());
        let done = Box::new(move |result| {
            // A stopped actor has nobody left to tell; the entry, where durable, is read at the next start.
            let _ = myself.cast(Message::Appended(ticket, result));
        });
        (append, done)
    }

    fn appended(
        &self,
        myself: &ActorRef<Message<A>>,
        live: &mut Live<A>,
        ticket: u64,
        result: Result<Head, AppendError>,
    ) -> Result<(), ActorProcessingErr> {
        if live
            .in_flight
            .front()
            .is_none_or(|first| first.ticket != ticket)
        {
            return Ok(());
        }
        let Some(mut done) = live.in_flight.pop_front() else {
            return Ok(());
        };
        match result {
            Ok(head) => {
                live.head.epoch = head.epoch;
                live.head.chain = head.chain;
                let settled = live.in_flight.is_empty().then_some(&live.state);
                self.0.surroundings.durable(live.id, settled, &done.entry);
                if let Some(reply) = done.reply.take() {
                    let _ = reply.send(Ok(Executed {
                        seq: done.entry.seq,
                        entry: Some(done.entry.clone()),
                    }));
                }
                live.slot
                    .fanout
                    .publish(vec![done.entry.clone()], done.permit.into_iter().collect());
                self.0.surroundings.published(live.id, &done.entry);
                done.waiting.into_iter().for_each(|deliver| deliver());
                self.set_alarm(myself, live);
                if live.in_flight.is_empty() {
                    self.keep_snapshot(live, SNAPSHOT_EVERY);
                }
                Ok(())
            }
            Err(error) => self.break_off(myself, live, done, error),
        }
    }

    /// An append failed. What was decided on top of it is void: its callers are told, and the state is read anew. After
    /// a failed disk that is another actor's business: this one ends.
    fn break_off(
        &self,
        myself: &ActorRef<Message<A>>,
        live: &mut Live<A>,
        mut failed: InFlight<A>,
        error: AppendError,
    ) -> Result<(), ActorProcessingErr> {
        if let Some(reply) = failed.reply.take() {
            let _ = reply.send(Err(match &error {
                AppendError::ClaimTaken(key) => ExecuteError::Rejected(A::claim_taken(key)),
                other => ExecuteError::Failed(other.clone().into()),
            }));
        }
        let mut same_command = true;
        for mut behind in live.in_flight.drain(..) {
            same_command &= behind.goes_on;
            let failure = if same_command {
                error.clone().into()
            } else {
                Failure::Overloaded
            };
            if let Some(reply) = behind.reply.take() {
                let _ = reply.send(Err(ExecuteError::Failed(failure)));
            }
        }
        if let AppendError::Failed(_) | AppendError::WrongSeq { .. } = error {
            return Err(format!("{} stops: {error}", live.stream).into());
        }
        live.cancel_alarm();
        let tickets = live.tickets;
        *live = self.activate(Start {
            id: live.id,
            slot: live.slot.clone(),
        })?;
        live.tickets = tickets;
        self.set_alarm(myself, live);
        Ok(())
    }

    fn passivate(&self, myself: &ActorRef<Message<A>>, live: &mut Live<A>) {
        let busy = !live.in_flight.is_empty()
            || live.alarm.is_some()
            || live.slot.fanout.subscriber_count() > 0;
        if !busy && self.0.release(live.id, &live.slot) {
            myself.stop(None);
        }
    }
}

/// A reply that says nothing before what it depends on is durable.
fn answer_when_durable<A: Stored>(
    live: &mut Live<A>,
    reply: Option<Reply<A>>,
    result: Result<Executed<A::Event>, ExecuteError<A::Rejection>>,
) {
    if let Some(reply) = reply {
        live.when_durable(Box::new(move || {
            let _ = reply.send(result);
        }));
    }
}

fn cause<A: Stored>(command: &A::Command, by: By, key: Option<&Idempotency>) -> Cause {
    Cause {
        command: A::name(command).to_owned(),
        command_id: key.map(|key| key.id.clone()),
        fingerprint: key.map_or(0, |key| key.fingerprint),
        by,
    }
}
