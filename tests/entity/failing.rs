//! Panics and disks that fail: the entity comes back from the journal, and nothing is half done.

use crate::*;

#[tokio::test]
async fn a_panicking_room_is_back_within_a_second_and_its_followers_miss_nothing() {
    let stage = Stage::start().await;
    let (host, room) = stage.room_with_track().await;
    let (other_host, other_room) = stage.room_with_track().await;
    let listener = Listener::default();
    stage.watch(host, room, &listener, None).await;
    let first = listener.snapshot_seq() + 1;
    stage
        .app
        .execute(By::User(host), room, seek(1).into(), None)
        .await
        .expect("accepted");

    let broken = stage
        .app
        .look(room, |_| -> () { panic!("on purpose") })
        .await;
    assert!(broken.is_err());
    let back = async {
        loop {
            match stage
                .app
                .execute(By::User(host), room, seek(2).into(), None)
                .await
            {
                Ok(executed) => return executed.seq.0,
                Err(_) => tokio::task::yield_now().await,
            }
        }
    };
    let seq = tokio::time::timeout(std::time::Duration::from_secs(1), back)
        .await
        .expect("back within a second");
    assert_eq!(seq, first + 1);
    listener.until(|seqs| seqs.len() == 2).await;
    assert_eq!(listener.seqs(), vec![first, first + 1]);
    stage
        .app
        .execute(By::User(other_host), other_room, seek(3).into(), None)
        .await
        .expect("the others go on");
}

#[tokio::test]
async fn a_failed_append_answers_so_and_the_room_comes_back_from_the_journal() {
    let stage = Stage::start().await;
    let (host, room) = stage.room_with_track().await;
    let before = stage.whole(room).await.expect("a room");
    stage
        .journal
        .fail_next(tutti::journal::AppendError::StorageFull);
    let refused = stage
        .app
        .execute(By::User(host), room, seek(9).into(), None)
        .await;
    let full = tutti::app::AppError::Failed(tutti::entity::Failure::StorageFull);
    assert_eq!(refused.expect_err("refused"), full);
    assert_eq!(
        stage.whole(room).await.expect("a room").room,
        before.room,
        "half applied"
    );
    let next = stage
        .app
        .execute(By::User(host), room, seek(9).into(), None)
        .await
        .expect("space is back");
    assert_eq!(next.seq, before.seq.next());
}

#[tokio::test]
async fn a_broken_disk_leaves_the_outcome_unknown_and_the_state_is_read_anew() {
    let stage = Stage::start().await;
    let (host, room) = stage.room_with_track().await;
    let before = stage.whole(room).await.expect("a room");
    stage
        .journal
        .fail_next(tutti::journal::AppendError::Failed("EIO".into()));
    let lost = stage
        .app
        .execute(By::User(host), room, seek(9).into(), None)
        .await;
    assert!(matches!(
        lost,
        Err(tutti::app::AppError::Failed(
            tutti::entity::Failure::Unknown(_)
        ))
    ));
    let after = support::app::eventually(|| async { stage.whole(room).await.ok() }).await;
    assert_eq!((after.seq, after.room), (before.seq, before.room));
}

#[tokio::test]
async fn what_was_decided_on_a_failed_append_fails_with_it() {
    let stage = Stage::start().await;
    let (host, room) = stage.room_with_track().await;
    let before = stage.whole(room).await.expect("a room").seq;
    stage.journal.hold();
    stage
        .journal
        .fail_next(tutti::journal::AppendError::StorageFull);
    let first = stage
        .app
        .submit(By::User(host), room, seek(1).into(), None)
        .await
        .expect("submitted");
    let second = stage
        .app
        .submit(By::User(host), room, seek(2).into(), None)
        .await
        .expect("submitted");
    stage.journal.until_held(2).await;
    stage.journal.release();
    assert!(first.await.is_err());
    assert!(second.await.is_err());
    let third = stage
        .app
        .execute(By::User(host), room, seek(3).into(), None)
        .await
        .expect("accepted");
    assert_eq!(third.seq, before.next());
}
