//! `tutti loadtest`: many listeners on a running server, each of which checks that it hears everything once, in order.
//!
//! Guests sign in over REST, follow a room over the native socket, and one publisher a room seeks at a fixed rate. The
//! time of sending travels in the position, so that every delivery's latency is known.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use http_body_util::{BodyExt, Full};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::sync::{Semaphore, mpsc, watch};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::ClientRequestBuilder;
use tokio_tungstenite::tungstenite::protocol::Message;

use crate::clock::Stopwatch;
use crate::gateway::dialect::native::SUBPROTOCOL;

/// How hard to try a server.
#[derive(Debug, Clone, clap::Args)]
pub struct LoadTest {
    /// Where the server is: http://HOST:PORT. It needs `--limits off`, so it has to be one of your own on this machine.
    pub url: String,
    /// Listeners in each room.
    #[arg(long, default_value_t = 100)]
    pub listeners: usize,
    /// Rooms.
    #[arg(long, default_value_t = 1)]
    pub rooms: usize,
    /// Commands a second in each room.
    #[arg(long, default_value_t = 10.0)]
    pub rate: f64,
    /// For how long.
    #[arg(long, default_value_t = 10.0, value_name = "SECONDS")]
    pub secs: f64,
    /// Print JSON, for programs.
    #[arg(long)]
    pub json: bool,
}

/// How many sign in at a time.
const AT_ONCE: usize = 32;
/// How long deliveries may still come after the last command.
const PATIENCE: Duration = Duration::from_secs(10);
/// The track is as long as a position may be; each unit of it is 10 µs of the test.
const TRACK_MS: u64 = 100_000_000;

type Socket = WebSocketStream<TcpStream>;

/// What one listener heard.
#[derive(Debug, Default, Clone)]
struct Heard {
    entries: u64,
    repeated: u64,
    gaps: u64,
    disordered: u64,
    latencies_ms: Vec<f32>,
    broken: Option<String>,
}

/// A server, as a client reaches it.
struct Server {
    host: String,
}

impl Server {
    fn new(url: &str) -> Result<Self, String> {
        let host = url
            .strip_prefix("http://")
            .map(|rest| rest.trim_end_matches('/'))
            .unwrap_or_default();
        if host.is_empty() || host.contains('/') {
            return Err(format!(
                "{url:?} is not an address like http://127.0.0.1:8080"
            ));
        }
        Ok(Self {
            host: host.to_owned(),
        })
    }

    async fn connect(&self) -> Result<TcpStream, String> {
        let stream = TcpStream::connect(&self.host).await;
        let stream = stream.map_err(|error| format!("{} cannot be reached: {error}", self.host))?;
        stream
            .set_nodelay(true)
            .map_err(|error| error.to_string())?;
        Ok(stream)
    }

    async fn post(&self, path: &str, token: Option<&str>, body: &Value) -> Result<Value, String> {
        let io = TokioIo::new(self.connect().await?);
        let (mut sender, connection) = hyper::client::conn::http1::handshake(io)
            .await
            .map_err(|e| e.to_string())?;
        let connection = tokio::spawn(connection);
        let mut request = hyper::Request::post(path)
            .header("host", &self.host)
            .header("content-type", "application/json");
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let request = request
            .body(Full::new(Bytes::from(body.to_string())))
            .map_err(|e| e.to_string())?;
        let response = sender
            .send_request(request)
            .await
            .map_err(|e| format!("{path}: {e}"))?;
        let status = response.status();
        let bytes = response
            .into_body()
            .collect()
            .await
            .map_err(|e| format!("{path}: {e}"))?
            .to_bytes();
        drop(sender);
        let _ = connection.await;
        if status.is_success() {
            serde_json::from_slice(&bytes).map_err(|e| format!("{path}: {e}"))
        } else {
            Err(format!(
                "{path} answered {status}: {}",
                String::from_utf8_lossy(&bytes)
            ))
        }
    }

    async fn guest(&self, name: &str) -> Result<String, String> {
        let signed_in = self
            .post("/api/v1/auth/guest", None, &json!({ "name": name }))
            .await?;
        text(&signed_in, "/access_token")
    }

    /// A room with one long track; its name and its host's token.
    async fn room(&self) -> Result<(String, String), String> {
        let token = self.guest("Publisher").await?;
        let body = json!({ "name": "Load test", "visibility": "public" });
        let made = self
            .post("/api/v1/rooms/create", Some(&token), &body)
            .await?;
        let room = text(&made, "/room_id")?;
        let track = json!({ "title": "Load", "url": "https://example.org/load.mp3", "duration_ms": TRACK_MS });
        let path = format!("/api/v1/rooms/{room}/playlist");
        self.post(&path, Some(&token), &json!({ "track": track }))
            .await?;
        Ok((room, token))
    }

