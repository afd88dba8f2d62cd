//! Playlists that travel: as files out of a room and into one, saved by a user, and a room begun from one.

mod support {
    pub mod server;
}

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use support::server::{Person, Server};

async fn titles(server: &Server, who: &Person, room: &str) -> Vec<String> {
    let path = format!("/api/v1/rooms/{room}/playlist");
    let (_, playlist) = server.get(&path, &who.token).await;
    let items = playlist["items"].as_array().unwrap().iter();
    items
        .map(|item| item["track"]["title"].as_str().unwrap().to_owned())
        .collect()
}

async fn export(server: &Server, who: &Person, room: &str, format: &str) -> (String, String) {
    let url = server.url(&format!(
        "/api/v1/rooms/{room}/playlist/export?format={format}"
    ));
    let answer = server.http.get(url).bearer_auth(&who.token).send();
    let answer = answer.await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    let kind = answer.headers()["content-type"]
        .to_str()
        .unwrap()
        .to_owned();
    (kind, answer.text().await.unwrap())
}

async fn import(
    server: &Server,
    who: &Person,
    room: &str,
    query: &str,
    kind: &str,
    text: &str,
) -> (StatusCode, Value) {
    let url = server.url(&format!("/api/v1/rooms/{room}/playlist/import{query}"));
    let call = server.http.post(url).bearer_auth(&who.token);
    let call = call.header("content-type", kind).body(text.to_owned());
    let answer = call.send().await.unwrap();
    (answer.status(), answer.json().await.unwrap())
}

#[tokio::test]
async fn a_playlist_goes_out_of_one_room_and_into_another_in_one_entry_in_every_format() {
    let server = Server::start().await;
    let host = server.guest("Host").await;
    let from = server.room(&host).await;
    for title in ["Two & 2", "Three – 3", "Four"] {
        server.add_track(&host, &from, title, 61_234).await;
    }
    let expected = titles(&server, &host, &from).await;
    for format in ["m3u8", "xspf", "json"] {
        let (kind, text) = export(&server, &host, &from, format).await;
        let into = server.room(&host).await;
        let room = format!("/api/v1/rooms/{into}");
        let before = server.get(&room, &host.token).await.1["room"]["seq"].clone();
        let (status, imported) = import(&server, &host, &into, "", &kind, &text).await;
        assert_eq!(status, StatusCode::CREATED, "{imported}");
        assert_eq!(imported["items"].as_array().unwrap().len(), 4);
        let (_, now) = server.get(&room, &host.token).await;
        assert_eq!(now["room"]["seq"], before.as_u64().unwrap() + 1);
        let (status, _) = import(&server, &host, &into, "?replace=true", &kind, &text).await;
        assert_eq!(status, StatusCode::CREATED);
        assert_eq!(titles(&server, &host, &into).await, expected);
    }
}

#[tokio::test]
async fn a_long_file_goes_into_several_entries_and_all_of_it_arrives_once() {
    let server = Server::start().await;
    let host = server.guest("Host").await;
    let room = server.room(&host).await;
    let track = |n: usize| json!({ "title": format!("Song {n}"), "url": format!("https://example.org/{}", "a".repeat(400)) });
    let text = json!({ "tracks": (0..300).map(track).collect::<Vec<_>>() }).to_string();
    for _ in 0..2 {
        let url = server.url(&format!("/api/v1/rooms/{room}/playlist/import?format=json"));
        let call = server.http.post(url).bearer_auth(&host.token);
        let call = call.header("idempotency-key", "once").body(text.clone());
        let answer = call.send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::CREATED);
        let imported: Value = answer.json().await.unwrap();
        assert_eq!(imported["items"].as_array().unwrap().len(), 300);
    }
    assert_eq!(titles(&server, &host, &room).await.len(), 301);
}

#[tokio::test]
async fn a_thousand_tracks_arrive_in_one_go_and_what_is_too_much_leaves_nothing_behind() {
    let server = Server::start().await;
    let host = server.guest("Host").await;
    let room = server.room(&host).await;
    let track = |n: usize| json!({ "title": format!("Song number {n}"), "artists": ["Somebody"], "url": format!("https://example.org/music/{n}.mp3") });
    let file = |count: usize| json!({ "tracks": (0..count).map(track).collect::<Vec<_>>() });
    let kind = "application/json";
    let (status, imported) =
        import(&server, &host, &room, "", kind, &file(1_000).to_string()).await;
    assert_eq!(status, StatusCode::CREATED, "{imported}");
    let items = imported["items"].as_array().unwrap();
    assert_eq!(items.len(), 1_000);
    assert_eq!(items[999]["track"]["title"], "Song number 999");
    assert_eq!(titles(&server, &host, &room).await.len(), 1_001);
    let (status, refused) = import(&server, &host, &room, "", kind, &file(1_999).to_string()).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
    let message = refused["message"].as_str().unwrap();
    let fit = message
        .split(' ')
        .find_map(|word| word.parse::<usize>().ok());
    let fit = fit.expect("how many fit");
    assert!((1_000..1_999).contains(&fit), "{message}");
    assert_eq!(titles(&server, &host, &room).await.len(), 1_001);
    let replaced = file(fit).to_string();
    let (status, imported) = import(&server, &host, &room, "?replace=true", kind, &replaced).await;
    assert_eq!(status, StatusCode::CREATED, "{imported}");
    assert_eq!(titles(&server, &host, &room).await.len(), fit);
    // Kept by the user, it comes back whole too.
    let body = json!({ "name": "All of it", "room_id": room });
    let path = "/api/v1/me/playlists";
    let (status, saved) = server.post(path, &host.token, body).await;
    assert_eq!(status, StatusCode::CREATED, "{}", saved["message"]);
    assert_eq!(saved["playlist"]["track_count"], fit);
    let server = server.restart().await;
    assert_eq!(titles(&server, &host, &room).await.len(), fit);
    let id = saved["playlist"]["playlist_id"].as_str().unwrap();
    let body = json!({ "name": "Again", "playlist_id": id });
    let (status, made) = server.post("/api/v1/rooms/create", &host.token, body).await;
    assert_eq!(status, StatusCode::CREATED, "{}", made["message"]);
    let room = made["room_id"].as_str().unwrap();
    assert_eq!(titles(&server, &host, room).await.len(), fit);
}

