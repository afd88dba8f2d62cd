//! What is drawn as a file's waveform: measured when it is first asked for, and kept on disk beside the uploads.
//!
//! What is kept is a cache: where it is gone, damaged, or of an earlier state of the file, the file is measured anew.

use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use super::disk::Disk;
use super::{Catalog, CatalogError, Shelf, gone_is_none, loudness};
use crate::ids::MediaId;

impl Catalog {
    /// How loud a file is in each of 800 steps of its length, from 0 to 255; nothing where that cannot be told: of Opus,
    /// of what is very long, of what is not there. `version` is the file's, as [`super::OpenMedia`] tells it.
    ///
    /// # Errors
    /// Where the disk says no.
    pub async fn peaks(&self, id: MediaId, version: &str) -> Result<Option<Vec<u8>>, CatalogError> {
        let (shelf, version) = (self.shelf.clone(), version.to_owned());
        // Spawned, so that what was begun is there for the next who asks, whoever goes away.
        let measuring = tokio::spawn(async move { shelf.peaks(id, version).await });
        measuring.await.map_err(io::Error::other)?
    }
}

impl Shelf {
    async fn peaks(
        self: Arc<Self>,
        id: MediaId,
        version: String,
    ) -> Result<Option<Vec<u8>>, CatalogError> {
        if let Some(kept) = self.disk.kept_peaks(id, &version) {
            return Ok(kept);
        }
        // One at a time, beside those who look into files: measuring takes long.
        let _turn = self.measuring.lock().await;
        let Some((_, path)) = self.path_of(id) else {
            return Ok(None);
        };
        let shelf = self.clone();
        let measuring = tokio::task::spawn_blocking(move || {
            if let Some(kept) = shelf.disk.kept_peaks(id, &version) {
                return Ok(kept);
            }
            let peaks = match loudness::measure(&path) {
                Ok(peaks) => peaks,
                Err(CatalogError::Refused(_)) => None,
                Err(CatalogError::Broken(error)) => return gone_is_none(Err(error)),
                Err(error) => return Err(error),
            };
            if let Err(error) = shelf.disk.keep_peaks(id, &version, peaks.as_deref()) {
                tracing::warn!(%error, media = %id, "a waveform cannot be kept; it is measured again");
            }
            Ok(peaks)
        });
        measuring.await.map_err(io::Error::other)?
    }
}

impl Disk {
    fn peaks(&self, id: MediaId) -> PathBuf {
        self.dir.join("peaks").join(id.to_string())
    }

    /// What is kept of a file in that version: `Some(None)` where it is known that there is nothing to keep.
    fn kept_peaks(&self, id: MediaId, version: &str) -> Option<Option<Vec<u8>>> {
        let kept = fs::read(self.peaks(id)).ok()?;
        let rest = kept.strip_prefix(version.as_bytes())?;
        match rest.strip_prefix(b"\n")? {
            [] => Some(None),
            peaks if peaks.len() == loudness::STEPS => Some(Some(peaks.to_vec())),
            _ => None,
        }
    }

    fn keep_peaks(&self, id: MediaId, version: &str, peaks: Option<&[u8]>) -> io::Result<()> {
        fs::create_dir_all(self.dir.join("peaks"))?;
        let unfinished = self.peaks(id).with_extension("part");
        let bytes = [version.as_bytes(), b"\n", peaks.unwrap_or_default()].concat();
        fs::write(&unfinished, bytes)?;
        fs::rename(unfinished, self.peaks(id))
    }

    /// Forgets what is kept of a file. Blocks.
    pub(super) fn forget_peaks(&self, id: MediaId) {
        let _ = fs::remove_file(self.peaks(id));
    }
}
