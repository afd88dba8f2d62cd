//! Every stored event keeps its meaning: one fixture an event type and version, never edited.
//!
//! A fixture is an entry with one event: its bytes in hex, and below them the same as exported JSON. Where one is
//! missing, `TUTTI_WRITE_GOLDEN=1` writes it (and only it); commit the new file.

#[path = "support/samples.rs"]
mod samples;

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::path::{Path, PathBuf};

use tutti::domain::aggregate::Aggregate;
use tutti::domain::room::{
    Room, chat, membership, moderation, playback, playlist, request, settings,
};
use tutti::domain::session::Session;
use tutti::domain::user::friendship::Event as Friendship;
use tutti::domain::user::{User, playlists};
use tutti::domain::{room, session, user};
use tutti::journal::Kind;
use tutti::journal::stored::{
    EventType, Stored, decode_any, entry_from_json, entry_to_json, event_types,
};

/// The stored name of a fact. A new variant does not compile until it is named here, and then needs its fixture.
fn room_name(event: &room::Event) -> &'static str {
    match event {
        room::Event::Created { .. } => "created",
        room::Event::Closed { .. } => "closed",
        room::Event::Playback(event) => match event {
            playback::Event::Started { .. } => "playback_started",
            playback::Event::Paused { .. } => "playback_paused",
            playback::Event::Seeked { .. } => "playback_seeked",
            playback::Event::Changed { .. } => "playback_changed",
            playback::Event::Finished { .. } => "playback_finished",
            playback::Event::Emptied => "playback_emptied",
        },
        room::Event::Playlist(event) => match event {
            playlist::Event::Added { .. } => "item_added",
            playlist::Event::Moved { .. } => "item_moved",
            playlist::Event::Removed { .. } => "item_removed",
            playlist::Event::Edited { .. } => "item_edited",
            playlist::Event::Reordered { .. } => "playlist_reordered",
            playlist::Event::Cleared => "playlist_cleared",
            playlist::Event::RepeatSet(_) => "repeat_set",
            playlist::Event::Shuffled { .. } => "playlist_shuffled",
            playlist::Event::Unshuffled => "playlist_unshuffled",
        },
        room::Event::Membership(event) => match event {
            membership::Event::Joined { .. } => "member_joined",
            membership::Event::Left { .. } => "member_left",
            membership::Event::HostChanged { .. } => "host_changed",
            membership::Event::RoleChanged { .. } => "role_changed",
        },
        room::Event::Settings(event) => match event {
            settings::Event::Renamed(_) => "renamed",
            settings::Event::VisibilitySet(_) => "visibility_set",
            settings::Event::ControlSet(_) => "control_set",
            settings::Event::VolumeSet(_) => "volume_set",
            settings::Event::VoteSkipSet(_) => "vote_skip_set",
            settings::Event::InviteRenewed { .. } => "invite_renewed",
        },
        room::Event::Request(event) => match event {
            request::Event::Submitted { .. } => "request_submitted",
            request::Event::Approved { .. } => "request_approved",
            request::Event::Denied { .. } => "request_denied",
            request::Event::Withdrawn { .. } => "request_withdrawn",
        },
        room::Event::Moderation(event) => match event {
            moderation::Event::Kicked { .. } => "member_kicked",
            moderation::Event::Banned { .. } => "member_banned",
            moderation::Event::Unbanned { .. } => "member_unbanned",
            moderation::Event::Muted { .. } => "member_muted",
            moderation::Event::Unmuted { .. } => "member_unmuted",
        },
        room::Event::Vote(_) => "skip_voted",
        room::Event::Chat(event) => match event {
            chat::Event::Said { .. } => "message_said",
            chat::Event::Deleted { .. } => "message_deleted",
        },
        room::Event::Undo(_) => "undone",
    }
}

fn user_name(event: &user::Event) -> &'static str {
    match event {
        user::Event::GuestCreated { .. } => "guest_created",
        user::Event::Registered { .. } => "registered",
        user::Event::UsernameSet { .. } => "username_set",
        user::Event::NameSet(_) => "name_set",
        user::Event::EmailSet { .. } => "email_set",
        user::Event::PasswordSet(_) => "password_set",
        user::Event::AdminSet(_) => "admin_set",
        user::Event::Disabled { .. } => "disabled",
        user::Event::Enabled { .. } => "enabled",
        user::Event::RoomJoined { .. } => "room_joined",
        user::Event::RoomLeft { .. } => "room_left",
        user::Event::Friendship(event) => friendship_name(event),
        user::Event::Erased { .. } => "erased",
        user::Event::Playlists(event) => match event {
            playlists::Event::Saved { .. } => "playlist_saved",
            playlists::Event::Extended { .. } => "playlist_extended",
            playlists::Event::Deleted { .. } => "playlist_deleted",
        },
    }
}

fn friendship_name(event: &Friendship) -> &'static str {
    match event {
        Friendship::RequestSent { .. } => "friend_request_sent",
        Friendship::RequestReceived { .. } => "friend_request_received",
        Friendship::Accepted { .. } => "friend_accepted",
        Friendship::AcceptHeard { .. } => "friend_accept_heard",
        Friendship::RequestsCrossed { .. } => "friend_requests_crossed",
        Friendship::Rejected { .. } => "friend_rejected",
        Friendship::RejectHeard { .. } => "friend_reject_heard",
        Friendship::RequestWithdrawn { .. } => "friend_request_withdrawn",
        Friendship::Removed { .. } => "friend_removed",
        Friendship::RemoveHeard { .. } => "friend_remove_heard",
        Friendship::InviteSent { .. } => "room_invite_sent",
        Friendship::InviteReceived { .. } => "room_invite_received",
        Friendship::InviteDismissed { .. } => "room_invite_dismissed",
        Friendship::Gone { .. } => "friend_gone",
    }
}

