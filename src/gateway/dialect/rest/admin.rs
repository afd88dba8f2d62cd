//! REST of those who run the server: people, rooms, storage, and whether the journal is whole.

use std::time::Duration;

use hyper::Method;

use super::me;
use super::rooms::Call;
use super::table::call;
use crate::app::{AdminUser, Hearing};
use crate::gateway::answer::{Answer, no_content, ok};
use crate::gateway::request::Request;
use crate::gateway::route::{Route, route};
use crate::gateway::to_wire;
use crate::ids::{RoomId, UserId};
use crate::journal::{Figures, Health};
use crate::projection::RoomCard;
use crate::wire::admin as wire;
use crate::wire::error_code::{ErrorBody, ErrorCode};

/// How many people and rooms are listed at a time.
const LISTED: usize = 100;

/// The calls.
pub(super) fn routes() -> Vec<Route> {
    let get = |path, summary| route(Method::GET, path, summary);
    vec![
        get("/api/v1/admin/status", "How the server is")
            .gives::<wire::ServerStatus>(200)
            .by(status),
        get("/api/v1/admin/users", "The registered accounts")
            .query(&["q"])
            .gives::<wire::AdminUsers>(200)
            .by(users),
        route(
            Method::POST,
            "/api/v1/admin/users/{user_id}/sign-out",
            "Sign all devices of a person out",
        )
        .gives::<wire::SignedOut>(200)
        .by(sign_out),
        route(
            Method::POST,
            "/api/v1/admin/users/{user_id}/disable",
            "Let nobody sign in to an account any more",
        )
        .by(disable),
        route(
            Method::POST,
            "/api/v1/admin/users/{user_id}/enable",
            "Let the owner of an account sign in again",
        )
        .by(enable),
        route(
            Method::DELETE,
            "/api/v1/admin/users/{user_id}",
            "Erase a person and their uploads",
        )
        .by(erase),
        get(
            "/api/v1/admin/rooms",
            "The open rooms, and how well they are heard",
        )
        .query(&["q"])
        .gives::<wire::AdminRooms>(200)
        .by(rooms),
        route(
            Method::DELETE,
            "/api/v1/admin/rooms/{room_id}",
            "Close a room for good",
        )
        .by(close),
        route(
            Method::POST,
            "/api/v1/admin/journal/verify",
            "Read the whole journal and say what is damaged",
        )
        .gives::<wire::JournalVerified>(200)
        .by(verify),
    ]
}

/// The call, where an admin gives it.
pub(super) async fn by_admin(request: &Request) -> Result<Call, ErrorBody> {
    let call = call(request)?;
    call.app.require_admin(call.user()).await?;
    Ok(call)
}

/// `GET admin/status`.
async fn status(request: Request) -> Answer {
    let Call { app, .. } = by_admin(&request).await?;
    let (people, rooms) = app.directory().counts();
    let usage = request.gateway.catalog.usage();
    let (journal, journal_why) = match app.health() {
        Health::Writable => (wire::JournalState::Writable, None),
        Health::StorageFull => (wire::JournalState::StorageFull, None),
        Health::ReadOnly(why) => (wire::JournalState::ReadOnly, Some(why)),
    };
    ok(&wire::ServerStatus {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        now: app.clock().now().to_string(),
        people,
        rooms,
        connections: app.presence().connection_count(),
        uploads: usage.uploads,
        uploaded: usage.uploaded,
        folder_files: usage.folder_files,
        free: usage.free,
        journal,
        journal_why,
        journal_figures: figures(app.figures()),
    })
}

fn figures(figures: Figures) -> wire::JournalFigures {
    let ms = |took: Duration| took.as_secs_f64() * 1e3;
    wire::JournalFigures {
        streams: figures.streams,
        entries: figures.entries,
        bytes: figures.bytes,
        syncs: figures.syncs.map(|syncs| wire::JournalSyncs {
            count: syncs.count,
            p50_ms: ms(syncs.p50),
            p99_ms: ms(syncs.p99),
            worst_ms: ms(syncs.worst),
        }),
    }
}

/// `GET admin/users?q=`.
async fn users(request: Request) -> Answer {
    let Call { app, .. } = by_admin(&request).await?;
    let text = request.query("q").unwrap_or_default();
    let found = app.all_users(text, LISTED).await?;
    let users = found.iter().map(|user| listed(&request, user)).collect();
    ok(&wire::AdminUsers { users })
}

