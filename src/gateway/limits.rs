//! How much one address, one user and one connection may ask for (requirement S8). Clock probes and heartbeats of sockets
//! are counted apart from their commands.

use std::fmt;
use std::hash::{BuildHasher, Hash, RandomState};
use std::num::NonZeroU32;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use governor::clock::{Clock as _, DefaultClock};
use governor::state::{InMemoryState, NotKeyed};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::domain::room::{self, chat, request};
use crate::ids::UserId;
use crate::metrics::Metrics;
use crate::wire::error_code::{ErrorBody, ErrorCode};

/// The most keys one limit remembers. Beyond, newcomers are refused until older keys have recovered.
const MAX_KEYS: usize = 100_000;
/// How often forgotten keys are swept out.
const SWEEP: Duration = Duration::from_secs(60);

/// So many in a time, as `5/h`; at once at most `burst`, as `5/h burst 10`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    count: NonZeroU32,
    per: Duration,
    burst: NonZeroU32,
}

impl Rate {
    fn new(count: u32, per_secs: u64, burst: u32) -> Self {
        Self {
            count: NonZeroU32::new(count).unwrap_or(NonZeroU32::MIN),
            per: Duration::from_secs(per_secs),
            burst: NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN),
        }
    }

    fn quota(self) -> Quota {
        let each = (self.per / self.count.get()).max(Duration::from_nanos(1));
        Quota::with_period(each)
            .unwrap_or(Quota::per_second(NonZeroU32::MIN))
            .allow_burst(self.burst)
    }
}

/// A text that is no rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidRate;

impl fmt::Display for InvalidRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a rate: expected as 5/h, 60/min or 20/s burst 60")
    }
}

impl std::error::Error for InvalidRate {}

impl FromStr for Rate {
    type Err = InvalidRate;

    fn from_str(text: &str) -> Result<Self, InvalidRate> {
        let (rate, burst) = match text.split_once("burst") {
            Some((rate, burst)) => (rate, Some(burst.trim())),
            None => (text, None),
        };
        let (count, unit) = rate.trim().split_once('/').ok_or(InvalidRate)?;
        let number = |text: &str| text.trim().parse::<NonZeroU32>().map_err(|_| InvalidRate);
        let count = number(count)?;
        let seconds = match unit.trim() {
            "s" => 1,
            "min" => 60,
            "h" => 3_600,
            "d" => 86_400,
            _ => return Err(InvalidRate),
        };
        Ok(Self {
            count,
            per: Duration::from_secs(seconds),
            burst: burst.map_or(Ok(count), number)?,
        })
    }
}

