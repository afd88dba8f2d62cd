//! REST of the peace in a room: kick, ban, mute, roles, and voting to skip.

use hyper::Method;

use super::rooms::Call;
use super::table::call;
use crate::app::AppError;
use crate::domain::room::{self, membership, moderation, undo, vote};
use crate::gateway::answer::ok;
use crate::gateway::request::Request;
use crate::gateway::route::{Route, route};
use crate::gateway::{answer, to_wire};
use crate::ids::{RoomId, UserId};
use crate::wire::error_code::ErrorBody;
use crate::wire::rest;
use crate::wire::talk::{Bans, VoteToSkip};

/// The calls that keep the peace.
pub fn routes() -> Vec<Route> {
    vec![
        about(
            "/api/v1/rooms/{room_id}/kick",
            "Take a member out",
            |user| moderation::Command::Kick { user }.into(),
        ),
        about(
            "/api/v1/rooms/{room_id}/ban",
            "Take a person out and let them in no more",
            |user| moderation::Command::Ban { user }.into(),
        ),
        about(
            "/api/v1/rooms/{room_id}/unban",
            "Let a person in again",
            |user| moderation::Command::Unban { user }.into(),
        ),
        about(
            "/api/v1/rooms/{room_id}/mute",
            "Let a member listen only",
            |user| moderation::Command::Mute { user }.into(),
        ),
        about(
            "/api/v1/rooms/{room_id}/unmute",
            "Let a member speak again",
            |user| moderation::Command::Unmute { user }.into(),
        ),
        about(
            "/api/v1/rooms/{room_id}/promote",
            "Make a guest a co-host",
            |user| membership::Command::Promote { user }.into(),
        ),
        about(
            "/api/v1/rooms/{room_id}/demote",
            "Make a co-host a guest",
            |user| membership::Command::Demote { user }.into(),
        ),
        route(
            Method::GET,
            "/api/v1/rooms/{room_id}/bans",
            "Who is let in no more",
        )
        .gives::<Bans>(200)
        .by(|r| async move { ok(&bans(call(&r)?, r.id(0)?).await?) }),
        route(
            Method::POST,
            "/api/v1/rooms/{room_id}/vote-skip",
            "Vote to skip what plays",
        )
        .takes::<VoteToSkip>()
        .gives::<rest::Accepted>(200)
        .by(|r| async move {
            let VoteToSkip { item_id: item } = r.json()?;
            accepted(call(&r)?, r.id(0)?, vote::Command { item }.into()).await
        }),
        route(
            Method::POST,
            "/api/v1/rooms/{room_id}/undo",
            "Take the latest remove, clear, move, reorder or edit back",
        )
        .gives::<rest::Accepted>(200)
        .by(|r| async move { accepted(call(&r)?, r.id(0)?, undo::Command.into()).await }),
    ]
}

/// A call that names a person.
fn about(path: &'static str, summary: &'static str, command: fn(UserId) -> room::Command) -> Route {
    route(Method::POST, path, summary)
        .takes::<rest::OfUser>()
        .gives::<rest::RoomAnswer>(200)
        .by(move |r: Request| async move {
            let rest::OfUser { user_id } = r.json()?;
            let (call, id) = (call(&r)?, r.id(0)?);
            call.execute(id, command(user_id)).await?;
            ok(&call.answer(id).await?)
        })
}

async fn accepted(call: Call, id: RoomId, command: room::Command) -> answer::Answer {
    let seq = call.execute(id, command).await?;
    ok(&rest::Accepted { seq: seq.0 })
}

/// `GET rooms/{id}/bans`, for those who could lift them.
async fn bans(call: Call, id: RoomId) -> Result<Bans, ErrorBody> {
    call.app.require_member(call.user(), id).await?;
    let user = call.user();
    let look = move |room: &room::Room| {
        let room = room.open()?;
        Some((room.membership.role(user), room.moderation.clone()))
    };
    let seen = call.app.look(id, look).await?;
    let (role, moderation) = seen.ok_or(AppError::NotFound("there is no such room"))?;
    if role == Some(membership::Role::Guest) {
        let no = room::Rejection::from(moderation::Rejection::NotAbove);
        return Err(AppError::from(no).into());
    }
    Ok(to_wire::bans(&moderation, call.app.directory()))
}
