//! How a person is called: username, display name, e-mail.
//!
//! Only the shape of names; whether a username is free is a claim.

use std::fmt;

/// The longest display name, in characters.
pub const MAX_NAME: usize = 60;
/// The longest e-mail address, in bytes.
pub const MAX_EMAIL: usize = 254;

/// Why a name cannot be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rejection {
    /// Not 3 to 20 of A–Z a–z 0–9 _.
    InvalidUsername,
    /// Empty, too long, or with control characters.
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
            Self::InvalidName => "a name has 1 to 60 characters, none of them control characters",
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
        let clean = !text.chars().any(|c| c.is_whitespace() || c.is_control());
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
    let name = name.trim();
    let fits =
        (1..=MAX_NAME).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    if fits {
        Ok(name.to_owned())
    } else {
        Err(Rejection::InvalidName)
    }
}
