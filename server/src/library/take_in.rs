//! The job that takes a complete upload into the library. What a file is, its content says: its name and its announced
//! type are believed nowhere. What is kept is written anew without what cameras put beside the picture, so that a file
//! that is two things at once is only the one afterwards.

use futures_util::FutureExt as _;
use scene::document::LocalizedText;
use serde::Deserialize;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::film;
use super::sql::{self, Item};
use crate::accounts::actor::Tenant;
use crate::app::App;
use crate::audit::{self, By, Change};
use crate::error::Error;
use crate::files::picture::{self, Picture, PictureError};
use crate::files::sql::insert_pyramid;
use crate::files::video::{self, Container, VideoError};
use crate::files::{media_folder, media_path, pyramid, pyramid_folder};
use crate::jobs::{Ended, Failure, Handler, Job};
use crate::uploads;
use crate::uploads::joined::Joined;
use crate::uploads::sql::Upload;
use crate::webhooks::event::MediaReady;
use crate::webhooks::{self, Event};
use imaging::{Control, Layout, Limits, MediaError, Probe, Source};

/// Its name in the database.
pub const KIND: &str = "media.take_in";
/// The job.
pub const HANDLER: Handler = Handler { kind: KIND, max_attempts: 5, run: |app, job| run(app, job).boxed() };
/// Narrowest picture that counts as a panorama unless somebody says so: twice as wide as high are banners, too.
const PANORAMA_WIDTH: u32 = 2048;

/// What the job is to take in.
#[must_use]
pub fn payload(upload: Uuid) -> String {
    json!({ "upload": upload }).to_string()
}

#[derive(Deserialize)]
struct Payload {
    upload: Uuid,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Picture,
    Panorama,
    Video,
}

impl Kind {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Picture => "picture",
            Self::Panorama => "panorama",
            Self::Video => "video",
        }
    }
}

async fn run(app: App, job: Job) -> Result<(), Ended> {
    let Payload { upload } = serde_json::from_str(&job.payload).map_err(Error::internal)?;
    // Given up, or done by a worker that was killed just after.
    let Some(upload) = uploads::sql::find(&app.db, job.tenant, upload).await? else { return Ok(()) };
    if upload.media_id.is_some() {
        return Ok(());
    }
    let file = Joined::open(&app, job.tenant, &upload).await?;
    let looked = file.clone();
    let video = blocking(move || {
        let mut headers = looked.blocking();
        match Container::of(&mut headers).map_err(Error::internal)? {
            Some(_) => video::check(&mut headers).map(Some).map_err(video_failed),
            None => Ok(None),
        }
    })
    .await?;
    if let Some((container, patches)) = video {
        return film::take_in(&app, &job, &upload, &file, container, &patches).await;
    }
    // What is no video is decoded, and has to be in memory: as much of it as decoders take.
    let limits = Limits::default();
    let most = if upload.wanted == "picture" { picture::LIMITS.file_bytes } else { limits.file_bytes };
    if file.bytes() > most {
        let head = file.read(0..64).await?;
        return Err(match Probe::read(&head, &limits) {
            Err(MediaError::UnknownFormat) if is_markup(&head) => failed("svg", ""),
            Err(error @ MediaError::UnknownFormat) => media_failed(error),
            _ => media_failed(MediaError::FileTooLarge { bytes: file.bytes(), limit: most }),
        });
    }
    let wanted = upload.wanted.clone();
    let _room = app.room.for_file(file.bytes()).await?;
    let file = file.read(0..file.bytes()).await?;
    let (file, source_sha256, kind) = blocking(move || {
        let kind = kind_of(&file, &wanted)?;
        let sha256 = hex::encode(Sha256::digest(&file));
        Ok((file, sha256, kind))
    })
    .await?;
    let fresh = if known(&app, &job, kind, &source_sha256).await? {
        None
    } else {
        Some(store(&app, &job, &upload, kind, file).await?)
    };
    job.control.check()?;
    finish(&app, &job, &upload, kind, &source_sha256, fresh).await
}

/// Whether the same file is in the library.
pub(super) async fn known(app: &App, job: &Job, kind: Kind, source_sha256: &str) -> Result<bool, Ended> {
    let mut tx = app.db.begin().await?;
    Ok(sql::by_source(&mut tx, job.tenant, kind.name(), source_sha256).await?.is_some())
}

/// Work that takes a while, off the threads that answer requests.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, Ended> + Send + 'static) -> Result<T, Ended> {
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)?
}

