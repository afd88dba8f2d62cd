//! Friendship, as rules: of one side, and of both together.

use proptest::prelude::*;
use uuid::Uuid;

use crate::domain::aggregate::Aggregate;
use crate::domain::policy::{self, Effect};
use crate::domain::testkit::*;
use crate::domain::user::{self, User};

use super::*;

const ME: u8 = 1;
const OTHER: u8 = 2;

fn request(n: u8) -> RequestId {
    RequestId(Uuid::from_u128(0x4_0000 + u128::from(n)))
}

fn me(events: impl IntoIterator<Item = Event>) -> Story<User> {
    let born = user::Event::GuestCreated {
        name: "Ann".into(),
        at: at(0),
    };
    let events = events.into_iter().map(user::Event::Friendship);
    given(std::iter::once(born).chain(events)).by(user(ME))
}

fn side(story: &Story<User>) -> &Friendships {
    &story.state.known().expect("the account exists").friendships
}

fn sent() -> Event {
    Event::RequestSent {
        request: request(0),
        to: user(OTHER),
        nth: 1,
        at: at(0),
    }
}

fn received() -> Event {
    Event::RequestReceived {
        request: request(7),
        from: user(OTHER),
        nth: 1,
        at: at(0),
    }
}

fn accepted() -> Event {
    Event::Accepted {
        request: request(7),
        friend: user(OTHER),
        at: at(0),
    }
}

fn friends() -> Story<User> {
    me([received(), accepted()])
}

fn send() -> Command {
    Command::SendRequest { to: user(OTHER) }
}

fn told(nth: u64) -> Command {
    Command::RecordRequest {
        request: request(7),
        from: user(OTHER),
        nth,
        at: at(0),
    }
}

fn facts<const N: usize>(events: [Event; N]) -> [user::Event; N] {
    events.map(user::Event::Friendship)
}

mod asking {
    use super::*;

    #[test]
    fn a_request_goes_out_under_a_name_and_a_number() {
        me([]).when(send()).then(facts([sent()]));
    }

    #[test]
    fn nobody_asks_themselves() {
        me([])
            .when(Command::SendRequest { to: user(ME) })
            .rejected(Rejection::Yourself);
    }

    #[test]
    fn nobody_asks_twice() {
        me([sent()]).when(send()).rejected(Rejection::AlreadyAsked);
    }

    #[test]
    fn nobody_asks_a_friend() {
        friends().when(send()).rejected(Rejection::AlreadyFriends);
    }

    #[test]
    fn to_ask_who_has_asked_is_to_accept() {
        me([received()]).when(send()).then(facts([accepted()]));
    }

    #[test]
    fn who_was_turned_down_may_ask_again() {
        let no = Event::RejectHeard {
            request: request(0),
            by: user(OTHER),
        };
        me([sent(), no]).when(send()).accepted();
    }

    #[test]
    fn a_thousand_waiting_requests_are_enough() {
        let many = (0..MAX_PENDING as u128).map(|n| Event::RequestSent {
            request: RequestId(Uuid::from_u128(n)),
            to: UserId(Uuid::from_u128(1_000 + n)),
            nth: n as u64 + 1,
            at: at(0),
        });
        me(many).when(send()).rejected(Rejection::TooManyRequests);
    }

    #[test]
    fn who_has_too_many_waiting_turns_the_next_one_down_at_once() {
        let many = (0..MAX_PENDING as u128).map(|n| Event::RequestReceived {
            request: RequestId(Uuid::from_u128(n)),
            from: UserId(Uuid::from_u128(1_000 + n)),
            nth: 1,
            at: at(0),
        });
        let full = me(many).by_system().when(told(1)).accepted();
        assert_eq!(side(&full).received.len(), MAX_PENDING);
    }
}

mod taking_back {
    use super::*;

    const BACK: Command = Command::Withdraw {
        request: RequestId(Uuid::from_u128(0x4_0000)),
    };

