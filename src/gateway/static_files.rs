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
    let kind = mime_guess::from_path(path).first_or_octet_stream();
    let text = kind.type_() == "text" || kind.subtype() == "javascript";
    // A drawing is text too, and says in itself how it is written.
    let shrinks = text || kind.subtype() == "svg";
    let wanted = shrinks && packed::accepts(headers);
    let packed = wanted.then(|| packed::file(path, &file.data)).flatten();
    let is_packed = packed.is_some();
    let tag = tag(&file.metadata.sha256_hash(), is_packed);
    let mut response = if knows(headers, &tag) {
        let mut unchanged = Response::default();
        *unchanged.status_mut() = StatusCode::NOT_MODIFIED;
        unchanged
    } else {
        Response::new(
            packed
                .unwrap_or_else(|| file.data.into_owned().into())
                .into(),
        )
    };
    let answer = response.headers_mut();
    let kind = if text {
        format!("{kind}; charset=utf-8")
    } else {
        kind.to_string()
    };
    answer.insert(header::CONTENT_TYPE, HeaderValue::from_str(&kind).ok()?);
    answer.insert(header::ETAG, HeaderValue::from_str(&tag).ok()?);
    answer.insert(header::CACHE_CONTROL, caching(path));
    if shrinks {
        answer.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    }
    if is_packed {
        answer.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    Some(response)
}

/// What names a file's bytes as they are sent.
#[cfg(feature = "web")]
fn tag(hash: &[u8; 32], packed: bool) -> String {
    let hash: String = hash[..16]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("\"{hash}{}\"", if packed { "-gzip" } else { "" })
}

#[cfg(feature = "web")]
fn knows(headers: &HeaderMap, tag: &str) -> bool {
    let known = headers.get(header::IF_NONE_MATCH);
    let known = known.and_then(|value| value.to_str().ok());
    known.is_some_and(|known| known.split(',').any(|one| one.trim() == tag))
}

/// The client's texts for browsers that unpack, which all do: a fourth of the bytes.
#[cfg(feature = "web")]
mod packed {
    use std::collections::HashMap;
    use std::io::Write;
    use std::sync::{Mutex, PoisonError};

    use bytes::Bytes;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use warp::http::{HeaderMap, header};

    /// Each file is packed when it is first asked for.
    static FILES: Mutex<Option<HashMap<String, Bytes>>> = Mutex::new(None);

    /// Whether gzip is among what the browser unpacks, and not with a weight of nothing.
    pub fn accepts(headers: &HeaderMap) -> bool {
        let said = headers.get(header::ACCEPT_ENCODING);
        let said = said
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        said.split(',').any(|one| {
            let mut parts = one.split(';').map(str::trim);
            let gzip = parts
                .next()
                .is_some_and(|name| name.eq_ignore_ascii_case("gzip"));
            let weight = parts.find_map(|part| part.strip_prefix("q="));
            gzip && weight.is_none_or(|weight| weight.parse().is_ok_and(|weight: f32| weight > 0.0))
        })
    }

    pub fn file(path: &str, bytes: &[u8]) -> Option<Bytes> {
        let mut files = FILES.lock().unwrap_or_else(PoisonError::into_inner);
        let files = files.get_or_insert_default();
        if let Some(known) = files.get(path) {
            return Some(known.clone());
        }
        let mut packer = GzEncoder::new(Vec::new(), Compression::best());
        packer.write_all(bytes).ok()?;
        let packed = Bytes::from(packer.finish().ok()?);
        files.insert(path.to_owned(), packed.clone());
        Some(packed)
    }
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

    #[cfg(feature = "web")]
    #[test]
    fn a_page_is_packed_for_who_unpacks_and_plain_for_others() {
        let asked = |said: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(said));
            find("", &headers).unwrap()
        };
        for said in ["gzip, deflate, br", "br;q=1.0, GZIP;q=0.5"] {
            let answer = asked(said);
            assert_eq!(answer.headers()[header::CONTENT_ENCODING], "gzip", "{said}");
            assert_eq!(answer.headers()[header::VARY], "accept-encoding");
        }
        let plain = asked("br, gzip;q=0");
        assert!(!plain.headers().contains_key(header::CONTENT_ENCODING));
        assert_ne!(
            plain.headers()[header::ETAG],
            asked("gzip").headers()[header::ETAG]
        );
    }

    #[cfg(feature = "web")]
    #[test]
    fn who_has_the_packed_page_is_told_that_it_is_still_that_one() {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
        let first = find("", &headers).unwrap();
        headers.insert(header::IF_NONE_MATCH, first.headers()[header::ETAG].clone());
        assert_eq!(
            find("", &headers).unwrap().status(),
            StatusCode::NOT_MODIFIED
        );
    }

    #[test]
    fn only_hashed_names_are_kept_without_asking() {
        for path in ["", "sw.js", "manifest.webmanifest", "icon.svg"] {
            assert_eq!(caching(path), "no-cache", "{path}");
        }
        assert_ne!(caching("assets/index-1a2b3c.js"), "no-cache");
    }
}
