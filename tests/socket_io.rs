//! The Socket.IO dialect at its bounds: who does not read, who is signed out, what is too large, what other pages may.

mod support {
    pub mod server;
    pub mod socket_io;
}

use std::time::Duration;

use reqwest::StatusCode;
use serde_json::json;
use support::server::{Person, Server};
use support::socket_io::SocketIo;
use tutti::clock::{ManualClock, Stopwatch};
use tutti::config::{Limits, Said};
use tutti::gateway::auth::secrets::Secrets;
use tutti::gateway::auth::{ACCESS_LIFETIME, Authority};
use tutti::time::Span;

/// More than every buffer between the server and a client that does not read can hold: an event here has 4 KB.
const EDITS: usize = 8_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_does_not_read_is_cut_off_alone() {
    let server = Server::start().await;
    let (host, slow) = (server.guest("Host").await, server.guest("Slow").await);
    let room = server.room(&host).await;
    let (mut one, snapshot) = server.follow(&host, &room).await;
    let item = snapshot["state"]["timeline"]["item_id"].clone();
    let mut asleep = SocketIo::of(&server, &slow).await;
    asleep.ask("join_room", &json!({ "room_id": room })).await;
    let open = || server.app().presence().connection_count();
    assert_eq!(open(), 2);

    let long = format!("https://example.org/{}", "x".repeat(1_900));
    for round in 0..EDITS {
        let track = json!({ "title": format!("{round}"), "url": long, "artwork_url": long });
        let edit = json!({ "type": "edit", "item_id": item, "track": track });
        let answer = one.command_named(&format!("e{round}"), &room, edit).await;
        assert_eq!(answer["type"], "accepted", "{answer}");
        if open() == 1 {
            break;
        }
    }
    assert_eq!(open(), 1, "who reads is still there, who does not is gone");
    let heard = asleep.until_closed().await;
    assert!(heard.len() < EDITS);
    let mut again = SocketIo::of(&server, &slow).await;
    let joined = again.ask("join_room", &json!({ "room_id": room })).await;
    assert_eq!(joined["room_state"]["current_song"]["url"], json!(long));
}

#[tokio::test]
async fn a_session_that_ends_elsewhere_ends_its_sockets_within_a_second() {
    let server = Server::start().await;
    let person = server.guest("Ada").await;
    let mut socket = SocketIo::of(&server, &person).await;
    let ended = Stopwatch::start();
    let path = format!("/api/v1/me/sessions/{}", person.session);
    let (status, _) = server
        .call(reqwest::Method::DELETE, &path, Some(&person.token), None)
        .await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert_eq!(socket.until("error").await["code"], "AUTH_REQUIRED");
    assert!(ended.elapsed() < Duration::from_secs(1));
    socket.until_closed().await;
    let mut back = SocketIo::open(&server).await;
    back.send(&format!("40{}", json!({ "token": person.token })))
        .await;
    assert!(back.next().await.expect("a word").starts_with("44"));
}

#[tokio::test]
async fn a_socket_is_hung_up_on_within_a_second_of_its_tokens_end() {
    let server = Server::start().await;
    let mut person = server.guest("Ada").await;
    let now = server.app().clock().now();
    let secrets = Secrets::open(&server.data(), now).expect("the server's own");
    let before = ManualClock::at(now - ACCESS_LIFETIME + Span::from_ms(2_500));
    let (user, session) = (person.id.parse(), person.session.parse());
    let (token, ends) = Authority::new(&secrets)
        .issue_access(&before, user.expect("an id"), session.expect("an id"))
        .expect("a token");
    person.token = token;
    let mut socket = SocketIo::of(&server, &person).await;
    assert_eq!(socket.until("error").await["code"], "AUTH_REQUIRED");
    socket.until_closed().await;
    // A token says its end in whole seconds.
    let over = (server.app().clock().now() - ends).as_ms();
    assert!((-1_000..1_000).contains(&over), "{over}");
}

#[tokio::test]
async fn news_of_friends_and_invites_comes_as_events() {
    let server = Server::start().await;
    let (ada, ben) = (server.guest("Ada").await, server.guest("Ben").await);
    for (who, username) in [(&ada, "ada"), (&ben, "ben")] {
        let body = json!({ "username": username });
        server.post("/api/v1/auth/username", &who.token, body).await;
    }
    let mut at_ada = SocketIo::of(&server, &ada).await;
    let mut at_ben = SocketIo::of(&server, &ben).await;
    let body = json!({ "username": "ben" });
    let (_, asked) = server
        .post("/api/v1/friends/request", &ada.token, body)
        .await;
    let told = at_ben.until("friend_request_received").await;
    assert_eq!(told["request"], asked["request"]);
    assert!(told["timestamp"].is_string(), "{told}");
    let body = json!({ "request_id": asked["request"]["request_id"] });
    server
        .post("/api/v1/friends/accept", &ben.token, body)
        .await;
    let told = at_ada.until("friend_request_accepted").await;
    assert_eq!(told["friend"]["username"], "ben");
    let room = server.room(&ada).await;
    let body = json!({ "user_id": ben.id });
    let path = format!("/api/v1/rooms/{room}/invite");
    server.post(&path, &ada.token, body).await;
    let told = at_ben.until("room_invite").await;
    assert_eq!(told["invite"]["room_id"], json!(room));
    drop(at_ben);
    let told = at_ada.until("friend_seen").await;
    assert_eq!(told["friend"]["user_id"], json!(ben.id));
}

