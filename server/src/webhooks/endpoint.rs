//! `/app/webhooks/{id}`: one endpoint, what was sent to it, and what can be done with it.

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use minijinja::{Value, context};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::delivery::{REPLAYED_AT_ONCE, row};
use super::event::{self, Event};
use super::page::{Typed, choices, chosen, shown};
use super::sql::{self, Endpoint};
use super::{queue, secret};
use crate::accounts::actor::Actor;
use crate::app::App;
use crate::audit::{self, By, Change};
use crate::error::{Error, Result};
use crate::http::form::{FieldErrors, Form};
use crate::pages::frame::{self, Visit};

/// Deliveries on a page.
const ON_A_PAGE: usize = 30;

/// What the address may ask for.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    failed: bool,
    before: Option<Uuid>,
}

async fn found(app: &App, actor: &Actor, id: Uuid) -> Result<Endpoint> {
    sql::find(&app.db, actor.tenant, id).await?.ok_or(Error::NotFound)
}

async fn context_of(app: &App, actor: &Actor, endpoint: &Endpoint, asked: &Asked, rest: Value) -> Result<Value> {
    let limit = ON_A_PAGE as i64 + 1;
    let mut deliveries =
        queue::of_endpoint(&app.db, actor.tenant, endpoint.id, asked.failed, asked.before, limit).await?;
    let has_more = deliveries.len() > ON_A_PAGE;
    deliveries.truncate(ON_A_PAGE);
    let next = has_more.then(|| deliveries.last().map(|last| last.id.to_string())).flatten();
    let has_former = endpoint.secrets(app.clock.now_us()).len() > 1;
    Ok(context! {
        endpoint => shown(endpoint), choices => choices(), has_former, next, only_failed => asked.failed,
        deliveries => deliveries.iter().map(row).collect::<Vec<_>>(), ..rest
    })
}

/// `GET /app/webhooks/{id}`.
pub async fn page(
    State(app): State<App>,
    visit: Visit,
    actor: Actor,
    Path(id): Path<Uuid>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let endpoint = found(&app, &actor, id).await?;
    let page = context_of(&app, &actor, &endpoint, &asked, context! {}).await?;
    visit.page(&app, "webhooks/endpoint.html", page)
}

fn path(id: Uuid) -> String {
    format!("/app/webhooks/{id}")
}

