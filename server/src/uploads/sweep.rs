//! What is left of uploads that nobody finishes: rows whose time is over, and parts that belong to none.

use std::time::Duration;

use futures_util::TryStreamExt as _;
use object_store::path::Path;
use tokio::task::JoinHandle;
use uuid::Uuid;

use super::{KEPT_US, end, part_path, sql};
use crate::accounts::actor::Tenant;
use crate::app::App;
use crate::error::{Error, Result};
use crate::sweeper;

/// Between two looks.
const PERIOD: Duration = Duration::from_mins(10);

/// Sweeps every ten minutes, as long as the server lives.
pub fn start(app: &App) -> JoinHandle<()> {
    sweeper::start(app, "old uploads", PERIOD, |app| Box::pin(sweep(app)))
}

/// Removes what is over.
///
/// # Errors
/// The database's reason, or that of the store of files.
pub async fn sweep(app: &App) -> Result<()> {
    let now_us = app.clock.now_us();
    loop {
        let over = sql::over(&app.db, now_us, 100).await?;
        for (organisation, id, job) in &over {
            end::remove(app, Tenant::of(*organisation), *id, *job).await?;
        }
        if over.len() < 100 {
            break;
        }
    }
    // A part that is older than any upload lives without a new one, and that no upload names: written when the server
    // was killed, or a loser of two.
    let mut files = app.files.list(&Path::from("uploads"));
    while let Some(file) = files.try_next().await.map_err(Error::internal)? {
        let names: Vec<Uuid> = file.location.parts().skip(1).filter_map(|name| name.as_ref().parse().ok()).collect();
        let [_, upload, part] = names[..] else { continue };
        let made_us = part.get_timestamp().map_or(0, |time| time.to_unix().0 as i64 * 1_000_000);
        if made_us + KEPT_US > now_us {
            continue;
        }
        let known = sql::parts(&app.db, upload).await?;
        if known.iter().all(|(.., id)| *id != part) {
            app.files.delete(&file.location).await.map_err(Error::internal)?;
        }
    }
    Ok(())
}

/// Deletes the files of parts. What cannot be deleted now belongs to nobody, and is swept later.
pub async fn delete_parts(app: &App, tenant: Tenant, upload: Uuid, parts: &[(i64, i64, Uuid)]) {
    for (.., part) in parts {
        if let Err(error) = app.files.delete(&part_path(tenant, upload, *part)).await {
            tracing::warn!(%error, "a part of an upload could not be deleted; it is swept later");
        }
    }
}
