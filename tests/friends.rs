//! People: found, asked, accepted, parted; rooms for friends only; invites of friends into rooms.

mod support {
    pub mod server;
}

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use support::server::{Person, Server, Socket};
use tutti::config::Said;

/// A person with a username, who is called the same.
async fn person(server: &Server, username: &str) -> Person {
    let person = server.guest(username).await;
    let body = json!({ "username": username });
    let (status, named) = server
        .post("/api/v1/auth/username", &person.token, body)
        .await;
    assert_eq!(status, StatusCode::OK, "{named}");
    person
}

async fn ask(server: &Server, who: &Person, username: &str) -> (StatusCode, Value) {
    let body = json!({ "username": username });
    server
        .post("/api/v1/friends/request", &who.token, body)
        .await
}

async fn answer(server: &Server, who: &Person, how: &str, request: &Value) -> (StatusCode, Value) {
    let body = json!({ "request_id": request["request_id"] });
    let path = format!("/api/v1/friends/{how}");
    server.post(&path, &who.token, body).await
}

/// Makes two people friends.
async fn befriend(server: &Server, one: &Person, two: &Person, name_of_two: &str) {
    let (status, asked) = ask(server, one, name_of_two).await;
    assert_eq!(status, StatusCode::CREATED, "{asked}");
    let (status, accepted) = answer(server, two, "accept", &asked["request"]).await;
    assert_eq!(status, StatusCode::OK, "{accepted}");
}

async fn friends(server: &Server, who: &Person) -> Vec<Value> {
    let (status, listed) = server.get("/api/v1/friends", &who.token).await;
    assert_eq!(status, StatusCode::OK, "{listed}");
    listed["friends"].as_array().expect("friends").clone()
}

async fn names_of_friends(server: &Server, who: &Person) -> Vec<String> {
    let friends = friends(server, who).await;
    let name = |friend: &Value| friend["username"].as_str().unwrap_or("?").to_owned();
    friends.iter().map(name).collect()
}

async fn requests(server: &Server, who: &Person, kind: &str) -> Vec<Value> {
    let path = format!("/api/v1/friends/requests?type={kind}");
    let (status, listed) = server.get(&path, &who.token).await;
    assert_eq!(status, StatusCode::OK, "{listed}");
    listed["requests"].as_array().expect("requests").clone()
}

async fn relation(server: &Server, who: &Person, text: &str) -> String {
    let path = format!("/api/v1/friends/search?q={text}");
    let (_, found) = server.get(&path, &who.token).await;
    found["users"][0]["relation"]
        .as_str()
        .unwrap_or("nobody")
        .to_owned()
}

async fn remove(server: &Server, who: &Person, friend: &Person) -> StatusCode {
    let path = format!("/api/v1/friends/{}", friend.id);
    server
        .call(Method::DELETE, &path, Some(&who.token), None)
        .await
        .0
}

/// A room set up so; its id.
async fn room(server: &Server, host: &Person, set_up: Value) -> String {
    let (status, made) = server
        .post("/api/v1/rooms/create", &host.token, set_up)
        .await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    made["room_id"].as_str().expect("an id").to_owned()
}

async fn join(server: &Server, who: &Person, room: &str) -> (StatusCode, Value) {
    let body = json!({ "room_id": room });
    server.post("/api/v1/rooms/join", &who.token, body).await
}

async fn invite(server: &Server, who: &Person, room: &str, friend: &Person) -> StatusCode {
    let body = json!({ "user_id": friend.id });
    let path = format!("/api/v1/rooms/{room}/invite");
    server.post(&path, &who.token, body).await.0
}

#[tokio::test]
async fn a_request_that_is_accepted_makes_friends_on_both_sides_at_once() {
    let server = Server::start().await;
    let (ann, bob) = (person(&server, "ann").await, person(&server, "bob").await);
    let (status, asked) = ask(&server, &ann, "BOB").await;
    assert_eq!(status, StatusCode::CREATED, "{asked}");
    let request = &asked["request"];
    assert_eq!(request["status"], "pending");
    assert_eq!(request["from"]["username"], "ann");
    assert_eq!(request["to"]["user_id"], bob.id);
    assert_eq!(
        requests(&server, &ann, "sent").await,
        std::slice::from_ref(request)
    );
    let received = requests(&server, &bob, "received").await;
    assert_eq!(received[0]["request_id"], request["request_id"]);
    assert_eq!(relation(&server, &ann, "bo").await, "request_sent");
    assert_eq!(relation(&server, &bob, "an").await, "request_received");
    assert_eq!(relation(&server, &bob, "bob").await, "self");

    let (status, accepted) = answer(&server, &bob, "accept", request).await;
    assert_eq!(status, StatusCode::OK, "{accepted}");
    assert_eq!(accepted["request"]["status"], "accepted");
    assert_eq!(accepted["request"]["from"]["username"], "ann");
    assert_eq!(names_of_friends(&server, &ann).await, ["bob"]);
    assert_eq!(names_of_friends(&server, &bob).await, ["ann"]);
    assert_eq!(requests(&server, &ann, "sent").await, [] as [Value; 0]);
    assert_eq!(relation(&server, &ann, "bob").await, "friend");
}

