//! Sessions: the socket `/ws/sessions/{room_id}?token=`, for a host, guests and their requests.
//!
//! Its clients are told how the music stands, compute from there, and are told again every now and then. What REST at the
//! root answers is the REST dialect's.

mod telling;

use std::sync::{Arc, Weak};

use crate::app::App;
use crate::domain::aggregate::By;
use crate::domain::room::{Room, playback, request};
use crate::entity::Idempotency;
use crate::gateway::answer::{self, Answer};
use crate::gateway::limits::Limits;
use crate::gateway::request::Request;
use crate::gateway::route::{Access, Gives, Route, route};
use crate::gateway::seat::{self, Dialect, Seat, Sitter};
use crate::gateway::{Gateway, from_wire, to_wire};
use crate::ids::RoomId;
use crate::presence::Report;

use crate::wire::error_code::ErrorBody;
use crate::wire::requests::RequestedChange;
use crate::wire::rest;
use crate::wire::sessions::{
    ClientMessage, Playback, PlaybackCommand, RequestPlaylistChange, ServerMessage, SyncAck,
};

use telling::Resync;
pub use telling::Sessions;

/// `GET /ws/sessions/{room_id}`: for members, by an access token or the session's own.
pub fn route_of_socket() -> Route {
    route(
        hyper::Method::GET,
        "/ws/sessions/{room_id}",
        "A session's socket",
    )
    .open_to(Access::SignedInByQuery)
    .scoped()
    .query(&["token"])
    .gives_other(101, Gives::Socket)
    .by(open)
}

async fn open(request: Request) -> Answer {
    let caller = request.caller()?;
    let room: RoomId = request.id(0)?;
    let handshake = request.handshake.as_ref().ok_or_else(answer::broken)?;
    handshake.check()?;
    let gateway = &request.gateway;
    gateway.app.require_member(caller.user, room).await?;
    let sitter = Sitter {
        user: caller.user,
        session: caller.session,
        until: Some(caller.expires_at),
    };
    let mirror = gateway.sessions.of(room);
    let dialect = InSession {
        limits: gateway.limits.clone(),
    };
    seat::take(request, sitter, room, mirror, dialect)
}

/// Tells everybody in every session where the music is, as often as is set, for as long as there is a gateway.
pub fn keep_resyncing(gateway: &Arc<Gateway>) {
    let mut every = gateway.resync_every.subscribe();
    let gateway: Weak<Gateway> = Arc::downgrade(gateway);
    tokio::spawn(async move {
        loop {
            let rest = *every.borrow_and_update();
            tokio::select! {
                () = tokio::time::sleep(rest) => {}
                set = every.changed() => match set {
                    Ok(()) => continue,
                    Err(_) => return,
                }
            }
            let Some(gateway) = gateway.upgrade() else {
                return;
            };
            for room in gateway.sessions.followed() {
                if let Ok(Some(playback)) = playback_of(&gateway.app, room).await {
                    gateway.app.show(room, Arc::new(Resync(playback)));
                }
            }
        }
    });
}

/// Where the music of a room is; nothing where there is no such room.
async fn playback_of(app: &App, room: RoomId) -> Result<Option<Playback>, ErrorBody> {
    let now = app.clock().now();
    let look = move |room: &Room| {
        let room = room.open()?;
        let playback = to_wire::session_playback(&room.playback, &room.playlist, now);
        Some(playback)
    };
    Ok(app.look(room, look).await?)
}

/// What one connection says.
struct InSession {
    limits: Arc<Limits>,
}

impl Dialect for InSession {
    type Heard = ClientMessage;

    async fn hear(&mut self, seat: &Seat, heard: ClientMessage) -> Result<(), ErrorBody> {
        match heard {
            ClientMessage::RequestPlaylistChange(change) => self.ask(seat, change).await,
            ClientMessage::SyncAck(ack) => note(seat, ack).await,
            ClientMessage::TrackEnded(ended) => {
                if let Some(item) = ended.track_id {
                    let over = playback::Command::TrackEnded { item };
                    // Whether it can be true is the room's to say; the answer is what is true.
                    let _ = seat.execute(over).await;
                }
                answer_state(seat).await
            }
            ClientMessage::PlaybackCommand(command) => {
                let command = from_wire::playback_action(&command.into())?;
                seat.execute(command).await.map(drop)
            }
            ClientMessage::ApproveRequest(of) => {
                let request = of.request_id;
                let approve = request::Command::Approve { request };
                seat.execute(approve).await.map(drop)
            }
            ClientMessage::DenyRequest(of) => {
                let (request, reason) = (of.request_id, of.reason);
                let deny = request::Command::Deny { request, reason };
                seat.execute(deny).await.map(drop)
            }
        }
    }
}

impl InSession {
    async fn ask(&self, seat: &Seat, asked: RequestPlaylistChange) -> Result<(), ErrorBody> {
        let wanted = RequestedChange {
            action: asked.action,
            track: asked.track,
            item_id: asked.item_id,
            position: asked.position,
        };
        let key = asked.request_id.map(|id| Idempotency {
            id,
            fingerprint: fingerprint(&wanted),
        });
        let command = request::Command::Submit(from_wire::requested(wanted)?).into();
        self.limits.charge_command(seat.user, &command)?;
        let by = By::User(seat.user);
        seat.app.execute(by, seat.room, command, key).await?;
        Ok(())
    }
}

impl From<PlaybackCommand> for rest::Playback {
    fn from(command: PlaybackCommand) -> Self {
        Self {
            action: command.action,
            position_ms: command.position_ms,
            item_id: command.track_id,
        }
    }
}

async fn answer_state(seat: &Seat) -> Result<(), ErrorBody> {
    if let Some(playback) = playback_of(&seat.app, seat.room).await? {
        seat.say(&ServerMessage::PlaybackState(playback));
    }
    Ok(())
}

/// Keeps what a client says of itself. Nothing of it is journaled.
async fn note(seat: &Seat, ack: SyncAck) -> Result<(), ErrorBody> {
    if !seat.allow_probe() {
        return Ok(());
    }
    let drift_ms = match (ack.drift_ms, ack.position_ms) {
        (Some(drift), _) => drift,
        (None, None) => 0.0,
        (None, Some(at)) => match playback_of(&seat.app, seat.room).await? {
            Some(playback) if playback.track_id == ack.track_id || ack.track_id.is_none() => {
                playback.position_ms as f64 - at.0 as f64
            }
            _ => 0.0,
        },
    };
    seat.report(Report {
        item: ack.track_id,
        drift_ms,
        offset_ms: ack.offset_ms.unwrap_or_default(),
        rtt_ms: ack.rtt_ms.unwrap_or_default(),
        buffering: ack.buffering,
        loaded: ack.track_id.is_some() && !ack.buffering,
        ahead: None,
    });
    Ok(())
}

/// The same name with another change is a conflict.
fn fingerprint(change: &RequestedChange) -> u64 {
    let text = serde_json::to_vec(change).unwrap_or_default();
    let mut first = [0; 8];
    first.copy_from_slice(&blake3::hash(&text).as_bytes()[..8]);
    u64::from_le_bytes(first)
}
