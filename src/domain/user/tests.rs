//! Accounts, as rules.

use std::collections::BTreeSet;

use proptest::prelude::*;

use crate::domain::testkit::*;

use super::*;

mod disabled;

fn username(text: &str) -> Username {
    Username::new(text).expect("a username")
}

fn email(text: &str) -> Email {
    Email::new(text).expect("an address")
}

fn credentials(name: &str) -> Credentials {
    Credentials {
        username: username(name),
        email: None,
        password_hash: "$argon2id$1".into(),
    }
}

fn register(name: &str) -> Command {
    Command::Register {
        credentials: credentials(name),
        name: None,
    }
}

fn registered(credentials: Credentials, name: &str) -> Event {
    Event::Registered {
        credentials,
        name: name.into(),
        at: at(0),
    }
}

fn guest() -> Story<User> {
    given([Event::GuestCreated {
        name: "Ann".into(),
        at: at(0),
    }])
    .by(user(1))
}

fn ann() -> Story<User> {
    given([registered(credentials("ann"), "Ann")]).by(user(1))
}

fn account(story: &Story<User>) -> &Account {
    story.state.known().expect("the account exists")
}

fn name_claim(text: &str) -> ClaimKey {
    ClaimKey::Username(text.into())
}

fn mail_claim(text: &str) -> ClaimKey {
    ClaimKey::Email(text.into())
}

mod register {
    use super::*;

    #[test]
    fn an_account_is_called_by_its_username_unless_it_says_otherwise() {
        let nobody = given::<User>([]);
        nobody
            .clone()
            .when(register("ann"))
            .then([registered(credentials("ann"), "ann")]);
        let named = Command::Register {
            credentials: credentials("ann"),
            name: Some(" Ann Lee ".into()),
        };
        nobody
            .when(named)
            .then([registered(credentials("ann"), "Ann Lee")]);
    }

    #[test]
    fn an_account_registers_once() {
        ann().when(register("bob")).rejected(Rejection::Registered);
    }

    #[test]
    fn a_name_that_disturbs_is_refused() {
        let command = Command::Register {
            credentials: credentials("ann"),
            name: Some("a\u{202E}b".into()),
        };
        given::<User>([])
            .when(command)
            .rejected(profile::Rejection::InvalidName);
    }

    #[test]
    fn a_guest_needs_a_name_and_nothing_else() {
        let name = " Ann ".to_owned();
        let story = given::<User>([]).at(4_000);
        let story = story
            .when(Command::BecomeGuest { name })
            .then([Event::GuestCreated {
                name: "Ann".into(),
                at: at(4_000),
            }]);
        assert!(!account(&story).is_registered());
        let name = " ".to_owned();
        given::<User>([])
            .when(Command::BecomeGuest { name })
            .rejected(profile::Rejection::InvalidName);
    }

    #[test]
    fn nobody_becomes_a_guest_twice() {
        for story in [guest(), ann()] {
            let name = "Bob".to_owned();
            story
                .when(Command::BecomeGuest { name })
                .rejected(Rejection::Registered);
        }
    }

    #[test]
    fn a_guest_that_registers_keeps_its_name_its_age_and_its_rooms() {
        let room = room_id(1);
        let story = guest().by_system().at(5_000);
        let story = story.when(Command::RecordRoomJoined { room }).accepted();
        let story = story.by(user(1)).at(0).when(register("ann"));
        let story = story.then([registered(credentials("ann"), "Ann")]);
        let account = account(&story);
        assert!(account.is_registered());
        assert_eq!(account.created_at, at(0));
        assert_eq!(account.rooms, BTreeMap::from([(room, at(5_000))]));
    }

    #[test]
    fn a_guest_that_registers_otherwise_gives_its_old_username_back() {
        let story = guest()
            .when(Command::SetUsername(username("anna")))
            .accepted();
        let (old, new) = (Some(username("anna")), username("ann"));
        let changed = Event::UsernameSet { old, new };
        assert!(User::claims(&changed).contains(&Claim::Release(name_claim("anna"))));
        story
            .when(register("ann"))
            .then([changed, registered(credentials("ann"), "Ann")]);
    }

    #[test]
    fn a_guest_that_registers_keeps_its_address_unless_it_names_another() {
        let old = Some(email("ann@e.org"));
        let story = guest().when(Command::SetEmail(old.clone())).accepted();
        let kept = Credentials {
            email: old.clone(),
            ..credentials("ann")
        };
        story
            .clone()
            .when(register("ann"))
            .then([registered(kept, "Ann")]);
        let new = Some(email("lee@e.org"));
        let other = Credentials {
            email: new.clone(),
            ..credentials("ann")
        };
        let command = Command::Register {
            credentials: other.clone(),
            name: None,
        };
        let changed = Event::EmailSet { old, new };
        story
            .when(command)
            .then([changed, registered(other, "Ann")]);
    }

