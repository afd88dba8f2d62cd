//! Names of things: one newtype an id, so that a room can never be passed for a user.
//!
//! An id is a UUIDv7 printed as a prefix and 32 hex digits (`room_018f…`). This module is the one home of randomness
//! for ids; it knows nothing of what the ids name.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

use crate::time::Timestamp;

/// A text that is not an id of the kind asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidId {
    /// The prefix that was expected, without the underscore.
    pub expected: &'static str,
}

impl fmt::Display for InvalidId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "not a valid id: expected {}_ and 32 hex digits",
            self.expected
        )
    }
}

impl std::error::Error for InvalidId {}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub Uuid);

        impl $name {
            /// What stands before the underscore.
            pub const PREFIX: &'static str = $prefix;
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}_{}", $prefix, self.0.simple())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                parse($prefix, text).map(Self)
            }
        }

        impl From<Uuid> for $name {
            fn from(uuid: Uuid) -> Self {
                Self(uuid)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Uuid {
                id.0
            }
        }
    )*};
}

ids! {
    /// An account, registered or guest.
    UserId = "user";
    /// A shared place to listen in.
    RoomId = "room";
    /// One place in a room's playlist.
    ItemId = "item";
    /// A guest's request to change a playlist.
    RequestId = "req";
    /// One message of a room's chat.
    MessageId = "msg";
    /// One saved playlist.
    PlaylistId = "list";
    /// One signed-in device.
    SessionId = "sess";
    /// An uploaded or catalogued audio file.
    MediaId = "media";
}

fn parse(prefix: &'static str, text: &str) -> Result<Uuid, InvalidId> {
    let invalid = InvalidId { expected: prefix };
    let digits = text
        .strip_prefix(prefix)
        .and_then(|rest| rest.strip_prefix('_'))
        .ok_or_else(|| invalid.clone())?;
    let canonical = digits.len() == 32
        && digits
            .bytes()
            .all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    if !canonical {
        return Err(invalid);
    }
    Uuid::try_parse(digits).map_err(|_| invalid)
}

/// The client's name for one command: repeated, it applies once (guarantee G4).
///
/// Any text of 1 to 64 visible ASCII characters; kept as it came.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct CommandId(Box<str>);

impl CommandId {
    /// The longest command id, in bytes.
    pub const MAX_LEN: usize = 64;

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for CommandId {
    type Err = InvalidCommandId;

    fn from_str(text: &str) -> Result<Self, InvalidCommandId> {
        let fits =
            (1..=Self::MAX_LEN).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
        if fits {
            Ok(Self(text.into()))
        } else {
            Err(InvalidCommandId)
        }
    }
}

impl fmt::Display for CommandId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A text that cannot be a command id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidCommandId;

impl fmt::Display for InvalidCommandId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a command id has 1 to 64 visible ASCII characters")
    }
}

impl std::error::Error for InvalidCommandId {}

/// Identity of one connection (one socket), unique within the process. Never stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ConnectionId(pub u64);

/// A new UUIDv7: `now` in its first 48 bits, random in the rest.
pub fn fresh(now: Timestamp) -> Uuid {
    let ms = now.as_ms().unsigned_abs();
    let mut random = [0u8; 10];
    fill_random(&mut random);
    uuid::Builder::from_unix_timestamp_millis(ms, &random).into_uuid()
}

/// Fills `bytes` from the operating system's secure source.
///
/// # Panics
/// Where the operating system has no randomness to give: nothing secret could be made then.
#[expect(
    clippy::disallowed_methods,
    reason = "this module is the one home of randomness"
)]
pub fn fill_random(bytes: &mut [u8]) {
    getrandom::fill(bytes).expect("the operating system gives randomness");
}

/// Crockford's base 32, without I, L, O and U: easy to read aloud and to type.
const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A random text of `len` Crockford base-32 characters, 5 bits each.
pub fn random_crockford(len: usize) -> String {
    let mut bytes = vec![0u8; len];
    fill_random(&mut bytes);
    crockford(&bytes)
}

/// Each byte's lower five bits as a Crockford character.
pub fn crockford(bytes: &[u8]) -> String {
    bytes
        .iter()
        .map(|b| char::from(CROCKFORD[usize::from(b & 31)]))
        .collect()
}

/// What a person typed as a Crockford code, in its canonical form: upper case, no spaces or dashes, O as 0, I and L as 1.
pub fn canonical_crockford(typed: &str) -> String {
    typed
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_survives_printing_and_parsing() {
        let id = RoomId(fresh(Timestamp::from_ms(1_700_000_000_000)));
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!(id.to_string().len(), "room_".len() + 32);
    }

    #[test]
    fn an_id_of_another_kind_is_refused() {
        let id = RoomId(fresh(Timestamp::from_ms(0)));
        assert_eq!(
            id.to_string().parse::<UserId>(),
            Err(InvalidId { expected: "user" })
        );
        assert!("room_".parse::<RoomId>().is_err());
        assert!("room_0123".parse::<RoomId>().is_err());
        assert!(
            format!("room_{}", id.0.hyphenated())
                .parse::<RoomId>()
                .is_err()
        );
    }

    #[test]
    fn a_fresh_id_carries_its_time() {
        let a = fresh(Timestamp::from_ms(1_000));
        let b = fresh(Timestamp::from_ms(2_000));
        assert!(a < b);
        assert_eq!(a.get_version_num(), 7);
    }

    #[test]
    fn a_typed_code_is_forgiven_its_dashes_case_and_lookalikes() {
        assert_eq!(canonical_crockford(" abo1-lI2 "), "AB01112");
        let code = random_crockford(10);
        assert_eq!(canonical_crockford(&code.to_lowercase()), code);
    }

    #[test]
    fn a_command_id_is_short_visible_ascii() {
        assert!("3f2c".parse::<CommandId>().is_ok());
        assert!("".parse::<CommandId>().is_err());
        assert!("a b".parse::<CommandId>().is_err());
        assert!("x".repeat(65).parse::<CommandId>().is_err());
    }
}
