//! What is stored of a user.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::codec::{Wrong, bodies};
use super::friendship::*;
use super::playlists::*;
use super::scalar::Id;
use crate::domain::user::profile::{Email, Username};
use crate::domain::user::{Account, Credentials, Event, User};
use crate::ids::{RoomId, UserId};
use crate::time::Timestamp;

bodies! {
    /// The stored facts about a user. Append only: a number never means anything else.
    UserBody {
        1 "guest_created" 1 => GuestCreatedV1,
        2 "registered" 1 => RegisteredV1,
        3 "username_set" 1 => UsernameSetV1,
        4 "name_set" 1 => NameSetV1,
        5 "email_set" 1 => EmailSetV1,
        6 "password_set" 1 => PasswordSetV1,
        7 "room_joined" 1 => RoomJoinedV1,
        8 "room_left" 1 => RoomLeftV1,
        9 "friend_request_sent" 1 => FriendRequestSentV1,
        10 "friend_request_received" 1 => FriendRequestReceivedV1,
        11 "friend_accepted" 1 => FriendAcceptedV1,
        12 "friend_accept_heard" 1 => FriendAcceptHeardV1,
        13 "friend_requests_crossed" 1 => FriendRequestsCrossedV1,
        14 "friend_rejected" 1 => FriendRejectedV1,
        15 "friend_reject_heard" 1 => FriendRejectHeardV1,
        16 "friend_removed" 1 => FriendRemovedV1,
        17 "friend_remove_heard" 1 => FriendRemoveHeardV1,
        18 "room_invite_sent" 1 => RoomInviteSentV1,
        19 "room_invite_received" 1 => RoomInviteReceivedV1,
        20 "room_invite_dismissed" 1 => RoomInviteDismissedV1,
        21 "friend_gone" 1 => FriendGoneV1,
        22 "erased" 1 => ErasedV1,
        23 "playlist_saved" 1 => PlaylistSavedV1,
        24 "playlist_extended" 1 => PlaylistExtendedV1,
        25 "playlist_deleted" 1 => PlaylistDeletedV1,
        26 "friend_request_withdrawn" 1 => FriendRequestWithdrawnV1,
        27 "admin_set" 1 => AdminSetV1,
        28 "disabled" 1 => DisabledV1,
        29 "enabled" 1 => EnabledV1,
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GuestCreatedV1 {
    name: String,
    at_ms: i64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RegisteredV1 {
    username: String,
    email: Option<String>,
    password_hash: String,
    name: String,
    at_ms: i64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UsernameSetV1 {
    old: Option<String>,
    new: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NameSetV1 {
    name: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EmailSetV1 {
    old: Option<String>,
    new: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PasswordSetV1 {
    password_hash: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AdminSetV1 {
    admin: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DisabledV1 {
    by: Option<Id<UserId>>,
    at_ms: i64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EnabledV1 {
    by: Option<Id<UserId>>,
    at_ms: i64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RoomJoinedV1 {
    room: Id<RoomId>,
    at_ms: i64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RoomLeftV1 {
    room: Id<RoomId>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ErasedV1 {
    username: Option<String>,
    email: Option<String>,
    others: Vec<Id<UserId>>,
    at_ms: i64,
}

fn text_of(email: Option<&Email>) -> Option<String> {
    email.map(|email| email.as_str().to_owned())
}

impl From<&Event> for UserBody {
    fn from(event: &Event) -> Self {
        match event {
            Event::GuestCreated { name, at } => Self::GuestCreatedV1(GuestCreatedV1 {
                name: name.clone(),
                at_ms: at.as_ms(),
            }),
            Event::Registered {
                credentials,
                name,
                at,
            } => Self::RegisteredV1(RegisteredV1 {
                username: credentials.username.as_str().to_owned(),
                email: text_of(credentials.email.as_ref()),
                password_hash: credentials.password_hash.clone(),
                name: name.clone(),
                at_ms: at.as_ms(),
            }),
            Event::UsernameSet { old, new } => Self::UsernameSetV1(UsernameSetV1 {
                old: old.as_ref().map(|old| old.as_str().to_owned()),
                new: new.as_str().to_owned(),
            }),
            Event::NameSet(name) => Self::NameSetV1(NameSetV1 { name: name.clone() }),
            Event::EmailSet { old, new } => Self::EmailSetV1(EmailSetV1 {
                old: text_of(old.as_ref()),
                new: text_of(new.as_ref()),
            }),
            Event::PasswordSet(hash) => Self::PasswordSetV1(PasswordSetV1 {
                password_hash: hash.clone(),
            }),
            Event::AdminSet(admin) => Self::AdminSetV1(AdminSetV1 { admin: *admin }),
            Event::Disabled { by, at } => Self::DisabledV1(DisabledV1 {
                by: by.map(Id),
                at_ms: at.as_ms(),
            }),
            Event::Enabled { by, at } => Self::EnabledV1(EnabledV1 {
                by: by.map(Id),
                at_ms: at.as_ms(),
            }),
            Event::RoomJoined { room, at } => Self::RoomJoinedV1(RoomJoinedV1 {
                room: Id(*room),
                at_ms: at.as_ms(),
            }),
            Event::RoomLeft { room } => Self::RoomLeftV1(RoomLeftV1 { room: Id(*room) }),
            Event::Friendship(event) => event.into(),
            Event::Playlists(event) => of_playlists(event),
            Event::Erased {
                username,
                email,
                others,
                at,
            } => Self::ErasedV1(ErasedV1 {
                username: username.as_ref().map(|name| name.as_str().to_owned()),
                email: text_of(email.as_ref()),
                others: others.iter().copied().map(Id).collect(),
                at_ms: at.as_ms(),
            }),
        }
    }
}

fn username(text: &str) -> Result<Username, Wrong> {
    Username::new(text).map_err(|e| e.to_string())
}

fn email(text: Option<String>) -> Result<Option<Email>, Wrong> {
    text.map(|text| Email::new(&text))
        .transpose()
        .map_err(|e| e.to_string())
}

impl TryFrom<UserBody> for Event {
    type Error = Wrong;

    fn try_from(body: UserBody) -> Result<Self, Wrong> {
        Ok(match body {
            UserBody::GuestCreatedV1(v) => Self::GuestCreated {
                name: v.name,
                at: Timestamp::from_ms(v.at_ms),
            },
            UserBody::RegisteredV1(v) => Self::Registered {
                credentials: Credentials {
                    username: username(&v.username)?,
                    email: email(v.email)?,
                    password_hash: v.password_hash,
                },
                name: v.name,
                at: Timestamp::from_ms(v.at_ms),
            },
            UserBody::UsernameSetV1(v) => Self::UsernameSet {
                old: v.old.as_deref().map(username).transpose()?,
                new: username(&v.new)?,
            },
            UserBody::NameSetV1(v) => Self::NameSet(v.name),
            UserBody::EmailSetV1(v) => Self::EmailSet {
                old: email(v.old)?,
                new: email(v.new)?,
            },
            UserBody::PasswordSetV1(v) => Self::PasswordSet(v.password_hash),
            UserBody::AdminSetV1(v) => Self::AdminSet(v.admin),
            UserBody::DisabledV1(v) => Self::Disabled {
                by: v.by.map(|id| id.0),
                at: Timestamp::from_ms(v.at_ms),
            },
            UserBody::EnabledV1(v) => Self::Enabled {
                by: v.by.map(|id| id.0),
                at: Timestamp::from_ms(v.at_ms),
            },
            UserBody::RoomJoinedV1(v) => Self::RoomJoined {
                room: v.room.0,
                at: Timestamp::from_ms(v.at_ms),
            },
            UserBody::RoomLeftV1(v) => Self::RoomLeft { room: v.room.0 },
            UserBody::PlaylistSavedV1(v) => v.try_into()?,
            UserBody::PlaylistExtendedV1(v) => v.try_into()?,
            UserBody::PlaylistDeletedV1(v) => v.into(),
            UserBody::ErasedV1(v) => Self::Erased {
                username: v.username.as_deref().map(username).transpose()?,
                email: email(v.email)?,
                others: v.others.into_iter().map(|id| id.0).collect(),
                at: Timestamp::from_ms(v.at_ms),
            },
            about_friendship => Self::Friendship(about_friendship.try_into()?),
        })
    }
}

/// A user at a number, as a snapshot keeps it. Its version is the snapshot's: change both together.
#[derive(Serialize, Deserialize)]
pub(super) enum UserState {
    Unborn,
    Known {
        username: Option<String>,
        email: Option<String>,
        name: String,
        password_hash: Option<String>,
        is_admin: bool,
        disabled_at_ms: Option<i64>,
        created_at_ms: i64,
        rooms: Vec<(Id<RoomId>, i64)>,
        friendships: Box<FriendshipsState>,
        playlists: PlaylistsState,
    },
    Erased,
}

impl From<&User> for UserState {
    fn from(user: &User) -> Self {
        match user {
            User::Unborn => Self::Unborn,
            User::Erased => Self::Erased,
            User::Known(account) => Self::Known {
                username: account.username.as_ref().map(|u| u.as_str().to_owned()),
                email: text_of(account.email.as_ref()),
                name: account.name.clone(),
                password_hash: account.password_hash.clone(),
                is_admin: account.is_admin,
                disabled_at_ms: account.disabled_at.map(Timestamp::as_ms),
                created_at_ms: account.created_at.as_ms(),
                rooms: account
                    .rooms
                    .iter()
                    .map(|(room, at)| (Id(*room), at.as_ms()))
                    .collect(),
                friendships: Box::new(account.friendships.as_ref().into()),
                playlists: account.playlists.as_ref().into(),
            },
        }
    }
}

impl TryFrom<UserState> for User {
    type Error = Wrong;

    fn try_from(state: UserState) -> Result<Self, Wrong> {
        Ok(match state {
            UserState::Unborn => Self::Unborn,
            UserState::Erased => Self::Erased,
            UserState::Known {
                username: signs_in_as,
                email: address,
                name,
                password_hash,
                is_admin,
                disabled_at_ms,
                created_at_ms,
                rooms,
                friendships,
                playlists,
            } => Self::Known(Box::new(Account {
                username: signs_in_as.as_deref().map(username).transpose()?,
                email: email(address)?,
                name,
                password_hash,
                is_admin,
                disabled_at: disabled_at_ms.map(Timestamp::from_ms),
                created_at: Timestamp::from_ms(created_at_ms),
                rooms: rooms
                    .into_iter()
                    .map(|(room, at_ms)| (room.0, Timestamp::from_ms(at_ms)))
                    .collect::<BTreeMap<_, _>>(),
                friendships: Arc::new((*friendships).into()),
                playlists: Arc::new(playlists.try_into()?),
            })),
        })
    }
}
