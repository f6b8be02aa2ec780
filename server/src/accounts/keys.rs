//! `/app/keys`: keys for tills and other programs.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use minijinja::{Value, context};
use serde_json::json;
use uuid::Uuid;

use super::actor::Actor;
use super::api_keys::{self, NewKey};
use super::rights::Right;
use crate::app::App;
use crate::audit::{self, By, Change};
use crate::clock::DAY_US;
use crate::error::{Error, Result};
use crate::http::form::{FieldErrors, Form, is_line};
use crate::pages::frame::{self, Visit};

/// Days until a key ends, as offered; the last never does.
const LIVES_DAYS: [i64; 4] = [30, 90, 365, 0];
const MAX_NAME: usize = 80;

async fn context_of(app: &App, actor: &Actor, rest: Value) -> Result<Value> {
    let now_us = app.clock.now_us();
    let keys: Vec<Value> = api_keys::list(&app.db, actor.tenant)
        .await?
        .into_iter()
        .map(|key| {
            context! {
                id => key.id.to_string(), name => key.name, prefix => key.prefix,
                scopes => key.scopes.iter().map(|right| right.name()).collect::<Vec<_>>(),
                created_us => key.created_us, expires_us => key.expires_us, used_us => key.used_us,
                ended => key.expires_us.is_some_and(|expires_us| expires_us <= now_us),
            }
        })
        .collect();
    let scopes: Vec<&str> = Right::SCOPES.iter().map(|right| right.name()).collect();
    Ok(context! { keys, scopes, lives_days => LIVES_DAYS.to_vec(), ..rest })
}

/// `GET /app/keys`.
pub async fn page(State(app): State<App>, visit: Visit, actor: Actor) -> Result<Response> {
    visit.page(&app, "accounts/keys.html", context_of(&app, &actor, context! {}).await?)
}

/// `POST /app/keys`.
pub async fn create(State(app): State<App>, visit: Visit, actor: Actor, form: Form) -> Result<Response> {
    let now_us = app.clock.now_us();
    let mut errors = FieldErrors::default();
    let name = form.text("name");
    errors.check(!name.is_empty(), "name", "field.missing");
    errors.check(is_line(name, MAX_NAME), "name", "field.line");
    let scopes: Option<Vec<Right>> = form.all("scope").map(Right::of_scope).collect();
    errors.check(scopes.as_ref().is_some_and(|scopes| !scopes.is_empty()), "scope", "keys.no_scope");
    let days: Option<i64> = form.text("days").parse().ok().filter(|days| LIVES_DAYS.contains(days));
    errors.check(days.is_some(), "days", "field.choose");
    let (Some(scopes), Some(days), true) = (scopes, days, errors.is_empty()) else {
        let chosen: Vec<String> = form.all("scope").map(str::to_owned).collect();
        let rest = context! { values => form.values(), chosen, errors => errors.values() };
        let page = context_of(&app, &actor, rest).await?;
        return visit.page_with(&app, StatusCode::UNPROCESSABLE_ENTITY, "accounts/keys.html", page);
    };
    let id = app.ids.next().map_err(Error::internal)?;
    let expires_us = (days > 0).then_some(now_us + days * DAY_US);
    let mut tx = app.db.begin().await?;
    let key = NewKey { name, scopes: &scopes, expires_us };
    let token = api_keys::insert(&mut tx, actor.tenant, actor.account, id, &key, now_us).await?;
    let names: Vec<&str> = scopes.iter().map(|right| right.name()).collect();
    let after = Some(json!({ "scopes": names, "days": days }));
    let change = Change { action: "key.made", subject_id: Some(id), subject: name, before: None, after };
    audit::record(&app, &mut tx, actor.tenant, By::Actor(&actor), &change).await?;
    tx.commit().await?;
    visit.page(
        &app,
        "accounts/keys.html",
        context_of(&app, &actor, context! { fresh => token.reveal(), fresh_name => name }).await?,
    )
}

/// `POST /app/keys/{id}/revoke`.
pub async fn revoke(State(app): State<App>, actor: Actor, Path(id): Path<Uuid>) -> Result<Response> {
    let mut tx = app.db.begin().await?;
    let name = api_keys::delete(&mut tx, actor.tenant, id).await?.ok_or(Error::NotFound)?;
    let change = Change { action: "key.revoked", subject_id: Some(id), subject: &name, before: None, after: None };
    audit::record(&app, &mut tx, actor.tenant, By::Actor(&actor), &change).await?;
    tx.commit().await?;
    Ok(frame::done("/app/keys", "revoked"))
}
