//! What one socket is told: its link, which knows whose it is and gives up on a peer that takes nothing, and its place in a
//! room, which leaves out what this listener said itself or knows already.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;
use socketioxide::extract::SocketRef;
use socketioxide::{SendError, SocketError, SocketIo};

use super::frames::{self, Frame, Kind};
use super::{LAST_POLLS, Shared};
use crate::entity::{Offer, Outlet};
use crate::gateway::peer::Peer;
use crate::gateway::request::origin;
use crate::gateway::to_wire;
use crate::ids::{ConnectionId, RoomId, UserId};
use crate::presence::{Connection, Eviction, Farewell, Notice};
use crate::wire::error_code::{ErrorBody, ErrorCode};
use crate::wire::friend_rooms::{News, RoomLeft};
use tokio_util::sync::CancellationToken;

/// The most people a listener is remembered to have heard of; beyond, some may be named twice.
const MAX_KNOWN: usize = 1_024;

/// One socket, as it is spoken to.
pub(super) struct Link {
    pub(super) socket: SocketRef,
    pub(super) user: UserId,
    pub(super) shared: Arc<Shared>,
    /// Either side has hung up.
    pub(super) gone: CancellationToken,
    io: SocketIo,
    over: AtomicBool,
    place: Mutex<Option<Arc<Place>>>,
}

impl Link {
    pub(super) fn new(
        (socket, io): (SocketRef, SocketIo),
        user: UserId,
        shared: Arc<Shared>,
        gone: CancellationToken,
    ) -> Arc<Self> {
        Arc::new(Self {
            socket,
            user,
            shared,
            gone,
            io,
            over: AtomicBool::new(false),
            place: Mutex::default(),
        })
    }

    /// Server time, as this dialect writes it.
    pub(super) fn timestamp(&self) -> String {
        self.shared.app.clock().now().to_string()
    }

    /// Puts scheme and host of this server, as this client reaches it, before the path of a room's invite link.
    pub(super) fn complete(&self, room_state: &mut Value) {
        let Some(path) = room_state["invite_url"].as_str() else {
            return;
        };
        let asked = self.socket.req_parts();
        let tls = asked.extensions.get::<Peer>().is_some_and(|peer| peer.tls);
        let origin = origin(&self.shared.settings.now(), &asked.headers, tls);
        room_state["invite_url"] = format!("{origin}{path}").into();
    }

    pub(super) fn say<T: Serialize + ?Sized>(self: &Arc<Self>, event: &str, payload: &T) -> Offer {
        if self.is_over() {
            return Offer::Refused;
        }
        match self.socket.emit(event, payload) {
            Ok(()) => Offer::Taken,
            Err(SendError::Socket(SocketError::InternalChannelFull)) => {
                self.shared.metrics.sockets_overflowed.add(1);
                self.cut();
                Offer::Refused
            }
            Err(SendError::Serialize(error)) => {
                tracing::error!(%error, event, "an event could not be put into words");
                Offer::Taken
            }
            Err(SendError::Socket(_)) => Offer::Refused,
        }
    }

    pub(super) fn complain(self: &Arc<Self>, error: &ErrorBody) {
        self.say("error", error);
    }

    pub(super) fn is_over(&self) -> bool {
        self.over.load(Ordering::Acquire) || !self.socket.connected()
    }

    /// Ends the connection in good manners; what is left of it is cut in a moment.
    pub(super) fn hang_up(&self) {
        self.over.store(true, Ordering::Release);
        if self.socket.clone().disconnect().is_err() {
            self.cut();
        }
    }

    /// Says and hears nothing more.
    fn let_go(&self) {
        self.over.store(true, Ordering::Release);
        self.gone.cancel();
    }

    /// Ends the connection now and without a word; the peer may come back.
    pub(super) fn cut(&self) {
        self.let_go();
        if !self.shared.lines.cut_under(&self.socket) {
            // A poll ends by itself; the session ends with this, or with its heartbeat.
            let _ = self.socket.clone().disconnect();
        }
    }

    fn lock_place(&self) -> std::sync::MutexGuard<'_, Option<Arc<Place>>> {
        self.place.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The room this socket is in.
    pub(super) fn place(&self) -> Option<Arc<Place>> {
        self.lock_place().clone()
    }

    /// Takes that place, and gives up the one before.
    pub(super) fn take_place(&self, place: Option<Arc<Place>>) -> Option<Arc<Place>> {
        let before = std::mem::replace(&mut *self.lock_place(), place);
        if let Some(before) = &before {
            before.give_up();
        }
        before
    }

    /// Gives up the place in `room`, if it is there.
    fn give_up(&self, room: RoomId) -> bool {
        let mut place = self.lock_place();
        let there = place.as_ref().is_some_and(|place| place.room == room);
        if there && let Some(place) = place.take() {
            place.give_up();
        }
        there
    }
}

/// One socket's place in a room: where the room's events go. A new one each time the room is joined.
pub(super) struct Place {
    link: Arc<Link>,
    pub(super) room: RoomId,
    over: AtomicBool,
    heard_of: Mutex<HashMap<UserId, bool>>,
}

