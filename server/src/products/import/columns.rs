//! `POST /app/products/import/{id}/columns`: what the columns mean; then every row is checked. With `again`, only how the
//! file is read changes, and it is looked at once more.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use uuid::Uuid;

use super::check::{self, Payload};
use super::fields::Field;
use super::state::{Import, Look, Status, Unread};
use super::{page, sql, upload};
use crate::accounts::actor::Actor;
use crate::app::App;
use crate::error::{Error, Result};
use crate::http::form::Form;
use crate::jobs;
use crate::pages::frame::{self, Visit};
use crate::tables::{Reading, encoding_of};

/// The handler.
pub async fn save(
    State(app): State<App>,
    visit: Visit,
    actor: Actor,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<Response> {
    let mut import = sql::find(&app.db, actor.tenant, id).await?.ok_or(Error::NotFound)?;
    let here = format!("/app/products/import/{id}");
    // Somebody else was faster; their page shows what became of it.
    if !matches!(import.status, Status::Columns | Status::Checked) || import.imported_to > 0 {
        return Ok(frame::done(&here, "import_moved"));
    }
    if form.some("again").is_some() {
        return look_again(&app, &visit, &actor, import, &form).await;
    }
    import.columns = chosen(&import.look, &form);
    if let Err(wrong) = complete(&import.columns) {
        import.status = Status::Columns;
        return page::show(&app, &visit, &import, StatusCode::UNPROCESSABLE_ENTITY, Some(wrong)).await;
    }
    let job = app.ids.next().map_err(Error::internal)?;
    let now_us = app.clock.now_us();
    let mut tx = app.db.begin().await?;
    let saved = sql::set_look(&mut tx, actor.tenant, id, &import.look, &import.columns).await?
        && sql::advance(&mut tx, actor.tenant, id, Status::Columns, Status::Checking, Some(job)).await?;
    if !saved {
        return Ok(frame::done(&here, "import_moved"));
    }
    let headings = upload::digest(&import.look.headings);
    sql::remember(&mut tx, actor.tenant, &headings, &import.columns, now_us).await?;
    jobs::sql::insert(&mut tx, actor.tenant, job, check::KIND, &Payload::json(id), now_us).await?;
    tx.commit().await?;
    app.bell.ring();
    Ok(frame::to(&here))
}

/// The columns as the form says; what it does not know stays out.
fn chosen(look: &Look, form: &Form) -> Vec<Option<Field>> {
    (0..look.headings.len()).map(|index| Field::of(form.text(&format!("column-{index}")))).collect()
}

/// Whether rows can be understood: each field once, and SKUs, by which rows and products belong together.
fn complete(columns: &[Option<Field>]) -> Result<(), &'static str> {
    let fields: Vec<&Field> = columns.iter().flatten().collect();
    if !fields.contains(&&Field::Sku) {
        return Err("import.wrong.no_sku");
    }
    if fields.len() < 2 {
        return Err("import.wrong.only_sku");
    }
    let is_twice = |field: &&&Field| fields.iter().filter(|other| other == field).count() > 1;
    if fields.iter().any(|field| is_twice(&field)) { Err("import.wrong.twice") } else { Ok(()) }
}

async fn look_again(app: &App, visit: &Visit, actor: &Actor, mut import: Import, form: &Form) -> Result<Response> {
    let chosen = match &import.look.reading {
        Reading::Csv { encoding, delimiter } => {
            let wanted = Some(form.text("encoding")).filter(|name| encoding_of(name).is_some());
            let separator = page::DELIMITERS.iter().find(|(name, _)| *name == form.text("delimiter"));
            Reading::Csv {
                encoding: wanted.unwrap_or(encoding).to_owned(),
                delimiter: separator.map_or(*delimiter, |(_, separator)| *separator),
            }
        }
        Reading::Xlsx { sheet } => {
            let wanted = import.look.sheets.iter().find(|name| *name == form.text("sheet"));
            Reading::Xlsx { sheet: wanted.unwrap_or(sheet).clone() }
        }
    };
    let headings_row = form.text("headings_row").parse().ok();
    match upload::look(app, actor, import.id, import.bytes as u64, Some(chosen.clone()), headings_row).await? {
        Ok(look) => {
            import.columns = upload::columns(app, actor, &look).await?;
            import.look = look;
            import.unread = None;
        }
        Err(error) => {
            import.look.reading = chosen;
            import.unread = Unread::of(&error);
            import.status = Status::Columns;
            return page::show(app, visit, &import, StatusCode::UNPROCESSABLE_ENTITY, None).await;
        }
    }
    let mut tx = app.db.begin().await?;
    let is_saved = sql::set_look(&mut tx, actor.tenant, import.id, &import.look, &import.columns).await?;
    tx.commit().await?;
    let here = format!("/app/products/import/{}", import.id);
    Ok(if is_saved { frame::to(&here) } else { frame::done(&here, "import_moved") })
}
