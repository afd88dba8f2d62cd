//! WebSocket connections: the upgrade, who may ask for it, and reading.
//!
//! warp's own upgrade keeps 128 KiB a connection; this one hands the socket over: tungstenite reads with small buffers,
//! and everything that is written, its own pongs and close frames too, goes through the [`Outbox`], whole frames at a
//! time.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::{Buf, Bytes};
use futures_util::StreamExt;
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::net::tcp::OwnedReadHalf;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{Message, Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{self, Utf8Bytes};
use warp::http::{HeaderMap, HeaderValue, StatusCode, header};
use warp::reply::Response;
use warp::{Filter, Rejection};

use super::frame;
use super::outbox::Outbox;
use crate::entity::Offer;
use crate::wire::error_code::{ErrorBody, ErrorCode};

/// The largest message a client may send.
pub const MAX_MESSAGE: usize = 64 * 1024;
/// What is read at a time; a listener says little.
const READ_BUFFER: usize = 512;
/// What a broken-off connection may take to say its last words.
const LAST_WORDS: Duration = Duration::from_secs(2);
/// A client that said nothing for so long is pinged …
const PING_AFTER: Duration = Duration::from_secs(25);
/// … and taken for dead after so many pings without a sign of life.
const PINGS: u32 = 2;

/// Which pages may open sockets, beside our own.
#[derive(Debug, Clone, Default)]
pub struct Origins(Arc<[String]>);

impl Origins {
    /// These, and our own. Compared exactly, as browsers send them: `https://example.org`.
    pub fn new(allowed: impl IntoIterator<Item = String>) -> Self {
        Self(
            allowed
                .into_iter()
                .map(|origin| origin.trim_end_matches('/').to_owned())
                .collect(),
        )
    }

    /// Whether a request with these headers may come in. Programs outside of browsers send no origin.
    pub fn admit(&self, headers: &HeaderMap) -> bool {
        let Some(origin) = headers.get(header::ORIGIN) else {
            return true;
        };
        let Ok(origin) = origin.to_str() else {
            return false;
        };
        let host = headers
            .get(header::HOST)
            .and_then(|host| host.to_str().ok());
        let own = origin
            .split_once("://")
            .is_some_and(|(_, from)| host == Some(from));
        own || self.0.iter().any(|allowed| allowed == origin)
    }
}

/// A request for an upgrade, not yet granted.
#[derive(Debug)]
pub struct Upgrade {
    accept: String,
    protocol: Option<&'static str>,
    on_upgrade: OnUpgrade,
}

impl Upgrade {
    /// Grants it: answers 101 and talks over the socket once it is there.
    pub fn accept<F>(self, talk: impl FnOnce(Socket) -> F + Send + 'static) -> Response
    where
        F: Future<Output = ()> + Send + 'static,
    {
        tokio::spawn(async move {
            match self.on_upgrade.await {
                Ok(upgraded) => match Socket::over(upgraded).await {
                    Some(socket) => talk(socket).await,
                    None => tracing::error!("an upgraded connection is not a TCP stream"),
                },
                Err(error) => tracing::debug!(%error, "an upgrade came to nothing"),
            }
        });
        let mut response = Response::default();
        *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
        let headers = response.headers_mut();
        headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
        headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
        if let Ok(accept) = HeaderValue::from_str(&self.accept) {
            headers.insert(header::SEC_WEBSOCKET_ACCEPT, accept);
        }
        if let Some(protocol) = self.protocol {
            headers.insert(
                header::SEC_WEBSOCKET_PROTOCOL,
                HeaderValue::from_static(protocol),
            );
        }
        response
    }
}

/// Takes a WebSocket handshake from an admitted origin, speaking `protocol` where the client offers it. Anything else is
/// an error in the one shape.
pub fn upgrade(
    origins: Origins,
    protocol: Option<&'static str>,
) -> impl Filter<Extract = (Result<Upgrade, ErrorBody>,), Error = Rejection> + Clone {
    let on_upgrade = warp::ext::optional::<OnUpgrade>();
    warp::header::headers_cloned().and(on_upgrade).and_then(
        move |headers: HeaderMap, on_upgrade| {
            let upgrade = handshake(&origins, protocol, &headers, on_upgrade);
            async move { Ok::<_, Rejection>(upgrade) }
        },
    )
}

fn handshake(
    origins: &Origins,
    protocol: Option<&'static str>,
    headers: &HeaderMap,
    on_upgrade: Option<OnUpgrade>,
) -> Result<Upgrade, ErrorBody> {
    let not_websocket = |what: &str| {
        ErrorBody::new(
            ErrorCode::InvalidRequest,
            format!("this address speaks WebSocket only: {what}"),
        )
    };
    let says = |name: header::HeaderName, word: &str| {
        let values = headers.get_all(name);
        let mut words = values
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','));
        words.any(|value| value.trim().eq_ignore_ascii_case(word))
    };
    if !says(header::UPGRADE, "websocket") || !says(header::CONNECTION, "upgrade") {
        return Err(not_websocket("upgrade: websocket is missing"));
    }
    if !says(header::SEC_WEBSOCKET_VERSION, "13") {
        return Err(not_websocket("sec-websocket-version must be 13"));
    }
    let key = headers
        .get(header::SEC_WEBSOCKET_KEY)
        .ok_or_else(|| not_websocket("sec-websocket-key is missing"))?;
    if !origins.admit(headers) {
        return Err(ErrorBody::new(
            ErrorCode::Forbidden,
            "pages of this origin may not connect here",
        ));
    }
    let offered = headers.contains_key(header::SEC_WEBSOCKET_PROTOCOL);
    let protocol = protocol.filter(|name| says(header::SEC_WEBSOCKET_PROTOCOL, name));
    if offered && protocol.is_none() {
        return Err(not_websocket(
            "none of the offered subprotocols is spoken here",
        ));
    }
    let on_upgrade =
        on_upgrade.ok_or_else(|| not_websocket("the connection cannot be upgraded"))?;
    Ok(Upgrade {
        accept: derive_accept_key(key.as_bytes()),
        protocol,
        on_upgrade,
    })
}

