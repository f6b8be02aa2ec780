//! Imports in the database.

use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::fields::Field;
use super::state::{Counts, Import, Look, Made, Status, Stored, Unread};
use crate::accounts::actor::Tenant;
use crate::db::{Db, Tx};
use crate::error::{Error, Result};
use crate::on_engine;

fn json_text(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(Error::internal)
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, organisation_id, account_id, actor, name, bytes, status, look, columns, failure, job_id,
                imported_to, row_count, new_count, changed_count, same_count, faulty_count, late_count, made, done_new,
                done_changed, created_us, finished_us, expires_us FROM catalogue_import ",
            $rest
        )
    };
}

/// Adds an import whose file is there.
pub async fn insert(tx: &mut Tx, import: &Import) -> Result<()> {
    let (look, columns) = (json_text(&import.look)?, json_text(&import.columns)?);
    on_engine!(tx, conn => sqlx::query(
        "INSERT INTO catalogue_import (id, organisation_id, account_id, actor, name, bytes, status, look, columns,
             created_us, expires_us) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    ).bind(import.id).bind(import.tenant.id()).bind(import.account).bind(import.actor.as_str()).bind(import.name.as_str())
    .bind(import.bytes).bind(import.status.name()).bind(look).bind(columns).bind(import.created_us).bind(import.expires_us)
    .execute(conn).await.map(drop)?);
    Ok(())
}

/// An import of an organisation.
pub async fn find(db: &Db, tenant: Tenant, id: Uuid) -> Result<Option<Import>> {
    let row: Option<Stored> = on_engine!(db, conn => sqlx::query_as(select!("WHERE id = $1 AND organisation_id = $2"))
        .bind(id).bind(tenant.id()).fetch_optional(conn).await?);
    row.map(Stored::import).transpose()
}

/// The same, as a transaction sees it.
pub async fn find_in(tx: &mut Tx, tenant: Tenant, id: Uuid) -> Result<Option<Import>> {
    let row: Option<Stored> = on_engine!(tx, conn => sqlx::query_as(select!("WHERE id = $1 AND organisation_id = $2"))
        .bind(id).bind(tenant.id()).fetch_optional(conn).await?);
    row.map(Stored::import).transpose()
}

/// The latest imports.
pub async fn latest(db: &Db, tenant: Tenant, limit: i64) -> Result<Vec<Import>> {
    let rows: Vec<Stored> = on_engine!(db, conn => sqlx::query_as(
        select!("WHERE organisation_id = $1 ORDER BY id DESC LIMIT $2"),
    ).bind(tenant.id()).bind(limit).fetch_all(conn).await?);
    rows.into_iter().map(Stored::import).collect()
}

/// Imports of an organisation that are kept.
pub async fn count(tx: &mut Tx, tenant: Tenant) -> sqlx::Result<i64> {
    Ok(on_engine!(tx, conn => sqlx::query_scalar("SELECT COUNT(*) FROM catalogue_import WHERE organisation_id = $1")
        .bind(tenant.id()).fetch_one(conn).await?))
}

/// Whether an organisation has another import that is at work.
pub async fn is_another_working(tx: &mut Tx, tenant: Tenant, id: Uuid) -> sqlx::Result<bool> {
    let found: Option<i64> = on_engine!(tx, conn => sqlx::query_scalar(
        "SELECT bytes FROM catalogue_import WHERE organisation_id = $1 AND id <> $2 AND status IN ('checking', 'importing')
         AND EXISTS (SELECT 1 FROM job WHERE job.id = job_id AND job.status IN ('waiting', 'running')) LIMIT 1",
    ).bind(tenant.id()).bind(id).fetch_optional(conn).await?);
    Ok(found.is_some())
}

/// Notes how the file is read and what its columns mean. False when it is at work, or gone.
pub async fn set_look(tx: &mut Tx, tenant: Tenant, id: Uuid, look: &Look, columns: &[Option<Field>]) -> Result<bool> {
    let (look, columns) = (json_text(look)?, json_text(&columns)?);
    let set = on_engine!(tx, conn => sqlx::query(
        "UPDATE catalogue_import SET look = $3, columns = $4, status = 'columns', failure = NULL
         WHERE id = $1 AND organisation_id = $2 AND status IN ('columns', 'checked') AND imported_to = 0",
    ).bind(id).bind(tenant.id()).bind(look).bind(columns).execute(conn).await?.rows_affected());
    Ok(set == 1)
}

