//! The gateway: adapts HTTP and WebSocket traffic to the app. The only home of warp, hyper and socketioxide.

pub mod answer;
pub mod auth;
pub mod body;
pub mod dialect;
pub mod frame;
pub mod from_wire;
pub mod headers;
pub mod http;
mod inbox;
mod json;
pub mod limits;
pub mod media;
pub mod mirror;
pub mod outbox;
pub mod peer;
pub mod playlist_file;
pub mod push;
pub mod range;
pub mod request;
pub mod route;
pub mod schemas;
pub mod seat;
pub mod static_files;
pub mod to_wire;
pub mod ws;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use warp::Filter;
use warp::filters::BoxedFilter;

use crate::app::App;
use crate::catalog::{Catalog, CatalogLimits};
use crate::journal::Figures;
use crate::metrics::Metrics;
use crate::settings::{Keeper, Settings};
use crate::time::Span;
use answer::Response;
use auth::Authority;
use headers::Manners;
use limits::Limits;
use route::Route;
use ws::Sockets;

/// What every route reaches.
pub struct Gateway {
    /// The use cases.
    pub app: App,
    /// The media library.
    pub catalog: Catalog,
    /// Who checks who calls.
    pub authority: Arc<Authority>,
    /// How much may be asked for.
    pub limits: Arc<Limits>,
    /// The open WebSockets.
    pub sockets: Arc<Sockets>,
    /// Which pages may use this server.
    pub manners: Manners,
    /// What native connections share.
    pub native: Arc<dialect::native::Terms>,
    /// What rooms were told as sessions.
    pub sessions: mirror::Mirrors<dialect::sessions::Sessions>,
    /// What rooms were told as quick rooms; nobody comes in where those are switched off.
    pub quick: mirror::Mirrors<dialect::quick::Quick>,
    /// How the server is set while it runs.
    pub settings: Arc<Keeper>,
    /// How often those in sessions are told where the music is.
    pub resync_every: watch::Sender<Duration>,
    /// What rooms were told as spaces.
    pub spaces: mirror::Mirrors<dialect::spaces::Spaces>,
    /// Web Push; nothing where it is off.
    pub push: Option<Arc<push::Push>>,
    /// What is counted.
    pub metrics: Arc<Metrics>,
}

/// How often the settings are looked at for what the command line set.
const LOOK_AT_SETTINGS: Duration = Duration::from_millis(500);

impl Gateway {
    /// Does as the settings say, from now on.
    pub fn obey(&self, settings: &Settings) {
        self.catalog.set_limits(CatalogLimits {
            max_file: settings.max_upload,
            per_user: settings.user_quota,
            total: settings.total_quota,
        });
        let after = i64::try_from(settings.empty_rooms_after_ms).unwrap_or(i64::MAX);
        self.app.close_empty_after(Span::from_ms(after));
        self.manners.name(&settings.allowed_origins);
        self.manners.allow_youtube(settings.youtube);
        self.limits.set_rates(settings.rates);
        self.resync_every
            .send_replace(Duration::from_millis(settings.session_resync_every_ms));
    }
}

/// Does as the command line sets the server, for as long as there is a gateway.
pub fn keep_obeying(gateway: &Arc<Gateway>) {
    let gateway = Arc::downgrade(gateway);
    tokio::spawn(async move {
        let mut complaint = None;
        loop {
            tokio::time::sleep(LOOK_AT_SETTINGS).await;
            let Some(gateway) = gateway.upgrade() else {
                return;
            };
            match gateway.settings.refresh() {
                Ok(true) => {
                    tracing::info!("the server was set at the command line");
                    gateway.obey(&gateway.settings.now());
                }
                Ok(false) => complaint = None,
                Err(why) if complaint.as_ref() == Some(&why) => {}
                Err(why) => {
                    tracing::error!(why, "the settings stay as they were");
                    complaint = Some(why);
                }
            }
        }
    });
}

/// Every route of every dialect.
pub fn table() -> Vec<Route> {
    let mut routes = dialect::rest::routes();
    routes.push(dialect::native::route_of_socket());
    routes.push(dialect::spaces::route_of_socket());
    routes.push(dialect::sessions::route_of_socket());
    routes.extend(dialect::quick::routes_of_socket());
    routes
}

/// The whole gateway as one filter, which answers every request.
pub fn filter(gateway: &Arc<Gateway>) -> BoxedFilter<(Response,)> {
    route::filter(&table(), gateway, static_files::filter())
}

/// The gateway as a service for the accept loop: made once, cloned for every connection.
pub fn service(
    gateway: &Arc<Gateway>,
) -> impl tower::Service<
    hyper::Request<body::PacedBody>,
    Response = hyper::Response<
        impl http_body::Body<Data = bytes::Bytes, Error: Into<Box<dyn std::error::Error + Send + Sync>>>
        + Send
        + 'static,
    >,
    Error = std::convert::Infallible,
    Future: Send,
> + Clone
+ Send
+ Sync
+ 'static {
    dialect::friend_rooms::around(gateway, warp::service(filter(gateway)))
}

/// What the separate address for metrics answers, as a service for an accept loop of its own.
pub fn metrics_service(
    gateway: &Arc<Gateway>,
) -> impl tower::Service<
    hyper::Request<body::PacedBody>,
    Response = Response,
    Error = std::convert::Infallible,
    Future: Send,
> + Clone
+ Send
+ Sync
+ 'static {
    let (metrics, app) = (gateway.metrics.clone(), gateway.app.clone());
    let shown = warp::path!("metrics").and(warp::get()).map(move || {
        let mut text = metrics.render();
        text.push_str("# HELP tutti_running Entities in memory.\n# TYPE tutti_running gauge\n");
        for (kind, running) in ["rooms", "users", "sessions"].iter().zip(app.running()) {
            text.push_str(&format!("tutti_running{{kind=\"{kind}\"}} {running}\n"));
        }
        text.push_str(&of_journal(&app.figures()));
        let kind = "text/plain; version=0.0.4; charset=utf-8";
        answer::raw(hyper::StatusCode::OK, kind, text.into_bytes())
    });
    let nothing = warp::any().map(|| answer::error(&answer::not_found("page")));
    warp::service(shown.or(nothing).unify())
}

/// The journal's figures, as Prometheus reads them.
fn of_journal(figures: &Figures) -> String {
    let mut text = String::new();
    for (name, help, value) in [
        ("streams", "Streams that have an entry.", figures.streams),
        ("entries", "Entries in the journal.", figures.entries),
        (
            "bytes",
            "Size of the journal's files in bytes.",
            figures.bytes,
        ),
    ] {
        let name = format!("tutti_journal_{name}");
        text.push_str(&format!(
            "# HELP {name} {help}\n# TYPE {name} gauge\n{name} {value}\n"
        ));
    }
    if let Some(syncs) = figures.syncs {
        let name = "tutti_journal_sync_seconds";
        text.push_str(&format!(
            "# HELP {name} How long the last syncs took.\n# TYPE {name} gauge\n"
        ));
        for (quantile, took) in [("0.5", syncs.p50), ("0.99", syncs.p99), ("1", syncs.worst)] {
            let seconds = took.as_secs_f64();
            text.push_str(&format!("{name}{{quantile=\"{quantile}\"}} {seconds}\n"));
        }
    }
    text
}
