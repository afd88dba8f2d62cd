//! What spans a room's slices, as rules: opening, closing, permission, names, claims.

use std::collections::BTreeSet;

use crate::domain::aggregate::ClaimKey;
use crate::domain::testkit::*;
use crate::ids::{MessageId, RequestId};
use crate::time::{Position, Span};

use super::settings::{Invite, Visibility};
use super::testkit::*;
use super::*;

fn create(name: &str) -> Command {
    Command::Create {
        name: name.into(),
        visibility: Visibility::Public,
        control: Control::Host,
        invite: invite(),
    }
}

fn promoted(user: UserId) -> Event {
    let role = Role::CoHost;
    membership::Event::RoleChanged { user, role }.into()
}

fn everyone_controls() -> Event {
    settings::Event::ControlSet(Control::Everyone).into()
}

/// One of each command there is.
fn one_of_each() -> Vec<Command> {
    use membership::Command as Belong;
    use playback::Command as Music;
    use playlist::Command as List;
    use settings::Command as Set;
    let (user, item, index, position) = (guest(), item(1), 0, Position::START);
    let last_heard = at(0);
    let mut all = vec![create("Kitchen"), Command::Close, Command::CloseEmpty];
    all.extend(
        [
            Music::Play,
            Music::Pause,
            Music::Seek { position },
            Music::SkipNext,
            Music::SkipPrev,
            Music::Select { item, position },
            Music::TrackEnded { item },
            Music::PauseUnheard { last_heard },
            Music::Hasten { item },
        ]
        .map(Command::from),
    );
    all.extend(
        [
            List::Add {
                track: track(),
                index: None,
            },
            List::Move { item, index },
            List::Remove { item },
            List::Edit {
                item,
                track: track(),
            },
            List::Reorder { order: vec![] },
            List::Clear,
            List::SetRepeat(playlist::Repeat::All),
            List::SetShuffle(true),
        ]
        .map(Command::from),
    );
    all.extend(
        [
            Belong::Join { invite: None },
            Belong::Leave,
            Belong::TransferHost { to: user },
            Belong::ClaimHost,
            Belong::SucceedHost { lost: user },
            Belong::Promote { user },
            Belong::Demote { user },
        ]
        .map(Command::from),
    );
    all.extend(
        [
            Set::Rename("Cellar".into()),
            Set::SetVisibility(Visibility::Invite),
            Set::SetControl(Control::Everyone),
            Set::SetVolume(Volume::from_permille(500)),
            Set::SetVoteSkip(vote::VoteSkip {
                on: true,
                percent: 60,
            }),
            Set::RenewInvite(invite()),
        ]
        .map(Command::from),
    );
    all.extend(
        [
            heard::Command::Play { position },
            heard::Command::Pause { position },
            heard::Command::Seek { position },
            heard::Command::Track {
                track: track(),
                playing: true,
                position,
            },
        ]
        .map(Command::from),
    );
    all.extend(of_its_people());
    all
}

/// What people do in a room beside its music.
fn of_its_people() -> Vec<Command> {
    use {chat::Command as Talk, moderation::Command as Peace, request::Command as Ask};
    let (user, request) = (guest(), RequestId(Uuid::nil()));
    let asks = [
        Ask::Submit(request::Change::Remove { item: item(1) }),
        Ask::Approve { request },
        Ask::Deny {
            request,
            reason: None,
        },
        Ask::Withdraw { request },
    ];
    let peace = [
        Peace::Kick { user },
        Peace::Ban { user },
        Peace::Unban { user },
        Peace::Mute { user },
        Peace::Unmute { user },
    ];
    let message = MessageId(Uuid::nil());
    let text = "hello".to_owned();
    let talk = [Talk::Say { text }, Talk::Delete { message }];
    let several = Command::Together {
        name: "set_up",
        commands: vec![settings::Command::Rename("Cellar".into()).into()],
    };
    asks.map(Command::from)
        .into_iter()
        .chain(peace.map(Command::from))
        .chain(talk.map(Command::from))
        .chain([vote::Command { item: None }.into(), undo::Command.into()])
        .chain([several])
        .collect()
}

/// What takes control of the music or the playlist.
fn controls() -> Vec<Command> {
    one_of_each()
        .into_iter()
        .filter(|command| match command {
            Command::Playback(playback::Command::TrackEnded { .. }) => false,
            Command::Playback(
                playback::Command::PauseUnheard { .. } | playback::Command::Hasten { .. },
            ) => false,
            Command::Playback(_) | Command::Playlist(_) | Command::Heard(_) => true,
            Command::Settings(settings::Command::SetVolume(_)) => true,
            _ => false,
        })
        .collect()
}

/// What is the host's alone.
fn hosting() -> Vec<Command> {
    one_of_each()
        .into_iter()
        .filter(|command| match command {
            Command::Close => true,
            Command::Settings(settings::Command::SetVolume(_)) => false,
            Command::Settings(_) => true,
            _ => false,
        })
        .collect()
}

mod open_and_close {
    use super::*;

