//! `/ws/sessions/{session_id}`: what a host and guests say and hear.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use tutti::clock::{Clock, ManualClock, SystemClock};
use tutti::config::{Limits, Said};
use tutti::gateway::auth::secrets::Secrets;
use tutti::gateway::auth::{Authority, ROOM_LIFETIME};
use tutti::time::Span;

use crate::server_support::{Server, Socket};
use crate::{Scene, Visitor, text, track};

/// A host and a guest on their sockets, with one track in the playlist.
struct Evening {
    scene: Scene,
    guest: Visitor,
    at_host: Socket,
    at_guest: Socket,
    item: String,
}

impl Scene {
    async fn sit(&self, token: &str) -> Socket {
        let path = format!("/ws/sessions/{}?token={token}", self.session);
        self.server.socket_at(&path).await.expect("a socket")
    }

    async fn seq(&self) -> u64 {
        let path = format!("/api/v1/rooms/{}", self.session);
        let (_, room) = self.server.get(&path, &self.host.token).await;
        room["room"]["seq"].as_u64().expect("a number")
    }

    /// Adds a track as the host; its item.
    async fn add(&self, title: &str) -> String {
        let body = json!({ "track": track(title) });
        let path = self.path("/playlist");
        let (status, added) = self.call(Method::POST, &path, &self.token, body).await;
        assert_eq!(status, 201, "{added}");
        text(&added["item"]["item_id"])
    }
}

async fn evening() -> Evening {
    evening_on(Server::start().await).await
}

async fn evening_on(server: Server) -> Evening {
    let scene = Scene::on(server).await;
    let (guest, _) = scene.join("Ann").await;
    let item = scene.add("One").await;
    let (mut at_host, mut at_guest) =
        (scene.sit(&scene.token).await, scene.sit(&guest.token).await);
    for socket in [&mut at_host, &mut at_guest] {
        let state = socket.next().await.expect("a word");
        assert_eq!(state["type"], "playback_state");
        assert_eq!(
            (&state["track_id"], &state["state"]),
            (&json!(item), &json!("paused"))
        );
        let playlist = socket.next().await.expect("a word");
        assert_eq!(playlist["type"], "playlist_update");
        assert_eq!(playlist["order"], json!([item]));
        assert_eq!(playlist["items"][0]["track"]["title"], "One");
    }
    Evening {
        scene,
        guest,
        at_host,
        at_guest,
        item,
    }
}

/// Where a client takes the music to be: by `position_ms` and `updated_at`, with the server's clock.
fn position(state: &Value) -> i64 {
    let at: tutti::time::Timestamp = text(&state["updated_at"]).parse().expect("a time");
    let now: tutti::time::Timestamp = text(&state["server_time"]).parse().expect("a time");
    let running = state["state"] == "playing";
    let since = if running { now.as_ms() - at.as_ms() } else { 0 };
    state["position_ms"].as_i64().expect("a number") + since
}

#[tokio::test]
async fn what_the_host_does_to_the_music_is_told_to_all_with_position_and_time() {
    let mut evening = evening().await;
    let second = evening.scene.add("Two").await;
    for (command, track, state, from) in [
        (json!({ "action": "play" }), 0, "playing", 0),
        (
            json!({ "action": "seek", "position_ms": 90_000 }),
            0,
            "playing",
            90_000,
        ),
        (json!({ "action": "pause" }), 0, "paused", 90_000),
        (json!({ "action": "skip_next" }), 1, "paused", 0),
        (json!({ "action": "skip_prev" }), 0, "paused", 0),
        (json!({ "action": "play", }), 0, "playing", 0),
    ] {
        let mut message = command.clone();
        message["type"] = "playback_command".into();
        evening.at_host.send(message).await;
        let expected = [&evening.item, &second][track];
        for socket in [&mut evening.at_host, &mut evening.at_guest] {
            let told = socket.until("playback_state").await;
            assert_eq!(
                (&told["track_id"], &told["state"]),
                (&json!(expected), &json!(state)),
                "{command}"
            );
            let off = position(&told) - from;
            assert!((-3_000..5_000).contains(&off), "{command}: {told}");
        }
    }
}

