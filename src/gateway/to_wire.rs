//! From the domain to what clients see: values, events, rooms and errors. No rule lives here.

mod event;
mod people;
mod requests;
mod sessions;
mod talk;

use crate::app::{self, AppError, Doorstep, RoomView, listed_members};
use crate::domain::room::membership::{self, Member, Role};
use crate::domain::room::playlist::{self, Item, Playlist, Repeat, Source, Track};
use crate::domain::room::settings::{self, Control, Visibility, Volume};
use crate::domain::room::timeline::Timeline;
use crate::domain::room::{self, OpenRoom, chat, moderation, playback, request, undo, vote};
use crate::domain::user::{friendship, playlists};
use crate::domain::{session, user};
use crate::entity::Failure;
use crate::ids::{RoomId, UserId};
use crate::presence::{Presence, Report, Seen};
use crate::projection::{Directory, Person};
use crate::time::{Position, Timestamp};
use crate::wire::error_code::{ErrorBody, ErrorCode};
use crate::wire::invitation::Invitation;
use crate::wire::{Ms, model, rest};
pub use event::entry;
pub use requests::room_request;
pub use sessions::{session, session_playback, session_playlist, session_state};
pub use talk::{bans, chat_message};

pub use people::*;

/// What the words of an answer are looked up in.
#[derive(Clone, Copy)]
pub struct Lookup<'a> {
    /// How people are called.
    pub directory: &'a Directory,
    /// Who is connected.
    pub presence: &'a Presence,
    /// Now.
    pub now: Timestamp,
}

impl From<Role> for model::Role {
    fn from(role: Role) -> Self {
        match role {
            Role::Host => Self::Host,
            Role::CoHost => Self::CoHost,
            Role::Guest => Self::Guest,
        }
    }
}

impl From<Visibility> for model::Visibility {
    fn from(visibility: Visibility) -> Self {
        match visibility {
            Visibility::Public => Self::Public,
            Visibility::Friends => Self::Friends,
            Visibility::Invite => Self::Invite,
        }
    }
}

impl From<Control> for model::Control {
    fn from(control: Control) -> Self {
        match control {
            Control::Host => Self::Host,
            Control::Everyone => Self::Everyone,
        }
    }
}

impl From<Repeat> for model::Repeat {
    fn from(repeat: Repeat) -> Self {
        match repeat {
            Repeat::Off => Self::Off,
            Repeat::One => Self::One,
            Repeat::All => Self::All,
        }
    }
}

/// A place in a track, in seconds.
pub fn seconds(position: Position) -> f64 {
    position.as_ms() as f64 / 1000.0
}

/// Where a browser hears a track; nothing for a YouTube video.
pub fn sound_address(source: &Source) -> Option<String> {
    match source {
        Source::Media(id) => Some(format!("/media/{id}")),
        Source::Url(url) => Some(url.clone()),
        Source::YouTube(_) => None,
    }
}

/// Shared loudness, 0 to 1.
pub fn volume(volume: Volume) -> f64 {
    f64::from(volume.permille()) / 1000.0
}

/// The path of an invite link on this server.
pub fn invite_path(invite: &settings::Invite) -> String {
    format!("/join/{}", invite.link)
}

impl From<&Track> for model::Track {
    fn from(track: &Track) -> Self {
        let (mut media_id, mut url, mut youtube_video_id) = (None, None, None);
        match &track.source {
            Source::Media(id) => media_id = Some(*id),
            Source::Url(address) => url = Some(address.clone()),
            Source::YouTube(id) => youtube_video_id = Some(id.clone()),
        }
        Self {
            title: track.title.clone(),
            artists: track.artists.clone(),
            album: track.album.clone(),
            duration_ms: track.duration.map(|d| Ms(d.as_ms().unsigned_abs())),
            artwork_url: track.artwork_url.clone(),
            media_id,
            url,
            youtube_video_id,
        }
    }
}

impl From<&Item> for model::Item {
    fn from(item: &Item) -> Self {
        Self {
            item_id: item.id,
            track: (&item.track).into(),
            added_by: item.added_by,
            added_at_ms: item.added_at.as_ms(),
        }
    }
}

impl From<&Item> for rest::Item {
    fn from(item: &Item) -> Self {
        Self {
            item_id: item.id,
            track: (&item.track).into(),
            added_by: item.added_by,
            added_at: item.added_at.to_string(),
        }
    }
}

impl From<Timeline> for model::Timeline {
    fn from(timeline: Timeline) -> Self {
        Self {
            item_id: timeline.item,
            playing: timeline.playing,
            position_ms: timeline.position.as_ms(),
            at_ms: timeline.at.as_ms(),
            starts_at_ms: timeline.playing.then_some(timeline.at.as_ms()),
            rate: f64::from(timeline.rate.0) / 1000.0,
        }
    }
}

