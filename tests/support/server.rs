//! A real server in this process, on a real directory and a real port, and real clients for it.
#![allow(
    dead_code,
    reason = "which of these a test file uses is its own affair"
)]

use std::path::PathBuf;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::ClientRequestBuilder;
use tokio_tungstenite::tungstenite::protocol::Message;
use tutti::config::{Limits, Said};
use tutti::server::{self, Running};

/// A running server, and the directory that outlives it.
pub struct Server {
    running: Running,
    folder: TempDir,
    said: Said,
    pub http: Client,
}

impl Server {
    /// A server without rate limits on an empty directory.
    pub async fn start() -> Self {
        Self::with(Said {
            limits: Some(Limits::Off),
            ..Said::default()
        })
        .await
    }

    /// A server set up so, on an empty directory.
    pub async fn with(said: Said) -> Self {
        Self::on(TempDir::new().expect("a folder"), said).await
    }

    async fn on(folder: TempDir, said: Said) -> Self {
        let data: PathBuf = folder.path().join("data");
        let listen = said.listen.or("127.0.0.1:0".parse().ok());
        let config = Said {
            listen,
            data: Some(data),
            ..said.clone()
        }
        .decide()
        .expect("a configuration");
        let running = server::start(config).await.expect("a server");
        running.app.until_ready().await;
        Self {
            running,
            folder,
            said,
            http: Client::new(),
        }
    }

    /// Stops it in good order and starts it again on the same directory.
    pub async fn restart(self) -> Self {
        let Self {
            running,
            folder,
            said,
            ..
        } = self;
        running.shutdown().await;
        Self::on(folder, said).await
    }

    /// Its use cases, to look inside.
    pub fn app(&self) -> &tutti::app::App {
        &self.running.app
    }

