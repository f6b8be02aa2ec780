//! The job that brings checked rows into the catalogue: some hundred in a transaction, which also notes how far it is. So
//! it goes on after a power cut where it was, with no row twice and no half one.

use std::time::{Duration, Instant};

use futures_util::FutureExt as _;
use serde_json::json;

use super::check::Payload;
use super::columns_of;
use super::fields::Field;
use super::refs::Refs;
use super::row::{Columns, Fault, Patch};
use super::source::file_path;
use super::sql::{self, Part, StagedRow};
use super::staging::{Compared, compare, json_of};
use super::state::{Import, Status};
use crate::app::App;
use crate::audit::{self, By, Change};
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::jobs::{Ended, Handler, Job};
use crate::products::edit;
use crate::products::write::{self, Write};
use crate::webhooks::{self, Event};

/// Its name in the database.
pub const KIND: &str = "products.import";
/// The job.
pub const HANDLER: Handler = Handler { kind: KIND, max_attempts: 20, run: |app, job| run(app, job).boxed() };

/// Rows in the first transaction; how many follow in the next is measured.
const FIRST: usize = 100;
/// Rows in one transaction at most.
const MOST: usize = 500;
/// How long a transaction may hold up everybody else who writes; half of what is allowed.
const HOLD: Duration = Duration::from_millis(25);

async fn run(app: App, job: Job) -> Result<(), Ended> {
    let Some(mut import) = Payload::import(&app, &job).await? else { return Ok(()) };
    let columns = columns_of(&app, &import).await?;
    let language = app.pages.languages().first().cloned().unwrap_or_default();
    let mut at_once = FIRST;
    while import.status == Status::Importing && import.job == Some(job.id) {
        job.control.check()?;
        let counts = import.counts;
        let all = counts.new + counts.changed;
        let done = import.done_new + import.done_changed + counts.late;
        job.control.progress(u32::try_from(done).unwrap_or(u32::MAX), u32::try_from(all).unwrap_or(u32::MAX));
        let (step, took) = step(&app, &import, &columns, &language, at_once).await?;
        at_once = next_size(at_once, took);
        match step {
            Step::Part(part) => {
                import.imported_to = part.to;
                import.done_new += part.new;
                import.done_changed += part.changed;
                import.counts.late += part.late;
            }
            Step::Done => {
                // The rows that were left out stay to be read; the file is not needed any more.
                app.files.delete(&file_path(job.tenant, import.id)).await?;
                break;
            }
            // Stopped by somebody, or taken over.
            Step::Lost => break,
        }
    }
    Ok(())
}

/// More rows where the last ones were quick, fewer where they were slow.
fn next_size(rows: usize, took: Duration) -> usize {
    if took > HOLD {
        (rows / 2).max(1)
    } else if took < HOLD / 2 {
        (rows * 3 / 2 + 1).min(MOST)
    } else {
        rows
    }
}

/// What one transaction did.
pub(super) enum Step {
    /// It brought rows in, or left them out.
    Part(Part),
    /// Nothing was left: the import is done.
    Done,
    /// Somebody else has it, or stopped it.
    Lost,
}

