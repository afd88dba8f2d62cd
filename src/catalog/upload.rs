//! One upload: chunks into an unfinished file, counted as they come, and looked at before anybody sees it.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use tokio::fs::File;
use tokio::io::AsyncWriteExt;

use super::tags::{self, Findings};
use super::{CatalogError, Media, Place, Shelf, Shelved};
use crate::ids::{self, MediaId, UserId};
use crate::time::Timestamp;

/// How often the room on the disk is looked at: each so many bytes.
const LOOK_EVERY: u64 = 8 * 1024 * 1024;

/// A file on its way in. Dropped before it is finished, it was never there.
pub struct Upload {
    id: MediaId,
    at: Timestamp,
    file: File,
    hasher: blake3::Hasher,
    /// Bytes until the disk is looked at again.
    unlooked: u64,
    taken: Taken,
}

/// The space an upload takes while it is not finished, on the disk and of the quota.
struct Taken {
    shelf: Arc<Shelf>,
    user: UserId,
    bytes: u64,
    path: PathBuf,
}

impl Upload {
    pub(super) async fn begin(
        shelf: Arc<Shelf>,
        user: UserId,
        at: Timestamp,
    ) -> Result<Self, CatalogError> {
        let id = MediaId(ids::fresh(at));
        let taken = Taken {
            path: shelf.disk.unfinished(id),
            shelf,
            user,
            bytes: 0,
        };
        taken.look_for_room().await?;
        let file = File::create_new(&taken.path).await?;
        Ok(Self {
            id,
            at,
            file,
            hasher: blake3::Hasher::new(),
            unlooked: LOOK_EVERY,
            taken,
        })
    }

    /// The next bytes of the file.
    ///
    /// # Errors
    /// Where the file, the person or the server has no room for them: the upload is over then.
    pub async fn write(&mut self, chunk: Bytes) -> Result<(), CatalogError> {
        let more = chunk.len() as u64;
        self.taken.take(more)?;
        if self.unlooked < more {
            self.taken.look_for_room().await?;
            self.unlooked = LOOK_EVERY.max(more);
        }
        self.unlooked -= more;
        self.hasher.update(&chunk);
        self.file.write_all(&chunk).await?;
        Ok(())
    }

    /// Ends the upload: the file is looked at and, if it is one to take, is durable and visible once this returns. Where
    /// the same person uploaded the same content before, that is what is returned.
    ///
    /// # Errors
    /// Where it is no music, or the disk says no: nothing is left of it then.
    pub async fn finish(mut self, file_name: Option<&str>) -> Result<Arc<Media>, CatalogError> {
        let title = file_name.and_then(title_of);
        self.file.flush().await?;
        // Spawned, so that a caller who goes away leaves nothing half done.
        let finishing = tokio::spawn(self.finish_alone(title));
        finishing.await.map_err(io::Error::other)?
    }

    async fn finish_alone(self, title: Option<String>) -> Result<Arc<Media>, CatalogError> {
        let Self {
            id,
            at,
            file,
            hasher,
            mut taken,
            ..
        } = self;
        drop(file);
        let hash = hasher.finalize();
        let shelf = taken.shelf.clone();
        if let Some(same) = shelf.same(taken.user, hash) {
            return Ok(same);
        }
        let path = taken.path.clone();
        let permit = shelf.readers.acquire().await;
        let looking = tokio::task::spawn_blocking(move || tags::examine(&path));
        let findings = looking.await.map_err(io::Error::other)??;
        drop(permit);
        let media = findings.media(id, title, Some(taken.user), at);

        let _writing = shelf.writing.lock().await;
        if let Some(same) = shelf.same(taken.user, hash) {
            return Ok(same);
        }
        let publishing = tokio::task::spawn_blocking({
            let (shelf, media) = (shelf.clone(), media.clone());
            move || shelf.disk.publish(&media, hash)
        });
        publishing.await.map_err(io::Error::other)??;
        let shelved = Shelved::new(media, Place::Uploaded(hash));
        let media = shelved.media.clone();
        shelf.write().uploads.insert(id, shelved);
        // From here on the finished file takes the space.
        taken.bytes = 0;
        Ok(media)
    }
}

impl Shelf {
    /// What that person uploaded with that content.
    fn same(&self, user: UserId, hash: blake3::Hash) -> Option<Arc<Media>> {
        let state = self.read();
        let same = state.uploads.values().find(|shelved| {
            shelved.media.uploaded_by == Some(user)
                && matches!(&shelved.place, Place::Uploaded(other) if *other == hash)
        });
        same.map(|shelved| shelved.media.clone())
    }
}

impl Taken {
    fn take(&mut self, more: u64) -> Result<(), CatalogError> {
        let mut state = self.shelf.write();
        let limits = state.limits;
        if self.bytes + more > limits.max_file {
            return Err(CatalogError::TooLarge(limits.max_file));
        }
        let own = state.taken_by.get(&self.user).copied().unwrap_or(0);
        if own + more > limits.per_user {
            return Err(CatalogError::QuotaUsed(limits.per_user));
        }
        if state.taken + more > limits.total {
            return Err(CatalogError::StorageFull);
        }
        state.take(self.user, more);
        self.bytes += more;
        Ok(())
    }

    async fn look_for_room(&self) -> Result<(), CatalogError> {
        let shelf = self.shelf.clone();
        let looking = tokio::task::spawn_blocking(move || shelf.disk.check_room(LOOK_EVERY));
        looking.await.map_err(io::Error::other)?
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        if self.bytes > 0 {
            self.shelf.write().give_back(self.user, self.bytes);
        }
        let _ = std::fs::remove_file(&self.path);
    }
}

impl Findings {
    /// The file as it is listed, under its tags' title or else the one given.
    pub(super) fn media(
        self,
        id: MediaId,
        title: Option<String>,
        uploaded_by: Option<UserId>,
        added_at: Timestamp,
    ) -> Media {
        Media {
            id,
            title: self
                .title
                .or(title)
                .unwrap_or_else(|| "Untitled".to_owned()),
            artists: self.artists,
            album: self.album,
            duration: self.duration,
            kind: self.kind,
            size: self.size,
            uploaded_by,
            added_at,
            has_cover: self.has_cover,
        }
    }
}

/// A title out of a file's name: without folders, whatever system they are of, and without its ending.
pub(super) fn title_of(file_name: &str) -> Option<String> {
    let name = file_name.rsplit(['/', '\\']).next()?;
    let stem = match name.rsplit_once('.') {
        Some((stem, _)) if !stem.is_empty() => stem,
        _ => name,
    };
    tags::fitting(&stem.replace('_', " "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_made_of_a_file_name() {
        let title = |name| title_of(name);
        assert_eq!(title("My Song.mp3").as_deref(), Some("My Song"));
        assert_eq!(title("C:\\music\\a_b.c.flac").as_deref(), Some("a b.c"));
        assert_eq!(title("../../etc/passwd").as_deref(), Some("passwd"));
        assert_eq!(title(".mp3").as_deref(), Some(".mp3"));
        assert_eq!(title("\u{202E}\0.mp3"), None);
        assert_eq!(title(""), None);
    }
}
