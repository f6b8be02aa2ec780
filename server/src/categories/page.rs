//! `/app/categories`: the tree, to be read and changed: new ones, names, places, and the end of empty ones.

use std::collections::HashMap;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use minijinja::{Value, context};
use scene::document::LocalizedText;
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::sql;
use super::tree::{Category, Tree, name};
use crate::accounts::actor::Actor;
use crate::accounts::rights::Right;
use crate::app::App;
use crate::audit::{self, By, Change};
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::http::form::Form;
use crate::pages::frame::{self, Visit};
use crate::pages::own_name;
use crate::products::check;
use crate::products::fault::{Fault, Faults};
use crate::products::shop::habits;
use crate::products::typed::{Typed, outdated};
use crate::products::write::lock;

const HERE: &str = "/app/categories";
/// Characters of a name.
const MAX_NAME: usize = 80;

/// What the address may ask for.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    /// The category whose form is open: a form for each would make a long page of a large tree.
    change: Option<String>,
}

/// `GET /app/categories`.
pub async fn page(State(app): State<App>, visit: Visit, actor: Actor, Query(asked): Query<Asked>) -> Result<Response> {
    let open = asked.change.and_then(|text| text.parse().ok());
    render(&app, &visit, &actor, StatusCode::OK, open, None).await
}

/// The page again, with what is wrong with what was typed.
async fn again(app: &App, visit: &Visit, actor: &Actor, typed: Typed<'_>) -> Result<Response> {
    let open = typed.of;
    render(app, visit, actor, StatusCode::UNPROCESSABLE_ENTITY, open, Some(typed)).await
}

async fn render(
    app: &App,
    visit: &Visit,
    actor: &Actor,
    status: StatusCode,
    open: Option<Uuid>,
    typed: Option<Typed<'_>>,
) -> Result<Response> {
    let tree = sql::tree(&app.db, actor.tenant).await?;
    let counts: HashMap<Uuid, i64> = sql::counts(&app.db, actor.tenant).await?.into_iter().collect();
    let texts = app.pages.texts(&visit.lang);
    let languages = habits(app, actor.tenant, &visit.lang).await?.languages;
    let may_write = actor.may(Right::WriteCatalogue);
    let top = texts.get("category.top");
    let errors = |of: Option<Uuid>| Typed::errors(typed.as_ref(), of, &texts);
    let values = |of: Option<Uuid>| Typed::values(typed.as_ref(), of);
    let form = |category: &Category| {
        let below = tree.below(category.id);
        let names: Vec<Value> = all_languages(&languages, &category.name)
            .map(|tag| context! { tag, language => own_name(tag), text => category.name.0.get(tag) })
            .collect();
        // Where it may go: not below itself.
        let is_below = |id: &str| id.parse().is_ok_and(|id: Uuid| below.contains(&id));
        let places: Vec<(String, String)> = places(&tree, &visit.lang, top).filter(|(id, _)| !is_below(id)).collect();
        context! {
            names, places, parent => category.parent.map(|id| id.to_string()).unwrap_or_default(),
            errors => errors(Some(category.id)), values => values(Some(category.id)),
        }
    };
    let rows: Vec<Value> = tree
        .in_order()
        .into_iter()
        .map(|one| {
            let category = one.category;
            let mut siblings = tree.children(category.parent).map(|sibling| sibling.id);
            let is_first = siblings.next() == Some(category.id);
            let is_last = siblings.last().map_or(is_first, |last| last == category.id);
            context! {
                id => category.id.to_string(), name => name(category, &visit.lang), depth => one.depth, version => category.version,
                is_first, is_last, products => counts.get(&category.id).copied().unwrap_or(0),
                has_children => tree.children(Some(category.id)).next().is_some(),
                form => (may_write && open == Some(category.id)).then(|| form(category)),
            }
        })
        .collect();
    let names: Vec<Value> = languages.iter().map(|tag| context! { tag, language => own_name(tag) }).collect();
    let context = context! {
        rows, names, places => places(&tree, &visit.lang, top).collect::<Vec<_>>(),
        errors => errors(None), values => values(None), may_write,
    };
    visit.at(HERE).page_with(app, status, "categories/page.html", context)
}

