//! Events and their deliveries in the database.

use uuid::Uuid;

use super::courier::Outcome;
use super::event::Kind;
use crate::accounts::actor::Tenant;
use crate::db::{Db, Engine, Tx};
use crate::error::{Error, Result};
use crate::on_engine;

/// Deliveries to one endpoint at once: one that hangs holds up no other.
const AT_ONCE: i64 = 4;

/// Writes an event down.
pub async fn insert_event(tx: &mut Tx, tenant: Tenant, id: Uuid, kind: Kind, body: &str, now_us: i64) -> Result<()> {
    on_engine!(tx, conn => sqlx::query(
        "INSERT INTO webhook_event (id, organisation_id, kind, body, created_us) VALUES ($1, $2, $3, $4, $5)",
    ).bind(id).bind(tenant.id()).bind(kind.name()).bind(body).bind(now_us).execute(conn).await.map(drop)?);
    Ok(())
}

/// Sends an event on its way to an endpoint.
pub async fn insert(tx: &mut Tx, tenant: Tenant, id: Uuid, event: Uuid, endpoint: Uuid, now_us: i64) -> Result<()> {
    on_engine!(tx, conn => sqlx::query(
        "INSERT INTO webhook_delivery (id, organisation_id, event_id, endpoint_id, status, attempts, due_us, created_us)
         VALUES ($1, $2, $3, $4, 'waiting', 0, $5, $5)",
    ).bind(id).bind(tenant.id()).bind(event).bind(endpoint).bind(now_us).execute(conn).await.map(drop)?);
    Ok(())
}

/// A delivery that was taken up.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Claimed {
    /// Id.
    pub id: Uuid,
    /// Whose it is.
    pub organisation_id: Uuid,
    /// What is told.
    pub event_id: Uuid,
    /// To whom.
    pub endpoint_id: Uuid,
    /// How often it was tried, this time included.
    pub attempts: i64,
}

/// Whether anything is due. Read before claiming, so that an idle server writes nothing.
pub async fn is_any_due(db: &Db, now_us: i64) -> sqlx::Result<bool> {
    let found: Option<i64> = on_engine!(db, conn => sqlx::query_scalar(
        "SELECT due_us FROM webhook_delivery WHERE status IN ('waiting', 'running') AND due_us <= $1 LIMIT 1",
    ).bind(now_us).fetch_optional(conn).await?);
    Ok(found.is_some())
}

/// Takes up the oldest delivery that is due, for an endpoint that has not enough to do already.
pub async fn claim(db: &Db, lease: Uuid, now_us: i64, until_us: i64) -> sqlx::Result<Option<Claimed>> {
    let mut tx = db.begin().await?;
    // As for jobs: SQLite has one writer, and on PostgreSQL nobody waits for a row that another one takes.
    let sql = match tx.engine() {
        Engine::Sqlite(_) => {
            "UPDATE webhook_delivery SET status = 'running', attempts = attempts + 1, lease = $1, due_us = $2 WHERE id =
                (SELECT id FROM webhook_delivery AS one WHERE status IN ('waiting', 'running') AND due_us <= $3
                    AND (SELECT COUNT(*) FROM webhook_delivery AS other WHERE other.endpoint_id = one.endpoint_id
                         AND other.status = 'running' AND other.due_us > $3) < $4
                 ORDER BY due_us, id LIMIT 1)
             RETURNING id, organisation_id, event_id, endpoint_id, attempts"
        }
        Engine::Postgres(_) => {
            "UPDATE webhook_delivery SET status = 'running', attempts = attempts + 1, lease = $1, due_us = $2 WHERE id =
                (SELECT id FROM webhook_delivery AS one WHERE status IN ('waiting', 'running') AND due_us <= $3
                    AND (SELECT COUNT(*) FROM webhook_delivery AS other WHERE other.endpoint_id = one.endpoint_id
                         AND other.status = 'running' AND other.due_us > $3) < $4
                 ORDER BY due_us, id LIMIT 1 FOR UPDATE SKIP LOCKED)
             RETURNING id, organisation_id, event_id, endpoint_id, attempts"
        }
    };
    let claimed = on_engine!(tx, conn => sqlx::query_as(sql)
        .bind(lease).bind(until_us).bind(now_us).bind(AT_ONCE).fetch_optional(conn).await?);
    tx.commit().await?;
    Ok(claimed)
}

/// Kind and body of an event.
pub async fn event(db: &Db, tenant: Tenant, id: Uuid) -> Result<Option<(String, String, i64)>> {
    Ok(on_engine!(db, conn => sqlx::query_as(
        "SELECT kind, body, created_us FROM webhook_event WHERE id = $1 AND organisation_id = $2",
    ).bind(id).bind(tenant.id()).fetch_optional(conn).await?))
}

