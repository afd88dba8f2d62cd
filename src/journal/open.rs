//! Opening the database: every way in which sled is known not to come back, met before it happens or after.

use std::fmt;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use super::calm::{Stumble, calm};
use super::space::Space;

/// Size of sled's segments in bytes. Stored with the database: it can never change.
const SEGMENT: usize = 512 * 1024;
/// How often, and how long apart, a lock is tried. Closed a moment ago in this process it is free a little later: sled
/// lets go of its file when it pleases, and a child just being started holds every lock for an instant.
const LOCK_TRIES: u32 = 50;
const LOCK_PAUSE: Duration = Duration::from_millis(20);

/// Why the journal cannot be opened. Displays as one sentence for the person who started the server.
#[derive(Debug)]
pub enum OpenError {
    /// Another process has it open.
    InUse(PathBuf),
    /// The disk is too full even to open it.
    DiskFull(PathBuf),
    /// The database is damaged beyond what sled can open.
    Damaged {
        /// Which folder.
        dir: PathBuf,
        /// What sled said.
        why: String,
    },
    /// The operating system says no.
    Io {
        /// Which folder.
        dir: PathBuf,
        /// What it said.
        error: io::Error,
    },
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InUse(dir) => write!(
                f,
                "the journal in {} is in use by another process: stop that one first",
                dir.display()
            ),
            Self::DiskFull(dir) => write!(
                f,
                "the disk is full: free some space, then the journal in {} opens again",
                dir.display()
            ),
            Self::Damaged { dir, why } => write!(
                f,
                "the journal in {} is damaged and cannot be opened ({why}): restore a backup",
                dir.display()
            ),
            Self::Io { dir, error } => write!(
                f,
                "the journal in {} cannot be opened: {error}",
                dir.display()
            ),
        }
    }
}

impl std::error::Error for OpenError {}

/// A database that is open, and locked for this process.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) db: sled::Db,
    /// A second descriptor of the database's file: sled never syncs its own.
    pub(super) file: File,
    /// Holds the lock.
    pub(super) lock: File,
}

/// Opens the database in `dir`, made where there is none.
pub(super) fn open(dir: &Path, cache_bytes: u64, space: &Space) -> Result<Opened, OpenError> {
    let io = |error| OpenError::Io {
        dir: dir.to_owned(),
        error,
    };
    let lock = lock(dir)?;
    remove_unfinished_snapshots(dir).map_err(io)?;
    remove_torn_settings(dir).map_err(io)?;
    if space.is_full() {
        space.give_ballast();
    }
    let db = match open_sled(dir, cache_bytes, LOCK_TRIES) {
        Err(stumble) if may_be_a_bad_snapshot(&stumble) => {
            tracing::warn!(%stumble, "sled does not open: trying without its snapshot");
            without_snapshots(dir, cache_bytes, &stumble)?
        }
        Err(stumble) => return Err(explain(dir, stumble)),
        Ok(db) => db,
    };
    let file = File::open(dir.join("db")).map_err(io)?;
    sync_names(dir).map_err(io)?;
    Ok(Opened { db, file, lock })
}

/// Our own lock comes first, so that nothing is mended under another process's hands.
fn lock(dir: &Path) -> Result<File, OpenError> {
    let io = |error| OpenError::Io {
        dir: dir.to_owned(),
        error,
    };
    fs::create_dir_all(dir).map_err(io)?;
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .open(dir.join("lock"))
        .map_err(io)?;
    let mut tries = 0;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) if tries < LOCK_TRIES => {
                tries += 1;
                thread::sleep(LOCK_PAUSE);
            }
            Err(TryLockError::WouldBlock) => return Err(OpenError::InUse(dir.to_owned())),
            Err(TryLockError::Error(error)) => return Err(io(error)),
        }
    }
}

