//! The commands of the native socket.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use tutti::gateway::schemas;

use crate::support::server::{Server, Socket};
use crate::{NO, OK, OUT, Order, co_host, heard, nothing, scene};

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
