//! What stands before `/socket.io/`: the origin is looked at for every request, polling or not, newcomers are counted by
//! address, and WebSockets are opened over connections that can be cut. Everything else passes through.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body_util::{Either, Full};
use hyper::header::{
    CONNECTION, HeaderValue, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION,
    UPGRADE,
};
use hyper::{Request, Response, StatusCode};
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_util::sync::CancellationToken;
use tower::{Service, ServiceExt};

use super::line::{Cut, Line, Lines};
use crate::gateway::answer;
use crate::gateway::body::PacedBody;
use crate::gateway::headers::Manners;
use crate::gateway::limits::{Limit, Limits};
use crate::gateway::peer::Peer;
use crate::wire::error_code::{ErrorBody, ErrorCode};

/// How long to wait where the server restarts.
const RESTART_RETRY_MS: u64 = 1_000;

/// Where Socket.IO lives.
pub const PATH: &str = "/socket.io";

/// The door, before a service that knows Socket.IO and everything else.
#[derive(Clone)]
pub struct Door<S> {
    pub(super) inner: S,
    pub(super) manners: Manners,
    pub(super) limits: Arc<Limits>,
    pub(super) lines: Arc<Lines>,
    /// The server stops: polls are answered at once, and nobody is let in.
    pub(super) closing: CancellationToken,
}

type Opened = (Line, Request<()>);

impl<S, B> Service<Request<PacedBody>> for Door<S>
where
    S: Service<Request<PacedBody>, Response = Response<B>, Error = Infallible>,
    S: Service<Opened, Response = (), Future: Send>,
    S: Clone + Send + 'static,
    <S as Service<Request<PacedBody>>>::Future: Send + 'static,
    B: Send + 'static,
{
    type Response = Response<Either<B, Full<Bytes>>>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<PacedBody>) -> Self::Future {
        let inside = is_inside(request.uri().path());
        if inside && let Err(error) = self.admit(&request) {
            return Box::pin(async move { Ok(refuse(error)) });
        }
        if inside && let Some(key) = wants_websocket(&request) {
            let response = self.open(request, &key);
            return Box::pin(async move { Ok(response) });
        }
        let answering = self.inner.clone().oneshot(request);
        let closing = inside.then(|| self.closing.clone());
        Box::pin(async move {
            let answered = match closing {
                Some(closing) => closing.run_until_cancelled(answering).await,
                None => Some(answering.await),
            };
            answered.map_or_else(
                || Ok(refuse(restarting())),
                |answered| answered.map(|response| response.map(Either::Left)),
            )
        })
    }
}

impl<S> Door<S> {
    fn admit<B>(&self, request: &Request<B>) -> Result<(), ErrorBody> {
        if self.closing.is_cancelled() {
            return Err(restarting());
        }
        if !self.manners.admit(request.headers()) {
            return Err(ErrorBody::new(
                ErrorCode::Forbidden,
                "this origin is not allowed",
            ));
        }
        let newcomer = query(request, "sid").is_none();
        match request.extensions().get::<Peer>() {
            Some(peer) if newcomer => self.limits.charge(Limit::Api, peer.network()),
            _ => Ok(()),
        }
    }

    /// Answers 101, and hands the connection on when it is free.
    fn open<R, B>(
        &self,
        mut request: Request<R>,
        key: &HeaderValue,
    ) -> Response<Either<B, Full<Bytes>>>
    where
        S: Service<Opened, Response = (), Future: Send> + Clone + Send + 'static,
        R: Send + 'static,
    {
        let upgrade = hyper::upgrade::on(&mut request);
        let session = query(&request, "sid");
        let cut = Cut::default();
        let (mut parts, _) = request.into_parts();
        parts.extensions.insert(cut.clone());
        let request = Request::from_parts(parts, ());
        let (mut inner, lines) = (self.inner.clone(), self.lines.clone());
        tokio::spawn(async move {
            if let Ok(upgraded) = upgrade.await {
                let line = Line::new(upgraded, &cut, &lines, session);
                let opening = inner.call((line, request));
                let _ = opening.await;
            }
        });
        let mut response = empty(StatusCode::SWITCHING_PROTOCOLS);
        let headers = response.headers_mut();
        headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
        headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
        if let Ok(accept) = HeaderValue::from_str(&derive_accept_key(key.as_bytes())) {
            headers.insert(SEC_WEBSOCKET_ACCEPT, accept);
        }
        response
    }
}

fn restarting() -> ErrorBody {
    let message = "the server restarts: come back";
    ErrorBody::retry(ErrorCode::Overloaded, message, RESTART_RETRY_MS)
}

fn is_inside(path: &str) -> bool {
    path.strip_prefix(PATH)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn query<B>(request: &Request<B>, name: &str) -> Option<String> {
    let query = request.uri().query()?;
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    pairs
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}

/// The key of a well-formed WebSocket handshake; what is not well formed is answered by the inner service.
fn wants_websocket<B>(request: &Request<B>) -> Option<HeaderValue> {
    let headers = request.headers();
    let upgrade = headers.get(UPGRADE)?.to_str().ok()?;
    let fits = upgrade.eq_ignore_ascii_case("websocket")
        && headers.get(SEC_WEBSOCKET_VERSION)? == "13"
        && request.method() == hyper::Method::GET
        && query(request, "EIO").as_deref() == Some("4")
        && query(request, "transport").as_deref() == Some("websocket");
    fits.then(|| headers.get(SEC_WEBSOCKET_KEY).cloned())?
}

fn empty<B>(status: StatusCode) -> Response<Either<B, Full<Bytes>>> {
    let mut response = Response::new(Either::Right(Full::default()));
    *response.status_mut() = status;
    response
}

fn refuse<B>(error: ErrorBody) -> Response<Either<B, Full<Bytes>>> {
    let (parts, _) = answer::error(&error).into_parts();
    let body = serde_json::to_vec(&error).unwrap_or_default();
    Response::from_parts(parts, Either::Right(Full::from(body)))
}
