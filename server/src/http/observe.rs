//! A line in the log and a number in the metrics for every request. No address, no user agent, no query: the log
//! holds no personal data.

use std::fmt;
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderValue, Method};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument as _;

use crate::app::App;

/// Names a request in the log; clients get it as `X-Request-Id`.
#[derive(Clone, Debug, Default)]
pub struct RequestId(String);

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A method as a label: a client may invent others, and each would live for ever in the metrics.
fn known(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}

/// The middleware.
pub async fn observe(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let id = RequestId(app.ids.next().map(|id| id.simple().to_string()).unwrap_or_default());
    request.extensions_mut().insert(id.clone());
    let method = request.method().clone();
    // The pattern, not the address: few values, and none that tells who looked at what.
    let route = request.extensions().get::<MatchedPath>().map_or("(none)", MatchedPath::as_str).to_owned();
    let started = Instant::now();
    let span = tracing::info_span!("request", request_id = %id);
    let mut response = next.run(request).instrument(span).await;
    let (status, elapsed) = (response.status(), started.elapsed());
    let labels =
        [("method", known(&method).to_owned()), ("route", route.clone()), ("status", status.as_u16().to_string())];
    metrics::histogram!("http_request_duration_seconds", &labels).record(elapsed.as_secs_f64());
    tracing::debug!(
        request_id = %id, %method, route, status = status.as_u16(), duration_ms = elapsed.as_secs_f64() * 1e3,
        "answered {method} {route} with {} in {elapsed:.1?}", status.as_u16(),
    );
    if let Ok(id) = HeaderValue::from_str(&id.0) {
        response.headers_mut().insert("x-request-id", id);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invented_method_is_no_new_label() {
        assert_eq!(known(&Method::POST), "POST");
        assert_eq!(known(&Method::from_bytes(b"FOOBAR").unwrap()), "other");
    }
}
