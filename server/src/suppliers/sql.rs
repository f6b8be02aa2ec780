//! Suppliers in the database.

use uuid::Uuid;

use crate::accounts::actor::Tenant;
use crate::db::{Db, Tx};
use crate::error::Result;
use crate::on_engine;
use crate::products::typed::changed_one;

/// Suppliers of an organisation.
pub const MAX_SUPPLIERS: usize = 2000;

/// A supplier.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Supplier {
    /// Id.
    pub id: Uuid,
    /// Name, unique in the organisation.
    pub name: String,
    /// The organisation's own number for it, unique there.
    pub code: Option<String>,
    /// Where orders go.
    pub email: Option<String>,
    /// Telephone number.
    pub phone: Option<String>,
    /// When it was archived, microseconds UTC.
    pub archived_us: Option<i64>,
    /// Raised by every change.
    pub version: i64,
}

const ALL: &str = "SELECT id, name, code, email, phone, archived_us, version FROM supplier WHERE organisation_id = $1
    ORDER BY name, id LIMIT $2";

/// All suppliers of an organisation, archived ones too, by name.
pub async fn list(db: &Db, tenant: Tenant) -> Result<Vec<Supplier>> {
    Ok(on_engine!(db, conn => sqlx::query_as(ALL).bind(tenant.id()).bind(MAX_SUPPLIERS as i64).fetch_all(conn).await?))
}

/// All of them, as a transaction sees them.
pub async fn list_in(tx: &mut Tx, tenant: Tenant) -> Result<Vec<Supplier>> {
    Ok(on_engine!(tx, conn => sqlx::query_as(ALL).bind(tenant.id()).bind(MAX_SUPPLIERS as i64).fetch_all(conn).await?))
}

/// The one that is called so, or has this number, whatever the case.
#[must_use]
pub fn named<'a>(suppliers: &'a [Supplier], text: &str) -> Option<&'a Supplier> {
    let wanted = text.trim().to_lowercase();
    let is = |text: &str| text.trim().to_lowercase() == wanted;
    suppliers
        .iter()
        .find(|supplier| is(&supplier.name))
        .or_else(|| suppliers.iter().find(|supplier| supplier.code.as_deref().is_some_and(is)))
}

/// How many products each delivers, archived ones too.
pub async fn counts(db: &Db, tenant: Tenant) -> Result<Vec<(Uuid, i64)>> {
    Ok(on_engine!(db, conn => sqlx::query_as(
        "SELECT supplier_id, COUNT(*) FROM product WHERE organisation_id = $1 AND supplier_id IS NOT NULL GROUP BY supplier_id",
    ).bind(tenant.id()).fetch_all(conn).await?))
}

/// Adds one. Whoever does holds the catalogue's lock and has looked whether name and number are free.
pub async fn insert(tx: &mut Tx, tenant: Tenant, supplier: &Supplier, now_us: i64) -> Result<()> {
    on_engine!(tx, conn => sqlx::query(
        "INSERT INTO supplier (id, organisation_id, name, code, email, phone, archived_us, version, created_us)
         VALUES ($1, $2, $3, $4, $5, $6, NULL, 1, $7)",
    ).bind(supplier.id).bind(tenant.id()).bind(supplier.name.as_str()).bind(supplier.code.as_deref())
    .bind(supplier.email.as_deref()).bind(supplier.phone.as_deref()).bind(now_us).execute(conn).await.map(drop)?);
    Ok(())
}

/// Changes one, and raises its version.
///
/// # Errors
/// [`crate::error::Error::Conflict`] where it is gone, or not of the version that was read.
pub async fn update(tx: &mut Tx, tenant: Tenant, supplier: &Supplier) -> Result<()> {
    let changed = on_engine!(tx, conn => sqlx::query(
        "UPDATE supplier SET name = $3, code = $4, email = $5, phone = $6, archived_us = $7, version = version + 1
         WHERE id = $1 AND organisation_id = $2 AND version = $8",
    ).bind(supplier.id).bind(tenant.id()).bind(supplier.name.as_str()).bind(supplier.code.as_deref())
    .bind(supplier.email.as_deref()).bind(supplier.phone.as_deref()).bind(supplier.archived_us).bind(supplier.version)
    .execute(conn).await?.rows_affected());
    changed_one(changed)
}