impl Place {
    /// A place from which `present` are seen already.
    pub(super) fn new(link: Arc<Link>, room: RoomId, present: Vec<UserId>) -> Arc<Self> {
        link.shared.encoder.enter(room);
        Arc::new(Self {
            link,
            room,
            over: AtomicBool::new(false),
            heard_of: Mutex::new(present.into_iter().map(|user| (user, true)).collect()),
        })
    }

    fn give_up(&self) {
        if !self.over.swap(true, Ordering::AcqRel) {
            self.link.shared.encoder.leave(self.room);
        }
    }

    fn tell(&self, frame: &Frame<'_>) -> Offer {
        let Ok(payload) = serde_json::from_str::<&RawValue>(frame.payload) else {
            return Offer::Taken;
        };
        let me = self.link.user.0.as_u128();
        match frame.kind {
            Kind::Room => self.tell_room(frame),
            Kind::Synced if frame.concerns == self.connection() => Offer::Taken,
            Kind::Synced => self.link.say("state_synced", payload),
            Kind::HostChanged => self.link.say("host_changed", payload),
            Kind::Came | Kind::Went if frame.concerns == me => Offer::Taken,
            Kind::Came if self.hears_of(frame, true) => self.link.say("user_joined", payload),
            Kind::Went if self.hears_of(frame, false) => self.link.say("user_left", payload),
            Kind::Came | Kind::Went => Offer::Taken,
        }
    }

    fn tell_room(&self, frame: &Frame<'_>) -> Offer {
        let mut room_state = serde_json::from_str(frame.payload).unwrap_or_default();
        self.link.complete(&mut room_state);
        let joined = Joined {
            room_id: self.room,
            room_state,
            is_host: frame.concerns == self.link.user.0.as_u128(),
            timestamp: self.link.timestamp(),
        };
        self.link.say("room_joined", &joined)
    }

    fn connection(&self) -> u128 {
        let connection = self.link.socket.extensions.get::<ConnectionId>();
        connection.map_or(u128::MAX, |id| id.0.into())
    }

    /// Whether it is news that somebody came, or went.
    fn hears_of(&self, frame: &Frame<'_>, came: bool) -> bool {
        let user = UserId(uuid::Uuid::from_u128(frame.concerns));
        let mut heard_of = self.heard_of.lock().unwrap_or_else(PoisonError::into_inner);
        if heard_of.len() >= MAX_KNOWN {
            heard_of.clear();
        }
        heard_of.insert(user, came) != Some(came)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.give_up();
    }
}

impl Outlet for Place {
    fn offer(&self, bytes: &Bytes, _: usize) -> Offer {
        for frame in frames::read(bytes) {
            if self.is_closed() || self.tell(&frame) == Offer::Refused {
                return Offer::Refused;
            }
        }
        Offer::Taken
    }

    fn is_closed(&self) -> bool {
        self.over.load(Ordering::Acquire) || self.link.is_over()
    }
}

/// `room_joined`.
#[derive(Serialize)]
struct Joined {
    room_id: RoomId,
    room_state: Value,
    is_host: bool,
    timestamp: String,
}

/// The connection as presence knows it.
pub(super) struct Handle(pub(super) Arc<Link>);

impl Connection for Handle {
    fn close(&self, why: Farewell) {
        match why {
            Farewell::SignedOut => {
                self.0.complain(&ErrorBody::new(
                    ErrorCode::AuthRequired,
                    "this session is over: sign in again",
                ));
                self.0.hang_up();
            }
            // Without a word: a client whose connection breaks comes back by itself, one that is sent away does not.
            Farewell::Restart => {
                self.0.shared.close_all(&self.0.io);
                self.0.let_go();
                if !self.0.shared.lines.cut_under(&self.0.socket) {
                    let socket = self.0.socket.clone();
                    tokio::spawn(async move {
                        tokio::time::sleep(LAST_POLLS).await;
                        let _ = socket.disconnect();
                    });
                }
            }
        }
    }

    fn notice(&self, news: &Notice) {
        let link = &self.0;
        if let Some(notice) = to_wire::notice(news, link.user, link.shared.app.directory()) {
            let timestamp = link.timestamp();
            link.say(notice.kind(), &News { notice, timestamp });
        }
    }

    fn evicted(&self, room_id: RoomId, why: Eviction) {
        if !self.0.give_up(room_id) {
            return;
        }
        let timestamp = self.0.timestamp();
        self.0.say("room_left", &RoomLeft { room_id, timestamp });
        let message = match why {
            Eviction::Left => return,
            Eviction::RoomClosed => "the room is closed",
            Eviction::Kicked => "you were taken out of this room",
            Eviction::Banned => "you are let into this room no more",
        };
        self.0
            .complain(&ErrorBody::new(ErrorCode::NotInRoom, message));
        if matches!(why, Eviction::Kicked | Eviction::Banned) {
            self.0.hang_up();
        }
    }
}
