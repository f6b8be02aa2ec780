//! `GET /p/{id}`: a product's page, where a published store shows it.

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use minijinja::{Value, context};
use uuid::Uuid;

use super::sql;
use crate::app::App;
use crate::error::{Error, Result};
use crate::http::language::{Asked, choose};
use crate::pages::Frame;
use crate::stores::json_ld;
use crate::stores::list::{localized, product_value};
use crate::stores::page::html_page;
use crate::stores::published::load;

/// The page.
pub async fn page(
    State(app): State<App>,
    Path(id): Path<String>,
    asked: Asked,
    headers: HeaderMap,
) -> Result<Response> {
    let id: Uuid = id.parse().map_err(|_| Error::NotFound)?;
    let (store, number) = sql::shown_in(&app.db, id).await?.ok_or(Error::NotFound)?;
    let revision = load(&app, store, number).await?;
    let store = &revision.store;
    let card = store.products.iter().find(|card| card.id == id).ok_or(Error::NotFound)?;
    let languages = &store.document.languages;
    let first = languages.first().map_or("en", String::as_str);
    let lang = choose(asked.lang.as_deref(), &headers, languages);
    let scenes: Vec<Value> = store
        .document
        .scenes
        .iter()
        .filter_map(|scene| {
            let hotspot = scene.hotspots.iter().find(|hotspot| {
                matches!(&hotspot.content, scene::document::Content::Product(of) if of.product == id) && hotspot.visible
            })?;
            Some(context! {
                name => localized(&scene.name, lang, first),
                url => format!("/s/{}?lang={lang}#scene={}&hotspot={}", store.slug, scene.id, hotspot.id),
            })
        })
        .collect();
    let context = context! {
        product => product_value(card, &app.pages.texts(lang), lang, first),
        scenes,
        store => context! { name => localized(&store.document.name, lang, first), url => format!("/s/{}?lang={lang}", store.slug) },
        image_url => card.picture.as_ref().map(|picture| app.pages.absolute(&picture.url)),
        json_ld => Value::from_safe_string(json_ld::product(&app, store, card, lang)),
    };
    let frame = Frame { path: &format!("/p/{id}"), lang, languages };
    let html = app.pages.render_in("products/page.html", &frame, &context).map_err(Error::internal)?;
    Ok(html_page(&headers, lang, html))
}
