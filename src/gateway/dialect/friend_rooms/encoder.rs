//! What a room says, in this dialect's words: once for every Socket.IO connection in it.
//!
//! Its events name the song, entries only the item: so each room with listeners here is mirrored, from the snapshot that
//! the first listener got, through every entry since.

use std::any::Any;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;

use super::frames::{Frames, Kind};
use crate::app::{PresenceChanged, RoomView};
use crate::clock::Clock;
use crate::domain::aggregate::Aggregate;
use crate::domain::room::{self, OpenRoom, Room, membership, playlist};
use crate::entity::{Encoded, Encoder};
use crate::gateway::to_wire::{self, Lookup};
use crate::ids::{CommandId, ConnectionId, RoomId, UserId};
use crate::journal::{Entry, Epoch, Seq};
use crate::presence::Presence;
use crate::projection::Directory;
use crate::time::{Position, Timestamp};
use crate::wire::friend_rooms::{HostChanged, StateSynced, SyncedState, UserMoved};
use crate::wire::model;

/// What a host's report said that changes nothing: passed on, and not kept. An [`crate::entity::Ephemeral`].
#[derive(Debug)]
pub(super) struct Relayed {
    /// The connection that said it.
    pub(super) from: ConnectionId,
    /// What to play.
    pub(super) state: StateSynced,
    /// The room cannot name it, so it is all there is to know.
    pub(super) nameless: bool,
}

/// Somebody's first connection to a room. An [`crate::entity::Ephemeral`].
#[derive(Debug)]
pub(super) struct Came(pub(super) UserId);

/// What stands before the connection's number in the ids of this dialect's commands.
const COMMAND_PREFIX: &str = "sio.";

/// A new id for a command of that connection: its own listeners are told by it whom not to tell.
pub(super) fn command_id(connection: ConnectionId, now: Timestamp) -> Option<CommandId> {
    let fresh = crate::ids::fresh(now).simple();
    format!("{COMMAND_PREFIX}{}.{fresh}", connection.0)
        .parse()
        .ok()
}

/// The connection that a command came from, where it came from here.
fn speaker(id: Option<&CommandId>) -> u128 {
    let number = |id: &CommandId| {
        let (number, _) = id.as_str().strip_prefix(COMMAND_PREFIX)?.split_once('.')?;
        number.parse().ok()
    };
    id.and_then(number).unwrap_or(0)
}

/// A room as its listeners here know it.
#[derive(Default)]
struct Mirror {
    listeners: usize,
    room: Option<(Room, Seq)>,
    present: HashSet<UserId>,
    nameless: Option<StateSynced>,
}

/// How Socket.IO connections are spoken to.
pub struct FriendRoomsEncoder {
    directory: Arc<Directory>,
    presence: Arc<Presence>,
    clock: Arc<dyn Clock>,
    mirrors: Mutex<HashMap<RoomId, Mirror>>,
}

impl FriendRoomsEncoder {
    /// An encoder that looks names up there.
    pub fn new(
        directory: Arc<Directory>,
        presence: Arc<Presence>,
        clock: Arc<dyn Clock>,
    ) -> Arc<Self> {
        Arc::new(Self {
            directory,
            presence,
            clock,
            mirrors: Mutex::default(),
        })
    }

    fn with<R>(&self, room: RoomId, act: impl FnOnce(&mut Mirror) -> R) -> Option<R> {
        let mut mirrors = self.mirrors.lock().unwrap_or_else(PoisonError::into_inner);
        mirrors.get_mut(&room).map(act)
    }

    /// One listener more in a room.
    pub(super) fn enter(&self, room: RoomId) {
        let mut mirrors = self.mirrors.lock().unwrap_or_else(PoisonError::into_inner);
        mirrors.entry(room).or_default().listeners += 1;
    }

    /// One listener less; with the last, the mirror goes.
    pub(super) fn leave(&self, room: RoomId) {
        let mut mirrors = self.mirrors.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(mirror) = mirrors.get_mut(&room) {
            mirror.listeners -= 1;
            if mirror.listeners == 0 {
                mirrors.remove(&room);
            }
        }
    }

    /// What the host plays that the room cannot name, where that is so.
    pub(super) fn nameless(&self, room: RoomId) -> Option<StateSynced> {
        let now = self.clock.now();
        let known = self.with(room, |mirror| mirror.nameless.clone())??;
        Some(run_on(known, now))
    }

