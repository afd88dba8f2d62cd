//! The accept loop against clients that stall, crowd in, or stay too long.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use reqwest::{Client, StatusCode};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, oneshot};
use tokio::task::JoinHandle;
use tutti::gateway::body::Pace;
use tutti::gateway::http::{self, Settings};
use tutti::metrics::Metrics;
use warp::Filter;

/// How long anything may take before a test gives up; far more than any timeout set here.
const PATIENCE: Duration = Duration::from_secs(20);

struct Loop {
    addr: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    serving: JoinHandle<()>,
    metrics: Arc<Metrics>,
    /// Lets `/wait` answer.
    gate: Arc<Notify>,
    /// Says that `/wait` was called.
    waiting: Arc<Notify>,
}

fn brisk() -> Settings {
    Settings {
        header_timeout: Duration::from_millis(300),
        pace: Pace {
            grace: Duration::from_millis(300),
            bytes_per_second: 10_000,
        },
        ..Settings::default()
    }
}

impl Loop {
    async fn start(settings: Settings) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        let (gate, waiting) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let hello = warp::path!("hello").map(|| "hello".to_owned());
        let length = warp::path!("length")
            .and(warp::body::bytes())
            .map(|body: bytes::Bytes| body.len().to_string());
        let panic = warp::path!("panic").map(|| -> String { panic!("on purpose") });
        let (shut, called) = (gate.clone(), waiting.clone());
        let wait = warp::path!("wait").then(move || {
            let (shut, called) = (shut.clone(), called.clone());
            async move {
                called.notify_one();
                shut.notified().await;
                "waited".to_owned()
            }
        });
        let service = warp::service(hello.or(length).or(panic).or(wait));
        let metrics = Arc::new(Metrics::default());
        let (stop, stopped) = oneshot::channel();
        let serving = tokio::spawn(http::serve(
            listener,
            service,
            settings,
            metrics.clone(),
            async {
                let _ = stopped.await;
            },
        ));
        Self {
            addr,
            stop: Some(stop),
            serving,
            metrics,
            gate,
            waiting,
        }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.addr)
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.addr).await.unwrap()
    }

    fn stop(&mut self) {
        let _ = self.stop.take().unwrap().send(());
    }
}

/// All that comes until the server closes.
async fn read_all(stream: &mut TcpStream) -> String {
    let mut all = Vec::new();
    let read = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut all)).await;
    // A reset is an end too.
    let _ = read.expect("the server closes");
    String::from_utf8_lossy(&all).into_owned()
}

#[tokio::test]
async fn a_connection_that_says_nothing_or_half_a_request_is_closed() {
    let server = Loop::start(brisk()).await;
    for said in [
        "",
        "GET /hel",
        "GET /hello HTTP/1.1\r\nhost: x\r\nx-slow: 1\r\n",
    ] {
        let mut stream = server.connect().await;
        stream.write_all(said.as_bytes()).await.unwrap();
        let answer = read_all(&mut stream).await;
        assert!(
            !answer.contains("200 OK"),
            "{said:?} was answered: {answer}"
        );
    }
}

#[tokio::test]
async fn a_connection_that_stays_idle_after_its_answer_is_closed() {
    let server = Loop::start(brisk()).await;
    let mut stream = server.connect().await;
    stream
        .write_all(b"GET /hello HTTP/1.1\r\nhost: x\r\n\r\n")
        .await
        .unwrap();
    assert!(read_all(&mut stream).await.ends_with("hello"));
}

#[tokio::test]
async fn a_body_that_trickles_in_is_given_up() {
    let server = Loop::start(brisk()).await;
    let (mut reading, mut writing) = server.connect().await.into_split();
    writing
        .write_all(b"POST /length HTTP/1.1\r\nhost: x\r\ncontent-length: 100000\r\n\r\n")
        .await
        .unwrap();
    let trickle = tokio::spawn(async move {
        let mut ticks = tokio::time::interval(Duration::from_millis(20));
        loop {
            ticks.tick().await;
            if writing.write_all(b"x").await.is_err() {
                return;
            }
        }
    });
    let mut all = Vec::new();
    let read = tokio::time::timeout(PATIENCE, reading.read_to_end(&mut all)).await;
    let _ = read.expect("the server closes");
    assert!(!String::from_utf8_lossy(&all).contains("200 OK"));
    trickle.abort();
}

