//! Tickets: what stands for an access token in an address, once and soon.

mod support {
    pub mod server;
}

use reqwest::StatusCode;
use serde_json::{Value, json};
use support::server::{Person, Server};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{WebSocketStream, client_async};

async fn ticket(server: &Server, who: &Person, body: Value) -> String {
    let (status, made) = server.post("/api/v1/auth/ticket", &who.token, body).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    assert_eq!(made["expires_in"], 30);
    made["ticket"].as_str().expect("a ticket").to_owned()
}

/// A WebSocket at an address of the server; nothing where it is not opened.
async fn socket(server: &Server, path: &str) -> Option<WebSocketStream<TcpStream>> {
    let stream = TcpStream::connect(server.host()).await.expect("reached");
    let address = format!("ws://{}{path}", server.host());
    let opened = client_async(address, stream).await.ok()?;
    Some(opened.0)
}

async fn first_word(stream: &mut WebSocketStream<TcpStream>) -> String {
    use futures_util::StreamExt;
    loop {
        match stream.next().await {
            // A heartbeat.
            Some(Ok(Message::Text(text))) if text == "2" => {}
            Some(Ok(Message::Text(text))) => return text.to_string(),
            Some(Ok(_)) => {}
            other => panic!("no word: {other:?}"),
        }
    }
}

#[tokio::test]
async fn a_ticket_opens_the_native_socket_once_and_without_a_hello() {
    let server = Server::start().await;
    let ada = server.guest("Ada").await;
    let path = format!("/ws?token={}", ticket(&server, &ada, json!({})).await);
    let mut first = socket(&server, &path).await.expect("let in");
    let welcome: Value = serde_json::from_str(&first_word(&mut first).await).expect("JSON");
    assert_eq!(welcome["type"], "welcome");
    assert_eq!(welcome["user"]["user_id"], json!(ada.id));
    assert!(socket(&server, &path).await.is_none(), "it is used");
    let by_token = format!("/ws?token={}", ada.token);
    assert!(socket(&server, &by_token).await.is_some());
}

#[tokio::test]
async fn a_ticket_opens_a_sessions_socket_once_and_one_for_a_room_that_room_only() {
    let server = Server::start().await;
    let ada = server.guest("Ada").await;
    let (here, there) = (server.room(&ada).await, server.room(&ada).await);
    let at = |room: &str, ticket: &str| format!("/ws/sessions/{room}?token={ticket}");
    let any = ticket(&server, &ada, json!({})).await;
    assert!(socket(&server, &at(&here, &any)).await.is_some());
    assert!(socket(&server, &at(&here, &any)).await.is_none());
    let narrow = async || ticket(&server, &ada, json!({ "room_id": here })).await;
    assert!(
        socket(&server, &at(&there, &narrow().await))
            .await
            .is_none()
    );
    let native = format!("/ws?token={}", narrow().await);
    assert!(socket(&server, &native).await.is_none());
    assert!(socket(&server, &at(&here, &narrow().await)).await.is_some());
}

#[tokio::test]
async fn a_session_token_gets_tickets_for_its_session_alone() {
    let server = Server::start().await;
    let mut ada = server.guest("Ada").await;
    let (here, there) = (server.room(&ada).await, server.room(&ada).await);
    let path = format!("/sessions/{here}/token");
    let (_, made) = server.post(&path, &ada.token, json!({})).await;
    ada.token = made["session_token"].as_str().expect("a token").to_owned();
    let body = json!({ "room_id": there });
    let (status, refused) = server.post("/api/v1/auth/ticket", &ada.token, body).await;
    assert_eq!(status, StatusCode::FORBIDDEN, "{refused}");
    let other = ticket(&server, &ada, json!({})).await;
    let path = format!("/ws/sessions/{there}?token={other}");
    assert!(socket(&server, &path).await.is_none());
    let fits = ticket(&server, &ada, json!({})).await;
    let path = format!("/ws/sessions/{here}?token={fits}");
    assert!(socket(&server, &path).await.is_some());
}

#[tokio::test]
async fn a_ticket_lets_a_socket_io_client_in_once() {
    use futures_util::SinkExt;
    let server = Server::start().await;
    let ada = server.guest("Ada").await;
    let shown = ticket(&server, &ada, json!({})).await;
    let path = format!("/socket.io/?EIO=4&transport=websocket&token={shown}");
    for expected in ["40", "44"] {
        let mut stream = socket(&server, &path).await.expect("open");
        assert!(first_word(&mut stream).await.starts_with('0'));
        stream.send(Message::text("40")).await.expect("sent");
        let word = first_word(&mut stream).await;
        assert!(word.starts_with(expected), "{word}");
    }
}

#[tokio::test]
async fn a_ticket_is_no_bearer_token_and_nothing_once_its_session_is_over() {
    let server = Server::start().await;
    let ada = server.guest("Ada").await;
    let shown = ticket(&server, &ada, json!({})).await;
    let (status, _) = server.get("/api/v1/me", &shown).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    let body = json!({ "refresh_token": ada.refresh });
    let (status, _) = server.post("/api/v1/auth/logout", &ada.token, body).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    let path = format!("/ws?token={shown}");
    assert!(socket(&server, &path).await.is_none());
}
