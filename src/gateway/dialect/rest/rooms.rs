//! REST of rooms: create, join, leave, look, set up, hand over.

use std::sync::Arc;

use crate::app::{App, Moment, NewRoom, Page, RoomView};
use crate::domain::aggregate::By;
use crate::domain::room::{self, membership, playlist, settings};
use crate::entity::{Executed, Idempotency};
use crate::gateway::answer;
use crate::gateway::limits::Limits;
use crate::gateway::to_wire::{self, Lookup};
use crate::gateway::{auth::Caller, from_wire};
use crate::ids::{RoomId, UserId};
use crate::journal::Seq;
use crate::wire::error_code::{ErrorBody, ErrorCode};
use crate::wire::rest;

/// How many rooms a search gives.
const DISCOVERED: usize = 50;

type Answer<T> = Result<T, ErrorBody>;

/// One call: who asks, under which name, and how this server is reached.
pub struct Call {
    /// The use cases.
    pub app: App,
    /// Who asks.
    pub caller: Caller,
    /// The client's name for it.
    pub key: Option<Idempotency>,
    /// Scheme and host of this server, as the client sees it.
    pub origin: String,
    /// What each user may ask for in a time.
    pub limits: Arc<Limits>,
}

impl Call {
    /// Who asks.
    pub fn user(&self) -> UserId {
        self.caller.user
    }

    /// Gives a command to a room, by the caller.
    ///
    /// # Errors
    /// Where the rules or the machine say no.
    pub async fn execute(&self, id: RoomId, command: impl Into<room::Command>) -> Answer<Seq> {
        Ok(self.give(id, command).await?.seq)
    }

    /// The same, with the entry it became.
    ///
    /// # Errors
    /// Where the rules, the limits or the machine say no.
    pub async fn give(
        &self,
        id: RoomId,
        command: impl Into<room::Command>,
    ) -> Answer<Executed<room::Event>> {
        let (user, command) = (self.user(), command.into());
        self.limits.charge_command(user, &command)?;
        let by = By::User(user);
        Ok(self.app.execute(by, id, command, self.key.clone()).await?)
    }

    /// A room in REST words, as the caller may see it.
    pub fn room(&self, view: &RoomView) -> rest::Room {
        let app = &self.app;
        let lookup = Lookup {
            directory: app.directory(),
            presence: app.presence(),
            now: app.clock().now(),
        };
        to_wire::rest_room(view, &self.origin, lookup)
    }

    /// A room that was just made.
    fn created(&self, view: &RoomView) -> rest::RoomCreated {
        let invite = &view.settings.invite;
        rest::RoomCreated {
            room_id: view.id,
            invite_code: invite.code.clone(),
            invite_url: format!("{}{}", self.origin, to_wire::invite_path(invite)),
            room: self.room(view),
        }
    }

    /// A room as it stands, for an answer.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`], or where the machine says no.
    pub async fn answer(&self, id: RoomId) -> Answer<rest::RoomAnswer> {
        Ok(rest::RoomAnswer {
            room: self.room(&self.app.view(self.user(), id).await?),
        })
    }
}

/// `POST rooms/create`.
///
/// # Errors
/// Where the set-up does not fit.
pub async fn create(call: Call, body: rest::CreateRoom) -> Answer<rest::RoomCreated> {
    let visibility = from_wire::visibility(body.visibility, body.is_friends_only)?;
    let name = match body.name {
        Some(name) => name,
        None => default_name(&call).await?,
    };
    let new = NewRoom {
        name,
        visibility: visibility.unwrap_or(settings::Visibility::Public),
        control: body.control.map_or(settings::Control::Host, Into::into),
    };
    let saved = match body.playlist_id {
        Some(id) => Some(call.app.saved_playlist(call.user(), id).await?),
        None => None,
    };
    let (app, user) = (&call.app, call.user());
    let mut view = app.create_room(user, new, call.key.clone()).await?;
    if let Some(saved) = saved {
        let room = view.id;
        // A name of its own: the same call again adds nothing.
        let key = call.key.as_ref().and_then(|key| {
            let id = format!("{}#0", key.id).parse().ok()?;
            Some(Idempotency { id, ..key.clone() })
        });
        app.import(user, room, &saved.tracks, false, key.as_ref())
            .await?;
        view = app.view(user, room).await?;
    }
    Ok(call.created(&view))
}

