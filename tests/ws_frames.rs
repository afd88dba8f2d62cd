//! WebSocket as RFC 6455 says it, frame by frame, on a plain socket: what is well formed is answered, what is not is
//! closed with the right code.

mod support {
    pub mod server;
}

use std::time::Duration;

use reqwest::StatusCode;
use serde_json::{Value, json};
use support::server::{Person, Server};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tutti::config::{Limits, Said};

const TEXT: u8 = 1;
const CONTINUE: u8 = 0;
const BINARY: u8 = 2;
const CLOSE: u8 = 8;
const PING: u8 = 9;
const PONG: u8 = 10;
const FIN: u8 = 0x80;

const PATIENCE: Duration = Duration::from_secs(10);

/// A client that writes what it likes.
struct Raw {
    stream: TcpStream,
}

/// A masked client frame; `first` is the first byte.
fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mask = [7, 11, 13, 17];
    let mut frame = vec![first];
    match payload.len() {
        len @ 0..126 => frame.push(0x80 | len as u8),
        len @ 126..=65_535 => {
            frame.push(0x80 | 126);
            frame.extend((len as u16).to_be_bytes());
        }
        len => {
            frame.push(0x80 | 127);
            frame.extend((len as u64).to_be_bytes());
        }
    }
    frame.extend(mask);
    frame.extend(
        payload
            .iter()
            .zip(mask.iter().cycle())
            .map(|(byte, mask)| byte ^ mask),
    );
    frame
}

impl Raw {
    async fn handshake(server: &Server, headers: &str) -> (String, TcpStream) {
        let mut stream = TcpStream::connect(server.host()).await.unwrap();
        let request = format!(
            "GET /ws HTTP/1.1\r\nhost: {}\r\nconnection: keep-alive, Upgrade\r\nupgrade: websocket\r\n\
             sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-version: 13\r\n{headers}\r\n",
            server.host()
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.unwrap());
        }
        (String::from_utf8(head).unwrap(), stream)
    }

    async fn open(server: &Server) -> Self {
        let (head, stream) = Self::handshake(server, "").await;
        assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
        assert!(
            head.contains("sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="),
            "{head}"
        );
        Self { stream }
    }

    async fn send(&mut self, first: u8, payload: &[u8]) {
        self.stream.write_all(&frame(first, payload)).await.unwrap();
    }

    /// The next frame: its first byte and its payload; nothing where the server has closed.
    async fn next(&mut self) -> Option<(u8, Vec<u8>)> {
        tokio::time::timeout(PATIENCE, self.read_frame())
            .await
            .expect("a frame within 10 s")
    }

    async fn read_frame(&mut self) -> Option<(u8, Vec<u8>)> {
        let first = self.stream.read_u8().await.ok()?;
        let len = match self.stream.read_u8().await.ok()? {
            126 => self.stream.read_u16().await.ok()?.into(),
            127 => self.stream.read_u64().await.ok()?,
            short => u64::from(short),
        };
        let mut payload = vec![0; len as usize];
        self.stream.read_exact(&mut payload).await.ok()?;
        Some((first, payload))
    }

    /// The code of the close frame that comes next, whatever text comes before; then the server must end the connection.
    async fn closed_with(&mut self) -> u16 {
        loop {
            let (first, payload) = self.next().await.expect("a close frame");
            if first == FIN | CLOSE {
                assert_eq!(self.next().await, None, "nothing follows a close frame");
                return u16::from_be_bytes([payload[0], payload[1]]);
            }
        }
    }

    async fn hello(&mut self, who: &Person) {
        let hello = json!({ "type": "hello", "token": who.token }).to_string();
        self.send(FIN | TEXT, hello.as_bytes()).await;
        assert_eq!(self.message().await["type"], "welcome");
    }

    async fn message(&mut self) -> Value {
        let (first, payload) = self.next().await.expect("a message");
        assert_eq!(first, FIN | TEXT, "server text is one final frame");
        serde_json::from_slice(&payload).unwrap()
    }
}

#[tokio::test]
async fn a_ping_is_answered_with_its_payload_and_an_unasked_pong_is_ignored() {
    let server = Server::start().await;
    let mut raw = Raw::open(&server).await;
    raw.send(FIN | PONG, b"unasked").await;
    for payload in [&b""[..], b"hello", &[0xff; 125]] {
        raw.send(FIN | PING, payload).await;
        assert_eq!(raw.next().await, Some((FIN | PONG, payload.to_vec())));
    }
}

