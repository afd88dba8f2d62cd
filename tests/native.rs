//! The native socket, over real sockets: hello, watch, resume, command, time, presence, bye; and everything malformed.

mod support {
    pub mod server;
}

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use support::server::{Server, Socket};
use tokio_tungstenite::tungstenite::protocol::Message;

#[tokio::test]
async fn everyone_in_a_room_hears_the_same_entries_in_the_same_order() {
    let server = Server::start().await;
    let (host, guest) = (server.guest("Host").await, server.guest("Guest").await);
    let room = server.room(&host).await;
    server.join(&guest, &room).await;
    let (mut one, _) = server.follow(&host, &room).await;
    let (mut two, snapshot) = server.follow(&guest, &room).await;
    let before = snapshot["seq"].as_u64().expect("a number");
    for position in [1_000, 2_000, 3_000] {
        let answer = one
            .command(&room, json!({ "type": "seek", "position_ms": position }))
            .await;
        assert_eq!(answer["type"], "accepted", "{answer}");
    }
    for (n, position) in [(1, 1_000), (2, 2_000), (3, 3_000)] {
        let entry = two.until("entry").await;
        assert_eq!(entry["seq"], before + n);
        assert_eq!(entry["events"][0]["timeline"]["position_ms"], position);
        assert_eq!(entry["cause"]["command"], "seek");
        assert_eq!(entry["cause"]["user_id"], host.id);
    }
}

#[tokio::test]
async fn a_scheduled_start_lies_in_the_future_and_says_when() {
    let server = Server::start().await;
    let host = server.guest("Host").await;
    let room = server.room(&host).await;
    let (mut socket, _) = server.follow(&host, &room).await;
    socket.send(json!({ "type": "command", "command_id": "p", "room_id": room, "command": { "type": "play" } })).await;
    let entry = socket.until("entry").await;
    let timeline = &entry["events"][0]["timeline"];
    let lead = timeline["starts_at_ms"].as_i64().expect("a start")
        - entry["at_ms"].as_i64().expect("a time");
    assert!((250..=3_000).contains(&lead), "a lead of {lead} ms");
    assert_eq!(timeline["at_ms"], timeline["starts_at_ms"]);
    assert_eq!(timeline["playing"], true);
}

#[tokio::test]
async fn who_comes_back_resumes_by_seq_without_a_gap_or_a_repeat() {
    let server = Server::start().await;
    let host = server.guest("Host").await;
    let room = server.room(&host).await;
    let (mut socket, snapshot) = server.follow(&host, &room).await;
    let (epoch, seq) = (
        snapshot["epoch"].clone(),
        snapshot["seq"].as_u64().expect("a number"),
    );
    for position in 0..5 {
        socket
            .command(&room, json!({ "type": "seek", "position_ms": position }))
            .await;
    }
    let mut back = server.hello(&host).await;
    back.send(json!({ "type": "watch", "room_id": room, "epoch": epoch, "after_seq": seq + 2 }))
        .await;
    let resumed = back.until("resumed").await;
    assert_eq!(resumed["after_seq"], seq + 2);
    for n in 3..=5 {
        assert_eq!(back.until("entry").await["seq"], seq + n);
    }
}

#[tokio::test]
async fn a_restart_keeps_every_room_user_and_session_and_resumes() {
    let server = Server::start().await;
    let host = server.guest("Host").await;
    let room = server.room(&host).await;
    let (mut socket, snapshot) = server.follow(&host, &room).await;
    socket.command(&room, json!({ "type": "play" })).await;
    let (_, before) = server
        .get(&format!("/api/v1/rooms/{room}"), &host.token)
        .await;
    let (_, me) = server.get("/api/v1/me", &host.token).await;
    let (_, sessions) = server.get("/api/v1/me/sessions", &host.token).await;

    let server = server.restart().await;
    let bye = socket.until("bye").await;
    assert_eq!(bye["code"], 1012);
    assert!(bye["retry_after_ms"].is_u64(), "{bye}");
    assert_eq!(socket.until_closed().await, Some(1012));

    let (_, after) = server
        .get(&format!("/api/v1/rooms/{room}"), &host.token)
        .await;
    let stable = |room: &Value| {
        let mut room = room["room"].clone();
        for moving in ["playback_state", "members"] {
            room[moving] = Value::Null;
        }
        room["invite_url"] = Value::Null;
        room
    };
    assert_eq!(stable(&before), stable(&after));
    assert_eq!(server.get("/api/v1/me", &host.token).await.1, me);
    assert_eq!(
        server.get("/api/v1/me/sessions", &host.token).await.1,
        sessions
    );

    let mut back = server.hello(&host).await;
    back.send(json!({ "type": "watch", "room_id": room, "epoch": snapshot["epoch"], "after_seq": snapshot["seq"] })).await;
    back.until("resumed").await;
    let missed = back.until("entry").await;
    assert_eq!(missed["events"][0]["type"], "playback_started");
}

