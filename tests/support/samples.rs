//! One event of every type, with every optional field in use.

use tutti::domain::aggregate::By;
use tutti::domain::room::chat::Event as Chat;
use tutti::domain::room::membership::{Event as Membership, HostChange, Role};
use tutti::domain::room::moderation::Event as Peace;
use tutti::domain::room::playback::{Change, Event as Playback};
use tutti::domain::room::playlist::{Event as Playlist, Item, Repeat, Source, Track};
use tutti::domain::room::request::{Change as Asked, Event as Request};
use tutti::domain::room::settings::{
    Control, Event as Setting, Invite, Settings, Visibility, Volume,
};
use tutti::domain::room::timeline::Timeline;
use tutti::domain::room::undo::Event as Undone;
use tutti::domain::room::vote::{Event as Vote, VoteSkip};
use tutti::domain::user::Credentials;
use tutti::domain::user::friendship::Event as Friendship;
use tutti::domain::user::playlists::Event as Kept;
use tutti::domain::user::profile::{Email, Username};
use tutti::domain::{room, session, user};
use tutti::ids::{ItemId, MediaId, MessageId, PlaylistId, RequestId, RoomId, UserId};
use tutti::journal::{Cause, Entry, Seq};
use tutti::time::{Position, Span, Timestamp};
use uuid::Uuid;

pub(crate) fn uuid(n: u128) -> Uuid {
    Uuid::from_u128(0x0190_a3b4_c5d6_7000_8000_0000_0000_0000 + n)
}

pub(crate) fn at(ms: i64) -> Timestamp {
    Timestamp::from_ms(1_767_225_600_000 + ms)
}

fn timeline() -> Timeline {
    Timeline::playing(ItemId(uuid(7)), Position::from_ms(61_250), at(400))
}

fn invite(n: u8) -> Invite {
    Invite {
        code: format!("ABCDE0123{n}"),
        link: format!("0123456789ABCDEFGHJKMNPQR{n}"),
    }
}

fn track() -> Track {
    Track {
        title: "Für Elise".to_owned(),
        artists: vec!["Ludwig van Beethoven".to_owned(), "A. Pianist".to_owned()],
        album: Some("Bagatelles".to_owned()),
        duration: Some(Span::from_ms(176_000)),
        artwork_url: Some("https://example.org/cover.png".to_owned()),
        source: Source::Media(MediaId(uuid(9))),
    }
}

pub(crate) fn room_events() -> Vec<room::Event> {
    let playback = [
        Playback::Started {
            timeline: timeline(),
        },
        Playback::Paused {
            timeline: Timeline::paused(ItemId(uuid(7)), Position::from_ms(5), at(1)),
        },
        Playback::Seeked {
            timeline: timeline(),
        },
        Playback::Changed {
            timeline: timeline(),
            why: Change::SkippedNext,
        },
        Playback::Finished {
            timeline: timeline(),
        },
        Playback::Emptied,
    ];
    let item = Item {
        id: ItemId(uuid(7)),
        track: track(),
        added_by: Some(UserId(uuid(1))),
        added_at: at(2),
    };
    let edited = Track {
        source: Source::Url("https://example.org/a.ogg".to_owned()),
        ..track()
    };
    let playlist = [
        Playlist::Added {
            item,
            index: 3,
            shuffled_index: Some(300),
        },
        Playlist::Moved {
            item: ItemId(uuid(7)),
            index: 2,
        },
        Playlist::Removed {
            item: ItemId(uuid(7)),
        },
        Playlist::Edited {
            item: ItemId(uuid(7)),
            track: edited,
        },
        Playlist::Cleared,
        Playlist::RepeatSet(Repeat::All),
        Playlist::Shuffled {
            order: vec![ItemId(uuid(8)), ItemId(uuid(7))],
        },
        Playlist::Unshuffled,
    ];
    let membership = [
        Membership::Joined {
            user: UserId(uuid(1)),
            role: Role::CoHost,
            at: at(3),
        },
        Membership::Left {
            user: UserId(uuid(1)),
        },
        Membership::HostChanged {
            from: Some(UserId(uuid(1))),
            to: UserId(uuid(2)),
            why: HostChange::Lost,
        },
        Membership::RoleChanged {
            user: UserId(uuid(2)),
            role: Role::Guest,
        },
    ];
    let settings = [
        Setting::Renamed("Küche".to_owned()),
        Setting::VisibilitySet(Visibility::Friends),
        Setting::ControlSet(Control::Everyone),
        Setting::VolumeSet(Volume::from_permille(250)),
        Setting::InviteRenewed {
            old: invite(1),
            new: invite(2),
        },
    ];
    let around = [
        room::Event::Created {
            host: UserId(uuid(1)),
            settings: Settings {
                name: "Kitchen".to_owned(),
                visibility: Visibility::Invite,
                control: Control::Host,
                volume: Volume::FULL,
                vote_skip: VoteSkip::default(),
                invite: invite(1),
            },
            at: at(0),
        },
        room::Event::Closed {
            members: vec![UserId(uuid(1)), UserId(uuid(2))],
            invite: invite(1),
            at: at(9),
        },
    ];
    around
        .into_iter()
        .chain(playback.map(Into::into))
        .chain(playlist.map(Into::into))
        .chain(membership.map(Into::into))
        .chain(settings.map(Into::into))
        .chain(request_events())
        .chain(life_events())
        .collect()
}

