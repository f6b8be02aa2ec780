//! Uploads in the database.

use uuid::Uuid;

use crate::accounts::actor::Tenant;
use crate::db::{Db, Tx};
use crate::on_engine;

/// A file on its way here.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Upload {
    /// Id.
    pub id: Uuid,
    /// Whoever sends it.
    pub account_id: Uuid,
    /// How they are called.
    pub actor: String,
    /// How the file is called.
    pub name: String,
    /// What it is to become: `auto`, `picture` or `panorama`.
    pub wanted: String,
    /// Size of the whole.
    pub bytes: i64,
    /// How much is here.
    pub received_bytes: i64,
    /// What takes it in, once all of it is here.
    pub job_id: Option<Uuid>,
    /// What it became.
    pub media_id: Option<Uuid>,
    /// When it is forgotten.
    pub expires_us: i64,
}

/// An upload of an organisation.
pub async fn find(db: &Db, tenant: Tenant, id: Uuid) -> sqlx::Result<Option<Upload>> {
    Ok(on_engine!(db, conn => sqlx::query_as(
        "SELECT id, account_id, actor, name, wanted, bytes, received_bytes, job_id, media_id, expires_us FROM upload
         WHERE id = $1 AND organisation_id = $2",
    ).bind(id).bind(tenant.id()).fetch_optional(conn).await?))
}

/// Uploads that were not taken in: those on their way, those at work, those that failed. The newest first.
pub async fn unfinished(db: &Db, tenant: Tenant, limit: i64) -> sqlx::Result<Vec<Upload>> {
    Ok(on_engine!(db, conn => sqlx::query_as(
        "SELECT id, account_id, actor, name, wanted, bytes, received_bytes, job_id, media_id, expires_us FROM upload
         WHERE organisation_id = $1 AND media_id IS NULL ORDER BY id DESC LIMIT $2",
    ).bind(tenant.id()).bind(limit).fetch_all(conn).await?))
}

/// Makes whoever else adds an upload to this organisation wait for the end of the transaction.
pub async fn lock(tx: &mut Tx, tenant: Tenant) -> sqlx::Result<()> {
    on_engine!(tx, conn => sqlx::query("UPDATE organisation SET name = name WHERE id = $1")
        .bind(tenant.id()).execute(conn).await.map(drop))
}

/// What is kept and what was announced, and how many uploads are open.
const USED: &str = "SELECT CAST((SELECT COALESCE(SUM(stored_bytes), 0) FROM media
        WHERE organisation_id = $1 AND purged_us IS NULL)
    + (SELECT COALESCE(SUM(bytes), 0) FROM upload WHERE organisation_id = $1 AND media_id IS NULL) AS BIGINT),
    (SELECT COUNT(*) FROM upload WHERE organisation_id = $1 AND job_id IS NULL)";

/// How many bytes an organisation keeps and is sending, and how many uploads are not complete.
pub async fn used(tx: &mut Tx, tenant: Tenant) -> sqlx::Result<(i64, i64)> {
    Ok(on_engine!(tx, conn => sqlx::query_as(USED).bind(tenant.id()).fetch_one(conn).await?))
}

/// Adds an upload of which nothing is here yet.
pub async fn insert(tx: &mut Tx, tenant: Tenant, upload: &Upload, now_us: i64) -> sqlx::Result<()> {
    on_engine!(tx, conn => sqlx::query(
        "INSERT INTO upload (id, organisation_id, account_id, actor, name, wanted, bytes, received_bytes, created_us, expires_us)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8, $9)",
    ).bind(upload.id).bind(tenant.id()).bind(upload.account_id).bind(upload.actor.as_str()).bind(upload.name.as_str())
    .bind(upload.wanted.as_str()).bind(upload.bytes).bind(now_us).bind(upload.expires_us)
    .execute(conn).await.map(drop))
}

/// A part that is on disk.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    /// Where in the file it begins.
    pub start: i64,
    /// How long it is.
    pub bytes: i64,
    /// Names its file.
    pub id: Uuid,
}