#[tokio::test]
async fn a_message_in_fragments_with_a_ping_in_between_is_one_message() {
    let server = Server::start().await;
    let ann = server.guest("Ann").await;
    let mut raw = Raw::open(&server).await;
    let hello = json!({ "type": "hello", "token": ann.token }).to_string();
    let (first, rest) = hello.as_bytes().split_at(20);
    let (second, third) = rest.split_at(0);
    raw.send(TEXT, first).await;
    raw.send(FIN | PING, b"now").await;
    raw.send(CONTINUE, second).await;
    raw.send(FIN | CONTINUE, third).await;
    assert_eq!(raw.next().await, Some((FIN | PONG, b"now".to_vec())));
    assert_eq!(raw.message().await["type"], "welcome");
}

#[tokio::test]
async fn a_message_that_comes_byte_by_byte_is_one_message() {
    let server = Server::start().await;
    let ann = server.guest("Ann").await;
    let mut raw = Raw::open(&server).await;
    let hello = json!({ "type": "hello", "token": ann.token }).to_string();
    for byte in frame(FIN | TEXT, hello.as_bytes()) {
        raw.stream.write_all(&[byte]).await.unwrap();
    }
    assert_eq!(raw.message().await["type"], "welcome");
}

#[tokio::test]
async fn messages_that_come_together_are_answered_in_order() {
    let server = Server::start().await;
    let ann = server.guest("Ann").await;
    let mut raw = Raw::open(&server).await;
    raw.hello(&ann).await;
    let probes: Vec<u8> = (0..20)
        .flat_map(|n| {
            frame(
                FIN | TEXT,
                json!({ "type": "time", "t0": n }).to_string().as_bytes(),
            )
        })
        .collect();
    raw.stream.write_all(&probes).await.unwrap();
    for n in 0..20 {
        assert_eq!(raw.message().await["t0"], json!(f64::from(n)));
    }
}

#[tokio::test]
async fn frames_that_come_with_the_handshake_are_not_lost() {
    let server = Server::start().await;
    let mut stream = TcpStream::connect(server.host()).await.unwrap();
    let mut both = format!(
        "GET /ws HTTP/1.1\r\nhost: {}\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
         sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-version: 13\r\n\r\n",
        server.host()
    )
    .into_bytes();
    both.extend(frame(FIN | PING, b"early"));
    stream.write_all(&both).await.unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    let mut raw = Raw { stream };
    assert_eq!(raw.next().await, Some((FIN | PONG, b"early".to_vec())));
}

#[tokio::test]
async fn what_breaks_the_protocol_is_closed_with_the_code_for_it() {
    let server = Server::start().await;
    let unmasked = vec![FIN | TEXT, 2, b'h', b'i'];
    let cases: Vec<(&str, Vec<u8>, u16)> = vec![
        ("a frame without a mask", unmasked, 1002),
        ("a reserved bit", frame(FIN | 0x40 | TEXT, b"x"), 1002),
        ("a reserved data opcode", frame(FIN | 3, b"x"), 1002),
        ("a reserved control opcode", frame(FIN | 11, b""), 1002),
        ("a control frame in fragments", frame(PING, b"x"), 1002),
        (
            "a long control frame",
            frame(FIN | PING, &[b'x'; 126]),
            1002,
        ),
        (
            "a continuation of nothing",
            frame(FIN | CONTINUE, b"x"),
            1002,
        ),
        (
            "a message within a message",
            [frame(TEXT, b"a"), frame(FIN | TEXT, b"b")].concat(),
            1002,
        ),
        ("a close frame of one byte", frame(FIN | CLOSE, &[3]), 1002),
        (
            "text that is not UTF-8",
            frame(FIN | TEXT, &[0xff, 0xfe]),
            1007,
        ),
        (
            "UTF-8 cut at the end",
            frame(FIN | TEXT, "ü".as_bytes().split_at(1).0),
            1007,
        ),
        (
            "a message too large",
            frame(FIN | TEXT, &vec![b'x'; 64 * 1024 + 1]),
            1009,
        ),
        (
            "fragments too large together",
            [
                frame(TEXT, &vec![b'x'; 40_000]),
                frame(FIN | CONTINUE, &vec![b'x'; 40_000]),
            ]
            .concat(),
            1009,
        ),
        ("a binary message", frame(FIN | BINARY, b"x"), 1003),
    ];
    for (what, bytes, code) in cases {
        let mut raw = Raw::open(&server).await;
        raw.stream.write_all(&bytes).await.unwrap();
        assert_eq!(raw.closed_with().await, code, "{what}");
    }
}

