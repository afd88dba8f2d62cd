//! The accept loop: connections in, requests to one service, nothing that a stalling client could hold.
//!
//! Header and body timeouts, caps on connections, the peer's address in every request, security headers on every answer,
//! a panic answered in the one shape, and a graceful end. Knows no routes.

use std::collections::HashMap;
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use futures_util::FutureExt;
use http_body_util::{Either, Full};
use hyper::body::Incoming;
use hyper::header::CONTENT_TYPE;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tower::{Service, ServiceExt};

use super::answer;
use super::body::{Pace, PacedBody};
use super::headers::Manners;
use super::peer::{Proxies, network};
use crate::clock::Stopwatch;
use crate::metrics::Metrics;

/// How the accept loop treats connections.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The most connections at once, sockets included.
    pub connections: usize,
    /// The most from one address (one /64 of IPv6); trusted proxies are not counted.
    pub connections_per_network: usize,
    /// The time a request's headers have.
    pub header_timeout: Duration,
    /// The pace of request bodies.
    pub pace: Pace,
    /// The time that requests in flight have at the end.
    pub drain: Duration,
    /// Whose forwarded headers are believed.
    pub proxies: Proxies,
    /// Security headers and foreign origins.
    pub manners: Manners,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            connections: 16_384,
            connections_per_network: 1_024,
            header_timeout: Duration::from_secs(5),
            pace: Pace::default(),
            drain: Duration::from_secs(8),
            proxies: Proxies::default(),
            manners: Manners::default(),
        }
    }
}

/// Said before any request is read, where there is no room for the connection.
const FULL: &str = concat!(
    "HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\nretry-after: 5\r\ncontent-type: application/json\r\n",
    "content-length: 87\r\n\r\n",
    r#"{"code":"OVERLOADED","message":"too many connections; try again","retry_after_ms":5000}"#,
);

/// One connection's place under the caps; given back when it is dropped. In the extensions of every request, so that a
/// socket keeps it after its upgrade.
#[derive(Debug)]
pub struct Place {
    network: Option<IpAddr>,
    places: Arc<Places>,
}

#[derive(Debug)]
struct Places {
    most: usize,
    most_per_network: usize,
    taken: Mutex<Taken>,
    metrics: Arc<Metrics>,
}

#[derive(Debug, Default)]
struct Taken {
    all: usize,
    by_network: HashMap<IpAddr, usize>,
}

impl Places {
    fn lock(&self) -> std::sync::MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(self: &Arc<Self>, network: Option<IpAddr>) -> Option<Place> {
        let mut taken = self.lock();
        if taken.all >= self.most {
            return None;
        }
        if let Some(network) = network {
            let here = taken.by_network.entry(network).or_default();
            if *here >= self.most_per_network {
                return None;
            }
            *here += 1;
        }
        taken.all += 1;
        self.metrics.connections.set(taken.all);
        Some(Place {
            network,
            places: self.clone(),
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.lock();
        taken.all -= 1;
        self.places.metrics.connections.set(taken.all);
        if let Some(network) = self.network
            && let Some(here) = taken.by_network.get_mut(&network)
        {
            *here -= 1;
            if *here == 0 {
                taken.by_network.remove(&network);
            }
        }
    }
}

/// Serves until `shutdown`; then finishes what is in flight, within the drain time. The service is made once and cloned
/// for every request.
pub async fn serve<S, B>(
    listener: TcpListener,
    service: S,
    settings: Settings,
    metrics: Arc<Metrics>,
    shutdown: impl Future<Output = ()>,
) where
    S: Service<Request<PacedBody>, Response = hyper::Response<B>, Error = Infallible>,
    S: Clone + Send + Sync + 'static,
    S::Future: Send,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let places = Arc::new(Places {
        most: settings.connections,
        most_per_network: settings.connections_per_network,
        taken: Mutex::default(),
        metrics: metrics.clone(),
    });
    let drain = settings.drain;
    let shared = Arc::new(Shared {
        service,
        settings,
        metrics,
    });
    let (end, _) = watch::channel(());
    let mut shutdown = pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            biased;
            () = &mut shutdown => break,
            accepted = listener.accept() => accepted,
        };
        let (stream, remote) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                rest_after(&error).await;
                continue;
            }
        };
        let trusted = shared.settings.proxies.trust(remote.ip());
        let Some(place) = places.take((!trusted).then(|| network(remote.ip()))) else {
            shared.metrics.connections_refused.add(1);
            let _ = stream.try_write(FULL.as_bytes());
            continue;
        };
        let _ = stream.set_nodelay(true);
        let place = Arc::new(place);
        tokio::spawn(connection(
            shared.clone(),
            stream,
            remote,
            place,
            end.subscribe(),
        ));
    }
    drop(listener);
    end.send_replace(());
    if tokio::time::timeout(drain, end.closed()).await.is_err() {
        tracing::warn!("requests in flight took too long and were cut off");
    }
}

