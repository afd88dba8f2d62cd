//! Commands: decided in order, durable before anybody is told, and applied once.

use crate::*;

#[tokio::test]
async fn nothing_is_answered_or_published_before_it_is_durable() {
    let stage = Stage::start().await;
    let (host, room) = stage.room_with_track().await;
    let listener = Listener::default();
    stage.watch(host, room, &listener, None).await;
    let seen = listener.count();

    stage.journal.hold();
    let app = stage.app.clone();
    let executing = tokio::spawn(async move {
        app.execute(By::User(host), room, seek(1_000).into(), None)
            .await
    });
    stage.journal.until_held(1).await;
    assert!(!executing.is_finished(), "answered before it was durable");
    assert_eq!(listener.count(), seen, "published before it was durable");

    stage.journal.release();
    let executed = executing.await.expect("no panic").expect("accepted");
    listener
        .until(|seqs| seqs.last() == Some(&executed.seq.0))
        .await;
}

#[tokio::test]
async fn commands_in_flight_together_are_decided_in_order_and_numbered_without_gaps() {
    let stage = Stage::start().await;
    let (host, room) = stage.room_with_track().await;
    let listener = Listener::default();
    stage.watch(host, room, &listener, None).await;
    let first = listener.snapshot_seq() + 1;

    stage.journal.hold();
    let mut answers = Vec::new();
    for ms in 0..50 {
        answers.push(
            stage
                .app
                .submit(By::User(host), room, seek(ms).into(), None)
                .await
                .expect("submitted"),
        );
    }
    stage.journal.until_held(50).await;
    stage.journal.release();
    let mut seqs = Vec::new();
    for answer in answers {
        seqs.push(answer.await.expect("accepted").0);
    }
    assert_eq!(seqs, (first..first + 50).collect::<Vec<_>>());
    listener.until(|heard| heard.len() == 50).await;
    assert_eq!(listener.seqs(), seqs);
}

#[tokio::test]
async fn a_repeated_command_id_applies_once_and_gets_the_first_result() {
    let stage = Stage::start().await;
    let (host, room) = stage.room_with_track().await;
    let by = By::User(host);
    let first = stage
        .app
        .execute(by, room, seek(5).into(), key("a", 1))
        .await
        .expect("accepted");
    let again = stage
        .app
        .execute(by, room, seek(5).into(), key("a", 1))
        .await
        .expect("accepted");
    assert_eq!((first.seq, first.entry), (again.seq, again.entry));
    let other = stage
        .app
        .execute(by, room, seek(6).into(), key("a", 2))
        .await;
    assert_eq!(
        other.expect_err("a conflict"),
        tutti::app::AppError::KeyReused
    );
    assert_eq!(stage.whole(room).await.expect("a room").seq, first.seq);
}

#[tokio::test]
async fn a_command_id_is_remembered_across_restarts_with_and_without_a_snapshot() {
    let stage = Stage::start().await;
    let (host, room) = stage.room_with_track().await;
    let by = By::User(host);
    let first = stage
        .app
        .execute(by, room, seek(5).into(), key("a", 1))
        .await
        .expect("accepted");
    for ms in 0..100 {
        stage
            .app
            .execute(by, room, seek(ms).into(), None)
            .await
            .expect("accepted");
    }
    let seq = stage.whole(room).await.expect("a room").seq;
    let stage = stage.restart().await;
    let again = stage
        .app
        .execute(by, room, seek(5).into(), key("a", 1))
        .await
        .expect("accepted");
    assert_eq!((first.seq, first.entry), (again.seq, again.entry));
    assert_eq!(stage.whole(room).await.expect("a room").seq, seq);
}

#[tokio::test]
async fn a_rejected_command_is_not_journaled_and_may_be_tried_again_under_its_id() {
    let stage = Stage::start().await;
    let (host, room) = stage.room_with_track().await;
    let by = By::User(host);
    let before = stage.whole(room).await.expect("a room").seq;
    let past_end = stage
        .app
        .execute(by, room, seek(9_999_999).into(), key("b", 1))
        .await;
    assert!(past_end.is_err());
    assert_eq!(stage.whole(room).await.expect("a room").seq, before);
    let now = stage
        .app
        .execute(by, room, seek(1).into(), key("b", 1))
        .await
        .expect("accepted");
    assert_eq!(now.seq, before.next());
}

#[tokio::test]
async fn too_many_waiting_commands_are_refused_before_memory_grows() {
    let stage = Stage::start().await;
    let (host, room) = stage.room_with_track().await;
    stage.journal.hold();
    let mut refused = 0;
    let mut waiting = Vec::new();
    for ms in 0..2_000 {
        match stage
            .app
            .submit(By::User(host), room, seek(ms).into(), None)
            .await
        {
            Ok(answer) => waiting.push(answer),
            Err(error) => {
                assert_eq!(
                    error,
                    tutti::app::AppError::Failed(tutti::entity::Failure::Overloaded)
                );
                refused += 1;
            }
        }
    }
    assert_eq!((waiting.len(), refused), (1_024, 976));
    stage.journal.release();
    for answer in waiting {
        answer.await.expect("accepted");
    }
}

#[tokio::test]
async fn a_claimed_name_is_refused_to_the_second_who_asks() {
    let stage = Stage::start().await;
    let one = stage.register("Ada").await.expect("registered");
    let again = stage.register("aDA").await.expect_err("taken");
    let taken = tutti::domain::user::profile::Rejection::UsernameTaken;
    assert_eq!(again, tutti::app::AppError::User(taken.into()));
    assert_eq!(stage.app.find_login("ADA"), Some(one));
}
