//! How often something may be tried that all replicas count together: signing in to one account, asking for a link to a
//! new password. Limits for one address are each replica's own ([`super::rate`]): they hold a flood off, and come before
//! these, so that the flood is no flood of writes.
//!
//! A row per key holds until when its attempts are used up (the generic cell rate algorithm: one instant in the place of
//! a count and a time, so that one guarded statement counts and refuses).

use sha2::{Digest as _, Sha256};

use crate::app::App;
use crate::error::{Error, Result};
use crate::{on_engine, sweeper};

/// How often.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    /// Between two attempts, in the long run.
    pub every_us: i64,
    /// At once.
    pub burst: i64,
}

/// Signing in to one account from one network: 120 an hour guess no password that is taken here.
pub const SIGN_IN: Limit = Limit { every_us: 30_000_000, burst: 10 };

/// Signing in to one account, from wherever: ten networks have to guess at once to use it up.
pub const SIGN_IN_ANYWHERE: Limit = Limit { every_us: 3_000_000, burst: 200 };

/// Mails with a link to a new password to one address: three at once, then three an hour.
pub const RESET: Limit = Limit { every_us: 1_200_000_000, burst: 3 };

/// Lets an attempt of this `kind` on `key` go on, or tells when to come again. The key is kept as a hash.
///
/// # Errors
/// [`Error::TooMany`].
pub async fn admit(app: &App, kind: &str, key: &str, limit: Limit) -> Result<()> {
    let now_us = app.clock.now_us();
    let key = Sha256::new().chain_update(kind).chain_update([0]).chain_update(key).finalize().to_vec();
    let mut tx = app.db.begin().await?;
    let counted = on_engine!(tx, conn => sqlx::query(
        "INSERT INTO attempt (key, used_until_us) VALUES ($1, $2 + $3)
         ON CONFLICT (key) DO UPDATE
             SET used_until_us = CASE WHEN attempt.used_until_us > $2 THEN attempt.used_until_us ELSE $2 END + $3
             WHERE attempt.used_until_us <= $2 + $3 * ($4 - 1)",
    ).bind(key.as_slice()).bind(now_us).bind(limit.every_us).bind(limit.burst).execute(conn).await?.rows_affected());
    if counted == 1 {
        tx.commit().await?;
        return Ok(());
    }
    let until_us: Option<i64> = on_engine!(tx, conn => sqlx::query_scalar("SELECT used_until_us FROM attempt WHERE key = $1")
        .bind(key.as_slice()).fetch_optional(conn).await?);
    let wait_us = until_us.unwrap_or(now_us) - now_us - limit.every_us * (limit.burst - 1);
    Err(Error::TooMany { retry_after_s: (wait_us.max(1) as u64).div_ceil(1_000_000) })
}

/// Forgets keys whose attempts are all there again.
pub async fn sweep(app: &App) -> Result<()> {
    let sql = "DELETE FROM attempt WHERE key IN (SELECT key FROM attempt WHERE used_until_us <= $1 LIMIT $2)";
    sweeper::delete(app, sql).await
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use super::*;
    use crate::testing::on_both;

    const LIMIT: Limit = Limit { every_us: 10_000_000, burst: 3 };

    on_both! {
        async fn a_burst_then_one_after_the_other(test: TestApp) {
            let admit = async |key: &str| match admit(&test.app, "test", key, LIMIT).await {
                Ok(()) => 0,
                Err(Error::TooMany { retry_after_s }) => retry_after_s,
                Err(error) => panic!("{error}"),
            };
            for _ in 0..3 {
                assert_eq!(admit("a").await, 0);
            }
            assert_eq!((admit("a").await, admit("a").await, admit("b").await), (10, 10, 0), "each key for itself");
            test.advance(Duration::from_secs(4));
            assert_eq!(admit("a").await, 6);
            test.advance(Duration::from_secs(6));
            assert_eq!((admit("a").await, admit("a").await), (0, 10));
            test.advance(Duration::from_mins(1));
            sweep(&test.app).await.unwrap();
            let left: i64 = on_engine!(test.app.db, conn =>
                sqlx::query_scalar("SELECT COUNT(*) FROM attempt").fetch_one(conn).await.unwrap());
            assert_eq!(left, 0);
        }

        async fn many_at_once_are_counted_together(test: TestApp) {
            let barrier = Arc::new(tokio::sync::Barrier::new(12));
            let tries: Vec<_> = (0..12).map(|_| {
                let (app, barrier) = (test.app.clone(), barrier.clone());
                tokio::spawn(async move {
                    barrier.wait().await;
                    admit(&app, "test", "one", LIMIT).await.is_ok()
                })
            }).collect();
            let mut admitted = 0;
            for one in tries {
                admitted += usize::from(one.await.unwrap());
            }
            assert_eq!(admitted, 3);
        }
    }
}
