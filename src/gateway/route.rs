//! Routes as data: method, path, who may call, what is counted, what goes in and out. The same table answers requests,
//! says 404 from 405, and is printed as OpenAPI.
//!
//! Every route is a warp filter of its own; once its path and method match, it always answers and never falls through to
//! another. Knows no use case.

use std::collections::BTreeSet;
use std::pin::Pin;
use std::sync::Arc;

use bytes::{Buf, Bytes};
use futures_util::{Stream, TryStreamExt};
use hyper::header::{ALLOW, AUTHORIZATION, HOST, HeaderValue};
use hyper::upgrade::OnUpgrade;
use hyper::{HeaderMap, Method, StatusCode};
use percent_encoding::percent_decode_str;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use warp::filters::BoxedFilter;
use warp::path::FullPath;
use warp::{Filter, Rejection};

use super::Gateway;
use super::answer::{self, Answer, Response};
use super::auth::cookies::{CSRF_HEADER, Cookie};
use super::auth::{Caller, sign_in, unscoped};
use super::http::Place;
use super::limits::Limit;
use super::peer::Peer;
use super::request::{Body, Request};
use super::ws::Handshake;
use crate::wire::error_code::{ErrorBody, ErrorCode};

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
    /// names no room, who answers asks [`Caller::within`].
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

    /// The values of its `{name}`s in a path, where it is the route's.
    fn params(&self, path: &str) -> Option<Vec<String>> {
        let params = values(self.path, path)?;
        let anothers = self
            .behind
            .iter()
            .any(|named| values(named, path).is_some());
        (!anothers).then_some(params)
    }

    /// Whether another path says by name what this one takes as a parameter, and is otherwise the same.
    fn gives_way_to(&self, other: &str) -> bool {
        let (mine, others) = (self.path.split('/'), other.split('/'));
        let is_name = |segment: &str| segment.starts_with('{');
        self.path != other
            && mine.clone().count() == others.clone().count()
            && mine
                .clone()
                .zip(others.clone())
                .all(|(mine, other)| mine == other || is_name(mine))
            && mine
                .zip(others)
                .any(|(mine, other)| is_name(mine) && !is_name(other))
    }

    /// A route for `GET` answers `HEAD` too; the body is left out further down.
    fn answers_to(&self, method: &Method) -> bool {
        self.method == method || (self.method == Method::GET && method == Method::HEAD)
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

    /// Counts the call, learns who calls, and reads what the route takes.
    async fn admit(&self, request: &mut Request) -> Result<(), ErrorBody> {
        let gateway = request.gateway.clone();
        if !self.free {
            gateway.limits.charge(Limit::Api, request.peer.network())?;
        }
        request.caller = self.authenticate(request).await?;
        request.check_key()?;
        match (self.counted, &request.caller) {
            (Some(Counted::ByUser(limit)), Some(caller)) => {
                gateway.limits.charge(limit, caller.user)?;
            }
            (Some(Counted::ByUser(limit) | Counted::ByAddress(limit)), _) => {
                gateway.limits.charge(limit, request.peer.network())?;
            }
            (None, _) => {}
        }
        match self.takes {
            Takes::Json(_) => request.read_json().await,
            Takes::Bytes(_, most) => request.read_whole(most).await,
            Takes::Nothing | Takes::Form => Ok(()),
        }
    }

    async fn authenticate(&self, request: &Request) -> Result<Option<Caller>, ErrorBody> {
        if self.access == Access::Anybody {
            return Ok(None);
        }
        let by_query = match self.access {
            Access::SignedInByQuery | Access::PerhapsByQuery => request.query("token"),
            Access::Anybody | Access::Perhaps | Access::SignedIn => None,
        };
        if let Some(token) = bearer(&request.headers)? {
            return Ok(Some(self.check(request, token).await?));
        }
        if let Some(shown) = by_query {
            let Gateway { authority, app, .. } = &*request.gateway;
            let caller = authority.check_shown(app, shown).await?;
            return self.fitting(request, caller).map(Some);
        }
        let by_cookie = match Cookie::Access.read(&request.headers, request.peer.tls) {
            Some(token) => self.check(request, token).await,
            None => Err(sign_in("sign in first")),
        };
        let caller = by_cookie.and_then(|caller| {
            let safe = matches!(request.method, Method::GET | Method::HEAD);
            if safe || request.shows_csrf(caller.session) {
                Ok(caller)
            } else {
                Err(ErrorBody::new(
                    ErrorCode::Forbidden,
                    format!("a change signed in by cookie needs the header {CSRF_HEADER}"),
                ))
            }
        });
        match (caller, self.access) {
            (Ok(caller), _) => Ok(Some(caller)),
            (Err(_), Access::Perhaps | Access::PerhapsByQuery) => Ok(None),
            (Err(error), _) => Err(error),
        }
    }
}

