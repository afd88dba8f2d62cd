//! The media library: files that people upload, and those that lie in the media folder.
//!
//! Files are found by id; no name or path that a client sent ever touches the file system. Knows nothing of rooms and of
//! who may hear what, beyond who uploaded a file.

mod disk;
mod error;
mod folder;
mod frames;
mod kind;
mod loudness;
mod media;
mod peaks;
mod tags;
mod upload;
mod wav;

use std::collections::HashMap;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use tokio::fs::File;
use tokio::sync::{Mutex, Semaphore};

use crate::ids::{MediaId, UserId};
use crate::time::Timestamp;
use disk::{Disk, Found};
use folder::Folder;

pub use error::CatalogError;
pub use kind::AudioKind;
pub use loudness::STEPS;
pub use media::Media;
pub use tags::Cover;
pub use upload::Upload;

/// How many files are looked into at once.
const READERS: usize = 2;

/// How much may be uploaded, in bytes.
#[derive(Debug, Clone, Copy)]
pub struct CatalogLimits {
    /// One file.
    pub max_file: u64,
    /// All files of one person together.
    pub per_user: u64,
    /// All uploads together.
    pub total: u64,
}

/// What there is, and what it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Usage {
    /// How many files were uploaded.
    pub uploads: usize,
    /// What uploads take, unfinished ones included, in bytes.
    pub uploaded: u64,
    /// How many files lie in the media folder.
    pub folder_files: usize,
    /// What is free on the disk, in bytes; nothing where that cannot be told.
    pub free: Option<u64>,
}

/// The media library. Cheap to clone.
#[derive(Clone)]
pub struct Catalog {
    shelf: Arc<Shelf>,
}

/// A file opened for reading.
#[derive(Debug)]
pub struct OpenMedia {
    /// What it is.
    pub media: Arc<Media>,
    /// The file, at its beginning.
    pub file: File,
    /// Its size in bytes, now.
    pub size: u64,
    /// When it last changed.
    pub modified: Timestamp,
    /// A text that is another one whenever the content is.
    pub version: String,
}

/// Everything the library is made of.
struct Shelf {
    disk: Disk,
    folder: Option<Folder>,
    state: RwLock<State>,
    readers: Semaphore,
    /// Held while a file is measured for its waveform.
    measuring: Mutex<()>,
    /// Held while the uploads on disk change.
    writing: Mutex<()>,
}

struct State {
    limits: CatalogLimits,
    uploads: HashMap<MediaId, Shelved>,
    folder: HashMap<MediaId, Shelved>,
    /// Bytes taken by uploads, finished and not, by each person and by all.
    taken_by: HashMap<UserId, u64>,
    taken: u64,
}

#[derive(Clone)]
struct Shelved {
    media: Arc<Media>,
    searched: Arc<str>,
    place: Place,
}

#[derive(Clone)]
enum Place {
    Uploaded(blake3::Hash),
    /// Its path below the media folder.
    InFolder(Arc<Path>),
}

impl Shelved {
    fn new(media: Media, place: Place) -> Self {
        Self {
            searched: media.searched().into(),
            media: Arc::new(media),
            place,
        }
    }
}

impl Catalog {
    /// Opens the library: uploads in `dir`, and what lies in `folder`, which is looked through in the background now and
    /// every minute. Nobody else may have `dir` open. Called within the tokio runtime.
    ///
    /// # Errors
    /// One sentence that names the directory in the way.
    pub fn open(dir: &Path, folder: Option<&Path>, limits: CatalogLimits) -> Result<Self, String> {
        let (disk, found) = Disk::open(dir)
            .map_err(|error| format!("the uploads in {} cannot be read: {error}", dir.display()))?;
        let folder = folder.map(Folder::open).transpose()?;
        let mut state = State {
            limits,
            uploads: HashMap::new(),
            folder: HashMap::new(),
            taken_by: HashMap::new(),
            taken: 0,
        };
        for Found { media, hash } in found {
            if let Some(user) = media.uploaded_by {
                state.take(user, media.size);
            }
            let id = media.id;
            let shelved = Shelved::new(media, Place::Uploaded(hash));
            state.uploads.insert(id, shelved);
        }
        let shelf = Arc::new(Shelf {
            disk,
            folder,
            state: RwLock::new(state),
            readers: Semaphore::new(READERS),
            measuring: Mutex::new(()),
            writing: Mutex::new(()),
        });
        folder::keep_looking(&shelf);
        Ok(Self { shelf })
    }