    #[test]
    fn a_request_is_taken_back_once_the_other_side_has_let_go_of_it() {
        let withdrawn = Event::RequestWithdrawn {
            request: request(0),
            to: user(OTHER),
        };
        let story = me([sent()]).when(BACK).then(facts([withdrawn]));
        assert!(side(&story).sent.contains_key(&user(OTHER)));
        let heard = Command::RecordReject {
            request: request(0),
            by: user(OTHER),
        };
        let story = story.by_system().when(heard).accepted();
        assert!(side(&story).sent.is_empty());
        let story = story.by(user(ME)).when(BACK);
        story
            .rejected(Rejection::NoSuchRequest)
            .when(send())
            .accepted();
    }

    #[test]
    fn what_is_accepted_is_taken_back_no_more() {
        let yes = Event::AcceptHeard {
            request: request(0),
            friend: user(OTHER),
            at: at(0),
        };
        me([sent(), yes]).when(BACK).rejected(Rejection::Answered);
        let told = Command::RecordWithdraw {
            request: request(7),
            by: user(OTHER),
        };
        friends().by_system().when(told.clone()).then_nothing();
        let gone = Event::Rejected {
            request: request(7),
            from: user(OTHER),
        };
        let story = me([received()]).by_system().when(told.clone());
        story.then(facts([gone])).when(told).then_nothing();
    }

    #[test]
    fn nobody_takes_back_what_they_did_not_ask() {
        me([]).when(BACK).rejected(Rejection::NoSuchRequest);
        let theirs = Command::Withdraw {
            request: request(7),
        };
        me([received()])
            .when(theirs)
            .rejected(Rejection::NoSuchRequest);
    }
}

mod answering {
    use super::*;

    const YES: Command = Command::Accept {
        request: RequestId(Uuid::from_u128(0x4_0007)),
    };
    const NO: Command = Command::Reject {
        request: RequestId(Uuid::from_u128(0x4_0007)),
    };

    #[test]
    fn who_is_asked_says_yes_once() {
        let story = me([received()]).when(YES).then(facts([accepted()]));
        assert!(side(&story).is_friend(user(OTHER)));
        let story = story.when(YES).rejected(Rejection::Answered);
        story.when(NO).rejected(Rejection::Answered);
    }

    #[test]
    fn who_is_asked_says_no_once() {
        let no = Event::Rejected {
            request: request(7),
            from: user(OTHER),
        };
        let story = me([received()]).when(NO).then(facts([no]));
        let story = story.when(NO).rejected(Rejection::Answered);
        story.when(YES).rejected(Rejection::Answered);
    }

    #[test]
    fn nobody_answers_what_was_not_asked_of_them() {
        me([]).when(YES).rejected(Rejection::NoSuchRequest);
        let mine = Command::Accept {
            request: request(0),
        };
        me([sent()]).when(mine).rejected(Rejection::NoSuchRequest);
    }

    #[test]
    fn friends_are_limited() {
        let many = (0..MAX_FRIENDS as u128).map(|n| Event::Accepted {
            request: RequestId(Uuid::from_u128(n)),
            friend: UserId(Uuid::from_u128(1_000 + n)),
            at: at(0),
        });
        me(many.chain([received()]))
            .when(YES)
            .rejected(Rejection::TooManyFriends);
    }
}

mod ending {
    use super::*;

    const REMOVE: Command = Command::Remove {
        friend: UserId(Uuid::from_u128(OTHER as u128)),
    };

    #[test]
    fn a_friendship_is_ended_by_either() {
        let gone = Event::Removed {
            request: request(7),
            friend: user(OTHER),
        };
        let story = friends().when(REMOVE).then(facts([gone]));
        story.when(REMOVE).rejected(Rejection::NotFriends);
    }

    #[test]
    fn an_ending_of_an_earlier_friendship_ends_no_later_one() {
        let command = Command::RecordRemove {
            request: request(3),
            by: user(OTHER),
        };
        friends().by_system().when(command).then_nothing();
    }
}

mod hearing {
    use super::*;

    #[test]
    fn only_tutti_tells_what_others_did() {
        me([]).when(told(1)).rejected(user::Rejection::NotYours);
    }

