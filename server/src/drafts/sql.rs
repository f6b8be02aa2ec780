//! Drafts and revisions in the database, for whoever works on them.

use std::collections::HashSet;

use uuid::Uuid;

use crate::accounts::actor::Tenant;
use crate::db::{Db, Tx, id_list};
use crate::on_engine;

/// A store.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Store {
    /// Id.
    pub id: Uuid,
    /// The shop it belongs to.
    pub shop_id: Uuid,
    /// Its name in addresses.
    pub slug: String,
    /// The revision that shoppers see.
    pub current_revision: Option<i64>,
    /// The last job that was to publish it.
    pub publish_job: Option<Uuid>,
}

/// A revision, as lists show it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct RevisionRow {
    /// Number, from 1.
    pub number: i64,
    /// When it was saved.
    pub created_us: i64,
    /// By whom; empty where that is not known.
    pub actor: String,
    /// How it came to be.
    pub origin: String,
    /// What differs from the one before, JSON.
    pub changes: String,
    /// When it was published.
    pub published_us: Option<i64>,
    /// By whom.
    pub published_by: Option<String>,
}

/// A store with what a list says of it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Line {
    /// Id.
    pub id: Uuid,
    /// Its name in addresses.
    pub slug: String,
    /// The revision that shoppers see.
    pub current_revision: Option<i64>,
    /// When that was published.
    pub published_us: Option<i64>,
    /// What lists of published stores say of it, JSON.
    pub listing: Option<String>,
    /// The last revision.
    pub last: i64,
    /// Its document.
    pub document: String,
    /// When it was saved.
    pub saved_us: i64,
}

/// A revision to be saved.
#[derive(Clone, Copy, Debug)]
pub struct Fresh<'a> {
    /// The document, JSON.
    pub document: &'a str,
    /// Whoever saves it.
    pub account: Uuid,
    /// As called now.
    pub actor: &'a str,
    /// How it came to be.
    pub origin: &'a str,
    /// What differs from the one before, JSON.
    pub changes: &'a str,
    /// Now.
    pub now_us: i64,
}

