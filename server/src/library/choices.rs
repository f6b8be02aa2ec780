//! What a form can choose from the library: the field of `library/picker.html`, and more of it for its script.

use axum::extract::{Query, State};
use axum::response::Response;
use minijinja::{Value, context};
use serde::Deserialize;
use uuid::Uuid;

use super::sql::{self, Item, Wanted};
use crate::accounts::actor::{Actor, Tenant};
use crate::app::App;
use crate::error::Result;
use crate::pages::frame::Visit;

/// Things that are offered at once.
const PAGE: usize = 24;

/// What the picker asks for.
#[derive(Debug, Deserialize)]
pub struct Asked {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    q: String,
    /// Whether several can be chosen.
    #[serde(default)]
    many: String,
    /// The last id of what is there already.
    below: Option<Uuid>,
}

/// `GET /app/media/choices`: the list alone.
pub async fn list(State(app): State<App>, visit: Visit, actor: Actor, Query(asked): Query<Asked>) -> Result<Response> {
    let wanted = Wanted { kind: &asked.kind, words: &asked.q, below: asked.below };
    let media = offered(&app, actor.tenant, &visit.lang, &wanted, &[]).await?;
    visit.page(&app, "library/choices.html", context! { media, many => asked.many == "1" })
}

/// What the field of a form offers: what is chosen, in its order, then the newest. `kind` is `picture`, `video` or
/// `panorama`, or empty for all of them. What is chosen and not there, or not of the kind, is left out.
///
/// # Errors
/// The database's reason.
pub async fn load(app: &App, tenant: Tenant, lang: &str, kind: &str, chosen: &[Uuid]) -> Result<Value> {
    offered(app, tenant, lang, &Wanted { kind, ..Wanted::default() }, chosen).await
}

async fn offered(app: &App, tenant: Tenant, lang: &str, wanted: &Wanted<'_>, chosen: &[Uuid]) -> Result<Value> {
    let mut items = sql::some(&app.db, tenant, chosen).await?;
    items.retain(|item| wanted.kind.is_empty() || item.kind == wanted.kind);
    let chosen = items.len();
    // One more than is shown tells whether there is a next page.
    let mut newest = sql::list(&app.db, tenant, wanted, PAGE as i64 + 1).await?;
    let below = newest.get(PAGE).and(newest.get(PAGE - 1)).map(|item| item.id.to_string()).unwrap_or_default();
    newest.truncate(PAGE);
    newest.retain(|item| items.iter().all(|known| known.id != item.id));
    items.extend(newest);
    let items: Vec<Value> = items
        .iter()
        .enumerate()
        .map(|(at, item)| {
            let title = title(item, lang)?;
            Ok(context! { id => item.id.to_string(), kind => &item.kind, title, chosen => at < chosen })
        })
        .collect::<Result<_>>()?;
    Ok(context! { kind => wanted.kind, items, below })
}

/// How a thing is called in a list: by its name, or by what it shows.
pub(super) fn title(item: &Item, lang: &str) -> Result<String> {
    if !item.name.is_empty() {
        return Ok(item.name.clone());
    }
    let alt = item.alt()?.0;
    Ok(alt.get(lang).or_else(|| alt.values().next()).cloned().unwrap_or_default())
}
