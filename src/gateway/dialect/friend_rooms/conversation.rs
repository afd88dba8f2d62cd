//! One Socket.IO connection, from `connected` to its end: each event, in the order they were said.

use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;
use socketioxide::extract::AckSender;
use tokio::sync::mpsc;

use super::connection::Heard;
use super::encoder::{self, Came, Relayed};
use super::outlet::{Handle, Link, Place};
use super::reading::{heard_position, invalid, read, room_id, song};
use super::steering::{Report, Steering, Verdict};
use crate::app::AppError;
use crate::domain::aggregate::By;
use crate::domain::room::{heard, membership};
use crate::entity::{Idempotency, Subscriber};
use crate::gateway::auth::{Caller, sign_in};
use crate::gateway::limits::SocketLimits;
use crate::ids::{ConnectionId, RoomId};
use crate::wire::error_code::{ErrorBody, ErrorCode};
use crate::wire::friend_rooms::{
    Authenticate, Connected, Done, JoinRoom, LeaveRoomSocket, Pong, RequestSync, RoomLeft,
    StateSynced, SyncState,
};

/// The names of what clients say.
pub const EVENTS: [&str; 6] = [
    "join_room",
    "leave_room_socket",
    "sync_state",
    "request_sync",
    "ping",
    "authenticate",
];

struct Conversation {
    link: Arc<Link>,
    caller: Caller,
    connection: ConnectionId,
    limits: SocketLimits,
    steering: Steering,
}

/// Talks with one client until either side is done.
pub(super) async fn converse(
    link: Arc<Link>,
    caller: Caller,
    mut said: mpsc::Receiver<Box<Heard>>,
) {
    let shared = link.shared.clone();
    let handle = Arc::new(Handle(link.clone()));
    let connection = shared
        .app
        .presence()
        .connect(caller.user, caller.session, handle);
    link.socket.extensions.insert(connection);
    let _there = There::new(&link, connection);
    let mut talk = Conversation {
        limits: shared.limits.socket_io(),
        steering: Steering::default(),
        link: link.clone(),
        caller,
        connection,
    };
    talk.begin().await;
    loop {
        let heard = tokio::select! {
            biased;
            () = link.gone.cancelled() => break,
            () = talk.until_expiry() => {
                link.complain(&sign_in("the access token is expired: connect with a fresh one"));
                link.hang_up();
                break;
            }
            heard = said.recv() => heard,
        };
        let Some(heard) = heard else { break };
        talk.hear(*heard).await;
    }
}

/// A connection counts as there for as long as this is held, however its conversation ends.
struct There<'a> {
    link: &'a Arc<Link>,
    connection: ConnectionId,
}

impl<'a> There<'a> {
    fn new(link: &'a Arc<Link>, connection: ConnectionId) -> Self {
        link.shared.metrics.sockets.up();
        Self { link, connection }
    }
}

impl Drop for There<'_> {
    fn drop(&mut self) {
        let shared = &self.link.shared;
        shared.metrics.sockets.down();
        let place = self.link.take_place(None);
        let rooms: Vec<RoomId> = place.iter().map(|place| place.room).collect();
        shared.app.disconnected(self.connection, &rooms);
    }
}

/// What answers an event: its own answer for an acknowledgement.
type Answer = Result<Value, ErrorBody>;

impl Conversation {
    async fn begin(&mut self) {
        // Signed out while coming in: presence could not know of this connection yet.
        if let Err(error) = self.link.shared.app.session(self.caller.session).await {
            self.link.complain(&error.into());
            return self.link.hang_up();
        }
        let connected = Connected {
            user_id: self.caller.user,
            timestamp: self.link.timestamp(),
        };
        self.link.say("connected", &connected);
    }

    async fn until_expiry(&self) {
        let left = self
            .caller
            .expires_at
            .since(self.link.shared.app.clock().now());
        tokio::time::sleep(left.to_std()).await;
    }

    async fn hear(&mut self, Heard { event, data, ack }: Heard) {
        let data = data.unwrap_or(Value::Null);
        let answer = match event.as_str() {
            "ping" => return self.ping(ack),
            "sync_state" => self.sync_state(data).await,
            event => match self.limits.charge_command() {
                Ok(()) => self.act(event, data).await,
                Err(error) => Err(error),
            },
        };
        if let Err(error) = &answer {
            self.link.complain(error);
        }
        if let Some(ack) = ack {
            let _ = match &answer {
                Ok(value) => ack.send(value),
                Err(error) => ack.send(error),
            };
        }
    }

