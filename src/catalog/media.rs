//! A file of the library, as it is listed.

use super::kind::AudioKind;
use crate::ids::{MediaId, UserId};
use crate::time::{Span, Timestamp};

/// An audio file of the library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Media {
    /// Which.
    pub id: MediaId,
    /// From its tags, else from its file name.
    pub title: String,
    /// From its tags.
    pub artists: Vec<String>,
    /// From its tags.
    pub album: Option<String>,
    /// Its length, where it could be told.
    pub duration: Option<Span>,
    /// What it is, by its content.
    pub kind: AudioKind,
    /// Its size in bytes.
    pub size: u64,
    /// Who uploaded it; nobody where it lies in the media folder.
    pub uploaded_by: Option<UserId>,
    /// When it was uploaded, or last changed in the folder.
    pub added_at: Timestamp,
    /// Whether its tags hold a picture.
    pub has_cover: bool,
}

impl Media {
    /// Its length in milliseconds.
    pub fn duration_ms(&self) -> Option<u64> {
        self.duration
            .and_then(|duration| u64::try_from(duration.as_ms()).ok())
    }

    /// What a search looks at: title, artists and album, blind to case.
    pub(super) fn searched(&self) -> String {
        let mut text = self.title.to_lowercase();
        for part in self.artists.iter().chain(&self.album) {
            text.push('\n');
            text.push_str(&part.to_lowercase());
        }
        text
    }

    /// What lists are ordered by: artist, album, title.
    pub(super) fn order(&self) -> (String, String, String, MediaId) {
        let artist = self.artists.first().map(|artist| artist.to_lowercase());
        let album = self.album.as_deref().map(str::to_lowercase);
        (
            artist.unwrap_or_default(),
            album.unwrap_or_default(),
            self.title.to_lowercase(),
            self.id,
        )
    }
}