/// `POST rooms/{id}/again`: a new room with what was played in this one.
///
/// # Errors
/// Where the caller is no member, or nothing was played.
pub async fn again(call: Call, id: RoomId, body: rest::PlayAgain) -> Answer<rest::RoomCreated> {
    let (user, key) = (call.user(), call.key.clone());
    let view = call.app.play_again(user, id, body.name, key).await?;
    Ok(call.created(&view))
}

async fn default_name(call: &Call) -> Answer<String> {
    let account = call.app.account(call.user()).await?;
    Ok(format!("{}’s room", account.name)
        .chars()
        .take(settings::MAX_NAME)
        .collect())
}

/// `POST rooms/join`.
///
/// # Errors
/// Where neither or both names are given, or the room does not let the caller in.
pub async fn join(call: Call, body: rest::JoinRoom) -> Answer<rest::RoomJoined> {
    let by_invite = |typed: &str| {
        let wrong = || {
            ErrorBody::new(
                ErrorCode::JoinFailed,
                "this invite opens no room: ask for a new one",
            )
        };
        call.app.room_by_invite(typed).ok_or_else(wrong)
    };
    let id = match (body.room_id, body.invite_code.as_deref()) {
        (Some(id), _) => id,
        (None, Some(typed)) => by_invite(typed)?,
        (None, None) => {
            return Err(ErrorBody::new(
                ErrorCode::InvalidRequest,
                "give room_id or invite_code",
            ));
        }
    };
    let view = call
        .app
        .join(
            call.user(),
            id,
            body.invite_code.as_deref(),
            call.key.clone(),
        )
        .await?;
    let is_host = view.members.host == Some(call.user());
    Ok(rest::RoomJoined {
        room: call.room(&view),
        is_host,
    })
}

/// `POST rooms/quick`; `on` where there are quick rooms.
///
/// # Errors
/// [`ErrorCode::NotFound`] where there are none, or the name does not fit.
pub async fn join_quick(
    call: Call,
    body: rest::JoinQuickRoom,
    on: bool,
) -> Answer<rest::RoomJoined> {
    if !on {
        return Err(answer::not_found("page: quick rooms are switched off"));
    }
    let name = body.name.unwrap_or_default();
    from_wire::check_quick_name(&name)?;
    let room = call.app.enter_quick(call.user(), &name).await?;
    call.app.take_over(call.user(), room).await?;
    let view = call.app.view(call.user(), room).await?;
    Ok(rest::RoomJoined {
        is_host: view.members.host == Some(call.user()),
        room: call.room(&view),
    })
}

/// `POST rooms/{id}/leave`.
///
/// # Errors
/// [`ErrorCode::NotInRoom`] where the caller is no member.
pub async fn leave(call: Call, id: RoomId) -> Answer<()> {
    call.app.require_member(call.user(), id).await?;
    call.execute(id, membership::Command::Leave).await?;
    Ok(())
}

/// `GET rooms/{id}`.
///
/// # Errors
/// [`ErrorCode::NotFound`], also where the caller may not know of it.
pub async fn show(call: Call, id: RoomId) -> Answer<rest::RoomAnswer> {
    let view = call.app.view_for(call.user(), id).await?;
    Ok(rest::RoomAnswer {
        room: call.room(&view),
    })
}

