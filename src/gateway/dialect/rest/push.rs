//! REST of Web Push: what to subscribe with, and this device's subscription.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::app::AppError;
use crate::domain::session::Command;
use crate::domain::session::push::Subscription;
use crate::gateway::answer::{self, Answer, no_content, ok};
use crate::gateway::request::Request;
use crate::wire::push::{PushKey, SetPush};

/// `GET push/key`.
///
/// # Errors
/// None of its own.
pub async fn key(request: Request) -> Answer {
    let push = request.gateway.push.as_ref();
    ok(&PushKey {
        key: push.map(|push| push.vapid.public().to_owned()),
    })
}

/// `PUT me/push`.
///
/// # Errors
/// Where this server sends nothing, or not to that service, or that is no subscription.
pub async fn set(request: Request) -> Answer {
    let body: SetPush = request.json()?;
    let caller = request.caller()?;
    let gateway = &request.gateway;
    let push = gateway.push.as_ref();
    let push = push.ok_or_else(|| answer::not_found("service: Web Push is off here"))?;
    if push.hosts.target(&body.endpoint).is_none() {
        return Err(answer::invalid(
            "endpoint: this server does not speak to that push service",
        ));
    }
    let bytes = |name: &str, text: &str| {
        let text = text.trim_end_matches('=');
        let decoded = URL_SAFE_NO_PAD.decode(text);
        decoded.map_err(|_| answer::invalid(format!("keys.{name}: this is not base64url")))
    };
    let key = bytes("p256dh", &body.keys.p256dh)?;
    let secret = bytes("auth", &body.keys.auth)?;
    let subscription =
        Subscription::new(&body.endpoint, &key, &secret).map_err(AppError::Session)?;
    let command = Command::SetPush(Some(Box::new(subscription)));
    gateway.app.session_command(caller.session, command).await?;
    no_content()
}

/// `DELETE me/push`.
///
/// # Errors
/// Where the machine says no.
pub async fn unset(request: Request) -> Answer {
    let caller = request.caller()?;
    let app = &request.gateway.app;
    app.session_command(caller.session, Command::SetPush(None))
        .await?;
    no_content()
}
