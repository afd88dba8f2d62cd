//! The server's own secrets: made on the first run, before it listens, readable by their owner only (requirement S12).

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use crate::gateway::push::vapid;
use crate::ids::fill_random;
use crate::time::{Span, Timestamp};

/// The name of the file in the data directory.
pub const FILE: &str = "secrets.json";
/// How long one key signs before the next takes over; its predecessor goes on verifying.
const KEY_AGE: Span = Span::from_secs(30 * 24 * 3600);

/// Keys that sign access tokens: the newest first, at most two.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Secrets {
    keys: Vec<Key>,
    /// By which push services know this server, as PKCS#8 in base64url; made when Web Push is first on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    push_key: Option<String>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Key {
    kid: String,
    secret: String,
    created_at_ms: i64,
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Secrets").finish_non_exhaustive()
    }
}

impl Key {
    fn fresh(now: Timestamp) -> Self {
        Self {
            kid: random(6),
            secret: random(32),
            created_at_ms: now.as_ms(),
        }
    }
}

fn random(len: usize) -> String {
    let mut bytes = vec![0; len];
    fill_random(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

impl Secrets {
    /// New ones, kept nowhere.
    pub fn fresh(now: Timestamp) -> Self {
        Self {
            keys: vec![Key::fresh(now)],
            push_key: None,
        }
    }

    /// Those of a data directory: read, made where there are none, and renewed where they are old.
    ///
    /// # Errors
    /// Where the file cannot be read, made sense of, or written.
    pub fn open(directory: &Path, now: Timestamp) -> io::Result<Self> {
        let path = directory.join(FILE);
        let mut secrets = match fs::read(&path) {
            Ok(bytes) => Self::parse(&bytes)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Self {
                keys: Vec::new(),
                push_key: None,
            },
            Err(error) => return Err(error),
        };
        let newest = secrets
            .keys
            .first()
            .map(|key| Timestamp::from_ms(key.created_at_ms));
        if newest.is_none_or(|made| now.since(made) > KEY_AGE) {
            secrets.keys.insert(0, Key::fresh(now));
            secrets.keys.truncate(2);
            secrets.save(&path)?;
        }
        Ok(secrets)
    }

    /// The key for Web Push of a data directory that was opened: made where there is none yet.
    ///
    /// # Errors
    /// Where it cannot be made, kept or made sense of.
    pub fn push_key(&mut self, directory: &Path) -> io::Result<Vec<u8>> {
        let broken = |what: &str| io::Error::new(io::ErrorKind::InvalidData, what.to_owned());
        if let Some(key) = &self.push_key {
            let key = URL_SAFE_NO_PAD.decode(key);
            return key.map_err(|_| broken("the key for Web Push is damaged"));
        }
        let key = vapid::fresh().map_err(|_| broken("no key for Web Push can be made"))?;
        self.push_key = Some(URL_SAFE_NO_PAD.encode(&key));
        self.save(&directory.join(FILE))?;
        Ok(key)
    }

    fn parse(bytes: &[u8]) -> io::Result<Self> {
        let broken = |what: String| io::Error::new(io::ErrorKind::InvalidData, what);
        let secrets: Self =
            serde_json::from_slice(bytes).map_err(|error| broken(format!("{FILE}: {error}")))?;
        let strong = |key: &Key| key.secret.len() >= 43;
        if !secrets.keys.iter().all(strong) {
            return Err(broken(format!("{FILE}: a key is too short")));
        }
        Ok(secrets)
    }

    /// Written beside, made durable, then put in place: a crash leaves the old file or the new one.
    fn save(&self, path: &Path) -> io::Result<()> {
        let beside = path.with_extension("json.new");
        let _ = fs::remove_file(&beside);
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&beside)?;
        file.write_all(&serde_json::to_vec_pretty(self)?)?;
        file.sync_all()?;
        fs::rename(&beside, path)?;
        if let Some(directory) = path.parent() {
            File::open(directory)?.sync_all()?;
        }
        Ok(())
    }

    /// The id and secret of each key, the one that signs first.
    pub(super) fn keys(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.keys
            .iter()
            .map(|key| (key.kid.as_str(), key.secret.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kids(secrets: &Secrets) -> Vec<String> {
        secrets.keys().map(|(kid, _)| kid.to_owned()).collect()
    }

    #[test]
    fn secrets_are_made_once_and_only_their_owner_reads_them() {
        let directory = tempfile::tempdir().unwrap();
        let now = Timestamp::from_ms(1_000);
        let first = Secrets::open(directory.path(), now).unwrap();
        let again = Secrets::open(directory.path(), now).unwrap();
        assert_eq!(kids(&first), kids(&again));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(directory.path().join(FILE))
                .unwrap()
                .permissions()
                .mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[test]
    fn an_old_key_hands_over_and_goes_on_verifying() {
        let directory = tempfile::tempdir().unwrap();
        let open = |days: i64| {
            Secrets::open(
                directory.path(),
                Timestamp::from_ms(0) + Span::from_secs(days * 24 * 3600),
            )
        };
        let first = kids(&open(0).unwrap());
        let second = kids(&open(31).unwrap());
        let third = kids(&open(62).unwrap());
        assert_eq!(second[1..], first[..]);
        assert_eq!(third.len(), 2);
        assert_eq!(third[1], second[0]);
    }

    #[test]
    fn the_key_for_web_push_is_made_when_it_is_wanted_and_stays() {
        let directory = tempfile::tempdir().unwrap();
        let open = || Secrets::open(directory.path(), Timestamp::from_ms(0)).unwrap();
        let mut first = open();
        let text = fs::read_to_string(directory.path().join(FILE)).unwrap();
        assert!(!text.contains("push_key"), "nobody wanted it yet");
        let key = first.push_key(directory.path()).unwrap();
        assert_eq!(open().push_key(directory.path()).unwrap(), key);
        assert_eq!(kids(&open()), kids(&first));
    }

    #[test]
    fn a_damaged_file_is_an_error_and_not_a_reason_for_new_secrets() {
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join(FILE), "{").unwrap();
        assert!(Secrets::open(directory.path(), Timestamp::from_ms(0)).is_err());
    }
}
