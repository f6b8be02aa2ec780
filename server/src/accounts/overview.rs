//! `GET /app`: what there is to do next.

use axum::extract::State;
use axum::response::Response;
use minijinja::context;

use super::actor::Actor;
use crate::app::App;
use crate::error::Result;
use crate::on_engine;
use crate::pages::frame::Visit;

/// Products, pictures, panoramas, stores, published stores, people.
type Counts = (i64, i64, i64, i64, i64, i64);

const COUNTS: &str = "SELECT (SELECT COUNT(*) FROM product WHERE organisation_id = $1),
    (SELECT COUNT(*) FROM media WHERE organisation_id = $1),
    (SELECT COUNT(*) FROM pyramid WHERE organisation_id = $1),
    (SELECT COUNT(*) FROM store WHERE organisation_id = $1),
    (SELECT COUNT(*) FROM store WHERE organisation_id = $1 AND current_revision IS NOT NULL),
    (SELECT COUNT(DISTINCT account_id) FROM membership WHERE organisation_id = $1)";

/// The page.
pub async fn page(State(app): State<App>, visit: Visit, actor: Actor) -> Result<Response> {
    let (products, media, panoramas, stores, published, people): Counts =
        on_engine!(app.db, conn => sqlx::query_as(COUNTS).bind(actor.tenant.id()).fetch_one(conn).await?);
    let counts = context! { products, media, panoramas, stores, published, people };
    visit.page(&app, "accounts/overview.html", context! { counts, name => &actor.name })
}
