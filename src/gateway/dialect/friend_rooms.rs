//! The dialect of friend rooms (seeds 000 and 001): Socket.IO v4 at `/socket.io/`, polling and WebSocket.
//!
//! A host says once a second what it plays; all the others are told. Reports that change nothing are passed on and leave no
//! trace; what changes something becomes a command like any other. One socket is in one room at a time.

mod connection;
mod conversation;
mod door;
mod encoder;
mod frames;
mod line;
mod outlet;
mod reading;
mod steering;

pub use conversation::EVENTS;
pub use door::Door;
use encoder::FriendRoomsEncoder;

use std::sync::Arc;
use std::time::Duration;

use socketioxide::handler::ConnectHandler;
use socketioxide::service::SocketIoService;
use socketioxide::{ParserConfig, SocketIo};
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::gateway::Gateway;
use crate::gateway::auth::Authority;
use crate::gateway::limits::Limits;
use crate::gateway::ws::MAX_MESSAGE;
use crate::metrics::Metrics;
use crate::settings::Keeper;
use line::Lines;

/// Who connects says who they are within this time.
const CONNECT_WITHIN: Duration = Duration::from_secs(5);
/// The most events that wait for one socket; beyond, it is closed.
const MAX_WAITING: usize = 256;

/// How often a peer is asked for a sign of life, and how long it has to give one. A poll is answered that often too: a
/// client that ends without a word while it polls waits for that.
const PING_EVERY: Duration = Duration::from_secs(10);
const PONG_WITHIN: Duration = Duration::from_secs(20);
/// How long polls have to be answered when the server stops; only then do their sessions end, unheard.
const LAST_POLLS: Duration = Duration::from_millis(100);

/// What every connection of this dialect shares.
pub(super) struct Shared {
    app: App,
    authority: Arc<Authority>,
    limits: Arc<Limits>,
    settings: Arc<Keeper>,
    metrics: Arc<Metrics>,
    encoder: Arc<FriendRoomsEncoder>,
    lines: Arc<Lines>,
    closing: CancellationToken,
}

impl Shared {
    /// Lets nobody in any more and ends every session, once those that poll had their answer; clients come back by
    /// themselves.
    fn close_all(&self, io: &SocketIo) {
        if !self.closing.is_cancelled() {
            self.closing.cancel();
            let io = io.clone();
            tokio::spawn(async move {
                tokio::time::sleep(2 * LAST_POLLS).await;
                // Ends every session at once, and then waits for polls that nobody will send any more.
                let _ = tokio::time::timeout(LAST_POLLS, io.close()).await;
            });
        }
    }
}

/// Puts Socket.IO, and the door before it, around a service.
pub fn around<S: Clone>(gateway: &Arc<Gateway>, inner: S) -> Door<SocketIoService<S>> {
    let lines = Arc::<Lines>::default();
    let closing = CancellationToken::new();
    let app = &gateway.app;
    let encoder = FriendRoomsEncoder::new(
        app.directory().clone(),
        app.presence().clone(),
        app.clock().clone(),
    );
    let shared = Arc::new(Shared {
        app: app.clone(),
        authority: gateway.authority.clone(),
        limits: gateway.limits.clone(),
        settings: gateway.settings.clone(),
        metrics: gateway.metrics.clone(),
        encoder,
        lines: lines.clone(),
        closing: closing.clone(),
    });
    let parser = ParserConfig::common()
        .max_incoming_binaries(1)
        .max_incoming_binary_buf_size(MAX_MESSAGE);
    let (layer, io) = SocketIo::builder()
        .req_path(door::PATH)
        .with_parser(parser)
        .connect_timeout(CONNECT_WITHIN)
        .ping_interval(PING_EVERY)
        .ping_timeout(PONG_WITHIN)
        .max_buffer_size(MAX_WAITING)
        .max_payload(MAX_MESSAGE as u64)
        .ws_read_buffer_size(512)
        .ws_max_message_size(MAX_MESSAGE)
        .ws_max_frame_size(MAX_MESSAGE)
        .build_layer();
    let (admit, begin) = (connection::admit(shared.clone()), connection::begin(shared));
    io.ns("/", begin.with(admit));
    Door {
        inner: tower::Layer::layer(&layer, inner),
        manners: gateway.manners.clone(),
        limits: gateway.limits.clone(),
        lines,
        closing,
    }
}
