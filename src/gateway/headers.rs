//! Headers on every answer: what protects the page (requirement S11), and what lets allowed foreign origins read.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use hyper::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
    ACCESS_CONTROL_REQUEST_METHOD, CONTENT_SECURITY_POLICY, HOST, HeaderMap, HeaderName,
    HeaderValue, ORIGIN, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY, VARY, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};
use hyper::{Method, Request, Response, StatusCode};

use super::peer::Peer;

macro_rules! policy {
    ($scripts:literal, $frames:literal) => {
        concat!(
            "default-src 'self'; script-src 'self'",
            $scripts,
            "; ",
            $frames,
            "style-src 'self'; media-src 'self' blob: https: http:; connect-src 'self' https: http: ws: wss:; ",
            "img-src 'self' data: blob: https: http:; worker-src 'self' blob:; manifest-src 'self'; object-src 'none'; ",
            "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
        )
    };
}

const POLICY: &str = policy!("", "");
/// With the script that drives YouTube's player, and the frame in which that plays.
const POLICY_WITH_YOUTUBE: &str = policy!(
    " https://www.youtube.com",
    "frame-src https://www.youtube-nocookie.com https://www.youtube.com; "
);

/// The origins that may talk to this server from a browser: its own, and those that were named.
/// Cheap to clone: all clones are one.
#[derive(Debug, Clone, Default)]
pub struct Manners {
    named: Arc<RwLock<Arc<[String]>>>,
    youtube: Arc<AtomicBool>,
}

/// What an answer's headers depend on.
#[derive(Debug)]
pub struct Asked {
    tls: bool,
    preflight: bool,
    foreign: Option<HeaderValue>,
}

impl Asked {
    /// A browser asks whether a foreign origin may call; there is nothing else to answer.
    pub fn is_preflight(&self) -> bool {
        self.preflight
    }
}

impl Manners {
    /// Names those origins from now on, and no others: exact ones, as `https://music.example.org`; lower case, without a
    /// trailing slash.
    pub fn name(&self, origins: &[String]) {
        *self.named.write().unwrap_or_else(PoisonError::into_inner) = origins.into();
    }

    fn named(&self) -> Arc<[String]> {
        let named = self.named.read().unwrap_or_else(PoisonError::into_inner);
        named.clone()
    }

    /// Whether a request with these headers may be believed to come from a page that may use this server, or from no
    /// page at all.
    pub fn admit(&self, headers: &HeaderMap) -> bool {
        let mut origins = headers.get_all(ORIGIN).iter();
        match (origins.next(), origins.next()) {
            (None, _) => true,
            (Some(origin), None) => self.is_named(origin) || is_own(origin, headers),
            (Some(_), Some(_)) => false,
        }
    }

    /// From now on, pages that are loaded may or may not use YouTube's player.
    pub fn allow_youtube(&self, allowed: bool) {
        self.youtube.store(allowed, Ordering::Relaxed);
    }

    fn policy(&self) -> &'static str {
        if self.youtube.load(Ordering::Relaxed) {
            POLICY_WITH_YOUTUBE
        } else {
            POLICY
        }
    }

    fn is_named(&self, origin: &HeaderValue) -> bool {
        origin.to_str().is_ok_and(|origin| {
            self.named()
                .iter()
                .any(|allowed| allowed.eq_ignore_ascii_case(origin))
        })
    }

    /// What of a request its answer's headers depend on.
    pub fn look_at<B>(&self, request: &Request<B>, peer: Peer) -> Asked {
        let headers = request.headers();
        let foreign = headers
            .get(ORIGIN)
            .filter(|origin| self.is_named(origin))
            .cloned();
        Asked {
            tls: peer.tls,
            preflight: foreign.is_some()
                && request.method() == Method::OPTIONS
                && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD),
            foreign,
        }
    }

    /// Puts the headers on.
    pub fn dress<B>(&self, asked: &Asked, response: &mut Response<B>) {
        if response.status() == StatusCode::SWITCHING_PROTOCOLS {
            return;
        }
        let headers = response.headers_mut();
        let mut put = |name: HeaderName, value: &'static str| {
            headers
                .entry(name)
                .or_insert(HeaderValue::from_static(value));
        };
        put(CONTENT_SECURITY_POLICY, self.policy());
        put(X_CONTENT_TYPE_OPTIONS, "nosniff");
        put(X_FRAME_OPTIONS, "DENY");
        put(REFERRER_POLICY, "same-origin");
        put(
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        );
        put(
            HeaderName::from_static("permissions-policy"),
            "camera=(), geolocation=(), payment=()",
        );
        if asked.tls {
            put(STRICT_TRANSPORT_SECURITY, "max-age=31536000");
        }
        if !self.named().is_empty() {
            headers.append(VARY, HeaderValue::from_static("origin"));
        }
        if let Some(origin) = &asked.foreign {
            welcome(headers, origin, asked.preflight);
        }
    }
}

