//! `GET /app/audit`: who changed what.

use axum::extract::{Query, State};
use axum::response::Response;
use minijinja::{Value, context};
use serde::Deserialize;
use uuid::Uuid;

use super::sql::{self, Filter};
use crate::accounts::actor::Actor;
use crate::app::App;
use crate::error::Result;
use crate::pages::frame::Visit;

/// Entries on one page.
const ON_A_PAGE: i64 = 50;
/// What things there are entries about; the texts are `audit.thing.{thing}`.
const THINGS: [&str; 10] = ["product", "category", "supplier", "account", "person", "key", "passkey", "media", "shop", "store"];

/// What is asked for.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    thing: Option<String>,
    before: Option<Uuid>,
}

impl Asked {
    /// The entries that are meant. What is no thing is all of them.
    pub(super) fn filter(&self) -> Filter {
        let thing = self.thing.clone().filter(|thing| THINGS.contains(&thing.as_str()));
        Filter { thing, before: self.before }
    }
}

/// The page.
pub async fn page(State(app): State<App>, visit: Visit, actor: Actor, Query(asked): Query<Asked>) -> Result<Response> {
    let filter = asked.filter();
    let mut entries = sql::list(&app.db, actor.tenant, &filter, ON_A_PAGE + 1).await?;
    let is_more = entries.len() > ON_A_PAGE as usize;
    entries.truncate(ON_A_PAGE as usize);
    let next = entries.last().filter(|_| is_more).map(|entry| entry.id.to_string());
    let texts = app.pages.texts(&visit.lang);
    let rows: Vec<Value> = entries
        .iter()
        .map(|entry| {
            let key = format!("audit.{}", entry.action);
            context! {
                at_us => entry.at_us, actor => &entry.actor, subject => &entry.subject,
                // An action of a newer program has no text here yet.
                action => texts.known(&key).unwrap_or(&entry.action),
                before => entry.before.as_deref().map(pairs), after => entry.after.as_deref().map(pairs),
            }
        })
        .collect();
    let page = context! { entries => rows, next, things => THINGS.to_vec(), thing => filter.thing };
    visit.page(&app, "audit/page.html", page)
}

/// A state as names and values, for people.
fn pairs(json: &str) -> Vec<(String, String)> {
    let Ok(serde_json::Value::Object(fields)) = serde_json::from_str(json) else {
        return vec![(String::new(), json.to_owned())];
    };
    fields
        .into_iter()
        .map(|(name, value)| {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            (name, text)
        })
        .collect()
}
