//! What a file says about itself: title, artists, album, length, cover.
//!
//! Everything read here came from a stranger: what is read is bounded in bytes and in effort, and a panic of the tag
//! library ends one reading, not the server.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::Duration;

use lofty::config::ParseOptions;
use lofty::file::{AudioFile, TaggedFile, TaggedFileExt};
use lofty::mp4::{Mp4Codec, Mp4File};
use lofty::picture::PictureType;
use lofty::probe::Probe;
use lofty::tag::{ItemKey, Tag};

use super::kind::{self, AudioKind};
use super::{CatalogError, frames, wav};
use crate::domain::room::track::{MAX_ARTISTS, MAX_DURATION, MAX_TEXT, MIN_DURATION};
use crate::domain::text;
use crate::time::Span;

/// The largest cover that is shown, in bytes.
const MAX_COVER: usize = 8 * 1024 * 1024;
/// What each read and each seek costs beside its bytes.
const STEP: u64 = 64;

/// What is known of a file once it was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Findings {
    pub(super) kind: AudioKind,
    pub(super) size: u64,
    pub(super) title: Option<String>,
    pub(super) artists: Vec<String>,
    pub(super) album: Option<String>,
    pub(super) duration: Option<Span>,
    pub(super) has_cover: bool,
}

impl Findings {
    /// Of a file that cannot be looked into.
    pub(super) fn unknown(kind: AudioKind, size: u64) -> Self {
        Self {
            kind,
            size,
            title: None,
            artists: Vec::new(),
            album: None,
            duration: None,
            has_cover: false,
        }
    }
}

/// A picture out of a file's tags.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cover {
    /// As HTTP says it; told by its content.
    pub content_type: &'static str,
    /// The picture.
    pub bytes: Vec<u8>,
}

/// Looks at a whole file. Blocks.
pub(super) fn examine(path: &Path) -> Result<Findings, CatalogError> {
    contained(|| {
        let (kind, start, size) = recognise(path)?;
        let mut plain = BufReader::new(File::open(path)?);
        let (file, length) = if kind == AudioKind::Wav {
            let length = wav::length_ms(&mut plain, size)?;
            let length = length.ok_or_else(CatalogError::damaged)?;
            let file = contained(|| read(path, kind, size, Wanted::Tags));
            (file.ok(), Duration::from_millis(length))
        } else {
            let file = contained(|| read(path, kind, size, Wanted::Everything))
                .or_else(|_| read(path, kind, size, Wanted::Properties))?;
            let counted = match kind {
                AudioKind::Mp3 | AudioKind::Aac => frames::length_ms(&mut plain, start, size)?,
                _ => None,
            };
            let told = file.properties().duration();
            (Some(file), counted.map_or(told, Duration::from_millis))
        };
        let tag = file
            .as_ref()
            .and_then(|file| file.primary_tag().or_else(|| file.first_tag()));
        let one = |key| tag.and_then(|tag| tag.get_string(key)).and_then(fitting);
        Ok(Findings {
            kind,
            size,
            title: one(ItemKey::TrackTitle),
            artists: tag.map(artists).unwrap_or_default(),
            album: one(ItemKey::AlbumTitle),
            duration: believable(length),
            has_cover: file.as_ref().and_then(cover_in).is_some(),
        })
    })
}

/// The picture in a file's tags, if it has one that browsers show. Blocks.
pub(super) fn cover(path: &Path) -> Result<Option<Cover>, CatalogError> {
    contained(|| {
        let (kind, _, size) = recognise(path)?;
        let file = read(path, kind, size, Wanted::Tags)?;
        Ok(cover_in(&file))
    })
}

pub(super) fn contained<T>(
    look: impl FnOnce() -> Result<T, CatalogError>,
) -> Result<T, CatalogError> {
    catch_unwind(AssertUnwindSafe(look)).unwrap_or_else(|_| {
        tracing::warn!("reading a file panicked; it counts as damaged");
        Err(CatalogError::damaged())
    })
}