    #[test]
    fn a_guest_with_a_password_but_no_username_can_still_register() {
        let story = guest().when(Command::SetPassword("$argon2id$0".into()));
        story.accepted().when(register("ann")).accepted();
    }

    #[test]
    fn a_guest_with_a_username_and_a_password_is_registered() {
        let story = guest()
            .when(Command::SetUsername(username("ann")))
            .accepted();
        let story = story.when(Command::SetPassword("$argon2id$0".into()));
        let story = story.accepted();
        assert!(account(&story).is_registered());
        story.when(register("bob")).rejected(Rejection::Registered);
    }
}

mod profile_changes {
    use super::*;

    #[test]
    fn nobody_is_changed_who_does_not_exist() {
        for command in one_of_each() {
            match User::name(&command) {
                "register" | "become_guest" => continue,
                _ => given::<User>([])
                    .when(command)
                    .rejected(Rejection::NoSuchUser),
            };
        }
    }

    #[test]
    fn a_username_is_changed_and_the_old_one_is_free_again() {
        let (old, new) = (Some(username("ann")), username("lee"));
        let changed = Event::UsernameSet { old, new };
        assert_eq!(
            User::claims(&changed),
            [
                Claim::Release(name_claim("ann")),
                Claim::Reserve(name_claim("lee"))
            ]
        );
        ann()
            .when(Command::SetUsername(username("lee")))
            .then([changed])
            .when(Command::SetUsername(username("lee")))
            .then_nothing();
    }

    #[test]
    fn a_username_written_otherwise_is_the_same_claim() {
        let answer = ann().when(Command::SetUsername(username("Ann")));
        let events = answer.decided.expect("it is the user's own");
        assert_eq!(User::claims(&events[0]), []);
    }

    #[test]
    fn a_name_is_changed_trimmed() {
        ann()
            .when(Command::SetName(" Lee ".into()))
            .then([Event::NameSet("Lee".into())])
            .when(Command::SetName("Lee".into()))
            .then_nothing();
        ann()
            .when(Command::SetName("\u{2066}".into()))
            .rejected(profile::Rejection::InvalidName);
    }

    #[test]
    fn an_address_is_taken_changed_and_given_up() {
        let (none, a, b) = (None, Some(email("a@e.org")), Some(email("B@e.org")));
        let steps = [(&none, &a), (&a, &b), (&b, &none)];
        let mut story = ann();
        for (old, new) in steps {
            let changed = Event::EmailSet {
                old: old.clone(),
                new: new.clone(),
            };
            story = story.when(Command::SetEmail(new.clone())).then([changed]);
            story = story.when(Command::SetEmail(new.clone())).then_nothing();
        }
        let changed = Event::EmailSet { old: a, new: b };
        assert_eq!(
            User::claims(&changed),
            [
                Claim::Release(mail_claim("a@e.org")),
                Claim::Reserve(mail_claim("b@e.org"))
            ]
        );
    }

    #[test]
    fn a_password_is_changed() {
        let hash = "$argon2id$2".to_owned();
        let story = ann().when(Command::SetPassword(hash.clone()));
        let story = story.then([Event::PasswordSet(hash.clone())]);
        assert_eq!(account(&story).password_hash, Some(hash));
    }
}

mod rooms {
    use super::*;

    #[test]
    fn what_a_room_tells_is_remembered_once() {
        let room = room_id(1);
        ann()
            .by_system()
            .at(6_000)
            .when(Command::RecordRoomJoined { room })
            .then([Event::RoomJoined {
                room,
                at: at(6_000),
            }])
            .when(Command::RecordRoomJoined { room })
            .then_nothing()
            .when(Command::RecordRoomLeft { room })
            .then([Event::RoomLeft { room }])
            .when(Command::RecordRoomLeft { room })
            .then_nothing();
    }

    #[test]
    fn nobody_but_a_room_tells_of_membership() {
        let room = room_id(1);
        for command in [
            Command::RecordRoomJoined { room },
            Command::RecordRoomLeft { room },
        ] {
            assert!(!command.permitted(user(1), By::User(user(1))));
            assert!(command.permitted(user(1), By::System));
            ann().when(command).rejected(Rejection::NotYours);
        }
    }