/// How a delivery goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// It arrived.
    Delivered,
    /// It never will by itself.
    Failed,
    /// It is tried again at this instant.
    Again(i64),
}

/// Ends a try that is held by a lease. False when the lease was lost: then it is somebody else's to end.
pub async fn settle(tx: &mut Tx, id: Uuid, lease: Uuid, next: Next, now_us: i64) -> Result<bool> {
    let (status, due_us, ended_us) = match next {
        Next::Delivered => ("delivered", now_us, Some(now_us)),
        Next::Failed => ("failed", now_us, Some(now_us)),
        Next::Again(at_us) => ("waiting", at_us, None),
    };
    let settled = on_engine!(tx, conn => sqlx::query(
        "UPDATE webhook_delivery SET status = $3, due_us = $4, ended_us = $5, lease = NULL
         WHERE id = $1 AND lease = $2 AND status = 'running'",
    ).bind(id).bind(lease).bind(status).bind(due_us).bind(ended_us).execute(conn).await?.rows_affected());
    Ok(settled == 1)
}

/// Writes a try down.
pub async fn insert_attempt(tx: &mut Tx, delivery: Uuid, outcome: &Outcome, at_us: i64) -> Result<()> {
    let (code, detail) = outcome.failure.as_ref().map(|(code, detail)| (*code, detail.as_str())).unzip();
    on_engine!(tx, conn => sqlx::query(
        "INSERT INTO webhook_attempt (delivery_id, number, at_us, duration_ms, http_status, failure, failure_detail, answer)
         SELECT $1, COALESCE(MAX(number), 0) + 1, $2, $3, $4, $5, $6, $7 FROM webhook_attempt WHERE delivery_id = $1",
    ).bind(delivery).bind(at_us).bind(i64::try_from(outcome.duration.as_millis()).unwrap_or(i64::MAX))
    .bind(outcome.http_status.map(i64::from)).bind(code).bind(detail).bind(outcome.answer.as_str())
    .execute(conn).await.map(drop)?);
    Ok(())
}

/// A delivery, as people see it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Delivery {
    /// Id.
    pub id: Uuid,
    /// What is told.
    pub event_id: Uuid,
    /// Its kind.
    pub kind: String,
    /// To whom.
    pub endpoint_id: Uuid,
    /// What that is called.
    pub endpoint: String,
    /// `waiting`, `running`, `delivered` or `failed`.
    pub status: String,
    /// When it is tried again.
    pub due_us: i64,
    /// When it happened.
    pub created_us: i64,
    /// How often it was tried.
    pub tried: i64,
    /// Of the last try: the answer's status.
    pub http_status: Option<i64>,
    /// How long it took.
    pub duration_ms: Option<i64>,
    /// Why it failed.
    pub failure: Option<String>,
    /// Details in English.
    pub failure_detail: Option<String>,
    /// The first bytes of the answer.
    pub answer: Option<String>,
}

const DELIVERIES: &str = "SELECT delivery.id, delivery.event_id, event.kind, delivery.endpoint_id, endpoint.name AS endpoint,
    delivery.status, delivery.due_us, event.created_us, COALESCE(last.number, 0) AS tried, last.http_status, last.duration_ms,
    last.failure, last.failure_detail, last.answer
    FROM webhook_delivery AS delivery JOIN webhook_event AS event ON event.id = delivery.event_id
    JOIN webhook_endpoint AS endpoint ON endpoint.id = delivery.endpoint_id
    LEFT JOIN webhook_attempt AS last ON last.delivery_id = delivery.id AND last.number =
        (SELECT MAX(number) FROM webhook_attempt WHERE delivery_id = delivery.id)
    WHERE delivery.organisation_id = $1";

