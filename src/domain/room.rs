//! A room: the shared place to listen in. Composes its slices and says who may do what.
//!
//! Each slice keeps its own commands, facts and rules; here is only what spans them: opening and closing, permission,
//! and what a change of the playlist means for the music.

pub mod chat;
pub mod heard;
pub mod membership;
pub mod moderation;
pub mod playback;
pub mod played;
pub mod playlist;
pub mod request;
pub mod settings;
mod slices;
pub mod timeline;
pub mod track;
pub mod undo;
pub mod vote;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod testkit;
#[cfg(test)]
mod tests;

use uuid::Uuid;

use crate::ids::{RoomId, UserId};
use crate::time::Timestamp;

use super::aggregate::{Aggregate, Alarm, By, Claim, ClaimKey, Context};
use chat::Chat;
use membership::{Membership, Role};
use moderation::Moderation;
use playback::Playback;
use playlist::Playlist;
use request::Requests;
use settings::{Control, Settings, Volume};
pub use slices::{Command, Event, Rejection};
use undo::Undo;
use vote::Votes;

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
    /// Who is banned or muted.
    pub moderation: Moderation,
    /// Who voted the current item off.
    pub votes: Votes,
    /// What was said.
    pub chat: Chat,
    /// What can be taken back.
    pub undo: Undo,
    /// When it was opened.
    pub created_at: Timestamp,
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
                if let (membership::Command::Join { .. }, Some(user)) = (command, ctx.by.user()) {
                    self.moderation.require_not_banned(user)?;
                }
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
            Command::Moderation(command) => {
                let events = self.moderation.decide(command, &self.membership, ctx)?;
                Ok(self.withdraw_with(events, ctx))
            }
            Command::Vote(command) => self.decide_vote(command, ctx),
            Command::Chat(command) => self.decide_chat(command, ctx),
            Command::Undo(undo::Command) => self.decide_undo(ctx),
            Command::Together { commands, .. } => self.decide_together(commands, ctx),
        }
    }

    fn decide_chat(&self, command: &chat::Command, ctx: &Context) -> Result<Vec<Event>, Rejection> {
        let user = ctx.by.user().ok_or(membership::Rejection::NotMember)?;
        let role = self.membership.role(user);
        let role = role.ok_or(membership::Rejection::NotMember)?;
        if matches!(command, chat::Command::Say { .. }) {
            self.require_heard(user)?;
        }
        wrap(self.chat.decide(command, user, role, ctx))
    }

    /// Each on what those before it lead to; one that is refused refuses all.
    fn decide_together(
        &self,
        commands: &[Command],
        ctx: &Context,
    ) -> Result<Vec<Event>, Rejection> {
        let (mut room, mut ctx) = (self.clone(), ctx.clone());
        let mut all = Vec::new();
        for command in commands {
            let events = room.decide(command, &ctx)?;
            events.iter().for_each(|event| room.evolve(event));
            all.extend(events);
            ctx.fresh = Uuid::from_u128(ctx.fresh.as_u128().wrapping_add(1));
        }
        Ok(all)
    }

    /// Whether a member may only listen: one who is muted, and nothing more than a guest.
    pub fn is_muted(&self, user: UserId) -> bool {
        self.moderation.muted.contains(&user) && self.membership.role(user) == Some(Role::Guest)
    }

    fn require_heard(&self, user: UserId) -> Result<(), Rejection> {
        if self.is_muted(user) {
            return Err(moderation::Rejection::Muted.into());
        }
        Ok(())
    }

    /// The end of a track of known length is a fact any member may point at; everything else takes control.
    fn decide_playback(
        &self,
        command: &playback::Command,
        ctx: &Context,
    ) -> Result<Vec<Event>, Rejection> {
        match command {
            playback::Command::PauseUnheard { .. } | playback::Command::Hasten { .. }
                if ctx.by != By::System =>
            {
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
        self.undo.evolve(event, &self.playlist);
        self.votes.evolve(event);
        match event {
            Event::Vote(_) | Event::Undo(_) => {}
            Event::Moderation(event) => self.moderation.evolve(event),
            Event::Chat(event) => self.chat.evolve(event),
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
        vote_skip: vote::VoteSkip::default(),
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
                    moderation: Moderation::default(),
                    votes: Votes::default(),
                    chat: Chat::default(),
                    undo: Undo::default(),
                    created_at: *at,
                }));
            }
            (_, Event::Closed { at, .. }) => *self = Self::Closed { at: *at },
            (Self::Open(room), event) => room.evolve(event),
            (Self::Unborn | Self::Closed { .. }, _) => {}
        }
    }

    fn name(command: &Command) -> &'static str {
        command.name()
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
