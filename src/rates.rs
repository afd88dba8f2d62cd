//! How much of each thing may be asked for: rates as people write them, by name.
//!
//! Knows nobody who counts.

use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;
use std::time::Duration;

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

    /// How long one takes to be allowed again.
    pub fn each(self) -> Duration {
        (self.per / self.count.get()).max(Duration::from_nanos(1))
    }

    /// The most at once.
    pub fn burst(self) -> NonZeroU32 {
        self.burst
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = match self.per.as_secs() {
            1 => "s",
            60 => "min",
            3_600 => "h",
            _ => "d",
        };
        write!(f, "{}/{unit}", self.count)?;
        if self.burst != self.count {
            write!(f, " burst {}", self.burst)?;
        }
        Ok(())
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
            /// What each is called.
            pub const NAMES: [&str; 2 + [$(stringify!($field)),*].len()] =
                [$(stringify!($field),)* "socket_commands", "socket_probes"];

            fn place(&mut self, name: &str) -> Option<&mut Rate> {
                Some(match name {
                    $(stringify!($field) => &mut self.$field,)*
                    "socket_commands" => &mut self.socket_commands,
                    "socket_probes" => &mut self.socket_probes,
                    _ => return None,
                })
            }
        }

        impl Limit {
            /// All of them.
            pub const ALL: [Self; [$(Self::$name),*].len()] = [$(Self::$name),*];

            /// How much of it those rates allow.
            pub fn rate(self, rates: &Rates) -> Rate {
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

impl Rates {
    /// The one of that name.
    pub fn get(mut self, name: &str) -> Option<Rate> {
        self.place(name).copied()
    }

    /// Sets one by its name.
    ///
    /// # Errors
    /// A sentence, where there is no such name or it is no rate.
    pub fn put(&mut self, name: &str, rate: &str) -> Result<(), String> {
        let unknown = || format!("there is no rate called {name:?}");
        let place = self.place(name).ok_or_else(unknown)?;
        *place = rate.parse().map_err(|error| format!("{name}: {error}"))?;
        Ok(())
    }

    /// Sets one, as `friend_request=30/h` says.
    ///
    /// # Errors
    /// A sentence, where there is no such name or it is no rate.
    pub fn set(&mut self, said: &str) -> Result<(), String> {
        let (name, rate) = said
            .split_once('=')
            .ok_or_else(|| format!("{said:?} is not as friend_request=30/h"))?;
        self.put(name.trim(), rate)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn every_rate_is_found_by_its_name_and_written_as_it_is_read() {
        let rates = Rates::default();
        for name in Rates::NAMES {
            let rate = rates.get(name).unwrap();
            assert_eq!(rate.to_string().parse(), Ok(rate), "{name}");
        }
        assert_eq!(rates.room_creation.to_string(), "5/h");
        assert_eq!(rates.socket_commands.to_string(), "20/s burst 60");
        assert_eq!(rates.get("friends"), None);
    }
}
