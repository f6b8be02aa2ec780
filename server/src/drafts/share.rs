//! How a published store is passed on: its address, a code to print, and what goes into another site's page.

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use minijinja::{Value, context};
use uuid::Uuid;

use super::draft::Draft;
use crate::accounts::actor::Actor;
use crate::accounts::rights::Right;
use crate::app::App;
use crate::error::{Error, Result};
use crate::pages::qr;

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

/// `GET /app/stores/{id}/qr.svg`: the store's address as a QR code.
pub async fn qr(State(app): State<App>, actor: Actor, Path(id): Path<Uuid>) -> Result<Response> {
    let draft = Draft::open(&app, &actor, id, Right::ReadStores).await?;
    let address = app.pages.absolute(&format!("/s/{}", draft.store.slug));
    let picture = qr::svg(&address).ok_or_else(|| Error::internal("the address is too long for a QR code"))?;
    let name = format!("attachment; filename=\"{}-qr.svg\"", draft.store.slug);
    let headers = [
        (header::CONTENT_TYPE, "image/svg+xml".to_owned()),
        (header::CONTENT_DISPOSITION, name),
        (header::CACHE_CONTROL, "private, no-cache".to_owned()),
    ];
    Ok((headers, picture).into_response())
}
