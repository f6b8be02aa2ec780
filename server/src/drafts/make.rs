//! `/app/stores/new`: a store from panoramas, in one form.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use minijinja::{Value, context};
use scene::document::{LocalizedText, MAX_NAME_CHARS, Start, StoreDocument, VERSION};
use serde_json::json;
use uuid::Uuid;

use super::languages::named;
use super::sql::{self, Store};
use super::{list, panoramas, save};
use crate::accounts::actor::Actor;
use crate::accounts::rights::Right;
use crate::app::App;
use crate::audit::{self, By, Change};
use crate::error::{Error, Result};
use crate::http::form::{FieldErrors, Form, is_line};
use crate::pages::frame::{self, Visit};
use crate::shops;
use crate::stores::{self, is_slug};

/// Longest slug that is suggested, leaving room for a number.
const MAX_SUGGESTED: usize = 40;

/// `GET /app/stores/new`.
pub async fn page(State(app): State<App>, visit: Visit, actor: Actor) -> Result<Response> {
    let page = context_of(&app, &visit, &actor, &[], context! {}).await?;
    visit.page(&app, "drafts/make.html", page)
}

async fn context_of(app: &App, visit: &Visit, actor: &Actor, chosen: &[Uuid], rest: Value) -> Result<Value> {
    let shops = shops_of(app, actor).await?;
    let shops: Vec<(String, String)> = shops.into_iter().map(|(id, name)| (id.to_string(), name)).collect();
    let items = panoramas::all(app, actor.tenant).await?;
    let way = list::way(app, actor).await?;
    Ok(context! {
        languages => named(&languages(app, visit)), shops, panoramas => panoramas::values(&items, chosen, &|_| false),
        address => app.pages.absolute("/s/"), ..context! { ..rest, ..way }
    })
}

/// The program's languages, one's own first.
fn languages(app: &App, visit: &Visit) -> Vec<String> {
    let mut languages = app.pages.languages().to_vec();
    languages.sort_by_key(|lang| *lang != visit.lang);
    languages
}

/// The shops in which whoever asks may make stores.
async fn shops_of(app: &App, actor: &Actor) -> Result<Vec<(Uuid, String)>> {
    let mut shops = shops::names(&app.db, actor.tenant).await?;
    shops.retain(|(id, _)| actor.may_in(Right::WriteStores, *id));
    Ok(shops)
}

/// A slug of what is Latin in a name.
fn slug_of(name: &str) -> String {
    let plain: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect();
    let parts: Vec<&str> = plain.split('-').filter(|part| !part.is_empty()).collect();
    parts.join("-").chars().take(MAX_SUGGESTED).collect::<String>().trim_end_matches('-').to_owned()
}

/// A slug that nobody has, from a name.
async fn free_slug(app: &App, wish: &str) -> Result<String> {
    let stem = if wish.is_empty() { "store" } else { wish };
    for number in 1..100 {
        let slug = if number == 1 { stem.to_owned() } else { format!("{stem}-{number}") };
        if !sql::is_slug_taken(&app.db, &slug).await? {
            return Ok(slug);
        }
    }
    let id = app.ids.next().map_err(Error::internal)?.simple().to_string();
    Ok(format!("{stem}-{}", &id[20..]))
}

