//! `/app/stores/{id}/scenes/{scene}`: what a scene is called, what it shows, where one looks first, and what hangs in it.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use minijinja::{Value, context};
use scene::document::{Content, Scene, StoreDocument};
use serde_json::json;
use uuid::Uuid;

use super::draft::Draft;
use super::edit::{again, angle, answer, base, fields, texts, view, view_value};
use super::save::{Edit, save};
use crate::accounts::actor::Actor;
use crate::accounts::rights::Right;
use crate::app::App;
use crate::error::{Error, Result};
use crate::http::form::{FieldErrors, Form};
use crate::pages::frame::{self, Visit};

/// The page.
pub async fn page(
    State(app): State<App>,
    visit: Visit,
    actor: Actor,
    Path((id, scene)): Path<(Uuid, String)>,
) -> Result<Response> {
    let draft = Draft::open(&app, &actor, id, Right::WriteStores).await?;
    show(&app, &visit, &draft, &scene, StatusCode::OK, context! {})
}

fn show(app: &App, visit: &Visit, draft: &Draft, id: &str, status: StatusCode, rest: Value) -> Result<Response> {
    let document = &draft.document;
    let scene = draft.scene(id)?;
    let is_start = document.start.scene == scene.id;
    let languages = &document.languages;
    let hotspots: Vec<Value> = scene
        .hotspots
        .iter()
        .map(|hotspot| {
            let target = match &hotspot.content {
                Content::Link(link) => document.scenes.iter().find(|scene| scene.id == link.scene),
                _ => None,
            };
            context! {
                id => &hotspot.id,
                kind => hotspot.content.kind(),
                label => draft.text(&hotspot.label, &visit.lang),
                target => target.map(|scene| draft.text(&scene.name, &visit.lang)),
                has_way_back => target.is_some_and(|target| leads_to(target, &scene.id)),
            }
        })
        .collect();
    let page = context! {
        store => context! { id => draft.store.id.to_string(), name => draft.text(&document.name, &visit.lang), number => draft.number },
        scene => context! {
            id => &scene.id,
            name => draft.text(&scene.name, &visit.lang),
            names => fields(&scene.name, languages),
            alts => fields(&scene.alt, languages),
            descriptions => fields(&scene.description, languages),
            view => view_value(scene.view),
            north => scene.north,
            is_start,
            start_view => document.start.view.filter(|_| is_start).map(view_value),
        },
        hotspots,
        has_others => document.scenes.len() > 1,
        ..rest
    };
    visit.page_with(app, status, "drafts/scene.html", page)
}

/// Whether a link in a scene leads to another.
pub fn leads_to(scene: &Scene, target: &str) -> bool {
    scene.hotspots.iter().any(|hotspot| matches!(&hotspot.content, Content::Link(link) if link.scene == target))
}

/// `POST /app/stores/{id}/scenes/{scene}`.
pub async fn change(
    State(app): State<App>,
    visit: Visit,
    actor: Actor,
    Path((id, scene)): Path<(Uuid, String)>,
    form: Form,
) -> Result<Response> {
    let draft = Draft::open(&app, &actor, id, Right::WriteStores).await?;
    let before = draft.scene(&scene)?;
    let mut errors = FieldErrors::default();
    let languages = &draft.document.languages;
    let name = texts(&form, "name", languages, &before.name, (false, true), &mut errors);
    let alt = texts(&form, "alt", languages, &before.alt, (true, true), &mut errors);
    let description = texts(&form, "description", languages, &before.description, (true, false), &mut errors);
    let view = view(&form, "", &mut errors);
    let north = angle(&form, "north", (-360.0, 360.0), "draft.north_wrong", &mut errors);
    if !errors.is_empty() {
        let rest = context! { values => form.values(), errors => errors.values() };
        return show(&app, &visit, &draft, &scene, StatusCode::UNPROCESSABLE_ENTITY, rest);
    }
    let (is_start, drops_view) = (form.text("is_start") == "yes", form.text("drop_start_view") == "yes");
    let apply = |document: &mut StoreDocument| {
        let edited = document.scenes.iter_mut().find(|other| other.id == scene).ok_or(Error::NotFound)?;
        edited.name.clone_from(&name);
        edited.alt.clone_from(&alt);
        edited.description.clone_from(&description);
        (edited.view, edited.north) = (view, north);
        if is_start && document.start.scene != scene {
            document.start.scene.clone_from(&scene);
            document.start.view = None;
        }
        if drops_view && document.start.scene == scene {
            document.start.view = None;
        }
        Ok(())
    };
    let part = |document: &StoreDocument| {
        let own = document.scenes.iter().find(|other| other.id == scene);
        json!([own.map(|scene| Scene { hotspots: Vec::new(), ..scene.clone() }), document.start, document.languages])
    };
    let edit = Edit { base: base(&form)?, origin: "changed", part: &part, apply: &apply };
    match again(save(&app, &actor, &draft.store, &edit).await?, &form) {
        None => Ok(frame::done(&format!("/app/stores/{id}/scenes/{scene}"), "saved")),
        Some((status, now, rest)) => show(&app, &visit, now.as_ref().unwrap_or(&draft), &scene, status, rest),
    }
}

/// `POST /app/stores/{id}/scenes/{scene}/remove`: with the links that lead to it. The panorama stays in the library.
pub async fn remove(
    State(app): State<App>,
    actor: Actor,
    Path((id, scene)): Path<(Uuid, String)>,
    form: Form,
) -> Result<Response> {
    let draft = Draft::open(&app, &actor, id, Right::WriteStores).await?;
    draft.scene(&scene)?;
    let at = format!("/app/stores/{id}");
    if draft.document.scenes.len() == 1 {
        return Ok(frame::done(&format!("{at}/scenes/{scene}"), "last_scene"));
    }
    let apply = |document: &mut StoreDocument| {
        document.scenes.retain(|other| other.id != scene);
        for other in &mut document.scenes {
            let leads_there = |content: &Content| matches!(content, Content::Link(link) if link.scene == scene);
            other.hotspots.retain(|hotspot| !leads_there(&hotspot.content));
        }
        if document.start.scene == scene {
            let first = document.scenes.first().ok_or(Error::NotFound)?;
            document.start.scene.clone_from(&first.id);
            document.start.view = None;
        }
        Ok(())
    };
    let part = |document: &StoreDocument| json!(document.scenes.iter().find(|other| other.id == scene));
    let edit = Edit { base: base(&form)?, origin: "changed", part: &part, apply: &apply };
    let outcome = save(&app, &actor, &draft.store, &edit).await?;
    Ok(answer(&outcome, &at, "scene_removed"))
}
