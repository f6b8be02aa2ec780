//! `/app/stores/{id}`: a store as whoever makes it sees it: how it stands, its scenes, how it is shared.

use std::collections::HashSet;

use axum::extract::{Path, State};
use axum::response::Response;
use minijinja::{Value, context};
use scene::document::{Content, StoreDocument};
use serde_json::json;
use uuid::Uuid;

use super::draft::{Draft, thumbnail};
use super::edit::{answer, base};
use super::publish::standing;
use super::save::{Edit, save};
use super::share;
use crate::accounts::actor::Actor;
use crate::accounts::rights::Right;
use crate::app::App;
use crate::error::{Error, Result};
use crate::http::form::Form;
use crate::pages::frame::Visit;
use crate::stores;

/// The page.
pub async fn page(State(app): State<App>, visit: Visit, actor: Actor, Path(id): Path<Uuid>) -> Result<Response> {
    let draft = Draft::open(&app, &actor, id, Right::ReadStores).await?;
    let document = &draft.document;
    let reached = reached(document);
    let scenes: Vec<Value> = document
        .scenes
        .iter()
        .enumerate()
        .map(|(index, scene)| {
            let links = scene.hotspots.iter().filter(|hotspot| matches!(hotspot.content, Content::Link(_))).count();
            context! {
                id => &scene.id,
                name => draft.text(&scene.name, &visit.lang),
                picture => thumbnail(&scene.panorama),
                links,
                others => scene.hotspots.len() - links,
                is_start => scene.id == document.start.scene,
                is_first => index == 0,
                is_last => index + 1 == document.scenes.len(),
                is_reached => reached.contains(scene.id.as_str()),
            }
        })
        .collect();
    let published = match draft.store.current_revision {
        Some(number) => Some(app.revisions.get(&app.db, id, number).await?),
        None => None,
    };
    let start = document.scenes.iter().find(|scene| scene.id == document.start.scene);
    let poster = published.as_ref().and_then(|revision| {
        let store = &revision.store;
        store.posters.get(&store.document.start.scene).map(|posters| posters.landscape.clone())
    });
    let may_write = actor.may_in(Right::WriteStores, draft.store.shop_id);
    let page = context! {
        store => context! {
            id => id.to_string(),
            slug => &draft.store.slug,
            name => draft.text(&document.name, &visit.lang),
            picture => poster.or(start.map(|scene| thumbnail(&scene.panorama))),
            number => draft.number,
            saved_us => draft.saved_us,
            saved_by => &draft.actor,
            current => draft.store.current_revision,
            published_us => published.as_ref().map(|revision| revision.store.published_at),
            is_newer => draft.is_newer(),
            was_published => published.is_some() || stores::sql::was_published(&app.db, id).await?,
        },
        scenes,
        publishing => standing(&app, &actor, &draft.store).await?.value(),
        may_write,
        may_see_figures => actor.may_in(Right::ReadStatistics, draft.store.shop_id),
        share => published.map(|_| share::values(&app, &draft.store.slug)),
    };
    visit.page(&app, "drafts/overview.html", page)
}

/// Scenes to which one comes from the first by links.
fn reached(document: &StoreDocument) -> HashSet<&str> {
    let mut reached = HashSet::new();
    let mut open = vec![document.start.scene.as_str()];
    while let Some(id) = open.pop() {
        if !reached.insert(id) {
            continue;
        }
        let scene = document.scenes.iter().find(|scene| scene.id == id);
        for hotspot in scene.iter().flat_map(|scene| &scene.hotspots).filter(|hotspot| hotspot.visible) {
            if let Content::Link(link) = &hotspot.content {
                open.push(&link.scene);
            }
        }
    }
    reached
}

/// `POST /app/stores/{id}/scenes/{scene}/move`: up or down in lists.
pub async fn move_scene(
    State(app): State<App>,
    actor: Actor,
    Path((id, scene)): Path<(Uuid, String)>,
    form: Form,
) -> Result<Response> {
    let draft = Draft::open(&app, &actor, id, Right::WriteStores).await?;
    draft.scene(&scene)?;
    let up = match form.text("to") {
        "up" => true,
        "down" => false,
        other => return Err(Error::BadRequest(format!("a scene moves up or down, not {other:?}"))),
    };
    let apply = |document: &mut StoreDocument| {
        let at = document.scenes.iter().position(|other| other.id == scene).ok_or(Error::NotFound)?;
        let to = if up { at.checked_sub(1) } else { Some(at + 1).filter(|to| *to < document.scenes.len()) };
        if let Some(to) = to {
            document.scenes.swap(at, to);
        }
        Ok(())
    };
    let edit = Edit { base: base(&form)?, origin: "changed", part: &|_| json!(null), apply: &apply };
    let outcome = save(&app, &actor, &draft.store, &edit).await?;
    Ok(answer(&outcome, &format!("/app/stores/{id}#scenes"), "saved"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_link_leads_to_is_found() {
        let link = |id: &str, to: &str, visible: bool| json!({"id": id, "yaw": 0, "pitch": 0, "label": {"en": "x"}, "visible": visible, "link": {"scene": to}});
        let scene = |id: &str, hotspots: serde_json::Value| json!({"id": id, "name": {"en": id}, "alt": {"en": id}, "panorama": "p", "view": {"yaw": 0, "pitch": 0, "fov": 90}, "hotspots": hotspots});
        let document: StoreDocument = serde_json::from_value(json!({
            "version": 1, "languages": ["en"], "name": {"en": "S"}, "start": {"scene": "a"},
            "scenes": [
                scene("a", json!([link("1", "b", true), link("2", "c", false)])),
                scene("b", json!([link("3", "a", true)])),
                scene("c", json!([link("4", "a", true)])),
            ],
        }))
        .unwrap();
        assert_eq!(reached(&document), HashSet::from(["a", "b"]));
    }
}
