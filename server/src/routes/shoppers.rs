//! What everyone sees.

use axum::extract::DefaultBodyLimit;
use axum::http::Method;
use axum::routing::{get, post};

use super::{Route, api, file, page};
use crate::accounts::gate::Who::Public;
use crate::{analytics, bundle, files, health, openapi, pages, products, stores};

/// The lines of the table.
pub fn routes() -> Vec<Route> {
    vec![
        page("/", Public, get(stores::home::page)),
        page("/s/{slug}", Public, get(stores::page::page)),
        page("/s/{slug}/embed", Public, get(stores::page::embed)),
        page("/s/{slug}/list", Public, get(stores::list::page)),
        page("/p/{id}", Public, get(products::page::page)),
        page("/design", Public, get(pages::design::page)),
        api(
            Method::GET,
            "/api/v1/stores/{slug}",
            Public,
            stores::published::describe_current,
            get(stores::published::current),
        ),
        api(
            Method::GET,
            "/api/v1/stores/{slug}/revisions/{number}",
            Public,
            stores::published::describe_revision,
            get(stores::published::revision),
        ),
        api(
            Method::POST,
            "/api/v1/events",
            Public,
            analytics::collect::describe,
            post(analytics::collect::collect).layer(DefaultBodyLimit::max(analytics::batch::MAX_BYTES)),
        ),
        api(Method::GET, "/api/v1/openapi.json", Public, openapi::describe, get(openapi::document)),
        file("/embed.js", Public, get(stores::embed::script)),
        file("/s/{slug}/poster.jpg", Public, get(stores::embed::poster)),
        file("/assets/{*path}", Public, get(bundle::serve::asset)),
        file("/media/{sha256}/{file}", Public, get(files::serve::media)),
        file("/tiles/{pyramid}/{level}/{face}/{y}/{x}", Public, get(files::serve::tile)),
        file("/robots.txt", Public, get(stores::sitemap::robots)),
        file("/sitemap.xml", Public, get(stores::sitemap::sitemap)),
        file("/favicon.ico", Public, get(pages::icon::icon)),
        file("/healthz", Public, get(health::alive)),
        file("/readyz", Public, get(health::ready)),
    ]
}
