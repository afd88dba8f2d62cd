//! Passwords: which are good enough, and hashing and checking them in a bounded pool (requirements S1, S2).

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;

use crate::gateway::answer;
use crate::ids::fill_random;
use crate::wire::error_code::{ErrorBody, ErrorCode};

/// The fewest characters of a password.
pub const SHORTEST: usize = 8;
/// The most bytes of a password: more would only cost time.
pub const LONGEST: usize = 256;
/// The most that wait for the pool; the next is told to come back.
const MAX_WAITING: usize = 64;
/// Passwords everybody tries first, in lower case.
const COMMON: &str = include_str!("common_passwords.txt");

/// A password that is not good enough says why.
///
/// # Errors
/// [`ErrorCode::InvalidRequest`].
pub fn check_quality(password: &str, own_names: &[&str]) -> Result<(), ErrorBody> {
    let too = |what: &str| Err(answer::invalid(format!("password: {what}")));
    if password.chars().count() < SHORTEST {
        return too("at least 8 characters are needed");
    }
    if password.len() > LONGEST {
        return too("at most 256 bytes are taken");
    }
    let lower = password.to_lowercase();
    let known = COMMON.lines().any(|common| common == lower)
        || own_names.iter().any(|name| name.to_lowercase() == lower);
    if known || is_run(&lower) {
        return too("this one is tried first by everybody who guesses: choose another");
    }
    Ok(())
}

/// One character again and again, or neighbours of the alphabet, all in one direction.
fn is_run(text: &str) -> bool {
    let steps: Vec<i64> = text
        .chars()
        .zip(text.chars().skip(1))
        .map(|(a, b)| i64::from(u32::from(b)) - i64::from(u32::from(a)))
        .collect();
    let same = steps.windows(2).all(|pair| pair[0] == pair[1]);
    same && steps.first().is_none_or(|step| step.abs() <= 1)
}

/// Hashes and checks passwords, as many at once as there are processors.
#[derive(Debug)]
pub struct Passwords {
    running: Arc<Semaphore>,
    waiting: AtomicUsize,
    /// What an unknown user's password is checked against, so that the answer takes the same time.
    decoy: String,
}

impl Default for Passwords {
    fn default() -> Self {
        Self::new()
    }
}

impl Passwords {
    /// With a pool of its own.
    pub fn new() -> Self {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            running: Arc::new(Semaphore::new(processors)),
            waiting: AtomicUsize::new(0),
            decoy: hash("a password that nobody has").unwrap_or_default(),
        }
    }

    /// The password as an argon2id PHC string.
    ///
    /// # Errors
    /// [`ErrorCode::Overloaded`] where too many wait.
    pub async fn hash(&self, password: String) -> Result<String, ErrorBody> {
        self.run(move || hash(&password))
            .await?
            .ok_or_else(answer::broken)
    }

    /// Whether the password is the one hashed; never where there is no hash, which takes the same time.
    ///
    /// # Errors
    /// [`ErrorCode::Overloaded`] where too many wait.
    pub async fn verify(&self, password: String, phc: Option<String>) -> Result<bool, ErrorBody> {
        let exists = phc.is_some();
        let phc = phc.unwrap_or_else(|| self.decoy.clone());
        let right = self.run(move || verify(&password, &phc)).await?;
        Ok(right && exists)
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, ErrorBody> {
        let waiting = Waiting::begin(&self.waiting)?;
        let permit = self.running.clone().acquire_owned().await;
        drop(waiting);
        let permit = permit.map_err(|_| answer::broken())?;
        let done = tokio::task::spawn_blocking(move || {
            let done = work();
            drop(permit);
            done
        });
        done.await.map_err(|_| answer::broken())
    }
}

/// One of a bounded number that wait; leaves when dropped, however that comes.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn begin(count: &'a AtomicUsize) -> Result<Self, ErrorBody> {
        let waiting = Self(count);
        if count.fetch_add(1, Ordering::AcqRel) >= MAX_WAITING {
            return Err(ErrorBody::retry(
                ErrorCode::Overloaded,
                "too many sign-ins at once: try again",
                2_000,
            ));
        }
        Ok(waiting)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

fn hasher() -> Option<Argon2<'static>> {
    let params = Params::new(19_456, 2, 1, None).ok()?;
    Some(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash(password: &str) -> Option<String> {
    let mut salt = [0; 16];
    fill_random(&mut salt);
    let salt = SaltString::encode_b64(&salt).ok()?;
    let hash = hasher()?.hash_password(password.as_bytes(), &salt).ok()?;
    Some(hash.to_string())
}

fn verify(password: &str, phc: &str) -> bool {
    let Ok(phc) = PasswordHash::new(phc) else {
        return false;
    };
    hasher().is_some_and(|hasher| hasher.verify_password(password.as_bytes(), &phc).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weak_passwords_are_refused_and_others_are_taken() {
        for weak in [
            "short",
            "Password123",
            "aaaaaaaaaa",
            "12345678",
            "hgfedcba",
            "Marianne",
            "iloveyou",
        ] {
            assert!(check_quality(weak, &["marianne"]).is_err(), "{weak}");
        }
        for fine in ["blue-sofa-piano", "ääääääöü", "correct horse 17"] {
            assert!(check_quality(fine, &["marianne"]).is_ok(), "{fine}");
        }
        assert!(check_quality(&"long enough ".repeat(30), &[]).is_err());
    }

    #[test]
    fn the_list_of_common_passwords_is_in_lower_case() {
        assert!(COMMON.lines().count() > 300);
        assert!(
            COMMON
                .lines()
                .all(|line| line.to_lowercase() == line && line.chars().count() >= SHORTEST)
        );
    }

    #[tokio::test]
    async fn a_hash_is_argon2id_with_the_promised_cost_and_verifies() {
        let passwords = Passwords::new();
        let phc = passwords.hash("blue-sofa-piano".into()).await.unwrap();
        assert!(phc.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{phc}");
        let verify = |password: &str| passwords.verify(password.into(), Some(phc.clone()));
        assert!(verify("blue-sofa-piano").await.unwrap());
        assert!(!verify("blue-sofa-violin").await.unwrap());
    }

    #[tokio::test]
    async fn nobody_has_the_decoys_password() {
        let passwords = Passwords::new();
        let guess = "a password that nobody has";
        assert!(!passwords.verify(guess.into(), None).await.unwrap());
    }

    #[tokio::test]
    async fn one_too_many_is_told_to_come_back() {
        let passwords = Passwords::new();
        let _all: Vec<_> = (0..MAX_WAITING)
            .map(|_| Waiting::begin(&passwords.waiting).ok().unwrap())
            .collect();
        let refused = passwords.hash("blue-sofa-piano".into()).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::Overloaded);
        assert!(refused.retry_after_ms.is_some());
    }
}
