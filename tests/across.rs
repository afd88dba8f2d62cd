//! Across dialects: one scenario leaves the same entries whoever speaks it in which words, and one room is the same room
//! in all of them.

mod support {
    pub mod server;
    pub mod socket_io;
}

use serde_json::{Value, json};
use support::server::{Person, Server, Socket};
use support::socket_io::SocketIo;

/// What somebody does, before it is put into words.
#[derive(Clone, Copy)]
enum Step {
    Play,
    Pause,
    /// To that position, in milliseconds.
    Seek(u32),
}

const SCENARIO: [Step; 5] = [
    Step::Play,
    Step::Seek(30_000),
    Step::Pause,
    Step::Seek(12_500),
    Step::Play,
];

/// A dialect of plain JSON sockets.
struct Dialect {
    name: &'static str,
    /// Where its socket is: room and token go in.
    address: fn(&str, &Person) -> String,
    /// The last of what a newcomer is told.
    welcome: &'static str,
    words: fn(Step) -> Value,
    /// The types of what everybody is told of a step.
    told: &'static [&'static str],
}

/// One row a dialect.
const JSON_SOCKETS: &[Dialect] = &[SPACES, SESSIONS];

const SPACES: Dialect = Dialect {
    name: "spaces",
    address: |room, who| format!("/ws/spaces/{room}?token={}", who.token),
    welcome: "room-joined",
    words: |step| match step {
        Step::Play => json!({ "type": "resume-playback" }),
        Step::Pause => json!({ "type": "pause-playback" }),
        Step::Seek(ms) => {
            json!({ "type": "seek-playback", "data": { "seekTime": f64::from(ms) / 1e3 } })
        }
    },
    told: &["playback-resumed", "playback-paused", "playback-seeked"],
};

const SESSIONS: Dialect = Dialect {
    name: "sessions",
    address: |room, who| format!("/ws/sessions/{room}?token={}", who.token),
    welcome: "playlist_update",
    words: |step| {
        let (action, position_ms) = match step {
            Step::Play => ("play", None),
            Step::Pause => ("pause", None),
            Step::Seek(ms) => ("seek", Some(ms)),
        };
        json!({ "type": "playback_command", "action": action, "position_ms": position_ms })
    },
    told: &["playback_state"],
};

fn in_native_words(step: Step) -> Value {
    match step {
        Step::Play => json!({ "type": "play" }),
        Step::Pause => json!({ "type": "pause" }),
        Step::Seek(ms) => json!({ "type": "seek", "position_ms": ms }),
    }
}

fn in_rest_words(step: Step) -> Value {
    match step {
        Step::Play => json!({ "action": "play" }),
        Step::Pause => json!({ "action": "pause" }),
        Step::Seek(ms) => json!({ "action": "seek", "position_ms": ms }),
    }
}

async fn by_native_socket(server: &Server, host: &Person, room: &str) {
    let (mut socket, _) = server.follow(host, room).await;
    for step in SCENARIO {
        let answer = socket.command(room, in_native_words(step)).await;
        assert_eq!(answer["type"], "accepted", "{answer}");
    }
}

async fn by_rest(server: &Server, host: &Person, room: &str) {
    let path = format!("/api/v1/rooms/{room}/playback");
    for step in SCENARIO {
        let (status, answer) = server.post(&path, &host.token, in_rest_words(step)).await;
        assert_eq!(status, 200, "{answer}");
    }
}

/// Its hosts do not ask: they report what they hear already.
async fn by_socket_io(server: &Server, host: &Person, room: &str) {
    let mut socket = SocketIo::of(server, host).await;
    socket.ask("join_room", &json!({ "room_id": room })).await;
    let (mut playing, mut position) = (false, 0.0);
    for step in SCENARIO {
        match step {
            Step::Play => playing = true,
            Step::Pause => playing = false,
            Step::Seek(ms) => position = f64::from(ms) / 1e3,
        }
        let state = json!({ "playing": playing, "position": position });
        let report = json!({ "room_id": room, "playback_state": state });
        let answer = socket.ask("sync_state", &report).await;
        assert_eq!(answer, json!({ "ok": true }));
    }
}

async fn by_json_socket(server: &Server, host: &Person, room: &str, dialect: &Dialect) {
    let mut socket = sit(server, host, room, dialect).await;
    for step in SCENARIO {
        socket.send((dialect.words)(step)).await;
        told(&mut socket, dialect).await;
    }
}

