//! Spaces: the socket `/ws/spaces/{room_id}?token=`, where everyone controls and every message says how things stand.
//!
//! Its clients start music when they are told, and compute the place in the song from `startedAt`.

use std::sync::Arc;

use crate::clock::Clock;
use crate::domain::room::playback::{Command, Event};
use crate::domain::room::{self, OpenRoom};
use crate::gateway::answer::{self, Answer};
use crate::gateway::mirror::{Messages, Words};
use crate::gateway::request::Request;
use crate::gateway::route::{Access, Gives, Route, route};
use crate::gateway::seat::{self, Dialect, Seat, Sitter};
use crate::gateway::to_wire;
use crate::ids::{RoomId, UserId};
use crate::journal::Entry;
use crate::wire::error_code::ErrorBody;
use crate::wire::spaces::{ClientMessage, Playback, ServerMessage, Song};

/// `GET /ws/spaces/{room_id}`: joins the room, where it lets the caller in, and upgrades.
pub fn route_of_socket() -> Route {
    route(
        hyper::Method::GET,
        "/ws/spaces/{room_id}",
        "A space's socket",
    )
    .open_to(Access::SignedInByQuery)
    .query(&["token"])
    .gives_other(101, Gives::Socket)
    .by(open)
}

async fn open(request: Request) -> Answer {
    let caller = request.caller()?;
    let room: RoomId = request.id(0)?;
    request
        .handshake
        .as_ref()
        .ok_or_else(answer::broken)?
        .check()?;
    let app = &request.gateway.app;
    app.join(caller.user, room, None, None).await?;
    let sitter = Sitter {
        user: caller.user,
        session: caller.session,
        until: Some(caller.expires_at),
    };
    let mirror = request.gateway.spaces.of(room);
    seat::take(request, sitter, room, mirror, InSpace)
}

/// What one connection says.
struct InSpace;

impl Dialect for InSpace {
    type Heard = ClientMessage;

    async fn hear(&mut self, seat: &Seat, heard: ClientMessage) -> Result<(), ErrorBody> {
        let command = match heard {
            ClientMessage::PausePlayback(_) => Command::Pause,
            ClientMessage::ResumePlayback(_) => Command::Play,
            ClientMessage::SeekPlayback(seek) => Command::Seek {
                position: seat::seconds(seek.seek_time, "seekTime")?,
            },
        };
        seat.execute(command).await.map(drop)
    }
}

/// How spaces are spoken to.
pub struct Spaces {
    clock: Arc<dyn Clock>,
}

impl Spaces {
    /// By this clock.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock }
    }

    fn playback(&self, id: RoomId, room: &OpenRoom, by: Option<UserId>) -> Playback {
        let now = self.clock.now();
        let timeline = room.playback.timeline;
        let item = timeline.and_then(|timeline| room.playlist.get(timeline.item));
        let (mut started_at, mut paused_at) = (0, None);
        if let Some(timeline) = timeline {
            started_at = timeline.began_at().as_ms();
            paused_at = (!timeline.playing).then_some(timeline.at.as_ms());
        }
        let position = room.playback.position_at(&room.playlist, now);
        let changed = timeline.map_or(room.created_at, |timeline| timeline.at);
        Playback {
            space_id: id,
            user_id: by,
            current_song: item.map(|item| Song {
                id: item.id,
                src: to_wire::sound_address(&item.track.source),
                track: (&item.track).into(),
            }),
            started_at,
            paused_at,
            is_playing: room.playback.is_playing(),
            last_updated: changed.min(now).as_ms(),
            current_time: to_wire::seconds(position.unwrap_or_default()),
            seek_time: None,
        }
    }
}

impl Words for Spaces {
    fn first(&self, id: RoomId, room: &OpenRoom, out: &mut Messages) {
        let data = self.playback(id, room, None);
        out.push(&ServerMessage::RoomJoined { data });
    }

    /// One message at most: the last event about the music says how it stands.
    fn entry(&self, id: RoomId, room: &OpenRoom, entry: &Entry<room::Event>, out: &mut Messages) {
        let about_music = |event: &room::Event| match event {
            room::Event::Playback(event) => Some(event.clone()),
            _ => None,
        };
        let Some(event) = entry.events.iter().rev().find_map(about_music) else {
            return;
        };
        let mut data = self.playback(id, room, entry.cause.by.user());
        out.push(&match event {
            Event::Started { .. } => ServerMessage::PlaybackResumed { data },
            Event::Paused { .. } | Event::Finished { .. } | Event::Emptied => {
                ServerMessage::PlaybackPaused { data }
            }
            Event::Seeked { timeline } | Event::Changed { timeline, .. } => {
                data.seek_time = Some(to_wire::seconds(timeline.position));
                ServerMessage::PlaybackSeeked { data }
            }
        });
    }
}
