//! `GET /`: the stores of this installation.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use minijinja::{Value, context};
use scene::document::LocalizedText;

use super::list::localized;
use super::listing;
use super::page::html_page;
use crate::app::App;
use crate::error::{Error, Result};
use crate::http::language::{Asked, choose};

/// More than a page shows well.
const MAX_STORES: i64 = 100;

/// The page.
pub async fn page(State(app): State<App>, asked: Asked, headers: HeaderMap) -> Result<Response> {
    let lang = choose(asked.lang.as_deref(), &headers, app.pages.languages());
    let published = listing::published(&app.db, MAX_STORES).await?;
    let stores: Vec<Value> = published
        .iter()
        .map(|(slug, listing)| {
            let first = listing.languages.first().map_or("en", String::as_str);
            let text = |text: &LocalizedText| localized(text, lang, first);
            context! {
                slug,
                name => text(&listing.name),
                description => text(&listing.description),
                address => text(&listing.address),
                poster => &listing.poster,
                scenes => listing.scenes,
                products => listing.products,
            }
        })
        .collect();
    let html = app.pages.render("stores/home.html", lang, "/", &context! { stores => Value::from(stores) });
    Ok(html_page(&headers, lang, html.map_err(Error::internal)?))
}