fn kind_of(file: &[u8], wanted: &str) -> Result<Kind, Ended> {
    let limits = Limits::default();
    let probe = match Probe::read(file, &limits) {
        Ok(probe) => probe,
        Err(MediaError::UnknownFormat) if is_markup(file) => return Err(failed("svg", "")),
        Err(error) => return Err(media_failed(error)),
    };
    let is_round = (f64::from(probe.width) / f64::from(probe.height) - 2.0).abs() < 0.02;
    let looks_like_one = (is_round && probe.width >= PANORAMA_WIDTH) || probe.gpano.is_some();
    Ok(match wanted {
        "panorama" => Kind::Panorama,
        "auto" if looks_like_one && Layout::of(&probe, &limits).is_ok() => Kind::Panorama,
        _ => Kind::Picture,
    })
}

/// SVG and its relatives: drawings that can hold programs.
fn is_markup(file: &[u8]) -> bool {
    let text = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file);
    text.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'<')
}

fn failed(code: &'static str, detail: &str) -> Ended {
    Ended::Failed(Failure { code, detail: detail.to_owned() })
}

fn media_failed(error: MediaError) -> Ended {
    use MediaError::{
        Cancelled, Empty, FileTooLarge, Gpano, NotAPanorama, TooFewPixels, TooManyPixels, TooMuchMemory, Truncated,
        UnknownFormat,
    };
    let detail = error.to_string();
    match error {
        Cancelled => Ended::Stopped,
        Empty | UnknownFormat => failed("format", &detail),
        FileTooLarge { .. } | TooManyPixels { .. } | TooMuchMemory { .. } => failed("too_large", &detail),
        NotAPanorama { .. } | TooFewPixels { .. } | Gpano(_) => failed("no_panorama", &detail),
        Truncated { .. } => failed("truncated", &detail),
        error if error.is_in_the_file() => failed("damaged", &detail),
        error => Error::internal(error).into(),
    }
}

fn video_failed(error: VideoError) -> Ended {
    let detail = error.to_string();
    let code = match error {
        VideoError::TooLarge(_) => "too_large",
        VideoError::UnknownFormat => "format",
        VideoError::Truncated => "truncated",
        VideoError::Empty | VideoError::TooManyPieces => "damaged",
        VideoError::Read(error) => return Error::internal(error).into(),
    };
    failed(code, &detail)
}

fn picture_failed(error: PictureError) -> Ended {
    match error {
        PictureError::Media(error) => media_failed(error),
        PictureError::Structure(_) => failed("damaged", &error.to_string()),
        PictureError::Store(error) => error.into(),
    }
}

/// Something whose files are stored.
pub(super) struct Fresh {
    pub(super) item: Item,
    pub(super) stored_bytes: i64,
    /// A panorama's.
    pub(super) manifest: Option<String>,
}

async fn store(app: &App, job: &Job, upload: &Upload, kind: Kind, file: Vec<u8>) -> Result<Fresh, Ended> {
    let id = app.ids.next().map_err(Error::internal)?;
    let organisation = job.tenant.id();
    if kind == Kind::Panorama {
        return panorama(app, job, upload, id, file).await;
    }
    let (file, needed) = blocking(move || {
        let needed = Picture::memory_bytes(&file).map_err(media_failed)?;
        Ok((file, needed))
    })
    .await?;
    let room = app.room.for_pixels(needed).await?;
    job.control.check()?;
    let (picture, variants) = blocking(move || {
        let picture = Picture::read(&file).map_err(picture_failed)?;
        let variants = picture.variants().map_err(picture_failed)?;
        Ok((picture, variants))
    })
    .await?;
    drop(room);
    job.control.progress(1, 2);
    let row = picture.store(&app.files, organisation, id, LocalizedText::default()).await;
    let row = row.map_err(picture_failed)?;
    for (name, content) in variants {
        app.files.put(&media_path(organisation, &row.sha256, &name), content.into()).await?;
    }
    let stored_bytes = pyramid::bytes_below(&app.files, &media_folder(organisation, &row.sha256)).await?;
    let item = Item {
        id,
        kind: kind.name().to_owned(),
        name: upload.name.clone(),
        sha256: row.sha256,
        extension: row.extension,
        content_type: row.content_type,
        bytes: row.bytes,
        width: row.width.map(i64::from),
        height: row.height.map(i64::from),
        alt: "{}".to_owned(),
        created_us: app.clock.now_us(),
    };
    Ok(Fresh { item, stored_bytes, manifest: None })
}

