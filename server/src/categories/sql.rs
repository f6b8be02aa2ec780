//! Categories in the database. Whoever writes holds the catalogue's lock ([`crate::products::write::lock`]) and has read the
//! tree after taking it.

use scene::document::LocalizedText;
use uuid::Uuid;

use super::tree::{Category, Tree};
use crate::accounts::actor::Tenant;
use crate::app::App;
use crate::db::{Db, Tx};
use crate::error::{Error, Result};
use crate::on_engine;
use crate::products::typed::changed_one;

type Row = (Uuid, Option<Uuid>, String, i64, i64);

const ALL: &str = "SELECT id, parent_id, name, position, version FROM category WHERE organisation_id = $1";

fn tree_of(rows: Vec<Row>) -> Result<Tree> {
    let category = |(id, parent, name, position, version): Row| {
        let name: LocalizedText = serde_json::from_str(&name).map_err(Error::internal)?;
        Ok(Category { id, parent, name, position, version })
    };
    Ok(Tree::new(rows.into_iter().map(category).collect::<Result<_>>()?))
}

/// All categories of an organisation.
pub async fn tree(db: &Db, tenant: Tenant) -> Result<Tree> {
    tree_of(on_engine!(db, conn => sqlx::query_as(ALL).bind(tenant.id()).fetch_all(conn).await?))
}

/// All of them, as a transaction sees them.
pub async fn tree_in(tx: &mut Tx, tenant: Tenant) -> Result<Tree> {
    tree_of(on_engine!(tx, conn => sqlx::query_as(ALL).bind(tenant.id()).fetch_all(conn).await?))
}

/// Adds a category.
pub async fn insert(tx: &mut Tx, tenant: Tenant, category: &Category, now_us: i64) -> Result<()> {
    let name = serde_json::to_string(&category.name).map_err(Error::internal)?;
    on_engine!(tx, conn => sqlx::query(
        "INSERT INTO category (id, organisation_id, parent_id, name, position, version, created_us)
         VALUES ($1, $2, $3, $4, $5, 1, $6)",
    ).bind(category.id).bind(tenant.id()).bind(category.parent).bind(name).bind(category.position).bind(now_us)
    .execute(conn).await.map(drop)?);
    Ok(())
}

/// Changes name and place, and raises the version.
///
/// # Errors
/// [`Error::Conflict`] where it is gone, or not of the version that was read.
pub async fn update(tx: &mut Tx, tenant: Tenant, category: &Category) -> Result<()> {
    let name = serde_json::to_string(&category.name).map_err(Error::internal)?;
    let changed = on_engine!(tx, conn => sqlx::query(
        "UPDATE category SET parent_id = $3, name = $4, position = $5, version = version + 1
         WHERE id = $1 AND organisation_id = $2 AND version = $6",
    ).bind(category.id).bind(tenant.id()).bind(category.parent).bind(name).bind(category.position).bind(category.version)
    .execute(conn).await?.rows_affected());
    changed_one(changed)
}

/// Deletes one that is empty. False where it is gone.
pub async fn delete(tx: &mut Tx, tenant: Tenant, id: Uuid) -> Result<bool> {
    let deleted = on_engine!(tx, conn => sqlx::query("DELETE FROM category WHERE id = $1 AND organisation_id = $2")
        .bind(id).bind(tenant.id()).execute(conn).await?.rows_affected());
    Ok(deleted == 1)
}

/// How many products stand in one itself, archived ones too.
pub async fn products_in(tx: &mut Tx, tenant: Tenant, id: Uuid) -> Result<i64> {
    Ok(on_engine!(tx, conn => sqlx::query_scalar(
        "SELECT COUNT(*) FROM product WHERE category_id = $1 AND organisation_id = $2",
    ).bind(id).bind(tenant.id()).fetch_one(conn).await?))
}

/// How many products stand in each, archived ones too.
pub async fn counts(db: &Db, tenant: Tenant) -> Result<Vec<(Uuid, i64)>> {
    Ok(on_engine!(db, conn => sqlx::query_as(
        "SELECT category_id, COUNT(*) FROM product WHERE organisation_id = $1 AND category_id IS NOT NULL GROUP BY category_id",
    ).bind(tenant.id()).fetch_all(conn).await?))
}

/// The category at a path of names, such as `["Food", "Tea"]`, made where it is missing. What is made is called so in
/// `language`, and comes after its siblings; `tree` gets it too.
///
/// # Errors
/// [`Error::BadRequest`] with the key of a text, where the tree may not grow so.
pub async fn find_or_insert(
    app: &App,
    tx: &mut Tx,
    tenant: Tenant,
    tree: &mut Tree,
    path: &[&str],
    language: &str,
) -> Result<Option<Uuid>> {
    let mut parent = None;
    for text in path {
        if let Some(found) = tree.named(parent, text) {
            parent = Some(found.id);
            continue;
        }
        if let Some(refusal) = tree.refusal(parent, None) {
            return Err(Error::BadRequest(refusal.to_owned()));
        }
        let category = Category {
            id: app.ids.next().map_err(Error::internal)?,
            parent,
            name: LocalizedText::from([(language, text.trim())]),
            position: tree.children(parent).map(|sibling| sibling.position + 1).max().unwrap_or(0),
            version: 1,
        };
        insert(tx, tenant, &category, app.clock.now_us()).await?;
        parent = Some(category.id);
        tree.add(category);
    }
    Ok(parent)
}
