//! `OPTIONS /api/v1/uploads`, `HEAD` and `GET /api/v1/uploads/{id}`: what is understood here, how much has come, and what
//! becomes of it.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use super::sql::{self, Upload};
use super::{EXPIRES, LENGTH, OFFSET, VERSION, check_version, http_date};
use crate::accounts::actor::{Actor, Tenant};
use crate::app::App;
use crate::error::{Error, Result};
use crate::jobs;
use crate::openapi::{Operation, nothing, schema};

/// How an upload stands.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UploadState {
    /// Its id.
    pub id: String,
    /// How the file is called.
    pub name: String,
    /// Size of the file.
    pub bytes: i64,
    /// How much is here.
    pub received: i64,
    /// `receiving`, then `waiting` and `running` while it is taken in, then `done`, `failed` or `cancelled`.
    pub state: String,
    /// How much of the work is done, of `of`.
    pub done: i64,
    /// 0 before that is known.
    pub of: i64,
    /// Why it failed, for people.
    pub failure: Option<String>,
    /// Details of that, in English.
    pub detail: Option<String>,
    /// What it became.
    pub media: Option<String>,
}

impl UploadState {
    /// How an upload stands, in words of `lang`.
    pub async fn of(app: &App, tenant: Tenant, upload: Upload, lang: &str) -> Result<Self> {
        let job = match upload.job_id {
            Some(job) => jobs::sql::state(&app.db, tenant, job).await?,
            None => None,
        };
        let texts = app.pages.texts(lang);
        let state = match &job {
            _ if upload.media_id.is_some() => "done".to_owned(),
            Some(job) => job.status.clone(),
            None => "receiving".to_owned(),
        };
        let failure = job.as_ref().and_then(|job| job.failure.as_deref());
        Ok(Self {
            id: upload.id.to_string(),
            name: upload.name,
            bytes: upload.bytes,
            received: upload.received_bytes,
            state,
            done: job.as_ref().map_or(0, |job| job.progress_done),
            of: job.as_ref().map_or(0, |job| job.progress_of),
            failure: failure.map(|code| texts.get(&format!("job.failed.{code}")).to_owned()),
            detail: job.and_then(|job| job.failure_detail).filter(|detail| !detail.is_empty()),
            media: upload.media_id.map(|id| id.to_string()),
        })
    }
}

/// Describes `OPTIONS`.
pub fn describe_capabilities() -> Operation {
    Operation {
        id: "uploadCapabilities",
        summary: "What is understood of tus, and how large a file may be.",
        request: None,
        response: (204, "In the headers Tus-Version, Tus-Extension and Tus-Max-Size.", nothing),
        errors: &[],
    }
}

/// `OPTIONS`.
pub async fn capabilities(State(app): State<App>) -> Response {
    let headers = [
        (HeaderName::from_static("tus-version"), HeaderValue::from_static(VERSION)),
        (HeaderName::from_static("tus-extension"), HeaderValue::from_static("creation,expiration,termination")),
        (HeaderName::from_static("tus-max-size"), HeaderValue::from(app.config.media.upload_bytes)),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}

/// Describes `HEAD`.
pub fn describe_offset() -> Operation {
    Operation {
        id: "uploadOffset",
        summary: "How much of a file is here (tus 1.0).",
        request: None,
        response: (200, "In the headers Upload-Offset and Upload-Length.", nothing),
        errors: &[(404, "No such upload, or its time is over."), (412, "Another version of tus.")],
    }
}

/// Describes `GET`.
pub fn describe_state() -> Operation {
    Operation {
        id: "uploadState",
        summary: "How an upload stands, and what becomes of it.",
        request: None,
        response: (200, "How it stands.", schema::<UploadState>),
        errors: &[(404, "No such upload, or its time is over.")],
    }
}

/// `HEAD` and `GET`.
pub async fn offset(
    State(app): State<App>,
    actor: Actor,
    method: Method,
    Path(id): Path<Uuid>,
    headers: HeaderMap,
) -> Result<Response> {
    if method == Method::HEAD {
        check_version(&headers)?;
    }
    let upload = sql::find(&app.db, actor.tenant, id).await?;
    let upload = upload.filter(|upload| upload.expires_us > app.clock.now_us()).ok_or(Error::NotFound)?;
    let headers = [
        (OFFSET, HeaderValue::from(upload.received_bytes)),
        (LENGTH, HeaderValue::from(upload.bytes)),
        (EXPIRES, http_date(upload.expires_us)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    if method == Method::HEAD {
        return Ok((StatusCode::OK, headers).into_response());
    }
    Ok((headers, Json(UploadState::of(&app, actor.tenant, upload, &actor.language).await?)).into_response())
}
