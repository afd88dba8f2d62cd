//! Web Push: what people without an open page are told, by a push service that stands in for those of the browsers.

mod support {
    pub mod push_service;
    pub mod server;
}

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use support::push_service::{Device, PushService};
use support::server::{Person, Server};
use tutti::config::{Limits, Said, Switch};

async fn pushing(hosts: &[String]) -> Server {
    Server::with(Said {
        limits: Some(Limits::Off),
        push: Some(Switch::On),
        push_host: Some(hosts.to_vec()),
        ..Said::default()
    })
    .await
}

async fn person(server: &Server, username: &str) -> Person {
    let person = server.guest(username).await;
    let body = json!({ "username": username });
    let (status, named) = server
        .post("/api/v1/auth/username", &person.token, body)
        .await;
    assert_eq!(status, StatusCode::OK, "{named}");
    person
}

async fn ask(server: &Server, who: &Person, username: &str) -> Value {
    let body = json!({ "username": username });
    let (status, asked) = server
        .post("/api/v1/friends/request", &who.token, body)
        .await;
    assert_eq!(status, StatusCode::CREATED, "{asked}");
    asked["request"].clone()
}

async fn subscribe(server: &Server, who: &Person, body: Value) -> (StatusCode, Value) {
    let (token, path) = (Some(who.token.as_str()), "/api/v1/me/push");
    server.call(Method::PUT, path, token, Some(body)).await
}

async fn key(server: &Server) -> Value {
    let path = "/api/v1/push/key";
    server.call(Method::GET, path, None, None).await.1["key"].clone()
}

#[tokio::test]
async fn who_has_no_page_open_is_told_of_requests_new_friends_and_invites() {
    let mut service = PushService::start().await;
    let server = pushing(&[service.origin()]).await;
    let (ann, ben) = (person(&server, "ann").await, person(&server, "ben").await);
    let (of_ann, of_ben) = (Device::new(1), Device::new(2));
    for (who, device, path) in [(&ann, &of_ann, "/to/ann"), (&ben, &of_ben, "/to/ben")] {
        let (status, answer) =
            subscribe(&server, who, device.subscription(&service.url(path))).await;
        assert_eq!(status, StatusCode::NO_CONTENT, "{answer}");
    }

    let request = ask(&server, &ann, "ben").await;
    let told = service.next().await;
    assert_eq!(told.path, "/to/ben");
    let from = json!({ "user_id": ann.id, "name": "ann" });
    let expected = json!({ "type": "friend_request", "from": from });
    assert_eq!(of_ben.read(&told.body), expected);
    assert_eq!(told.headers["content-encoding"], "aes128gcm");
    assert_eq!(told.headers["ttl"], "86400");
    let (scheme, who) = told.headers["authorization"]
        .split_once(' ')
        .expect("two words");
    let signed_by = who.split_once(", k=").expect("a key").1;
    assert_eq!(
        (scheme, signed_by),
        ("vapid", key(&server).await.as_str().unwrap())
    );

    let body = json!({ "request_id": request["request_id"] });
    server
        .post("/api/v1/friends/accept", &ben.token, body)
        .await;
    let told = service.next().await;
    assert_eq!(told.path, "/to/ann");
    assert_eq!(of_ann.read(&told.body)["type"], "new_friend");

    let room = server.room(&ann).await;
    let path = format!("/api/v1/rooms/{room}/invite");
    server
        .post(&path, &ann.token, json!({ "user_id": ben.id }))
        .await;
    let told = of_ben.read(&service.next().await.body);
    assert_eq!(told["type"], "room_invite");
    assert_eq!(
        (&told["room_id"], &told["room_name"]),
        (&json!(room), &json!("Room"))
    );
}

#[tokio::test]
async fn who_has_a_page_open_is_told_there_and_only_there() {
    let mut service = PushService::start().await;
    let server = pushing(&[service.origin()]).await;
    let ben = person(&server, "ben").await;
    let device = Device::new(2);
    subscribe(&server, &ben, device.subscription(&service.url("/ben"))).await;

    let mut page = server.hello(&ben).await;
    ask(&server, &person(&server, "ann").await, "ben").await;
    page.until("notice").await;
    drop(page);
    let (cem, mut names) = (person(&server, "cem").await, Vec::new());
    server.until_gone(&ben).await;
    ask(&server, &cem, "ben").await;
    names.push(device.read(&service.next().await.body)["from"]["name"].clone());
    assert_eq!(names, ["cem"], "nothing was pushed while the page was open");
}