/// Adds a part at the end of what is here. False when somebody else was faster, or the upload is gone.
pub async fn add_part(tx: &mut Tx, tenant: Tenant, upload: Uuid, part: Part, expires_us: i64) -> sqlx::Result<bool> {
    let moved = on_engine!(tx, conn => sqlx::query(
        "UPDATE upload SET received_bytes = received_bytes + $4, expires_us = $5
         WHERE id = $1 AND organisation_id = $2 AND received_bytes = $3 AND received_bytes + $4 <= bytes",
    ).bind(upload).bind(tenant.id()).bind(part.start).bind(part.bytes).bind(expires_us).execute(conn).await?.rows_affected());
    if moved == 1 {
        on_engine!(tx, conn => sqlx::query(
            "INSERT INTO upload_part (upload_id, start_byte, bytes, part) VALUES ($1, $2, $3, $4)",
        ).bind(upload).bind(part.start).bind(part.bytes).bind(part.id).execute(conn).await.map(drop)?);
    }
    Ok(moved == 1)
}

/// What an organisation keeps and announced, bytes.
pub async fn in_use(db: &Db, tenant: Tenant) -> sqlx::Result<i64> {
    let (bytes, _): (i64, i64) = on_engine!(db, conn => sqlx::query_as(USED).bind(tenant.id()).fetch_one(conn).await?);
    Ok(bytes)
}

/// Notes the job that takes an upload in.
pub async fn set_job(tx: &mut Tx, tenant: Tenant, upload: Uuid, job: Uuid) -> sqlx::Result<()> {
    on_engine!(tx, conn => sqlx::query("UPDATE upload SET job_id = $3 WHERE id = $1 AND organisation_id = $2")
        .bind(upload).bind(tenant.id()).bind(job).execute(conn).await.map(drop))
}

/// Notes what an upload became. False when the upload is gone.
pub async fn set_media(tx: &mut Tx, tenant: Tenant, upload: Uuid, media: Uuid) -> sqlx::Result<bool> {
    let set = on_engine!(tx, conn => sqlx::query(
        "UPDATE upload SET media_id = $3 WHERE id = $1 AND organisation_id = $2 AND media_id IS NULL",
    ).bind(upload).bind(tenant.id()).bind(media).execute(conn).await?.rows_affected());
    Ok(set == 1)
}

/// The parts of an upload, in order. Ids are never given twice, so that an upload alone names its organisation.
pub async fn parts(db: &Db, upload: Uuid) -> sqlx::Result<Vec<(i64, i64, Uuid)>> {
    Ok(on_engine!(db, conn => sqlx::query_as(
        "SELECT start_byte, bytes, part FROM upload_part WHERE upload_id = $1 ORDER BY start_byte",
    ).bind(upload).fetch_all(conn).await?))
}

/// How many parts an upload has.
pub async fn count_parts(db: &Db, upload: Uuid) -> sqlx::Result<i64> {
    Ok(on_engine!(db, conn => sqlx::query_scalar("SELECT COUNT(*) FROM upload_part WHERE upload_id = $1")
        .bind(upload).fetch_one(conn).await?))
}

/// Forgets the parts of an upload, whose files may then go.
pub async fn forget_parts(tx: &mut Tx, upload: Uuid) -> sqlx::Result<()> {
    on_engine!(tx, conn => sqlx::query("DELETE FROM upload_part WHERE upload_id = $1")
        .bind(upload).execute(conn).await.map(drop))
}

/// Removes an upload with its parts. False when it was gone already.
pub async fn remove(tx: &mut Tx, tenant: Tenant, upload: Uuid) -> sqlx::Result<bool> {
    let removed = on_engine!(tx, conn => sqlx::query("DELETE FROM upload WHERE id = $1 AND organisation_id = $2")
        .bind(upload).bind(tenant.id()).execute(conn).await?.rows_affected());
    Ok(removed == 1)
}

/// Uploads whose time is over, of everybody: organisation, upload, its job.
pub async fn over(db: &Db, now_us: i64, limit: i64) -> sqlx::Result<Vec<(Uuid, Uuid, Option<Uuid>)>> {
    Ok(on_engine!(db, conn => sqlx::query_as(
        "SELECT organisation_id, id, job_id FROM upload WHERE expires_us <= $1 AND NOT EXISTS
            (SELECT 1 FROM job WHERE job.id = upload.job_id AND job.status IN ('waiting', 'running'))
         ORDER BY expires_us LIMIT $2",
    ).bind(now_us).bind(limit).fetch_all(conn).await?))
}
