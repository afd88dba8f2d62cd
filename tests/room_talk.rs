//! What people do in a room beside its music, over the native socket and REST: moderate, vote, chat, undo.

mod support {
    pub mod scene;
    pub mod server;
}

use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use support::scene::{Scene, scene};
use support::server::Person;
use tutti::clock::Stopwatch;

impl Scene {
    async fn post(&self, who: &Person, rest: &str, body: Value) -> (StatusCode, Value) {
        self.server.post(&self.path(rest), &who.token, body).await
    }

    async fn get(&self, who: &Person, rest: &str) -> (StatusCode, Value) {
        self.server.get(&self.path(rest), &who.token).await
    }

    async fn call(&self, method: Method, who: &Person, rest: &str) -> StatusCode {
        let path = self.path(rest);
        let call = self.server.call(method, &path, Some(&who.token), None);
        call.await.0
    }

    async fn titles(&self) -> Vec<String> {
        let (_, playlist) = self.get(&self.host, "/playlist").await;
        let items = playlist["items"].as_array().unwrap().iter();
        items
            .map(|item| item["track"]["title"].as_str().unwrap().to_owned())
            .collect()
    }

    fn named(&self, who: &Person) -> Value {
        json!({ "user_id": who.id })
    }
}

#[tokio::test]
async fn who_is_kicked_stops_hearing_within_a_second_and_may_come_back() {
    let scene = scene().await;
    let (mut guest, _) = scene.server.follow(&scene.guest, &scene.room).await;
    let (mut host, _) = scene.server.follow(&scene.host, &scene.room).await;
    let began = Stopwatch::start();
    let kick = json!({ "type": "kick", "user_id": scene.guest.id });
    host.send(
        json!({ "type": "command", "command_id": "k", "room_id": scene.room, "command": kick }),
    )
    .await;
    let entry = host.until("entry").await;
    assert_eq!(entry["events"][0]["type"], "member_kicked");
    assert_eq!(entry["events"][0]["by"], scene.host.id);
    assert_eq!(entry["events"][1]["type"], "member_left");
    let out = guest.until("unwatched").await;
    assert_eq!(out["code"], "NOT_IN_ROOM");
    assert_eq!(out["why"], "kicked");
    assert!(began.elapsed() < Duration::from_secs(1));
    let say = json!({ "type": "say", "text": "hello?" });
    assert_eq!(guest.command(&scene.room, say).await["code"], "NOT_IN_ROOM");
    scene.server.join(&scene.guest, &scene.room).await;
}

#[tokio::test]
async fn who_is_banned_is_out_and_comes_in_on_no_path_until_unbanned() {
    let scene = scene().await;
    let (mut guest, _) = scene.server.follow(&scene.guest, &scene.room).await;
    let (_, room) = scene.get(&scene.host, "").await;
    let code = &room["room"]["invite_code"];
    let (status, banned) = scene
        .post(&scene.host, "/ban", scene.named(&scene.guest))
        .await;
    assert_eq!(status, StatusCode::OK, "{banned}");
    let out = guest.until("unwatched").await;
    assert_eq!(
        (&out["code"], &out["why"]),
        (&json!("FORBIDDEN"), &json!("banned"))
    );
    for body in [
        json!({ "room_id": scene.room }),
        json!({ "invite_code": code }),
    ] {
        let join = scene
            .server
            .post("/api/v1/rooms/join", &scene.guest.token, body);
        let (status, refused) = join.await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{refused}");
        assert!(refused["message"].as_str().unwrap().contains("banned"));
    }
    let (_, bans) = scene.get(&scene.host, "/bans").await;
    assert_eq!(bans["bans"][0]["user_id"], scene.guest.id);
    assert_eq!(bans["bans"][0]["name"], "Guest");
    scene
        .post(&scene.host, "/unban", scene.named(&scene.guest))
        .await;
    scene.server.join(&scene.guest, &scene.room).await;
    let (_, bans) = scene.get(&scene.host, "/bans").await;
    assert_eq!(bans["bans"], json!([]));
}

