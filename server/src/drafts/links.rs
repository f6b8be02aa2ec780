//! `/app/stores/{id}/scenes/{scene}/links`: the ways from a scene to others: where each hangs, where it leads, and where
//! one looks on arrival.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use minijinja::{Value, context};
use scene::document::{Content, Hotspot, Icon, Link, LocalizedText, Scene, StoreDocument, View};
use serde_json::json;
use uuid::Uuid;

use super::draft::Draft;
use super::edit::{again, angle, answer, around, base, fields, texts, view, view_value};
use super::panoramas::fresh_id;
use super::save::{Edit, save};
use super::scene::leads_to;
use crate::accounts::actor::Actor;
use crate::accounts::rights::Right;
use crate::app::App;
use crate::error::{Error, Result};
use crate::http::form::{FieldErrors, Form};
use crate::pages::frame::{self, Visit};

/// A link hangs a little below the horizon, where the floor leads on.
const PITCH: f64 = -10.0;

/// `GET /app/stores/{id}/scenes/{scene}/links`: a new one.
pub async fn fresh(
    State(app): State<App>,
    visit: Visit,
    actor: Actor,
    Path((id, scene)): Path<(Uuid, String)>,
) -> Result<Response> {
    let draft = Draft::open(&app, &actor, id, Right::WriteStores).await?;
    show(&app, &visit, &draft, &scene, None, StatusCode::OK, context! {})
}

/// `GET /app/stores/{id}/scenes/{scene}/links/{hotspot}`.
pub async fn page(
    State(app): State<App>,
    visit: Visit,
    actor: Actor,
    Path((id, scene, hotspot)): Path<(Uuid, String, String)>,
) -> Result<Response> {
    let draft = Draft::open(&app, &actor, id, Right::WriteStores).await?;
    show(&app, &visit, &draft, &scene, Some(&hotspot), StatusCode::OK, context! {})
}

fn find<'a>(scene: &'a Scene, hotspot: &str) -> Result<(&'a Hotspot, &'a Link)> {
    let found = scene.hotspots.iter().find(|other| other.id == hotspot);
    found
        .and_then(|hotspot| match &hotspot.content {
            Content::Link(link) => Some((hotspot, link)),
            _ => None,
        })
        .ok_or(Error::NotFound)
}

fn show(
    app: &App,
    visit: &Visit,
    draft: &Draft,
    scene: &str,
    hotspot: Option<&str>,
    status: StatusCode,
    rest: Value,
) -> Result<Response> {
    let document = &draft.document;
    let scene = draft.scene(scene)?;
    let link = hotspot.map(|hotspot| find(scene, hotspot)).transpose()?;
    // Those to which no link leads yet come first in a new one's choice.
    let mut others: Vec<&Scene> = document.scenes.iter().filter(|other| other.id != scene.id).collect();
    if link.is_none() {
        others.sort_by_key(|other| leads_to(scene, &other.id));
    }
    let targets: Vec<(String, String)> =
        others.iter().map(|other| (other.id.clone(), draft.text(&other.name, &visit.lang))).collect();
    let (yaw, pitch) = link.map_or((scene.view.yaw, PITCH), |(hotspot, _)| (hotspot.yaw, hotspot.pitch));
    let direction = context! { yaw, pitch };
    let empty = LocalizedText::default();
    let page = context! {
        store => context! { id => draft.store.id.to_string(), name => draft.text(&document.name, &visit.lang), number => draft.number },
        scene => context! { id => &scene.id, name => draft.text(&scene.name, &visit.lang), view => view_value(scene.view) },
        hotspot => hotspot,
        target => link.map(|(_, link)| &link.scene),
        labels => fields(link.map_or(&empty, |(hotspot, _)| &hotspot.label), &document.languages),
        direction,
        look => match link {
            Some((hotspot, _)) => view_value(View { yaw: hotspot.yaw, pitch: hotspot.pitch, fov: scene.view.fov }),
            None => view_value(scene.view),
        },
        arrival => link.and_then(|(_, link)| link.view).map(view_value),
        has_way_back => link.is_some_and(|(_, link)| {
            document.scenes.iter().any(|other| other.id == link.scene && leads_to(other, &scene.id))
        }),
        targets,
        ..rest
    };
    visit.page_with(app, status, "drafts/link.html", page)
}

/// `POST /app/stores/{id}/scenes/{scene}/links`: adds one.
pub async fn add(
    State(app): State<App>,
    visit: Visit,
    actor: Actor,
    Path((id, scene)): Path<(Uuid, String)>,
    form: Form,
) -> Result<Response> {
    put(&app, &visit, &actor, id, &scene, None, &form).await
}

/// `POST /app/stores/{id}/scenes/{scene}/links/{hotspot}`: changes one.
pub async fn change(
    State(app): State<App>,
    visit: Visit,
    actor: Actor,
    Path((id, scene, hotspot)): Path<(Uuid, String, String)>,
    form: Form,
) -> Result<Response> {
    put(&app, &visit, &actor, id, &scene, Some(&hotspot), &form).await
}

