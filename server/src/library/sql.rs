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

/// What is looked for in the library.
#[derive(Clone, Debug, Default)]
pub struct Wanted<'a> {
    /// `picture`, `video` or `panorama`; empty for all of them.
    pub kind: &'a str,
    /// What name or texts hold; empty for everything.
    pub words: &'a str,
    /// The last id of the page before.
    pub below: Option<Uuid>,
}

/// What is there, the newest first.
pub async fn list(db: &Db, tenant: Tenant, wanted: &Wanted<'_>, limit: i64) -> sqlx::Result<Vec<Item>> {
    Ok(on_engine!(db, conn => sqlx::query_as(
        "SELECT id, kind, name, sha256, extension, content_type, bytes, width, height, alt, created_us FROM media
         WHERE organisation_id = $1 AND purged_us IS NULL AND ($2 = '' OR kind = $2) AND id < $3
            AND ($5 = '' OR words LIKE $5 ESCAPE '\\')
         ORDER BY id DESC LIMIT $4",
    ).bind(tenant.id()).bind(wanted.kind).bind(wanted.below.unwrap_or(Uuid::max())).bind(limit)
    .bind(pattern(wanted.words)).fetch_all(conn).await?))
}

/// For `LIKE`: what holds the words somewhere. Nothing for no words.
fn pattern(words: &str) -> String {
    let words = words.trim().to_lowercase();
    if words.is_empty() {
        return words;
    }
    let plain: String =
        words.chars().flat_map(|c| ['\\'].into_iter().filter(move |_| "%_\\".contains(c)).chain([c])).collect();
    format!("%{plain}%")
}

/// What the search looks at: name and texts, in small letters, a line each.
#[must_use]
pub fn words(name: &str, alt: &LocalizedText) -> String {
    std::iter::once(name).chain(alt.0.values().map(String::as_str)).collect::<Vec<_>>().join("\n").to_lowercase()
}

/// Some of them, in the order in which they are asked for; what is gone is left out.
pub async fn some(db: &Db, tenant: Tenant, ids: &[Uuid]) -> sqlx::Result<Vec<Item>> {
    let mut items = Vec::with_capacity(ids.len());
    for id in ids {
        items.extend(find(db, tenant, *id).await?);
    }
    Ok(items)
}

/// One of them.
pub async fn find(db: &Db, tenant: Tenant, id: Uuid) -> sqlx::Result<Option<Item>> {
    Ok(on_engine!(db, conn => sqlx::query_as(
        "SELECT id, kind, name, sha256, extension, content_type, bytes, width, height, alt, created_us FROM media
         WHERE organisation_id = $1 AND purged_us IS NULL AND id = $2",
    ).bind(tenant.id()).bind(id).fetch_optional(conn).await?))
}

