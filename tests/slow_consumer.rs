//! Guarantee G9: who reads too slowly is closed alone, with "try again later", comes back by seq, and costs the others
//! nothing.

mod support {
    pub mod server;
}

use serde_json::{Value, json};
use support::server::{Person, Server};

/// More than every buffer between the server and a client that does not read can hold, and the outbox behind them: an
/// entry here has 6 KB.
const EDITS: usize = 5_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_does_not_read_is_closed_alone_and_resumes_without_a_gap() {
    let server = Server::start().await;
    let (host, slow) = (server.guest("Host").await, server.guest("Slow").await);
    let room = server.room(&host).await;
    let item = server.add_track(&host, &room, "Two", 600_000).await;
    server.join(&slow, &room).await;
    let (mut one, _) = server.follow(&host, &room).await;
    let (mut asleep, snapshot) = server.follow(&slow, &room).await;
    let before = snapshot["seq"].as_u64().expect("a number");
    let open = || server.app().presence().connection_count();
    assert_eq!(open(), 2);

    let long = format!("https://example.org/{}", "x".repeat(1_900));
    let mut last = before;
    for round in 0..EDITS {
        let track = json!({ "title": format!("{round}"), "url": long, "artwork_url": long, "album": "x".repeat(200) });
        let command = json!({ "type": "edit", "item_id": item, "track": track });
        let answer = one
            .command_named(&format!("e{round}"), &room, command)
            .await;
        assert_eq!(answer["type"], "accepted", "{answer}");
        last = answer["seq"].as_u64().expect("a number");
        if open() == 1 {
            break;
        }
    }
    assert_eq!(open(), 1, "who reads is still there, who does not is gone");
    let seen = read_out(&mut asleep, before).await;
    assert!(seen < last);
    let end = resume(&server, &slow, &room, &snapshot["epoch"], seen, last).await;
    assert_eq!(end, last);
}

/// What had been sent before the close; it must be whole and in order, and end with 1013.
async fn read_out(socket: &mut support::server::Socket, before: u64) -> u64 {
    let mut seen = before;
    loop {
        match socket.next().await {
            Ok(message) if message["type"] == "entry" => {
                assert_eq!(message["seq"], seen + 1, "in order and without a gap");
                seen += 1;
            }
            Ok(_) => {}
            Err(code) => {
                assert_eq!(code, Some(1013));
                return seen;
            }
        }
    }
}

/// Comes back after `seen`: either every entry since then, or a snapshot that says that it is one. Where it ends.
async fn resume(
    server: &Server,
    who: &Person,
    room: &str,
    epoch: &Value,
    mut seen: u64,
    last: u64,
) -> u64 {
    let mut socket = server.hello(who).await;
    socket
        .send(json!({ "type": "watch", "room_id": room, "epoch": epoch, "after_seq": seen }))
        .await;
    while seen < last {
        let message = socket.next().await.expect("a message");
        match message["type"].as_str() {
            Some("entry") => {
                assert_eq!(message["seq"], seen + 1, "in order and without a gap");
                seen += 1;
            }
            Some("snapshot") => seen = message["seq"].as_u64().expect("a number"),
            _ => {}
        }
    }
    seen
}