#[tokio::test]
async fn what_cannot_be_imported_is_refused_and_changes_nothing() {
    let server = Server::start().await;
    let (host, guest) = (server.guest("Host").await, server.guest("Guest").await);
    let room = server.room(&host).await;
    server.join(&guest, &room).await;
    let m3u8 = "#EXTM3U\nhttps://example.org/a.mp3\nC:\\mine.mp3\n";
    let kind = "audio/mpegurl";
    let (status, _) = import(&server, &guest, &room, "", kind, m3u8).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    for (query, kind, text, expected) in [
        ("", "text/plain", m3u8, StatusCode::BAD_REQUEST),
        ("?format=exe", kind, m3u8, StatusCode::BAD_REQUEST),
        ("?format=xspf", kind, m3u8, StatusCode::BAD_REQUEST),
        (
            "",
            "application/json",
            "{\"tracks\":[{\"title\":\"\",\"url\":\"https://e.org/a\"}]}",
            StatusCode::BAD_REQUEST,
        ),
        (
            "",
            kind,
            &"#".repeat(2 * 1024 * 1024),
            StatusCode::PAYLOAD_TOO_LARGE,
        ),
    ] {
        let (status, refused) = import(&server, &host, &room, query, kind, text).await;
        assert_eq!(status, expected, "{refused}");
    }
    assert_eq!(titles(&server, &host, &room).await, ["Long"]);
    let (status, imported) = import(&server, &host, &room, "", kind, m3u8).await;
    assert_eq!(status, StatusCode::CREATED, "{imported}");
    assert_eq!(imported["skipped"], 1);
}

#[tokio::test]
async fn a_rooms_playlist_is_saved_and_another_room_begins_with_it() {
    let server = Server::start().await;
    let (host, other) = (server.guest("Host").await, server.guest("Other").await);
    let room = server.room(&host).await;
    server.add_track(&host, &room, "Second", 1_000).await;
    let body = json!({ "name": "Evening", "room_id": room });
    let (status, saved) = server
        .post("/api/v1/me/playlists", &host.token, body.clone())
        .await;
    assert_eq!(status, StatusCode::CREATED, "{saved}");
    assert_eq!(saved["playlist"]["track_count"], 2);
    let (status, _) = server
        .post("/api/v1/me/playlists", &other.token, body)
        .await;
    assert_eq!(status, StatusCode::FORBIDDEN);

    let server = server.restart().await;
    let (_, mine) = server.get("/api/v1/me/playlists", &host.token).await;
    let id = mine["playlists"][0]["playlist_id"].clone();
    assert_eq!(mine["playlists"][0]["name"], "Evening");
    let path = format!("/api/v1/me/playlists/{}", id.as_str().unwrap());
    let (_, shown) = server.get(&path, &host.token).await;
    assert_eq!(shown["tracks"][1]["title"], "Second");
    assert_eq!(
        server.get(&path, &other.token).await.0,
        StatusCode::NOT_FOUND
    );

    let body = json!({ "name": "Again", "playlist_id": id });
    let create = "/api/v1/rooms/create";
    let (status, _) = server.post(create, &other.token, body.clone()).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let mut made = Vec::new();
    for _ in 0..2 {
        let call = server
            .http
            .post(server.url(create))
            .bearer_auth(&host.token);
        let call = call.header("idempotency-key", "once").json(&body);
        let answer = call.send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::CREATED);
        made.push(answer.json::<Value>().await.unwrap());
    }
    assert_eq!(made[0]["room_id"], made[1]["room_id"]);
    let again = made[0]["room_id"].as_str().unwrap();
    assert_eq!(titles(&server, &host, again).await, ["Long", "Second"]);

    let gone = server.call(Method::DELETE, &path, Some(&host.token), None);
    assert_eq!(gone.await.0, StatusCode::NO_CONTENT);
    assert_eq!(
        server.get(&path, &host.token).await.0,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn tracks_of_ones_own_are_saved_however_many_fit_into_a_request() {
    let server = Server::start().await;
    let host = server.guest("Host").await;
    let track = |n: usize| json!({ "title": format!("Song {n}"), "url": format!("https://example.org/{}", "a".repeat(300)) });
    let tracks: Vec<Value> = (0..400).map(track).collect();
    let body = json!({ "name": "Long", "tracks": tracks });
    let (status, saved) = server.post("/api/v1/me/playlists", &host.token, body).await;
    assert_eq!(status, StatusCode::CREATED, "{}", saved["message"]);
    assert_eq!(saved["playlist"]["track_count"], 400);
    assert_eq!(saved["tracks"][399]["title"], "Song 399");
    for wrong in [
        json!({ "name": "Both", "tracks": [], "room_id": format!("room_{}", "0".repeat(32)) }),
        json!({ "name": "None" }),
        json!({ "name": "", "tracks": [{ "title": "A", "url": "https://e.org/a" }] }),
        json!({ "name": "Empty", "tracks": [] }),
    ] {
        let (status, refused) = server
            .post("/api/v1/me/playlists", &host.token, wrong)
            .await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{refused}");
    }
}
