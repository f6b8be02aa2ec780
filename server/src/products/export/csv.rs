//! `GET /app/products/export.csv`: what the list shows, as CSV. It is sent while it is read.

use axum::body::{Body, Bytes};
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use futures_util::{StreamExt as _, stream};

use super::AT_ONCE;
use super::cells::{Cells, Content};
use crate::accounts::actor::{Actor, Tenant};
use crate::app::App;
use crate::error::{Error, Result};
use crate::pages::frame::Visit;
use crate::products::list::Asked;
use crate::products::search::{self, Cursor, Filter};
use crate::tables::text::{BOM, guarded_cell};

/// The handler.
pub async fn csv(State(app): State<App>, visit: Visit, actor: Actor, Query(asked): Query<Asked>) -> Result<Response> {
    let cells = Cells::of(&app, actor.tenant, &visit.lang).await?;
    let headings: Vec<String> = cells.headings.iter().map(|heading| guarded_cell(heading)).collect();
    let first = stream::iter([Ok::<_, Error>(Bytes::from(format!("{BOM}{}\r\n", headings.join(","))))]);
    let state = Reading { app, tenant: actor.tenant, filter: asked.filter(), cells, from: None, is_over: false };
    let rest = stream::try_unfold(state, |mut reading| async move {
        Ok::<_, Error>(reading.part().await?.map(|lines| (lines, reading)))
    });
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"vitrine-products.csv\""),
    ];
    Ok((headers, Body::from_stream(first.chain(rest))).into_response())
}

struct Reading {
    app: App,
    tenant: Tenant,
    filter: Filter,
    cells: Cells,
    /// Where the next part begins; `None` at the beginning.
    from: Option<Cursor>,
    is_over: bool,
}

impl Reading {
    async fn part(&mut self) -> Result<Option<Bytes>> {
        if self.is_over {
            return Ok(None);
        }
        let page = search::page(&self.app.db, self.tenant, &self.filter, self.from, AT_ONCE).await?;
        self.is_over = page.next.is_none();
        self.from = page.next;
        let mut lines = String::new();
        for product in &page.products {
            let cells: Vec<String> = self.cells.row(product).into_iter().map(written).collect();
            lines.push_str(&cells.join(","));
            lines.push_str("\r\n");
        }
        Ok(Some(lines.into()))
    }
}

fn written(content: Content) -> String {
    match content {
        Content::Empty => String::new(),
        Content::Number(number) => number,
        Content::Text(text) => guarded_cell(&text),
    }
}
