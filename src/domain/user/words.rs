//! What can be asked of a user, what can come of it, and why not.

use std::fmt;

use super::profile::{self, Email, Username};
use super::{Credentials, friendship, playlists};
use crate::domain::aggregate::By;
use crate::ids::{RoomId, UserId};
use crate::time::Timestamp;

/// A request to a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Make an account with a password, or give one to a guest, who keeps its rooms.
    Register {
        /// How it signs in.
        credentials: Credentials,
        /// How others see it; the username, or a guest's old name, where absent.
        name: Option<String>,
    },
    /// Make an account without a password.
    BecomeGuest {
        /// How others see it.
        name: String,
    },
    /// Take another username.
    SetUsername(Username),
    /// Take another display name.
    SetName(String),
    /// Take another e-mail address, or none.
    SetEmail(Option<Email>),
    /// Take another password, as an argon2id PHC string.
    SetPassword(String),
    /// Remember membership of a room (told by the room).
    RecordRoomJoined {
        /// Which.
        room: RoomId,
    },
    /// Forget membership of a room (told by the room).
    RecordRoomLeft {
        /// Which.
        room: RoomId,
    },
    /// About friendship.
    Friendship(friendship::Command),
    /// About saved playlists.
    Playlists(playlists::Command),
    /// Let the account run the server, or let it no more. Only Tutti itself says so.
    SetAdmin(bool),
    /// Let nobody sign in to the account any more. Only Tutti itself says so.
    Disable {
        /// Which admin; nobody where it is at the command line.
        by: Option<UserId>,
    },
    /// Let its owner sign in again. Only Tutti itself says so.
    Enable {
        /// Which admin; nobody where it is at the command line.
        by: Option<UserId>,
    },
    /// Forget the person. Only Tutti itself says so, once they are in no room.
    Erase,
}

/// A fact about a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// An account without a password exists.
    GuestCreated {
        /// How others see it.
        name: String,
        /// When.
        at: Timestamp,
    },
    /// An account with a password exists, new or grown from a guest.
    Registered {
        /// How it signs in.
        credentials: Credentials,
        /// How others see it.
        name: String,
        /// When.
        at: Timestamp,
    },
    /// The username is another.
    UsernameSet {
        /// Free again.
        old: Option<Username>,
        /// Taken.
        new: Username,
    },
    /// The display name is another.
    NameSet(String),
    /// The e-mail address is another.
    EmailSet {
        /// Free again.
        old: Option<Email>,
        /// Taken.
        new: Option<Email>,
    },
    /// The password is another.
    PasswordSet(String),
    /// The user belongs to a room.
    RoomJoined {
        /// Which.
        room: RoomId,
        /// Since when.
        at: Timestamp,
    },
    /// The user belongs to a room no more.
    RoomLeft {
        /// Which.
        room: RoomId,
    },
    /// About friendship.
    Friendship(friendship::Event),
    /// About saved playlists.
    Playlists(playlists::Event),
    /// The account may run the server from now on, or may no more.
    AdminSet(bool),
    /// Nobody may sign in to the account from now on.
    Disabled {
        /// Which admin said so; nobody where it was at the command line.
        by: Option<UserId>,
        /// When.
        at: Timestamp,
    },
    /// Its owner may sign in again.
    Enabled {
        /// Which admin said so; nobody where it was at the command line.
        by: Option<UserId>,
        /// When.
        at: Timestamp,
    },
    /// The account is no more.
    Erased {
        /// Free again.
        username: Option<Username>,
        /// Free again.
        email: Option<Email>,
        /// Friends, and whoever asked or was asked.
        others: Vec<UserId>,
        /// When.
        at: Timestamp,
    },
}

/// Why a user says no.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rejection {
    /// There is no such user.
    NoSuchUser,
    /// The account is made already; where a guest asked, registered already.
    Registered,
    /// The account belongs to somebody else, or the fact is another aggregate's to tell.
    NotYours,
    /// It is for those who run the server.
    NotAdmin,
    /// The account is disabled.
    Disabled,
    /// A name that cannot be had.
    Profile(profile::Rejection),
    /// Friendship says no.
    Friendship(friendship::Rejection),
    /// About saved playlists.
    Playlists(playlists::Rejection),
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchUser => f.write_str("there is no such user"),
            Self::Registered => f.write_str("this account is registered already"),
            Self::NotYours => f.write_str("that is not yours to change"),
            Self::NotAdmin => f.write_str("this is for those who run the server"),
            Self::Disabled => f.write_str("this account is disabled: ask those who run the server"),
            Self::Profile(rejection) => rejection.fmt(f),
            Self::Friendship(rejection) => rejection.fmt(f),
            Self::Playlists(rejection) => rejection.fmt(f),
        }
    }
}

impl From<profile::Rejection> for Rejection {
    fn from(inner: profile::Rejection) -> Self {
        Self::Profile(inner)
    }
}

impl From<playlists::Rejection> for Rejection {
    fn from(inner: playlists::Rejection) -> Self {
        Self::Playlists(inner)
    }
}

impl From<playlists::Command> for Command {
    fn from(inner: playlists::Command) -> Self {
        Self::Playlists(inner)
    }
}

impl From<playlists::Event> for Event {
    fn from(inner: playlists::Event) -> Self {
        Self::Playlists(inner)
    }
}

impl From<friendship::Rejection> for Rejection {
    fn from(inner: friendship::Rejection) -> Self {
        Self::Friendship(inner)
    }
}

impl From<friendship::Command> for Command {
    fn from(inner: friendship::Command) -> Self {
        Self::Friendship(inner)
    }
}

impl From<friendship::Event> for Event {
    fn from(inner: friendship::Event) -> Self {
        Self::Friendship(inner)
    }
}

impl Command {
    /// Whether only Tutti itself may say so: another aggregate tells it, or whoever runs the server.
    pub(super) fn is_told(&self) -> bool {
        match self {
            Self::RecordRoomJoined { .. }
            | Self::RecordRoomLeft { .. }
            | Self::SetAdmin(_)
            | Self::Disable { .. }
            | Self::Enable { .. }
            | Self::Erase => true,
            Self::Friendship(command) => command.is_told(),
            _ => false,
        }
    }

    /// Whether `by` may give this command to the account `owner`: what others did is told by Tutti itself, everything
    /// else is the user's own.
    pub fn permitted(&self, owner: UserId, by: By) -> bool {
        by == By::System || (by == By::User(owner) && !self.is_told())
    }
}
