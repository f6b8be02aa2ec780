//! Where something of the library is used: drafts, what shoppers see, the last revisions of each store, products.

use uuid::Uuid;

use super::sql::Item;
use crate::accounts::actor::Tenant;
use crate::db::{Db, Tx};
use crate::{on_engine, products};

/// Revisions of a store that keep what they use, beside the published one.
const REVISIONS: i64 = 20;

/// One use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// `published`, `draft`, `revision` or `product`.
    pub place: &'static str,
    /// The store's name in addresses, or the product's SKU.
    pub name: String,
    /// The revision's number; 0 for a product.
    pub number: i64,
}

type Row = (String, i64, Option<i64>, Option<i64>, i64);

/// A document that says the id names the thing: ids are opaque and never reused. Both ways of writing a UUID count. A
/// published revision also keeps what its products showed when it was published.
const IN_STORES: &str = "SELECT s.slug, r.number, r.published_us, s.current_revision,
        (SELECT MAX(n.number) FROM store_revision n WHERE n.store_id = s.id) AS last
    FROM store s JOIN store_revision r ON r.store_id = s.id
    WHERE s.organisation_id = $1 AND (r.number = s.current_revision
        OR r.number > (SELECT MAX(n.number) FROM store_revision n WHERE n.store_id = s.id) - $2)
        AND (LOWER(r.document) LIKE $3 OR LOWER(r.document) LIKE $4 OR EXISTS (SELECT 1 FROM published_file f
            WHERE f.name = $5 AND f.store_id = r.store_id AND f.revision = r.number))
    ORDER BY s.slug, r.number DESC LIMIT 200";
const IN_PRODUCTS: &str =
    "SELECT sku FROM product WHERE organisation_id = $1
         AND (video_id = $2 OR id IN (SELECT product_id FROM product_picture WHERE media_id = $2)) ORDER BY sku LIMIT 200";

fn uses(rows: Vec<Row>, products: Vec<String>) -> Vec<Use> {
    let stores = rows.into_iter().map(|(name, number, published_us, current, last)| {
        let place = match current {
            Some(current) if current == number => "published",
            _ if number == last && published_us.is_none() => "draft",
            _ => "revision",
        };
        Use { place, name, number }
    });
    stores.chain(products.into_iter().map(|name| Use { place: "product", name, number: 0 })).collect()
}

fn patterns(item: &Item) -> (String, String) {
    if item.kind == "panorama" {
        (format!("%{}%", item.sha256), format!("%{}%", item.sha256))
    } else {
        (format!("%{}%", item.id.hyphenated()), format!("%{}%", item.id.simple()))
    }
}

/// Every use, up to 400.
pub async fn find(db: &Db, tenant: Tenant, item: &Item) -> sqlx::Result<Vec<Use>> {
    let (one, other) = patterns(item);
    let rows: Vec<Row> = on_engine!(db, conn => sqlx::query_as(IN_STORES)
        .bind(tenant.id()).bind(REVISIONS).bind(one).bind(other).bind(item.public_name()).fetch_all(conn).await?);
    let products = on_engine!(db, conn => sqlx::query_scalar(IN_PRODUCTS)
        .bind(tenant.id()).bind(item.id).fetch_all(conn).await?);
    Ok(uses(rows, products))
}

/// Whether it is used, as the transaction sees it. Whoever saves a revision meanwhile waits for the transaction's end,
/// and then finds that the thing is gone.
pub async fn is_used(tx: &mut Tx, tenant: Tenant, item: &Item) -> sqlx::Result<bool> {
    let (one, other) = patterns(item);
    products::write::lock(tx, tenant).await?;
    on_engine!(tx, conn => sqlx::query("UPDATE store SET slug = slug WHERE organisation_id = $1")
        .bind(tenant.id()).execute(conn).await.map(drop)?);
    let rows: Vec<Row> = on_engine!(tx, conn => sqlx::query_as(IN_STORES)
        .bind(tenant.id()).bind(REVISIONS).bind(one).bind(other).bind(item.public_name()).fetch_all(conn).await?);
    let products: Option<Uuid> = on_engine!(tx, conn => sqlx::query_scalar(
        "SELECT id FROM product WHERE organisation_id = $1
             AND (video_id = $2 OR id IN (SELECT product_id FROM product_picture WHERE media_id = $2)) LIMIT 1",
    ).bind(tenant.id()).bind(item.id).fetch_optional(conn).await?);
    Ok(!rows.is_empty() || products.is_some())
}
