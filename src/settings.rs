//! What whoever runs the server may set while it runs. Kept in a file of its own beside the journal, with who set it and
//! when; what was never set there is as the configuration says.
//!
//! The file is the truth: who changes it, a server or the command line, holds a lock and reads it anew first, and a server
//! that runs takes over what others wrote.

mod known;

use std::collections::BTreeMap;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::SystemTime;

use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;

use crate::ids::UserId;
use crate::time::Timestamp;

pub use known::{Settings, origin};

/// The file, in the data directory.
const FILE: &str = "settings.json";

/// One setting that was set while a server ran, or at the command line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Written")]
pub struct Kept {
    /// What it was set to.
    pub value: Value,
    /// By whom; nobody where it was at the command line, or in the file by hand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changed_by: Option<UserId>,
    /// When; unknown where it was in the file by hand.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "as_text")]
    pub changed_at: Option<Timestamp>,
}

/// A setting as the file may have it: with who and when, or plain.
#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Whole {
        value: Value,
        #[serde(default)]
        changed_by: Option<UserId>,
        #[serde(default)]
        changed_at: Option<String>,
    },
    Plain(Value),
}

impl From<Written> for Kept {
    fn from(written: Written) -> Self {
        match written {
            Written::Whole {
                value,
                changed_by,
                changed_at,
            } => Self {
                value,
                changed_by,
                changed_at: changed_at.and_then(|at| at.parse().ok()),
            },
            Written::Plain(value) => Self {
                value,
                changed_by: None,
                changed_at: None,
            },
        }
    }
}

fn as_text<S: Serializer>(at: &Option<Timestamp>, serializer: S) -> Result<S::Ok, S::Error> {
    at.map(|at| at.to_string()).serialize(serializer)
}

/// What was set, by name.
pub type Changed = BTreeMap<String, Kept>;

/// What is to be set, by name: a value, or as the configuration says again.
pub type Change = Vec<(String, Option<Value>)>;

/// Why something was not set.
#[derive(Debug)]
pub enum NotSet {
    /// It cannot be that: a sentence.
    Wrong(String),
    /// The disk says no.
    Disk(io::Error),
}

impl fmt::Display for NotSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Wrong(sentence) => f.write_str(sentence),
            Self::Disk(error) => write!(f, "the settings cannot be written: {error}"),
        }
    }
}

impl From<io::Error> for NotSet {
    fn from(error: io::Error) -> Self {
        Self::Disk(error)
    }
}

/// The settings of one server.
#[derive(Debug)]
pub struct Keeper {
    path: PathBuf,
    configured: Settings,
    current: RwLock<Arc<Current>>,
}

/// How the server is set now.
#[derive(Debug)]
struct Current {
    settings: Arc<Settings>,
    changed: Changed,
    /// What the file looked like that says so.
    seen: Option<Seen>,
}

type Seen = (SystemTime, u64);

impl Keeper {
    /// Reads what was set in that data directory; the rest is as configured.
    ///
    /// # Errors
    /// One sentence, where the file is there and makes no sense.
    pub fn open(data: &Path, configured: Settings) -> Result<Self, String> {
        let path = data.join(FILE);
        let current = read(&path, &configured)?;
        Ok(Self {
            path,
            configured,
            current: RwLock::new(Arc::new(current)),
        })
    }

    fn current(&self) -> Arc<Current> {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        current.clone()
    }

    /// How the server is set now.
    pub fn now(&self) -> Arc<Settings> {
        self.current().settings.clone()
    }

    /// How it would be set had nobody set anything: as the configuration says.
    pub fn configured(&self) -> &Settings {
        &self.configured
    }

    /// What was set, by whom and when.
    pub fn changed(&self) -> Changed {
        self.current().changed.clone()
    }

    /// Sets something, durably, all of it or nothing. Blocks.
    ///
    /// # Errors
    /// Where it cannot be that or the disk says no; then nothing is set.
    pub fn change(&self, change: Change, by: Option<UserId>, at: Timestamp) -> Result<(), NotSet> {
        let lock = File::create(self.path.with_extension("lock"))?;
        lock.lock()?;
        let mut changed = read(&self.path, &self.configured)
            .map_err(NotSet::Wrong)?
            .changed;
        for (name, value) in change {
            let kept = self.checked(&name, value, by, at).map_err(NotSet::Wrong)?;
            match kept {
                Some(kept) => changed.insert(name, kept),
                None => changed.remove(&name),
            };
        }
        write(&self.path, &changed)?;
        self.take_over().map_err(NotSet::Wrong)?;
        Ok(())
    }

    /// What is to be kept of a setting: its value as it is written; nothing where it is as configured again.
    fn checked(
        &self,
        name: &str,
        value: Option<Value>,
        by: Option<UserId>,
        at: Timestamp,
    ) -> Result<Option<Kept>, String> {
        let mut trial = self.configured.clone();
        let Some(value) = value else {
            let known = trial.get(name).map(|_| None);
            return known.ok_or_else(|| format!("there is no setting called {name:?}"));
        };
        trial.set(name, &value)?;
        Ok(Some(Kept {
            value: trial.get(name).unwrap_or(value),
            changed_by: by,
            changed_at: Some(at),
        }))
    }

    /// Takes over what somebody else wrote into the file, and says whether anything did. Blocks a moment.
    ///
    /// # Errors
    /// One sentence, where the file makes no sense any more; then all stays as it was.
    pub fn refresh(&self) -> Result<bool, String> {
        if seen(&self.path) == self.current().seen {
            return Ok(false);
        }
        self.take_over()
    }

