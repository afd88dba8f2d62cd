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
async fn a_disabled_account_is_signed_out_at_once_and_signs_in_again_only_when_it_is_enabled() {
    let server = Server::start().await;
    let (ann, ben) = (
        register(&server, "ann").await,
        register(&server, "ben").await,
    );
    let mut socket = server.hello(&ben).await;
    let turn = async |server: &Server, how: &str| {
        let path = format!("/api/v1/admin/users/{}/{how}", ben.id);
        server.post(&path, &ann.token, Value::Null).await.0
    };
    let sign_in = async |server: &Server, password: &str| {
        let body = json!({ "username": "ben", "password": password });
        let path = "/api/v1/auth/login";
        let (status, told) = server.call(Method::POST, path, None, Some(body)).await;
        (status.as_u16(), told["code"].clone())
    };
    assert_eq!(turn(&server, "disable").await, StatusCode::NO_CONTENT);
    let closed = tokio::time::timeout(std::time::Duration::from_secs(1), socket.until_closed());
    assert!(closed.await.is_ok(), "the socket is closed within a second");
    let (status, _) = server.get("/api/v1/me", &ben.token).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    let refresh = json!({ "refresh_token": ben.refresh });
    let path = "/api/v1/auth/refresh";
    let (status, _) = server.call(Method::POST, path, None, Some(refresh)).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    // It is a fact of the account, and only whoever knows the password is told of it.
    let server = server.restart().await;
    assert_eq!(sign_in(&server, PASSWORD).await, (403, json!("FORBIDDEN")));
    assert_eq!(
        sign_in(&server, "wrong").await,
        (401, json!("AUTH_REQUIRED"))
    );
    let (_, told) = server.get("/api/v1/admin/users?q=ben", &ann.token).await;
    assert!(told["users"][0]["disabled_at"].is_string(), "{told}");
    assert_eq!(turn(&server, "enable").await, StatusCode::NO_CONTENT);
    assert_eq!(sign_in(&server, PASSWORD).await.0, 200);
}

#[tokio::test]
async fn nobody_disables_themselves() {
    let server = Server::start().await;
    let ann = register(&server, "ann").await;
    let path = format!("/api/v1/admin/users/{}/disable", ann.id);
    let (status, _) = server.post(&path, &ann.token, Value::Null).await;
    assert_eq!(status, StatusCode::CONFLICT);
    let nobody = format!("/api/v1/admin/users/user_{}/disable", "0".repeat(32));
    let (status, _) = server.post(&nobody, &ann.token, Value::Null).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_session_that_outlived_its_accounts_end_in_a_crash_is_over_after_the_restart() {
    use tutti::domain::user::Command;
    let server = Server::start().await;
    register(&server, "ann").await;
    let ben = register(&server, "ben").await;
    let id: tutti::ids::UserId = ben.id.parse().unwrap();
    let app = server.app();
    // As much as was durable when the machine went down: the account, and not yet its sessions.
    let disable = Command::Disable { by: None };
    app.tell_user(id, disable).await.unwrap();
    assert_eq!(app.sessions_of(id).len(), 1);
    let server = server.restart().await;
    let (status, _) = server.get("/api/v1/me", &ben.token).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
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
    let (_, status) = server.get("/api/v1/admin/status", &ann.token).await;
    let figures = &status["journal_figures"];
    assert_eq!(
        (&figures["entries"], &figures["streams"]),
        (&verified["entries"], &verified["streams"])
    );
    assert!(figures["bytes"].as_u64().expect("a size") > 0);
    let syncs = &figures["syncs"];
    let ms = |name: &str| syncs[name].as_f64().expect("a time");
    assert!(syncs["count"].as_u64().expect("a number") > 3);
    assert!(
        0.0 < ms("p50_ms") && ms("p50_ms") <= ms("p99_ms"),
        "{syncs}"
    );
    assert!(ms("p99_ms") <= ms("worst_ms"), "{syncs}");
    // What was counted as it went is counted anew at a start.
    let server = server.restart().await;
    let (_, again) = server.get("/api/v1/admin/status", &ann.token).await;
    assert_eq!(again["journal_figures"]["entries"], verified["entries"]);
    assert_eq!(again["journal_figures"]["streams"], verified["streams"]);
}