#[tokio::test]
async fn a_guest_cannot_control_and_nothing_is_journaled() {
    let server = Server::start().await;
    let (host, guest) = (server.guest("Host").await, server.guest("Guest").await);
    let room = server.room(&host).await;
    server.join(&guest, &room).await;
    let (mut socket, snapshot) = server.follow(&guest, &room).await;
    for command in ["play", "pause", "skip_next", "clear", "renew_invite"] {
        let answer = socket.command(&room, json!({ "type": command })).await;
        assert_eq!(
            (&answer["type"], &answer["code"]),
            (&json!("rejected"), &json!("UPDATE_FAILED")),
            "{command}"
        );
    }
    let (_, room) = server
        .get(&format!("/api/v1/rooms/{room}"), &host.token)
        .await;
    assert_eq!(room["room"]["seq"], snapshot["seq"]);
}

#[tokio::test]
async fn the_same_command_id_applies_once_and_another_payload_conflicts() {
    let server = Server::start().await;
    let host = server.guest("Host").await;
    let room = server.room(&host).await;
    let (mut socket, _) = server.follow(&host, &room).await;
    let seek = |ms: u64| json!({ "type": "seek", "position_ms": ms });
    let first = socket.command_named("once", &room, seek(7)).await;
    let again = socket.command_named("once", &room, seek(7)).await;
    assert_eq!(first, again);
    let other = socket.command_named("once", &room, seek(8)).await;
    assert_eq!(
        (&other["type"], &other["code"]),
        (&json!("rejected"), &json!("CONFLICT"))
    );
    let server = server.restart().await;
    let (mut socket, _) = server.follow(&host, &room).await;
    assert_eq!(socket.command_named("once", &room, seek(7)).await, first);
}

#[tokio::test]
async fn hello_comes_first_and_with_a_valid_token() {
    let server = Server::start().await;
    let mut silent = server.socket().await;
    silent.send(json!({ "type": "time", "t0": 1.0 })).await;
    assert_eq!(silent.until("bye").await["code"], 4401);
    assert_eq!(silent.until_closed().await, Some(4401));
    let mut wrong = server.socket().await;
    wrong
        .send(json!({ "type": "hello", "token": "nonsense" }))
        .await;
    assert_eq!(wrong.until_closed().await, Some(4401));
}

#[tokio::test]
async fn who_says_nothing_for_five_seconds_is_closed() {
    let server = Server::start().await;
    let mut silent = server.socket().await;
    assert_eq!(silent.until_closed().await, Some(4401));
}

