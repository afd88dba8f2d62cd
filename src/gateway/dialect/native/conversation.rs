//! One native connection, from hello to goodbye.

mod commands;
mod handle;

use std::ops::ControlFlow;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::sync::Semaphore;

use handle::{Handle, bye};

use super::{NativeEncoder, close};
use crate::app::App;
use crate::entity::{Resume, Subscriber};
use crate::gateway::auth::{Authority, Caller};
use crate::gateway::limits::{Limits, SocketLimits};
use crate::gateway::outbox::Outbox;
use crate::gateway::to_wire;
use crate::gateway::ws::{Incoming, Socket};
use crate::ids::{ConnectionId, RoomId};
use crate::journal::Seq;
use crate::presence::Report;
use crate::time::{Span, Timestamp};
use crate::wire::Object;
use crate::wire::client::ClientMessage;
use crate::wire::error_code::{ErrorBody, ErrorCode};
use crate::wire::server::ServerMessage;

/// A client says hello within this time.
const HELLO_WITHIN: Span = Span::from_secs(5);
/// A client says something at least this often.
const HEARTBEAT_MS: u64 = 25_000;
/// The most rooms one connection follows.
const WATCHED_ROOMS: usize = 16;

/// What every native connection shares.
pub struct Terms {
    /// The use cases.
    pub app: App,
    /// Who checks tokens.
    pub authority: Arc<Authority>,
    /// How rooms are put into words.
    pub encoder: Arc<NativeEncoder>,
    /// What each user may ask for in a time.
    pub limits: Arc<Limits>,
}

/// Who speaks on a connection, once it has said hello.
struct Speaker {
    caller: Caller,
    connection: ConnectionId,
}

struct Conversation {
    terms: Arc<Terms>,
    outbox: Arc<Outbox>,
    limits: SocketLimits,
    hello_by: Timestamp,
    speaker: Option<Speaker>,
    rooms: Vec<RoomId>,
    /// Made with the first command: most connections only listen.
    waiting: OnceLock<Arc<Semaphore>>,
}

