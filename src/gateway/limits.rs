//! How much one address, one user and one connection may ask for (requirement S8). Clock probes and heartbeats of sockets
//! are counted apart from their commands.

use std::hash::{BuildHasher, Hash, RandomState};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use governor::clock::{Clock as _, DefaultClock};
use governor::state::{InMemoryState, NotKeyed};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::domain::room::{self, chat, request};
use crate::ids::UserId;
use crate::metrics::Metrics;
pub use crate::rates::Limit;
use crate::rates::{Rate, Rates};
use crate::wire::error_code::{ErrorBody, ErrorCode};

/// The most keys one limit remembers. Beyond, newcomers are refused until older keys have recovered.
const MAX_KEYS: usize = 100_000;
/// How often forgotten keys are swept out.
const SWEEP: Duration = Duration::from_secs(60);

/// The limits of one server.
#[derive(Debug)]
pub struct Limits {
    active: RwLock<Option<Arc<Active>>>,
    /// How often the rates were set otherwise.
    turn: AtomicU64,
    hasher: RandomState,
    clock: DefaultClock,
    metrics: Arc<Metrics>,
}

#[derive(Debug)]
struct Active {
    rates: Rates,
    keyed: Vec<Arc<Keyed>>,
}

type Keyed = DefaultKeyedRateLimiter<u64>;

impl Active {
    /// At these rates; who was counted at one that stays the same is counted on.
    fn new(rates: Rates, before: Option<&Self>) -> Self {
        let keyed = |(at, limit): (usize, &Limit)| {
            let rate = limit.rate(&rates);
            let same = before.filter(|before| limit.rate(&before.rates) == rate);
            let kept = same.and_then(|before| before.keyed.get(at).cloned());
            kept.unwrap_or_else(|| Arc::new(RateLimiter::keyed(quota(rate))))
        };
        Self {
            rates,
            keyed: Limit::ALL.iter().enumerate().map(keyed).collect(),
        }
    }
}

fn quota(rate: Rate) -> Quota {
    Quota::with_period(rate.each())
        .unwrap_or(Quota::per_second(NonZeroU32::MIN))
        .allow_burst(rate.burst())
}

impl Limits {
    /// Limits at these rates; swept for as long as they are held. None where there are no rates.
    pub fn start(rates: Option<Rates>, metrics: Arc<Metrics>) -> Arc<Self> {
        let limits = Arc::new(Self::new(rates, metrics));
        let swept = Arc::downgrade(&limits);
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(SWEEP).await;
                let Some(limits) = swept.upgrade() else {
                    return;
                };
                limits.sweep();
            }
        });
        limits
    }

    fn new(rates: Option<Rates>, metrics: Arc<Metrics>) -> Self {
        let active = rates.map(|rates| Arc::new(Active::new(rates, None)));
        Self {
            active: RwLock::new(active),
            turn: AtomicU64::default(),
            hasher: RandomState::new(),
            clock: DefaultClock::default(),
            metrics,
        }
    }

    /// Whether anything is counted at all.
    pub fn are_on(&self) -> bool {
        self.active().is_some()
    }

    /// Counts at these rates from now on, open sockets included; nothing where nothing is counted.
    pub fn set_rates(&self, rates: Rates) {
        let mut active = self.active.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(before) = active.as_ref().filter(|before| before.rates != rates) {
            *active = Some(Arc::new(Active::new(rates, Some(before))));
            self.turn.fetch_add(1, Relaxed);
        }
    }

    fn active(&self) -> Option<Arc<Active>> {
        let active = self.active.read().unwrap_or_else(PoisonError::into_inner);
        active.clone()
    }

    /// Counts one for `key`.
    ///
    /// # Errors
    /// [`ErrorCode::RateLimited`] with the time to wait.
    pub fn charge(&self, limit: Limit, key: impl Hash) -> Result<(), ErrorBody> {
        let Some(active) = self.active() else {
            return Ok(());
        };
        let Some(limiter) = active.keyed.get(limit as usize) else {
            return Ok(());
        };
        if limiter.len() >= MAX_KEYS {
            limiter.retain_recent();
            if limiter.len() >= MAX_KEYS {
                return Err(self.refuse(Duration::from_secs(60)));
            }
        }
        limiter
            .check_key(&self.hasher.hash_one(key))
            .map_err(|until| self.refuse(until.wait_time_from(self.clock.now())))
    }

    /// Counts a command to a room for whoever gives it, where its kind is limited.
    ///
    /// # Errors
    /// [`ErrorCode::RateLimited`] with the time to wait.
    pub fn charge_command(&self, user: UserId, command: &room::Command) -> Result<(), ErrorBody> {
        match command {
            room::Command::Request(request::Command::Submit(_)) => {
                self.charge(Limit::RoomRequest, user)
            }
            room::Command::Chat(chat::Command::Say { .. }) => self.charge(Limit::Chat, user),
            _ => Ok(()),
        }
    }

    fn refuse(&self, wait: Duration) -> ErrorBody {
        self.metrics.limited.add(1);
        refused(wait)
    }

    fn sweep(&self) {
        for limiter in self.active().iter().flat_map(|active| &active.keyed) {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
    }

    /// What one native socket may say.
    pub fn socket(self: &Arc<Self>) -> SocketLimits {
        SocketLimits::new(self.clone(), |rates| rates.socket_commands)
    }

    /// What one Socket.IO connection may say.
    pub fn socket_io(self: &Arc<Self>) -> SocketLimits {
        SocketLimits::new(self.clone(), |rates| rates.socket_event)
    }
}