    #[test]
    fn who_opens_a_room_is_its_host() {
        let room = given::<Room>([]).by(host()).at(3_000);
        let room = room.when(create(" Kitchen ")).then([
            Event::Created {
                host: host(),
                settings: settings(),
                at: at(3_000),
            },
            membership::Event::Joined {
                user: host(),
                role: Role::Host,
                at: at(3_000),
            }
            .into(),
        ]);
        assert_eq!(room.room().membership.host, Some(host()));
        assert_eq!(room.room().created_at, at(3_000));
    }

    #[test]
    fn a_room_needs_a_name() {
        for name in ["", "   ", "\u{202E}", &"x".repeat(settings::MAX_NAME + 1)] {
            let room = given::<Room>([]).by(host());
            room.when(create(name))
                .rejected(settings::Rejection::InvalidName);
        }
    }

    #[test]
    fn a_room_needs_a_person_to_open_it() {
        let room = given::<Room>([]).by_system();
        room.when(create("Kitchen")).rejected(Rejection::NoSuchRoom);
    }

    #[test]
    fn a_room_is_opened_once() {
        quiet_room()
            .when(create("Kitchen"))
            .rejected(Rejection::Exists);
    }

    #[test]
    fn nothing_happens_in_a_room_nobody_has_opened() {
        for command in one_of_each()
            .into_iter()
            .filter(|c| Room::name(c) != "create")
        {
            let room = given::<Room>([]).by(host());
            room.when(command).rejected(Rejection::NoSuchRoom);
        }
    }

    #[test]
    fn the_host_closes_the_room_for_good() {
        let room = room_with([None]).at(8_000);
        let room = room.when(Command::Close).then([Event::Closed {
            members: vec![host(), guest(), other_guest()],
            invite: invite(),
            at: at(8_000),
        }]);
        assert_eq!(room.state, Room::Closed { at: at(8_000) });
        for command in one_of_each() {
            let room = room.clone();
            room.when(command).rejected(Rejection::NoSuchRoom);
        }
    }

    #[test]
    fn tutti_itself_closes_a_room_everybody_left() {
        let room = quiet_room().when(membership::Command::Leave).accepted();
        let room = room.by_system().when(Command::CloseEmpty).accepted();
        assert_eq!(room.state, Room::Closed { at: at(0) });
    }

    #[test]
    fn a_room_that_somebody_came_back_to_is_not_closed_as_empty() {
        let room = quiet_room().by_system();
        room.when(Command::CloseEmpty).then_nothing();
        let room = quiet_room().by(host());
        room.when(Command::CloseEmpty)
            .rejected(Rejection::MayNotControl);
    }

    #[test]
    fn a_closing_room_tells_its_longest_present_members_and_no_more_than_an_entry_holds() {
        let mut room = quiet_room();
        for n in (1..=MAX_TOLD as u128).rev() {
            let user = UserId(uuid::Uuid::from_u128(1_000 + n));
            room.happens(joined(user, Role::Guest));
        }
        let decided = room.when(Command::Close).decided.expect("it closes");
        let [Event::Closed { members, .. }] = &decided[..] else {
            panic!("{decided:?}");
        };
        let latest = UserId(uuid::Uuid::from_u128(1_001));
        assert_eq!(members.len(), MAX_TOLD);
        assert_eq!(members[0], host());
        assert!(!members.contains(&latest));
    }

    #[test]
    fn music_does_not_play_in_a_closed_room() {
        let room = playing_room();
        assert!(room.alarm().is_some());
        assert_eq!(room.when(Command::Close).accepted().alarm(), None);
    }
}

mod permission {
    use super::*;

    fn permitted(room: &Story<Room>, by: UserId, command: &Command) -> bool {
        let forbidden = [
            Rejection::MayNotControl,
            membership::Rejection::OnlyHost.into(),
            membership::Rejection::NotMember.into(),
        ];
        let answer = room.clone().by(by).when(command.clone());
        !answer.decided.is_err_and(|why| forbidden.contains(&why))
    }

    #[test]
    fn a_guest_cannot_seek() {
        let position = position(1_000);
        let room = playing_room().by(guest());
        room.when(playback::Command::Seek { position })
            .rejected(Rejection::MayNotControl);
    }

    #[test]
    fn a_guest_cannot_control_where_the_host_does() {
        for command in controls() {
            let room = playing_room().by(guest());
            room.when(command).rejected(Rejection::MayNotControl);
        }
    }

    #[test]
    fn a_guest_controls_where_everyone_does() {
        let room = playing_room().after(everyone_controls());
        for command in controls() {
            assert!(permitted(&room, guest(), &command), "{command:?}");
        }
    }

    #[test]
    fn host_and_co_hosts_control() {
        let room = playing_room().after(promoted(guest()));
        for command in controls() {
            for who in [host(), guest()] {
                assert!(permitted(&room, who, &command), "{command:?}");
            }
        }
    }

    #[test]
    fn a_stranger_does_nothing_but_join_and_leave() {
        for room in [playing_room(), playing_room().after(everyone_controls())] {
            for command in one_of_each() {
                match Room::name(&command) {
                    "join" | "leave" | "create" => continue,
                    _ => assert!(!permitted(&room, stranger(), &command), "{command:?}"),
                }
            }
        }
    }

