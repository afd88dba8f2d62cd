//! The messages of a session's socket.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tutti::gateway::schemas;

use crate::support::server::Server;
use crate::{NO, Scene, nothing, scene};

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
