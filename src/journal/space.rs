//! Free space: the journal stops taking entries before the disk is full, because sled cannot go on after that, nor
//! open again. A ballast file is given up where the disk is full at start.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::fs::{FallocateFlags, StatVfs, fallocate, statvfs};

const MIB: u64 = 1024 * 1024;
const BALLAST: u64 = 16 * MIB;

/// Watches the free space of the journal's disk.
#[derive(Debug)]
pub(super) struct Space {
    dir: PathBuf,
    /// Bytes that must stay free.
    floor: u64,
    full: AtomicBool,
}

impl Space {
    /// Watches the disk that `dir` is on; `floor` is the free space in bytes that must remain, by default 5 % of the
    /// disk but at most 256 MiB.
    pub(super) fn watch(dir: &Path, floor: Option<u64>) -> io::Result<Self> {
        let disk = statvfs(dir)?;
        let usual = (total(&disk) / 20).clamp(8 * MIB, 256 * MIB);
        Ok(Self {
            dir: dir.to_owned(),
            floor: floor.unwrap_or(usual),
            full: AtomicBool::new(false),
        })
    }

    /// Whether too little is free. Once it is, a quarter more must become free before it is not.
    pub(super) fn is_full(&self) -> bool {
        let Ok(disk) = statvfs(&self.dir) else {
            return self.full.load(Ordering::Relaxed);
        };
        let floor = if self.full.load(Ordering::Relaxed) {
            self.floor.saturating_add(self.floor / 4)
        } else {
            self.floor
        };
        let full = free(&disk) < floor;
        self.full.store(full, Ordering::Relaxed);
        full
    }

    /// Takes up some space now, to have it to give later. Not worth failing for.
    pub(super) fn take_ballast(&self) {
        let path = self.ballast();
        let taken = statvfs(&self.dir)
            .map_err(io::Error::from)
            .and_then(|disk| {
                let size = BALLAST.min(total(&disk) / 64);
                let present = fs::metadata(&path).map_or(0, |file| file.len());
                if present >= size || free(&disk) < self.floor.saturating_add(2 * size) {
                    return Ok(());
                }
                let file = File::create(&path)?;
                Ok(fallocate(&file, FallocateFlags::empty(), 0, size)?)
            });
        if let Err(error) = taken {
            tracing::debug!(%error, "no ballast taken");
            self.give_ballast();
        }
    }

    /// Gives the ballast up.
    pub(super) fn give_ballast(&self) {
        if let Err(error) = fs::remove_file(self.ballast())
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!(%error, "the ballast cannot be given up");
        }
    }

    fn ballast(&self) -> PathBuf {
        self.dir.join("ballast")
    }
}

fn total(disk: &StatVfs) -> u64 {
    disk.f_frsize.saturating_mul(disk.f_blocks)
}

fn free(disk: &StatVfs) -> u64 {
    disk.f_frsize.saturating_mul(disk.f_bavail)
}