    async fn act(&mut self, event: &str, data: Value) -> Answer {
        match event {
            "join_room" => self.join_room(read(data)?).await,
            "leave_room_socket" if data.is_null() => {
                self.leave_room(LeaveRoomSocket::default()).await
            }
            "leave_room_socket" => self.leave_room(read(data)?).await,
            "request_sync" => self.request_sync(read(data)?).await,
            "authenticate" => self.authenticate(read(data)?).await,
            _ => Err(invalid("there is no such event")),
        }
    }

    fn ping(&self, ack: Option<AckSender>) {
        if !self.limits.allow_probe() {
            return;
        }
        let pong = Pong {
            timestamp: self.link.timestamp(),
        };
        self.link.say("pong", &pong);
        if let Some(ack) = ack {
            let _ = ack.send(&pong);
        }
    }

    async fn join_room(&mut self, asked: JoinRoom) -> Answer {
        let app = self.link.shared.app.clone();
        let room = room_id(&asked.room_id).ok_or_else(no_such_room)?;
        let user = self.caller.user;
        let known = app.require_member(user, room).await;
        if let Err(AppError::Room(_)) = known {
            let invite = asked.invite_code.as_deref();
            app.join(user, room, invite, None).await.map_err(refused)?;
        } else {
            known.map_err(refused)?;
        }
        self.enter(room).await.map_err(refused)?;
        let view = app.view(user, room).await?;
        let mut state = self.link.shared.encoder.room_state(&view);
        self.link.complete(&mut state);
        Ok(serde_json::json!({
            "room_id": room,
            "is_host": view.members.host == Some(user),
            "room_state": state,
            "timestamp": self.link.timestamp(),
        }))
    }

    /// Takes a place in a room and follows it; what there is to know comes as `room_joined`.
    async fn enter(&mut self, room: RoomId) -> Result<(), AppError> {
        let app = self.link.shared.app.clone();
        let (presence, user) = (app.presence(), self.caller.user);
        if let Some(before) = self.link.place().filter(|before| before.room != room) {
            self.detach(before.room);
            let _ = self.say_left(before.room);
        }
        let present = presence.connected(room);
        let news = !present.contains(&user);
        let place = Place::new(self.link.clone(), room, present);
        self.link.take_place(Some(place.clone()));
        let subscriber = Subscriber {
            id: self.connection,
            encoder: self.link.shared.encoder.clone(),
            outlet: place,
        };
        if let Err(error) = app.watch(user, room, subscriber, None).await {
            self.link.take_place(None);
            return Err(error);
        }
        if news {
            app.show(room, Arc::new(Came(user)));
        }
        Ok(())
    }

    fn detach(&self, room: RoomId) {
        self.link.take_place(None);
        self.link
            .shared
            .app
            .unwatch(self.caller.user, room, self.connection);
    }

    fn say_left(&self, room_id: RoomId) -> Answer {
        let left = RoomLeft {
            room_id,
            timestamp: self.link.timestamp(),
        };
        self.link.say("room_left", &left);
        value(&left)
    }

    /// This socket leaves; its user with it, where no other device of theirs is still there.
    async fn leave_room(&mut self, asked: LeaveRoomSocket) -> Answer {
        let app = self.link.shared.app.clone();
        let here = self.link.place().map(|place| place.room);
        let room = match &asked.room_id {
            Some(named) => room_id(named).ok_or_else(not_in_room)?,
            None => here.ok_or_else(not_in_room)?,
        };
        let user = self.caller.user;
        app.require_member(user, room).await.map_err(absent)?;
        if here == Some(room) {
            self.detach(room);
        }
        if !app.presence().connected(room).contains(&user) {
            let leave = membership::Command::Leave.into();
            app.execute(By::User(user), room, leave, None).await?;
        }
        self.say_left(room)
    }

    async fn request_sync(&mut self, asked: RequestSync) -> Answer {
        let shared = &self.link.shared;
        let room = room_id(&asked.room_id).ok_or_else(not_in_room)?;
        let member = shared.app.require_member(self.caller.user, room).await;
        member.map_err(absent)?;
        let now = shared.app.clock().now();
        let look = shared.app.look(room, move |room| {
            room.open().map(|room| encoder::synced_now(room, now))
        });
        let playing = look.await?.ok_or_else(not_in_room)?;
        let state = shared.encoder.nameless(room).unwrap_or(playing);
        self.link.say("state_synced", &state);
        value(&state)
    }

