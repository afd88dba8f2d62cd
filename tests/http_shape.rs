//! Whatever is asked, the answer has the one shape, the right status, and the headers that protect the page.

mod support {
    pub mod server;
}

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use support::server::Server;
use tutti::config::{Limits, Said};

/// The status and the error code of an answer that must have the one shape.
async fn refused(response: Response) -> (StatusCode, String, String) {
    let status = response.status();
    assert_eq!(response.headers()["content-type"], "application/json");
    let body: Value = response.json().await.expect("JSON");
    let fields: Vec<&str> = body
        .as_object()
        .expect("an object")
        .keys()
        .map(String::as_str)
        .collect();
    assert!(
        fields
            .iter()
            .all(|field| ["code", "message", "retry_after_ms"].contains(field)),
        "{fields:?}"
    );
    let text = |field: &str| body[field].as_str().expect("a text").to_owned();
    (status, text("code"), text("message"))
}

async fn send(
    server: &Server,
    method: Method,
    path: &str,
    token: Option<&str>,
    json: &str,
) -> Response {
    let mut request = server.http.request(method, server.url(path));
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    let request = request
        .header("content-type", "application/json")
        .body(json.to_owned());
    request.send().await.expect("an answer")
}

#[tokio::test]
async fn what_is_not_there_is_404_and_what_has_another_method_is_405_and_names_it() {
    let server = Server::start().await;
    for path in [
        "/api/v1/nothing",
        "/api/v1",
        "/api/v2/me",
        "/ws/nothing",
        "/media/",
        "/api/v1/rooms/a/b/c",
    ] {
        let answer = send(&server, Method::GET, path, None, "").await;
        assert_eq!(refused(answer).await.0, StatusCode::NOT_FOUND, "{path}");
    }
    let answer = send(&server, Method::PUT, "/api/v1/me", None, "").await;
    assert_eq!(answer.headers()["allow"], "GET, PATCH, DELETE, HEAD");
    let (status, code, _) = refused(answer).await;
    assert_eq!(
        (status, code.as_str()),
        (StatusCode::METHOD_NOT_ALLOWED, "INVALID_REQUEST")
    );
    let options = send(&server, Method::OPTIONS, "/api/v1/me", None, "").await;
    assert_eq!(options.status(), StatusCode::NO_CONTENT);
    assert_eq!(options.headers()["allow"], "GET, PATCH, DELETE, HEAD");
}

#[tokio::test]
async fn a_head_request_gets_the_headers_of_get() {
    let server = Server::start().await;
    let answer = server
        .http
        .head(server.url("/version"))
        .send()
        .await
        .expect("an answer");
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(answer.headers()["content-type"], "application/json");
    assert_eq!(answer.text().await.expect("a body"), "");
}

#[tokio::test]
async fn a_mistake_in_a_body_is_named_with_its_field_and_place() {
    let server = Server::start().await;
    let host = server.guest("Host").await;
    let room = server.room(&host).await;
    let playlist = format!("/api/v1/rooms/{room}/playlist");
    for (path, body, named) in [
        ("/api/v1/rooms/create", "{", "malformed JSON"),
        ("/api/v1/rooms/create", "{} {}", "malformed JSON"),
        (
            "/api/v1/rooms/create",
            r#"{"nam":"x"}"#,
            "unknown field `nam`",
        ),
        (
            "/api/v1/rooms/create",
            r#"{"name":7}"#,
            "name: invalid type",
        ),
        (
            "/api/v1/rooms/create",
            r#"{"control":"nobody"}"#,
            "control: unknown variant",
        ),
        (
            "/api/v1/rooms/create",
            r#"{"name":"a","name":"b"}"#,
            "duplicate field",
        ),
        ("/api/v1/rooms/create", "[1,2,3,4,5]", "invalid"),
        (
            &playlist,
            r#"{"track":{"artists":[]}}"#,
            "track: missing field `title`",
        ),
        (
            &playlist,
            r#"{"track":{"title":"x","artists":[7]}}"#,
            "track.artists[0]",
        ),
        (&playlist, "", "missing field `track`"),
    ] {
        let answer = send(&server, Method::POST, path, Some(&host.token), body).await;
        let (status, code, message) = refused(answer).await;
        assert_eq!(
            (status, code.as_str()),
            (StatusCode::BAD_REQUEST, "INVALID_REQUEST"),
            "{body}"
        );
        assert!(message.contains(named), "{body}: {message}");
    }
}

