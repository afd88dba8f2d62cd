//! WebSockets: the upgrade inside a route, the reading side of a connection, and the beat that finds dead peers.
//!
//! What the client's frames come to is the inbox's; everything written, pongs and close echoes too, goes through the
//! connection's [`Outbox`]. Knows no messages.

use std::io::ErrorKind;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use bytes::Bytes;
use hyper::StatusCode;
use hyper::header::{
    CONNECTION, HeaderMap, HeaderValue, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY,
    SEC_WEBSOCKET_PROTOCOL, SEC_WEBSOCKET_VERSION, UPGRADE,
};
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use super::answer::{self, Answer, Response};
use super::frame;
use super::http::Place;
use super::inbox::{Broken, Inbox, Step};
pub use super::inbox::{Incoming, MAX_MESSAGE};
use super::outbox::Outbox;
use crate::entity::{Offer, Outlet};
use crate::metrics::Metrics;
use crate::wire::error_code::{ErrorBody, ErrorCode};

/// How often a peer must be heard, in milliseconds; one that is silent for two and a half times that is dead.
const HEARTBEAT_MS: u64 = 25_000;
/// Beats in one heartbeat.
const BEATS: u32 = 5;
/// How long a close may take.
const PATIENCE: Duration = Duration::from_secs(3);
/// How much is read at a time, in bytes.
const READ: usize = 4 * 1024;

/// A request that asks to become a WebSocket.
pub struct Handshake {
    /// Its headers.
    pub headers: HeaderMap,
    /// The connection, once it is free.
    pub on_upgrade: Option<OnUpgrade>,
    /// Its place under the caps.
    pub place: Option<Arc<Place>>,
    /// Its page, if any, may use this server.
    pub admitted: bool,
}

/// One WebSocket, to be read; written through its [`Outbox`]. Dropping it ends the connection in good manners.
pub struct Socket {
    outbox: Arc<Outbox>,
    inbox: Inbox,
    sockets: Arc<Sockets>,
    place: Option<Arc<Place>>,
}

impl Socket {
    /// Where it is written to.
    pub fn outbox(&self) -> &Arc<Outbox> {
        &self.outbox
    }

    /// The next message; nothing once either side ends the connection. May be dropped while it waits without losing one.
    pub async fn next(&mut self) -> Option<Incoming> {
        loop {
            tokio::task::coop::consume_budget().await;
            if self.outbox.is_closed() {
                return None;
            }
            match self.inbox.step() {
                Ok(Some(Step::Message(incoming))) => return Some(incoming),
                Ok(Some(Step::Answer(frame))) => {
                    if self.outbox.send(&frame, 1) == Offer::Refused {
                        self.outbox.cut();
                    }
                }
                Ok(Some(Step::Close(frame))) => self.outbox.echo_close(&frame),
                Ok(Some(Step::Nothing)) => {}
                Ok(None) if self.read() => {}
                Ok(None) => std::future::poll_fn(|cx| self.outbox.poll_read_ready(cx)).await,
                Err(Broken(code, why)) => self.outbox.close(code, why),
            }
        }
    }

    /// Reads what has come; whether anything has happened.
    fn read(&mut self) -> bool {
        let mut bytes = [0; READ];
        match self.outbox.read(&mut bytes) {
            Ok(0) => self.outbox.close(1002, "no close frame came"),
            Ok(read) => {
                self.outbox.hear(self.sockets.beat());
                self.inbox.push(&bytes[..read]);
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => return false,
            Err(_) => self.outbox.cut(),
        }
        true
    }
}

impl Drop for Socket {
    /// Whatever the outbox still holds, and a close frame, get a moment to leave.
    fn drop(&mut self) {
        self.outbox.close(1000, "");
        self.sockets.metrics.sockets.down();
        let outbox = self.outbox.clone();
        let place = self.place.take();
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            return;
        };
        runtime.spawn(async move {
            let _ = tokio::time::timeout(PATIENCE, outbox.finish()).await;
            outbox.cut();
            drop(place);
        });
    }
}

impl Handshake {
    /// Whether it asks for a WebSocket, and from a page that may use this server.
    ///
    /// # Errors
    /// What it lacks.
    pub fn check(&self) -> Result<(), ErrorBody> {
        let upgrades = names(&self.headers, UPGRADE.as_str(), "websocket");
        if !upgrades || !self.headers.contains_key(SEC_WEBSOCKET_KEY) || self.on_upgrade.is_none() {
            return Err(answer::invalid("this address speaks WebSocket only"));
        }
        if self.admitted {
            Ok(())
        } else {
            Err(ErrorBody::new(
                ErrorCode::Forbidden,
                "this origin is not allowed",
            ))
        }
    }
}

/// Answers a handshake, and hands the connection to `serve` when it is there. `protocol` is spoken where the client
/// offers it or offers none.
pub fn accept<F>(
    sockets: &Arc<Sockets>,
    handshake: Handshake,
    protocol: Option<&'static str>,
    serve: impl FnOnce(Socket) -> F + Send + 'static,
) -> Answer
where
    F: Future<Output = ()> + Send + 'static,
{
    let headers = &handshake.headers;
    let http_only = || answer::invalid("this address speaks WebSocket only");
    if !names(headers, UPGRADE.as_str(), "websocket") {
        return Err(http_only());
    }
    if headers
        .get(SEC_WEBSOCKET_VERSION)
        .is_none_or(|version| version != "13")
    {
        return Ok(wrong_version());
    }
    let key = headers.get(SEC_WEBSOCKET_KEY).ok_or_else(http_only)?;
    let on_upgrade = handshake.on_upgrade.ok_or_else(http_only)?;
    if !handshake.admitted {
        return Err(ErrorBody::new(
            ErrorCode::Forbidden,
            "this origin is not allowed",
        ));
    }
    let spoken = negotiate(headers, protocol)?;
    let response = switching(key, spoken);
    let sockets = sockets.clone();
    let place = handshake.place;
    tokio::spawn(async move {
        if let Some(connection) = open(on_upgrade, sockets, place).await {
            // A task of its own, which holds nothing of the upgrade for as long as the connection lives.
            tokio::spawn(serve(connection));
        }
    });
    Ok(response)
}