#[tokio::test]
async fn a_wish_is_pending_for_all_then_approved_together_with_its_change() {
    let mut evening = evening().await;
    let wish = json!({
        "type": "request_playlist_change", "request_id": "mine-1", "action": "add", "track": track("Two"),
    });
    evening.at_guest.send(wish).await;
    let mut name = Value::Null;
    for socket in [&mut evening.at_host, &mut evening.at_guest] {
        let told = socket.until("request_update").await;
        assert_eq!(told["status"], "pending");
        assert_eq!(told["client_request_id"], "mine-1");
        assert_eq!(told["requested_by"], evening.guest.id);
        assert_eq!(told["payload"]["action"], "add");
        assert_eq!(told["payload"]["track"]["title"], "Two");
        name = told["request_id"].clone();
    }
    let before = evening.scene.seq().await;
    let approve = json!({ "type": "approve_request", "request_id": name });
    evening.at_host.send(approve).await;
    for socket in [&mut evening.at_host, &mut evening.at_guest] {
        let playlist = socket.until("playlist_update").await;
        let titles: Vec<&Value> = playlist["items"]
            .as_array()
            .expect("items")
            .iter()
            .map(|item| &item["track"]["title"])
            .collect();
        assert_eq!(titles, ["One", "Two"]);
        let told = socket.until("request_update").await;
        assert_eq!(
            (&told["request_id"], &told["status"]),
            (&name, &json!("approved"))
        );
    }
    assert_eq!(evening.scene.seq().await, before + 1, "one entry");

    let again = json!({ "type": "deny_request", "request_id": name });
    evening.at_host.send(again).await;
    assert_eq!(evening.at_host.until("error").await["code"], "CONFLICT");
}

#[tokio::test]
async fn moves_and_removals_are_asked_for_and_a_denial_says_why() {
    let mut evening = evening().await;
    let second = evening.scene.add("Two").await;
    for (wish, order) in [
        (
            json!({ "action": "move", "item_id": second, "position": 0 }),
            json!([second, evening.item]),
        ),
        (
            json!({ "action": "remove", "item_id": second }),
            json!([evening.item]),
        ),
    ] {
        let mut message = wish;
        message["type"] = "request_playlist_change".into();
        evening.at_guest.send(message).await;
        let pending = |told: &Value| told["status"] == "pending";
        let asked = evening.at_host.until_that("request_update", pending).await;
        let approve = json!({ "type": "approve_request", "request_id": asked["request_id"] });
        evening.at_host.send(approve).await;
        let changed = |told: &Value| told["order"] == order;
        evening
            .at_guest
            .until_that("playlist_update", changed)
            .await;
    }
    let wish =
        json!({ "type": "request_playlist_change", "action": "remove", "item_id": evening.item });
    evening.at_guest.send(wish).await;
    let pending = |told: &Value| told["status"] == "pending";
    let asked = evening.at_host.until_that("request_update", pending).await;
    // A newcomer sees what waits.
    let mut late = evening.scene.sit(&evening.scene.token).await;
    assert_eq!(
        late.until("request_update").await["request_id"],
        asked["request_id"]
    );
    let deny = json!({
        "type": "deny_request", "request_id": asked["request_id"], "reason": "it stays",
    });
    evening.at_host.send(deny).await;
    let denied = |told: &Value| told["status"] == "denied";
    let told = evening.at_guest.until_that("request_update", denied).await;
    assert_eq!(told["reason"], "it stays");
}

#[tokio::test]
async fn a_guest_can_neither_control_nor_decide_and_nothing_is_journaled() {
    let mut evening = evening().await;
    let wish =
        json!({ "type": "request_playlist_change", "action": "remove", "item_id": evening.item });
    evening.at_guest.send(wish).await;
    let asked = evening.at_guest.until("request_update").await["request_id"].clone();
    let before = evening.scene.seq().await;
    for message in [
        json!({ "type": "playback_command", "action": "play" }),
        json!({ "type": "playback_command", "action": "pause" }),
        json!({ "type": "playback_command", "action": "seek", "position_ms": 1 }),
        json!({ "type": "playback_command", "action": "skip_next" }),
        json!({ "type": "playback_command", "action": "skip_prev" }),
        json!({ "type": "approve_request", "request_id": asked }),
        json!({ "type": "deny_request", "request_id": asked }),
    ] {
        evening.at_guest.send(message.clone()).await;
        let error = evening.at_guest.until("error").await;
        assert_eq!(error["code"], "UPDATE_FAILED", "{message}");
    }
    assert_eq!(evening.scene.seq().await, before);
}

#[tokio::test]
async fn diagnostics_and_a_track_that_is_not_over_change_nothing_and_are_answered_with_what_is_true()
 {
    let mut evening = evening().await;
    evening
        .at_host
        .send(json!({ "type": "playback_command", "action": "play" }))
        .await;
    evening.at_guest.until("playback_state").await;
    let before = evening.scene.seq().await;
    let ack = json!({
        "type": "sync_ack", "track_id": evening.item, "position_ms": 12, "rtt_ms": 30, "player": "some",
    });
    for _ in 0..20 {
        evening.at_guest.send(ack.clone()).await;
    }
    let over = json!({ "type": "track_ended", "track_id": evening.item });
    evening.at_guest.send(over).await;
    let told = evening.at_guest.until("playback_state").await;
    assert_eq!(
        (&told["track_id"], &told["state"]),
        (&json!(evening.item), &json!("playing"))
    );
    assert_eq!(evening.scene.seq().await, before);
}

