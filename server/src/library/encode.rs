//! Smaller copies of pictures in every format. Each picture has a job of its own, in a lane of its own: a server makes the
//! copies of one picture at a time, on one thread that gives way to everything else on the machine. Until they are there,
//! and where that fails, the JPEGs that came with the upload are shown, or the picture itself.

use std::time::Duration;

use futures_util::FutureExt as _;
use imaging::MediaError;
use serde::Deserialize;
use serde_json::json;
use tokio::runtime::Handle;
use tokio::task::JoinHandle;
use uuid::Uuid;

use super::{purge, sql};
use crate::accounts::actor::Tenant;
use crate::app::App;
use crate::error::{Error, Result};
use crate::files::picture::Picture;
use crate::files::{media_folder, media_path, pyramid};
use crate::jobs::{self, Ended, Failure, Handler, Job, spare_time};
use crate::sweeper;

/// Its name in the database.
pub const KIND: &str = "media.encode";
/// The job.
pub const HANDLER: Handler = Handler { kind: KIND, max_attempts: 3, run: |app, job| run(app, job).boxed() };
/// Between two looks for pictures that nobody asked a job for.
const PERIOD: Duration = Duration::from_secs(15);
/// Jobs that are asked for at once.
const BATCH: i64 = 20;

#[derive(Deserialize)]
struct Payload {
    media: Uuid,
}

/// Asks for the jobs of pictures that have none yet, as long as the server lives.
pub fn start(app: &App) -> JoinHandle<()> {
    sweeper::start(app, "pictures without smaller copies", PERIOD, |app| Box::pin(ask(app)))
}

/// Asks for the jobs of pictures that have none yet.
///
/// # Errors
/// The database's reason.
pub async fn ask(app: &App) -> Result<()> {
    for picture in sql::to_encode(&app.db, BATCH).await? {
        let (tenant, media) = (Tenant::of(picture.organisation_id), picture.id);
        let now_us = app.clock.now_us();
        let job = app.ids.next().map_err(Error::internal)?;
        let mut tx = app.db.begin().await?;
        // Of several replicas one asks.
        if !sql::set_encode_job(&mut tx, &picture, job).await? {
            continue;
        }
        match jobs::sql::insert(&mut tx, tenant, job, KIND, &json!({ "media": media }).to_string(), now_us).await {
            Ok(()) => tx.commit().await?,
            // The organisation has work enough; this one waits for the next look.
            Err(Error::Busy { .. }) => return Ok(()),
            Err(error) => return Err(error),
        }
    }
    app.bell.ring();
    Ok(())
}

async fn run(app: App, job: Job) -> std::result::Result<(), Ended> {
    let Payload { media } = serde_json::from_str(&job.payload).map_err(Error::internal)?;
    let Some(item) = sql::find(&app.db, job.tenant, media).await? else { return Ok(()) };
    let organisation = job.tenant.id();
    let original = media_path(organisation, &item.sha256, &format!("original.{}", item.extension));
    let _file = app.room.for_file(item.bytes as u64).await?;
    let stored = app.files.read(&original).await?;
    let needed = Picture::memory_bytes(&stored).map_err(|error| Stop::from(error).0)?;
    let _pixels = app.room.for_pixels(needed).await?;
    job.control.check()?;
    let (files, control, sha256) = (app.files.clone(), job.control.clone(), item.sha256.clone());
    let runtime = Handle::current();
    let made = spare_time::run("encode", move || {
        Picture::every_variant(&stored, &mut |name, content| {
            control.check().map_err(Stop)?;
            runtime
                .block_on(files.put(&media_path(organisation, &sha256, &name), content.into()))
                .map_err(|error| Stop(error.into()))?;
            Ok(())
        })
    });
    made.await?.map_err(|Stop(ended)| ended)?;
    let stored_bytes = pyramid::bytes_below(&app.files, &media_folder(organisation, &item.sha256)).await?;
    let mut tx = app.db.begin().await?;
    if !sql::set_encoded(&mut tx, job.tenant, media, stored_bytes, app.clock.now_us()).await? {
        // Deleted meanwhile: its files went before the last of these were written.
        let id = app.ids.next().map_err(Error::internal)?;
        let payload = purge::payload(&item.kind, &item.sha256);
        jobs::sql::insert(&mut tx, job.tenant, id, purge::KIND, &payload, app.clock.now_us()).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Why the encoding ended early.
struct Stop(Ended);

impl From<MediaError> for Stop {
    fn from(error: MediaError) -> Self {
        let failure = Failure { code: "damaged", detail: error.to_string() };
        Self(if error.is_in_the_file() { Ended::Failed(failure) } else { Error::internal(error).into() })
    }
}
