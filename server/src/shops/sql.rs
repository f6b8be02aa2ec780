//! Shops in the database.

use std::collections::BTreeMap;

use scene::document::LocalizedText;
use scene::published::{OpeningHours, Shop};
use uuid::Uuid;

use crate::accounts::actor::Tenant;
use crate::db::{Db, Tx};
use crate::error::{Error, Result};
use crate::on_engine;

#[derive(sqlx::FromRow)]
struct Row {
    name: String,
    address: String,
    phone: Option<String>,
    email: Option<String>,
    line: Option<String>,
    other_contact: String,
    hours: String,
    time_zone: String,
    currency: String,
}

const FIND: &str = "SELECT name, address, phone, email, line, other_contact, hours, time_zone, currency FROM shop
    WHERE id = $1 AND organisation_id = $2";

impl Row {
    fn shop(self) -> Result<Shop> {
        Ok(Shop {
            name: serde_json::from_str(&self.name).map_err(Error::internal)?,
            address: serde_json::from_str(&self.address).map_err(Error::internal)?,
            phone: self.phone,
            email: self.email,
            line: self.line,
            other: serde_json::from_str::<BTreeMap<String, String>>(&self.other_contact).map_err(Error::internal)?,
            hours: serde_json::from_str::<Vec<OpeningHours>>(&self.hours).map_err(Error::internal)?,
            time_zone: self.time_zone,
            currency: self.currency,
        })
    }
}

/// A shop of an organisation.
pub async fn find(db: &Db, organisation: Uuid, id: Uuid) -> Result<Option<Shop>> {
    let row: Option<Row> =
        on_engine!(db, conn => sqlx::query_as(FIND).bind(id).bind(organisation).fetch_optional(conn).await?);
    row.map(Row::shop).transpose()
}

/// As [`find`], and nobody else changes it until the transaction's end.
pub async fn find_locked(tx: &mut Tx, tenant: Tenant, id: Uuid) -> Result<Option<Shop>> {
    on_engine!(tx, conn => sqlx::query("UPDATE shop SET currency = currency WHERE id = $1 AND organisation_id = $2")
        .bind(id).bind(tenant.id()).execute(conn).await.map(drop)?);
    let row: Option<Row> =
        on_engine!(tx, conn => sqlx::query_as(FIND).bind(id).bind(tenant.id()).fetch_optional(conn).await?);
    row.map(Row::shop).transpose()
}

/// Id and name of an organisation's shops, oldest first. The name is in the shop's own language.
pub async fn names(db: &Db, tenant: Tenant) -> Result<Vec<(Uuid, String)>> {
    let rows: Vec<(Uuid, String)> = on_engine!(db, conn => sqlx::query_as(
        "SELECT id, name FROM shop WHERE organisation_id = $1 ORDER BY id LIMIT 500",
    ).bind(tenant.id()).fetch_all(conn).await?);
    rows.into_iter()
        .map(|(id, name)| {
            let name: LocalizedText = serde_json::from_str(&name).map_err(Error::internal)?;
            Ok((id, name.0.values().next().cloned().unwrap_or_default()))
        })
        .collect()
}

/// A shop's columns as text.
struct Written {
    name: String,
    address: String,
    other: String,
    hours: String,
}

fn written(shop: &Shop) -> Result<Written> {
    Ok(Written {
        name: serde_json::to_string(&shop.name).map_err(Error::internal)?,
        address: serde_json::to_string(&shop.address).map_err(Error::internal)?,
        other: serde_json::to_string(&shop.other).map_err(Error::internal)?,
        hours: serde_json::to_string(&shop.hours).map_err(Error::internal)?,
    })
}

/// Adds a shop.
pub async fn insert(tx: &mut Tx, organisation: Uuid, id: Uuid, shop: &Shop, now_us: i64) -> Result<()> {
    let Written { name, address, other, hours } = written(shop)?;
    on_engine!(tx, conn => sqlx::query(
        "INSERT INTO shop (id, organisation_id, name, address, phone, email, line, other_contact, hours, time_zone,
            currency, created_us)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(id).bind(organisation).bind(name).bind(address)
    .bind(shop.phone.as_deref()).bind(shop.email.as_deref()).bind(shop.line.as_deref()).bind(other).bind(hours)
    .bind(shop.time_zone.as_str()).bind(shop.currency.as_str()).bind(now_us)
    .execute(conn).await.map(drop)?);
    Ok(())
}

/// Changes a shop. False where there is none.
pub async fn update(tx: &mut Tx, tenant: Tenant, id: Uuid, shop: &Shop) -> Result<bool> {
    let Written { name, address, other, hours } = written(shop)?;
    let changed = on_engine!(tx, conn => sqlx::query(
        "UPDATE shop SET name = $3, address = $4, phone = $5, email = $6, line = $7, other_contact = $8, hours = $9,
            time_zone = $10, currency = $11
         WHERE id = $1 AND organisation_id = $2",
    )
    .bind(id).bind(tenant.id()).bind(name).bind(address)
    .bind(shop.phone.as_deref()).bind(shop.email.as_deref()).bind(shop.line.as_deref()).bind(other).bind(hours)
    .bind(shop.time_zone.as_str()).bind(shop.currency.as_str())
    .execute(conn).await?.rows_affected());
    Ok(changed == 1)
}

/// How many products have a price in another currency.
pub async fn priced_otherwise(tx: &mut Tx, tenant: Tenant, currency: &str) -> sqlx::Result<i64> {
    Ok(on_engine!(tx, conn => sqlx::query_scalar(
        "SELECT COUNT(*) FROM product WHERE organisation_id = $1 AND price_currency <> $2",
    ).bind(tenant.id()).bind(currency).fetch_one(conn).await?))
}

/// The stores of a shop that shoppers see, with the revision that they see.
pub async fn shown_stores(db: &Db, tenant: Tenant, shop: Uuid) -> sqlx::Result<Vec<(Uuid, i64)>> {
    Ok(on_engine!(db, conn => sqlx::query_as(
        "SELECT id, current_revision FROM store
         WHERE organisation_id = $1 AND shop_id = $2 AND current_revision IS NOT NULL ORDER BY id LIMIT 100",
    ).bind(tenant.id()).bind(shop).fetch_all(conn).await?))
}
