//! The browser client, embedded: its files, and its page for every address that is the client's own.

use warp::Filter;
use warp::filters::BoxedFilter;
use warp::http::{HeaderMap, HeaderValue, Method, StatusCode, header};

use super::answer::Response;

/// What belongs to programs: there, an unknown address is an error, not the page.
const PROGRAMS: [&str; 7] = [
    "api/",
    "media/",
    "auth/",
    "sessions/",
    "requests/",
    "ws",
    "socket.io",
];

/// Answers `GET` and `HEAD` of the client's files and pages.
pub fn filter() -> BoxedFilter<(Response,)> {
    warp::method()
        .and(warp::path::full())
        .and(warp::header::headers_cloned())
        .and_then(
            |method: Method, path: warp::path::FullPath, headers: HeaderMap| async move {
                let reading = method == Method::GET || method == Method::HEAD;
                let found = if reading {
                    find(path.as_str().trim_start_matches('/'), &headers)
                } else {
                    None
                };
                found.ok_or_else(warp::reject::not_found)
            },
        )
        .boxed()
}

fn find(path: &str, headers: &HeaderMap) -> Option<Response> {
    if PROGRAMS.iter().any(|prefix| path.starts_with(prefix)) {
        return None;
    }
    file(path, headers).or_else(|| {
        // A missing file is missing; a page's address has no ending.
        let page = !path.rsplit('/').next().unwrap_or_default().contains('.');
        page.then(|| file("index.html", headers).unwrap_or_else(absent))
    })
}

/// Hashed names never change what they hold; everything else is asked for anew.
fn caching(path: &str) -> HeaderValue {
    HeaderValue::from_static(if path.starts_with("assets/") {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    })
}

#[cfg(feature = "web")]
fn file(path: &str, headers: &HeaderMap) -> Option<Response> {
    let file = Client::get(path)?;
    let tag: String = file.metadata.sha256_hash()[..16]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let tag = format!("\"{tag}\"");
    let known = headers
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok());
    let same = known.is_some_and(|known| known.split(',').any(|one| one.trim() == tag));
    let mut response = if same {
        let mut unchanged = Response::default();
        *unchanged.status_mut() = StatusCode::NOT_MODIFIED;
        unchanged
    } else {
        Response::new(file.data.into_owned().into())
    };
    let answer = response.headers_mut();
    let kind = mime_guess::from_path(path).first_or_octet_stream();
    let text = kind.type_() == "text" || kind.subtype() == "javascript";
    let kind = if text {
        format!("{kind}; charset=utf-8")
    } else {
        kind.to_string()
    };
    answer.insert(header::CONTENT_TYPE, HeaderValue::from_str(&kind).ok()?);
    answer.insert(header::ETAG, HeaderValue::from_str(&tag).ok()?);
    answer.insert(header::CACHE_CONTROL, caching(path));
    Some(response)
}

#[cfg(feature = "web")]
#[derive(rust_embed::RustEmbed)]
#[folder = "$OUT_DIR/web"]
struct Client;

#[cfg(not(feature = "web"))]
fn file(_: &str, _: &HeaderMap) -> Option<Response> {
    None
}

/// This build has no client: says so, at the addresses where it would be.
fn absent() -> Response {
    let text =
        "Tutti runs, without its browser client: this build was made with --no-default-features.\n";
    let mut response = Response::new(text.into());
    *response.status_mut() = StatusCode::OK;
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/plain; charset=utf-8"),
    );
    headers.insert(header::CACHE_CONTROL, caching(""));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_address_of_the_api_is_not_the_page() {
        for path in [
            "api/v1/nothing",
            "media/nothing",
            "ws/nothing",
            "socket.io/",
        ] {
            assert!(find(path, &HeaderMap::new()).is_none(), "{path}");
        }
    }

    #[test]
    fn every_address_of_the_client_is_its_page_and_a_missing_file_is_missing() {
        for path in ["", "room/room_1", "join/ABC"] {
            assert!(find(path, &HeaderMap::new()).is_some(), "{path}");
        }
        assert!(find("assets/nothing.js", &HeaderMap::new()).is_none());
    }

    #[test]
    fn only_hashed_names_are_kept_without_asking() {
        for path in ["", "sw.js", "manifest.webmanifest", "icon.svg"] {
            assert_eq!(caching(path), "no-cache", "{path}");
        }
        assert_ne!(caching("assets/index-1a2b3c.js"), "no-cache");
    }
}
