//! A room's past over HTTP: page by page, the room as it was, and the evening played again.

mod support {
    pub mod server;
}

use reqwest::StatusCode;
use serde_json::{Value, json};
use support::server::{Person, Server};

struct Evening {
    server: Server,
    host: Person,
    guest: Person,
    room: String,
}

/// Of four tracks the first and the last are played, one is passed over, and then all are taken out.
async fn evening() -> Evening {
    let server = Server::start().await;
    let (host, guest) = (server.guest("Host").await, server.guest("Guest").await);
    let room = server.room(&host).await;
    server.join(&guest, &room).await;
    let mut items = Vec::new();
    for title in ["One", "Two", "Three"] {
        items.push(server.add_track(&host, &room, title, 600_000).await);
    }
    let evening = Evening {
        server,
        host,
        guest,
        room,
    };
    evening.plays(json!({ "action": "play" })).await;
    evening
        .plays(json!({ "action": "seek", "position_ms": 60_000 }))
        .await;
    evening.plays(json!({ "action": "skip_next" })).await;
    let third = json!({ "action": "select", "item_id": items[2], "position_ms": 90_000 });
    evening.plays(third).await;
    evening.plays(json!({ "action": "pause" })).await;
    let path = evening.path("/playlist");
    let cleared = evening.server.call(
        reqwest::Method::DELETE,
        &path,
        Some(&evening.host.token),
        None,
    );
    assert_eq!(cleared.await.0, StatusCode::NO_CONTENT);
    evening
}

impl Evening {
    fn path(&self, rest: &str) -> String {
        format!("/api/v1/rooms/{}{rest}", self.room)
    }

    async fn plays(&self, body: Value) {
        let path = self.path("/playback");
        let (status, told) = self.server.post(&path, &self.host.token, body).await;
        assert_eq!(status, StatusCode::OK, "{told}");
    }

    async fn page(&self, query: &str) -> Value {
        let path = self.path(&format!("/history?{query}"));
        let (status, page) = self.server.get(&path, &self.guest.token).await;
        assert_eq!(status, StatusCode::OK, "{page}");
        page
    }

    async fn again(&self, who: &Person, body: Value) -> (StatusCode, Value) {
        self.server
            .post(&self.path("/again"), &who.token, body)
            .await
    }
}

fn seqs(page: &Value) -> Vec<u64> {
    let entries = page["entries"].as_array().expect("entries");
    entries.iter().filter_map(|e| e["seq"].as_u64()).collect()
}

fn titles(room: &Value) -> Vec<&str> {
    let items = room["queue"].as_array().expect("a playlist");
    items
        .iter()
        .filter_map(|item| item["track"]["title"].as_str())
        .collect()
}

#[tokio::test]
async fn a_history_is_read_from_its_end_page_by_page() {
    let evening = evening().await;
    let all = seqs(&evening.page("").await);
    assert_eq!(all, (1..=all.len() as u64).collect::<Vec<_>>());
    let (mut read, mut before) = (Vec::new(), Value::from(u64::MAX));
    while !before.is_null() {
        let page = evening.page(&format!("before_seq={before}&limit=4")).await;
        let part = seqs(&page);
        assert!(part.len() <= 4 && part.is_sorted());
        read.splice(0..0, part);
        before = page["before_seq"].clone();
    }
    assert_eq!(read, all);
    let none = evening.page("before_seq=1").await;
    assert_eq!(none, json!({ "entries": [], "before_seq": null }));
    let path = evening.path("/history?before_seq=3&after_seq=1");
    let (status, _) = evening.server.get(&path, &evening.host.token).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn the_room_as_it_was_is_told_for_any_entry() {
    let evening = evening().await;
    let last = *seqs(&evening.page("").await).last().expect("an entry");
    for (seq, expected) in [
        (last, vec![]),
        (last - 1, vec!["Long", "One", "Two", "Three"]),
    ] {
        let path = evening.path(&format!("/state?at_seq={seq}"));
        let (_, told) = evening.server.get(&path, &evening.guest.token).await;
        assert_eq!(titles(&told["room"]), expected);
    }
}

#[tokio::test]
async fn an_evening_is_played_again_by_any_of_its_members_in_a_room_of_their_own() {
    let evening = evening().await;
    let (status, made) = evening.again(&evening.guest, json!({})).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    assert_ne!(made["room_id"], evening.room.as_str());
    assert_eq!(titles(&made["room"]), ["Long", "Three"]);
    assert_eq!(made["room"]["host_id"], evening.guest.id.as_str());
    let (_, old) = evening
        .server
        .get(&evening.path(""), &evening.host.token)
        .await;
    assert_eq!(made["room"]["name"], old["room"]["name"]);
    assert_eq!(old["room"]["queue"], json!([]));
    let body = json!({ "name": "Encore" });
    let (_, named) = evening.again(&evening.host, body).await;
    assert_eq!(named["room"]["name"], "Encore");
}

#[tokio::test]
async fn an_evening_is_not_there_for_strangers_and_not_where_nothing_was_played() {
    let evening = evening().await;
    let stranger = evening.server.guest("Stranger").await;
    let (status, _) = evening.again(&stranger, json!({})).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let quiet = Evening {
        room: evening.server.room(&evening.host).await,
        ..evening
    };
    let (status, told) = quiet.again(&quiet.host, json!({})).await;
    assert_eq!(
        (status, &told["code"]),
        (StatusCode::CONFLICT, &json!("CONFLICT"))
    );
}
