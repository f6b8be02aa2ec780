//! Making findable what an older program wrote: everything after an upgrade that changes how products are found, and what a
//! server of the version before writes beside this one. It goes on while the server answers, some products at a time, each with
//! its version as the mark that it is done: who is killed leaves the rest to the next. Until then
//! [`super::search`] looks at these products one by one.

use std::time::{Duration, Instant};

use tokio::task::JoinHandle;
use uuid::Uuid;

use super::{index, write};
use crate::accounts::actor::Tenant;
use crate::app::App;
use crate::db::Db;
use crate::error::Result;
use crate::{on_engine, sweeper};

/// Between two looks.
const PERIOD: Duration = Duration::from_secs(15);

/// Looks for such products, as long as the server lives.
pub fn start(app: &App) -> JoinHandle<()> {
    sweeper::start(app, "products that are not findable yet", PERIOD, |app| Box::pin(fill(&app.db)))
}

/// Makes all of them findable.
///
/// # Errors
/// The database's reason.
pub async fn fill(db: &Db) -> Result<()> {
    let (started, mut filled) = (Instant::now(), 0);
    while let Some(tenant) = next(db).await? {
        if filled == 0 {
            tracing::info!("the search is being filled; until that is done, it takes longer");
        }
        let mut tx = db.begin().await?;
        write::lock(&mut tx, tenant).await?;
        filled += index::fill(&mut tx, tenant).await?;
        tx.commit().await?;
    }
    if filled > 0 {
        tracing::info!(products = filled, "the search is filled after {:.1?}", started.elapsed());
    }
    Ok(())
}

/// An organisation with such products.
async fn next(db: &Db) -> Result<Option<Tenant>> {
    // Without the order, PostgreSQL expects one among the first rows that it looks at, and looks at all.
    let found: Option<Uuid> = on_engine!(db, conn => sqlx::query_scalar(
        "SELECT organisation_id FROM product WHERE indexed_version <> version ORDER BY organisation_id, id LIMIT 1",
    ).fetch_optional(conn).await?);
    Ok(found.map(Tenant::of))
}
