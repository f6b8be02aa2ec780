//! `/app/shop`: the shop, or the shops where there are several.

use axum::extract::{Path, State};
use axum::response::Response;
use jiff::tz;
use minijinja::{Value, context};
use scene::published::Shop;
use uuid::Uuid;

use super::currency::CODES;
use super::form::MAX_OTHER;
use super::hours::{DAYS, MAX_SPANS, week};
use super::sql;
use crate::accounts::actor::Actor;
use crate::accounts::rights::Right;
use crate::app::App;
use crate::error::{Error, Result};
use crate::pages::frame::Visit;
use crate::pages::own_name;

/// `GET /app/shop`.
pub async fn page(State(app): State<App>, visit: Visit, actor: Actor) -> Result<Response> {
    let mut shops = sql::names(&app.db, actor.tenant).await?;
    shops.retain(|(id, _)| actor.may_in(Right::ManageShop, *id));
    match shops.as_slice() {
        [] => blank(&app, &visit, &actor).await,
        [(id, _)] => show(&app, &visit, &actor, *id).await,
        several => {
            let shops: Vec<Value> = several.iter().map(|(id, name)| context! { id => id.to_string(), name }).collect();
            visit.page(&app, "shops/list.html", context! { shops, may_add => actor.may_everywhere(Right::ManageShop) })
        }
    }
}

/// `GET /app/shop/new`.
pub async fn fresh(State(app): State<App>, visit: Visit, actor: Actor) -> Result<Response> {
    blank(&app, &visit, &actor).await
}

/// `GET /app/shop/{id}`.
pub async fn one(State(app): State<App>, visit: Visit, actor: Actor, Path(id): Path<Uuid>) -> Result<Response> {
    show(&app, &visit, &actor, id).await
}

async fn blank(app: &App, visit: &Visit, actor: &Actor) -> Result<Response> {
    visit.page(app, "shops/page.html", context_of(app, actor, visit, None, context! {}).await?)
}

async fn show(app: &App, visit: &Visit, actor: &Actor, id: Uuid) -> Result<Response> {
    let shop = known(app, actor, id).await?;
    visit.page(app, "shops/page.html", context_of(app, actor, visit, Some((id, &shop)), context! {}).await?)
}

/// A shop that the one who asks may change.
///
/// # Errors
/// There is none.
pub async fn known(app: &App, actor: &Actor, id: Uuid) -> Result<Shop> {
    if !actor.may_in(Right::ManageShop, id) {
        return Err(Error::NotFound);
    }
    sql::find(&app.db, actor.tenant.id(), id).await?.ok_or(Error::NotFound)
}

/// Names a state of a shop: a form that was filled in from another one is told.
#[must_use]
pub fn digest(shop: &Shop) -> String {
    crate::pages::digest(&serde_json::to_vec(shop).unwrap_or_default())
}

/// The languages in which a shop's texts are asked for: those of the program, and those that it has.
#[must_use]
pub fn languages(app: &App, shop: Option<&Shop>) -> Vec<String> {
    let mut languages = app.pages.languages().to_vec();
    for lang in shop.iter().flat_map(|shop| shop.name.0.keys().chain(shop.address.0.keys())) {
        if !languages.contains(lang) {
            languages.push(lang.clone());
        }
    }
    languages
}

/// What the page is filled with.
///
/// # Errors
/// The database's reason.
pub async fn context_of(
    app: &App,
    actor: &Actor,
    visit: &Visit,
    shop: Option<(Uuid, &Shop)>,
    rest: Value,
) -> Result<Value> {
    let (id, shop) = shop.unzip();
    let of_week = shop.map(|shop| week(&shop.hours)).unwrap_or_default();
    let days: Vec<Value> = DAYS
        .iter()
        .zip(&of_week)
        .map(|((_, day), spans)| {
            let spans: Vec<Value> = (0..MAX_SPANS)
                .map(|index| {
                    let (opens, closes) = spans.get(index).cloned().unwrap_or_default();
                    context! { opens, closes }
                })
                .collect();
            context! { day => *day, spans }
        })
        .collect();
    let mut languages = languages(app, shop);
    // One's own comes first.
    languages.sort_by_key(|lang| *lang != visit.lang);
    let texts: Vec<Value> = languages
        .iter()
        .map(|lang| {
            let of = |text: Option<&scene::document::LocalizedText>| text.and_then(|text| text.0.get(lang)).cloned();
            context! { lang, called => own_name(lang), name => of(shop.map(|shop| &shop.name)), address => of(shop.map(|shop| &shop.address)) }
        })
        .collect();
    let mut other: Vec<Value> =
        shop.iter().flat_map(|shop| &shop.other).map(|(name, text)| context! { name, text }).collect();
    other.resize(MAX_OTHER, context! { name => "", text => "" });
    let zones: Vec<String> = tz::db().available().map(|name| name.as_str().to_owned()).collect();
    let stale = match id {
        Some(id) => behind(app, actor, id, shop).await?,
        None => Vec::new(),
    };
    Ok(context! {
        shop => shop.map(|shop| context! {
            id => id.map(|id| id.to_string()), phone => &shop.phone, email => &shop.email, line => &shop.line,
            time_zone => &shop.time_zone, currency => &shop.currency, seen => digest(shop),
        }),
        texts, days, other, zones, currencies => CODES.to_vec(), stale,
        may_add => actor.may_everywhere(Right::ManageShop),
        ..rest
    })
}

/// The stores that still show what the shop said before.
async fn behind(app: &App, actor: &Actor, id: Uuid, shop: Option<&Shop>) -> Result<Vec<Value>> {
    let mut stale = Vec::new();
    for (store, number) in sql::shown_stores(&app.db, actor.tenant, id).await? {
        let revision = app.revisions.get(&app.db, store, number).await?;
        if Some(&revision.store.shop) != shop {
            let document = &revision.store.document;
            let first = document.languages.first().map_or("en", String::as_str);
            let name = document.name.get(&actor.language, first).map(|(name, _)| name.to_owned());
            stale.push(context! { id => store.to_string(), name });
        }
    }
    Ok(stale)
}