/// The statement of [`list`]: how an engine takes a list of ids apart.
macro_rules! list {
    ($in_shops:literal) => {
        concat!(
            "SELECT s.id, s.slug, s.current_revision, p.published_us, p.listing, r.number AS last, r.document,
                r.created_us AS saved_us
             FROM store s
             JOIN store_revision r ON r.store_id = s.id
                AND r.number = (SELECT MAX(n.number) FROM store_revision n WHERE n.store_id = s.id)
             LEFT JOIN store_revision p ON p.store_id = s.id AND p.number = s.current_revision
             WHERE s.organisation_id = $1 AND s.id < $2 AND ($4 OR ",
            $in_shops,
            ") ORDER BY s.id DESC LIMIT $3"
        )
    };
}

/// A store of an organisation.
pub async fn find(db: &Db, tenant: Tenant, id: Uuid) -> sqlx::Result<Option<Store>> {
    Ok(on_engine!(db, conn => sqlx::query_as(
        "SELECT id, shop_id, slug, current_revision, publish_job FROM store WHERE id = $1 AND organisation_id = $2",
    ).bind(id).bind(tenant.id()).fetch_optional(conn).await?))
}

/// An organisation's stores, of these shops or of all, those that are older than `below`, the newest first.
pub async fn list(db: &Db, tenant: Tenant, shops: Option<&[Uuid]>, below: Uuid, limit: i64) -> sqlx::Result<Vec<Line>> {
    let sql = db.pick(
        list!("s.shop_id IN (SELECT unhex(value) FROM json_each($5))"),
        list!("s.shop_id IN (SELECT value::uuid FROM jsonb_array_elements_text($5::jsonb))"),
    );
    let listed = id_list(shops.unwrap_or_default().iter().copied());
    Ok(on_engine!(db, conn => sqlx::query_as(sql).bind(tenant.id()).bind(below).bind(limit).bind(shops.is_none())
        .bind(listed).fetch_all(conn).await?))
}

/// The last revision of a store: its number, its document, who saved it and when.
pub async fn last(db: &Db, tenant: Tenant, store: Uuid) -> sqlx::Result<Option<(i64, String, String, i64)>> {
    Ok(on_engine!(db, conn => sqlx::query_as(
        "SELECT r.number, r.document, r.actor, r.created_us FROM store_revision r JOIN store s ON s.id = r.store_id
         WHERE r.store_id = $1 AND s.organisation_id = $2 ORDER BY r.number DESC LIMIT 1",
    ).bind(store).bind(tenant.id()).fetch_optional(conn).await?))
}

/// The document of a revision.
pub async fn document(db: &Db, tenant: Tenant, store: Uuid, number: i64) -> sqlx::Result<Option<String>> {
    Ok(on_engine!(db, conn => sqlx::query_scalar(
        "SELECT r.document FROM store_revision r JOIN store s ON s.id = r.store_id
         WHERE r.store_id = $1 AND r.number = $2 AND s.organisation_id = $3",
    ).bind(store).bind(number).bind(tenant.id()).fetch_optional(conn).await?))
}

/// Revisions of a store below a number, the last first.
pub async fn revisions(db: &Db, tenant: Tenant, store: Uuid, below: i64, limit: i64) -> sqlx::Result<Vec<RevisionRow>> {
    Ok(on_engine!(db, conn => sqlx::query_as(
        "SELECT r.number, r.created_us, r.actor, r.origin, r.changes, r.published_us, r.published_by
         FROM store_revision r JOIN store s ON s.id = r.store_id
         WHERE r.store_id = $1 AND s.organisation_id = $2 AND r.number < $3 ORDER BY r.number DESC LIMIT $4",
    ).bind(store).bind(tenant.id()).bind(below).bind(limit).fetch_all(conn).await?))
}

/// The number of a store's last revision; nobody else saves one until the transaction's end.
pub async fn lock(tx: &mut Tx, tenant: Tenant, store: Uuid) -> sqlx::Result<Option<i64>> {
    on_engine!(tx, conn => sqlx::query("UPDATE store SET slug = slug WHERE id = $1 AND organisation_id = $2")
        .bind(store).bind(tenant.id()).execute(conn).await.map(drop)?);
    Ok(on_engine!(tx, conn => sqlx::query_scalar(
        "SELECT r.number FROM store_revision r JOIN store s ON s.id = r.store_id
         WHERE r.store_id = $1 AND s.organisation_id = $2 ORDER BY r.number DESC LIMIT 1",
    ).bind(store).bind(tenant.id()).fetch_optional(conn).await?))
}

/// What was published and what is being published, of a store that is locked.
pub async fn published_state(tx: &mut Tx, tenant: Tenant, store: Uuid) -> sqlx::Result<(Option<i64>, Option<Uuid>)> {
    Ok(on_engine!(tx, conn => sqlx::query_as(
        "SELECT s.current_revision, j.id FROM store s
         LEFT JOIN job j ON j.id = s.publish_job AND j.status IN ('waiting', 'running')
         WHERE s.id = $1 AND s.organisation_id = $2",
    ).bind(store).bind(tenant.id()).fetch_one(conn).await?))
}

/// Saves a revision under a number of a store that is locked.
pub async fn insert(tx: &mut Tx, store: Uuid, number: i64, fresh: Fresh<'_>) -> sqlx::Result<()> {
    on_engine!(tx, conn => sqlx::query(
        "INSERT INTO store_revision (store_id, number, document, created_us, account_id, actor, origin, changes)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    ).bind(store).bind(number).bind(fresh.document).bind(fresh.now_us).bind(fresh.account).bind(fresh.actor)
    .bind(fresh.origin).bind(fresh.changes).execute(conn).await.map(drop)?);
    Ok(())
}

/// Panoramas (by pyramid id) and pictures and videos (by media id) of an organisation that were deleted.
pub async fn gone(tx: &mut Tx, tenant: Tenant) -> sqlx::Result<(HashSet<String>, HashSet<Uuid>)> {
    let panoramas: Vec<String> = on_engine!(tx, conn => sqlx::query_scalar(
        "SELECT sha256 FROM media WHERE organisation_id = $1 AND kind = 'panorama'
         GROUP BY sha256 HAVING COUNT(*) = COUNT(purged_us)",
    ).bind(tenant.id()).fetch_all(conn).await?);
    let media: Vec<Uuid> = on_engine!(tx, conn => sqlx::query_scalar(
        "SELECT id FROM media WHERE organisation_id = $1 AND kind <> 'panorama' AND purged_us IS NOT NULL",
    ).bind(tenant.id()).fetch_all(conn).await?);
    Ok((panoramas.into_iter().collect(), media.into_iter().collect()))
}

/// Notes the job that publishes a store.
pub async fn set_publish_job(tx: &mut Tx, tenant: Tenant, store: Uuid, job: Uuid) -> sqlx::Result<u64> {
    Ok(on_engine!(tx, conn => sqlx::query("UPDATE store SET publish_job = $3 WHERE id = $1 AND organisation_id = $2")
        .bind(store).bind(tenant.id()).bind(job).execute(conn).await?.rows_affected()))
}

/// Notes who published a revision.
pub async fn set_published_by(tx: &mut Tx, store: Uuid, number: i64, actor: &str) -> sqlx::Result<()> {
    on_engine!(tx, conn => sqlx::query("UPDATE store_revision SET published_by = $3 WHERE store_id = $1 AND number = $2")
        .bind(store).bind(number).bind(actor).execute(conn).await.map(drop))
}

/// Closes a store. False where it was closed already.
pub async fn close(tx: &mut Tx, tenant: Tenant, store: Uuid) -> sqlx::Result<bool> {
    let closed = on_engine!(tx, conn => sqlx::query(
        "UPDATE store SET current_revision = NULL
         WHERE id = $1 AND organisation_id = $2 AND current_revision IS NOT NULL",
    ).bind(store).bind(tenant.id()).execute(conn).await?.rows_affected());
    Ok(closed == 1)
}

/// Changes the name in addresses of a store that was never published. False where it was.
pub async fn set_slug(tx: &mut Tx, tenant: Tenant, store: Uuid, slug: &str) -> sqlx::Result<bool> {
    let changed = on_engine!(tx, conn => sqlx::query(
        "UPDATE store SET slug = $3 WHERE id = $1 AND organisation_id = $2 AND NOT EXISTS
            (SELECT 1 FROM store_revision r WHERE r.store_id = $1 AND r.published_us IS NOT NULL)",
    ).bind(store).bind(tenant.id()).bind(slug).execute(conn).await?.rows_affected());
    Ok(changed == 1)
}

/// Deletes a store that is locked and was never published, with its revisions. False where it was published, or is gone.
pub async fn remove(tx: &mut Tx, tenant: Tenant, store: Uuid) -> sqlx::Result<bool> {
    on_engine!(tx, conn => sqlx::query(
        "DELETE FROM store_revision WHERE store_id = (SELECT id FROM store WHERE id = $1 AND organisation_id = $2)
            AND NOT EXISTS (SELECT 1 FROM store_revision r WHERE r.store_id = $1 AND r.published_us IS NOT NULL)",
    ).bind(store).bind(tenant.id()).execute(conn).await.map(drop)?);
    let removed = on_engine!(tx, conn => sqlx::query(
        "DELETE FROM store WHERE id = $1 AND organisation_id = $2
            AND NOT EXISTS (SELECT 1 FROM store_revision r WHERE r.store_id = $1)",
    ).bind(store).bind(tenant.id()).execute(conn).await?.rows_affected());
    Ok(removed == 1)
}

/// Whether a name in addresses is used.
pub async fn is_slug_taken(db: &Db, slug: &str) -> sqlx::Result<bool> {
    let found: Option<Uuid> = on_engine!(db, conn => sqlx::query_scalar("SELECT id FROM store WHERE slug = $1")
        .bind(slug).fetch_optional(conn).await?);
    Ok(found.is_some())
}
