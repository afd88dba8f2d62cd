//! Answers that are a file of the library: conditions, ranges, and the bytes as they are read.
//!
//! Knows nothing of who may have the file.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use hyper::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE,
    ETAG, HeaderName, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE, LAST_MODIFIED,
    RANGE,
};
use hyper::{HeaderMap, Method, StatusCode};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use tokio::io::{AsyncReadExt, AsyncSeekExt};
use tokio_util::io::ReaderStream;
use warp::Reply;

use super::answer::{self, Answer, Response};
use super::range::{self, Part};
use crate::catalog::{Cover, Media, OpenMedia};
use crate::time::Timestamp;

/// How much of a file is read at once, in bytes.
const CHUNK: usize = 64 * 1024;

/// What a header's file name is written with, beside letters and digits.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_');

/// What tells one state of something from another.
pub struct Version {
    etag: String,
    /// In whole seconds: HTTP dates have no finer ones.
    modified: SystemTime,
}

impl Version {
    /// Told by a text that is another one whenever the content is.
    pub fn new(version: &str, modified: Timestamp) -> Self {
        let seconds = u64::try_from(modified.as_ms() / 1000).unwrap_or(0);
        Self {
            etag: format!("\"{version}\""),
            modified: UNIX_EPOCH + Duration::from_secs(seconds),
        }
    }

    /// Whether the client has it already.
    fn is_known(&self, headers: &HeaderMap) -> bool {
        let mut known = headers.get_all(IF_NONE_MATCH).iter().peekable();
        if known.peek().is_some() {
            return known
                .filter_map(|value| value.to_str().ok())
                .flat_map(|value| value.split(','))
                .map(str::trim)
                .any(|tag| tag == "*" || tag.trim_start_matches("W/") == self.etag);
        }
        let since = one(headers, &IF_MODIFIED_SINCE)
            .and_then(|value| httpdate::parse_http_date(value).ok());
        since.is_some_and(|since| self.modified <= since)
    }

    /// Whether a range continues what the client has: it must be this, exactly.
    fn continues(&self, headers: &HeaderMap) -> bool {
        if !headers.contains_key(IF_RANGE) {
            return true;
        }
        one(headers, &IF_RANGE).is_some_and(|value| {
            value == self.etag
                || httpdate::parse_http_date(value).is_ok_and(|date| date == self.modified)
        })
    }

    fn describe(&self, headers: &mut HeaderMap) {
        put(headers, ETAG, &self.etag);
        put(
            headers,
            LAST_MODIFIED,
            &httpdate::fmt_http_date(self.modified),
        );
        // Asked again each time: who may have it can change, and to say that it did not change is cheap.
        put(headers, CACHE_CONTROL, "private, no-cache");
    }

    /// This, as JSON.
    pub fn of<T: Serialize>(&self, body: &T) -> Response {
        let mut response = answer::json(StatusCode::OK, body);
        self.describe(response.headers_mut());
        response
    }

    /// The answer to a client that has it already.
    pub fn unchanged(&self, headers: &HeaderMap) -> Option<Response> {
        self.is_known(headers).then(|| {
            let mut response = Response::default();
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            self.describe(response.headers_mut());
            response
        })
    }
}

/// The value of a header that is there once.
fn one<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().ok().map(str::trim),
        _ => None,
    }
}

