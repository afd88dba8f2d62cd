//! Entities that stop while nobody wants them, and start again.

use std::sync::Arc;

use tutti::app::Options;
use tutti::time::Span;

use crate::support::app::eventually;
use crate::*;

#[tokio::test]
async fn one_who_starts_an_idle_entity_while_it_stops_loses_nothing() {
    let stage = Stage::start().await;
    let users: Vec<UserId> = futures_util::future::join_all((0..20).map(|_| stage.guest())).await;
    for round in 0..30 {
        let asked = users.iter().map(|user| {
            let command = tutti::domain::user::Command::SetName(format!("Name {round}"));
            stage.app.user_command(*user, command, None)
        });
        for answer in futures_util::future::join_all(asked).await {
            answer.expect("accepted");
        }
        stage.app.sweep_idle();
    }
    for user in users {
        assert_eq!(
            stage.app.account(user).await.expect("an account").name,
            "Name 29"
        );
    }
}

#[tokio::test]
async fn many_who_ask_for_one_sleeping_room_at_once_find_the_same() {
    let stage = Stage::start().await;
    let (host, room) = stage.room_with_track().await;
    let stage = stage.restart().await;
    let asked = (0..100).map(|ms| {
        stage
            .app
            .execute(By::User(host), room, seek(ms).into(), None)
    });
    let mut seqs: Vec<u64> = futures_util::future::join_all(asked)
        .await
        .into_iter()
        .map(|done| done.expect("accepted").seq.0)
        .collect();
    seqs.sort_unstable();
    let first = seqs[0];
    assert_eq!(seqs, (first..first + 100).collect::<Vec<_>>());
}

#[tokio::test]
async fn what_nobody_uses_or_follows_leaves_memory_by_itself() {
    let options = Options {
        idle_rooms: Span::ZERO,
        ..Options::default()
    };
    let stage = Stage::with(Arc::default(), options).await;
    let running = |wanted: [usize; 3]| {
        let stage = &stage;
        eventually(move || async move { (stage.app.running() == wanted).then_some(()) })
    };
    let (host, followed) = stage.room_with_track().await;
    let listener = Listener::default();
    let connection = stage.watch(host, followed, &listener, None).await;
    let (_, other) = stage.room_with_track().await;
    stage.app.look(other, |_| ()).await.expect("a room");
    running([1, 0, 0]).await;

    let seek = stage
        .app
        .execute(By::User(host), followed, seek(7).into(), None);
    let seq = seek.await.expect("accepted").seq.0;
    listener.until(|seqs| seqs.last() == Some(&seq)).await;

    stage.app.disconnected(connection, &[followed]);
    running([0, 0, 0]).await;
}
