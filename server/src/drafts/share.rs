//! How a published store is passed on: its address, a code to print, and what goes into another site's page.

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use minijinja::{Value, context};
use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};
use uuid::Uuid;

use super::draft::Draft;
use crate::accounts::actor::Actor;
use crate::accounts::rights::Right;
use crate::app::App;
use crate::error::{Error, Result};

/// Smallest side of the code, pixels; a browser draws it in any size.
const MIN_SIDE: u32 = 512;

/// The store's address, and the lines for another site's page (docs/embedding.md).
#[must_use]
pub fn values(app: &App, slug: &str) -> Value {
    let address = app.pages.absolute(&format!("/s/{slug}"));
    let script = app.pages.absolute("/embed.js");
    let snippet = format!(
        "<script async src=\"{script}\"></script>\n<vitrine-store src=\"{address}\">\n  <a href=\"{address}\">{address}</a>\n</vitrine-store>"
    );
    context! { address, snippet }
}

/// `GET /app/stores/{id}/qr.svg`: the store's address as a QR code (ISO/IEC 18004), which survives a stain on paper.
pub async fn qr(State(app): State<App>, actor: Actor, Path(id): Path<Uuid>) -> Result<Response> {
    let draft = Draft::open(&app, &actor, id, Right::ReadStores).await?;
    let address = app.pages.absolute(&format!("/s/{}", draft.store.slug));
    let code = QrCode::with_error_correction_level(&address, EcLevel::Q).map_err(Error::internal)?;
    let picture = code.render::<svg::Color<'_>>().min_dimensions(MIN_SIDE, MIN_SIDE).build();
    let name = format!("attachment; filename=\"{}-qr.svg\"", draft.store.slug);
    let headers = [
        (header::CONTENT_TYPE, "image/svg+xml".to_owned()),
        (header::CONTENT_DISPOSITION, name),
        (header::CACHE_CONTROL, "private, no-cache".to_owned()),
    ];
    Ok((headers, picture).into_response())
}
