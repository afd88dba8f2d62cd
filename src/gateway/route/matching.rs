//! Which route a path is, and what is said where it is one by other methods only.

use std::collections::BTreeSet;

use hyper::header::{ALLOW, HeaderValue};
use hyper::{Method, StatusCode};
use percent_encoding::percent_decode_str;

use super::Route;
use crate::gateway::answer::{self, Response};

impl Route {
    /// The values of its `{name}`s in a path, where it is the route's.
    pub(super) fn params(&self, path: &str) -> Option<Vec<String>> {
        let params = values(self.path, path)?;
        let anothers = self
            .behind
            .iter()
            .any(|named| values(named, path).is_some());
        (!anothers).then_some(params)
    }

    /// Whether another path says by name what this one takes as a parameter, and is otherwise the same.
    pub(super) fn gives_way_to(&self, other: &str) -> bool {
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
    pub(super) fn answers_to(&self, method: &Method) -> bool {
        self.method == method || (self.method == Method::GET && method == Method::HEAD)
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
pub(super) fn ranked(routes: &[Route]) -> Vec<Route> {
    let mut routes = routes.to_vec();
    let paths: BTreeSet<&'static str> = routes.iter().map(|route| route.path).collect();
    for route in &mut routes {
        let named = paths.iter().filter(|path| route.gives_way_to(path));
        route.behind = named.copied().collect();
    }
    routes
}

/// The answer where the path is there, by other methods.
pub(super) fn wrong_method(routes: &[Route], path: &str, method: &Method) -> Option<Response> {
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

#[cfg(test)]
mod tests {
    use super::super::route;
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
