//! Tickets: what stands in for an access token in an address, where it might be seen. Good once, and for half a minute.
//!
//! In memory, and only as hashes: after a restart there are none.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::Caller;
use crate::ids::fill_random;
use crate::time::{Span, Timestamp};

/// How long a ticket waits to be used.
pub const TICKET_LIFETIME: Span = Span::from_secs(30);
/// What every ticket begins with.
const PREFIX: &str = "tick_";
/// The most tickets that wait; the oldest makes room.
const MOST: usize = 65_536;

type Hash = [u8; 32];

#[derive(Debug, Default)]
struct Waiting {
    callers: HashMap<Hash, Caller>,
    /// In the order they end.
    ends: VecDeque<(Timestamp, Hash)>,
}

/// The tickets that wait to be used.
#[derive(Debug, Default)]
pub(super) struct Tickets(Mutex<Waiting>);

impl Tickets {
    /// Whether that is a ticket, rather than a token.
    pub(super) fn is_one(text: &str) -> bool {
        text.starts_with(PREFIX)
    }

    /// A new one, for that caller.
    pub(super) fn issue(&self, caller: Caller, now: Timestamp) -> String {
        let mut secret = [0; 24];
        fill_random(&mut secret);
        let ticket = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(secret));
        let hash = *blake3::hash(ticket.as_bytes()).as_bytes();
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let over = |(end, _): &(Timestamp, Hash)| *end <= now;
        while waiting.ends.len() >= MOST || waiting.ends.front().is_some_and(over) {
            let Some((_, oldest)) = waiting.ends.pop_front() else {
                break;
            };
            waiting.callers.remove(&oldest);
        }
        waiting.ends.push_back((now + TICKET_LIFETIME, hash));
        waiting.callers.insert(hash, caller);
        ticket
    }

    /// Whose it is; nobody's from then on.
    pub(super) fn redeem(&self, ticket: &str, now: Timestamp) -> Option<Caller> {
        let hash = *blake3::hash(ticket.as_bytes()).as_bytes();
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let caller = waiting.callers.remove(&hash)?;
        let place = waiting.ends.iter().position(|(_, known)| *known == hash)?;
        let (end, _) = waiting.ends.remove(place)?;
        (now < end && now < caller.expires_at).then_some(caller)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{SessionId, UserId, fresh};

    const NOW: Timestamp = Timestamp::from_ms(1_700_000_000_000);

    fn caller(expires_at: Timestamp) -> Caller {
        Caller {
            user: UserId(fresh(NOW)),
            session: SessionId(fresh(NOW)),
            expires_at,
            scope: None,
        }
    }

    #[test]
    fn a_ticket_is_good_once() {
        let tickets = Tickets::default();
        let caller = caller(NOW + Span::from_secs(600));
        let ticket = tickets.issue(caller.clone(), NOW);
        assert!(Tickets::is_one(&ticket));
        assert_eq!(tickets.redeem(&ticket, NOW), Some(caller));
        assert_eq!(tickets.redeem(&ticket, NOW), None);
        assert_eq!(tickets.redeem("tick_", NOW), None);
    }

    #[test]
    fn a_ticket_is_good_for_half_a_minute_and_no_longer_than_what_it_stands_for() {
        let tickets = Tickets::default();
        let long = caller(NOW + Span::from_secs(600));
        let late = tickets.issue(long.clone(), NOW);
        assert_eq!(tickets.redeem(&late, NOW + TICKET_LIFETIME), None);
        let short = tickets.issue(caller(NOW + Span::from_secs(1)), NOW);
        assert_eq!(tickets.redeem(&short, NOW + Span::from_secs(1)), None);
        let _forgotten = tickets.issue(long.clone(), NOW);
        let _next = tickets.issue(long, NOW + TICKET_LIFETIME);
        assert_eq!(tickets.0.lock().unwrap().callers.len(), 1);
    }
}
