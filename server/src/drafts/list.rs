//! `GET /app/stores`: the organisation's stores, page by page.

use axum::extract::{Query, State};
use axum::response::Response;
use minijinja::{Value, context};
use scene::document::StoreDocument;
use serde::Deserialize;
use uuid::Uuid;

use super::draft::thumbnail;
use super::sql;
use crate::accounts::actor::Actor;
use crate::accounts::rights::Right;
use crate::app::App;
use crate::error::{Error, Result};
use crate::pages::frame::{self, Visit};
use crate::shops;
use crate::stores::listing::Listing;

/// Stores on a page.
const PAGE: usize = 48;

/// What the address may ask for.
#[derive(Debug, Deserialize)]
pub struct Asked {
    /// The last store of the page before.
    below: Option<Uuid>,
}

/// The page.
pub async fn page(State(app): State<App>, visit: Visit, actor: Actor, Query(asked): Query<Asked>) -> Result<Response> {
    let shops = actor.shops(Right::ReadStores);
    let below = asked.below.unwrap_or(Uuid::max());
    // One more than is shown tells whether there is a next page.
    let mut lines = sql::list(&app.db, actor.tenant, shops.as_deref(), below, PAGE as i64 + 1).await?;
    let is_more = lines.len() > PAGE;
    lines.truncate(PAGE);
    let next = lines.last().filter(|_| is_more).map(|line| line.id.to_string());
    let mut stores = Vec::with_capacity(lines.len());
    for line in lines {
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
    let is_first = asked.below.is_none();
    if stores.is_empty() && !is_first {
        // What stood there was deleted meanwhile.
        return Ok(frame::to("/app/stores"));
    }
    let way = if stores.is_empty() {
        way(&app, &actor).await?
    } else {
        context! {}
    };
    let may_write = actor.may(Right::WriteStores);
    visit.page(&app, "drafts/list.html", context! { stores, next, is_first, may_write, ..way })
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
