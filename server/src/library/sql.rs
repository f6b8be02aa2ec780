//! The library in the database.

use scene::document::LocalizedText;
use uuid::Uuid;

use crate::accounts::actor::Tenant;
use crate::db::{Db, Tx};
use crate::error::{Error, Result};
use crate::on_engine;

/// Something of the library.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Item {
    /// Id.
    pub id: Uuid,
    /// `picture`, `video` or `panorama`.
    pub kind: String,
    /// As the file was called.
    pub name: String,
    /// Hash of what is kept; of a panorama the pyramid's id.
    pub sha256: String,
    /// Ending of the original.
    pub extension: String,
    /// MIME type of the original.
    pub content_type: String,
    /// Size of the original.
    pub bytes: i64,
    /// Pixels.
    pub width: Option<i64>,
    /// Pixels.
    pub height: Option<i64>,
    /// What it shows, JSON by language.
    pub alt: String,
    /// When it came.
    pub created_us: i64,
}

impl Item {
    /// What it shows, by language.
    ///
    /// # Errors
    /// The row is damaged.
    pub fn alt(&self) -> Result<LocalizedText> {
        serde_json::from_str(&self.alt).map_err(Error::internal)
    }

    /// Its name in `published_file`.
    #[must_use]
    pub fn public_name(&self) -> String {
        let folder = if self.kind == "panorama" { "tiles" } else { "media" };
        format!("{folder}/{}", self.sha256)
    }
}

/// What is there, the newest first, below an id; of one kind where `kind` names one.
pub async fn list(db: &Db, tenant: Tenant, kind: &str, below: Option<Uuid>, limit: i64) -> sqlx::Result<Vec<Item>> {
    Ok(on_engine!(db, conn => sqlx::query_as(
        "SELECT id, kind, name, sha256, extension, content_type, bytes, width, height, alt, created_us FROM media
         WHERE organisation_id = $1 AND purged_us IS NULL AND ($2 = '' OR kind = $2) AND id < $3
         ORDER BY id DESC LIMIT $4",
    ).bind(tenant.id()).bind(kind).bind(below.unwrap_or(Uuid::max())).bind(limit).fetch_all(conn).await?))
}

/// One of them.
pub async fn find(db: &Db, tenant: Tenant, id: Uuid) -> sqlx::Result<Option<Item>> {
    Ok(on_engine!(db, conn => sqlx::query_as(
        "SELECT id, kind, name, sha256, extension, content_type, bytes, width, height, alt, created_us FROM media
         WHERE organisation_id = $1 AND purged_us IS NULL AND id = $2",
    ).bind(tenant.id()).bind(id).fetch_optional(conn).await?))
}

/// What a file became that was uploaded before.
pub async fn by_source(tx: &mut Tx, tenant: Tenant, kind: &str, source_sha256: &str) -> sqlx::Result<Option<Uuid>> {
    Ok(on_engine!(tx, conn => sqlx::query_scalar(
        "SELECT id FROM media WHERE organisation_id = $1 AND kind = $2 AND source_sha256 = $3 AND purged_us IS NULL",
    ).bind(tenant.id()).bind(kind).bind(source_sha256).fetch_optional(conn).await?))
}

/// Adds something whose files are stored, unless the same file is there already. True when it was added.
pub async fn insert(
    tx: &mut Tx,
    tenant: Tenant,
    item: &Item,
    source_sha256: &str,
    stored_bytes: i64,
) -> sqlx::Result<bool> {
    let added = on_engine!(tx, conn => sqlx::query(
        "INSERT INTO media (id, organisation_id, sha256, extension, content_type, bytes, width, height, alt, created_us,
            kind, name, source_sha256, stored_bytes)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) ON CONFLICT DO NOTHING",
    ).bind(item.id).bind(tenant.id()).bind(item.sha256.as_str()).bind(item.extension.as_str())
    .bind(item.content_type.as_str()).bind(item.bytes).bind(item.width).bind(item.height).bind(item.alt.as_str())
    .bind(item.created_us).bind(item.kind.as_str()).bind(item.name.as_str()).bind(source_sha256).bind(stored_bytes)
    .execute(conn).await?.rows_affected());
    Ok(added == 1)
}

/// Changes name and texts. False when it is gone.
pub async fn set_texts(tx: &mut Tx, tenant: Tenant, id: Uuid, name: &str, alt: &str) -> sqlx::Result<bool> {
    let set = on_engine!(tx, conn => sqlx::query(
        "UPDATE media SET name = $3, alt = $4 WHERE id = $1 AND organisation_id = $2 AND purged_us IS NULL",
    ).bind(id).bind(tenant.id()).bind(name).bind(alt).execute(conn).await?.rows_affected());
    Ok(set == 1)
}

/// Marks it as deleted. False when it is gone.
pub async fn set_purged(tx: &mut Tx, tenant: Tenant, id: Uuid, now_us: i64) -> sqlx::Result<bool> {
    let set = on_engine!(tx, conn => sqlx::query(
        "UPDATE media SET purged_us = $3, stored_bytes = 0
         WHERE id = $1 AND organisation_id = $2 AND purged_us IS NULL",
    ).bind(id).bind(tenant.id()).bind(now_us).execute(conn).await?.rows_affected());
    Ok(set == 1)
}
