//! The REST calls as data: where they are, who may call them, what goes in and out.

use hyper::Method;

use super::rooms::Call;
use super::{
    admin, auth, chat, friends, invites, me, media, moderation, playlist, probes, push, requests,
    rooms, server_settings, sessions, sharing,
};
use crate::app::{Moment, Page};
use crate::gateway::answer::{self, created, no_content, ok};
use crate::gateway::limits::Limit;
use crate::gateway::request::Request;
use crate::gateway::route::Access::{Anybody, Perhaps};
use crate::gateway::route::Counted::{ByAddress, ByUser};
use crate::gateway::route::{Gives, Route, route};
use crate::journal::Seq;
use crate::time::Timestamp;
use crate::wire::error_code::ErrorBody;
use crate::wire::features::Features;
use crate::wire::push::{PushKey, SetPush};
use crate::wire::requests::RequestAnswer;
use crate::wire::rest;

const GET: Method = Method::GET;
const POST: Method = Method::POST;
const PUT: Method = Method::PUT;
const PATCH: Method = Method::PATCH;
const DELETE: Method = Method::DELETE;

/// How many entries of a history are given where the caller does not say.
const HISTORY: usize = 100;

/// Every REST call.
pub fn routes() -> Vec<Route> {
    [
        of_accounts(),
        friends::routes(),
        invites::routes(),
        of_rooms(),
        of_membership(),
        of_playlists(),
        requests::routes(),
        moderation::routes(),
        chat::routes(),
        sharing::routes(),
        media::routes(),
        admin::routes(),
        server_settings::routes(),
        sessions::routes(),
        of_the_server(),
    ]
    .concat()
}

/// Who asks for what.
///
/// # Errors
/// Where nobody is signed in, or the client's name for the call cannot be one.
pub(super) fn call(request: &Request) -> Result<Call, ErrorBody> {
    Ok(Call {
        app: request.gateway.app.clone(),
        caller: request.caller()?,
        key: request.key()?,
        origin: request.origin(),
        limits: request.gateway.limits.clone(),
    })
}

fn of_accounts() -> Vec<Route> {
    let sign_in = |path, summary| route(POST, path, summary).open_to(Anybody);
    vec![
        route(
            POST,
            "/api/v1/auth/register",
            "Make an account, or register the guest who asks",
        )
        .open_to(Perhaps)
        .counted(ByAddress(Limit::Register))
        .takes::<rest::Register>()
        .gives::<rest::SignedIn>(201)
        .by(auth::register),
        sign_in(
            "/api/v1/auth/login",
            "Sign in by username or e-mail address",
        )
        .counted(ByAddress(Limit::Login))
        .takes::<rest::Login>()
        .gives::<rest::SignedIn>(200)
        .by(auth::login),
        sign_in("/api/v1/auth/guest", "Make an account without a password")
            .counted(ByAddress(Limit::Guest))
            .takes::<rest::Guest>()
            .gives::<rest::SignedIn>(201)
            .by(auth::guest),
        sign_in(
            "/api/v1/auth/refresh",
            "Exchange a refresh token for fresh tokens",
        )
        .counted(ByAddress(Limit::Refresh))
        .takes::<rest::Refresh>()
        .gives::<rest::SignedIn>(200)
        .by(auth::refresh),
        route(POST, "/api/v1/auth/logout", "Sign this device out")
            .open_to(Perhaps)
            .takes::<rest::Refresh>()
            .by(auth::logout),
        route(
            POST,
            "/api/v1/auth/ticket",
            "A ticket for an address, good once and soon",
        )
        .scoped()
        .takes::<rest::AskTicket>()
        .gives::<rest::Ticket>(201)
        .by(auth::ticket),
        route(POST, "/api/v1/auth/username", "Take another username")
            .takes::<rest::SetUsername>()
            .gives::<rest::UserAnswer>(200)
            .by(me::set_username),
        route(GET, "/api/v1/me", "Yourself")
            .gives::<rest::UserAnswer>(200)
            .by(me::show),
        route(
            PATCH,
            "/api/v1/me",
            "Change name, e-mail address, password or output latency",
        )
        .takes::<rest::PatchMe>()
        .gives::<rest::UserAnswer>(200)
        .by(me::patch),
        route(DELETE, "/api/v1/me", "Erase yourself and your uploads")
            .takes::<rest::EraseMe>()
            .by(me::erase),
        route(GET, "/api/v1/me/sessions", "Your signed-in devices")
            .gives::<rest::Sessions>(200)
            .by(me::sessions),
        route(
            DELETE,
            "/api/v1/me/sessions/{session_id}",
            "Sign a device out",
        )
        .by(me::sign_out),
        route(
            GET,
            "/api/v1/push/key",
            "What to subscribe to Web Push with, where it is on",
        )
        .open_to(Anybody)
        .gives::<PushKey>(200)
        .by(push::key),
        route(
            PUT,
            "/api/v1/me/push",
            "Have news pushed to this device while no page is open",
        )
        .takes::<SetPush>()
        .by(push::set),
        route(
            DELETE,
            "/api/v1/me/push",
            "Have nothing pushed to this device any more",
        )
        .by(push::unset),
    ]
}

