//! `GET /app/products/import/{id}/faults.csv`: every row with something wrong, in the person's language.

use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use futures_util::{StreamExt as _, stream};
use uuid::Uuid;

use super::page::told;
use super::sql;
use super::state::Import;
use crate::accounts::actor::Actor;
use crate::app::App;
use crate::error::{Error, Result};
use crate::pages::Texts;
use crate::pages::frame::Visit;
use crate::tables::text::{BOM, guarded_cell, quoted};

/// Rows read at once.
const AT_ONCE: i64 = 500;

/// The handler.
pub async fn csv(State(app): State<App>, visit: Visit, actor: Actor, Path(id): Path<Uuid>) -> Result<Response> {
    let import = sql::find(&app.db, actor.tenant, id).await?.ok_or(Error::NotFound)?;
    let texts = app.pages.texts(&visit.lang);
    let titles = ["row", "column", "value", "reason"].map(|name| quoted(texts.get(&format!("import.faults.{name}"))));
    let first = stream::iter([Ok::<_, Error>(Bytes::from(format!("{BOM}{}\r\n", titles.join(","))))]);
    let rest = stream::try_unfold((app, import, texts, Some(0)), |(app, import, texts, after)| async move {
        let Some(after) = after else { return Ok(None) };
        let (lines, next) = part(&app, &import, &texts, after).await?;
        Ok::<_, Error>(Some((Bytes::from(lines), (app, import, texts, next))))
    });
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"vitrine-import-faults.csv\""),
    ];
    Ok((headers, Body::from_stream(first.chain(rest))).into_response())
}

async fn part(app: &App, import: &Import, texts: &Texts, after: i64) -> Result<(String, Option<i64>)> {
    let rows = sql::faulty(&app.db, import.tenant, import.id, after, AT_ONCE).await?;
    let mut lines = String::new();
    for row in &rows {
        for told in told(import, row, texts)? {
            let cells = [&told.number.to_string(), &told.column, &told.value, &told.why];
            lines.push_str(&cells.map(|cell| guarded_cell(cell)).join(","));
            lines.push_str("\r\n");
        }
    }
    Ok((lines, rows.last().map(|row| row.number).filter(|_| rows.len() == AT_ONCE as usize)))
}
