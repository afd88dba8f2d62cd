//! Entities that stop while nobody wants them, and start again.

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