/// From one status to the next, with the job that does the work. False when it is elsewhere by now.
pub async fn advance(
    tx: &mut Tx,
    tenant: Tenant,
    id: Uuid,
    from: Status,
    to: Status,
    job: Option<Uuid>,
) -> sqlx::Result<bool> {
    let set = on_engine!(tx, conn => sqlx::query(
        "UPDATE catalogue_import SET status = $4, job_id = COALESCE($5, job_id), failure = NULL, finished_us = NULL
         WHERE id = $1 AND organisation_id = $2 AND status = $3",
    ).bind(id).bind(tenant.id()).bind(from.name()).bind(to.name()).bind(job).execute(conn).await?.rows_affected());
    Ok(set == 1)
}

/// Notes that the file cannot be read as it was to be; somebody is to say what is right.
pub async fn set_unread(tx: &mut Tx, tenant: Tenant, id: Uuid, unread: &Unread) -> Result<bool> {
    let failure = json_text(unread)?;
    let set = on_engine!(tx, conn => sqlx::query(
        "UPDATE catalogue_import SET status = 'columns', failure = $3
         WHERE id = $1 AND organisation_id = $2 AND status = 'checking'",
    ).bind(id).bind(tenant.id()).bind(failure).execute(conn).await?.rows_affected());
    Ok(set == 1)
}

/// Notes what the check found. False when the import is not being checked any more.
pub async fn set_checked(tx: &mut Tx, tenant: Tenant, id: Uuid, counts: Counts, made: &Made) -> Result<bool> {
    let made = json_text(made)?;
    let set = on_engine!(tx, conn => sqlx::query(
        "UPDATE catalogue_import SET status = 'checked', row_count = $3, new_count = $4, changed_count = $5,
             same_count = $6, faulty_count = $7, late_count = 0, made = $8
         WHERE id = $1 AND organisation_id = $2 AND status = 'checking'",
    ).bind(id).bind(tenant.id()).bind(counts.rows).bind(counts.new).bind(counts.changed).bind(counts.same)
    .bind(counts.faulty).bind(made).execute(conn).await?.rows_affected());
    Ok(set == 1)
}

/// Whether an import is still being checked by this job; it cannot be given up until the transaction ends.
pub async fn is_held(tx: &mut Tx, tenant: Tenant, id: Uuid, job: Uuid) -> sqlx::Result<bool> {
    let held = on_engine!(tx, conn => sqlx::query(
        "UPDATE catalogue_import SET job_id = job_id
         WHERE id = $1 AND organisation_id = $2 AND job_id = $3 AND status = 'checking'",
    ).bind(id).bind(tenant.id()).bind(job).execute(conn).await?.rows_affected());
    Ok(held == 1)
}

/// A row that was read and checked.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct StagedRow {
    /// As the spreadsheet shows it.
    pub number: i64,
    /// `new`, `changed`, `same`, `faulty` or `late`.
    pub outcome: String,
    /// Stock-keeping unit.
    pub sku: String,
    /// JSON: what it says.
    pub patch: String,
    /// JSON: what is wrong with it.
    pub faults: Option<String>,
    /// The version of the product that it was compared with.
    pub version: Option<i64>,
}

const STAGE: (&str, &str) = (
    "INSERT INTO catalogue_import_row (import_id, number, outcome, sku, patch, faults, version)
     SELECT $1, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5 FROM json_each($2)",
    "INSERT INTO catalogue_import_row (import_id, number, outcome, sku, patch, faults, version)
     SELECT $1, (value ->> 0)::bigint, value ->> 1, value ->> 2, value ->> 3, value ->> 4, (value ->> 5)::bigint
     FROM jsonb_array_elements($2::jsonb)",
);

