//! `/ws/spaces/{room_id}`: the three test cases of that system, and what it leaves unsaid.

use std::time::Duration;

use serde_json::{Value, json};
use tutti::clock::{Clock, Stopwatch, SystemClock};

use crate::server_support::{Person, Server, Socket};
use crate::{number, seq, space};

async fn sit(server: &Server, who: &Person, room: &str) -> (Socket, Value) {
    let path = format!("/ws/spaces/{room}?token={}", who.token);
    let mut socket = server.socket_at(&path).await.expect("a socket");
    let joined = socket.until("room-joined").await;
    (socket, joined["data"].clone())
}

/// Where a client of that system takes the music to be: by `startedAt`, and its own clock.
fn place_now(data: &Value) -> f64 {
    let now = SystemClock::start().now_ms() / 1e3;
    match data["isPlaying"].as_bool() {
        Some(true) => now - number(&data["startedAt"]) / 1e3,
        _ => (number(&data["pausedAt"]) - number(&data["startedAt"])) / 1e3,
    }
}

fn near(found: f64, expected: f64) {
    assert!(
        (found - expected).abs() < 0.5,
        "{found} is not near {expected}"
    );
}

#[tokio::test]
async fn a_newcomer_lands_at_the_running_second() {
    let server = Server::start().await;
    let (a, b) = (server.guest("A").await, server.guest("B").await);
    let room = space(&server, &a).await;
    let (mut at_a, standing) = sit(&server, &a, &room).await;
    assert_eq!(
        (&standing["isPlaying"], &standing["currentTime"]),
        (&json!(false), &json!(0.0))
    );
    at_a.send(json!({ "type": "resume-playback" })).await;
    at_a.until("playback-resumed").await;
    at_a.send(json!({ "type": "seek-playback", "data": { "seekTime": 120 } }))
        .await;
    at_a.until("playback-seeked").await;
    let (_, joined) = sit(&server, &b, &room).await;
    assert_eq!(joined["isPlaying"], true);
    assert_eq!(joined["currentSong"]["title"], "Long");
    assert_eq!(joined["pausedAt"], Value::Null);
    near(number(&joined["currentTime"]), 120.0);
    near(place_now(&joined), 120.0);
}

#[tokio::test]
async fn anybody_pauses_and_resumes_for_all_and_timestamps_make_up_for_the_pause() {
    let server = Server::start().await;
    let (a, b) = (server.guest("A").await, server.guest("B").await);
    let room = space(&server, &a).await;
    let ((mut at_a, _), (mut at_b, _)) =
        (sit(&server, &a, &room).await, sit(&server, &b, &room).await);
    at_a.send(json!({ "type": "resume-playback", "data": {} }))
        .await;
    let started = at_b.until("playback-resumed").await["data"].clone();
    at_a.until("playback-resumed").await;
    at_b.send(json!({ "type": "pause-playback", "data": { "spaceId": room, "userId": "x" } }))
        .await;
    for socket in [&mut at_a, &mut at_b] {
        let paused = socket.until("playback-paused").await["data"].clone();
        assert_eq!(paused["isPlaying"], false);
        assert_eq!(paused["userId"], b.id);
        near(place_now(&paused), number(&paused["currentTime"]));
    }
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    at_b.send(json!({ "type": "resume-playback" })).await;
    for socket in [&mut at_a, &mut at_b] {
        let resumed = socket.until("playback-resumed").await["data"].clone();
        assert_eq!(
            (&resumed["isPlaying"], &resumed["pausedAt"]),
            (&json!(true), &Value::Null)
        );
        let made_up = number(&resumed["startedAt"]) - number(&started["startedAt"]);
        assert!(made_up >= 200.0, "{made_up} ms of pause made up for");
        near(place_now(&resumed), number(&resumed["currentTime"]));
    }
}

#[tokio::test]
async fn a_seek_takes_everybody_there_and_the_music_goes_on() {
    let server = Server::start().await;
    let (a, b) = (server.guest("A").await, server.guest("B").await);
    let room = space(&server, &a).await;
    let ((mut at_a, _), (mut at_b, _)) =
        (sit(&server, &a, &room).await, sit(&server, &b, &room).await);
    at_a.send(json!({ "type": "seek-playback", "data": { "seekTime": 210 } }))
        .await;
    at_a.send(json!({ "type": "resume-playback" })).await;
    at_b.until("playback-resumed").await;
    at_b.send(json!({ "type": "seek-playback", "data": { "seekTime": 105.25 } }))
        .await;
    let sought = |message: &Value| message["data"]["seekTime"] == 105.25;
    for socket in [&mut at_a, &mut at_b] {
        let seeked = socket.until_that("playback-seeked", sought).await["data"].clone();
        assert_eq!(seeked["isPlaying"], true);
        near(number(&seeked["currentTime"]), 105.25);
        near(place_now(&seeked), 105.25);
    }
}

#[tokio::test]
async fn what_others_do_in_other_words_is_told_in_these() {
    let server = Server::start().await;
    let a = server.guest("A").await;
    let room = space(&server, &a).await;
    let second = server.add_track(&a, &room, "Second", 60_000).await;
    let (mut at_a, _) = sit(&server, &a, &room).await;
    let path = format!("/api/v1/rooms/{room}/playback");
    server
        .post(&path, &a.token, json!({ "action": "skip_next" }))
        .await;
    let skipped = at_a.until("playback-seeked").await["data"].clone();
    assert_eq!(skipped["currentSong"]["id"], json!(second));
    assert_eq!(skipped["currentTime"], 0.0);
}

