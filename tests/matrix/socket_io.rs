//! The events of Socket.IO.

use std::collections::BTreeSet;

use serde_json::json;
use tutti::gateway::dialect::friend_rooms;

use crate::support::server::Server;
use crate::support::socket_io::SocketIo;
use crate::{NO, OK, OUT, Order, co_host, nothing, scene};

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
