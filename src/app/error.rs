//! Why a use case came to nothing.

use crate::domain::{room, session, user};
use crate::entity::{ExecuteError, Failure};
use crate::journal::Damage;

/// Why a use case came to nothing. The gateway puts it into the one error shape.
#[derive(Debug, Clone, PartialEq)]
pub enum AppError {
    /// A room says no.
    Room(room::Rejection),
    /// A user says no.
    User(user::Rejection),
    /// A session says no.
    Session(session::Rejection),
    /// The command id was used for another command.
    KeyReused,
    /// There is no such thing, or the caller may not know of it.
    NotFound(&'static str),
    /// It is too much to be kept at once; so many of the first would fit.
    TooMuch(usize),
    /// The machine says no.
    Failed(Failure),
}

impl AppError {
    /// Whether the caller may not do it, but may ask for it.
    pub fn may_ask(&self) -> bool {
        *self == Self::Room(room::Rejection::MayNotControl)
    }
}

macro_rules! from_aggregates {
    ($($slice:ident => $variant:ident;)*) => {$(
        impl From<$slice::Rejection> for AppError {
            fn from(rejection: $slice::Rejection) -> Self {
                Self::$variant(rejection)
            }
        }

        impl From<ExecuteError<$slice::Rejection>> for AppError {
            fn from(error: ExecuteError<$slice::Rejection>) -> Self {
                match error {
                    ExecuteError::Rejected(rejection) => rejection.into(),
                    ExecuteError::KeyReused => Self::KeyReused,
                    ExecuteError::Failed(failure) => Self::Failed(failure),
                }
            }
        }
    )*};
}

from_aggregates! {
    room => Room;
    user => User;
    session => Session;
}

impl From<Failure> for AppError {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<Damage> for AppError {
    fn from(damage: Damage) -> Self {
        tracing::error!(%damage, "the journal could not be read");
        Self::Failed(Failure::Unknown(
            "a part of the journal is damaged".to_owned(),
        ))
    }
}
