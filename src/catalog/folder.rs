//! The media folder: music that lies on the server already. Read, never written.
//!
//! Nothing outside the folder is ever opened: links are passed over, hidden files are too. A file keeps its id as long
//! as it keeps its path.

use std::collections::{HashMap, HashSet};
use std::fs::{self, Metadata};
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::time::{MissedTickBehavior, interval};

use super::kind::AudioKind;
use super::tags::Findings;
use super::{CatalogError, Media, Place, Shelf, Shelved, tags, upload};
use crate::ids::MediaId;
use crate::time::Timestamp;

/// How often the folder is looked through.
const LOOK_EVERY: Duration = Duration::from_secs(60);
/// How deep folders may lie within each other.
const MAX_DEPTH: usize = 32;
/// The most files that are listed.
const MAX_FILES: usize = 200_000;

/// The media folder.
pub(super) struct Folder {
    /// Without links.
    root: PathBuf,
    /// What each file was when it was last looked into; music or not.
    seen: Mutex<HashMap<Arc<Path>, Seen>>,
    /// Held while somebody looks through the folder.
    looking: Arc<Mutex<()>>,
}

#[derive(Clone, PartialEq, Eq)]
struct Seen {
    size: u64,
    modified: Option<SystemTime>,
}

impl Folder {
    pub(super) fn open(path: &Path) -> Result<Self, String> {
        let cannot = |why: &dyn std::fmt::Display| {
            format!("the media folder {} cannot be read: {why}", path.display())
        };
        let root = fs::canonicalize(path).map_err(|error| cannot(&error))?;
        fs::read_dir(&root).map_err(|error| cannot(&error))?;
        Ok(Self {
            root,
            seen: Mutex::default(),
            looking: Arc::default(),
        })
    }

    /// Where a file of the folder lies, if that is in the folder, and not behind a link, still.
    pub(super) fn resolve(&self, path: &Path) -> Option<PathBuf> {
        let is_plain = path
            .components()
            .all(|part| matches!(part, Component::Normal(_)));
        let whole = self.root.join(path);
        let is_itself = is_plain && fs::canonicalize(&whole).is_ok_and(|real| real == whole);
        let is_file = is_itself && fs::metadata(&whole).is_ok_and(|metadata| metadata.is_file());
        is_file.then_some(whole)
    }

    /// The files below the folder, as their paths in it, and what is known of them without opening them.
    fn files(&self) -> std::io::Result<Vec<(PathBuf, Metadata)>> {
        let mut files = Vec::new();
        let mut folders = vec![(PathBuf::new(), 0)];
        while let Some((folder, depth)) = folders.pop() {
            let entries = match fs::read_dir(self.root.join(&folder)) {
                Err(error) if depth == 0 => return Err(error),
                Err(_) => continue,
                Ok(entries) => entries,
            };
            for entry in entries.flatten() {
                let name = entry.file_name();
                let Ok(metadata) = entry.metadata() else {
                    continue;
                };
                if name.as_encoded_bytes().starts_with(b".") {
                    continue;
                }
                let path = folder.join(name);
                if metadata.is_dir() && depth < MAX_DEPTH {
                    folders.push((path, depth + 1));
                } else if metadata.is_file() {
                    files.push((path, metadata));
                }
            }
            if files.len() > MAX_FILES {
                tracing::warn!(most = MAX_FILES, "the media folder holds too many files");
                files.truncate(MAX_FILES);
                break;
            }
        }
        files.sort_by(|a, b| a.0.cmp(&b.0));
        Ok(files)
    }
}

/// The id of the file at that path in the folder.
pub(super) fn id_of(path: &Path) -> MediaId {
    let mut hasher = blake3::Hasher::new();
    hasher.update(b"tutti media folder\0");
    hasher.update(path.as_os_str().as_encoded_bytes());
    let mut half = [0; 16];
    half.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
    MediaId(uuid::Builder::from_custom_bytes(half).into_uuid())
}

/// When a file of the folder changed, and a text that changes with it.
pub(super) fn version(metadata: &Metadata) -> (Timestamp, String) {
    let modified = metadata.modified().ok();
    let since = modified
        .and_then(|time| time.duration_since(UNIX_EPOCH).ok())
        .unwrap_or_default();
    let ms = i64::try_from(since.as_millis()).unwrap_or(i64::MAX);
    let version = format!("{:x}-{:x}", since.as_nanos(), metadata.len());
    (Timestamp::from_ms(ms), version)
}

