//! `GET /app/audit.csv`: the log for a spreadsheet.

use axum::body::{Body, Bytes};
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use futures_util::stream;
use jiff::Timestamp;

use super::asked::Asked;
use super::sql::{self, Entry, Filter};
use crate::accounts::actor::{Actor, Tenant};
use crate::app::App;
use crate::error::{Error, Result};
use crate::tables::text::{BOM, guarded_cell};

/// Entries read at once; the file is as long as the log.
const AT_ONCE: i64 = 1000;

/// The file.
pub async fn csv(State(app): State<App>, actor: Actor, Query(asked): Query<Asked>) -> Result<Response> {
    let filter = asked.filter(&actor.time_zone)?;
    let heading = format!("{BOM}time (UTC),who,action,what,before,after\r\n");
    let first = stream::iter([Ok::<_, Error>(Bytes::from(heading))]);
    let rest = stream::try_unfold(Some(filter), move |filter| {
        let app = app.clone();
        async move {
            let Some(filter) = filter else { return Ok(None) };
            part(&app, actor.tenant, filter).await
        }
    });
    let body = Body::from_stream(futures_util::StreamExt::chain(first, rest));
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"vitrine-audit.csv\""),
    ];
    Ok((headers, body).into_response())
}

async fn part(app: &App, tenant: Tenant, filter: Filter) -> Result<Option<(Bytes, Option<Filter>)>> {
    let entries = sql::list(&app.db, tenant, &filter, AT_ONCE).await?;
    let next = entries.last().map(|last| Filter { before: Some(last.id), ..filter.clone() });
    let text: String = entries.iter().map(line).collect();
    Ok(next.map(|next| (Bytes::from(text), Some(next))))
}

fn line(entry: &Entry) -> String {
    let time = Timestamp::from_microsecond(entry.at_us).map(|time| time.to_string()).unwrap_or_default();
    let state = |state: &Option<String>| state.clone().unwrap_or_default();
    let cells = [&time, &entry.actor, &entry.action, &entry.subject, &state(&entry.before), &state(&entry.after)];
    format!("{}\r\n", cells.map(|cell| guarded_cell(cell)).join(","))
}
