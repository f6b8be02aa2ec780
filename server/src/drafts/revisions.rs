//! `/app/stores/{id}/revisions`: every revision that was saved, and the way back to one.

use axum::extract::{Path, Query, State};
use axum::response::Response;
use minijinja::{Value, context};
use scene::document::StoreDocument;
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::changes::Changed;
use super::draft::Draft;
use super::edit::{base, faults};
use super::save::{Edit, Outcome, save};
use super::sql;
use crate::accounts::actor::Actor;
use crate::accounts::rights::Right;
use crate::app::App;
use crate::error::{Error, Result};
use crate::http::form::Form;
use crate::pages::frame::{self, Visit};

/// Revisions on a page.
const ON_A_PAGE: i64 = 50;

/// What the address may ask for.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Asked {
    /// The last number of the page before.
    below: Option<i64>,
}

/// The page.
pub async fn page(
    State(app): State<App>,
    visit: Visit,
    actor: Actor,
    Path(id): Path<Uuid>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let draft = Draft::open(&app, &actor, id, Right::ReadStores).await?;
    let below = asked.below.unwrap_or(i64::MAX);
    let mut rows = sql::revisions(&app.db, actor.tenant, id, below, ON_A_PAGE + 1).await?;
    let has_more = rows.len() > ON_A_PAGE as usize;
    rows.truncate(ON_A_PAGE as usize);
    let next = rows.last().filter(|_| has_more).map(|row| row.number);
    let revisions: Vec<Value> = rows
        .iter()
        .map(|row| {
            let changes: Vec<Changed> = serde_json::from_str(&row.changes).unwrap_or_default();
            context! {
                number => row.number,
                saved_us => row.created_us,
                actor => &row.actor,
                origin => &row.origin,
                changes => changes.iter().map(|one| context! { what => &one.what, name => &one.name }).collect::<Vec<_>>(),
                published_us => row.published_us,
                published_by => &row.published_by,
                is_shown => draft.store.current_revision == Some(row.number),
                is_draft => draft.number == row.number,
            }
        })
        .collect();
    let page = context! {
        store => context! { id => id.to_string(), name => draft.text(&draft.document.name, &visit.lang), number => draft.number },
        revisions, next, may_write => actor.may_in(Right::WriteStores, draft.store.shop_id),
    };
    visit.page(&app, "drafts/revisions.html", page)
}

/// `POST /app/stores/{id}/revisions/{number}/restore`: an older revision becomes the draft.
pub async fn restore(
    State(app): State<App>,
    visit: Visit,
    actor: Actor,
    Path((id, number)): Path<(Uuid, i64)>,
    form: Form,
) -> Result<Response> {
    let draft = Draft::open(&app, &actor, id, Right::WriteStores).await?;
    let text = sql::document(&app.db, actor.tenant, id, number).await?.ok_or(Error::NotFound)?;
    let older: StoreDocument = serde_json::from_str(&text).map_err(Error::internal)?;
    let apply = |document: &mut StoreDocument| {
        document.clone_from(&older);
        Ok(())
    };
    // Whoever goes back has seen the draft that they leave.
    let edit = Edit { base: base(&form)?, origin: "restored", part: &|document| json!(document), apply: &apply };
    let at = format!("/app/stores/{id}");
    match save(&app, &actor, &draft.store, &edit).await? {
        Outcome::Saved(_) => Ok(frame::done(&at, "restored")),
        Outcome::Conflict(_) => Ok(frame::done(&format!("{at}/revisions"), "changed_meanwhile")),
        Outcome::Faults(list) => {
            let store = context! { id => id.to_string(), name => draft.text(&draft.document.name, &visit.lang) };
            let page = context! { store, number, faults => faults(&list) };
            let visit = visit.at(&format!("{at}/revisions"));
            visit.page_with(&app, axum::http::StatusCode::UNPROCESSABLE_ENTITY, "drafts/unrestored.html", page)
        }
    }
}
