//! Stores and revisions in the database.

use uuid::Uuid;

use super::is_slug;
use crate::db::{Db, Tx};
use crate::on_engine;

/// A store.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct StoreRow {
    /// Id.
    pub id: Uuid,
    /// Whose it is.
    pub organisation_id: Uuid,
    /// The shop it belongs to.
    pub shop_id: Uuid,
    /// Its name in addresses.
    pub slug: String,
    /// What shoppers see; none before the first publishing.
    pub current_revision: Option<i64>,
}

/// A store by its slug, which is unique in the installation.
pub async fn by_slug(db: &Db, slug: &str) -> sqlx::Result<Option<StoreRow>> {
    // Not only quicker: PostgreSQL fails on a NUL, which an address can carry.
    if !is_slug(slug) {
        return Ok(None);
    }
    Ok(on_engine!(db, conn => sqlx::query_as(
        "SELECT id, organisation_id, shop_id, slug, current_revision FROM store WHERE slug = $1",
    ).bind(slug).fetch_optional(conn).await?))
}

/// Stores that shoppers can see, oldest first.
pub async fn published(db: &Db, limit: i64) -> sqlx::Result<Vec<StoreRow>> {
    Ok(on_engine!(db, conn => sqlx::query_as(
        "SELECT id, organisation_id, shop_id, slug, current_revision FROM store
         WHERE current_revision IS NOT NULL ORDER BY id LIMIT $1",
    ).bind(limit).fetch_all(conn).await?))
}

/// What viewers get of a revision, `None` unless it was published once.
pub async fn published_json(db: &Db, store: Uuid, number: i64) -> sqlx::Result<Option<String>> {
    let found: Option<Option<String>> = on_engine!(db, conn => sqlx::query_scalar(
        "SELECT published FROM store_revision WHERE store_id = $1 AND number = $2",
    ).bind(store).bind(number).fetch_optional(conn).await?);
    Ok(found.flatten())
}

/// Whether a store showed something once.
pub async fn was_published(db: &Db, store: Uuid) -> sqlx::Result<bool> {
    let found: Option<i64> = on_engine!(db, conn => sqlx::query_scalar(
        "SELECT number FROM store_revision WHERE store_id = $1 AND published_us IS NOT NULL LIMIT 1",
    ).bind(store).fetch_optional(conn).await?);
    Ok(found.is_some())
}

/// Adds a store that nobody sees yet.
pub async fn insert(tx: &mut Tx, store: &StoreRow, now_us: i64) -> sqlx::Result<()> {
    on_engine!(tx, conn => sqlx::query(
        "INSERT INTO store (id, organisation_id, shop_id, slug, created_us) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(store.id).bind(store.organisation_id).bind(store.shop_id).bind(store.slug.as_str()).bind(now_us)
    .execute(conn).await.map(drop)?);
    Ok(())
}

/// Saves a document as the store's next revision and returns its number. Two that save at once get two numbers: the
/// store's row is locked first.
pub async fn insert_revision(tx: &mut Tx, store: Uuid, document: &str, now_us: i64) -> sqlx::Result<i64> {
    on_engine!(tx, conn => sqlx::query("UPDATE store SET slug = slug WHERE id = $1").bind(store).execute(conn).await.map(drop)?);
    Ok(on_engine!(tx, conn => sqlx::query_scalar(
        "INSERT INTO store_revision (store_id, number, document, created_us)
         SELECT $1, COALESCE(MAX(number), 0) + 1, $2, $3 FROM store_revision WHERE store_id = $1
         RETURNING number",
    ).bind(store).bind(document).bind(now_us).fetch_one(conn).await?))
}
