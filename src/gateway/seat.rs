//! A seat: one connection that follows one room, in a dialect whose address names the room and whose token comes with
//! the handshake.
//!
//! Lets in, reads, limits, and says goodbye; what is said is the [`Dialect`]'s. Whoever may not come in is refused before
//! the upgrade, in the one error shape.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::oneshot;

use super::Gateway;
use super::answer::{self, Answer};
use super::limits::SocketLimits;
use super::mirror::{Mirror, Words};
use super::outbox::Outbox;
use super::request::Request;
use super::ws::{self, Incoming, Socket};
use crate::app::App;
use crate::domain::aggregate::By;
use crate::domain::room;
use crate::entity::{Offer, Outlet, Subscriber};
use crate::ids::{ConnectionId, RoomId, SessionId, UserId};
use crate::journal::Seq;
use crate::presence::{Connection, Eviction, Farewell, Report};
use crate::time::Timestamp;
use crate::wire::Object;
use crate::wire::error_code::{ErrorBody, ErrorCode};
use crate::wire::seat::Refusal;

/// Close codes, beside the standard ones.
pub mod close {
    /// No valid sign-in, or it is over.
    pub const AUTH_REQUIRED: u16 = 4401;
    /// You belong to the room no more.
    pub const NOT_IN_ROOM: u16 = 4403;
    /// The room is closed.
    pub const ROOM_CLOSED: u16 = 4404;
    /// The server restarts: come back.
    pub const RESTART: u16 = 1012;
}

/// How long the first message to a client may take.
const BEGIN_WITHIN: Duration = Duration::from_secs(5);
/// How many messages that cannot be used end a connection.
const PATIENCE: u32 = 100;

/// What a dialect makes of what its clients say.
pub trait Dialect: Send + 'static {
    /// A message of a client.
    type Heard: DeserializeOwned + Send;

    /// The longest message, in bytes.
    const LONGEST: usize = ws::MAX_MESSAGE;

    /// The client sits, and has been offered how things stand.
    fn begin(&mut self, _seat: &Seat) -> impl Future<Output = Result<(), ErrorBody>> + Send {
        std::future::ready(Ok(()))
    }

    /// Acts on a message. What fails is told to the client; the connection stays.
    fn hear(
        &mut self,
        seat: &Seat,
        heard: Self::Heard,
    ) -> impl Future<Output = Result<(), ErrorBody>> + Send;

    /// Waits for something to tell this client apart from the others, and tells it. May be dropped while it waits.
    fn news(&mut self, _seat: &Seat) -> impl Future<Output = ()> + Send {
        std::future::pending()
    }

    /// The connection is gone.
    fn gone(self, _seat: &Seat) -> impl Future<Output = ()> + Send
    where
        Self: Sized,
    {
        std::future::ready(())
    }
}

/// Who sits down.
#[derive(Debug, Clone, Copy)]
pub struct Sitter {
    /// Who.
    pub user: UserId,
    /// From which device.
    pub session: SessionId,
    /// Until when their token holds, where they came with one.
    pub until: Option<Timestamp>,
}

/// One connection that follows one room.
pub struct Seat {
    /// The use cases.
    pub app: App,
    /// Who sits here.
    pub user: UserId,
    /// The room.
    pub room: RoomId,
    connection: ConnectionId,
    outbox: Arc<Outbox>,
    limits: SocketLimits,
}

impl Seat {
    /// Says something to this client alone.
    pub fn say<T: Serialize>(&self, message: &T) {
        self.outbox.send_json(message);
    }

    /// Gives a command to the room, by whoever sits here; charged as a control.
    ///
    /// # Errors
    /// Where the rules, the limits or the machine say no.
    pub async fn execute(&self, command: impl Into<room::Command>) -> Result<Seq, ErrorBody> {
        self.limits.charge_command()?;
        self.follow_up(command).await
    }

    /// A further command that the same message asks for.
    ///
    /// # Errors
    /// Where the rules or the machine say no.
    pub async fn follow_up(&self, command: impl Into<room::Command>) -> Result<Seq, ErrorBody> {
        let by = By::User(self.user);
        let executed = self.app.execute(by, self.room, command.into(), None).await;
        Ok(executed?.seq)
    }

    /// Whether a clock probe or a report is within the limits; one too many is simply not answered.
    pub fn allow_probe(&self) -> bool {
        self.limits.allow_probe()
    }

    /// Keeps what the client says of itself; never journaled.
    pub fn report(&self, report: Report) {
        self.app.report(self.connection, self.room, report);
    }

    fn refuse(&self, error: ErrorBody) {
        self.say(&Refusal::from(error));
    }
}

/// Where a room's messages go, and who waits for the first.
struct Begun {
    outbox: Arc<Outbox>,
    told: Mutex<Option<oneshot::Sender<()>>>,
}

impl Outlet for Begun {
    fn offer(&self, bytes: &Bytes, messages: usize) -> Offer {
        let offer = self.outbox.offer(bytes, messages);
        let told = self
            .told
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(told) = told {
            let _ = told.send(());
        }
        offer
    }

    fn is_closed(&self) -> bool {
        self.outbox.is_closed()
    }
}

/// The connection as presence knows it.
struct Handle(Arc<Outbox>);

impl Handle {
    fn end(&self, code: u16, error: ErrorBody) {
        let reason = error.message.clone();
        self.0.send_json(&Refusal::from(error));
        self.0.close(code, &reason);
    }
}