fn put(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

/// A file, or the part of it that is asked for.
///
/// # Errors
/// Where it cannot be read.
pub async fn file(method: &Method, headers: &HeaderMap, open: OpenMedia) -> Answer {
    let version = Version::new(&open.version, open.modified);
    if let Some(unchanged) = version.unchanged(headers) {
        return Ok(unchanged);
    }
    let asked =
        one(headers, &RANGE).filter(|_| *method == Method::GET && version.continues(headers));
    match asked.map_or(Part::Whole, |range| range::part(range, open.size)) {
        Part::Whole => bytes(version, open, None).await,
        Part::Of { first, last } => bytes(version, open, Some((first, last))).await,
        Part::Outside => Ok(outside(open.size)),
    }
}

async fn bytes(version: Version, open: OpenMedia, part: Option<(u64, u64)>) -> Answer {
    let OpenMedia {
        media,
        mut file,
        size,
        ..
    } = open;
    let (first, length) = part.map_or((0, size), |(first, last)| (first, last - first + 1));
    if first > 0 {
        let sought = file.seek(std::io::SeekFrom::Start(first)).await;
        sought.map_err(|error| {
            tracing::error!(%error, media = %media.id, "a file cannot be read");
            answer::broken()
        })?;
    }
    let stream = ReaderStream::with_capacity(file.take(length), CHUNK);
    let mut response = warp::reply::stream(stream).into_response();
    let headers = response.headers_mut();
    version.describe(headers);
    put(headers, CONTENT_TYPE, media.kind.content_type());
    put(headers, CONTENT_DISPOSITION, &disposition(&media));
    put(headers, ACCEPT_RANGES, "bytes");
    headers.insert(CONTENT_LENGTH, length.into());
    if let Some((first, last)) = part {
        put(
            headers,
            CONTENT_RANGE,
            &format!("bytes {first}-{last}/{size}"),
        );
        *response.status_mut() = StatusCode::PARTIAL_CONTENT;
    }
    Ok(response)
}

fn outside(size: u64) -> Response {
    let body = answer::invalid(format!("this file has {size} bytes"));
    let mut response = answer::error_with(StatusCode::RANGE_NOT_SATISFIABLE, &body);
    let headers = response.headers_mut();
    put(headers, CONTENT_RANGE, &format!("bytes */{size}"));
    put(headers, ACCEPT_RANGES, "bytes");
    response
}

/// Played where it is linked, and named after its title where it is saved.
fn disposition(media: &Media) -> String {
    let name = format!("{}.{}", media.title, media.kind.extension());
    format!(
        "inline; filename*=UTF-8''{}",
        utf8_percent_encode(&name, PLAIN)
    )
}

/// A picture.
pub fn picture(version: &Version, cover: Cover) -> Response {
    let mut response = answer::raw(StatusCode::OK, cover.content_type, cover.bytes);
    version.describe(response.headers_mut());
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version() -> Version {
        Version::new("abc", Timestamp::from_ms(1_704_067_200_999))
    }

    fn headers(pairs: &[(HeaderName, &'static str)]) -> HeaderMap {
        let pair = |(name, value): &(HeaderName, &'static str)| {
            (name.clone(), HeaderValue::from_static(value))
        };
        let mut headers = HeaderMap::new();
        for (name, value) in pairs.iter().map(pair) {
            headers.append(name, value);
        }
        headers
    }

    const THEN: &str = "Mon, 01 Jan 2024 00:00:00 GMT";
    const BEFORE: &str = "Sun, 31 Dec 2023 23:59:59 GMT";

    #[test]
    fn a_known_version_is_recognised() {
        let known = |pairs: &[_]| version().is_known(&headers(pairs));
        assert!(known(&[(IF_NONE_MATCH, "\"abc\"")]));
        assert!(known(&[(IF_NONE_MATCH, "\"x\", W/\"abc\"")]));
        assert!(known(&[
            (IF_NONE_MATCH, "\"x\""),
            (IF_NONE_MATCH, "\"abc\"")
        ]));
        assert!(known(&[(IF_NONE_MATCH, "*")]));
        assert!(known(&[(IF_MODIFIED_SINCE, THEN)]));
        assert!(!known(&[(IF_NONE_MATCH, "abc")]));
        assert!(!known(&[
            (IF_NONE_MATCH, "\"x\""),
            (IF_MODIFIED_SINCE, THEN)
        ]));
        assert!(!known(&[(IF_MODIFIED_SINCE, BEFORE)]));
        assert!(!known(&[(IF_MODIFIED_SINCE, "yesterday")]));
        assert!(!known(&[]));
    }

    #[test]
    fn a_range_continues_only_exactly_this_version() {
        let continues = |pairs: &[_]| version().continues(&headers(pairs));
        assert!(continues(&[]));
        assert!(continues(&[(IF_RANGE, "\"abc\"")]));
        assert!(continues(&[(IF_RANGE, THEN)]));
        assert!(!continues(&[(IF_RANGE, "W/\"abc\"")]));
        assert!(!continues(&[(IF_RANGE, "\"x\"")]));
        assert!(!continues(&[(IF_RANGE, BEFORE)]));
        assert!(!continues(&[(IF_RANGE, "\"abc\""), (IF_RANGE, "\"abc\"")]));
    }
}