fn username(person: Option<&Person>) -> Option<String> {
    person
        .and_then(|person| person.username.as_deref())
        .map(str::to_owned)
}

fn name(person: Option<&Person>) -> String {
    person.map_or_else(|| "Somebody".to_owned(), |person| person.name.to_string())
}

/// A person as others see them.
pub fn user(id: UserId, account: &user::Account) -> rest::User {
    rest::User {
        user_id: id,
        username: account
            .username
            .as_ref()
            .map(|name| name.as_str().to_owned()),
        name: account.name.clone(),
        is_guest: account.password_hash.is_none(),
    }
}

/// A room in native words.
pub fn room_state(id: RoomId, room: &OpenRoom, directory: &Directory) -> model::RoomState {
    let Playlist {
        items,
        repeat,
        shuffled,
    } = &room.playlist;
    model::RoomState {
        room_id: id,
        name: room.settings.name.clone(),
        host_id: room.membership.host,
        visibility: room.settings.visibility.into(),
        control: room.settings.control.into(),
        invite_code: room.settings.invite.code.clone(),
        invite_path: invite_path(&room.settings.invite),
        volume: volume(room.settings.volume),
        repeat: (*repeat).into(),
        shuffle_order: shuffled.clone(),
        playlist: items.iter().map(model::Item::from).collect(),
        timeline: room.playback.timeline.map(Into::into),
        requests: requests::listed(&room.requests),
        muted: room.moderation.muted.iter().copied().collect(),
        banned: room.moderation.banned.keys().copied().collect(),
        vote_skip: room.settings.vote_skip.into(),
        skip_votes: room.votes.by.iter().copied().collect(),
        chat: talk::latest(&room.chat, directory),
        undo_steps: room.undo.steps.len(),
        member_count: room.membership.members.len(),
        created_at_ms: room.created_at.as_ms(),
    }
}

/// Members of a room in native words.
pub fn members(id: RoomId, members: &[Member], lookup: Lookup<'_>) -> Vec<model::Member> {
    let describe = |(member, person, seen): (&Member, Option<Person>, Seen)| model::Member {
        user_id: member.user,
        username: username(person.as_ref()),
        name: name(person.as_ref()),
        role: member.role.into(),
        connected: seen.connected,
        joined_at_ms: member.joined_at.as_ms(),
        last_seen_ms: seen.last_seen.map(Timestamp::as_ms),
        sync: seen.report.as_ref().map(sync_quality),
    };
    described(id, members, lookup).map(describe).collect()
}

/// The members a native snapshot lists.
pub fn snapshot_members(id: RoomId, room: &OpenRoom, lookup: Lookup<'_>) -> Vec<model::Member> {
    members(id, &listed_members(room), lookup)
}

fn described<'a>(
    id: RoomId,
    members: &'a [Member],
    lookup: Lookup<'_>,
) -> impl Iterator<Item = (&'a Member, Option<Person>, Seen)> {
    let users: Vec<UserId> = members.iter().map(|member| member.user).collect();
    let people = lookup.directory.persons(&users);
    let seen = lookup.presence.seen(id, &users, lookup.now);
    members
        .iter()
        .zip(people)
        .zip(seen)
        .map(|((member, person), seen)| (member, person, seen))
}

fn sync_quality(report: &Report) -> model::SyncQuality {
    model::SyncQuality {
        drift_ms: report.drift_ms,
        offset_ms: report.offset_ms,
        rtt_ms: report.rtt_ms,
        buffering: report.buffering,
        loaded: report.loaded,
    }
}

/// A room in REST: only members see the invites. `origin` goes before the invite link's path.
pub fn rest_room(view: &RoomView, origin: &str, lookup: Lookup<'_>) -> rest::Room {
    let app::Members {
        listed,
        count,
        host,
        viewer,
    } = &view.members;
    let users: Vec<Member> = listed.iter().map(|listed| listed.member).collect();
    let members: Vec<rest::RoomMember> = described(view.id, &users, lookup)
        .zip(listed)
        .map(|((member, person, seen), listed)| rest::RoomMember {
            user_id: member.user,
            username: username(person.as_ref()),
            name: name(person.as_ref()),
            role: member.role.into(),
            muted: listed.muted,
            connected: seen.connected,
            is_active: seen.connected,
            joined_at: member.joined_at.to_string(),
            last_seen: seen.last_seen.map(|at| at.to_string()),
        })
        .collect();
    let timeline = view.playback.timeline;
    let current = timeline.and_then(|timeline| view.playlist.get(timeline.item));
    rest::Room {
        room_id: view.id,
        host_id: *host,
        name: view.settings.name.clone(),
        visibility: view.settings.visibility.into(),
        is_friends_only: view.settings.visibility == Visibility::Friends,
        control: view.settings.control.into(),
        invite_code: viewer.map(|_| view.settings.invite.code.clone()),
        invite_url: viewer.map(|_| format!("{origin}{}", invite_path(&view.settings.invite))),
        participants: members.iter().map(|member| member.user_id).collect(),
        members,
        member_count: *count,
        current_song: current.map(|item| (&item.track).into()),
        current_item_id: current.map(|item| item.id),
        playback_state: playback_state(timeline, lookup.now),
        timeline: timeline.map(Into::into),
        queue: view.playlist.items.iter().map(Into::into).collect(),
        volume: volume(view.settings.volume),
        repeat: view.playlist.repeat.into(),
        shuffle: view.playlist.shuffled.is_some(),
        vote_skip: view.settings.vote_skip.into(),
        seq: view.seq.0,
        epoch: view.epoch.to_string(),
        created_at: view.created_at.to_string(),
        last_activity: view.last_activity.to_string(),
    }
}

