//! The native socket `/ws`, subprotocol `tutti.v1`: hello, watch with resume, command, time, report, react.
//!
//! One task a connection reads; everything it is told goes through its outbox. What a room says is encoded once for all
//! native connections.

mod conversation;
mod encoder;

pub use conversation::{Terms, converse};
pub use encoder::NativeEncoder;

use crate::gateway::auth::unscoped;
use crate::gateway::route::{Access, Gives, Route, route};
use crate::gateway::{answer, ws};

/// The subprotocol's name.
pub const SUBPROTOCOL: &str = "tutti.v1";

/// Close codes of the native socket, beside the standard ones.
pub mod close {
    /// The client broke the protocol.
    pub const PROTOCOL: u16 = 4400;
    /// No valid sign-in, or it is over.
    pub const AUTH_REQUIRED: u16 = 4401;
    /// The server restarts: come back.
    pub const RESTART: u16 = 1012;
}

/// `GET /ws`: the upgrade.
pub fn route_of_socket() -> Route {
    route(hyper::Method::GET, "/ws", "The native socket")
        .open_to(Access::Anybody)
        .query(&["token"])
        .gives_other(101, Gives::Socket)
        .by(|mut request| async move {
            let handshake = request.handshake.take().ok_or_else(answer::broken)?;
            let shown = request.query("token").map(str::to_owned);
            let gateway = request.gateway;
            let known = match shown {
                None => None,
                Some(shown) => {
                    handshake.check()?;
                    let caller = gateway.authority.check_shown(&gateway.app, &shown).await?;
                    Some(unscoped(caller)?)
                }
            };
            let terms = gateway.native.clone();
            let limits = gateway.limits.socket();
            ws::accept(&gateway.sockets, handshake, Some(SUBPROTOCOL), |socket| {
                converse(terms, socket, (limits, known))
            })
        })
}