#[tokio::test]
async fn a_request_is_answered_once_and_made_once() {
    let server = Server::start().await;
    let (ann, bob) = (person(&server, "ann").await, person(&server, "bob").await);
    let (_, asked) = ask(&server, &ann, "bob").await;
    assert_eq!(ask(&server, &ann, "bob").await.0, StatusCode::CONFLICT);
    assert_eq!(
        ask(&server, &ann, "ann").await.0,
        StatusCode::BAD_REQUEST,
        "nobody asks themselves"
    );
    assert_eq!(ask(&server, &ann, "nobody").await.0, StatusCode::NOT_FOUND);
    let request = &asked["request"];
    let (status, body) = answer(&server, &ann, "accept", request).await;
    assert_eq!(status, StatusCode::NOT_FOUND, "it is for bob: {body}");
    let (status, rejected) = answer(&server, &bob, "reject", request).await;
    assert_eq!(status, StatusCode::OK, "{rejected}");
    assert_eq!(rejected["request"]["status"], "rejected");
    for how in ["accept", "reject"] {
        let (status, body) = answer(&server, &bob, how, request).await;
        assert_eq!(status, StatusCode::CONFLICT, "{body}");
        assert_eq!(body["code"], "CONFLICT");
    }
    let (status, _) = ask(&server, &ann, "bob").await;
    assert_eq!(status, StatusCode::CREATED, "who was refused may ask again");
    assert_eq!(friends(&server, &bob).await, [] as [Value; 0]);
}

#[tokio::test]
async fn a_crossing_request_accepts_the_first() {
    let server = Server::start().await;
    let (ann, bob) = (person(&server, "ann").await, person(&server, "bob").await);
    let (_, asked) = ask(&server, &ann, "bob").await;
    let (status, crossed) = ask(&server, &bob, "ann").await;
    assert_eq!(status, StatusCode::CREATED);
    assert_eq!(crossed["request"]["status"], "accepted");
    assert_eq!(
        crossed["request"]["request_id"],
        asked["request"]["request_id"]
    );
    assert_eq!(names_of_friends(&server, &ann).await, ["bob"]);
    assert_eq!(names_of_friends(&server, &bob).await, ["ann"]);
}

#[tokio::test]
async fn two_who_ask_each_other_at_the_same_moment_are_friends() {
    let server = Server::start().await;
    for round in 0..20 {
        let (one, two) = (format!("one_{round}"), format!("two_{round}"));
        let (ann, bob) = (person(&server, &one).await, person(&server, &two).await);
        let (first, second) = tokio::join!(ask(&server, &ann, &two), ask(&server, &bob, &one));
        assert_eq!(
            (first.0, second.0),
            (StatusCode::CREATED, StatusCode::CREATED)
        );
        assert_eq!(names_of_friends(&server, &ann).await, [two]);
        assert_eq!(names_of_friends(&server, &bob).await, [one]);
        assert_eq!(requests(&server, &ann, "sent").await, [] as [Value; 0]);
        assert_eq!(requests(&server, &bob, "received").await, [] as [Value; 0]);
    }
}

#[tokio::test]
async fn a_friendship_ends_on_both_sides_and_survives_a_restart_until_then() {
    let server = Server::start().await;
    let (ann, bob) = (person(&server, "ann").await, person(&server, "bob").await);
    befriend(&server, &ann, &bob, "bob").await;
    let server = server.restart().await;
    assert_eq!(names_of_friends(&server, &ann).await, ["bob"]);
    assert_eq!(ask(&server, &bob, "ann").await.0, StatusCode::CONFLICT);
    assert_eq!(remove(&server, &bob, &ann).await, StatusCode::NO_CONTENT);
    assert_eq!(remove(&server, &bob, &ann).await, StatusCode::NOT_FOUND);
    assert_eq!(friends(&server, &ann).await, [] as [Value; 0]);
    assert_eq!(friends(&server, &bob).await, [] as [Value; 0]);
}

