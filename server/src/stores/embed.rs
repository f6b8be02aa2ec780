//! What other sites' pages load: `GET /embed.js`, which defines the element `<vitrine-store>`, and the poster that it
//! shows before anybody comes near. The frame itself is [`super::page::embed`]; docs/embedding.md is for its users.

use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use serde::Deserialize;

use super::published::shown;
use super::sql;
use crate::app::App;
use crate::error::{Error, Result};
use crate::files::media_path;
use crate::files::serve::{content_type, send};
use crate::http::caching::{REVALIDATE, revalidated};

/// The element.
pub async fn script(State(app): State<App>, headers: HeaderMap) -> Result<Response> {
    let script = app.pages.source("stores/embed.js").ok_or(Error::NotFound)?;
    let mut response = revalidated(&headers, "text/javascript; charset=utf-8", script);
    // As a module it is fetched with CORS. It is the same for everyone.
    response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    Ok(response)
}

/// Which poster.
#[derive(Debug, Deserialize)]
pub struct Wanted {
    /// A scene; the first one where absent.
    scene: Option<String>,
    /// `portrait`, or else `landscape`.
    shape: Option<String>,
}

/// The poster of a scene as it is published now, under an address that stays.
pub async fn poster(
    State(app): State<App>,
    Path(slug): Path<String>,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Result<Response> {
    let row = sql::by_slug(&app.db, &slug).await?.ok_or(Error::NotFound)?;
    let revision = app.revisions.get(&app.db, row.id, shown(&app, &row).await?).await?;
    let store = &revision.store;
    let scene = wanted.scene.as_ref().unwrap_or(&store.document.start.scene);
    let posters = store.posters.get(scene).ok_or(Error::NotFound)?;
    let address = if wanted.shape.as_deref() == Some("portrait") { &posters.portrait } else { &posters.landscape };
    let (sha256, file) =
        address.strip_prefix("/media/").and_then(|rest| rest.split_once('/')).ok_or(Error::NotFound)?;
    let ending = file.rsplit_once('.').map_or("", |(_, ending)| ending);
    let content_type = content_type(ending).ok_or(Error::NotFound)?;
    let path = media_path(row.organisation_id, sha256, file);
    send(&app, &path, content_type, &format!("\"{}\"", &sha256[..32]), REVALIDATE, &headers).await
}
