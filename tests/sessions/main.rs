//! Sessions: REST at the root, tokens that open one room, and the socket.

mod rest;
#[path = "../support/server.rs"]
mod server_support;
mod socket;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use server_support::{Person, Server};

/// Somebody in a session, with the token that opens it.
struct Visitor {
    id: String,
    token: String,
}

struct Scene {
    server: Server,
    host: Person,
    session: String,
    code: String,
    /// The host's.
    token: String,
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

async fn opened(server: &Server, host: &Person) -> (String, String, String) {
    let body = json!({ "name": "Kitchen" });
    let (status, made) = server.post("/sessions", &host.token, body).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    let session = &made["session"];
    (
        text(&session["session_id"]),
        text(&session["invite_code"]),
        text(&made["session_token"]),
    )
}

async fn scene() -> Scene {
    Scene::on(Server::start().await).await
}

impl Scene {
    async fn on(server: Server) -> Self {
        let host = server.guest("Host").await;
        let (session, code, token) = opened(&server, &host).await;
        Self {
            server,
            host,
            session,
            code,
            token,
        }
    }

    fn path(&self, rest: &str) -> String {
        format!("/sessions/{}{rest}", self.session)
    }

    async fn join(&self, name: &str) -> (Visitor, Value) {
        let path = format!("/sessions/{}/join", self.code);
        let body = json!({ "name": name });
        let (status, joined) = self
            .server
            .call(Method::POST, &path, None, Some(body))
            .await;
        assert_eq!(status, StatusCode::OK, "{joined}");
        let visitor = Visitor {
            id: text(&joined["user"]["user_id"]),
            token: text(&joined["session_token"]),
        };
        (visitor, joined)
    }

    async fn call(&self, method: Method, path: &str, token: &str, body: Value) -> (u16, Value) {
        let called = self.server.call(method, path, Some(token), Some(body));
        let (status, answer) = called.await;
        (status.as_u16(), answer)
    }

    async fn titles(&self, token: &str) -> Vec<String> {
        let (_, playlist) = self.server.get(&self.path("/playlist"), token).await;
        let items = playlist["items"].as_array().expect("items");
        let order: Vec<Value> = items.iter().map(|item| item["item_id"].clone()).collect();
        assert_eq!(playlist["order"], Value::from(order));
        items
            .iter()
            .map(|item| text(&item["track"]["title"]))
            .collect()
    }
}

fn track(title: &str) -> Value {
    json!({ "title": title, "url": "https://example.org/a.mp3", "duration_ms": 600_000 })
}
