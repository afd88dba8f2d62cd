//! How a person is called: username, display name, e-mail.
//!
//! Only the shape of names; whether a username is free is a claim.

use std::fmt;

use crate::domain::text;

/// The longest display name, in characters.
pub const MAX_NAME: usize = 60;
/// The longest e-mail address, in bytes.
pub const MAX_EMAIL: usize = 254;

/// Why a name cannot be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rejection {
    /// Not 3 to 20 of A–Z a–z 0–9 _.
    InvalidUsername,
    /// Empty, too long, or disturbing the text around it.
    InvalidName,
    /// Not an e-mail address.
    InvalidEmail,
    /// Somebody else has it.
    UsernameTaken,
    /// Another account has it.
    EmailTaken,
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::InvalidUsername => "a username has 3 to 20 characters, each one of A–Z a–z 0–9 _",
            Self::InvalidName => {
                "a name has 1 to 60 characters, none of them control characters or direction marks"
            }
            Self::InvalidEmail => "that is not an e-mail address",
            Self::UsernameTaken => "this username is taken",
            Self::EmailTaken => "this e-mail address is in use",
        })
    }
}

/// A username: 3 to 20 of A–Z a–z 0–9 _, shown as typed, unique whatever the case.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Username(String);

impl Username {
    /// Takes a text as a username.
    ///
    /// # Errors
    /// [`Rejection::InvalidUsername`].
    pub fn new(text: &str) -> Result<Self, Rejection> {
        let fits = (3..=20).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if fits {
            Ok(Self(text.to_owned()))
        } else {
            Err(Rejection::InvalidUsername)
        }
    }

    /// As typed.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As compared.
    pub fn key(&self) -> String {
        self.0.to_ascii_lowercase()
    }
}

/// An e-mail address, compared in lower case.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Email(String);

impl Email {
    /// Takes a text as an address: something, one `@`, something with no blanks. Only a mail can tell more.
    ///
    /// # Errors
    /// [`Rejection::InvalidEmail`].
    pub fn new(text: &str) -> Result<Self, Rejection> {
        let (local, host) = text.split_once('@').ok_or(Rejection::InvalidEmail)?;
        let clean = !text
            .chars()
            .any(|c| c.is_whitespace() || text::is_unruly(c));
        let fits =
            !local.is_empty() && !host.is_empty() && !host.contains('@') && text.len() <= MAX_EMAIL;
        if clean && fits {
            Ok(Self(text.to_owned()))
        } else {
            Err(Rejection::InvalidEmail)
        }
    }

    /// As typed.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As compared.
    pub fn key(&self) -> String {
        self.0.to_lowercase()
    }
}

/// A display name as it will stand: trimmed, and within bounds.
///
/// # Errors
/// [`Rejection::InvalidName`].
pub fn check_name(name: &str) -> Result<String, Rejection> {
    text::name(name, MAX_NAME).ok_or(Rejection::InvalidName)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_username_has_3_to_20_plain_characters() {
        for fine in ["abc", "A_9", &"x".repeat(20)] {
            assert_eq!(
                Username::new(fine).map(|u| u.as_str().to_owned()),
                Ok(fine.to_owned())
            );
        }
        for bad in [
            "",
            "ab",
            "a b",
            "a-b-c",
            "äöü",
            " abc",
            "abc\n",
            &"x".repeat(21),
        ] {
            assert_eq!(
                Username::new(bad),
                Err(Rejection::InvalidUsername),
                "{bad:?}"
            );
        }
    }

    #[test]
    fn a_username_is_shown_as_typed_and_compared_whatever_the_case() {
        let (a, b) = (Username::new("Ann_9"), Username::new("aNN_9"));
        assert_ne!(a, b);
        assert_eq!(a.map(|u| u.key()), b.map(|u| u.key()));
    }

    #[test]
    fn an_address_has_something_on_both_sides_of_one_at() {
        let longest = format!("a@{}", "b".repeat(MAX_EMAIL - 2));
        for fine in ["a@b", "Ann.Lee+x@e.org", "jörg@münchen.de", &longest] {
            assert!(Email::new(fine).is_ok(), "{fine}");
        }
        let long = format!("{longest}b");
        for bad in [
            "",
            "a",
            "@b",
            "a@",
            "a@b@c",
            "a b@c",
            "a@b\n",
            "a@\u{202E}b",
            &long,
        ] {
            assert_eq!(Email::new(bad), Err(Rejection::InvalidEmail), "{bad:?}");
        }
    }

    #[test]
    fn an_address_is_compared_whatever_the_case() {
        let email = Email::new("Ann@E.org").expect("an address");
        assert_eq!(email.as_str(), "Ann@E.org");
        assert_eq!(email.key(), "ann@e.org");
    }

    #[test]
    fn a_display_name_is_bounded_and_disturbs_nothing() {
        assert_eq!(check_name(" Zoë 🎵 ").as_deref(), Ok("Zoë 🎵"));
        let long = "é".repeat(MAX_NAME + 1);
        for bad in ["", "\t", "a\0b", "a\u{2066}b", "\u{200B}", &long] {
            assert_eq!(check_name(bad), Err(Rejection::InvalidName), "{bad:?}");
        }
    }
}
