//! REST of playlists as files, and of saved ones.

use hyper::Method;
use hyper::header::{CONTENT_DISPOSITION, CONTENT_TYPE, HeaderValue};

use super::rooms::Call;
use super::table::call;
use crate::domain::room::playlist::Track;
use crate::domain::user::playlists::{Command, Saved};
use crate::gateway::answer::{self, Answer, created, invalid, no_content, ok};
use crate::gateway::from_wire;
use crate::gateway::limits::Limit;
use crate::gateway::playlist_file::{self, Format, MAX_FILE, PlaylistFile};
use crate::gateway::request::Request;
use crate::gateway::route::Counted::ByUser;
use crate::gateway::route::{Gives, Route, route};
use crate::ids::{PlaylistId, RoomId};
use crate::wire::error_code::ErrorBody;
use crate::wire::model;
use crate::wire::sharing::{
    Imported, SavePlaylist, SavedPlaylist, SavedPlaylistAnswer, SavedPlaylists,
};

/// What a file may say it is.
const TYPES: &[&str] = &[
    "application/vnd.apple.mpegurl",
    "application/xspf+xml",
    "application/json",
];

/// The calls that share playlists.
pub fn routes() -> Vec<Route> {
    vec![
        route(
            Method::GET,
            "/api/v1/rooms/{room_id}/playlist/export",
            "The playlist as a file: M3U8, XSPF or JSON",
        )
        .query(&["format"])
        .gives_other(200, Gives::Bytes("application/vnd.apple.mpegurl"))
        .by(export),
        route(
            Method::POST,
            "/api/v1/rooms/{room_id}/playlist/import",
            "Add the tracks of a file: M3U8, XSPF or JSON",
        )
        .query(&["format", "replace"])
        .counted(ByUser(Limit::Upload))
        .takes_bytes(TYPES, MAX_FILE)
        .gives::<Imported>(201)
        .by(import),
        route(Method::GET, "/api/v1/me/playlists", "Your saved playlists")
            .gives::<SavedPlaylists>(200)
            .by(|r| async move { ok(&list(call(&r)?).await?) }),
        route(
            Method::POST,
            "/api/v1/me/playlists",
            "Save a room's playlist, or tracks of your own",
        )
        .counted(ByUser(Limit::Upload))
        .takes::<SavePlaylist>()
        .gives::<SavedPlaylistAnswer>(201)
        .by(|r| async move { created(&save(call(&r)?, r.json()?).await?) }),
        route(
            Method::GET,
            "/api/v1/me/playlists/{playlist_id}",
            "A saved playlist",
        )
        .gives::<SavedPlaylistAnswer>(200)
        .by(|r| async move {
            let (call, id) = (call(&r)?, r.id(0)?);
            ok(&described(&call, id).await?)
        }),
        route(
            Method::DELETE,
            "/api/v1/me/playlists/{playlist_id}",
            "Give a saved playlist up",
        )
        .by(|r| async move {
            let (call, playlist) = (call(&r)?, r.id(0)?);
            let command = Command::Delete { playlist }.into();
            let user = call.user();
            call.app.user_command(user, command, call.key).await?;
            no_content()
        }),
    ]
}

async fn export(request: Request) -> Answer {
    let (call, id): (Call, RoomId) = (call(&request)?, request.id(0)?);
    let format = Format::named(request.query("format").unwrap_or("m3u8"))?;
    let view = call.app.view_for(call.user(), id).await?;
    let playlist = PlaylistFile {
        name: Some(view.settings.name.clone()),
        tracks: wire_tracks(view.playlist.items.iter().map(|item| &item.track)),
    };
    let text = playlist_file::write(format, &playlist, &call.origin);
    let mut response = answer::raw(
        hyper::StatusCode::OK,
        format.content_type(),
        text.into_bytes(),
    );
    let named = format!("attachment; filename=\"playlist.{}\"", format.ending());
    if let Ok(value) = HeaderValue::from_str(&named) {
        response.headers_mut().insert(CONTENT_DISPOSITION, value);
    }
    Ok(response)
}

async fn import(request: Request) -> Answer {
    let (call, id): (Call, RoomId) = (call(&request)?, request.id(0)?);
    let format = match request.query("format") {
        Some(name) => Format::named(name)?,
        None => {
            let said = request.headers.get(CONTENT_TYPE);
            let said = said.and_then(|value| value.to_str().ok());
            Format::of_type(said.unwrap_or_default())?
        }
    };
    let replace = match request.query("replace") {
        None | Some("false") => false,
        Some("true") => true,
        Some(_) => return Err(invalid("replace is true or false")),
    };
    let text = std::str::from_utf8(request.bytes())
        .map_err(|_| invalid("the file is not written in UTF-8"))?;
    let file = playlist_file::read(format, text, &call.origin)?;
    let tracks = domain_tracks(file.playlist.tracks)?;
    let imported = call
        .app
        .import(call.user(), id, &tracks, replace, call.key.as_ref());
    created(&Imported {
        items: imported.await?.iter().map(Into::into).collect(),
        skipped: file.skipped,
    })
}

fn wire_tracks<'a>(tracks: impl Iterator<Item = &'a Track>) -> Vec<model::Track> {
    tracks.map(Into::into).collect()
}

fn domain_tracks(tracks: Vec<model::Track>) -> Result<Vec<Track>, ErrorBody> {
    tracks.into_iter().map(from_wire::track).collect()
}

async fn list(call: Call) -> Result<SavedPlaylists, ErrorBody> {
    let account = call.app.account(call.user()).await?;
    let saved = account.playlists.saved.iter().rev();
    Ok(SavedPlaylists {
        playlists: saved.map(|(id, saved)| summary(*id, saved)).collect(),
    })
}

fn summary(id: PlaylistId, saved: &Saved) -> SavedPlaylist {
    SavedPlaylist {
        playlist_id: id,
        name: saved.name.clone(),
        track_count: saved.tracks.len(),
        saved_at: saved.at.to_string(),
    }
}

async fn save(call: Call, body: SavePlaylist) -> Result<SavedPlaylistAnswer, ErrorBody> {
    let tracks: Vec<Track> = match (body.room_id, body.tracks) {
        (Some(room), None) => {
            call.app.require_member(call.user(), room).await?;
            let view = call.app.view(call.user(), room).await?;
            let items = view.playlist.items.into_iter();
            items.map(|item| item.track).collect()
        }
        (None, Some(tracks)) => domain_tracks(tracks)?,
        _ => return Err(invalid("give room_id or tracks")),
    };
    let saved = call
        .app
        .save_playlist(call.user(), body.name, &tracks, call.key.as_ref());
    let id = saved.await?;
    described(&call, id).await
}

async fn described(call: &Call, id: PlaylistId) -> Result<SavedPlaylistAnswer, ErrorBody> {
    let saved = call.app.saved_playlist(call.user(), id).await?;
    Ok(SavedPlaylistAnswer {
        playlist: summary(id, &saved),
        tracks: wire_tracks(saved.tracks.iter()),
    })
}