/// A room as the holder of an invite sees it.
pub fn invitation(door: Doorstep, directory: &Directory) -> Invitation {
    let named = |users: &[UserId]| -> Vec<String> {
        let people = directory.persons(users);
        people.iter().map(|person| name(person.as_ref())).collect()
    };
    Invitation {
        room_id: door.id,
        name: door.name,
        host: door.host.and_then(|host| named(&[host]).pop()),
        here: named(&door.here),
        connected: door.connected,
        member_count: door.members,
        song: door.song,
        playing: door.playing,
        member: door.member,
    }
}

fn playback_state(timeline: Option<Timeline>, now: Timestamp) -> rest::PlaybackState {
    let position_ms = timeline.map_or(0, |timeline| timeline.position_at(now).as_ms());
    let position = position_ms as f64 / 1000.0;
    rest::PlaybackState {
        playing: timeline.is_some_and(|timeline| timeline.playing),
        position,
        position_ms,
        timestamp: now.to_string(),
        current_time: position,
    }
}

impl From<AppError> for ErrorBody {
    fn from(error: AppError) -> Self {
        match error {
            AppError::Room(rejection) => Self::new(room_code(&rejection), rejection.to_string()),
            AppError::User(rejection) => Self::new(user_code(&rejection), rejection.to_string()),
            AppError::Session(rejection) => {
                Self::new(session_code(&rejection), rejection.to_string())
            }
            AppError::KeyReused => Self::new(
                ErrorCode::Conflict,
                "this command id was used for another command already",
            ),
            AppError::NotFound(what) => Self::new(ErrorCode::NotFound, what),
            AppError::TooMuch(fit) => Self::new(
                ErrorCode::PayloadTooLarge,
                format!("this is too much at once: its first {fit} tracks would fit"),
            ),
            AppError::Failed(failure) => failed(&failure),
        }
    }
}

fn room_code(rejection: &room::Rejection) -> ErrorCode {
    match rejection {
        room::Rejection::NoSuchRoom => ErrorCode::NotFound,
        room::Rejection::Exists | room::Rejection::InviteTaken => ErrorCode::Conflict,
        room::Rejection::MayNotControl => ErrorCode::UpdateFailed,
        room::Rejection::Playback(rejection) => match rejection {
            playback::Rejection::NoSuchItem => ErrorCode::NotFound,
            playback::Rejection::SeekPastEnd { .. } => ErrorCode::InvalidRequest,
            playback::Rejection::NothingToPlay
            | playback::Rejection::NothingNext
            | playback::Rejection::NotOver => ErrorCode::Conflict,
        },
        room::Rejection::Playlist(rejection) => match rejection {
            playlist::Rejection::NoSuchItem => ErrorCode::NotFound,
            playlist::Rejection::InvalidTrack(_) => ErrorCode::InvalidRequest,
            playlist::Rejection::Full | playlist::Rejection::NotEveryItem => ErrorCode::Conflict,
        },
        room::Rejection::Membership(rejection) => match rejection {
            membership::Rejection::FriendsOnly
            | membership::Rejection::InviteNeeded
            | membership::Rejection::Full => ErrorCode::JoinFailed,
            membership::Rejection::NotMember => ErrorCode::NotInRoom,
            membership::Rejection::OnlyHost => ErrorCode::UpdateFailed,
            membership::Rejection::NoSuchMember => ErrorCode::NotFound,
            membership::Rejection::HostPresent | membership::Rejection::IsHost => {
                ErrorCode::Conflict
            }
        },
        room::Rejection::Settings(
            settings::Rejection::InvalidName | settings::Rejection::InvalidPercent,
        ) => ErrorCode::InvalidRequest,
        room::Rejection::Moderation(rejection) => match rejection {
            moderation::Rejection::NotAbove => ErrorCode::UpdateFailed,
            moderation::Rejection::Banned => ErrorCode::JoinFailed,
            moderation::Rejection::Muted => ErrorCode::Forbidden,
            moderation::Rejection::Yourself | moderation::Rejection::TooMany => ErrorCode::Conflict,
        },
        room::Rejection::Vote(vote::Rejection::Off)
        | room::Rejection::Undo(undo::Rejection::NothingToUndo) => ErrorCode::Conflict,
        room::Rejection::Chat(rejection) => match rejection {
            chat::Rejection::InvalidText => ErrorCode::InvalidRequest,
            chat::Rejection::NoSuchMessage => ErrorCode::NotFound,
            chat::Rejection::NotYours => ErrorCode::Forbidden,
            chat::Rejection::TooManyDeleted => ErrorCode::Conflict,
        },
        room::Rejection::Request(rejection) => match rejection {
            request::Rejection::NoSuchRequest => ErrorCode::NotFound,
            request::Rejection::MayNotDecide => ErrorCode::UpdateFailed,
            request::Rejection::NotYours => ErrorCode::Forbidden,
            request::Rejection::InvalidReason => ErrorCode::InvalidRequest,
            request::Rejection::Decided
            | request::Rejection::TooMany
            | request::Rejection::TooManyOfYours
            | request::Rejection::ItemGone => ErrorCode::Conflict,
        },
    }
}

