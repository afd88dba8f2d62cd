//! Who may do what: every route of the table, every command of the native socket, every event of Socket.IO and every message
//! of a session's socket, for every role. One that is not listed fails.

mod commands;
mod routes;
mod sessions;
mod socket_io;
#[path = "../support"]
mod support {
    pub mod server;
    pub mod socket_io;
}

use serde_json::{Value, json};
use support::server::{Person, Server, Socket};

/// A room of its own for one row: invite only, the host controls, two items.
struct Scene {
    stranger: Person,
    guest: Person,
    host: Person,
    room: String,
    code: String,
    items: [String; 2],
    /// The guest asks for the removal of the second item.
    request: String,
    /// The guest said something.
    message: String,
}

async fn scene(server: &Server) -> Scene {
    let (stranger, guest, host) = (
        server.guest("Stranger").await,
        server.guest("Guest").await,
        server.guest("Host").await,
    );
    let body = json!({ "name": "Room", "visibility": "invite" });
    let (status, made) = server.post("/api/v1/rooms/create", &host.token, body).await;
    assert_eq!(status, 201, "{made}");
    let room = made["room_id"].as_str().unwrap().to_owned();
    let code = made["invite_code"].as_str().unwrap().to_owned();
    let body = json!({ "room_id": room, "invite_code": code });
    let (status, joined) = server.post("/api/v1/rooms/join", &guest.token, body).await;
    assert_eq!(status, 200, "{joined}");
    let items = [
        server.add_track(&host, &room, "One", 600_000).await,
        server.add_track(&host, &room, "Two", 600_000).await,
    ];
    let body = json!({ "action": "remove", "item_id": items[1] });
    let path = format!("/api/v1/rooms/{room}/requests");
    let (status, asked) = server.post(&path, &guest.token, body).await;
    assert_eq!(status, 201, "{asked}");
    let request = asked["request"]["request_id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/rooms/{room}/chat");
    let (status, said) = server
        .post(&path, &guest.token, json!({ "text": "hello" }))
        .await;
    assert_eq!(status, 201, "{said}");
    let message = said["message"]["message_id"].as_str().unwrap().to_owned();
    Scene {
        stranger,
        guest,
        host,
        room,
        code,
        items,
        request,
        message,
    }
}

fn nothing(_: &Scene) -> Value {
    json!({})
}

/// What a stranger, a guest, a co-host and the host are answered, in that order.
type Order = (&'static str, [&'static str; 4], fn(&Scene) -> Value);

const OUT: &str = "NOT_IN_ROOM";
const NO: &str = "UPDATE_FAILED";
const OK: &str = "accepted";

fn heard(answer: &Value) -> String {
    match answer["type"].as_str() {
        Some("accepted") => OK.to_owned(),
        _ => answer["code"].as_str().unwrap_or("?").to_owned(),
    }
}

/// A guest whom the host of the scene has made a co-host, and the host, who follows the room.
async fn co_host(server: &Server, scene: &Scene) -> (Person, Socket) {
    let co_host = server.guest("Co-host").await;
    let path = format!("/api/v1/rooms/{}", scene.room);
    let (_, room) = server.get(&path, &scene.host.token).await;
    let body = json!({ "invite_code": room["room"]["invite_code"] });
    server
        .post("/api/v1/rooms/join", &co_host.token, body)
        .await;
    let (mut host, _) = server.follow(&scene.host, &scene.room).await;
    let promote = json!({ "type": "promote", "user_id": co_host.id });
    assert_eq!(heard(&host.command(&scene.room, promote).await), OK);
    (co_host, host)
}
