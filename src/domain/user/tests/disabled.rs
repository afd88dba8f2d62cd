//! Accounts that nobody may sign in to, as rules.

use super::*;

fn disabled() -> Story<User> {
    let by = Some(user(9));
    given([
        registered(credentials("ann"), "Ann"),
        Event::Disabled { by, at: at(5) },
    ])
}

#[test]
fn an_account_is_disabled_and_enabled_once_each_and_it_is_kept_by_whom() {
    let by = Some(user(9));
    ann()
        .by_system()
        .at(6_000)
        .when(Command::Disable { by })
        .then([Event::Disabled { by, at: at(6_000) }])
        .when(Command::Disable { by: None })
        .then_nothing()
        .when(Command::Enable { by: None })
        .then([Event::Enabled {
            by: None,
            at: at(6_000),
        }])
        .when(Command::Enable { by })
        .then_nothing();
}

#[test]
fn nobody_disables_an_account_but_those_who_run_the_server() {
    for command in [Command::Disable { by: None }, Command::Enable { by: None }] {
        assert!(!command.permitted(user(1), By::User(user(1))));
        ann().when(command).rejected(Rejection::NotYours);
    }
}

#[test]
fn whoever_is_disabled_changes_nothing_and_hears_what_others_did() {
    assert_eq!(account(&disabled()).disabled_at, Some(at(5)));
    for command in [
        Command::SetName("Lee".into()),
        Command::SetPassword("$argon2id$2".into()),
        register("lee"),
    ] {
        disabled()
            .by(user(1))
            .when(command)
            .rejected(Rejection::Disabled);
    }
    let room = room_id(1);
    disabled()
        .by_system()
        .when(Command::RecordRoomLeft { room })
        .then_nothing()
        .when(Command::SetPassword("$argon2id$2".into()))
        .then([Event::PasswordSet("$argon2id$2".into())]);
}
