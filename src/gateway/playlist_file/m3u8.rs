//! M3U8: a line a track, and comments before it that say more.

use super::{FromFile, PlaylistFile, located, location, own_words};
use crate::wire::Ms;
use crate::wire::model::Track;

const OWN: &str = "#TUTTI:";

pub(super) fn write(playlist: &PlaylistFile, origin: &str) -> String {
    let mut text = String::from("#EXTM3U\n");
    if let Some(name) = &playlist.name {
        push(&mut text, "#PLAYLIST:", name);
    }
    for track in &playlist.tracks {
        let seconds = track
            .duration_ms
            .map_or(-1, |ms| ms.0.div_ceil(1000) as i64);
        let artists = track.artists.join(", ");
        let dash = if artists.is_empty() { "" } else { " - " };
        let title = &track.title;
        push(
            &mut text,
            "#EXTINF:",
            &format!("{seconds},{artists}{dash}{title}"),
        );
        if let Some(album) = &track.album {
            push(&mut text, "#EXTALB:", album);
        }
        if let Some(artwork) = &track.artwork_url {
            push(&mut text, "#EXTIMG:", artwork);
        }
        push(&mut text, OWN, &own_words(track));
        push(&mut text, "", &location(track, origin));
    }
    text
}

/// One line, whatever is in it.
fn push(text: &mut String, before: &str, what: &str) {
    text.push_str(before);
    text.extend(what.chars().map(|c| if c.is_control() { ' ' } else { c }));
    text.push('\n');
}

pub(super) fn read(text: &str, origin: &str) -> FromFile {
    let mut found = FromFile::default();
    let mut said = Said::default();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if let Some(name) = line.strip_prefix("#PLAYLIST:") {
            found.playlist.name = Some(name.trim().to_owned());
        } else if line.starts_with('#') {
            said.hear(line);
        } else {
            match std::mem::take(&mut said).track(line, origin) {
                Some(track) => found.playlist.tracks.push(track),
                None => found.skipped += 1,
            }
        }
    }
    found
}

/// What was said of the next track.
#[derive(Default)]
struct Said {
    own: Option<Track>,
    info: Option<(Option<u64>, String)>,
    album: Option<String>,
    artwork: Option<String>,
}

impl Said {
    fn hear(&mut self, line: &str) {
        if let Some(own) = line.strip_prefix(OWN) {
            self.own = serde_json::from_str(own).ok();
        } else if let Some(info) = line.strip_prefix("#EXTINF:") {
            let (length, title) = info.split_once(',').unwrap_or((info, ""));
            let seconds = length.split_whitespace().next().unwrap_or_default();
            let seconds = seconds.parse::<f64>().ok().filter(|s| *s > 0.0);
            let ms = seconds.map(|s| (s * 1000.0).round() as u64);
            self.info = Some((ms, title.trim().to_owned()));
        } else if let Some(album) = line.strip_prefix("#EXTALB:") {
            self.album = Some(album.trim().to_owned());
        } else if let Some(artwork) = line.strip_prefix("#EXTIMG:") {
            self.artwork = Some(artwork.trim().to_owned());
        }
    }

    fn track(self, at: &str, origin: &str) -> Option<Track> {
        if self.own.is_some() {
            return self.own;
        }
        let mut track = located(at, origin)?;
        if let Some((ms, title)) = self.info {
            track.duration_ms = ms.map(Ms);
            match title.split_once(" - ") {
                Some((artist, title)) => {
                    track.artists = vec![artist.trim().to_owned()];
                    track.title = title.trim().to_owned();
                }
                None if !title.is_empty() => track.title = title,
                None => {}
            }
        }
        track.album = self.album;
        track.artwork_url = self.artwork.filter(|url| url.starts_with("http"));
        Some(track)
    }
}