fn of_rooms() -> Vec<Route> {
    vec![
        route(POST, "/api/v1/rooms/create", "Open a room")
            .counted(ByUser(Limit::RoomCreation))
            .takes::<rest::CreateRoom>()
            .gives::<rest::RoomCreated>(201)
            .by(|r| async move { created(&rooms::create(call(&r)?, r.json()?).await?) }),
        route(
            POST,
            "/api/v1/rooms/join",
            "Join a room by its id or an invite",
        )
        .takes::<rest::JoinRoom>()
        .gives::<rest::RoomJoined>(200)
        .by(join),
        route(
            POST,
            "/api/v1/rooms/quick",
            "Join the quick room of that name, which is opened where there is none",
        )
        .takes::<rest::JoinQuickRoom>()
        .gives::<rest::RoomJoined>(200)
        .by(|r| async move {
            let quick = r.gateway.settings.now().quick_rooms;
            ok(&rooms::join_quick(call(&r)?, r.json()?, quick).await?)
        }),
        route(GET, "/api/v1/rooms", "The rooms you belong to")
            .gives::<rest::Rooms>(200)
            .by(|r| async move { ok(&rooms::mine(call(&r)?).await?) }),
        route(
            GET,
            "/api/v1/rooms/discover",
            "Public rooms, and those of friends",
        )
        .query(&["q"])
        .gives::<rest::Rooms>(200)
        .by(|r| async move {
            ok(&rooms::discover(call(&r)?, r.query("q").unwrap_or_default()).await?)
        }),
        route(GET, "/api/v1/rooms/{room_id}", "A room")
            .gives::<rest::RoomAnswer>(200)
            .by(|r| async move { ok(&rooms::show(call(&r)?, r.id(0)?).await?) }),
        route(PATCH, "/api/v1/rooms/{room_id}", "Set a room up")
            .takes::<rest::PatchRoom>()
            .gives::<rest::RoomAnswer>(200)
            .by(|r| async move { ok(&rooms::patch(call(&r)?, r.id(0)?, r.json()?).await?) }),
        route(DELETE, "/api/v1/rooms/{room_id}", "Close a room for good").by(|r| async move {
            rooms::close(call(&r)?, r.id(0)?).await?;
            no_content()
        }),
        route(
            GET,
            "/api/v1/rooms/{room_id}/history",
            "What happened in a room",
        )
        .query(&["after_seq", "before_seq", "limit"])
        .gives::<rest::History>(200)
        .by(|r| async move {
            let limit = r.query_as("limit")?.unwrap_or(HISTORY);
            ok(&rooms::history(call(&r)?, r.id(0)?, page(&r)?, limit).await?)
        }),
        route(
            POST,
            "/api/v1/rooms/{room_id}/again",
            "Open a room with what was played in this one",
        )
        .counted(ByUser(Limit::RoomCreation))
        .takes::<rest::PlayAgain>()
        .gives::<rest::RoomCreated>(201)
        .by(|r| async move { created(&rooms::again(call(&r)?, r.id(0)?, r.json()?).await?) }),
        route(GET, "/api/v1/rooms/{room_id}/state", "A room as it was")
            .query(&["at_seq", "at"])
            .gives::<rest::RoomAnswer>(200)
            .by(|r| async move { ok(&rooms::state(call(&r)?, r.id(0)?, moment(&r)?).await?) }),
    ]
}

async fn join(request: Request) -> answer::Answer {
    let body: rest::JoinRoom = request.json()?;
    if body.invite_code.is_some() {
        let address = request.peer.network();
        request.gateway.limits.charge(Limit::InviteTry, address)?;
    }
    ok(&rooms::join(call(&request)?, body).await?)
}

fn page(request: &Request) -> Result<Page, ErrorBody> {
    let after = request.query_as("after_seq")?.map(Seq);
    let before = request.query_as("before_seq")?.map(Seq);
    match (after, before) {
        (after, None) => Ok(Page::After(after.unwrap_or(Seq::ZERO))),
        (None, Some(before)) => Ok(Page::Before(before)),
        (Some(_), Some(_)) => Err(answer::invalid("give after_seq or before_seq")),
    }
}