    #[test]
    fn a_request_heard_twice_counts_once_even_after_the_answer() {
        let story = me([]).by_system().when(told(1)).then(facts([received()]));
        let story = story.when(told(1)).then_nothing();
        let no = Command::Reject {
            request: request(7),
        };
        let story = story.by(user(ME)).when(no).accepted();
        story.by_system().when(told(1)).then_nothing();
    }

    #[test]
    fn crossing_requests_make_friends_by_the_earlier_one() {
        let crossed = Event::RequestsCrossed {
            request: request(0),
            friend: user(OTHER),
            nth: 1,
            at: at(0),
        };
        me([sent()])
            .by_system()
            .when(told(1))
            .then(facts([crossed]));
    }

    #[test]
    fn a_yes_counts_for_the_request_that_is_out() {
        let yes = |n| Command::RecordAccept {
            request: request(n),
            by: user(OTHER),
        };
        let story = me([sent()]).by_system().when(yes(5)).then_nothing();
        let story = story.when(yes(0)).accepted();
        assert!(side(&story).is_friend(user(OTHER)));
        story.when(yes(0)).then_nothing();
    }
}

mod inviting {
    use super::*;

    fn invite() -> Command {
        Command::InviteToRoom {
            room: room_id(1),
            friend: user(OTHER),
        }
    }

    fn told_of(nth: u64) -> Command {
        Command::RecordInvite {
            room: room_id(1),
            by: user(OTHER),
            nth,
        }
    }

    #[test]
    fn only_friends_are_invited() {
        me([]).when(invite()).rejected(Rejection::OnlyFriends);
        friends().when(invite()).accepted();
    }

    #[test]
    fn an_invite_waits_until_it_is_put_aside() {
        let story = friends().by_system().when(told_of(2)).accepted();
        assert!(side(&story).invites.contains_key(&room_id(1)));
        let dismiss = Command::DismissInvite { room: room_id(1) };
        let story = story.by(user(ME)).when(dismiss.clone()).accepted();
        let story = story.when(dismiss).rejected(Rejection::NoSuchInvite);
        story.by_system().when(told_of(2)).then_nothing();
    }

    #[test]
    fn an_invite_is_used_up_by_joining_and_lost_with_the_friendship() {
        let story = friends().by_system().when(told_of(2)).accepted();
        let joined = user::Command::RecordRoomJoined { room: room_id(1) };
        assert!(
            side(&story.clone().when(joined).accepted())
                .invites
                .is_empty()
        );
        let ended = Command::RecordRemove {
            request: request(7),
            by: user(OTHER),
        };
        assert!(side(&story.when(ended).accepted()).invites.is_empty());
    }

    #[test]
    fn the_oldest_invite_makes_room_for_the_hundred_and_first() {
        let mut story = friends().by_system();
        for n in 0..=MAX_INVITES as u64 {
            let room = RoomId(Uuid::from_u128(u128::from(n)));
            let by = user(OTHER);
            let command = Command::RecordInvite {
                room,
                by,
                nth: 2 + n,
            };
            story = story.at(n as i64).when(command).accepted();
        }
        let invites = &side(&story).invites;
        assert_eq!(invites.len(), MAX_INVITES);
        assert!(!invites.contains_key(&RoomId(Uuid::from_u128(0))));
    }
}

/// Two users and what is on its way between them: delivered in order, sometimes twice, at any time.
struct Pair {
    sides: [User; 2],
    on_its_way: [Vec<user::Command>; 2],
    delivered: [Vec<user::Command>; 2],
    fresh: u128,
}

impl Pair {
    fn new() -> Self {
        let born = || me([]).state;
        Self {
            sides: [born(), born()],
            on_its_way: Default::default(),
            delivered: Default::default(),
            fresh: 0x5_0000,
        }
    }

    fn friendships(&self, who: usize) -> &Friendships {
        &self.sides[who].known().expect("known").friendships
    }

    fn decide(&mut self, who: usize, command: &user::Command, by: By) {
        self.fresh += 1;
        let mut ctx = given::<User>([]).ctx;
        (ctx.by, ctx.fresh) = (by, Uuid::from_u128(self.fresh));
        let id = user(who as u8 + 1);
        for event in self.sides[who].decide(command, &ctx).unwrap_or_default() {
            self.sides[who].evolve(&event);
            for Effect::User(to, command) in policy::of_user(id, &event) {
                assert_eq!(to, user(2 - who as u8));
                self.on_its_way[1 - who].push(command);
            }
        }
    }