    /// A room for one of its members; its invite link is a path, without the scheme and host each client sees.
    pub(super) fn room_state(&self, view: &RoomView) -> Value {
        let lookup = Lookup {
            directory: &self.directory,
            presence: &self.presence,
            now: self.clock.now(),
        };
        let room = to_wire::rest_room(view, "", lookup);
        let mut state = serde_json::to_value(room).unwrap_or_default();
        if let Some(known) = self.nameless(view.id) {
            state["current_song"] = known.current_song.unwrap_or_default();
            let merged = [
                ("playing", Value::from(known.playback_state.playing)),
                ("position", known.playback_state.position.into()),
                ("current_time", known.playback_state.current_time.into()),
            ];
            for (field, value) in merged {
                state["playback_state"][field] = value;
            }
        }
        state
    }

    fn entry(&self, id: RoomId, entry: &Entry<room::Event>, into: &mut Frames) {
        let timestamp = entry.at.to_string();
        let synced = self.with(id, |mirror| mirror.follow(entry)).flatten();
        // Who comes and goes is told first, then who is host of those that are there.
        let belonging = entry.events.iter().filter_map(|event| match event {
            room::Event::Membership(event) => Some(event),
            _ => None,
        });
        let (hosts, people): (Vec<_>, Vec<_>) =
            belonging.partition(|event| matches!(event, membership::Event::HostChanged { .. }));
        for event in people.into_iter().chain(hosts) {
            push_membership(id, event, &timestamp, into);
        }
        if let Some(synced) = synced {
            let from = speaker(entry.cause.command_id.as_ref());
            into.push(Kind::Synced, from, &synced);
        }
    }
}

/// Where the music is said to be, and when.
type Anchor = (bool, Position, Timestamp);

impl Mirror {
    /// Takes an entry in. Gives what there is to play from then on, where that changed.
    fn follow(&mut self, entry: &Entry<room::Event>) -> Option<StateSynced> {
        let (whole, seq) = self.room.as_mut()?;
        if entry.seq > *seq {
            entry.events.iter().for_each(|event| whole.evolve(event));
            *seq = entry.seq;
        }
        let room = whole.open()?;
        let current = room.playback.current();
        let concerns = |event: &room::Event| match event {
            room::Event::Playback(_) => true,
            room::Event::Playlist(playlist::Event::Edited { item, .. }) => Some(*item) == current,
            _ => false,
        };
        if !entry.events.iter().any(concerns) {
            return None;
        }
        self.nameless = None;
        let timeline = room.playback.timeline;
        let anchor = timeline.map_or((false, Position::START, entry.at), |timeline| {
            let moment = timeline.at.max(entry.at);
            (timeline.playing, timeline.position_at(moment), moment)
        });
        Some(synced(room, anchor, &entry.at.to_string()))
    }
}

fn push_membership(id: RoomId, event: &membership::Event, timestamp: &str, into: &mut Frames) {
    let moved = |user: &UserId| UserMoved {
        user_id: *user,
        timestamp: timestamp.to_owned(),
    };
    match event {
        membership::Event::Joined { user, .. } => {
            into.push(Kind::Came, user.0.as_u128(), &moved(user));
        }
        membership::Event::Left { user } => {
            into.push(Kind::Went, user.0.as_u128(), &moved(user));
        }
        membership::Event::HostChanged { from, to, .. } => {
            let changed = HostChanged {
                room_id: id,
                host_id: *to,
                new_host_id: *to,
                old_host_id: *from,
                timestamp: timestamp.to_owned(),
            };
            into.push(Kind::HostChanged, 0, &changed);
        }
        membership::Event::RoleChanged { .. } => {}
    }
}

fn synced(room: &OpenRoom, (playing, position, at): Anchor, timestamp: &str) -> StateSynced {
    let current = room.playback.current().and_then(|id| room.playlist.get(id));
    let song = current.map(|item| model::Track::from(&item.track));
    StateSynced {
        playback_state: synced_state(playing, position, at),
        current_song: song.and_then(|song| serde_json::to_value(song).ok()),
        timestamp: timestamp.to_owned(),
    }
}

/// Where the music is, in seconds.
pub(super) fn synced_state(playing: bool, position: Position, at: Timestamp) -> SyncedState {
    let position = position.as_ms() as f64 / 1000.0;
    SyncedState {
        playing,
        position,
        timestamp: at.to_string(),
        current_time: position,
    }
}