    /// A socket that follows a room; and the number of the snapshot it got.
    async fn follow(&self, room: &str, token: &str) -> Result<(Socket, u64), String> {
        let uri = format!("ws://{}/ws", self.host)
            .parse()
            .map_err(|_| "not an address".to_owned())?;
        let request = ClientRequestBuilder::new(uri).with_sub_protocol(SUBPROTOCOL);
        let opened = tokio_tungstenite::client_async(request, self.connect().await?).await;
        let (mut socket, _) = opened.map_err(|error| format!("/ws: {error}"))?;
        send(
            &mut socket,
            &json!({ "type": "hello", "token": token, "client": "loadtest" }),
        )
        .await?;
        until(&mut socket, "welcome").await?;
        send(&mut socket, &json!({ "type": "watch", "room_id": room })).await?;
        let snapshot = until(&mut socket, "snapshot").await?;
        let seq = snapshot["seq"].as_u64().ok_or("a snapshot without seq")?;
        Ok((socket, seq))
    }
}

fn text(value: &Value, at: &str) -> Result<String, String> {
    value
        .pointer(at)
        .and_then(Value::as_str)
        .map(str::to_owned)
        .ok_or_else(|| format!("the answer has no {at}"))
}

async fn send(socket: &mut Socket, message: &Value) -> Result<(), String> {
    socket
        .send(Message::text(message.to_string()))
        .await
        .map_err(|error| error.to_string())
}

async fn until(socket: &mut Socket, kind: &str) -> Result<Value, String> {
    while let Some(message) = socket.next().await {
        if let Message::Text(text) = message.map_err(|error| error.to_string())? {
            let value: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
            match value["type"].as_str() {
                Some(found) if found == kind => return Ok(value),
                Some("bye" | "error" | "unwatched") => {
                    return Err(format!("the server said {value}"));
                }
                _ => {}
            }
        }
    }
    Err(format!("the server closed before it said {kind}"))
}

/// The number after `name` in a message.
fn number(message: &str, name: &str) -> Option<u64> {
    let rest = &message[message.find(name)? + name.len()..];
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    rest[..digits].parse().ok()
}

/// Listens until `last` is known and heard, or patience ends.
async fn listen(
    mut socket: Socket,
    mut seq: u64,
    clock: Stopwatch,
    mut last: watch::Receiver<Option<u64>>,
) -> Heard {
    let mut heard = Heard::default();
    loop {
        let done = *last.borrow();
        if done.is_some_and(|done| seq >= done) {
            return heard;
        }
        let message = tokio::select! {
            message = socket.next() => message,
            _ = last.changed() => continue,
            () = tokio::time::sleep(PATIENCE), if done.is_some() => return heard,
        };
        let text = match message {
            Some(Ok(Message::Text(text))) => text,
            Some(Ok(Message::Close(_)) | Err(_)) | None => {
                heard.broken = Some("the server closed the connection".to_owned());
                return heard;
            }
            Some(Ok(_)) => continue,
        };
        if !text.starts_with("{\"type\":\"entry\"") {
            continue;
        }
        let Some(found) = number(&text, "\"seq\":") else {
            continue;
        };
        if found == seq + 1 {
            heard.entries += 1;
        } else if found == seq {
            heard.repeated += 1;
        } else if found < seq {
            heard.disordered += 1;
        } else {
            heard.gaps += found - seq - 1;
            heard.entries += 1;
        }
        seq = seq.max(found);
        if let Some(sent) = number(&text, "\"position_ms\":") {
            heard
                .latencies_ms
                .push((clock.elapsed().as_secs_f64() * 1e3 - sent as f64 / 100.0) as f32);
        }
    }
}

/// Seeks at a fixed rate; returns how many commands were accepted and the last entry's number.
async fn publish(
    mut socket: Socket,
    room: String,
    clock: Stopwatch,
    rate: f64,
    secs: f64,
) -> Result<(u64, u64), String> {
    let count = (rate * secs).round().max(1.0) as u64;
    let mut ticks = tokio::time::interval(Duration::from_secs_f64(1.0 / rate.max(0.01)));
    let (mut sent, mut accepted, mut last) = (0, 0, 0);
    while accepted < count {
        tokio::select! {
            _ = ticks.tick(), if sent < count => {
                sent += 1;
                let position = (clock.elapsed().as_secs_f64() * 1e5) as u64;
                let command = json!({ "type": "seek", "position_ms": position });
                let message = json!({ "type": "command", "command_id": format!("load-{sent}"), "room_id": room, "command": command });
                send(&mut socket, &message).await?;
            }
            message = socket.next() => {
                let Some(Ok(message)) = message else { return Err("the publisher was cut off".to_owned()) };
                let Message::Text(text) = message else { continue };
                if text.starts_with("{\"type\":\"accepted\"") {
                    accepted += 1;
                    last = number(&text, "\"seq\":").unwrap_or(last).max(last);
                } else if text.starts_with("{\"type\":\"rejected\"") || text.starts_with("{\"type\":\"error\"") {
                    return Err(format!("the server said {text}"));
                }
            }
        }
    }
    Ok((accepted, last))
}

