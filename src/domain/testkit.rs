//! given / when / then: the tests of an aggregate read as rules.
//!
//! A [`Story`] is an aggregate with a history and the circumstances of the next command; each command is asked with
//! [`Story::when`], and its [`Answer`] is checked and carries the story on.

use uuid::Uuid;

use super::aggregate::{Aggregate, Alarm, By, Context, Facts};
use crate::ids::{ItemId, MediaId, RoomId, UserId};
use crate::time::{Position, Span, Timestamp};

/// The nth user of a test.
pub fn user(n: u8) -> UserId {
    UserId(Uuid::from_u128(u128::from(n)))
}

/// The nth room of a test.
pub fn room_id(n: u8) -> RoomId {
    RoomId(Uuid::from_u128(0x1_0000 + u128::from(n)))
}

/// The nth item of a test.
pub fn item(n: u8) -> ItemId {
    ItemId(Uuid::from_u128(0x2_0000 + u128::from(n)))
}

/// The nth audio file of a test.
pub fn media(n: u8) -> MediaId {
    MediaId(Uuid::from_u128(0x3_0000 + u128::from(n)))
}

/// `ms` milliseconds into the test.
pub fn at(ms: i64) -> Timestamp {
    Timestamp::from_ms(ms)
}

/// `ms` milliseconds into a track.
pub fn position(ms: u64) -> Position {
    Position::from_ms(ms)
}

/// An aggregate with a history.
pub fn given<A: Aggregate>(events: impl IntoIterator<Item = A::Event>) -> Story<A> {
    let mut state = A::default();
    events.into_iter().for_each(|event| state.evolve(&event));
    Story {
        state,
        ctx: Context {
            now: at(0),
            by: By::System,
            fresh: Uuid::from_u128(0x4_0000),
            lead: Span::ZERO,
            facts: Facts::default(),
        },
    }
}

/// An aggregate, and the circumstances of the next command.
#[derive(Debug, Clone)]
pub struct Story<A> {
    /// The aggregate.
    pub state: A,
    /// The circumstances.
    pub ctx: Context,
}

impl<A: Aggregate> Story<A> {
    /// A person asks.
    pub fn by(mut self, user: UserId) -> Self {
        self.ctx.by = By::User(user);
        self
    }

    /// Tutti itself asks.
    pub fn by_system(mut self) -> Self {
        self.ctx.by = By::System;
        self
    }

    /// It is that late.
    pub fn at(mut self, ms: i64) -> Self {
        self.ctx.now = at(ms);
        self
    }

    /// Scheduled starts lie that far ahead.
    pub fn lead(mut self, ms: i64) -> Self {
        self.ctx.lead = Span::from_ms(ms);
        self
    }

    /// These members have a connection.
    pub fn connected<const N: usize>(mut self, users: [UserId; N]) -> Self {
        self.ctx.facts.connected = users.to_vec();
        self
    }

    /// The caller is a friend of the host, who is that user.
    pub fn friend_of(mut self, host: UserId) -> Self {
        self.ctx.facts.friend_of = Some(host);
        self
    }

    /// The caller is invited by that friend.
    pub fn invited_by(mut self, friend: UserId) -> Self {
        self.ctx.facts.invited_by = Some(friend);
        self
    }

    /// The command is decided on.
    pub fn when(self, command: impl Into<A::Command>) -> Answer<A> {
        let decided = self.state.decide(&command.into(), &self.ctx);
        Answer {
            story: self,
            decided,
        }
    }

    /// What the aggregate will do by itself next.
    pub fn alarm(&self) -> Option<Alarm<A::Command>> {
        self.state.alarm()
    }

    /// The aggregate does what it does by itself, exactly when it is due.
    #[track_caller]
    pub fn when_the_alarm_rings(self) -> Answer<A> {
        let alarm = self.state.alarm().expect("there is an alarm");
        let now = alarm.at.max(self.ctx.now);
        self.by_system().at(now.as_ms()).when(alarm.command)
    }
}

/// What a command led to.
#[derive(Debug)]
pub struct Answer<A: Aggregate> {
    story: Story<A>,
    /// The facts, or why not.
    pub decided: Result<Vec<A::Event>, A::Rejection>,
}

impl<A: Aggregate> Answer<A> {
    /// It led to exactly these facts, which happen.
    #[track_caller]
    pub fn then<E: Into<A::Event>>(self, expected: impl IntoIterator<Item = E>) -> Story<A> {
        let expected: Vec<A::Event> = expected.into_iter().map(Into::into).collect();
        assert_eq!(self.decided.as_ref(), Ok(&expected));
        self.accepted()
    }

    /// It was accepted and changes nothing.
    #[track_caller]
    pub fn then_nothing(self) -> Story<A> {
        self.then::<A::Event>([])
    }

    /// It was refused, for this reason.
    #[track_caller]
    pub fn rejected(self, why: impl Into<A::Rejection>) -> Story<A> {
        assert_eq!(self.decided, Err(why.into()));
        self.story
    }

    /// It was accepted, whatever it led to; that happens.
    #[track_caller]
    pub fn accepted(self) -> Story<A> {
        let mut story = self.story;
        for event in self.decided.expect("the command is accepted") {
            story.state.evolve(&event);
        }
        story.ctx.fresh = Uuid::from_u128(story.ctx.fresh.as_u128() + 1);
        story
    }
}
