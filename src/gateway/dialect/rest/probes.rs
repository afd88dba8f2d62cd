//! What machines ask about the server itself.

use hyper::StatusCode;

use crate::gateway::answer::{self, Answer, ok, raw};
use crate::gateway::request::Request;
use crate::gateway::schemas;
use crate::journal::Health;
use crate::wire::error_code::{ErrorBody, ErrorCode};
use crate::wire::features::Features;
use crate::wire::rest;

/// `GET /healthz`: it answers at all.
///
/// # Errors
/// None.
pub async fn healthy(_: Request) -> Answer {
    Ok(raw(
        StatusCode::OK,
        "text/plain; charset=utf-8",
        b"ok\n".to_vec(),
    ))
}

/// `GET /readyz`: it knows everything it should, and takes changes.
///
/// # Errors
/// Where it does not; why.
pub async fn ready(request: Request) -> Answer {
    let app = &request.gateway.app;
    if !app.is_ready() {
        let wait = "the server is still reading its journal";
        return Err(ErrorBody::retry(ErrorCode::Overloaded, wait, 1_000));
    }
    match app.health() {
        Health::Writable => healthy(request).await,
        Health::StorageFull => Err(ErrorBody::new(
            ErrorCode::StorageFull,
            "the server's disk is full",
        )),
        Health::ReadOnly(_) => Err(ErrorBody::new(
            ErrorCode::ReadOnly,
            "the server takes no changes",
        )),
    }
}

/// `GET /version`.
///
/// # Errors
/// None.
pub async fn version(_: Request) -> Answer {
    ok(&rest::Version {
        name: env!("CARGO_PKG_NAME").to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    })
}

/// `GET features`.
///
/// # Errors
/// None.
pub async fn features(request: Request) -> Answer {
    ok(&Features {
        youtube: request.gateway.settings.now().youtube,
    })
}

/// `GET /api/v1/openapi.json`.
///
/// # Errors
/// None.
pub async fn openapi(_: Request) -> Answer {
    Ok(document(schemas::OPENAPI))
}

/// `GET /asyncapi.json`.
///
/// # Errors
/// None.
pub async fn asyncapi(_: Request) -> Answer {
    Ok(document(schemas::ASYNCAPI))
}

fn document(text: &'static str) -> answer::Response {
    raw(StatusCode::OK, "application/json", text.into())
}
