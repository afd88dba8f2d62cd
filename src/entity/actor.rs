//! `Entity`: the one generic actor around an aggregate. Decides, appends, and, once durable, answers and publishes.
//!
//! Appends are pipelined: a command is decided on the state that the ones before it lead to, while those are still on
//! their way to the disk. Nothing leaves the actor before it is durable: replies, looks at the state and publications
//! wait for the entry they depend on. Where an append fails, everything behind it fails too, and the entity comes back
//! from the journal.

use std::collections::VecDeque;
use std::sync::Arc;

use ractor::{Actor, ActorProcessingErr, ActorRef};
use tokio::sync::OwnedSemaphorePermit;
use tokio::task::AbortHandle;

use super::fanout::Subscriber;
use super::hooks::Encoded;
use super::message::{
    Deliver, ExecuteError, Executed, Failure, Idempotency, Message, Order, Reply, Resume,
};
use super::recent::Recent;
use super::registry::{Parts, Slot};
use crate::domain::aggregate::{By, Claim, Context};
use crate::journal::stored::Stored;
use crate::journal::{
    Append, AppendError, Cause, Damage, Entry, Head, Journal, Seq, StreamId, replay,
};
use crate::time::Timestamp;

/// A returning follower gets at most this many missed entries; beyond, a snapshot is shorter.
const MAX_RESUME: u64 = 200;
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
    reply: Option<Reply<A>>,
    permit: OwnedSemaphorePermit,
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
    /// Snapshot, then the tail through `evolve`. What became durable but was not told before the actor was lost is told
    /// now.
    fn activate(&self, Start { id, slot }: Start<A>) -> Result<Live<A>, Damage> {
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
            if entry.at >= now - super::recent::REMEMBERED {
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
    fn tell_late(&self, id: A::Id, slot: &Slot<A>, state: &A, entries: Vec<Arc<Entry<A::Event>>>) {
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

    fn append(
        &self,
        myself: &ActorRef<Message<A>>,
        live: &mut Live<A>,
        entry: Entry<A::Event>,
        reply: Option<Reply<A>>,
        permit: OwnedSemaphorePermit,
    ) {
        let claims: Vec<Claim> = entry.events.iter().flat_map(A::claims).collect();
        let append = Append {
            stream: live.stream,
            expected: live.head.seq,
            bytes: A::encode_entry(&entry),
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
        let ticket = live.tickets;
        live.in_flight.push_back(InFlight {
            ticket,
            entry: Arc::new(entry),
            reply,
            permit,
            waiting: Vec::new(),
        });
        live.slot.expect();
        let myself = myself.clone();
        self.0.journal.append(
            append,
            Box::new(move |result| {
                // A stopped actor has nobody left to tell; the entry, where durable, is read at the next start.
                let _ = myself.cast(Message::Appended(ticket, result));
            }),
        );
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
                    .publish(vec![done.entry.clone()], vec![done.permit]);
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
        for mut behind in live.in_flight.drain(..) {
            if let Some(reply) = behind.reply.take() {
                let _ = reply.send(Err(ExecuteError::Failed(Failure::Overloaded)));
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

    fn watch(
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
    fn missed(
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

    fn set_alarm(&self, myself: &ActorRef<Message<A>>, live: &mut Live<A>) {
        let due = live.state.alarm().map(|alarm| alarm.at);
        if due == live.alarm.as_ref().map(|(at, _)| *at) {
            return;
        }
        live.cancel_alarm();
        live.alarm_generation += 1;
        let Some(at) = due else { return };
        let (generation, myself) = (live.alarm_generation, myself.clone());
        let wait = at.since(self.0.clock.now()).to_std();
        let slot = live.slot.clone();
        let timer = tokio::spawn(async move {
            tokio::time::sleep(wait).await;
            slot.expect();
            let _ = myself.cast(Message::Alarm(generation));
        });
        live.alarm = Some((at, timer.abort_handle()));
    }

    /// The alarm is due: gives the command it stands for, by the system.
    fn ring(&self, myself: &ActorRef<Message<A>>, live: &mut Live<A>, generation: u64) {
        if generation != live.alarm_generation {
            return;
        }
        live.alarm = None;
        let Some(alarm) = live.state.alarm() else {
            return;
        };
        let Ok(permit) = self.0.internal.clone().try_acquire_owned() else {
            return self.set_alarm(myself, live);
        };
        let order = Order {
            command: alarm.command,
            by: By::System,
            key: None,
            lead: self.0.surroundings.lead(live.id),
            facts: self.0.surroundings.facts(live.id),
        };
        self.execute(myself, live, &order, None, permit);
    }

    fn keep_snapshot(&self, live: &mut Live<A>, every: u64) {
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

/// What a follower gets first where nothing is to be said.
impl Encoded {
    /// Whether there is anything to send.
    pub fn is_empty(&self) -> bool {
        self.messages == 0
    }
}