impl Route {
    async fn check(&self, request: &Request, token: &str) -> Result<Caller, ErrorBody> {
        let Gateway { authority, app, .. } = &*request.gateway;
        self.fitting(request, authority.check_any(app, token).await?)
    }

    /// The caller, where their token opens this.
    fn fitting(&self, request: &Request, caller: Caller) -> Result<Caller, ErrorBody> {
        if !self.scoped {
            return unscoped(caller);
        }
        match request.id(0) {
            Ok(room) => caller.within(room).map(|()| caller),
            Err(_) => Ok(caller),
        }
    }
}

/// The values of a pattern's `{name}`s in a path, where the pattern is the path's.
fn values(pattern: &str, path: &str) -> Option<Vec<String>> {
    let path = path
        .strip_suffix('/')
        .filter(|p| !p.is_empty())
        .unwrap_or(path);
    let mut values = Vec::new();
    let (mut wanted, mut given) = (pattern.split('/'), path.split('/'));
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return Some(values),
            (Some(name), Some(value)) if name.starts_with('{') && !value.is_empty() => {
                values.push(percent_decode_str(value).decode_utf8().ok()?.into_owned());
            }
            (Some(wanted), Some(given)) if wanted == given => {}
            _ => return None,
        }
    }
}

/// The same routes, where a path that is named in full is nobody else's, by whichever method.
fn ranked(routes: &[Route]) -> Vec<Route> {
    let mut routes = routes.to_vec();
    let paths: BTreeSet<&'static str> = routes.iter().map(|route| route.path).collect();
    for route in &mut routes {
        let named = paths.iter().filter(|path| route.gives_way_to(path));
        route.behind = named.copied().collect();
    }
    routes
}

/// The token of `Authorization: Bearer`.
fn bearer(headers: &HeaderMap) -> Result<Option<&str>, ErrorBody> {
    let Some(value) = headers.get(AUTHORIZATION) else {
        return Ok(None);
    };
    let token = value.to_str().ok().and_then(|value| {
        let (scheme, token) = value.split_once(' ')?;
        scheme
            .eq_ignore_ascii_case("bearer")
            .then_some(token.trim())
    });
    token
        .map(Some)
        .ok_or_else(|| sign_in("the header authorization must say: Bearer <access token>"))
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

/// The answer where the path is there, by other methods.
fn wrong_method(routes: &[Route], path: &str, method: &Method) -> Option<Response> {
    let mut allowed: Vec<&str> = routes
        .iter()
        .filter(|route| route.params(path).is_some())
        .map(|route| route.method.as_str())
        .collect();
    if allowed.is_empty() {
        return None;
    }
    if allowed.contains(&"GET") {
        allowed.push("HEAD");
    }
    let allow = HeaderValue::from_str(&allowed.join(", ")).ok()?;
    let mut response = if method == Method::OPTIONS {
        answer::no_content().ok()?
    } else {
        let body = answer::invalid(format!("{method} is not for this address"));
        answer::error_with(StatusCode::METHOD_NOT_ALLOWED, &body)
    };
    response.headers_mut().insert(ALLOW, allow);
    Some(response)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_gives_its_parameters_decoded() {
        let one = route(Method::GET, "/rooms/{room_id}/playlist/{item_id}", "");
        let params = |path| one.params(path);
        assert_eq!(
            params("/rooms/a%20b/playlist/c/"),
            Some(vec!["a b".into(), "c".into()])
        );
        assert_eq!(params("/rooms/a/playlist"), None);
        assert_eq!(params("/rooms//playlist/c"), None);
        assert_eq!(params("/rooms/%ff/playlist/c"), None);
        assert_eq!(params("/"), None);
    }

    #[test]
    fn a_path_by_another_method_names_those_it_has() {
        let routes = [
            route(Method::GET, "/rooms/{room_id}", ""),
            route(Method::PATCH, "/rooms/{room_id}", ""),
        ];
        let refused = wrong_method(&routes, "/rooms/a", &Method::PUT).unwrap();
        assert_eq!(refused.status(), 405);
        assert_eq!(refused.headers()[ALLOW], "GET, PATCH, HEAD");
        assert!(wrong_method(&routes, "/rooms", &Method::PUT).is_none());
    }

    #[test]
    fn a_path_named_in_full_is_not_another_routes_parameter_by_another_method() {
        let routes = ranked(&[
            route(Method::GET, "/rooms/discover", ""),
            route(Method::GET, "/rooms/{room_id}", ""),
            route(Method::PATCH, "/rooms/{room_id}", ""),
            route(Method::PUT, "/rooms/{room_id}/order", ""),
        ]);
        let refused = wrong_method(&routes, "/rooms/discover", &Method::PATCH).unwrap();
        assert_eq!(refused.headers()[ALLOW], "GET, HEAD");
        let refused = wrong_method(&routes, "/rooms/a", &Method::PUT).unwrap();
        assert_eq!(refused.headers()[ALLOW], "GET, PATCH, HEAD");
        assert!(routes[3].params("/rooms/discover/order").is_some());
    }
}
