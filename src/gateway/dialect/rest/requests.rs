//! REST of guests' requests: ask, look, decide.

use hyper::{Method, StatusCode};
use serde::Serialize;

use super::rooms::Call;
use super::table::call;
use crate::domain::aggregate::By;
use crate::domain::room::request::{Change, Command, Event};
use crate::domain::room::{self};
use crate::entity::Executed;
use crate::gateway::answer::{self, created, json, ok};
use crate::gateway::route::{Route, route};
use crate::gateway::{from_wire, to_wire};
use crate::ids::{RequestId, RoomId};
use crate::wire::error_code::ErrorBody;
use crate::wire::requests::{
    DenyRequest, RequestAnswer, RequestStatus, RequestedChange, RequestsAnswer, RoomRequest,
};

type Answer<T> = Result<T, ErrorBody>;

/// What a change of the playlist came to.
pub enum Changed<T> {
    /// It is made.
    Made(T),
    /// The caller may only ask for it, and has.
    Asked(Box<RequestAnswer>),
}

impl<T: Serialize> Changed<T> {
    /// 202 where it was asked for, else what `made` says.
    pub fn or(self, made: impl FnOnce(&T) -> answer::Answer) -> answer::Answer {
        match self {
            Self::Made(body) => made(&body),
            Self::Asked(body) => Ok(json(StatusCode::ACCEPTED, &*body)),
        }
    }
}

/// The calls about requests.
pub fn routes() -> Vec<Route> {
    vec![
        route(
            Method::GET,
            "/api/v1/rooms/{room_id}/requests",
            "What guests ask for",
        )
        .query(&["status"])
        .gives::<RequestsAnswer>(200)
        .by(|r| async move { ok(&list(call(&r)?, r.id(0)?, r.query("status")).await?) }),
        route(
            Method::POST,
            "/api/v1/rooms/{room_id}/requests",
            "Ask for a change of the playlist; where you control, it is made at once",
        )
        .takes::<RequestedChange>()
        .gives::<RequestAnswer>(201)
        .by(|r| async move { created(&submit(call(&r)?, r.id(0)?, r.json()?).await?) }),
        route(
            Method::POST,
            "/api/v1/requests/{request_id}/approve",
            "Make the change that was asked for",
        )
        .gives::<RequestAnswer>(200)
        .by(|r| async move {
            let request = r.id(0)?;
            ok(&decide(call(&r)?, request, Command::Approve { request }).await?)
        }),
        route(
            Method::POST,
            "/api/v1/requests/{request_id}/deny",
            "Do not make the change that was asked for",
        )
        .takes::<DenyRequest>()
        .gives::<RequestAnswer>(200)
        .by(|r| async move {
            let (request, DenyRequest { reason }) = (r.id(0)?, r.json()?);
            ok(&decide(call(&r)?, request, Command::Deny { request, reason }).await?)
        }),
        route(
            Method::POST,
            "/api/v1/requests/{request_id}/withdraw",
            "Take your own request back",
        )
        .gives::<RequestAnswer>(200)
        .by(|r| async move {
            let request = r.id(0)?;
            ok(&decide(call(&r)?, request, Command::Withdraw { request }).await?)
        }),
    ]
}

/// `GET rooms/{id}/requests?status=`.
///
/// # Errors
/// Where the caller is no member, or there is no such status.
pub(super) async fn list(call: Call, id: RoomId, status: Option<&str>) -> Answer<RequestsAnswer> {
    let wanted = match status {
        None => None,
        Some(word) => Some(known_status(word)?),
    };
    let found = call.app.requests_of(call.user(), id).await?;
    let all = found.pending.iter().chain(found.decided.iter().rev());
    let mut requests: Vec<RoomRequest> = all
        .map(|request| to_wire::room_request(id, request))
        .collect();
    requests.retain(|request| wanted.is_none_or(|wanted| request.status == wanted));
    Ok(RequestsAnswer { requests })
}

fn known_status(word: &str) -> Answer<RequestStatus> {
    serde_json::from_value(word.into())
        .map_err(|_| answer::invalid("status is pending, approved, denied or withdrawn"))
}

/// `POST rooms/{id}/requests`.
///
/// # Errors
/// As [`ask`].
pub(super) async fn submit(call: Call, id: RoomId, body: RequestedChange) -> Answer<RequestAnswer> {
    let change = from_wire::requested(body)?;
    ask(&call, id, change).await
}

/// Asks for a change in the caller's name.
///
/// # Errors
/// Where the caller is no member, asks too much, or the change could not be made now.
pub async fn ask(call: &Call, id: RoomId, change: Change) -> Answer<RequestAnswer> {
    let executed = call.give(id, Command::Submit(change)).await?;
    let name = executed
        .entry
        .as_ref()
        .and_then(|entry| entry.events.iter().find_map(submitted));
    answered(call, id, name.ok_or_else(|| answer::not_found("request"))?).await
}

fn submitted(event: &room::Event) -> Option<RequestId> {
    match event {
        room::Event::Request(Event::Submitted { request, .. }) => Some(*request),
        _ => None,
    }
}

/// Makes a change of the playlist, or asks for it where the caller does not control.
///
/// # Errors
/// Where neither can be.
pub async fn change(
    call: &Call,
    id: RoomId,
    change: Change,
) -> Answer<Changed<Executed<room::Event>>> {
    let by = By::User(call.user());
    let mut commands: Vec<room::Command> = change.commands().into_iter().map(Into::into).collect();
    let command = match commands.len() {
        1 => commands.remove(0),
        _ => room::Command::Together {
            name: "amend",
            commands,
        },
    };
    match call.app.execute(by, id, command, call.key.clone()).await {
        Ok(executed) => match executed
            .entry
            .iter()
            .find_map(|e| e.events.iter().find_map(submitted))
        {
            // The same call, sent again by who could only ask.
            Some(name) => Ok(Changed::Asked(Box::new(answered(call, id, name).await?))),
            None => Ok(Changed::Made(executed)),
        },
        Err(error) if error.may_ask() => Ok(Changed::Asked(Box::new(ask(call, id, change).await?))),
        Err(error) => Err(error.into()),
    }
}

async fn answered(call: &Call, id: RoomId, name: RequestId) -> Answer<RequestAnswer> {
    let request = call.app.request(id, name).await?;
    Ok(RequestAnswer {
        request: to_wire::room_request(id, &request),
    })
}

/// Decides about a request, in the room it was made in.
///
/// # Errors
/// Where there is none of that name, it is decided, or the caller may not decide.
pub(super) async fn decide(
    call: Call,
    request: RequestId,
    command: Command,
) -> Answer<RequestAnswer> {
    let room = call.app.room_of_request(call.user(), request).await?;
    call.caller.within(room)?;
    call.give(room, command).await?;
    answered(&call, room, request).await
}