    /// How much may be uploaded.
    pub fn limits(&self) -> CatalogLimits {
        self.shelf.read().limits
    }

    /// How much may be uploaded from now on; what is there stays.
    pub fn set_limits(&self, limits: CatalogLimits) {
        self.shelf.write().limits = limits;
    }

    /// What the uploads of a person take, in bytes.
    pub fn stored_by(&self, user: UserId) -> u64 {
        let state = self.shelf.read();
        state.taken_by.get(&user).copied().unwrap_or(0)
    }

    /// What there is, and what it takes.
    pub fn usage(&self) -> Usage {
        let free = self.shelf.disk.free().ok();
        let state = self.shelf.read();
        Usage {
            uploads: state.uploads.len(),
            uploaded: state.taken,
            folder_files: state.folder.len(),
            free,
        }
    }

    /// What is known of a file.
    pub fn get(&self, id: MediaId) -> Option<Arc<Media>> {
        Some(self.shelf.read().get(id)?.media.clone())
    }

    /// The file at that path in the media folder; one that came since the folder was last looked through is looked into now.
    pub async fn in_folder(&self, path: &str) -> Option<MediaId> {
        let id = folder::id_of(Path::new(path));
        let is_known = || self.shelf.read().folder.contains_key(&id);
        if is_known() {
            return Some(id);
        }
        let (shelf, path) = (self.shelf.clone(), PathBuf::from(path));
        let looking = tokio::task::spawn_blocking(move || shelf.look_for(&path));
        looking.await.ok()?;
        is_known().then_some(id)
    }

    /// The files that a person uploaded, and those in the folder: by artist, album and title.
    pub fn list(&self, user: UserId) -> Vec<Arc<Media>> {
        self.shelf.select(user, |_| true)
    }

    /// Those of [`Catalog::list`] that have every word of `text` in title, artists or album, at most `limit`.
    pub fn search(&self, user: UserId, text: &str, limit: usize) -> Vec<Arc<Media>> {
        let text = text.to_lowercase();
        let words: Vec<&str> = text.split_whitespace().collect();
        let has_words =
            |shelved: &Shelved| words.iter().all(|word| shelved.searched.contains(word));
        let mut found = self.shelf.select(user, has_words);
        found.truncate(limit);
        found
    }

    /// Looks through the media folder now, and returns when that is done.
    pub async fn look_through_folder(&self) {
        folder::look_through(Arc::downgrade(&self.shelf)).await;
    }

    /// Begins an upload, at that time.
    ///
    /// # Errors
    /// Where there is no room for any.
    pub async fn begin_upload(&self, user: UserId, at: Timestamp) -> Result<Upload, CatalogError> {
        Upload::begin(self.shelf.clone(), user, at).await
    }

    /// Removes an upload. Whoever is reading it reads on.
    ///
    /// # Errors
    /// [`CatalogError::NotYours`] where somebody else uploaded it.
    pub async fn delete(&self, user: UserId, id: MediaId) -> Result<(), CatalogError> {
        let shelf = self.shelf.clone();
        // Spawned, so that a caller who goes away leaves nothing half done.
        let deleting = tokio::spawn(async move { shelf.delete(user, id).await });
        deleting.await.map_err(io::Error::other)?
    }

    /// Opens a file for reading; nothing where there is none any more.
    ///
    /// # Errors
    /// Where the disk says no.
    pub async fn open_file(&self, id: MediaId) -> Result<Option<OpenMedia>, CatalogError> {
        let Some(shelved) = self.shelf.read().get(id).cloned() else {
            return Ok(None);
        };
        let shelf = self.shelf.clone();
        let opening = tokio::task::spawn_blocking(move || shelf.open(&shelved));
        gone_is_none(opening.await.map_err(io::Error::other)?)
    }

