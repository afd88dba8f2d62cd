//! The directory: how people and rooms are called, which sessions a user has, which rooms play.
//!
//! In memory; every record remembers the entry it reflects, so that rebuilding and living can go on together.

use std::collections::{BTreeSet, HashMap};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use crate::domain::room::settings::Visibility;
use crate::domain::room::{OpenRoom, Room};
use crate::domain::session::Session;
use crate::domain::user::User;
use crate::ids::{ItemId, RoomId, SessionId, UserId};
use crate::journal::Seq;
use crate::time::Timestamp;

use super::people::PeopleIndex;

/// How a person is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Unique name; a guest has none.
    pub username: Option<Box<str>>,
    /// Display name.
    pub name: Box<str>,
    /// Without a password.
    pub is_guest: bool,
    /// Whether there are friends to tell where they are.
    pub has_friends: bool,
}

/// What others may know of a room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomCard {
    /// What it is called.
    pub name: Box<str>,
    /// Who may come in.
    pub visibility: Visibility,
    /// Its host.
    pub host: Option<UserId>,
    /// How many belong.
    pub members: usize,
    /// Whether the music runs.
    pub playing: bool,
    /// What plays.
    pub item: Option<ItemId>,
    /// What plays when somebody skips it.
    pub next: Option<ItemId>,
    /// What plays when somebody goes back.
    pub previous: Option<ItemId>,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When it last changed.
    pub last_activity: Timestamp,
}

impl RoomCard {
    fn of(room: &OpenRoom, at: Timestamp) -> Self {
        let item = room.playback.current();
        Self {
            name: room.settings.name.as_str().into(),
            visibility: room.settings.visibility,
            host: room.membership.host,
            members: room.membership.members.len(),
            playing: room.playback.is_playing(),
            item,
            next: item.and_then(|item| room.playlist.after(item)),
            previous: item.and_then(|item| room.playlist.before(item)),
            created_at: room.created_at,
            last_activity: at,
        }
    }
}

#[derive(Default)]
struct State {
    people: HashMap<UserId, (Seq, Person)>,
    rooms: HashMap<RoomId, (Seq, Option<RoomCard>)>,
    sessions: HashMap<SessionId, (Seq, bool)>,
    sessions_of: HashMap<UserId, Vec<SessionId>>,
    playing: BTreeSet<RoomId>,
    empty: BTreeSet<RoomId>,
    disabled: BTreeSet<UserId>,
}

/// How people and rooms are called.
#[derive(Default)]
pub struct Directory {
    state: RwLock<State>,
    /// Locked after `state`, where both are.
    index: RwLock<PeopleIndex>,
}

impl Directory {
    fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes note of a user as of `seq`; older news than what is known are ignored.
    pub fn note_user(&self, id: UserId, seq: Seq, user: &User) {
        let person = match user {
            User::Unborn => return,
            User::Erased => Person {
                username: None,
                name: "Somebody".into(),
                is_guest: true,
                has_friends: false,
            },
            User::Known(account) => Person {
                username: account.username.as_ref().map(|name| name.as_str().into()),
                name: account.name.as_str().into(),
                is_guest: account.password_hash.is_none(),
                has_friends: !account.friendships.friends.is_empty(),
            },
        };
        let mut state = self.write();
        let known = state.people.get(&id);
        if known.is_some_and(|(known, _)| *known >= seq) {
            return;
        }
        let disabled = user
            .known()
            .is_some_and(|account| account.disabled_at.is_some());
        if known.is_none_or(|(_, known)| *known != person) {
            let mut index = self.index.write().unwrap_or_else(PoisonError::into_inner);
            index.note(id, person.username.as_deref(), &person.name);
        }
        if disabled {
            state.disabled.insert(id);
        } else {
            state.disabled.remove(&id);
        }
        state.people.insert(id, (seq, person));
    }

    /// Takes note of a room as of `seq`, which was decided `at`.
    pub fn note_room(&self, id: RoomId, seq: Seq, room: &Room, at: Timestamp) {
        let card = room.open().map(|room| RoomCard::of(room, at));
        let mut state = self.write();
        if state.rooms.get(&id).is_some_and(|(known, _)| *known >= seq) {
            return;
        }
        if card.as_ref().is_some_and(|card| card.playing) {
            state.playing.insert(id);
        } else {
            state.playing.remove(&id);
        }
        if card.as_ref().is_some_and(|card| card.members == 0) {
            state.empty.insert(id);
        } else {
            state.empty.remove(&id);
        }
        state.rooms.insert(id, (seq, card));
    }

    /// Takes note of a session as of `seq`.
    pub fn note_session(&self, id: SessionId, seq: Seq, session: &Session) {
        let (user, open) = match session {
            Session::Unborn => return,
            Session::Open(session) => (session.user, true),
            Session::Revoked { user, .. } => (*user, false),
        };
        let mut state = self.write();
        if state
            .sessions
            .get(&id)
            .is_some_and(|(known, _)| *known >= seq)
        {
            return;
        }
        let before = state.sessions.insert(id, (seq, open));
        let of_user = state.sessions_of.entry(user).or_default();
        match (before.is_some_and(|(_, open)| open), open) {
            (false, true) => {
                // Nearly every user has one.
                of_user.reserve_exact(1);
                of_user.push(id);
            }
            (true, false) => of_user.retain(|known| *known != id),
            _ => {}
        }
    }

