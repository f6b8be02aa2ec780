//! `POST /app/products/import/{id}/cancel`: stops the work, or puts an import away that is not at work. What is in the
//! catalogue stays there.

use axum::extract::{Path, State};
use axum::response::Response;
use uuid::Uuid;

use super::apply::summary;
use super::state::Status;
use super::{sql, sweep};
use crate::accounts::actor::Actor;
use crate::app::App;
use crate::audit::{self, By, Change};
use crate::error::{Error, Result};
use crate::jobs;
use crate::pages::frame;

/// The handler.
pub async fn cancel(State(app): State<App>, actor: Actor, Path(id): Path<Uuid>) -> Result<Response> {
    let import = sql::find(&app.db, actor.tenant, id).await?.ok_or(Error::NotFound)?;
    let here = format!("/app/products/import/{id}");
    let now_us = app.clock.now_us();
    let is_moved = match import.status {
        Status::Checking => {
            let mut tx = app.db.begin().await?;
            let moved = sql::advance(&mut tx, actor.tenant, id, Status::Checking, Status::Columns, None).await?;
            if let Some(job) = import.job.filter(|_| moved) {
                jobs::sql::cancel(&mut tx, actor.tenant, job, now_us).await?;
            }
            tx.commit().await?;
            moved
        }
        Status::Importing => {
            let mut tx = app.db.begin().await?;
            let moved = sql::finish(&mut tx, actor.tenant, id, Status::Stopped, now_us).await?;
            if let Some(job) = import.job.filter(|_| moved) {
                jobs::sql::cancel(&mut tx, actor.tenant, job, now_us).await?;
                let now = sql::find_in(&mut tx, actor.tenant, id).await?.ok_or(Error::NotFound)?;
                let change = Change {
                    action: "product.import_stopped",
                    subject_id: Some(id),
                    subject: &now.name,
                    before: None,
                    after: Some(summary(&now)),
                };
                audit::record(&app, &mut tx, actor.tenant, By::Actor(&actor), &change).await?;
            }
            tx.commit().await?;
            moved
        }
        Status::Columns | Status::Checked | Status::Stopped | Status::Done => {
            if sweep::remove(&app, &import).await? {
                return Ok(frame::done("/app/products/import", "import_away"));
            }
            false
        }
    };
    Ok(if is_moved { frame::to(&here) } else { frame::done(&here, "import_moved") })
}
