//! Making, changing, archiving one product: the rules that need the database, the same for the form and the API.

use std::collections::BTreeSet;

use scene::document::LocalizedText;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::check;
use super::fault::{Fault, Faults};
use super::product::Product;
use super::sql;
use super::write::{Write, lock, write};
use crate::accounts::actor::{Actor, Tenant};
use crate::app::App;
use crate::audit::{self, By, Change};
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::webhooks::event::{ProductArchived, ProductChanged};
use crate::webhooks::{self, Event};
use crate::{categories, on_engine, suppliers};

/// Why a product was not saved. Nothing was changed.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// What is wrong with it, by field.
    pub faults: Faults,
    /// Products whose SKU or GTIN it was to have.
    pub taken: Vec<Product>,
}

/// Takes the catalogue's lock and reads a product that is about to be changed.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn open(tx: &mut Tx, tenant: Tenant, id: Uuid) -> Result<Product> {
    lock(tx, tenant).await?;
    sql::find_in(tx, tenant, id).await?.ok_or(Error::NotFound)
}

/// Saves a new product, or the changed `before`, which was read by [`open`] in the same transaction. `faults` are what was wrong
/// with the input already. What did not change is not written.
pub async fn save(
    app: &App,
    tx: &mut Tx,
    actor: &Actor,
    before: Option<Product>,
    after: Product,
    faults: Faults,
) -> Result<std::result::Result<Product, Refusal>> {
    let tenant = actor.tenant;
    if before.is_none() {
        lock(tx, tenant).await?;
    } else if before.as_ref() == Some(&after) && faults.is_empty() {
        return Ok(Ok(after));
    }
    let (faults, taken) = all_faults(tx, tenant, before.as_ref(), &after, faults).await?;
    if !faults.is_empty() {
        return Ok(Err(Refusal { faults, taken: taken.into_iter().map(|(_, other)| other).collect() }));
    }
    let now_us = app.clock.now_us();
    let (old, new) = difference(before.as_ref(), &after);
    let change = Change {
        action: action(before.as_ref(), &after),
        subject_id: Some(after.id),
        subject: &after.sku,
        before: before.as_ref().map(|_| old),
        after: Some(new),
    };
    audit::record(app, tx, tenant, By::Actor(actor), &change).await?;
    webhooks::publish(app, tx, tenant, &told(before.as_ref(), &after)).await?;
    let id = after.id;
    write(tx, tenant, now_us, &[Write { before, after }]).await?;
    let saved = sql::find_in(tx, tenant, id).await?;
    saved.map(Ok).ok_or_else(|| Error::internal("a product that was just written is not there"))
}

/// What other programs are told of a change.
#[must_use]
pub fn told(before: Option<&Product>, after: &Product) -> Event {
    let (product, sku) = (after.id, after.sku.clone());
    if before.is_some_and(|before| before.archived_us.is_none()) && after.archived_us.is_some() {
        Event::ProductArchived(ProductArchived { product, sku })
    } else {
        Event::ProductChanged(ProductChanged { product, sku, is_new: before.is_none() })
    }
}

/// What is done, as the log calls it.
pub(super) fn action(before: Option<&Product>, after: &Product) -> &'static str {
    match (before.map(|before| before.archived_us.is_some()), after.archived_us.is_some()) {
        (None, _) => "product.added",
        (Some(false), true) => "product.archived",
        (Some(true), false) => "product.restored",
        _ => "product.changed",
    }
}

/// What is wrong with a product as it is to be, together with what was wrong with the input.
async fn all_faults(
    tx: &mut Tx,
    tenant: Tenant,
    before: Option<&Product>,
    after: &Product,
    mut faults: Faults,
) -> Result<(Faults, Vec<(String, Product)>)> {
    let mut add = |found: Faults| {
        for (field, fault) in found {
            if faults.iter().all(|(of, _)| *of != field) {
                faults.push((field, fault));
            }
        }
    };
    let own = check::faults(after);
    // What can never be in the database is not asked there (a NUL ends a statement of PostgreSQL).
    let is_sound = |field: &str| own.iter().all(|(of, _)| of != field);
    let mut taken = Vec::new();
    if is_sound("sku") {
        let others = sql::by_skus(tx, tenant, &[&after.sku]).await?;
        taken.extend(others.into_iter().filter(|other| other.id != after.id).map(|other| ("sku".to_owned(), other)));
    }
    if let Some(gtin) = after.gtin.as_deref().filter(|_| is_sound("gtin") && after.archived_us.is_none()) {
        let others = sql::by_gtins(tx, tenant, &[gtin]).await?;
        taken.extend(others.into_iter().filter(|other| other.id != after.id).map(|other| ("gtin".to_owned(), other)));
    }
    add(own);
    for (field, other) in &taken {
        let key = if field == "sku" { "product.fault.sku" } else { "product.fault.gtin" };
        add(vec![(field.clone(), Fault::new(key).with("sku", &other.sku))]);
    }
    if let Some(id) = after.category
        && categories::sql::tree_in(tx, tenant).await?.get(id).is_none()
    {
        add(vec![("category".to_owned(), Fault::new("product.fault.category"))]);
    }
    if let Some(id) = after.supplier {
        let suppliers = suppliers::sql::list_in(tx, tenant).await?;
        let found = suppliers.iter().find(|supplier| supplier.id == id);
        // Who delivered it before may still be named.
        let stays = before.is_some_and(|before| before.supplier == after.supplier);
        if !found.is_some_and(|supplier| stays || supplier.archived_us.is_none()) {
            add(vec![("supplier".to_owned(), Fault::new("product.fault.supplier"))]);
        }
    }
    add(media_faults(tx, tenant, after).await?);
    Ok((faults, taken))
}

