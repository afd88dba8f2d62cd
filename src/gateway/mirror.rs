//! What a dialect has told of a room: for dialects whose messages say how things stand, not only what changed.
//!
//! A [`Mirror`] keeps the state behind the last entry it put into words, so that each entry is worded once, with the
//! state it led to, for everybody who follows the room in that dialect. Knows no words; those are a dialect's [`Words`].

use std::any::Any;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use bytes::BytesMut;
use serde::Serialize;
use tokio::sync::watch;

use super::frame;
use crate::domain::aggregate::Aggregate;
use crate::domain::room::{self, OpenRoom, Room};
use crate::entity::{Encoded, Encoder};
use crate::ids::{RoomId, UserId};
use crate::journal::{Entry, Epoch, Seq};

/// How one dialect puts a room into messages.
pub trait Words: Send + Sync + 'static {
    /// How things stand, for one who comes new.
    fn first(&self, id: RoomId, room: &OpenRoom, out: &mut Messages);

    /// What an entry changed; `room` is the state it led to.
    fn entry(&self, id: RoomId, room: &OpenRoom, entry: &Entry<room::Event>, out: &mut Messages);

    /// Something passing, where the dialect has a word for it.
    fn passing(&self, _id: RoomId, _what: &(dyn Any + Send + Sync), _out: &mut Messages) {}
}

/// Messages as they go out: framed and joined.
#[derive(Debug, Default)]
pub struct Messages {
    bytes: BytesMut,
    count: usize,
}

impl Messages {
    /// Adds one.
    pub fn push<T: Serialize>(&mut self, message: &T) {
        frame::push_json(&mut self.bytes, message);
        self.count += 1;
    }

    fn encoded(self) -> Encoded {
        Encoded {
            bytes: self.bytes.freeze(),
            messages: self.count,
        }
    }
}

/// The mirrors of one dialect: one for each room that somebody follows in it.
pub struct Mirrors<W> {
    words: Arc<W>,
    rooms: Mutex<HashMap<RoomId, Weak<Mirror<W>>>>,
}

impl<W: Words> Mirrors<W> {
    /// None yet; they will speak so.
    pub fn new(words: W) -> Self {
        Self {
            words: Arc::new(words),
            rooms: Mutex::default(),
        }
    }

    /// The mirror of a room.
    pub fn of(&self, id: RoomId) -> Arc<Mirror<W>> {
        let mut rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(mirror) = rooms.get(&id).and_then(Weak::upgrade) {
            return mirror;
        }
        rooms.retain(|_, mirror| mirror.strong_count() > 0);
        let mirror = Arc::new(Mirror {
            words: self.words.clone(),
            known: Mutex::default(),
            host: watch::Sender::new(None),
        });
        rooms.insert(id, Arc::downgrade(&mirror));
        mirror
    }

    /// The rooms that somebody follows in this dialect.
    pub fn followed(&self) -> Vec<RoomId> {
        let rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        rooms
            .iter()
            .filter(|(_, mirror)| mirror.strong_count() > 0)
            .map(|(id, _)| *id)
            .collect()
    }
}

/// A room as its followers in one dialect were told it.
pub struct Mirror<W> {
    words: Arc<W>,
    known: Mutex<Known>,
    host: watch::Sender<Option<UserId>>,
}

#[derive(Default)]
struct Known {
    /// The state behind the last entry told.
    told: Option<(Seq, Room)>,
    /// States that newcomers were given and whose entries are still on their way here.
    ahead: Vec<(Seq, Room)>,
}

impl Known {
    /// A newcomer is given this state.
    fn given(&mut self, seq: Seq, room: &Room) {
        let states = self.told.iter().chain(&self.ahead);
        if !states.into_iter().any(|(known, _)| *known == seq) {
            self.ahead.push((seq, room.clone()));
        }
    }

    /// The state after an entry; nothing where nobody waits for it.
    fn after(&mut self, entry: &Entry<room::Event>) -> Option<&Room> {
        let is_before = |(seq, _): &(Seq, Room)| seq.next() == entry.seq;
        if !self.told.as_ref().is_some_and(is_before) {
            let place = self.ahead.iter().position(is_before)?;
            self.told = Some(self.ahead.swap_remove(place));
        }
        self.ahead.retain(|(seq, _)| *seq > entry.seq);
        let (seq, room) = self.told.as_mut()?;
        *seq = entry.seq;
        entry.events.iter().for_each(|event| room.evolve(event));
        Some(room)
    }
}

impl<W> Mirror<W> {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The host, whenever it is another: for what each follower is told apart from the others.
    pub fn host(&self) -> watch::Receiver<Option<UserId>> {
        self.host.subscribe()
    }
}

impl<W> Mirror<W> {
    fn note_host(&self, host: Option<UserId>) {
        self.host
            .send_if_modified(|known| std::mem::replace(known, host) != host);
    }
}

impl<W: Words> Mirror<W> {
    fn push(&self, id: RoomId, entry: &Entry<room::Event>, out: &mut Messages) {
        let mut known = self.known();
        let Some(room) = known.after(entry).and_then(Room::open) else {
            return;
        };
        self.words.entry(id, room, entry, out);
        self.note_host(room.membership.host);
    }
}

impl<W: Words> Encoder<Room> for Mirror<W> {
    fn entries(&self, id: RoomId, entries: &[Arc<Entry<room::Event>>]) -> Encoded {
        let mut out = Messages::default();
        for entry in entries {
            self.push(id, entry, &mut out);
        }
        out.encoded()
    }

    fn snapshot(&self, id: RoomId, state: &Room, _: Epoch, seq: Seq) -> Encoded {
        let Some(room) = state.open() else {
            return Encoded::NOTHING;
        };
        self.known().given(seq, state);
        self.note_host(room.membership.host);
        let mut out = Messages::default();
        self.words.first(id, room, &mut out);
        out.encoded()
    }

    /// These dialects do not resume: whoever comes back is told how things stand.
    fn resumed(&self, _: RoomId, _: Epoch, _: Seq, _: &[Arc<Entry<room::Event>>]) -> Encoded {
        Encoded::NOTHING
    }

    fn ephemeral(&self, id: RoomId, what: &(dyn Any + Send + Sync)) -> Option<Encoded> {
        let mut out = Messages::default();
        self.words.passing(id, what, &mut out);
        (out.count > 0).then(|| out.encoded())
    }
}