/// Adds rows.
pub async fn stage(tx: &mut Tx, id: Uuid, rows: &[StagedRow]) -> sqlx::Result<()> {
    let rows: Vec<Value> =
        rows.iter().map(|row| json!([row.number, row.outcome, row.sku, row.patch, row.faults, row.version])).collect();
    let sql = tx.pick(STAGE.0, STAGE.1);
    on_engine!(tx, conn => sqlx::query(sql).bind(id).bind(Value::from(rows).to_string()).execute(conn).await.map(drop))
}

/// Rows after `after` that are to come into the catalogue, in order.
pub async fn staged(tx: &mut Tx, id: Uuid, after: i64, limit: i64) -> sqlx::Result<Vec<StagedRow>> {
    Ok(on_engine!(tx, conn => sqlx::query_as(
        "SELECT number, outcome, sku, patch, faults, version FROM catalogue_import_row
         WHERE import_id = $1 AND number > $2 AND outcome IN ('new', 'changed') ORDER BY number LIMIT $3",
    ).bind(id).bind(after).bind(limit).fetch_all(conn).await?))
}

/// Rows after `after` with something wrong, in order.
pub async fn faulty(db: &Db, tenant: Tenant, id: Uuid, after: i64, limit: i64) -> sqlx::Result<Vec<StagedRow>> {
    Ok(on_engine!(db, conn => sqlx::query_as(
        "SELECT number, outcome, sku, patch, faults, version FROM catalogue_import_row
         WHERE import_id = $1 AND number > $2 AND faults IS NOT NULL
             AND EXISTS (SELECT 1 FROM catalogue_import WHERE id = $1 AND organisation_id = $4)
         ORDER BY number LIMIT $3",
    ).bind(id).bind(after).bind(limit).bind(tenant.id()).fetch_all(conn).await?))
}

/// Notes that a row did not fit any more when it was its turn.
pub async fn set_late(tx: &mut Tx, id: Uuid, number: i64, faults: &str) -> sqlx::Result<()> {
    on_engine!(tx, conn => sqlx::query(
        "UPDATE catalogue_import_row SET outcome = 'late', faults = $3 WHERE import_id = $1 AND number = $2",
    ).bind(id).bind(number).bind(faults).execute(conn).await.map(drop))
}

/// What a part of an import did.
#[derive(Clone, Copy, Debug, Default)]
pub struct Part {
    /// Rows up to this one are in the catalogue.
    pub to: i64,
    /// Products added.
    pub new: i64,
    /// Products changed.
    pub changed: i64,
    /// Rows left out.
    pub late: i64,
}

/// Notes how far an import is, in the transaction of the rows. False when another worker has it, or it was given up:
/// then nothing of the transaction may stay.
pub async fn move_on(tx: &mut Tx, tenant: Tenant, id: Uuid, from: i64, part: Part) -> sqlx::Result<bool> {
    let set = on_engine!(tx, conn => sqlx::query(
        "UPDATE catalogue_import SET imported_to = $4, done_new = done_new + $5, done_changed = done_changed + $6,
             late_count = late_count + $7
         WHERE id = $1 AND organisation_id = $2 AND imported_to = $3 AND status = 'importing'",
    ).bind(id).bind(tenant.id()).bind(from).bind(part.to).bind(part.new).bind(part.changed).bind(part.late)
    .execute(conn).await?.rows_affected());
    Ok(set == 1)
}

/// Ends an import, as done or as stopped. False when it is not importing any more.
pub async fn finish(tx: &mut Tx, tenant: Tenant, id: Uuid, to: Status, now_us: i64) -> sqlx::Result<bool> {
    let set = on_engine!(tx, conn => sqlx::query(
        "UPDATE catalogue_import SET status = $3, finished_us = $4
         WHERE id = $1 AND organisation_id = $2 AND status = 'importing'",
    ).bind(id).bind(tenant.id()).bind(to.name()).bind(now_us).execute(conn).await?.rows_affected());
    Ok(set == 1)
}

/// Forgets up to `limit` rows of an import. Returns how many.
pub async fn forget_rows(tx: &mut Tx, id: Uuid, limit: i64) -> sqlx::Result<u64> {
    Ok(on_engine!(tx, conn => sqlx::query(
        "DELETE FROM catalogue_import_row WHERE import_id = $1 AND number IN
             (SELECT number FROM catalogue_import_row WHERE import_id = $1 ORDER BY number LIMIT $2)",
    ).bind(id).bind(limit).execute(conn).await?.rows_affected()))
}

