//! Signed-in devices, as rules.

use std::collections::BTreeSet;

use proptest::prelude::*;

use crate::domain::aggregate::By;
use crate::domain::testkit::*;

use super::*;

fn token(n: u8) -> TokenHash {
    TokenHash([n; 32])
}

fn open() -> Command {
    open_as("Phone")
}

fn open_as(client: &str) -> Command {
    Command::Open {
        user: user(1),
        client: client.into(),
        token: token(1),
    }
}

fn refresh(shown: u8, next: u8) -> Command {
    Command::Refresh {
        shown: token(shown),
        next: token(next),
    }
}

fn refreshed(next: u8, at_ms: i64) -> Event {
    Event::Refreshed {
        token: token(next),
        at: at(at_ms),
    }
}

fn revoked(why: Revocation, at_ms: i64) -> Event {
    let at = at(at_ms);
    Event::Revoked { at, why }
}

fn signed_in() -> Story<Session> {
    let opened = Event::Opened {
        user: user(1),
        client: "Phone".into(),
        token: token(1),
        at: at(0),
    };
    given([opened]).by(user(1))
}

fn signed_out() -> Story<Session> {
    signed_in().when(Command::Revoke).accepted()
}

const LAST: i64 = LIFETIME.as_ms();

mod open {
    use super::*;

    #[test]
    fn a_device_signs_in() {
        let story = given::<Session>([]).at(7_000);
        let story = story.when(open()).then([Event::Opened {
            user: user(1),
            client: "Phone".into(),
            token: token(1),
            at: at(7_000),
        }]);
        let session = story.state.open(at(7_000)).expect("it is open");
        assert_eq!(session.user, user(1));
        assert_eq!(session.output_latency, Span::ZERO);
    }

    #[test]
    fn a_session_is_opened_once() {
        signed_in().when(open()).rejected(Rejection::Exists);
        signed_out().when(open()).rejected(Rejection::SignedOut);
    }

    #[test]
    fn what_a_device_calls_itself_is_tidied_and_cut_rather_than_refused() {
        let long = format!("\u{202E}Phone\n{}", "x".repeat(500));
        let story = given::<Session>([]).when(open_as(&long)).accepted();
        let session = story.state.open(at(0)).expect("it is open");
        assert!(session.client.starts_with("Phone x"));
        assert_eq!(session.client.chars().count(), MAX_CLIENT);
    }

    #[test]
    fn nothing_happens_in_a_session_nobody_has_opened() {
        for command in [refresh(1, 2), Command::Revoke] {
            given::<Session>([])
                .when(command)
                .rejected(Rejection::SignedOut);
        }
    }
}

mod refresh {
    use super::*;

    #[test]
    fn the_valid_token_is_exchanged_for_the_next_one() {
        signed_in()
            .at(5_000)
            .when(refresh(1, 2))
            .then([refreshed(2, 5_000)])
            .when(refresh(2, 3))
            .then([refreshed(3, 5_000)]);
    }

    #[test]
    fn a_token_that_was_never_this_sessions_is_refused_and_the_session_goes_on() {
        let story = signed_in();
        let story = story.when(refresh(9, 2)).rejected(Rejection::WrongToken);
        story.when(refresh(1, 2)).accepted();
    }

    #[test]
    fn a_token_shown_twice_ends_the_session() {
        let story = signed_in().when(refresh(1, 2)).accepted();
        let story = story.when(refresh(2, 3)).accepted();
        let story = story
            .when(refresh(1, 4))
            .then([revoked(Revocation::TokenReused, 0)]);
        assert_eq!(story.state.open(at(0)), None);
        story.when(refresh(3, 5)).rejected(Rejection::SignedOut);
    }

    #[test]
    fn former_tokens_are_remembered_up_to_a_bound() {
        let mut story = signed_in();
        for n in 1..=REMEMBERED_TOKENS as u8 + 1 {
            story = story.when(refresh(n, n + 1)).accepted();
        }
        let oldest_forgotten = story.clone().when(refresh(1, 99));
        oldest_forgotten.rejected(Rejection::WrongToken);
        story
            .when(refresh(2, 99))
            .then([revoked(Revocation::TokenReused, 0)]);
    }

    #[test]
    fn a_session_lives_thirty_days_from_its_last_refresh() {
        let story = signed_in().at(LAST).when(refresh(1, 2)).accepted();
        assert!(story.state.open(at(2 * LAST)).is_some());
        assert_eq!(story.state.open(at(2 * LAST + 1)), None);
        story
            .at(2 * LAST + 1)
            .when(refresh(2, 3))
            .then([revoked(Revocation::Expired, 2 * LAST + 1)]);
    }

    #[test]
    fn whatever_is_asked_of_an_expired_session_it_ends() {
        for command in [Command::Revoke, Command::SetOutputLatency(Span::ZERO)] {
            signed_in()
                .at(LAST + 1)
                .when(command)
                .then([revoked(Revocation::Expired, LAST + 1)]);
        }
    }
}

mod revoke {
    use super::*;

    #[test]
    fn a_device_signs_out_once() {
        let story = signed_in().at(9_000);
        let story = story
            .when(Command::Revoke)
            .then([revoked(Revocation::SignedOut, 9_000)]);
        story.when(Command::Revoke).then_nothing();
    }

    #[test]
    fn a_session_that_is_over_does_nothing_more() {
        for command in [refresh(1, 2), Command::SetOutputLatency(Span::ZERO)] {
            signed_out().when(command).rejected(Rejection::SignedOut);
        }
    }