fn user_code(rejection: &user::Rejection) -> ErrorCode {
    match rejection {
        user::Rejection::NoSuchUser => ErrorCode::NotFound,
        user::Rejection::Registered => ErrorCode::Conflict,
        user::Rejection::NotYours | user::Rejection::NotAdmin | user::Rejection::Disabled => {
            ErrorCode::Forbidden
        }
        user::Rejection::Profile(rejection) => match rejection {
            user::profile::Rejection::UsernameTaken | user::profile::Rejection::EmailTaken => {
                ErrorCode::Conflict
            }
            user::profile::Rejection::InvalidUsername
            | user::profile::Rejection::InvalidName
            | user::profile::Rejection::InvalidEmail => ErrorCode::InvalidRequest,
        },
        user::Rejection::Friendship(rejection) => friendship_code(*rejection),
        user::Rejection::Playlists(rejection) => match rejection {
            playlists::Rejection::NoSuchPlaylist => ErrorCode::NotFound,
            playlists::Rejection::InvalidName
            | playlists::Rejection::Empty
            | playlists::Rejection::InvalidTrack(_)
            | playlists::Rejection::TooLong => ErrorCode::InvalidRequest,
            playlists::Rejection::TooMany => ErrorCode::Conflict,
        },
    }
}

fn friendship_code(rejection: friendship::Rejection) -> ErrorCode {
    match rejection {
        friendship::Rejection::Yourself => ErrorCode::InvalidRequest,
        friendship::Rejection::NoSuchRequest
        | friendship::Rejection::NotFriends
        | friendship::Rejection::NoSuchInvite => ErrorCode::NotFound,
        friendship::Rejection::OnlyFriends => ErrorCode::Forbidden,
        friendship::Rejection::AlreadyFriends
        | friendship::Rejection::AlreadyAsked
        | friendship::Rejection::Answered
        | friendship::Rejection::TooManyFriends
        | friendship::Rejection::TooManyRequests => ErrorCode::Conflict,
    }
}

fn session_code(rejection: &session::Rejection) -> ErrorCode {
    match rejection {
        session::Rejection::SignedOut | session::Rejection::WrongToken => ErrorCode::AuthRequired,
        session::Rejection::Exists => ErrorCode::Conflict,
        session::Rejection::InvalidLatency | session::Rejection::InvalidPush => {
            ErrorCode::InvalidRequest
        }
    }
}

/// How long to wait before trying again where the server has too much to do.
const OVERLOAD_RETRY_MS: u64 = 1_000;

fn failed(failure: &Failure) -> ErrorBody {
    match failure {
        Failure::Overloaded => ErrorBody::retry(
            ErrorCode::Overloaded,
            "too much at once: try again",
            OVERLOAD_RETRY_MS,
        ),
        Failure::StorageFull => ErrorBody::new(
            ErrorCode::StorageFull,
            "the server's disk is full: nothing was changed",
        ),
        Failure::ReadOnly => ErrorBody::new(
            ErrorCode::ReadOnly,
            "the server takes no changes at the moment: nothing was changed",
        ),
        Failure::TooLarge => {
            ErrorBody::new(ErrorCode::PayloadTooLarge, "this is too large to keep")
        }
        Failure::Unknown(_) => ErrorBody::new(
            ErrorCode::Internal,
            "something broke in the server: try again",
        ),
    }
}