/// One transaction, and for how long it kept others waiting.
pub(super) async fn step(
    app: &App,
    import: &Import,
    columns: &Columns,
    language: &str,
    at_once: usize,
) -> Result<(Step, Duration)> {
    let tenant = import.tenant;
    let mut tx = app.db.begin().await?;
    let began = Instant::now();
    write::lock(&mut tx, tenant).await?;
    let rows = sql::staged(&mut tx, import.id, import.imported_to, at_once as i64).await?;
    let Some(last) = rows.last() else {
        let is_done = finish(app, &mut tx, import).await?;
        if is_done {
            tx.commit().await?;
        }
        return Ok((if is_done { Step::Done } else { Step::Lost }, began.elapsed()));
    };
    let mut part = Part { to: last.number, ..Part::default() };
    let patches: Vec<Patch> =
        rows.iter().map(|row| serde_json::from_str(&row.patch).map_err(Error::internal)).collect::<Result<_>>()?;
    let mut refs = Refs::read(&mut tx, tenant, patches.iter()).await?;
    refs.make(app, &mut tx, tenant, patches.iter(), language).await?;
    let pairs: Vec<_> = rows.iter().map(|row| row.sku.as_str()).zip(&patches).collect();
    let now_us = app.clock.now_us();
    let fresh_id = || app.ids.next().map_err(Error::internal);
    let compared = compare(&mut tx, tenant, &pairs, columns, &refs, now_us, &fresh_id).await?;
    let mut writes = Vec::with_capacity(rows.len());
    for ((row, patch), compared) in rows.iter().zip(&patches).zip(compared) {
        let faults = late(row, patch, &compared, columns, &refs);
        if let Some(json) = json_of(&faults)? {
            sql::set_late(&mut tx, import.id, row.number, &json).await?;
            part.late += 1;
        } else if compared.before.is_some() {
            part.changed += 1;
            writes.push(Write { before: compared.before, after: compared.after });
        } else {
            part.new += 1;
            writes.push(Write { before: None, after: compared.after });
        }
    }
    write::write(&mut tx, tenant, now_us, &writes).await?;
    record(app, &mut tx, import, &writes).await?;
    let events: Vec<Event> = writes.iter().map(|write| edit::told(write.before.as_ref(), &write.after)).collect();
    webhooks::publish_all(app, &mut tx, tenant, &events).await?;
    if !sql::move_on(&mut tx, tenant, import.id, import.imported_to, part).await? {
        return Ok((Step::Lost, began.elapsed()));
    }
    tx.commit().await?;
    Ok((Step::Part(part), began.elapsed()))
}

/// Why a row that fitted at the check does not fit now.
fn late(row: &StagedRow, patch: &Patch, compared: &Compared, columns: &Columns, refs: &Refs) -> Vec<Fault> {
    if compared.before.as_ref().map(|before| before.version) != row.version {
        return vec![Fault::new(None, &row.sku, "changed_meanwhile", "")];
    }
    let mut faults = compared.faults.clone();
    let category = patch.category.set().is_some_and(|levels| refs.category(levels).is_none());
    let supplier = patch.supplier.set().is_some_and(|name| refs.supplier(name).is_none());
    if category || supplier {
        faults.push(Fault::new(
            columns.of(if category { &Field::Category } else { &Field::Supplier }),
            "",
            "not_made",
            "",
        ));
    }
    faults
}

/// What of products changed, for the log. Products that are new are counted in the entry of the import.
async fn record(app: &App, tx: &mut Tx, import: &Import, writes: &[Write]) -> Result<()> {
    let mut changes = Vec::new();
    for write in writes {
        let Some(before) = &write.before else { continue };
        let action = edit::action(Some(before), &write.after);
        let (before, after) = edit::difference(Some(before), &write.after);
        changes.push(Change {
            action,
            subject_id: Some(write.after.id),
            subject: &write.after.sku,
            before: Some(before),
            after: Some(after),
        });
    }
    audit::record_all(app, tx, import.tenant, by(import), &changes).await
}

/// Whoever began the import.
pub(super) fn by(import: &Import) -> By<'_> {
    By::Account { id: import.account, name: &import.actor }
}

/// What an import did, for the log.
pub(super) fn summary(import: &Import) -> serde_json::Value {
    let counts = import.counts;
    json!({
        "file": import.name, "rows": counts.rows, "added": import.done_new, "changed": import.done_changed,
        "unchanged": counts.same, "faulty": counts.faulty, "leftOut": counts.late,
    })
}

/// Ends the import, with its entry of the log. False when it is not importing any more.
async fn finish(app: &App, tx: &mut Tx, import: &Import) -> Result<bool> {
    if !sql::finish(tx, import.tenant, import.id, Status::Done, app.clock.now_us()).await? {
        return Ok(false);
    }
    let change = Change {
        action: "product.imported",
        subject_id: Some(import.id),
        subject: &import.name,
        before: None,
        after: Some(summary(import)),
    };
    audit::record(app, tx, import.tenant, by(import), &change).await?;
    Ok(true)
}
