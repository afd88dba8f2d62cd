//! A room: the shared place to listen in. Composes its slices and says who may do what.
//!
//! Each slice keeps its own commands, facts and rules; here is only what spans them: opening and closing, permission,
//! and what a change of the playlist means for the music.

pub mod heard;
pub mod membership;
pub mod playback;
pub mod playlist;
pub mod request;
pub mod settings;
pub mod timeline;
pub mod track;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod testkit;
#[cfg(test)]
mod tests;

use std::fmt;

use crate::ids::{RoomId, UserId};
use crate::time::Timestamp;

use super::aggregate::{Aggregate, Alarm, By, Claim, ClaimKey, Context};
use membership::{Membership, Role};
use playback::Playback;
use playlist::Playlist;
use request::Requests;
use settings::{Control, Invite, Settings, Visibility, Volume};

/// The most members a closing room tells one by one, so that the entry stays small enough for the journal; the others
/// find it gone when they look.
pub const MAX_TOLD: usize = 3_000;

/// A room, from before it is opened until after it is closed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Room {
    /// Nobody has opened it.
    #[default]
    Unborn,
    /// In use.
    Open(Box<OpenRoom>),
    /// Over; nothing opens it again.
    Closed {
        /// Since when.
        at: Timestamp,
    },
}

/// A room in use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenRoom {
    /// How it is set up.
    pub settings: Settings,
    /// Who belongs.
    pub membership: Membership,
    /// What will play.
    pub playlist: Playlist,
    /// What plays.
    pub playback: Playback,
    /// What its guests ask for.
    pub requests: Requests,
    /// When it was opened.
    pub created_at: Timestamp,
}

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
        /// Who belonged to it until then: the [`MAX_TOLD`] longest-present.
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
    playback::Event => Playback;
    playlist::Event => Playlist;
    membership::Event => Membership;
    settings::Event => Settings;
    request::Event => Request;
    playback::Rejection => Playback;
    playlist::Rejection => Playlist;
    membership::Rejection => Membership;
    settings::Rejection => Settings;
    request::Rejection => Request;
}

impl Room {
    /// The room in use, where it is.
    pub fn open(&self) -> Option<&OpenRoom> {
        match self {
            Self::Open(room) => Some(room),
            Self::Unborn | Self::Closed { .. } => None,
        }
    }
}

impl OpenRoom {
    /// Whether a member may control the music and the playlist.
    pub fn may_control(&self, user: UserId) -> bool {
        match self.membership.role(user) {
            Some(Role::Host | Role::CoHost) => true,
            Some(Role::Guest) => self.settings.control == Control::Everyone,
            None => false,
        }
    }

    fn require_control(&self, by: By) -> Result<(), Rejection> {
        match by {
            By::System => Ok(()),
            By::User(user) if self.may_control(user) => Ok(()),
            By::User(user) if self.membership.role(user).is_none() => {
                Err(membership::Rejection::NotMember.into())
            }
            By::User(_) => Err(Rejection::MayNotControl),
        }
    }

    fn require_host(&self, by: By) -> Result<(), Rejection> {
        match by.user().map(|user| self.membership.role(user)) {
            None | Some(Some(Role::Host)) => Ok(()),
            Some(Some(_)) => Err(membership::Rejection::OnlyHost.into()),
            Some(None) => Err(membership::Rejection::NotMember.into()),
        }
    }

    fn closed(&self, ctx: &Context) -> Event {
        let members = self.membership.by_seniority();
        Event::Closed {
            members: members.iter().map(|m| m.user).take(MAX_TOLD).collect(),
            invite: self.settings.invite.clone(),
            at: ctx.now,
        }
    }

    fn decide(&self, command: &Command, ctx: &Context) -> Result<Vec<Event>, Rejection> {
        match command {
            Command::Create { .. } => Err(Rejection::Exists),
            Command::Close => {
                self.require_host(ctx.by)?;
                Ok(vec![self.closed(ctx)])
            }
            Command::CloseEmpty if ctx.by != By::System => Err(Rejection::MayNotControl),
            Command::CloseEmpty if self.membership.members.is_empty() => Ok(vec![self.closed(ctx)]),
            Command::CloseEmpty => Ok(vec![]),
            Command::Playback(command) => self.decide_playback(command, ctx),
            Command::Playlist(command) => {
                self.require_control(ctx.by)?;
                self.change_playlist(command, ctx.by.user(), ctx)
            }
            Command::Membership(command) => {
                let events = wrap(self.membership.decide(command, &self.settings, ctx))?;
                Ok(self.withdraw_with(events, ctx))
            }
            Command::Settings(command) => {
                match command {
                    settings::Command::SetVolume(_) => self.require_control(ctx.by)?,
                    _ => self.require_host(ctx.by)?,
                }
                wrap(self.settings.decide(command))
            }
            Command::Request(command) => self.decide_request(command, ctx),
            Command::Heard(command) => {
                self.require_control(ctx.by)?;
                heard::decide(self, command, ctx)
            }
        }
    }

