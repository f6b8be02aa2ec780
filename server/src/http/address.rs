//! Addresses that no database can be asked for.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use crate::error::Error;

/// The middleware: refuses NUL in a path or a query, which PostgreSQL does not take in a text. Forms and JSON are
/// refused by whoever reads them.
pub async fn refuse_nul(request: Request, next: Next) -> Response {
    let uri = request.uri();
    if [Some(uri.path()), uri.query()].into_iter().flatten().any(|part| part.contains("%00")) {
        return Error::BadRequest("the address holds the character U+0000".to_owned()).into_response();
    }
    next.run(request).await
}
