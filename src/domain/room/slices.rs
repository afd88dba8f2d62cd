//! A room's commands, facts and rejections: those that span it, and one of each slice's.

use std::fmt;

use crate::ids::UserId;
use crate::time::Timestamp;

use super::settings::{Control, Invite, Settings, Visibility};
use super::{
    chat, heard, membership, moderation, playback, playlist, request, settings, undo, vote,
};

/// A request to a room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Open it; the caller is its host.
    Create {
        /// What it is called.
        name: String,
        /// Who may come in.
        visibility: Visibility,
        /// Who controls.
        control: Control,
        /// What opens it.
        invite: Invite,
    },
    /// Close it for good.
    Close,
    /// Close it, since nobody is a member any more. Only Tutti itself says so.
    CloseEmpty,
    /// About the music.
    Playback(playback::Command),
    /// About the playlist.
    Playlist(playlist::Command),
    /// About belonging.
    Membership(membership::Command),
    /// About the set-up.
    Settings(settings::Command),
    /// About what guests ask for.
    Request(request::Command),
    /// What the one who controls hears already.
    Heard(heard::Command),
    /// About the peace.
    Moderation(moderation::Command),
    /// A vote to skip.
    Vote(vote::Command),
    /// About messages.
    Chat(chat::Command),
    /// Take the latest destructive change of the playlist back.
    Undo(undo::Command),
    /// Several at once: all of them or none.
    Together {
        /// What they are called together, as journaled.
        name: &'static str,
        /// In order, each on what those before it lead to.
        commands: Vec<Command>,
    },
}

/// A fact about a room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// It was opened.
    Created {
        /// By whom: the host.
        host: UserId,
        /// How it is set up.
        settings: Settings,
        /// When.
        at: Timestamp,
    },
    /// It was closed.
    Closed {
        /// Who belonged to it until then: the [`MAX_TOLD`](super::MAX_TOLD) longest-present.
        members: Vec<UserId>,
        /// Its invites, void from then on.
        invite: Invite,
        /// When.
        at: Timestamp,
    },
    /// About the music.
    Playback(playback::Event),
    /// About the playlist.
    Playlist(playlist::Event),
    /// About belonging.
    Membership(membership::Event),
    /// About the set-up.
    Settings(settings::Event),
    /// About what guests ask for.
    Request(request::Event),
    /// About the peace.
    Moderation(moderation::Event),
    /// A vote to skip.
    Vote(vote::Event),
    /// About messages.
    Chat(chat::Event),
    /// A destructive change of the playlist was taken back.
    Undo(undo::Event),
}

/// Why a room says no.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rejection {
    /// There is no such room, or it is closed.
    NoSuchRoom,
    /// It is open already.
    Exists,
    /// An invite of that text is in use.
    InviteTaken,
    /// The caller may not control the music or the playlist.
    MayNotControl,
    /// About the music.
    Playback(playback::Rejection),
    /// About the playlist.
    Playlist(playlist::Rejection),
    /// About belonging.
    Membership(membership::Rejection),
    /// About the set-up.
    Settings(settings::Rejection),
    /// About what guests ask for.
    Request(request::Rejection),
    /// About the peace.
    Moderation(moderation::Rejection),
    /// About voting.
    Vote(vote::Rejection),
    /// About messages.
    Chat(chat::Rejection),
    /// About taking back.
    Undo(undo::Rejection),
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchRoom => f.write_str("there is no such room"),
            Self::Exists => f.write_str("this room is open already"),
            Self::InviteTaken => f.write_str("this invite code is in use: try again"),
            Self::MayNotControl => f.write_str("only the host and co-hosts may control this room"),
            Self::Playback(rejection) => rejection.fmt(f),
            Self::Playlist(rejection) => rejection.fmt(f),
            Self::Membership(rejection) => rejection.fmt(f),
            Self::Settings(rejection) => rejection.fmt(f),
            Self::Request(rejection) => rejection.fmt(f),
            Self::Moderation(rejection) => rejection.fmt(f),
            Self::Vote(rejection) => rejection.fmt(f),
            Self::Chat(rejection) => rejection.fmt(f),
            Self::Undo(rejection) => rejection.fmt(f),
        }
    }
}

macro_rules! from_slices {
    ($($slice:ident :: $kind:ident => $variant:ident;)*) => {$(
        impl From<$slice::$kind> for $kind {
            fn from(inner: $slice::$kind) -> Self {
                Self::$variant(inner)
            }
        }
    )*};
}

from_slices! {
    playback::Command => Playback;
    playlist::Command => Playlist;
    membership::Command => Membership;
    settings::Command => Settings;
    request::Command => Request;
    heard::Command => Heard;
    moderation::Command => Moderation;
    vote::Command => Vote;
    chat::Command => Chat;
    undo::Command => Undo;
    playback::Event => Playback;
    playlist::Event => Playlist;
    membership::Event => Membership;
    settings::Event => Settings;
    request::Event => Request;
    moderation::Event => Moderation;
    vote::Event => Vote;
    chat::Event => Chat;
    undo::Event => Undo;
    playback::Rejection => Playback;
    playlist::Rejection => Playlist;
    membership::Rejection => Membership;
    settings::Rejection => Settings;
    request::Rejection => Request;
    moderation::Rejection => Moderation;
    vote::Rejection => Vote;
    chat::Rejection => Chat;
    undo::Rejection => Undo;
}

impl Command {
    /// The command's name as journaled.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Create { .. } => "create",
            Self::Close => "close",
            Self::CloseEmpty => "close_empty",
            Self::Playback(command) => command.name(),
            Self::Playlist(command) => command.name(),
            Self::Membership(command) => command.name(),
            Self::Settings(command) => command.name(),
            Self::Request(command) => command.name(),
            Self::Heard(command) => command.name(),
            Self::Moderation(command) => command.name(),
            Self::Vote(_) => "vote_skip",
            Self::Chat(command) => command.name(),
            Self::Undo(_) => "undo",
            Self::Together { name, .. } => name,
        }
    }
}
