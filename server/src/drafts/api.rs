//! `/api/v1/drafts`: stores for programs: read the draft, put another one, publish it. What was read says by its `ETag`
//! which revision it is; what is put says by `If-Match` which one it was made from.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use scene::document::{LocalizedText, StoreDocument};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::document::parse;
use super::draft::Draft;
use super::publish::{Asked, begin, standing};
use super::save::{Edit, Outcome, save};
use super::sql;
use crate::accounts::actor::Actor;
use crate::accounts::rights::Right;
use crate::app::App;
use crate::error::{Error, Result};
use crate::http::paging::{CURSOR, LIMIT, Paging};
use crate::http::versions;
use crate::openapi::{Operation, Parameter, schema};

/// A store in a list.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DraftStore {
    /// Id.
    id: Uuid,
    /// Its name in addresses.
    slug: String,
    /// Its name.
    name: LocalizedText,
    /// Number of the draft's revision.
    draft: i64,
    /// The revision that shoppers see; absent while the store is not published.
    published: Option<i64>,
}

/// A page of an organisation's stores.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DraftStores {
    /// The newest first, without those of shops that the account has no rights in.
    stores: Vec<DraftStore>,
    /// `cursor` of the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<Uuid>,
}

/// A draft that was saved.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SavedDraft {
    /// Number of its revision.
    revision: i64,
}

/// How the last publishing stands.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Publication {
    /// `none`, `waiting`, `running`, `done`, `failed` or `cancelled`.
    state: String,
    /// Scenes whose posters are made.
    done: i64,
    /// Scenes in all; 0 before that is known.
    of: i64,
    /// Why it failed.
    failure: Option<String>,
    /// The revision that shoppers see; absent while the store is not published.
    published: Option<i64>,
}

/// Describes [`list`].
pub fn describe_list() -> Operation {
    Operation {
        id: "listDrafts",
        summary: "The organisation's stores with their drafts, page by page.",
        request: None,
        response: (200, "A page.", schema::<DraftStores>),
        errors: &[
            (400, "A parameter is malformed."),
            (401, "Nobody is signed in, and no key was sent."),
            (403, "The key lacks the scope stores:read."),
        ],
    }
}

/// What may be asked for.
pub const QUERY: &[Parameter] = &[CURSOR, LIMIT];

/// `GET /api/v1/drafts`.
pub async fn list(State(app): State<App>, actor: Actor, Query(paging): Query<Paging>) -> Result<Json<DraftStores>> {
    let from = paging.from(|text| text.parse::<Uuid>().ok())?.unwrap_or(Uuid::max());
    let limit = paging.limit()?;
    let shops = actor.shops(Right::ReadStores);
    let mut lines = sql::list(&app.db, actor.tenant, shops.as_deref(), from, limit as i64 + 1).await?;
    let is_more = lines.len() > limit;
    lines.truncate(limit);
    let next = lines.last().filter(|_| is_more).map(|line| line.id);
    let mut stores = Vec::new();
    for line in lines {
        let document: StoreDocument = serde_json::from_str(&line.document).map_err(Error::internal)?;
        let (id, slug, published) = (line.id, line.slug, line.current_revision);
        stores.push(DraftStore { id, slug, name: document.name, draft: line.last, published });
    }
    Ok(Json(DraftStores { stores, next }))
}

/// Describes [`read`].
pub fn describe_read() -> Operation {
    Operation {
        id: "getDraft",
        summary: "The draft of a store. ETag names its revision.",
        request: None,
        response: (200, "The document.", schema::<StoreDocument>),
        errors: &[
            (401, "Nobody is signed in, and no key was sent."),
            (403, "The key lacks the scope stores:read."),
            (404, "There is no such store."),
        ],
    }
}

/// `GET /api/v1/drafts/{id}`.
pub async fn read(State(app): State<App>, actor: Actor, Path(id): Path<String>) -> Result<Response> {
    let draft = Draft::open(&app, &actor, known(&id)?, Right::ReadStores).await?;
    Ok(versions::answer(StatusCode::OK, draft.number, &draft.document)?.into_response())
}

/// What is no id names no store.
fn known(id: &str) -> Result<Uuid> {
    id.parse().map_err(|_| Error::NotFound)
}