impl<'de> serde::Deserialize<'de> for Rate {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'_, str>>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

macro_rules! limits {
    ($($(#[$doc:meta])* $name:ident as $field:ident = $count:literal / $per:literal, burst $burst:literal;)*) => {
        /// What is limited.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Limit {
            $($(#[$doc])* $name,)*
        }

        /// How much of each is allowed.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct Rates {
            $($(#[$doc])* pub $field: Rate,)*
            /// Commands of one native socket.
            pub socket_commands: Rate,
            /// Clock probes and reports of one native socket.
            pub socket_probes: Rate,
        }

        impl Default for Rates {
            fn default() -> Self {
                Self {
                    $($field: Rate::new($count, $per, $burst),)*
                    socket_commands: Rate::new(20, 1, 60),
                    socket_probes: Rate::new(30, 1, 90),
                }
            }
        }

        impl Rates {
            /// Sets one by its name, as `friend_request=30/h` says.
            ///
            /// # Errors
            /// A sentence, where there is no such name or it is no rate.
            pub fn set(&mut self, said: &str) -> Result<(), String> {
                let (name, rate) = said
                    .split_once('=')
                    .ok_or_else(|| format!("{said:?} is not as friend_request=30/h"))?;
                let place = match name.trim() {
                    $(stringify!($field) => &mut self.$field,)*
                    "socket_commands" => &mut self.socket_commands,
                    "socket_probes" => &mut self.socket_probes,
                    unknown => return Err(format!("there is no rate called {unknown:?}")),
                };
                *place = rate.parse().map_err(|error| format!("{name}: {error}"))?;
                Ok(())
            }
        }

        impl Limit {
            const ALL: [Self; [$(Self::$name),*].len()] = [$(Self::$name),*];

            fn rate(self, rates: &Rates) -> Rate {
                match self {
                    $(Self::$name => rates.$field,)*
                }
            }
        }
    };
}

limits! {
    /// Any call, by address.
    Api as api = 100 / 1, burst 600;
    /// New accounts, by address.
    Register as register = 20 / 3600, burst 20;
    /// New guests, by address: a household may arrive at once.
    Guest as guest = 30 / 3600, burst 30;
    /// Guests of quick rooms, by address: each connection without an account is one.
    QuickGuest as quick_guest = 600 / 3600, burst 120;
    /// Sign-ins, by address.
    Login as login = 60 / 3600, burst 20;
    /// Sign-ins, by account tried.
    LoginAccount as login_account = 20 / 3600, burst 10;
    /// Exchanges of refresh tokens, by address.
    Refresh as refresh = 600 / 3600, burst 120;
    /// New rooms, by user.
    RoomCreation as room_creation = 5 / 3600, burst 5;
    /// Invites shown, by address.
    InviteTry as invite_try = 60 / 3600, burst 30;
    /// Requests for friendship, by user.
    FriendRequest as friend_request = 10 / 3600, burst 10;
    /// Requests for a change of a playlist, by user.
    RoomRequest as room_request = 30 / 60, burst 10;
    /// Friends invited into rooms, by user.
    RoomInvite as room_invite = 60 / 3600, burst 20;
    /// Messages in chats, by user.
    Chat as chat = 60 / 60, burst 10;
    /// Uploads, by user.
    Upload as upload = 300 / 3600, burst 100;
    /// Events of one Socket.IO connection.
    SocketEvent as socket_event = 60 / 60, burst 60;
}

/// The limits of one server.
#[derive(Debug)]
pub struct Limits {
    active: Option<Active>,
    hasher: RandomState,
    clock: DefaultClock,
    metrics: Arc<Metrics>,
}

#[derive(Debug)]
struct Active {
    rates: Rates,
    keyed: Vec<DefaultKeyedRateLimiter<u64>>,
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
        let keyed = |rates: &Rates| {
            Limit::ALL
                .iter()
                .map(|limit| RateLimiter::keyed(limit.rate(rates).quota()))
                .collect()
        };
        Self {
            active: rates.map(|rates| Active {
                rates,
                keyed: keyed(&rates),
            }),
            hasher: RandomState::new(),
            clock: DefaultClock::default(),
            metrics,
        }
    }

    /// Counts one for `key`.
    ///
    /// # Errors
    /// [`ErrorCode::RateLimited`] with the time to wait.
    pub fn charge(&self, limit: Limit, key: impl Hash) -> Result<(), ErrorBody> {
        let Some(active) = &self.active else {
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
        for limiter in self.active.iter().flat_map(|active| &active.keyed) {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
    }

    /// What one native socket may say.
    pub fn socket(&self) -> SocketLimits {
        self.socket_at(|rates| rates.socket_commands)
    }

    /// What one Socket.IO connection may say.
    pub fn socket_io(&self) -> SocketLimits {
        self.socket_at(|rates| rates.socket_event)
    }

    fn socket_at(&self, commands: fn(&Rates) -> Rate) -> SocketLimits {
        let direct = |rate: fn(&Rates) -> Rate| {
            let active = self.active.as_ref()?;
            let quota = rate(&active.rates).quota();
            Some(RateLimiter::direct_with_clock(quota, self.clock.clone()))
        };
        SocketLimits {
            commands: direct(commands),
            probes: direct(|rates| rates.socket_probes),
        }
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
    commands: Option<Direct>,
    probes: Option<Direct>,
}

impl SocketLimits {
    /// Counts a command.
    ///
    /// # Errors
    /// [`ErrorCode::RateLimited`] with the time to wait.
    pub fn charge_command(&self) -> Result<(), ErrorBody> {
        let Some(limiter) = &self.commands else {
            return Ok(());
        };
        limiter
            .check()
            .map_err(|until| refused(until.wait_time_from(limiter.clock().now())))
    }

    /// Counts a clock probe or a report; one too many is simply not answered.
    pub fn allow_probe(&self) -> bool {
        self.probes
            .as_ref()
            .is_none_or(|limiter| limiter.check().is_ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits() -> Limits {
        Limits::new(Some(Rates::default()), Arc::default())
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
        let limits = Limits::new(None, Arc::default());
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
    fn one_rate_is_set_by_its_name() {
        let mut rates = Rates::default();
        rates.set("friend_request=30/h burst 5").unwrap();
        rates.set("socket_commands = 1/s").unwrap();
        assert_eq!(rates.friend_request, Rate::new(30, 3_600, 5));
        assert_eq!(rates.room_creation, Rates::default().room_creation);
        for wrong in ["friend_request", "friends=1/h", "friend_request=often"] {
            assert!(rates.set(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_rate_is_read_as_people_write_it() {
        assert_eq!("5/h".parse(), Ok(Rate::new(5, 3_600, 5)));
        assert_eq!("20/s burst 60".parse(), Ok(Rate::new(20, 1, 60)));
        for wrong in ["", "5", "0/h", "5/fortnight", "5/h burst", "h/5"] {
            assert_eq!(wrong.parse::<Rate>(), Err(InvalidRate), "{wrong}");
        }
    }
}