#[tokio::test]
async fn who_is_taken_out_of_a_room_is_hung_up_on_within_a_second_and_the_others_are_told() {
    for verb in ["kick", "ban"] {
        let server = Server::start().await;
        let (host, guest) = (server.guest("Host").await, server.guest("Guest").await);
        let room = server.room(&host).await;
        let mut sockets = [
            SocketIo::of(&server, &host).await,
            SocketIo::of(&server, &guest).await,
        ];
        for socket in &mut sockets {
            socket.ask("join_room", &json!({ "room_id": room })).await;
        }
        let [mut at_host, mut at_guest] = sockets;
        let began = Stopwatch::start();
        let path = format!("/api/v1/rooms/{room}/{verb}");
        let (status, said) = server
            .post(&path, &host.token, json!({ "user_id": guest.id }))
            .await;
        assert!(status.is_success(), "{said}");
        assert_eq!(at_guest.until("room_left").await["room_id"], json!(room));
        assert_eq!(at_guest.until("error").await["code"], "NOT_IN_ROOM");
        at_guest.until_closed().await;
        assert!(began.elapsed() < Duration::from_secs(1));
        assert_eq!(at_host.until("user_left").await["user_id"], json!(guest.id));
        let mut back = SocketIo::of(&server, &guest).await;
        let answer = back.ask("join_room", &json!({ "room_id": room })).await;
        let expected = if verb == "ban" {
            json!("JOIN_FAILED")
        } else {
            json!(null)
        };
        assert_eq!(answer["code"], expected);
    }
}

#[tokio::test]
async fn who_is_not_signed_in_within_five_seconds_is_hung_up_on() {
    let server = Server::start().await;
    let began = Stopwatch::start();
    let mut socket = SocketIo::open(&server).await;
    socket.until_closed().await;
    assert!(began.elapsed() < Duration::from_secs(8));
}

