//! REST at the root, as the clients of an earlier system call it: a session is a room, with a host, guests who come by a
//! code, and requests.
//!
//! Its tokens open one room. The rules, and most of the answers, are those of the calls under `/api/v1`.

use hyper::Method;

use super::requests::{self, Changed};
use super::rooms::{self, Call};
use super::table::call;
use super::{auth, playlist};
use crate::app::RoomView;
use crate::domain::room::membership::{self, Role};
use crate::domain::room::{self, request::Command};
use crate::gateway::answer::{Answer, created, no_content, ok};
use crate::gateway::auth::ROOM_LIFETIME;
use crate::gateway::limits::Limit;
use crate::gateway::request::Request;
use crate::gateway::route::Access::{Anybody, Perhaps};
use crate::gateway::route::Counted::{ByAddress, ByUser};
use crate::gateway::route::{Route, route};
use crate::gateway::to_wire;
use crate::ids::{RoomId, SessionId, UserId};
use crate::wire::error_code::{ErrorBody, ErrorCode};
use crate::wire::model::Visibility;
use crate::wire::requests::{DenyRequest, RequestAnswer, RequestedChange, RequestsAnswer};
use crate::wire::rest;
use crate::wire::sessions::{JoinSession, Playlist, SessionEntered, SessionShown, SessionToken};

const GET: Method = Method::GET;
const POST: Method = Method::POST;

/// The calls about sessions.
pub fn routes() -> Vec<Route> {
    [of_sessions(), of_playlists(), of_requests()].concat()
}

fn of_sessions() -> Vec<Route> {
    vec![
        route(POST, "/auth/login", "Sign in, as under /api/v1")
            .open_to(Anybody)
            .counted(ByAddress(Limit::Login))
            .takes::<rest::Login>()
            .gives::<rest::SignedIn>(200)
            .by(auth::login),
        route(POST, "/sessions", "Open a session; you are its host")
            .counted(ByUser(Limit::RoomCreation))
            .takes::<rest::CreateRoom>()
            .gives::<SessionEntered>(201)
            .by(create),
        route(
            POST,
            "/sessions/{code}/join",
            "Join a session by its invite code, with or without an account",
        )
        .open_to(Perhaps)
        .scoped()
        .counted(ByAddress(Limit::InviteTry))
        .takes::<JoinSession>()
        .gives::<SessionEntered>(200)
        .by(join),
        route(GET, "/sessions/{room_id}", "A session as it stands")
            .scoped()
            .gives::<SessionShown>(200)
            .by(|r| async move { ok(&show(call(&r)?, r.id(0)?).await?) }),
        route(
            POST,
            "/sessions/{room_id}/token",
            "A fresh token for a session",
        )
        .scoped()
        .gives::<SessionToken>(200)
        .by(renew),
        route(POST, "/sessions/{room_id}/leave", "Leave a session")
            .scoped()
            .by(|r| async move {
                rooms::leave(call(&r)?, r.id(0)?).await?;
                no_content()
            }),
    ]
}

fn of_playlists() -> Vec<Route> {
    let path = "/sessions/{room_id}/playlist";
    let item = "/sessions/{room_id}/playlist/{item_id}";
    vec![
        route(GET, path, "What is to be played, in order")
            .scoped()
            .gives::<Playlist>(200)
            .by(|r| async move {
                let (call, id) = (call(&r)?, r.id(0)?);
                let view = call.app.view_for(call.user(), id).await?;
                ok(&to_wire::session_playlist(&view.playlist))
            }),
        route(POST, path, "Add a track; a guest's becomes a request")
            .scoped()
            .takes::<rest::AddItem>()
            .gives::<rest::ItemAnswer>(201)
            .or_gives::<RequestAnswer>(202)
            .by(|r| async move {
                let added = playlist::add(call(&r)?, r.id(0)?, r.json()?);
                added.await?.or(created)
            }),
        route(
            Method::PATCH,
            item,
            "Move an item, or describe it anew; a guest's change becomes a request",
        )
        .scoped()
        .takes::<rest::PatchItem>()
        .gives::<rest::ItemAnswer>(200)
        .or_gives::<RequestAnswer>(202)
        .by(|r| async move {
            let patched = playlist::patch(call(&r)?, r.id(0)?, r.id(1)?, r.json()?);
            patched.await?.or(ok)
        }),
        route(
            Method::DELETE,
            item,
            "Take an item out; a guest's becomes a request",
        )
        .scoped()
        .or_gives::<RequestAnswer>(202)
        .by(|r| async move {
            let removed: Changed<()> = playlist::remove(call(&r)?, r.id(0)?, r.id(1)?).await?;
            removed.or(|()| no_content())
        }),
    ]
}

