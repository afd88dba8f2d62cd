//! Uploads on disk: each is `media_<id>` and beside it `media_<id>.json`, which says what it is.
//!
//! The file is complete and durable before its description appears, and the description makes it visible: whatever the
//! machine does meanwhile, a file is there whole or not at all. Knows no limits.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::CatalogError;
use super::kind::AudioKind;
use super::media::Media;
use crate::ids::MediaId;
use crate::time::{Span, Timestamp};

/// What unfinished files end with; all of them are removed at the start.
const UNFINISHED: &str = ".part";
/// Room on the disk that uploads leave to the journal, in bytes.
const KEEP_FREE: u64 = 256 * 1024 * 1024;

/// An uploaded file, as it was found on disk.
pub(super) struct Found {
    pub(super) media: Media,
    pub(super) hash: blake3::Hash,
}

/// The description beside a file. New fields need a default.
#[derive(Serialize, Deserialize)]
struct Sidecar {
    version: u32,
    media_id: String,
    uploaded_by: String,
    added_at_ms: i64,
    kind: String,
    size: u64,
    blake3: String,
    title: String,
    artists: Vec<String>,
    album: Option<String>,
    duration_ms: Option<u64>,
    has_cover: bool,
}

const VERSION: u32 = 1;

impl Sidecar {
    fn of(media: &Media, hash: blake3::Hash) -> Self {
        Self {
            version: VERSION,
            media_id: media.id.to_string(),
            uploaded_by: media
                .uploaded_by
                .map(|user| user.to_string())
                .unwrap_or_default(),
            added_at_ms: media.added_at.as_ms(),
            kind: media.kind.name().to_owned(),
            size: media.size,
            blake3: hash.to_hex().to_string(),
            title: media.title.clone(),
            artists: media.artists.clone(),
            album: media.album.clone(),
            duration_ms: media.duration_ms(),
            has_cover: media.has_cover,
        }
    }

    fn found(self) -> Option<Found> {
        let duration = self.duration_ms.map(i64::try_from).transpose().ok()?;
        Some(Found {
            media: Media {
                id: self.media_id.parse().ok()?,
                title: self.title,
                artists: self.artists,
                album: self.album,
                duration: duration.map(Span::from_ms),
                kind: AudioKind::named(&self.kind)?,
                size: self.size,
                uploaded_by: Some(self.uploaded_by.parse().ok()?),
                added_at: Timestamp::from_ms(self.added_at_ms),
                has_cover: self.has_cover,
            },
            hash: blake3::Hash::from_hex(&self.blake3).ok()?,
        })
    }
}

/// The directory of the uploads.
#[derive(Debug)]
pub(super) struct Disk {
    pub(super) dir: PathBuf,
}

impl Disk {
    /// Opens the directory, clears away what a crash left unfinished, and reads what is there.
    pub(super) fn open(dir: &Path) -> io::Result<(Self, Vec<Found>)> {
        fs::create_dir_all(dir)?;
        let disk = Self {
            dir: dir.to_owned(),
        };
        let mut found = Vec::new();
        for entry in fs::read_dir(dir)? {
            let path = entry?.path();
            let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
                continue;
            };
            if name.ends_with(UNFINISHED) {
                fs::remove_file(&path)?;
            } else if let Ok(id) = name.parse::<MediaId>() {
                if !disk.sidecar(id).exists() {
                    fs::remove_file(&path)?;
                }
            } else if let Some(id) = name.strip_suffix(".json").and_then(|id| id.parse().ok()) {
                found.extend(disk.read(id)?);
            }
        }
        disk.sync()?;
        Ok((disk, found))
    }

    fn read(&self, id: MediaId) -> io::Result<Option<Found>> {
        let sidecar = self.sidecar(id);
        let size = match fs::metadata(self.file(id)) {
            Ok(metadata) => metadata.len(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                tracing::warn!(media = %id, "an uploaded file is gone; its description is removed");
                fs::remove_file(sidecar)?;
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        let described = serde_json::from_slice::<Sidecar>(&fs::read(sidecar)?).ok();
        let found = described
            .filter(|sidecar| sidecar.version == VERSION)
            .and_then(Sidecar::found)
            .filter(|found| found.media.id == id && found.media.size == size);
        if found.is_none() {
            tracing::error!(media = %id, "the description of an uploaded file is damaged; the file is left alone");
        }
        Ok(found)
    }

    /// Where an uploaded file lies.
    pub(super) fn file(&self, id: MediaId) -> PathBuf {
        self.dir.join(id.to_string())
    }

    fn sidecar(&self, id: MediaId) -> PathBuf {
        self.dir.join(format!("{id}.json"))
    }

    /// Where the file of that id is written until it is whole.
    pub(super) fn unfinished(&self, id: MediaId) -> PathBuf {
        self.dir.join(format!("{id}{UNFINISHED}"))
    }

    /// Makes an unfinished file visible, durably. Blocks.
    pub(super) fn publish(&self, media: &Media, hash: blake3::Hash) -> io::Result<()> {
        let outcome = self.try_publish(media, hash);
        if outcome.is_err() {
            let _ = fs::remove_file(self.sidecar(media.id));
            let _ = fs::remove_file(self.file(media.id));
        }
        outcome
    }

    fn try_publish(&self, media: &Media, hash: blake3::Hash) -> io::Result<()> {
        let unfinished = self.unfinished(media.id);
        File::open(&unfinished)?.sync_all()?;
        fs::rename(&unfinished, self.file(media.id))?;
        self.sync()?;
        let text = serde_json::to_vec_pretty(&Sidecar::of(media, hash))?;
        let mut file = File::create(&unfinished)?;
        file.write_all(&text)?;
        file.sync_all()?;
        fs::rename(&unfinished, self.sidecar(media.id))?;
        self.sync()
    }

    /// Removes an uploaded file, durably: its description first. Blocks.
    pub(super) fn remove(&self, id: MediaId) -> io::Result<()> {
        fs::remove_file(self.sidecar(id))?;
        self.sync()?;
        self.forget_peaks(id);
        fs::remove_file(self.file(id))
    }

    fn sync(&self) -> io::Result<()> {
        File::open(&self.dir)?.sync_all()
    }

    /// What is free on the disk, in bytes.
    pub(super) fn free(&self) -> io::Result<u64> {
        let disk = rustix::fs::statvfs(&self.dir).map_err(io::Error::from)?;
        Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
    }

    /// Refuses where the disk has no room for `more` bytes beside what it must keep free. Blocks, shortly.
    pub(super) fn check_room(&self, more: u64) -> Result<(), CatalogError> {
        let free = self.free()?;
        if free < more.saturating_add(KEEP_FREE) {
            return Err(CatalogError::StorageFull);
        }
        Ok(())
    }
}
