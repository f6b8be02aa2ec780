//! `POST /app/products/import/{id}/start`: brings the rows that fit into the catalogue, or goes on with it. `…/again`:
//! begins work anew that failed.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use uuid::Uuid;

use super::apply;
use super::check::{self, Payload};
use super::state::Status;
use super::{page, sql};
use crate::accounts::actor::Actor;
use crate::app::App;
use crate::error::{Error, Result};
use crate::http::form::Form;
use crate::jobs;
use crate::pages::frame::{self, Visit};

/// The handler.
pub async fn start(
    State(app): State<App>,
    visit: Visit,
    actor: Actor,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<Response> {
    let import = sql::find(&app.db, actor.tenant, id).await?.ok_or(Error::NotFound)?;
    let here = format!("/app/products/import/{id}");
    let from = match import.status {
        Status::Checked => Status::Checked,
        Status::Stopped => Status::Stopped,
        _ => return Ok(frame::done(&here, "import_moved")),
    };
    // Leaving rows out is to be wanted, not overlooked.
    if from == Status::Checked && import.counts.faulty > 0 && form.text("faulty") != "skip" {
        let wrong = Some("import.wrong.faulty");
        return page::show(&app, &visit, &import, StatusCode::UNPROCESSABLE_ENTITY, wrong).await;
    }
    let mut tx = app.db.begin().await?;
    if sql::is_another_working(&mut tx, actor.tenant, id).await? {
        drop(tx);
        let wrong = Some("import.wrong.another");
        return page::show(&app, &visit, &import, StatusCode::CONFLICT, wrong).await;
    }
    let job = app.ids.next().map_err(Error::internal)?;
    if !sql::advance(&mut tx, actor.tenant, id, from, Status::Importing, Some(job)).await? {
        return Ok(frame::done(&here, "import_moved"));
    }
    jobs::sql::insert(&mut tx, actor.tenant, job, apply::KIND, &Payload::json(id), app.clock.now_us()).await?;
    tx.commit().await?;
    app.bell.ring();
    Ok(frame::to(&here))
}

/// The handler of `…/again`.
pub async fn again(State(app): State<App>, actor: Actor, Path(id): Path<Uuid>) -> Result<Response> {
    let import = sql::find(&app.db, actor.tenant, id).await?.ok_or(Error::NotFound)?;
    let here = format!("/app/products/import/{id}");
    let old = match import.job.filter(|_| import.status.is_working()) {
        Some(job) => jobs::sql::state(&app.db, actor.tenant, job).await?,
        None => return Ok(frame::done(&here, "import_moved")),
    };
    // What waits or runs is at work already.
    if old.is_some_and(|job| job.status == "waiting" || job.status == "running") {
        return Ok(frame::to(&here));
    }
    let kind = if import.status == Status::Checking { check::KIND } else { apply::KIND };
    let job = app.ids.next().map_err(Error::internal)?;
    let mut tx = app.db.begin().await?;
    if sql::advance(&mut tx, actor.tenant, id, import.status, import.status, Some(job)).await? {
        jobs::sql::insert(&mut tx, actor.tenant, job, kind, &Payload::json(id), app.clock.now_us()).await?;
        tx.commit().await?;
        app.bell.ring();
    }
    Ok(frame::to(&here))
}