#[tokio::test]
async fn a_body_of_another_type_is_refused_since_any_page_can_send_it() {
    let server = Server::start().await;
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
    ] {
        let request = server.http.post(server.url("/api/v1/auth/guest"));
        let answer = request
            .header("content-type", kind)
            .body("{}")
            .send()
            .await
            .expect("an answer");
        let (status, _, message) = refused(answer).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{kind}");
        assert!(message.contains("application/json"), "{message}");
    }
    for kind in [
        "application/json; charset=utf-8",
        "Application/JSON",
        "application/merge-patch+json",
    ] {
        let request = server.http.post(server.url("/api/v1/auth/guest"));
        let answer = request
            .header("content-type", kind)
            .body("{}")
            .send()
            .await
            .expect("an answer");
        assert_eq!(answer.status(), StatusCode::CREATED, "{kind}");
    }
}

#[tokio::test]
async fn a_huge_body_is_refused_and_the_client_gets_to_read_why() {
    let server = Server::start().await;
    let huge = format!(r#"{{"name":"{}"}}"#, "x".repeat(5_000_000));
    let answer = send(&server, Method::POST, "/api/v1/auth/guest", None, &huge).await;
    let (status, code, _) = refused(answer).await;
    assert_eq!(
        (status, code.as_str()),
        (StatusCode::PAYLOAD_TOO_LARGE, "PAYLOAD_TOO_LARGE")
    );
}

#[tokio::test]
async fn who_is_refused_in_mid_upload_gets_to_read_why() {
    let server = Server::start().await;
    let request = server.http.post(server.url("/api/v1/media"));
    let request = request.header("content-type", "multipart/form-data; boundary=x");
    let answer = request
        .body(vec![b'x'; 8_000_000])
        .send()
        .await
        .expect("an answer");
    assert_eq!(refused(answer).await.0, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn an_id_that_cannot_be_one_is_not_found() {
    let server = Server::start().await;
    let host = server.guest("Host").await;
    let of_a_user = format!("/api/v1/rooms/{}", host.id);
    let unknown = format!("/api/v1/rooms/room_{}", "0".repeat(32));
    for path in [
        "/api/v1/rooms/nonsense",
        "/api/v1/rooms/%00",
        "/api/v1/rooms/..%2f..%2fetc",
        &of_a_user,
        &unknown,
    ] {
        let answer = send(&server, Method::GET, path, Some(&host.token), "").await;
        let (status, code, _) = refused(answer).await;
        assert_eq!(
            (status, code.as_str()),
            (StatusCode::NOT_FOUND, "NOT_FOUND"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_query_that_cannot_be_read_is_named_and_an_unknown_one_is_ignored() {
    let server = Server::start().await;
    let host = server.guest("Host").await;
    let room = server.room(&host).await;
    let get = |query: &str| {
        let path = format!("/api/v1/rooms/{room}/history?{query}");
        let (server, token) = (&server, &host.token);
        async move { send(server, Method::GET, &path, Some(token), "").await }
    };
    assert_eq!(get("nonsense=1&after_seq=1").await.status(), StatusCode::OK);
    for query in ["after_seq=-1", "after_seq=x", "limit=1.5"] {
        let (status, _, message) = refused(get(query).await).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{query}");
        assert!(
            message.contains(query.split('=').next().unwrap()),
            "{message}"
        );
    }
}

#[tokio::test]
async fn a_token_that_is_none_is_401_whatever_it_is() {
    let server = Server::start().await;
    let host = server.guest("Host").await;
    let cut = &host.token[..host.token.len() - 3];
    for token in ["", "x", "a.b.c", cut, &host.refresh] {
        let answer = send(&server, Method::GET, "/api/v1/me", Some(token), "").await;
        let (status, code, _) = refused(answer).await;
        assert_eq!(
            (status, code.as_str()),
            (StatusCode::UNAUTHORIZED, "AUTH_REQUIRED"),
            "{token}"
        );
    }
    let basic = server
        .http
        .get(server.url("/api/v1/me"))
        .basic_auth("a", Some("b"));
    assert_eq!(
        refused(basic.send().await.unwrap()).await.0,
        StatusCode::UNAUTHORIZED
    );
    let none = send(&server, Method::GET, "/api/v1/me", None, "").await;
    assert_eq!(refused(none).await.0, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn every_answer_carries_the_headers_that_protect_the_page() {
    let server = Server::start().await;
    for path in [
        "/",
        "/healthz",
        "/api/v1/nothing",
        "/api/v1/me",
        "/api/v1/openapi.json",
    ] {
        let answer = server
            .http
            .get(server.url(path))
            .send()
            .await
            .expect("an answer");
        let headers = answer.headers();
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("default-src 'self'") && policy.contains("frame-ancestors 'none'"));
        assert!(
            !policy.contains("unsafe-inline") && !policy.contains("unsafe-eval"),
            "{policy}"
        );
        assert_eq!(headers["x-content-type-options"], "nosniff", "{path}");
        assert_eq!(
            headers["cross-origin-opener-policy"], "same-origin",
            "{path}"
        );
        assert!(headers.contains_key("referrer-policy"), "{path}");
        assert!(!headers.contains_key("strict-transport-security"), "{path}");
        assert!(!headers.contains_key("server"), "{path}");
    }
}

#[tokio::test]
async fn a_trusted_proxy_is_believed_about_tls_and_a_stranger_is_not() {
    let forwarded = |server: &Server| {
        let request = server.http.post(server.url("/api/v1/auth/guest"));
        let request = request
            .header("x-forwarded-proto", "https")
            .header("x-forwarded-for", "203.0.113.7");
        request.json(&json!({})).send()
    };
    let alone = Server::start().await;
    let answer = forwarded(&alone).await.unwrap();
    assert!(!answer.headers().contains_key("strict-transport-security"));
    assert!(
        !answer.headers()["set-cookie"]
            .to_str()
            .unwrap()
            .contains("Secure")
    );

    let behind = Server::with(Said {
        limits: Some(Limits::Off),
        trusted_proxy: Some(vec!["127.0.0.0/8".to_owned()]),
        ..Said::default()
    })
    .await;
    let answer = forwarded(&behind).await.unwrap();
    assert!(answer.headers().contains_key("strict-transport-security"));
    let cookie = answer.headers()["set-cookie"].to_str().unwrap();
    assert!(
        cookie.starts_with("__Host-") && cookie.contains("Secure"),
        "{cookie}"
    );
}

fn asked_by(origin: &str) -> HeaderMap {
    HeaderMap::from_iter([
        (
            HeaderName::from_static("origin"),
            HeaderValue::from_str(origin).unwrap(),
        ),
        (
            HeaderName::from_static("access-control-request-method"),
            HeaderValue::from_static("POST"),
        ),
    ])
}

#[tokio::test]
async fn a_named_origin_may_call_from_its_pages_and_others_may_not() {
    let server = Server::with(Said {
        limits: Some(Limits::Off),
        allowed_origin: Some(vec!["https://app.example.org".to_owned()]),
        ..Said::default()
    })
    .await;
    let ask = |method: Method, origin: &str| {
        let request = server
            .http
            .request(method, server.url("/api/v1/auth/guest"));
        request.headers(asked_by(origin)).send()
    };
    let answer = ask(Method::OPTIONS, "https://app.example.org")
        .await
        .unwrap();
    assert_eq!(answer.status(), StatusCode::NO_CONTENT);
    assert_eq!(
        answer.headers()["access-control-allow-origin"],
        "https://app.example.org"
    );
    assert!(
        answer.headers()["access-control-allow-headers"]
            .to_str()
            .unwrap()
            .contains("authorization")
    );
    let answer = ask(Method::POST, "https://app.example.org").await.unwrap();
    assert_eq!(answer.status(), StatusCode::CREATED);
    assert_eq!(
        answer.headers()["access-control-allow-origin"],
        "https://app.example.org"
    );
    for foreign in [
        "https://evil.example.org",
        "https://app.example.org.evil.test",
        "null",
    ] {
        let answer = ask(Method::OPTIONS, foreign).await.unwrap();
        assert!(
            !answer.headers().contains_key("access-control-allow-origin"),
            "{foreign}"
        );
    }
}

#[tokio::test]
async fn the_documents_are_served_as_committed() {
    let server = Server::start().await;
    for (path, field) in [
        ("/api/v1/openapi.json", "openapi"),
        ("/asyncapi.json", "asyncapi"),
    ] {
        let (status, document) = server.call(Method::GET, path, None, None).await;
        assert_eq!(status, StatusCode::OK);
        assert!(document[field].is_string(), "{path}");
    }
}

#[tokio::test]
async fn metrics_have_an_address_of_their_own() {
    let server = Server::with(Said {
        limits: Some(Limits::Off),
        metrics_listen: "127.0.0.1:0".parse().ok(),
        ..Said::default()
    })
    .await;
    server.guest("Somebody").await;
    let outside = server
        .http
        .get(server.url("/metrics"))
        .send()
        .await
        .unwrap();
    assert!(!outside.text().await.unwrap().contains("tutti_connections"));
    let addr = server.metrics_addr().expect("an address");
    let text = server
        .http
        .get(format!("http://{addr}/metrics"))
        .send()
        .await
        .unwrap();
    let text = text.text().await.unwrap();
    assert!(
        text.contains("tutti_http_answers_total{class=\"2xx\"} 2\n"),
        "{text}"
    );
    let other = server
        .http
        .get(format!("http://{addr}/api/v1/me"))
        .send()
        .await
        .unwrap();
    assert_eq!(other.status(), StatusCode::NOT_FOUND);
}
