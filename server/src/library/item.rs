//! `/app/media/{id}`: one thing of the library: what it shows in each language, where it is used, and its end.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use minijinja::{Value, context};
use scene::document::LocalizedText;
use serde_json::json;
use uuid::Uuid;

use super::sql::{self, Item};
use super::{purge, used};
use crate::accounts::actor::Actor;
use crate::accounts::rights::Right;
use crate::app::App;
use crate::audit::{self, By, Change};
use crate::error::{Error, Result};
use crate::http::form::{FieldErrors, Form, is_line};
use crate::jobs;
use crate::pages::frame::{self, Visit};
use crate::pages::own_name;

/// Characters of a name.
const MAX_NAME: usize = 200;
/// Characters of what it shows: what a screen reader says in one breath, and more.
const MAX_ALT: usize = 300;

async fn context_of(app: &App, actor: &Actor, item: &Item, rest: Value) -> Result<Value> {
    let alt = item.alt()?;
    let mut languages: Vec<String> = app.pages.languages().to_vec();
    // What came with the demo or by the API in other languages stays to be seen.
    languages.extend(alt.0.keys().filter(|lang| !app.pages.languages().contains(lang)).cloned());
    let texts: Vec<Value> = languages
        .iter()
        .map(|lang| context! { lang, name => own_name(lang), field => format!("alt-{lang}"), text => alt.0.get(lang).cloned().unwrap_or_default() })
        .collect();
    let uses: Vec<Value> = used::find(&app.db, actor.tenant, item)
        .await?
        .into_iter()
        .map(|one| context! { place => one.place, name => one.name, number => one.number })
        .collect();
    let about = context! {
        id => item.id.to_string(), kind => &item.kind, name => &item.name, bytes => item.bytes, width => item.width,
        height => item.height, created_us => item.created_us, seen => digest(&item.name, &alt), kib => (item.bytes + 1023) / 1024,
    };
    Ok(context! { item => about, texts, uses, may_write => actor.may(Right::WriteMedia), ..rest })
}

/// Names a state of the texts: a form that was filled in from another one is told.
fn digest(name: &str, alt: &LocalizedText) -> String {
    crate::pages::digest(&serde_json::to_vec(&(name, alt)).unwrap_or_default())
}

/// What others saved where something else was typed.
fn theirs(item: &Item, saved: &LocalizedText, name: &str, typed: &LocalizedText) -> Vec<Value> {
    let mut theirs = Vec::new();
    if item.name != name {
        theirs.push(context! { text => &item.name });
    }
    let mut languages: Vec<&String> = saved.0.keys().chain(typed.0.keys()).collect();
    languages.sort_unstable();
    languages.dedup();
    for lang in languages.into_iter().filter(|lang| saved.0.get(*lang) != typed.0.get(*lang)) {
        theirs.push(context! { lang => own_name(lang), text => saved.0.get(lang) });
    }
    theirs
}

async fn known(app: &App, actor: &Actor, id: Uuid) -> Result<Item> {
    sql::find(&app.db, actor.tenant, id).await?.ok_or(Error::NotFound)
}

/// `GET /app/media/{id}`.
pub async fn page(State(app): State<App>, visit: Visit, actor: Actor, Path(id): Path<Uuid>) -> Result<Response> {
    let item = known(&app, &actor, id).await?;
    visit.page(&app, "library/item.html", context_of(&app, &actor, &item, context! {}).await?)
}

/// `POST /app/media/{id}`: saves name and texts.
pub async fn save(
    State(app): State<App>,
    visit: Visit,
    actor: Actor,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<Response> {
    let item = known(&app, &actor, id).await?;
    let mut errors = FieldErrors::default();
    let name = form.text("name");
    errors.check(!name.is_empty(), "name", "field.missing");
    errors.check(is_line(name, MAX_NAME), "name", "field.line");
    let had = item.alt()?;
    let mut alt: BTreeMap<String, String> = had.0.clone();
    for (field, text) in form.fields() {
        let Some(lang) = field.strip_prefix("alt-") else { continue };
        if !app.pages.languages().iter().any(|known| known == lang) && !had.0.contains_key(lang) {
            return Err(Error::BadRequest(format!("{lang:?} is no language of this site")));
        }
        errors.check(is_line(text.trim(), MAX_ALT), field, "field.line");
        if text.trim().is_empty() {
            alt.remove(lang);
        } else {
            alt.insert(lang.to_owned(), text.trim().to_owned());
        }
    }
    let at = visit.at(&format!("/app/media/{id}"));
    let again = async |status, item: &Item, rest: Value| {
        let page = context_of(&app, &actor, item, context! { values => form.values(), ..rest }).await?;
        at.page_with(&app, status, "library/item.html", page)
    };
    if !errors.is_empty() {
        return again(StatusCode::UNPROCESSABLE_ENTITY, &item, context! { errors => errors.values() }).await;
    }
    let alt = LocalizedText(alt);
    let mut tx = app.db.begin().await?;
    let item = sql::find_locked(&mut tx, actor.tenant, id).await?.ok_or(Error::NotFound)?;
    let before = item.alt()?;
    if form.text("seen") != digest(&item.name, &before) {
        drop(tx);
        // Nothing of either is lost: what was typed stands in the form, what was saved meanwhile is told.
        let theirs = theirs(&item, &before, name, &alt);
        return again(StatusCode::CONFLICT, &item, context! { theirs }).await;
    }
    if item.name == name && before == alt {
        return Ok(frame::done(&at.path, "saved"));
    }
    if !sql::set_texts(&mut tx, actor.tenant, id, name, &alt).await? {
        return Err(Error::NotFound);
    }
    let change = Change {
        action: "media.changed",
        subject_id: Some(id),
        subject: name,
        before: Some(json!({ "name": item.name, "alt": before })),
        after: Some(json!({ "name": name, "alt": alt })),
    };
    audit::record(&app, &mut tx, actor.tenant, By::Actor(&actor), &change).await?;
    tx.commit().await?;
    Ok(frame::done(&at.path, "saved"))
}

/// `POST /app/media/{id}/delete`: refused while it is used.
pub async fn delete(State(app): State<App>, actor: Actor, Path(id): Path<Uuid>) -> Result<Response> {
    let item = known(&app, &actor, id).await?;
    let now_us = app.clock.now_us();
    let job = app.ids.next().map_err(Error::internal)?;
    let mut tx = app.db.begin().await?;
    if used::is_used(&mut tx, actor.tenant, &item).await? {
        return Ok(frame::done(&format!("/app/media/{id}"), "media_is_used"));
    }
    if !sql::set_purged(&mut tx, actor.tenant, id, now_us).await? {
        return Err(Error::NotFound);
    }
    jobs::sql::insert(&mut tx, actor.tenant, job, purge::KIND, &purge::payload(&item.kind, &item.sha256), now_us)
        .await?;
    let change = Change {
        action: "media.deleted",
        subject_id: Some(id),
        subject: &item.name,
        before: Some(json!({ "kind": item.kind, "bytes": item.bytes })),
        after: None,
    };
    audit::record(&app, &mut tx, actor.tenant, By::Actor(&actor), &change).await?;
    tx.commit().await?;
    app.bell.ring();
    Ok(frame::done("/app/media", "media_deleted"))
}