    #[test]
    fn everything_else_is_the_users_own() {
        let command = Command::SetName("Lee".into());
        assert!(command.permitted(user(1), By::User(user(1))));
        assert!(command.permitted(user(1), By::System));
        assert!(!command.permitted(user(1), By::User(user(2))));
    }
}

mod claims {
    use super::*;

    #[test]
    fn an_account_claims_its_names_whatever_the_case() {
        let credentials = Credentials {
            email: Some(email("Ann@E.org")),
            ..credentials("Ann")
        };
        assert_eq!(
            User::claims(&registered(credentials, "Ann")),
            [
                Claim::Reserve(name_claim("ann")),
                Claim::Reserve(mail_claim("ann@e.org"))
            ]
        );
        assert_eq!(User::claims(&Event::NameSet("Ann".into())), []);
    }

    #[test]
    fn a_name_in_use_is_refused() {
        assert_eq!(
            User::claim_taken(&name_claim("ann")),
            profile::Rejection::UsernameTaken.into()
        );
        assert_eq!(
            User::claim_taken(&mail_claim("ann@e.org")),
            profile::Rejection::EmailTaken.into()
        );
    }
}

/// One of each command there is.
fn one_of_each() -> Vec<Command> {
    let room = room_id(1);
    vec![
        register("ann"),
        Command::BecomeGuest { name: "Ann".into() },
        Command::SetUsername(username("lee")),
        Command::SetName("Lee".into()),
        Command::SetEmail(Some(email("a@e.org"))),
        Command::SetPassword("$argon2id$2".into()),
        Command::RecordRoomJoined { room },
        Command::RecordRoomLeft { room },
        Command::SetAdmin(true),
        Command::SetAdmin(false),
        Command::Disable { by: None },
        Command::Enable { by: None },
    ]
}

#[test]
fn no_two_commands_share_a_name() {
    let all = one_of_each();
    let names: BTreeSet<&str> = all.iter().map(User::name).collect();
    assert_eq!(names.len(), all.len());
}

fn commands() -> impl Strategy<Value = Command> {
    let name = prop_oneof!["[a-c]{0,4}", any::<String>()];
    let username = "[abAB]{3}".prop_map(|text| username(&text));
    let mail = prop::option::of("[abAB]@e".prop_map(|text| email(&text)));
    let credentials =
        (username.clone(), mail.clone(), "[xy]").prop_map(|(username, email, password_hash)| {
            Credentials {
                username,
                email,
                password_hash,
            }
        });
    let room = (0..3u8).prop_map(room_id);
    prop_oneof![
        (credentials, prop::option::of(name.clone()))
            .prop_map(|(credentials, name)| Command::Register { credentials, name }),
        name.clone().prop_map(|name| Command::BecomeGuest { name }),
        username.prop_map(Command::SetUsername),
        name.prop_map(Command::SetName),
        mail.prop_map(Command::SetEmail),
        "[xy]".prop_map(Command::SetPassword),
        room.clone()
            .prop_map(|room| Command::RecordRoomJoined { room }),
        room.prop_map(|room| Command::RecordRoomLeft { room }),
        Just(Command::Disable { by: None }),
        Just(Command::Enable { by: Some(user(9)) }),
    ]
}

proptest! {
    #[test]
    fn the_claims_held_are_exactly_the_names_had_and_replaying_the_facts_gives_the_same_account(
        commands in prop::collection::vec((any::<bool>(), commands()), 1..40),
    ) {
        let mut story = given::<User>([]);
        let (mut facts, mut held) = (vec![], BTreeSet::new());
        for (by_system, command) in commands {
            story = if by_system { story.by_system() } else { story.by(user(1)) };
            let before = story.state.clone();
            let answer = story.clone().when(command.clone());
            prop_assert_eq!(&answer.decided, &before.decide(&command, &story.ctx));
            for event in answer.decided.unwrap_or_default() {
                for claim in User::claims(&event) {
                    match claim {
                        Claim::Reserve(key) => held.insert(key),
                        Claim::Release(key) => held.remove(&key),
                    };
                }
                story.state.evolve(&event);
                facts.push(event);
            }
            prop_assert_eq!(&story.state, &given(facts.clone()).state);
            let account = story.state.known();
            let username = account.and_then(|a| a.username.as_ref()).map(|u| ClaimKey::Username(u.key()));
            let email = account.and_then(|a| a.email.as_ref()).map(|e| ClaimKey::Email(e.key()));
            let had: BTreeSet<ClaimKey> = username.into_iter().chain(email).collect();
            prop_assert_eq!(&held, &had);
        }
    }
}
