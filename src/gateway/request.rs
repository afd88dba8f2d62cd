//! A request as a handler sees it, and reading what it brings: ids, numbers, JSON, forms.

use std::error::Error as _;
use std::pin::Pin;
use std::str::FromStr;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use futures_util::{Stream, StreamExt};
use hyper::header::{CONTENT_LENGTH, CONTENT_TYPE, EXPECT};
use hyper::{HeaderMap, Method};
use serde::de::DeserializeOwned;

use super::Gateway;
use super::answer;
use super::auth::cookies::{CSRF_HEADER, Cookie};
use super::auth::{Caller, sign_in};
use super::body::TooSlow;
use super::peer::Peer;
use super::route::origin_of;
use super::ws::Handshake;
use crate::entity::Idempotency;
use crate::ids::{CommandId, SessionId};
use crate::settings::Settings;
use crate::wire::Object;
use crate::wire::error_code::{ErrorBody, ErrorCode};

/// The largest JSON body, in bytes.
pub const MAX_JSON: usize = 256 * 1024;
/// How much of a body that is too large is still read, so that the client gets to read the answer.
const READ_PAST: usize = 32 * 1024 * 1024;

/// A body, as it comes.
pub type BodyStream = Pin<Box<dyn Stream<Item = Result<Bytes, warp::Error>> + Send + Sync>>;

/// The body of a request.
pub enum Body {
    /// Not read yet.
    Stream(BodyStream),
    /// Read.
    Read(Bytes),
    /// Given to somebody else.
    Gone,
}

/// One request.
pub struct Request {
    /// What answers it.
    pub gateway: Arc<Gateway>,
    /// By which method it came.
    pub method: Method,
    /// Its path.
    pub path: String,
    /// The values of the route's `{name}`s, decoded.
    pub params: Vec<String>,
    /// The query, decoded, in order.
    pub query: Vec<(String, String)>,
    /// The headers.
    pub headers: HeaderMap,
    /// Who sent it.
    pub peer: Peer,
    /// Who is signed in; always there where the route asks for it.
    pub caller: Option<Caller>,
    /// The body.
    pub body: Body,
    /// What a WebSocket is made from.
    pub handshake: Option<Handshake>,
}

impl Request {
    /// Who is signed in.
    ///
    /// # Errors
    /// [`ErrorCode::AuthRequired`].
    pub fn caller(&self) -> Result<Caller, ErrorBody> {
        self.caller.clone().ok_or_else(|| sign_in("sign in first"))
    }

    /// The nth id of the path.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] where it cannot be one: nothing has such a name.
    pub fn id<T: FromStr<Err: std::fmt::Display>>(&self, nth: usize) -> Result<T, ErrorBody> {
        let text = self.params.get(nth).map_or("", String::as_str);
        text.parse()
            .map_err(|error: T::Err| ErrorBody::new(ErrorCode::NotFound, error.to_string()))
    }

    /// A query parameter; the last one where it is given several times.
    pub fn query(&self, name: &str) -> Option<&str> {
        let mut pairs = self.query.iter().rev();
        pairs
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// A query parameter that is a number, a time or the like.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidRequest`].
    pub fn query_as<T: FromStr<Err: std::fmt::Display>>(
        &self,
        name: &str,
    ) -> Result<Option<T>, ErrorBody> {
        self.query(name)
            .map(str::parse)
            .transpose()
            .map_err(|error: T::Err| answer::invalid(format!("{name}: {error}")))
    }

    /// Scheme and host of this server, as the client sees it.
    pub fn origin(&self) -> String {
        origin(&self.gateway.settings.now(), &self.headers, self.peer.tls)
    }

    /// Whether a header repeats the readable cookie of that session.
    pub fn shows_csrf(&self, session: SessionId) -> bool {
        let header = self
            .headers
            .get(CSRF_HEADER)
            .and_then(|value| value.to_str().ok());
        let cookie = Cookie::Csrf.read(&self.headers, self.peer.tls);
        header.is_some_and(|shown| {
            cookie == Some(shown) && self.gateway.authority.is_csrf_token(session, shown)
        })
    }

    /// The client's name for this call, from `Idempotency-Key`.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidRequest`] where it cannot be one.
    pub fn key(&self) -> Result<Option<Idempotency>, ErrorBody> {
        let Some(id) = self.command_id()? else {
            return Ok(None);
        };
        let mut hasher = blake3::Hasher::new();
        hasher.update(self.method.as_str().as_bytes());
        hasher.update(self.path.as_bytes());
        if let Body::Read(bytes) = &self.body {
            hasher.update(bytes);
        }
        let mut first = [0; 8];
        first.copy_from_slice(&hasher.finalize().as_bytes()[..8]);
        Ok(Some(Idempotency {
            id,
            fingerprint: u64::from_le_bytes(first),
        }))
    }

    /// Refuses a change whose name for itself cannot be one, also where the change is the same however often it is made.
    pub(super) fn check_key(&self) -> Result<(), ErrorBody> {
        match self.method {
            Method::GET | Method::HEAD => Ok(()),
            _ => self.command_id().map(|_| ()),
        }
    }

    fn command_id(&self) -> Result<Option<CommandId>, ErrorBody> {
        let given = self.headers.get("idempotency-key");
        let parsed = given.map(|value| value.to_str().unwrap_or_default().parse());
        parsed
            .transpose()
            .map_err(|error| answer::invalid(format!("idempotency-key: {error}")))
    }

    /// The body as JSON; an empty one is `{}`.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidRequest`], naming the field and the place.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, ErrorBody> {
        let bytes = match &self.body {
            Body::Read(bytes) if !bytes.is_empty() => &bytes[..],
            _ => b"{}",
        };
        let mut deserializer = serde_json::Deserializer::from_slice(bytes);
        let read = serde_path_to_error::deserialize(&mut deserializer);
        let Object(value) = read.map_err(|error| {
            let path = error.path().to_string();
            let path = path.trim_end_matches('?').trim_end_matches('.');
            let inner = error.inner();
            if serde_json::from_slice::<serde::de::IgnoredAny>(bytes).is_err() {
                answer::invalid(format!("malformed JSON: {inner}"))
            } else if path.is_empty() {
                answer::invalid(inner.to_string())
            } else {
                answer::invalid(format!("{path}: {inner}"))
            }
        })?;
        deserializer
            .end()
            .map_err(|error| answer::invalid(format!("malformed JSON: {error}")))?;
        Ok(value)
    }

