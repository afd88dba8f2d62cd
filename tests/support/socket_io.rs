//! Socket.IO v4 over WebSocket, spoken by hand: enough to say an event and hear its acknowledgement.
#![allow(
    dead_code,
    reason = "which of these a test file uses is its own affair"
)]

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::Message;

use super::server::{Person, Server};

/// How long an answer may take before a test gives up.
const PATIENCE: Duration = Duration::from_secs(10);

/// A Socket.IO connection.
pub struct SocketIo {
    stream: WebSocketStream<TcpStream>,
    asked: u32,
}

impl SocketIo {
    /// A connection that nobody has signed in on yet.
    pub async fn open(server: &Server) -> Self {
        Self::open_by(server, &[]).await
    }

    async fn open_by(server: &Server, headers: &[(&'static str, &str)]) -> Self {
        let stream = TcpStream::connect(server.host())
            .await
            .expect("a connection");
        let address = format!(
            "ws://{}/socket.io/?EIO=4&transport=websocket",
            server.host()
        );
        let mut request = address.into_client_request().expect("a request");
        for (name, value) in headers {
            let value = value.parse().expect("a value");
            request.headers_mut().insert(*name, value);
        }
        let (stream, _) = tokio_tungstenite::client_async(request, stream)
            .await
            .expect("a WebSocket");
        let mut socket = Self { stream, asked: 0 };
        let opened = socket.next().await.expect("the session");
        assert!(opened.starts_with('0'), "{opened}");
        socket
    }

    /// A connection that is told `connected`.
    pub async fn of(server: &Server, who: &Person) -> Self {
        Self::by(server, who, &[]).await
    }

    /// The same, with these headers on its handshake.
    pub async fn by(server: &Server, who: &Person, headers: &[(&'static str, &str)]) -> Self {
        let mut socket = Self::open_by(server, headers).await;
        let sign_in = json!({ "token": who.token });
        socket.send(&format!("40{sign_in}")).await;
        socket.until("connected").await;
        socket
    }

    pub async fn send(&mut self, packet: &str) {
        let sent = self.stream.send(Message::text(packet)).await;
        sent.expect("sent");
    }

    /// The next packet; nothing once the server has hung up. Heartbeats are answered.
    pub async fn next(&mut self) -> Option<String> {
        loop {
            let next = tokio::time::timeout(PATIENCE, self.stream.next()).await;
            match next.expect("a packet within 10 s") {
                Some(Ok(Message::Text(text))) if text == "2" => self.send("3").await,
                Some(Ok(Message::Text(text))) => return Some(text.to_string()),
                Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                Some(Ok(_)) => {}
            }
        }
    }

    pub async fn say(&mut self, event: &str, data: &Value) {
        self.send(&format!("42{}", json!([event, data]))).await;
    }

    /// What comes with the next event of that name; others are passed over.
    pub async fn until(&mut self, event: &str) -> Value {
        loop {
            let packet = self.next().await.expect("an event");
            let said: Option<(String, Value)> = packet
                .strip_prefix("42")
                .and_then(|said| serde_json::from_str(said).ok());
            match said {
                Some((name, data)) if name == event => return data,
                _ => assert!(!packet.starts_with("44"), "not let in: {packet}"),
            }
        }
    }

    /// Says something, and gives what it is acknowledged with.
    pub async fn ask(&mut self, event: &str, data: &Value) -> Value {
        self.asked += 1;
        let (id, said) = (self.asked, json!([event, data]));
        self.send(&format!("42{id}{said}")).await;
        let expected = format!("43{id}");
        loop {
            let packet = self.next().await.expect("an acknowledgement");
            if let Some(answer) = packet.strip_prefix(&expected) {
                let mut answer: Value = serde_json::from_str(answer).expect("JSON");
                return answer[0].take();
            }
        }
    }

    /// Reads until the server hangs up; what it said until then.
    pub async fn until_closed(&mut self) -> Vec<String> {
        let mut said = Vec::new();
        while let Some(packet) = self.next().await {
            said.push(packet);
        }
        said
    }
}
