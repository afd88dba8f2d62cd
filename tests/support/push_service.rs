//! A push service that keeps what it is given, and a device that reads it.

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_lc_rs::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::agreement::{ECDH_P256, PrivateKey, UnparsedPublicKey, agree};
use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Salt};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

const PATIENCE: Duration = Duration::from_secs(20);

/// One message as it came.
#[derive(Debug)]
pub struct Taken {
    pub path: String,
    /// By their lower-case names.
    pub headers: BTreeMap<String, String>,
    pub body: Vec<u8>,
}

/// Takes messages, and answers each with the next of its answers, or that it was created.
pub struct PushService {
    addr: SocketAddr,
    answers: Arc<Mutex<VecDeque<String>>>,
    taken: mpsc::UnboundedReceiver<Taken>,
}

impl PushService {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let addr = listener.local_addr().expect("an address");
        let answers = Arc::<Mutex<VecDeque<String>>>::default();
        let (give, taken) = mpsc::unbounded_channel();
        let queue = answers.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, queue.clone(), give.clone()));
            }
        });
        Self {
            addr,
            answers,
            taken,
        }
    }

    /// As `--push-host` names it.
    pub fn origin(&self) -> String {
        format!("http://{}", self.addr)
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.origin())
    }

    /// Status lines, with headers where there are any.
    pub fn will_answer(&self, answers: &[&str]) {
        let answers = answers.iter().map(|&answer| answer.to_owned());
        self.answers.lock().expect("a queue").extend(answers);
    }

    pub async fn next(&mut self) -> Taken {
        let next = tokio::time::timeout(PATIENCE, self.taken.recv());
        next.await.expect("a message in time").expect("a service")
    }
}

async fn serve(
    mut stream: TcpStream,
    answers: Arc<Mutex<VecDeque<String>>>,
    give: mpsc::UnboundedSender<Taken>,
) {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
        if stream.read_buf(&mut bytes).await.unwrap_or(0) == 0 {
            return;
        }
    };
    let head = String::from_utf8(bytes[..end].to_vec()).expect("text");
    let mut lines = head.lines();
    let first = lines.next().unwrap_or_default();
    assert!(first.starts_with("POST "), "{first}");
    let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
    let headers: BTreeMap<String, String> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let length: usize = headers["content-length"].parse().expect("a length");
    let mut body = bytes.split_off(end);
    while body.len() < length && stream.read_buf(&mut body).await.unwrap_or(0) > 0 {}
    let answer = answers.lock().expect("a queue").pop_front();
    let answer = answer.unwrap_or_else(|| "201 Created".to_owned());
    let text = format!("HTTP/1.1 {answer}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    let _ = stream.write_all(text.as_bytes()).await;
    let _ = give.send(Taken {
        path,
        headers,
        body,
    });
}

/// A browser that subscribed.
pub struct Device {
    private: PrivateKey,
    secret: [u8; 16],
}

struct Length(usize);

impl KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

impl Device {
    /// Each number is another device.
    pub fn new(number: u8) -> Self {
        Self {
            private: PrivateKey::from_private_key(&ECDH_P256, &[number; 32]).expect("a key"),
            secret: [number; 16],
        }
    }

    fn public(&self) -> Vec<u8> {
        let public = self.private.compute_public_key().expect("a key");
        public.as_ref().to_vec()
    }

    /// As a browser's `PushSubscription` says it.
    pub fn subscription(&self, endpoint: &str) -> Value {
        json!({
            "endpoint": endpoint,
            "expirationTime": null,
            "keys": {
                "p256dh": URL_SAFE_NO_PAD.encode(self.public()),
                "auth": URL_SAFE_NO_PAD.encode(self.secret),
            },
        })
    }

    /// Opens a message that was sealed for this device.
    pub fn read(&self, body: &[u8]) -> Value {
        let (salt, rest) = body.split_at(16);
        assert_eq!(rest[..5], [0, 0, 16, 0, 65], "records of 4096, a key of 65");
        let (sender, sealed) = rest[5..].split_at(65);
        let info = [b"WebPush: info\0", &self.public()[..], sender];
        let theirs = UnparsedPublicKey::new(&ECDH_P256, sender);
        let shared = agree(&self.private, theirs, (), |shared| {
            Ok(derive(&self.secret, shared, &info, 32))
        });
        let shared = shared.expect("a secret");
        let key = derive(salt, &shared, &[b"Content-Encoding: aes128gcm\0"], 16);
        let nonce = derive(salt, &shared, &[b"Content-Encoding: nonce\0"], 12);
        let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key).expect("a key"));
        let nonce = Nonce::try_assume_unique_for_key(&nonce).expect("a nonce");
        let mut text = sealed.to_vec();
        let text = key.open_in_place(nonce, Aad::empty(), &mut text);
        let (text, padding) = text
            .expect("sealed for this device")
            .split_at(sealed.len() - 17);
        assert_eq!(padding, [2]);
        serde_json::from_slice(text).expect("JSON")
    }
}

fn derive(salt: &[u8], secret: &[u8], info: &[&[u8]], len: usize) -> Vec<u8> {
    let mut out = vec![0; len];
    let key = Salt::new(HKDF_SHA256, salt).extract(secret);
    let expanded = key.expand(info, Length(len)).expect("a length");
    expanded.fill(&mut out).expect("room");
    out
}
