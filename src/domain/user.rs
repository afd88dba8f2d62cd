//! A user: an account, registered or guest, the rooms it belongs to, and its friends.
//!
//! Passwords arrive hashed; whether one is right is checked outside.

pub mod friendship;
pub mod playlists;
pub mod profile;
#[cfg(test)]
mod tests;
mod words;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::ids::{RoomId, UserId};
use crate::time::Timestamp;

use super::aggregate::{Aggregate, By, Claim, ClaimKey, Context};
use friendship::Friendships;
use playlists::Playlists;
use profile::{Email, Username};

pub use words::{Command, Event, Rejection};

/// An account, from before it is made.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum User {
    /// Nobody has made it.
    #[default]
    Unborn,
    /// In use.
    Known(Box<Account>),
    /// It was there, and is no more.
    Erased,
}

/// An account in use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Unique; a guest may have none.
    pub username: Option<Username>,
    /// Unique.
    pub email: Option<Email>,
    /// How others see it.
    pub name: String,
    /// The password as an argon2id PHC string; a guest may have none.
    pub password_hash: Option<String>,
    /// Whether it may run the server.
    pub is_admin: bool,
    /// Since when nobody may sign in to it; its owner may, where there is no such time.
    pub disabled_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// The rooms it belongs to, and since when.
    pub rooms: BTreeMap<RoomId, Timestamp>,
    /// Its friends, and what waits between it and others. Shared, so that a look at an account costs little.
    pub friendships: Arc<Friendships>,
    /// The playlists it keeps. Shared likewise.
    pub playlists: Arc<Playlists>,
}

impl Account {
    /// Whether a person can sign in to it: it has both a username and a password. A guest has not.
    pub fn is_registered(&self) -> bool {
        self.username.is_some() && self.password_hash.is_some()
    }
}

/// How a person signs in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    /// Unique.
    pub username: Username,
    /// Unique.
    pub email: Option<Email>,
    /// An argon2id PHC string.
    pub password_hash: String,
}

impl User {
    /// The account, where it exists.
    pub fn known(&self) -> Option<&Account> {
        match self {
            Self::Known(account) => Some(account),
            Self::Unborn | Self::Erased => None,
        }
    }
}

fn register(
    guest: Option<&Account>,
    credentials: &Credentials,
    name: Option<&str>,
    ctx: &Context,
) -> Result<Vec<Event>, Rejection> {
    if guest.is_some_and(Account::is_registered) {
        return Err(Rejection::Registered);
    }
    let fallback = guest.map_or(credentials.username.as_str(), |account| {
        account.name.as_str()
    });
    let name = profile::check_name(name.unwrap_or(fallback))?;
    let email = credentials.email.as_ref();
    let credentials = Credentials {
        email: email.or(guest.and_then(|g| g.email.as_ref())).cloned(),
        ..credentials.clone()
    };
    let mut events = guest.map_or(vec![], |guest| guest.exchange_names(&credentials));
    events.push(Event::Registered {
        credentials,
        name,
        at: ctx.now,
    });
    if ctx.facts.first_account {
        events.push(Event::AdminSet(true));
    }
    Ok(events)
}

impl Account {
    /// What a guest was called until it registers becomes free again.
    fn exchange_names(&self, credentials: &Credentials) -> Vec<Event> {
        let mut events = vec![];
        if self.username.is_some() && self.username.as_ref() != Some(&credentials.username) {
            events.push(Event::UsernameSet {
                old: self.username.clone(),
                new: credentials.username.clone(),
            });
        }
        if self.email.is_some() && self.email != credentials.email {
            events.push(Event::EmailSet {
                old: self.email.clone(),
                new: credentials.email.clone(),
            });
        }
        events
    }

