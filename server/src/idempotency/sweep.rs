//! Removing answers whose time is over.

use std::time::Duration;

use tokio::task::JoinHandle;

use super::KEPT_US;
use crate::app::App;
use crate::error::Result;
use crate::{on_engine, sweeper};

/// Between two looks.
const PERIOD: Duration = Duration::from_mins(10);
/// Rows deleted at once.
const AT_ONCE: i64 = 500;

/// Sweeps every ten minutes, as long as the server lives.
pub fn start(app: &App) -> JoinHandle<()> {
    sweeper::start(app, "old answers", PERIOD, |app| Box::pin(sweep(app)))
}

/// Removes what is over.
///
/// # Errors
/// The database's reason.
pub async fn sweep(app: &App) -> Result<()> {
    let over_us = app.clock.now_us() - KEPT_US;
    loop {
        let mut tx = app.db.begin().await?;
        let deleted = on_engine!(tx, conn => sqlx::query(
            "DELETE FROM idempotency_key WHERE (organisation_id, actor_id, key) IN (
                 SELECT organisation_id, actor_id, key FROM idempotency_key WHERE created_us < $1 LIMIT $2)",
        ).bind(over_us).bind(AT_ONCE).execute(conn).await?.rows_affected());
        tx.commit().await?;
        if deleted < AT_ONCE as u64 {
            return Ok(());
        }
    }
}
