//! Guests' requests over the native socket and REST: asked for, decided, and seen by everybody.

mod support {
    pub mod scene;
    pub mod server;
}

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use support::scene::{Scene, scene};
use support::server::Server;

fn track(title: &str) -> Value {
    json!({ "title": title, "url": "https://example.org/wish.mp3" })
}

impl Scene {
    async fn wish(&self, title: &str) -> String {
        let body = json!({ "action": "add", "track": track(title) });
        let path = self.path("/requests");
        let (status, asked) = self.server.post(&path, &self.guest.token, body).await;
        assert_eq!(status, StatusCode::CREATED, "{asked}");
        assert_eq!(asked["request"]["status"], "pending");
        asked["request"]["request_id"].as_str().unwrap().to_owned()
    }

    async fn titles(&self) -> Vec<String> {
        let (_, playlist) = self
            .server
            .get(&self.path("/playlist"), &self.guest.token)
            .await;
        let items = playlist["items"].as_array().unwrap().iter();
        items
            .map(|item| item["track"]["title"].as_str().unwrap().to_owned())
            .collect()
    }
}

#[tokio::test]
async fn a_wish_is_seen_by_all_approved_with_its_change_in_one_entry_and_keeps_its_author() {
    let scene = scene().await;
    let (mut host, _) = scene.server.follow(&scene.host, &scene.room).await;
    let (mut guest, _) = scene.server.follow(&scene.guest, &scene.room).await;
    let wish = json!({ "type": "submit_request", "action": "add", "track": track("Wish") });
    assert_eq!(guest.command(&scene.room, wish).await["type"], "accepted");
    let entry = host.until("entry").await;
    assert_eq!(entry["cause"]["command"], "submit_request");
    let asked = &entry["events"][0];
    assert_eq!(asked["type"], "request_submitted");
    assert_eq!(asked["request"]["status"], "pending");
    assert_eq!(asked["request"]["requested_by"], scene.guest.id);
    assert_eq!(asked["request"]["payload"]["track"]["title"], "Wish");

    let name = asked["request"]["request_id"].clone();
    let approve = json!({ "type": "approve_request", "request_id": name });
    let answer = host.command(&scene.room, approve).await;
    assert_eq!(answer["type"], "accepted", "{answer}");
    let decided = guest
        .until_that("entry", |e| e["seq"] == answer["seq"])
        .await;
    assert_eq!(decided["cause"]["command"], "approve_request");
    let facts: Vec<&Value> = decided["events"].as_array().unwrap().iter().collect();
    assert_eq!(facts[0]["type"], "request_approved");
    assert_eq!(facts[0]["decided_by"], scene.host.id);
    assert_eq!(facts[1]["type"], "item_added");
    assert_eq!(facts[1]["item"]["added_by"], scene.guest.id);
}

#[tokio::test]
async fn a_guest_who_patches_place_and_description_asks_for_both_in_one_request() {
    let scene = scene().await;
    let wish = scene.wish("Second").await;
    let approve = |name: &str| format!("/api/v1/requests/{name}/approve");
    let host = &scene.host.token;
    scene.server.post(&approve(&wish), host, json!({})).await;
    let (_, listed) = scene
        .server
        .get(&scene.path("/playlist"), &scene.guest.token)
        .await;
    let item = listed["items"][0]["item_id"].as_str().expect("an id");
    let (path, body) = (
        scene.path(&format!("/playlist/{item}")),
        json!({ "position": 1, "track": track("Renamed") }),
    );
    let guest = Some(scene.guest.token.as_str());
    let (status, asked) = scene
        .server
        .call(Method::PATCH, &path, guest, Some(body))
        .await;
    assert_eq!(status, StatusCode::ACCEPTED, "{asked}");
    let request = &asked["request"];
    assert_eq!(request["status"], "pending");
    assert_eq!(request["payload"]["position"], 1);
    assert_eq!(request["payload"]["track"]["title"], "Renamed");
    assert_eq!(scene.titles().await, ["Long", "Second"]);
    let name = request["request_id"].as_str().expect("an id");
    let (status, _) = scene.server.post(&approve(name), host, json!({})).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(scene.titles().await, ["Second", "Renamed"]);
}

#[tokio::test]
async fn requests_are_listed_decided_by_name_alone_and_decided_once() {
    let scene = scene().await;
    let (yes, no) = (scene.wish("Yes").await, scene.wish("No").await);
    let approve = format!("/api/v1/requests/{yes}/approve");
    let (status, approved) = scene
        .server
        .post(&approve, &scene.host.token, json!({}))
        .await;
    assert_eq!(status, StatusCode::OK, "{approved}");
    assert_eq!(approved["request"]["status"], "approved");
    assert_eq!(approved["request"]["decided_by"], scene.host.id);
    let (status, again) = scene
        .server
        .post(&approve, &scene.host.token, json!({}))
        .await;
    assert_eq!(
        (status, &again["code"]),
        (StatusCode::CONFLICT, &json!("CONFLICT"))
    );

    let deny = format!("/api/v1/requests/{no}/deny");
    let body = json!({ "reason": "not tonight" });
    let (status, denied) = scene.server.post(&deny, &scene.host.token, body).await;
    assert_eq!(status, StatusCode::OK, "{denied}");
    assert_eq!(denied["request"]["reason"], "not tonight");

    assert_eq!(scene.titles().await, ["Long", "Yes"]);
    let (_, all) = scene
        .server
        .get(&scene.path("/requests"), &scene.guest.token)
        .await;
    let fates: Vec<&Value> = all["requests"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| &r["status"])
        .collect();
    assert_eq!(fates, ["denied", "approved"]);
    let pending = scene.path("/requests?status=pending");
    let (_, pending) = scene.server.get(&pending, &scene.guest.token).await;
    assert_eq!(pending["requests"], json!([]));
    let unknown = scene.path("/requests?status=lost");
    assert_eq!(
        scene.server.get(&unknown, &scene.guest.token).await.0,
        StatusCode::BAD_REQUEST
    );
}

