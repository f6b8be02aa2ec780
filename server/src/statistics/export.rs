//! `GET /app/statistics.csv`: the sums that the page shows, day by day, for a spreadsheet.

use std::fmt::Write as _;

use axum::body::{Body, Bytes};
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use futures_util::stream;

use super::asked::Asked;
use super::collect::by_day;
use super::names::{Names, Said};
use super::scope::Scope;
use super::span::Span;
use super::sql::{self, Row, StoreRow, SumRow};
use crate::accounts::actor::Actor;
use crate::app::App;
use crate::error::{Error, Result};
use crate::pages::Texts;
use crate::pages::frame::Visit;
use crate::tables::text::{BOM, guarded_cell};

/// Days read at once: the file is as long as the span.
const AT_ONCE: i64 = 31;
/// What the columns say; the texts are `statistics.csv.{column}`.
const COLUMNS: [&str; 13] = [
    "day",
    "store",
    "store_name",
    "level",
    "scene",
    "scene_name",
    "button",
    "button_name",
    "kind",
    "views",
    "visitors",
    "clicks",
    "seconds",
];

/// The file.
pub async fn csv(State(app): State<App>, visit: Visit, actor: Actor, Query(asked): Query<Asked>) -> Result<Response> {
    let scope = Scope::of(&app, &actor, &asked).await?;
    let choice = asked.choice(scope.today)?;
    let texts = app.pages.texts(&visit.lang);
    let headings = COLUMNS.map(|column| guarded_cell(texts.get(&format!("statistics.csv.{column}"))));
    let heading = format!("{BOM}{}\r\n", headings.join(","));
    let file = format!("vitrine-{}-{}.csv", choice.span.from, choice.span.to);
    let mut parts: Vec<Part> = scope
        .stores
        .iter()
        .filter(|one| scope.store.as_ref().is_none_or(|store| store.id == one.id))
        .flat_map(|store| months(choice.span).map(|span| Part { store: store.clone(), span }))
        .collect();
    // Taken from the end.
    parts.reverse();
    let state = Writing { app, actor, scope, texts, lang: visit.lang, parts, names: None };
    let first = stream::iter([Ok::<_, Error>(Bytes::from(heading))]);
    let rest = stream::try_unfold(state, |mut state| async move {
        let Some(part) = state.parts.pop() else { return Ok(None) };
        let text = state.text(&part).await?;
        Ok(Some((Bytes::from(text), state)))
    });
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{file}\"")),
        (header::CACHE_CONTROL, "private, no-store".to_owned()),
    ];
    Ok((headers, Body::from_stream(futures_util::StreamExt::chain(first, rest))).into_response())
}

/// Some days of a store.
struct Part {
    store: StoreRow,
    span: Span,
}

/// What is left to be written.
struct Writing {
    app: App,
    actor: Actor,
    scope: Scope,
    texts: Texts,
    lang: String,
    parts: Vec<Part>,
    /// Of the store that is being written.
    names: Option<(uuid::Uuid, Names)>,
}

/// A span in pieces.
fn months(span: Span) -> impl Iterator<Item = Span> {
    let days: Vec<_> = span.iter().collect();
    let pieces: Vec<Span> = days
        .chunks(AT_ONCE as usize)
        .filter_map(|days| Some(Span { from: *days.first()?, to: *days.last()? }))
        .collect();
    pieces.into_iter()
}

impl Writing {
    async fn text(&mut self, part: &Part) -> Result<String> {
        let Part { store, span } = part;
        let tenant = self.actor.tenant;
        let rows = sql::rows(&self.app.db, tenant, store.id, self.scope.scene.as_deref(), *span).await?;
        let sums: Vec<SumRow> = rows.iter().map(|row| sum_of(store, row)).collect();
        // Names of what is removed are looked for where the days name it.
        let names = match self.names.take() {
            Some((id, names)) if id == store.id && sums.iter().all(|row| names.has(row)) => names,
            _ => Names::of(&self.app, tenant, store, &sums, &self.lang).await?,
        };
        let mut text = String::new();
        let mut rows = rows.into_iter().peekable();
        let scope = Scope { store: Some(store.clone()), ..self.scope.clone() };
        // Days on which nobody came are there, too; those of which nothing is known are not.
        let days = by_day(&self.app, &self.actor, &scope, *span).await?.all;
        for day in days.iter().filter(|day| day.is_known) {
            let date = day.day.to_string();
            let has_own_row = self.scope.scene.is_none();
            if has_own_row {
                self.line(
                    &mut text,
                    store,
                    &names,
                    &Row {
                        day: date.clone(),
                        scene: String::new(),
                        hotspot: String::new(),
                        views: day.views,
                        visitors: day.daily_visitors,
                        clicks: day.clicks,
                        dwell_ms: (day.seconds * 1000.0).round() as i64,
                    },
                );
            }
            while let Some(row) = rows.next_if(|row| row.day <= date) {
                if !row.scene.is_empty() {
                    self.line(&mut text, store, &names, &row);
                }
            }
        }
        self.names = Some((store.id, names));
        Ok(text)
    }

    fn line(&self, text: &mut String, store: &StoreRow, names: &Names, row: &Row) {
        let level = match (row.scene.is_empty(), row.hotspot.is_empty()) {
            (true, _) => "store",
            (_, true) => "scene",
            _ => "button",
        };
        let removed = self.texts.get("statistics.removed");
        let name = |said: Option<&Said>, is_removed: bool, id: &str| match said {
            _ if id.is_empty() => String::new(),
            Some(said) if !is_removed && !said.text.is_empty() => said.text.clone(),
            Some(said) if !said.text.is_empty() => format!("{} ({removed})", said.text),
            _ => removed.to_owned(),
        };
        let scene = names.scenes.get(&row.scene);
        let button = names.buttons.get(&row.hotspot);
        let kind = match (button, row.hotspot.is_empty()) {
            (_, true) => String::new(),
            (Some(button), _) => self.texts.get(&format!("statistics.kind.{}", button.kind)).to_owned(),
            (None, _) => self.texts.get("statistics.kind.unknown").to_owned(),
        };
        let cells = [
            row.day.clone(),
            guarded_cell(&store.slug),
            guarded_cell(&names.store.text),
            guarded_cell(self.texts.get(&format!("statistics.level.{level}"))),
            guarded_cell(&row.scene),
            guarded_cell(&name(
                scene.map(|scene| &scene.name),
                scene.is_some_and(|scene| scene.is_removed),
                &row.scene,
            )),
            guarded_cell(&row.hotspot),
            guarded_cell(&name(button.map(|one| &one.name), button.is_some_and(|one| one.is_removed), &row.hotspot)),
            guarded_cell(&kind),
            row.views.to_string(),
            row.visitors.to_string(),
            row.clicks.to_string(),
            format!("{:.1}", row.dwell_ms as f64 / 1000.0),
        ];
        let _ = write!(text, "{}\r\n", cells.join(","));
    }
}

fn sum_of(store: &StoreRow, row: &Row) -> SumRow {
    SumRow {
        store_id: store.id,
        scene: row.scene.clone(),
        hotspot: row.hotspot.clone(),
        views: row.views,
        clicks: row.clicks,
        dwell_ms: row.dwell_ms,
    }
}
