//! `GET /app/tiles/{pyramid}/{level}/{face}/{y}/{x}`: a tile of any panorama of the organisation, published or not, for
//! whoever is signed in.

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use scene::pyramid::{TileId, is_id};

use crate::accounts::actor::Actor;
use crate::app::App;
use crate::error::{Error, Result};
use crate::files::pyramid_path;
use crate::files::serve::send;

/// Kept by the one browser; under its address a tile never changes.
const CACHING: &str = "private, max-age=86400, immutable";

/// The handler.
pub async fn tile(
    State(app): State<App>,
    actor: Actor,
    Path((pyramid, level, face, y, x)): Path<(String, String, String, String, String)>,
    headers: HeaderMap,
) -> Result<Response> {
    let path = format!("{level}/{face}/{y}/{x}");
    if !is_id(&pyramid) || TileId::from_path(&path).is_none() {
        return Err(Error::NotFound);
    }
    // The folder is the organisation's own: what others uploaded is not in it.
    let stored = pyramid_path(actor.tenant.id(), &pyramid, &path);
    let etag = format!("\"{}-{}\"", &pyramid[..32], path.trim_end_matches(".jpg").replace('/', "-"));
    send(&app, &stored, "image/jpeg", &etag, CACHING, &headers).await
}