/// Runs the test and prints what came of it.
///
/// # Errors
/// One sentence, where the server cannot be used, or something was lost, repeated or out of order.
pub async fn run(test: LoadTest) -> Result<(), String> {
    let server = Arc::new(Server::new(&test.url)?);
    let clock = Stopwatch::start();
    let gate = Arc::new(Semaphore::new(AT_ONCE));
    let (results, mut done) = mpsc::unbounded_channel();
    let mut rooms = Vec::new();
    for _ in 0..test.rooms {
        let (room, token) = server.room().await?;
        let last = watch::Sender::new(None);
        let mut joining = tokio::task::JoinSet::new();
        for n in 0..test.listeners {
            let (server, gate, room) = (server.clone(), gate.clone(), room.clone());
            joining.spawn(async move {
                let _turn = gate.acquire_owned().await;
                let token = server.guest(&format!("Listener {n}")).await?;
                server
                    .post(
                        "/api/v1/rooms/join",
                        Some(&token),
                        &json!({ "room_id": room }),
                    )
                    .await?;
                server.follow(&room, &token).await
            });
        }
        let mut sockets = Vec::with_capacity(test.listeners);
        while let Some(joined) = joining.join_next().await {
            sockets.push(joined.map_err(|error| error.to_string())??);
        }
        rooms.push((room, token, last, sockets));
    }
    let connected = clock.elapsed();
    let mut publishing = tokio::task::JoinSet::new();
    for (room, token, last, sockets) in rooms {
        for (socket, seq) in sockets {
            let (results, last) = (results.clone(), last.subscribe());
            tokio::spawn(async move {
                let _ = results.send(listen(socket, seq, clock, last).await);
            });
        }
        let (server, rate, secs) = (server.clone(), test.rate, test.secs);
        publishing.spawn(async move {
            let (socket, _) = server.follow(&room, &token).await?;
            let published = publish(socket, room, clock, rate, secs).await;
            last.send_replace(Some(published.as_ref().map_or(0, |(_, last)| *last)));
            published
        });
    }
    drop(results);
    let mut commands = 0;
    while let Some(published) = publishing.join_next().await {
        commands += published.map_err(|error| error.to_string())??.0;
    }
    let mut all = Heard::default();
    let mut broken = 0;
    while let Some(heard) = done.recv().await {
        all.entries += heard.entries;
        all.repeated += heard.repeated;
        all.gaps += heard.gaps;
        all.disordered += heard.disordered;
        all.latencies_ms.extend(heard.latencies_ms);
        broken += u64::from(heard.broken.is_some());
    }
    let total = Totals {
        test: &test,
        commands,
        broken,
        connect_s: connected.as_secs_f64(),
    };
    total.print(&mut all)
}

struct Totals<'a> {
    test: &'a LoadTest,
    commands: u64,
    broken: u64,
    connect_s: f64,
}

impl Totals<'_> {
    fn print(&self, all: &mut Heard) -> Result<(), String> {
        all.latencies_ms.sort_by(f32::total_cmp);
        let at = |share: f64| {
            let place = ((all.latencies_ms.len() as f64 - 1.0) * share)
                .round()
                .max(0.0) as usize;
            all.latencies_ms.get(place).copied().unwrap_or(f32::NAN)
        };
        let expected = self.commands * self.test.listeners as u64;
        let lost = expected.saturating_sub(all.entries) + all.gaps;
        let (p50, p95, p99, max) = (at(0.5), at(0.95), at(0.99), at(1.0));
        if self.test.json {
            println!(
                "{}",
                json!({
                    "listeners": self.test.listeners, "rooms": self.test.rooms, "commands": self.commands,
                    "deliveries": all.entries, "lost": lost, "repeated": all.repeated, "disordered": all.disordered,
                    "closed": self.broken, "connect_s": self.connect_s,
                    "latency_ms": { "p50": p50, "p95": p95, "p99": p99, "max": max },
                })
            );
        } else {
            println!(
                "connections   {} in {:.1} s",
                self.test.listeners * self.test.rooms,
                self.connect_s
            );
            println!(
                "commands      {} accepted, {} a second in each room",
                self.commands, self.test.rate
            );
            println!("deliveries    {} of {expected}", all.entries);
            println!(
                "latency       p50 {p50:.2} ms, p95 {p95:.2} ms, p99 {p99:.2} ms, longest {max:.2} ms"
            );
            println!(
                "lost {lost}, repeated {}, out of order {}, closed {}",
                all.repeated, all.disordered, self.broken
            );
        }
        let faults = lost + all.repeated + all.disordered + self.broken;
        if faults == 0 {
            Ok(())
        } else {
            Err(format!(
                "{faults} deliveries or connections were not as they should be"
            ))
        }
    }
}