    fn deliver(&mut self, who: usize) {
        if self.on_its_way[who].is_empty() {
            return;
        }
        let command = self.on_its_way[who].remove(0);
        self.decide(who, &command, By::System);
        self.delivered[who].push(command);
    }

    fn does(&mut self, who: usize, deed: u8) {
        let other = user(2 - who as u8);
        let waiting = self.friendships(who).received.get(&other);
        let request = waiting.map_or(request(99), |pending| pending.request);
        let command = match deed {
            0 => Command::SendRequest { to: other },
            1 => Command::Accept { request },
            2 => Command::Reject { request },
            6 => {
                let sent = self.friendships(who).sent.get(&other);
                let request = sent.map_or(request, |pending| pending.request);
                Command::Withdraw { request }
            }
            _ => Command::Remove { friend: other },
        };
        self.decide(who, &command.into(), By::User(user(who as u8 + 1)));
    }
}

proptest! {
    #[test]
    fn both_sides_agree_once_everything_is_delivered(
        steps in prop::collection::vec((0usize..2, 0u8..7, any::<prop::sample::Index>()), 1..60)
    ) {
        let mut pair = Pair::new();
        for (who, deed, which) in steps {
            match deed {
                4 => pair.deliver(who),
                // A receiver is told again what it was told before.
                5 if !pair.delivered[who].is_empty() => {
                    let again = which.get(&pair.delivered[who]).clone();
                    pair.decide(who, &again, By::System);
                }
                deed => pair.does(who, deed),
            }
        }
        while pair.on_its_way.iter().any(|waiting| !waiting.is_empty()) {
            pair.deliver(0);
            pair.deliver(1);
        }
        let (one, two) = (pair.friendships(0), pair.friendships(1));
        let of = |side: &Friendships, who| side.friends.get(&user(who)).map(|friend| friend.request);
        prop_assert_eq!(of(one, 2), of(two, 1));
        let pending = |map: &BTreeMap<UserId, Pending>, who| map.get(&user(who)).map(|p| p.request);
        prop_assert_eq!(pending(&one.sent, 2), pending(&two.received, 1));
        prop_assert_eq!(pending(&two.sent, 1), pending(&one.received, 2));
        prop_assert!(!(one.is_friend(user(2)) && one.sent.contains_key(&user(2))));
        prop_assert!(!(one.sent.contains_key(&user(2)) && one.received.contains_key(&user(2))));
    }
}

mod erasing {
    use super::*;

    #[test]
    fn who_is_erased_is_nobody_and_turns_down_what_was_on_its_way() {
        let erased = user::Event::Erased {
            username: None,
            email: None,
            others: vec![user(OTHER)],
            at: at(0),
        };
        let story = friends().by_system().when(user::Command::Erase);
        let story = story.then([erased.clone()]);
        let no = Event::Rejected {
            request: request(7),
            from: user(OTHER),
        };
        let story = story.when(told(2)).then(facts([no]));
        let story = story.when(user::Command::RecordRoomLeft { room: room_id(1) });
        let story = story.then_nothing().by(user(ME));
        story.when(send()).rejected(user::Rejection::NoSuchUser);
        let told = Command::RecordGone { user: user(ME) };
        let effect = Effect::User(user(OTHER), told.into());
        assert_eq!(policy::of_user(user(ME), &erased), [effect]);
    }

    #[test]
    fn nobody_erases_themselves_by_a_command() {
        friends()
            .when(user::Command::Erase)
            .rejected(user::Rejection::NotYours);
    }

    #[test]
    fn nothing_is_left_between_a_user_and_one_who_is_gone() {
        let gone = Command::RecordGone { user: user(OTHER) };
        let story = friends().by_system().when(gone.clone()).accepted();
        assert!(side(&story).others().is_empty());
        story.when(gone).then_nothing();
    }
}