#[tokio::test]
async fn people_are_found_by_any_part_of_a_name_in_any_case_and_guests_are_not() {
    let server = Server::start().await;
    let ann = person(&server, "Marianne").await;
    server.guest("Annabel").await;
    for text in ["marian", "IANN", "e", "Marianne"] {
        let path = format!("/api/v1/friends/search?q={text}");
        let (status, found) = server.get(&path, &ann.token).await;
        assert_eq!(status, StatusCode::OK);
        assert_eq!(found["users"].as_array().map(Vec::len), Some(1), "{text}");
        assert_eq!(found["users"][0]["username"], "Marianne");
    }
    let exact = person(&server, "Mari").await;
    let (_, found) = server
        .get("/api/v1/friends/search?q=mari", &ann.token)
        .await;
    assert_eq!(found["users"][0]["user_id"], exact.id, "{found}");
    assert_eq!(found["users"][1]["user_id"], ann.id, "{found}");
    let search = "/api/v1/friends/search";
    let body = json!({ "q": "ann", "limit": 5 });
    let (_, by_body) = server.post(search, &ann.token, body).await;
    assert_eq!(by_body["users"][0]["user_id"], ann.id);
    let with_query = format!("{search}?q=ann&limit=20");
    let (_, by_query) = server.post(&with_query, &ann.token, json!({})).await;
    assert_eq!(by_query["users"][0]["user_id"], ann.id);
    let (_, nobody) = server.get(search, &ann.token).await;
    assert_eq!(nobody["users"], json!([]));
}

#[tokio::test]
async fn news_reaches_every_connection_of_the_one_it_concerns() {
    let server = Server::start().await;
    let (ann, bob) = (person(&server, "ann").await, person(&server, "bob").await);
    let (mut phone, mut laptop) = (server.hello(&bob).await, server.hello(&bob).await);
    let mut anns = server.hello(&ann).await;
    let (_, asked) = ask(&server, &ann, "bob").await;
    for socket in [&mut phone, &mut laptop] {
        let news = socket.until("notice").await;
        assert_eq!(news["notice"]["kind"], "friend_request_received");
        assert_eq!(news["notice"]["request"], asked["request"]);
    }
    answer(&server, &bob, "accept", &asked["request"]).await;
    let news = anns.until("notice").await;
    assert_eq!(news["notice"]["kind"], "friend_request_accepted");
    assert_eq!(news["notice"]["friend"]["username"], "bob");
    remove(&server, &ann, &bob).await;
    let news = phone.until("notice").await;
    assert_eq!(news["notice"]["kind"], "friend_removed");
    assert_eq!(news["notice"]["friend"]["user_id"], ann.id);
}

#[tokio::test]
async fn friends_are_seen_online_and_where_one_may_join_them() {
    let server = Server::start().await;
    let (ann, bob) = (person(&server, "ann").await, person(&server, "bob").await);
    befriend(&server, &ann, &bob, "bob").await;
    assert_eq!(friends(&server, &ann).await[0]["online"], false);
    let open = room(&server, &bob, json!({ "name": "Open" })).await;
    let hidden = room(&server, &bob, json!({ "visibility": "invite" })).await;
    let (mut socket, _) = server.follow(&bob, &open).await;
    socket
        .send(json!({ "type": "watch", "room_id": hidden }))
        .await;
    socket.until("snapshot").await;
    let seen = friends(&server, &ann).await;
    assert_eq!(seen[0]["online"], true);
    assert_eq!(seen[0]["listening_in"].as_array().map(Vec::len), Some(1));
    assert_eq!(seen[0]["listening_in"][0]["room_id"], open);
    assert_eq!(seen[0]["listening_in"][0]["name"], "Open");
}

