//! Shops: where people go, what they call, when it is open. A store (the walkable document) belongs to one.

use scene::published::{OpeningHours, Shop};
use uuid::Uuid;

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
