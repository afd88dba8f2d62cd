//! Sign-in by cookie, for browsers: HttpOnly tokens, and a readable one that mutations must repeat in a header
//! (requirement S5).

use hyper::HeaderMap;
use hyper::header::{COOKIE, HeaderValue, SET_COOKIE};

use super::ACCESS_LIFETIME;
use crate::domain::session;
use crate::gateway::answer::Response;

/// The header that repeats the readable cookie.
pub const CSRF_HEADER: &str = "x-csrf-token";

/// Which cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cookie {
    /// The access token; scripts cannot read it.
    Access,
    /// The refresh token; scripts cannot read it.
    Refresh,
    /// What mutations repeat; scripts of this page read it.
    Csrf,
}

impl Cookie {
    const ALL: [Self; 3] = [Self::Access, Self::Refresh, Self::Csrf];

    /// Its name; over TLS bound to this host.
    fn name(self, tls: bool) -> &'static str {
        match (self, tls) {
            (Self::Access, false) => "access",
            (Self::Refresh, false) => "refresh",
            (Self::Csrf, false) => "csrf",
            (Self::Access, true) => "__Host-access",
            (Self::Refresh, true) => "__Host-refresh",
            (Self::Csrf, true) => "__Host-csrf",
        }
    }

    /// What a request carries of it.
    pub fn read(self, headers: &HeaderMap, tls: bool) -> Option<&str> {
        let name = self.name(tls);
        headers
            .get_all(COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'))
            .find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
    }

    fn header(self, tls: bool, value: &str, seconds: i64) -> Option<HeaderValue> {
        let name = self.name(tls);
        let hidden = match self {
            Self::Access | Self::Refresh => "; HttpOnly",
            Self::Csrf => "",
        };
        let secure = if tls { "; Secure" } else { "" };
        let text =
            format!("{name}={value}; Path=/; Max-Age={seconds}; SameSite=Lax{hidden}{secure}");
        HeaderValue::from_str(&text).ok()
    }
}

/// Gives a browser its cookies.
pub fn put(response: &mut Response, tls: bool, access: &str, refresh: &str, csrf: &str) {
    let session_seconds = session::LIFETIME.as_ms() / 1000;
    let cookies = [
        Cookie::Access.header(tls, access, ACCESS_LIFETIME.as_ms() / 1000),
        Cookie::Refresh.header(tls, refresh, session_seconds),
        Cookie::Csrf.header(tls, csrf, session_seconds),
    ];
    for cookie in cookies.into_iter().flatten() {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
}

/// Takes them away.
pub fn clear(response: &mut Response, tls: bool) {
    for cookie in Cookie::ALL {
        if let Some(gone) = cookie.header(tls, "", 0) {
            response.headers_mut().append(SET_COOKIE, gone);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_among_others_and_only_by_its_whole_name() {
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, "xaccess=1; access=two; csrf=3".parse().unwrap());
        headers.append(COOKIE, "__Host-access=four".parse().unwrap());
        assert_eq!(Cookie::Access.read(&headers, false), Some("two"));
        assert_eq!(Cookie::Access.read(&headers, true), Some("four"));
        assert_eq!(Cookie::Refresh.read(&headers, false), None);
    }

    #[test]
    fn over_tls_cookies_are_bound_to_the_host_and_tokens_are_hidden_from_scripts() {
        let mut response = Response::default();
        put(&mut response, true, "a", "r", "c");
        let set: Vec<_> = response
            .headers()
            .get_all(SET_COOKIE)
            .iter()
            .map(|value| value.to_str().unwrap())
            .collect();
        assert_eq!(set.len(), 3);
        for cookie in &set {
            assert!(cookie.starts_with("__Host-") && cookie.ends_with("; Secure"));
            assert!(cookie.contains("; Path=/;") && cookie.contains("SameSite=Lax"));
        }
        assert!(set[0].contains("HttpOnly") && set[1].contains("HttpOnly"));
        assert!(!set[2].contains("HttpOnly"));
    }
}