    fn take_over(&self) -> Result<bool, String> {
        let next = read(&self.path, &self.configured)?;
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        let differs = next.changed != current.changed;
        *current = Arc::new(next);
        Ok(differs)
    }
}

fn seen(path: &Path) -> Option<Seen> {
    let about = fs::metadata(path).ok()?;
    Some((about.modified().ok()?, about.len()))
}

fn read(path: &Path, configured: &Settings) -> Result<Current, String> {
    let wrong = |why: &dyn fmt::Display| {
        format!("the settings in {} cannot be read: {why}", path.display())
    };
    let seen = seen(path);
    let changed: Changed = match fs::read(path) {
        Ok(bytes) => serde_json::from_slice(&bytes).map_err(|error| wrong(&error))?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => Changed::new(),
        Err(error) => return Err(wrong(&error)),
    };
    let mut settings = configured.clone();
    for (name, kept) in &changed {
        let set = settings.set(name, &kept.value);
        set.map_err(|why| wrong(&why))?;
    }
    Ok(Current {
        settings: Arc::new(settings),
        changed,
        seen,
    })
}

fn write(path: &Path, changed: &Changed) -> io::Result<()> {
    let next = path.with_extension("next");
    let mut file = File::create(&next)?;
    file.write_all(&serde_json::to_vec_pretty(changed)?)?;
    file.sync_all()?;
    fs::rename(&next, path)?;
    if let Some(folder) = path.parent() {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use known::sample;

    const NOON: Timestamp = Timestamp::from_ms(1_800_000_000_000);

    fn set(keeper: &Keeper, name: &str, value: Value) -> Result<(), NotSet> {
        keeper.change(vec![(name.to_owned(), Some(value))], None, NOON)
    }

    #[test]
    fn what_was_set_outlives_a_restart_and_the_rest_is_as_configured() {
        let folder = tempfile::tempdir().unwrap();
        let keeper = Keeper::open(folder.path(), sample()).unwrap();
        assert_eq!(*keeper.now(), sample());
        set(&keeper, "guests", json!(false)).unwrap();
        set(&keeper, "user_quota", json!("20")).unwrap();
        let other = Settings {
            max_upload: 10,
            ..sample()
        };
        let again = Keeper::open(folder.path(), other.clone()).unwrap();
        let expected = Settings {
            guests: false,
            user_quota: 20,
            ..other
        };
        assert_eq!(*again.now(), expected);
        assert_eq!(keeper.now().max_upload, 1);
    }

    #[test]
    fn who_set_what_and_when_is_kept_and_goes_with_it() {
        let folder = tempfile::tempdir().unwrap();
        let keeper = Keeper::open(folder.path(), sample()).unwrap();
        let ann = UserId(uuid::Uuid::from_u128(7));
        let change = vec![("rates.guest".to_owned(), Some(json!("7/h")))];
        keeper.change(change, Some(ann), NOON).unwrap();
        let again = Keeper::open(folder.path(), sample()).unwrap();
        let kept = &again.changed()["rates.guest"];
        assert_eq!((kept.changed_by, kept.changed_at), (Some(ann), Some(NOON)));
        assert_eq!(kept.value, "7/h");
        let back = vec![("rates.guest".to_owned(), None)];
        again.change(back, None, NOON).unwrap();
        assert!(again.changed().is_empty());
        assert_eq!(*again.now(), sample());
    }

    #[test]
    fn of_a_change_that_is_partly_wrong_nothing_is_set() {
        let folder = tempfile::tempdir().unwrap();
        let keeper = Keeper::open(folder.path(), sample()).unwrap();
        let change = vec![
            ("guests".to_owned(), Some(json!(false))),
            ("max_upload".to_owned(), Some(json!("much"))),
        ];
        assert!(matches!(
            keeper.change(change, None, NOON),
            Err(NotSet::Wrong(_))
        ));
        let unknown = vec![("color".to_owned(), None)];
        assert!(matches!(
            keeper.change(unknown, None, NOON),
            Err(NotSet::Wrong(_))
        ));
        assert_eq!(*keeper.now(), sample());
        assert!(!folder.path().join(FILE).exists());
    }

    #[test]
    fn what_another_wrote_is_taken_over_and_never_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let server = Keeper::open(folder.path(), sample()).unwrap();
        let command_line = Keeper::open(folder.path(), sample()).unwrap();
        set(&command_line, "guests", json!("off")).unwrap();
        set(&server, "max_upload", json!(9)).unwrap();
        assert!(command_line.refresh().unwrap());
        assert!(!command_line.refresh().unwrap());
        assert_eq!(command_line.now(), server.now());
        assert_eq!((server.now().guests, server.now().max_upload), (false, 9));
    }

    #[test]
    fn a_plain_value_written_by_hand_is_understood() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(FILE), r#"{"guests": false}"#).unwrap();
        let keeper = Keeper::open(folder.path(), sample()).unwrap();
        assert!(!keeper.now().guests);
        assert_eq!(keeper.changed()["guests"].changed_at, None);
    }

    #[test]
    fn a_file_that_makes_no_sense_is_named_and_changes_nothing_that_runs() {
        let folder = tempfile::tempdir().unwrap();
        let running = Keeper::open(folder.path(), sample()).unwrap();
        for nonsense in ["{", r#"{"color": 1}"#, r#"{"guests": "maybe"}"#] {
            fs::write(folder.path().join(FILE), nonsense).unwrap();
            let refused = Keeper::open(folder.path(), sample()).unwrap_err();
            assert!(refused.contains("settings.json"), "{refused}");
            assert!(running.refresh().is_err());
            assert_eq!(*running.now(), sample());
        }
    }
}
