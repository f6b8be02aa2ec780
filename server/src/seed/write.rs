//! All of a folder in one transaction: it is there, or it is not.

use super::format::{Seed, SeedCategory, SeedSupplier};
use super::import::{Kept, Ready};
use super::{CONTENT, Seeded, refuse_unless_empty};
use crate::accounts::actor::Tenant;
use crate::app::App;
use crate::categories::tree::Category;
use crate::error::Error;
use crate::files::sql::insert_pyramid;
use crate::ids::DEFAULT_ORGANISATION;
use crate::on_engine;
use crate::products::product::Product;
use crate::products::write::{self as products, AT_ONCE, Write};
use crate::stores::library::Library;
use crate::stores::publish;
use crate::stores::sql::{StoreRow, insert_revision};
use crate::suppliers::sql::Supplier;
use crate::{categories, shops, stores, suppliers};

pub(super) async fn write(
    app: &App,
    seed: &Seed,
    library: &Library,
    products: &[Product],
    ready: &[Ready],
    kept: &[Kept],
) -> Seeded<()> {
    let now_us = app.clock.now_us();
    let shop = app.ids.next().map_err(Error::internal)?;
    let mut manifests = Vec::new();
    for (id, manifest) in &library.panoramas {
        manifests.push((id, serde_json::to_string(manifest).map_err(Error::internal)?));
    }
    let mut tx = app.db.begin().await?;
    // The row is locked by writing it; whoever seeds at the same time waits here, and then finds what we wrote.
    on_engine!(tx, conn => sqlx::query("UPDATE organisation SET name = $1 WHERE id = $2")
        .bind(seed.organisation.name.as_str()).bind(DEFAULT_ORGANISATION).execute(conn).await.map(drop)?);
    refuse_unless_empty(on_engine!(tx, conn => sqlx::query_as(CONTENT).fetch_one(conn).await?))?;
    shops::insert(&mut tx, DEFAULT_ORGANISATION, shop, &seed.shop, now_us).await?;
    let tenant = Tenant::of(DEFAULT_ORGANISATION);
    for Kept { item, source_sha256, stored_bytes } in kept {
        crate::library::sql::insert(&mut tx, tenant, item, source_sha256.as_deref(), *stored_bytes).await?;
    }
    for (id, manifest) in &manifests {
        insert_pyramid(&mut tx, DEFAULT_ORGANISATION, id, manifest, now_us).await?;
    }
    for (position, category) in (0..).zip(&seed.categories) {
        let SeedCategory { id, parent, name } = category;
        let category = Category { id: *id, parent: *parent, name: name.clone(), position, version: 1 };
        categories::sql::insert(&mut tx, tenant, &category, now_us).await?;
    }
    for supplier in &seed.suppliers {
        let SeedSupplier { id, name, code, email, phone } = supplier;
        let (code, email, phone) = (code.clone(), email.clone(), phone.clone());
        let supplier = Supplier { id: *id, name: name.clone(), code, email, phone, archived_us: None, version: 1 };
        suppliers::sql::insert(&mut tx, tenant, &supplier, now_us).await?;
    }
    let writes: Vec<Write> = products.iter().map(|product| Write { before: None, after: product.clone() }).collect();
    for part in writes.chunks(AT_ONCE) {
        products::write(&mut tx, tenant, now_us, part).await?;
    }
    for ready in ready {
        let row = StoreRow { shop_id: shop, ..ready.row.clone() };
        stores::sql::insert(&mut tx, &row, now_us).await?;
        insert_revision(&mut tx, row.id, &ready.document, now_us).await?;
        publish::commit(&mut tx, &ready.prepared).await?;
    }
    tx.commit().await?;
    Ok(())
}