    /// Steady reports are passed on; others are counted, and become commands.
    async fn sync_state(&mut self, data: Value) -> Answer {
        let asked = match read::<SyncState>(data) {
            Ok(asked) => asked,
            Err(error) => return self.limits.charge_command().and(Err(error)),
        };
        match self.weigh(&asked).await {
            Err(error) => self.limits.charge_command().and(Err(error)),
            Ok((room, Verdict::Change(command), _)) => {
                self.limits.charge_command()?;
                self.change(room, command).await
            }
            Ok((room, verdict, state)) => {
                if self.limits.allow_probe() {
                    let relayed = Relayed {
                        from: self.connection,
                        state,
                        nameless: verdict == Verdict::Nameless,
                    };
                    self.link.shared.app.show(room, Arc::new(relayed));
                }
                value(&Done { ok: true })
            }
        }
    }

    /// What a report means for its room, and how it is passed on where it means nothing.
    async fn weigh(
        &mut self,
        asked: &SyncState,
    ) -> Result<(RoomId, Verdict, StateSynced), ErrorBody> {
        let shared = &self.link.shared;
        let id = room_id(&asked.room_id).ok_or_else(not_in_room)?;
        let position = heard_position(&asked.playback_state)?;
        let (track, nameless) = song(asked.current_song.as_ref())?;
        let (user, now) = (self.caller.user, shared.app.clock().now());
        let playing = asked.playback_state.playing;
        let report = Report {
            playing,
            position,
            track,
        };
        let mut steering = std::mem::take(&mut self.steering);
        let look = shared.app.look(id, move |room| {
            let room = room.open()?;
            let may = room.membership.role(user).map(|_| room.may_control(user));
            let verdict = match nameless {
                true => Verdict::Nameless,
                false => steering.weigh(&report, room, now),
            };
            Some((may, verdict, encoder::synced_now(room, now), steering))
        });
        let (may, verdict, mut state, steering) = look.await?.ok_or_else(not_in_room)?;
        self.steering = steering;
        match may {
            None => return Err(not_in_room()),
            Some(false) => {
                let message = "only the host may say what this room plays";
                return Err(ErrorBody::new(ErrorCode::UpdateFailed, message));
            }
            Some(true) => {}
        }
        state.playback_state = encoder::synced_state(playing, position, now);
        if let Some(song) = &asked.current_song {
            state.current_song = Some(Value::Object(song.clone()));
        }
        Ok((id, verdict, state))
    }

    async fn change(&self, room: RoomId, command: heard::Command) -> Answer {
        let app = &self.link.shared.app;
        let key = encoder::command_id(self.connection, app.clock().now())
            .map(|id| Idempotency { id, fingerprint: 0 });
        let by = By::User(self.caller.user);
        app.execute(by, room, command.into(), key)
            .await
            .map_err(absent)?;
        value(&Done { ok: true })
    }

    /// A fresh token for the same user, so that the connection may stay.
    async fn authenticate(&mut self, asked: Authenticate) -> Answer {
        let shared = &self.link.shared;
        let caller = shared
            .authority
            .check_access(&shared.app, &asked.token)
            .await?;
        if caller.user != self.caller.user || caller.session != self.caller.session {
            return Err(invalid("a connection cannot change its user"));
        }
        self.caller = caller;
        let connected = Connected {
            user_id: self.caller.user,
            timestamp: self.link.timestamp(),
        };
        self.link.say("connected", &connected);
        value(&connected)
    }
}

fn value<T: Serialize>(answer: &T) -> Answer {
    serde_json::to_value(answer).map_err(|error| {
        tracing::error!(%error, "an answer could not be put into words");
        crate::gateway::answer::broken()
    })
}

fn not_in_room() -> ErrorBody {
    ErrorBody::new(
        ErrorCode::NotInRoom,
        "you are not in this room: join it first",
    )
}

fn no_such_room() -> ErrorBody {
    ErrorBody::new(ErrorCode::JoinFailed, "there is no such room")
}

/// Why somebody is not let in: all of it is `JOIN_FAILED`, but for what the machine says.
fn refused(error: AppError) -> ErrorBody {
    let said = matches!(error, AppError::Room(_) | AppError::NotFound(_));
    let mut body = ErrorBody::from(error);
    if said {
        body.code = ErrorCode::JoinFailed;
    }
    body
}

/// A room that is not there is one nobody is in.
fn absent(error: AppError) -> ErrorBody {
    match error {
        AppError::NotFound(_) => not_in_room(),
        error => error.into(),
    }
}
