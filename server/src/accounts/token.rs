//! Secrets that people and programs carry: 256 random bits, of which the database keeps only the hash.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// A fresh secret, as text for a cookie, a link or a key. Shown once, stored never.
pub struct Token(String);

impl Token {
    /// A fresh one, with a `prefix` by which people and scanners know what it is.
    ///
    /// # Errors
    /// The operating system gave no random bytes.
    pub fn new(prefix: &str) -> Result<Self, getrandom::Error> {
        let mut random = [0; 32];
        getrandom::fill(&mut random)?;
        Ok(Self(format!("{prefix}{}", URL_SAFE_NO_PAD.encode(random))))
    }

    /// The secret itself.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What the database keeps.
    #[must_use]
    pub fn hash(&self) -> Vec<u8> {
        hash(&self.0)
    }
}

/// What the database keeps of a secret that came in.
#[must_use]
pub fn hash(text: &str) -> Vec<u8> {
    Sha256::digest(text.as_bytes()).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_token_is_another_and_hashes_to_what_is_kept() {
        let (one, other) = (Token::new("key_").unwrap(), Token::new("key_").unwrap());
        assert_ne!(one.reveal(), other.reveal());
        assert_eq!(one.reveal().len(), 4 + 43);
        assert_eq!(one.hash(), hash(one.reveal()));
    }
}
