//! Running a server over HTTP: who may, and what they see and do.

mod support {
    pub mod server;
}

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use support::server::{Person, Server};

const PASSWORD: &str = "quince orchard lantern";

async fn register(server: &Server, name: &str) -> Person {
    let body = json!({ "username": name, "password": PASSWORD });
    let path = "/api/v1/auth/register";
    let (status, made) = server.call(Method::POST, path, None, Some(body)).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    Person::of(&made)
}

async fn is_admin(server: &Server, who: &Person) -> bool {
    let (status, me) = server.get("/api/v1/me", &who.token).await;
    assert_eq!(status, StatusCode::OK, "{me}");
    me["user"]["is_admin"].as_bool().expect("a fact")
}

async fn set(server: &Server, admin: &Person, change: Value) -> (StatusCode, Value) {
    let path = "/api/v1/admin/settings";
    let call = server.call(Method::PATCH, path, Some(&admin.token), Some(change));
    call.await
}

#[tokio::test]
async fn the_first_registered_user_runs_the_server_and_no_guest_and_no_later_one_does() {
    let server = Server::start().await;
    let guest = server.guest("Guest").await;
    let (ann, ben) = (
        register(&server, "ann").await,
        register(&server, "ben").await,
    );
    assert!(is_admin(&server, &ann).await);
    assert!(!is_admin(&server, &ben).await);
    assert!(!is_admin(&server, &guest).await);
    for who in [&ben, &guest] {
        let (status, told) = server.get("/api/v1/admin/status", &who.token).await;
        assert_eq!(
            (status, &told["code"]),
            (StatusCode::FORBIDDEN, &json!("FORBIDDEN"))
        );
    }
    // It is a fact of the account, so a restart changes nothing.
    let server = server.restart().await;
    assert!(is_admin(&server, &ann).await);
    assert!(!is_admin(&server, &ben).await);
}

#[tokio::test]
async fn of_many_who_register_at_once_one_alone_runs_the_server() {
    let server = Server::start().await;
    let all = ["ann", "ben", "cem", "dee"].map(|name| register(&server, name));
    let mut admins = 0;
    for person in futures_util::future::join_all(all).await {
        admins += usize::from(is_admin(&server, &person).await);
    }
    assert_eq!(admins, 1);
}

#[tokio::test]
async fn who_runs_the_server_can_be_decided_otherwise() {
    let server = Server::start().await;
    let (ann, ben) = (
        register(&server, "ann").await,
        register(&server, "ben").await,
    );
    let app = server.app();
    app.set_admin(ben.id.parse().unwrap(), true).await.unwrap();
    app.set_admin(ann.id.parse().unwrap(), false).await.unwrap();
    assert!(is_admin(&server, &ben).await);
    assert!(!is_admin(&server, &ann).await);
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
async fn rooms_are_seen_and_closed_whoever_is_in_them() {
    let server = Server::start().await;
    let ann = register(&server, "ann").await;
    let host = server.guest("Host").await;
    let room = server.room(&host).await;
    let (_socket, _) = server.follow(&host, &room).await;
    let (_, told) = server.get("/api/v1/admin/rooms?q=ROO", &ann.token).await;
    let seen = &told["rooms"][0];
    assert_eq!(seen["room_id"], room.as_str());
    assert_eq!(seen["host_name"], "Host");
    assert_eq!(
        (&seen["connected"], &seen["member_count"]),
        (&json!(1), &json!(1))
    );
    let path = format!("/api/v1/admin/rooms/{room}");
    let closed = server
        .call(Method::DELETE, &path, Some(&ann.token), None)
        .await;
    assert_eq!(closed.0, StatusCode::NO_CONTENT);
    let (_, told) = server.get("/api/v1/admin/rooms", &ann.token).await;
    assert_eq!(told, json!({ "rooms": [] }));
    let again = server
        .call(Method::DELETE, &path, Some(&ann.token), None)
        .await;
    assert_eq!(again.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn people_are_found_signed_out_and_erased() {
    let server = Server::start().await;
    let (ann, ben) = (
        register(&server, "ann").await,
        register(&server, "ben").await,
    );
    let (_, told) = server.get("/api/v1/admin/users?q=BE", &ann.token).await;
    assert_eq!(told["users"].as_array().map(Vec::len), Some(1));
    assert_eq!(told["users"][0]["username"], "ben");
    assert_eq!(told["users"][0]["devices"], 1);
    let path = format!("/api/v1/admin/users/{}", ben.id);
    let (_, told) = server
        .post(&format!("{path}/sign-out"), &ann.token, json!({}))
        .await;
    assert_eq!(told, json!({ "devices": 1 }));
    let (status, _) = server.get("/api/v1/me", &ben.token).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    let erased = server
        .call(Method::DELETE, &path, Some(&ann.token), None)
        .await;
    assert_eq!(erased.0, StatusCode::NO_CONTENT);
    let (_, told) = server.get("/api/v1/admin/users", &ann.token).await;
    assert_eq!(told["users"].as_array().map(Vec::len), Some(1));
    let own = format!("/api/v1/admin/users/{}", ann.id);
    let refused = server
        .call(Method::DELETE, &own, Some(&ann.token), None)
        .await;
    assert_eq!(refused.0, StatusCode::CONFLICT);
}

#[tokio::test]
async fn the_state_of_the_server_is_told_and_its_journal_checked() {
    let server = Server::start().await;
    let ann = register(&server, "ann").await;
    server.room(&ann).await;
    let (_, status) = server.get("/api/v1/admin/status", &ann.token).await;
    assert_eq!(
        (&status["people"], &status["rooms"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(status["journal"], "writable");
    assert!(status["free"].as_u64().expect("free space") > 0);
    let path = "/api/v1/admin/journal/verify";
    let (code, verified) = server.post(path, &ann.token, json!({})).await;
    assert_eq!(code, StatusCode::OK, "{verified}");
    assert_eq!(
        (&verified["streams"], &verified["damage"]),
        (&json!(3), &json!([]))
    );
    assert!(verified["entries"].as_u64().expect("a number") > 3);
}
