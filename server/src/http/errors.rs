//! Writes errors, once and in one form: `application/problem+json` (RFC 9457) under `/api`, a page elsewhere.

use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use scene::document::Fault;
use schemars::JsonSchema;
use serde::Serialize;

use super::language;
use super::observe::RequestId;
use crate::app::App;
use crate::error::Error;

/// `application/problem+json`.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// The status in words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What is wrong with this request, and what would be right.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// Names this answer in the server's log.
    pub request_id: String,
    /// Every fault of a document, with its path.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<FaultSchema>")]
    pub errors: Vec<Fault>,
}

/// One fault of a document.
#[derive(JsonSchema)]
#[schemars(rename = "Fault")]
#[expect(dead_code, reason = "names the fields of `Fault` for the OpenAPI document")]
struct FaultSchema {
    /// Path in the document.
    path: String,
    /// What is wrong.
    message: String,
}

/// Bytes of a sentence about a request.
const MAX_SAID: usize = 4096;

/// The middleware.
pub async fn render(State(app): State<App>, request: Request, next: Next) -> Response {
    let is_api = request.uri().path().starts_with("/api/");
    let id = request.extensions().get::<RequestId>().cloned().unwrap_or_default();
    let (query, headers) = (request.uri().query().map(str::to_owned), request.headers().clone());
    let mut response = next.run(request).await;
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return response;
    }
    let error = response.extensions_mut().remove::<Error>();
    // A form with faults is a page of its own.
    let is_page = |value: &HeaderValue| value.as_bytes().starts_with(b"text/html");
    if error.is_none() && response.headers().get(header::CONTENT_TYPE).is_some_and(is_page) {
        return response;
    }
    if let Some(Error::Internal(cause)) = &error {
        tracing::error!(request_id = %id, error = %chain(cause.as_ref()), "a request failed inside");
    }
    let mut written = if is_api {
        let detail = match &error {
            Some(error) => Some(error.to_string()),
            None => said(&mut response).await,
        };
        json(&id, status, error.as_ref(), detail)
    } else {
        page(&app, &id, (status, error.as_ref()), query.as_deref(), &headers)
    };
    // 405 carries `Allow`, refused uploads the protocol's version.
    for name in [header::ALLOW, HeaderName::from_static("tus-resumable")] {
        if let Some(value) = response.headers_mut().remove(&name) {
            written.headers_mut().insert(name, value);
        }
    }
    let extra = match &error {
        Some(Error::TooMany { retry_after_s } | Error::Busy { retry_after_s }) => {
            Some((header::RETRY_AFTER, HeaderValue::from(*retry_after_s)))
        }
        Some(Error::SignedOut) => Some((header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))),
        Some(Error::Range { size }) => {
            HeaderValue::try_from(format!("bytes */{size}")).ok().map(|value| (header::CONTENT_RANGE, value))
        }
        _ => None,
    };
    written.headers_mut().extend(extra);
    written.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    written
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}

/// What axum says of a request that no handler has seen, such as an id that is none.
async fn said(response: &mut Response) -> Option<String> {
    let content_type = response.headers().get(header::CONTENT_TYPE)?;
    if !content_type.as_bytes().starts_with(b"text/plain") {
        return None;
    }
    let body = to_bytes(std::mem::take(response.body_mut()), MAX_SAID).await.ok()?;
    String::from_utf8(body.to_vec()).ok().filter(|text| !text.is_empty())
}

fn json(id: &RequestId, status: StatusCode, error: Option<&Error>, detail: Option<String>) -> Response {
    let problem = Problem {
        title: status.canonical_reason().unwrap_or("Error").to_owned(),
        status: status.as_u16(),
        detail,
        request_id: id.to_string(),
        errors: if let Some(Error::Faults(faults)) = error { faults.clone() } else { Vec::new() },
    };
    let body = serde_json::to_vec(&problem).unwrap_or_default();
    (status, [(header::CONTENT_TYPE, "application/problem+json")], body).into_response()
}

fn page(
    app: &App,
    id: &RequestId,
    (status, error): (StatusCode, Option<&Error>),
    query: Option<&str>,
    headers: &HeaderMap,
) -> Response {
    let asked = language::Asked::of(query).lang;
    let lang = language::choose(asked.as_deref(), headers, app.pages.languages());
    let kind = match status.as_u16() {
        401 => "signed_out",
        403 => "forbidden",
        404 => "not_found",
        409 => "conflict",
        410 if matches!(error, Some(Error::Closed)) => "closed",
        410 => "link_ended",
        429 | 503 => "busy",
        400..500 => "request",
        _ => "inside",
    };
    let context = minijinja::context! { status => status.as_u16(), kind, request_id => id.to_string() };
    match app.pages.render("pages/error.html", lang, "/", &context) {
        Ok(html) => (status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response(),
        Err(error) => {
            tracing::error!(request_id = %id, error = %chain(&error), "the error page itself cannot be shown");
            status.into_response()
        }
    }
}
