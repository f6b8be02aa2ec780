//! `/app/stores/{id}/settings`: what a store is called and says about itself, its languages, colours, contact, address.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use minijinja::{Value, context};
use scene::document::{Brand, Contact, StoreDocument, email_fault, is_language_tag, line_fault, phone_fault};
use serde_json::json;
use uuid::Uuid;

use super::draft::Draft;
use super::edit::{again, base, fields, texts};
use super::languages::{self, OFFERED, named};
use super::save::{Edit, save};
use super::sql;
use crate::accounts::actor::Actor;
use crate::accounts::rights::Right;
use crate::app::App;
use crate::audit::{self, By, Change};
use crate::error::{Error, Result};
use crate::http::form::{FieldErrors, Form};
use crate::pages::frame::{self, Visit};
use crate::stores::{self, is_slug};

/// Colours of a store that has none of its own, as the viewer shows them.
const BRAND: (&str, &str) = ("#1f6f5c", "#ffffff");

/// The page.
pub async fn page(State(app): State<App>, visit: Visit, actor: Actor, Path(id): Path<Uuid>) -> Result<Response> {
    let draft = Draft::open(&app, &actor, id, Right::WriteStores).await?;
    show(&app, &visit, &draft, StatusCode::OK, context! {}).await
}

async fn show(app: &App, visit: &Visit, draft: &Draft, status: StatusCode, rest: Value) -> Result<Response> {
    let document = &draft.document;
    let offered: Vec<String> =
        OFFERED.iter().map(|tag| (*tag).to_owned()).filter(|tag| !document.languages.contains(tag)).collect();
    let contact = document.contact.clone().unwrap_or_default();
    let brand = document.brand.as_ref();
    let page = context! {
        store => context! {
            id => draft.store.id.to_string(), name => draft.text(&document.name, &visit.lang), number => draft.number,
            slug => &draft.store.slug, is_slug_fixed => stores::sql::was_published(&app.db, draft.store.id).await?,
        },
        address => app.pages.absolute("/s/"),
        names => fields(&document.name, &document.languages),
        descriptions => fields(&document.description, &document.languages),
        privacies => fields(&document.privacy, &document.languages),
        languages => named(&document.languages),
        offered => named(&offered),
        has_brand => brand.is_some(),
        primary => brand.map_or(BRAND.0, |brand| &brand.primary),
        on_primary => brand.map_or(BRAND.1, |brand| &brand.on_primary),
        contact => context! { phone => contact.phone, email => contact.email, line => contact.line, website => contact.website },
        ..rest
    };
    visit.page_with(app, status, "drafts/settings.html", page)
}

/// What the form says of the languages: the first one, those that go, one that comes.
fn chosen_languages(form: &Form, before: &[String], errors: &mut FieldErrors) -> Vec<String> {
    let mut chosen: Vec<String> = before.to_vec();
    if let Some(added) = form.some("add_language") {
        errors.check(is_language_tag(added), "add_language", "field.choose");
        if !chosen.iter().any(|tag| tag == added) {
            chosen.push(added.to_owned());
        }
    }
    let gone: Vec<&str> = form.all("remove_language").collect();
    chosen.retain(|tag| !gone.contains(&tag.as_str()));
    if let Some(first) = form.some("first_language") {
        errors.check(chosen.iter().any(|tag| tag == first), "first_language", "settings.first_goes");
        chosen.sort_by_key(|tag| tag != first);
    }
    chosen
}

fn colour(form: &Form, field: &str, errors: &mut FieldErrors) -> String {
    let typed = form.text(field).to_ascii_lowercase();
    let digits = typed.strip_prefix('#').unwrap_or_default();
    let is_fine = digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    errors.check(is_fine, field, "settings.colour_wrong");
    typed
}