fn life_events() -> impl Iterator<Item = room::Event> {
    let (one, two, three) = (UserId(uuid(1)), UserId(uuid(2)), UserId(uuid(3)));
    let said = |n: u128, text: &str| Chat::Said {
        message: MessageId(uuid(n)),
        by: two,
        at: at(10),
        text: text.to_owned(),
    };
    let peace = [
        Peace::Kicked { user: two, by: one },
        Peace::Unbanned { user: two },
        Peace::Banned {
            user: three,
            by: one,
            at: at(8),
        },
        Peace::Unmuted { user: two },
        Peace::Muted { user: two, by: one },
    ];
    let talk = [
        said(31, "Schön!"),
        said(32, "Nein"),
        Chat::Deleted {
            message: MessageId(uuid(32)),
            by: one,
        },
    ];
    let reordered = Playlist::Reordered {
        order: vec![ItemId(uuid(8)), ItemId(uuid(7))],
    };
    let vote_skip = Setting::VoteSkipSet(VoteSkip {
        on: true,
        percent: 66,
    });
    let voted = Vote {
        user: two,
        item: ItemId(uuid(7)),
        votes: 2,
        needed: 3,
    };
    let undone = Undone {
        dropped: 1,
        restored: 0,
        left: 2,
    };
    peace
        .map(Into::into)
        .into_iter()
        .chain(talk.map(Into::into))
        .chain([reordered.into(), vote_skip.into(), voted.into()])
        .chain([undone.into()])
}

fn request_events() -> impl Iterator<Item = room::Event> {
    let asks = |n: u128, change| Request::Submitted {
        request: RequestId(uuid(n)),
        by: UserId(uuid(2)),
        at: at(4),
        change,
    };
    let (item, track) = (ItemId(uuid(7)), track());
    let asked = [
        asks(
            21,
            Asked::Add {
                track: track.clone(),
                index: Some(1),
            },
        ),
        asks(22, Asked::Move { item, index: 3 }),
        asks(23, Asked::Remove { item }),
        asks(
            24,
            Asked::Edit {
                item,
                track,
                index: None,
            },
        ),
        Request::Approved {
            request: RequestId(uuid(21)),
            by: UserId(uuid(1)),
            at: at(5),
        },
        Request::Denied {
            request: RequestId(uuid(22)),
            by: UserId(uuid(1)),
            at: at(6),
            reason: Some("Später".to_owned()),
        },
        Request::Withdrawn {
            request: RequestId(uuid(23)),
            at: at(7),
        },
    ];
    asked.into_iter().map(Into::into)
}

