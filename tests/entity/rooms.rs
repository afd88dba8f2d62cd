//! Rooms through the whole app: who closes, hands over, crashes and comes back.

use crate::*;

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