#[tokio::test]
async fn a_request_is_taken_back_until_it_is_answered() {
    let server = Server::start().await;
    let (ann, bob) = (person(&server, "ann").await, person(&server, "bob").await);
    let mut bobs = server.hello(&bob).await;
    let back = async |who: &Person, request: &Value| {
        let name = request["request_id"].as_str().expect("an id");
        let path = format!("/api/v1/friends/requests/{name}");
        let call = server.call(Method::DELETE, &path, Some(&who.token), None);
        call.await.0
    };
    let first = ask(&server, &ann, "bob").await.1["request"].take();
    assert_eq!(back(&bob, &first).await, StatusCode::NOT_FOUND, "not his");
    assert_eq!(back(&ann, &first).await, StatusCode::NO_CONTENT);
    assert_eq!(requests(&server, &ann, "sent").await, [] as [Value; 0]);
    assert_eq!(requests(&server, &bob, "received").await, [] as [Value; 0]);
    let gone = |news: &Value| news["notice"]["kind"] == "friend_request_gone";
    let news = bobs.until_that("notice", gone).await;
    assert_eq!(news["notice"]["request_id"], first["request_id"]);
    assert_eq!(back(&ann, &first).await, StatusCode::NOT_FOUND);
    let (status, _) = answer(&server, &bob, "accept", &first).await;
    assert_eq!(status, StatusCode::CONFLICT);

    let second = ask(&server, &ann, "bob").await.1["request"].take();
    answer(&server, &bob, "accept", &second).await;
    assert_eq!(back(&ann, &second).await, StatusCode::CONFLICT);
    assert_eq!(names_of_friends(&server, &ann).await, ["bob"]);

    let server = server.restart().await;
    assert_eq!(names_of_friends(&server, &bob).await, ["ann"]);
}

/// The next news of where a friend is.
async fn seen(socket: &mut Socket) -> Value {
    let of_a_friend = |news: &Value| news["notice"]["kind"] == "friend_seen";
    let news = socket.until_that("notice", of_a_friend).await;
    news["notice"]["friend"].clone()
}

#[tokio::test]
async fn friends_hear_at_once_who_comes_online_where_they_listen_and_that_they_are_gone() {
    let server = Server::start().await;
    let (ann, bob) = (person(&server, "ann").await, person(&server, "bob").await);
    befriend(&server, &ann, &bob, "bob").await;
    let open = room(&server, &bob, json!({ "name": "Open" })).await;
    let hidden = room(&server, &bob, json!({ "visibility": "invite" })).await;
    let mut anns = server.hello(&ann).await;

    let mut bobs = server.hello(&bob).await;
    let news = seen(&mut anns).await;
    assert_eq!(news["user_id"], bob.id);
    assert_eq!(news["username"], "bob");
    assert_eq!(news["online"], true);
    assert_eq!(news["listening_in"], json!([]));

    bobs.send(json!({ "type": "watch", "room_id": hidden }))
        .await;
    let news = seen(&mut anns).await;
    assert_eq!(news["listening_in"], json!([]), "she may not enter there");
    bobs.send(json!({ "type": "watch", "room_id": open })).await;
    let news = seen(&mut anns).await;
    assert_eq!(news, friends(&server, &ann).await[0]);
    assert_eq!(news["listening_in"][0]["room_id"], open);

    drop(bobs);
    let news = seen(&mut anns).await;
    assert_eq!(news["online"], false);
    assert_eq!(news["listening_in"], json!([]));
}

#[tokio::test]
async fn nobody_but_accepted_friends_hears_who_comes_online() {
    let server = Server::start().await;
    let (ann, bob) = (person(&server, "ann").await, person(&server, "bob").await);
    let (cleo, dora) = (person(&server, "cleo").await, person(&server, "dora").await);
    ask(&server, &ann, "bob").await;
    befriend(&server, &cleo, &bob, "bob").await;
    befriend(&server, &dora, &ann, "ann").await;
    remove(&server, &cleo, &bob).await;
    let mut anns = server.hello(&ann).await;
    let mut cleos = server.hello(&cleo).await;
    let _bobs = server.hello(&bob).await;
    let doras = server.hello(&dora).await;
    assert_eq!(seen(&mut anns).await["username"], "dora");
    befriend(&server, &cleo, &dora, "dora").await;
    drop(doras);
    // That is told later than that bob came: his coming would have been heard before.
    for socket in [&mut anns, &mut cleos] {
        let news = seen(socket).await;
        assert_eq!(news["username"], "dora");
        assert_eq!(news["online"], false);
    }
}