    fn decide(&self, command: &Command, ctx: &Context) -> Result<Vec<Event>, Rejection> {
        let changed = |changed: bool, event: Event| if changed { vec![event] } else { vec![] };
        Ok(match command {
            command if command.is_told() && ctx.by != By::System => {
                return Err(Rejection::NotYours);
            }
            _ if self.disabled_at.is_some() && ctx.by != By::System => {
                return Err(Rejection::Disabled);
            }
            Command::BecomeGuest { .. } => return Err(Rejection::Registered),
            Command::Disable { by } => changed(
                self.disabled_at.is_none(),
                Event::Disabled {
                    by: *by,
                    at: ctx.now,
                },
            ),
            Command::Enable { by } => changed(
                self.disabled_at.is_some(),
                Event::Enabled {
                    by: *by,
                    at: ctx.now,
                },
            ),
            Command::Erase => vec![Event::Erased {
                username: self.username.clone(),
                email: self.email.clone(),
                others: self.friendships.others(),
                at: ctx.now,
            }],
            Command::Register { credentials, name } => {
                register(Some(self), credentials, name.as_deref(), ctx)?
            }
            Command::SetUsername(new) => changed(
                self.username.as_ref() != Some(new),
                Event::UsernameSet {
                    old: self.username.clone(),
                    new: new.clone(),
                },
            ),
            Command::SetName(name) => {
                let name = profile::check_name(name)?;
                changed(name != self.name, Event::NameSet(name))
            }
            Command::SetEmail(new) => changed(
                *new != self.email,
                Event::EmailSet {
                    old: self.email.clone(),
                    new: new.clone(),
                },
            ),
            Command::SetAdmin(admin) => changed(*admin != self.is_admin, Event::AdminSet(*admin)),
            Command::SetPassword(hash) => vec![Event::PasswordSet(hash.clone())],
            Command::RecordRoomJoined { room } => changed(
                !self.rooms.contains_key(room),
                Event::RoomJoined {
                    room: *room,
                    at: ctx.now,
                },
            ),
            Command::RecordRoomLeft { room } => changed(
                self.rooms.contains_key(room),
                Event::RoomLeft { room: *room },
            ),
            Command::Friendship(command) => {
                let events = self.friendships.decide(command, ctx)?;
                events.into_iter().map(Event::Friendship).collect()
            }
            Command::Playlists(command) => {
                let events = self.playlists.decide(command, ctx)?;
                events.into_iter().map(Event::Playlists).collect()
            }
        })
    }

    fn evolve(&mut self, event: &Event) {
        match event {
            Event::GuestCreated { .. } => {}
            Event::Registered {
                credentials, name, ..
            } => {
                self.username = Some(credentials.username.clone());
                self.email = credentials.email.clone();
                self.password_hash = Some(credentials.password_hash.clone());
                self.name = name.clone();
            }
            Event::UsernameSet { new, .. } => self.username = Some(new.clone()),
            Event::NameSet(name) => self.name = name.clone(),
            Event::EmailSet { new, .. } => self.email = new.clone(),
            Event::AdminSet(admin) => self.is_admin = *admin,
            Event::Disabled { at, .. } => self.disabled_at = Some(*at),
            Event::Enabled { .. } => self.disabled_at = None,
            Event::PasswordSet(hash) => self.password_hash = Some(hash.clone()),
            Event::RoomJoined { room, at } => {
                self.rooms.insert(*room, *at);
                if self.friendships.invites.contains_key(room) {
                    Arc::make_mut(&mut self.friendships).invites.remove(room);
                }
            }
            Event::RoomLeft { room } => {
                self.rooms.remove(room);
            }
            Event::Friendship(event) => Arc::make_mut(&mut self.friendships).evolve(event),
            Event::Playlists(event) => Arc::make_mut(&mut self.playlists).evolve(event),
            // The account itself goes.
            Event::Erased { .. } => {}
        }
    }
}

impl Aggregate for User {
    type Id = UserId;
    type Command = Command;
    type Event = Event;
    type Rejection = Rejection;

