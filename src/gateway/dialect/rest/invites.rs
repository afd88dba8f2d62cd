//! REST of an invite before it is taken: what room it opens, for whoever holds it.

use hyper::Method;

use crate::gateway::answer::{Answer, ok};
use crate::gateway::limits::Limit;
use crate::gateway::request::Request;
use crate::gateway::route::Access::Perhaps;
use crate::gateway::route::Counted::ByAddress;
use crate::gateway::route::{Route, route};
use crate::gateway::to_wire;
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

/// Who is banned is told so, and not who is there.
async fn show(request: Request) -> Answer {
    let app = &request.gateway.app;
    let code: String = request.id(0)?;
    let viewer = request.caller.as_ref().map(|caller| caller.user);
    let door = app.doorstep(&code, viewer).await?;
    if door.banned {
        return Err(ErrorBody::new(
            ErrorCode::JoinFailed,
            "you are banned from this room",
        ));
    }
    ok(&to_wire::invitation(door, app.directory()))
}