    /// How a person is called.
    pub fn person(&self, id: UserId) -> Option<Person> {
        self.read()
            .people
            .get(&id)
            .map(|(_, person)| person.clone())
    }

    /// How people are called, in the order asked.
    pub fn persons(&self, ids: &[UserId]) -> Vec<Option<Person>> {
        let state = self.read();
        ids.iter()
            .map(|id| state.people.get(id).map(|(_, person)| person.clone()))
            .collect()
    }

    /// The accounts that nobody may sign in to.
    pub fn disabled(&self) -> Vec<UserId> {
        self.read().disabled.iter().copied().collect()
    }

    /// What others may know of an open room.
    pub fn room(&self, id: RoomId) -> Option<RoomCard> {
        self.read()
            .rooms
            .get(&id)
            .and_then(|(_, card)| card.clone())
    }

    /// The people with a username in whose username or name `text` is, whatever the case; the best match first.
    pub fn search_people(&self, text: &str, limit: usize) -> Vec<(UserId, Person)> {
        let index = self.index.read().unwrap_or_else(PoisonError::into_inner);
        let found = index.search(text, limit);
        drop(index);
        let people = self.persons(&found);
        let known = found.into_iter().zip(people);
        known
            .filter_map(|(id, person)| Some((id, person?)))
            .collect()
    }

    /// The rooms whose name contains `text`, whatever the case, that are public, or for the friends of a host who
    /// `is_friend`; the latest active first.
    pub fn discoverable_rooms(
        &self,
        text: &str,
        limit: usize,
        is_friend: impl Fn(UserId) -> bool,
    ) -> Vec<RoomId> {
        let open = |card: &RoomCard| match card.visibility {
            Visibility::Public => true,
            Visibility::Friends => card.host.is_some_and(&is_friend),
            Visibility::Invite => false,
        };
        let text = text.to_lowercase();
        let state = self.read();
        let mut found: Vec<(Timestamp, RoomId)> = state
            .rooms
            .iter()
            .filter_map(|(id, (_, card))| Some((id, card.as_ref()?)))
            .filter(|(_, card)| card.members > 0 && open(card))
            .filter(|(_, card)| text.is_empty() || card.name.to_lowercase().contains(&text))
            .map(|(id, card)| (card.last_activity, *id))
            .collect();
        found.sort_unstable_by(|a, b| b.cmp(a));
        found.into_iter().take(limit).map(|(_, id)| id).collect()
    }

    /// Whether anybody is registered.
    pub fn is_anybody_registered(&self) -> bool {
        let state = self.read();
        state.people.values().any(|(_, person)| !person.is_guest)
    }

    /// The registered people in whose username or name `text` is, whatever the case; the latest made first.
    pub fn registered(&self, text: &str, limit: usize) -> Vec<UserId> {
        let text = text.to_lowercase();
        let called = |person: &Person| {
            let names = [person.username.as_deref(), Some(&*person.name)];
            let mut names = names.into_iter().flatten();
            names.any(|name| name.to_lowercase().contains(&text))
        };
        let state = self.read();
        let mut found: Vec<UserId> = state
            .people
            .iter()
            .filter(|(_, (_, person))| !person.is_guest && called(person))
            .map(|(id, _)| *id)
            .collect();
        found.sort_unstable_by(|a, b| b.cmp(a));
        found.truncate(limit);
        found
    }

    /// The open rooms in whose name `text` is, whatever the case; the latest active first.
    pub fn all_rooms(&self, text: &str, limit: usize) -> Vec<(RoomId, RoomCard)> {
        let text = text.to_lowercase();
        let state = self.read();
        let mut found: Vec<(RoomId, &RoomCard)> = state
            .rooms
            .iter()
            .filter_map(|(id, (_, card))| Some((*id, card.as_ref()?)))
            .filter(|(_, card)| card.name.to_lowercase().contains(&text))
            .collect();
        found.sort_unstable_by_key(|(id, card)| std::cmp::Reverse((card.last_activity, *id)));
        let found = found.into_iter().take(limit);
        found.map(|(id, card)| (id, card.clone())).collect()
    }

    /// The open sessions of a user, the oldest first.
    pub fn sessions_of(&self, user: UserId) -> Vec<SessionId> {
        self.read()
            .sessions_of
            .get(&user)
            .cloned()
            .unwrap_or_default()
    }

    /// The rooms whose music runs.
    pub fn playing(&self) -> Vec<RoomId> {
        self.read().playing.iter().copied().collect()
    }

    /// The open rooms without a member in which nothing happened since `limit`.
    pub fn empty_since(&self, limit: Timestamp) -> Vec<RoomId> {
        let state = self.read();
        let quiet = |id: &&RoomId| {
            let card = state.rooms.get(id).and_then(|(_, card)| card.as_ref());
            card.is_some_and(|card| card.last_activity <= limit)
        };
        state.empty.iter().filter(quiet).copied().collect()
    }

    /// How many users and open rooms there are.
    pub fn counts(&self) -> (usize, usize) {
        let state = self.read();
        (
            state.people.len(),
            state
                .rooms
                .values()
                .filter(|(_, card)| card.is_some())
                .count(),
        )
    }
}