    /// The picture in a file's tags.
    ///
    /// # Errors
    /// Where the disk says no.
    pub async fn cover(&self, id: MediaId) -> Result<Option<Cover>, CatalogError> {
        let Some(path) = self.shelf.path_of(id).filter(|(media, _)| media.has_cover) else {
            return Ok(None);
        };
        let permit = self.shelf.readers.acquire().await;
        let looking = tokio::task::spawn_blocking(move || tags::cover(&path.1));
        let looked = looking.await.map_err(io::Error::other)?;
        drop(permit);
        match looked {
            Ok(cover) => Ok(cover),
            Err(CatalogError::Refused(_)) => Ok(None),
            Err(CatalogError::Broken(error)) => gone_is_none(Err(error)),
            Err(error) => Err(error),
        }
    }
}

fn gone_is_none<T>(outcome: io::Result<Option<T>>) -> Result<Option<T>, CatalogError> {
    match outcome {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        other => Ok(other?),
    }
}

impl fmt::Debug for Catalog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Catalog").finish_non_exhaustive()
    }
}

impl Shelf {
    fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn select(&self, user: UserId, wanted: impl Fn(&Shelved) -> bool) -> Vec<Arc<Media>> {
        let mut selected: Vec<Arc<Media>> = {
            let state = self.read();
            let own = state.uploads.values();
            own.filter(|shelved| shelved.media.uploaded_by == Some(user))
                .chain(state.folder.values())
                .filter(|shelved| wanted(shelved))
                .map(|shelved| shelved.media.clone())
                .collect()
        };
        selected.sort_by_cached_key(|media| media.order());
        selected
    }

    fn path_of(&self, id: MediaId) -> Option<(Arc<Media>, PathBuf)> {
        let shelved = self.read().get(id).cloned()?;
        let path = self.path(&shelved)?;
        Some((shelved.media, path))
    }

    fn path(&self, shelved: &Shelved) -> Option<PathBuf> {
        match &shelved.place {
            Place::Uploaded(_) => Some(self.disk.file(shelved.media.id)),
            Place::InFolder(path) => self.folder.as_ref()?.resolve(path),
        }
    }

    fn open(&self, shelved: &Shelved) -> io::Result<Option<OpenMedia>> {
        let Some(path) = self.path(shelved) else {
            return Ok(None);
        };
        let file = std::fs::File::open(path)?;
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            return Ok(None);
        }
        let (modified, version) = match &shelved.place {
            Place::Uploaded(hash) => (shelved.media.added_at, hash.to_hex()[..32].to_owned()),
            Place::InFolder(_) => folder::version(&metadata),
        };
        Ok(Some(OpenMedia {
            media: shelved.media.clone(),
            file: File::from_std(file),
            size: metadata.len(),
            modified,
            version,
        }))
    }

    async fn delete(self: Arc<Self>, user: UserId, id: MediaId) -> Result<(), CatalogError> {
        let _writing = self.writing.lock().await;
        let media = {
            let state = self.read();
            state.get(id).ok_or(CatalogError::NotFound)?.media.clone()
        };
        if media.uploaded_by != Some(user) {
            return Err(CatalogError::NotYours);
        }
        let shelf = self.clone();
        let removing = tokio::task::spawn_blocking(move || shelf.disk.remove(id));
        removing.await.map_err(io::Error::other)??;
        let mut state = self.write();
        state.uploads.remove(&id);
        state.give_back(user, media.size);
        Ok(())
    }
}

impl State {
    fn get(&self, id: MediaId) -> Option<&Shelved> {
        self.uploads.get(&id).or_else(|| self.folder.get(&id))
    }

    fn take(&mut self, user: UserId, bytes: u64) {
        *self.taken_by.entry(user).or_default() += bytes;
        self.taken += bytes;
    }

    fn give_back(&mut self, user: UserId, bytes: u64) {
        self.taken = self.taken.saturating_sub(bytes);
        if let Some(taken) = self.taken_by.get_mut(&user) {
            *taken = taken.saturating_sub(bytes);
            if *taken == 0 {
                self.taken_by.remove(&user);
            }
        }
    }
}
