//! REST of a room's playlist and of what plays.

use super::requests::{self, Changed};
use super::rooms::Call;
use crate::app::AppError;
use crate::domain::room;
use crate::domain::room::playlist::{Command, Event, Item};
use crate::domain::room::request::Change;
use crate::gateway::from_wire;
use crate::ids::{ItemId, RoomId};
use crate::wire::error_code::{ErrorBody, ErrorCode};
use crate::wire::rest;

type Answer<T> = Result<T, ErrorBody>;

/// `GET rooms/{id}/playlist`.
///
/// # Errors
/// Where the caller may not know of the room.
pub async fn list(call: Call, id: RoomId) -> Answer<rest::Playlist> {
    let view = call.app.view_for(call.user(), id).await?;
    Ok(rest::Playlist {
        items: view.playlist.items.iter().map(Into::into).collect(),
    })
}

/// `POST rooms/{id}/playlist`.
///
/// # Errors
/// Where the caller may not, or the track is not well described.
pub async fn add(call: Call, id: RoomId, body: rest::AddItem) -> Answer<Changed<rest::ItemAnswer>> {
    let change = Change::Add {
        track: from_wire::track(body.track)?,
        index: body.position,
    };
    let executed = match requests::change(&call, id, change).await? {
        Changed::Made(executed) => executed,
        Changed::Asked(request) => return Ok(Changed::Asked(request)),
    };
    let added = executed
        .entry
        .as_ref()
        .and_then(|entry| entry.events.iter().find_map(added_item));
    let item = added.ok_or(AppError::NotFound("the item is gone"))?;
    Ok(Changed::Made(rest::ItemAnswer { item: item.into() }))
}

fn added_item(event: &room::Event) -> Option<&Item> {
    match event {
        room::Event::Playlist(Event::Added { item, .. }) => Some(item),
        _ => None,
    }
}

async fn item(call: &Call, id: RoomId, item: ItemId) -> Answer<rest::ItemAnswer> {
    let view = call.app.view(call.user(), id).await?;
    let found = view
        .playlist
        .get(item)
        .ok_or(AppError::NotFound("there is no such item in the playlist"))?;
    Ok(rest::ItemAnswer { item: found.into() })
}

/// `PATCH rooms/{id}/playlist/{item_id}`: moves it, describes it anew, or both.
///
/// # Errors
/// Where the caller may not, or there is no such item.
pub async fn patch(
    call: Call,
    id: RoomId,
    which: ItemId,
    body: rest::PatchItem,
) -> Answer<Changed<rest::ItemAnswer>> {
    let track = body.track.map(from_wire::track).transpose()?;
    let change_of = |track, index| match (track, index) {
        (None, None) => None,
        (Some(track), index) => Some(Change::Edit {
            item: which,
            track,
            index,
        }),
        (None, Some(index)) => Some(Change::Move { item: which, index }),
    };
    let wanted = change_of(track, body.position)
        .ok_or_else(|| ErrorBody::new(ErrorCode::InvalidRequest, "give position, track or both"))?;
    let asked = requests::change(&call, id, wanted).await?;
    Ok(match asked {
        Changed::Asked(request) => Changed::Asked(request),
        Changed::Made(_) => Changed::Made(item(&call, id, which).await?),
    })
}

/// `DELETE rooms/{id}/playlist/{item_id}`.
///
/// # Errors
/// Where the caller may not, or there is no such item.
pub async fn remove(call: Call, id: RoomId, item: ItemId) -> Answer<Changed<()>> {
    Ok(
        match requests::change(&call, id, Change::Remove { item }).await? {
            Changed::Made(_) => Changed::Made(()),
            Changed::Asked(request) => Changed::Asked(request),
        },
    )
}

/// `DELETE rooms/{id}/playlist`: takes everything out.
///
/// # Errors
/// Where the caller may not.
pub async fn clear(call: Call, id: RoomId) -> Answer<()> {
    call.execute(id, Command::Clear).await?;
    Ok(())
}

/// `PUT rooms/{id}/playlist/order`: lists the items so, in one entry.
///
/// # Errors
/// Where the caller may not, or the list does not name every item once.
pub async fn order(call: Call, id: RoomId, body: rest::Order) -> Answer<rest::Playlist> {
    let order = body.item_ids;
    call.execute(id, Command::Reorder { order }).await?;
    let view = call.app.view(call.user(), id).await?;
    Ok(rest::Playlist {
        items: view.playlist.items.iter().map(Into::into).collect(),
    })
}

/// `POST rooms/{id}/playback`.
///
/// # Errors
/// Where the caller may not control, or there is nothing to play.
pub async fn playback(call: Call, id: RoomId, body: rest::Playback) -> Answer<rest::Accepted> {
    let seq = call.execute(id, from_wire::playback_action(&body)?).await?;
    Ok(rest::Accepted { seq: seq.0 })
}
