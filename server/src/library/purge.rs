//! The job that deletes the files of what was deleted from the library. The row goes first, the files after it: a server
//! that is killed in between leaves files that the next attempt deletes.

use futures_util::{FutureExt as _, TryStreamExt as _};
use serde::Deserialize;
use serde_json::json;

use crate::app::App;
use crate::backup::hold;
use crate::error::Error;
use crate::files::{media_folder, pyramid_folder, pyramid_path};
use crate::jobs::{Ended, Handler, Job};
use crate::on_engine;

/// Its name in the database.
pub const KIND: &str = "media.purge";
/// The job.
pub const HANDLER: Handler = Handler { kind: KIND, max_attempts: 20, run: |app, job| run(app, job).boxed() };

/// What the job is to delete: a folder of pictures, or a pyramid.
#[must_use]
pub fn payload(kind: &str, sha256: &str) -> String {
    json!({ "kind": kind, "sha256": sha256 }).to_string()
}

#[derive(Deserialize)]
struct Payload {
    kind: String,
    sha256: String,
}

async fn run(app: App, job: Job) -> Result<(), Ended> {
    let Payload { kind, sha256 } = serde_json::from_str(&job.payload).map_err(Error::internal)?;
    // A backup's snapshot may still name them.
    if hold::is_held(&app.db, app.clock.now_us()).await? {
        return Err(Ended::NotYet);
    }
    let is_panorama = kind == "panorama";
    // The same content may have come under another id, or again since.
    let others: i64 = on_engine!(app.db, conn => sqlx::query_scalar(
        "SELECT COUNT(*) FROM media WHERE organisation_id = $1 AND sha256 = $2 AND purged_us IS NULL",
    ).bind(job.tenant.id()).bind(sha256.as_str()).fetch_one(conn).await?);
    if others > 0 {
        return Ok(());
    }
    let folder = if is_panorama { pyramid_folder } else { media_folder };
    if is_panorama {
        // The manifest says that a pyramid is complete; it goes first.
        app.files.delete(&pyramid_path(job.tenant.id(), &sha256, imaging::MANIFEST)).await?;
    }
    let mut files = app.files.list(&folder(job.tenant.id(), &sha256));
    while let Some(file) = files.try_next().await? {
        job.control.check()?;
        app.files.delete(&file.location).await?;
    }
    Ok(())
}