/// What a file is, where its music begins, and its size.
pub(super) fn recognise(path: &Path) -> Result<(AudioKind, u64, u64), CatalogError> {
    let mut file = File::open(path)?;
    let size = file.metadata()?.len();
    let (kind, start) = kind::detect(&mut file)?.ok_or_else(CatalogError::not_audio)?;
    Ok((kind, start, size))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Everything,
    Properties,
    Tags,
}

fn read(
    path: &Path,
    kind: AudioKind,
    size: u64,
    wanted: Wanted,
) -> Result<TaggedFile, CatalogError> {
    let options = ParseOptions::new()
        .read_tags(wanted != Wanted::Properties)
        .read_cover_art(wanted != Wanted::Properties)
        .read_properties(wanted != Wanted::Tags);
    let mut reader = BufReader::new(Bounded::open(path, size)?);
    if kind != AudioKind::Mp4 {
        let probe = Probe::with_file_type(reader, kind.file_type()).options(options);
        return probe.read().map_err(|_| CatalogError::damaged());
    }
    let file = Mp4File::read_from(&mut reader, options).map_err(|_| CatalogError::damaged())?;
    let is_playable = matches!(
        file.properties().codec(),
        Mp4Codec::AAC | Mp4Codec::MP3 | Mp4Codec::FLAC
    );
    if wanted != Wanted::Tags && !is_playable {
        return Err(CatalogError::not_audio());
    }
    Ok(file.into())
}

/// A length as a track's description takes it.
fn believable(told: Duration) -> Option<Span> {
    let length = Span::from_ms(i64::try_from(told.as_millis()).unwrap_or(i64::MAX));
    (MIN_DURATION..=MAX_DURATION)
        .contains(&length)
        .then_some(length)
}

fn artists(tag: &Tag) -> Vec<String> {
    let told = |key| {
        tag.get_strings(key)
            .filter_map(fitting)
            .take(MAX_ARTISTS)
            .collect::<Vec<_>>()
    };
    let many = told(ItemKey::TrackArtists);
    if many.is_empty() {
        told(ItemKey::TrackArtist)
    } else {
        many
    }
}

/// A text as a track's description takes it, if there is anything to be seen.
pub(super) fn fitting(told: &str) -> Option<String> {
    let short: String = text::tidy(told).chars().take(MAX_TEXT).collect();
    let tidy = text::tidy(&short);
    text::is_visible(&tidy).then_some(tidy)
}

fn cover_in(file: &TaggedFile) -> Option<Cover> {
    let pictures = || file.tags().iter().flat_map(Tag::pictures);
    let front = pictures().find(|picture| picture.pic_type() == PictureType::CoverFront);
    front.into_iter().chain(pictures()).find_map(|picture| {
        let bytes = picture.data();
        let content_type = picture_type(bytes).filter(|_| bytes.len() <= MAX_COVER)?;
        Some(Cover {
            content_type,
            bytes: bytes.to_vec(),
        })
    })
}

/// What a picture is, by its content: a picture that could carry a script is none.
fn picture_type(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some("image/png"),
        [b'G', b'I', b'F', b'8', ..] => Some("image/gif"),
        [
            b'R',
            b'I',
            b'F',
            b'F',
            _,
            _,
            _,
            _,
            b'W',
            b'E',
            b'B',
            b'P',
            ..,
        ] => Some("image/webp"),
        _ => None,
    }
}

/// A file whose reader may only work so hard: one made to send its reader in circles ends in an error.
pub(super) struct Bounded {
    file: File,
    effort: u64,
}

impl Bounded {
    /// A file of that size.
    pub(super) fn open(path: &Path, size: u64) -> io::Result<Self> {
        Ok(Self {
            file: File::open(path)?,
            effort: size.saturating_mul(8).saturating_add(16 * 1024 * 1024),
        })
    }

    fn spend(&mut self, effort: u64) -> io::Result<()> {
        let left = self.effort.checked_sub(effort);
        self.effort = left.ok_or_else(|| io::Error::other("this file takes too long to read"))?;
        Ok(())
    }
}

impl Read for Bounded {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buf)?;
        self.spend(read as u64 + STEP)?;
        Ok(read)
    }
}

impl Seek for Bounded {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.spend(STEP)?;
        self.file.seek(to)
    }
}