async fn open(
    on_upgrade: OnUpgrade,
    sockets: Arc<Sockets>,
    place: Option<Arc<Place>>,
) -> Option<Socket> {
    let upgraded = on_upgrade.await.ok()?;
    let Ok(parts) = upgraded.downcast::<TokioIo<TcpStream>>() else {
        tracing::error!("a WebSocket came over something that is not a plain socket");
        return None;
    };
    let outbox = Outbox::new(parts.io.into_inner(), sockets.beat());
    sockets.add(&outbox);
    let mut inbox = Inbox::default();
    inbox.push(&parts.read_buf);
    Some(Socket {
        outbox,
        inbox,
        sockets,
        place,
    })
}

fn switching(key: &HeaderValue, spoken: Option<&'static str>) -> Response {
    let mut response = Response::default();
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = response.headers_mut();
    headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    if let Ok(accept) = HeaderValue::from_str(&derive_accept_key(key.as_bytes())) {
        headers.insert(SEC_WEBSOCKET_ACCEPT, accept);
    }
    if let Some(spoken) = spoken {
        headers.insert(SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(spoken));
    }
    response
}

fn wrong_version() -> Response {
    let body = answer::invalid("only version 13 of WebSocket is spoken here");
    let mut response = answer::error_with(StatusCode::UPGRADE_REQUIRED, &body);
    let headers = response.headers_mut();
    headers.insert(SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    response
}

fn names(headers: &HeaderMap, header: &str, wanted: &str) -> bool {
    tokens(headers, header).any(|token| token.eq_ignore_ascii_case(wanted))
}

fn tokens<'a>(headers: &'a HeaderMap, header: &str) -> impl Iterator<Item = &'a str> {
    let values = headers.get_all(header).iter();
    values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
}

fn negotiate(
    headers: &HeaderMap,
    protocol: Option<&'static str>,
) -> Result<Option<&'static str>, ErrorBody> {
    let name = SEC_WEBSOCKET_PROTOCOL.as_str();
    match protocol {
        Some(protocol) if names(headers, name, protocol) => Ok(Some(protocol)),
        Some(protocol) if headers.contains_key(SEC_WEBSOCKET_PROTOCOL) => Err(answer::invalid(
            format!("the subprotocol spoken here is {protocol}"),
        )),
        _ => Ok(None),
    }
}

/// Every open WebSocket of a server, and the one beat they share: a peer that is silent is asked for a sign of life, and
/// closed where it gives none.
#[derive(Debug)]
pub struct Sockets {
    beat: AtomicU32,
    open: Mutex<Vec<Weak<Outbox>>>,
    metrics: Arc<Metrics>,
}

impl Sockets {
    /// No sockets; the beat runs for as long as this value is held.
    pub fn start(metrics: Arc<Metrics>) -> Arc<Self> {
        Self::start_with(
            metrics,
            Duration::from_millis(HEARTBEAT_MS / u64::from(BEATS)),
        )
    }

    fn start_with(metrics: Arc<Metrics>, period: Duration) -> Arc<Self> {
        let sockets = Arc::new(Self {
            beat: AtomicU32::new(0),
            open: Mutex::default(),
            metrics,
        });
        let beating = Arc::downgrade(&sockets);
        tokio::spawn(async move {
            let mut ticks = tokio::time::interval(period);
            ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
            loop {
                ticks.tick().await;
                let Some(sockets) = beating.upgrade() else {
                    return;
                };
                sockets.pulse();
            }
        });
        sockets
    }

    fn beat(&self) -> u32 {
        self.beat.load(Ordering::Relaxed)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Weak<Outbox>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, outbox: &Arc<Outbox>) {
        self.metrics.sockets.up();
        self.lock().push(Arc::downgrade(outbox));
    }

    /// Those that are open now.
    fn all(&self) -> Vec<Arc<Outbox>> {
        let mut open = self.lock();
        open.retain(|outbox| outbox.strong_count() > 0);
        open.iter()
            .filter_map(Weak::upgrade)
            .filter(|outbox| !outbox.is_closed())
            .collect()
    }

    fn pulse(&self) {
        let now = self.beat.fetch_add(1, Ordering::Relaxed) + 1;
        for outbox in self.all() {
            let silent = now.wrapping_sub(outbox.heard());
            if silent > BEATS * 5 / 2 {
                self.metrics.sockets_silent.add(1);
                outbox.close(1001, "you were silent for too long");
            } else if silent >= BEATS && silent.is_multiple_of(BEATS) {
                outbox.send(&Bytes::from_static(frame::PING), 1);
            }
        }
    }

    /// Ends every connection that is still open, and waits until all are over, or `patience` is.
    pub async fn close(&self, code: u16, reason: &str, patience: Duration) {
        for outbox in self.all() {
            outbox.close(code, reason);
        }
        let gone = async {
            while self.metrics.sockets.get() > 0 {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let _ = tokio::time::timeout(patience, gone).await;
    }
}
