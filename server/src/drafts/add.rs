//! `/app/stores/{id}/add`: more scenes from panoramas of the library.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use minijinja::{Value, context};
use scene::document::StoreDocument;
use serde_json::json;
use uuid::Uuid;

use super::draft::Draft;
use super::edit::{again, base};
use super::save::{Edit, save};
use super::{make, panoramas};
use crate::accounts::actor::Actor;
use crate::accounts::rights::Right;
use crate::app::App;
use crate::error::Result;
use crate::http::form::{FieldErrors, Form};
use crate::pages::frame::{self, Visit};

/// The page.
pub async fn page(State(app): State<App>, visit: Visit, actor: Actor, Path(id): Path<Uuid>) -> Result<Response> {
    let draft = Draft::open(&app, &actor, id, Right::WriteStores).await?;
    show(&app, &visit, &actor, &draft, &[], StatusCode::OK, context! {}).await
}

async fn show(
    app: &App,
    visit: &Visit,
    actor: &Actor,
    draft: &Draft,
    chosen: &[Uuid],
    status: StatusCode,
    rest: Value,
) -> Result<Response> {
    let items = panoramas::all(app, actor.tenant).await?;
    let used = |sha256: &str| draft.document.scenes.iter().any(|scene| scene.panorama == sha256);
    let page = context! {
        store => context! { id => draft.store.id.to_string(), name => draft.text(&draft.document.name, &visit.lang), number => draft.number },
        panoramas => panoramas::values(&items, chosen, &used),
        may_upload => actor.may(Right::WriteMedia), ..rest
    };
    visit.page_with(app, status, "drafts/add.html", page)
}

/// The handler.
pub async fn add(
    State(app): State<App>,
    visit: Visit,
    actor: Actor,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<Response> {
    let draft = Draft::open(&app, &actor, id, Right::WriteStores).await?;
    let chosen = panoramas::chosen(form.all("panorama"));
    if chosen.is_empty() {
        let mut errors = FieldErrors::default();
        errors.add("panorama", "draft.no_panorama");
        let rest = context! { errors => errors.values() };
        return show(&app, &visit, &actor, &draft, &chosen, StatusCode::UNPROCESSABLE_ENTITY, rest).await;
    }
    let mut with = draft.document.clone();
    make::add(&app, &actor, &mut with, &chosen).await?;
    let fresh = &with.scenes[draft.document.scenes.len()..];
    let apply = |document: &mut StoreDocument| {
        document.scenes.extend_from_slice(fresh);
        Ok(())
    };
    let edit = Edit { base: base(&form)?, origin: "changed", part: &|_| json!(null), apply: &apply };
    let outcome = save(&app, &actor, &draft.store, &edit).await?;
    match again(outcome, &form) {
        None => Ok(frame::done(&format!("/app/stores/{id}#scenes"), "scenes_added")),
        Some((status, now, rest)) => {
            show(&app, &visit, &actor, now.as_ref().unwrap_or(&draft), &chosen, status, rest).await
        }
    }
}
