//! `GET /app/media`: everything that was uploaded, and the place for more.

use axum::extract::{Query, State};
use axum::response::Response;
use minijinja::{Value, context};
use serde::Deserialize;
use uuid::Uuid;

use super::choices::title;
use super::sql::{self, Wanted};
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
    /// What name or texts hold.
    #[serde(default)]
    q: String,
    /// The last id of the page before.
    below: Option<Uuid>,
}

/// The handler.
pub async fn page(State(app): State<App>, visit: Visit, actor: Actor, Query(asked): Query<Asked>) -> Result<Response> {
    let kind = KINDS.into_iter().find(|kind| asked.kind.as_deref() == Some(kind)).unwrap_or_default();
    // One more than is shown tells whether there is a next page.
    let wanted = Wanted { kind, words: &asked.q, below: asked.below };
    let mut items = sql::list(&app.db, actor.tenant, &wanted, PAGE as i64 + 1).await?;
    let has_more = items.len() > PAGE;
    items.truncate(PAGE);
    let next = has_more.then(|| items.last().map(|item| item.id.to_string())).flatten();
    let mut shown: Vec<Value> = Vec::with_capacity(items.len());
    for item in &items {
        let title = title(item, &visit.lang)?;
        shown.push(context! { id => item.id.to_string(), kind => &item.kind, title });
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
    let (used, quota) = (uploads::sql::in_use(&app.db, actor.tenant).await?, app.config.media.quota_bytes);
    let context = context! {
        used_mib => used >> 20, quota_mib => quota >> 20, used => size(used as u64), quota => size(quota),
        items => shown, kind, q => asked.q.trim(), next, may_write, sending,
        is_filtered => !kind.is_empty() || !asked.q.trim().is_empty(), is_first => asked.below.is_none(), max_mib => app.config.media.upload_bytes >> 20,
    };
    visit.page(&app, "library/page.html", context)
}

/// A size as people say it: with one digit behind the point where it is short.
fn size(bytes: u64) -> String {
    let mib = bytes as f64 / f64::from(1 << 20);
    let (number, unit) = if mib < 1000.0 { (mib, "MiB") } else { (mib / 1024.0, "GiB") };
    if number < 10.0 { format!("{number:.1} {unit}") } else { format!("{number:.0} {unit}") }
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn sizes_are_short() {
        let sizes = [0, 1 << 20, 999 << 20, 1 << 30, 20 << 30].map(size);
        assert_eq!(sizes, ["0.0 MiB", "1.0 MiB", "999 MiB", "1.0 GiB", "20 GiB"]);
    }
}
