//! Presence: who is connected, to which rooms, and how well they hear. In memory only; never journaled.
//!
//! Knows connections and what they report, not what they are told.

mod lead;
mod notice;

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use crate::ids::{ConnectionId, ItemId, RoomId, SessionId, UserId};
use crate::time::{Span, Timestamp};

pub use lead::{LOADING_LEAD, LONGEST_LEAD, Report, SHORTEST_LEAD};
pub use notice::{Away, Notice};

use lead::{Listeners, Word};

/// For so long a computed head start holds.
const LEAD_HOLDS: Span = Span::from_ms(200);

/// Why a connection is closed from the server's side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Farewell {
    /// Its session is over.
    SignedOut,
    /// The server stops or restarts.
    Restart,
}

/// Why a connection follows a room no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Eviction {
    /// Its user belongs to the room no more.
    Left,
    /// Its user was taken out.
    Kicked,
    /// Its user is let in no more.
    Banned,
    /// The room is closed.
    RoomClosed,
}

/// What presence may ask of a connection. Must not block.
pub trait Connection: Send + Sync + 'static {
    /// Say goodbye and close.
    fn close(&self, why: Farewell);

    /// It follows a room no more.
    fn evicted(&self, room: RoomId, why: Eviction);

    /// There is news for its user. A dialect without a word for it says nothing.
    fn notice(&self, _news: &Notice) {}

    /// Whether its client starts music at a time named ahead. One that starts when it is told needs no head start.
    fn schedules(&self) -> bool {
        true
    }
}

/// What presence knows of one user in one room.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Seen {
    /// Some connection of theirs follows the room.
    pub connected: bool,
    /// When they were last connected; now, while they are.
    pub last_seen: Option<Timestamp>,
    /// What their latest report said.
    pub report: Option<Report>,
}

struct Live {
    user: UserId,
    session: SessionId,
    handle: Arc<dyn Connection>,
    schedules: bool,
    rooms: Vec<RoomId>,
}

/// A connection in a room.
struct Here {
    user: UserId,
    schedules: bool,
    word: Option<Box<Word>>,
}

#[derive(Default)]
struct InRoom {
    connections: HashMap<ConnectionId, Here>,
    per_user: HashMap<UserId, u32>,
    last_seen: HashMap<UserId, Timestamp>,
    changed: HashSet<UserId>,
    reported: HashSet<UserId>,
    empty_since: Option<Timestamp>,
    lead: Option<(Timestamp, Option<ItemId>, Span)>,
    /// A start that waits for them to load its item, and when it comes anyway.
    waits: Option<(ItemId, Timestamp)>,
}

#[derive(Default)]
struct State {
    connections: HashMap<ConnectionId, Live>,
    of_user: HashMap<UserId, Vec<ConnectionId>>,
    rooms: HashMap<RoomId, InRoom>,
    /// Whose whereabouts changed since that was last asked.
    moved: HashSet<UserId>,
    next: u64,
}

/// Who is connected.
#[derive(Default)]
pub struct Presence(Mutex<State>, OnceLock<Away>);

impl Presence {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A signed-in connection is there.
    pub fn connect(
        &self,
        user: UserId,
        session: SessionId,
        handle: Arc<dyn Connection>,
    ) -> ConnectionId {
        let mut state = self.state();
        state.next += 1;
        let id = ConnectionId(state.next);
        state.of_user.entry(user).or_default().push(id);
        state.moved.insert(user);
        state.connections.insert(
            id,
            Live {
                user,
                session,
                schedules: handle.schedules(),
                handle,
                rooms: Vec::new(),
            },
        );
        id
    }

    /// A connection is gone. Returns the rooms in which its user has no other.
    pub fn disconnect(&self, connection: ConnectionId, now: Timestamp) -> Vec<(RoomId, UserId)> {
        let mut state = self.state();
        let Some(live) = state.connections.remove(&connection) else {
            return Vec::new();
        };
        state.forget_connection(live.user, connection);
        let gone = live
            .rooms
            .iter()
            .filter(|room| state.leave(**room, connection, now));
        gone.map(|room| (*room, live.user)).collect::<Vec<_>>()
    }

