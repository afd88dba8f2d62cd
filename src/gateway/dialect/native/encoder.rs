//! What a room says, in native words: encoded once for every native connection.

use std::any::Any;
use std::collections::BTreeSet;
use std::sync::Arc;

use bytes::BytesMut;

use crate::app::{PresenceChanged, Reacted};
use crate::clock::Clock;
use crate::domain::room::{self, Room, chat};
use crate::entity::{Encoded, Encoder};
use crate::gateway::frame;
use crate::gateway::to_wire::{self, Lookup};
use crate::ids::{MessageId, RoomId};
use crate::journal::{Entry, Epoch, Seq};
use crate::presence::Presence;
use crate::projection::Directory;
use crate::wire::server::ServerMessage;

/// How native connections are spoken to.
pub struct NativeEncoder {
    directory: Arc<Directory>,
    presence: Arc<Presence>,
    clock: Arc<dyn Clock>,
}

impl NativeEncoder {
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
        })
    }

    fn lookup(&self) -> Lookup<'_> {
        Lookup {
            directory: &self.directory,
            presence: &self.presence,
            now: self.clock.now(),
        }
    }

    fn push(&self, into: &mut BytesMut, room_id: RoomId, entry: &Entry<room::Event>) {
        let entry = to_wire::entry(entry, &self.directory);
        let message = ServerMessage::Entry {
            room_id,
            seq: entry.seq,
            at_ms: entry.at_ms,
            cause: entry.cause,
            events: entry.events,
        };
        frame::push_json(into, &message);
    }
}

fn one(message: &ServerMessage) -> Encoded {
    let mut bytes = BytesMut::new();
    frame::push_json(&mut bytes, message);
    Encoded {
        bytes: bytes.freeze(),
        messages: 1,
    }
}

/// The messages that are deleted by the end of these entries.
fn deleted_in(entries: &[Arc<Entry<room::Event>>]) -> BTreeSet<MessageId> {
    let events = entries.iter().flat_map(|entry| &entry.events);
    events
        .filter_map(|event| match event {
            room::Event::Chat(chat::Event::Deleted { message, .. }) => Some(*message),
            _ => None,
        })
        .collect()
}

/// The entry as it may be told, where that is another one: who comes back need not read what was deleted meanwhile.
fn told_without(
    entry: &Entry<room::Event>,
    deleted: &BTreeSet<MessageId>,
) -> Option<Entry<room::Event>> {
    let tells = |event: &room::Event| matches!(event, room::Event::Chat(chat::Event::Said { message, .. }) if deleted.contains(message));
    entry.events.iter().any(tells).then(|| {
        let mut told = entry.clone();
        for event in &mut told.events {
            if let room::Event::Chat(said) = event {
                *said = said.without(deleted);
            }
        }
        told
    })
}

impl Encoder<Room> for NativeEncoder {
    fn entries(&self, id: RoomId, entries: &[Arc<Entry<room::Event>>]) -> Encoded {
        let mut bytes = BytesMut::with_capacity(entries.len() * 512);
        entries
            .iter()
            .for_each(|entry| self.push(&mut bytes, id, entry));
        Encoded {
            bytes: bytes.freeze(),
            messages: entries.len(),
        }
    }

    fn snapshot(&self, id: RoomId, state: &Room, epoch: Epoch, seq: Seq) -> Encoded {
        let Some(room) = state.open() else {
            return Encoded::NOTHING;
        };
        one(&ServerMessage::Snapshot {
            room_id: id,
            epoch: epoch.to_string(),
            seq: seq.0,
            state: Box::new(to_wire::room_state(id, room, &self.directory)),
            members: to_wire::snapshot_members(id, room, self.lookup()),
        })
    }

    fn resumed(
        &self,
        id: RoomId,
        epoch: Epoch,
        after: Seq,
        entries: &[Arc<Entry<room::Event>>],
    ) -> Encoded {
        let mut bytes = BytesMut::new();
        let message = ServerMessage::Resumed {
            room_id: id,
            epoch: epoch.to_string(),
            after_seq: after.0,
        };
        frame::push_json(&mut bytes, &message);
        let deleted = deleted_in(entries);
        for entry in entries {
            match told_without(entry, &deleted) {
                Some(told) => self.push(&mut bytes, id, &told),
                None => self.push(&mut bytes, id, entry),
            }
        }
        Encoded {
            bytes: bytes.freeze(),
            messages: entries.len() + 1,
        }
    }

    fn ephemeral(&self, id: RoomId, what: &(dyn Any + Send + Sync)) -> Option<Encoded> {
        if let Some(changed) = what.downcast_ref::<PresenceChanged>() {
            return Some(one(&ServerMessage::Presence {
                room_id: id,
                members: to_wire::members(id, &changed.members, self.lookup()),
                connected: changed.connected,
            }));
        }
        let reacted = what.downcast_ref::<Reacted>()?;
        let emoji = reacted.emoji.clone();
        Some(one(&ServerMessage::Reaction {
            room_id: id,
            user_id: reacted.user,
            emoji,
        }))
    }
}