async fn media_faults(tx: &mut Tx, tenant: Tenant, product: &Product) -> Result<Faults> {
    let mut faults = Vec::new();
    for (index, id) in product.pictures.iter().enumerate().take(check::MAX_PICTURES) {
        if product.pictures[..index].contains(id) {
            faults.push(("pictures".to_owned(), Fault::new("product.fault.twice")));
        } else if media_kind(tx, tenant, *id).await?.as_deref() != Some("picture") {
            faults.push(("pictures".to_owned(), Fault::new("product.fault.picture")));
        }
    }
    if let Some(id) = product.video
        && media_kind(tx, tenant, id).await?.as_deref() != Some("video")
    {
        faults.push(("video".to_owned(), Fault::new("product.fault.video")));
    }
    Ok(faults)
}

async fn media_kind(tx: &mut Tx, tenant: Tenant, id: Uuid) -> Result<Option<String>> {
    Ok(on_engine!(tx, conn => sqlx::query_scalar(
        "SELECT kind FROM media WHERE id = $1 AND organisation_id = $2 AND purged_us IS NULL",
    ).bind(id).bind(tenant.id()).fetch_optional(conn).await?))
}

/// The fields that differ, as the log tells them.
pub(super) fn difference(before: Option<&Product>, after: &Product) -> (Value, Value) {
    let old = before.map(state).unwrap_or_default();
    let new = state(after);
    let fields: BTreeSet<&String> =
        old.keys().chain(new.keys()).filter(|field| old.get(*field) != new.get(*field)).collect();
    let pick = |from: &Map<String, Value>| -> Map<String, Value> {
        let told = fields.iter().filter_map(|field| from.get(*field).map(|value| ((*field).clone(), value.clone())));
        told.filter(|(_, value)| !value.is_null()).collect()
    };
    (Value::Object(pick(&old)), Value::Object(pick(&new)))
}

/// A product, flat: a line a text.
#[must_use]
pub fn state(product: &Product) -> Map<String, Value> {
    let mut map = Map::new();
    let mut set = |name: &str, value: Value| map.insert(name.to_owned(), value);
    set("sku", json!(product.sku));
    set("gtin", json!(product.gtin));
    set("unit", json!(product.unit));
    set(
        "price",
        json!(product.price.as_ref().map(|price| {
            let digits = price.minor_digits;
            let tax = if price.tax_included { "tax included" } else { "plus tax" };
            format!("{} {}, {tax}", super::amount::plain(price.minor, digits), price.currency)
        })),
    );
    set("category", json!(product.category));
    set("pictures", if product.pictures.is_empty() { Value::Null } else { json!(product.pictures) });
    set("video", json!(product.video));
    set("shelfLifeDays", json!(product.shelf_life_days));
    set("pack", json!(product.pack_thousandths.map(|pack| super::amount::plain(pack, 3))));
    set("supplier", json!(product.supplier));
    set("supplierCode", json!(product.supplier_code));
    set("archived", json!(product.archived_us.map(|_| true)));
    let texts = |name: &'static str, text: &LocalizedText| -> Vec<(String, Value)> {
        text.0.iter().map(|(tag, text)| (format!("{name}.{tag}"), json!(text))).collect()
    };
    let links = product.links.iter().enumerate().flat_map(|(index, link)| {
        let label = link.label.0.iter().map(move |(tag, text)| (format!("links.{index}.label.{tag}"), json!(text)));
        [(format!("links.{index}.url"), json!(link.url))].into_iter().chain(label)
    });
    for (name, value) in
        texts("name", &product.name).into_iter().chain(texts("description", &product.description)).chain(links)
    {
        set(&name, value);
    }
    map
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_tells_only_what_changed() {
        let before = Product {
            name: LocalizedText::from([("en", "Tea"), ("zh-TW", "茶")]),
            ..Product::new(Uuid::nil(), "TEA", "piece")
        };
        let after =
            Product { name: LocalizedText::from([("en", "Teas")]), pack_thousandths: Some(500), ..before.clone() };
        let (old, new) = difference(Some(&before), &after);
        assert_eq!(
            (old, new),
            (json!({"name.en": "Tea", "name.zh-TW": "茶"}), json!({"name.en": "Teas", "pack": "0.5"}))
        );
        assert_eq!(
            difference(None, &before).1,
            json!({"name.en": "Tea", "name.zh-TW": "茶", "sku": "TEA", "unit": "piece"})
        );
    }
}
