//! What one aggregate tells another arrives, whatever breaks in between; told twice it changes nothing.

mod support {
    pub mod app;
}

use std::sync::Arc;

use support::app::{Listener, Stage, eventually};
use tutti::app::{AppError, Direction};
use tutti::domain::aggregate::By;
use tutti::domain::room::playback;
use tutti::domain::user;
use tutti::domain::user::friendship::{Friendships, Rejection};
use tutti::ids::UserId;
use tutti::journal::AppendError;
use tutti::time::Position;

async fn two(stage: &Stage) -> (UserId, UserId) {
    let one = stage.register("one").await.expect("an account");
    let two = stage.register("two").await.expect("an account");
    (one, two)
}

async fn side(stage: &Stage, user: UserId) -> Arc<Friendships> {
    stage.app.friendships(user).await.expect("an account")
}

#[tokio::test]
async fn everything_told_again_after_a_crash_changes_nothing() {
    let stage = Stage::start().await;
    let (one, two) = two(&stage).await;
    let three = stage.register("three").await.expect("an account");
    let app = &stage.app;
    stage.journal.forget_settled();
    let first = app.ask_friend(one, two, None).await.expect("asked");
    app.reject_friend(two, first.id, None)
        .await
        .expect("rejected");
    let second = app.ask_friend(two, one, None).await.expect("asked");
    app.accept_friend(one, second.id, None)
        .await
        .expect("accepted");
    app.remove_friend(two, one, None).await.expect("removed");
    app.ask_friend(one, three, None).await.expect("asked");
    app.ask_friend(three, one, None).await.expect("crossed");
    let before = [
        side(&stage, one).await,
        side(&stage, two).await,
        side(&stage, three).await,
    ];
    assert!(before[0].is_friend(three) && !before[0].is_friend(two));

    let stage = stage.crash().await;
    // What is told anew comes behind all that is told again.
    stage
        .app
        .ask_friend(two, one, None)
        .await
        .expect("asked again");
    let waiting = stage.app.friend_requests(one, Direction::Received).await;
    assert_eq!(waiting.expect("requests").len(), 1);
    assert_eq!(side(&stage, three).await, before[2]);
    let now = side(&stage, one).await;
    assert_eq!(
        (&now.friends, &now.sent),
        (&before[0].friends, &before[0].sent)
    );
}

#[tokio::test]
async fn who_could_not_keep_what_it_was_told_is_told_again() {
    let stage = Stage::start().await;
    let (one, two) = two(&stage).await;
    stage.journal.hold();
    let app = stage.app.clone();
    let asked = tokio::spawn(async move { app.ask_friend(one, two, None).await });
    stage.journal.until_held(1).await;
    stage.journal.release();
    // The first append is through; the next one is that of the one who is asked.
    stage.journal.fail_next(AppendError::StorageFull);
    let asked = asked.await.expect("no panic").expect("asked");
    eventually(|| async {
        let received = &side(&stage, two).await.received;
        received
            .get(&one)
            .filter(|p| p.request == asked.id)
            .copied()
    })
    .await;
}

#[tokio::test]
async fn what_a_lost_actor_could_not_tell_is_told_when_it_is_back() {
    let stage = Stage::start().await;
    let (one, two) = two(&stage).await;
    side(&stage, one).await;
    stage.journal.hold();
    let app = stage.app.clone();
    let asked = tokio::spawn(async move { app.ask_friend(one, two, None).await });
    stage.journal.until_held(1).await;
    let host = stage.app.clone();
    let lost = tokio::spawn(async move {
        host.look_at_user(one, |_| -> () { panic!("on purpose") })
            .await
    });
    assert!(lost.await.expect("no panic here").is_err());
    stage.journal.release();
    assert!(
        asked.await.expect("no panic here").is_err(),
        "outcome unknown"
    );
    // Whoever asks for the account next brings it back.
    eventually(|| async {
        stage.app.account(one).await.ok()?;
        side(&stage, two).await.received.get(&one).copied()
    })
    .await;
    let again = stage.app.ask_friend(one, two, None).await;
    assert_eq!(
        again.expect_err("it is out"),
        AppError::User(user::Rejection::Friendship(Rejection::AlreadyAsked))
    );
}

#[tokio::test]
async fn who_follows_a_room_misses_no_entry_of_an_actor_lost_at_its_first() {
    let stage = Stage::start().await;
    let (host, room) = stage.room_with_track().await;
    let stage = stage.restart().await;
    let listener = Listener::default();
    stage.watch(host, room, &listener, None).await;
    let next = listener.snapshot_seq() + 1;
    stage.journal.hold();
    let app = stage.app.clone();
    let seek = playback::Command::Seek {
        position: Position::from_ms(7),
    };
    let sought = tokio::spawn(async move {
        app.execute(By::User(host), room, seek.into(), None)
            .await
            .map(|done| done.seq)
    });
    stage.journal.until_held(1).await;
    let broken = stage.app.look(room, |_| -> () { panic!("on purpose") });
    assert!(broken.await.is_err());
    stage.journal.release();
    assert!(
        sought.await.expect("no panic here").is_err(),
        "outcome unknown"
    );
    eventually(|| async { stage.whole(room).await.ok() }).await;
    listener.until(|seqs| seqs == [next]).await;
}