/// The languages of the shop, and others in which there is a name.
fn all_languages<'a>(languages: &'a [String], name: &'a LocalizedText) -> impl Iterator<Item = &'a str> {
    let others = name.0.keys().filter(|tag| !languages.contains(tag));
    languages.iter().chain(others).map(String::as_str)
}

/// Where a category can stand: id and name of each, the top of the tree first.
fn places<'a>(tree: &'a Tree, lang: &'a str, top: &str) -> impl Iterator<Item = (String, String)> + use<'a> {
    let below = tree.in_order().into_iter().map(move |one| {
        (one.category.id.to_string(), format!("{}{}", "\u{2003}".repeat(one.depth), name(one.category, lang)))
    });
    std::iter::once((String::new(), top.to_owned())).chain(below)
}

/// What a form says: the names by language, and the category above.
fn read(form: &Form) -> (LocalizedText, Option<Uuid>, Faults) {
    let names = form.fields().filter_map(|(field, text)| Some((field.strip_prefix("name.")?, text.trim())));
    let names = names.filter(|(_, text)| !text.is_empty()).map(|(tag, text)| (tag.to_owned(), text.to_owned()));
    let name = LocalizedText(names.collect());
    let mut faults = check::localized("name", &name, MAX_NAME, false);
    if name.is_empty() {
        faults.push(("name".to_owned(), Fault::new("field.missing")));
    }
    let parent = form.some("parent").map(str::parse::<Uuid>);
    if matches!(parent, Some(Err(_))) {
        faults.push(("parent".to_owned(), Fault::new("field.choose")));
    }
    (name, parent.and_then(std::result::Result::ok), faults)
}

/// The fault of a name that a sibling has already.
fn taken(tree: &Tree, parent: Option<Uuid>, of: Option<Uuid>, name: &LocalizedText) -> Option<(String, Fault)> {
    name.0.iter().find_map(|(tag, text)| {
        let other = tree.named(parent, text).filter(|other| Some(other.id) != of)?;
        let said = Fault::new("category.fault.taken").with("name", crate::categories::tree::name(other, tag));
        Some((format!("name.{tag}"), said))
    })
}

/// `POST /app/categories`: makes one, after its siblings.
pub async fn create(State(app): State<App>, visit: Visit, actor: Actor, form: Form) -> Result<Response> {
    let (name, parent, mut faults) = read(&form);
    let mut tx = app.db.begin().await?;
    lock(&mut tx, actor.tenant).await?;
    let tree = sql::tree_in(&mut tx, actor.tenant).await?;
    faults.extend(tree.refusal(parent, None).map(|key| ("parent".to_owned(), Fault::new(key))));
    faults.extend(taken(&tree, parent, None, &name));
    if !faults.is_empty() {
        drop(tx);
        return again(&app, &visit, &actor, Typed { of: None, form: &form, faults }).await;
    }
    let position = tree.children(parent).map(|sibling| sibling.position + 1).max().unwrap_or(0);
    let category = Category { id: app.ids.next().map_err(Error::internal)?, parent, name, position, version: 1 };
    sql::insert(&mut tx, actor.tenant, &category, app.clock.now_us()).await?;
    log(&app, &mut tx, &actor, "category.added", None, Some((&tree, &category))).await?;
    tx.commit().await?;
    Ok(frame::done(HERE, "category_added"))
}

