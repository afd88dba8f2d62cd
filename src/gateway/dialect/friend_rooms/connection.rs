//! How a socket comes in: who it is, asked before it is let in, and the queue that keeps what it says in order.

use std::convert::Infallible;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use socketioxide::SocketIo;
use socketioxide::adapter::LocalAdapter;
use socketioxide::extract::{AckSender, Event, SocketRef, TryData};
use socketioxide::handler::{
    ConnectHandler, ConnectMiddleware, FromMessageParts, MessageHandler, Value,
};
use socketioxide::socket::{DisconnectReason, Socket};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::Shared;
use super::conversation;
use super::outlet::Link;
use crate::gateway::auth::{Caller, sign_in, unscoped};
use crate::wire::error_code::{ErrorBody, ErrorCode};
use crate::wire::friend_rooms::Auth;

/// The most events of one socket that wait to be acted on.
const MAX_UNHEARD: usize = 256;

/// What is left of a connection that is over is cut after so long: nobody may take what still waits for it.
const PATIENCE: Duration = Duration::from_millis(500);
/// How long to wait where a queue is full.
const FULL_RETRY_MS: u64 = 1_000;

/// One event, as it was said.
pub(super) struct Heard {
    pub(super) event: String,
    pub(super) data: Option<serde_json::Value>,
    pub(super) ack: Option<AckSender>,
}

/// What a socket that is let in waits with until its conversation begins.
#[derive(Clone)]
struct Seat {
    caller: Caller,
    said: Arc<Mutex<Option<mpsc::Receiver<Box<Heard>>>>>,
    gone: CancellationToken,
}

/// Why a socket is not let in, as its `connect_error` says: the one error shape.
pub(super) struct Refusal(ErrorBody);

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shape = serde_json::to_string(&self.0).map_err(|_| fmt::Error)?;
        f.write_str(&shape)
    }
}

/// Asks for a valid access token before the socket is let in, and listens from then on: a client may speak the moment it
/// hears that it is in.
pub(super) fn admit(
    shared: Arc<Shared>,
) -> impl ConnectMiddleware<LocalAdapter, (SocketRef, TryData<Auth>)> {
    move |socket: SocketRef, TryData(auth): TryData<Auth>| async move {
        let told = auth.ok().and_then(|auth| auth.token);
        let token = told.or_else(|| token_in_query(&socket));
        let token = token.ok_or_else(|| Refusal(sign_in("give an access token as auth.token")))?;
        let checked = shared.authority.check_shown(&shared.app, &token).await;
        let caller = checked.and_then(unscoped).map_err(Refusal)?;
        let (queue, said) = mpsc::channel(MAX_UNHEARD);
        let gone = CancellationToken::new();
        socket.on_fallback(Ear(queue));
        let (hung_up, lines) = (gone.clone(), shared.lines.clone());
        socket.on_disconnect(async move |socket: SocketRef, why: DisconnectReason| {
            hung_up.cancel();
            if why != DisconnectReason::ClientNSDisconnect {
                tokio::time::sleep(PATIENCE).await;
                lines.cut_under(&socket);
            }
        });
        socket.extensions.insert(Seat {
            caller,
            said: Arc::new(Mutex::new(Some(said))),
            gone,
        });
        Ok::<(), Refusal>(())
    }
}

fn token_in_query(socket: &SocketRef) -> Option<String> {
    let query = socket.req_parts().uri.query()?;
    form_urlencoded::parse(query.as_bytes())
        .find(|(name, _)| name == "token")
        .map(|(_, token)| token.into_owned())
}

/// Begins the conversation with a socket that was let in.
pub(super) fn begin(
    shared: Arc<Shared>,
) -> impl ConnectHandler<LocalAdapter, (SocketRef, SocketIo)> {
    move |socket: SocketRef, io: SocketIo| async move {
        let Some(seat) = socket.extensions.remove::<Seat>() else {
            return;
        };
        let said = seat
            .said
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let Some(said) = said else { return };
        let link = Link::new((socket, io), seat.caller.user, shared, seat.gone);
        conversation::converse(link, seat.caller, said).await;
    }
}

/// Puts what a socket says into its queue, in the order it was said.
struct Ear(mpsc::Sender<Box<Heard>>);

impl MessageHandler<LocalAdapter, Ear> for Ear {
    fn call(&self, socket: Arc<Socket>, mut said: Value, ack_id: Option<i64>) {
        let Ok(Event(event)) = Event::from_message_parts(&socket, &mut said, &ack_id) else {
            return;
        };
        let data: Result<_, Infallible> = TryData::from_message_parts(&socket, &mut said, &ack_id);
        let data = data.ok().and_then(|TryData(data)| data.ok());
        let ack =
            ack_id.and_then(|_| AckSender::from_message_parts(&socket, &mut said, &ack_id).ok());
        let heard = Box::new(Heard { event, data, ack });
        if self.0.try_send(heard).is_err() {
            let error = ErrorBody::retry(
                ErrorCode::RateLimited,
                "too many of these at once: wait a moment",
                FULL_RETRY_MS,
            );
            let _ = socket.emit("error", &error);
        }
    }
}
