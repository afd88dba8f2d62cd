//! The connections of one dialect that follow one entity, written to in rounds, a few at a time.
//!
//! What comes while a round is under way goes along with it: each connection is written everything it does not have yet,
//! joined into one write. So nobody waits for a round to end, and the more comes at once the fewer writes it takes. Between
//! two long rounds that carry much, those whom the first released get a moment to come back and share the second. Knows
//! nothing of what is said.

use std::borrow::Borrow;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use tokio::sync::OwnedSemaphorePermit;

use crate::clock::Stopwatch;
use crate::domain::aggregate::Aggregate;
use crate::entity::hooks::{Encoded, Encoder, Offer, Outlet};
use crate::ids::ConnectionId;
use crate::journal::gather::{Company, Gather};

/// How many connections are written to before what came meanwhile is looked at.
const TURN: usize = 16;
/// This part of what was the most is forgotten with each round.
const FORGET: usize = 16;
/// A shorter wait than this the runtime's timer cannot keep.
const SHORTEST_WAIT: Duration = Duration::from_millis(1);

/// The connections of one dialect.
pub(super) struct Group<A: Aggregate> {
    pub(super) encoder: Arc<dyn Encoder<A>>,
    followers: Vec<Follower>,
    /// What some follower does not have yet, oldest first.
    pieces: VecDeque<Piece>,
    /// The number of the first of them.
    first: u64,
    /// Who is written to next.
    next: usize,
    /// What everybody has when the round is over: every piece before this number.
    round: u64,
    /// Somebody would take nothing in this round.
    refused: bool,
    /// Since when the round goes on, or the wait before it.
    since: Stopwatch,
    gather: Gather,
    /// The most messages that a round lately began with.
    most: usize,
    /// Whom the next round waits for.
    company: Option<Company>,
}

struct Follower {
    id: ConnectionId,
    outlet: Arc<dyn Outlet>,
    /// It has every piece before this number.
    has: u64,
}

struct Piece {
    encoded: Encoded,
    /// Of the commands that led to it, until every follower of every group has it.
    _permits: Permits,
}

/// Permits of commands that are on their way to the followers.
pub(super) type Permits = Arc<Vec<OwnedSemaphorePermit>>;

impl<A: Aggregate> Group<A> {
    pub(super) fn new(encoder: Arc<dyn Encoder<A>>) -> Self {
        Self {
            encoder,
            followers: Vec::new(),
            pieces: VecDeque::new(),
            first: 0,
            next: 0,
            round: 0,
            refused: false,
            since: Stopwatch::start(),
            gather: Gather::default(),
            most: 0,
            company: None,
        }
    }

    /// One more follower, who has everything so far.
    pub(super) fn add(&mut self, id: ConnectionId, outlet: Arc<dyn Outlet>) {
        let has = self.end();
        self.followers.push(Follower { id, outlet, has });
    }

