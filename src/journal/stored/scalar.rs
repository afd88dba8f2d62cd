//! The smallest stored things: ids, and choices under explicit numbers.
//!
//! On disk an id is 16 bytes and a choice a number that never means anything else; in JSON both are words.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

use crate::domain::room::membership::{HostChange, Role};
use crate::domain::room::playback::Change;
use crate::domain::room::playlist::Repeat;
use crate::domain::room::request::Action;
use crate::domain::room::settings::{Control, Visibility};
use crate::domain::session::{Revocation, TokenHash};

/// An id of any kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Id<T>(pub(super) T);

impl<T: Copy + Into<Uuid> + std::fmt::Display> Serialize for Id<T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        if to.is_human_readable() {
            to.collect_str(&self.0)
        } else {
            to.serialize_u128(self.0.into().as_u128())
        }
    }
}

impl<'de, T: From<Uuid> + std::str::FromStr<Err: std::fmt::Display>> Deserialize<'de> for Id<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        if from.is_human_readable() {
            let text = String::deserialize(from)?;
            text.parse().map(Self).map_err(D::Error::custom)
        } else {
            u128::deserialize(from).map(|n| Self(T::from(Uuid::from_u128(n))))
        }
    }
}

/// Stores a choice of the domain under explicit numbers; a new variant does not compile until it has one.
macro_rules! choices {
    ($($name:ident of $domain:ident { $($variant:ident = $number:literal $text:literal),* $(,)? })*) => {$(
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) struct $name(pub(super) $domain);

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                let (number, text): (u8, &str) = match self.0 {
                    $($domain::$variant => ($number, $text)),*
                };
                if to.is_human_readable() {
                    to.serialize_str(text)
                } else {
                    to.serialize_u8(number)
                }
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                if from.is_human_readable() {
                    match String::deserialize(from)?.as_str() {
                        $($text => Ok(Self($domain::$variant)),)*
                        _ => Err(D::Error::custom(concat!("unknown ", stringify!($domain)))),
                    }
                } else {
                    match u8::deserialize(from)? {
                        $($number => Ok(Self($domain::$variant)),)*
                        _ => Err(D::Error::custom(concat!("unknown ", stringify!($domain)))),
                    }
                }
            }
        }
    )*};
}

choices! {
    StoredRole of Role { Guest = 1 "guest", CoHost = 2 "co_host", Host = 3 "host" }
    StoredHostChange of HostChange {
        Transferred = 1 "transferred", Claimed = 2 "claimed", Left = 3 "left", Lost = 4 "lost",
    }
    StoredChange of Change {
        SkippedNext = 1 "skipped_next", SkippedPrev = 2 "skipped_prev", Selected = 3 "selected",
        Ended = 4 "ended", Removed = 5 "removed", FirstAdded = 6 "first_added",
        VotedOff = 7 "voted_off",
    }
    StoredRepeat of Repeat { Off = 1 "off", One = 2 "one", All = 3 "all" }
    StoredVisibility of Visibility { Public = 1 "public", Friends = 2 "friends", Invite = 3 "invite" }
    StoredControl of Control { Host = 1 "host", Everyone = 2 "everyone" }
    StoredAction of Action { Add = 1 "add", Move = 2 "move", Remove = 3 "remove", Edit = 4 "edit" }
    StoredRevocation of Revocation {
        SignedOut = 1 "signed_out", TokenReused = 2 "token_reused", Expired = 3 "expired",
    }
}

/// The hash of a refresh token; in JSON 64 hex digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct StoredHash(pub(super) TokenHash);

impl Serialize for StoredHash {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        if to.is_human_readable() {
            to.collect_str(&blake3::Hash::from_bytes(self.0.0))
        } else {
            self.0.0.serialize(to)
        }
    }
}

impl<'de> Deserialize<'de> for StoredHash {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let bytes = if from.is_human_readable() {
            let text = String::deserialize(from)?;
            *blake3::Hash::from_hex(text)
                .map_err(D::Error::custom)?
                .as_bytes()
        } else {
            <[u8; 32]>::deserialize(from)?
        };
        Ok(Self(TokenHash(bytes)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers<T: Serialize>(choices: impl IntoIterator<Item = T>) -> Vec<u8> {
        let mut out = Vec::new();
        for choice in choices {
            crate::journal::stored::codec::put(&mut out, &choice);
        }
        out
    }

    /// The disk's own table: never edited, only appended to.
    #[test]
    fn every_choice_keeps_its_number() {
        use HostChange as H;
        let roles = [Role::Guest, Role::CoHost, Role::Host];
        assert_eq!(numbers(roles.map(StoredRole)), [1, 2, 3]);
        let host_changes = [H::Transferred, H::Claimed, H::Left, H::Lost];
        assert_eq!(numbers(host_changes.map(StoredHostChange)), [1, 2, 3, 4]);
        let changes = [
            Change::SkippedNext,
            Change::SkippedPrev,
            Change::Selected,
            Change::Ended,
            Change::Removed,
            Change::FirstAdded,
            Change::VotedOff,
        ];
        assert_eq!(numbers(changes.map(StoredChange)), [1, 2, 3, 4, 5, 6, 7]);
        let repeats = [Repeat::Off, Repeat::One, Repeat::All];
        assert_eq!(numbers(repeats.map(StoredRepeat)), [1, 2, 3]);
        let visibilities = [Visibility::Public, Visibility::Friends, Visibility::Invite];
        assert_eq!(numbers(visibilities.map(StoredVisibility)), [1, 2, 3]);
        let controls = [Control::Host, Control::Everyone];
        assert_eq!(numbers(controls.map(StoredControl)), [1, 2]);
        let actions = [Action::Add, Action::Move, Action::Remove, Action::Edit];
        assert_eq!(numbers(actions.map(StoredAction)), [1, 2, 3, 4]);
        let revocations = [
            Revocation::SignedOut,
            Revocation::TokenReused,
            Revocation::Expired,
        ];
        assert_eq!(numbers(revocations.map(StoredRevocation)), [1, 2, 3]);
    }
}
