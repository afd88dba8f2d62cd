//! Followers who come back: exactly what they missed, or a snapshot.

use crate::*;

#[tokio::test]
async fn who_comes_back_gets_exactly_what_was_missed() {
    let stage = Stage::start().await;
    let (host, room) = stage.room_with_track().await;
    let (by, listener) = (By::User(host), Listener::default());
    stage.watch(host, room, &listener, None).await;
    let (epoch, after) = listener.position();
    for ms in 0..10 {
        stage
            .app
            .execute(by, room, seek(ms).into(), None)
            .await
            .expect("accepted");
    }
    let back = Listener::default();
    stage
        .watch(
            host,
            room,
            &back,
            Some(Resume {
                epoch,
                after: Seq(after.0 + 3),
            }),
        )
        .await;
    stage
        .app
        .execute(by, room, seek(77).into(), None)
        .await
        .expect("accepted");
    back.until(|seqs| seqs.len() == 8).await;
    assert_eq!(
        back.seqs(),
        (after.0 + 4..=after.0 + 11).collect::<Vec<_>>()
    );
    assert_eq!(back.snapshots(), 0);
}

#[tokio::test]
async fn who_knows_another_epoch_or_missed_too_much_gets_a_snapshot() {
    let stage = Stage::start().await;
    let (host, room) = stage.room_with_track().await;
    let listener = Listener::default();
    stage.watch(host, room, &listener, None).await;
    let (epoch, after) = listener.position();
    let other = Resume {
        epoch: tutti::journal::Epoch(epoch.0 ^ 1),
        after,
    };
    let ahead = Resume {
        epoch,
        after: Seq(after.0 + 1),
    };
    for resume in [other, ahead] {
        let back = Listener::default();
        stage.watch(host, room, &back, Some(resume)).await;
        assert_eq!((back.snapshots(), back.seqs().len()), (1, 0));
    }
    for ms in 0..300 {
        stage
            .app
            .execute(By::User(host), room, seek(ms).into(), None)
            .await
            .expect("accepted");
    }
    let back = Listener::default();
    stage
        .watch(host, room, &back, Some(Resume { epoch, after }))
        .await;
    assert_eq!((back.snapshots(), back.snapshot_seq()), (1, after.0 + 300));
}
