//! `/ws/quick`: no account, the first is host, the next takes over.

use reqwest::Method;
use serde_json::{Value, json};
use tutti::config::{Limits, Said, Switch};

use crate::server_support::{Server, Socket};
use crate::sounds;
use crate::{number, seq};

const SONG: &str = "https://example.org/My%20Song.mp3";

/// A socket, its `init`, and whether it is host.
async fn come(server: &Server, path: &str) -> (Socket, Value, bool) {
    let mut socket = server.socket_at(path).await.expect("a socket");
    let init = socket.next().await.expect("a message");
    assert_eq!(init["type"], "init");
    let host = socket.next().await.expect("a message");
    assert_eq!(host["type"], "host");
    (socket, init, host["you"] == true)
}

async fn say(socket: &mut Socket, message: Value) {
    socket.send(message).await;
}

#[tokio::test]
async fn the_first_is_host_and_the_late_land_at_the_running_second() {
    let server = Server::start().await;
    let (mut host, init, is_host) = come(&server, "/ws/quick").await;
    assert!(is_host);
    assert_eq!(
        (&init["track_url"], &init["paused"], &init["volume"]),
        (&Value::Null, &json!(true), &json!(1.0))
    );
    say(&mut host, json!({ "type": "set_track", "url": SONG })).await;
    let set = host.until("state").await;
    assert_eq!(
        (&set["track_url"], &set["paused"]),
        (&json!(SONG), &json!(true))
    );
    say(&mut host, json!({ "type": "seek", "position": 61.5 })).await;
    assert_eq!(host.until("state").await["position"], 61.5);
    say(&mut host, json!({ "type": "play" })).await;
    let playing = host.until("state").await;
    assert_eq!(playing["paused"], false);
    let (mut late, init, is_host) = come(&server, "/ws/quick").await;
    assert!(!is_host);
    assert_eq!(init["start_epoch_ms"], playing["start_epoch_ms"]);
    let place = number(&init["server_ms"]) - number(&init["start_epoch_ms"]);
    assert!((61_000.0..66_500.0).contains(&place), "{place}");
    say(&mut host, json!({ "type": "volume", "volume": 0.25 })).await;
    assert_eq!(late.until("state").await["volume"], 0.25);
    say(&mut host, json!({ "type": "pause" })).await;
    let paused = late
        .until_that("state", |state| state["paused"] == true)
        .await;
    assert_eq!(paused["start_epoch_ms"], Value::Null);
}

#[tokio::test]
async fn a_page_joins_by_the_same_name_and_hears_the_same() {
    let server = Server::start().await;
    let (mut host, init, _) = come(&server, "/ws/quick/kitchen").await;
    let ada = server.guest("Ada").await;
    let by_name = |name: Value| server.post("/api/v1/rooms/quick", &ada.token, name);
    let (status, joined) = by_name(json!({ "name": "kitchen" })).await;
    assert_eq!(status, 200, "{joined}");
    assert_eq!(joined["is_host"], false);
    let room = joined["room"]["room_id"].as_str().expect("an id");
    assert_eq!(init["room_id"], room);
    let (mut page, _) = server.follow(&ada, room).await;
    say(&mut host, json!({ "type": "set_track", "url": SONG })).await;
    let entry = page.until("entry").await;
    assert_eq!(entry["events"][0]["item"]["track"]["url"], SONG);

    let (status, first) = by_name(json!({ "name": "attic" })).await;
    assert_eq!((status.as_u16(), &first["is_host"]), (200, &json!(true)));
    let (status, _) = by_name(json!({ "name": "no such name" })).await;
    assert_eq!(status, 400);
    let (_, unnamed) = by_name(json!({})).await;
    let (mut next, init, is_host) = come(&server, "/ws/quick").await;
    assert_eq!(init["room_id"], unnamed["room"]["room_id"]);
    if !is_host {
        // The page is not connected: the room is taken over.
        next.until_that("host", |host| host["you"] == true).await;
    }
}

#[tokio::test]
async fn who_is_not_host_controls_nothing_and_nothing_is_written() {
    let server = Server::start().await;
    let (mut host, init, _) = come(&server, "/ws/quick/kitchen").await;
    say(&mut host, json!({ "type": "set_track", "url": SONG })).await;
    host.until("state").await;
    let (mut guest, _, _) = come(&server, "/ws/quick/kitchen").await;
    let watcher = server.guest("Watcher").await;
    let body = json!({ "invite_code": init["invite_code"] });
    let (status, joined) = server
        .post("/api/v1/rooms/join", &watcher.token, body)
        .await;
    assert_eq!(status, 200, "{joined}");
    let room = init["room_id"].as_str().unwrap().to_owned();
    let before = seq(&server, &watcher, &room).await;
    for message in [
        json!({ "type": "set_track", "url": SONG }),
        json!({ "type": "play" }),
        json!({ "type": "pause" }),
        json!({ "type": "seek", "position": 1 }),
        json!({ "type": "volume", "volume": 0.5 }),
        json!({ "type": "request_host" }),
    ] {
        say(&mut guest, message.clone()).await;
        let refused = guest.next().await.unwrap();
        assert_eq!(refused["type"], "error", "{message} {refused}");
        assert!(refused["code"].is_string() && refused["message"].is_string());
    }
    assert_eq!(seq(&server, &watcher, &room).await, before);
}