/// Describes [`put`].
pub fn describe_put() -> Operation {
    Operation {
        id: "putDraft",
        summary: "Saves another draft. If-Match names the revision that it was made from (`*`: whichever it is now).",
        request: Some(schema::<StoreDocument>),
        response: (200, "It is saved, under the revision that ETag names.", schema::<SavedDraft>),
        errors: &[
            (401, "Nobody is signed in, and no key was sent."),
            (403, "The key lacks the scope stores:write."),
            (404, "There is no such store."),
            (412, "Somebody saved another draft meanwhile."),
            (413, "The document is too large."),
            (422, "The document has faults; each is told with its path."),
            (428, "If-Match is missing."),
        ],
    }
}

/// `PUT /api/v1/drafts/{id}`.
pub async fn put(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response> {
    let draft = Draft::open(&app, &actor, known(&id)?, Right::WriteStores).await?;
    versions::check(&headers, draft.number)?;
    let text = String::from_utf8_lossy(&body);
    let document = parse(&app, &actor, &text).await?.map_err(Error::Faults)?;
    let apply = |edited: &mut StoreDocument| {
        edited.clone_from(&document);
        Ok(())
    };
    let edit = Edit { base: draft.number, origin: "uploaded", part: &|document| json!(document), apply: &apply };
    match save(&app, &actor, &draft.store, &edit).await? {
        Outcome::Saved(revision) => {
            Ok(versions::answer(StatusCode::OK, revision, &SavedDraft { revision })?.into_response())
        }
        Outcome::Conflict(now) => Err(versions::changed(now.number)),
        Outcome::Faults(list) => Err(Error::Faults(list)),
    }
}

/// Describes [`publish`].
pub fn describe_publish() -> Operation {
    Operation {
        id: "publishDraft",
        summary: "Begins to publish the draft. If-Match names its revision (`*`: whichever it is now).",
        request: None,
        response: (202, "It is being published; the same address tells how far it is.", schema::<Publication>),
        errors: &[
            (401, "Nobody is signed in, and no key was sent."),
            (403, "The key lacks the scope stores:write."),
            (404, "There is no such store."),
            (409, "It is being published already."),
            (412, "Somebody saved another draft meanwhile."),
            (422, "The draft has faults; each is told with its path."),
            (428, "If-Match is missing."),
            (503, "Too many jobs wait."),
        ],
    }
}

/// `POST /api/v1/drafts/{id}/publication`.
pub async fn publish(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response> {
    let draft = Draft::open(&app, &actor, known(&id)?, Right::WriteStores).await?;
    versions::check(&headers, draft.number)?;
    match begin(&app, &actor, &draft, draft.number).await? {
        Asked::Begun(_) => {}
        Asked::Changed => return Err(versions::changed(draft.number)),
        Asked::Running => return Err(Error::Conflict("the store is being published already".to_owned())),
        Asked::Faults(list) => return Err(Error::Faults(list)),
    }
    let now = sql::find(&app.db, actor.tenant, draft.store.id).await?.ok_or(Error::NotFound)?;
    Ok((StatusCode::ACCEPTED, Json(publication(&app, &actor, &now).await?)).into_response())
}

/// Describes [`published`].
pub fn describe_published() -> Operation {
    Operation {
        id: "getPublication",
        summary: "How the last publishing of a store stands.",
        request: None,
        response: (200, "How it stands.", schema::<Publication>),
        errors: &[
            (401, "Nobody is signed in, and no key was sent."),
            (403, "The key lacks the scope stores:read."),
            (404, "There is no such store."),
        ],
    }
}

/// `GET /api/v1/drafts/{id}/publication`.
pub async fn published(State(app): State<App>, actor: Actor, Path(id): Path<String>) -> Result<Json<Publication>> {
    let draft = Draft::open(&app, &actor, known(&id)?, Right::ReadStores).await?;
    Ok(Json(publication(&app, &actor, &draft.store).await?))
}

async fn publication(app: &App, actor: &Actor, store: &sql::Store) -> Result<Publication> {
    let standing = standing(app, actor, store).await?;
    Ok(Publication {
        state: standing.state,
        done: standing.done,
        of: standing.of,
        failure: standing.failure,
        published: store.current_revision,
    })
}