fn listed(request: &Request, user: &AdminUser) -> wire::AdminUser {
    let account = &user.account;
    wire::AdminUser {
        user: to_wire::user(user.id, account),
        email: account
            .email
            .as_ref()
            .map(|email| email.as_str().to_owned()),
        is_admin: account.is_admin,
        disabled_at: account.disabled_at.map(|at| at.to_string()),
        created_at: account.created_at.to_string(),
        devices: user.devices,
        rooms: account.rooms.len(),
        stored: request.gateway.catalog.stored_by(user.id),
    }
}

/// `POST admin/users/{user_id}/sign-out`.
async fn sign_out(request: Request) -> Answer {
    let call = by_admin(&request).await?;
    let id: UserId = request.id(0)?;
    call.app.account(id).await?;
    let devices = call.app.sign_out_everywhere(id).await?;
    tracing::info!(by = %call.user(), user = %id, devices, "an admin signed a person out");
    ok(&wire::SignedOut { devices })
}

/// `POST admin/users/{user_id}/disable`.
async fn disable(request: Request) -> Answer {
    let call = by_admin(&request).await?;
    let id: UserId = request.id(0)?;
    if id == call.user() {
        return Err(ErrorBody::new(
            ErrorCode::Conflict,
            "you cannot disable yourself: somebody has to run the server",
        ));
    }
    let by = Some(call.user());
    call.app.set_disabled(id, true, by).await?;
    no_content()
}

/// `POST admin/users/{user_id}/enable`.
async fn enable(request: Request) -> Answer {
    let call = by_admin(&request).await?;
    let id: UserId = request.id(0)?;
    let by = Some(call.user());
    call.app.set_disabled(id, false, by).await?;
    no_content()
}

/// `DELETE admin/users/{user_id}`.
async fn erase(request: Request) -> Answer {
    let call = by_admin(&request).await?;
    let id: UserId = request.id(0)?;
    if id == call.user() {
        return Err(me::cannot_erase_oneself());
    }
    me::forget(&request.gateway, id).await?;
    tracing::info!(by = %call.user(), user = %id, "an admin erased a person");
    no_content()
}

/// `GET admin/rooms?q=`.
async fn rooms(request: Request) -> Answer {
    let Call { app, .. } = by_admin(&request).await?;
    let text = request.query("q").unwrap_or_default();
    let rooms = app.all_rooms(text, LISTED).into_iter();
    let name = |id| app.directory().person(id).map(|person| person.name.into());
    let rooms = rooms.map(|(id, card, hearing)| {
        let host_name = card.host.and_then(name);
        shown(id, card, host_name, &hearing)
    });
    ok(&wire::AdminRooms {
        rooms: rooms.collect(),
    })
}

fn shown(
    id: RoomId,
    card: RoomCard,
    host_name: Option<String>,
    hearing: &Hearing,
) -> wire::AdminRoom {
    let mut drifts: Vec<f64> = hearing
        .reports
        .iter()
        .filter(|report| report.drift_ms.is_finite())
        .map(|report| report.drift_ms.abs())
        .collect();
    drifts.sort_by(f64::total_cmp);
    wire::AdminRoom {
        room_id: id,
        name: card.name.into(),
        visibility: card.visibility.into(),
        host_id: card.host,
        host_name,
        member_count: card.members,
        connected: hearing.connected,
        playing: card.playing,
        drift_ms: drifts.get(drifts.len() / 2).copied(),
        worst_drift_ms: drifts.last().copied(),
        buffering: hearing.reports.iter().filter(|r| r.buffering).count(),
        last_activity: card.last_activity.to_string(),
    }
}

/// `DELETE admin/rooms/{room_id}`.
async fn close(request: Request) -> Answer {
    let call = by_admin(&request).await?;
    let id: RoomId = request.id(0)?;
    call.app.close_for_all(id).await?;
    tracing::info!(by = %call.user(), room = %id, "an admin closed a room");
    no_content()
}

/// `POST admin/journal/verify`.
async fn verify(request: Request) -> Answer {
    let Call { app, .. } = by_admin(&request).await?;
    let verified = app.verify_journal().await?;
    ok(&wire::JournalVerified {
        streams: verified.streams,
        entries: verified.entries,
        damage: verified.damage.iter().map(ToString::to_string).collect(),
    })
}
