//! How long and how much: a time for every answer to begin, a number of requests at once.

use axum::extract::{Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::error::Error;

/// Asked by whoever decides to restart the server: busy is not dead.
const ALWAYS_ANSWERED: [&str; 2] = ["/healthz", "/readyz"];

/// Files are on their way here for as long as a telephone takes: its handler waits for each piece, but not for ever. Whoever the gate
/// lets in gets one of [`App::upload_places`](crate::app::Parts::upload_places); nobody else holds anything.
#[must_use]
pub fn takes_its_time(method: &Method, path: &str) -> bool {
    (*method == Method::PATCH && path.starts_with("/api/v1/uploads/"))
        || (*method == Method::POST && path == "/app/products/import")
}

/// The middleware.
pub async fn limit(State(app): State<App>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if ALWAYS_ANSWERED.contains(&path) || takes_its_time(request.method(), path) {
        return next.run(request).await;
    }
    let Some(_place) = app.places.take() else {
        return Error::Busy { retry_after_s: 1 }.into_response();
    };
    match tokio::time::timeout(app.config.http.request_timeout, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Error::TimedOut.into_response(),
    }
}