/// A process killed while sled writes a snapshot leaves it unfinished, and the next open takes it for the newest and
/// fails for ever.
fn remove_unfinished_snapshots(dir: &Path) -> io::Result<()> {
    for path in snapshots(dir)? {
        if path
            .extension()
            .is_some_and(|ending| ending == "generating")
        {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}

fn snapshots(dir: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for file in fs::read_dir(dir)? {
        let file = file?;
        if file.file_name().to_string_lossy().starts_with("snap.") {
            found.push(file.path());
        }
    }
    Ok(found)
}

/// A process killed while sled writes its settings leaves them torn, which sled then cannot read. They are always the
/// same, so they are written anew.
fn remove_torn_settings(dir: &Path) -> io::Result<()> {
    let path = dir.join("conf");
    let settings = match fs::read(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        settings => settings?,
    };
    let whole = settings
        .split_last_chunk::<4>()
        .is_some_and(|(text, crc)| crc32fast::hash(text) == u32::from_le_bytes(*crc));
    if whole { Ok(()) } else { fs::remove_file(path) }
}

fn open_sled(dir: &Path, cache_bytes: u64, lock_tries: u32) -> Result<sled::Db, Stumble> {
    let config = || {
        sled::Config::new()
            .path(dir)
            .segment_size(SEGMENT)
            .cache_capacity(cache_bytes)
            // Only the writer may flush: several flushing threads lock each other out.
            .flush_every_ms(None)
    };
    let mut tries = 0;
    loop {
        match calm(|| config().open()) {
            Err(stumble) if is_locked(&stumble) && tries < lock_tries => {
                tries += 1;
                thread::sleep(LOCK_PAUSE);
            }
            outcome => return outcome,
        }
    }
}

fn is_locked(stumble: &Stumble) -> bool {
    matches!(stumble, Stumble::Error(sled::Error::Io(error))
        if error.to_string().starts_with("could not acquire lock"))
}

fn is_full(stumble: &Stumble) -> bool {
    let Stumble::Error(sled::Error::Io(error)) = stumble else {
        return false;
    };
    // sled rebuilds its errors by kind and text, which loses the number.
    error.kind() == io::ErrorKind::StorageFull || error.to_string().contains("os error 28")
}

fn may_be_a_bad_snapshot(stumble: &Stumble) -> bool {
    match stumble {
        Stumble::Error(sled::Error::Io(_)) => !is_locked(stumble) && !is_full(stumble),
        Stumble::Error(_) | Stumble::Panic(_) => true,
    }
}

/// sled's snapshot only saves it reading its whole log. Where it is bad, the log alone does; whether the log is whole
/// is checked afterwards in any case.
fn without_snapshots(dir: &Path, cache_bytes: u64, first: &Stumble) -> Result<sled::Db, OpenError> {
    let io = |error| OpenError::Io {
        dir: dir.to_owned(),
        error,
    };
    let aside = |path: &Path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        dir.join(format!("aside.{name}"))
    };
    let bad = snapshots(dir).map_err(io)?;
    if bad.is_empty() {
        let why = first.to_string();
        return Err(OpenError::Damaged {
            dir: dir.to_owned(),
            why,
        });
    }
    for path in &bad {
        fs::rename(path, aside(path)).map_err(io)?;
    }
    let outcome = open_sled(dir, cache_bytes, 3);
    for path in &bad {
        match &outcome {
            Ok(_) => fs::remove_file(aside(path)).map_err(io)?,
            Err(_) => fs::rename(aside(path), path).map_err(io)?,
        }
    }
    outcome.map_err(|stumble| match stumble {
        // A panic may have left the file open in this very process.
        stumble if is_locked(&stumble) => OpenError::Damaged {
            dir: dir.to_owned(),
            why: first.to_string(),
        },
        stumble => explain(dir, stumble),
    })
}

fn explain(dir: &Path, stumble: Stumble) -> OpenError {
    let dir = dir.to_owned();
    if is_full(&stumble) {
        return OpenError::DiskFull(dir);
    }
    if is_locked(&stumble) {
        return OpenError::InUse(dir);
    }
    match stumble {
        Stumble::Error(sled::Error::Io(error)) => OpenError::Io { dir, error },
        stumble => OpenError::Damaged {
            dir,
            why: stumble.to_string(),
        },
    }
}

/// Files that are new must also be found again after a power cut.
fn sync_names(dir: &Path) -> io::Result<()> {
    File::open(dir.join("conf"))?.sync_all()?;
    File::open(dir)?.sync_all()?;
    match dir.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => File::open(parent)?.sync_all(),
        _ => Ok(()),
    }
}
