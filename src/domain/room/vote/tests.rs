//! Voting to skip, as rules.

use crate::domain::room::playback::Change;
use crate::domain::room::testkit::*;
use crate::domain::room::{Room, settings};
use crate::domain::testkit::*;

use super::*;

fn vote() -> Command {
    Command { item: None }
}

fn voted(user: UserId, votes: u32, needed: u32) -> Event {
    let item = item(1);
    Event {
        user,
        item,
        votes,
        needed,
    }
}

/// The host and two guests are connected; half of three makes two.
fn room() -> Story<Room> {
    playing_room().connected([host(), guest(), other_guest()])
}

#[test]
fn the_deciding_vote_skips_in_the_same_entry() {
    let room = room().by(guest()).when(vote());
    let room = room.then([voted(guest(), 1, 2)]);
    let why = Change::VotedOff;
    let room = room.by(other_guest()).at(2_000).lead(300).when(vote());
    let skip = changed(running(2, 0, 2_300), why);
    let room = room.then::<Fact>([voted(other_guest(), 2, 2).into(), skip]);
    assert!(room.room().votes.by.is_empty());
}

#[test]
fn each_member_has_one_vote() {
    let room = room().by(guest()).when(vote()).accepted();
    room.when(vote()).then_nothing();
}

#[test]
fn votes_of_those_who_are_away_wait_and_do_not_count() {
    let room = room().by(guest()).when(vote()).accepted();
    let room = room.connected([host(), other_guest(), user(7), user(8)]);
    let room = room.by(other_guest()).when(vote());
    let room = room.then::<Fact>([
        voted(other_guest(), 1, 1).into(),
        changed(running(2, 0, 0), Change::VotedOff),
    ]);
    assert_eq!(room.timeline().item, item(2));
}

#[test]
fn one_alone_decides_alone_though_no_socket_is_theirs() {
    let room = playing_room().by(guest()).when(vote()).accepted();
    assert_eq!(room.timeline().item, item(2));
}

#[test]
fn votes_are_void_once_another_item_plays_and_with_who_leaves() {
    let room = room().by(guest()).when(vote()).accepted();
    let next = changed(running(3, 0, 0), Change::Selected);
    assert!(room.clone().after(next).room().votes.by.is_empty());
    let user = guest();
    let gone = room.clone().after(membership::Event::Left { user });
    assert!(gone.room().votes.by.is_empty());
    let paused = room.after(paused(standing(1, 5, 0)));
    assert_eq!(paused.room().votes.by.len(), 1);
}

#[test]
fn a_vote_against_what_is_over_already_says_nothing() {
    let item = Some(item(2));
    room().by(guest()).when(Command { item }).then_nothing();
}

#[test]
fn the_last_item_voted_off_makes_silence() {
    let room = room_playing([Some(10_000)]).by(guest()).at(3_000);
    let room = room.when(vote()).then::<Fact>([
        voted(guest(), 1, 1).into(),
        finished(standing(1, 10_000, 3_000)),
    ]);
    assert!(!room.room().playback.is_playing());
}

#[test]
fn the_threshold_is_the_rooms_own() {
    let set = |percent| {
        let on = true;
        settings::Command::SetVoteSkip(VoteSkip { on, percent })
    };
    let room = room().when(set(100)).accepted();
    let room = room.by(guest()).when(vote()).then([voted(guest(), 1, 3)]);
    for wrong in [0, 101] {
        let room = room.clone().by(host());
        room.when(set(wrong))
            .rejected(settings::Rejection::InvalidPercent);
    }
    let room = room.by(guest()).when(set(10));
    let _ = room.rejected(membership::Rejection::OnlyHost);
}

#[test]
fn where_voting_is_off_nobody_votes() {
    let off = VoteSkip {
        on: false,
        percent: 50,
    };
    let room = room().when(settings::Command::SetVoteSkip(off)).accepted();
    room.by(guest()).when(vote()).rejected(Rejection::Off);
}

#[test]
fn nothing_and_nobody_to_vote() {
    room_with([])
        .by(guest())
        .when(vote())
        .rejected(playback::Rejection::NothingToPlay);
    let no = || No::from(membership::Rejection::NotMember);
    room().by(stranger()).when(vote()).rejected(no());
    room().by_system().when(vote()).rejected(no());
}
