//! Writing products, one or many hundreds at once, with their pictures and with what they are found by: all in the
//! transaction of the change.

use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::index;
use super::product::Product;
use crate::accounts::actor::Tenant;
use crate::db::{RowCount, Tx, id_list};
use crate::error::{Error, Result};
use crate::on_engine;

/// Products written at once where there are many: a transaction of these stays below 50 ms.
pub const AT_ONCE: usize = 250;

/// A change of one product.
#[derive(Clone, Debug)]
pub struct Write {
    /// The product as this transaction read it after [`lock`]; `None` for a new one.
    pub before: Option<Product>,
    /// As it is to be. Version and times are set by [`write()`].
    pub after: Product,
}

/// Rows come as one JSON list: however many there are, the statement is the same.
const PRODUCTS: (&str, &str) = (
    "INSERT INTO product (id, organisation_id, sku, gtin, name, description, price_minor, price_currency, price_tax_included,
         unit, picture_id, category_id, video_id, links, shelf_life_days, pack_thousandths, supplier_id, supplier_code,
         archived_us, version, created_us, updated_us, indexed_version)
     SELECT unhex(value ->> 'id'), $1, value ->> 'sku', value ->> 'gtin', value ->> 'name', value ->> 'description',
         value ->> 'minor', value ->> 'currency', value ->> 'tax', value ->> 'unit', unhex(value ->> 'picture'),
         unhex(value ->> 'category'), unhex(value ->> 'video'), value ->> 'links', value ->> 'life', value ->> 'pack',
         unhex(value ->> 'supplier'), value ->> 'code', value ->> 'archived', value ->> 'version', value ->> 'created',
         $3, value ->> 'version'
     FROM json_each($2) WHERE TRUE
     ON CONFLICT (id) DO UPDATE SET sku = excluded.sku, gtin = excluded.gtin, name = excluded.name,
         description = excluded.description, price_minor = excluded.price_minor, price_currency = excluded.price_currency,
         price_tax_included = excluded.price_tax_included, unit = excluded.unit, picture_id = excluded.picture_id,
         category_id = excluded.category_id, video_id = excluded.video_id, links = excluded.links,
         shelf_life_days = excluded.shelf_life_days, pack_thousandths = excluded.pack_thousandths,
         supplier_id = excluded.supplier_id, supplier_code = excluded.supplier_code, archived_us = excluded.archived_us,
         version = excluded.version, updated_us = excluded.updated_us, indexed_version = excluded.indexed_version
     WHERE product.organisation_id = excluded.organisation_id AND product.version = excluded.version - 1",
    "INSERT INTO product (id, organisation_id, sku, gtin, name, description, price_minor, price_currency, price_tax_included,
         unit, picture_id, category_id, video_id, links, shelf_life_days, pack_thousandths, supplier_id, supplier_code,
         archived_us, version, created_us, updated_us, indexed_version)
     SELECT id, $1, sku, gtin, name, description, minor, currency, tax, unit, picture, category, video, links, life, pack,
         supplier, code, archived, version, created, $3, version
     FROM jsonb_to_recordset($2::jsonb) AS row (id uuid, sku text, gtin text, name text, description text, minor bigint,
         currency text, tax boolean, unit text, picture uuid, category uuid, video uuid, links text, life bigint,
         pack bigint, supplier uuid, code text, archived bigint, version bigint, created bigint)
     ON CONFLICT (id) DO UPDATE SET sku = excluded.sku, gtin = excluded.gtin, name = excluded.name,
         description = excluded.description, price_minor = excluded.price_minor, price_currency = excluded.price_currency,
         price_tax_included = excluded.price_tax_included, unit = excluded.unit, picture_id = excluded.picture_id,
         category_id = excluded.category_id, video_id = excluded.video_id, links = excluded.links,
         shelf_life_days = excluded.shelf_life_days, pack_thousandths = excluded.pack_thousandths,
         supplier_id = excluded.supplier_id, supplier_code = excluded.supplier_code, archived_us = excluded.archived_us,
         version = excluded.version, updated_us = excluded.updated_us, indexed_version = excluded.indexed_version
     WHERE product.organisation_id = excluded.organisation_id AND product.version = excluded.version - 1",
);
const DROP_PICTURES: (&str, &str) = (
    "DELETE FROM product_picture WHERE product_id IN (SELECT unhex(value) FROM json_each($1))",
    "DELETE FROM product_picture WHERE product_id IN (SELECT value::uuid FROM jsonb_array_elements_text($1::jsonb))",
);
const PICTURES: (&str, &str) = (
    "INSERT INTO product_picture (product_id, position, media_id)
     SELECT unhex(value ->> 0), value ->> 1, unhex(value ->> 2) FROM json_each($1)",
    "INSERT INTO product_picture (product_id, position, media_id)
     SELECT (value ->> 0)::uuid, (value ->> 1)::bigint, (value ->> 2)::uuid FROM jsonb_array_elements($1::jsonb)",
);
/// Holds everybody else off an organisation's catalogue until the transaction ends: what is read after this and checked
/// (a SKU that is free, a category without children) still holds when it is written.
pub async fn lock(tx: &mut Tx, tenant: Tenant) -> sqlx::Result<()> {
    on_engine!(tx, conn => sqlx::query("UPDATE organisation SET name = name WHERE id = $1")
        .bind(tenant.id()).execute(conn).await.map(drop))
}

