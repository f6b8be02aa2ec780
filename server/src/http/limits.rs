//! How long and how much: a time for every answer to begin, a number of requests at once.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tokio::sync::Semaphore;

use crate::app::App;
use crate::error::Error;

/// Requests that are answered at once; one more is told to come back, so that a flood does not pile up in memory.
#[derive(Clone, Debug)]
pub struct Places(Arc<Semaphore>);

impl Places {
    /// This many.
    #[must_use]
    pub fn new(places: usize) -> Self {
        Self(Arc::new(Semaphore::new(places)))
    }
}

/// Asked by whoever decides to restart the server: busy is not dead.
const ALWAYS_ANSWERED: [&str; 2] = ["/healthz", "/readyz"];

/// The middleware.
pub async fn limit(State(app): State<App>, request: Request, next: Next) -> Response {
    if ALWAYS_ANSWERED.contains(&request.uri().path()) {
        return next.run(request).await;
    }
    let Ok(_place) = app.places.0.clone().try_acquire_owned() else {
        return Error::Busy { retry_after_s: 1 }.into_response();
    };
    match tokio::time::timeout(app.config.http.request_timeout, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Error::TimedOut.into_response(),
    }
}
