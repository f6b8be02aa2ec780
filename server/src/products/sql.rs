//! Products in the database.

use scene::document::LocalizedText;
use scene::published::{Picture, Price, ProductCard};
use uuid::Uuid;

use crate::db::{Db, Tx};
use crate::error::{Error, Result};
use crate::files::sql::MediaRow;
use crate::on_engine;

/// A product.
#[derive(Clone, Debug)]
pub struct ProductRow {
    /// Id.
    pub id: Uuid,
    /// Stock-keeping unit, unique in the organisation.
    pub sku: String,
    /// Global trade item number.
    pub gtin: Option<String>,
    /// Name.
    pub name: LocalizedText,
    /// Description, plain text.
    pub description: LocalizedText,
    /// Price, where one is set.
    pub price: Option<Price>,
    /// Unit of measure.
    pub unit: String,
    /// Its picture.
    pub picture_id: Option<Uuid>,
}

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
    picture_id: Option<Uuid>,
}

impl ProductRow {
    /// The card that shoppers see.
    #[must_use]
    pub fn card(&self, picture: Option<&MediaRow>) -> ProductCard {
        ProductCard {
            id: self.id,
            sku: self.sku.clone(),
            name: self.name.clone(),
            description: self.description.clone(),
            price: self.price.clone(),
            unit: self.unit.clone(),
            picture: picture.and_then(|picture| {
                Some(Picture {
                    url: picture.url(),
                    width: picture.width?,
                    height: picture.height?,
                    alt: picture.alt.clone(),
                    smaller: picture.smaller(),
                })
            }),
        }
    }
}

/// A product of an organisation.
pub async fn find(db: &Db, organisation: Uuid, id: Uuid) -> Result<Option<ProductRow>> {
    let stored: Option<Stored> = on_engine!(db, conn => sqlx::query_as(
        "SELECT id, sku, gtin, name, description, price_minor, price_currency, price_tax_included, unit, picture_id
         FROM product WHERE id = $1 AND organisation_id = $2",
    ).bind(id).bind(organisation).fetch_optional(conn).await?);
    stored
        .map(|stored| {
            Ok(ProductRow {
                id: stored.id,
                sku: stored.sku,
                gtin: stored.gtin,
                name: serde_json::from_str(&stored.name).map_err(Error::internal)?,
                description: serde_json::from_str(&stored.description).map_err(Error::internal)?,
                price: match (stored.price_minor, stored.price_currency, stored.price_tax_included) {
                    (Some(minor), Some(currency), Some(tax_included)) => {
                        Some(Price::new(minor, &currency, tax_included))
                    }
                    _ => None,
                },
                unit: stored.unit,
                picture_id: stored.picture_id,
            })
        })
        .transpose()
}

/// Adds a product.
pub async fn insert(tx: &mut Tx, organisation: Uuid, product: &ProductRow, now_us: i64) -> Result<()> {
    let name = serde_json::to_string(&product.name).map_err(Error::internal)?;
    let description = serde_json::to_string(&product.description).map_err(Error::internal)?;
    on_engine!(tx, conn => sqlx::query(
        "INSERT INTO product (id, organisation_id, sku, gtin, name, description, price_minor, price_currency,
             price_tax_included, unit, picture_id, created_us)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(product.id).bind(organisation).bind(product.sku.as_str()).bind(product.gtin.as_deref())
    .bind(name).bind(description)
    .bind(product.price.as_ref().map(|price| price.minor))
    .bind(product.price.as_ref().map(|price| price.currency.as_str()))
    .bind(product.price.as_ref().map(|price| price.tax_included))
    .bind(product.unit.as_str()).bind(product.picture_id).bind(now_us)
    .execute(conn).await.map(drop)?);
    Ok(())
}

/// The store and revision that show a product now; `None` when shoppers see it nowhere.
pub async fn shown_in(db: &Db, product: Uuid) -> sqlx::Result<Option<(Uuid, i64)>> {
    Ok(on_engine!(db, conn => sqlx::query_as(
        "SELECT used.store_id, used.revision FROM published_product AS used
         JOIN store ON store.id = used.store_id AND store.current_revision = used.revision
         WHERE used.product_id = $1 ORDER BY used.store_id LIMIT 1",
    ).bind(product).fetch_optional(conn).await?))
}
