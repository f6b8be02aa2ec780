//! `GET /app/products/import`, and one import at the step where it is.

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use minijinja::{Value, context};
use serde::Deserialize;
use uuid::Uuid;

use super::fields::Field;
use super::row::Fault;
use super::sql::{self, StagedRow};
use super::state::{Import, Status};
use crate::accounts::actor::Actor;
use crate::app::App;
use crate::error::{Error, Result};
use crate::jobs;
use crate::pages::Texts;
use crate::pages::frame::Visit;
use crate::tables::{CHOICES, MAX_BYTES, MAX_COLUMNS, MAX_ROWS, Reading};

/// Imports that are listed.
const LATEST: i64 = 20;
/// Rows with faults that the page shows; all of them are in the file of faults.
const FAULTS: i64 = 100;
/// Names of categories and suppliers that the page shows.
const MADE: usize = 30;

/// `GET /app/products/import`.
pub async fn list(State(app): State<App>, visit: Visit, actor: Actor) -> Result<Response> {
    list_with(&app, &visit, &actor, StatusCode::OK, None).await
}

/// The same after a file that was not taken: what is wrong, and in which row.
pub(super) async fn list_with(
    app: &App,
    visit: &Visit,
    actor: &Actor,
    status: StatusCode,
    wrong: Option<(&str, Option<u32>)>,
) -> Result<Response> {
    show_list(app, visit, actor, status, wrong, "").await
}

/// The same after a file that is no table, or none that can be read.
pub(super) async fn list_refused(
    app: &App,
    visit: &Visit,
    actor: &Actor,
    status: StatusCode,
    name: &str,
    (code, row): (&str, Option<u32>),
) -> Result<Response> {
    let key = format!("table.{code}");
    show_list(app, visit, actor, status, Some((key.as_str(), row)), name).await
}

async fn show_list(
    app: &App,
    visit: &Visit,
    actor: &Actor,
    status: StatusCode,
    wrong: Option<(&str, Option<u32>)>,
    name: &str,
) -> Result<Response> {
    let mut imports = Vec::new();
    for import in sql::latest(&app.db, actor.tenant, LATEST).await? {
        imports.push(context! {
            id => import.id.to_string(), name => import.name, actor => import.actor, status => import.status.name(),
            created_us => import.created_us, new => import.done_new, changed => import.done_changed,
        });
    }
    let wrong = wrong.map(|(key, row)| context! { key, row, name });
    let limits = context! { mib => MAX_BYTES >> 20, rows => MAX_ROWS, columns => MAX_COLUMNS };
    let page = context! { imports, wrong, limits };
    visit.at("/app/products/import").page_with(app, status, "products/import/list.html", page)
}

/// What the address may ask for.
#[derive(Debug, Deserialize)]
pub struct Asked {
    step: Option<String>,
}

/// `GET /app/products/import/{id}`.
pub async fn page(
    State(app): State<App>,
    visit: Visit,
    actor: Actor,
    Path(id): Path<Uuid>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let mut import = sql::find(&app.db, actor.tenant, id).await?.ok_or(Error::NotFound)?;
    // Back to the columns, as long as nothing is in the catalogue.
    if import.status == Status::Checked && asked.step.as_deref() == Some("columns") {
        import.status = Status::Columns;
    }
    show(&app, &visit, &import, StatusCode::OK, None).await
}

/// The page of an import; `wrong` is the key of a text about the form.
pub(super) async fn show(
    app: &App,
    visit: &Visit,
    import: &Import,
    status: StatusCode,
    wrong: Option<&str>,
) -> Result<Response> {
    let texts = app.pages.texts(&visit.lang);
    let job = match import.job.filter(|_| import.status.is_working()) {
        Some(job) => jobs::sql::state(&app.db, import.tenant, job).await?,
        None => None,
    };
    let has_failed = job.as_ref().is_some_and(|job| job.status == "failed");
    let step = match import.status {
        Status::Columns => columns_step(app, import),
        Status::Checking | Status::Importing => context! {
            done => job.as_ref().map_or(0, |job| job.progress_done), of => job.as_ref().map_or(0, |job| job.progress_of),
            has_failed,
            failure => job.as_ref().and_then(|job| job.failure.as_ref())
                .map(|code| texts.get(&format!("job.failed.{code}")).to_owned()),
            failure_id => job.as_ref().and_then(|job| job.failure_detail.clone()),
        },
        Status::Checked | Status::Stopped | Status::Done => result_step(app, import, &texts).await?,
    };
    let counts = import.counts;
    let page = context! {
        id => import.id.to_string(), name => &import.name, status => import.status.name(), wrong, step,
        counts => context! {
            rows => counts.rows, new => counts.new, changed => counts.changed, same => counts.same,
            faulty => counts.faulty, late => counts.late, fit => counts.new + counts.changed,
            done_new => import.done_new, done_changed => import.done_changed,
            left => counts.new + counts.changed - import.done_new - import.done_changed - counts.late,
        },
    };
    visit.at(&format!("/app/products/import/{}", import.id)).page_with(app, status, "products/import/page.html", page)
}