async fn sit(server: &Server, who: &Person, room: &str, dialect: &Dialect) -> Socket {
    let address = (dialect.address)(room, who);
    let mut socket = server.socket_at(&address).await.expect("a socket");
    socket.until(dialect.welcome).await;
    socket
}

async fn told(socket: &mut Socket, dialect: &Dialect) -> Value {
    loop {
        let message = socket.next().await.expect("a message");
        let kind = message["type"].as_str().unwrap_or_default();
        assert_ne!(kind, "error", "{}: {message}", dialect.name);
        if dialect.told.contains(&kind) {
            return message;
        }
    }
}

/// A quick room is found by its name, and its host, signed in here, puts the song into it; then comes the scenario. Says
/// which room that was, and its last entry before.
async fn by_quick_socket(server: &Server, host: &Person) -> (Socket, String, u64) {
    let address = format!("/ws/quick/across?token={}", host.token);
    let mut socket = server.socket_at(&address).await.expect("a socket");
    let init = socket.until("init").await;
    let room = init["room_id"].as_str().expect("a room id").to_owned();
    let song = json!({ "type": "set_track", "url": "https://example.org/a.mp3" });
    socket.send(song).await;
    socket.until("state").await;
    let before = last_seq(server, host, &room).await;
    for step in SCENARIO {
        socket
            .send(match step {
                Step::Play => json!({ "type": "play" }),
                Step::Pause => json!({ "type": "pause" }),
                Step::Seek(ms) => json!({ "type": "seek", "position": f64::from(ms) / 1e3 }),
            })
            .await;
        socket.until("state").await;
    }
    (socket, room, before)
}

async fn last_seq(server: &Server, who: &Person, room: &str) -> u64 {
    let path = format!("/api/v1/rooms/{room}");
    let (_, view) = server.get(&path, &who.token).await;
    view["room"]["seq"].as_u64().expect("a number")
}

/// What the journal holds of the scenario: all but ids, times, and where exactly it was when somebody paused.
async fn journaled(server: &Server, host: &Person, room: &str, after: u64) -> Vec<Value> {
    let path = format!("/api/v1/rooms/{room}/history?after_seq={after}");
    let (status, history) = server.get(&path, &host.token).await;
    assert_eq!(status, 200, "{history}");
    let fact = |fact: &Value| {
        let timeline = &fact["timeline"];
        let position = match fact["type"].as_str() {
            Some("playback_paused") => Value::Null,
            _ => timeline["position_ms"].clone(),
        };
        json!([fact["type"], timeline["playing"], position])
    };
    let entry = |entry: &Value| {
        let events = entry["events"].as_array().expect("facts");
        let facts: Vec<Value> = events.iter().map(fact).collect();
        json!([entry["cause"]["command"], entry["cause"]["user_id"], facts])
    };
    let entries = history["entries"].as_array().expect("entries");
    entries.iter().map(entry).collect()
}

/// A new room, and the number of its last entry.
async fn stage(server: &Server, host: &Person) -> (String, u64) {
    let room = server.room(host).await;
    let seq = last_seq(server, host, &room).await;
    (room, seq)
}

#[tokio::test]
async fn the_same_scenario_leaves_the_same_entries_in_every_dialect() {
    let server = Server::start().await;
    let host = server.guest("Host").await;

    let (room, before) = stage(&server, &host).await;
    by_native_socket(&server, &host, &room).await;
    let expected = journaled(&server, &host, &room, before).await;
    let commands: Vec<&Value> = expected.iter().map(|entry| &entry[0]).collect();
    assert_eq!(commands, ["play", "seek", "pause", "seek", "play"]);

    let (room, before) = stage(&server, &host).await;
    by_rest(&server, &host, &room).await;
    let found = journaled(&server, &host, &room, before).await;
    assert_eq!(found, expected, "REST");

    let (room, before) = stage(&server, &host).await;
    by_socket_io(&server, &host, &room).await;
    let found = journaled(&server, &host, &room, before).await;
    assert_eq!(found, expected, "Socket.IO");

    for dialect in JSON_SOCKETS {
        let (room, before) = stage(&server, &host).await;
        by_json_socket(&server, &host, &room, dialect).await;
        let found = journaled(&server, &host, &room, before).await;
        assert_eq!(found, expected, "{}", dialect.name);
    }

    // The socket stays open meanwhile: whoever goes leaves a quick room.
    let (_socket, room, before) = by_quick_socket(&server, &host).await;
    let found = journaled(&server, &host, &room, before).await;
    assert_eq!(found, expected, "quick");
}

fn number(value: &Value) -> f64 {
    value
        .as_f64()
        .unwrap_or_else(|| panic!("{value} is no number"))
}

