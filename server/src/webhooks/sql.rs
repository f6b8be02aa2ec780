//! Endpoints in the database.

use serde_json::Value;
use uuid::Uuid;

use super::event::Kind;
use crate::accounts::actor::Tenant;
use crate::clock::DAY_US;
use crate::db::{Db, Tx};
use crate::error::{Error, Result};
use crate::on_engine;

/// Endpoints of an organisation.
pub const MAX_ENDPOINTS: usize = 20;
/// For how long a replaced secret still signs.
pub const OVERLAP_US: i64 = DAY_US;

/// Who is told of what.
#[derive(Clone, Debug)]
pub struct Listener {
    /// The endpoint.
    pub id: Uuid,
    /// What it subscribed to.
    pub kinds: Vec<Kind>,
}

/// An endpoint.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Endpoint {
    /// Id.
    pub id: Uuid,
    /// What people call it.
    pub name: String,
    /// Where it is.
    pub url: String,
    /// Kinds, as a JSON list.
    pub events: String,
    /// Signs.
    pub secret: String,
    /// Signs beside it until `former_until_us`.
    pub former_secret: Option<String>,
    /// When the former one ends.
    pub former_until_us: Option<i64>,
    /// 1 where it is told of events.
    pub enabled: i64,
    /// Why it is off.
    pub off_reason: Option<String>,
    /// Since when.
    pub off_us: Option<i64>,
    /// The first failure since something was delivered.
    pub failing_since_us: Option<i64>,
    /// Raised by every change.
    pub version: i64,
    /// When it was made.
    pub created_us: i64,
}

impl Endpoint {
    /// What it subscribed to, as far as this program knows it.
    #[must_use]
    pub fn kinds(&self) -> Vec<Kind> {
        kinds_of(&self.events)
    }

    /// The secrets that sign now.
    #[must_use]
    pub fn secrets(&self, now_us: i64) -> Vec<&str> {
        let former = self.former_secret.as_deref().filter(|_| self.former_until_us.is_some_and(|until| until > now_us));
        std::iter::once(self.secret.as_str()).chain(former).collect()
    }
}

const COLUMNS: &str = "id, name, url, events, secret, former_secret, former_until_us, enabled, off_reason, off_us,
    failing_since_us, version, created_us";

fn kinds_of(json: &str) -> Vec<Kind> {
    serde_json::from_str::<Vec<String>>(json).unwrap_or_default().iter().filter_map(|name| Kind::of(name)).collect()
}

/// Kinds as a JSON list.
#[must_use]
pub fn kinds_text(kinds: &[Kind]) -> String {
    Value::from(kinds.iter().map(|kind| kind.name()).collect::<Vec<_>>()).to_string()
}

/// Who is told of anything in an organisation.
pub async fn listeners(tx: &mut Tx, tenant: Tenant) -> Result<Vec<Listener>> {
    let rows: Vec<(Uuid, String)> = on_engine!(tx, conn => sqlx::query_as(
        "SELECT id, events FROM webhook_endpoint WHERE organisation_id = $1 AND enabled = 1 ORDER BY id",
    ).bind(tenant.id()).fetch_all(conn).await?);
    Ok(rows.into_iter().map(|(id, events)| Listener { id, kinds: kinds_of(&events) }).collect())
}

/// The endpoints of an organisation, the latest first.
pub async fn list(db: &Db, tenant: Tenant) -> Result<Vec<Endpoint>> {
    let sql = format!("SELECT {COLUMNS} FROM webhook_endpoint WHERE organisation_id = $1 ORDER BY id DESC LIMIT 100");
    Ok(
        on_engine!(db, conn => sqlx::query_as(sqlx::AssertSqlSafe(sql.as_str())).bind(tenant.id()).fetch_all(conn).await?),
    )
}

/// One of them.
pub async fn find(db: &Db, tenant: Tenant, id: Uuid) -> Result<Option<Endpoint>> {
    let sql = format!("SELECT {COLUMNS} FROM webhook_endpoint WHERE organisation_id = $1 AND id = $2");
    Ok(on_engine!(db, conn => sqlx::query_as(sqlx::AssertSqlSafe(sql.as_str())).bind(tenant.id()).bind(id)
        .fetch_optional(conn).await?))
}

/// What people say about an endpoint.
#[derive(Clone, Debug)]
pub struct Said<'a> {
    /// What they call it.
    pub name: &'a str,
    /// Where it is.
    pub url: &'a str,
    /// What it is told.
    pub kinds: &'a [Kind],
}

