//! Answers: JSON, nothing, and the one error shape.

use hyper::StatusCode;
use hyper::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use serde::Serialize;

use super::json as json_text;
use crate::wire::error_code::{ErrorBody, ErrorCode};

/// What a route answers.
pub type Response = warp::reply::Response;

/// What a handler yields.
pub type Answer = Result<Response, ErrorBody>;

/// A JSON answer with that status. Never cached: it is somebody's.
pub fn json<T: Serialize>(status: StatusCode, body: &T) -> Response {
    match json_text::written(body, <[u8]>::to_vec) {
        Ok(bytes) => raw(status, "application/json", bytes),
        Err(error) => {
            tracing::error!(%error, "an answer cannot be written as JSON");
            error_with(StatusCode::INTERNAL_SERVER_ERROR, &broken())
        }
    }
}

/// 200 and JSON.
pub fn ok<T: Serialize>(body: &T) -> Answer {
    Ok(json(StatusCode::OK, body))
}

/// 201 and JSON.
pub fn created<T: Serialize>(body: &T) -> Answer {
    Ok(json(StatusCode::CREATED, body))
}

/// 204.
pub fn no_content() -> Answer {
    let mut response = Response::default();
    *response.status_mut() = StatusCode::NO_CONTENT;
    Ok(response)
}

/// Bytes of a type, with that status, not to be cached.
pub fn raw(status: StatusCode, content_type: &'static str, bytes: Vec<u8>) -> Response {
    let mut response = Response::new(bytes.into());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// An error in the one shape, with the status of its code.
pub fn error(body: &ErrorBody) -> Response {
    let status = StatusCode::from_u16(body.code.status());
    error_with(status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), body)
}

/// An error in the one shape, with another status than its code's: 405.
pub fn error_with(status: StatusCode, body: &ErrorBody) -> Response {
    let bytes = serde_json::to_vec(body).unwrap_or_default();
    let mut response = raw(status, "application/json", bytes);
    if let Some(ms) = body.retry_after_ms {
        let seconds = HeaderValue::from(ms.div_ceil(1000).max(1));
        response.headers_mut().insert(RETRY_AFTER, seconds);
    }
    response
}

/// The answer where something broke: the cause is in the log, not here.
pub fn broken() -> ErrorBody {
    ErrorBody::new(
        ErrorCode::Internal,
        "something broke in the server; try again",
    )
}

/// There is no such thing, or the caller may not know of it.
pub fn not_found(what: &str) -> ErrorBody {
    ErrorBody::new(ErrorCode::NotFound, format!("there is no such {what}"))
}

/// The request is not well formed.
pub fn invalid(message: impl Into<String>) -> ErrorBody {
    ErrorBody::new(ErrorCode::InvalidRequest, message)
}
