//! The sockets of the earlier systems, each by its own words, and all of them together in one room.

mod quick;
#[path = "../support/server.rs"]
mod server_support;
#[expect(dead_code, reason = "one kind of sound is enough here")]
#[path = "../support/sounds.rs"]
mod sounds;
mod spaces;

use server_support::{Person, Server};

use serde_json::Value;

/// The number of the last entry of a room.
async fn seq(server: &Server, who: &Person, room: &str) -> u64 {
    let (status, answer) = server
        .get(&format!("/api/v1/rooms/{room}"), &who.token)
        .await;
    assert_eq!(status, 200, "{answer}");
    answer["room"]["seq"].as_u64().expect("a number")
}

/// A room with one track of ten minutes, in which everyone controls.
async fn space(server: &Server, host: &Person) -> String {
    let room = server.room(host).await;
    let body = serde_json::json!({ "control": "everyone" });
    let path = format!("/api/v1/rooms/{room}");
    let (status, answer) = server
        .call(reqwest::Method::PATCH, &path, Some(&host.token), Some(body))
        .await;
    assert_eq!(status, 200, "{answer}");
    room
}

fn number(value: &Value) -> f64 {
    value
        .as_f64()
        .unwrap_or_else(|| panic!("{value} is no number"))
}
