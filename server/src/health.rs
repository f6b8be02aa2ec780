//! `/healthz`: the process answers. `/readyz`: it can do its work. Both in constant time.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::error::{Error, Result};

const FRESH: [(header::HeaderName, &str); 1] = [(header::CACHE_CONTROL, "no-store")];

/// Whether the process is alive.
pub async fn alive() -> Response {
    (FRESH, "ok\n").into_response()
}

/// Whether the database answers.
pub async fn ready(State(app): State<App>) -> Result<Response> {
    app.db.probe().await.map_err(|error| {
        tracing::warn!(%error, "not ready: the database does not answer");
        Error::Busy { retry_after_s: 5 }
    })?;
    Ok((FRESH, "ok\n").into_response())
}