/// The handler.
pub async fn change(
    State(app): State<App>,
    visit: Visit,
    actor: Actor,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<Response> {
    let draft = Draft::open(&app, &actor, id, Right::WriteStores).await?;
    let before = &draft.document;
    let mut errors = FieldErrors::default();
    let name = texts(&form, "name", &before.languages, &before.name, (false, true), &mut errors);
    let description = texts(&form, "description", &before.languages, &before.description, (true, false), &mut errors);
    let privacy = texts(&form, "privacy", &before.languages, &before.privacy, (true, false), &mut errors);
    let spoken = chosen_languages(&form, &before.languages, &mut errors);
    let brand = (form.text("own_colours") == "yes").then(|| Brand {
        primary: colour(&form, "primary", &mut errors),
        on_primary: colour(&form, "on_primary", &mut errors),
    });
    let mut reach = |field: &str, is_fine: fn(&str) -> bool, key: &str| {
        let typed = form.some(field)?;
        errors.check(is_fine(typed), field, key);
        Some(typed.to_owned())
    };
    let contact = Contact {
        phone: reach("phone", |text| phone_fault(text).is_none(), "shop.phone_wrong"),
        email: reach("email", |text| email_fault(text).is_none(), "field.email"),
        line: reach("line", |text| line_fault(text).is_none(), "shop.line_wrong"),
        website: reach("website", is_website, "settings.website_wrong"),
    };
    let slug = form.text("slug").to_ascii_lowercase();
    let renames = !slug.is_empty() && slug != draft.store.slug;
    if renames {
        errors.check(is_slug(&slug), "slug", "draft.slug_wrong");
        if is_slug(&slug) && sql::is_slug_taken(&app.db, &slug).await? {
            errors.add("slug", "draft.slug_taken");
        }
    }
    if !errors.is_empty() {
        let rest = context! { values => form.values(), errors => errors.values() };
        return show(&app, &visit, &draft, StatusCode::UNPROCESSABLE_ENTITY, rest).await;
    }
    let contact = Some(contact).filter(|contact| *contact != Contact::default());
    let apply = |document: &mut StoreDocument| {
        document.name.clone_from(&name);
        document.description.clone_from(&description);
        document.privacy.clone_from(&privacy);
        document.brand.clone_from(&brand);
        document.contact.clone_from(&contact);
        if document.languages != spoken {
            languages::set(document, spoken.clone());
        }
        Ok(())
    };
    let part = |document: &StoreDocument| {
        let StoreDocument { name, description, privacy, brand, contact, languages, .. } = document;
        json!([name, description, privacy, brand, contact, languages])
    };
    let edit = Edit { base: base(&form)?, origin: "changed", part: &part, apply: &apply };
    if let Some((status, now, rest)) = again(save(&app, &actor, &draft.store, &edit).await?, &form) {
        return show(&app, &visit, now.as_ref().unwrap_or(&draft), status, rest).await;
    }
    let at = format!("/app/stores/{id}/settings");
    if renames && !rename(&app, &actor, &draft, &slug).await? {
        return Ok(frame::done(&at, "slug_kept"));
    }
    Ok(frame::done(&at, "saved"))
}

/// Whether an address is one of a web site: the document's own check says the rest.
fn is_website(text: &str) -> bool {
    let url = url::Url::parse(text);
    url.is_ok_and(|url| matches!(url.scheme(), "http" | "https")) && !text.contains(char::is_whitespace)
}

/// Gives a store another name in addresses. False where it was published, or somebody else has the name, by now.
async fn rename(app: &App, actor: &Actor, draft: &Draft, slug: &str) -> Result<bool> {
    let store = &draft.store;
    let mut tx = app.db.begin().await?;
    match sql::set_slug(&mut tx, actor.tenant, store.id, slug).await {
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => return Ok(false),
        Err(error) => return Err(Error::from(error)),
        Ok(false) => return Ok(false),
        Ok(true) => {}
    }
    let change = Change {
        action: "store.renamed",
        subject_id: Some(store.id),
        subject: slug,
        before: Some(json!({ "slug": store.slug })),
        after: Some(json!({ "slug": slug })),
    };
    audit::record(app, &mut tx, actor.tenant, By::Actor(actor), &change).await?;
    tx.commit().await?;
    Ok(true)
}