    fn decide(&self, command: &Command, ctx: &Context) -> Result<Vec<Event>, Rejection> {
        match (self, command) {
            (Self::Unborn, Command::Register { credentials, name }) => {
                register(None, credentials, name.as_deref(), ctx)
            }
            (Self::Unborn, Command::BecomeGuest { name }) => Ok(vec![Event::GuestCreated {
                name: profile::check_name(name)?,
                at: ctx.now,
            }]),
            (Self::Erased, Command::Friendship(command)) if ctx.by == By::System => {
                let events = friendship::of_nobody(command).into_iter();
                Ok(events.map(Event::Friendship).collect())
            }
            (Self::Erased, command) if command.is_told() && ctx.by == By::System => Ok(vec![]),
            (Self::Unborn | Self::Erased, _) => Err(Rejection::NoSuchUser),
            (Self::Known(account), command) => account.decide(command, ctx),
        }
    }

    fn evolve(&mut self, event: &Event) {
        match (&mut *self, event) {
            (_, Event::Erased { .. }) => *self = Self::Erased,
            (Self::Known(account), event) => account.evolve(event),
            (Self::Unborn, Event::GuestCreated { name, at })
            | (Self::Unborn, Event::Registered { name, at, .. }) => {
                let mut account = Account {
                    username: None,
                    email: None,
                    name: name.clone(),
                    password_hash: None,
                    is_admin: false,
                    disabled_at: None,
                    created_at: *at,
                    rooms: BTreeMap::new(),
                    friendships: Arc::default(),
                    playlists: Arc::default(),
                };
                account.evolve(event);
                *self = Self::Known(Box::new(account));
            }
            (Self::Unborn | Self::Erased, _) => {}
        }
    }

    fn name(command: &Command) -> &'static str {
        match command {
            Command::Register { .. } => "register",
            Command::BecomeGuest { .. } => "become_guest",
            Command::SetUsername(_) => "set_username",
            Command::SetName(_) => "set_name",
            Command::SetEmail(_) => "set_email",
            Command::SetPassword(_) => "set_password",
            Command::SetAdmin(true) => "grant_admin",
            Command::SetAdmin(false) => "revoke_admin",
            Command::Disable { .. } => "disable",
            Command::Enable { .. } => "enable",
            Command::RecordRoomJoined { .. } => "record_room_joined",
            Command::RecordRoomLeft { .. } => "record_room_left",
            Command::Friendship(command) => command.name(),
            Command::Playlists(command) => command.name(),
            Command::Erase => "erase",
        }
    }

    fn claims(event: &Event) -> Vec<Claim> {
        let name = |username: &Username| ClaimKey::Username(username.key());
        let mail = |email: &Email| ClaimKey::Email(email.key());
        match event {
            Event::Registered { credentials, .. } => std::iter::once(name(&credentials.username))
                .chain(credentials.email.as_ref().map(mail))
                .map(Claim::Reserve)
                .collect(),
            Event::UsernameSet { old, new } => swap(old.as_ref().map(name), Some(name(new))),
            Event::EmailSet { old, new } => swap(old.as_ref().map(mail), new.as_ref().map(mail)),
            Event::Erased {
                username, email, ..
            } => {
                let names = username.as_ref().map(name);
                let keys = names.into_iter().chain(email.as_ref().map(mail));
                keys.map(Claim::Release).collect()
            }
            _ => vec![],
        }
    }

    fn claim_taken(key: &ClaimKey) -> Rejection {
        match key {
            ClaimKey::Email(_) => profile::Rejection::EmailTaken.into(),
            ClaimKey::Username(_) | ClaimKey::Invite(_) => profile::Rejection::UsernameTaken.into(),
        }
    }
}

/// Gives `old` back and takes `new`; nothing where they are compared as the same.
fn swap(old: Option<ClaimKey>, new: Option<ClaimKey>) -> Vec<Claim> {
    if old == new {
        return vec![];
    }
    old.map(Claim::Release)
        .into_iter()
        .chain(new.map(Claim::Reserve))
        .collect()
}