pub(crate) fn user_events() -> Vec<user::Event> {
    let name = |text| Username::new(text).expect("a username");
    let mail = |text| Some(Email::new(text).expect("an address"));
    vec![
        user::Event::GuestCreated {
            name: "Ann".to_owned(),
            at: at(0),
        },
        user::Event::Registered {
            credentials: Credentials {
                username: name("Ann_1"),
                email: mail("Ann@example.org"),
                password_hash: "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA".to_owned(),
            },
            name: "Ann".to_owned(),
            at: at(1),
        },
        user::Event::UsernameSet {
            old: Some(name("Ann_1")),
            new: name("ann"),
        },
        user::Event::NameSet("Änn".to_owned()),
        user::Event::EmailSet {
            old: mail("Ann@example.org"),
            new: None,
        },
        user::Event::PasswordSet("$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$bmV3".to_owned()),
        user::Event::RoomJoined {
            room: RoomId(uuid(5)),
            at: at(2),
        },
        user::Event::RoomLeft {
            room: RoomId(uuid(5)),
        },
    ]
    .into_iter()
    .chain(friendship_events().map(user::Event::Friendship))
    .chain(playlists_events())
    .chain([user::Event::AdminSet(true)])
    .chain([
        user::Event::Disabled {
            by: Some(UserId(uuid(205))),
            at: at(8),
        },
        user::Event::Enabled {
            by: None,
            at: at(9),
        },
    ])
    .chain([user::Event::Erased {
        username: Some(name("ann")),
        email: mail("Ann@example.org"),
        others: vec![UserId(uuid(203)), UserId(uuid(204))],
        at: at(9),
    }])
    .collect()
}

fn friendship_events() -> [Friendship; 14] {
    let request = |n: u128| RequestId(uuid(100 + n));
    let other = |n: u128| UserId(uuid(200 + n));
    [
        Friendship::RequestSent {
            request: request(1),
            to: other(1),
            nth: 300,
            at: at(3),
        },
        Friendship::RequestReceived {
            request: request(2),
            from: other(2),
            nth: 1,
            at: at(4),
        },
        Friendship::Accepted {
            request: request(3),
            friend: other(3),
            at: at(5),
        },
        Friendship::AcceptHeard {
            request: request(4),
            friend: other(4),
            at: at(6),
        },
        Friendship::RequestsCrossed {
            request: request(5),
            friend: other(5),
            nth: 2,
            at: at(7),
        },
        Friendship::Rejected {
            request: request(6),
            from: other(6),
        },
        Friendship::RejectHeard {
            request: request(7),
            by: other(7),
        },
        Friendship::RequestWithdrawn {
            request: request(10),
            to: other(10),
        },
        Friendship::Removed {
            request: request(8),
            friend: other(8),
        },
        Friendship::RemoveHeard {
            request: request(9),
            friend: other(9),
        },
        Friendship::InviteSent {
            room: RoomId(uuid(5)),
            to: other(3),
            nth: 301,
        },
        Friendship::InviteReceived {
            room: RoomId(uuid(6)),
            by: other(3),
            nth: 3,
            at: at(8),
        },
        Friendship::InviteDismissed {
            room: RoomId(uuid(6)),
        },
        Friendship::Gone {
            user: UserId(uuid(203)),
        },
    ]
}

fn playlists_events() -> impl Iterator<Item = user::Event> {
    let playlist = PlaylistId(uuid(41));
    let kept = [
        Kept::Saved {
            playlist,
            name: "Küchenlieder".to_owned(),
            tracks: vec![track()],
            at: at(11),
        },
        Kept::Extended {
            playlist,
            tracks: vec![track()],
        },
        Kept::Deleted { playlist },
    ];
    kept.into_iter().map(Into::into)
}

pub(crate) fn session_events() -> Vec<session::Event> {
    vec![
        session::Event::Opened {
            user: UserId(uuid(1)),
            client: "A browser on a telephone".to_owned(),
            token: session::TokenHash([0xa5; 32]),
            at: at(0),
        },
        session::Event::Refreshed {
            token: session::TokenHash([0x5a; 32]),
            at: at(1),
        },
        session::Event::Revoked {
            at: at(2),
            why: session::Revocation::TokenReused,
        },
        session::Event::OutputLatencySet(Span::from_ms(-120)),
        session::Event::PushUnsubscribed,
        session::Event::PushSubscribed(Box::new(
            session::push::Subscription::new(
                "https://push.example/wpush/v2/gAAAAA",
                &[4; 65],
                &[7; 16],
            )
            .expect("it is one"),
        )),
    ]
}

/// An entry as a command from a browser leads to it.
pub(crate) fn entry<E>(seq: u64, events: Vec<E>) -> Entry<E> {
    Entry {
        seq: Seq(seq),
        at: at(123),
        cause: Cause {
            command: "seek".to_owned(),
            command_id: "01234567-89ab-4cde-8f01-23456789abcd".parse().ok(),
            fingerprint: 0x0123_4567_89ab_cdef,
            by: By::User(UserId(uuid(1))),
        },
        events,
    }
}
