//! Who calls: access tokens, refresh tokens and passwords.
//!
//! An access token says a user and a session, for minutes; that the session is still open is asked of the session itself,
//! every time. Knows no routes; cookies are `cookies`' business.

pub mod cookies;
pub mod passwords;
pub mod secrets;
pub mod tickets;
pub mod tokens;

use crate::app::{App, AppError};
use crate::clock::Clock;
use crate::domain::session;
use crate::ids::{RoomId, SessionId, UserId};
use crate::time::{Span, Timestamp};
use crate::wire::error_code::{ErrorBody, ErrorCode};

use passwords::Passwords;
use secrets::Secrets;
use tickets::Tickets;
use tokens::Keys;

/// How long an access token holds.
pub const ACCESS_LIFETIME: Span = Span::from_secs(600);
/// How long a token for one room holds.
pub const ROOM_LIFETIME: Span = Span::from_secs(3_600);

/// Who calls, as a valid access token of an open session says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Who.
    pub user: UserId,
    /// From which device.
    pub session: SessionId,
    /// Until when the token holds.
    pub expires_at: Timestamp,
    /// The one room the token opens; everything, where there is none.
    pub scope: Option<RoomId>,
}

impl Caller {
    /// Fails where the token is for another room.
    ///
    /// # Errors
    /// [`ErrorCode::Forbidden`].
    pub fn within(&self, room: RoomId) -> Result<(), ErrorBody> {
        match self.scope {
            Some(scope) if scope != room => Err(out_of_scope()),
            _ => Ok(()),
        }
    }
}

fn out_of_scope() -> ErrorBody {
    ErrorBody::new(
        ErrorCode::Forbidden,
        "this token opens one session only, and not this",
    )
}

/// Checks and makes what people sign in with.
#[derive(Debug)]
pub struct Authority {
    keys: Keys,
    tickets: Tickets,
    /// Passwords, hashed and checked in a bounded pool.
    pub passwords: Passwords,
}

impl Authority {
    /// With these secrets.
    pub fn new(secrets: &Secrets) -> Self {
        Self {
            keys: Keys::new(secrets),
            tickets: Tickets::default(),
            passwords: Passwords::new(),
        }
    }

    /// An access token for an open session, and when it expires.
    ///
    /// # Errors
    /// Where it cannot be made; the cause is logged.
    pub fn issue_access(
        &self,
        clock: &dyn Clock,
        user: UserId,
        session: SessionId,
    ) -> Result<(String, Timestamp), ErrorBody> {
        let now = clock.now();
        let caller = Caller {
            user,
            session,
            expires_at: now + ACCESS_LIFETIME,
            scope: None,
        };
        Ok((self.keys.sign(&caller, now)?, caller.expires_at))
    }

    /// A token that opens one room and nothing else, for [`ROOM_LIFETIME`].
    ///
    /// # Errors
    /// Where it cannot be made; the cause is logged.
    pub fn issue_for_room(
        &self,
        clock: &dyn Clock,
        user: UserId,
        session: SessionId,
        room: RoomId,
    ) -> Result<String, ErrorBody> {
        let now = clock.now();
        let caller = Caller {
            user,
            session,
            expires_at: now + ROOM_LIFETIME,
            scope: Some(room),
        };
        self.keys.sign(&caller, now)
    }

    /// Who holds an access token, where it is valid and its session open.
    ///
    /// # Errors
    /// [`ErrorCode::AuthRequired`], [`ErrorCode::Forbidden`] where it is for one room only, or where the machine says no.
    pub async fn check_access(&self, app: &App, token: &str) -> Result<Caller, ErrorBody> {
        unscoped(self.check_any(app, token).await?)
    }

    /// The same, also for one room: whoever calls this asks [`Caller::within`] before anything else.
    ///
    /// # Errors
    /// [`ErrorCode::AuthRequired`], or where the machine says no.
    pub async fn check_any(&self, app: &App, token: &str) -> Result<Caller, ErrorBody> {
        let caller = self.keys.verify(token, app.clock().now()).ok_or_else(|| {
            sign_in("this access token is not valid: sign in again, or refresh it")
        })?;
        still_open(app, caller).await
    }

    /// Who shows an access token, or a ticket that stands for one, in an address. A ticket is used up by this.
    ///
    /// # Errors
    /// As [`Self::check_any`].
    pub async fn check_shown(&self, app: &App, shown: &str) -> Result<Caller, ErrorBody> {
        if !Tickets::is_one(shown) {
            return self.check_any(app, shown).await;
        }
        let caller = self.tickets.redeem(shown, app.clock().now());
        let used = || sign_in("this ticket is used, too old, or never was one: ask for another");
        still_open(app, caller.ok_or_else(used)?).await
    }

    /// A ticket that stands for the caller's token, once and soon; for that room only, where one is named.
    ///
    /// # Errors
    /// [`ErrorCode::Forbidden`] where the caller's token is for another room.
    pub fn issue_ticket(
        &self,
        clock: &dyn Clock,
        caller: &Caller,
        room: Option<RoomId>,
    ) -> Result<String, ErrorBody> {
        if let Some(room) = room {
            caller.within(room)?;
        }
        let narrowed = Caller {
            scope: room.or(caller.scope),
            ..caller.clone()
        };
        Ok(self.tickets.issue(narrowed, clock.now()))
    }

    /// What a mutation authenticated by cookie must show for that session.
    pub fn csrf_token(&self, session: SessionId) -> String {
        self.keys.csrf_token(session)
    }

    /// Whether that is it.
    pub fn is_csrf_token(&self, session: SessionId, shown: &str) -> bool {
        self.keys.is_csrf_token(session, shown)
    }
}

/// The caller, where the session is still open.
async fn still_open(app: &App, caller: Caller) -> Result<Caller, ErrorBody> {
    match app.session(caller.session).await {
        Ok(open) if open.user == caller.user => Ok(caller),
        Ok(_) | Err(AppError::Session(session::Rejection::SignedOut)) => {
            Err(sign_in("this session is over: sign in again"))
        }
        Err(error) => Err(error.into()),
    }
}

/// Fails where the token opens one room only.
///
/// # Errors
/// [`ErrorCode::Forbidden`].
pub fn unscoped(caller: Caller) -> Result<Caller, ErrorBody> {
    match caller.scope {
        None => Ok(caller),
        Some(_) => Err(out_of_scope()),
    }
}

/// A call without a valid sign-in.
pub fn sign_in(message: &str) -> ErrorBody {
    ErrorBody::new(ErrorCode::AuthRequired, message)
}