#[tokio::test]
async fn a_guests_change_of_the_playlist_becomes_a_request_and_sent_again_stays_one() {
    let scene = scene().await;
    let call = || async {
        let request = scene
            .server
            .http
            .post(scene.server.url(&scene.path("/playlist")));
        let request = request
            .bearer_auth(&scene.guest.token)
            .header("idempotency-key", "once");
        let answer = request
            .json(&json!({ "track": track("Wish") }))
            .send()
            .await
            .unwrap();
        (answer.status(), answer.json::<Value>().await.unwrap())
    };
    let (status, first) = call().await;
    assert_eq!(status, StatusCode::ACCEPTED, "{first}");
    assert_eq!(first["request"]["payload"]["action"], "add");
    assert_eq!(call().await, (status, first));
    let (_, playlist) = scene
        .server
        .get(&scene.path("/playlist"), &scene.guest.token)
        .await;
    let item = playlist["items"][0]["item_id"].as_str().unwrap();
    let path = scene.path(&format!("/playlist/{item}"));
    let guest = Some(scene.guest.token.as_str());
    let (status, removal) = scene.server.call(Method::DELETE, &path, guest, None).await;
    assert_eq!(status, StatusCode::ACCEPTED, "{removal}");
    assert_eq!(
        removal["request"]["payload"],
        json!({ "action": "remove", "item_id": item })
    );
    assert_eq!(scene.titles().await, ["Long"]);
}

#[tokio::test]
async fn where_everyone_controls_a_guests_change_is_made_at_once() {
    let scene = scene().await;
    let room = scene.path("");
    let everyone = Some(json!({ "control": "everyone" }));
    let host = Some(scene.host.token.as_str());
    let (status, _) = scene
        .server
        .call(Method::PATCH, &room, host, everyone)
        .await;
    assert_eq!(status, StatusCode::OK);
    scene
        .server
        .add_track(&scene.guest, &scene.room, "Mine", 1_000)
        .await;
    let body = json!({ "action": "add", "track": track("Also mine") });
    let path = scene.path("/requests");
    let (_, asked) = scene.server.post(&path, &scene.guest.token, body).await;
    assert_eq!(asked["request"]["status"], "approved");
    assert_eq!(scene.titles().await, ["Long", "Mine", "Also mine"]);
}

#[tokio::test]
async fn a_request_survives_a_restart_and_is_found_by_its_name() {
    let scene = scene().await;
    let name = scene.wish("Wish").await;
    let server = scene.server.restart().await;
    let path = format!("/api/v1/requests/{name}/approve");
    let (status, approved) = server.post(&path, &scene.host.token, json!({})).await;
    assert_eq!(status, StatusCode::OK, "{approved}");
    let (mut socket, snapshot) = server.follow(&scene.guest, &scene.room).await;
    let requests = &snapshot["state"]["requests"];
    assert_eq!(requests[0]["request_id"], name);
    assert_eq!(requests[0]["status"], "approved");
    let again = json!({ "type": "withdraw_request", "request_id": name });
    assert_eq!(socket.command(&scene.room, again).await["code"], "CONFLICT");
}

#[tokio::test]
async fn a_request_with_parts_that_do_not_fit_is_refused_by_name() {
    let scene = scene().await;
    let path = scene.path("/requests");
    for (body, named) in [
        (json!({ "action": "add" }), "track"),
        (json!({ "action": "move", "position": 1 }), "item_id"),
        (json!({ "action": "remove", "position": 1 }), "item_id"),
        (json!({ "action": "dance" }), "action"),
        (json!({}), "action"),
    ] {
        let (status, refused) = scene.server.post(&path, &scene.guest.token, body).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{refused}");
        assert!(
            refused["message"].as_str().unwrap().contains(named),
            "{refused}"
        );
    }
}

#[tokio::test]
async fn who_asks_too_often_is_told_when_to_ask_again() {
    let server = Server::with(tutti::config::Said::default()).await;
    let (host, guest) = (server.guest("Host").await, server.guest("Guest").await);
    let room = server.room(&host).await;
    server.join(&guest, &room).await;
    let path = format!("/api/v1/rooms/{room}/requests");
    let body = json!({ "action": "add", "track": track("Wish") });
    let mut answers = Vec::new();
    for _ in 0..11 {
        answers.push(server.post(&path, &guest.token, body.clone()).await);
    }
    let (status, refused) = answers.pop().unwrap();
    assert_eq!(status, StatusCode::TOO_MANY_REQUESTS, "{refused}");
    assert!(refused["retry_after_ms"].is_u64(), "{refused}");
    assert!(
        answers
            .iter()
            .all(|(status, _)| *status == StatusCode::CREATED)
    );
    let (mut socket, _) = server.follow(&guest, &room).await;
    let again = json!({ "type": "submit_request", "action": "add", "track": track("Wish") });
    let answer = socket.command(&room, again).await;
    assert_eq!(answer["code"], "RATE_LIMITED", "{answer}");
    assert!(answer["retry_after_ms"].is_u64(), "{answer}");
}
