//! What lists of stores (`/`, the sitemap) say about each: written at publishing, so that a list reads a few lines a
//! store and not everything that a viewer needs.

use scene::document::LocalizedText;
use scene::published::PublishedStore;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::db::Db;
use crate::error::{Error, Result};
use crate::on_engine;

/// A published store in a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Listing {
    /// The store's languages.
    pub languages: Vec<String>,
    /// Its name.
    pub name: LocalizedText,
    /// What it says about itself.
    pub description: LocalizedText,
    /// Where the shop is.
    pub address: LocalizedText,
    /// Address of the first scene's wide poster.
    pub poster: Option<String>,
    /// Scenes in it.
    pub scenes: usize,
    /// Products in it.
    pub products: usize,
}

impl Listing {
    /// What a revision says.
    #[must_use]
    pub fn of(store: &PublishedStore) -> Self {
        let PublishedStore { document, posters, products, shop, .. } = store;
        Self {
            languages: document.languages.clone(),
            name: document.name.clone(),
            description: document.description.clone(),
            address: shop.address.clone(),
            poster: posters.get(&document.start.scene).map(|posters| posters.landscape.clone()),
            scenes: document.scenes.len(),
            products: products.len(),
        }
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    number: i64,
    slug: String,
    listing: Option<String>,
}

/// Stores that shoppers can see, oldest first, with their names in addresses.
///
/// # Errors
/// The database's reason.
pub async fn published(db: &Db, limit: i64) -> Result<Vec<(String, Listing)>> {
    let rows: Vec<Row> = on_engine!(db, conn => sqlx::query_as(
        "SELECT store.id, revision.number, store.slug, revision.listing FROM store
         JOIN store_revision AS revision ON revision.store_id = store.id AND revision.number = store.current_revision
         ORDER BY store.id LIMIT $1",
    ).bind(limit).fetch_all(conn).await?);
    let mut listings = Vec::with_capacity(rows.len());
    for row in rows {
        let listing = match row.listing {
            Some(listing) => serde_json::from_str(&listing).map_err(Error::internal)?,
            // An older program published it.
            None => match super::sql::published_json(db, row.id, row.number).await? {
                Some(json) => Listing::of(&serde_json::from_str(&json).map_err(Error::internal)?),
                None => continue,
            },
        };
        listings.push((row.slug, listing));
    }
    Ok(listings)
}

/// Products that a published store shows now.
///
/// # Errors
/// The database's reason.
pub async fn shown_products(db: &Db, limit: i64) -> sqlx::Result<Vec<Uuid>> {
    Ok(on_engine!(db, conn => sqlx::query_scalar(
        "SELECT DISTINCT used.product_id FROM published_product AS used
         JOIN store ON store.id = used.store_id AND store.current_revision = used.revision
         ORDER BY used.product_id LIMIT $1",
    ).bind(limit).fetch_all(conn).await?))
}
