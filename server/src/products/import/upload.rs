//! `POST /app/products/import`: takes a file, looks at it, and guesses what its columns mean.

use std::time::Duration;

use axum::extract::State;
use axum::extract::multipart::{Field as Part, Multipart};
use axum::http::StatusCode;
use axum::response::Response;
use sha2::{Digest as _, Sha256};
use tokio::io::AsyncWriteExt as _;
use uuid::Uuid;

use super::fields::Field;
use super::headings;
use super::source::{Stored, file_path};
use super::state::{Counts, Import, Look, Made, Status};
use super::{KEPT_US, MAX_KEPT, page, sql};
use crate::accounts::actor::Actor;
use crate::app::App;
use crate::error::{Error, Result};
use crate::http::form::is_line;
use crate::pages::frame::{self, Visit};
use crate::products::write;
use crate::tables::{self, MAX_BYTES, Reading, TableError};

/// Characters of a file's name.
const MAX_NAME: usize = 200;

/// The handler.
pub async fn upload(State(app): State<App>, visit: Visit, actor: Actor, mut parts: Multipart) -> Result<Response> {
    let id = app.ids.next().map_err(Error::internal)?;
    let path = file_path(actor.tenant, id);
    let mut kept = None;
    let patience = app.config.http.request_timeout;
    while let Some(part) = parts.next_part(patience).await? {
        if part.name() == Some("file") {
            let name = file_name(part.file_name().unwrap_or_default());
            kept = Some((name, keep(&app, &path, part).await?));
            // What comes behind it is of no interest, and may be cut off where the file is too large.
            break;
        }
    }
    // Without a script, a form whose file was not chosen sends an empty one.
    let Some((name, bytes)) = kept.filter(|(name, bytes)| !name.is_empty() || *bytes != Ok(0)) else {
        return page::list_with(&app, &visit, &actor, StatusCode::UNPROCESSABLE_ENTITY, Some(("import.no_file", None)))
            .await;
    };
    let looked = match bytes {
        Ok(0) => Err(TableError::Empty),
        Ok(bytes) => look(&app, &actor, id, bytes, None, None).await?,
        Err(()) => Err(TableError::TooLarge),
    };
    let (bytes, look) = match looked {
        Ok(look) => (bytes.unwrap_or_default(), look),
        Err(error) => {
            app.files.delete(&path).await.map_err(Error::internal)?;
            let said = (error.code(), error.row());
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return page::list_refused(&app, &visit, &actor, status, &name, said).await;
        }
    };
    let columns = columns(&app, &actor, &look).await?;
    let now_us = app.clock.now_us();
    let import = Import {
        id,
        tenant: actor.tenant,
        account: actor.account,
        actor: actor.name.clone(),
        name,
        bytes: bytes as i64,
        status: Status::Columns,
        look,
        columns,
        unread: None,
        job: None,
        imported_to: 0,
        counts: Counts::default(),
        made: Made::default(),
        done_new: 0,
        done_changed: 0,
        created_us: now_us,
        finished_us: None,
        expires_us: now_us + KEPT_US,
    };
    let mut tx = app.db.begin().await?;
    write::lock(&mut tx, actor.tenant).await?;
    if sql::count(&mut tx, actor.tenant).await? >= MAX_KEPT {
        drop(tx);
        app.files.delete(&path).await.map_err(Error::internal)?;
        return page::list_with(
            &app,
            &visit,
            &actor,
            StatusCode::UNPROCESSABLE_ENTITY,
            Some(("import.too_many", None)),
        )
        .await;
    }
    sql::insert(&mut tx, &import).await?;
    tx.commit().await?;
    Ok(frame::to(&format!("/app/products/import/{id}")))
}

/// The next part, or what is wrong with what was sent.
trait Parts {
    async fn next_part(&mut self, patience: Duration) -> Result<Option<Part<'_>>>;
}

impl Parts for Multipart {
    async fn next_part(&mut self, patience: Duration) -> Result<Option<Part<'_>>> {
        let part = tokio::time::timeout(patience, self.next_field()).await.map_err(|_| Error::TimedOut)?;
        part.map_err(|error| Error::BadRequest(error.body_text()))
    }
}

/// Writes what arrives; `Err` where it is too large. Nothing stays of what breaks off.
async fn keep(app: &App, path: &object_store::path::Path, mut part: Part<'_>) -> Result<Result<u64, ()>> {
    let mut file = app.files.writer(path);
    let mut bytes = 0;
    loop {
        let piece = match tokio::time::timeout(app.config.http.request_timeout, part.chunk()).await {
            Ok(Ok(piece)) => piece,
            Ok(Err(error)) => {
                let _ = file.abort().await;
                return Err(Error::BadRequest(error.body_text()));
            }
            Err(_) => {
                let _ = file.abort().await;
                return Err(Error::TimedOut);
            }
        };
        let Some(piece) = piece else { break };
        bytes += piece.len() as u64;
        if bytes > MAX_BYTES {
            let _ = file.abort().await;
            // The rest is taken and thrown away, so that a browser shows the answer.
            let rest = async { while let Ok(Some(_)) = part.chunk().await {} };
            let _ = tokio::time::timeout(app.config.http.request_timeout, rest).await;
            return Ok(Err(()));
        }
        if let Err(error) = file.put(piece).await {
            let _ = file.abort().await;
            return Err(Error::internal(error));
        }
    }
    if bytes > 0 {
        file.shutdown().await.map_err(Error::internal)?;
    }
    Ok(Ok(bytes))
}

/// A name that can be shown: without folders, without what does not show or turns the line around.
fn file_name(sent: &str) -> String {
    let name = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    let shown = name.chars().filter(|c| is_line(c.encode_utf8(&mut [0; 4]), 1)).take(MAX_NAME);
    shown.collect::<String>().trim().to_owned()
}

/// Looks at a file; as `chosen`, and with the headings in that row, where somebody has said so.
pub(super) async fn look(
    app: &App,
    actor: &Actor,
    id: Uuid,
    bytes: u64,
    chosen: Option<Reading>,
    headings_row: Option<u32>,
) -> Result<Result<Look, TableError>> {
    let mut source = Stored::new(&app.files, file_path(actor.tenant, id), bytes);
    let looked = tokio::task::spawn_blocking(move || tables::look(&mut source, chosen)).await;
    match looked.map_err(Error::internal)? {
        Ok(look) => Ok(Ok(Look::of(look, headings_row))),
        Err(TableError::Io(error)) => Err(Error::internal(error)),
        Err(error) => Ok(Err(error)),
    }
}

/// What the columns mean: as the last time for these headings, or as they sound.
pub(super) async fn columns(app: &App, actor: &Actor, look: &Look) -> Result<Vec<Option<Field>>> {
    if let Some(known) = sql::remembered(&app.db, actor.tenant, &digest(&look.headings)).await?
        && known.len() == look.headings.len()
    {
        return Ok(known);
    }
    let below: Vec<Vec<String>> = look.samples.iter().map(|(_, cells)| cells.clone()).collect();
    Ok(headings::guess_all(&look.headings, &below))
}

/// Names headings.
pub(super) fn digest(headings: &[String]) -> Vec<u8> {
    let mut hash = Sha256::new();
    for heading in headings {
        hash.update((heading.len() as u64).to_le_bytes());
        hash.update(heading.as_bytes());
    }
    hash.finalize().to_vec()
}