#[tokio::test]
async fn who_is_muted_listens_only() {
    let scene = scene().await;
    scene
        .post(&scene.host, "/mute", scene.named(&scene.guest))
        .await;
    let (mut guest, snapshot) = scene.server.follow(&scene.guest, &scene.room).await;
    assert_eq!(snapshot["state"]["muted"], json!([scene.guest.id]));
    let wish = json!({ "title": "Wish", "url": "https://example.org/wish.mp3" });
    for command in [
        json!({ "type": "say", "text": "hello" }),
        json!({ "type": "submit_request", "action": "add", "track": wish }),
    ] {
        let answer = guest.command(&scene.room, command).await;
        assert_eq!(answer["code"], "FORBIDDEN", "{answer}");
    }
    guest
        .send(json!({ "type": "react", "room_id": scene.room, "emoji": "🎉" }))
        .await;
    assert_eq!(guest.until("error").await["code"], "FORBIDDEN");
    let (_, room) = scene.get(&scene.host, "").await;
    let members = room["room"]["members"].as_array().unwrap().clone();
    let muted: Vec<&Value> = members.iter().filter(|m| m["muted"] == true).collect();
    assert_eq!(muted[0]["user_id"], scene.guest.id);
    scene
        .post(&scene.host, "/unmute", scene.named(&scene.guest))
        .await;
    let say = json!({ "type": "say", "text": "hello" });
    assert_eq!(guest.command(&scene.room, say).await["type"], "accepted");
}

