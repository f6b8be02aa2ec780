//! What mails say about organisations.

use crate::accounts::actor::Tenant;
use crate::db::Db;
use crate::error::Result;
use crate::on_engine;

/// The name of an organisation, and the time zone of its first shop.
pub async fn place(db: &Db, tenant: Tenant) -> Result<(String, String)> {
    let (name, zone): (String, Option<String>) = on_engine!(db, conn => sqlx::query_as(
        "SELECT name, (SELECT time_zone FROM shop WHERE shop.organisation_id = organisation.id ORDER BY shop.id LIMIT 1)
         FROM organisation WHERE id = $1",
    ).bind(tenant.id()).fetch_one(conn).await?);
    Ok((name, zone.unwrap_or_default()))
}