#[tokio::test]
async fn the_state_is_told_again_every_now_and_then() {
    let mut evening = evening_on(
        Server::with(Said {
            limits: Some(Limits::Off),
            session_resync_every: Some("200ms".to_owned()),
            ..Said::default()
        })
        .await,
    )
    .await;
    let before = evening.scene.seq().await;
    for socket in [&mut evening.at_host, &mut evening.at_guest] {
        for _ in 0..3 {
            let told = socket.until("playback_state").await;
            assert_eq!(told["track_id"], json!(evening.item));
        }
    }
    assert_eq!(evening.scene.seq().await, before);
}

#[tokio::test]
async fn too_many_wishes_are_refused_with_the_time_to_wait() {
    let mut evening = evening_on(Server::with(Said::default()).await).await;
    let wish = json!({ "type": "request_playlist_change", "action": "add", "track": track("Two") });
    for _ in 0..12 {
        evening.at_guest.send(wish.clone()).await;
    }
    let error = evening.at_guest.until("error").await;
    assert_eq!(error["code"], "RATE_LIMITED");
    assert!(error["retry_after_ms"].as_u64().expect("a time") > 0);
}

#[tokio::test]
async fn what_cannot_be_understood_is_named_and_the_socket_stays() {
    let mut evening = evening().await;
    for message in [
        "{",
        "[]",
        r#"{"type":"dance"}"#,
        r#"{"type":"playback_command"}"#,
        r#"{"type":"playback_command","action":"stop"}"#,
        r#"{"type":"playback_command","action":"seek"}"#,
        r#"{"type":"playback_command","action":"seek","position_ms":-1}"#,
        r#"{"type":"playback_command","action":"play","more":1}"#,
        r#"{"type":"approve_request","request_id":"7"}"#,
        r#"{"type":"request_playlist_change","action":"move"}"#,
    ] {
        evening.at_host.send_text(message).await;
        let error = evening.at_host.until("error").await;
        assert_eq!(error["code"], "INVALID_REQUEST", "{message}");
    }
    let play = json!({ "type": "playback_command", "action": "play" });
    evening.at_host.send(play).await;
    evening.at_host.until("playback_state").await;
}

#[tokio::test]
async fn only_a_member_with_a_token_for_this_session_or_for_everything_sits_down() {
    let evening = evening().await;
    let scene = &evening.scene;
    let stranger = scene.server.guest("Stranger").await;
    let (_, _, elsewhere) = crate::opened(&scene.server, &scene.host).await;
    for (token, refused) in [
        ("", Some(401)),
        ("nonsense", Some(401)),
        (stranger.token.as_str(), Some(403)),
        (elsewhere.as_str(), Some(403)),
        (scene.host.token.as_str(), None),
    ] {
        let path = format!("/ws/sessions/{}?token={token}", scene.session);
        let answer = scene.server.socket_at(&path).await;
        assert_eq!(answer.err(), refused, "{token}");
    }
    let other_sockets = format!("/ws/spaces/{}?token={}", scene.session, evening.guest.token);
    let answer = scene.server.socket_at(&other_sockets).await;
    assert_eq!(answer.err(), Some(403));
}

#[tokio::test]
async fn who_is_taken_out_or_signs_out_is_out_within_a_second() {
    let mut evening = evening().await;
    let scene = &evening.scene;
    let kick = format!("/api/v1/rooms/{}/kick", scene.session);
    let body = json!({ "user_id": evening.guest.id });
    let (status, _) = scene
        .call(Method::POST, &kick, &scene.host.token, body)
        .await;
    assert_eq!(status, 200);
    let second = Duration::from_secs(1);
    let closed = tokio::time::timeout(second, evening.at_guest.until_closed()).await;
    assert_eq!(closed.expect("closed within a second"), Some(4403));
    let logout = "/api/v1/auth/logout";
    let (status, _) = scene
        .call(Method::POST, logout, &scene.host.token, json!({}))
        .await;
    assert_eq!(status, 204);
    let closed = tokio::time::timeout(second, evening.at_host.until_closed()).await;
    assert_eq!(closed.expect("closed within a second"), Some(4401));
}

#[tokio::test]
async fn a_socket_ends_with_its_token() {
    let scene = Scene::on(Server::start().await).await;
    let now = SystemClock::start().now();
    let secrets = Secrets::open(&scene.server.data(), now).expect("the server's secrets");
    let ids = (scene.host.id.parse(), scene.host.session.parse());
    let (Ok(user), Ok(session), Ok(room)) = (ids.0, ids.1, scene.session.parse()) else {
        panic!("these are ids");
    };
    let an_hour_ago = ManualClock::at(now + Span::from_ms(700) - ROOM_LIFETIME);
    let token = Authority::new(&secrets)
        .issue_for_room(&an_hour_ago, user, session, room)
        .expect("a token");
    let mut socket = scene.sit(&token).await;
    socket.until("playlist_update").await;
    assert_eq!(socket.until("error").await["code"], "AUTH_REQUIRED");
    assert_eq!(socket.until_closed().await, Some(4401));
}
