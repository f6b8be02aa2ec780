//! What is left of imports: those whose time is over, and files that belong to none.

use std::time::Duration;

use futures_util::TryStreamExt as _;
use object_store::path::Path;
use tokio::task::JoinHandle;
use uuid::Uuid;

use super::check::forget_rows;
use super::source::file_path;
use super::state::Import;
use super::{KEPT_US, sql};
use crate::accounts::actor::Tenant;
use crate::app::App;
use crate::clock::DAY_US;
use crate::error::{Error, Result};
use crate::sweeper;

/// Between two looks.
const PERIOD: Duration = Duration::from_mins(30);

/// Sweeps every half hour, as long as the server lives.
pub fn start(app: &App) -> JoinHandle<()> {
    sweeper::start(app, "old imports", PERIOD, |app| Box::pin(sweep(app)))
}

/// Removes what is over.
///
/// # Errors
/// The database's reason, or that of the store of files.
pub async fn sweep(app: &App) -> Result<()> {
    let now_us = app.clock.now_us();
    loop {
        let over = sql::over(&app.db, now_us, 100).await?;
        for (organisation, id) in &over {
            if let Some(import) = sql::find(&app.db, Tenant::of(*organisation), *id).await? {
                remove(app, &import).await?;
            }
        }
        if over.len() < 100 {
            break;
        }
    }
    // A file whose upload broke off after it was written, or whose server was killed then.
    let mut files = app.files.list(&Path::from("imports"));
    while let Some(file) = files.try_next().await.map_err(Error::internal)? {
        let names: Vec<Uuid> = file.location.parts().skip(1).filter_map(|name| name.as_ref().parse().ok()).collect();
        let [_, import] = names[..] else { continue };
        let made_us = import.get_timestamp().map_or(0, |time| time.to_unix().0 as i64 * 1_000_000);
        if made_us + DAY_US.min(KEPT_US) <= now_us && !sql::is_known(&app.db, import).await? {
            app.files.delete(&file.location).await.map_err(Error::internal)?;
        }
    }
    Ok(())
}

/// Removes an import with its rows and its file. What it brought into the catalogue stays. False where somebody began work on
/// it meanwhile: then nothing is removed.
pub(super) async fn remove(app: &App, import: &Import) -> Result<bool> {
    let (tenant, id) = (import.tenant, import.id);
    let mut tx = app.db.begin().await?;
    if !sql::put_away(&mut tx, import, app.clock.now_us()).await? {
        return Ok(false);
    }
    tx.commit().await?;
    forget_rows(app, id).await?;
    let mut tx = app.db.begin().await?;
    if sql::remove(&mut tx, tenant, id).await? {
        tx.commit().await?;
        app.files.delete(&file_path(tenant, id)).await.map_err(Error::internal)?;
    }
    Ok(true)
}
