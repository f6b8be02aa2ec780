//! `/app/webhooks/deliveries/{id}`: what was sent, each try, and what came back.

use axum::extract::{Path, State};
use axum::response::Response;
use minijinja::{Value, context};
use uuid::Uuid;

use super::deliver::message_id;
use super::queue::{self, Delivery};
use super::sql;
use crate::accounts::actor::Actor;
use crate::app::App;
use crate::audit::{self, By, Change};
use crate::error::{Error, Result};
use crate::pages::frame::{self, Visit};

/// Dead letters that one click sends again: what a transaction can take.
pub const REPLAYED_AT_ONCE: i64 = 1000;

/// A delivery for a list.
pub(super) fn row(delivery: &Delivery) -> Value {
    context! {
        id => delivery.id.to_string(), kind => &delivery.kind, endpoint => &delivery.endpoint,
        endpoint_id => delivery.endpoint_id.to_string(), status => &delivery.status, due_us => delivery.due_us,
        created_us => delivery.created_us, tried => delivery.tried, http_status => delivery.http_status,
        duration_ms => delivery.duration_ms, failure => &delivery.failure, detail => &delivery.failure_detail,
        answer => &delivery.answer,
    }
}

/// `GET /app/webhooks/deliveries/{id}`.
pub async fn page(State(app): State<App>, visit: Visit, actor: Actor, Path(id): Path<Uuid>) -> Result<Response> {
    let delivery = queue::find(&app.db, actor.tenant, id).await?;
    let (_, body, _) = queue::event(&app.db, actor.tenant, delivery.event_id).await?.ok_or(Error::NotFound)?;
    let parsed: serde_json::Value = serde_json::from_str(&body).map_err(Error::internal)?;
    let attempts: Vec<Value> = queue::attempts(&app.db, actor.tenant, id)
        .await?
        .iter()
        .map(|attempt| {
            context! {
                number => attempt.number, at_us => attempt.at_us, duration_ms => attempt.duration_ms,
                http_status => attempt.http_status, failure => &attempt.failure, detail => &attempt.failure_detail,
                answer => &attempt.answer,
            }
        })
        .collect();
    let endpoint = sql::find(&app.db, actor.tenant, delivery.endpoint_id).await?.ok_or(Error::NotFound)?;
    let page = context! {
        delivery => row(&delivery), attempts, message_id => message_id(delivery.event_id),
        body => format!("{parsed:#}"), url => endpoint.url, is_on => endpoint.enabled == 1,
    };
    visit.page(&app, "webhooks/delivery.html", page)
}

/// `POST /app/webhooks/deliveries/{id}/replay`.
pub async fn replay(State(app): State<App>, actor: Actor, Path(id): Path<Uuid>) -> Result<Response> {
    let delivery = queue::find(&app.db, actor.tenant, id).await?;
    let back = format!("/app/webhooks/deliveries/{id}");
    let endpoint = sql::find(&app.db, actor.tenant, delivery.endpoint_id).await?.ok_or(Error::NotFound)?;
    if endpoint.enabled == 0 {
        return Ok(frame::done(&back, "webhook_is_off"));
    }
    let mut tx = app.db.begin().await?;
    if queue::replay(&mut tx, actor.tenant, id, app.clock.now_us()).await? {
        let change = Change {
            action: "webhook.replayed",
            subject_id: Some(endpoint.id),
            subject: &endpoint.name,
            before: None,
            after: Some(serde_json::json!({ "event": message_id(delivery.event_id) })),
        };
        audit::record(&app, &mut tx, actor.tenant, By::Actor(&actor), &change).await?;
    }
    tx.commit().await?;
    app.webhook_bell.notify_one();
    Ok(frame::done(&back, "webhook_replayed"))
}
