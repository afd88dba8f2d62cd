//! REST of signing in: register, login, guest, refresh, logout. Every sign-in opens a session and answers its tokens,
//! in the body and as cookies.

use hyper::StatusCode;
use hyper::header::USER_AGENT;

use crate::app::AppError;
use crate::domain::session;
use crate::domain::user::Credentials;
use crate::domain::user::profile::{Email, Username};
use crate::gateway::answer::{self, Answer, json, no_content};
use crate::gateway::auth::cookies::{self, CSRF_HEADER, Cookie};
use crate::gateway::auth::tickets::TICKET_LIFETIME;
use crate::gateway::auth::tokens::{RefreshToken, Secret};
use crate::gateway::auth::{ACCESS_LIFETIME, passwords, sign_in};
use crate::gateway::limits::Limit;
use crate::gateway::request::Request;
use crate::gateway::to_wire;
use crate::ids::{SessionId, UserId, random_crockford};
use crate::wire::error_code::{ErrorBody, ErrorCode};
use crate::wire::rest;

/// `POST auth/register`.
///
/// # Errors
/// Where a name cannot be had or the password is not good enough.
pub async fn register(request: Request) -> Answer {
    let body: rest::Register = request.json()?;
    let set = request.gateway.settings.now();
    if !set.registration && request.gateway.app.directory().is_anybody_registered() {
        return Err(closed("this server takes no new accounts"));
    }
    let app = &request.gateway.app;
    let guest = match &request.caller {
        Some(caller) => app
            .account(caller.user)
            .await?
            .password_hash
            .is_none()
            .then_some(caller.user),
        None => None,
    };
    let username = Username::new(&body.username).map_err(rejected)?;
    let email = body.email.as_deref().filter(|email| !email.is_empty());
    let email = email.map(Email::new).transpose().map_err(rejected)?;
    let own_names: Vec<&str> = [Some(username.as_str()), email.as_ref().map(Email::as_str)]
        .into_iter()
        .flatten()
        .collect();
    passwords::check_quality(&body.password, &own_names)?;
    let credentials = Credentials {
        password_hash: request
            .gateway
            .authority
            .passwords
            .hash(body.password)
            .await?,
        username,
        email,
    };
    let key = request.key()?;
    let user = app.register(guest, credentials, body.name, key).await?;
    signed_in(&request, user, StatusCode::CREATED).await
}

fn rejected(rejection: crate::domain::user::profile::Rejection) -> ErrorBody {
    AppError::User(rejection.into()).into()
}

fn closed(why: &str) -> ErrorBody {
    ErrorBody::new(ErrorCode::Forbidden, why)
}

/// `POST auth/login`.
///
/// # Errors
/// The same one, in the same time, whether the account is unknown or the password wrong.
pub async fn login(request: Request) -> Answer {
    let body: rest::Login = request.json()?;
    let name = match (&body.username, &body.email) {
        (Some(name), None) | (None, Some(name)) => name.as_str(),
        _ => return Err(answer::invalid("give username or email")),
    };
    let gateway = &request.gateway;
    gateway
        .limits
        .charge(Limit::LoginAccount, name.to_lowercase())?;
    let user = gateway.app.find_login(name);
    let account = match user {
        Some(user) => Some(gateway.app.account(user).await?),
        None => None,
    };
    let phc = account.and_then(|account| account.password_hash);
    let password = body.password;
    if password.len() > passwords::LONGEST {
        return Err(wrong());
    }
    let right = gateway.authority.passwords.verify(password, phc).await?;
    match user {
        Some(user) if right => signed_in(&request, user, StatusCode::OK).await,
        _ => Err(wrong()),
    }
}

fn wrong() -> ErrorBody {
    sign_in("the name or the password is wrong")
}

/// `POST auth/ticket`.
///
/// # Errors
/// Where the caller's token is for another room.
pub async fn ticket(request: Request) -> Answer {
    let body: rest::AskTicket = request.json()?;
    let gateway = &request.gateway;
    let clock = gateway.app.clock().as_ref();
    let ticket = gateway
        .authority
        .issue_ticket(clock, &request.caller()?, body.room_id)?;
    answer::created(&rest::Ticket {
        ticket,
        expires_in: TICKET_LIFETIME.as_ms().unsigned_abs() / 1_000,
    })
}

/// `POST auth/guest`.
///
/// # Errors
/// Where the name does not fit.
pub async fn guest(request: Request) -> Answer {
    let body: rest::Guest = request.json()?;
    if !request.gateway.settings.now().guests {
        return Err(closed("this server takes no guests: make an account"));
    }
    let user = new_guest(&request, body.name).await?;
    signed_in(&request, user, StatusCode::CREATED).await
}

async fn new_guest(request: &Request, name: Option<String>) -> Result<UserId, ErrorBody> {
    let name = name
        .filter(|name| !name.trim().is_empty())
        .unwrap_or_else(|| format!("Guest {}", random_crockford(4)));
    Ok(request.gateway.app.become_guest(name).await?)
}

