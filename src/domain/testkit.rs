//! given / when / then: the tests of an aggregate read as rules.

use uuid::Uuid;

use super::aggregate::{Aggregate, By, Context, Facts};
use crate::ids::UserId;
use crate::time::{Span, Timestamp};

/// The nth user of a test.
pub fn user(n: u8) -> UserId {
    UserId(Uuid::from_u128(u128::from(n)))
}

/// A context at `now_ms`, with the lead zero.
pub fn context(by: By, now_ms: i64) -> Context {
    Context {
        now: Timestamp::from_ms(now_ms),
        by,
        fresh: Uuid::from_u128(now_ms as u128 + 1_000_000),
        lead: Span::ZERO,
        facts: Facts::default(),
    }
}

/// An aggregate with a history.
pub fn given<A: Aggregate>(events: impl IntoIterator<Item = A::Event>) -> A {
    let mut aggregate = A::default();
    events
        .into_iter()
        .for_each(|event| aggregate.evolve(&event));
    aggregate
}
