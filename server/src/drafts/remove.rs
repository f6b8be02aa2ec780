//! `POST /app/stores/{id}/delete`: deletes a store that was never published, with its revisions. One that was published
//! can be closed; what it showed is kept, because statistics and links of shoppers hang on it.

use axum::extract::{Path, State};
use axum::response::Response;
use serde_json::json;
use uuid::Uuid;

use super::draft::Draft;
use super::publish::lock_at_rest;
use super::sql;
use crate::accounts::actor::Actor;
use crate::accounts::rights::Right;
use crate::app::App;
use crate::audit::{self, By, Change};
use crate::error::Result;
use crate::pages::frame;

/// The handler.
pub async fn remove(State(app): State<App>, actor: Actor, Path(id): Path<Uuid>) -> Result<Response> {
    let draft = Draft::open(&app, &actor, id, Right::WriteStores).await?;
    let mut tx = app.db.begin().await?;
    if let Err(answer) = lock_at_rest(&mut tx, actor.tenant, id).await? {
        return Ok(*answer);
    }
    if !sql::remove(&mut tx, actor.tenant, id).await? {
        return Ok(frame::done(&format!("/app/stores/{id}"), "store_was_published"));
    }
    let change = Change {
        action: "store.deleted",
        subject_id: Some(id),
        subject: &draft.store.slug,
        before: Some(json!({ "name": draft.document.name, "revision": draft.number })),
        after: None,
    };
    audit::record(&app, &mut tx, actor.tenant, By::Actor(&actor), &change).await?;
    tx.commit().await?;
    Ok(frame::done("/app/stores", "store_deleted"))
}
