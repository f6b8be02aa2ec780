//! Jobs in the database.

use uuid::Uuid;

use super::{Failure, Lane, MAX_UNFINISHED};
use crate::accounts::actor::Tenant;
use crate::db::{Db, Engine, Tx};
use crate::error::{Error, Result};
use crate::on_engine;

/// A job that was claimed.
#[derive(Debug, sqlx::FromRow)]
pub struct Claimed {
    /// Id.
    pub id: Uuid,
    /// Whose it is.
    pub organisation_id: Uuid,
    /// Its kind.
    pub kind: String,
    /// JSON, as the kind needs it.
    pub payload: String,
    /// How often it was begun, this time included.
    pub attempts: i64,
}

/// How a job stands.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct State {
    /// `waiting`, `running`, `done`, `failed` or `cancelled`.
    pub status: String,
    /// How much is done.
    pub progress_done: i64,
    /// Of how much; 0 before that is known.
    pub progress_of: i64,
    /// Why it failed: the text `job.failed.{failure}`.
    pub failure: Option<String>,
    /// Details in English.
    pub failure_detail: Option<String>,
}

/// Adds a job that is due at once.
///
/// # Errors
/// [`Error::Busy`] when the organisation has too many unfinished ones.
pub async fn insert(tx: &mut Tx, tenant: Tenant, id: Uuid, kind: &str, payload: &str, now_us: i64) -> Result<()> {
    let added = on_engine!(tx, conn => sqlx::query(
        "INSERT INTO job (id, organisation_id, kind, payload, status, attempts, run_at_us, created_us)
         SELECT $1, $2, $3, $4, 'waiting', 0, $5, $5 WHERE
            (SELECT COUNT(*) FROM job WHERE organisation_id = $2 AND status IN ('waiting', 'running')) < $6",
    ).bind(id).bind(tenant.id()).bind(kind).bind(payload).bind(now_us).bind(MAX_UNFINISHED)
    .execute(conn).await?.rows_affected());
    if added == 1 { Ok(()) } else { Err(Error::Busy { retry_after_s: 60 }) }
}

/// Which lane a job is of.
macro_rules! lane {
    () => {
        "CASE WHEN kind LIKE 'mail.%' THEN 'mail' WHEN kind = 'media.encode' THEN 'spare' ELSE 'work' END"
    };
}