#[tokio::test]
async fn malformed_messages_are_named_and_the_connection_stays() {
    let server = Server::start().await;
    let host = server.guest("Host").await;
    let room = server.room(&host).await;
    let (mut socket, snapshot) = server.follow(&host, &room).await;
    let with_command = |command: Value| {
        json!({ "type": "command", "command_id": "x", "room_id": room, "command": command })
            .to_string()
    };
    let malformed = [
        ("{".to_owned(), "error"),
        ("[]".to_owned(), "error"),
        ("{}".to_owned(), "error"),
        (json!({ "type": "dance" }).to_string(), "error"),
        (json!({ "type": "time" }).to_string(), "error"),
        (
            json!({ "type": "time", "t0": 1, "extra": 1 }).to_string(),
            "error",
        ),
        (
            json!({ "type": "watch", "room_id": "room_1" }).to_string(),
            "error",
        ),
        (with_command(json!({ "type": "moonwalk" })), "rejected"),
        (
            with_command(json!({ "type": "play", "extra": 1 })),
            "rejected",
        ),
        (with_command(json!({ "type": "seek" })), "rejected"),
        (
            with_command(json!({ "type": "seek", "position_ms": -1 })),
            "rejected",
        ),
        (
            with_command(json!({ "type": "seek", "position_ms": "1" })),
            "rejected",
        ),
        (
            with_command(json!({ "type": "seek", "position_ms": 600_001 })),
            "rejected",
        ),
        (
            with_command(json!({ "type": "set_volume", "volume": 1.5 })),
            "rejected",
        ),
        (
            with_command(json!({ "type": "add", "track": { "title": "No source" } })),
            "rejected",
        ),
        (
            with_command(
                json!({ "type": "add", "track": { "title": "Bad", "url": "javascript:alert(1)" } }),
            ),
            "rejected",
        ),
    ];
    for (text, kind) in malformed {
        socket.send_text(&text).await;
        let answer = socket.until(kind).await;
        assert_eq!(answer["code"], "INVALID_REQUEST", "{text} -> {answer}");
        assert!(
            !answer["message"].as_str().unwrap_or_default().is_empty(),
            "{text}"
        );
    }
    socket.send(json!({ "type": "time", "t0": 5.5 })).await;
    assert_eq!(socket.until("time").await["t0"], 5.5);
    let (_, after) = server
        .get(&format!("/api/v1/rooms/{room}"), &host.token)
        .await;
    assert_eq!(
        after["room"]["seq"], snapshot["seq"],
        "something malformed was journaled"
    );
}

#[tokio::test]
async fn what_breaks_the_protocol_closes_with_the_right_code() {
    let server = Server::start().await;
    let host = server.guest("Host").await;
    let mut binary = server.hello(&host).await;
    binary.send_raw(Message::binary(vec![1, 2, 3])).await;
    assert_eq!(binary.until_closed().await, Some(1003));
    let mut huge = server.hello(&host).await;
    huge.send_text(&"x".repeat(65 * 1024)).await;
    assert_eq!(huge.until_closed().await, Some(1009));
}

#[tokio::test]
async fn signing_out_closes_the_sessions_sockets_within_a_second() {
    let server = Server::start().await;
    let host = server.guest("Host").await;
    let mut socket = server.hello(&host).await;
    let (status, _) = server
        .post("/api/v1/auth/logout", &host.token, json!({}))
        .await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    let closed =
        tokio::time::timeout(std::time::Duration::from_secs(1), socket.until_closed()).await;
    assert_eq!(closed.expect("closed within a second"), Some(4401));
    let mut again = server.socket().await;
    again
        .send(json!({ "type": "hello", "token": host.token }))
        .await;
    assert_eq!(again.until_closed().await, Some(4401));
}

#[tokio::test]
async fn who_leaves_hears_the_room_no_more() {
    let server = Server::start().await;
    let (host, guest) = (server.guest("Host").await, server.guest("Guest").await);
    let room = server.room(&host).await;
    server.join(&guest, &room).await;
    let (mut socket, _) = server.follow(&guest, &room).await;
    let (status, _) = server
        .post(
            &format!("/api/v1/rooms/{room}/leave"),
            &guest.token,
            json!({}),
        )
        .await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert_eq!(socket.until("unwatched").await["code"], "NOT_IN_ROOM");
    socket
        .send(json!({ "type": "watch", "room_id": room }))
        .await;
    assert_eq!(socket.until("unwatched").await["code"], "NOT_IN_ROOM");
}

#[tokio::test]
async fn who_is_no_member_may_not_watch_or_command() {
    let server = Server::start().await;
    let (host, stranger) = (server.guest("Host").await, server.guest("Stranger").await);
    let room = server.room(&host).await;
    let mut socket = server.hello(&stranger).await;
    socket
        .send(json!({ "type": "watch", "room_id": room }))
        .await;
    assert_eq!(socket.until("unwatched").await["code"], "NOT_IN_ROOM");
    let answer = socket.command(&room, json!({ "type": "play" })).await;
    assert_eq!(answer["code"], "NOT_IN_ROOM");
}

/// How long after `entry` was decided the start it names comes, in ms.
fn lead_of(entry: &Value) -> i64 {
    let starts = &entry["events"][0]["timeline"]["starts_at_ms"];
    starts.as_i64().expect("a start") - entry["at_ms"].as_i64().expect("a time")
}