    #[test]
    fn only_the_host_sets_the_room_up_and_closes_it() {
        let room = playing_room().after(promoted(guest()));
        let room = room.after(everyone_controls());
        for command in hosting() {
            for who in [guest(), other_guest()] {
                let room = room.clone().by(who);
                room.when(command.clone())
                    .rejected(membership::Rejection::OnlyHost);
            }
            assert!(permitted(&room, host(), &command), "{command:?}");
        }
    }
}

#[test]
fn no_two_commands_share_a_name() {
    // What the one who controls hears already bears the name of what it stands for.
    let mut all = one_of_each();
    all.retain(|command| !matches!(command, Command::Heard(_)));
    let names: BTreeSet<&str> = all.iter().map(Room::name).collect();
    assert_eq!(names.len(), all.len());
    let plain = |name: &&str| name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    assert!(names.iter().all(plain), "{names:?}");
}

mod together {
    use super::*;

    fn together(commands: Vec<Command>) -> Command {
        let name = "set_up";
        Command::Together { name, commands }
    }

    #[test]
    fn several_changes_are_one_entry_each_on_what_those_before_it_lead_to() {
        let add = || {
            let (track, index) = (track(), None);
            playlist::Command::Add { track, index }.into()
        };
        let room = quiet_room().when(together(vec![add(), add(), add()]));
        let room = room.accepted();
        let mut listed = room.listed();
        assert_eq!(room.timeline().item, listed[0]);
        listed.dedup();
        assert_eq!(listed.len(), 3);
    }

    #[test]
    fn one_that_is_refused_refuses_all() {
        let rename = |name: &str| settings::Command::Rename(name.into()).into();
        let room = quiet_room();
        room.when(together(vec![rename("Cellar"), rename("")]))
            .rejected(settings::Rejection::InvalidName);
    }

    #[test]
    fn together_nobody_may_more_than_alone() {
        for command in controls() {
            let room = room_with([None]).by(guest());
            room.when(together(vec![command]))
                .rejected(Rejection::MayNotControl);
        }
        for command in hosting() {
            let room = room_with([None]).by(guest());
            room.when(together(vec![command]))
                .rejected(membership::Rejection::OnlyHost);
        }
    }
}

mod claims {
    use super::*;

    fn key(text: &str) -> ClaimKey {
        ClaimKey::Invite(text.into())
    }

    #[test]
    fn an_open_room_holds_its_invites_and_a_closed_one_gives_them_back() {
        let (code, link) = (key("C0DE"), key("L1NK"));
        let created = Event::Created {
            host: host(),
            settings: settings(),
            at: at(0),
        };
        let closed = Event::Closed {
            members: vec![],
            invite: invite(),
            at: at(0),
        };
        assert_eq!(
            Room::claims(&created),
            [Claim::Reserve(code.clone()), Claim::Reserve(link.clone())]
        );
        assert_eq!(
            Room::claims(&closed),
            [Claim::Release(code), Claim::Release(link)]
        );
        assert_eq!(Room::claims(&everyone_controls()), []);
    }

    #[test]
    fn a_renewed_invite_takes_the_place_of_the_old_one() {
        let new = Invite {
            code: "NEW".into(),
            link: "NEWL1NK".into(),
        };
        let room = quiet_room();
        let answer = room.when(settings::Command::RenewInvite(new));
        let events = answer.decided.expect("the host may");
        assert_eq!(
            Room::claims(&events[0]),
            [
                Claim::Release(key("C0DE")),
                Claim::Release(key("L1NK")),
                Claim::Reserve(key("NEW")),
                Claim::Reserve(key("NEWL1NK")),
            ]
        );
    }

    #[test]
    fn an_invite_in_use_is_refused() {
        assert_eq!(Room::claim_taken(&key("C0DE")), Rejection::InviteTaken);
    }
}

#[test]
fn facts_of_an_unopened_room_say_nothing() {
    let timeline = standing(1, 0, 0);
    assert_eq!(given::<Room>([started(timeline)]).state, Room::Unborn);
}

#[test]
fn a_rejection_reads_as_a_sentence_whatever_slice_it_is_from() {
    let duration = Span::from_ms(5);
    let all: [Rejection; 13] = [
        Rejection::NoSuchRoom,
        Rejection::Exists,
        Rejection::InviteTaken,
        Rejection::MayNotControl,
        playback::Rejection::SeekPastEnd { duration }.into(),
        playlist::Rejection::InvalidTrack("no title").into(),
        membership::Rejection::Full.into(),
        settings::Rejection::InvalidName.into(),
        request::Rejection::ItemGone.into(),
        moderation::Rejection::NotAbove.into(),
        vote::Rejection::Off.into(),
        chat::Rejection::InvalidText.into(),
        undo::Rejection::NothingToUndo.into(),
    ];
    for rejection in all {
        let said = rejection.to_string();
        let first = said.chars().next();
        assert!(first.is_some_and(char::is_lowercase), "{said}");
        assert!(said.len() > 10, "{said}");
    }
}