/// Whether anything of a lane is due. Read before claiming, so that an idle server writes nothing.
pub async fn is_any_due(db: &Db, lane: Lane, now_us: i64) -> sqlx::Result<bool> {
    let found: Option<i64> = on_engine!(db, conn => sqlx::query_scalar(
        concat!("SELECT run_at_us FROM job WHERE status IN ('waiting', 'running') AND run_at_us <= $1
            AND ", lane!(), " = $2 LIMIT 1"),
    ).bind(now_us).bind(lane.name()).fetch_optional(conn).await?);
    Ok(found.is_some())
}

/// Takes up the oldest job of a lane that is due: one that waits, or one whose lease ended.
pub async fn claim(db: &Db, lane: Lane, lease: Uuid, now_us: i64, until_us: i64) -> sqlx::Result<Option<Claimed>> {
    let mut tx = db.begin().await?;
    // SQLite has one writer, and knows no row locks; on PostgreSQL nobody waits for a row that another one takes.
    let sql = match tx.engine() {
        Engine::Sqlite(_) => {
            concat!(
                "UPDATE job SET status = 'running', attempts = attempts + 1, lease = $1, run_at_us = $2 WHERE id =
                (SELECT id FROM job WHERE status IN ('waiting', 'running') AND run_at_us <= $3 AND ",
                lane!(),
                " = $4
                 ORDER BY run_at_us, id LIMIT 1)
             RETURNING id, organisation_id, kind, payload, attempts"
            )
        }
        Engine::Postgres(_) => {
            concat!(
                "UPDATE job SET status = 'running', attempts = attempts + 1, lease = $1, run_at_us = $2 WHERE id =
                (SELECT id FROM job WHERE status IN ('waiting', 'running') AND run_at_us <= $3 AND ",
                lane!(),
                " = $4
                 ORDER BY run_at_us, id LIMIT 1 FOR UPDATE SKIP LOCKED)
             RETURNING id, organisation_id, kind, payload, attempts"
            )
        }
    };
    let claimed = on_engine!(tx, conn => sqlx::query_as(sql)
        .bind(lease).bind(until_us).bind(now_us).bind(lane.name()).fetch_optional(conn).await?);
    tx.commit().await?;
    Ok(claimed)
}

/// Whether a job is still held by this lease, and whether somebody asks that it be cancelled.
pub async fn look(db: &Db, id: Uuid, lease: Uuid) -> sqlx::Result<Option<bool>> {
    let asked: Option<i64> = on_engine!(db, conn => sqlx::query_scalar(
        "SELECT cancel_asked FROM job WHERE id = $1 AND lease = $2 AND status = 'running'",
    ).bind(id).bind(lease).fetch_optional(conn).await?);
    Ok(asked.map(|asked| asked != 0))
}

/// Renews a lease and notes how far the work is. False when the lease was lost.
pub async fn renew(db: &Db, id: Uuid, lease: Uuid, until_us: i64, (done, of): (u32, u32)) -> sqlx::Result<bool> {
    let mut tx = db.begin().await?;
    let renewed = on_engine!(tx, conn => sqlx::query(
        "UPDATE job SET run_at_us = $3, progress_done = $4, progress_of = $5
         WHERE id = $1 AND lease = $2 AND status = 'running'",
    ).bind(id).bind(lease).bind(until_us).bind(i64::from(done)).bind(i64::from(of)).execute(conn).await?.rows_affected());
    tx.commit().await?;
    Ok(renewed == 1)
}

/// How a taken-up job ended.
#[derive(Clone, Debug)]
pub enum End {
    /// Done.
    Done,
    /// For good.
    Failed(Failure),
    /// On request.
    Cancelled,
    /// To be begun again at an instant.
    Again {
        /// When.
        at_us: i64,
        /// Whether this beginning counts.
        counts: bool,
        /// Why it was not done this time, where people may read it.
        why: Option<Failure>,
    },
}

/// Ends a job that is held by a lease. False when the lease was lost: then it is somebody else's to end.
pub async fn end(db: &Db, id: Uuid, lease: Uuid, end: &End, now_us: i64) -> sqlx::Result<bool> {
    let (status, at_us, failure) = match end {
        End::Done => ("done", now_us, None),
        End::Failed(failure) => ("failed", now_us, Some(failure)),
        End::Cancelled => ("cancelled", now_us, None),
        End::Again { at_us, why, .. } => ("waiting", *at_us, why.as_ref()),
    };
    let finished = (status != "waiting").then_some(now_us);
    let uncounted = i64::from(matches!(end, End::Again { counts: false, .. }));
    let mut tx = db.begin().await?;
    let ended = on_engine!(tx, conn => sqlx::query(
        "UPDATE job SET status = $3, run_at_us = $4, failure = $5, failure_detail = $6, finished_us = $7,
            attempts = attempts - $8, lease = NULL
         WHERE id = $1 AND lease = $2 AND status = 'running'",
    ).bind(id).bind(lease).bind(status).bind(at_us).bind(failure.map(|failure| failure.code))
    .bind(failure.map(|failure| failure.detail.as_str())).bind(finished).bind(uncounted)
    .execute(conn).await?.rows_affected());
    tx.commit().await?;
    Ok(ended == 1)
}

/// Cancels a job: one that waits at once, one that runs as soon as its worker looks.
pub async fn cancel(tx: &mut Tx, tenant: Tenant, id: Uuid, now_us: i64) -> sqlx::Result<()> {
    on_engine!(tx, conn => sqlx::query(
        "UPDATE job SET cancel_asked = 1, finished_us = CASE WHEN status = 'waiting' THEN $3 ELSE finished_us END,
            status = CASE WHEN status = 'waiting' THEN 'cancelled' ELSE status END
         WHERE id = $1 AND organisation_id = $2 AND status IN ('waiting', 'running')",
    ).bind(id).bind(tenant.id()).bind(now_us).execute(conn).await.map(drop))
}

/// How a job of an organisation stands.
pub async fn state(db: &Db, tenant: Tenant, id: Uuid) -> sqlx::Result<Option<State>> {
    Ok(on_engine!(db, conn => sqlx::query_as(
        "SELECT status, progress_done, progress_of, failure, failure_detail FROM job
         WHERE id = $1 AND organisation_id = $2",
    ).bind(id).bind(tenant.id()).fetch_optional(conn).await?))
}

/// Jobs that wait and that run, of everybody.
pub async fn unfinished(db: &Db) -> sqlx::Result<(i64, i64)> {
    Ok(on_engine!(db, conn => sqlx::query_as(
        "SELECT (SELECT COUNT(*) FROM job WHERE status = 'waiting'), (SELECT COUNT(*) FROM job WHERE status = 'running')",
    ).fetch_one(conn).await?))
}

/// Forgets up to `limit` jobs that ended before an instant and that nothing names any more. Returns how many.
pub async fn forget(db: &Db, before_us: i64, limit: i64) -> sqlx::Result<u64> {
    let mut tx = db.begin().await?;
    let forgotten = on_engine!(tx, conn => sqlx::query(
        "DELETE FROM job WHERE id IN (SELECT id FROM job WHERE finished_us < $1
            AND NOT EXISTS (SELECT 1 FROM upload WHERE upload.job_id = job.id) ORDER BY finished_us LIMIT $2)",
    ).bind(before_us).bind(limit).execute(conn).await?.rows_affected());
    tx.commit().await?;
    Ok(forgotten)
}