/// `GET rooms`: those the caller belongs to.
///
/// # Errors
/// Where the machine says no.
pub async fn mine(call: Call) -> Answer<rest::Rooms> {
    let views = call.app.rooms_of(call.user()).await?;
    Ok(rest::Rooms {
        rooms: views.iter().map(|view| call.room(view)).collect(),
    })
}

/// `GET rooms/discover?q=`: public rooms, and those of friends.
///
/// # Errors
/// Where the machine says no.
pub async fn discover(call: Call, text: &str) -> Answer<rest::Rooms> {
    let views = call.app.discover(call.user(), text, DISCOVERED).await?;
    Ok(rest::Rooms {
        rooms: views.iter().map(|view| call.room(view)).collect(),
    })
}

/// `PATCH rooms/{id}`: everything or nothing, in one entry.
///
/// # Errors
/// Where the caller may not, or a value does not fit.
pub async fn patch(call: Call, id: RoomId, body: rest::PatchRoom) -> Answer<rest::RoomAnswer> {
    let visibility = from_wire::visibility(body.visibility, body.is_friends_only)?;
    let volume = body.volume.map(from_wire::volume).transpose()?;
    let commands: Vec<room::Command> = [
        body.name.map(|name| settings::Command::Rename(name).into()),
        visibility.map(|to| settings::Command::SetVisibility(to).into()),
        body.control
            .map(|to| settings::Command::SetControl(to.into()).into()),
        volume.map(|to| settings::Command::SetVolume(to).into()),
        body.repeat
            .map(|to| playlist::Command::SetRepeat(to.into()).into()),
        body.shuffle
            .map(|to| playlist::Command::SetShuffle(to).into()),
        body.vote_skip
            .map(|to| settings::Command::SetVoteSkip(from_wire::vote_skip(to)).into()),
    ]
    .into_iter()
    .flatten()
    .collect();
    if commands.is_empty() {
        call.app.require_member(call.user(), id).await?;
    } else {
        let name = "set_up";
        call.execute(id, room::Command::Together { name, commands })
            .await?;
    }
    call.answer(id).await
}

/// `DELETE rooms/{id}`: closes it.
///
/// # Errors
/// Where the caller is not the host.
pub async fn close(call: Call, id: RoomId) -> Answer<()> {
    call.execute(id, room::Command::Close).await?;
    Ok(())
}

/// `POST rooms/{id}/host`: hands the room over.
///
/// # Errors
/// Where the caller is not the host, or the other one no member.
pub async fn transfer(call: Call, id: RoomId, body: rest::OfUser) -> Answer<rest::RoomAnswer> {
    call.execute(id, membership::Command::TransferHost { to: body.user_id })
        .await?;
    call.answer(id).await
}

/// `POST rooms/{id}/claim-host`.
///
/// # Errors
/// Where a host is connected.
pub async fn claim(call: Call, id: RoomId) -> Answer<rest::RoomAnswer> {
    call.execute(id, membership::Command::ClaimHost).await?;
    call.answer(id).await
}

/// `GET rooms/{id}/history?after_seq=&before_seq=&limit=`.
///
/// # Errors
/// Where the caller is no member.
pub async fn history(call: Call, id: RoomId, page: Page, limit: usize) -> Answer<rest::History> {
    let entries = call.app.history(call.user(), id, page, limit).await?;
    let directory = call.app.directory();
    let first = entries.first().map(|entry| entry.seq.0);
    Ok(rest::History {
        before_seq: first.filter(|first| *first > 1),
        entries: entries
            .iter()
            .map(|entry| to_wire::entry(entry, directory))
            .collect(),
    })
}

/// `GET rooms/{id}/state?at_seq=` or `?at=`: as it was then.
///
/// # Errors
/// Where the caller is no member, or there was no such moment.
pub async fn state(call: Call, id: RoomId, moment: Moment) -> Answer<rest::RoomAnswer> {
    let view = call.app.state_at(call.user(), id, moment).await?;
    Ok(rest::RoomAnswer {
        room: call.room(&view),
    })
}