/// Where the music began, had it never been moved: what all dialects must agree on.
fn began_ms(entry: &Value) -> f64 {
    let timeline = &entry["events"][0]["timeline"];
    number(&timeline["at_ms"]) - number(&timeline["position_ms"])
}

#[tokio::test]
async fn a_socket_io_host_a_session_guest_a_space_and_a_native_listener_hear_the_same_in_one_room()
{
    let server = Server::start().await;
    let (host, native, other) = (
        server.guest("Host").await,
        server.guest("Native").await,
        server.guest("Other").await,
    );
    let room = server.room(&host).await;
    server.join(&native, &room).await;
    let mut at_host = SocketIo::of(&server, &host).await;
    at_host.ask("join_room", &json!({ "room_id": room })).await;
    let (mut at_native, _) = server.follow(&native, &room).await;
    let mut at_space = sit(&server, &other, &room, &SPACES).await;

    let (_, view) = server
        .get(&format!("/api/v1/rooms/{room}"), &host.token)
        .await;
    let code = view["room"]["invite_code"].as_str().expect("a code");
    let path = format!("/sessions/{code}/join");
    let body = Some(json!({ "name": "Ana" }));
    let (status, joined) = server.call(reqwest::Method::POST, &path, None, body).await;
    assert_eq!(status, 200, "{joined}");
    let token = joined["session_token"].as_str().expect("a token");
    let address = format!("/ws/sessions/{room}?token={token}");
    let mut at_guest = server.socket_at(&address).await.expect("a socket");
    at_guest.until(SESSIONS.welcome).await;

    let report = |playing: bool, position: f64| json!({ "room_id": room, "playback_state": { "playing": playing, "position": position } });
    at_host.ask("sync_state", &report(true, 30.0)).await;
    let by_play = |entry: &Value| entry["cause"]["command"] == "play";
    let entry = at_native.until_that("entry", by_play).await;
    let space = at_space.until("playback-resumed").await;
    assert_eq!(entry["cause"]["user_id"], host.id);
    assert_eq!(space["data"]["userId"], host.id);
    assert_eq!(entry["events"][0]["timeline"]["position_ms"], 30_000);
    assert_eq!(number(&space["data"]["startedAt"]), began_ms(&entry));
    assert_eq!(
        space["data"]["currentSong"]["id"],
        entry["events"][0]["timeline"]["item_id"]
    );

    let state = at_guest.until("playback_state").await;
    assert_eq!(state["state"], "playing");
    assert_eq!(state["track_id"], space["data"]["currentSong"]["id"]);
    let place_ms = number(&state["position_ms"]);
    assert!((30_000.0..31_000.0).contains(&place_ms), "{state}");

    at_host.ask("sync_state", &report(false, 42.5)).await;
    let by_pause = |entry: &Value| entry["cause"]["command"] == "pause";
    let entry = at_native.until_that("entry", by_pause).await;
    let space = at_space.until("playback-paused").await;
    assert_eq!(entry["events"][0]["timeline"]["position_ms"], 42_500);
    assert_eq!(space["data"]["currentTime"], 42.5);
    let state = at_guest.until("playback_state").await;
    assert_eq!(
        (&state["state"], &state["position_ms"]),
        (&json!("paused"), &json!(42_500))
    );

    let (_, seen) = server
        .get(&format!("/api/v1/rooms/{room}"), &native.token)
        .await;
    let members = seen["room"]["members"].as_array().expect("members");
    let connected = members.iter().filter(|m| m["connected"] == true).count();
    assert_eq!(connected, 4, "{members:?}");
}

#[tokio::test]
async fn what_a_native_host_does_reaches_socket_io_and_a_space_alike() {
    let server = Server::start().await;
    let (host, friend, other) = (
        server.guest("Host").await,
        server.guest("Friend").await,
        server.guest("Other").await,
    );
    let room = server.room(&host).await;
    let mut at_friend = SocketIo::of(&server, &friend).await;
    at_friend
        .ask("join_room", &json!({ "room_id": room }))
        .await;
    let mut at_space = sit(&server, &other, &room, &SPACES).await;
    let (mut at_host, _) = server.follow(&host, &room).await;
    let seek = in_native_words(Step::Seek(90_000));
    assert_eq!(at_host.command(&room, seek).await["type"], "accepted");
    let synced = at_friend.until("state_synced").await;
    assert_eq!(synced["playback_state"]["position"], 90.0);
    let space = at_space.until("playback-seeked").await;
    assert_eq!(space["data"]["currentTime"], 90.0);
}
