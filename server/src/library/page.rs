//! `GET /app/media`: everything that was uploaded, and the place for more.

use axum::extract::{Query, State};
use axum::response::Response;
use minijinja::{Value, context};
use serde::Deserialize;
use uuid::Uuid;

use super::sql;
use crate::accounts::actor::Actor;
use crate::accounts::rights::Right;
use crate::app::App;
use crate::error::Result;
use crate::pages::frame::Visit;
use crate::uploads;
use crate::uploads::state::UploadState;

/// Things on a page.
const PAGE: usize = 60;
/// Uploads that are shown.
const UPLOADS: i64 = 50;
/// What can be asked for alone.
const KINDS: [&str; 3] = ["picture", "video", "panorama"];

/// What the address may ask for.
#[derive(Debug, Deserialize)]
pub struct Asked {
    kind: Option<String>,
    /// The last id of the page before.
    below: Option<Uuid>,
}

/// The handler.
pub async fn page(State(app): State<App>, visit: Visit, actor: Actor, Query(asked): Query<Asked>) -> Result<Response> {
    let kind = KINDS.into_iter().find(|kind| asked.kind.as_deref() == Some(kind)).unwrap_or_default();
    // One more than is shown tells whether there is a next page.
    let mut items = sql::list(&app.db, actor.tenant, kind, asked.below, PAGE as i64 + 1).await?;
    let has_more = items.len() > PAGE;
    items.truncate(PAGE);
    let next = has_more.then(|| items.last().map(|item| item.id.to_string())).flatten();
    let mut shown: Vec<Value> = Vec::with_capacity(items.len());
    for item in &items {
        let alt = item.alt()?;
        let alt = alt.0.get(&visit.lang).or_else(|| alt.0.values().next()).cloned().unwrap_or_default();
        shown.push(context! { id => item.id.to_string(), kind => &item.kind, name => &item.name, alt });
    }
    let may_write = actor.may(Right::WriteMedia);
    let mut sending = Vec::new();
    if may_write && asked.below.is_none() {
        for upload in uploads::sql::unfinished(&app.db, actor.tenant, UPLOADS).await? {
            let one = UploadState::of(&app, actor.tenant, upload, &visit.lang).await?;
            sending.push(context! {
                id => one.id, name => one.name, state => one.state, done => one.done, of => one.of,
                failure => one.failure, detail => one.detail,
            });
        }
    }
    let context = context! {
        items => shown, kind, kinds => KINDS, next, may_write, sending, is_filtered => !kind.is_empty(),
        is_first => asked.below.is_none(), max_mib => app.config.media.upload_bytes >> 20,
    };
    visit.page(&app, "library/page.html", context)
}