/// A room with two tracks that plays the first, its host and a guest, who both have said that they have it loaded.
async fn playing(server: &Server) -> (String, Vec<String>, [Socket; 2]) {
    let (host, guest) = (server.guest("Host").await, server.guest("Guest").await);
    let room = server.room(&host).await;
    server.join(&guest, &room).await;
    let mut items = Vec::new();
    for title in ["First", "Second"] {
        items.push(server.add_track(&host, &room, title, 60_000).await);
    }
    let mut sockets = [
        server.follow(&host, &room).await.0,
        server.follow(&guest, &room).await.0,
    ];
    for socket in &mut sockets {
        socket.send(loaded(&room, &items[0])).await;
        // A probe's answer says that what came before it was heard.
        socket.send(json!({ "type": "time", "t0": 1.0 })).await;
        socket.until("time").await;
    }
    select(&mut sockets[0], &room, &items[0]).await;
    for socket in &mut sockets {
        socket.until("entry").await;
    }
    (room, items, sockets)
}

async fn select(socket: &mut Socket, room: &str, item: &str) {
    let command = json!({ "type": "select", "item_id": item });
    let message =
        json!({ "type": "command", "command_id": item, "room_id": room, "command": command });
    socket.send(message).await;
}

fn loaded(room: &str, item: &str) -> Value {
    json!({ "type": "report", "room_id": room, "item_id": item, "rtt_ms": 5.0, "loaded": true })
}

#[tokio::test]
async fn a_track_change_waits_until_all_have_it_loaded() {
    let server = Server::start().await;
    let (room, items, [mut host, mut guest]) = playing(&server).await;
    let second = json!({ "type": "select", "item_id": items[1] });
    let command =
        json!({ "type": "command", "command_id": "s", "room_id": room, "command": second });
    host.send(command).await;
    let changed = host.until("entry").await;
    assert_eq!(lead_of(&changed), 3_000, "as long as may be waited");
    for socket in [&mut host, &mut guest] {
        socket.send(loaded(&room, &items[1])).await;
    }
    let sooner = host.until("entry").await;
    assert_eq!(sooner["cause"]["command"], "hasten");
    assert_eq!(lead_of(&sooner), 250);
    assert_eq!(sooner["events"][0]["timeline"]["item_id"], *items[1]);
}

#[tokio::test]
async fn one_stuck_listener_holds_a_track_change_three_seconds_and_not_longer() {
    let server = Server::start().await;
    let (room, items, [mut host, mut guest]) = playing(&server).await;
    select(&mut host, &room, &items[1]).await;
    assert_eq!(lead_of(&host.until("entry").await), 3_000);
    host.send(loaded(&room, &items[1])).await;
    guest.until("entry").await;
    // The guest never loads it, and goes: nobody is waited for any more.
    drop(guest);
    let sooner = host
        .until_that("entry", |entry| entry["cause"]["command"] == "hasten")
        .await;
    assert!(lead_of(&sooner) < 3_000);
}

#[tokio::test]
async fn what_all_have_loaded_ahead_starts_at_once() {
    let server = Server::start().await;
    let (room, items, [mut host, mut guest]) = playing(&server).await;
    for socket in [&mut host, &mut guest] {
        let mut report = loaded(&room, &items[0]);
        report["ahead_item_id"] = json!(items[1]);
        socket.send(report).await;
        socket.send(json!({ "type": "time", "t0": 2.0 })).await;
        socket.until("time").await;
    }
    let next = json!({ "type": "command", "command_id": "n", "room_id": room, "command": { "type": "skip_next" } });
    host.send(next).await;
    assert_eq!(lead_of(&host.until("entry").await), 250);
}

