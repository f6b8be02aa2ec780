//! `/app/webhooks/failed`: the dead letters of every endpoint.

use axum::extract::{Query, State};
use axum::response::Response;
use minijinja::context;
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::delivery::{REPLAYED_AT_ONCE, row};
use super::queue;
use crate::accounts::actor::Actor;
use crate::app::App;
use crate::audit::{self, By, Change};
use crate::error::Result;
use crate::pages::frame::{self, Visit};

const ON_A_PAGE: usize = 30;

/// What the address may ask for.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    before: Option<Uuid>,
}

/// `GET /app/webhooks/failed`.
pub async fn page(State(app): State<App>, visit: Visit, actor: Actor, Query(asked): Query<Asked>) -> Result<Response> {
    let mut failed = queue::failed(&app.db, actor.tenant, asked.before, ON_A_PAGE as i64 + 1).await?;
    let has_more = failed.len() > ON_A_PAGE;
    failed.truncate(ON_A_PAGE);
    let next = has_more.then(|| failed.last().map(|last| last.id.to_string())).flatten();
    let deliveries: Vec<_> = failed.iter().map(row).collect();
    visit.page(&app, "webhooks/failed.html", context! { deliveries, next })
}

/// `POST /app/webhooks/failed/replay`: those of every endpoint that is on.
pub async fn replay(State(app): State<App>, actor: Actor) -> Result<Response> {
    let mut tx = app.db.begin().await?;
    let count = queue::replay_failed(&mut tx, actor.tenant, None, app.clock.now_us(), REPLAYED_AT_ONCE).await?;
    if count > 0 {
        let after = Some(json!({ "deliveries": count }));
        let change = Change { action: "webhook.replayed", subject_id: None, subject: "", before: None, after };
        audit::record(&app, &mut tx, actor.tenant, By::Actor(&actor), &change).await?;
    }
    tx.commit().await?;
    app.webhook_bell.notify_one();
    Ok(frame::done("/app/webhooks/failed", "webhook_replayed"))
}
