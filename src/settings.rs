//! What whoever runs the server may set while it runs. Kept in a file of its own beside the journal; what was never set there
//! is as the configuration says.
//!
//! Knows nothing of what each setting does.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError, RwLock};

use serde::{Deserialize, Serialize};

/// The file, in the data directory.
const FILE: &str = "settings.json";

macro_rules! settings {
    ($($(#[$doc:meta])* $name:ident: $kind:ty,)*) => {
        /// How the server is set.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub struct Settings {
            $($(#[$doc])* pub $name: $kind,)*
        }

        /// Some of that: what is absent stays.
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(default)]
        pub struct Change {
            $(
                $(#[$doc])*
                #[serde(skip_serializing_if = "Option::is_none")]
                pub $name: Option<$kind>,
            )*
        }

        impl Settings {
            fn with(self, change: Change) -> Self {
                Self { $($name: change.$name.unwrap_or(self.$name),)* }
            }
        }

        impl Change {
            fn and(self, later: Self) -> Self {
                Self { $($name: later.$name.or(self.$name),)* }
            }
        }
    };
}

settings! {
    /// Whether anybody may make an account.
    registration: bool,
    /// Whether anybody may come without a password.
    guests: bool,
    /// Whether there are rooms without accounts.
    quick_rooms: bool,
    /// The largest upload, in bytes.
    max_upload: u64,
    /// What one user may keep in uploads, in bytes.
    user_quota: u64,
    /// What all uploads may take, in bytes.
    total_quota: u64,
    /// Rooms that everybody left are closed after so long, in milliseconds.
    empty_rooms_after_ms: u64,
}

/// The settings of one server.
#[derive(Debug)]
pub struct Keeper {
    path: PathBuf,
    configured: Settings,
    now: RwLock<Settings>,
    changed: Mutex<Change>,
}

impl Keeper {
    /// Reads what was set in that data directory; the rest is as configured.
    ///
    /// # Errors
    /// One sentence, where the file is there and makes no sense.
    pub fn open(data: &Path, configured: Settings) -> Result<Self, String> {
        let path = data.join(FILE);
        let wrong = |why: &dyn std::fmt::Display| {
            format!("the settings in {} cannot be read: {why}", path.display())
        };
        let changed = match fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|error| wrong(&error))?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Change::default(),
            Err(error) => return Err(wrong(&error)),
        };
        Ok(Self {
            path,
            configured,
            now: RwLock::new(configured.with(changed)),
            changed: Mutex::new(changed),
        })
    }

    /// How the server is set now.
    pub fn now(&self) -> Settings {
        *self.now.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes some of it, durably. Blocks.
    ///
    /// # Errors
    /// Where the disk says no; then nothing is changed.
    pub fn change(&self, change: Change) -> io::Result<Settings> {
        let mut changed = self.changed.lock().unwrap_or_else(PoisonError::into_inner);
        let all = changed.and(change);
        let next = self.path.with_extension("next");
        let mut file = File::create(&next)?;
        file.write_all(&serde_json::to_vec_pretty(&all)?)?;
        file.sync_all()?;
        fs::rename(&next, &self.path)?;
        if let Some(folder) = self.path.parent() {
            File::open(folder)?.sync_all()?;
        }
        *changed = all;
        let now = self.configured.with(all);
        *self.now.write().unwrap_or_else(PoisonError::into_inner) = now;
        Ok(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONFIGURED: Settings = Settings {
        registration: true,
        guests: true,
        quick_rooms: true,
        max_upload: 1,
        user_quota: 2,
        total_quota: 3,
        empty_rooms_after_ms: 4,
    };

    #[test]
    fn what_was_set_outlives_a_restart_and_the_rest_is_as_configured() {
        let folder = tempfile::tempdir().unwrap();
        let keeper = Keeper::open(folder.path(), CONFIGURED).unwrap();
        assert_eq!(keeper.now(), CONFIGURED);
        for change in [
            Change {
                guests: Some(false),
                ..Change::default()
            },
            Change {
                user_quota: Some(20),
                ..Change::default()
            },
        ] {
            keeper.change(change).unwrap();
        }
        let other = Settings {
            max_upload: 10,
            ..CONFIGURED
        };
        let again = Keeper::open(folder.path(), other).unwrap();
        let expected = Settings {
            guests: false,
            user_quota: 20,
            ..other
        };
        assert_eq!(again.now(), expected);
        assert_eq!(keeper.now().max_upload, 1);
    }

    #[test]
    fn a_file_that_makes_no_sense_is_named() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(FILE), "{").unwrap();
        let refused = Keeper::open(folder.path(), CONFIGURED).unwrap_err();
        assert!(refused.contains("settings.json"), "{refused}");
    }
}
