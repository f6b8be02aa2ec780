//! Passwords: argon2id with OWASP's parameters (19 MiB, two passes, one lane), hashed on threads of their own and few at
//! once, so that an attack on the sign-in takes neither the memory nor the cores that shoppers need.

use std::sync::Arc;

use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Argon2, PasswordHash};
use tokio::sync::Semaphore;

use crate::error::{Error, Result};

/// Characters that a password must have; NIST SP 800-63B asks for 8, and for nothing else that people must remember.
pub const MIN_CHARACTERS: usize = 10;
/// More is not needed by any person or password manager.
pub const MAX_CHARACTERS: usize = 256;
/// How hard a password is to guess, by zxcvbn: 0 to 4; below this it is among those that are tried first.
const MIN_SCORE: zxcvbn::Score = zxcvbn::Score::Two;
/// Hashed at once, and waiting for it. Each takes 19 MiB and some 20 ms of a core.
const AT_ONCE: usize = 2;
const WAITING: usize = 64;

/// When it makes sense to ask again.
const BUSY_S: u64 = 3;

/// Why a password is not taken; the text's key is `password.{name}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weakness {
    /// Fewer than [`MIN_CHARACTERS`].
    Short,
    /// More than [`MAX_CHARACTERS`].
    Long,
    /// Among the first that an attacker tries.
    Guessable,
}

/// Whether a password may be chosen by a person whose name and address are `about`.
///
/// # Errors
/// Why not.
pub fn check(password: &str, about: &[&str]) -> std::result::Result<(), Weakness> {
    let characters = password.chars().count();
    if characters < MIN_CHARACTERS {
        return Err(Weakness::Short);
    }
    if characters > MAX_CHARACTERS {
        return Err(Weakness::Long);
    }
    // It looks at no more than this; what is longer is long enough.
    let start: String = password.chars().take(64).collect();
    if zxcvbn::zxcvbn(&start, about).score() < MIN_SCORE { Err(Weakness::Guessable) } else { Ok(()) }
}

/// Hashes and compares.
#[derive(Clone, Debug)]
pub struct Passwords {
    at_once: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
    /// Compared with where there is no account, so that both take the same time.
    nobody: Arc<str>,
}

impl Passwords {
    /// Ready to hash.
    ///
    /// # Errors
    /// The operating system gave no random bytes.
    pub fn new() -> Result<Self> {
        Ok(Self {
            at_once: Arc::new(Semaphore::new(AT_ONCE)),
            waiting: Arc::new(Semaphore::new(WAITING)),
            nobody: hash("nobody's password")?.into(),
        })
    }

    /// The hash to keep, in PHC form.
    ///
    /// # Errors
    /// [`Error::Busy`] when too many wait already.
    pub async fn hash(&self, password: String) -> Result<String> {
        self.on_thread(move || hash(&password)).await?
    }

    /// Whether the password is the one that was hashed. Takes the same time without a hash.
    ///
    /// # Errors
    /// [`Error::Busy`] when too many wait already.
    pub async fn matches(&self, password: String, kept: Option<String>) -> Result<bool> {
        let nobody = self.nobody.clone();
        self.on_thread(move || {
            let parsed = PasswordHash::new(kept.as_deref().unwrap_or(&nobody)).map_err(Error::internal)?;
            let matches = Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok();
            Ok(matches && kept.is_some())
        })
        .await?
    }

    /// Whether anybody else may wait for a hash, so that nothing is written for whoever is refused.
    ///
    /// # Errors
    /// [`Error::Busy`].
    pub fn has_room(&self) -> Result<()> {
        if self.waiting.available_permits() > 0 { Ok(()) } else { Err(Error::Busy { retry_after_s: BUSY_S }) }
    }

    async fn on_thread<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let waits = self.waiting.clone().try_acquire_owned().map_err(|_| Error::Busy { retry_after_s: BUSY_S })?;
        let place = self.at_once.clone().acquire_owned().await.map_err(Error::internal)?;
        drop(waits);
        // The place is kept by the thread: a client that goes away does not let another begin beside it.
        tokio::task::spawn_blocking(move || {
            let result = work();
            drop(place);
            result
        })
        .await
        .map_err(Error::internal)
    }
}

fn hash(password: &str) -> Result<String> {
    let hash = Argon2::default().hash_password(password.as_bytes());
    Ok(hash.map_err(|error| Error::internal(error.to_string()))?.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_tried_first_is_not_taken() {
        assert_eq!(check("short", &[]), Err(Weakness::Short));
        assert_eq!(check(&"x9".repeat(200), &[]), Err(Weakness::Long));
        assert_eq!(check("1234567890", &[]), Err(Weakness::Guessable));
        assert_eq!(check("password123", &[]), Err(Weakness::Guessable));
        assert_eq!(check("lin@example.org", &["lin@example.org"]), Err(Weakness::Guessable));
        assert_eq!(check("correct horse battery", &[]), Ok(()));
        assert_eq!(check("巷口賣的茶葉蛋很好吃喔", &[]), Ok(()));
    }

    #[tokio::test]
    async fn only_the_password_that_was_hashed_matches() {
        let passwords = Passwords::new().unwrap();
        let kept = passwords.hash("correct horse battery".to_owned()).await.unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        assert!(passwords.matches("correct horse battery".to_owned(), Some(kept.clone())).await.unwrap());
        assert!(!passwords.matches("correct horse batterz".to_owned(), Some(kept)).await.unwrap());
        assert!(!passwords.matches("nobody's password".to_owned(), None).await.unwrap());
    }
}
