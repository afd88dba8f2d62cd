//! Which room a request was made in, so that its name alone finds it.
//!
//! In memory; knows nothing of what is asked for.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::domain::room::request::{Event, MAX_DECIDED, MAX_PENDING, Requests};
use crate::domain::room::{self, Room};
use crate::ids::{RequestId, RoomId};

/// So many requests of a room are known before those that the room has forgotten are forgotten here.
const KNOWN: usize = 2 * (MAX_PENDING + MAX_DECIDED);

#[derive(Default)]
struct State {
    room_of: HashMap<RequestId, RoomId>,
    of_room: HashMap<RoomId, Vec<RequestId>>,
}

/// Which room a request was made in.
#[derive(Default)]
pub struct RequestIndex(Mutex<State>);

impl RequestIndex {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes note of what a room remembers.
    pub fn note_room(&self, id: RoomId, room: &Room) {
        let Some(open) = room.open() else { return };
        let Requests { pending, decided } = &open.requests;
        let mut state = self.state();
        for request in pending.iter().chain(decided) {
            state.insert(request.id, id);
        }
    }

    /// Takes note of a fact, after which the room is as it is.
    pub fn note(&self, id: RoomId, room: Option<&Room>, event: &room::Event) {
        match event {
            room::Event::Request(Event::Submitted { request, .. }) => {
                let mut state = self.state();
                state.insert(*request, id);
                state.forget(id, room);
            }
            room::Event::Closed { .. } => self.state().close(id),
            _ => {}
        }
    }

    /// The room a request was made in.
    pub fn room_of(&self, request: RequestId) -> Option<RoomId> {
        self.state().room_of.get(&request).copied()
    }
}

impl State {
    fn insert(&mut self, request: RequestId, room: RoomId) {
        if self.room_of.insert(request, room).is_none() {
            self.of_room.entry(room).or_default().push(request);
        }
    }

    /// Where there are many, forgets those that the room itself has forgotten.
    fn forget(&mut self, id: RoomId, room: Option<&Room>) {
        let Some(known) = self
            .of_room
            .get_mut(&id)
            .filter(|known| known.len() > KNOWN)
        else {
            return;
        };
        let Some(open) = room.and_then(Room::open) else {
            return;
        };
        let (kept, forgotten) = known
            .drain(..)
            .partition(|request| open.requests.get(*request).is_some());
        *known = kept;
        let forgotten: Vec<RequestId> = forgotten;
        for request in forgotten {
            self.room_of.remove(&request);
        }
    }

    fn close(&mut self, id: RoomId) {
        for request in self.of_room.remove(&id).unwrap_or_default() {
            self.room_of.remove(&request);
        }
    }
}
