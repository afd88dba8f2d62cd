//! REST of how the server is set while it runs, by those who run it.

use hyper::Method;
use serde_json::Value;

use super::admin::by_admin;
use crate::gateway::Gateway;
use crate::gateway::answer::{self, Answer, ok};
use crate::gateway::request::Request;
use crate::gateway::route::{Route, route};
use crate::rates::Rates;
use crate::settings::{Change, NotSet, Settings};
use crate::wire::admin as wire;

const PATH: &str = "/api/v1/admin/settings";

/// The calls.
pub(super) fn routes() -> Vec<Route> {
    vec![
        route(Method::GET, PATH, "How the server is set")
            .gives::<wire::ServerSettingsAnswer>(200)
            .by(settings),
        route(Method::PATCH, PATH, "Set the server while it runs")
            .takes::<wire::PatchServerSettings>()
            .gives::<wire::ServerSettingsAnswer>(200)
            .by(set),
    ]
}

/// `GET admin/settings`.
async fn settings(request: Request) -> Answer {
    by_admin(&request).await?;
    ok(&told(&request.gateway))
}

/// `PATCH admin/settings`.
async fn set(request: Request) -> Answer {
    let call = by_admin(&request).await?;
    let change = change(request.json()?);
    let by = call.user();
    tracing::info!(%by, ?change, "an admin sets the server");
    let (gateway, at) = (request.gateway.clone(), call.app.clock().now());
    let keeper = gateway.settings.clone();
    let changing = tokio::task::spawn_blocking(move || keeper.change(change, Some(by), at));
    match changing.await.map_err(|_| answer::broken())? {
        Ok(()) => {}
        Err(NotSet::Wrong(sentence)) => return Err(answer::invalid(sentence)),
        Err(NotSet::Disk(error)) => {
            tracing::error!(%error, "the settings cannot be written");
            return Err(answer::broken());
        }
    }
    gateway.obey(&gateway.settings.now());
    ok(&told(&gateway))
}

/// What a body asks to set, by name.
fn change(body: wire::PatchServerSettings) -> Change {
    let number = |value: Option<u64>| value.map(Value::from);
    let plain = [
        ("registration", body.registration.map(Value::from)),
        ("guests", body.guests.map(Value::from)),
        ("quick_rooms", body.quick_rooms.map(Value::from)),
        ("youtube", body.youtube.map(Value::from)),
        ("max_upload", number(body.max_upload)),
        ("user_quota", number(body.user_quota)),
        ("total_quota", number(body.total_quota)),
        ("empty_rooms_after_ms", number(body.empty_rooms_after_ms)),
        (
            "session_resync_every_ms",
            number(body.session_resync_every_ms),
        ),
        ("allowed_origins", body.allowed_origins.map(Value::from)),
        ("public_url", body.public_url.map(Value::from)),
    ];
    let plain = plain
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), Some(value?))));
    let rates = body.rates.into_iter().flatten();
    let rates = rates.map(|(name, rate)| (format!("rates.{name}"), Some(rate.into())));
    let reset = body.reset.into_iter().flatten().map(|name| (name, None));
    plain.chain(rates).chain(reset).collect()
}

/// How the server is set, and how that came.
fn told(gateway: &Gateway) -> wire::ServerSettingsAnswer {
    let keeper = &gateway.settings;
    let directory = gateway.app.directory();
    let name = |id| directory.person(id).map(|person| person.name.into());
    let changed = keeper.changed().into_iter().map(|(setting, kept)| {
        let by_name = kept.changed_by.and_then(name);
        let at = kept.changed_at.map(|at| at.to_string());
        let by = kept.changed_by;
        (setting, wire::SettingChanged { by, by_name, at })
    });
    wire::ServerSettingsAnswer {
        settings: in_wire_words(&keeper.now()),
        start: in_wire_words(keeper.configured()),
        changed: changed.collect(),
        limits: gateway.limits.are_on(),
    }
}

fn in_wire_words(settings: &Settings) -> wire::ServerSettings {
    let rates = Rates::NAMES.iter().filter_map(|name| {
        let rate = settings.rates.get(name)?;
        Some(((*name).to_owned(), rate.to_string()))
    });
    wire::ServerSettings {
        registration: settings.registration,
        guests: settings.guests,
        quick_rooms: settings.quick_rooms,
        youtube: settings.youtube,
        max_upload: settings.max_upload,
        user_quota: settings.user_quota,
        total_quota: settings.total_quota,
        empty_rooms_after_ms: settings.empty_rooms_after_ms,
        session_resync_every_ms: settings.session_resync_every_ms,
        allowed_origins: settings.allowed_origins.clone(),
        public_url: settings.public_url.clone().unwrap_or_default(),
        rates: rates.collect(),
    }
}
