//! Saved playlists, as rules.

use uuid::Uuid;

use crate::domain::room::track::Source;
use crate::domain::testkit::*;
use crate::domain::user::{self, User};

use super::*;

fn track() -> Track {
    Track {
        title: "Song".into(),
        artists: vec![],
        album: None,
        duration: None,
        artwork_url: None,
        source: Source::Media(media(1)),
    }
}

fn guest() -> Story<User> {
    let (name, at) = ("Ann".into(), at(0));
    given([user::Event::GuestCreated { name, at }]).by(user(1))
}

fn save(name: &str, count: usize) -> user::Command {
    let (name, tracks) = (name.to_owned(), vec![track(); count]);
    Command::Save { name, tracks }.into()
}

fn playlist(n: u128) -> PlaylistId {
    PlaylistId(Uuid::from_u128(n))
}

fn saved(n: u128, count: usize) -> user::Event {
    let (name, tracks, at) = ("List".to_owned(), vec![track(); count], at(0));
    let playlist = playlist(n);
    Event::Saved {
        playlist,
        name,
        tracks,
        at,
    }
    .into()
}

fn with(events: impl IntoIterator<Item = user::Event>) -> Story<User> {
    let mut story = guest();
    for event in events {
        crate::domain::aggregate::Aggregate::evolve(&mut story.state, &event);
    }
    story
}

fn lists(story: &Story<User>) -> &Playlists {
    &story.state.known().expect("known").playlists
}

#[test]
fn a_playlist_is_kept_made_longer_and_given_up() {
    let story = guest().at(5_000);
    let playlist = PlaylistId(story.ctx.fresh);
    let story = story.when(save(" Evening ", 2)).then([Event::Saved {
        playlist,
        name: "Evening".into(),
        tracks: vec![track(); 2],
        at: at(5_000),
    }]);
    let tracks = vec![track(); 3];
    let extend = Command::Extend { playlist, tracks };
    let story = story.when(extend).accepted();
    let known = lists(&story).get(playlist).map(|saved| saved.tracks.len());
    assert_eq!(known, Ok(5));
    let story = story.when(Command::Delete { playlist }).accepted();
    assert!(lists(&story).saved.is_empty());
}

#[test]
fn only_ones_own_is_made_longer_and_given_up() {
    let playlist = playlist(9);
    let tracks = vec![track()];
    for command in [
        Command::Extend { playlist, tracks },
        Command::Delete { playlist },
    ] {
        guest().when(command).rejected(Rejection::NoSuchPlaylist);
    }
}

#[test]
fn a_playlist_has_a_name_and_something_in_it() {
    for wrong in ["", "  ", &"x".repeat(MAX_NAME + 1)] {
        guest()
            .when(save(wrong, 1))
            .rejected(Rejection::InvalidName);
    }
    guest().when(save("List", 0)).rejected(Rejection::Empty);
}

#[test]
fn its_tracks_are_well_described() {
    let track = Track {
        title: " ".into(),
        ..track()
    };
    let why = track.checked().expect_err("it is badly described");
    let (name, tracks) = ("List".to_owned(), vec![track]);
    guest()
        .when(Command::Save { name, tracks })
        .rejected(Rejection::InvalidTrack(why));
}

#[test]
fn playlists_are_bounded_in_length_and_in_number() {
    guest()
        .when(save("List", MAX_TRACKS + 1))
        .rejected(Rejection::TooLong);
    let (playlist, tracks) = (playlist(1), vec![track(); 2]);
    with([saved(1, MAX_TRACKS - 1)])
        .when(Command::Extend { playlist, tracks })
        .rejected(Rejection::TooLong);
    with((0..MAX_PLAYLISTS as u128).map(|n| saved(n, 1)))
        .when(save("List", 1))
        .rejected(Rejection::TooMany);
    with((0..5).map(|n| saved(n, MAX_ALL / 5)))
        .when(save("List", 1))
        .rejected(Rejection::TooMany);
}
