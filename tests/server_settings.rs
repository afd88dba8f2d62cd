//! How a server is set while it runs: over HTTP and at the command line, at once, and with whom and when.

mod support {
    pub mod server;
}

use std::path::Path;
use std::process::{Command, Output};
use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use support::server::{Person, Server};
use tutti::config::{Limits, Said};

const PASSWORD: &str = "quince orchard lantern";
const PATH: &str = "/api/v1/admin/settings";

async fn register(server: &Server, name: &str) -> Person {
    let body = json!({ "username": name, "password": PASSWORD });
    let path = "/api/v1/auth/register";
    let (status, made) = server.call(Method::POST, path, None, Some(body)).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    Person::of(&made)
}

async fn set(server: &Server, admin: &Person, change: Value) -> (StatusCode, Value) {
    let call = server.call(Method::PATCH, PATH, Some(&admin.token), Some(change));
    call.await
}

/// Runs `tutti settings` on that data.
fn tutti(data: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tutti"))
        .arg("settings")
        .args(arguments)
        .arg("--data")
        .arg(data)
        .output()
        .expect("tutti runs")
}

fn says(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}{errors}");
    text
}

#[tokio::test]
async fn what_is_set_holds_at_once_and_through_a_restart() {
    let server = Server::start().await;
    let ann = register(&server, "ann").await;
    let (status, told) = set(
        &server,
        &ann,
        json!({ "registration": false, "guests": false, "max_upload": 1000 }),
    )
    .await;
    assert_eq!(status, StatusCode::OK, "{told}");
    let server = server.restart().await;
    for path in ["/api/v1/auth/register", "/api/v1/auth/guest"] {
        let body = match path.ends_with("guest") {
            true => json!({}),
            false => json!({ "username": "ben", "password": PASSWORD }),
        };
        let (status, told) = server.call(Method::POST, path, None, Some(body)).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{told}");
    }
    let (_, told) = server.get("/api/v1/admin/settings", &ann.token).await;
    assert_eq!(told["settings"]["guests"], false);
    assert_eq!(told["settings"]["quick_rooms"], true);
    assert_eq!(told["settings"]["max_upload"], 1000);
    let form = reqwest::multipart::Form::new().part(
        "file",
        reqwest::multipart::Part::bytes(vec![0; 2_000]).file_name("a.wav"),
    );
    let upload = server.http.post(server.url("/api/v1/media"));
    let answer = upload.bearer_auth(&ann.token).multipart(form).send().await;
    assert_eq!(answer.unwrap().status(), StatusCode::PAYLOAD_TOO_LARGE);
    let (status, _) = set(&server, &ann, json!({ "guests": true })).await;
    assert_eq!(status, StatusCode::OK);
    server.guest("Guest").await;
    let (status, _) = set(&server, &ann, json!({ "empty_rooms_after_ms": 5 })).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn quick_rooms_are_switched_off_and_on_while_the_server_runs() {
    let server = Server::start().await;
    let ann = register(&server, "ann").await;
    for (on, expected) in [(false, Err(404)), (true, Ok(()))] {
        set(&server, &ann, json!({ "quick_rooms": on })).await;
        let socket = server.socket_at("/ws/quick/kitchen").await;
        assert_eq!(socket.map(|_| ()), expected);
    }
}

#[tokio::test]
async fn youtube_is_off_until_it_is_switched_on_and_pages_are_told_and_allowed_at_once() {
    let server = Server::start().await;
    let ann = register(&server, "ann").await;
    for on in [None, Some(true), Some(false)] {
        if let Some(on) = on {
            set(&server, &ann, json!({ "youtube": on })).await;
        }
        let on = on.unwrap_or(false);
        let (_, told) = server.get("/api/v1/features", &ann.token).await;
        assert_eq!(told, json!({ "youtube": on }));
        let page = server.http.get(server.url("/")).send().await.unwrap();
        let policy = page.headers()["content-security-policy"].to_str().unwrap();
        assert_eq!(policy.contains("https://www.youtube.com"), on, "{policy}");
    }
}

#[tokio::test]
async fn a_rate_set_while_the_server_runs_holds_at_once_for_calls_and_open_sockets() {
    let server = Server::with(Said::default()).await;
    let ann = register(&server, "ann").await;
    let room = server.room(&ann).await;
    let (mut socket, _) = server.follow(&ann, &room).await;
    let rates = json!({ "room_creation": "1/d", "socket_commands": "1/h" });
    let (status, told) = set(&server, &ann, json!({ "rates": rates })).await;
    assert_eq!(status, StatusCode::OK, "{told}");
    assert_eq!(told["settings"]["rates"]["room_creation"], "1/d");
    assert_eq!(told["start"]["rates"]["room_creation"], "5/h");
    assert_eq!(told["limits"], true);
    let create = async || {
        let body = json!({ "name": "Room" });
        let made = server.post("/api/v1/rooms/create", &ann.token, body).await;
        made.0.as_u16()
    };
    assert_eq!((create().await, create().await), (201, 429));
    let volume = json!({ "type": "set_volume", "volume": 0.5 });
    let first = socket.command(&room, volume.clone()).await;
    assert_eq!(first["type"], "accepted", "{first}");
    let second = socket.command(&room, volume).await;
    assert_eq!(second["code"], "RATE_LIMITED", "{second}");
    set(&server, &ann, json!({ "reset": ["rates.room_creation"] })).await;
    assert_eq!(create().await, 201);
}

#[tokio::test]
async fn an_origin_is_named_and_forgotten_while_the_server_runs() {
    let server = Server::start().await;
    let ann = register(&server, "ann").await;
    let shake_hands = async || {
        let request = server.http.get(server.url("/ws"));
        let request = request
            .header("origin", "https://app.example.org")
            .header("connection", "upgrade")
            .header("upgrade", "websocket")
            .header("sec-websocket-version", "13")
            .header("sec-websocket-protocol", "tutti.v1")
            .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==");
        request.send().await.unwrap().status().as_u16()
    };
    let knock = async || {
        let request = server
            .http
            .get(server.url("/socket.io/?EIO=4&transport=polling"));
        let request = request.header("origin", "https://app.example.org");
        let answer = request.send().await.unwrap();
        let read = answer.headers().contains_key("access-control-allow-origin");
        (answer.status().as_u16(), read)
    };
    assert_eq!((shake_hands().await, knock().await), (403, (403, false)));
    let named = json!({ "allowed_origins": ["https://App.example.org/"] });
    let (_, told) = set(&server, &ann, named).await;
    let origins = &told["settings"]["allowed_origins"];
    assert_eq!(origins, &json!(["https://app.example.org"]));
    assert_eq!((shake_hands().await, knock().await), (101, (200, true)));
    set(&server, &ann, json!({ "allowed_origins": [] })).await;
    assert_eq!((shake_hands().await, knock().await), (403, (403, false)));
}

#[tokio::test]
async fn sessions_are_told_where_the_music_is_as_often_as_is_set() {
    let server = Server::with(Said {
        limits: Some(Limits::Off),
        session_resync_every: Some("1h".to_owned()),
        ..Said::default()
    })
    .await;
    let ann = register(&server, "ann").await;
    let room = server.room(&ann).await;
    let path = format!("/ws/sessions/{room}?token={}", ann.token);
    let mut socket = server.socket_at(&path).await.expect("a socket");
    socket.until("playback_state").await;
    let often = json!({ "session_resync_every_ms": 250 });
    let (status, _) = set(&server, &ann, often).await;
    assert_eq!(status, StatusCode::OK);
    for _ in 0..3 {
        socket.until("playback_state").await;
    }
}

#[tokio::test]
async fn invite_links_begin_with_the_address_that_is_set() {
    let server = Server::start().await;
    let ann = register(&server, "ann").await;
    let link = async || {
        let body = json!({ "name": "Room" });
        let (_, made) = server.post("/api/v1/rooms/create", &ann.token, body).await;
        made["invite_url"].as_str().expect("a link").to_owned()
    };
    assert!(link().await.starts_with(&server.url("/")));
    set(
        &server,
        &ann,
        json!({ "public_url": "https://music.example.org" }),
    )
    .await;
    assert!(link().await.starts_with("https://music.example.org/"));
}

#[tokio::test]
async fn it_is_told_who_set_what_when_and_it_goes_back_to_how_the_server_started() {
    let server = Server::start().await;
    let ann = register(&server, "ann").await;
    let (_, told) = server.get(PATH, &ann.token).await;
    assert_eq!(told["changed"], json!({}));
    assert_eq!(told["settings"], told["start"]);
    set(&server, &ann, json!({ "guests": false, "max_upload": 7 })).await;
    let server = server.restart().await;
    let (_, told) = server.get(PATH, &ann.token).await;
    for name in ["guests", "max_upload"] {
        let changed = &told["changed"][name];
        assert_eq!(changed["by"], json!(ann.id));
        assert_eq!(changed["by_name"], "ann");
        assert!(changed["at"].as_str().expect("a time").ends_with('Z'));
    }
    assert_eq!(told["start"]["guests"], true);
    let (_, told) = set(&server, &ann, json!({ "reset": ["guests"] })).await;
    assert_eq!(told["settings"]["guests"], true);
    assert!(told["changed"]["guests"].is_null());
    server.guest("Guest").await;
}

#[tokio::test]
async fn what_a_setting_cannot_be_is_refused_with_a_sentence_and_nothing_of_it_is_set() {
    let server = Server::start().await;
    let ann = register(&server, "ann").await;
    for (wrong, why) in [
        (
            json!({ "session_resync_every_ms": 1 }),
            "four times a second",
        ),
        (json!({ "allowed_origins": ["*"] }), "not an origin"),
        (json!({ "public_url": "music" }), "not an origin"),
        (
            json!({ "rates": { "guest": "often" } }),
            "guest: not a rate",
        ),
        (json!({ "rates": { "guests": "1/h" } }), "no setting called"),
        (json!({ "reset": ["color"] }), "no setting called"),
        (json!({ "color": 1 }), "unknown field"),
    ] {
        let mut wrong = wrong;
        wrong["guests"] = json!(false);
        let (status, told) = set(&server, &ann, wrong.clone()).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{wrong}");
        let message = told["message"].as_str().expect("a sentence");
        assert!(message.contains(why), "{message}");
    }
    server.guest("Guest").await;
}

#[tokio::test]
async fn the_command_line_sets_a_server_that_runs_and_sees_what_was_set_there() {
    let server = Server::start().await;
    let ann = register(&server, "ann").await;
    set(&server, &ann, json!({ "max_upload": 1024 })).await;
    let data = server.data();
    let told = says(&tutti(&data, &["get", "max_upload"]));
    assert!(
        told.starts_with(&format!("max_upload = 1024    # set by {}", ann.id)),
        "{told}"
    );
    let told = says(&tutti(&data, &["set", "guests", "off"]));
    assert!(
        told.starts_with("guests = off    # set at the command line"),
        "{told}"
    );
    let refused = async || {
        let body = Some(json!({}));
        let path = "/api/v1/auth/guest";
        let (status, _) = server.call(Method::POST, path, None, body).await;
        status == StatusCode::FORBIDDEN
    };
    let wait = async {
        while !refused().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(5), wait)
        .await
        .expect("soon");
    let (_, told) = server.get(PATH, &ann.token).await;
    assert_eq!(told["settings"]["max_upload"], 1024);
    assert!(told["changed"]["guests"]["by"].is_null());
    let told = says(&tutti(&data, &["reset", "guests"]));
    assert_eq!(told, "guests = on\n");
}

#[test]
fn the_command_line_sets_a_server_that_does_not_run() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    says(&tutti(&data, &["set", "rates.guest", "7/h"]));
    says(&tutti(&data, &["set", "session_resync_every_ms", "2s"]));
    let all = says(&tutti(&data, &[]));
    assert!(all.contains("rates.guest = 7/h    # set at"), "{all}");
    assert!(all.contains("session_resync_every_ms = 2000"), "{all}");
    assert!(all.contains("registration = on\n"), "{all}");
    for (wrong, why) in [
        (["set", "color", "red"], "no setting called"),
        (["set", "guests", "maybe"], "on or off"),
    ] {
        let output = tutti(&data, &wrong);
        assert_eq!(output.status.code(), Some(1));
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(error.contains(why) && error.lines().count() == 1, "{error}");
    }
}