/// `POST /app/webhooks/{id}`.
pub async fn save(
    State(app): State<App>,
    visit: Visit,
    actor: Actor,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<Response> {
    let endpoint = found(&app, &actor, id).await?;
    let mut errors = FieldErrors::default();
    let typed = Typed::read(&app, &form, &mut errors);
    let version: i64 = form.text("version").parse().unwrap_or_default();
    if errors.is_empty() {
        let mut tx = app.db.begin().await?;
        if sql::change(&mut tx, actor.tenant, id, &typed.said(), version).await? {
            let events: Vec<&str> = endpoint.kinds().iter().map(|kind| kind.name()).collect();
            let change = Change {
                action: "webhook.changed",
                subject_id: Some(id),
                subject: &typed.name,
                before: Some(json!({ "name": endpoint.name, "url": endpoint.url, "events": events })),
                after: Some(typed.state()),
            };
            audit::record(&app, &mut tx, actor.tenant, By::Actor(&actor), &change).await?;
            tx.commit().await?;
            return Ok(frame::done(&path(id), "saved"));
        }
        errors.add("name", "webhook.changed_meanwhile");
    }
    let rest = context! { values => form.values(), chosen => chosen(&form), errors => errors.values() };
    let page = context_of(&app, &actor, &endpoint, &Asked::default(), rest).await?;
    visit.page_with(&app, StatusCode::UNPROCESSABLE_ENTITY, "webhooks/endpoint.html", page)
}

async fn note(
    app: &App,
    tx: &mut crate::db::Tx,
    actor: &Actor,
    endpoint: &Endpoint,
    action: &'static str,
) -> Result<()> {
    let change = Change { action, subject_id: Some(endpoint.id), subject: &endpoint.name, before: None, after: None };
    audit::record(app, tx, actor.tenant, By::Actor(actor), &change).await
}

/// `POST /app/webhooks/{id}/secret`: another secret, shown once.
pub async fn rotate(State(app): State<App>, visit: Visit, actor: Actor, Path(id): Path<Uuid>) -> Result<Response> {
    let endpoint = found(&app, &actor, id).await?;
    let fresh = secret::fresh()?;
    let mut tx = app.db.begin().await?;
    sql::rotate(&mut tx, actor.tenant, id, &fresh, app.clock.now_us()).await?;
    note(&app, &mut tx, &actor, &endpoint, "webhook.secret_changed").await?;
    tx.commit().await?;
    let page = context! { what => "rotated", name => endpoint.name, id => id.to_string(), secret => fresh };
    visit.at(&path(id)).page(&app, "webhooks/secret.html", page)
}

/// `POST /app/webhooks/{id}/enable`.
pub async fn enable(State(app): State<App>, actor: Actor, Path(id): Path<Uuid>) -> Result<Response> {
    let endpoint = found(&app, &actor, id).await?;
    let mut tx = app.db.begin().await?;
    if sql::enable(&mut tx, actor.tenant, id).await? {
        note(&app, &mut tx, &actor, &endpoint, "webhook.enabled").await?;
    }
    tx.commit().await?;
    Ok(frame::done(&path(id), "webhook_on"))
}

/// `POST /app/webhooks/{id}/disable`.
pub async fn disable(State(app): State<App>, actor: Actor, Path(id): Path<Uuid>) -> Result<Response> {
    let endpoint = found(&app, &actor, id).await?;
    let mut tx = app.db.begin().await?;
    if sql::disable(&mut tx, actor.tenant, id, "person", app.clock.now_us()).await? {
        note(&app, &mut tx, &actor, &endpoint, "webhook.disabled").await?;
    }
    tx.commit().await?;
    Ok(frame::done(&path(id), "webhook_off"))
}

/// `POST /app/webhooks/{id}/delete`.
pub async fn delete(State(app): State<App>, actor: Actor, Path(id): Path<Uuid>) -> Result<Response> {
    let endpoint = found(&app, &actor, id).await?;
    let mut tx = app.db.begin().await?;
    sql::delete(&mut tx, actor.tenant, id).await?.ok_or(Error::NotFound)?;
    note(&app, &mut tx, &actor, &endpoint, "webhook.deleted").await?;
    tx.commit().await?;
    Ok(frame::done("/app/webhooks", "removed"))
}

/// `POST /app/webhooks/{id}/test`: an event that nothing happened for.
pub async fn test(State(app): State<App>, actor: Actor, Path(id): Path<Uuid>) -> Result<Response> {
    let endpoint = found(&app, &actor, id).await?;
    if endpoint.enabled == 0 {
        return Ok(frame::done(&path(id), "webhook_is_off"));
    }
    let now_us = app.clock.now_us();
    let event = Event::Test(event::Test { endpoint: id });
    let (of_event, of_delivery) = (app.ids.next().map_err(Error::internal)?, app.ids.next().map_err(Error::internal)?);
    let body = event.body(&app, now_us)?;
    let mut tx = app.db.begin().await?;
    queue::insert_event(&mut tx, actor.tenant, of_event, event.kind(), &body, now_us).await?;
    queue::insert(&mut tx, actor.tenant, of_delivery, of_event, id, now_us).await?;
    tx.commit().await?;
    app.webhook_bell.notify_one();
    Ok(frame::done(&format!("/app/webhooks/deliveries/{of_delivery}"), "webhook_test"))
}

/// `POST /app/webhooks/{id}/replay`: its dead letters once more.
pub async fn replay(State(app): State<App>, actor: Actor, Path(id): Path<Uuid>) -> Result<Response> {
    let endpoint = found(&app, &actor, id).await?;
    if endpoint.enabled == 0 {
        return Ok(frame::done(&path(id), "webhook_is_off"));
    }
    let mut tx = app.db.begin().await?;
    queue::replay_failed(&mut tx, actor.tenant, Some(id), app.clock.now_us(), REPLAYED_AT_ONCE).await?;
    note(&app, &mut tx, &actor, &endpoint, "webhook.replayed").await?;
    tx.commit().await?;
    app.webhook_bell.notify_one();
    Ok(frame::done(&path(id), "webhook_replayed"))
}
