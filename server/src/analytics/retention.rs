//! What is kept only for a time: salts, the day's visitors, single events.

use std::time::Duration;

use tokio::task::JoinHandle;
use uuid::Uuid;

use crate::app::App;
use crate::clock::DAY_US;
use crate::error::Result;
use crate::on_engine;
use crate::sweeper;

/// Between two looks.
const PERIOD: Duration = Duration::from_mins(1);
/// Batches deleted in one transaction: it must not hold the writer for long.
const CHUNK: i64 = 200;
/// Days for which the visitors of a day are kept apart: a late batch still finds who was counted, wherever on earth
/// the shop is.
const VISITOR_DAYS: i64 = 9;

/// Looks once a minute, as long as the server lives.
pub fn start(app: &App) -> JoinHandle<()> {
    sweeper::start(app, "statistics that are over", PERIOD, |app| Box::pin(sweep(app)))
}

/// Deletes what is over.
///
/// # Errors
/// The database's reason.
pub async fn sweep(app: &App) -> Result<()> {
    let now_us = app.clock.now_us();
    app.salts.destroy_old(&app.db, now_us).await?;
    let day = jiff::Timestamp::from_microsecond(now_us - VISITOR_DAYS * DAY_US).unwrap_or_default();
    let day = day.to_zoned(jiff::tz::TimeZone::UTC).date().to_string();
    delete_visitors(app, &day).await?;
    delete_events(app, now_us - i64::from(app.config.events.raw_retention_days) * DAY_US).await
}

async fn delete_visitors(app: &App, before_day: &str) -> Result<()> {
    loop {
        // A day of a store at a time.
        let found: Option<(Uuid, String)> = on_engine!(app.db, conn => sqlx::query_as(
            "SELECT store_id, day FROM visitor_day WHERE day < $1 ORDER BY day LIMIT 1",
        ).bind(before_day).fetch_optional(conn).await?);
        let Some((store, day)) = found else { return Ok(()) };
        let mut tx = app.db.begin().await?;
        on_engine!(tx, conn => sqlx::query("DELETE FROM visitor_day WHERE store_id = $1 AND day = $2")
            .bind(store).bind(day).execute(conn).await.map(drop)?);
        tx.commit().await?;
    }
}

async fn delete_events(app: &App, before_us: i64) -> Result<()> {
    loop {
        let mut tx = app.db.begin().await?;
        let deleted = on_engine!(tx, conn => sqlx::query(
            "DELETE FROM event_batch WHERE number IN
                (SELECT number FROM event_batch WHERE received_us < $1 ORDER BY received_us LIMIT $2)",
        ).bind(before_us).bind(CHUNK).execute(conn).await?.rows_affected());
        tx.commit().await?;
        if (deleted as i64) < CHUNK {
            return Ok(());
        }
    }
}
