//! `GET /app/media/{id}/{variant}`: a file of the library for whoever is signed in, published or not.

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use scene::pyramid::TileId;
use scene::sphere::Face;
use uuid::Uuid;

use super::sql;
use crate::accounts::actor::Actor;
use crate::app::App;
use crate::error::{Error, Result};
use crate::files::serve::{SmallerCaching, content_type, send, smaller};
use crate::files::variants::SIZES;
use crate::files::{media_path, pyramid_path};

/// Kept by the one browser; under its id a file never changes.
const CACHING: &str = "private, max-age=86400, immutable";

const SMALLER: SmallerCaching =
    SmallerCaching { made: CACHING, format_made_later: "private, max-age=3600", made_later: "private, max-age=60" };

/// The handler. `variant` is `thumb`, `card`, `full` or `original`.
pub async fn file(
    State(app): State<App>,
    actor: Actor,
    Path((id, variant)): Path<(Uuid, String)>,
    headers: HeaderMap,
) -> Result<Response> {
    let item = sql::find(&app.db, actor.tenant, id).await?.ok_or(Error::NotFound)?;
    let is_smaller = SIZES.iter().any(|(name, _)| *name == variant);
    if !is_smaller && variant != "original" {
        return Err(Error::NotFound);
    }
    let etag = format!("\"{}-{variant}\"", &item.sha256[..item.sha256.len().min(32)]);
    let organisation = actor.tenant.id();
    if item.kind == "panorama" {
        // What one sees when one enters: the front, in the smallest level.
        let tile = TileId { level: 0, face: Face::Front, x: 0, y: 0 };
        let path = pyramid_path(organisation, &item.sha256, &tile.path());
        return send(&app, &path, "image/jpeg", &etag, CACHING, &headers).await;
    }
    if is_smaller && item.kind == "picture" {
        return smaller(&app, organisation, &item.sha256, &variant, &SMALLER, &headers).await;
    }
    let kind = content_type(&item.extension).ok_or(Error::NotFound)?;
    let path = media_path(organisation, &item.sha256, &format!("original.{}", item.extension));
    send(&app, &path, kind, &etag, CACHING, &headers).await
}
