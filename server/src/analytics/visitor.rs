//! Whose visit it is, without knowing who: a keyed hash of what a browser shows anyway, with a secret that changes
//! every day and is then destroyed. Nobody, the operator included, can tell afterwards who was there, and nobody can be
//! followed from one day to the next.

use std::net::IpAddr;
use std::sync::RwLock;
use std::sync::atomic::{AtomicBool, Ordering};

use hmac::{Hmac, Mac};
use sha2::Sha256;
use uuid::Uuid;

use crate::clock::DAY_US;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::on_engine;

/// How long a salt is kept after its day, so that a replica whose clock is behind does not make another one.
const GRACE_US: i64 = 3_600_000_000;

/// The present day's salt, remembered.
#[derive(Debug, Default)]
pub struct Salts {
    today: RwLock<Option<(i64, [u8; 32])>>,
    /// A salt was deleted and may still be in the database's log.
    is_in_log: AtomicBool,
}

impl Salts {
    /// The salt of the day of `now_us` in UTC, the same for all replicas.
    pub async fn of(&self, db: &Db, now_us: i64) -> Result<[u8; 32]> {
        let day = now_us.div_euclid(DAY_US);
        if let Ok(remembered) = self.today.read()
            && let Some((_, salt)) = remembered.filter(|(of, _)| *of == day)
        {
            return Ok(salt);
        }
        let mut fresh = [0; 32];
        getrandom::fill(&mut fresh).map_err(Error::internal)?;
        let mut tx = db.begin().await?;
        on_engine!(tx, conn => sqlx::query(
            "INSERT INTO visitor_salt (utc_day, salt) VALUES ($1, $2) ON CONFLICT (utc_day) DO NOTHING",
        ).bind(day).bind(fresh.as_slice()).execute(conn).await.map(drop)?);
        let salt: Vec<u8> = on_engine!(tx, conn => sqlx::query_scalar("SELECT salt FROM visitor_salt WHERE utc_day = $1")
            .bind(day).fetch_one(conn).await?);
        tx.commit().await?;
        let salt = <[u8; 32]>::try_from(salt).map_err(|_| Error::internal("a salt has not 32 bytes"))?;
        if let Ok(mut remembered) = self.today.write() {
            *remembered = Some((day, salt));
        }
        Ok(salt)
    }

    /// Destroys salts whose day is over.
    pub async fn destroy_old(&self, db: &Db, now_us: i64) -> Result<()> {
        let before = (now_us - GRACE_US).div_euclid(DAY_US);
        let mut tx = db.begin().await?;
        let destroyed = on_engine!(tx, conn => sqlx::query("DELETE FROM visitor_salt WHERE utc_day < $1")
            .bind(before).execute(conn).await?.rows_affected());
        tx.commit().await?;
        if destroyed > 0 {
            self.is_in_log.store(true, Ordering::Relaxed);
        }
        // Somebody who reads for long may be in the way; the next look tries again.
        if self.is_in_log.load(Ordering::Relaxed) && db.empty_log().await? {
            self.is_in_log.store(false, Ordering::Relaxed);
        }
        if let Ok(mut remembered) = self.today.write() {
            remembered.take_if(|(day, _)| *day < before);
        }
        Ok(())
    }
}

/// The visitor's name for a day. Each part carries its length, so that no two different visits give the same text.
#[must_use]
pub fn hash(salt: &[u8; 32], store: Uuid, address: IpAddr, user_agent: &str) -> [u8; 16] {
    let address = match address.to_canonical() {
        IpAddr::V4(v4) => v4.octets().to_vec(),
        IpAddr::V6(v6) => v6.octets().to_vec(),
    };
    let Ok(mut hash) = Hmac::<Sha256>::new_from_slice(salt) else { return [0; 16] };
    for part in [store.as_bytes().as_slice(), &address, user_agent.as_bytes()] {
        hash.update(&(part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    let mut name = [0; 16];
    name.copy_from_slice(&hash.finalize().into_bytes()[..16]);
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_matters_and_none_runs_into_the_next() {
        let (store, one, two) = (Uuid::from_u128(1), "192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap());
        let name = hash(&[1; 32], store, one, "Firefox");
        assert_eq!(name, hash(&[1; 32], store, "::ffff:192.0.2.1".parse().unwrap(), "Firefox"));
        for other in [
            hash(&[2; 32], store, one, "Firefox"),
            hash(&[1; 32], Uuid::from_u128(2), one, "Firefox"),
            hash(&[1; 32], store, two, "Firefox"),
            hash(&[1; 32], store, one, "Firefoxx"),
        ] {
            assert_ne!(name, other);
        }
    }
}
