//! `GET /`: the stores of this installation.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use minijinja::{Value, context};

use super::page::html_page;
use super::published::load;
use super::sql;
use crate::app::App;
use crate::error::{Error, Result};
use crate::http::language::{Asked, choose};

/// More than a page shows well.
const MAX_STORES: i64 = 100;

/// The page.
pub async fn page(State(app): State<App>, asked: Asked, headers: HeaderMap) -> Result<Response> {
    let lang = choose(asked.lang.as_deref(), &headers, app.pages.languages());
    let mut stores = Vec::new();
    for row in sql::published(&app.db, MAX_STORES).await? {
        let Some(number) = row.current_revision else { continue };
        let revision = load(&app, row.id, number).await?;
        let store = &revision.store;
        let first = store.document.languages.first().map_or("en", String::as_str);
        let localized = |text: &scene::document::LocalizedText| {
            text.get(lang, first).filter(|(text, _)| !text.is_empty()).map(|(text, of)| context! { text, lang => of })
        };
        let start = store.document.scenes.iter().find(|scene| scene.id == store.document.start.scene);
        stores.push(context! {
            slug => &store.slug,
            name => localized(&store.document.name),
            description => localized(&store.document.description),
            address => localized(&store.shop.address),
            poster => store.posters.get(&store.document.start.scene).map(|posters| posters.landscape.clone()),
            alt => start.and_then(|scene| localized(&scene.alt)),
            scenes => store.document.scenes.len(),
            products => store.products.len(),
        });
    }
    let html = app.pages.render("stores/home.html", lang, "/", &context! { stores => Value::from(stores) });
    Ok(html_page(&headers, lang, html.map_err(Error::internal)?))
}