async fn panorama(app: &App, job: &Job, upload: &Upload, id: Uuid, file: Vec<u8>) -> Result<Fresh, Ended> {
    let organisation = job.tenant.id();
    let (source, width, height) = blocking(move || {
        let probe = Probe::read(&file, &Limits::default()).map_err(media_failed)?;
        let source = Source::open(vec![file], &Limits::default()).map_err(media_failed)?;
        Ok((source, probe.width, probe.height))
    })
    .await?;
    let sha256 = source.id().to_owned();
    if pyramid::manifest(&app.files, organisation, &sha256).await?.is_none() {
        let _room = app.room.for_pixels(source.memory_bytes()).await?;
        let sink = pyramid::Stored::new(&app.files, organisation, &sha256);
        let watched = job.control.clone();
        blocking(move || {
            let progress = |done, of| watched.progress(done, of);
            let control = Control { progress: Some(&progress), cancelled: Some(watched.stop_flag()) };
            imaging::build(source, &sink, &control).map_err(media_failed)
        })
        .await?;
    }
    let manifest = pyramid::manifest(&app.files, organisation, &sha256).await?;
    let manifest = manifest.ok_or_else(|| Error::internal("a pyramid was built without a manifest"))?;
    let stored_bytes = pyramid::bytes_below(&app.files, &pyramid_folder(organisation, &sha256)).await?;
    let item = Item {
        id,
        kind: Kind::Panorama.name().to_owned(),
        name: upload.name.clone(),
        sha256,
        extension: "jpg".to_owned(),
        content_type: "image/jpeg".to_owned(),
        bytes: upload.bytes,
        width: Some(i64::from(width)),
        height: Some(i64::from(height)),
        alt: "{}".to_owned(),
        created_us: app.clock.now_us(),
    };
    Ok(Fresh { item, stored_bytes, manifest: Some(manifest) })
}

/// Everything at once: the library has it, the upload is over, its parts are nobody's.
pub(super) async fn finish(
    app: &App,
    job: &Job,
    upload: &Upload,
    kind: Kind,
    source_sha256: &str,
    fresh: Option<Fresh>,
) -> Result<(), Ended> {
    let tenant: Tenant = job.tenant;
    let parts = uploads::sql::parts(&app.db, upload.id).await?;
    let mut tx = app.db.begin().await?;
    let mut added = None;
    if let Some(Fresh { item, stored_bytes, manifest }) = &fresh {
        if let Some(manifest) = manifest {
            insert_pyramid(&mut tx, tenant.id(), &item.sha256, manifest, item.created_us).await?;
        }
        if sql::insert(&mut tx, tenant, item, Some(source_sha256), *stored_bytes).await? {
            added = Some(item);
        }
    }
    let media = match added {
        Some(item) => {
            let by = By::Account { id: upload.account_id, name: &upload.actor };
            let after = json!({ "kind": item.kind, "bytes": item.bytes, "width": item.width, "height": item.height });
            let change = Change {
                action: "media.added",
                subject_id: Some(item.id),
                subject: &item.name,
                before: None,
                after: Some(after),
            };
            audit::record(app, &mut tx, tenant, by, &change).await?;
            let ready = MediaReady { media: item.id, kind: item.kind.clone(), name: item.name.clone() };
            webhooks::publish(app, &mut tx, tenant, &Event::MediaReady(ready)).await?;
            item.id
        }
        // The same file is here: by an earlier upload, or by one at the same time.
        None => match sql::by_source(&mut tx, tenant, kind.name(), source_sha256).await? {
            Some(id) => id,
            // It was deleted while we looked; the next attempt stores it.
            None => return Err(Error::internal("what was here a moment ago was deleted").into()),
        },
    };
    if !uploads::sql::set_media(&mut tx, tenant, upload.id, media).await? {
        return Ok(());
    }
    uploads::sql::forget_parts(&mut tx, upload.id).await?;
    tx.commit().await?;
    uploads::sweep::delete_parts(app, tenant, upload.id, &parts).await;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_its_content_says() {
        let code = |file: &[u8]| match kind_of(file, "auto") {
            Err(Ended::Failed(failure)) => failure.code,
            other => panic!("{other:?}"),
        };
        assert_eq!(code(b"\xef\xbb\xbf <?xml version='1.0'?><svg><script/></svg>"), "svg");
        assert_eq!(code(b"<svg onload='x()'>"), "svg");
        assert_eq!(code(b"GIF89a........"), "format");
        assert_eq!(code(b"PK\x03\x04............"), "format");
        assert_eq!(code(b"%PDF-1.7\n\xff\xd8\xff\xe0"), "format");
        assert_eq!(code(b"\xff\xd8\xff\xe0\0\x10JFIF"), "truncated");
    }
}
