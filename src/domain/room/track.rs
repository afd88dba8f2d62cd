//! A track: a piece of music as the playlist describes it, and what a good description is.
//!
//! Knows nothing of whether the sound can be had: nobody opens an address in here.

use crate::domain::text;
use crate::ids::MediaId;
use crate::time::{Position, Span};

/// The longest title, artist or album, in characters.
pub const MAX_TEXT: usize = 300;
/// The most artists of one track.
pub const MAX_ARTISTS: usize = 20;
/// The longest URL, in characters.
pub const MAX_URL: usize = 2_048;
/// The shortest track: a room that repeats it writes no more than ten entries a second.
pub const MIN_DURATION: Span = Span::from_ms(100);
/// The longest track, and the furthest position in a track of unknown length: a week.
pub const MAX_DURATION: Span = Span::from_secs(7 * 24 * 3600);

/// Where a track's sound comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// An uploaded or catalogued file.
    Media(MediaId),
    /// An address that each listener's browser opens by itself; the server never does.
    Url(String),
    /// A YouTube video.
    YouTube(String),
}

/// A piece of music as the playlist describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Track {
    /// Its title.
    pub title: String,
    /// Its artists, most important first.
    pub artists: Vec<String>,
    /// The album it is from.
    pub album: Option<String>,
    /// Its length, where known.
    pub duration: Option<Span>,
    /// A picture.
    pub artwork_url: Option<String>,
    /// Where the sound is.
    pub source: Source,
}

impl Track {
    /// The position of its end, where its length is known.
    pub fn end(&self) -> Option<Position> {
        self.duration
            .map(|duration| Position::from_ms(u64::try_from(duration.as_ms()).unwrap_or(0)))
    }

    /// About how many bytes it takes to keep.
    pub fn weight(&self) -> usize {
        let texts = self.artists.iter().chain(&self.album);
        let texts: usize = texts
            .chain(&self.artwork_url)
            .map(|text| text.len() + 4)
            .sum();
        let source = match &self.source {
            Source::Media(_) => 16,
            Source::Url(text) | Source::YouTube(text) => text.len(),
        };
        self.title.len() + texts + source + 80
    }

    /// The description as it will stand: its texts tidied, the empty ones dropped.
    ///
    /// # Errors
    /// What is wrong with it, for the person who described it.
    pub fn checked(&self) -> Result<Self, &'static str> {
        let track = self.tidied();
        track.check_texts()?;
        let length = MIN_DURATION..=MAX_DURATION;
        if track.duration.is_some_and(|d| !length.contains(&d)) {
            return Err("duration_ms lies between 100 and 604800000, a week");
        }
        if !track.artwork_url.as_deref().is_none_or(is_web_url) {
            return Err(
                "artwork_url is an http(s) address or a path of this server under /media/ \
                        or /api/, of at most 2048 characters",
            );
        }
        match &track.source {
            Source::Url(url) if !is_web_url(url) => Err(
                "url is an http(s) address or a path of this server under /media/ or /api/, of at \
                 most 2048 characters",
            ),
            Source::YouTube(id) if !is_youtube_id(id) => {
                Err("youtube_video_id has 1 to 64 of A–Z a–z 0–9 _ -")
            }
            _ => Ok(track),
        }
    }

    fn tidied(&self) -> Self {
        let artists = self.artists.iter().map(|artist| text::tidy(artist));
        Self {
            title: text::tidy(&self.title),
            artists: artists.filter(|artist| !artist.is_empty()).collect(),
            album: self
                .album
                .as_deref()
                .map(text::tidy)
                .filter(|album| !album.is_empty()),
            ..self.clone()
        }
    }

    fn check_texts(&self) -> Result<(), &'static str> {
        let long = |text: &str| text.chars().count() > MAX_TEXT;
        if !text::is_visible(&self.title) {
            return Err("title must not be empty");
        }
        if self.artists.len() > MAX_ARTISTS {
            return Err("artists: at most 20");
        }
        let mut texts = std::iter::once(&self.title)
            .chain(&self.artists)
            .chain(&self.album);
        if texts.any(|text| long(text)) {
            return Err("title, artists and album have at most 300 characters each");
        }
        Ok(())
    }
}