/// One of them, which nobody else changes until the transaction's end.
pub async fn find_locked(tx: &mut Tx, tenant: Tenant, id: Uuid) -> sqlx::Result<Option<Item>> {
    Ok(on_engine!(tx, conn => sqlx::query_as(
        "UPDATE media SET name = name WHERE organisation_id = $1 AND purged_us IS NULL AND id = $2
         RETURNING id, kind, name, sha256, extension, content_type, bytes, width, height, alt, created_us",
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
    source_sha256: Option<&str>,
    stored_bytes: i64,
) -> Result<bool> {
    let added = on_engine!(tx, conn => sqlx::query(
        "INSERT INTO media (id, organisation_id, sha256, extension, content_type, bytes, width, height, alt, created_us,
            kind, name, source_sha256, stored_bytes, words)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) ON CONFLICT DO NOTHING",
    ).bind(item.id).bind(tenant.id()).bind(item.sha256.as_str()).bind(item.extension.as_str())
    .bind(item.content_type.as_str()).bind(item.bytes).bind(item.width).bind(item.height).bind(item.alt.as_str())
    .bind(item.created_us).bind(item.kind.as_str()).bind(item.name.as_str()).bind(source_sha256).bind(stored_bytes)
    .bind(words(&item.name, &item.alt()?)).execute(conn).await?.rows_affected());
    Ok(added == 1)
}

/// Changes name and texts. False when it is gone.
pub async fn set_texts(tx: &mut Tx, tenant: Tenant, id: Uuid, name: &str, alt: &LocalizedText) -> Result<bool> {
    let text = serde_json::to_string(alt).map_err(Error::internal)?;
    let set = on_engine!(tx, conn => sqlx::query(
        "UPDATE media SET name = $3, alt = $4, words = $5
         WHERE id = $1 AND organisation_id = $2 AND purged_us IS NULL",
    ).bind(id).bind(tenant.id()).bind(name).bind(text).bind(words(name, alt)).execute(conn).await?.rows_affected());
    Ok(set == 1)
}

/// A picture that has not all of its smaller copies.
#[derive(Clone, Copy, Debug, sqlx::FromRow)]
pub struct ToEncode {
    /// Whose it is.
    pub organisation_id: Uuid,
    /// Its id.
    pub id: Uuid,
    /// The job that was to make them, and is not there any more.
    pub encode_job: Option<Uuid>,
}

/// Pictures that have not all of their smaller copies, and no job that makes them; the oldest first.
pub async fn to_encode(db: &Db, limit: i64) -> sqlx::Result<Vec<ToEncode>> {
    Ok(on_engine!(db, conn => sqlx::query_as(
        "SELECT organisation_id, id, encode_job FROM media
         WHERE kind = 'picture' AND encoded_us IS NULL AND purged_us IS NULL
            AND NOT EXISTS (SELECT 1 FROM job WHERE job.id = media.encode_job) ORDER BY id LIMIT $1",
    ).bind(limit).fetch_all(conn).await?))
}

/// Notes which job makes them. False when another one asked for it first.
pub async fn set_encode_job(tx: &mut Tx, picture: &ToEncode, job: Uuid) -> sqlx::Result<bool> {
    let set = on_engine!(tx, conn => sqlx::query(
        "UPDATE media SET encode_job = $3
         WHERE id = $1 AND organisation_id = $2 AND encode_job IS NOT DISTINCT FROM $4 AND encoded_us IS NULL AND purged_us IS NULL",
    ).bind(picture.id).bind(picture.organisation_id).bind(job).bind(picture.encode_job)
    .execute(conn).await?.rows_affected());
    Ok(set == 1)
}

/// Notes that it has all of its smaller copies, and how much is kept of it with them. False when it is gone.
pub async fn set_encoded(tx: &mut Tx, tenant: Tenant, id: Uuid, bytes: i64, now_us: i64) -> sqlx::Result<bool> {
    let set = on_engine!(tx, conn => sqlx::query(
        "UPDATE media SET stored_bytes = $3, encoded_us = $4
         WHERE id = $1 AND organisation_id = $2 AND purged_us IS NULL",
    ).bind(id).bind(tenant.id()).bind(bytes).bind(now_us).execute(conn).await?.rows_affected());
    Ok(set == 1)
}

/// What an older document may name.
#[derive(Clone, Copy, Debug)]
pub enum Purged<'a> {
    /// A picture or video.
    Media(Uuid),
    /// A panorama, by its pyramid's id.
    Pyramid(&'a str),
}

/// How something was called that was deleted; nothing where there never was such a thing.
pub async fn purged_name(db: &Db, tenant: Tenant, which: Purged<'_>) -> sqlx::Result<Option<String>> {
    let (id, pyramid) = match which {
        Purged::Media(id) => (id, ""),
        Purged::Pyramid(pyramid) => (Uuid::nil(), pyramid),
    };
    Ok(on_engine!(db, conn => sqlx::query_scalar(
        "SELECT name FROM media WHERE organisation_id = $1 AND purged_us IS NOT NULL
            AND (id = $2 OR (kind = 'panorama' AND sha256 = $3)) ORDER BY id DESC LIMIT 1",
    ).bind(tenant.id()).bind(id).bind(pyramid).fetch_optional(conn).await?))
}

/// Marks it as deleted. False when it is gone.
pub async fn set_purged(tx: &mut Tx, tenant: Tenant, id: Uuid, now_us: i64) -> sqlx::Result<bool> {
    let set = on_engine!(tx, conn => sqlx::query(
        "UPDATE media SET purged_us = $3, stored_bytes = 0
         WHERE id = $1 AND organisation_id = $2 AND purged_us IS NULL",
    ).bind(id).bind(tenant.id()).bind(now_us).execute(conn).await?.rows_affected());
    Ok(set == 1)
}
