//! `PATCH /api/v1/uploads/{id}`: takes a part as it arrives. What came before a connection broke is kept.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt as _;
use tokio::io::AsyncWriteExt as _;
use uuid::Uuid;

use super::sql::{self, Part, Upload};
use super::{EXPIRES, KEPT_US, OFFSET, check_version, http_date, number, part_path};
use crate::accounts::actor::Actor;
use crate::accounts::actor::Tenant;
use crate::app::App;
use crate::error::{Error, Result};
use crate::openapi::{Operation, nothing};
use crate::{jobs, library};

/// Parts of one upload. Whoever sends crumbs is told.
const MAX_PARTS: i64 = 5000;

/// Describes it.
pub fn describe_receive() -> Operation {
    Operation {
        id: "sendUpload",
        summary: "Sends a part of a file, from Upload-Offset on, as application/offset+octet-stream (tus 1.0).",
        request: None,
        response: (204, "The part is kept; Upload-Offset says how much is here.", nothing),
        errors: &[
            (400, "A header is missing or malformed, or there are too many parts."),
            (404, "No such upload, or its time is over."),
            (409, "Another offset than what is here."),
            (412, "Another version of tus."),
            (413, "More bytes than were announced."),
            (415, "Another content type."),
        ],
    }
}

/// The handler.
pub async fn receive(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<Uuid>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response> {
    check_version(&headers)?;
    let upload = sql::find(&app.db, actor.tenant, id).await?;
    let upload = upload.filter(|upload| upload.expires_us > app.clock.now_us()).ok_or(Error::NotFound)?;
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    if content_type != Some("application/offset+octet-stream") {
        return Err(Error::MediaType("a part is sent as application/offset+octet-stream".to_owned()));
    }
    let offset = number(&headers, &OFFSET)?;
    if offset != upload.received_bytes {
        return Err(conflict(upload.received_bytes));
    }
    if sql::count_parts(&app.db, id).await? >= MAX_PARTS {
        return Err(Error::BadRequest(format!("a file is sent in {MAX_PARTS} parts at most; send larger ones")));
    }
    // On its own: when the connection breaks this handler is dropped, and what has arrived is to be kept.
    let kept = tokio::spawn(keep(app.clone(), actor.tenant, upload, body));
    let (received, expires_us) = kept.await.map_err(Error::internal)??;
    let headers = [(OFFSET, HeaderValue::from(received)), (EXPIRES, http_date(expires_us))];
    Ok((StatusCode::NO_CONTENT, headers).into_response())
}

fn conflict(received: i64) -> Error {
    Error::Conflict(format!("{received} bytes of this file are here; go on from there"))
}

/// Writes what arrives, then adds it to the upload. Returns how much is here then, and until when.
async fn keep(app: App, tenant: Tenant, upload: Upload, body: Body) -> Result<(i64, i64)> {
    let start = upload.received_bytes;
    let missing = upload.bytes - start;
    let part = app.ids.next().map_err(Error::internal)?;
    let path = part_path(tenant, upload.id, part);
    let mut file = app.files.writer(&path);
    let mut pieces = body.into_data_stream();
    let mut taken = 0;
    // A client that is slow may go on; one that sends nothing at all has gone.
    while let Ok(Some(Ok(piece))) = tokio::time::timeout(app.config.http.request_timeout, pieces.next()).await {
        taken += piece.len() as i64;
        if taken > missing {
            let _ = file.abort().await;
            return Err(Error::TooLarge { limit_bytes: missing as usize });
        }
        if let Err(error) = file.put(piece).await {
            let _ = file.abort().await;
            return Err(Error::internal(error));
        }
    }
    let now_us = app.clock.now_us();
    if taken == 0 {
        return Ok((start, upload.expires_us));
    }
    file.shutdown().await.map_err(Error::internal)?;
    let expires_us = now_us + KEPT_US;
    let added = add(&app, tenant, &upload, Part { start, bytes: taken, id: part }, expires_us).await;
    if !matches!(added, Ok(true)) {
        // Nobody knows of it; what cannot be deleted now is swept later.
        let _ = app.files.delete(&path).await;
    }
    if added? { Ok((start + taken, expires_us)) } else { Err(conflict_now(&app, tenant, upload.id).await) }
}

async fn add(app: &App, tenant: Tenant, upload: &Upload, part: Part, expires_us: i64) -> Result<bool> {
    let mut tx = app.db.begin().await?;
    if !sql::add_part(&mut tx, tenant, upload.id, part, expires_us).await? {
        return Ok(false);
    }
    if part.start + part.bytes == upload.bytes {
        let job = app.ids.next().map_err(Error::internal)?;
        let payload = library::take_in::payload(upload.id);
        let now_us = app.clock.now_us();
        jobs::sql::insert(&mut tx, tenant, job, library::take_in::KIND, &payload, now_us).await?;
        sql::set_job(&mut tx, tenant, upload.id, job).await?;
    }
    tx.commit().await?;
    app.bell.ring();
    Ok(true)
}

/// Why a part was not added: how much somebody else has brought meanwhile.
async fn conflict_now(app: &App, tenant: Tenant, id: Uuid) -> Error {
    match sql::find(&app.db, tenant, id).await {
        Ok(Some(upload)) => conflict(upload.received_bytes),
        Ok(None) => Error::NotFound,
        Err(error) => error.into(),
    }
}