#[tokio::test]
async fn a_subscription_outlives_the_server_and_ends_with_the_wish() {
    let mut service = PushService::start().await;
    let server = pushing(&[service.origin()]).await;
    let ben = person(&server, "ben").await;
    let (ann, cem) = (person(&server, "ann").await, person(&server, "cem").await);
    let device = Device::new(2);
    subscribe(&server, &ben, device.subscription(&service.url("/ben"))).await;
    let before = key(&server).await;

    let server = server.restart().await;
    assert_eq!(
        key(&server).await,
        before,
        "browsers subscribed with this key"
    );
    ask(&server, &ann, "ben").await;
    service.next().await;

    let path = "/api/v1/me/push";
    let (status, _) = server
        .call(Method::DELETE, path, Some(&ben.token), None)
        .await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    ask(&server, &cem, "ben").await;
    // What is pushed to another comes next: nothing was pushed to Ben before it.
    let dan = person(&server, "dan").await;
    subscribe(
        &server,
        &dan,
        Device::new(3).subscription(&service.url("/dan")),
    )
    .await;
    ask(&server, &cem, "dan").await;
    assert_eq!(service.next().await.path, "/dan");
}

#[tokio::test]
async fn a_busy_service_is_asked_again_and_a_subscription_that_is_gone_is_forgotten() {
    let mut service = PushService::start().await;
    let server = pushing(&[service.origin()]).await;
    let (ann, ben) = (person(&server, "ann").await, person(&server, "ben").await);
    let device = Device::new(2);
    subscribe(&server, &ben, device.subscription(&service.url("/ben"))).await;
    service.will_answer(&[
        "429 Too Many Requests\r\nRetry-After: 0",
        "503 Busy\r\nRetry-After: 0",
        "410 Gone",
    ]);

    ask(&server, &ann, "ben").await;
    let tries = [
        service.next().await,
        service.next().await,
        service.next().await,
    ];
    for sealed in &tries {
        assert_eq!(device.read(&sealed.body)["type"], "friend_request");
    }
    assert_ne!(tries[0].body, tries[1].body, "sealed anew each time");
    server.until_unsubscribed(&ben).await;
}

#[tokio::test]
async fn an_address_of_anywhere_else_is_never_called() {
    let named = PushService::start().await;
    let other = PushService::start().await;
    let server = pushing(&[named.origin()]).await;
    let ben = person(&server, "ben").await;
    let device = Device::new(2);
    for bad in [
        other.url("/"),
        named.url("/").replace("http:", "https:"),
        named.url("/").replace("127.0.0.1", "localhost"),
        "https://169.254.169.254/latest".to_owned(),
        "https://fcm.googleapis.com@127.0.0.1/".to_owned(),
        "not an address".to_owned(),
    ] {
        let (status, answer) = subscribe(&server, &ben, device.subscription(&bad)).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{bad}");
        assert_eq!(answer["code"], "INVALID_REQUEST", "{bad}");
    }
    let mut wrong = device.subscription(&named.url("/"));
    wrong["keys"]["p256dh"] = json!("AAAA");
    assert_eq!(
        subscribe(&server, &ben, wrong).await.0,
        StatusCode::BAD_REQUEST
    );
}

#[tokio::test]
async fn a_server_sends_nothing_by_itself() {
    let server = Server::start().await;
    let ben = person(&server, "ben").await;
    assert_eq!(key(&server).await, Value::Null);
    let fine = Device::new(2).subscription("https://fcm.googleapis.com/fcm/send/abc");
    assert_eq!(
        subscribe(&server, &ben, fine).await.0,
        StatusCode::NOT_FOUND
    );
    let secrets = std::fs::read_to_string(server.data().join("secrets.json")).expect("secrets");
    assert!(
        !secrets.contains("push_key"),
        "no key is made that nobody needs"
    );
}
