//! `GET /api/v1/stores/{slug}` (the current revision) and `/revisions/{number}` (any that was published once): all
//! that a viewer needs, in one answer.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use scene::published::PublishedStore;
use uuid::Uuid;

use super::revisions::Revision;
use super::sql::{self, StoreRow};
use crate::app::App;
use crate::error::{Error, Result};
use crate::http::caching::{IMMUTABLE, REVALIDATE, encoding, is_fresh};
use crate::openapi::{Operation, schema};

/// A revision of a store; not found unless it was published once.
pub async fn load(app: &App, store: Uuid, number: i64) -> Result<Arc<Revision>> {
    app.revisions.get(&app.db, store, number).await
}

/// What shoppers see now at a slug.
pub async fn load_current(app: &App, slug: &str) -> Result<Arc<Revision>> {
    let store = sql::by_slug(&app.db, slug).await?.ok_or(Error::NotFound)?;
    load(app, store.id, shown(app, &store).await?).await
}

/// The revision of a store that shoppers see.
///
/// # Errors
/// [`Error::Closed`] where there was one once, [`Error::NotFound`] where there never was.
pub async fn shown(app: &App, store: &StoreRow) -> Result<i64> {
    match store.current_revision {
        Some(number) => Ok(number),
        None if sql::was_published(&app.db, store.id).await? => Err(Error::Closed),
        None => Err(Error::NotFound),
    }
}

/// Describes [`current`].
pub fn describe_current() -> Operation {
    Operation {
        id: "getStore",
        summary: "The store as shoppers see it now, with everything that a viewer needs.",
        request: None,
        response: (200, "The current revision.", schema::<PublishedStore>),
        errors: &[(404, "There is no published store of this name."), (410, "The store is closed.")],
    }
}

/// The current revision.
pub async fn current(State(app): State<App>, Path(slug): Path<String>, headers: HeaderMap) -> Result<Response> {
    let revision = load_current(&app, &slug).await?;
    Ok(send(&revision, &headers, REVALIDATE))
}

/// Describes [`revision`].
pub fn describe_revision() -> Operation {
    Operation {
        id: "getStoreRevision",
        summary: "A revision that was published once; it never changes.",
        request: None,
        response: (200, "The revision.", schema::<PublishedStore>),
        errors: &[
            (404, "There is no store of this name, or this revision of it was never published."),
            (410, "The store is closed."),
        ],
    }
}

/// A certain revision.
pub async fn revision(
    State(app): State<App>,
    Path((slug, number)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response> {
    let number: i64 = number.parse().map_err(|_| Error::NotFound)?;
    let store = sql::by_slug(&app.db, &slug).await?.ok_or(Error::NotFound)?;
    shown(&app, &store).await?;
    let revision = load(&app, store.id, number).await?;
    Ok(send(&revision, &headers, IMMUTABLE))
}

fn send(revision: &Revision, request: &HeaderMap, caching: &'static str) -> Response {
    let validators = [
        (header::ETAG, revision.etag.clone()),
        (header::CACHE_CONTROL, HeaderValue::from_static(caching)),
        (header::VARY, HeaderValue::from_static("accept-encoding")),
    ];
    if is_fresh(request, &revision.etag) {
        return (StatusCode::NOT_MODIFIED, validators).into_response();
    }
    let encoding = encoding(request, true, true);
    let body = match encoding {
        Some("br") => &revision.br,
        Some(_) => &revision.gz,
        None => &revision.json,
    };
    let mut response =
        (validators, [(header::CONTENT_TYPE, "application/json")], Body::from(body.clone())).into_response();
    if let Some(encoding) = encoding {
        response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    response
}