#[tokio::test]
async fn a_long_body_that_keeps_its_pace_is_taken() {
    let server = Loop::start(brisk()).await;
    let mut stream = server.connect().await;
    let head =
        "POST /length HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 20000\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    // Twice the grace in all, and never behind.
    let mut ticks = tokio::time::interval(Duration::from_millis(30));
    for _ in 0..20 {
        ticks.tick().await;
        stream.write_all(&[b'x'; 1_000]).await.unwrap();
    }
    assert!(read_all(&mut stream).await.ends_with("20000"));
}

#[tokio::test]
async fn where_there_is_no_room_a_connection_is_told_to_come_back() {
    let settings = Settings {
        connections: 2,
        header_timeout: PATIENCE,
        ..brisk()
    };
    let server = Loop::start(settings).await;
    let (one, two) = (server.connect().await, server.connect().await);
    let answer = read_all(&mut server.connect().await).await;
    assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
    assert!(answer.contains("retry-after: "), "{answer}");
    let body = answer.split("\r\n\r\n").nth(1).unwrap();
    let body: Value = serde_json::from_str(body).unwrap();
    assert_eq!(body["code"], "OVERLOADED");
    assert!(body["retry_after_ms"].is_number());
    assert_eq!(server.metrics.connections_refused.get(), 1);
    drop((one, two));
    let freed = async {
        while server.metrics.connections.get() > 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, freed)
        .await
        .expect("the places are given back");
    let answer = Client::new()
        .get(server.url("/hello"))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
}

#[tokio::test]
async fn one_address_cannot_take_all_the_room() {
    let settings = Settings {
        connections_per_network: 1,
        header_timeout: PATIENCE,
        ..brisk()
    };
    let server = Loop::start(settings).await;
    let _one = server.connect().await;
    assert!(
        read_all(&mut server.connect().await)
            .await
            .starts_with("HTTP/1.1 503 ")
    );
}

#[tokio::test]
async fn a_handler_that_panics_answers_500_in_the_one_shape_and_the_next_is_fine() {
    let server = Loop::start(brisk()).await;
    let client = Client::new();
    let answer = client.get(server.url("/panic")).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert!(answer.headers().contains_key("content-security-policy"));
    let body: Value = answer.json().await.unwrap();
    assert_eq!(body["code"], "INTERNAL");
    assert!(!body.to_string().contains("on purpose"));
    assert_eq!(server.metrics.panics.get(), 1);
    let answer = client.get(server.url("/hello")).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
}

#[tokio::test]
async fn headers_beyond_reason_are_refused() {
    let server = Loop::start(brisk()).await;
    let answer = Client::new()
        .get(server.url("/hello"))
        .header("x-long", "x".repeat(40_000))
        .send()
        .await;
    let refused = match answer {
        Ok(answer) => answer.status() == StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
        Err(_) => true,
    };
    assert!(refused);
}

#[tokio::test]
async fn at_the_end_what_is_in_flight_is_finished_and_nothing_new_is_taken() {
    let mut server = Loop::start(brisk()).await;
    let mut idle = server.connect().await;
    idle.write_all(b"GET /hello HTTP/1.1\r\nhost: x\r\n\r\n")
        .await
        .unwrap();
    let mut first = [0; 12];
    idle.read_exact(&mut first).await.unwrap();
    let url = server.url("/wait");
    let in_flight = tokio::spawn(async move {
        Client::new()
            .get(url)
            .send()
            .await
            .unwrap()
            .text()
            .await
            .unwrap()
    });
    server.waiting.notified().await;
    server.stop();
    read_all(&mut idle).await;
    assert!(
        TcpStream::connect(server.addr).await.is_err(),
        "nobody listens"
    );
    server.gate.notify_one();
    assert_eq!(in_flight.await.unwrap(), "waited");
    tokio::time::timeout(PATIENCE, server.serving)
        .await
        .expect("it is over")
        .unwrap();
}

#[tokio::test]
async fn at_the_end_what_takes_too_long_is_cut_off() {
    let settings = Settings {
        drain: Duration::from_millis(200),
        ..brisk()
    };
    let mut server = Loop::start(settings).await;
    let url = server.url("/wait");
    let in_flight = tokio::spawn(async move { Client::new().get(url).send().await });
    server.waiting.notified().await;
    server.stop();
    assert!(in_flight.await.unwrap().is_err());
    tokio::time::timeout(PATIENCE, server.serving)
        .await
        .expect("it is over")
        .unwrap();
}