#[tokio::test]
async fn presence_tells_who_comes_and_goes_and_how_well_they_hear() {
    let server = Server::start().await;
    let (host, guest) = (server.guest("Host").await, server.guest("Guest").await);
    let room = server.room(&host).await;
    server.join(&guest, &room).await;
    let (mut socket, _) = server.follow(&host, &room).await;
    let (mut other, snapshot) = server.follow(&guest, &room).await;
    assert_eq!(snapshot["members"].as_array().map(Vec::len), Some(2));
    let of_guest = |message: &Value| {
        let members = message["members"].as_array().cloned().unwrap_or_default();
        members
            .into_iter()
            .find(|member| member["user_id"] == guest.id)
    };
    let came = socket
        .until_that("presence", |message| of_guest(message).is_some())
        .await;
    assert_eq!(of_guest(&came).expect("the guest")["connected"], true);
    let report = json!({ "type": "report", "room_id": room, "drift_ms": 0.25, "offset_ms": 3.0, "rtt_ms": 8.0, "buffering": false, "loaded": true });
    other.send(report).await;
    let heard =
        |message: &Value| of_guest(message).is_some_and(|member| member["sync"].is_object());
    let told = socket.until_that("presence", heard).await;
    assert_eq!(
        of_guest(&told).expect("the guest")["sync"]["drift_ms"],
        0.25
    );
    drop(other);
    let gone =
        |message: &Value| of_guest(message).is_some_and(|member| member["connected"] == false);
    let left = socket.until_that("presence", gone).await;
    assert!(of_guest(&left).expect("the guest")["last_seen_ms"].is_i64());
}

#[tokio::test]
async fn steady_listening_writes_nothing() {
    let server = Server::start().await;
    let host = server.guest("Host").await;
    let room = server.room(&host).await;
    let (mut socket, _) = server.follow(&host, &room).await;
    let before = server
        .get(&format!("/api/v1/rooms/{room}"), &host.token)
        .await
        .1["room"]["seq"]
        .clone();
    for n in 0..60 {
        socket.send(json!({ "type": "time", "t0": n })).await;
        socket
            .send(json!({ "type": "report", "room_id": room, "drift_ms": 1.0 }))
            .await;
        socket.until("time").await;
    }
    socket
        .send(json!({ "type": "react", "room_id": room, "emoji": "🎉" }))
        .await;
    assert_eq!(socket.until("reaction").await["emoji"], "🎉");
    let after = server
        .get(&format!("/api/v1/rooms/{room}"), &host.token)
        .await
        .1["room"]["seq"]
        .clone();
    assert_eq!(before, after);
}

#[tokio::test]
async fn a_host_who_only_lost_the_connection_stays_host_and_a_lost_one_is_succeeded() {
    let server = Server::start().await;
    let (host, guest) = (server.guest("Host").await, server.guest("Guest").await);
    let room = server.room(&host).await;
    server.join(&guest, &room).await;
    let (mut socket, _) = server.follow(&guest, &room).await;
    let (hosts, _) = server.follow(&host, &room).await;
    drop(hosts);
    let (again, _) = server.follow(&host, &room).await;
    drop(again);
    let changed = tokio::time::timeout(
        std::time::Duration::from_secs(15),
        socket.until_that("entry", |entry| {
            entry["events"][0]["type"] == "host_changed"
        }),
    );
    // `until_that` gives up after 10 s of silence, and the grace is just that: presence keeps the line alive.
    let keep_alive = async {
        let (mut other, _) = server.follow(&guest, &room).await;
        for drift in 0..12 {
            other
                .send(json!({ "type": "report", "room_id": room, "drift_ms": drift }))
                .await;
            tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        }
    };
    let (changed, ()) = tokio::join!(changed, keep_alive);
    let entry = changed.expect("the room handed over");
    assert_eq!(entry["events"][0]["to"], guest.id);
    assert_eq!(entry["events"][0]["why"], "lost");
    assert!(entry["cause"]["user_id"].is_null());
}

#[tokio::test]
async fn a_foreign_page_may_not_open_a_socket() {
    let server = Server::start().await;
    let key = "dGhlIHNhbXBsZSBub25jZQ==";
    for (origin, status) in [
        ("https://evil.test".to_owned(), 403),
        (format!("http://{}", server.host()), 101),
    ] {
        let request = server.http.request(Method::GET, server.url("/ws"));
        let request = request
            .header("connection", "Upgrade")
            .header("upgrade", "websocket");
        let request = request
            .header("sec-websocket-version", "13")
            .header("sec-websocket-key", key);
        let answer = request
            .header("origin", &origin)
            .send()
            .await
            .expect("an answer");
        assert_eq!(answer.status().as_u16(), status, "{origin}");
    }
}
