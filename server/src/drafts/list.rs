//! `GET /app/stores`: the organisation's stores.

use axum::extract::State;
use axum::response::Response;
use minijinja::{Value, context};
use scene::document::StoreDocument;
use uuid::Uuid;

use super::draft::thumbnail;
use super::sql;
use crate::accounts::actor::Actor;
use crate::accounts::rights::Right;
use crate::app::App;
use crate::error::{Error, Result};
use crate::pages::frame::Visit;
use crate::shops;
use crate::stores::listing::Listing;

/// More than a page shows well.
const MAX_STORES: i64 = 200;

/// The page.
pub async fn page(State(app): State<App>, visit: Visit, actor: Actor) -> Result<Response> {
    let mut stores = Vec::new();
    for line in sql::list(&app.db, actor.tenant, Uuid::max(), MAX_STORES).await? {
        if !actor.may_in(Right::ReadStores, line.shop_id) {
            continue;
        }
        let document: StoreDocument = serde_json::from_str(&line.document).map_err(Error::internal)?;
        let first = document.languages.first().map_or("en", String::as_str);
        let listing: Option<Listing> = line.listing.as_deref().and_then(|text| serde_json::from_str(text).ok());
        let start = document.scenes.iter().find(|scene| scene.id == document.start.scene);
        stores.push(context! {
            id => line.id.to_string(),
            slug => &line.slug,
            name => document.name.get(&visit.lang, first).map(|(name, _)| name.to_owned()),
            picture => listing.and_then(|listing| listing.poster).or(start.map(|scene| thumbnail(&scene.panorama))),
            scenes => document.scenes.len(),
            published_us => line.published_us,
            is_shown => line.current_revision.is_some(),
            is_newer => line.current_revision != Some(line.last),
            saved_us => line.saved_us,
        });
    }
    let way = if stores.is_empty() {
        way(&app, &actor).await?
    } else {
        context! {}
    };
    visit.page(&app, "drafts/list.html", context! { stores, may_write => actor.may(Right::WriteStores), ..way })
}

/// What it takes to make the first store, and what of it is there.
///
/// # Errors
/// The database's reason.
pub async fn way(app: &App, actor: &Actor) -> Result<Value> {
    let has_shop = !shops::names(&app.db, actor.tenant).await?.is_empty();
    let panoramas = super::panoramas::all(app, actor.tenant).await?.len();
    Ok(context! {
        has_shop, panoramas, may_manage_shop => actor.may(Right::ManageShop), may_upload => actor.may(Right::WriteMedia),
    })
}