/// Without file descriptors left, accepting again at once would only spin.
async fn rest_after(error: &std::io::Error) {
    use std::io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    if !matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset
    ) {
        tracing::warn!(%error, "no connection could be accepted");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

struct Shared<S> {
    service: S,
    settings: Settings,
    metrics: Arc<Metrics>,
}

/// One connection to its end. Told to end, it finishes the request in flight; when `end` is gone it is cut off.
async fn connection<S, B>(
    shared: Arc<Shared<S>>,
    stream: TcpStream,
    remote: SocketAddr,
    place: Arc<Place>,
    mut end: watch::Receiver<()>,
) where
    S: Service<Request<PacedBody>, Response = hyper::Response<B>, Error = Infallible>,
    S: Clone + Send + Sync + 'static,
    S::Future: Send,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let header_timeout = shared.settings.header_timeout;
    let service = service_fn(move |request: Request<Incoming>| {
        respond(shared.clone(), request, remote, place.clone())
    });
    let serving = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(header_timeout)
        .max_header_size(16 * 1024)
        .max_buf_size(64 * 1024)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    let mut serving = pin!(serving);
    tokio::select! {
        _ = &mut serving => return,
        _ = end.changed() => serving.as_mut().graceful_shutdown(),
    }
    tokio::select! {
        _ = serving => {}
        _ = end.changed() => {}
    }
}

async fn respond<S, B>(
    shared: Arc<Shared<S>>,
    request: Request<Incoming>,
    remote: SocketAddr,
    place: Arc<Place>,
) -> Result<hyper::Response<Either<B, Full<Bytes>>>, Infallible>
where
    S: Service<Request<PacedBody>, Response = hyper::Response<B>, Error = Infallible> + Clone,
{
    let settings = &shared.settings;
    let peer = settings.proxies.peer(remote.ip(), request.headers());
    let asked = settings.manners.look_at(&request, peer);
    let (watch, method) = (Stopwatch::start(), request.method().clone());
    // Never the query: it may hold a token.
    let path = request.uri().path().to_owned();
    let mut request = request.map(|body| PacedBody::new(body, settings.pace));
    request.extensions_mut().insert(peer);
    request.extensions_mut().insert(place);
    let outcome = if asked.is_preflight() {
        Ok(empty(StatusCode::NO_CONTENT))
    } else {
        let answering = shared.service.clone().oneshot(request);
        AssertUnwindSafe(answering)
            .catch_unwind()
            .await
            .map(|Ok(response)| response.map(Either::Left))
    };
    let mut response = outcome.unwrap_or_else(|_| {
        shared.metrics.panics.add(1);
        panicked()
    });
    shared.metrics.count_answer(response.status().as_u16());
    settings.manners.dress(&asked, &mut response);
    let (status, took) = (response.status().as_u16(), watch.elapsed());
    tracing::debug!(%method, path, status, ?took, ip = %peer.ip, "answered");
    Ok(response)
}

fn empty<B>(status: StatusCode) -> hyper::Response<Either<B, Full<Bytes>>> {
    let mut response = hyper::Response::new(Either::Right(Full::default()));
    *response.status_mut() = status;
    response
}

/// The panic itself is logged by the panic hook.
fn panicked<B>() -> hyper::Response<Either<B, Full<Bytes>>> {
    let body = serde_json::to_vec(&answer::broken()).unwrap_or_default();
    let mut response = empty(StatusCode::INTERNAL_SERVER_ERROR);
    *response.body_mut() = Either::Right(Full::from(body));
    let json = hyper::header::HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_refusal_of_a_full_house_says_its_true_length() {
        let (head, body) = FULL.split_once("\r\n\r\n").unwrap();
        assert!(head.ends_with(&format!("content-length: {}", body.len())));
    }

    #[test]
    fn a_place_is_given_back_and_one_network_cannot_take_them_all() {
        let places = Arc::new(Places {
            most: 3,
            most_per_network: 2,
            taken: Mutex::default(),
            metrics: Arc::default(),
        });
        let one = Some("192.0.2.1".parse().unwrap());
        let address = "192.0.2.2".parse().unwrap();
        let other = Some(address);
        let first = places.take(one).unwrap();
        let _second = places.take(one).unwrap();
        assert!(places.take(one).is_none());
        let third = places.take(other).unwrap();
        assert!(places.take(other).is_none());
        drop((first, third));
        assert!(places.take(one).is_some());
        assert!(!places.lock().by_network.contains_key(&address));
    }
}
