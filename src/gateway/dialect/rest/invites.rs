//! REST of an invite before it is taken: what room it opens, for whoever holds it.

use hyper::Method;

use crate::app::{App, RoomView};
use crate::gateway::answer::{Answer, ok};
use crate::gateway::limits::Limit;
use crate::gateway::request::Request;
use crate::gateway::route::Access::Perhaps;
use crate::gateway::route::Counted::ByAddress;
use crate::gateway::route::{Route, route};
use crate::gateway::to_wire::{self, Lookup};
use crate::ids::UserId;
use crate::wire::error_code::{ErrorBody, ErrorCode};
use crate::wire::invitation::Invitation;

/// The calls about invites that were not taken yet.
pub fn routes() -> Vec<Route> {
    vec![
        route(
            Method::GET,
            "/api/v1/invites/{code}",
            "The room an invite opens, before going in",
        )
        .open_to(Perhaps)
        .counted(ByAddress(Limit::InviteTry))
        .gives::<Invitation>(200)
        .by(show),
    ]
}

async fn show(request: Request) -> Answer {
    let app = &request.gateway.app;
    let code: String = request.id(0)?;
    let id = app.room_by_invite(&code).ok_or_else(opens_nothing)?;
    let view = app.view(id).await.map_err(|_| opens_nothing())?;
    let viewer = request.caller.as_ref().map(|caller| caller.user);
    ok(&described(app, &view, viewer)?)
}

/// # Errors
/// Where the viewer is banned: they are told so, and not who is there.
fn described(app: &App, view: &RoomView, viewer: Option<UserId>) -> Result<Invitation, ErrorBody> {
    let banned = &view.room.moderation.banned;
    if viewer.is_some_and(|viewer| banned.contains_key(&viewer)) {
        return Err(ErrorBody::new(
            ErrorCode::JoinFailed,
            "you are banned from this room",
        ));
    }
    let lookup = Lookup {
        directory: app.directory(),
        presence: app.presence(),
        now: app.clock().now(),
    };
    Ok(to_wire::invitation(view, viewer, lookup))
}

fn opens_nothing() -> ErrorBody {
    ErrorBody::new(
        ErrorCode::NotFound,
        "this invite opens no room: ask for a new one",
    )
}
