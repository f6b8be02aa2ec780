//! Secrets that sign, by the Standard Webhooks specification: `whsec_` and the base64 of random bytes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac as _};
use sha2::Sha256;

use crate::error::{Error, Result};

const PREFIX: &str = "whsec_";
/// The specification asks for 24 to 64.
const BYTES: usize = 32;

/// A fresh one.
///
/// # Errors
/// The operating system gave no random bytes.
pub fn fresh() -> Result<String> {
    let mut random = [0; BYTES];
    getrandom::fill(&mut random).map_err(Error::internal)?;
    Ok(format!("{PREFIX}{}", STANDARD.encode(random)))
}

/// What `webhook-signature` holds: one signature a secret, separated by spaces.
///
/// # Errors
/// A secret that is none.
pub fn signatures(secrets: &[&str], id: &str, timestamp_s: i64, body: &str) -> Result<String> {
    let signed = format!("{id}.{timestamp_s}.{body}");
    let all: Result<Vec<String>> = secrets
        .iter()
        .map(|secret| {
            let key = STANDARD.decode(secret.trim_start_matches(PREFIX)).map_err(Error::internal)?;
            let mut mac = Hmac::<Sha256>::new_from_slice(&key).map_err(Error::internal)?;
            mac.update(signed.as_bytes());
            Ok(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
        })
        .collect();
    Ok(all?.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_are_those_of_the_specification() {
        // The example of its reference implementations.
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        let signed = signatures(&[secret], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, r#"{"test": 2432232314}"#);
        assert_eq!(signed.unwrap(), "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        let ours = fresh().unwrap();
        assert_ne!(ours, fresh().unwrap());
        let theirs = standardwebhooks::Webhook::new(&ours).unwrap().sign("msg_1", 1_795_262_400, b"{}").unwrap();
        assert_eq!(signatures(&[&ours], "msg_1", 1_795_262_400, "{}").unwrap(), theirs);
        let two = signatures(&[&ours, secret], "msg_1", 1_795_262_400, "{}").unwrap();
        assert_eq!(two.split(' ').next(), Some(theirs.as_str()));
        assert_eq!(two.split(' ').count(), 2);
    }
}