    /// The body, where it was read.
    pub fn bytes(&self) -> &[u8] {
        match &self.body {
            Body::Read(bytes) => bytes,
            Body::Stream(_) | Body::Gone => &[],
        }
    }

    /// Reads a JSON body whole.
    pub(super) async fn read_json(&mut self) -> Result<(), ErrorBody> {
        self.read_whole(MAX_JSON).await?;
        if !self.bytes().is_empty() && !says_json(&self.headers) {
            return Err(answer::invalid(
                "send the body as content-type: application/json",
            ));
        }
        Ok(())
    }

    /// Reads a body of at most so many bytes.
    pub(super) async fn read_whole(&mut self, most: usize) -> Result<(), ErrorBody> {
        let Body::Stream(mut stream) = std::mem::replace(&mut self.body, Body::Gone) else {
            return Ok(());
        };
        if declared_length(&self.headers).is_some_and(|length| length > most as u64)
            && self.headers.contains_key(EXPECT)
        {
            return Err(too_large(most));
        }
        let mut whole = BytesMut::new();
        while let Some(part) = stream.next().await {
            let part = part.map_err(|error| unreadable(&error))?;
            if whole.len() + part.len() > most {
                read_past(stream).await;
                return Err(too_large(most));
            }
            whole.extend_from_slice(&part);
        }
        self.body = Body::Read(whole.freeze());
        Ok(())
    }

    /// Reads a body that nobody wants, within bounds: to close while the client still sends would take the answer from
    /// it. One that waits to be asked for its body is not asked.
    pub(super) async fn read_past(&mut self) {
        if !self.headers.contains_key(EXPECT)
            && let Some(stream) = self.take_stream()
        {
            read_past(stream).await;
        }
    }

    /// Takes the body as it comes.
    pub fn take_stream(&mut self) -> Option<BodyStream> {
        match std::mem::replace(&mut self.body, Body::Gone) {
            Body::Stream(stream) => Some(stream),
            Body::Read(_) | Body::Gone => None,
        }
    }
}

/// Scheme and host of this server: as is set, else as a request with these headers asked for it.
pub fn origin(settings: &Settings, headers: &HeaderMap, tls: bool) -> String {
    match &settings.public_url {
        Some(url) => url.clone(),
        None => origin_of(headers, tls),
    }
}

/// How long the client says its body is.
pub fn declared_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// A page of another origin can send anything but JSON without asking first.
fn says_json(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(CONTENT_TYPE) else {
        return true;
    };
    let kind = value
        .to_str()
        .ok()
        .and_then(|value| value.split(';').next());
    kind.is_some_and(|kind| {
        let kind = kind.trim().to_ascii_lowercase();
        kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"))
    })
}

/// Reads on, within bounds, and forgets: to close while the client still sends would take the answer from it.
pub async fn read_past(mut stream: BodyStream) {
    let mut left = READ_PAST;
    while let Some(Ok(part)) = stream.next().await {
        left = left.saturating_sub(part.len());
        if left == 0 {
            return;
        }
    }
}

/// The body is too large.
pub fn too_large(most: usize) -> ErrorBody {
    ErrorBody::new(
        ErrorCode::PayloadTooLarge,
        format!("the body is too large: at most {most} bytes are taken"),
    )
}

/// The body could not be read to its end.
pub fn unreadable(error: &warp::Error) -> ErrorBody {
    let mut cause = error.source();
    while let Some(inner) = cause {
        if inner.is::<TooSlow>() {
            return answer::invalid("the body came too slowly");
        }
        cause = inner.source();
    }
    answer::invalid("the body ended too early or is not well formed")
}