async fn put(
    app: &App,
    visit: &Visit,
    actor: &Actor,
    id: Uuid,
    from: &str,
    hotspot: Option<&str>,
    form: &Form,
) -> Result<Response> {
    let draft = Draft::open(app, actor, id, Right::WriteStores).await?;
    let scene = draft.scene(from)?;
    let before = hotspot.map(|hotspot| find(scene, hotspot)).transpose()?;
    let mut errors = FieldErrors::default();
    let languages = &draft.document.languages;
    let target = draft.document.scenes.iter().find(|other| other.id == form.text("target") && other.id != from);
    errors.check(target.is_some(), "target", "field.choose");
    let empty = LocalizedText::default();
    let known = before.map_or(&empty, |(hotspot, _)| &hotspot.label);
    let mut label = texts(form, "label", languages, known, (false, false), &mut errors);
    let (yaw, pitch) = (
        angle(form, "yaw", (-180.0, 180.0), "draft.yaw_wrong", &mut errors),
        angle(form, "pitch", (-90.0, 90.0), "draft.pitch_wrong", &mut errors),
    );
    let is_aimed = ["yaw", "pitch", "fov"].iter().any(|name| form.some(&format!("arrival-{name}")).is_some());
    let arrival = if is_aimed { Some(view(form, "arrival-", &mut errors)) } else { None };
    let (true, Some(target)) = (errors.is_empty(), target) else {
        let rest = context! { values => form.values(), errors => errors.values() };
        return show(app, visit, &draft, from, hotspot, StatusCode::UNPROCESSABLE_ENTITY, rest);
    };
    // Without words of its own a link is called as where it leads.
    if languages.first().is_some_and(|first| !label.0.contains_key(first)) {
        for (lang, name) in &target.name.0 {
            label.0.entry(lang.clone()).or_insert_with(|| name.clone());
        }
    }
    let link = Link { scene: target.id.clone(), view: arrival };
    let fresh = Hotspot {
        id: fresh_id(app, "h")?,
        yaw,
        pitch,
        icon: Some(Icon::Arrow),
        color: None,
        label: label.clone(),
        visible: true,
        content: Content::Link(link.clone()),
    };
    let back = if form.text("back") == "yes" { Some(way_back(app, scene, target, &fresh, arrival)?) } else { None };
    let apply = |document: &mut StoreDocument| {
        let scene = document.scenes.iter_mut().find(|other| other.id == from).ok_or(Error::NotFound)?;
        match hotspot {
            None => scene.hotspots.push(fresh.clone()),
            Some(hotspot) => {
                let edited = scene.hotspots.iter_mut().find(|other| other.id == hotspot).ok_or(Error::NotFound)?;
                (edited.yaw, edited.pitch) = (yaw, pitch);
                edited.label.clone_from(&label);
                edited.content = Content::Link(link.clone());
            }
        }
        let target = document.scenes.iter_mut().find(|other| other.id == link.scene);
        if let (Some(back), Some(target)) = (&back, target)
            && !leads_to(target, from)
        {
            target.hotspots.push(back.clone());
        }
        Ok(())
    };
    let part = |document: &StoreDocument| {
        let scene = document.scenes.iter().find(|other| other.id == from);
        let own = hotspot.and_then(|id| scene?.hotspots.iter().find(|other| other.id == id));
        json!([scene.is_some(), own, document.scenes.iter().any(|other| other.id == link.scene), document.languages])
    };
    let edit = Edit { base: base(form)?, origin: "changed", part: &part, apply: &apply };
    match again(save(app, actor, &draft.store, &edit).await?, form) {
        None => Ok(frame::done(&format!("/app/stores/{id}/scenes/{from}#links"), "saved")),
        Some((status, now, rest)) => {
            let now = now.as_ref().unwrap_or(&draft);
            // Whoever was faster may have removed it: then what was typed makes a new one.
            let hotspot = hotspot.filter(|hotspot| now.scene(from).is_ok_and(|scene| find(scene, hotspot).is_ok()));
            show(app, visit, now, from, hotspot, status, rest)
        }
    }
}

/// The link that leads back: behind whoever arrives; and coming back one turns away from where it led.
fn way_back(app: &App, from: &Scene, to: &Scene, link: &Hotspot, arrival: Option<View>) -> Result<Hotspot> {
    let seen = arrival.unwrap_or(to.view);
    let arriving = View { yaw: around(link.yaw + 180.0), pitch: 0.0, fov: from.view.fov };
    Ok(Hotspot {
        id: fresh_id(app, "h")?,
        yaw: around(seen.yaw + 180.0),
        pitch: link.pitch,
        icon: Some(Icon::Arrow),
        color: None,
        label: from.name.clone(),
        visible: true,
        content: Content::Link(Link { scene: from.id.clone(), view: Some(arriving) }),
    })
}

/// `POST /app/stores/{id}/scenes/{scene}/links/{hotspot}/remove`.
pub async fn remove(
    State(app): State<App>,
    actor: Actor,
    Path((id, scene, hotspot)): Path<(Uuid, String, String)>,
    form: Form,
) -> Result<Response> {
    let draft = Draft::open(&app, &actor, id, Right::WriteStores).await?;
    find(draft.scene(&scene)?, &hotspot)?;
    let apply = |document: &mut StoreDocument| {
        let scene = document.scenes.iter_mut().find(|other| other.id == scene).ok_or(Error::NotFound)?;
        scene.hotspots.retain(|other| other.id != hotspot);
        Ok(())
    };
    let part = |document: &StoreDocument| {
        let scene = document.scenes.iter().find(|other| other.id == scene);
        json!(scene.and_then(|scene| scene.hotspots.iter().find(|other| other.id == hotspot)))
    };
    let edit = Edit { base: base(&form)?, origin: "changed", part: &part, apply: &apply };
    let outcome = save(&app, &actor, &draft.store, &edit).await?;
    Ok(answer(&outcome, &format!("/app/stores/{id}/scenes/{scene}#links"), "removed_link"))
}
