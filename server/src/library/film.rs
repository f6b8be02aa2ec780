//! Taking in a video: it passes by twice, once to learn its hashes, once to be stored under its own. No more than some
//! pieces of it are in memory.

use bytes::{Bytes, BytesMut};
use futures_util::TryStreamExt as _;
use sha2::{Digest as _, Sha256};
use tokio::io::AsyncWriteExt as _;

use super::sql::Item;
use super::take_in::{Fresh, Kind, finish, known};
use crate::app::App;
use crate::error::Error;
use crate::files::media_path;
use crate::files::video::{Container, Patch, apply};
use crate::jobs::{Ended, Job};
use crate::uploads::joined::Joined;
use crate::uploads::sql::Upload;

/// Takes a video in whose container was checked; `patches` blank its metadata.
pub(super) async fn take_in(
    app: &App,
    job: &Job,
    upload: &Upload,
    file: &Joined,
    container: Container,
    patches: &[Patch],
) -> Result<(), Ended> {
    let (source, kept) = hashes(job, file, patches).await?;
    let fresh = if known(app, job, Kind::Video, &source).await? {
        None
    } else {
        store(app, job, file, container, patches, &kept).await?;
        let item = Item {
            id: app.ids.next().map_err(Error::internal)?,
            kind: Kind::Video.name().to_owned(),
            name: upload.name.clone(),
            sha256: kept,
            extension: container.extension().to_owned(),
            content_type: container.content_type().to_owned(),
            bytes: upload.bytes,
            width: None,
            height: None,
            alt: "{}".to_owned(),
            created_us: app.clock.now_us(),
        };
        Some(Fresh { item, stored_bytes: upload.bytes, manifest: None })
    };
    job.control.check()?;
    finish(app, job, upload, Kind::Video, &source, fresh).await
}

/// A hundredth of the work for each hundredth of the file, of the two times that it passes by.
fn tell(job: &Job, file: &Joined, done: u64) {
    job.control.progress((done * 100 / file.bytes().max(1)) as u32, 200);
}

/// SHA-256 of the file as it came, and as it is kept.
async fn hashes(job: &Job, file: &Joined, patches: &[Patch]) -> Result<(String, String), Ended> {
    let (mut source, mut kept) = (Sha256::new(), Sha256::new());
    let mut pieces = std::pin::pin!(file.stream());
    let mut at = 0;
    while let Some(piece) = pieces.try_next().await? {
        job.control.check()?;
        source.update(&piece);
        let length = piece.len() as u64;
        kept.update(patched(piece, at, patches));
        at += length;
        tell(job, file, at);
    }
    Ok((hex::encode(source.finalize()), hex::encode(kept.finalize())))
}

async fn store(
    app: &App,
    job: &Job,
    file: &Joined,
    container: Container,
    patches: &[Patch],
    sha256: &str,
) -> Result<(), Ended> {
    let path = media_path(job.tenant.id(), sha256, &format!("original.{}", container.extension()));
    let mut writer = app.files.writer(&path);
    let mut pieces = std::pin::pin!(file.stream());
    let mut at = 0;
    loop {
        let written = async {
            job.control.check()?;
            let Some(piece) = pieces.try_next().await? else { return Ok(false) };
            let length = piece.len() as u64;
            writer.put(patched(piece, at, patches)).await?;
            at += length;
            tell(job, file, file.bytes() + at);
            Ok(true)
        };
        match written.await {
            Ok(true) => {}
            Ok(false) => break,
            Err(ended) => {
                // Half of a film is nobody's.
                let _ = writer.abort().await;
                return Err(ended);
            }
        }
    }
    writer.shutdown().await.map_err(Error::internal)?;
    Ok(())
}

/// A piece of the file that begins at `at`, as it is kept.
fn patched(piece: Bytes, at: u64, patches: &[Patch]) -> Bytes {
    let end = at + piece.len() as u64;
    let from = patches.partition_point(|patch| patch.at.end <= at);
    if patches.get(from).is_none_or(|patch| patch.at.start >= end) {
        return piece;
    }
    let mut piece = BytesMut::from(piece);
    apply(patches, at, &mut piece);
    piece.freeze()
}