fn is_web_url(url: &str) -> bool {
    let scheme = ["http://", "https://"].iter().any(|scheme| {
        url.get(..scheme.len())
            .is_some_and(|start| url.len() > scheme.len() && start.eq_ignore_ascii_case(scheme))
    });
    let path = ["/media/", "/api/"]
        .iter()
        .any(|path| url.len() > path.len() && url.starts_with(path));
    (scheme || path)
        && url.chars().count() <= MAX_URL
        && !url.chars().any(|c| c.is_whitespace() || text::is_unruly(c))
}

fn is_youtube_id(id: &str) -> bool {
    (1..=64).contains(&id.len())
        && id
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn track() -> Track {
        Track {
            title: "Song".into(),
            artists: vec!["Artist".into()],
            album: Some("Album".into()),
            duration: Some(Span::from_secs(60)),
            artwork_url: None,
            source: Source::Media(MediaId(Uuid::nil())),
        }
    }

    fn with(change: impl FnOnce(&mut Track)) -> Result<Track, &'static str> {
        let mut track = track();
        change(&mut track);
        track.checked()
    }

    #[test]
    fn a_good_description_stands_as_it_is() {
        assert_eq!(track().checked(), Ok(track()));
    }

    #[test]
    fn texts_are_tidied_and_empty_ones_dropped() {
        let tidied = with(|t| {
            t.title = "\u{202E}Song\0 ".into();
            t.artists = vec![" ".into(), "Artist\n".into()];
            t.album = Some("\t".into());
        });
        let expected = Track {
            album: None,
            ..track()
        };
        assert_eq!(tidied, Ok(expected));
    }

    #[test]
    fn a_track_has_a_title_to_be_seen() {
        for unseen in ["", "  ", "\0", "\u{200B}"] {
            assert!(with(|t| t.title = unseen.into()).is_err(), "{unseen:?}");
        }
    }

    #[test]
    fn texts_are_bounded_in_characters() {
        let (fits, long) = ("é".repeat(MAX_TEXT), "é".repeat(MAX_TEXT + 1));
        assert!(with(|t| t.title = fits.clone()).is_ok());
        assert!(with(|t| t.title = long.clone()).is_err());
        assert!(with(|t| t.artists = vec![long.clone()]).is_err());
        assert!(with(|t| t.album = Some(long.clone())).is_err());
        assert!(with(|t| t.artists = vec![fits.clone(); MAX_ARTISTS]).is_ok());
        assert!(with(|t| t.artists = vec![fits.clone(); MAX_ARTISTS + 1]).is_err());
    }

    #[test]
    fn a_length_may_be_unknown_but_not_absurd() {
        assert!(with(|t| t.duration = None).is_ok());
        for fine in [MIN_DURATION, MAX_DURATION] {
            assert!(with(|t| t.duration = Some(fine)).is_ok(), "{fine:?}");
        }
        for absurd in [-1, 0, 99, MAX_DURATION.as_ms() + 1, i64::MAX] {
            let absurd = Some(Span::from_ms(absurd));
            assert!(with(|t| t.duration = absurd).is_err(), "{absurd:?}");
        }
    }

    #[test]
    fn an_address_is_of_the_web_or_of_this_server() {
        let long = format!("https://e.org/{}", "a".repeat(MAX_URL));
        for fine in [
            "http://e.org/a.mp3",
            "Https://e.org",
            "/media/a.ogg",
            "/api/v1/media/x",
        ] {
            assert!(
                with(|t| t.source = Source::Url(fine.into())).is_ok(),
                "{fine}"
            );
            assert!(
                with(|t| t.artwork_url = Some(fine.into())).is_ok(),
                "{fine}"
            );
        }
        for bad in [
            "",
            "https://",
            "/media/",
            "ftp://e.org/a",
            "javascript:alert(1)",
            "data:audio/mp3,",
            "//e.org/a.mp3",
            "/etc/passwd",
            "https://e.org/a b",
            "https://e.org/\0",
            "https://e.org/\u{202E}3pm.a",
            "ht€tps://",
            &long,
        ] {
            assert!(
                with(|t| t.source = Source::Url(bad.into())).is_err(),
                "{bad}"
            );
            assert!(with(|t| t.artwork_url = Some(bad.into())).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_youtube_id_is_short_and_plain() {
        for fine in ["dQw4w9WgXcQ", "a_-9"] {
            assert!(
                with(|t| t.source = Source::YouTube(fine.into())).is_ok(),
                "{fine}"
            );
        }
        for bad in ["", "a b", "a/b", "ä", &"a".repeat(65)] {
            assert!(
                with(|t| t.source = Source::YouTube(bad.into())).is_err(),
                "{bad}"
            );
        }
    }
}
