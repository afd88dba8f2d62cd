//! REST at the root.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tutti::gateway;
use tutti::gateway::route::{Access, Gives};

use crate::{opened, scene, text, track};

#[tokio::test]
async fn a_session_is_opened_by_an_account_and_joined_by_its_code_without_one() {
    let scene = scene().await;
    let (guest, joined) = scene.join("Ann").await;
    assert_eq!(joined["session"]["session_id"], scene.session);
    assert_eq!(joined["session"]["host_id"], scene.host.id);
    assert_eq!(joined["session"]["name"], "Kitchen");
    assert_eq!(joined["session"]["visibility"], "invite");
    assert_eq!(
        (&joined["role"], &joined["user"]["name"]),
        (&json!("guest"), &json!("Ann"))
    );
    let state = &joined["state"];
    assert_eq!(state["track_id"], Value::Null);
    assert_eq!(
        (&state["position_ms"], &state["state"]),
        (&json!(0), &json!("paused"))
    );
    assert_eq!(state["playlist"]["items"], json!([]));

    let add = json!({ "track": track("One") });
    let (status, added) = scene
        .call(Method::POST, &scene.path("/playlist"), &scene.token, add)
        .await;
    assert_eq!(status, 201, "{added}");
    let (status, shown) = scene.server.get(&scene.path(""), &guest.token).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(shown["state"]["track_id"], added["item"]["item_id"]);
    assert_eq!(shown["state"]["track"]["title"], "One");
    assert_eq!(shown["session"]["member_count"], 2);
    assert!(text(&shown["state"]["updated_at"]).ends_with('Z'));
}