#[tokio::test]
async fn one_user_holds_several_sockets_and_each_hears() {
    let server = Server::start().await;
    let a = server.guest("A").await;
    let room = space(&server, &a).await;
    let ((mut one, _), (mut two, _)) =
        (sit(&server, &a, &room).await, sit(&server, &a, &room).await);
    one.send(json!({ "type": "resume-playback" })).await;
    one.until("playback-resumed").await;
    two.until("playback-resumed").await;
    drop(one);
    two.send(json!({ "type": "pause-playback" })).await;
    two.until("playback-paused").await;
}

#[tokio::test]
async fn a_minute_of_listening_writes_nothing_however_many_come_and_look() {
    let server = Server::start().await;
    let (a, b) = (server.guest("A").await, server.guest("B").await);
    let room = space(&server, &a).await;
    server.join(&b, &room).await;
    let (mut at_a, _) = sit(&server, &a, &room).await;
    at_a.send(json!({ "type": "resume-playback" })).await;
    at_a.until("playback-resumed").await;
    let before = seq(&server, &a, &room).await;
    let minute = Stopwatch::start();
    for second in 0.. {
        if minute.elapsed() >= Duration::from_secs(60) {
            break;
        }
        // A whole minute goes by, as it would for listeners: someone comes in each second of it.
        tokio::time::sleep(Duration::from_secs(1)).await;
        let (_, joined) = sit(&server, if second % 2 == 0 { &a } else { &b }, &room).await;
        assert_eq!(joined["isPlaying"], true);
    }
    assert_eq!(seq(&server, &a, &room).await, before);
}

#[tokio::test]
async fn where_the_host_controls_a_listener_is_told_so_and_nothing_is_journaled() {
    let server = Server::start().await;
    let (a, b) = (server.guest("A").await, server.guest("B").await);
    let room = server.room(&a).await;
    let (mut at_b, _) = sit(&server, &b, &room).await;
    let before = seq(&server, &a, &room).await;
    for message in ["pause-playback", "resume-playback"] {
        at_b.send(json!({ "type": message })).await;
        assert_eq!(at_b.until("error").await["code"], "UPDATE_FAILED");
    }
    assert_eq!(seq(&server, &a, &room).await, before);
}

#[tokio::test]
async fn what_cannot_be_understood_is_named_and_the_socket_stays() {
    let server = Server::start().await;
    let a = server.guest("A").await;
    let room = space(&server, &a).await;
    let (mut socket, _) = sit(&server, &a, &room).await;
    for text in [
        "{",
        "[]",
        r#"{"type":"dance"}"#,
        r#"{"type":"seek-playback"}"#,
        r#"{"type":"seek-playback","data":{"seekTime":-1}}"#,
        r#"{"type":"seek-playback","data":{"seekTime":"1"}}"#,
        r#"{"type":"seek-playback","data":{"seekTime":601}}"#,
    ] {
        socket.send_text(text).await;
        assert_eq!(
            socket.until("error").await["code"],
            "INVALID_REQUEST",
            "{text}"
        );
    }
    socket.send(json!({ "type": "resume-playback" })).await;
    socket.until("playback-resumed").await;
}

#[tokio::test]
async fn nobody_comes_in_without_a_token_or_where_the_room_lets_nobody_in() {
    let server = Server::start().await;
    let (a, b) = (server.guest("A").await, server.guest("B").await);
    let body = json!({ "name": "Room", "visibility": "invite" });
    let (_, made) = server.post("/api/v1/rooms/create", &a.token, body).await;
    let room = made["room_id"].as_str().expect("an id");
    let nowhere = format!("room_{}", "0".repeat(32));
    for (path, status) in [
        (format!("/ws/spaces/{room}"), 401),
        (format!("/ws/spaces/{room}?token=nonsense"), 401),
        (format!("/ws/spaces/{room}?token={}", b.token), 403),
        (format!("/ws/spaces/{nowhere}?token={}", b.token), 404),
        (format!("/ws/spaces/nonsense?token={}", b.token), 404),
    ] {
        assert_eq!(server.socket_at(&path).await.err(), Some(status), "{path}");
    }
}

#[tokio::test]
async fn who_signs_out_or_leaves_is_out_within_a_second() {
    let server = Server::start().await;
    let (a, b) = (server.guest("A").await, server.guest("B").await);
    let room = space(&server, &a).await;
    let ((mut at_a, _), (mut at_b, _)) =
        (sit(&server, &a, &room).await, sit(&server, &b, &room).await);
    server
        .post(&format!("/api/v1/rooms/{room}/leave"), &b.token, json!({}))
        .await;
    server
        .post("/api/v1/auth/logout", &a.token, json!({}))
        .await;
    let second = std::time::Duration::from_secs(1);
    let closed = tokio::time::timeout(second, at_b.until_closed()).await;
    assert_eq!(closed.expect("closed within a second"), Some(4403));
    let closed = tokio::time::timeout(second, at_a.until_closed()).await;
    assert_eq!(closed.expect("closed within a second"), Some(4401));
}