#[tokio::test]
async fn a_room_for_friends_is_there_for_friends_of_its_host_and_for_nobody_else() {
    let server = Server::start().await;
    let (ann, bob) = (person(&server, "ann").await, person(&server, "bob").await);
    let carl = person(&server, "carl").await;
    befriend(&server, &ann, &bob, "bob").await;
    let id = room(&server, &ann, json!({ "is_friends_only": true })).await;
    let path = format!("/api/v1/rooms/{id}");
    let discovered = |found: Value| found["rooms"].as_array().map_or(0, Vec::len);

    let (status, refused) = join(&server, &carl, &id).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert_eq!(refused["code"], "JOIN_FAILED");
    assert_eq!(
        server.get(&path, &carl.token).await.0,
        StatusCode::NOT_FOUND
    );
    let (_, found) = server.get("/api/v1/rooms/discover", &carl.token).await;
    assert_eq!(discovered(found), 0);
    let mut socket = server.hello(&carl).await;
    socket.send(json!({ "type": "watch", "room_id": id })).await;
    assert_eq!(socket.until("unwatched").await["code"], "NOT_IN_ROOM");

    assert_eq!(server.get(&path, &bob.token).await.0, StatusCode::OK);
    let (_, found) = server.get("/api/v1/rooms/discover", &bob.token).await;
    assert_eq!(discovered(found), 1);
    assert_eq!(join(&server, &bob, &id).await.0, StatusCode::OK);
    server.follow(&bob, &id).await;

    let ban = format!("{path}/ban");
    let body = json!({ "user_id": bob.id });
    let (status, banned) = server.post(&ban, &ann.token, body).await;
    assert!(status.is_success(), "{banned}");
    assert_eq!(server.get(&path, &bob.token).await.0, StatusCode::NOT_FOUND);
    assert_eq!(join(&server, &bob, &id).await.0, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn who_is_a_friend_no_more_stays_a_member_and_once_gone_stays_out() {
    let server = Server::start().await;
    let (ann, bob) = (person(&server, "ann").await, person(&server, "bob").await);
    befriend(&server, &ann, &bob, "bob").await;
    let id = room(&server, &ann, json!({ "is_friends_only": true })).await;
    join(&server, &bob, &id).await;
    remove(&server, &ann, &bob).await;
    server.follow(&bob, &id).await;
    let leave = format!("/api/v1/rooms/{id}/leave");
    server.post(&leave, &bob.token, json!({})).await;
    assert_eq!(join(&server, &bob, &id).await.0, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_member_invites_a_friend_who_may_then_join_or_put_it_aside() {
    let server = Server::start().await;
    let (ann, bob) = (person(&server, "ann").await, person(&server, "bob").await);
    let carl = person(&server, "carl").await;
    befriend(&server, &ann, &bob, "bob").await;
    let id = room(
        &server,
        &ann,
        json!({ "name": "Cellar", "visibility": "invite" }),
    )
    .await;
    let mut socket = server.hello(&bob).await;
    assert_eq!(
        invite(&server, &ann, &id, &carl).await,
        StatusCode::FORBIDDEN,
        "no friend"
    );
    assert_eq!(
        invite(&server, &bob, &id, &ann).await,
        StatusCode::FORBIDDEN,
        "no member"
    );
    assert_eq!(join(&server, &bob, &id).await.0, StatusCode::FORBIDDEN);
    assert_eq!(
        invite(&server, &ann, &id, &bob).await,
        StatusCode::NO_CONTENT
    );
    let news = socket.until("notice").await;
    assert_eq!(news["notice"]["kind"], "room_invite");
    assert_eq!(news["notice"]["invite"]["room_name"], "Cellar");

    let server = server.restart().await;
    let listed = server.get("/api/v1/me/invites", &bob.token).await.1;
    assert_eq!(listed["invites"][0]["room_id"], id);
    assert_eq!(listed["invites"][0]["invited_by"]["username"], "ann");
    assert_eq!(join(&server, &bob, &id).await.0, StatusCode::OK);
    let listed = server.get("/api/v1/me/invites", &bob.token).await.1;
    assert_eq!(listed["invites"], json!([]), "used up");

    let other = room(&server, &ann, json!({ "visibility": "friends" })).await;
    invite(&server, &ann, &other, &bob).await;
    let path = format!("/api/v1/me/invites/{other}");
    let aside = || server.call(Method::DELETE, &path, Some(&bob.token), None);
    assert_eq!(aside().await.0, StatusCode::NO_CONTENT);
    assert_eq!(aside().await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_eleventh_friend_request_in_an_hour_is_refused_with_the_time_to_wait() {
    let server = Server::with(Said::default()).await;
    let ann = person(&server, "ann").await;
    for _ in 0..10 {
        assert_eq!(ask(&server, &ann, "nobody").await.0, StatusCode::NOT_FOUND);
    }
    let request = server.http.post(server.url("/api/v1/friends/request"));
    let request = request
        .bearer_auth(&ann.token)
        .json(&json!({ "username": "nobody" }));
    let refused = request.send().await.expect("an answer");
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    let wait: u64 = refused.headers()["retry-after"]
        .to_str()
        .expect("text")
        .parse()
        .expect("seconds");
    assert!((1..=360).contains(&wait), "{wait}");
}