    #[test]
    fn somebody_elses_session_is_as_good_as_none() {
        for command in [
            refresh(1, 2),
            Command::Revoke,
            Command::SetOutputLatency(Span::ZERO),
        ] {
            signed_in()
                .by(user(2))
                .when(command)
                .rejected(Rejection::SignedOut);
        }
    }

    #[test]
    fn tutti_itself_refreshes_and_signs_out() {
        let story = signed_in().by_system();
        let story = story.when(refresh(1, 2)).accepted();
        story.when(Command::Revoke).accepted();
    }
}

mod output_latency {
    use super::*;

    fn set(ms: i64) -> Command {
        Command::SetOutputLatency(Span::from_ms(ms))
    }

    #[test]
    fn how_late_a_device_sounds_is_remembered() {
        let story = signed_in();
        let story = story
            .when(set(-180))
            .then([Event::OutputLatencySet(Span::from_ms(-180))]);
        let session = story.state.open(at(0)).expect("it is open");
        assert_eq!(session.output_latency, Span::from_ms(-180));
        story.when(set(-180)).then_nothing();
    }

    #[test]
    fn no_device_sounds_more_than_two_seconds_off() {
        for fine in [-2_000, 2_000] {
            signed_in().when(set(fine)).accepted();
        }
        for absurd in [-2_001, 2_001, i64::MIN, i64::MAX] {
            signed_in()
                .when(set(absurd))
                .rejected(Rejection::InvalidLatency);
        }
    }
}

mod push {
    use super::super::push::{MAX_ENDPOINT, Subscription};
    use super::*;

    fn subscription(endpoint: &str) -> Box<Subscription> {
        Box::new(Subscription::new(endpoint, &[4; 65], &[7; 16]).expect("it is one"))
    }

    #[test]
    fn a_device_can_be_told_of_news_and_can_want_that_no_more() {
        let push = subscription("https://push.example/1");
        let story = signed_in()
            .when(Command::SetPush(Some(push.clone())))
            .then([Event::PushSubscribed(push.clone())]);
        let session = story.state.open(at(0)).expect("it is open");
        assert_eq!(session.push.as_ref(), Some(&*push));
        let story = story
            .when(Command::SetPush(None))
            .then([Event::PushUnsubscribed]);
        story.when(Command::SetPush(None)).then_nothing();
    }

    #[test]
    fn the_same_subscription_again_is_no_news() {
        let set = || Command::SetPush(Some(subscription("https://push.example/1")));
        signed_in()
            .when(set())
            .accepted()
            .when(set())
            .then_nothing();
    }

    #[test]
    fn a_subscription_has_an_address_a_key_and_a_secret() {
        let long = format!("https://push.example/{}", "x".repeat(MAX_ENDPOINT));
        let wrong = Err(Rejection::InvalidPush);
        assert_eq!(Subscription::new(&long, &[4; 65], &[7; 16]), wrong);
        assert_eq!(Subscription::new("https://a b", &[4; 65], &[7; 16]), wrong);
        assert_eq!(Subscription::new("https://a", &[4; 64], &[7; 16]), wrong);
        assert_eq!(Subscription::new("https://a", &[2; 65], &[7; 16]), wrong);
        assert_eq!(Subscription::new("https://a", &[4; 65], &[7; 15]), wrong);
    }
}

#[test]
fn no_two_commands_share_a_name() {
    let all = [
        open(),
        refresh(1, 2),
        Command::Revoke,
        Command::SetOutputLatency(Span::ZERO),
        Command::SetPush(None),
    ];
    let names: BTreeSet<&str> = all.iter().map(Session::name).collect();
    assert_eq!(names.len(), all.len());
}

#[test]
fn a_session_claims_nothing() {
    let claims = Session::claims(&refreshed(2, 0));
    assert_eq!(claims, []);
}

fn commands() -> impl Strategy<Value = Command> {
    prop_oneof![
        1 => Just(open()),
        6 => (0..6u8, 0..6u8).prop_map(|(shown, next)| refresh(shown, next)),
        1 => Just(Command::Revoke),
        2 => any::<i64>().prop_map(|ms| Command::SetOutputLatency(Span::from_ms(ms))),
    ]
}

proptest! {
    #[test]
    fn once_over_a_session_stays_over_and_replaying_the_facts_gives_the_same_session(
        steps in prop::collection::vec((commands(), 0..LAST / 2, 0..3u8), 1..60),
    ) {
        let mut story = given::<Session>([]);
        let mut facts = vec![];
        let mut over = false;
        for (command, wait, who) in steps {
            story.ctx.now = story.ctx.now + Span::from_ms(wait);
            story.ctx.by = if who == 0 { By::System } else { By::User(user(who)) };
            let decided = story.state.decide(&command, &story.ctx);
            prop_assert_eq!(&decided, &story.state.decide(&command, &story.ctx));
            for event in decided.unwrap_or_default() {
                prop_assert!(!over, "{event:?} after the end");
                over |= matches!(event, Event::Revoked { .. });
                story.state.evolve(&event);
                facts.push(event);
            }
            prop_assert_eq!(&story.state, &given(facts.clone()).state);
            if let Session::Open(session) = &story.state {
                prop_assert!(session.former.len() <= REMEMBERED_TOKENS);
            }
        }
    }
}
