//! What those in a session are told of an entry: the playlist, then the music, then requests, as they stand after it.

use std::any::Any;
use std::sync::Arc;

use crate::clock::Clock;
use crate::domain::room::{self, OpenRoom};
use crate::gateway::mirror::{Messages, Words};
use crate::gateway::to_wire;
use crate::ids::{CommandId, RequestId, RoomId};
use crate::journal::Entry;
use crate::wire::sessions::{Playback, RequestUpdate, ServerMessage};

/// How sessions are spoken to.
pub struct Sessions {
    clock: Arc<dyn Clock>,
}

/// Where the music is, told though nothing changed.
pub(super) struct Resync(pub(super) Playback);

impl Sessions {
    /// By this clock.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock }
    }

    fn music(&self, room: &OpenRoom, out: &mut Messages) {
        let playback = to_wire::session_playback(&room.playback, &room.playlist, self.clock.now());
        out.push(&ServerMessage::PlaybackState(playback));
    }
}

fn playlist(room: &OpenRoom, out: &mut Messages) {
    out.push(&ServerMessage::PlaylistUpdate(to_wire::session_playlist(
        &room.playlist,
    )));
}

impl Words for Sessions {
    fn first(&self, id: RoomId, room: &OpenRoom, out: &mut Messages) {
        self.music(room, out);
        playlist(room, out);
        for request in &room.requests.pending {
            out.push(&ServerMessage::RequestUpdate(RequestUpdate {
                request: to_wire::room_request(id, request),
                client_request_id: None,
            }));
        }
    }

    fn entry(&self, id: RoomId, room: &OpenRoom, entry: &Entry<room::Event>, out: &mut Messages) {
        let has = |about: fn(&room::Event) -> bool| entry.events.iter().any(about);
        if has(|event| matches!(event, room::Event::Playlist(_))) {
            playlist(room, out);
        }
        if has(|event| matches!(event, room::Event::Playback(_))) {
            self.music(room, out);
        }
        for (request, name) in entry.events.iter().filter_map(|event| about(event, entry)) {
            if let Some(request) = room.requests.get(request) {
                out.push(&ServerMessage::RequestUpdate(RequestUpdate {
                    request: to_wire::room_request(id, request),
                    client_request_id: name,
                }));
            }
        }
    }

    fn passing(&self, _: RoomId, what: &(dyn Any + Send + Sync), out: &mut Messages) {
        if let Some(Resync(playback)) = what.downcast_ref() {
            out.push(&ServerMessage::PlaybackState(playback.clone()));
        }
    }
}

/// Which request an event is about, and what whoever asks calls it.
fn about(
    event: &room::Event,
    entry: &Entry<room::Event>,
) -> Option<(RequestId, Option<CommandId>)> {
    use room::request::Event::{Approved, Denied, Submitted, Withdrawn};
    let room::Event::Request(event) = event else {
        return None;
    };
    Some(match event {
        Submitted { request, .. } => (*request, entry.cause.command_id.clone()),
        Approved { request, .. } | Denied { request, .. } | Withdrawn { request, .. } => {
            (*request, None)
        }
    })
}
