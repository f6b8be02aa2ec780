//! What is done again and again as long as the server lives: removing what is over.

use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio::task::JoinHandle;

use crate::app::App;
use crate::error::Result;
use crate::on_engine;

/// Rows deleted at once: nobody who writes waits for long.
const AT_ONCE: i64 = 500;

/// Runs `sweep` now and every `period`. A failure is logged, and what it left waits for the next time.
pub fn start(
    app: &App,
    what: &'static str,
    period: Duration,
    sweep: for<'a> fn(&'a App) -> BoxFuture<'a, Result<()>>,
) -> JoinHandle<()> {
    let weak = app.downgrade();
    tokio::spawn(async move {
        let mut ticks = tokio::time::interval(period);
        loop {
            ticks.tick().await;
            let Some(app) = weak.upgrade() else { return };
            if let Err(error) = sweep(&app).await {
                tracing::error!(%error, "{what} could not be swept; the next try is in {period:?}");
            }
        }
    })
}

/// Deletes what is over, some rows at a time. `sql` deletes up to `$2` rows whose time was over at `$1`.
///
/// # Errors
/// The database's reason.
pub async fn delete(app: &App, sql: &'static str) -> Result<()> {
    loop {
        let mut tx = app.db.begin().await?;
        let deleted = on_engine!(tx, conn => sqlx::query(sql).bind(app.clock.now_us()).bind(AT_ONCE)
            .execute(conn).await?.rows_affected());
        tx.commit().await?;
        if deleted < AT_ONCE as u64 {
            return Ok(());
        }
    }
}