impl Connection for Handle {
    fn close(&self, why: Farewell) {
        match why {
            Farewell::SignedOut => self.end(
                close::AUTH_REQUIRED,
                ErrorBody::new(
                    ErrorCode::AuthRequired,
                    "this session is over: sign in again",
                ),
            ),
            Farewell::Restart => self
                .0
                .close(close::RESTART, "the server restarts: come back"),
        }
    }

    fn evicted(&self, _: RoomId, why: Eviction) {
        let (close, code, reason) = match why {
            Eviction::RoomClosed => (
                close::ROOM_CLOSED,
                ErrorCode::NotFound,
                "the room is closed",
            ),
            _ => (
                close::NOT_IN_ROOM,
                ErrorCode::NotInRoom,
                "you are not in this room any more",
            ),
        };
        self.end(close, ErrorBody::new(code, reason));
    }

    fn schedules(&self) -> bool {
        false
    }
}

/// Answers the handshake, and sits the client down when the connection is there. The caller of this has made sure that
/// they are a member.
///
/// # Errors
/// Where this is no handshake, or one of a foreign page.
pub fn take<D: Dialect, W: Words>(
    mut request: Request,
    sitter: Sitter,
    room: RoomId,
    mirror: Arc<Mirror<W>>,
    dialect: D,
) -> Answer {
    let handshake = request.handshake.take().ok_or_else(answer::broken)?;
    let gateway = request.gateway;
    let sockets = gateway.sockets.clone();
    ws::accept(&sockets, handshake, None, move |socket| {
        sit(gateway, sitter, room, mirror, dialect, socket)
    })
}

async fn sit<D: Dialect, W: Words>(
    gateway: Arc<Gateway>,
    sitter: Sitter,
    room: RoomId,
    mirror: Arc<Mirror<W>>,
    mut dialect: D,
    socket: Socket,
) {
    let (app, outbox) = (gateway.app.clone(), socket.outbox().clone());
    let handle = Arc::new(Handle(outbox.clone()));
    let connection = app
        .presence()
        .connect(sitter.user, sitter.session, handle.clone());
    let (begun, begins) = oneshot::channel();
    let subscriber = Subscriber {
        id: connection,
        encoder: mirror,
        outlet: Arc::new(Begun {
            outbox: outbox.clone(),
            told: Mutex::new(Some(begun)),
        }),
    };
    let seat = Seat {
        app: app.clone(),
        user: sitter.user,
        room,
        connection,
        outbox,
        limits: gateway.limits.socket(),
    };
    drop(gateway);
    match app.watch(sitter.user, room, subscriber, None).await {
        Ok(()) => {
            // What is said to this client alone comes behind how things stand. Nothing is offered where the room closes
            // just now; then the connection ends anyway.
            let _ = tokio::time::timeout(BEGIN_WITHIN, begins).await;
            if let Err(error) = dialect.begin(&seat).await {
                seat.refuse(error);
            }
            let dialect = listen(&seat, sitter.until, dialect, socket).await;
            app.disconnected(connection, &[room]);
            dialect.gone(&seat).await;
        }
        Err(error) => {
            app.disconnected(connection, &[]);
            handle.end(close::NOT_IN_ROOM, error.into());
        }
    }
}

/// Hears the client until either side is done.
async fn listen<D: Dialect>(
    seat: &Seat,
    until: Option<Timestamp>,
    mut dialect: D,
    mut socket: Socket,
) -> D {
    let mut useless = 0;
    loop {
        let left = until.map_or(Duration::MAX, |until| {
            until.since(seat.app.clock().now()).to_std()
        });
        let incoming = tokio::select! {
            incoming = socket.next() => incoming,
            () = dialect.news(seat) => continue,
            () = tokio::time::sleep(left) => {
                let expired = "the token is expired: come back with a fresh one";
                Handle(seat.outbox.clone())
                    .end(close::AUTH_REQUIRED, ErrorBody::new(ErrorCode::AuthRequired, expired));
                return dialect;
            }
        };
        let heard = match incoming {
            None => return dialect,
            Some(Incoming::Text(text)) => read::<D>(text.as_ref()),
            Some(Incoming::Binary) => {
                seat.outbox.close(1003, "only text messages are understood");
                return dialect;
            }
        };
        let outcome = match heard {
            Ok(heard) => dialect.hear(seat, heard).await,
            Err(error) => {
                useless += 1;
                Err(error)
            }
        };
        if let Err(error) = outcome {
            seat.refuse(error);
        }
        if useless > PATIENCE {
            seat.outbox
                .close(1008, "too much that cannot be understood");
            return dialect;
        }
    }
}

fn read<D: Dialect>(text: &str) -> Result<D::Heard, ErrorBody> {
    if text.len() > D::LONGEST {
        let most = D::LONGEST;
        return Err(ErrorBody::new(
            ErrorCode::PayloadTooLarge,
            format!("the message is too large: at most {most} bytes are taken"),
        ));
    }
    serde_json::from_str(text)
        .map(|Object(heard)| heard)
        .map_err(|error| answer::invalid(format!("this message cannot be understood: {error}")))
}

/// A seconds value of a client as a place in a track.
///
/// # Errors
/// Where it is negative or no number.
pub fn seconds(seconds: f64, field: &str) -> Result<crate::time::Position, ErrorBody> {
    if (0.0..=9e12).contains(&seconds) {
        Ok(crate::time::Position::from_ms(
            (seconds * 1000.0).round() as u64
        ))
    } else {
        Err(answer::invalid(format!(
            "{field} must be a number of seconds, 0 or more"
        )))
    }
}
