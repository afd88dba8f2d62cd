//! Who may do what: every route of the table and every command of the native socket, for every role. One that is not
//! listed here fails.

mod support {
    pub mod server;
    pub mod socket_io;
}

use std::collections::{BTreeMap, BTreeSet};

use reqwest::Method;
use serde_json::{Value, json};
use support::server::{Person, Server, Socket};
use support::socket_io::SocketIo;
use tutti::gateway::dialect::friend_rooms;
use tutti::gateway::{self, schemas};

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

/// What nobody, a stranger, a guest and the host are answered, in that order, with a body where the call takes one.
type Row = (&'static str, [u16; 4], fn(&Scene) -> Value);

fn nothing(_: &Scene) -> Value {
    json!({})
}

const ROUTES: &[Row] = &[
    ("POST /api/v1/auth/register", [400; 4], nothing),
    ("POST /api/v1/auth/login", [400; 4], nothing),
    ("POST /api/v1/auth/guest", [201; 4], nothing),
    ("POST /api/v1/auth/refresh", [401; 4], nothing),
    ("POST /api/v1/auth/logout", [401, 204, 204, 204], nothing),
    (
        "POST /api/v1/auth/username",
        [401, 400, 400, 400],
        |_| json!({ "username": "!" }),
    ),
    ("GET /api/v1/me", [401, 200, 200, 200], nothing),
    (
        "PATCH /api/v1/me",
        [401, 200, 200, 200],
        |_| json!({ "name": "Other" }),
    ),
    ("POST /api/v1/auth/ticket", [401, 201, 201, 201], |_| {
        json!({})
    }),
    (
        "POST /api/v1/rooms/quick",
        [401, 200, 200, 200],
        |_| json!({ "name": "matrix" }),
    ),
    ("GET /api/v1/push/key", [200, 200, 200, 200], nothing),
    // A server sends nothing by itself.
    (
        "PUT /api/v1/me/push",
        [401, 404, 404, 404],
        |_| json!({ "endpoint": "https://fcm.googleapis.com/a", "keys": { "p256dh": "BA", "auth": "BA" } }),
    ),
    ("DELETE /api/v1/me/push", [401, 204, 204, 204], nothing),
    ("GET /api/v1/me/sessions", [401, 200, 200, 200], nothing),
    (
        "DELETE /api/v1/me/sessions/{session_id}",
        [401, 404, 404, 204],
        nothing,
    ),
    ("GET /api/v1/friends", [401, 200, 200, 200], nothing),
    ("GET /api/v1/friends/search", [401, 200, 200, 200], nothing),
    (
        "POST /api/v1/friends/search",
        [401, 200, 200, 200],
        |_| json!({ "q": "a" }),
    ),
    (
        "GET /api/v1/friends/requests",
        [401, 200, 200, 200],
        nothing,
    ),
    // Who has no username cannot be asked.
    (
        "POST /api/v1/friends/request",
        [401, 404, 404, 404],
        |s| json!({ "user_id": s.guest.id }),
    ),
    (
        "POST /api/v1/friends/accept",
        [401, 404, 404, 404],
        |_| json!({ "request_id": format!("req_{}", "0".repeat(32)) }),
    ),
    (
        "POST /api/v1/friends/reject",
        [401, 404, 404, 404],
        |_| json!({ "request_id": format!("req_{}", "0".repeat(32)) }),
    ),
    (
        "DELETE /api/v1/friends/requests/{request_id}",
        [401, 404, 404, 404],
        nothing,
    ),
    (
        "DELETE /api/v1/friends/{user_id}",
        [401, 404, 404, 404],
        nothing,
    ),
    ("GET /api/v1/me/invites", [401, 200, 200, 200], nothing),
    (
        "DELETE /api/v1/me/invites/{room_id}",
        [401, 404, 404, 404],
        nothing,
    ),
    // Members may, but only their friends.
    (
        "POST /api/v1/rooms/{room_id}/invite",
        [401, 403, 403, 403],
        |s| json!({ "user_id": s.stranger.id }),
    ),
    // Whoever holds the invite may look.
    ("GET /api/v1/invites/{code}", [200; 4], nothing),
    ("GET /api/v1/rooms", [401, 200, 200, 200], nothing),
    ("GET /api/v1/rooms/discover", [401, 200, 200, 200], nothing),
    ("POST /api/v1/rooms/create", [401, 201, 201, 201], nothing),
    (
        "POST /api/v1/rooms/join",
        [401, 403, 200, 200],
        |s| json!({ "room_id": s.room }),
    ),
    (
        "POST /api/v1/rooms/{room_id}/leave",
        [401, 403, 204, 204],
        nothing,
    ),
    ("GET /api/v1/rooms/{room_id}", [401, 404, 200, 200], nothing),
    (
        "PATCH /api/v1/rooms/{room_id}",
        [401, 403, 403, 200],
        |_| json!({ "name": "Other" }),
    ),
    (
        "DELETE /api/v1/rooms/{room_id}",
        [401, 403, 403, 204],
        nothing,
    ),
    (
        "POST /api/v1/rooms/{room_id}/host",
        [401, 403, 403, 200],
        |s| json!({ "user_id": s.guest.id }),
    ),
    // No host is connected: a member may step in; then the host that was may take it back.
    (
        "POST /api/v1/rooms/{room_id}/claim-host",
        [401, 403, 200, 200],
        nothing,
    ),
    (
        "GET /api/v1/rooms/{room_id}/history",
        [401, 403, 200, 200],
        nothing,
    ),
    // Nothing was played yet.
    (
        "POST /api/v1/rooms/{room_id}/again",
        [401, 403, 409, 409],
        nothing,
    ),
    (
        "GET /api/v1/rooms/{room_id}/state?at_seq=1",
        [401, 403, 200, 200],
        nothing,
    ),
    (
        "GET /api/v1/rooms/{room_id}/playlist",
        [401, 404, 200, 200],
        nothing,
    ),
    (
        "POST /api/v1/rooms/{room_id}/playlist",
        [401, 403, 202, 201],
        |_| json!({ "track": { "title": "Three", "url": "https://example.org/3.mp3" } }),
    ),
    (
        "DELETE /api/v1/rooms/{room_id}/playlist",
        [401, 403, 403, 204],
        nothing,
    ),
    (
        "PUT /api/v1/rooms/{room_id}/playlist/order",
        [401, 403, 403, 200],
        |s| json!({ "item_ids": [s.items[1], s.items[0]] }),
    ),
    (
        "PATCH /api/v1/rooms/{room_id}/playlist/{item_id}",
        [401, 403, 202, 200],
        |_| json!({ "position": 1 }),
    ),
    (
        "DELETE /api/v1/rooms/{room_id}/playlist/{item_id}",
        [401, 403, 202, 204],
        nothing,
    ),
    (
        "POST /api/v1/rooms/{room_id}/playback",
        [401, 403, 403, 200],
        |_| json!({ "action": "play" }),
    ),
    (
        "GET /api/v1/rooms/{room_id}/requests",
        [401, 403, 200, 200],
        nothing,
    ),
    (
        "POST /api/v1/rooms/{room_id}/requests",
        [401, 403, 201, 201],
        |s| json!({ "action": "move", "item_id": s.items[0], "position": 1 }),
    ),
    (
        "POST /api/v1/requests/{request_id}/approve",
        [401, 404, 403, 200],
        nothing,
    ),
    (
        "POST /api/v1/requests/{request_id}/deny",
        [401, 404, 403, 200],
        nothing,
    ),
    // Once it is taken back, the host hears that it is decided.
    (
        "POST /api/v1/requests/{request_id}/withdraw",
        [401, 404, 200, 409],
        nothing,
    ),
    // The guest names themselves.
    (
        "POST /api/v1/rooms/{room_id}/kick",
        [401, 403, 409, 200],
        |s| json!({ "user_id": s.guest.id }),
    ),
    (
        "POST /api/v1/rooms/{room_id}/ban",
        [401, 403, 409, 200],
        |s| json!({ "user_id": s.guest.id }),
    ),
    (
        "POST /api/v1/rooms/{room_id}/unban",
        [401, 403, 409, 200],
        |s| json!({ "user_id": s.guest.id }),
    ),
    (
        "POST /api/v1/rooms/{room_id}/mute",
        [401, 403, 409, 200],
        |s| json!({ "user_id": s.guest.id }),
    ),
    (
        "POST /api/v1/rooms/{room_id}/unmute",
        [401, 403, 409, 200],
        |s| json!({ "user_id": s.guest.id }),
    ),
    (
        "POST /api/v1/rooms/{room_id}/promote",
        [401, 403, 403, 200],
        |s| json!({ "user_id": s.guest.id }),
    ),
    (
        "POST /api/v1/rooms/{room_id}/demote",
        [401, 403, 403, 200],
        |s| json!({ "user_id": s.guest.id }),
    ),
    (
        "GET /api/v1/rooms/{room_id}/bans",
        [401, 403, 403, 200],
        nothing,
    ),
    (
        "POST /api/v1/rooms/{room_id}/vote-skip",
        [401, 403, 200, 200],
        nothing,
    ),
    // There is nothing to undo yet.
    (
        "POST /api/v1/rooms/{room_id}/undo",
        [401, 403, 403, 409],
        nothing,
    ),
    (
        "GET /api/v1/rooms/{room_id}/chat",
        [401, 403, 200, 200],
        nothing,
    ),
    (
        "POST /api/v1/rooms/{room_id}/chat",
        [401, 403, 201, 201],
        |_| json!({ "text": "hello" }),
    ),
    (
        "DELETE /api/v1/rooms/{room_id}/chat/{message_id}",
        [401, 403, 204, 204],
        nothing,
    ),
    ("POST /auth/login", [400; 4], nothing),
    ("POST /sessions", [401, 201, 201, 201], nothing),
    // Whoever has the code comes in; who has no account is given one.
    ("POST /sessions/{code}/join", [200; 4], nothing),
    ("GET /sessions/{room_id}", [401, 403, 200, 200], nothing),
    (
        "POST /sessions/{room_id}/token",
        [401, 403, 200, 200],
        nothing,
    ),
    (
        "POST /sessions/{room_id}/leave",
        [401, 403, 204, 204],
        nothing,
    ),
    (
        "GET /sessions/{room_id}/playlist",
        [401, 404, 200, 200],
        nothing,
    ),
    (
        "POST /sessions/{room_id}/playlist",
        [401, 403, 202, 201],
        |_| json!({ "track": { "title": "Three", "url": "https://example.org/3.mp3" } }),
    ),
    (
        "PATCH /sessions/{room_id}/playlist/{item_id}",
        [401, 403, 202, 200],
        |_| json!({ "position": 1 }),
    ),
    (
        "DELETE /sessions/{room_id}/playlist/{item_id}",
        [401, 403, 202, 204],
        nothing,
    ),
    (
        "GET /sessions/{room_id}/requests",
        [401, 403, 200, 200],
        nothing,
    ),
    (
        "POST /sessions/{room_id}/requests",
        [401, 403, 201, 201],
        |s| json!({ "action": "move", "item_id": s.items[0], "position": 1 }),
    ),
    (
        "POST /requests/{request_id}/approve",
        [401, 404, 403, 200],
        nothing,
    ),
    (
        "POST /requests/{request_id}/deny",
        [401, 404, 403, 200],
        nothing,
    ),
    (
        "GET /api/v1/rooms/{room_id}/playlist/export",
        [401, 404, 200, 200],
        nothing,
    ),
    (
        "POST /api/v1/rooms/{room_id}/playlist/import",
        [401, 403, 403, 201],
        |_| json!({ "tracks": [{ "title": "Three", "url": "https://example.org/3.mp3" }] }),
    ),
    ("GET /api/v1/me/playlists", [401, 200, 200, 200], nothing),
    (
        "POST /api/v1/me/playlists",
        [401, 403, 201, 201],
        |s| json!({ "name": "Evening", "room_id": s.room }),
    ),
    (
        "GET /api/v1/me/playlists/{playlist_id}",
        [401, 404, 404, 404],
        nothing,
    ),
    (
        "DELETE /api/v1/me/playlists/{playlist_id}",
        [401, 404, 404, 404],
        nothing,
    ),
    ("GET /api/v1/media", [401, 200, 200, 200], nothing),
    ("POST /api/v1/media", [401, 400, 400, 400], nothing),
    (
        "GET /api/v1/media/{media_id}",
        [401, 404, 404, 404],
        nothing,
    ),
    (
        "DELETE /api/v1/media/{media_id}",
        [401, 404, 404, 404],
        nothing,
    ),
    (
        "GET /api/v1/media/{media_id}/cover",
        [401, 404, 404, 404],
        nothing,
    ),
    (
        "GET /api/v1/media/{media_id}/peaks",
        [401, 404, 404, 404],
        nothing,
    ),
    ("GET /media/{media_id}", [401, 404, 404, 404], nothing),
    // For those who run the server: `tests/admin.rs` has what they are answered.
    ("GET /api/v1/admin/status", [401, 403, 403, 403], nothing),
    ("GET /api/v1/admin/settings", [401, 403, 403, 403], nothing),
    (
        "PATCH /api/v1/admin/settings",
        [401, 403, 403, 403],
        nothing,
    ),
    ("GET /api/v1/admin/users", [401, 403, 403, 403], nothing),
    (
        "POST /api/v1/admin/users/{user_id}/sign-out",
        [401, 403, 403, 403],
        nothing,
    ),
    (
        "DELETE /api/v1/admin/users/{user_id}",
        [401, 403, 403, 403],
        nothing,
    ),
    ("GET /api/v1/admin/rooms", [401, 403, 403, 403], nothing),
    (
        "DELETE /api/v1/admin/rooms/{room_id}",
        [401, 403, 403, 403],
        nothing,
    ),
    (
        "POST /api/v1/admin/journal/verify",
        [401, 403, 403, 403],
        nothing,
    ),
    ("GET /api/v1/catalog/search", [401, 200, 200, 200], nothing),
    ("GET /healthz", [200; 4], nothing),
    ("GET /readyz", [200; 4], nothing),
    ("GET /version", [200; 4], nothing),
    ("GET /api/v1/openapi.json", [200; 4], nothing),
    ("GET /api/v1/asyncapi.json", [200; 4], nothing),
    ("GET /asyncapi.json", [200; 4], nothing),
    // An upgrade that is none; who speaks is settled by `hello`.
    ("GET /ws", [400; 4], nothing),
    ("GET /ws/spaces/{room_id}", [401, 400, 400, 400], nothing),
    ("GET /ws/sessions/{room_id}", [401, 400, 400, 400], nothing),
    ("GET /ws/quick", [400; 4], nothing),
    ("GET /ws/quick/{name}", [400; 4], nothing),
];

#[test]
fn every_route_of_the_table_is_listed_here() {
    let listed: BTreeSet<String> = ROUTES
        .iter()
        .map(|(name, ..)| name.split('?').next().unwrap().to_owned())
        .collect();
    let table: BTreeSet<String> = gateway::table()
        .iter()
        .map(|route| format!("{} {}", route.method, route.path))
        .collect();
    assert_eq!(listed, table);
}

fn filled(path: &str, scene: &Scene) -> String {
    path.replace("{room_id}", &scene.room)
        .replace("{code}", &scene.code)
        .replace("{name}", "kitchen")
        .replace("{item_id}", &scene.items[0])
        .replace("{session_id}", &scene.host.session)
        .replace("{request_id}", &scene.request)
        .replace("{user_id}", &scene.guest.id)
        .replace("{message_id}", &scene.message)
        .replace("{playlist_id}", &format!("list_{}", "0".repeat(32)))
        .replace("{media_id}", &format!("media_{}", "0".repeat(32)))
}

#[tokio::test]
async fn every_route_answers_every_role_as_it_should() {
    let server = Server::start().await;
    let mut wrong = Vec::new();
    for (name, expected, body) in ROUTES {
        let scene = scene(&server).await;
        let (method, path) = name.split_once(' ').unwrap();
        let method: Method = method.parse().unwrap();
        let path = filled(path, &scene);
        let who = [
            None,
            Some(&scene.stranger),
            Some(&scene.guest),
            Some(&scene.host),
        ];
        for (person, expected) in who.into_iter().zip(expected) {
            let mut request = server.http.request(method.clone(), server.url(&path));
            if let Some(person) = person {
                request = request.bearer_auth(&person.token);
            }
            if method != Method::GET {
                request = request.json(&body(&scene));
            }
            let answer = request.send().await.expect("an answer");
            let status = answer.status().as_u16();
            if status != *expected {
                let role = person.map_or("nobody", |p| {
                    if p.id == scene.host.id {
                        "the host"
                    } else if p.id == scene.guest.id {
                        "a guest"
                    } else {
                        "a stranger"
                    }
                });
                wrong.push(format!(
                    "{name}: {role} is answered {status}, not {expected}: {}",
                    answer.text().await.unwrap()
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "\n  {}\n", wrong.join("\n  "));
}

/// What a stranger, a guest, a co-host and the host are answered, in that order.
type Order = (&'static str, [&'static str; 4], fn(&Scene) -> Value);

const OUT: &str = "NOT_IN_ROOM";
const NO: &str = "UPDATE_FAILED";
const OK: &str = "accepted";

const COMMANDS: &[Order] = &[
    ("play", [OUT, NO, OK, OK], nothing),
    ("pause", [OUT, NO, OK, OK], nothing),
    (
        "seek",
        [OUT, NO, OK, OK],
        |_| json!({ "position_ms": 1000 }),
    ),
    // The co-host has skipped to the last one.
    ("skip_next", [OUT, NO, OK, "CONFLICT"], nothing),
    ("skip_prev", [OUT, NO, OK, OK], nothing),
    (
        "select",
        [OUT, NO, OK, OK],
        |s| json!({ "item_id": s.items[1] }),
    ),
    // Whoever listens may say that a track is over; it counts only where it can be true, and nothing plays here.
    (
        "track_ended",
        [OUT, OK, OK, OK],
        |s| json!({ "item_id": s.items[0] }),
    ),
    (
        "add",
        [OUT, NO, OK, OK],
        |_| json!({ "track": { "title": "Three", "url": "https://example.org/3.mp3" } }),
    ),
    (
        "move",
        [OUT, NO, OK, OK],
        |s| json!({ "item_id": s.items[0], "position": 1 }),
    ),
    (
        "remove",
        [OUT, NO, OK, "NOT_FOUND"],
        |s| json!({ "item_id": s.items[0] }),
    ),
    (
        "edit",
        [OUT, NO, OK, OK],
        |s| json!({ "item_id": s.items[0], "track": { "title": "Other", "url": "https://example.org/1.mp3" } }),
    ),
    ("clear", [OUT, NO, OK, OK], nothing),
    (
        "set_repeat",
        [OUT, NO, OK, OK],
        |_| json!({ "repeat": "all" }),
    ),
    (
        "set_shuffle",
        [OUT, NO, OK, OK],
        |_| json!({ "shuffle": true }),
    ),
    (
        "set_volume",
        [OUT, NO, OK, OK],
        |_| json!({ "volume": 0.5 }),
    ),
    (
        "set_control",
        [OUT, NO, NO, OK],
        |_| json!({ "control": "everyone" }),
    ),
    (
        "set_visibility",
        [OUT, NO, NO, OK],
        |_| json!({ "visibility": "public" }),
    ),
    ("rename", [OUT, NO, NO, OK], |_| json!({ "name": "Other" })),
    ("renew_invite", [OUT, NO, NO, OK], nothing),
    (
        "transfer_host",
        [OUT, NO, NO, OK],
        |s| json!({ "user_id": s.guest.id }),
    ),
    ("claim_host", [OUT, "CONFLICT", "CONFLICT", OK], nothing),
    (
        "promote",
        [OUT, NO, NO, OK],
        |s| json!({ "user_id": s.guest.id }),
    ),
    (
        "demote",
        [OUT, NO, NO, OK],
        |s| json!({ "user_id": s.guest.id }),
    ),
    (
        "submit_request",
        [OUT, OK, OK, OK],
        |s| json!({ "action": "move", "item_id": s.items[0], "position": 1 }),
    ),
    // The co-host decides; what is decided stays so.
    (
        "approve_request",
        [OUT, NO, OK, "CONFLICT"],
        |s| json!({ "request_id": s.request }),
    ),
    (
        "deny_request",
        [OUT, NO, OK, "CONFLICT"],
        |s| json!({ "request_id": s.request }),
    ),
    (
        "withdraw_request",
        [OUT, OK, "CONFLICT", "CONFLICT"],
        |s| json!({ "request_id": s.request }),
    ),
    (
        "reorder",
        [OUT, NO, OK, OK],
        |s| json!({ "item_ids": [s.items[1], s.items[0]] }),
    ),
    // There is nothing to undo yet.
    ("undo", [OUT, NO, "CONFLICT", "CONFLICT"], nothing),
    // The guest names themselves; once the co-host did it, nobody is there to kick.
    (
        "kick",
        [OUT, "CONFLICT", OK, "NOT_FOUND"],
        |s| json!({ "user_id": s.guest.id }),
    ),
    (
        "ban",
        [OUT, "CONFLICT", OK, OK],
        |s| json!({ "user_id": s.guest.id }),
    ),
    (
        "unban",
        [OUT, NO, OK, OK],
        |s| json!({ "user_id": s.stranger.id }),
    ),
    (
        "mute",
        [OUT, "CONFLICT", OK, OK],
        |s| json!({ "user_id": s.guest.id }),
    ),
    (
        "unmute",
        [OUT, "CONFLICT", OK, OK],
        |s| json!({ "user_id": s.guest.id }),
    ),
    ("vote_skip", [OUT, OK, OK, OK], nothing),
    (
        "set_vote_skip",
        [OUT, NO, NO, OK],
        |_| json!({ "enabled": true, "percent": 60 }),
    ),
    ("say", [OUT, OK, OK, OK], |_| json!({ "text": "hello" })),
    (
        "delete_message",
        [OUT, OK, OK, OK],
        |s| json!({ "message_id": s.message }),
    ),
];

#[test]
fn every_command_of_the_native_socket_is_listed_here() {
    let listed: BTreeSet<String> = COMMANDS
        .iter()
        .map(|(name, ..)| (*name).to_owned())
        .collect();
    let schema: Value =
        serde_json::from_str(&schemas::files()["native/ClientMessage.json"]).unwrap();
    let variants = schema["$defs"]["Command"]["oneOf"].as_array().unwrap();
    let known: BTreeSet<String> = variants
        .iter()
        .map(|variant| {
            variant["properties"]["type"]["const"]
                .as_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    assert_eq!(listed, known);
}

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

#[tokio::test]
async fn every_command_is_answered_to_every_role_as_it_should() {
    let server = Server::start().await;
    let mut wrong = Vec::new();
    for (name, expected, rest) in COMMANDS {
        let scene = scene(&server).await;
        let (co_host, host) = co_host(&server, &scene).await;
        let mut roles: BTreeMap<usize, (&str, Socket)> = BTreeMap::from([
            (0, ("a stranger", server.hello(&scene.stranger).await)),
            (1, ("a guest", server.hello(&scene.guest).await)),
            (2, ("a co-host", server.hello(&co_host).await)),
            (3, ("the host", host)),
        ]);
        for (place, (role, socket)) in &mut roles {
            let mut command = rest(&scene);
            command["type"] = (*name).into();
            let answer = heard(&socket.command(&scene.room, command).await);
            if answer != expected[*place] {
                wrong.push(format!(
                    "{name}: {role} is answered {answer}, not {}",
                    expected[*place]
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "\n  {}\n", wrong.join("\n  "));
}

/// What a stranger, a guest, a co-host and the host of a room for the invited are answered on Socket.IO.
const EVENTS: &[Order] = &[
    (
        "join_room",
        ["JOIN_FAILED", OK, OK, OK],
        |s| json!({ "room_id": s.room }),
    ),
    (
        "request_sync",
        [OUT, OK, OK, OK],
        |s| json!({ "room_id": s.room }),
    ),
    (
        "sync_state",
        [OUT, NO, OK, OK],
        |s| json!({ "room_id": s.room, "playback_state": { "playing": true, "position": 45.5 } }),
    ),
    (
        "leave_room_socket",
        [OUT, OK, OK, OK],
        |s| json!({ "room_id": s.room }),
    ),
    ("ping", [OK; 4], nothing),
    (
        "authenticate",
        ["INVALID_REQUEST", "INVALID_REQUEST", "INVALID_REQUEST", OK],
        |s| json!({ "token": s.host.token }),
    ),
];

#[test]
fn every_event_of_socket_io_is_listed_here() {
    let listed: BTreeSet<&str> = EVENTS.iter().map(|(name, ..)| *name).collect();
    assert_eq!(listed, friend_rooms::EVENTS.into_iter().collect());
}

#[tokio::test]
async fn every_event_of_socket_io_is_answered_to_every_role_as_it_should() {
    let server = Server::start().await;
    let mut wrong = Vec::new();
    for (name, expected, data) in EVENTS {
        let scene = scene(&server).await;
        let (co_host, _host) = co_host(&server, &scene).await;
        let roles = [
            ("a stranger", &scene.stranger),
            ("a guest", &scene.guest),
            ("a co-host", &co_host),
            ("the host", &scene.host),
        ];
        for ((role, person), expected) in roles.into_iter().zip(expected) {
            let mut socket = SocketIo::of(&server, person).await;
            let answer = socket.ask(name, &data(&scene)).await;
            let answer = answer["code"].as_str().unwrap_or(OK);
            if answer != *expected {
                wrong.push(format!(
                    "{name}: {role} is answered {answer}, not {expected}"
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "\n  {}\n", wrong.join("\n  "));
}

#[tokio::test]
async fn without_a_valid_token_socket_io_lets_nobody_in() {
    let server = Server::start().await;
    for sign_in in ["", "{}", "{\"token\":\"wrong\"}", "[]"] {
        let mut socket = SocketIo::open(&server).await;
        socket.send(&format!("40{sign_in}")).await;
        let refused = socket.next().await.expect("a word");
        assert!(refused.starts_with("44"), "{refused}");
        assert!(refused.contains("AUTH_REQUIRED"), "{refused}");
        // Whoever is not let in is hung up on, and heard no more.
        socket.say("ping", &json!({})).await;
        let said = socket.until_closed().await;
        assert!(
            !said.iter().any(|packet| packet.starts_with("42")),
            "{said:?}"
        );
    }
}

#[tokio::test]
async fn a_token_for_one_room_opens_neither_socket_io_nor_the_native_socket() {
    let server = Server::start().await;
    let scene = scene(&server).await;
    let path = format!("/sessions/{}/token", scene.room);
    let (status, given) = server.post(&path, &scene.guest.token, json!({})).await;
    assert_eq!(status, 200, "{given}");
    let token = given["session_token"].as_str().unwrap();
    let mut socket = SocketIo::open(&server).await;
    socket
        .send(&format!("40{}", json!({ "token": token })))
        .await;
    let refused = socket.next().await.expect("a word");
    assert!(refused.starts_with("44"), "{refused}");
    assert!(refused.contains("FORBIDDEN"), "{refused}");
    let mut socket = server.socket().await;
    socket
        .send(json!({ "type": "hello", "token": token }))
        .await;
    assert_eq!(socket.next().await.expect("a word")["code"], "FORBIDDEN");
}

/// What a guest and the host are answered on the socket of a session: a type of message, or the code of an error.
type Said = (&'static str, [&'static str; 2], fn(&Scene) -> Value);

const OF_SESSIONS: &[Said] = &[
    (
        "request_playlist_change",
        ["request_update", "playlist_update"],
        |s| json!({ "action": "move", "item_id": s.items[1], "position": 0 }),
    ),
    // Answered by nothing; what comes next is the answer to what is asked next.
    ("sync_ack", ["playback_state"; 2], nothing),
    ("track_ended", ["playback_state"; 2], nothing),
    (
        "playback_command",
        [NO, "playback_state"],
        |_| json!({ "action": "play" }),
    ),
    (
        "approve_request",
        [NO, "playlist_update"],
        |s| json!({ "request_id": s.request }),
    ),
    (
        "deny_request",
        [NO, "request_update"],
        |s| json!({ "request_id": s.request, "reason": "not tonight" }),
    ),
];

#[test]
fn every_message_of_sessions_is_listed_here() {
    let schema: Value =
        serde_json::from_str(&schemas::files()["sessions/ClientMessage.json"]).unwrap();
    let known: BTreeSet<&str> = schema["oneOf"]
        .as_array()
        .unwrap()
        .iter()
        .map(|variant| variant["properties"]["type"]["const"].as_str().unwrap())
        .collect();
    assert_eq!(known, OF_SESSIONS.iter().map(|(name, ..)| *name).collect());
}

#[tokio::test]
async fn every_message_of_sessions_is_answered_to_every_role_as_it_should() {
    let server = Server::start().await;
    let mut wrong = Vec::new();
    for (name, expected, rest) in OF_SESSIONS {
        for (role, expected) in expected.iter().enumerate() {
            let scene = scene(&server).await;
            let person = [&scene.guest, &scene.host][role];
            let path = format!("/ws/sessions/{}?token={}", scene.room, person.token);
            let mut socket = server.socket_at(&path).await.expect("a socket");
            // The last of what is told to who comes in: the scene's request.
            let about = |told: &Value| told["request_id"] == scene.request.as_str();
            socket.until_that("request_update", about).await;
            let mut message = rest(&scene);
            message["type"] = (*name).into();
            socket.send(message).await;
            if *name == "sync_ack" {
                socket.send(json!({ "type": "track_ended" })).await;
            }
            let answer = socket.next().await.expect("an answer");
            let answer = answer["code"].as_str().or(answer["type"].as_str());
            if answer != Some(*expected) {
                wrong.push(format!("{name}: {answer:?}, not {expected}"));
            }
        }
    }
    assert!(wrong.is_empty(), "\n  {}\n", wrong.join("\n  "));
}