/// Somebody without an account, for one visit: no refresh token is given out, so nothing renews their sign-in.
pub(super) async fn visitor(
    request: &Request,
    name: Option<String>,
) -> Result<(UserId, SessionId), ErrorBody> {
    let address = request.peer.network();
    request.gateway.limits.charge(Limit::Guest, address)?;
    let user = new_guest(request, name).await?;
    let (app, unknown) = (&request.gateway.app, Secret::fresh().hash());
    let session = app.open_session(user, device(request), unknown).await?;
    Ok((user, session))
}

/// Opens a session for `user` and answers its tokens.
async fn signed_in(request: &Request, user: UserId, status: StatusCode) -> Answer {
    let secret = Secret::fresh();
    let app = &request.gateway.app;
    let session = app
        .open_session(user, device(request), secret.hash())
        .await?;
    tokens(request, user, &secret.of(session), status).await
}

/// What the device calls itself.
fn device(request: &Request) -> String {
    let agent = request.headers.get(USER_AGENT);
    let agent = agent.and_then(|agent| agent.to_str().ok());
    agent.unwrap_or("unknown").to_owned()
}

async fn tokens(
    request: &Request,
    user: UserId,
    refresh: &RefreshToken,
    status: StatusCode,
) -> Answer {
    let gateway = &request.gateway;
    let clock = gateway.app.clock().as_ref();
    let (access, _) = gateway
        .authority
        .issue_access(clock, user, refresh.session)?;
    let account = gateway.app.account(user).await?;
    let refresh_token = refresh.reveal();
    let csrf = gateway.authority.csrf_token(refresh.session);
    let body = rest::SignedIn {
        user: to_wire::user(user, &account),
        access_token: access,
        refresh_token,
        expires_in: ACCESS_LIFETIME.as_ms().unsigned_abs() / 1000,
        session_id: refresh.session,
    };
    let mut response = json(status, &body);
    let tls = request.peer.tls;
    cookies::put(
        &mut response,
        tls,
        &body.access_token,
        &body.refresh_token,
        &csrf,
    );
    Ok(response)
}

/// The refresh token shown, in the body or as a cookie; nothing where there is none.
fn shown(request: &Request) -> Result<Option<RefreshToken>, ErrorBody> {
    let body: rest::Refresh = request.json()?;
    if let Some(text) = body.refresh_token {
        return RefreshToken::parse(&text).map(Some).ok_or_else(not_valid);
    }
    let cookie = Cookie::Refresh.read(&request.headers, request.peer.tls);
    let Some(token) = cookie.and_then(RefreshToken::parse) else {
        return Ok(None);
    };
    if request.shows_csrf(token.session) {
        Ok(Some(token))
    } else {
        Err(ErrorBody::new(
            ErrorCode::Forbidden,
            format!("a change signed in by cookie needs the header {CSRF_HEADER}"),
        ))
    }
}

fn not_valid() -> ErrorBody {
    sign_in("this refresh token is not valid: sign in again")
}

/// `POST auth/refresh`. A token that was exchanged before means that somebody has a copy: the session is over then.
///
/// # Errors
/// [`ErrorCode::AuthRequired`].
pub async fn refresh(request: Request) -> Answer {
    let shown = shown(&request)?.ok_or_else(|| sign_in("show a refresh token"))?;
    let next = Secret::fresh();
    let command = session::Command::Refresh {
        shown: shown.hash(),
        next: next.hash(),
    };
    let app = &request.gateway.app;
    let events = app.session_command(shown.session, command).await;
    let events = events.map_err(|error| match error {
        AppError::Session(_) | AppError::NotFound(_) => not_valid(),
        error => error.into(),
    })?;
    let over = |event: &session::Event| matches!(event, session::Event::Revoked { .. });
    if events.iter().any(over) {
        return Err(sign_in("this session is over: sign in again"));
    }
    let user = app.session(shown.session).await?.user;
    tokens(&request, user, &next.of(shown.session), StatusCode::OK).await
}

/// `POST auth/logout`: signs out the session of the refresh token shown, else the caller's own.
///
/// # Errors
/// [`ErrorCode::AuthRequired`] where nothing says whose.
pub async fn logout(request: Request) -> Answer {
    let app = &request.gateway.app;
    let session = match (shown(&request)?, &request.caller) {
        (Some(token), _) => match app.session(token.session).await {
            Ok(open) if open.token == token.hash() || open.former.contains(&token.hash()) => {
                Some(token.session)
            }
            Ok(_) => return Err(not_valid()),
            Err(AppError::Session(_) | AppError::NotFound(_)) => None,
            Err(error) => return Err(error.into()),
        },
        (None, Some(caller)) => Some(caller.session),
        (None, None) => return Err(sign_in("show a refresh token, or sign in")),
    };
    if let Some(session) = session {
        app.session_command(session, session::Command::Revoke)
            .await?;
    }
    let mut response = no_content()?;
    cookies::clear(&mut response, request.peer.tls);
    Ok(response)
}