fn columns_step(app: &App, import: &Import) -> Value {
    let look = &import.look;
    let known: Vec<Field> = import.columns.iter().flatten().cloned().collect();
    let mut fields = Field::all(app.pages.languages());
    // Languages that the file brings along.
    fields.extend(known.iter().filter(|field| !fields.contains(field)).cloned().collect::<Vec<_>>());
    let fields: Vec<Value> = fields
        .iter()
        .map(|field| {
            let (text, lang) = field.text();
            context! { key => field.key(), text, lang }
        })
        .collect();
    let columns: Vec<Value> = look
        .headings
        .iter()
        .enumerate()
        .map(|(index, heading)| {
            let cells: Vec<String> =
                look.samples.iter().map(|(_, cells)| cells.get(index).cloned().unwrap_or_default()).collect();
            let chosen = import.columns.get(index).cloned().flatten().map(|field| field.key()).unwrap_or_default();
            context! { index, letter => letter(index), heading, cells, chosen }
        })
        .collect();
    let (format, encoding, delimiter, sheet) = match &look.reading {
        Reading::Csv { encoding, delimiter } => ("csv", encoding.as_str(), delimiter_name(*delimiter), ""),
        Reading::Xlsx { sheet } => ("xlsx", "", "", sheet.as_str()),
    };
    let numbers: Vec<u32> = look.samples.iter().map(|(number, _)| *number).collect();
    context! {
        columns, fields, format, encoding, delimiter, sheet, numbers,
        encodings => CHOICES, delimiters => DELIMITERS.map(|(name, _)| name), sheets => look.sheets.clone(),
        headings_row => look.headings_row, is_sure => look.is_sure,
        unread => import.unread.as_ref().map(|unread| context! { code => &unread.code, row => unread.row }),
    }
}

/// Separators by their names in forms and texts.
pub(super) const DELIMITERS: [(&str, char); 3] = [("comma", ','), ("semicolon", ';'), ("tab", '\t')];

fn delimiter_name(delimiter: char) -> &'static str {
    DELIMITERS.iter().find(|(_, of)| *of == delimiter).map_or("comma", |(name, _)| name)
}

/// The letter that a spreadsheet shows above a column.
pub(super) fn letter(index: usize) -> String {
    let last = char::from(b'A' + (index % 26) as u8);
    if index < 26 { last.to_string() } else { format!("{}{last}", letter(index / 26 - 1)) }
}

async fn result_step(app: &App, import: &Import, texts: &Texts) -> Result<Value> {
    let rows = sql::faulty(&app.db, import.tenant, import.id, 0, FAULTS + 1).await?;
    let has_more = rows.len() > FAULTS as usize;
    let mut faulty = Vec::new();
    for row in rows.iter().take(FAULTS as usize) {
        for told in told(import, row, texts)? {
            faulty
                .push(context! { number => told.number, column => told.column, value => told.value, why => told.why });
        }
    }
    let made = &import.made;
    Ok(context! {
        faulty, has_more,
        categories => first(&made.categories), category_count => made.categories.len(),
        suppliers => first(&made.suppliers), supplier_count => made.suppliers.len(),
    })
}

fn first(names: &[String]) -> Vec<String> {
    names.iter().take(MADE).cloned().collect()
}

/// A fault as people read it.
pub(super) struct Told {
    /// The row's number.
    pub number: i64,
    /// Letter and heading of the column; empty where it is about the whole row.
    pub column: String,
    /// What stands there.
    pub value: String,
    /// What is wrong with it.
    pub why: String,
}

/// The faults of a row, in words.
pub(super) fn told(import: &Import, row: &StagedRow, texts: &Texts) -> Result<Vec<Told>> {
    let json = row.faults.as_deref().unwrap_or("[]");
    let faults: Vec<Fault> = serde_json::from_str(json).map_err(Error::internal)?;
    Ok(faults
        .into_iter()
        .map(|fault| {
            let column = fault.column.map(|index| {
                let heading = import.look.headings.get(index).map_or("", String::as_str);
                format!("{} {heading}", letter(index)).trim().to_owned()
            });
            let text = texts.get(&fault.why).to_owned();
            let why = fault.values.iter().fold(text, |text, (name, value)| text.replace(&format!("{{{name}}}"), value));
            Told { number: row.number, column: column.unwrap_or_default(), value: fault.value, why }
        })
        .collect())
}

#[cfg(test)]
mod tests {
    #[test]
    fn columns_have_the_letters_of_a_spreadsheet() {
        assert_eq!([0, 25, 26, 51, 52, 701, 702].map(super::letter), ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]);
    }
}