/// The client broke the protocol: why it is closed.
struct Broken(u16, &'static str);

/// Talks with one client, who may be known already, until either side is done. Not an `async fn`, which would hold its
/// arguments twice: this future is what an idle connection costs.
pub fn converse(
    terms: Arc<Terms>,
    mut socket: Socket,
    (limits, known): (SocketLimits, Option<Caller>),
) -> impl Future<Output = ()> + Send {
    let mut talk = Conversation {
        hello_by: terms.app.clock().now() + HELLO_WITHIN,
        terms,
        outbox: socket.outbox().clone(),
        limits,
        speaker: None,
        rooms: Vec::new(),
        waiting: OnceLock::new(),
    };
    async move {
        if let Some(caller) = known
            && let Err(Broken(code, reason)) = Box::pin(talk.enter(caller)).await
        {
            bye(&talk.outbox, code, reason, None);
            return;
        }
        while talk.turn(&mut socket).await.is_continue() {}
        if let Some(speaker) = &talk.speaker {
            talk.terms.app.disconnected(speaker.connection, &talk.rooms);
        }
    }
}

impl Conversation {
    /// Waits for the next message and acts on it, or ends.
    async fn turn(&mut self, socket: &mut Socket) -> ControlFlow<()> {
        let incoming = tokio::select! {
            incoming = socket.next() => incoming,
            () = tokio::time::sleep(self.time_left()) => {
                let reason = match self.speaker {
                    None => "say hello within 5 s",
                    Some(_) => "the access token is expired: say hello with a fresh one in time",
                };
                bye(&self.outbox, close::AUTH_REQUIRED, reason, None);
                return ControlFlow::Break(());
            }
        };
        let received_ms = self.terms.app.clock().now_ms();
        let heard = match incoming {
            None => return ControlFlow::Break(()),
            // In a box of its own: a connection that only listens does not hold what acting on a message takes.
            Some(Incoming::Text(text)) => Box::pin(self.hear(text.as_ref(), received_ms)).await,
            Some(Incoming::Binary) => Err(Broken(1003, "only text messages are understood")),
        };
        if let Err(Broken(code, reason)) = heard {
            bye(&self.outbox, code, reason, None);
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    }

    /// How long the client has to say hello, for the first time or again.
    fn time_left(&self) -> Duration {
        let until = self
            .speaker
            .as_ref()
            .map_or(self.hello_by, |speaker| speaker.caller.expires_at);
        until.since(self.terms.app.clock().now()).to_std()
    }

    fn say(&self, message: &ServerMessage) {
        self.outbox.send_json(message);
    }

    fn complain(&self, error: ErrorBody) {
        let ErrorBody {
            code,
            message,
            retry_after_ms,
        } = error;
        self.say(&ServerMessage::Error {
            code,
            message,
            retry_after_ms,
        });
    }

    /// Acts on one message.
    async fn hear(&mut self, text: &str, received_ms: f64) -> Result<(), Broken> {
        let message: ClientMessage = match serde_json::from_str(text) {
            Ok(Object(message)) => message,
            Err(error) => {
                self.refuse_malformed(text, &error);
                return Ok(());
            }
        };
        if let ClientMessage::Hello { token, client } = message {
            return self.hello(&token, client).await;
        }
        let Some(speaker) = &self.speaker else {
            return Err(Broken(close::AUTH_REQUIRED, "say hello first"));
        };
        let (user, connection) = (speaker.caller.user, speaker.connection);
        match message {
            ClientMessage::Hello { .. } => {}
            ClientMessage::Time { t0 } => {
                if self.limits.allow_probe() {
                    let t2 = self.terms.app.clock().now_ms();
                    self.say(&ServerMessage::Time {
                        t0,
                        t1: received_ms,
                        t2,
                    });
                }
            }
            ClientMessage::Report {
                room_id,
                item_id,
                drift_ms,
                offset_ms,
                rtt_ms,
                buffering,
                loaded,
                ahead_item_id,
            } => {
                let report = Report {
                    item: item_id,
                    drift_ms,
                    offset_ms,
                    rtt_ms,
                    buffering,
                    loaded,
                    ahead: ahead_item_id,
                };
                if self.limits.allow_probe() {
                    self.terms.app.report(connection, room_id, report);
                }
            }
            ClientMessage::Command {
                command_id,
                room_id,
                command,
            } => {
                self.command(command_id, room_id, command).await;
            }
            ClientMessage::Watch {
                room_id,
                epoch,
                after_seq,
            } => {
                if let Err(error) = self.watch(room_id, epoch.as_deref(), after_seq).await {
                    let ErrorBody { code, message, .. } = error;
                    self.say(&ServerMessage::Unwatched {
                        room_id,
                        code: Some(code),
                        why: None,
                        reason: message,
                    });
                }
            }
            ClientMessage::Unwatch { room_id } => {
                self.rooms.retain(|room| *room != room_id);
                self.terms.app.unwatch(user, room_id, connection);
                self.say(&ServerMessage::Unwatched {
                    room_id,
                    code: None,
                    why: None,
                    reason: "as you asked".to_owned(),
                });
            }
            ClientMessage::React { room_id, emoji } => self.react(room_id, emoji).await,
        }
        Ok(())
    }

    /// A message that cannot be read. Where it can be told which command it was, that command is rejected.
    fn refuse_malformed(&self, text: &str, error: &serde_json::Error) {
        let message = format!("this message cannot be understood: {error}");
        let value: Option<serde_json::Value> = serde_json::from_str(text).ok();
        let command_id = value
            .as_ref()
            .filter(|value| value.get("type").and_then(|t| t.as_str()) == Some("command"))
            .and_then(|value| value.get("command_id")?.as_str()?.parse().ok());
        match command_id {
            Some(command_id) => self.reject(
                command_id,
                ErrorBody::new(ErrorCode::InvalidRequest, message),
            ),
            None => self.complain(ErrorBody::new(ErrorCode::InvalidRequest, message)),
        }
    }

    async fn hello(&mut self, token: &str, _client: Option<String>) -> Result<(), Broken> {
        let app = &self.terms.app;
        let caller = match self.terms.authority.check_access(app, token).await {
            Ok(caller) => caller,
            Err(error) if error.code == ErrorCode::AuthRequired => {
                return Err(Broken(
                    close::AUTH_REQUIRED,
                    "this access token is not valid: sign in, or refresh it",
                ));
            }
            Err(error) => {
                self.complain(error);
                return Ok(());
            }
        };
        self.enter(caller).await
    }

    /// The client is known from here on, or with a fresh token again.
    async fn enter(&mut self, caller: Caller) -> Result<(), Broken> {
        let app = &self.terms.app;
        let account = match app.account(caller.user).await {
            Ok(account) => account,
            Err(error) => {
                self.complain(error.into());
                return Ok(());
            }
        };
        match &mut self.speaker {
            Some(speaker) if speaker.caller.user != caller.user => {
                return Err(Broken(
                    close::PROTOCOL,
                    "a connection cannot change its user",
                ));
            }
            Some(speaker) => speaker.caller = caller.clone(),
            None => {
                let handle = Arc::new(Handle {
                    outbox: self.outbox.clone(),
                    user: caller.user,
                    directory: app.directory().clone(),
                });
                let connection = app.presence().connect(caller.user, caller.session, handle);
                self.speaker = Some(Speaker {
                    caller: caller.clone(),
                    connection,
                });
            }
        }
        let connection = self
            .speaker
            .as_ref()
            .map_or(ConnectionId(0), |speaker| speaker.connection);
        self.say(&ServerMessage::Welcome {
            connection_id: format!("conn_{}", connection.0),
            user: to_wire::user(caller.user, &account),
            session_id: caller.session,
            server_time_ms: app.clock().now_ms(),
            heartbeat_ms: HEARTBEAT_MS,
            expires_at_ms: Timestamp::as_ms(caller.expires_at),
            started_at_ms: app.started_at().as_ms(),
        });
        Ok(())
    }

    async fn watch(
        &mut self,
        room: RoomId,
        epoch: Option<&str>,
        after: Option<u64>,
    ) -> Result<(), ErrorBody> {
        let Some(speaker) = &self.speaker else {
            return Ok(());
        };
        if !self.rooms.contains(&room) && self.rooms.len() >= WATCHED_ROOMS {
            return Err(ErrorBody::new(
                ErrorCode::Conflict,
                "one connection follows at most 16 rooms",
            ));
        }
        let resume = match (epoch.and_then(|epoch| epoch.parse().ok()), after) {
            (Some(epoch), Some(after)) => Some(Resume {
                epoch,
                after: Seq(after),
            }),
            _ => None,
        };
        let subscriber = Subscriber {
            id: speaker.connection,
            encoder: self.terms.encoder.clone(),
            outlet: self.outbox.clone(),
        };
        self.terms
            .app
            .watch(speaker.caller.user, room, subscriber, resume)
            .await?;
        if !self.rooms.contains(&room) {
            // Nearly every connection follows one room.
            self.rooms.reserve_exact(1);
            self.rooms.push(room);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn future_size<A, B, C, F: Future>(_: fn(A, B, C) -> F) -> usize {
        size_of::<F>()
    }

    #[test]
    fn a_connection_that_only_listens_waits_in_less_than_a_kilobyte() {
        let size = future_size(converse);
        assert!(size < 1_024, "{size}");
    }
}
