//! Shops: where people go, what they call, when it is open. A store (the walkable document) belongs to one.

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
    line: Option<String>,
    hours: String,
    time_zone: String,
    currency: String,
}

/// A shop of an organisation.
pub async fn find(db: &Db, organisation: Uuid, id: Uuid) -> Result<Option<Shop>> {
    let row: Option<Row> = on_engine!(db, conn => sqlx::query_as(
        "SELECT name, address, phone, line, hours, time_zone, currency FROM shop WHERE id = $1 AND organisation_id = $2",
    ).bind(id).bind(organisation).fetch_optional(conn).await?);
    row.map(|row| {
        Ok(Shop {
            name: serde_json::from_str(&row.name).map_err(Error::internal)?,
            address: serde_json::from_str(&row.address).map_err(Error::internal)?,
            phone: row.phone,
            line: row.line,
            hours: serde_json::from_str::<Vec<OpeningHours>>(&row.hours).map_err(Error::internal)?,
            time_zone: row.time_zone,
            currency: row.currency,
        })
    })
    .transpose()
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

/// Adds a shop.
pub async fn insert(tx: &mut Tx, organisation: Uuid, id: Uuid, shop: &Shop, now_us: i64) -> Result<()> {
    let (name, address) = (serde_json::to_string(&shop.name), serde_json::to_string(&shop.address));
    let hours = serde_json::to_string(&shop.hours).map_err(Error::internal)?;
    on_engine!(tx, conn => sqlx::query(
        "INSERT INTO shop (id, organisation_id, name, address, phone, line, hours, time_zone, currency, created_us)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(id).bind(organisation)
    .bind(name.map_err(Error::internal)?).bind(address.map_err(Error::internal)?)
    .bind(shop.phone.as_deref()).bind(shop.line.as_deref()).bind(hours)
    .bind(shop.time_zone.as_str()).bind(shop.currency.as_str()).bind(now_us)
    .execute(conn).await.map(drop)?);
    Ok(())
}