fn of_requests() -> Vec<Route> {
    let path = "/sessions/{room_id}/requests";
    vec![
        route(GET, path, "What guests ask for")
            .scoped()
            .query(&["status"])
            .gives::<RequestsAnswer>(200)
            .by(|r| async move {
                ok(&requests::list(call(&r)?, r.id(0)?, r.query("status")).await?)
            }),
        route(POST, path, "Ask for a change of the playlist")
            .scoped()
            .takes::<RequestedChange>()
            .gives::<RequestAnswer>(201)
            .by(|r| async move {
                created(&requests::submit(call(&r)?, r.id(0)?, r.json()?).await?)
            }),
        route(
            POST,
            "/requests/{request_id}/approve",
            "Make the change that was asked for",
        )
        .scoped()
        .gives::<RequestAnswer>(200)
        .by(|r| async move {
            let request = r.id(0)?;
            ok(&requests::decide(call(&r)?, request, Command::Approve { request }).await?)
        }),
        route(
            POST,
            "/requests/{request_id}/deny",
            "Do not make the change that was asked for",
        )
        .scoped()
        .takes::<DenyRequest>()
        .gives::<RequestAnswer>(200)
        .by(|r| async move {
            let (request, DenyRequest { reason }) = (r.id(0)?, r.json()?);
            let deny = Command::Deny { request, reason };
            ok(&requests::decide(call(&r)?, request, deny).await?)
        }),
    ]
}

/// `POST /sessions`: a room for the invited, where nothing else is said.
async fn create(request: Request) -> Answer {
    let mut body: rest::CreateRoom = request.json()?;
    if body.is_friends_only.is_none() {
        body.visibility.get_or_insert(Visibility::Invite);
    }
    let caller = request.caller()?;
    let room = rooms::create(call(&request)?, body).await?.room_id;
    let view = request.gateway.app.view(caller.user, room).await?;
    created(&entered(&request, caller.user, caller.session, &view).await?)
}

/// `POST /sessions/{code}/join`. Nobody gets an account before the code is seen to open something.
async fn join(request: Request) -> Answer {
    let body: JoinSession = request.json()?;
    let (app, typed) = (&request.gateway.app, &request.params[0]);
    let by_id = || request.caller.as_ref().and(typed.parse().ok());
    let room = app.room_by_invite(typed).or_else(by_id).ok_or_else(|| {
        ErrorBody::new(
            ErrorCode::JoinFailed,
            "this invite opens no session: ask for a new one",
        )
    })?;
    let (user, session) = match &request.caller {
        Some(caller) => {
            caller.within(room)?;
            (caller.user, caller.session)
        }
        None => auth::visitor(&request, body.name).await?,
    };
    let view = app.join(user, room, Some(typed), request.key()?).await?;
    ok(&entered(&request, user, session, &view).await?)
}

/// `GET /sessions/{session_id}`, for members.
async fn show(call: Call, id: RoomId) -> Result<SessionShown, ErrorBody> {
    call.app.require_member(call.user(), id).await?;
    let view = call.app.view(call.user(), id).await?;
    let role = role(&view)?;
    Ok(SessionShown {
        session: to_wire::session(&view, &call.origin),
        role: role.into(),
        state: to_wire::session_state(&view, call.app.clock().now()),
    })
}

/// `POST /sessions/{session_id}/token`, for members: while the last one holds, or with the account's own.
async fn renew(request: Request) -> Answer {
    let (caller, id) = (request.caller()?, request.id(0)?);
    let app = &request.gateway.app;
    app.require_member(caller.user, id).await?;
    ok(&SessionToken {
        session_token: token(&request, caller.user, caller.session, id)?,
        expires_in: lifetime(),
    })
}

async fn entered(
    request: &Request,
    user: UserId,
    session: SessionId,
    view: &RoomView,
) -> Result<SessionEntered, ErrorBody> {
    let app = &request.gateway.app;
    Ok(SessionEntered {
        session: to_wire::session(view, &request.origin()),
        session_token: token(request, user, session, view.id)?,
        expires_in: lifetime(),
        user: to_wire::user(user, &app.account(user).await?),
        role: role(view)?.into(),
        state: to_wire::session_state(view, app.clock().now()),
    })
}

/// What the one who looks is in a room; they may have been taken out just now.
fn role(view: &RoomView) -> Result<Role, ErrorBody> {
    let none =
        || crate::app::AppError::from(room::Rejection::from(membership::Rejection::NotMember));
    Ok(view.members.viewer.ok_or_else(none)?)
}

fn token(
    request: &Request,
    user: UserId,
    session: SessionId,
    room: RoomId,
) -> Result<String, ErrorBody> {
    let gateway = &request.gateway;
    let clock = gateway.app.clock().as_ref();
    gateway.authority.issue_for_room(clock, user, session, room)
}

fn lifetime() -> u64 {
    ROOM_LIFETIME.as_ms().unsigned_abs() / 1000
}