/// Deliveries to an endpoint, the latest first; only failed ones where asked.
pub async fn of_endpoint(
    db: &Db,
    tenant: Tenant,
    endpoint: Uuid,
    only_failed: bool,
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Delivery>> {
    let sql = format!(
        "{DELIVERIES} AND delivery.endpoint_id = $2 AND (delivery.status = 'failed' OR NOT $3) AND delivery.id < $4
         ORDER BY delivery.id DESC LIMIT $5"
    );
    Ok(on_engine!(db, conn => sqlx::query_as(sqlx::AssertSqlSafe(sql.as_str())).bind(tenant.id()).bind(endpoint)
        .bind(only_failed).bind(before.unwrap_or(Uuid::max())).bind(limit).fetch_all(conn).await?))
}

/// The dead letters of an organisation, the latest first.
pub async fn failed(db: &Db, tenant: Tenant, before: Option<Uuid>, limit: i64) -> Result<Vec<Delivery>> {
    let sql =
        format!("{DELIVERIES} AND delivery.status = 'failed' AND delivery.id < $2 ORDER BY delivery.id DESC LIMIT $3");
    Ok(on_engine!(db, conn => sqlx::query_as(sqlx::AssertSqlSafe(sql.as_str())).bind(tenant.id())
        .bind(before.unwrap_or(Uuid::max())).bind(limit).fetch_all(conn).await?))
}

/// How many dead letters there are.
pub async fn count_failed(db: &Db, tenant: Tenant) -> Result<i64> {
    Ok(on_engine!(db, conn => sqlx::query_scalar(
        "SELECT COUNT(*) FROM webhook_delivery WHERE organisation_id = $1 AND status = 'failed'",
    ).bind(tenant.id()).fetch_one(conn).await?))
}

/// One delivery.
pub async fn find(db: &Db, tenant: Tenant, id: Uuid) -> Result<Delivery> {
    let sql = format!("{DELIVERIES} AND delivery.id = $2");
    let found = on_engine!(db, conn => sqlx::query_as(sqlx::AssertSqlSafe(sql.as_str())).bind(tenant.id()).bind(id)
        .fetch_optional(conn).await?);
    found.ok_or(Error::NotFound)
}

/// A try, as people see it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Attempt {
    /// Which, from 1.
    pub number: i64,
    /// When.
    pub at_us: i64,
    /// How long it took.
    pub duration_ms: i64,
    /// The answer's status.
    pub http_status: Option<i64>,
    /// Why it failed.
    pub failure: Option<String>,
    /// Details in English.
    pub failure_detail: Option<String>,
    /// The first bytes of the answer.
    pub answer: String,
}

/// The tries of a delivery, the latest first.
pub async fn attempts(db: &Db, tenant: Tenant, delivery: Uuid) -> Result<Vec<Attempt>> {
    Ok(on_engine!(db, conn => sqlx::query_as(
        "SELECT number, at_us, duration_ms, http_status, failure, failure_detail, answer FROM webhook_attempt
         WHERE delivery_id = $1 AND EXISTS (SELECT 1 FROM webhook_delivery WHERE id = $1 AND organisation_id = $2)
         ORDER BY number DESC LIMIT 100",
    ).bind(delivery).bind(tenant.id()).fetch_all(conn).await?))
}

/// Sends a delivery that ended once more. False where there is none.
pub async fn replay(tx: &mut Tx, tenant: Tenant, id: Uuid, now_us: i64) -> Result<bool> {
    let begun = on_engine!(tx, conn => sqlx::query(
        "UPDATE webhook_delivery SET status = 'waiting', attempts = 0, due_us = $1, ended_us = NULL
         WHERE id = $2 AND organisation_id = $3 AND status IN ('delivered', 'failed')",
    ).bind(now_us).bind(id).bind(tenant.id()).execute(conn).await?.rows_affected());
    Ok(begun == 1)
}

/// Sends up to `limit` of an organisation's dead letters once more, the oldest first: those of one endpoint, or of every
/// one that is on. How many.
pub async fn replay_failed(
    tx: &mut Tx,
    tenant: Tenant,
    endpoint: Option<Uuid>,
    now_us: i64,
    limit: i64,
) -> Result<u64> {
    Ok(on_engine!(tx, conn => sqlx::query(
        "UPDATE webhook_delivery SET status = 'waiting', attempts = 0, due_us = $1, ended_us = NULL WHERE id IN
            (SELECT delivery.id FROM webhook_delivery AS delivery
             JOIN webhook_endpoint AS endpoint ON endpoint.id = delivery.endpoint_id
             WHERE delivery.organisation_id = $2 AND delivery.status = 'failed' AND endpoint.enabled = 1
                AND (delivery.endpoint_id = $3 OR $3 IS NULL) ORDER BY delivery.id LIMIT $4)",
    ).bind(now_us).bind(tenant.id()).bind(endpoint).bind(limit).execute(conn).await?.rows_affected()))
}

/// Forgets up to `limit` events from before an instant that are on no way any more. Returns how many.
pub async fn forget(db: &Db, before_us: i64, limit: i64) -> sqlx::Result<u64> {
    let mut tx = db.begin().await?;
    let forgotten = on_engine!(tx, conn => sqlx::query(
        "DELETE FROM webhook_event WHERE id IN (SELECT id FROM webhook_event WHERE created_us < $1 AND NOT EXISTS
            (SELECT 1 FROM webhook_delivery WHERE event_id = webhook_event.id AND status IN ('waiting', 'running'))
            ORDER BY created_us LIMIT $2)",
    ).bind(before_us).bind(limit).execute(conn).await?.rows_affected());
    tx.commit().await?;
    Ok(forgotten)
}