/// `POST /app/stores/new`.
pub async fn make(State(app): State<App>, visit: Visit, actor: Actor, form: Form) -> Result<Response> {
    let mut errors = FieldErrors::default();
    let asked = languages(&app, &visit);
    let mut name = LocalizedText::default();
    for lang in &asked {
        let field = format!("name-{lang}");
        errors.check(is_line(form.text(&field), MAX_NAME_CHARS), &field, "field.line");
        if let Some(text) = form.some(&field) {
            name.0.insert(lang.clone(), text.to_owned());
        }
    }
    // A store speaks the languages in which it has a name; the one that was asked for first is its first.
    let spoken: Vec<String> = asked.iter().filter(|lang| name.0.contains_key(*lang)).cloned().collect();
    if spoken.is_empty()
        && let Some(first) = asked.first()
    {
        errors.add(format!("name-{first}"), "field.missing");
    }
    let shops = shops_of(&app, &actor).await?;
    let shop = match shops.as_slice() {
        [(id, _)] => Some(*id),
        several => several.iter().map(|(id, _)| *id).find(|id| form.text("shop") == id.to_string()),
    };
    errors.check(shop.is_some(), "shop", "field.choose");
    let chosen = panoramas::chosen(form.all("panorama"));
    errors.check(!chosen.is_empty(), "panorama", "draft.no_panorama");
    let latin = name.0.get("en").or(name.0.values().next()).map(|name| slug_of(name)).unwrap_or_default();
    let mut values = form.values();
    let slug = match form.some("slug") {
        None => free_slug(&app, &latin).await?,
        Some(slug) => {
            let slug = slug.to_ascii_lowercase();
            errors.check(is_slug(&slug), "slug", "draft.slug_wrong");
            if is_slug(&slug) && sql::is_slug_taken(&app.db, &slug).await? {
                errors.add("slug", "draft.slug_taken");
                let free = free_slug(&app, &slug.chars().take(MAX_SUGGESTED).collect::<String>()).await?;
                values = context! { slug => free, ..values };
            }
            slug
        }
    };
    let (true, Some(shop)) = (errors.is_empty(), shop) else {
        let rest = context! { values, errors => errors.values() };
        return show_again(&app, &visit, &actor, &chosen, rest).await;
    };
    let mut document = StoreDocument {
        version: VERSION,
        languages: spoken,
        name,
        description: LocalizedText::default(),
        brand: None,
        contact: None,
        privacy: LocalizedText::default(),
        start: Start { scene: String::new(), view: None },
        floor_plans: Vec::new(),
        scenes: Vec::new(),
    };
    add(&app, &actor, &mut document, &chosen).await?;
    match insert(&app, &actor, shop, &slug, &document).await {
        Ok(id) => Ok(frame::done(&format!("/app/stores/{id}"), "store_made")),
        Err(Made::Taken) => {
            errors.add("slug", "draft.slug_taken");
            let rest = context! { values => form.values(), errors => errors.values() };
            show_again(&app, &visit, &actor, &chosen, rest).await
        }
        Err(Made::Other(error)) => Err(error),
    }
}

async fn show_again(app: &App, visit: &Visit, actor: &Actor, chosen: &[Uuid], rest: Value) -> Result<Response> {
    let page = context_of(app, visit, actor, chosen, rest).await?;
    visit.page_with(app, StatusCode::UNPROCESSABLE_ENTITY, "drafts/make.html", page)
}

/// Adds scenes of chosen panoramas to a document.
///
/// # Errors
/// The database's reason.
pub async fn add(app: &App, actor: &Actor, document: &mut StoreDocument, chosen: &[Uuid]) -> Result<()> {
    let items = panoramas::all(app, actor.tenant).await?;
    let chosen: Vec<_> = items.iter().filter(|item| chosen.contains(&item.id)).collect();
    let described = document.languages.iter().map(|lang| {
        let texts = app.pages.texts(lang);
        (lang.clone(), texts.get("draft.alt_of").to_owned())
    });
    panoramas::add(app, document, &chosen, &described.collect())
}

/// Why a store was not made.
enum Made {
    Taken,
    Other(Error),
}

impl From<Error> for Made {
    fn from(error: Error) -> Self {
        Self::Other(error)
    }
}

impl From<sqlx::Error> for Made {
    fn from(error: sqlx::Error) -> Self {
        Self::Other(error.into())
    }
}

async fn insert(
    app: &App,
    actor: &Actor,
    shop: Uuid,
    slug: &str,
    document: &StoreDocument,
) -> std::result::Result<Uuid, Made> {
    let faults = save::faults(app, actor, document).await?;
    if !faults.is_empty() {
        return Err(Error::Faults(faults).into());
    }
    let id = app.ids.next().map_err(Error::internal)?;
    let now_us = app.clock.now_us();
    let row = stores::sql::StoreRow {
        id,
        organisation_id: actor.tenant.id(),
        shop_id: shop,
        slug: slug.to_owned(),
        current_revision: None,
    };
    let mut tx = app.db.begin().await?;
    match stores::sql::insert(&mut tx, &row, now_us).await {
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => return Err(Made::Taken),
        done => done?,
    }
    let faults = save::gone(&mut tx, actor, document).await?;
    if !faults.is_empty() {
        return Err(Error::Faults(faults).into());
    }
    let store = Store { id, shop_id: shop, slug: slug.to_owned(), current_revision: None, publish_job: None };
    save::insert(app, &mut tx, actor, &store, 1, document, ("made", &[])).await?;
    let after = Some(json!({ "name": document.name, "scenes": document.scenes.len() }));
    let change = Change { action: "store.made", subject_id: Some(id), subject: slug, before: None, after };
    audit::record(app, &mut tx, actor.tenant, By::Actor(actor), &change).await?;
    tx.commit().await?;
    Ok(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_what_is_latin_in_a_name() {
        for (name, slug) in [
            ("Lane & Corner Shop", "lane-corner-shop"),
            ("巷口 Lane 8", "lane-8"),
            ("茶行", ""),
            ("  --  ", ""),
            ("A".repeat(80).as_str(), &"a".repeat(40)),
        ] {
            assert_eq!(slug_of(name), slug, "{name}");
            assert!(slug.is_empty() || is_slug(slug));
        }
    }
}
