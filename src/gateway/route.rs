//! Routes as data: method, path, who may call, what is counted, what goes in and out. The same table answers requests,
//! says 404 from 405, and is printed as OpenAPI.
//!
//! Every route is a warp filter of its own; once its path and method match, it always answers and never falls through to
//! another. Knows no use case.

mod door;
mod matching;

use std::pin::Pin;
use std::sync::Arc;

use bytes::{Buf, Bytes};
use futures_util::{Stream, TryStreamExt};
use hyper::header::HOST;
use hyper::upgrade::OnUpgrade;
use hyper::{HeaderMap, Method};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use warp::filters::BoxedFilter;
use warp::path::FullPath;
use warp::{Filter, Rejection};

use self::matching::{ranked, wrong_method};
use super::Gateway;
use super::answer::{self, Answer, Response};
use super::http::Place;
use super::limits::Limit;
use super::peer::Peer;
use super::request::{Body, Request};
use super::ws::Handshake;

/// Who may call a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anybody; a sign-in is not looked at.
    Anybody,
    /// Anybody; a sign-in counts where there is one.
    Perhaps,
    /// The same, also by an access token in the query.
    PerhapsByQuery,
    /// Whoever is signed in.
    SignedIn,
    /// Whoever is signed in, also by an access token in the query: what plays sound cannot send headers.
    SignedInByQuery,
}

/// What is counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// The caller's address.
    ByAddress(Limit),
    /// The caller.
    ByUser(Limit),
}

/// How a type is described.
pub type Describe = fn(&mut SchemaGenerator) -> Schema;

/// What a route takes.
#[derive(Clone, Copy)]
pub enum Takes {
    /// No body.
    Nothing,
    /// JSON.
    Json(Describe),
    /// A file, as `multipart/form-data`.
    Form,
    /// A file of one of these types, and of so many bytes at most.
    Bytes(&'static [&'static str], usize),
}

/// What a route answers where all is well.
#[derive(Clone, Copy)]
pub enum Gives {
    /// No body.
    Nothing,
    /// JSON.
    Json(Describe),
    /// Bytes of that type.
    Bytes(&'static str),
    /// Another protocol from then on.
    Socket,
}

type Handler = Arc<dyn Fn(Request) -> Pin<Box<dyn Future<Output = Answer> + Send>> + Send + Sync>;

/// One route.
#[derive(Clone)]
pub struct Route {
    /// By which method.
    pub method: Method,
    /// At which path; `{name}` stands for any one segment.
    pub path: &'static str,
    /// What it is for, in a few words.
    pub summary: &'static str,
    /// Who may call it.
    pub access: Access,
    /// What a call counts for, beside the general limit.
    pub counted: Option<Counted>,
    /// A token for one room is taken too.
    pub scoped: bool,
    /// It counts for nothing, the general limit included: machines ask it again and again.
    pub free: bool,
    /// The query parameters it looks at.
    pub query: &'static [&'static str],
    /// What goes in.
    pub takes: Takes,
    /// With which status it answers where all is well.
    pub status: u16,
    /// What comes out.
    pub gives: Gives,
    /// With which other status it answers where all is well, and what.
    pub or_gives: Option<(u16, Describe)>,
    /// Paths of other routes that say by name what this one takes as a parameter: theirs, by whichever method.
    behind: Vec<&'static str>,
    handler: Handler,
}

/// Begins a route; [`Route::by`] ends it.
pub fn route(method: Method, path: &'static str, summary: &'static str) -> Route {
    Route {
        method,
        path,
        summary,
        access: Access::SignedIn,
        counted: None,
        scoped: false,
        free: false,
        query: &[],
        takes: Takes::Nothing,
        status: 204,
        gives: Gives::Nothing,
        or_gives: None,
        behind: Vec::new(),
        handler: Arc::new(|_| Box::pin(async { Err(answer::not_found("page")) })),
    }
}

impl Route {
    /// Who may call it; whoever is signed in where not said.
    pub fn open_to(self, access: Access) -> Self {
        Self { access, ..self }
    }

    /// What a call counts for.
    pub fn counted(self, counted: Counted) -> Self {
        Self {
            counted: Some(counted),
            ..self
        }
    }

    /// It takes a token for one room too, where an id of a room that the path begins with is that room's. Where the path
    /// names no room, who answers asks [`Caller::within`](super::auth::Caller::within).
    pub fn scoped(self) -> Self {
        Self {
            scoped: true,
            ..self
        }
    }

    /// Calls count for nothing.
    pub fn free(self) -> Self {
        Self { free: true, ..self }
    }