/// What a client said.
#[derive(Debug)]
pub enum Incoming {
    /// A text message.
    Text(Utf8Bytes),
    /// A binary message, which nobody here understands.
    Binary,
}

/// An open WebSocket.
pub struct Socket {
    stream: WebSocketStream<Wire>,
    outbox: Arc<Outbox>,
    silent: u32,
}

impl Socket {
    async fn over(upgraded: Upgraded) -> Option<Self> {
        let parts = upgraded.downcast::<TokioIo<TcpStream>>().ok()?;
        let (read, write) = parts.io.into_inner().into_split();
        let outbox = Outbox::new(write);
        let wire = Wire {
            read,
            early: parts.read_buf,
            outbox: outbox.clone(),
        };
        let config = WebSocketConfig::default()
            .read_buffer_size(READ_BUFFER)
            .write_buffer_size(0)
            .max_write_buffer_size(4 * MAX_MESSAGE)
            .max_message_size(Some(MAX_MESSAGE))
            .max_frame_size(Some(MAX_MESSAGE));
        let stream = WebSocketStream::from_raw_socket(wire, Role::Server, Some(config)).await;
        Some(Self {
            stream,
            outbox,
            silent: 0,
        })
    }

    /// The way out.
    pub fn outbox(&self) -> &Arc<Outbox> {
        &self.outbox
    }

    /// The next message; nothing once either side is done. Writes what waits in the outbox meanwhile, and pings a
    /// client that is silent.
    pub async fn next(&mut self) -> Option<Incoming> {
        loop {
            let read = tokio::select! {
                read = tokio::time::timeout(PING_AFTER, self.stream.next()) => read,
                () = self.outbox.attend() => return None,
            };
            match read {
                Err(_) if self.silent >= PINGS => {
                    self.outbox.close(1001, "no sign of life");
                    return None;
                }
                Err(_) => {
                    self.silent += 1;
                    self.outbox.send(&Bytes::from_static(frame::PING), 1);
                    continue;
                }
                Ok(read) => {
                    self.silent = 0;
                    match read? {
                        Ok(Message::Text(text)) => return Some(Incoming::Text(text)),
                        Ok(Message::Binary(_)) => return Some(Incoming::Binary),
                        Ok(_) => {}
                        Err(error) => {
                            self.refuse(&error);
                            return None;
                        }
                    }
                }
            }
        }
    }

    /// Closes with the code that RFC 6455 has for what went wrong.
    fn refuse(&self, error: &tungstenite::Error) {
        match error {
            tungstenite::Error::Capacity(_) => self
                .outbox
                .close(1009, "the message is too large: at most 64 KiB"),
            tungstenite::Error::Utf8(_) => self.outbox.close(1007, "text must be UTF-8"),
            tungstenite::Error::Protocol(_) => self.outbox.close(1002, "that is not WebSocket"),
            _ => {}
        }
    }

    /// Lets the last words leave, and ends the connection.
    pub async fn finish(self) {
        self.outbox.finish_within(LAST_WORDS).await;
    }
}

/// Reads from the socket, writes to the outbox.
struct Wire {
    read: OwnedReadHalf,
    /// What came together with the handshake.
    early: Bytes,
    outbox: Arc<Outbox>,
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        if self.early.has_remaining() {
            let len = buf.remaining().min(self.early.len());
            buf.put_slice(&self.early.split_to(len));
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut self.read).poll_read(cx, buf)
    }
}

/// tungstenite, without a write buffer, writes one whole frame a call: each is taken whole, so that it never
/// interleaves with what fan-out writes.
impl AsyncWrite for Wire {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        match self.outbox.send(&Bytes::copy_from_slice(bytes), 1) {
            Offer::Taken => Poll::Ready(Ok(bytes.len())),
            Offer::Refused => Poll::Ready(Err(std::io::ErrorKind::BrokenPipe.into())),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
