//! Signing in: accounts, guests, tokens that rotate, cookies, and what must not be learned from the answers.

mod support {
    pub mod server;
}

use reqwest::header::SET_COOKIE;
use reqwest::{Client, Method, Response, StatusCode};
use serde_json::{Value, json};
use support::server::{Person, Server};
use tutti::config::Said;

const PASSWORD: &str = "blue-sofa-piano";

async fn post(server: &Server, path: &str, body: Value) -> (StatusCode, Value) {
    server
        .call(
            Method::POST,
            &format!("/api/v1/auth/{path}"),
            None,
            Some(body),
        )
        .await
}

async fn register(server: &Server, username: &str) -> Person {
    let body = json!({ "username": username, "password": PASSWORD });
    let (status, answer) = post(server, "register", body).await;
    assert_eq!(status, StatusCode::CREATED, "{answer}");
    Person::of(&answer)
}

#[tokio::test]
async fn an_account_is_made_and_signed_in_to_by_name_or_address_whatever_the_case() {
    let server = Server::start().await;
    let body = json!({ "username": "Marianne", "password": PASSWORD, "email": "m@example.org", "name": "Ma" });
    let (status, made) = post(&server, "register", body).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    assert_eq!(made["user"]["username"], "Marianne");
    assert_eq!(made["user"]["name"], "Ma");
    assert_eq!(made["user"]["is_guest"], false);
    assert_eq!(made["expires_in"], 600);
    for name in [
        json!({ "username": "mARIANNE" }),
        json!({ "email": "M@Example.org" }),
        json!({ "username": "m@example.org" }),
    ] {
        let mut body = name.clone();
        body["password"] = PASSWORD.into();
        let (status, answer) = post(&server, "login", body).await;
        assert_eq!(status, StatusCode::OK, "{name}: {answer}");
        assert_eq!(answer["user"]["user_id"], made["user"]["user_id"]);
    }
}

#[tokio::test]
async fn a_name_or_address_that_is_taken_or_does_not_fit_is_refused() {
    let server = Server::start().await;
    let body = json!({ "username": "marianne", "password": PASSWORD, "email": "m@example.org" });
    post(&server, "register", body).await;
    let attempt = |username: &str, password: &str, email: Option<&str>| {
        let body = json!({ "username": username, "password": password, "email": email });
        let server = &server;
        async move { post(server, "register", body).await }
    };
    for (username, email) in [("MARIANNE", None), ("other", Some("M@example.org"))] {
        let (status, answer) = attempt(username, PASSWORD, email).await;
        assert_eq!(
            (status, &answer["code"]),
            (StatusCode::CONFLICT, &json!("CONFLICT")),
            "{answer}"
        );
    }
    for (username, password, email) in [
        ("ab", PASSWORD, None),
        ("with space", PASSWORD, None),
        ("fine", "short", None),
        ("fine", "password123", None),
        ("marianne2", "Marianne2", None),
        ("fine", PASSWORD, Some("nowhere")),
    ] {
        let (status, answer) = attempt(username, password, email).await;
        assert_eq!(
            status,
            StatusCode::BAD_REQUEST,
            "{username} {password}: {answer}"
        );
    }
}

#[tokio::test]
async fn an_unknown_name_and_a_wrong_password_get_the_same_answer() {
    let server = Server::start().await;
    register(&server, "marianne").await;
    let wrong = post(
        &server,
        "login",
        json!({ "username": "marianne", "password": "green-sofa-piano" }),
    )
    .await;
    let unknown = post(
        &server,
        "login",
        json!({ "username": "nobody", "password": "green-sofa-piano" }),
    )
    .await;
    let no_name = post(
        &server,
        "login",
        json!({ "username": "no such name!", "password": "x" }),
    )
    .await;
    assert_eq!(wrong.0, StatusCode::UNAUTHORIZED);
    assert_eq!(wrong, unknown);
    assert_eq!(wrong, no_name);
}

#[tokio::test]
async fn a_guest_registers_later_and_keeps_its_rooms() {
    let server = Server::start().await;
    let guest = server.guest("Ann").await;
    let room = server.room(&guest).await;
    let body = json!({ "username": "ann_of_now", "password": PASSWORD });
    let (status, answer) = server
        .post("/api/v1/auth/register", &guest.token, body)
        .await;
    assert_eq!(status, StatusCode::CREATED, "{answer}");
    let ann = Person::of(&answer);
    assert_eq!(
        (ann.id.as_str(), &answer["user"]["name"]),
        (guest.id.as_str(), &json!("Ann"))
    );
    let (_, rooms) = server.get("/api/v1/rooms", &ann.token).await;
    assert_eq!(rooms["rooms"][0]["room_id"], room.as_str());
}

