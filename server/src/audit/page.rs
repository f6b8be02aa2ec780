//! `GET /app/audit`: who changed what.

use axum::extract::{Query, State};
use axum::response::Response;
use minijinja::{Value, context};

use super::asked::Asked;
use super::sql;
use crate::accounts::actor::Actor;
use crate::app::App;
use crate::error::Result;
use crate::pages::Texts;
use crate::pages::frame::Visit;

/// Entries on one page.
const ON_A_PAGE: i64 = 50;

/// The page.
pub async fn page(State(app): State<App>, visit: Visit, actor: Actor, Query(asked): Query<Asked>) -> Result<Response> {
    let filter = asked.filter(&actor.time_zone)?;
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
                subject_id => entry.subject_id.map(|id| id.to_string()),
                // An action of a newer program has no text here yet.
                action => texts.known(&key).unwrap_or(&entry.action),
                before => entry.before.as_deref().map(pairs), after => entry.after.as_deref().map(pairs),
            }
        })
        .collect();
    let people: Vec<(String, String)> =
        sql::people(&app.db, actor.tenant).await?.into_iter().map(|(id, name)| (id.to_string(), name)).collect();
    let page = context! {
        entries => rows, next, things => things(&texts), people, query => asked.query(),
        is_filtered => asked.is_filtered(),
        asked => context! {
            action => &asked.action, who => &asked.who, subject => &asked.subject, subject_id => &asked.subject_id,
            from => &asked.from, until => &asked.until,
        },
    };
    visit.page(&app, "audit/page.html", page)
}

/// What there are entries about, `audit.thing.{thing}`, each with what can be done to it, `audit.{thing}.{action}`.
fn things(texts: &Texts) -> Vec<Value> {
    texts
        .beginning("audit.thing.")
        .map(|(key, name)| {
            let thing = key.trim_start_matches("audit.thing.");
            let actions: Vec<(String, String)> = texts
                .beginning(&format!("audit.{thing}."))
                .map(|(key, name)| (key.trim_start_matches("audit.").to_owned(), name.to_owned()))
                .collect();
            context! { thing, name, actions }
        })
        .collect()
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
