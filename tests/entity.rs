//! The generic entity, through the app: persist before publish, retries, resuming, idling, and coming back from a panic.

mod support {
    pub mod app;
}

use support::app::{Listener, Stage, add_track};
use tutti::domain::aggregate::By;
use tutti::domain::room::{membership, playback, settings};
use tutti::entity::{Idempotency, Resume};
use tutti::ids::UserId;
use tutti::journal::Seq;

fn key(id: &str, fingerprint: u64) -> Option<Idempotency> {
    Some(Idempotency {
        id: id.parse().expect("a command id"),
        fingerprint,
    })
}

fn seek(ms: u64) -> playback::Command {
    playback::Command::Seek {
        position: tutti::time::Position::from_ms(ms),
    }
}

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
async fn a_room_that_closes_leaves_its_members_lists_even_across_a_crash() {
    let stage = Stage::start().await;
    let (host, room) = stage.room_with_track().await;
    let guest = stage.guest().await;
    stage
        .app
        .join(guest, room, None, None)
        .await
        .expect("joined");
    stage.until_rooms(guest, 1).await;
    stage.journal.forget_settled();
    stage
        .app
        .execute(
            By::User(host),
            room,
            tutti::domain::room::Command::Close,
            None,
        )
        .await
        .expect("closed");
    let stage = stage.crash().await;
    stage.until_rooms(guest, 0).await;
    stage.until_rooms(host, 0).await;
}

#[tokio::test]
async fn two_apps_run_in_one_process() {
    let (one, two) = tokio::join!(Stage::start(), Stage::start());
    let (host, room) = one.room_with_track().await;
    one.app
        .execute(By::User(host), room, playback::Command::Play.into(), None)
        .await
        .expect("accepted");
    assert!(
        two.whole(room).await.is_err(),
        "the other app knows nothing of it"
    );
    two.app.close().await;
    one.app
        .execute(By::User(host), room, playback::Command::Pause.into(), None)
        .await
        .expect("still there");
}

#[tokio::test]
async fn a_track_of_known_length_hands_over_to_the_next_without_a_gap() {
    let stage = Stage::start().await;
    let (host, room) = stage.room_with_track().await;
    let by = By::User(host);
    let first = stage
        .whole(room)
        .await
        .expect("a room")
        .room
        .playback
        .current()
        .expect("an item");
    let short = add_track("Short", Some(1_200));
    stage
        .app
        .execute(by, room, short.clone(), None)
        .await
        .expect("accepted");
    stage
        .app
        .execute(by, room, short, None)
        .await
        .expect("accepted");
    stage
        .app
        .execute(
            by,
            room,
            tutti::domain::room::playlist::Command::Remove { item: first }.into(),
            None,
        )
        .await
        .expect("accepted");
    stage
        .app
        .execute(by, room, playback::Command::Play.into(), None)
        .await
        .expect("accepted");
    let started = stage
        .whole(room)
        .await
        .expect("a room")
        .room
        .playback
        .timeline
        .expect("a timeline");
    let next = support::app::eventually(|| async {
        let timeline = stage.whole(room).await.ok()?.room.playback.timeline?;
        (timeline.item != started.item).then_some(timeline)
    })
    .await;
    assert_eq!(
        next.at,
        started
            .ends_at(tutti::time::Span::from_ms(1_200))
            .expect("an end")
    );
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

#[tokio::test]
async fn settings_survive_a_restart_as_they_were() {
    let stage = Stage::start().await;
    let (host, room) = stage.room_with_track().await;
    let renamed = settings::Command::Rename("Kitchen".into());
    stage
        .app
        .execute(By::User(host), room, renamed.into(), None)
        .await
        .expect("accepted");
    let before = stage.whole(room).await.expect("a room");
    let stage = stage.restart().await;
    let after = stage.whole(room).await.expect("a room");
    assert_eq!(
        (before.room, before.seq, before.epoch),
        (after.room, after.seq, after.epoch)
    );
}

#[tokio::test]
async fn a_crowded_room_lists_a_hundred_members_and_counts_them_all() {
    let stage = Stage::start().await;
    let (host, room) = stage.room_with_track().await;
    let mut guests = Vec::new();
    for _ in 0..tutti::app::NAMED_PRESENCE {
        let guest = stage.guest().await;
        let joined = stage.app.join(guest, room, None, None).await;
        guests.push(guest);
        let view = joined.expect("a member");
        assert_eq!(view.members.viewer, Some(membership::Role::Guest));
        assert_eq!(view.members.count, guests.len() + 1);
    }
    let promoted = *guests.last().expect("a guest");
    let promote = membership::Command::Promote { user: promoted };
    let promoting = stage
        .app
        .execute(By::User(host), room, promote.into(), None);
    promoting.await.expect("accepted");
    let members = stage.app.view(host, room).await.expect("a room").members;
    let listed: Vec<_> = members.listed.iter().map(|l| l.member.user).collect();
    assert_eq!(listed.len(), tutti::app::LISTED_MEMBERS);
    assert_eq!(listed[..3], [host, promoted, guests[0]]);
    assert_eq!(members.host, Some(host));
}

#[tokio::test(start_paused = true)]
async fn who_can_never_come_back_to_a_quick_room_leaves_it_after_a_crash() {
    use tutti::app::HOST_GRACE;
    use tutti::domain::session::TokenHash;
    let stage = Stage::start().await;
    // A guest of the moment has no session: nothing but the connection that a crash took.
    let ghost = stage.guest().await;
    let room = stage
        .app
        .enter_quick(ghost, "kitchen")
        .await
        .expect("a room");
    let ben = stage.guest().await;
    let token = TokenHash([7; 32]);
    let session = stage.app.open_session(ben, "a phone".into(), token);
    session.await.expect("a session");
    stage.app.enter_quick(ben, "kitchen").await.expect("a room");
    let stage = stage.crash().await;
    let members = async |stage: &Stage| {
        let whole = stage.whole(room).await.expect("the room");
        whole
            .room
            .membership
            .members
            .into_keys()
            .collect::<Vec<_>>()
    };
    assert_eq!(members(&stage).await.len(), 2);
    tokio::time::sleep(HOST_GRACE.to_std() * 2).await;
    assert_eq!(members(&stage).await, [ben]);
    let host = stage
        .whole(room)
        .await
        .expect("the room")
        .room
        .membership
        .host;
    assert_eq!(host, Some(ben));
}
