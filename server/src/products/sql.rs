//! Products in the database: reading. Writing is in [`super::write`].

use std::collections::HashMap;

use scene::published::Price;
use serde::de::DeserializeOwned;
use serde_json::Value;
use uuid::Uuid;

use super::product::Product;
use crate::accounts::actor::Tenant;
use crate::db::{Db, Tx, id_list};
use crate::error::{Error, Result};
use crate::on_engine;

/// The columns of [`Stored`].
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, sku, gtin, name, description, price_minor, price_currency, price_tax_included, unit, category_id,
                video_id, links, shelf_life_days, pack_thousandths, supplier_id, supplier_code, archived_us, version,
                created_us, updated_us FROM product ",
            $rest
        )
    };
}

/// Lists of ids and texts come as one JSON list: however many there are, the statement is the same.
const BY_IDS: (&str, &str) = (
    // `+`: otherwise SQLite, which cannot know how short the list is, walks all products of the organisation.
    select!("WHERE +organisation_id = $1 AND id IN (SELECT unhex(value) FROM json_each($2))"),
    select!("WHERE organisation_id = $1 AND id IN (SELECT value::uuid FROM jsonb_array_elements_text($2::jsonb))"),
);
const BY_SKUS: (&str, &str) = (
    select!("WHERE organisation_id = $1 AND sku IN (SELECT value FROM json_each($2))"),
    select!("WHERE organisation_id = $1 AND sku IN (SELECT value FROM jsonb_array_elements_text($2::jsonb))"),
);
const BY_GTINS: (&str, &str) = (
    select!("WHERE organisation_id = $1 AND archived_us IS NULL AND gtin IN (SELECT value FROM json_each($2))"),
    select!(
        "WHERE organisation_id = $1 AND archived_us IS NULL AND gtin IN (SELECT value FROM jsonb_array_elements_text($2::jsonb))"
    ),
);
const PICTURES: (&str, &str) = (
    "SELECT product_id, media_id FROM product_picture WHERE product_id IN (SELECT unhex(value) FROM json_each($1))
     ORDER BY product_id, position",
    "SELECT product_id, media_id FROM product_picture
     WHERE product_id IN (SELECT value::uuid FROM jsonb_array_elements_text($1::jsonb)) ORDER BY product_id, position",
);

#[derive(sqlx::FromRow)]
struct Stored {
    id: Uuid,
    sku: String,
    gtin: Option<String>,
    name: String,
    description: String,
    price_minor: Option<i64>,
    price_currency: Option<String>,
    price_tax_included: Option<bool>,
    unit: String,
    category_id: Option<Uuid>,
    video_id: Option<Uuid>,
    links: String,
    shelf_life_days: Option<i64>,
    pack_thousandths: Option<i64>,
    supplier_id: Option<Uuid>,
    supplier_code: Option<String>,
    archived_us: Option<i64>,
    version: i64,
    created_us: i64,
    updated_us: i64,
}

impl Stored {
    fn product(self, pictures: Vec<Uuid>) -> Result<Product> {
        let price = match (self.price_minor, self.price_currency, self.price_tax_included) {
            (Some(minor), Some(currency), Some(tax_included)) => Some(Price::new(minor, &currency, tax_included)),
            _ => None,
        };
        Ok(Product {
            id: self.id,
            sku: self.sku,
            gtin: self.gtin,
            name: json(&self.name)?,
            description: json(&self.description)?,
            price,
            unit: self.unit,
            category: self.category_id,
            pictures,
            video: self.video_id,
            links: json(&self.links)?,
            shelf_life_days: self.shelf_life_days,
            pack_thousandths: self.pack_thousandths,
            supplier: self.supplier_id,
            supplier_code: self.supplier_code,
            archived_us: self.archived_us,
            version: self.version,
            created_us: self.created_us,
            updated_us: self.updated_us,
        })
    }
}

fn json<T: DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(Error::internal)
}

/// Runs one of the statements above, and adds the pictures. `$on` is a [`Db`] or a [`Tx`].
macro_rules! products {
    ($on:expr, $tenant:expr, $sql:expr, $list:expr) => {{
        let sql = $on.pick($sql.0, $sql.1);
        let rows: Vec<Stored> = on_engine!($on, conn => sqlx::query_as(sql).bind($tenant.id()).bind($list).fetch_all(conn).await?);
        let ids = id_list(rows.iter().map(|row| row.id));
        let sql = $on.pick(PICTURES.0, PICTURES.1);
        let pictures: Vec<(Uuid, Uuid)> = on_engine!($on, conn => sqlx::query_as(sql).bind(ids).fetch_all(conn).await?);
        assemble(rows, pictures)
    }};
}

fn assemble(rows: Vec<Stored>, pictures: Vec<(Uuid, Uuid)>) -> Result<Vec<Product>> {
    let mut by_product: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
    for (product, media) in pictures {
        by_product.entry(product).or_default().push(media);
    }
    rows.into_iter()
        .map(|row| {
            let pictures = by_product.remove(&row.id).unwrap_or_default();
            row.product(pictures)
        })
        .collect()
}

/// A product of an organisation.
pub async fn find(db: &Db, tenant: Tenant, id: Uuid) -> Result<Option<Product>> {
    Ok(by_ids(db, tenant, &[id]).await?.pop())
}

/// Those of these ids that there are, in the order of the ids.
pub async fn by_ids(db: &Db, tenant: Tenant, ids: &[Uuid]) -> Result<Vec<Product>> {
    let found: Vec<Product> = products!(db, tenant, BY_IDS, id_list(ids.iter().copied()))?;
    let mut found: HashMap<Uuid, Product> = found.into_iter().map(|product| (product.id, product)).collect();
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
}

/// A product, as a transaction sees it.
pub async fn find_in(tx: &mut Tx, tenant: Tenant, id: Uuid) -> Result<Option<Product>> {
    Ok(by_ids_in(tx, tenant, &[id]).await?.pop())
}

/// Those of these ids that there are, as a transaction sees them.
pub async fn by_ids_in(tx: &mut Tx, tenant: Tenant, ids: &[Uuid]) -> Result<Vec<Product>> {
    products!(tx, tenant, BY_IDS, id_list(ids.iter().copied()))
}

/// Those of these SKUs that there are, archived ones too, as a transaction sees them.
pub async fn by_skus(tx: &mut Tx, tenant: Tenant, skus: &[&str]) -> Result<Vec<Product>> {
    products!(tx, tenant, BY_SKUS, Value::from(skus).to_string())
}

/// Those of these GTINs (14 digits) that there are and that are not archived, as a transaction sees them.
pub async fn by_gtins(tx: &mut Tx, tenant: Tenant, gtins: &[&str]) -> Result<Vec<Product>> {
    products!(tx, tenant, BY_GTINS, Value::from(gtins).to_string())
}

/// The store and revision that show a product now; `None` when shoppers see it nowhere.
pub async fn shown_in(db: &Db, product: Uuid) -> sqlx::Result<Option<(Uuid, i64)>> {
    Ok(on_engine!(db, conn => sqlx::query_as(
        "SELECT used.store_id, used.revision FROM published_product AS used
         JOIN store ON store.id = used.store_id AND store.current_revision = used.revision
         WHERE used.product_id = $1 ORDER BY used.store_id LIMIT 1",
    ).bind(product).fetch_optional(conn).await?))
}
