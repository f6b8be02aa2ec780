//! `GET /api/v1/imports/{id}`: how an import stands.

use axum::Json;
use axum::extract::{Path, State};
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use super::sql;
use crate::accounts::actor::Actor;
use crate::app::App;
use crate::error::{Error, Result};
use crate::jobs;
use crate::openapi::{Operation, schema};

/// How an import stands.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImportState {
    /// Id.
    pub id: String,
    /// How the file is called.
    pub name: String,
    /// `columns` and `checked` wait for somebody, `checking` and `importing` are at work, `stopped` and `done` are over.
    pub status: String,
    /// Whether the work came to a failure, and waits for somebody to begin it anew.
    pub has_failed: bool,
    /// Rows that the work under way is done with.
    pub done: i64,
    /// Of how many; 0 before that is known.
    pub of: i64,
}

/// Describes it.
pub fn describe() -> Operation {
    Operation {
        id: "importState",
        summary: "How an import of a file of products stands.",
        request: None,
        response: (200, "How it stands.", schema::<ImportState>),
        errors: &[(404, "No such import, or its time is over.")],
    }
}

/// The handler.
pub async fn progress(State(app): State<App>, actor: Actor, Path(id): Path<Uuid>) -> Result<Json<ImportState>> {
    let import = sql::find(&app.db, actor.tenant, id).await?.ok_or(Error::NotFound)?;
    let job = match import.job.filter(|_| import.status.is_working()) {
        Some(job) => jobs::sql::state(&app.db, actor.tenant, job).await?,
        None => None,
    };
    Ok(Json(ImportState {
        id: import.id.to_string(),
        name: import.name,
        status: import.status.name().to_owned(),
        has_failed: job.as_ref().is_some_and(|job| job.status == "failed"),
        done: job.as_ref().map_or(0, |job| job.progress_done),
        of: job.as_ref().map_or(0, |job| job.progress_of),
    }))
}
