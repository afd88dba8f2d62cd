//! Takes one sealed message to a push service and reads what becomes of it (RFC 8030). Follows no redirect, and reads
//! no more of an answer than its head.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::client::conn::http1;
use hyper::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, HOST, RETRY_AFTER};
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::aws_lc_rs::default_provider;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use super::hosts::Target;

/// How long one delivery may take, from the name to the answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long a service keeps a message for a device that is off, in seconds.
const KEEP: &str = "86400";
/// The longest wait that a service may ask for.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The service has it.
    Taken,
    /// There is no such subscription any more.
    Gone,
    /// Not now; perhaps after so long.
    Later(Option<Duration>),
    /// The service will not have it.
    Refused(u16),
}

/// A way to push services.
pub struct Post(TlsConnector);

impl Post {
    /// With the roots that browsers trust; nothing where the machine cannot do TLS.
    pub fn new() -> Option<Self> {
        let roots = RootCertStore {
            roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
        };
        let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .ok()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Some(Self(TlsConnector::from(Arc::new(config))))
    }

    /// Delivers `message`.
    pub async fn deliver(&self, to: &Target, authorization: &str, message: Vec<u8>) -> Outcome {
        let sent = tokio::time::timeout(PATIENCE, self.send(to, authorization, message)).await;
        sent.ok().flatten().unwrap_or(Outcome::Later(None))
    }

    async fn send(&self, to: &Target, authorization: &str, message: Vec<u8>) -> Option<Outcome> {
        let request = Request::post(&to.path)
            .header(HOST, to.origin.split_once("://")?.1)
            .header(AUTHORIZATION, authorization)
            .header(CONTENT_ENCODING, "aes128gcm")
            .header(CONTENT_TYPE, "application/octet-stream")
            .header("ttl", KEEP)
            .header("urgency", "normal")
            .body(Full::new(Bytes::from(message)))
            .ok()?;
        let socket = TcpStream::connect((to.host.as_str(), to.port)).await.ok()?;
        if !to.secure {
            return exchange(socket, request).await;
        }
        let name = ServerName::try_from(to.host.clone()).ok()?;
        exchange(self.0.connect(name, socket).await.ok()?, request).await
    }
}

async fn exchange<S>(stream: S, request: Request<Full<Bytes>>) -> Option<Outcome>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.ok()?;
    let connection = tokio::spawn(connection);
    let answer = sender.send_request(request).await;
    connection.abort();
    let answer = answer.ok()?;
    let wait = answer.headers().get(RETRY_AFTER).and_then(|wait| {
        let seconds = wait.to_str().ok()?.parse().ok()?;
        Some(Duration::from_secs(seconds).min(LONGEST_WAIT))
    });
    Some(outcome(answer.status(), wait))
}

fn outcome(status: StatusCode, wait: Option<Duration>) -> Outcome {
    match status {
        StatusCode::NOT_FOUND | StatusCode::GONE => Outcome::Gone,
        StatusCode::TOO_MANY_REQUESTS => Outcome::Later(wait),
        status if status.is_success() => Outcome::Taken,
        status if status.is_server_error() => Outcome::Later(wait),
        status => Outcome::Refused(status.as_u16()),
    }
}