#[tokio::test]
async fn somebody_registered_who_registers_again_makes_another_account() {
    let server = Server::start().await;
    let one = register(&server, "marianne").await;
    let body = json!({ "username": "juliette", "password": PASSWORD });
    let (status, answer) = server.post("/api/v1/auth/register", &one.token, body).await;
    assert_eq!(status, StatusCode::CREATED, "{answer}");
    assert_ne!(answer["user"]["user_id"], one.id.as_str());
}

#[tokio::test]
async fn a_refresh_token_works_once_and_shown_twice_ends_the_session() {
    let server = Server::start().await;
    let ann = server.guest("Ann").await;
    let (status, second) = post(&server, "refresh", json!({ "refresh_token": ann.refresh })).await;
    assert_eq!(status, StatusCode::OK, "{second}");
    assert_eq!(second["session_id"], ann.session.as_str());
    assert_ne!(second["refresh_token"], ann.refresh.as_str());
    let second = Person::of(&second);
    assert_eq!(
        server.get("/api/v1/me", &second.token).await.0,
        StatusCode::OK
    );

    let (mut socket, _) = (server.hello(&second).await, ());
    let (status, reused) = post(&server, "refresh", json!({ "refresh_token": ann.refresh })).await;
    assert_eq!(
        (status, &reused["code"]),
        (StatusCode::UNAUTHORIZED, &json!("AUTH_REQUIRED"))
    );
    let (status, _) = post(
        &server,
        "refresh",
        json!({ "refresh_token": second.refresh }),
    )
    .await;
    assert_eq!(status, StatusCode::UNAUTHORIZED, "the whole family is over");
    assert_eq!(
        server.get("/api/v1/me", &second.token).await.0,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(socket.until_closed().await, Some(4401), "its socket too");
}

#[tokio::test]
async fn a_refresh_token_that_was_never_given_ends_nothing() {
    let server = Server::start().await;
    let ann = server.guest("Ann").await;
    let forged = format!("{}.{}", ann.session, "A".repeat(43));
    for token in [forged.as_str(), "nonsense", "", &ann.token] {
        let (status, answer) = post(&server, "refresh", json!({ "refresh_token": token })).await;
        assert_eq!(
            (status, &answer["code"]),
            (StatusCode::UNAUTHORIZED, &json!("AUTH_REQUIRED")),
            "{token}"
        );
    }
    let (status, _) = post(&server, "refresh", json!({ "refresh_token": ann.refresh })).await;
    assert_eq!(status, StatusCode::OK);
}

#[tokio::test]
async fn sessions_and_tokens_outlive_a_restart() {
    let server = Server::start().await;
    let ann = register(&server, "ann").await;
    let server = server.restart().await;
    assert_eq!(server.get("/api/v1/me", &ann.token).await.0, StatusCode::OK);
    let (status, _) = post(&server, "refresh", json!({ "refresh_token": ann.refresh })).await;
    assert_eq!(status, StatusCode::OK);
    let (status, _) = post(&server, "refresh", json!({ "refresh_token": ann.refresh })).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn logging_out_ends_the_session_its_tokens_and_its_sockets() {
    let server = Server::start().await;
    let ann = server.guest("Ann").await;
    let mut socket = server.hello(&ann).await;
    let (status, _) = post(&server, "logout", json!({ "refresh_token": ann.refresh })).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert_eq!(socket.until_closed().await, Some(4401));
    assert_eq!(
        server.get("/api/v1/me", &ann.token).await.0,
        StatusCode::UNAUTHORIZED
    );
    let (status, _) = post(&server, "logout", json!({ "refresh_token": ann.refresh })).await;
    assert_eq!(status, StatusCode::NO_CONTENT, "twice is once");
    assert_eq!(
        post(&server, "logout", json!({})).await.0,
        StatusCode::UNAUTHORIZED
    );

    let ben = server.guest("Ben").await;
    let (status, _) = server
        .post("/api/v1/auth/logout", &ben.token, json!({}))
        .await;
    assert_eq!(status, StatusCode::NO_CONTENT, "by access token");
    assert_eq!(
        server.get("/api/v1/me", &ben.token).await.0,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn devices_are_listed_and_signed_out_by_their_owner_only() {
    let server = Server::start().await;
    let one = register(&server, "ann").await;
    let (_, answer) = post(
        &server,
        "login",
        json!({ "username": "ann", "password": PASSWORD }),
    )
    .await;
    let two = Person::of(&answer);
    let (_, listed) = server.get("/api/v1/me/sessions", &two.token).await;
    let sessions = listed["sessions"].as_array().unwrap();
    assert_eq!(sessions.len(), 2);
    assert_eq!(
        (&sessions[0]["session_id"], &sessions[0]["current"]),
        (&json!(two.session), &json!(true))
    );
    assert_eq!(sessions[1]["current"], false);

    let stranger = server.guest("Stranger").await;
    let path = format!("/api/v1/me/sessions/{}", one.session);
    let by = |token: String| {
        let (server, path) = (&server, &path);
        async move { server.call(Method::DELETE, path, Some(&token), None).await }
    };
    assert_eq!(by(stranger.token).await.0, StatusCode::NOT_FOUND);
    assert_eq!(server.get("/api/v1/me", &one.token).await.0, StatusCode::OK);
    assert_eq!(by(two.token.clone()).await.0, StatusCode::NO_CONTENT);
    assert_eq!(
        server.get("/api/v1/me", &one.token).await.0,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(server.get("/api/v1/me", &two.token).await.0, StatusCode::OK);
}

#[tokio::test]
async fn oneself_is_changed_all_or_nothing_and_a_password_needs_the_old_one() {
    let server = Server::start().await;
    let ann = register(&server, "ann").await;
    let patch =
        |body: Value| server.call(Method::PATCH, "/api/v1/me", Some(&ann.token), Some(body));
    let (status, me) =
        patch(json!({ "name": "Anne", "email": "a@example.org", "output_latency_ms": 180 })).await;
    assert_eq!(status, StatusCode::OK, "{me}");
    let user = &me["user"];
    assert_eq!(
        (&user["name"], &user["email"], &user["output_latency_ms"]),
        (&json!("Anne"), &json!("a@example.org"), &json!(180))
    );

    let (status, _) = patch(json!({ "name": "Other", "email": "nonsense" })).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    let (_, me) = server.get("/api/v1/me", &ann.token).await;
    assert_eq!(me["user"]["name"], "Anne", "nothing was changed");

    let new = "green-chair-cello";
    let login = json!({ "username": "ann", "password": PASSWORD });
    let other = Person::of(&post(&server, "login", login).await.1);
    assert_eq!(
        patch(json!({ "password": new })).await.0,
        StatusCode::BAD_REQUEST
    );
    assert_eq!(
        patch(json!({ "password": new, "current_password": "wrong-sofa" }))
            .await
            .0,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        patch(json!({ "password": "short", "current_password": PASSWORD }))
            .await
            .0,
        StatusCode::BAD_REQUEST
    );
    assert_eq!(
        patch(json!({ "password": new, "current_password": PASSWORD }))
            .await
            .0,
        StatusCode::OK
    );
    assert_eq!(
        post(
            &server,
            "login",
            json!({ "username": "ann", "password": PASSWORD })
        )
        .await
        .0,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(
        server.get("/api/v1/me", &other.token).await.0,
        StatusCode::UNAUTHORIZED,
        "other devices sign in again"
    );
    assert_eq!(
        post(
            &server,
            "login",
            json!({ "username": "ann", "password": new })
        )
        .await
        .0,
        StatusCode::OK
    );

    let (status, me) = server
        .post(
            "/api/v1/auth/username",
            &ann.token,
            json!({ "username": "annette" }),
        )
        .await;
    assert_eq!(
        (status, &me["user"]["username"]),
        (StatusCode::OK, &json!("annette"))
    );
    register(&server, "ann").await;
}

#[tokio::test]
async fn whoever_knows_the_password_erases_themselves_and_the_name_is_free_again() {
    let server = Server::start().await;
    let admin = register(&server, "root").await;
    let ann = register(&server, "ann").await;
    let room = server.room(&ann).await;
    let erase = |who: &Person, body: Value| {
        let token = who.token.clone();
        let server = &server;
        async move {
            server
                .call(Method::DELETE, "/api/v1/me", Some(&token), Some(body))
                .await
        }
    };
    for (body, expected) in [
        (json!({}), StatusCode::BAD_REQUEST),
        (
            json!({ "current_password": "wrong" }),
            StatusCode::FORBIDDEN,
        ),
        (json!({ "password": PASSWORD }), StatusCode::BAD_REQUEST),
    ] {
        let (status, answer) = erase(&ann, body).await;
        assert_eq!(status, expected, "{answer}");
    }
    let (status, _) = server.get("/api/v1/me", &ann.token).await;
    assert_eq!(status, StatusCode::OK, "nothing is gone");
    let known = json!({ "current_password": PASSWORD });
    let (status, answer) = erase(&admin, known.clone()).await;
    assert_eq!(status, StatusCode::CONFLICT, "{answer}");

    let (status, answer) = erase(&ann, known.clone()).await;
    assert_eq!(status, StatusCode::NO_CONTENT, "{answer}");
    let (status, _) = server.get("/api/v1/me", &ann.token).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    let login = json!({ "username": "ann", "password": PASSWORD });
    let (status, _) = post(&server, "login", login).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    let server = server.restart().await;
    let again = register(&server, "ann").await;
    assert_ne!(again.id, ann.id);
    let (_, rooms) = server.get("/api/v1/rooms", &again.token).await;
    assert_eq!(rooms, json!({ "rooms": [] }), "their rooms are not hers");
    let path = format!("/api/v1/rooms/{room}");
    let (_, seen) = server.get(&path, &again.token).await;
    assert_eq!(seen["room"]["members"], json!([]), "{seen}");
}

#[tokio::test]
async fn the_same_idempotency_key_applies_once_and_another_body_under_it_is_a_conflict() {
    let server = Server::start().await;
    let host = server.guest("Host").await;
    let send = |name: &'static str, key: &'static str| {
        let request = server
            .http
            .post(server.url("/api/v1/rooms/create"))
            .bearer_auth(&host.token);
        let request = request
            .header("idempotency-key", key)
            .json(&json!({ "name": name }));
        async move {
            let answer = request.send().await.unwrap();
            (answer.status(), answer.json::<Value>().await.unwrap())
        }
    };
    let (status, first) = send("One", "k1").await;
    assert_eq!(status, StatusCode::CREATED);
    let (status, again) = send("One", "k1").await;
    assert_eq!(
        (status, &again["room_id"]),
        (StatusCode::CREATED, &first["room_id"])
    );
    assert_eq!(send("Two", "k1").await.0, StatusCode::CONFLICT);
    assert_eq!(send("Two", "not one word").await.0, StatusCode::BAD_REQUEST);
}

// ---- Cookies ------------------------------------------------------------------------------------------------

fn browser() -> Client {
    Client::builder().cookie_store(true).build().unwrap()
}

/// Signs a browser in as a guest; the readable cookie.
async fn cookies_of(server: &Server, browser: &Client) -> String {
    let answer = browser
        .post(server.url("/api/v1/auth/guest"))
        .json(&json!({}))
        .send()
        .await
        .unwrap();
    csrf(&answer)
}

fn csrf(answer: &Response) -> String {
    answer
        .headers()
        .get_all(SET_COOKIE)
        .iter()
        .find_map(|cookie| {
            cookie
                .to_str()
                .ok()?
                .strip_prefix("csrf=")?
                .split(';')
                .next()
        })
        .unwrap()
        .to_owned()
}

#[tokio::test]
async fn a_browser_is_signed_in_by_cookie_and_its_changes_need_the_second_token() {
    let server = Server::start().await;
    let browser = browser();
    let csrf = cookies_of(&server, &browser).await;
    let me = browser.get(server.url("/api/v1/me")).send().await.unwrap();
    assert_eq!(me.status(), StatusCode::OK);

    let create = || {
        browser
            .post(server.url("/api/v1/rooms/create"))
            .json(&json!({}))
    };
    assert_eq!(
        create().send().await.unwrap().status(),
        StatusCode::FORBIDDEN
    );
    let wrong = create().header("x-csrf-token", "x".repeat(22));
    assert_eq!(wrong.send().await.unwrap().status(), StatusCode::FORBIDDEN);
    let right = create().header("x-csrf-token", &csrf);
    assert_eq!(right.send().await.unwrap().status(), StatusCode::CREATED);
}

#[tokio::test]
async fn the_second_token_of_another_session_does_not_count() {
    let server = Server::start().await;
    let (one, other) = (browser(), browser());
    cookies_of(&server, &one).await;
    let foreign = cookies_of(&server, &other).await;
    let request = one
        .post(server.url("/api/v1/rooms/create"))
        .json(&json!({}));
    // As if somebody had planted their own cookie and sent its twin.
    let planted = request
        .header("x-csrf-token", &foreign)
        .header("cookie", format!("csrf={foreign}"));
    assert!(matches!(
        planted.send().await.unwrap().status().as_u16(),
        401 | 403
    ));
}

#[tokio::test]
async fn cookies_are_refreshed_and_taken_away() {
    let server = Server::start().await;
    let browser = browser();
    let csrf = cookies_of(&server, &browser).await;
    let refresh = |token: Option<String>| {
        let request = browser.post(server.url("/api/v1/auth/refresh"));
        match token {
            Some(token) => request.header("x-csrf-token", token).send(),
            None => request.send(),
        }
    };
    assert_eq!(refresh(None).await.unwrap().status(), StatusCode::FORBIDDEN);
    assert_eq!(
        refresh(Some(csrf.clone())).await.unwrap().status(),
        StatusCode::OK
    );
    assert_eq!(
        refresh(Some(csrf.clone())).await.unwrap().status(),
        StatusCode::OK,
        "the new cookie counts"
    );

    let logout = browser
        .post(server.url("/api/v1/auth/logout"))
        .header("x-csrf-token", &csrf);
    assert_eq!(
        logout.send().await.unwrap().status(),
        StatusCode::NO_CONTENT
    );
    let me = browser.get(server.url("/api/v1/me")).send().await.unwrap();
    assert_eq!(me.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn old_cookies_are_in_nobodys_way() {
    let server = Server::start().await;
    let browser = browser();
    cookies_of(&server, &browser).await;
    for (path, body) in [
        ("guest", json!({})),
        (
            "register",
            json!({ "username": "ann", "password": PASSWORD }),
        ),
        ("login", json!({ "username": "ann", "password": PASSWORD })),
    ] {
        let answer = browser
            .post(server.url(&format!("/api/v1/auth/{path}")))
            .json(&body)
            .send()
            .await
            .unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
    }
}

// ---- Limits -------------------------------------------------------------------------------------------------

#[tokio::test]
async fn guessing_a_password_is_stopped_by_account_and_the_wait_is_named() {
    let server = Server::with(Said::default()).await;
    register(&server, "ann").await;
    let guess = || {
        server
            .http
            .post(server.url("/api/v1/auth/login"))
            .json(&json!({ "username": "ann", "password": "x" }))
    };
    let mut answers = Vec::new();
    for _ in 0..12 {
        let answer = guess().send().await.unwrap();
        let wait = answer.headers().get("retry-after").cloned();
        let status = answer.status();
        let body: Value = answer.json().await.unwrap();
        answers.push((status, wait, body));
    }
    let refused = answers
        .iter()
        .position(|(status, ..)| *status == StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(refused, Some(10));
    let (_, wait, body) = &answers[11];
    assert!(wait.is_some());
    assert_eq!(body["code"], "RATE_LIMITED");
    assert!(body["retry_after_ms"].as_u64().unwrap() > 0);
    let (status, _) = post(
        &server,
        "login",
        json!({ "username": "ben", "password": "x" }),
    )
    .await;
    assert_eq!(status, StatusCode::UNAUTHORIZED, "other accounts go on");
}

#[tokio::test]
async fn a_user_opens_five_rooms_an_hour_and_another_is_not_held_up() {
    let server = Server::with(Said::default()).await;
    let (one, other) = (server.guest("One").await, server.guest("Other").await);
    let create = |token: String| {
        let request = server
            .http
            .post(server.url("/api/v1/rooms/create"))
            .bearer_auth(token);
        async move { request.json(&json!({})).send().await.unwrap().status() }
    };
    for _ in 0..5 {
        assert_eq!(create(one.token.clone()).await, StatusCode::CREATED);
    }
    assert_eq!(
        create(one.token.clone()).await,
        StatusCode::TOO_MANY_REQUESTS
    );
    assert_eq!(create(other.token.clone()).await, StatusCode::CREATED);
}

#[tokio::test]
async fn ten_times_too_much_is_refused_and_the_server_goes_on() {
    let server = Server::with(Said::default()).await;
    let mut statuses = Vec::new();
    for round in 0..20 {
        let calls = (0..100).map(|_| server.http.get(server.url("/api/v1/me")).send());
        for answer in futures_util::future::join_all(calls).await {
            statuses.push(answer.expect("an answer").status());
        }
        if statuses.contains(&StatusCode::TOO_MANY_REQUESTS) {
            break;
        }
        assert!(round < 19, "nothing was refused");
    }
    let healthy = server
        .http
        .get(server.url("/healthz"))
        .send()
        .await
        .unwrap();
    assert_eq!(healthy.status(), StatusCode::OK, "probes are not counted");
}
