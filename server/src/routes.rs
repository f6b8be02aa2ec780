//! The one table of addresses. It builds the router, the OpenAPI document and the tests of headers and rights: an
//! address that is not here does not exist.

use axum::Router;
use axum::http::Method;
use axum::routing::{MethodRouter, get, post};

use crate::app::App;
use crate::openapi::Operation;
use crate::{analytics, bundle, files, health, openapi, pages, products, stores};

/// Who may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Everyone.
    Public,
}

/// What the answer is, and therefore what form errors have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A page for people.
    Html,
    /// JSON for programs; it is in the OpenAPI document.
    Json,
    /// A file.
    File,
}

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
    handler: MethodRouter<App>,
}

/// The table.
#[must_use]
pub fn table() -> Vec<Route> {
    use Kind::{File, Html, Json};
    let route = |method, path, kind, operation: Option<fn() -> Operation>, handler| Route {
        method,
        path,
        who: Who::Public,
        kind,
        operation,
        handler,
    };
    let page = |path, handler| route(Method::GET, path, Html, None, handler);
    let file = |path, handler| route(Method::GET, path, File, None, handler);
    let api = |method, path, operation, handler| route(method, path, Json, Some(operation), handler);
    vec![
        page("/", get(stores::home::page)),
        page("/s/{slug}", get(stores::page::page)),
        page("/s/{slug}/embed", get(stores::page::embed)),
        page("/s/{slug}/list", get(stores::list::page)),
        page("/p/{id}", get(products::page::page)),
        api(Method::GET, "/api/v1/stores/{slug}", stores::published::describe_current, get(stores::published::current)),
        api(
            Method::GET,
            "/api/v1/stores/{slug}/revisions/{number}",
            stores::published::describe_revision,
            get(stores::published::revision),
        ),
        api(Method::POST, "/api/v1/events", analytics::collect::describe, post(analytics::collect::collect)),
        api(Method::GET, "/api/v1/openapi.json", openapi::describe, get(openapi::document)),
        file("/assets/{*path}", get(bundle::asset)),
        file("/media/{sha256}/{file}", get(files::serve::media)),
        file("/tiles/{pyramid}/{level}/{face}/{y}/{x}", get(files::serve::tile)),
        file("/robots.txt", get(stores::sitemap::robots)),
        file("/sitemap.xml", get(stores::sitemap::sitemap)),
        file("/favicon.ico", get(pages::icon)),
        file("/healthz", get(health::alive)),
        file("/readyz", get(health::ready)),
    ]
}

/// The router of the table.
pub fn router() -> Router<App> {
    table().into_iter().fold(Router::new(), |router, route| router.route(route.path, route.handler))
}
