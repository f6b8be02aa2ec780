//! `GET /favicon.ico`, which browsers ask for whatever the page says.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;

use crate::app::App;
use crate::error::{Error, Result};
use crate::http::caching::revalidated;

/// The icon.
pub async fn icon(State(app): State<App>, headers: HeaderMap) -> Result<Response> {
    let icon = app.pages.icon().ok_or(Error::NotFound)?;
    Ok(revalidated(&headers, icon.content_type, icon.plain.clone()))
}
