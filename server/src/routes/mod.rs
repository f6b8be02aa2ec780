//! The one table of addresses, a file for each part. It builds the router, the OpenAPI document and the tests of headers and rights: an
//! address that is not here does not exist.

mod catalogue;
mod door;
mod media;
mod own_account;
mod people;
mod shop;
mod shoppers;
mod statistics;
mod stores;
mod tables;
#[cfg(test)]
mod tests;
mod webhooks;

use axum::Router;
use axum::http::{Extensions, HeaderMap, Method, StatusCode, Version, header};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::IntoResponse as _;
use axum::routing::MethodRouter;
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

use crate::accounts::gate::Who::{self, Public};
use crate::accounts::gate::{self, Gate};
use crate::app::App;
use crate::error::Error;
use crate::http::{Kind, address, errors, limits, observe, protect};
use crate::openapi::{Operation, Parameter};

/// One line of the table.
pub struct Route {
    /// Method.
    pub method: Method,
    /// Path, with `{name}` for what varies.
    pub path: &'static str,
    /// Who may ask.
    pub who: Who,
    /// What the answer is.
    pub kind: Kind,
    /// How the OpenAPI document describes it.
    pub operation: Option<fn() -> Operation>,
    /// What may stand behind `?`, of what programs call.
    pub query: &'static [Parameter],
    handler: MethodRouter<App>,
}

/// The table.
#[must_use]
pub fn table() -> Vec<Route> {
    [
        shoppers::routes(),
        door::routes(),
        own_account::routes(),
        people::routes(),
        media::routes(),
        shop::routes(),
        catalogue::routes(),
        tables::routes(),
        stores::routes(),
        webhooks::routes(),
        statistics::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

const fn route(
    method: Method,
    path: &'static str,
    who: Who,
    kind: Kind,
    operation: Option<fn() -> Operation>,
    handler: MethodRouter<App>,
) -> Route {
    Route { method, path, who, kind, operation, query: &[], handler }
}

impl Route {
    /// The same with parameters behind `?`.
    const fn with_query(mut self, query: &'static [Parameter]) -> Self {
        self.query = query;
        self
    }
}

/// A page.
const fn page(path: &'static str, who: Who, handler: MethodRouter<App>) -> Route {
    route(Method::GET, path, who, Kind::Html, None, handler)
}

/// What a page's form is sent to.
const fn form(path: &'static str, who: Who, handler: MethodRouter<App>) -> Route {
    route(Method::POST, path, who, Kind::Html, None, handler)
}

/// A file.
const fn file(path: &'static str, who: Who, handler: MethodRouter<App>) -> Route {
    route(Method::GET, path, who, Kind::File, None, handler)
}

/// What programs and scripts call.
const fn api(
    method: Method,
    path: &'static str,
    who: Who,
    operation: fn() -> Operation,
    handler: MethodRouter<App>,
) -> Route {
    route(method, path, who, Kind::Json, Some(operation), handler)
}

/// The table's router with everything around it. The outermost comes last.
pub fn router(app: &App) -> Router {
    let routes = table().into_iter().fold(Router::new(), |router, route| {
        let handler = match route.who {
            Public => route.handler,
            who => {
                let gate = Gate { app: app.clone(), who, kind: route.kind };
                route.handler.route_layer(from_fn_with_state(gate, gate::pass))
            }
        };
        router.route(route.path, handler)
    });
    routes
        .fallback(async || Error::NotFound)
        .layer(CompressionLayer::new().quality(CompressionLevel::Precise(4)).compress_when(is_text))
        .layer(from_fn(address::refuse_nul))
        .layer(from_fn_with_state(app.clone(), limits::limit))
        .layer(CatchPanicLayer::custom(|_| Error::internal("a handler panicked").into_response()))
        .layer(from_fn_with_state(app.clone(), errors::render))
        .layer(from_fn_with_state(app.clone(), protect::protect))
        .layer(from_fn_with_state(app.clone(), observe::observe))
        .with_state(app.clone())
}

/// What is worth compressing on the way: our own text. Pictures are packed already, files of the bundle were
/// compressed when they were built.
fn is_text(_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    !headers.contains_key(header::CONTENT_RANGE)
        && ["text/", "application/json", "application/problem+json", "application/xml"]
            .iter()
            .any(|text| content_type.starts_with(text))
}