#[tokio::test]
async fn a_message_that_is_too_large_is_refused_on_both_transports() {
    let server = Server::start().await;
    let person = server.guest("Ada").await;
    let mut socket = SocketIo::of(&server, &person).await;
    socket.say("ping", &json!("x".repeat(70_000))).await;
    socket.until_closed().await;

    let polling = server.url("/socket.io/?EIO=4&transport=polling");
    let opened = server.http.get(&polling).send().await.expect("a session");
    let opened = opened.text().await.expect("a body");
    let session: serde_json::Value = serde_json::from_str(&opened[1..]).expect("JSON");
    let posted = server
        .http
        .post(format!(
            "{polling}&sid={}",
            session["sid"].as_str().unwrap()
        ))
        .body("4".repeat(70_000))
        .send()
        .await
        .expect("an answer");
    assert_eq!(posted.status(), StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn a_page_that_is_allowed_may_poll_and_read_and_another_may_not() {
    let origin = "https://music.example.org";
    let server = Server::with(Said {
        limits: Some(Limits::Off),
        allowed_origin: Some(vec![origin.to_owned()]),
        ..Said::default()
    })
    .await;
    let polling = server.url("/socket.io/?EIO=4&transport=polling");
    let ask = |origin: &'static str| server.http.get(&polling).header("origin", origin).send();
    let allowed = ask("https://music.example.org").await.expect("an answer");
    assert_eq!(allowed.status(), StatusCode::OK);
    assert_eq!(allowed.headers()["access-control-allow-origin"], origin);
    assert_eq!(
        allowed.headers()["access-control-allow-credentials"],
        "true"
    );
    let other = ask("https://evil.example.org").await.expect("an answer");
    assert_eq!(other.status(), StatusCode::FORBIDDEN);
    assert!(!other.headers().contains_key("access-control-allow-origin"));
    let preflight = server
        .http
        .request(reqwest::Method::OPTIONS, &polling)
        .header("origin", origin)
        .header("access-control-request-method", "POST")
        .send()
        .await
        .expect("an answer");
    assert_eq!(preflight.status(), StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn events_are_told_in_the_order_they_were_given() {
    let server = Server::start().await;
    let (host, friend) = (server.guest("Host").await, server.guest("Friend").await);
    let room = server.room(&host).await;
    let (mut one, mut other) = (
        SocketIo::of(&server, &host).await,
        SocketIo::of(&server, &friend).await,
    );
    one.ask("join_room", &json!({ "room_id": room })).await;
    other.ask("join_room", &json!({ "room_id": room })).await;
    for n in 1..=100 {
        let state = json!({ "playing": n % 2 == 0, "position": n * 2 });
        one.say(
            "sync_state",
            &json!({ "room_id": room, "playback_state": state }),
        )
        .await;
    }
    for n in 1..=100 {
        let told = other.until("state_synced").await;
        assert_eq!(told["playback_state"]["position"], f64::from(n * 2));
    }
}

/// The commands and facts of a room since an entry, by name.
async fn entries(server: &Server, host: &Person, room: &str, after: u64) -> Vec<serde_json::Value> {
    let path = format!("/api/v1/rooms/{room}/history?after_seq={after}");
    let (_, history) = server.get(&path, &host.token).await;
    let entries = history["entries"].as_array().expect("entries").clone();
    let named = |entry: serde_json::Value| {
        let facts: Vec<_> = entry["events"]
            .as_array()
            .expect("facts")
            .iter()
            .map(|fact| fact["type"].clone())
            .collect();
        json!([entry["cause"]["command"], entry["cause"]["user_id"], facts])
    };
    entries.into_iter().map(named).collect()
}

#[tokio::test]
async fn what_a_host_plays_here_is_journaled_as_if_it_were_pressed_on_the_native_socket() {
    let server = Server::start().await;
    let host = server.guest("Host").await;
    let (here, there) = (server.room(&host).await, server.room(&host).await);
    let (mut native, snapshot) = server.follow(&host, &there).await;
    let before = snapshot["seq"].as_u64().expect("a number");
    let mut socket = SocketIo::of(&server, &host).await;
    socket.ask("join_room", &json!({ "room_id": here })).await;

    for (playing, position) in [
        (true, 0.0),
        (true, 30.0),
        (false, 30.0),
        (false, 12.5),
        (true, 12.5),
    ] {
        let state = json!({ "playing": playing, "position": position });
        let report = json!({ "room_id": here, "playback_state": state });
        assert_eq!(
            socket.ask("sync_state", &report).await,
            json!({ "ok": true })
        );
    }
    for command in [
        json!({ "type": "play" }),
        json!({ "type": "seek", "position_ms": 30_000 }),
        json!({ "type": "pause" }),
        json!({ "type": "seek", "position_ms": 12_500 }),
        json!({ "type": "play" }),
    ] {
        assert_eq!(native.command(&there, command).await["type"], "accepted");
    }
    let heard = entries(&server, &host, &here, before).await;
    assert_eq!(heard.len(), 5);
    assert_eq!(heard, entries(&server, &host, &there, before).await);
}

#[tokio::test]
async fn the_invite_link_begins_with_the_address_the_client_came_by() {
    let server = Server::with(Said {
        limits: Some(Limits::Off),
        trusted_proxy: Some(vec!["127.0.0.1".to_owned()]),
        ..Said::default()
    })
    .await;
    let host = server.guest("Host").await;
    let room = server.room(&host).await;
    let asked = json!({ "room_id": room });
    let mut socket = SocketIo::of(&server, &host).await;
    let answer = socket.ask("join_room", &asked).await;
    let link = answer["room_state"]["invite_url"].as_str().expect("a link");
    assert!(link.starts_with(&server.url("/")), "{link}");
    // Behind a proxy that is trusted, by the name and over TLS as it says.
    let by_proxy = [
        ("host", "music.example.org"),
        ("x-forwarded-proto", "https"),
    ];
    let mut socket = SocketIo::by(&server, &host, &by_proxy).await;
    socket.say("join_room", &asked).await;
    let joined = socket.until("room_joined").await;
    let behind = joined["room_state"]["invite_url"].as_str().expect("a link");
    let path = link.strip_prefix(&server.url("")).expect("a path");
    assert_eq!(behind, format!("https://music.example.org{path}"));
}

#[tokio::test]
async fn whoever_is_no_trusted_proxy_does_not_say_how_the_server_is_reached() {
    let server = Server::start().await;
    let host = server.guest("Host").await;
    let room = server.room(&host).await;
    let forged = [
        ("x-forwarded-proto", "https"),
        ("x-forwarded-host", "evil.example.org"),
    ];
    let mut socket = SocketIo::by(&server, &host, &forged).await;
    let answer = socket.ask("join_room", &json!({ "room_id": room })).await;
    let link = answer["room_state"]["invite_url"].as_str().expect("a link");
    assert!(link.starts_with(&server.url("/")), "{link}");
}
