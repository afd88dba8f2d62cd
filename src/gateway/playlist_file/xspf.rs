//! XSPF, the XML shareable playlist format.

use quick_xml::Reader;
use quick_xml::escape::{escape, unescape};
use quick_xml::events::{BytesStart, Event};

use super::{FromFile, PlaylistFile, located, location, own_words};
use crate::gateway::answer::invalid;
use crate::wire::Ms;
use crate::wire::error_code::ErrorBody;
use crate::wire::model::Track;

/// Under which name a track is carried in our own words.
const OWN: &str = "urn:tutti:track";

pub(super) fn write(playlist: &PlaylistFile, origin: &str) -> String {
    let mut text = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<playlist version=\"1\" xmlns=\"http://xspf.org/ns/0/\">\n",
    );
    if let Some(name) = &playlist.name {
        push(&mut text, "title", name);
    }
    text.push_str("<trackList>\n");
    for track in &playlist.tracks {
        text.push_str("<track>\n");
        push(&mut text, "location", &location(track, origin));
        push(&mut text, "title", &track.title);
        if !track.artists.is_empty() {
            push(&mut text, "creator", &track.artists.join(", "));
        }
        let image = track.artwork_url.as_deref();
        for (tag, said) in [("image", image), ("album", track.album.as_deref())] {
            if let Some(said) = said {
                push(&mut text, tag, said);
            }
        }
        if let Some(ms) = track.duration_ms {
            push(&mut text, "duration", &ms.0.to_string());
        }
        let own = own_words(track);
        text.push_str(&format!("<meta rel=\"{OWN}\">{}</meta>\n", escape(&own)));
        text.push_str("</track>\n");
    }
    text.push_str("</trackList>\n</playlist>\n");
    text
}

fn push(text: &mut String, tag: &str, said: &str) {
    let plain: String = said.chars().filter(|c| !c.is_control()).collect();
    text.push_str(&format!("<{tag}>{}</{tag}>\n", escape(&plain)));
}

/// One `<track>` as it is read.
#[derive(Default)]
struct Heard {
    own: Option<Track>,
    location: Option<String>,
    title: Option<String>,
    creator: Option<String>,
    album: Option<String>,
    image: Option<String>,
    duration: Option<u64>,
}

impl Heard {
    fn track(self, origin: &str) -> Option<Track> {
        if self.own.is_some() {
            return self.own;
        }
        let mut track = located(&self.location?, origin)?;
        if let Some(title) = self.title.filter(|title| !title.is_empty()) {
            track.title = title;
        }
        track.artists = self.creator.into_iter().collect();
        track.album = self.album;
        track.artwork_url = self.image.filter(|url| url.starts_with("http"));
        track.duration_ms = self.duration.filter(|ms| *ms > 0).map(Ms);
        Some(track)
    }

    fn hear(&mut self, tag: &Tag, text: String) {
        match tag.name.as_str() {
            "location" if self.location.is_none() => self.location = Some(text),
            "title" => self.title = Some(text),
            "creator" => self.creator = Some(text),
            "album" => self.album = Some(text),
            "image" => self.image = Some(text),
            "duration" => self.duration = text.parse().ok(),
            "meta" if tag.own => self.own = serde_json::from_str(&text).ok(),
            _ => {}
        }
    }
}

/// The element that is open.
struct Tag {
    name: String,
    own: bool,
}

pub(super) fn read(text: &str, origin: &str) -> Result<FromFile, ErrorBody> {
    let wrong = |error: &dyn std::fmt::Display| invalid(format!("this is no XSPF: {error}"));
    let mut reader = Reader::from_str(text);
    let mut found = FromFile::default();
    let (mut track, mut said) = (None::<Heard>, String::new());
    let (mut open, mut known) = (None::<Tag>, false);
    loop {
        match reader.read_event().map_err(|error| wrong(&error))? {
            Event::Start(tag) => {
                let tag = read_tag(&tag);
                known |= tag.name == "playlist";
                if tag.name == "track" {
                    track = Some(Heard::default());
                }
                said.clear();
                open = Some(tag);
            }
            Event::Text(more) => said.push_str(&more.xml10_content()),
            Event::CData(more) => said.push_str(&more.xml10_content()),
            Event::GeneralRef(more) => {
                let written = format!("&{};", more.xml10_content());
                said.push_str(&unescape(&written).map_err(|error| wrong(&error))?);
            }
            Event::End(tag) => {
                let closes_track = tag.local_name().as_ref() == "track";
                match (&mut track, open.take()) {
                    (Some(track), Some(tag)) => track.hear(&tag, said.trim().to_owned()),
                    (None, Some(tag)) if tag.name == "title" => {
                        found.playlist.name = Some(said.trim().to_owned());
                    }
                    _ => {}
                }
                said.clear();
                if let Some(heard) = closes_track.then(|| track.take()).flatten() {
                    match heard.track(origin) {
                        Some(track) => found.playlist.tracks.push(track),
                        None => found.skipped += 1,
                    }
                }
            }
            Event::Eof => break,
            _ => {}
        }
    }
    if known {
        Ok(found)
    } else {
        Err(invalid("this is no XSPF: it has no <playlist>"))
    }
}

fn read_tag(tag: &BytesStart<'_>) -> Tag {
    let rel = tag.try_get_attribute("rel").ok().flatten();
    Tag {
        name: tag.local_name().as_ref().to_owned(),
        own: rel.is_some_and(|rel| rel.value.as_ref() == OWN),
    }
}