    /// The query parameters it looks at.
    pub fn query(self, query: &'static [&'static str]) -> Self {
        Self { query, ..self }
    }

    /// It takes this as JSON.
    pub fn takes<T: JsonSchema>(self) -> Self {
        Self {
            takes: Takes::Json(SchemaGenerator::subschema_for::<T>),
            ..self
        }
    }

    /// It takes a file.
    pub fn takes_form(self) -> Self {
        Self {
            takes: Takes::Form,
            ..self
        }
    }

    /// It takes a file of one of these types as the body itself, of so many bytes at most.
    pub fn takes_bytes(self, types: &'static [&'static str], most: usize) -> Self {
        Self {
            takes: Takes::Bytes(types, most),
            ..self
        }
    }

    /// It answers this as JSON.
    pub fn gives<T: JsonSchema>(self, status: u16) -> Self {
        Self {
            status,
            gives: Gives::Json(SchemaGenerator::subschema_for::<T>),
            ..self
        }
    }

    /// Or it answers this as JSON, with that other status.
    pub fn or_gives<T: JsonSchema>(self, status: u16) -> Self {
        Self {
            or_gives: Some((status, SchemaGenerator::subschema_for::<T>)),
            ..self
        }
    }

    /// It answers something other than JSON.
    pub fn gives_other(self, status: u16, gives: Gives) -> Self {
        Self {
            status,
            gives,
            ..self
        }
    }

    /// Who answers.
    pub fn by<F>(self, handler: impl Fn(Request) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Answer> + Send + 'static,
    {
        Self {
            handler: Arc::new(move |request| Box::pin(handler(request))),
            ..self
        }
    }

    fn into_filter(self, gateway: Arc<Gateway>) -> BoxedFilter<(Response,)> {
        let route = Arc::new(self);
        let matching = route.clone();
        let query = warp::query::raw().or(warp::any().map(String::new)).unify();
        warp::path::full()
            .and(warp::method())
            .and_then(move |path: FullPath, method: Method| {
                let params = Some(&method)
                    .filter(|method| matching.answers_to(method))
                    .and_then(|_| matching.params(path.as_str()));
                let found = params
                    .map(|params| (params, method, path))
                    .ok_or_else(warp::reject::not_found);
                std::future::ready(found)
            })
            .and(warp::header::headers_cloned())
            .and(query)
            .and(warp::ext::optional::<Peer>())
            .and(warp::ext::optional::<Arc<Place>>())
            .and(warp::ext::optional::<OnUpgrade>())
            .and(warp::body::stream())
            .then(
                move |(params, method, path): (Vec<String>, Method, FullPath),
                      headers: HeaderMap,
                      query: String,
                      peer: Option<Peer>,
                      place,
                      on_upgrade,
                      body| {
                    let route = route.clone();
                    let admitted = gateway.manners.admit(&headers);
                    let request = Request {
                        gateway: gateway.clone(),
                        method,
                        path: path.as_str().to_owned(),
                        params,
                        query: form_urlencoded::parse(query.as_bytes())
                            .into_owned()
                            .collect(),
                        peer: peer.unwrap_or(Peer {
                            ip: std::net::Ipv4Addr::LOCALHOST.into(),
                            tls: false,
                        }),
                        caller: None,
                        body: Body::Stream(erase(body)),
                        handshake: Some(Handshake {
                            headers: headers.clone(),
                            on_upgrade,
                            place,
                            admitted,
                        }),
                        headers,
                    };
                    async move {
                        let answered = route.answer(request).await;
                        answered.unwrap_or_else(|error| answer::error(&error))
                    }
                },
            )
            .boxed()
    }

    async fn answer(&self, mut request: Request) -> Answer {
        match self.admit(&mut request).await {
            Ok(()) => (self.handler)(request).await,
            Err(error) => {
                request.read_past().await;
                Err(error)
            }
        }
    }
}

fn erase(
    body: impl Stream<Item = Result<impl Buf, warp::Error>> + Send + Sync + 'static,
) -> Pin<Box<dyn Stream<Item = Result<Bytes, warp::Error>> + Send + Sync>> {
    Box::pin(body.map_ok(|mut part| part.copy_to_bytes(part.remaining())))
}

/// All routes as one filter that answers every request: what no route takes goes to `other`, and what is not there, or
/// not by this method, is said in the one shape.
pub fn filter(
    routes: &[Route],
    gateway: &Arc<Gateway>,
    other: BoxedFilter<(Response,)>,
) -> BoxedFilter<(Response,)> {
    let routes = ranked(routes);
    let mut filters: Vec<_> = routes
        .iter()
        .map(|route| route.clone().into_filter(gateway.clone()))
        .collect();
    // A balanced tree, so that a request passes few levels.
    while filters.len() > 1 {
        filters = filters
            .chunks(2)
            .map(|pair| match pair {
                [one, two] => one.clone().or(two.clone()).unify().boxed(),
                rest => rest[0].clone(),
            })
            .collect();
    }
    let table: Arc<[Route]> = routes.into();
    let missing = warp::path::full()
        .and(warp::method())
        .and_then(move |path: FullPath, method: Method| {
            let refused = wrong_method(&table, path.as_str(), &method);
            std::future::ready(refused.ok_or_else(warp::reject::not_found))
        })
        .boxed();
    let last = other.recover(nothing_there).unify().boxed();
    filters
        .pop()
        .map_or(missing.clone(), |all| all.or(missing).unify().boxed())
        .or(last)
        .unify()
        .boxed()
}

/// The one terminal recover: whatever got here was wanted by nobody.
async fn nothing_there(_: Rejection) -> Result<Response, std::convert::Infallible> {
    Ok(answer::error(&answer::not_found("page")))
}

/// Scheme and host of this server, as the client sees it.
pub(super) fn origin_of(headers: &HeaderMap, tls: bool) -> String {
    let scheme = if tls { "https" } else { "http" };
    let host = headers
        .get(HOST)
        .and_then(|host| host.to_str().ok())
        .unwrap_or("localhost");
    format!("{scheme}://{host}")
}