/// `POST /app/categories/{id}`: other names, another place.
pub async fn save(
    State(app): State<App>,
    visit: Visit,
    actor: Actor,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<Response> {
    let (name, parent, mut faults) = read(&form);
    let mut tx = app.db.begin().await?;
    lock(&mut tx, actor.tenant).await?;
    let tree = sql::tree_in(&mut tx, actor.tenant).await?;
    let before = tree.get(id).ok_or(Error::NotFound)?;
    faults.extend(outdated(&form, before.version));
    faults.extend(tree.refusal(parent, Some(id)).map(|key| ("parent".to_owned(), Fault::new(key))));
    faults.extend(taken(&tree, parent, Some(id), &name));
    if !faults.is_empty() {
        drop(tx);
        return again(&app, &visit, &actor, Typed { of: Some(id), form: &form, faults }).await;
    }
    // In another place it comes last.
    let position = if parent == before.parent {
        before.position
    } else {
        tree.children(parent).map(|sibling| sibling.position + 1).max().unwrap_or(0)
    };
    let after = Category { parent, name, position, ..before.clone() };
    if after != *before {
        sql::update(&mut tx, actor.tenant, &after).await?;
        log(&app, &mut tx, &actor, "category.changed", Some((&tree, before)), Some((&tree, &after))).await?;
        tx.commit().await?;
    }
    Ok(frame::done(HERE, "saved"))
}

/// `POST /app/categories/{id}/earlier`: before the sibling that stands before it.
pub async fn earlier(State(app): State<App>, actor: Actor, Path(id): Path<Uuid>) -> Result<Response> {
    step(&app, &actor, id, -1).await
}

/// `POST /app/categories/{id}/later`: after the sibling that stands after it.
pub async fn later(State(app): State<App>, actor: Actor, Path(id): Path<Uuid>) -> Result<Response> {
    step(&app, &actor, id, 1).await
}

async fn step(app: &App, actor: &Actor, id: Uuid, by: isize) -> Result<Response> {
    let mut tx = app.db.begin().await?;
    lock(&mut tx, actor.tenant).await?;
    let tree = sql::tree_in(&mut tx, actor.tenant).await?;
    let parent = tree.get(id).ok_or(Error::NotFound)?.parent;
    let mut siblings: Vec<&Category> = tree.children(parent).collect();
    let at = siblings.iter().position(|sibling| sibling.id == id).unwrap_or_default();
    if let Some(other) = at.checked_add_signed(by).filter(|other| *other < siblings.len()) {
        siblings.swap(at, other);
        for (position, sibling) in (0..).zip(siblings) {
            if sibling.position != position {
                sql::update(&mut tx, actor.tenant, &Category { position, ..sibling.clone() }).await?;
            }
        }
        tx.commit().await?;
    }
    Ok(frame::to(&format!("{HERE}#{id}")))
}

/// `POST /app/categories/{id}/delete`: refused while something stands in it.
pub async fn delete(State(app): State<App>, actor: Actor, Path(id): Path<Uuid>) -> Result<Response> {
    let mut tx = app.db.begin().await?;
    lock(&mut tx, actor.tenant).await?;
    let tree = sql::tree_in(&mut tx, actor.tenant).await?;
    let category = tree.get(id).ok_or(Error::NotFound)?;
    if tree.children(Some(id)).next().is_some() || sql::products_in(&mut tx, actor.tenant, id).await? > 0 {
        return Ok(frame::done(HERE, "category_is_used"));
    }
    if !sql::delete(&mut tx, actor.tenant, id).await? {
        return Err(Error::NotFound);
    }
    log(&app, &mut tx, &actor, "category.deleted", Some((&tree, category)), None).await?;
    tx.commit().await?;
    Ok(frame::done(HERE, "category_deleted"))
}

async fn log(
    app: &App,
    tx: &mut Tx,
    actor: &Actor,
    action: &'static str,
    before: Option<(&Tree, &Category)>,
    after: Option<(&Tree, &Category)>,
) -> Result<()> {
    let state = |(tree, category): (&Tree, &Category)| json!({ "name": category.name, "below": category.parent.map(|id| tree.path_text(id, &actor.language)) });
    let Some((_, subject)) = after.or(before) else { return Ok(()) };
    let change = Change {
        action,
        subject_id: Some(subject.id),
        subject: name(subject, &actor.language),
        before: before.map(state),
        after: after.map(state),
    };
    audit::record(app, tx, actor.tenant, By::Actor(actor), &change).await
}