/// Adds an endpoint; `false` where there are too many.
pub async fn insert(tx: &mut Tx, tenant: Tenant, id: Uuid, said: &Said<'_>, secret: &str, now_us: i64) -> Result<bool> {
    let added = on_engine!(tx, conn => sqlx::query(
        "INSERT INTO webhook_endpoint (id, organisation_id, name, url, events, secret, enabled, version, created_us)
         SELECT $1, $2, $3, $4, $5, $6, 1, 1, $7
         WHERE (SELECT COUNT(*) FROM webhook_endpoint WHERE organisation_id = $2) < $8",
    ).bind(id).bind(tenant.id()).bind(said.name).bind(said.url).bind(kinds_text(said.kinds)).bind(secret).bind(now_us)
    .bind(MAX_ENDPOINTS as i64).execute(conn).await?.rows_affected());
    Ok(added == 1)
}

/// Changes an endpoint that is still at `version`; `false` where somebody else was faster.
pub async fn change(tx: &mut Tx, tenant: Tenant, id: Uuid, said: &Said<'_>, version: i64) -> Result<bool> {
    let changed = on_engine!(tx, conn => sqlx::query(
        "UPDATE webhook_endpoint SET name = $1, url = $2, events = $3, version = version + 1
         WHERE id = $4 AND organisation_id = $5 AND version = $6",
    ).bind(said.name).bind(said.url).bind(kinds_text(said.kinds)).bind(id).bind(tenant.id()).bind(version)
    .execute(conn).await?.rows_affected());
    Ok(changed == 1)
}

/// Gives an endpoint another secret; the one before signs on for a day.
pub async fn rotate(tx: &mut Tx, tenant: Tenant, id: Uuid, secret: &str, now_us: i64) -> Result<()> {
    let changed = on_engine!(tx, conn => sqlx::query(
        "UPDATE webhook_endpoint SET former_secret = secret, former_until_us = $1, secret = $2, version = version + 1
         WHERE id = $3 AND organisation_id = $4",
    ).bind(now_us + OVERLAP_US).bind(secret).bind(id).bind(tenant.id()).execute(conn).await?.rows_affected());
    if changed == 1 { Ok(()) } else { Err(Error::NotFound) }
}

/// Switches an endpoint on; `false` where it was.
pub async fn enable(tx: &mut Tx, tenant: Tenant, id: Uuid) -> Result<bool> {
    let changed = on_engine!(tx, conn => sqlx::query(
        "UPDATE webhook_endpoint SET enabled = 1, off_reason = NULL, off_us = NULL, failing_since_us = NULL,
            version = version + 1 WHERE id = $1 AND organisation_id = $2 AND enabled = 0",
    ).bind(id).bind(tenant.id()).execute(conn).await?.rows_affected());
    Ok(changed == 1)
}

/// Switches an endpoint off; `false` where it was. What waits for it is not sent any more.
pub async fn disable(tx: &mut Tx, tenant: Tenant, id: Uuid, reason: &str, now_us: i64) -> Result<bool> {
    let changed = on_engine!(tx, conn => sqlx::query(
        "UPDATE webhook_endpoint SET enabled = 0, off_reason = $1, off_us = $2, version = version + 1
         WHERE id = $3 AND organisation_id = $4 AND enabled = 1",
    ).bind(reason).bind(now_us).bind(id).bind(tenant.id()).execute(conn).await?.rows_affected());
    Ok(changed == 1)
}

/// Notes that something was delivered, or that it was not; since when nothing was.
pub async fn note(tx: &mut Tx, id: Uuid, is_fine: bool, now_us: i64) -> Result<Option<i64>> {
    if is_fine {
        on_engine!(tx, conn => sqlx::query(
            "UPDATE webhook_endpoint SET failing_since_us = NULL WHERE id = $1 AND failing_since_us IS NOT NULL",
        ).bind(id).execute(conn).await.map(drop)?);
        return Ok(None);
    }
    Ok(on_engine!(tx, conn => sqlx::query_scalar(
        "UPDATE webhook_endpoint SET failing_since_us = COALESCE(failing_since_us, $1) WHERE id = $2 RETURNING failing_since_us",
    ).bind(now_us).bind(id).fetch_optional(conn).await?))
}

/// Removes an endpoint with what was sent to it; what it was called.
pub async fn delete(tx: &mut Tx, tenant: Tenant, id: Uuid) -> Result<Option<String>> {
    Ok(on_engine!(tx, conn => sqlx::query_scalar(
        "DELETE FROM webhook_endpoint WHERE id = $1 AND organisation_id = $2 RETURNING name",
    ).bind(id).bind(tenant.id()).fetch_optional(conn).await?))
}

/// Who owns an organisation, to be told.
pub async fn owners(tx: &mut Tx, tenant: Tenant) -> Result<Vec<Uuid>> {
    Ok(on_engine!(tx, conn => sqlx::query_scalar(
        "SELECT DISTINCT account_id FROM membership WHERE organisation_id = $1 AND role = 'owner' AND shop_id IS NULL",
    ).bind(tenant.id()).fetch_all(conn).await?))
}
