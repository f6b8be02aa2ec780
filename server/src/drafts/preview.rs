//! A draft, or an older revision, in the very viewer that shoppers get, for whoever is signed in: nothing of it is counted,
//! and nothing of it is public.

use std::collections::BTreeMap;

use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use minijinja::context;
use scene::document::StoreDocument;
use scene::published::{PublishedStore, Smaller};
use serde::Deserialize;
use uuid::Uuid;

use super::draft::Draft;
use super::edit::faults;
use super::sql;
use crate::accounts::actor::Actor;
use crate::accounts::rights::Right;
use crate::app::App;
use crate::error::{Error, Result};
use crate::files::sql::MediaRow;
use crate::http::language::{Asked, choose};
use crate::pages::frame::Visit;
use crate::shops;
use crate::stores::library::Library;
use crate::stores::list::draft_list;
use crate::stores::page::draft_page;

/// What the address may ask for.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Wanted {
    /// The revision; the draft where absent.
    revision: Option<i64>,
    /// Whether it is shown in a frame of one of our pages.
    embed: Option<u8>,
}

/// The document that is asked for, and its number.
async fn document(app: &App, actor: &Actor, id: Uuid, wanted: Wanted) -> Result<(Draft, StoreDocument, i64)> {
    let draft = Draft::open(app, actor, id, Right::ReadStores).await?;
    let number = wanted.revision.unwrap_or(draft.number);
    if number == draft.number {
        let document = draft.document.clone();
        return Ok((draft, document, number));
    }
    let text = sql::document(&app.db, actor.tenant, id, number).await?.ok_or(Error::NotFound)?;
    Ok((draft, serde_json::from_str(&text).map_err(Error::internal)?, number))
}

/// The revision as viewers get a published one; files lie where only whoever is signed in gets them, and there are no
/// posters yet.
async fn assembled(app: &App, actor: &Actor, id: Uuid, wanted: Wanted) -> Result<PublishedStore> {
    let (draft, document, number) = document(app, actor, id, wanted).await?;
    let library = Library::load(&app.db, actor.tenant.id(), &document).await?;
    let used = library.find(&document).map_err(Error::Faults)?;
    let shop = shops::find(&app.db, actor.tenant.id(), draft.store.shop_id).await?.ok_or(Error::NotFound)?;
    let mut store = PublishedStore {
        id,
        slug: draft.store.slug,
        revision: number,
        published_at: draft.saved_us,
        document: library.shown(document),
        panoramas: used.panoramas,
        posters: BTreeMap::new(),
        products: used.products,
        media: used.media,
        shop,
    };
    for url in urls(&mut store) {
        if let Some(private) = private_url(url, &library.media) {
            *url = private;
        }
    }
    Ok(store)
}

/// Addresses of all pictures and videos that a store shows.
fn urls(store: &mut PublishedStore) -> Vec<&mut String> {
    let mut files: Vec<(&mut String, &mut Vec<Smaller>)> = Vec::new();
    for card in &mut store.products {
        let pictures = card.picture.iter_mut().chain(&mut card.more_pictures);
        files.extend(pictures.map(|picture| (&mut picture.url, &mut picture.smaller)));
        files.extend(card.video.iter_mut().map(|item| (&mut item.url, &mut item.smaller)));
    }
    files.extend(store.media.iter_mut().map(|item| (&mut item.url, &mut item.smaller)));
    files
        .into_iter()
        .flat_map(|(url, smaller)| std::iter::once(url).chain(smaller.iter_mut().map(|one| &mut one.url)))
        .collect()
}

/// Where whoever is signed in gets `/media/{sha256}/{variant}.{ext}`, which everyone gets once it was published.
fn private_url(url: &str, media: &BTreeMap<Uuid, MediaRow>) -> Option<String> {
    let (sha256, file) = url.strip_prefix("/media/")?.split_once('/')?;
    let (variant, _) = file.rsplit_once('.')?;
    let (id, _) = media.iter().find(|(_, row)| row.sha256 == sha256)?;
    Some(format!("/app/media/{id}/{variant}"))
}

/// Not for search engines, whoever passes the address on.
fn private(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    response
}

/// `GET /app/stores/{id}/preview`: the store under a bar that says what it is.
pub async fn page(
    State(app): State<App>,
    visit: Visit,
    actor: Actor,
    Path(id): Path<Uuid>,
    Query(wanted): Query<Wanted>,
) -> Result<Response> {
    let (draft, document, number) = document(&app, &actor, id, wanted).await?;
    let library = Library::load(&app.db, actor.tenant.id(), &document).await?;
    let trouble = library.find(&document).err().unwrap_or_default();
    let archived: Vec<String> =
        library.archived.values().map(|product| product.name_in(&visit.lang).to_owned()).collect();
    let page = context! {
        store => context! {
            id => id.to_string(), name => draft.text(&document.name, &visit.lang), number => draft.number,
            current => draft.store.current_revision, is_newer => draft.is_newer(),
        },
        number,
        is_draft => number == draft.number,
        faults => faults(&trouble),
        archived,
        may_write => actor.may_in(Right::WriteStores, draft.store.shop_id),
    };
    visit.page(&app, "drafts/preview.html", page).map(private)
}

/// `GET /app/stores/{id}/view`: the viewer's page.
pub async fn view(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<Uuid>,
    Query(wanted): Query<Wanted>,
    asked: Asked,
    headers: HeaderMap,
) -> Result<Response> {
    let store = assembled(&app, &actor, id, wanted).await?;
    let own = asked.lang.as_deref().or(Some(&actor.language));
    let lang = choose(own, &headers, &store.document.languages).to_owned();
    let html = draft_page(&app, &store, &lang, wanted.embed == Some(1))?;
    Ok(private((StatusCode::OK, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response()))
}

/// `GET /app/stores/{id}/view.json`: what the viewer needs to show it.
pub async fn json(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<Uuid>,
    Query(wanted): Query<Wanted>,
) -> Result<Response> {
    let store = assembled(&app, &actor, id, wanted).await?;
    let text = serde_json::to_string(&store).map_err(Error::internal)?;
    Ok(private(([(header::CONTENT_TYPE, "application/json")], text).into_response()))
}

/// `GET /app/stores/{id}/view/list`: the same for browsers that cannot draw it.
pub async fn list(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<Uuid>,
    Query(wanted): Query<Wanted>,
    asked: Asked,
    headers: HeaderMap,
) -> Result<Response> {
    let store = assembled(&app, &actor, id, wanted).await?;
    let own = asked.lang.as_deref().or(Some(&actor.language));
    let lang = choose(own, &headers, &store.document.languages).to_owned();
    let html = draft_list(&app, &store, &lang)?;
    Ok(private((StatusCode::OK, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response()))
}