#[tokio::test]
async fn somebody_with_an_account_joins_as_themselves_and_a_wrong_code_opens_nothing() {
    let scene = scene().await;
    let ben = scene.server.guest("Ben").await;
    let path = format!("/sessions/{}/join", scene.code.to_lowercase());
    let (status, joined) = scene.call(Method::POST, &path, &ben.token, json!({})).await;
    assert_eq!(status, 200, "{joined}");
    assert_eq!(joined["user"]["user_id"], ben.id);
    let (_, me) = scene.server.get("/api/v1/rooms", &ben.token).await;
    assert_eq!(me["rooms"][0]["room_id"], scene.session);

    let wrong = scene
        .server
        .call(Method::POST, "/sessions/NOSUCHCODE/join", None, None)
        .await;
    assert_eq!(
        (wrong.0, &wrong.1["code"]),
        (StatusCode::FORBIDDEN, &json!("JOIN_FAILED"))
    );
    let by_id = scene.path("/join");
    let (status, _) = scene.server.call(Method::POST, &by_id, None, None).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_guests_change_is_a_request_that_the_host_approves_or_denies_with_a_reason() {
    let scene = scene().await;
    let (guest, _) = scene.join("Ann").await;
    let playlist = scene.path("/playlist");
    let add = |title| json!({ "track": track(title) });
    let (status, _) = scene
        .call(Method::POST, &playlist, &scene.token, add("One"))
        .await;
    assert_eq!(status, 201);
    let (status, wish) = scene
        .call(Method::POST, &playlist, &guest.token, add("Two"))
        .await;
    assert_eq!(status, 202, "{wish}");
    assert_eq!(wish["request"]["status"], "pending");
    assert_eq!(wish["request"]["requested_by"], guest.id);
    assert_eq!(scene.titles(&guest.token).await, ["One"]);

    let decide = |name: &Value, what: &str| format!("/requests/{}/{what}", text(name));
    let path = decide(&wish["request"]["request_id"], "approve");
    let (status, refused) = scene
        .call(Method::POST, &path, &guest.token, json!({}))
        .await;
    assert_eq!((status, &refused["code"]), (403, &json!("UPDATE_FAILED")));
    let (status, done) = scene
        .call(Method::POST, &path, &scene.token, json!({}))
        .await;
    assert_eq!(
        (status, &done["request"]["status"]),
        (200, &json!("approved"))
    );
    assert_eq!(scene.titles(&guest.token).await, ["One", "Two"]);

    let body = json!({ "action": "add", "track": track("Three") });
    let requests = scene.path("/requests");
    let (status, wish) = scene
        .call(Method::POST, &requests, &guest.token, body)
        .await;
    assert_eq!(status, 201, "{wish}");
    let path = decide(&wish["request"]["request_id"], "deny");
    let reason = json!({ "reason": "not tonight" });
    let (status, done) = scene.call(Method::POST, &path, &scene.token, reason).await;
    assert_eq!(
        (status, &done["request"]["status"]),
        (200, &json!("denied"))
    );
    assert_eq!(done["request"]["reason"], "not tonight");
    let (_, listed) = scene.server.get(&requests, &guest.token).await;
    assert_eq!(listed["requests"][0]["reason"], "not tonight");
    assert_eq!(scene.titles(&guest.token).await, ["One", "Two"]);
}

#[tokio::test]
async fn a_token_for_one_session_opens_nothing_else() {
    let scene = scene().await;
    let (guest, _) = scene.join("Ann").await;
    let (other, other_code, other_token) = opened(&scene.server, &scene.host).await;
    let wish = json!({ "action": "add", "track": track("Two") });
    let asked = scene
        .call(
            Method::POST,
            &format!("/sessions/{other}/requests"),
            &other_token,
            wish,
        )
        .await;
    let request = text(&asked.1["request"]["request_id"]);
    let nothing = "0".repeat(32);
    for token in [&guest.token, &scene.token] {
        for route in gateway::table() {
            if route.access == Access::Anybody || matches!(route.gives, Gives::Socket) {
                continue;
            }
            let path = route
                .path
                .replace("{code}", &other_code)
                .replace("{request_id}", &request)
                .replace("{user_id}", &guest.id)
                .replace("{item_id}", &format!("item_{nothing}"))
                .replace("{media_id}", &format!("media_{nothing}"));
            // Outside of the session's own paths not even its own room.
            let room = if route.scoped { &other } else { &scene.session };
            let path = path.replace("{room_id}", room);
            // A ticket stands for the token it is asked with, and opens no more than that.
            let body = match route.path {
                "/api/v1/auth/ticket" => json!({ "room_id": other }),
                _ => json!({}),
            };
            let (status, answer) = scene.call(route.method.clone(), &path, token, body).await;
            // What is heard in the room may be fetched, and of requests elsewhere a stranger does not learn.
            let unknown = ["/media/{media_id}", "/requests/{request_id}"]
                .iter()
                .any(|hidden| route.path.starts_with(hidden));
            let refused = status == 403 || (unknown && status == 404);
            assert!(refused, "{} {path}: {status} {answer}", route.method);
        }
    }
    let mut socket = scene.server.socket().await;
    let hello = json!({ "type": "hello", "token": guest.token });
    socket.send(hello).await;
    assert_eq!(socket.next().await.expect("a word")["code"], "FORBIDDEN");
}

#[tokio::test]
async fn a_token_is_renewed_while_it_holds_and_is_worth_nothing_once_its_holder_has_left() {
    let scene = scene().await;
    let (guest, joined) = scene.join("Ann").await;
    assert_eq!(joined["expires_in"], 3_600);
    let path = scene.path("/token");
    let (status, renewed) = scene
        .call(Method::POST, &path, &guest.token, json!({}))
        .await;
    assert_eq!(status, 200, "{renewed}");
    let token = text(&renewed["session_token"]);
    // By code again: the same person.
    let path = format!("/sessions/{}/join", scene.code);
    let (_, again) = scene.call(Method::POST, &path, &token, json!({})).await;
    assert_eq!(again["user"]["user_id"], guest.id);

    let (status, _) = scene
        .call(Method::POST, &scene.path("/leave"), &token, json!({}))
        .await;
    assert_eq!(status, 204);
    for (method, path) in [(Method::GET, ""), (Method::POST, "/token")] {
        let (status, answer) = scene
            .call(method, &scene.path(path), &token, json!({}))
            .await;
        assert_eq!((status, &answer["code"]), (403, &json!("NOT_IN_ROOM")));
    }
}

#[tokio::test]
async fn a_role_is_what_the_room_says_now_and_not_what_it_was_when_the_token_was_made() {
    let scene = scene().await;
    let (guest, _) = scene.join("Ann").await;
    let path = format!("/api/v1/rooms/{}/host", scene.session);
    let body = json!({ "user_id": guest.id });
    let (status, _) = scene
        .call(Method::POST, &path, &scene.host.token, body)
        .await;
    assert_eq!(status, 200);
    let add = json!({ "track": track("One") });
    let path = scene.path("/playlist");
    let (status, _) = scene
        .call(Method::POST, &path, &guest.token, add.clone())
        .await;
    assert_eq!(status, 201);
    let (status, _) = scene.call(Method::POST, &path, &scene.token, add).await;
    assert_eq!(status, 202);
}

#[tokio::test]
async fn a_page_signed_in_by_cookie_shows_what_it_read_before_it_changes_anything() {
    let scene = scene().await;
    let cookie = |csrf: &str| format!("access={}; csrf={csrf}", scene.host.token);
    let post = |csrf: Option<String>| {
        let shown = csrf.clone().unwrap_or_default();
        let mut request = scene
            .server
            .http
            .post(scene.server.url(&scene.path("/playlist")))
            .header("cookie", cookie(&shown))
            .json(&json!({ "track": track("One") }));
        if let Some(csrf) = csrf {
            request = request.header("x-csrf-token", csrf);
        }
        async move { request.send().await.expect("an answer").status() }
    };
    assert_eq!(post(None).await, StatusCode::FORBIDDEN);
    assert_eq!(
        post(Some("guessed".to_owned())).await,
        StatusCode::FORBIDDEN
    );
    let signed_in = scene
        .server
        .http
        .post(scene.server.url("/api/v1/auth/refresh"))
        .json(&json!({ "refresh_token": scene.host.refresh }))
        .send()
        .await
        .expect("an answer");
    let cookies = signed_in.headers().get_all("set-cookie");
    let csrf = cookies
        .iter()
        .filter_map(|value| value.to_str().ok()?.strip_prefix("csrf="))
        .find_map(|rest| rest.split(';').next())
        .expect("a readable cookie")
        .to_owned();
    assert_eq!(post(Some(csrf)).await, StatusCode::CREATED);
}