/// Looks through the folder now and every minute, as long as the library is open.
pub(super) fn keep_looking(shelf: &Arc<Shelf>) {
    if shelf.folder.is_none() {
        return;
    }
    let shelf = Arc::downgrade(shelf);
    tokio::spawn(async move {
        let mut every = interval(LOOK_EVERY);
        every.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while shelf.strong_count() > 0 {
            every.tick().await;
            look_through(shelf.clone()).await;
        }
    });
}

/// Looks through the folder once. Stops in between where the library is closed meanwhile.
pub(super) async fn look_through(shelf: Weak<Shelf>) {
    let looking = tokio::task::spawn_blocking(move || {
        let turn = shelf
            .upgrade()
            .and_then(|shelf| Some(shelf.folder.as_ref()?.looking.clone()));
        let Some(turn) = turn else { return };
        let _looking = turn.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(files) = shelf.upgrade().and_then(|shelf| shelf.files_in_folder()) else {
            return;
        };
        let kept: HashSet<Arc<Path>> = files
            .iter()
            .map(|(path, _)| Arc::from(path.as_path()))
            .collect();
        for (path, metadata) in files {
            let Some(shelf) = shelf.upgrade() else { return };
            shelf.look_at(&path, &metadata);
        }
        if let Some(shelf) = shelf.upgrade() {
            shelf.forget_all_but(&kept);
        }
    });
    if looking.await.is_err() {
        tracing::error!("looking through the media folder broke off");
    }
}

impl Shelf {
    fn files_in_folder(&self) -> Option<Vec<(PathBuf, Metadata)>> {
        let listed = self.folder.as_ref()?.files();
        if let Err(error) = &listed {
            tracing::warn!(%error, "the media folder cannot be read; what was known of it is kept");
        }
        listed.ok()
    }

    /// Lists a file, or lists it anew, where it changed since it was last looked into.
    fn look_at(&self, path: &Path, metadata: &Metadata) {
        let Some(folder) = &self.folder else { return };
        let now = Seen {
            size: metadata.len(),
            modified: metadata.modified().ok(),
        };
        let path: Arc<Path> = path.into();
        if folder.lock().get(&path) == Some(&now) {
            return;
        }
        let id = id_of(&path);
        match self.look_into(folder, id, &path, metadata) {
            Some(media) => {
                let shelved = Shelved::new(media, Place::InFolder(path.clone()));
                self.write().folder.insert(id, shelved);
            }
            None => {
                self.write().folder.remove(&id);
            }
        }
        folder.lock().insert(path, now);
    }

    /// Lists the file at a path in the folder, where there is one to be seen.
    pub(super) fn look_for(&self, path: &Path) {
        let is_hidden = |part: Component<'_>| part.as_os_str().as_encoded_bytes().starts_with(b".");
        let whole = self.folder.as_ref().and_then(|folder| folder.resolve(path));
        if let Some(Ok(metadata)) = whole.map(fs::metadata)
            && !path.components().any(is_hidden)
        {
            self.look_at(path, &metadata);
        }
    }

    fn look_into(
        &self,
        folder: &Folder,
        id: MediaId,
        path: &Path,
        metadata: &Metadata,
    ) -> Option<Media> {
        let whole = folder.resolve(path)?;
        let findings = tags::examine(&whole).or_else(|error| by_name(path, metadata, error));
        let findings = findings.ok()?;
        let title = path
            .file_name()
            .and_then(|name| upload::title_of(&name.to_string_lossy()));
        Some(findings.media(id, title, None, version(metadata).0))
    }

    fn forget_all_but(&self, kept: &HashSet<Arc<Path>>) {
        let Some(folder) = &self.folder else { return };
        folder.lock().retain(|path, _| kept.contains(path));
        let is_kept = |shelved: &Shelved| matches!(&shelved.place, Place::InFolder(path) if kept.contains(path));
        let gone: Vec<MediaId> = {
            let mut state = self.write();
            state
                .folder
                .extract_if(|_, shelved| !is_kept(shelved))
                .map(|(id, _)| id)
                .collect()
        };
        gone.into_iter().for_each(|id| self.disk.forget_peaks(id));
    }
}

/// What a file is called to be, where its content does not say: whoever runs the server put it there.
fn by_name(
    path: &Path,
    metadata: &Metadata,
    error: CatalogError,
) -> Result<Findings, CatalogError> {
    let ending = path.extension().and_then(|ending| ending.to_str());
    match ending.and_then(AudioKind::ending_in) {
        Some(kind) if matches!(error, CatalogError::Refused(_)) => {
            Ok(Findings::unknown(kind, metadata.len()))
        }
        _ => Err(error),
    }
}

impl Folder {
    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Arc<Path>, Seen>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
