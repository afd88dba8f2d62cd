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

use warp::Filter;
use warp::filters::BoxedFilter;

use crate::app::App;
use crate::catalog::Catalog;
use crate::metrics::Metrics;
use crate::settings::Keeper;
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
    /// How this server is reached, where that is configured: scheme and host.
    pub public_url: Option<String>,
    /// What native connections share.
    pub native: Arc<dialect::native::Terms>,
    /// What rooms were told as sessions.
    pub sessions: mirror::Mirrors<dialect::sessions::Sessions>,
    /// What rooms were told as quick rooms; nobody comes in where those are switched off.
    pub quick: mirror::Mirrors<dialect::quick::Quick>,
    /// How the server is set while it runs.
    pub settings: Arc<Keeper>,
    /// What rooms were told as spaces.
    pub spaces: mirror::Mirrors<dialect::spaces::Spaces>,
    /// Web Push; nothing where it is off.
    pub push: Option<Arc<push::Push>>,
    /// What is counted.
    pub metrics: Arc<Metrics>,
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
        let kind = "text/plain; version=0.0.4; charset=utf-8";
        answer::raw(hyper::StatusCode::OK, kind, text.into_bytes())
    });
    let nothing = warp::any().map(|| answer::error(&answer::not_found("page")));
    warp::service(shown.or(nothing).unify())
}