fn refused(wait: Duration) -> ErrorBody {
    let ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX).max(1);
    ErrorBody::retry(
        ErrorCode::RateLimited,
        "too many of these: wait a moment",
        ms,
    )
}

type Direct = RateLimiter<NotKeyed, InMemoryState, DefaultClock>;

/// What one socket may say.
#[derive(Debug)]
pub struct SocketLimits {
    limits: Arc<Limits>,
    commands_at: fn(&Rates) -> Rate,
    held: Mutex<Held>,
}

/// What was said so far, at the rates of a turn.
#[derive(Debug)]
struct Held {
    turn: u64,
    commands: Option<(Rate, Direct)>,
    probes: Option<(Rate, Direct)>,
}

impl SocketLimits {
    fn new(limits: Arc<Limits>, commands_at: fn(&Rates) -> Rate) -> Self {
        let mut held = Held {
            turn: limits.turn.load(Relaxed),
            commands: None,
            probes: None,
        };
        held.count_at(&limits, commands_at);
        Self {
            limits,
            commands_at,
            held: Mutex::new(held),
        }
    }

    fn with<R>(&self, ask: impl FnOnce(&Held) -> R) -> R {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let turn = self.limits.turn.load(Relaxed);
        if held.turn != turn {
            held.turn = turn;
            held.count_at(&self.limits, self.commands_at);
        }
        ask(&held)
    }

    /// Counts a command.
    ///
    /// # Errors
    /// [`ErrorCode::RateLimited`] with the time to wait.
    pub fn charge_command(&self) -> Result<(), ErrorBody> {
        self.with(|held| {
            let Some((_, limiter)) = &held.commands else {
                return Ok(());
            };
            limiter
                .check()
                .map_err(|until| refused(until.wait_time_from(limiter.clock().now())))
        })
    }

    /// Counts a clock probe or a report; one too many is simply not answered.
    pub fn allow_probe(&self) -> bool {
        self.with(|held| {
            let probes = held.probes.as_ref();
            probes.is_none_or(|(_, limiter)| limiter.check().is_ok())
        })
    }
}

impl Held {
    fn count_at(&mut self, limits: &Limits, commands_at: fn(&Rates) -> Rate) {
        let Some(active) = limits.active() else {
            return;
        };
        let set = |held: &mut Option<(Rate, Direct)>, rate: Rate| {
            if held.as_ref().is_none_or(|(before, _)| *before != rate) {
                let clock = limits.clock.clone();
                *held = Some((rate, RateLimiter::direct_with_clock(quota(rate), clock)));
            }
        };
        set(&mut self.commands, commands_at(&active.rates));
        set(&mut self.probes, active.rates.socket_probes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits() -> Arc<Limits> {
        Arc::new(Limits::new(Some(Rates::default()), Arc::default()))
    }

    #[test]
    fn a_sixth_room_in_an_hour_is_refused_with_the_time_to_wait() {
        let limits = limits();
        for _ in 0..5 {
            limits.charge(Limit::RoomCreation, 7).unwrap();
        }
        let refused = limits.charge(Limit::RoomCreation, 7).unwrap_err();
        assert_eq!(refused.code, ErrorCode::RateLimited);
        assert!((1..=720_000).contains(&refused.retry_after_ms.unwrap()));
        assert!(limits.charge(Limit::RoomCreation, 8).is_ok());
        assert!(limits.charge(Limit::Guest, 7).is_ok());
    }

    #[test]
    fn without_rates_nothing_is_refused() {
        let limits = Arc::new(Limits::new(None, Arc::default()));
        assert!((0..1000).all(|_| limits.charge(Limit::RoomCreation, 7).is_ok()));
        let socket = limits.socket();
        assert!((0..1000).all(|_| socket.charge_command().is_ok() && socket.allow_probe()));
    }

    #[test]
    fn a_socket_may_burst_and_then_has_to_wait() {
        let socket = limits().socket();
        let taken = (0..200).filter(|_| socket.charge_command().is_ok()).count();
        assert!((60..100).contains(&taken), "{taken}");
        assert!(socket.allow_probe());
    }

    #[test]
    fn a_rate_set_otherwise_holds_at_once_and_the_others_count_on() {
        let limits = limits();
        let socket = limits.socket();
        assert!((0..5).all(|_| limits.charge(Limit::RoomCreation, 7).is_ok()));
        assert!((0..10).all(|_| limits.charge(Limit::FriendRequest, 7).is_ok()));
        let mut rates = Rates::default();
        rates.set("room_creation=1/h").unwrap();
        rates.set("socket_commands=1/h").unwrap();
        limits.set_rates(rates);
        assert!(limits.charge(Limit::RoomCreation, 7).is_ok());
        assert!(limits.charge(Limit::RoomCreation, 7).is_err());
        assert!(limits.charge(Limit::FriendRequest, 7).is_err());
        assert!(socket.charge_command().is_ok() && socket.charge_command().is_err());
        assert!((0..60).all(|_| socket.allow_probe()));
    }

    #[test]
    fn where_nothing_is_counted_no_rate_starts_it() {
        let limits = Limits::new(None, Arc::default());
        limits.set_rates(Rates::default());
        assert!(!limits.are_on());
    }
}