    /// A connection follows a room.
    pub fn enter(&self, connection: ConnectionId, room: RoomId) {
        let mut state = self.state();
        let Some(live) = state.connections.get_mut(&connection) else {
            return;
        };
        if live.rooms.contains(&room) {
            return;
        }
        // Nearly every connection follows one room.
        live.rooms.reserve_exact(1);
        live.rooms.push(room);
        let (user, schedules) = (live.user, live.schedules);
        state.moved.insert(user);
        let here = state.rooms.entry(room).or_default();
        let following = Here {
            user,
            schedules,
            word: None,
        };
        here.connections.insert(connection, following);
        let count = here.per_user.entry(user).or_default();
        *count += 1;
        if *count == 1 {
            here.changed.insert(user);
        }
        here.empty_since = None;
        here.lead = None;
    }

    /// A connection follows a room no more. Says whether its user has no other there.
    pub fn leave(&self, connection: ConnectionId, room: RoomId, now: Timestamp) -> bool {
        let mut state = self.state();
        if let Some(live) = state.connections.get_mut(&connection) {
            live.rooms.retain(|r| *r != room);
            let user = live.user;
            state.moved.insert(user);
        }
        state.leave(room, connection, now)
    }

    /// What a connection reports about itself. Names the item of a start that waited for nobody else.
    pub fn report(
        &self,
        connection: ConnectionId,
        room: RoomId,
        report: Report,
        now: Timestamp,
    ) -> Option<ItemId> {
        let mut state = self.state();
        let here = state.rooms.get_mut(&room)?;
        let following = here.connections.get_mut(&connection)?;
        following.word = Some(Box::new(Word { report, at: now }));
        here.reported.insert(following.user);
        here.take_ready(now)
    }

    /// A start of `item` comes at `at`, sooner where everybody has it loaded before. Replaces the one that waited.
    pub fn start_waits(&self, room: RoomId, item: ItemId, at: Timestamp) {
        if let Some(here) = self.state().rooms.get_mut(&room) {
            here.waits = Some((item, at));
        }
    }

    /// No start waits any more.
    pub fn start_is_settled(&self, room: RoomId) {
        if let Some(here) = self.state().rooms.get_mut(&room) {
            here.waits = None;
        }
    }

    /// Names the item of a start that waits for nobody any more, as when the one it waited for is gone.
    pub fn take_ready(&self, room: RoomId, now: Timestamp) -> Option<ItemId> {
        self.state().rooms.get_mut(&room)?.take_ready(now)
    }

    /// The users who follow a room.
    pub fn connected(&self, room: RoomId) -> Vec<UserId> {
        self.state()
            .rooms
            .get(&room)
            .map_or_else(Vec::new, |here| here.per_user.keys().copied().collect())
    }

    /// How many users follow a room.
    pub fn connected_count(&self, room: RoomId) -> usize {
        self.state()
            .rooms
            .get(&room)
            .map_or(0, |here| here.per_user.len())
    }

    /// Since when nobody follows a room that somebody did follow.
    pub fn empty_since(&self, room: RoomId) -> Option<Timestamp> {
        self.state()
            .rooms
            .get(&room)
            .and_then(|here| here.empty_since)
    }

    /// What is known of users in a room, in the order asked.
    pub fn seen(&self, room: RoomId, users: &[UserId], now: Timestamp) -> Vec<Seen> {
        let state = self.state();
        let here = state.rooms.get(&room);
        users
            .iter()
            .map(|user| {
                let theirs = state.of_user.get(user).map_or(&[][..], Vec::as_slice);
                here.map_or_else(Seen::default, |here| here.seen(*user, theirs, now))
            })
            .collect()
    }

    /// The users whose connection changed since the last call, and with `reports` those who reported since.
    pub fn take_changes(&self, room: RoomId, reports: bool) -> Vec<UserId> {
        let mut state = self.state();
        let Some(here) = state.rooms.get_mut(&room) else {
            return Vec::new();
        };
        if reports {
            here.changed.extend(here.reported.drain());
        }
        here.changed.drain().collect()
    }

    /// The rooms somebody follows or did follow a while ago.
    pub fn rooms(&self) -> Vec<RoomId> {
        self.state().rooms.keys().copied().collect()
    }

    /// The head start for a start of `item`: from how near the listeners are, and whether they have it loaded.
    pub fn lead(&self, room: RoomId, item: Option<ItemId>, now: Timestamp) -> Span {
        let mut state = self.state();
        let Some(here) = state.rooms.get_mut(&room) else {
            return SHORTEST_LEAD;
        };
        match here.lead {
            Some((at, of, lead)) if of == item && now.since(at) < LEAD_HOLDS => lead,
            _ => {
                let lead = here.compute_lead(item, now);
                here.lead = Some((now, item, lead));
                lead
            }
        }
    }

