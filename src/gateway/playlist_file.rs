//! Playlists as files: M3U8, XSPF and JSON, written and read.
//!
//! Written so that other players can open them, and so that what is read again is what was written: beside what each
//! format knows of a track, it carries the track in our own words where other players pass over it. Knows no room.

mod m3u8;
#[cfg(test)]
mod tests;
mod xspf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::answer::invalid;
use crate::ids::MediaId;
use crate::wire::error_code::ErrorBody;
use crate::wire::model::Track;

/// The largest file that is read, in bytes.
pub const MAX_FILE: usize = 1024 * 1024;

/// How a playlist is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// What most players read.
    M3u8,
    /// XML that says more of each track.
    Xspf,
    /// Our own words.
    Json,
}

impl Format {
    /// The format of that name.
    ///
    /// # Errors
    /// Where there is none.
    pub fn named(name: &str) -> Result<Self, ErrorBody> {
        match name {
            "m3u8" | "m3u" => Ok(Self::M3u8),
            "xspf" => Ok(Self::Xspf),
            "json" => Ok(Self::Json),
            _ => Err(invalid("format is m3u8, xspf or json")),
        }
    }

    /// The format of a file of that type.
    ///
    /// # Errors
    /// Where it is none of ours.
    pub fn of_type(content_type: &str) -> Result<Self, ErrorBody> {
        let kind = content_type.split(';').next().unwrap_or_default();
        match kind.trim().to_ascii_lowercase().as_str() {
            "application/vnd.apple.mpegurl"
            | "application/x-mpegurl"
            | "audio/x-mpegurl"
            | "audio/mpegurl" => Ok(Self::M3u8),
            "application/xspf+xml" | "application/xml" | "text/xml" => Ok(Self::Xspf),
            "application/json" => Ok(Self::Json),
            _ => Err(invalid("give ?format=m3u8, xspf or json")),
        }
    }

    /// The type of a file of this format.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::M3u8 => "application/vnd.apple.mpegurl",
            Self::Xspf => "application/xspf+xml",
            Self::Json => "application/json",
        }
    }

    /// What its file's name ends in.
    pub fn ending(self) -> &'static str {
        match self {
            Self::M3u8 => "m3u8",
            Self::Xspf => "xspf",
            Self::Json => "json",
        }
    }
}

/// A playlist, whatever file it is in.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlaylistFile {
    /// What it is called.
    #[serde(default)]
    pub name: Option<String>,
    /// In order.
    pub tracks: Vec<Track>,
}

/// What a file says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FromFile {
    /// What can be played.
    pub playlist: PlaylistFile,
    /// How many entries cannot: they are on somebody's own disk.
    pub skipped: usize,
}

/// A playlist as a file. `origin` is this server, before the paths of its own files.
pub fn write(format: Format, playlist: &PlaylistFile, origin: &str) -> String {
    match format {
        Format::M3u8 => m3u8::write(playlist, origin),
        Format::Xspf => xspf::write(playlist, origin),
        Format::Json => serde_json::to_string_pretty(playlist).unwrap_or_default(),
    }
}

/// A playlist from a file.
///
/// # Errors
/// Where it is not well formed.
pub fn read(format: Format, text: &str, origin: &str) -> Result<FromFile, ErrorBody> {
    let text = text.trim_start_matches('\u{FEFF}');
    match format {
        Format::M3u8 => Ok(m3u8::read(text, origin)),
        Format::Xspf => xspf::read(text, origin),
        Format::Json => {
            let playlist = serde_json::from_str(text)
                .map_err(|error| invalid(format!("this is not such a playlist: {error}")))?;
            Ok(FromFile {
                playlist,
                skipped: 0,
            })
        }
    }
}

const YOUTUBE: &str = "https://www.youtube.com/watch?v=";

/// Where other players find a track.
fn location(track: &Track, origin: &str) -> String {
    let own = |path: &str| format!("{origin}{path}");
    match (&track.media_id, &track.url, &track.youtube_video_id) {
        (Some(id), _, _) => own(&format!("/media/{id}")),
        (_, Some(url), _) if url.starts_with('/') => own(url),
        (_, Some(url), _) => url.clone(),
        (_, _, Some(id)) => format!("{YOUTUBE}{id}"),
        (None, None, None) => String::new(),
    }
}

/// A track of which a file says only where it is; nothing where nobody else can go there.
fn located(location: &str, origin: &str) -> Option<Track> {
    let path = location.strip_prefix(origin).unwrap_or(location);
    let media_id = path
        .strip_prefix("/media/")
        .and_then(|id| id.parse::<MediaId>().ok());
    let youtube = ["https://youtu.be/", YOUTUBE]
        .iter()
        .find_map(|start| location.strip_prefix(start))
        .and_then(|rest| rest.split(['&', '?', '#']).next())
        .map(str::to_owned);
    let url = (path.starts_with("/media/")
        || path.starts_with("/api/")
        || ["http://", "https://"]
            .iter()
            .any(|s| location.starts_with(s)))
    .then(|| path.to_owned());
    let named = path.split(['?', '#']).next().unwrap_or(path);
    let title = named.rsplit('/').next().unwrap_or(named);
    let (url, youtube_video_id) = match (media_id, youtube) {
        (Some(_), _) => (None, None),
        (None, Some(id)) => (None, Some(id)),
        (None, None) => (Some(url?), None),
    };
    Some(Track {
        title: percent_encoding::percent_decode_str(title)
            .decode_utf8_lossy()
            .into_owned(),
        artists: Vec::new(),
        album: None,
        duration_ms: None,
        artwork_url: None,
        media_id,
        url,
        youtube_video_id,
    })
}

/// A track in our own words, as a file carries it.
fn own_words(track: &Track) -> String {
    serde_json::to_string(track).unwrap_or_default()
}