/// Writes products. The caller has taken the [`lock`], read each `before` after it, and checked each `after`
/// ([`super::check`]); categories, suppliers and media that it names are the organisation's.
///
/// # Errors
/// [`Error::Internal`] where a `before` is not the present state, or a SKU or GTIN is another product's; nothing is to be
/// committed then.
pub async fn write(tx: &mut Tx, tenant: Tenant, now_us: i64, writes: &[Write]) -> Result<()> {
    if writes.is_empty() {
        return Ok(());
    }
    // It looks at the rows as they were.
    index::write(tx, tenant, writes).await?;
    let rows: Vec<Value> = writes.iter().map(|write| row(write, now_us)).collect::<Result<_>>()?;
    let sql = tx.pick(PRODUCTS.0, PRODUCTS.1);
    let written = on_engine!(tx, conn => sqlx::query(sql)
        .bind(tenant.id()).bind(Value::from(rows).to_string()).bind(now_us).execute(conn).await?.rows_affected());
    if written != writes.len() as u64 {
        let what = "writing products";
        return Err(Error::internal(RowCount { what, expected: writes.len() as u64, actual: written }));
    }
    write_pictures(tx, writes).await
}

fn text(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(Error::internal)
}

fn row(Write { before, after }: &Write, now_us: i64) -> Result<Value> {
    let id = |id: Option<Uuid>| id.map(|id| id.simple().to_string());
    let price = after.price.as_ref();
    Ok(json!({
        "id": after.id.simple().to_string(), "sku": after.sku, "gtin": after.gtin,
        "name": text(&after.name)?, "description": text(&after.description)?, "links": text(&after.links)?,
        "minor": price.map(|price| price.minor), "currency": price.map(|price| &price.currency),
        "tax": price.map(|price| price.tax_included), "unit": after.unit,
        "picture": id(after.pictures.first().copied()), "category": id(after.category), "video": id(after.video),
        "life": after.shelf_life_days, "pack": after.pack_thousandths, "supplier": id(after.supplier),
        "code": after.supplier_code, "archived": after.archived_us,
        "version": before.as_ref().map_or(1, |before| before.version + 1),
        "created": before.as_ref().map_or(now_us, |before| before.created_us),
    }))
}

async fn write_pictures(tx: &mut Tx, writes: &[Write]) -> Result<()> {
    let pictures =
        |product: &Option<Product>| product.as_ref().map(|product| product.pictures.clone()).unwrap_or_default();
    let changed: Vec<&Write> = writes.iter().filter(|write| pictures(&write.before) != write.after.pictures).collect();
    let old: Vec<Uuid> = changed.iter().filter(|write| write.before.is_some()).map(|write| write.after.id).collect();
    if !old.is_empty() {
        let sql = tx.pick(DROP_PICTURES.0, DROP_PICTURES.1);
        on_engine!(tx, conn => sqlx::query(sql).bind(id_list(old)).execute(conn).await.map(drop)?);
    }
    let rows: Vec<Value> = changed
        .iter()
        .flat_map(|write| {
            let product = write.after.id.simple().to_string();
            let media = write.after.pictures.iter().enumerate();
            media.map(move |(position, media)| json!([product, position, media.simple().to_string()]))
        })
        .collect();
    if !rows.is_empty() {
        let sql = tx.pick(PICTURES.0, PICTURES.1);
        on_engine!(tx, conn => sqlx::query(sql).bind(Value::from(rows).to_string()).execute(conn).await.map(drop)?);
    }
    Ok(())
}