#[tokio::test]
async fn the_deciding_vote_skips() {
    let scene = scene().await;
    let second = scene
        .server
        .add_track(&scene.host, &scene.room, "Second", 60_000)
        .await;
    let other = scene.server.guest("Other").await;
    scene.server.join(&other, &scene.room).await;
    let (mut host, snapshot) = scene.server.follow(&scene.host, &scene.room).await;
    assert_eq!(
        snapshot["state"]["vote_skip"],
        json!({ "enabled": true, "percent": 50 })
    );
    let (mut guest, _) = scene.server.follow(&scene.guest, &scene.room).await;
    let (mut third, _) = scene.server.follow(&other, &scene.room).await;
    let vote = json!({ "type": "vote_skip" });
    assert_eq!(
        guest.command(&scene.room, vote.clone()).await["type"],
        "accepted"
    );
    let entry = host.until("entry").await;
    let (votes, needed) = (&entry["events"][0]["votes"], &entry["events"][0]["needed"]);
    assert_eq!((votes, needed), (&json!(1), &json!(2)));
    assert_eq!(third.command(&scene.room, vote).await["type"], "accepted");
    let entry = host.until("entry").await;
    assert_eq!(entry["cause"]["command"], "vote_skip");
    assert_eq!(entry["events"][1]["type"], "item_changed");
    assert_eq!(entry["events"][1]["why"], "voted_off");
    assert_eq!(entry["events"][1]["timeline"]["item_id"], second);
    let off = json!({ "vote_skip": { "enabled": false, "percent": 50 } });
    let path = scene.path("");
    let patch = scene
        .server
        .call(Method::PATCH, &path, Some(&scene.host.token), Some(off));
    assert_eq!(patch.await.0, StatusCode::OK);
    let (status, _) = scene.post(&scene.guest, "/vote-skip", json!({})).await;
    assert_eq!(status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn what_was_deleted_is_in_no_answer() {
    let scene = scene().await;
    let (mut early, snapshot) = scene.server.follow(&scene.guest, &scene.room).await;
    let secret = json!({ "text": "the secret word" });
    let (status, said) = scene.post(&scene.guest, "/chat", secret).await;
    assert_eq!(status, StatusCode::CREATED, "{said}");
    assert_eq!(said["message"]["name"], "Guest");
    let entry = early.until("entry").await;
    assert_eq!(entry["events"][0]["message"]["text"], "the secret word");
    let name = said["message"]["message_id"].as_str().unwrap();
    let path = format!("/chat/{name}");
    let delete = scene.call(Method::DELETE, &scene.host, &path).await;
    assert_eq!(delete, StatusCode::NO_CONTENT);
    assert_eq!(early.until("entry").await["events"][0]["message_id"], name);

    let mut answers = vec![
        scene.get(&scene.host, "/chat").await.1,
        scene.get(&scene.host, "/history").await.1,
        scene.server.follow(&scene.host, &scene.room).await.1,
    ];
    let mut back = scene.server.hello(&scene.guest).await;
    let (epoch, seq) = (&snapshot["epoch"], &snapshot["seq"]);
    back.send(json!({ "type": "watch", "room_id": scene.room, "epoch": epoch, "after_seq": seq }))
        .await;
    answers.push(back.until("entry").await);
    for answer in &answers {
        let text = answer.to_string();
        assert!(!text.contains("secret"), "{text}");
        assert!(text.contains(name), "{text}");
    }
    assert_eq!(answers[0]["messages"][0]["text"], Value::Null);
}

#[tokio::test]
async fn the_chat_goes_back_page_by_page_to_its_first_message_and_over_a_restart() {
    let scene = scene().await;
    for n in 1..=7 {
        let body = json!({ "text": format!("message {n}") });
        let (status, _) = scene.post(&scene.guest, "/chat", body).await;
        assert_eq!(status, StatusCode::CREATED);
        scene
            .post(
                &scene.host,
                "/playback",
                json!({ "action": "seek", "position_ms": n }),
            )
            .await;
    }
    let server = scene.server.restart().await;
    let mut told = Vec::new();
    let mut before = String::new();
    loop {
        let path = format!("/api/v1/rooms/{}/chat?limit=3{before}", scene.room);
        let (status, page) = server.get(&path, &scene.host.token).await;
        assert_eq!(status, StatusCode::OK, "{page}");
        let messages = page["messages"].as_array().unwrap();
        let texts = messages.iter().rev();
        told.extend(texts.map(|m| m["text"].as_str().unwrap().to_owned()));
        match page["before_seq"].as_u64() {
            Some(seq) => before = format!("&before_seq={seq}"),
            None => break,
        }
    }
    let expected: Vec<String> = (1..=7).rev().map(|n| format!("message {n}")).collect();
    assert_eq!(told, expected);
    let (_, snapshot) = server.follow(&scene.guest, &scene.room).await;
    assert_eq!(snapshot["state"]["chat"][6]["text"], "message 7");
}

#[tokio::test]
async fn who_controls_undoes_the_latest_destructive_change() {
    let scene = scene().await;
    scene
        .server
        .add_track(&scene.host, &scene.room, "Second", 1_000)
        .await;
    assert_eq!(
        scene.call(Method::DELETE, &scene.host, "/playlist").await,
        StatusCode::NO_CONTENT
    );
    assert_eq!(scene.titles().await, [""; 0]);
    let (status, _) = scene.post(&scene.guest, "/undo", json!({})).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let (mut host, snapshot) = scene.server.follow(&scene.host, &scene.room).await;
    assert_eq!(snapshot["state"]["undo_steps"], 1);
    host.send(json!({ "type": "command", "command_id": "u", "room_id": scene.room, "command": { "type": "undo" } }))
        .await;
    let entry = host.until("entry").await;
    let facts = entry["events"].as_array().unwrap();
    assert_eq!(
        facts.last().unwrap(),
        &json!({ "type": "undone", "left": 0 })
    );
    assert_eq!(scene.titles().await, ["Long", "Second"]);
    let (status, _) = scene.post(&scene.host, "/undo", json!({})).await;
    assert_eq!(status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn one_call_is_one_entry_and_nothing_is_half_applied() {
    let scene = scene().await;
    let second = scene
        .server
        .add_track(&scene.host, &scene.room, "Second", 1_000)
        .await;
    let seq = || async {
        scene.get(&scene.host, "").await.1["room"]["seq"]
            .as_u64()
            .unwrap()
    };
    let before = seq().await;
    let room = scene.path("");
    let host = Some(scene.host.token.as_str());
    let patch = |body: Value| scene.server.call(Method::PATCH, &room, host, Some(body));
    let body = json!({ "name": "New", "control": "everyone", "volume": 0.5, "repeat": "all", "shuffle": true });
    assert_eq!(patch(body).await.0, StatusCode::OK);
    assert_eq!(seq().await, before + 1);
    let wrong = json!({ "name": "Newer", "vote_skip": { "enabled": true, "percent": 0 } });
    assert_eq!(patch(wrong).await.0, StatusCode::BAD_REQUEST);
    let (_, now) = scene.get(&scene.host, "").await;
    assert_eq!(now["room"]["name"], "New");

    let (_, playlist) = scene.get(&scene.host, "/playlist").await;
    let first = playlist["items"][0]["item_id"].clone();
    let order = json!({ "item_ids": [second, first] });
    let path = scene.path("/playlist/order");
    let (status, ordered) = scene
        .server
        .call(Method::PUT, &path, host, Some(order))
        .await;
    assert_eq!(status, StatusCode::OK, "{ordered}");
    assert_eq!(seq().await, before + 2);
    let path = scene.path(&format!("/playlist/{second}"));
    let track = json!({ "title": "Renamed", "url": "https://example.org/b.mp3" });
    let body = json!({ "position": 1, "track": track });
    let (status, _) = scene
        .server
        .call(Method::PATCH, &path, host, Some(body))
        .await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(seq().await, before + 3);
    assert_eq!(scene.titles().await, ["Long", "Renamed"]);
    let (_, history) = scene
        .get(&scene.host, &format!("/history?after_seq={before}"))
        .await;
    let causes: Vec<&Value> = history["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| &e["cause"]["command"])
        .collect();
    assert_eq!(causes, ["set_up", "reorder", "amend"]);
}