fn moment(request: &Request) -> Result<Moment, ErrorBody> {
    let seq = request.query_as("at_seq")?.map(|seq| Moment::Seq(Seq(seq)));
    let at = request.query_as::<Timestamp>("at")?.map(Moment::At);
    match (seq, at) {
        (Some(moment), None) | (None, Some(moment)) => Ok(moment),
        _ => Err(answer::invalid("give at_seq or at")),
    }
}

fn of_membership() -> Vec<Route> {
    vec![
        route(POST, "/api/v1/rooms/{room_id}/leave", "Leave a room").by(|r| async move {
            rooms::leave(call(&r)?, r.id(0)?).await?;
            no_content()
        }),
        route(POST, "/api/v1/rooms/{room_id}/host", "Hand a room over")
            .takes::<rest::OfUser>()
            .gives::<rest::RoomAnswer>(200)
            .by(|r| async move { ok(&rooms::transfer(call(&r)?, r.id(0)?, r.json()?).await?) }),
        route(
            POST,
            "/api/v1/rooms/{room_id}/claim-host",
            "Become host where no host is connected",
        )
        .gives::<rest::RoomAnswer>(200)
        .by(|r| async move { ok(&rooms::claim(call(&r)?, r.id(0)?).await?) }),
    ]
}

fn of_playlists() -> Vec<Route> {
    vec![
        route(GET, "/api/v1/rooms/{room_id}/playlist", "The playlist")
            .gives::<rest::Playlist>(200)
            .by(|r| async move { ok(&playlist::list(call(&r)?, r.id(0)?).await?) }),
        route(POST, "/api/v1/rooms/{room_id}/playlist", "Add a track")
            .takes::<rest::AddItem>()
            .gives::<rest::ItemAnswer>(201)
            .or_gives::<RequestAnswer>(202)
            .by(|r| async move {
                playlist::add(call(&r)?, r.id(0)?, r.json()?)
                    .await?
                    .or(created)
            }),
        route(
            DELETE,
            "/api/v1/rooms/{room_id}/playlist",
            "Take everything out",
        )
        .by(|r| async move {
            playlist::clear(call(&r)?, r.id(0)?).await?;
            no_content()
        }),
        route(
            PUT,
            "/api/v1/rooms/{room_id}/playlist/order",
            "Put the playlist in order",
        )
        .takes::<rest::Order>()
        .gives::<rest::Playlist>(200)
        .by(|r| async move { ok(&playlist::order(call(&r)?, r.id(0)?, r.json()?).await?) }),
        route(
            PATCH,
            "/api/v1/rooms/{room_id}/playlist/{item_id}",
            "Move an item, or describe it anew",
        )
        .takes::<rest::PatchItem>()
        .gives::<rest::ItemAnswer>(200)
        .or_gives::<RequestAnswer>(202)
        .by(|r| async move {
            let patched = playlist::patch(call(&r)?, r.id(0)?, r.id(1)?, r.json()?);
            patched.await?.or(ok)
        }),
        route(
            DELETE,
            "/api/v1/rooms/{room_id}/playlist/{item_id}",
            "Take an item out",
        )
        .or_gives::<RequestAnswer>(202)
        .by(|r| async move {
            let removed = playlist::remove(call(&r)?, r.id(0)?, r.id(1)?);
            removed.await?.or(|()| no_content())
        }),
        route(
            POST,
            "/api/v1/rooms/{room_id}/playback",
            "Play, pause, seek, skip or select",
        )
        .takes::<rest::Playback>()
        .gives::<rest::Accepted>(200)
        .by(|r| async move { ok(&playlist::playback(call(&r)?, r.id(0)?, r.json()?).await?) }),
    ]
}

fn of_the_server() -> Vec<Route> {
    let open = |path, summary| route(GET, path, summary).open_to(Anybody);
    vec![
        open("/healthz", "Whether the server runs")
            .gives_other(200, Gives::Bytes("text/plain"))
            .free()
            .by(probes::healthy),
        open("/readyz", "Whether the server takes changes")
            .gives_other(200, Gives::Bytes("text/plain"))
            .free()
            .by(probes::ready),
        open("/version", "Which program this is")
            .gives::<rest::Version>(200)
            .by(probes::version),
        open(
            "/api/v1/features",
            "What this server offers beyond the rest",
        )
        .gives::<Features>(200)
        .by(probes::features),
        open("/api/v1/openapi.json", "These calls, as OpenAPI")
            .gives_other(200, Gives::Bytes("application/json"))
            .by(probes::openapi),
        open("/api/v1/asyncapi.json", "The sockets, as AsyncAPI")
            .gives_other(200, Gives::Bytes("application/json"))
            .by(probes::asyncapi),
        open("/asyncapi.json", "The sockets, as AsyncAPI")
            .gives_other(200, Gives::Bytes("application/json"))
            .by(probes::asyncapi),
    ]
}
