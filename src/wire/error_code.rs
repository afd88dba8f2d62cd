//! The one public error catalogue, for REST and for every socket. Each code says whether to retry, to fix, or to stop.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What went wrong, for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ErrorCode {
    /// No valid sign-in came with this. Fix: sign in, or refresh the token.
    AuthRequired,
    /// This sign-in may not do that. Stop.
    Forbidden,
    /// There is no such thing, or you may not know of it. Stop.
    NotFound,
    /// It collides with what is there: a taken name, a decision made already, a command id used for something else. Fix.
    Conflict,
    /// The request is not well formed; the message names what is wrong. Fix.
    InvalidRequest,
    /// This room does not let you in. Stop, or show an invite.
    JoinFailed,
    /// Only the host may do that. Stop.
    UpdateFailed,
    /// You are not in this room. Fix: join it.
    NotInRoom,
    /// Too many of these. Retry after `retry_after_ms`.
    RateLimited,
    /// The body or message is too large. Fix.
    PayloadTooLarge,
    /// The disk is full: nothing was changed. Retry later; reading goes on.
    StorageFull,
    /// The journal takes no changes: nothing was changed. Retry later; reading goes on.
    ReadOnly,
    /// Too much at once: nothing was changed. Retry after `retry_after_ms`.
    Overloaded,
    /// Something broke in the server; it is logged. Retry; with a command id it applies once at most.
    Internal,
}

impl ErrorCode {
    /// The HTTP status that goes with it.
    pub const fn status(self) -> u16 {
        match self {
            Self::InvalidRequest => 400,
            Self::AuthRequired => 401,
            Self::Forbidden | Self::JoinFailed | Self::UpdateFailed | Self::NotInRoom => 403,
            Self::NotFound => 404,
            Self::Conflict => 409,
            Self::PayloadTooLarge => 413,
            Self::RateLimited => 429,
            Self::Internal => 500,
            Self::ReadOnly | Self::Overloaded => 503,
            Self::StorageFull => 507,
        }
    }
}

/// The one error shape.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ErrorBody {
    /// For programs.
    pub code: ErrorCode,
    /// For people: names what was wrong.
    pub message: String,
    /// When to try again, where that can help: in milliseconds from now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<u64>,
}

impl ErrorBody {
    /// An error without a time to retry.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            retry_after_ms: None,
        }
    }

    /// An error that passes by itself.
    pub fn retry(code: ErrorCode, message: impl Into<String>, retry_after_ms: u64) -> Self {
        Self {
            code,
            message: message.into(),
            retry_after_ms: Some(retry_after_ms),
        }
    }
}