#[tokio::test]
async fn a_frame_that_promises_too_much_is_closed_before_it_comes() {
    let server = Server::start().await;
    let mut raw = Raw::open(&server).await;
    let head = [
        &[FIN | TEXT, 0x80 | 127][..],
        &(1u64 << 40).to_be_bytes(),
        &[0; 4],
    ]
    .concat();
    raw.stream.write_all(&head).await.unwrap();
    assert_eq!(raw.closed_with().await, 1009);
}

#[tokio::test]
async fn a_close_frame_is_echoed_with_its_code_and_then_the_server_hangs_up() {
    let server = Server::start().await;
    for code in [1000u16, 1001, 3000, 4999] {
        let mut raw = Raw::open(&server).await;
        raw.send(FIN | CLOSE, &code.to_be_bytes()).await;
        assert_eq!(raw.closed_with().await, code);
    }
    let mut raw = Raw::open(&server).await;
    raw.send(FIN | CLOSE, &[]).await;
    assert_eq!(raw.next().await, Some((FIN | CLOSE, vec![])));
    assert_eq!(raw.next().await, None);
    for reserved in [0u16, 999, 1005, 1006] {
        let mut raw = Raw::open(&server).await;
        raw.send(FIN | CLOSE, &reserved.to_be_bytes()).await;
        assert_eq!(raw.closed_with().await, 1002, "{reserved}");
    }
}

#[tokio::test]
async fn who_says_something_else_than_hello_first_is_closed() {
    let server = Server::start().await;
    let mut raw = Raw::open(&server).await;
    raw.send(FIN | TEXT, br#"{"type":"time","t0":1}"#).await;
    assert_eq!(raw.closed_with().await, 4401);
}

#[tokio::test]
async fn a_page_of_another_origin_gets_no_socket() {
    let server = Server::with(Said {
        limits: Some(Limits::Off),
        allowed_origin: Some(vec!["https://app.example.org".to_owned()]),
        ..Said::default()
    })
    .await;
    let own = format!("origin: http://{}\r\n", server.host());
    for admitted in ["", &own, "origin: https://app.example.org\r\n"] {
        let (head, _) = Raw::handshake(&server, admitted).await;
        assert!(head.starts_with("HTTP/1.1 101 "), "{admitted}: {head}");
    }
    for refused in [
        "https://evil.test",
        "null",
        "http://app.example.org",
        "https://app.example.org:8443",
    ] {
        let (head, _) = Raw::handshake(&server, &format!("origin: {refused}\r\n")).await;
        assert!(head.starts_with("HTTP/1.1 403 "), "{refused}: {head}");
    }
}

#[tokio::test]
async fn the_subprotocol_is_agreed_upon_or_the_handshake_refused() {
    let server = Server::start().await;
    let (head, _) = Raw::handshake(&server, "sec-websocket-protocol: other, tutti.v1\r\n").await;
    assert!(
        head.contains("sec-websocket-protocol: tutti.v1\r\n"),
        "{head}"
    );
    let (head, _) = Raw::handshake(&server, "").await;
    assert!(
        head.starts_with("HTTP/1.1 101 ") && !head.contains("sec-websocket-protocol"),
        "{head}"
    );
    let (head, _) = Raw::handshake(&server, "sec-websocket-protocol: other\r\n").await;
    assert!(head.starts_with("HTTP/1.1 400 "), "{head}");
}

#[tokio::test]
async fn a_request_that_is_no_handshake_is_told_what_is_missing() {
    let server = Server::start().await;
    let get = |version: &str, upgrade: &str| {
        let request = server
            .http
            .get(server.url("/ws"))
            .header("connection", "upgrade");
        let request = request
            .header("upgrade", upgrade)
            .header("sec-websocket-version", version);
        request
            .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==")
            .send()
    };
    let old = get("8", "websocket").await.unwrap();
    assert_eq!(old.status(), StatusCode::UPGRADE_REQUIRED);
    assert_eq!(old.headers()["sec-websocket-version"], "13");
    assert_eq!(
        get("13", "h2c").await.unwrap().status(),
        StatusCode::BAD_REQUEST
    );
    let plain = server.http.get(server.url("/ws")).send().await.unwrap();
    assert_eq!(
        plain.json::<Value>().await.unwrap()["code"],
        "INVALID_REQUEST"
    );
}