/// Lets an allowed foreign origin call and read.
fn welcome(headers: &mut HeaderMap, origin: &HeaderValue, preflight: bool) {
    let mut put = |name: HeaderName, value: &'static str| {
        headers.insert(name, HeaderValue::from_static(value));
    };
    put(ACCESS_CONTROL_ALLOW_CREDENTIALS, "true");
    put(
        ACCESS_CONTROL_EXPOSE_HEADERS,
        "retry-after, etag, content-range, accept-ranges",
    );
    if preflight {
        put(
            ACCESS_CONTROL_ALLOW_METHODS,
            "GET, HEAD, POST, PUT, PATCH, DELETE",
        );
        put(
            ACCESS_CONTROL_ALLOW_HEADERS,
            "authorization, content-type, idempotency-key, x-csrf-token, range, if-range",
        );
        put(ACCESS_CONTROL_MAX_AGE, "600");
    }
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
}

/// The page was served by the host it calls. The scheme is not compared: behind a proxy only the proxy knows it.
fn is_own(origin: &HeaderValue, headers: &HeaderMap) -> bool {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    let of_origin = origin.to_str().ok().and_then(|origin| {
        origin
            .strip_prefix("https://")
            .or_else(|| origin.strip_prefix("http://"))
    });
    match (host, of_origin) {
        (Some(host), Some(of_origin)) => host.eq_ignore_ascii_case(of_origin),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admits(origin: Option<&str>, host: &str) -> bool {
        let manners = Manners::default();
        manners.name(&["https://app.example.org".into()]);
        let mut headers = HeaderMap::new();
        headers.insert(HOST, host.parse().unwrap());
        if let Some(origin) = origin {
            headers.insert(ORIGIN, origin.parse().unwrap());
        }
        manners.admit(&headers)
    }

    #[test]
    fn a_page_of_this_server_and_a_program_without_origin_are_admitted() {
        assert!(admits(None, "music.example.org"));
        assert!(admits(
            Some("https://music.example.org"),
            "music.example.org"
        ));
        assert!(admits(Some("http://127.0.0.1:8080"), "127.0.0.1:8080"));
    }

    #[test]
    fn youtube_adds_its_script_and_its_frame_and_nothing_else() {
        let parts = |policy: &'static str| policy.split("; ").collect::<Vec<_>>();
        let (off, mut on) = (parts(POLICY), parts(POLICY_WITH_YOUTUBE));
        assert!(!POLICY.contains("youtube"));
        let frames = "frame-src https://www.youtube-nocookie.com https://www.youtube.com";
        assert_eq!(on.remove(2), frames);
        assert_eq!(on[1], format!("{} https://www.youtube.com", off[1]));
        on[1] = off[1];
        assert_eq!(on, off);
    }

    #[test]
    fn a_named_origin_is_admitted_and_a_similar_one_is_not() {
        assert!(admits(Some("https://app.example.org"), "music.example.org"));
        for foreign in [
            "https://app.example.org.evil.test",
            "https://app.example.org:444",
            "http://app.example.org",
            "https://evil.test",
            "null",
        ] {
            assert!(!admits(Some(foreign), "music.example.org"), "{foreign}");
        }
    }
}
