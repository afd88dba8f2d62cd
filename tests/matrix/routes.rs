//! The routes of the table.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};
use tutti::gateway;

use crate::support::server::Server;
use crate::{Scene, nothing, scene};

/// What nobody, a stranger, a guest and the host are answered, in that order, with a body where the call takes one.
type Row = (&'static str, [u16; 4], fn(&Scene) -> Value);

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
    ("DELETE /api/v1/me", [401, 204, 204, 204], nothing),
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
        "POST /api/v1/admin/users/{user_id}/disable",
        [401, 403, 403, 403],
        nothing,
    ),
    (
        "POST /api/v1/admin/users/{user_id}/enable",
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
    ("GET /api/v1/features", [200; 4], nothing),
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
