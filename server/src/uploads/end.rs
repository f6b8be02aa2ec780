//! `DELETE /api/v1/uploads/{id}`: gives an upload up, or puts away what became of it.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use uuid::Uuid;

use super::{check_version, sql, sweep};
use crate::accounts::actor::{Actor, Tenant};
use crate::app::App;
use crate::error::{Error, Result};
use crate::jobs;
use crate::openapi::{Operation, nothing};

/// Describes it.
pub fn describe_end() -> Operation {
    Operation {
        id: "endUpload",
        summary: "Gives an upload up (tus 1.0); the work on it is cancelled. What was taken in stays.",
        request: None,
        response: (204, "It is gone.", nothing),
        errors: &[(404, "No such upload, or its time is over."), (412, "Another version of tus.")],
    }
}

/// The handler.
pub async fn end(State(app): State<App>, actor: Actor, Path(id): Path<Uuid>, headers: HeaderMap) -> Result<StatusCode> {
    check_version(&headers)?;
    let upload = sql::find(&app.db, actor.tenant, id).await?.ok_or(Error::NotFound)?;
    if remove(&app, actor.tenant, id, upload.job_id).await? { Ok(StatusCode::NO_CONTENT) } else { Err(Error::NotFound) }
}

/// Removes an upload, its parts and its work. False when it was gone already.
pub(super) async fn remove(app: &App, tenant: Tenant, id: Uuid, job: Option<Uuid>) -> Result<bool> {
    let parts = sql::parts(&app.db, id).await?;
    let mut tx = app.db.begin().await?;
    if !sql::remove(&mut tx, tenant, id).await? {
        return Ok(false);
    }
    if let Some(job) = job {
        jobs::sql::cancel(&mut tx, tenant, job, app.clock.now_us()).await?;
    }
    tx.commit().await?;
    sweep::delete_parts(app, tenant, id, &parts).await;
    Ok(true)
}
