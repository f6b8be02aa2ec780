//! Products in the database.

use uuid::Uuid;

use crate::db::Db;
use crate::on_engine;

/// The store and revision that show a product now; `None` when shoppers see it nowhere.
pub async fn shown_in(db: &Db, product: Uuid) -> sqlx::Result<Option<(Uuid, i64)>> {
    Ok(on_engine!(db, conn => sqlx::query_as(
        "SELECT used.store_id, used.revision FROM published_product AS used
         JOIN store ON store.id = used.store_id AND store.current_revision = used.revision
         WHERE used.product_id = $1 ORDER BY used.store_id LIMIT 1",
    ).bind(product).fetch_optional(conn).await?))
}