fn session_name(event: &session::Event) -> &'static str {
    match event {
        session::Event::Opened { .. } => "opened",
        session::Event::Refreshed { .. } => "refreshed",
        session::Event::Revoked { .. } => "revoked",
        session::Event::OutputLatencySet(_) => "output_latency_set",
        session::Event::PushSubscribed(_) => "push_subscribed",
        session::Event::PushUnsubscribed => "push_unsubscribed",
    }
}

#[test]
fn every_stored_event_of_a_room_has_its_fixture_and_keeps_its_meaning() {
    check::<Room>(samples::room_events(), room_name);
}

#[test]
fn every_stored_event_of_a_user_has_its_fixture_and_keeps_its_meaning() {
    check::<User>(samples::user_events(), user_name);
}

#[test]
fn every_stored_event_of_a_session_has_its_fixture_and_keeps_its_meaning() {
    check::<Session>(samples::session_events(), session_name);
}

#[test]
fn every_snapshot_keeps_its_meaning_or_changes_its_version() {
    check_state::<Room>(
        "room",
        samples::room_events(),
        &["closed", "playlist_cleared"],
        room_name,
    );
    check_state::<User>(
        "user",
        samples::user_events(),
        &[
            "room_left",
            "playlist_deleted",
            "room_invite_dismissed",
            "friend_gone",
            "erased",
        ],
        user_name,
    );
    check_state::<Session>(
        "session",
        samples::session_events(),
        &["revoked"],
        session_name,
    );
}

fn check<A: Stored>(samples: Vec<A::Event>, name: fn(&A::Event) -> &'static str)
where
    A::Event: Debug,
{
    let types = event_types(A::KIND);
    assert!(
        types.is_sorted_by(|a, b| a.number < b.number),
        "numbers are unique and ascending"
    );
    let sampled: BTreeSet<_> = samples.iter().map(name).collect();
    let named: BTreeSet<_> = types.iter().map(|t| t.name).collect();
    assert_eq!(sampled, named, "one sample for each name");

    for known in types {
        let newest = !types
            .iter()
            .any(|t| t.name == known.name && t.version > known.version);
        let sample = samples
            .iter()
            .find(|event| name(event) == known.name)
            .expect("sampled");
        let entry = samples::entry(42, vec![sample.clone()]);
        let path = fixture(A::KIND, known);
        if newest {
            write_missing::<A>(&path, &A::encode_entry(&entry));
        }
        let (bytes, json) = read_fixture(&path);
        let exported = entry_to_json(A::KIND, &bytes).expect("exports");
        assert_eq!(exported, json, "{}", path.display());
        assert_eq!(
            entry_from_json(A::KIND, json),
            Ok(bytes.clone()),
            "{}",
            path.display()
        );
        assert!(decode_any(A::KIND, &bytes).is_ok(), "{}", path.display());
        if newest {
            assert_eq!(
                A::decode_entry(&bytes),
                Ok(entry.clone()),
                "{}",
                path.display()
            );
            assert_eq!(A::encode_entry(&entry), bytes, "{}", path.display());
        }
    }
}

fn check_state<A: Stored>(
    kind: &str,
    samples: Vec<A::Event>,
    leave_out: &[&str],
    name: fn(&A::Event) -> &'static str,
) {
    let mut state = A::default();
    for event in samples
        .iter()
        .filter(|event| !leave_out.contains(&name(event)))
    {
        Aggregate::evolve(&mut state, event);
    }
    let path = root()
        .join("state")
        .join(format!("{kind}_v{}.hex", A::STATE_VERSION));
    if !path.exists() && std::env::var_os("TUTTI_WRITE_GOLDEN").is_some() {
        write(&path, &format!("{}\n", hex(&state.encode_state())));
    }
    let bytes = unhex(read(&path).trim());
    assert_eq!(
        A::decode_state(&bytes).as_ref(),
        Ok(&state),
        "{}",
        path.display()
    );
    assert_eq!(state.encode_state(), bytes, "{}", path.display());
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

fn fixture(kind: Kind, known: &EventType) -> PathBuf {
    let file = format!("{:02}_{}_v{}.txt", known.number, known.name, known.version);
    root().join(kind.prefix()).join(file)
}

fn write_missing<A: Stored>(path: &Path, bytes: &[u8]) {
    if !path.exists() && std::env::var_os("TUTTI_WRITE_GOLDEN").is_some() {
        let json = entry_to_json(A::KIND, bytes).expect("exports");
        write(path, &format!("{}\n{json}\n", hex(bytes)));
    }
}

fn write(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("makes the folder");
    std::fs::write(path, text).expect("writes the fixture");
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|_| {
        panic!(
            "{} is missing: TUTTI_WRITE_GOLDEN=1 writes it",
            path.display()
        )
    })
}

fn read_fixture(path: &Path) -> (Vec<u8>, serde_json::Value) {
    let text = read(path);
    let (bytes, json) = text.split_once('\n').expect("two lines");
    (unhex(bytes), serde_json::from_str(json).expect("JSON"))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Vec<u8> {
    let digits: Vec<char> = text.chars().collect();
    let byte = |pair: &[char]| u8::from_str_radix(&pair.iter().collect::<String>(), 16);
    digits
        .chunks(2)
        .map(|pair| byte(pair).expect("hex"))
        .collect()
}
