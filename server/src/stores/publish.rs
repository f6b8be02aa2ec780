//! Publishing: a revision becomes what shoppers see. Everything that takes time (posters) is done before; what makes it
//! happen is one short transaction.

use scene::document::StoreDocument;
use scene::published::{PublishedStore, Shop};
use uuid::Uuid;

use super::library::Library;
use super::listing::Listing;
use super::posters;
use crate::db::{RowCount, Tx};
use crate::error::{Error, Result};
use crate::files::Files;
use crate::on_engine;

/// The store that is published, and where its things are.
#[derive(Clone, Debug)]
pub struct Target {
    /// Whose store it is.
    pub organisation: Uuid,
    /// The store.
    pub store: Uuid,
    /// Its name in addresses.
    pub slug: String,
    /// The shop it belongs to.
    pub shop: Shop,
    /// The revision.
    pub number: i64,
}

/// A revision that is ready to be shown.
#[derive(Debug)]
pub struct Prepared {
    target: Target,
    /// What viewers will get.
    pub published: PublishedStore,
    files: Vec<String>,
}

/// Checks that everything is there and makes the posters. Changes nothing that anyone sees.
pub async fn prepare(
    files: &Files,
    target: Target,
    document: StoreDocument,
    library: &Library,
    now_us: i64,
    progress: impl FnMut(usize, usize),
) -> Result<Prepared> {
    let faults = document.faults();
    if !faults.is_empty() {
        return Err(Error::Faults(faults));
    }
    let used = library.find(&document).map_err(Error::Faults)?;
    let (posters, poster_files) =
        posters::render(files, target.organisation, &document, &used.panoramas, progress).await?;
    let published = PublishedStore {
        id: target.store,
        slug: target.slug.clone(),
        revision: target.number,
        published_at: now_us,
        document: library.shown(document),
        panoramas: used.panoramas,
        posters,
        products: used.products,
        media: used.media,
        shop: target.shop.clone(),
    };
    Ok(Prepared { target, published, files: used.files.into_iter().chain(poster_files).collect() })
}

/// Makes it what shoppers see, together with everything else in the transaction.
pub async fn commit(tx: &mut Tx, prepared: &Prepared) -> Result<()> {
    let Target { organisation, store, number, .. } = prepared.target;
    let json = serde_json::to_string(&prepared.published).map_err(Error::internal)?;
    let listing = serde_json::to_string(&Listing::of(&prepared.published)).map_err(Error::internal)?;
    let marked = on_engine!(tx, conn => sqlx::query(
        "UPDATE store_revision SET published = $1, listing = $2, published_us = $3
         WHERE store_id = $4 AND number = $5 AND published_us IS NULL",
    ).bind(json).bind(listing).bind(prepared.published.published_at).bind(store).bind(number).execute(conn).await?.rows_affected());
    RowCount::one("publishing a revision", marked).map_err(Error::internal)?;
    for name in &prepared.files {
        on_engine!(tx, conn => sqlx::query(
            "INSERT INTO published_file (name, store_id, revision, organisation_id) VALUES ($1, $2, $3, $4)",
        ).bind(name.as_str()).bind(store).bind(number).bind(organisation).execute(conn).await.map(drop)?);
    }
    for card in &prepared.published.products {
        on_engine!(tx, conn => sqlx::query(
            "INSERT INTO published_product (product_id, store_id, revision) VALUES ($1, $2, $3)",
        ).bind(card.id).bind(store).bind(number).execute(conn).await.map(drop)?);
    }
    let shown = on_engine!(tx, conn => sqlx::query(
        "UPDATE store SET current_revision = $1 WHERE id = $2 AND organisation_id = $3",
    ).bind(number).bind(store).bind(organisation).execute(conn).await?.rows_affected());
    RowCount::one("showing a revision", shown).map_err(Error::internal)
}
