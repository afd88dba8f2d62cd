//! REST of oneself: name, e-mail address, password, signed-in devices.

use crate::app::AppError;
use crate::domain::session;
use crate::domain::user;
use crate::domain::user::profile::{Email, Username};
use crate::gateway::Gateway;
use crate::gateway::answer::{self, Answer, no_content, ok};
use crate::gateway::auth::{Caller, cookies, passwords};
use crate::gateway::limits::Limit;
use crate::gateway::request::Request;
use crate::gateway::to_wire;
use crate::ids::{SessionId, UserId};
use crate::time::Span;
use crate::wire::error_code::{ErrorBody, ErrorCode};
use crate::wire::rest;

/// `GET me`.
///
/// # Errors
/// Where the machine says no.
pub async fn show(request: Request) -> Answer {
    let caller = request.caller()?;
    answer(&request, &caller).await
}

async fn answer(request: &Request, caller: &Caller) -> Answer {
    let app = &request.gateway.app;
    let account = app.account(caller.user).await?;
    let device = app.session(caller.session).await?;
    ok(&rest::UserAnswer {
        user: rest::Me {
            user: to_wire::user(caller.user, &account),
            email: account
                .email
                .as_ref()
                .map(|email| email.as_str().to_owned()),
            created_at: account.created_at.to_string(),
            output_latency_ms: device.output_latency.as_ms(),
            is_admin: account.is_admin,
        },
    })
}

/// `POST auth/username`.
///
/// # Errors
/// Where it cannot be had.
pub async fn set_username(request: Request) -> Answer {
    let body: rest::SetUsername = request.json()?;
    let caller = request.caller()?;
    let username = Username::new(&body.username).map_err(rejected)?;
    let command = user::Command::SetUsername(username);
    let app = &request.gateway.app;
    app.user_command(caller.user, command, request.key()?)
        .await?;
    answer(&request, &caller).await
}

fn rejected(rejection: user::profile::Rejection) -> ErrorBody {
    AppError::User(rejection.into()).into()
}

/// `PATCH me`. Everything is checked for shape before anything is changed; each change is a command of its own.
///
/// # Errors
/// Where a value does not fit, or the current password is wrong.
pub async fn patch(request: Request) -> Answer {
    let body: rest::PatchMe = request.json()?;
    let caller = request.caller()?;
    let gateway = &request.gateway;
    let mut commands = Vec::new();
    if let Some(name) = body.name {
        user::profile::check_name(&name).map_err(rejected)?;
        commands.push(user::Command::SetName(name));
    }
    if let Some(email) = body.email {
        let email = match email.as_str() {
            "" => None,
            text => Some(Email::new(text).map_err(rejected)?),
        };
        commands.push(user::Command::SetEmail(email));
    }
    let new_password_given = body.password.is_some();
    if let Some(password) = body.password {
        commands.push(new_password(&request, &caller, password, body.current_password).await?);
    }
    if let Some(latency) = body.output_latency_ms {
        let command = session::Command::SetOutputLatency(Span::from_ms(latency));
        gateway.app.session_command(caller.session, command).await?;
    }
    for command in commands {
        gateway.app.user_command(caller.user, command, None).await?;
    }
    if new_password_given {
        sign_out_others(&request, &caller).await?;
    }
    answer(&request, &caller).await
}

/// Whoever had the old password has it no more: every other device signs in again.
async fn sign_out_others(request: &Request, caller: &Caller) -> Result<(), ErrorBody> {
    let app = &request.gateway.app;
    for id in app.sessions_of(caller.user) {
        if id != caller.session {
            app.session_command(id, session::Command::Revoke).await?;
        }
    }
    Ok(())
}

/// A new password, where the caller knows the old one.
async fn new_password(
    request: &Request,
    caller: &Caller,
    password: String,
    current: Option<String>,
) -> Result<user::Command, ErrorBody> {
    let gateway = &request.gateway;
    let account = gateway.app.account(caller.user).await?;
    let Some(phc) = account.password_hash else {
        return Err(answer::invalid(
            "password: a guest has none; register instead",
        ));
    };
    check_password(gateway, caller, current, phc).await?;
    let username = account.username.as_ref().map_or("", Username::as_str);
    passwords::check_quality(&password, &[username])?;
    let hash = gateway.authority.passwords.hash(password).await?;
    Ok(user::Command::SetPassword(hash))
}

/// Whoever does this must know the password: an unlocked phone is not enough.
async fn check_password(
    gateway: &Gateway,
    caller: &Caller,
    current: Option<String>,
    phc: String,
) -> Result<(), ErrorBody> {
    gateway.limits.charge(Limit::LoginAccount, caller.user)?;
    let current = current.ok_or_else(|| answer::invalid("current_password is missing"))?;
    let pool = &gateway.authority.passwords;
    if current.len() > passwords::LONGEST || !pool.verify(current, Some(phc)).await? {
        return Err(ErrorBody::new(
            ErrorCode::Forbidden,
            "the current password is wrong",
        ));
    }
    Ok(())
}

/// `DELETE me`: out of every room, signed out everywhere, nobody's friend, and no account.
///
/// # Errors
/// [`ErrorCode::Forbidden`] where the password is wrong, [`ErrorCode::Conflict`] for an admin.
pub async fn erase(request: Request) -> Answer {
    let body: rest::EraseMe = request.json()?;
    let caller = request.caller()?;
    let gateway = &request.gateway;
    let account = gateway.app.account(caller.user).await?;
    if account.is_admin {
        return Err(cannot_erase_oneself());
    }
    if let Some(phc) = account.password_hash {
        check_password(gateway, &caller, body.current_password, phc).await?;
    }
    forget(gateway, caller.user).await?;
    tracing::info!(user = %caller.user, "a person erased themselves");
    let mut response = no_content()?;
    cookies::clear(&mut response, request.peer.tls);
    Ok(response)
}

/// Erases a person and what they uploaded.
pub(super) async fn forget(gateway: &Gateway, id: UserId) -> Result<(), ErrorBody> {
    gateway.app.erase_user(id).await?;
    for media in gateway.catalog.list(id) {
        if media.uploaded_by == Some(id) {
            gateway.catalog.delete(id, media.id).await?;
        }
    }
    Ok(())
}

pub(super) fn cannot_erase_oneself() -> ErrorBody {
    ErrorBody::new(
        ErrorCode::Conflict,
        "an admin cannot erase themselves: somebody has to run the server",
    )
}

/// `GET me/sessions`.
///
/// # Errors
/// Where the machine says no.
pub async fn sessions(request: Request) -> Answer {
    let caller = request.caller()?;
    let app = &request.gateway.app;
    let mut sessions = Vec::new();
    for id in app.sessions_of(caller.user).into_iter().rev() {
        match app.session(id).await {
            Ok(open) => sessions.push(rest::Session {
                session_id: id,
                client: open.client,
                opened_at: open.opened_at.to_string(),
                refreshed_at: open.refreshed_at.to_string(),
                current: id == caller.session,
            }),
            Err(AppError::Session(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    ok(&rest::Sessions { sessions })
}

/// `DELETE me/sessions/{id}`.
///
/// # Errors
/// [`ErrorCode::NotFound`] where it is not one of the caller's.
pub async fn sign_out(request: Request) -> Answer {
    let caller = request.caller()?;
    let id: SessionId = request.id(0)?;
    let app = &request.gateway.app;
    let theirs = app
        .session(id)
        .await
        .is_ok_and(|open| open.user == caller.user);
    if !theirs {
        return Err(answer::not_found("session"));
    }
    app.session_command(id, session::Command::Revoke).await?;
    no_content()
}