/// Takes an import that is as it was read out of what can be begun, and lets its time be over, so that whoever removes its rows
/// and is killed leaves the rest to the sweeper. False where it is another one by now.
pub async fn put_away(tx: &mut Tx, import: &Import, now_us: i64) -> sqlx::Result<bool> {
    let put = on_engine!(tx, conn => sqlx::query(
        "UPDATE catalogue_import SET status = 'columns', expires_us = $5
         WHERE id = $1 AND organisation_id = $2 AND status = $3 AND COALESCE(job_id, $6) = $4",
    ).bind(import.id).bind(import.tenant.id()).bind(import.status.name()).bind(import.job.unwrap_or_default())
    .bind(now_us).bind(Uuid::nil()).execute(conn).await?.rows_affected());
    Ok(put == 1)
}

/// Removes an import whose rows are gone. False when it was gone already.
pub async fn remove(tx: &mut Tx, tenant: Tenant, id: Uuid) -> sqlx::Result<bool> {
    let removed = on_engine!(tx, conn => sqlx::query("DELETE FROM catalogue_import WHERE id = $1 AND organisation_id = $2")
        .bind(id).bind(tenant.id()).execute(conn).await?.rows_affected());
    Ok(removed == 1)
}

/// Imports whose time is over and that no job works on, of everybody.
pub async fn over(db: &Db, now_us: i64, limit: i64) -> sqlx::Result<Vec<(Uuid, Uuid)>> {
    Ok(on_engine!(db, conn => sqlx::query_as(
        "SELECT organisation_id, id FROM catalogue_import WHERE expires_us <= $1 AND NOT EXISTS
             (SELECT 1 FROM job WHERE job.id = catalogue_import.job_id AND job.status IN ('waiting', 'running'))
         ORDER BY expires_us LIMIT $2",
    ).bind(now_us).bind(limit).fetch_all(conn).await?))
}

/// Whether an import is known, whoever's.
pub async fn is_known(db: &Db, id: Uuid) -> sqlx::Result<bool> {
    let found: Option<i64> = on_engine!(db, conn => sqlx::query_scalar("SELECT bytes FROM catalogue_import WHERE id = $1")
        .bind(id).fetch_optional(conn).await?);
    Ok(found.is_some())
}

/// What columns with these headings meant the last time.
pub async fn remembered(db: &Db, tenant: Tenant, headings_sha256: &[u8]) -> Result<Option<Vec<Option<Field>>>> {
    let found: Option<String> = on_engine!(db, conn => sqlx::query_scalar(
        "SELECT columns FROM import_columns WHERE organisation_id = $1 AND headings_sha256 = $2",
    ).bind(tenant.id()).bind(headings_sha256).fetch_optional(conn).await?);
    found.map(|json| serde_json::from_str(&json)).transpose().map_err(Error::internal)
}

/// Remembers what columns mean, and forgets those that were not used for long where there are many.
pub async fn remember(
    tx: &mut Tx,
    tenant: Tenant,
    headings_sha256: &[u8],
    columns: &[Option<Field>],
    now_us: i64,
) -> Result<()> {
    let columns = json_text(&columns)?;
    on_engine!(tx, conn => sqlx::query(
        "INSERT INTO import_columns (organisation_id, headings_sha256, columns, used_us) VALUES ($1, $2, $3, $4)
         ON CONFLICT (organisation_id, headings_sha256) DO UPDATE SET columns = excluded.columns, used_us = excluded.used_us",
    ).bind(tenant.id()).bind(headings_sha256).bind(columns).bind(now_us).execute(conn).await.map(drop)?);
    on_engine!(tx, conn => sqlx::query(
        "DELETE FROM import_columns WHERE organisation_id = $1 AND headings_sha256 NOT IN
             (SELECT headings_sha256 FROM import_columns WHERE organisation_id = $1 ORDER BY used_us DESC LIMIT 100)",
    ).bind(tenant.id()).execute(conn).await.map(drop)?);
    Ok(())
}