    /// The directory of its data.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub fn host(&self) -> String {
        self.running.addr.to_string()
    }

    /// Where it gives metrics.
    pub fn metrics_addr(&self) -> Option<std::net::SocketAddr> {
        self.running.metrics_addr
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.running.addr)
    }

    /// One call: its status and its JSON, null where it has no body.
    pub async fn call(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        body: Option<Value>,
    ) -> (StatusCode, Value) {
        let mut request = self.http.request(method, self.url(path));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await.expect("an answer");
        let status = response.status();
        let text = response.text().await.expect("a body");
        let json = if text.is_empty() {
            Value::Null
        } else {
            serde_json::from_str(&text).expect("JSON")
        };
        (status, json)
    }

    pub async fn get(&self, path: &str, token: &str) -> (StatusCode, Value) {
        self.call(Method::GET, path, Some(token), None).await
    }

    pub async fn post(&self, path: &str, token: &str, body: Value) -> (StatusCode, Value) {
        self.call(Method::POST, path, Some(token), Some(body)).await
    }

    /// Waits until somebody has no connection any more.
    pub async fn until_gone(&self, who: &Person) {
        let user = who.id.parse().expect("an id");
        let gone = || self.app().presence().whereabouts(&[user])[0].is_none();
        Self::until(async || gone()).await;
    }

    /// Waits until nothing is pushed to a device any more.
    pub async fn until_unsubscribed(&self, who: &Person) {
        let session = who.session.parse().expect("an id");
        let none = async || {
            let device = self.app().session(session).await.expect("a session");
            device.push.is_none()
        };
        Self::until(none).await;
    }

    async fn until(holds: impl AsyncFn() -> bool) {
        let wait = async {
            while !holds().await {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(PATIENCE, wait).await.expect("in time");
    }

    /// A new guest.
    pub async fn guest(&self, name: &str) -> Person {
        let (status, signed_in) = self
            .call(
                Method::POST,
                "/api/v1/auth/guest",
                None,
                Some(json!({ "name": name })),
            )
            .await;
        assert_eq!(status, StatusCode::CREATED, "{signed_in}");
        Person::of(&signed_in)
    }

    /// A new public room with one track of ten minutes.
    pub async fn room(&self, host: &Person) -> String {
        let body = json!({ "name": "Room", "visibility": "public" });
        let (status, made) = self.post("/api/v1/rooms/create", &host.token, body).await;
        assert_eq!(status, StatusCode::CREATED, "{made}");
        let room = made["room_id"].as_str().expect("a room id").to_owned();
        self.add_track(host, &room, "Long", 600_000).await;
        room
    }

    pub async fn add_track(
        &self,
        who: &Person,
        room: &str,
        title: &str,
        duration_ms: u64,
    ) -> String {
        let track = json!({ "title": title, "artists": ["The Tests"], "url": "https://example.org/a.mp3", "duration_ms": duration_ms });
        let path = format!("/api/v1/rooms/{room}/playlist");
        let (status, added) = self
            .post(&path, &who.token, json!({ "track": track }))
            .await;
        assert_eq!(status, StatusCode::CREATED, "{added}");
        added["item"]["item_id"]
            .as_str()
            .expect("an item id")
            .to_owned()
    }

    pub async fn join(&self, who: &Person, room: &str) {
        let (status, joined) = self
            .post("/api/v1/rooms/join", &who.token, json!({ "room_id": room }))
            .await;
        assert_eq!(status, StatusCode::OK, "{joined}");
    }

    /// An open native socket that has said nothing yet.
    pub async fn socket(&self) -> Socket {
        let uri = format!("ws://{}/ws", self.running.addr)
            .parse()
            .expect("an address");
        let request = ClientRequestBuilder::new(uri).with_sub_protocol("tutti.v1");
        let stream = TcpStream::connect(self.running.addr)
            .await
            .expect("a connection");
        let (stream, _) = tokio_tungstenite::client_async(request, stream)
            .await
            .expect("a WebSocket");
        Socket {
            stream,
            commands: 0,
        }
    }

    /// An open socket of another dialect, at that path; else the status it was refused with.
    pub async fn socket_at(&self, path: &str) -> Result<Socket, u16> {
        let uri = format!("ws://{}{path}", self.running.addr);
        let request = ClientRequestBuilder::new(uri.parse().expect("an address"));
        let stream = TcpStream::connect(self.running.addr)
            .await
            .expect("a connection");
        match tokio_tungstenite::client_async(request, stream).await {
            Ok((stream, _)) => Ok(Socket {
                stream,
                commands: 0,
            }),
            Err(tokio_tungstenite::tungstenite::Error::Http(answer)) => {
                Err(answer.status().as_u16())
            }
            Err(error) => panic!("neither a socket nor a refusal: {error}"),
        }
    }

    /// A native socket that has said hello.
    pub async fn hello(&self, who: &Person) -> Socket {
        let mut socket = self.socket().await;
        socket
            .send(json!({ "type": "hello", "token": who.token }))
            .await;
        socket.until("welcome").await;
        socket
    }

    /// A native socket that follows a room; and the snapshot it got.
    pub async fn follow(&self, who: &Person, room: &str) -> (Socket, Value) {
        let mut socket = self.hello(who).await;
        socket
            .send(json!({ "type": "watch", "room_id": room }))
            .await;
        let snapshot = socket.until("snapshot").await;
        (socket, snapshot)
    }
}

/// A signed-in person.
#[derive(Debug, Clone)]
pub struct Person {
    pub id: String,
    pub token: String,
    pub refresh: String,
    pub session: String,
}

impl Person {
    pub fn of(signed_in: &Value) -> Self {
        let text = |at: &str| {
            signed_in
                .pointer(at)
                .and_then(Value::as_str)
                .expect("a text")
                .to_owned()
        };
        Self {
            id: text("/user/user_id"),
            token: text("/access_token"),
            refresh: text("/refresh_token"),
            session: text("/session_id"),
        }
    }
}

/// A native socket.
pub struct Socket {
    stream: WebSocketStream<TcpStream>,
    commands: u32,
}

/// How long an answer may take before a test gives up.
const PATIENCE: Duration = Duration::from_secs(10);

impl Socket {
    pub async fn send(&mut self, message: Value) {
        self.send_text(&message.to_string()).await;
    }

    pub async fn send_text(&mut self, text: &str) {
        self.send_raw(Message::text(text)).await;
    }

    pub async fn send_raw(&mut self, message: Message) {
        self.stream.send(message).await.expect("sent");
    }

    /// The next message, whatever it is; nothing once the server has closed. Says the close code where there is one.
    pub async fn next(&mut self) -> Result<Value, Option<u16>> {
        loop {
            let next = tokio::time::timeout(PATIENCE, self.stream.next())
                .await
                .expect("a message within 10 s");
            match next {
                Some(Ok(Message::Text(text))) => {
                    return Ok(serde_json::from_str(&text).expect("JSON"));
                }
                Some(Ok(Message::Close(close))) => return Err(close.map(|frame| frame.code.into())),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Err(None),
            }
        }
    }

    /// The next message of that type; others are passed over.
    pub async fn until(&mut self, kind: &str) -> Value {
        self.until_that(kind, |_| true).await
    }

    /// The next message of that type that is as it should be.
    pub async fn until_that(&mut self, kind: &str, fits: impl Fn(&Value) -> bool) -> Value {
        loop {
            match self.next().await {
                Ok(message) if message["type"] == kind && fits(&message) => return message,
                Ok(_) => {}
                Err(code) => panic!("closed with {code:?} before {kind} came"),
            }
        }
    }

    /// Reads until the server closes; the code it closes with.
    pub async fn until_closed(&mut self) -> Option<u16> {
        loop {
            if let Err(code) = self.next().await {
                return code;
            }
        }
    }

    /// Gives a command; its answer, accepted or rejected.
    pub async fn command(&mut self, room: &str, command: Value) -> Value {
        self.commands += 1;
        let id = format!(
            "c{}-{}",
            self.commands,
            command["type"].as_str().unwrap_or("?")
        );
        self.command_named(&id, room, command).await
    }

    pub async fn command_named(&mut self, id: &str, room: &str, command: Value) -> Value {
        self.send(
            json!({ "type": "command", "command_id": id, "room_id": room, "command": command }),
        )
        .await;
        loop {
            let message = self.next().await.expect("an answer");
            let answers = message["type"] == "accepted" || message["type"] == "rejected";
            if answers && message["command_id"] == id {
                return message;
            }
        }
    }
}