    /// The end of a track of known length is a fact any member may point at; everything else takes control.
    fn decide_playback(
        &self,
        command: &playback::Command,
        ctx: &Context,
    ) -> Result<Vec<Event>, Rejection> {
        match command {
            playback::Command::PauseUnheard { .. } if ctx.by != By::System => {
                return Err(Rejection::MayNotControl);
            }
            playback::Command::TrackEnded { item }
                if self.is_member(ctx.by)
                    && !self.playback.is_open_ended(*item, &self.playlist) => {}
            _ => self.require_control(ctx.by)?,
        }
        wrap(self.playback.decide(command, &self.playlist, ctx))
    }

    fn is_member(&self, by: By) -> bool {
        by.user()
            .is_none_or(|user| self.membership.role(user).is_some())
    }

    /// A change of the playlist in somebody's name, and what it means for the music.
    fn change_playlist(
        &self,
        command: &playlist::Command,
        by: Option<UserId>,
        ctx: &Context,
    ) -> Result<Vec<Event>, Rejection> {
        let current = self.playback.current();
        let changes = self
            .playlist
            .decide(command, by, ctx.now, ctx.fresh, current)?;
        let music: Vec<_> = changes
            .iter()
            .filter_map(|change| self.playback.follow(change, &self.playlist, ctx))
            .collect();
        Ok(changes
            .into_iter()
            .map(Event::from)
            .chain(music.into_iter().map(Event::from))
            .collect())
    }

    fn evolve(&mut self, event: &Event) {
        match event {
            Event::Created { .. } | Event::Closed { .. } => {}
            Event::Playback(event) => self.playback.evolve(event),
            Event::Playlist(event) => self.playlist.evolve(event),
            Event::Membership(event) => self.membership.evolve(event),
            Event::Settings(event) => self.settings.evolve(event),
            Event::Request(event) => self.requests.evolve(event),
        }
    }
}

fn wrap<E: Into<Event>, R: Into<Rejection>>(
    decided: Result<Vec<E>, R>,
) -> Result<Vec<Event>, Rejection> {
    decided
        .map(|events| events.into_iter().map(Into::into).collect())
        .map_err(Into::into)
}

fn create(command: &Command, ctx: &Context) -> Result<Vec<Event>, Rejection> {
    let Command::Create {
        name,
        visibility,
        control,
        invite,
    } = command
    else {
        return Err(Rejection::NoSuchRoom);
    };
    let host = ctx.by.user().ok_or(Rejection::NoSuchRoom)?;
    let name = settings::check_name(name)?;
    let settings = Settings {
        name,
        visibility: *visibility,
        control: *control,
        volume: Volume::FULL,
        invite: invite.clone(),
    };
    Ok(vec![
        Event::Created {
            host,
            settings,
            at: ctx.now,
        },
        membership::Event::Joined {
            user: host,
            role: Role::Host,
            at: ctx.now,
        }
        .into(),
    ])
}

impl Aggregate for Room {
    type Id = RoomId;
    type Command = Command;
    type Event = Event;
    type Rejection = Rejection;

    fn decide(&self, command: &Command, ctx: &Context) -> Result<Vec<Event>, Rejection> {
        match self {
            Self::Unborn => create(command, ctx),
            Self::Open(room) => room.decide(command, ctx),
            Self::Closed { .. } => Err(Rejection::NoSuchRoom),
        }
    }

    fn evolve(&mut self, event: &Event) {
        match (&mut *self, event) {
            (_, Event::Created { settings, at, .. }) => {
                *self = Self::Open(Box::new(OpenRoom {
                    settings: settings.clone(),
                    membership: Membership::default(),
                    playlist: Playlist::default(),
                    playback: Playback::default(),
                    requests: Requests::default(),
                    created_at: *at,
                }));
            }
            (_, Event::Closed { at, .. }) => *self = Self::Closed { at: *at },
            (Self::Open(room), event) => room.evolve(event),
            (Self::Unborn | Self::Closed { .. }, _) => {}
        }
    }

    fn name(command: &Command) -> &'static str {
        match command {
            Command::Create { .. } => "create",
            Command::Close => "close",
            Command::CloseEmpty => "close_empty",
            Command::Playback(command) => command.name(),
            Command::Playlist(command) => command.name(),
            Command::Membership(command) => command.name(),
            Command::Settings(command) => command.name(),
            Command::Request(command) => command.name(),
            Command::Heard(command) => command.name(),
        }
    }

    fn claims(event: &Event) -> Vec<Claim> {
        match event {
            Event::Created { settings, .. } => settings::reserve(&settings.invite),
            Event::Closed { invite, .. } => settings::release(invite),
            Event::Settings(settings::Event::InviteRenewed { old, new }) => settings::release(old)
                .into_iter()
                .chain(settings::reserve(new))
                .collect(),
            _ => vec![],
        }
    }

    fn claim_taken(_key: &ClaimKey) -> Rejection {
        Rejection::InviteTaken
    }

    /// A running track of known length hands over to the next a little before it ends.
    fn alarm(&self) -> Option<Alarm<Command>> {
        let room = self.open()?;
        let at = room.playback.handover_at(&room.playlist)?;
        let item = room.playback.current()?;
        Some(Alarm {
            at,
            command: playback::Command::TrackEnded { item }.into(),
        })
    }
}