#[tokio::test]
async fn the_next_takes_over_when_the_hosts_last_socket_goes() {
    let server = Server::start().await;
    let (host, _, _) = come(&server, "/ws/quick/hall").await;
    let (mut second, _, _) = come(&server, "/ws/quick/hall").await;
    let (mut third, _, _) = come(&server, "/ws/quick/hall").await;
    drop(host);
    assert_eq!(second.until("host").await["you"], true);
    say(&mut second, json!({ "type": "set_track", "url": SONG })).await;
    assert_eq!(third.until("state").await["track_url"], SONG);
    say(&mut third, json!({ "type": "play" })).await;
    assert_eq!(third.until("error").await["type"], "error");
}

#[tokio::test]
async fn an_account_with_two_sockets_stays_host_until_the_last_one_goes() {
    let server = Server::start().await;
    let person = server.guest("Ada").await;
    let path = format!("/ws/quick/attic?token={}", person.token);
    let (first, _, is_host) = come(&server, &path).await;
    assert!(is_host);
    let (mut second, _, is_host) = come(&server, &path).await;
    assert!(is_host);
    let (mut guest, _, _) = come(&server, "/ws/quick/attic").await;
    drop(first);
    say(&mut second, json!({ "type": "set_track", "url": SONG })).await;
    guest.until("state").await;
    drop(second);
    assert_eq!(guest.until("host").await["you"], true);
}

#[tokio::test]
async fn a_room_that_all_have_left_has_a_host_again_when_somebody_comes() {
    let server = Server::start().await;
    let (mut host, init, _) = come(&server, "/ws/quick/again").await;
    say(&mut host, json!({ "type": "set_track", "url": SONG })).await;
    host.until("state").await;
    drop(host);
    let (mut next, again, is_host) = come(&server, "/ws/quick/again").await;
    if !is_host {
        assert_eq!(next.until("host").await["you"], true);
    }
    assert_eq!(again["room_id"], init["room_id"]);
    assert_eq!(again["track_url"], SONG);
}

#[tokio::test]
async fn bad_messages_are_refused_by_name_and_the_socket_stays() {
    let server = Server::start().await;
    let (mut host, _, _) = come(&server, "/ws/quick").await;
    let long = format!("https://example.org/{}.mp3", "x".repeat(2_048));
    let huge = format!(
        "{{\"type\":\"set_track\",\"url\":\"{}\"}}",
        "x".repeat(5_000)
    );
    for (text, code) in [
        ("no json".to_owned(), "INVALID_REQUEST"),
        (json!({ "type": "explode" }).to_string(), "INVALID_REQUEST"),
        (
            json!({ "type": "play", "loud": 1 }).to_string(),
            "INVALID_REQUEST",
        ),
        (
            json!({ "type": "set_track", "url": "file:///etc/passwd" }).to_string(),
            "INVALID_REQUEST",
        ),
        (
            json!({ "type": "set_track", "url": "https://example.org/x.exe" }).to_string(),
            "INVALID_REQUEST",
        ),
        (
            json!({ "type": "set_track", "url": long }).to_string(),
            "INVALID_REQUEST",
        ),
        (
            json!({ "type": "seek", "position": -1 }).to_string(),
            "INVALID_REQUEST",
        ),
        (
            json!({ "type": "volume", "volume": 1.5 }).to_string(),
            "INVALID_REQUEST",
        ),
        (huge, "PAYLOAD_TOO_LARGE"),
    ] {
        host.send_text(&text).await;
        let refused = host.next().await.unwrap();
        assert_eq!(refused["code"], code, "{text} {refused}");
    }
    say(&mut host, json!({ "type": "ping", "t": 12 })).await;
    let pong = host.next().await.unwrap();
    assert_eq!((&pong["type"], &pong["t"]), (&json!("pong"), &json!(12)));
    assert!(pong["server_ms"].is_number());
    assert_eq!(server.socket_at("/ws/quick/a%20b").await.err(), Some(400));
}

#[tokio::test]
async fn files_of_the_media_folder_are_heard_by_name_while_quick_rooms_are_on() {
    let folder = tempfile::tempdir().unwrap();
    let wav = sounds::wav(500, 1);
    std::fs::write(folder.path().join("song.wav"), &wav).unwrap();
    std::fs::write(folder.path().join("secret.txt"), "x").unwrap();
    let said = |quick| Said {
        limits: Some(Limits::Off),
        media: Some(folder.path().to_owned()),
        quick_rooms: Some(quick),
        ..Said::default()
    };
    let server = Server::with(said(Switch::On)).await;
    let asked = server.http.get(server.url("/media/song.wav"));
    let got = asked.header("range", "bytes=4-7").send().await.unwrap();
    assert_eq!(got.status(), 206);
    assert_eq!(got.bytes().await.unwrap(), wav[4..8]);
    for path in [
        "/media/secret.txt",
        "/media/none.wav",
        "/media/..%2Fsong.wav",
    ] {
        let (status, _) = server.call(Method::GET, path, None, None).await;
        assert_eq!(status, 404, "{path}");
    }
    let server = Server::with(said(Switch::Off)).await;
    let (status, _) = server
        .call(Method::GET, "/media/song.wav", None, None)
        .await;
    assert_eq!(status, 401);
    assert_eq!(server.socket_at("/ws/quick").await.err(), Some(404));
}