/// What a room plays at `now`.
pub(super) fn synced_now(room: &OpenRoom, now: Timestamp) -> StateSynced {
    let position = room.playback.position_at(&room.playlist, now);
    let starts = room.playback.timeline.map_or(now, |timeline| timeline.at);
    let moment = if room.playback.is_playing() {
        starts.max(now)
    } else {
        now
    };
    let anchor = (
        room.playback.is_playing(),
        position.unwrap_or(Position::START),
        moment,
    );
    synced(room, anchor, &now.to_string())
}

/// The same music, later.
fn run_on(mut known: StateSynced, now: Timestamp) -> StateSynced {
    let state = &mut known.playback_state;
    let since: Option<Timestamp> = state.timestamp.parse().ok();
    if let Some(since) = since.filter(|_| state.playing) {
        state.position += now.since(since).as_ms() as f64 / 1000.0;
        state.current_time = state.position;
    }
    state.timestamp = now.to_string();
    known.timestamp = now.to_string();
    known
}

impl Encoder<Room> for FriendRoomsEncoder {
    fn entries(&self, id: RoomId, entries: &[Arc<Entry<room::Event>>]) -> Encoded {
        let mut frames = Frames::default();
        entries
            .iter()
            .for_each(|entry| self.entry(id, entry, &mut frames));
        frames.finish()
    }

    fn snapshot(&self, id: RoomId, state: &Room, epoch: Epoch, seq: Seq) -> Encoded {
        let Some(room) = state.open() else {
            return Encoded::NOTHING;
        };
        let connected = self.presence.connected(id);
        self.with(id, |mirror| {
            if mirror.room.as_ref().is_none_or(|(_, known)| *known < seq) {
                mirror.room = Some((state.clone(), seq));
            }
            mirror.present.extend(connected);
        });
        let card = self.directory.room(id);
        let at = card.map_or(room.created_at, |card| card.last_activity);
        let host = room.membership.host;
        let view = RoomView::of(id, room, host, (seq, epoch), at);
        let host = host.map_or(0, |host| host.0.as_u128());
        let mut frames = Frames::default();
        frames.push(Kind::Room, host, &self.room_state(&view));
        frames.finish()
    }

    /// This dialect has no resume: who comes back is given everything.
    fn resumed(&self, _: RoomId, _: Epoch, _: Seq, _: &[Arc<Entry<room::Event>>]) -> Encoded {
        Encoded::NOTHING
    }

    fn ephemeral(&self, id: RoomId, what: &(dyn Any + Send + Sync)) -> Option<Encoded> {
        let mut frames = Frames::default();
        let timestamp = self.clock.now().to_string();
        let moved = |user_id| UserMoved {
            user_id,
            timestamp: timestamp.clone(),
        };
        if let Some(relayed) = what.downcast_ref::<Relayed>() {
            if relayed.nameless {
                self.with(id, |mirror| mirror.nameless = Some(relayed.state.clone()));
            }
            frames.push(Kind::Synced, relayed.from.0.into(), &relayed.state);
        } else if let Some(Came(user)) = what.downcast_ref::<Came>() {
            self.with(id, |mirror| mirror.present.insert(*user));
            frames.push(Kind::Came, user.0.as_u128(), &moved(*user));
        } else if let Some(changed) = what.downcast_ref::<PresenceChanged>() {
            for (user, connected) in self.moves(id, changed) {
                let kind = if connected { Kind::Came } else { Kind::Went };
                frames.push(kind, user.0.as_u128(), &moved(user));
            }
        }
        Some(frames.finish())
    }
}

impl FriendRoomsEncoder {
    /// Who came or went, of those whose presence is said to have changed.
    fn moves(&self, id: RoomId, changed: &PresenceChanged) -> Vec<(UserId, bool)> {
        let users: Vec<UserId> = changed.members.iter().map(|member| member.user).collect();
        let now = self.clock.now();
        let seen = self.presence.seen(id, &users, now);
        let moves = self.with(id, |mirror| {
            let news = users.iter().zip(seen).filter(|(user, seen)| {
                if seen.connected {
                    mirror.present.insert(**user)
                } else {
                    mirror.present.remove(*user)
                }
            });
            news.map(|(user, seen)| (*user, seen.connected)).collect()
        });
        moves.unwrap_or_default()
    }
}
