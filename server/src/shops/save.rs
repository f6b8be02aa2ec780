//! Saving a shop: what was typed into the form of a shop, or of a new one.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use minijinja::context;
use scene::published::Shop;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::page::{context_of, digest, known, languages};
use super::{form, sql};
use crate::accounts::actor::Actor;
use crate::app::App;
use crate::audit::{self, By, Change};
use crate::error::{Error, Result};
use crate::http::form::{FieldErrors, Form};
use crate::pages::frame::{self, Visit};

/// `POST /app/shop`: a new shop.
pub async fn create(State(app): State<App>, visit: Visit, actor: Actor, form: Form) -> Result<Response> {
    let mut errors = FieldErrors::default();
    let shop = form::read(&form, app.pages.languages(), None, &mut errors);
    if !errors.is_empty() {
        let rest = context! { values => form.values(), errors => errors.values() };
        let page = context_of(&app, &actor, &visit, None, rest).await?;
        return visit.at("/app/shop").page_with(&app, StatusCode::UNPROCESSABLE_ENTITY, "shops/page.html", page);
    }
    let id = app.ids.next().map_err(Error::internal)?;
    let mut tx = app.db.begin().await?;
    sql::insert(&mut tx, actor.tenant.id(), id, &shop, app.clock.now_us()).await?;
    let called = called(&shop);
    let after = Some(serde_json::to_value(&shop).map_err(Error::internal)?);
    let change = Change { action: "shop.added", subject_id: Some(id), subject: &called, before: None, after };
    audit::record(&app, &mut tx, actor.tenant, By::Actor(&actor), &change).await?;
    tx.commit().await?;
    Ok(frame::done(&format!("/app/shop/{id}"), "saved"))
}

/// `POST /app/shop/{id}`: changes one.
pub async fn save(
    State(app): State<App>,
    visit: Visit,
    actor: Actor,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<Response> {
    let before = known(&app, &actor, id).await?;
    let mut errors = FieldErrors::default();
    let shop = form::read(&form, &languages(&app, Some(&before)), Some(&before), &mut errors);
    let at = visit.at(&format!("/app/shop/{id}"));
    let again = async |status, shop: &Shop, errors: FieldErrors, rest: minijinja::Value| {
        let rest = context! { values => form.values(), errors => errors.values(), ..rest };
        let page = context_of(&app, &actor, &at, Some((id, shop)), rest).await?;
        at.page_with(&app, status, "shops/page.html", page)
    };
    if !errors.is_empty() {
        return again(StatusCode::UNPROCESSABLE_ENTITY, &before, errors, context! {}).await;
    }
    let mut tx = app.db.begin().await?;
    let before = sql::find_locked(&mut tx, actor.tenant, id).await?.ok_or(Error::NotFound)?;
    if form.text("seen") != digest(&before) {
        drop(tx);
        // Nothing of either is lost: what was typed stands in the form, what was saved meanwhile is told.
        let theirs = changed(&shop, &before);
        return again(StatusCode::CONFLICT, &before, errors, context! { theirs => told(&theirs) }).await;
    }
    let priced = sql::priced_otherwise(&mut tx, actor.tenant, &shop.currency).await?;
    if shop.currency != before.currency && priced > 0 && form.text("other_currency") != "yes" {
        drop(tx);
        errors.add("currency", "shop.currency_priced");
        return again(StatusCode::UNPROCESSABLE_ENTITY, &before, errors, context! { priced }).await;
    }
    let (old, new) = (changed(&shop, &before), changed(&before, &shop));
    if new.is_empty() {
        return Ok(frame::done(&at.path, "saved"));
    }
    if !sql::update(&mut tx, actor.tenant, id, &shop).await? {
        return Err(Error::NotFound);
    }
    let change = Change {
        action: "shop.changed",
        subject_id: Some(id),
        subject: &called(&shop),
        before: Some(Value::Object(old)),
        after: Some(Value::Object(new)),
    };
    audit::record(&app, &mut tx, actor.tenant, By::Actor(&actor), &change).await?;
    tx.commit().await?;
    Ok(frame::done(&at.path, "saved"))
}

/// What a shop is called in the log.
fn called(shop: &Shop) -> String {
    shop.name.0.values().next().cloned().unwrap_or_default()
}

/// The fields of `after` that differ from `before`.
fn changed(before: &Shop, after: &Shop) -> Map<String, Value> {
    let fields = |shop: &Shop| match json!(shop) {
        Value::Object(fields) => fields,
        _ => Map::new(),
    };
    let before = fields(before);
    fields(after).into_iter().filter(|(name, value)| before.get(name) != Some(value)).collect()
}

/// Fields as a page tells them: those with words of their own; hours and the rest by their name alone.
fn told(fields: &Map<String, Value>) -> Vec<(String, String)> {
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        Value::Object(texts) => texts.values().filter_map(Value::as_str).collect::<Vec<_>>().join(" · "),
        _ => String::new(),
    };
    let called = |name: &str| if name == "other" { "contacts".to_owned() } else { name.to_owned() };
    fields.iter().map(|(name, value)| (called(name), text(value))).collect()
}