    /// Something for every follower there is.
    pub(super) fn push(&mut self, encoded: Encoded, permits: &Permits) {
        if encoded.messages > 0 {
            self.pieces.push_back(Piece {
                encoded,
                _permits: permits.clone(),
            });
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.followers.is_empty()
    }

    /// Whether everybody has everything.
    pub(super) fn is_done(&self) -> bool {
        self.pieces.is_empty()
    }

    /// How long the next round still waits for company; none where it does not, or there is nothing to write.
    pub(super) fn patience(&self) -> Option<Duration> {
        let company = self.company.filter(|_| !self.is_done())?;
        let left = company.patience.saturating_sub(self.since.elapsed());
        let missing = messages(self.pieces.iter()) < company.entries;
        Some(left).filter(|left| missing && !left.is_zero())
    }

    /// Whoever else comes is not waited for.
    pub(super) fn wait_no_more(&mut self) {
        self.company = None;
    }

    /// The hot loop: one non-blocking write to each of the next few followers. How many were found to be over.
    pub(super) fn turn(&mut self) -> usize {
        if self.is_done() || self.patience().is_some() {
            return 0;
        }
        let end = self.end();
        if self.next == 0 {
            self.begin_round(end);
        }
        let stop = (self.next + TURN).min(self.followers.len());
        let mut joined = Encoded::NOTHING;
        let mut joined_from = end;
        let followers = &mut self.followers[self.next..stop];
        // Looked at together, they come from memory together and not one after another.
        self.refused |= followers
            .iter()
            .filter(|follower| follower.outlet.is_closed())
            .count()
            > 0;
        for follower in followers {
            if follower.has == end {
                continue;
            }
            if follower.has != joined_from {
                joined_from = follower.has;
                joined = join(self.pieces.range((joined_from - self.first) as usize..));
            }
            let offer = follower.outlet.offer(&joined.bytes, joined.messages);
            self.refused |= offer == Offer::Refused;
            follower.has = end;
        }
        self.next = stop;
        if stop < self.followers.len() {
            return 0;
        }
        self.end_round()
    }

    fn begin_round(&mut self, end: u64) {
        let messages = messages(self.pieces.iter());
        self.round = end;
        self.most = messages.max(self.most - self.most.div_ceil(FORGET));
        self.gather.came(messages);
        self.company = None;
        self.since = Stopwatch::start();
    }

    fn end_round(&mut self) -> usize {
        self.next = 0;
        let told = messages(self.pieces.drain(..(self.round - self.first) as usize));
        self.first = self.round;
        self.wait_for(told, self.since.elapsed());
        if !std::mem::take(&mut self.refused) {
            return 0;
        }
        self.remove(|_, outlet| outlet.is_closed())
    }

    /// A round that took so long brought so many messages to everybody: lets the next one wait for as many, if it pays.
    ///
    /// Of those told some may be back already, with what came while the round was under way; that they are all together is
    /// known from the rounds before.
    fn wait_for(&mut self, told: usize, took: Duration) {
        let waiting = messages(self.pieces.iter());
        let away = told.min(self.most.saturating_sub(waiting));
        let company = self.gather.after(away, waiting, took);
        self.company = company.filter(|company| company.patience >= SHORTEST_WAIT);
        self.since = Stopwatch::start();
    }

    /// Takes followers out; how many.
    pub(super) fn remove(&mut self, gone: impl Fn(ConnectionId, &dyn Outlet) -> bool) -> usize {
        let before = self.followers.len();
        let (mut at, mut passed) = (0, 0);
        self.followers.retain(|follower| {
            let goes = gone(follower.id, follower.outlet.as_ref());
            passed += usize::from(goes && at < self.next);
            at += 1;
            !goes
        });
        self.next -= passed;
        before - self.followers.len()
    }

    /// The number of the piece that comes next.
    fn end(&self) -> u64 {
        self.first + self.pieces.len() as u64
    }
}

fn messages(pieces: impl Iterator<Item: Borrow<Piece>>) -> usize {
    pieces.map(|piece| piece.borrow().encoded.messages).sum()
}

fn join<'a>(mut pieces: impl ExactSizeIterator<Item = &'a Piece> + Clone) -> Encoded {
    if pieces.len() == 1
        && let Some(only) = pieces.next()
    {
        return only.encoded.clone();
    }
    let size = pieces.clone().map(|piece| piece.encoded.bytes.len()).sum();
    let mut bytes = BytesMut::with_capacity(size);
    let mut messages = 0;
    for Piece { encoded, .. } in pieces {
        bytes.extend_from_slice(&encoded.bytes);
        messages += encoded.messages;
    }
    Encoded {
        bytes: bytes.freeze(),
        messages,
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

#[cfg(test)]
mod tests {
    use std::any::Any;
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicBool, Ordering};

    use proptest::prelude::*;
    use tokio::sync::Semaphore;

    use super::*;
    use crate::domain::room::{Event, Room};
    use crate::ids::RoomId;
    use crate::journal::{Entry, Epoch, Seq};

    struct Silent;

    impl Encoder<Room> for Silent {
        fn entries(&self, _: RoomId, _: &[Arc<Entry<Event>>]) -> Encoded {
            Encoded::NOTHING
        }
        fn snapshot(&self, _: RoomId, _: &Room, _: Epoch, _: Seq) -> Encoded {
            Encoded::NOTHING
        }
        fn resumed(&self, _: RoomId, _: Epoch, _: Seq, _: &[Arc<Entry<Event>>]) -> Encoded {
            Encoded::NOTHING
        }
        fn ephemeral(&self, _: RoomId, _: &(dyn Any + Send + Sync)) -> Option<Encoded> {
            None
        }
    }

    /// Keeps the writes it was offered.
    #[derive(Default)]
    struct Ear {
        writes: Mutex<Vec<Bytes>>,
        closed: AtomicBool,
    }

    impl Ear {
        fn writes(&self) -> usize {
            self.writes.lock().unwrap().len()
        }

        fn heard(&self) -> Vec<u8> {
            self.writes.lock().unwrap().concat()
        }
    }

    impl Outlet for Ear {
        fn offer(&self, bytes: &Bytes, messages: usize) -> Offer {
            assert_eq!(bytes.len(), messages);
            if self.is_closed() {
                return Offer::Refused;
            }
            self.writes.lock().unwrap().push(bytes.clone());
            Offer::Taken
        }

        fn is_closed(&self) -> bool {
            self.closed.load(Ordering::SeqCst)
        }
    }

    fn group() -> Group<Room> {
        Group::new(Arc::new(Silent))
    }

    fn come(group: &mut Group<Room>, id: u64) -> Arc<Ear> {
        let ear = Arc::<Ear>::default();
        group.add(ConnectionId(id), ear.clone());
        ear
    }

    fn say(group: &mut Group<Room>, word: u8) {
        let encoded = Encoded {
            bytes: Bytes::from(vec![word]),
            messages: 1,
        };
        group.push(encoded, &Permits::default());
    }

    fn finish(group: &mut Group<Room>) {
        while !group.is_done() {
            group.turn();
        }
    }

    #[test]
    fn what_comes_during_a_round_goes_along_with_it_in_one_write() {
        let mut group = group();
        let ears: Vec<_> = (0..3 * TURN as u64)
            .map(|id| come(&mut group, id))
            .collect();
        say(&mut group, 1);
        group.turn();
        say(&mut group, 2);
        finish(&mut group);
        for (at, ear) in ears.iter().enumerate() {
            assert_eq!(ear.heard(), [1, 2]);
            assert_eq!(ear.writes(), if at < TURN { 2 } else { 1 }, "{at}");
        }
    }

    #[test]
    fn a_command_is_over_once_the_last_follower_has_it() {
        let mut group = group();
        (0..2 * TURN as u64).for_each(|id| drop(come(&mut group, id)));
        let permits = Arc::new(Semaphore::new(1));
        let permit = permits.clone().try_acquire_owned().unwrap();
        let encoded = Encoded {
            bytes: Bytes::from_static(b"x"),
            messages: 1,
        };
        group.push(encoded, &Arc::new(vec![permit]));
        group.turn();
        assert_eq!(permits.available_permits(), 0);
        group.turn();
        assert_eq!(permits.available_permits(), 1);
    }

    #[test]
    fn between_rounds_that_carry_much_those_whom_the_first_released_are_waited_for() {
        let mut group = group();
        let ear = come(&mut group, 1);
        let company = Company {
            entries: 3,
            patience: Duration::from_secs(3600),
        };
        group.company = Some(company);
        assert_eq!(group.patience(), None, "nothing is kept waiting");
        for word in [1, 2] {
            say(&mut group, word);
            assert!(group.patience().is_some());
            group.turn();
            assert_eq!(ear.writes(), 0);
        }
        say(&mut group, 3);
        assert_eq!(group.patience(), None);
        finish(&mut group);
        assert_eq!((ear.writes(), ear.heard()), (1, vec![1, 2, 3]));

        group.company = Some(company);
        say(&mut group, 4);
        group.wait_no_more();
        finish(&mut group);
        assert_eq!(ear.heard(), [1, 2, 3, 4]);
    }

    #[test]
    fn nobody_is_waited_for_after_a_round_that_was_short_or_brought_one_message() {
        let mut group = group();
        group.most = 16;
        group.wait_for(1, Duration::from_secs(1));
        assert_eq!(group.company, None);
        group.wait_for(16, SHORTEST_WAIT);
        assert_eq!(group.company, None);
        group.wait_for(16, Duration::from_secs(1));
        assert_eq!(group.company.map(|company| company.entries), Some(16));
    }

    #[test]
    fn who_is_over_is_taken_out_at_the_end_of_the_round() {
        let mut group = group();
        let ears: Vec<_> = (0..3).map(|id| come(&mut group, id)).collect();
        ears[1].closed.store(true, Ordering::SeqCst);
        say(&mut group, 1);
        assert_eq!(group.turn(), 1);
        assert_eq!(group.followers.len(), 2);
    }

    proptest! {
        #[test]
        fn whoever_comes_and_goes_each_follower_hears_every_word_since_it_came_once_and_in_order(
            first in 1..200_u64,
            deeds in prop::collection::vec((0..4_u8, any::<prop::sample::Index>()), 1..80),
        ) {
            let mut group = group();
            let mut there: Vec<_> = (0..first).map(|id| (id, 0, come(&mut group, id))).collect();
            let mut said = 0_u8;
            for (at, (deed, which)) in deeds.iter().enumerate() {
                match deed {
                    0 => {
                        say(&mut group, said);
                        said += 1;
                    }
                    1 => {
                        let id = first + at as u64;
                        there.push((id, said, come(&mut group, id)));
                    }
                    2 if !there.is_empty() => {
                        let (id, ..) = there.remove(which.index(there.len()));
                        prop_assert_eq!(group.remove(|other, _| other == ConnectionId(id)), 1);
                    }
                    _ => {
                        group.turn();
                    }
                }
            }
            finish(&mut group);
            for (id, since, ear) in there {
                prop_assert_eq!(ear.heard(), (since..said).collect::<Vec<u8>>(), "follower {}", id);
            }
        }
    }
}