    /// Closes every connection of a session.
    pub fn close_session(&self, session: SessionId) {
        self.close(Farewell::SignedOut, |live| live.session == session);
    }

    /// Closes every connection.
    pub fn close_all(&self, why: Farewell) {
        self.close(why, |_| true);
    }

    fn close(&self, why: Farewell, whose: impl Fn(&Live) -> bool) {
        let handles: Vec<_> = self
            .state()
            .connections
            .values()
            .filter(|live| whose(live))
            .map(|live| live.handle.clone())
            .collect();
        handles.iter().for_each(|handle| handle.close(why));
    }

    /// Takes a user's connections, or everybody's, out of a room; returns them.
    pub fn evict(
        &self,
        room: RoomId,
        user: Option<UserId>,
        why: Eviction,
        now: Timestamp,
    ) -> Vec<ConnectionId> {
        let mut state = self.state();
        let Some(here) = state.rooms.get(&room) else {
            return Vec::new();
        };
        let whose = |of: &UserId| user.is_none_or(|user| user == *of);
        let evicted: Vec<ConnectionId> = here
            .connections
            .iter()
            .filter(|(_, here)| whose(&here.user))
            .map(|(id, _)| *id)
            .collect();
        let mut handles = Vec::new();
        for id in &evicted {
            state.leave(room, *id, now);
            if let Some(live) = state.connections.get_mut(id) {
                live.rooms.retain(|r| *r != room);
                let (user, handle) = (live.user, live.handle.clone());
                state.moved.insert(user);
                handles.push(handle);
            }
        }
        drop(state);
        handles.iter().for_each(|handle| handle.evicted(room, why));
        evicted
    }

    /// How many connections there are.
    pub fn connection_count(&self) -> usize {
        self.state().connections.len()
    }

    /// Forgets what is known of a room that nobody has followed since `limit`.
    pub fn forget_after(&self, room: RoomId, limit: Timestamp) {
        let mut state = self.state();
        let over = |here: &InRoom| {
            here.connections.is_empty() && here.empty_since.is_none_or(|since| since < limit)
        };
        if state.rooms.get(&room).is_some_and(over) {
            state.rooms.remove(&room);
        }
    }
}

impl State {
    fn leave(&mut self, room: RoomId, connection: ConnectionId, now: Timestamp) -> bool {
        let Some(here) = self.rooms.get_mut(&room) else {
            return false;
        };
        let Some(Here { user, .. }) = here.connections.remove(&connection) else {
            return false;
        };
        here.lead = None;
        let Some(count) = here.per_user.get_mut(&user) else {
            return false;
        };
        *count -= 1;
        if *count > 0 {
            return false;
        }
        here.per_user.remove(&user);
        here.last_seen.insert(user, now);
        here.changed.insert(user);
        if here.per_user.is_empty() {
            here.empty_since = Some(now);
        }
        true
    }
}

impl InRoom {
    /// What is known of a user with these connections, here or elsewhere.
    fn seen(&self, user: UserId, connections: &[ConnectionId], now: Timestamp) -> Seen {
        if !self.per_user.contains_key(&user) {
            return Seen {
                connected: false,
                last_seen: self.last_seen.get(&user).copied(),
                report: None,
            };
        }
        let mut theirs = connections.iter().filter_map(|id| self.connections.get(id));
        let report = theirs.find_map(|here| Some(here.word.as_deref()?.report));
        Seen {
            connected: true,
            last_seen: Some(now),
            report,
        }
    }

    fn compute_lead(&self, item: Option<ItemId>, now: Timestamp) -> Span {
        if self.connections.is_empty() {
            return SHORTEST_LEAD;
        }
        if !self.connections.values().any(|here| here.schedules) {
            return Span::ZERO;
        }
        self.listeners(now).lead(item)
    }

    fn listeners(&self, now: Timestamp) -> Listeners<'_> {
        let scheduling = self.connections.values().filter(|here| here.schedules);
        Listeners::of(scheduling.filter_map(|here| here.word.as_deref()), now)
    }

    fn take_ready(&mut self, now: Timestamp) -> Option<ItemId> {
        let (item, at) = self.waits?;
        let over = now + SHORTEST_LEAD >= at;
        if !over && !self.listeners(now).have(item) {
            return None;
        }
        self.waits = None;
        self.lead = None;
        Some(item).filter(|_| !over)
    }
}
