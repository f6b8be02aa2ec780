//! The job that reads a file to its end and compares each row with the catalogue. It changes nothing there.

use std::ops::ControlFlow;
use std::sync::Arc;

use futures_util::FutureExt as _;
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;
use uuid::Uuid;

use super::refs::Refs;
use super::row::{Columns, Parsed};
use super::source::{Stored, file_path};
use super::staging::{Seen, assess};
use super::state::{Counts, Import, Made, Status, Unread};
use super::{columns_of, sql};
use crate::app::App;
use crate::error::{Error, Result};
use crate::jobs::{Ended, Handler, Job};
use crate::tables;

/// Its name in the database.
pub const KIND: &str = "products.check_import";
/// The job.
pub const HANDLER: Handler = Handler { kind: KIND, max_attempts: 5, run: |app, job| run(app, job).boxed() };
/// Rows that are staged in one transaction.
const AT_ONCE: usize = 250;
/// Rows that are forgotten in one transaction.
pub(super) const FORGOTTEN_AT_ONCE: i64 = 2000;

/// What the jobs of an import are given.
#[derive(Debug, Serialize, Deserialize)]
pub struct Payload {
    /// The import.
    pub import: Uuid,
}

impl Payload {
    /// As the job's row holds it.
    #[must_use]
    pub fn json(import: Uuid) -> String {
        serde_json::json!({ "import": import }).to_string()
    }

    /// The import that a job is about, where it is still there.
    ///
    /// # Errors
    /// The database's.
    pub async fn import(app: &App, job: &Job) -> Result<Option<Import>> {
        let Self { import } = serde_json::from_str(&job.payload).map_err(Error::internal)?;
        sql::find(&app.db, job.tenant, import).await
    }
}

async fn run(app: App, job: Job) -> Result<(), Ended> {
    let Some(import) = Payload::import(&app, &job).await? else { return Ok(()) };
    // Given up, or begun anew by another job.
    if import.status != Status::Checking || import.job != Some(job.id) {
        return Ok(());
    }
    forget_rows(&app, import.id).await?;
    let columns = columns_of(&app, &import).await?;
    let (send, mut chunks) = mpsc::channel(4);
    let reader = Reader {
        source: Stored::new(&app.files, file_path(job.tenant, import.id), import.bytes as u64),
        import: import.clone(),
        columns: columns.clone(),
        job: job.clone(),
    };
    let reading = tokio::task::spawn_blocking(move || reader.read(&send));
    let (mut counts, mut made) = (Counts::default(), Made::default());
    while let Some(chunk) = chunks.recv().await {
        job.control.check()?;
        if !stage(&app, &job, &import, &columns, chunk, (&mut counts, &mut made)).await? {
            return Ok(());
        }
        job.control.progress(u32::try_from(counts.rows).unwrap_or(u32::MAX), 0);
    }
    let read = reading.await.map_err(Error::internal)?;
    job.control.check()?;
    let mut tx = app.db.begin().await?;
    let unread = match read {
        Ok(()) if counts.rows == 0 => Some(Unread { code: "empty".to_owned(), row: None }),
        Ok(()) => None,
        Err(error) => Some(Unread::of(&error).ok_or_else(|| Error::internal(error))?),
    };
    match unread {
        Some(unread) => drop(sql::set_unread(&mut tx, job.tenant, import.id, &unread).await?),
        None => drop(sql::set_checked(&mut tx, job.tenant, import.id, counts, &made).await?),
    }
    tx.commit().await?;
    Ok(())
}

/// Takes up rows of an import that are staged already.
pub(super) async fn forget_rows(app: &App, import: Uuid) -> Result<()> {
    loop {
        let mut tx = app.db.begin().await?;
        let forgotten = sql::forget_rows(&mut tx, import, FORGOTTEN_AT_ONCE).await?;
        tx.commit().await?;
        if forgotten < FORGOTTEN_AT_ONCE as u64 {
            return Ok(());
        }
    }
}

/// False when the import was given up meanwhile.
async fn stage(
    app: &App,
    job: &Job,
    import: &Import,
    columns: &Columns,
    chunk: Vec<Parsed>,
    found: (&mut Counts, &mut Made),
) -> Result<bool> {
    let mut tx = app.db.begin().await?;
    if !sql::is_held(&mut tx, job.tenant, import.id, job.id).await? {
        return Ok(false);
    }
    let refs = Refs::read(&mut tx, job.tenant, chunk.iter().map(|row| &row.patch)).await?;
    let rows = assess(&mut tx, job.tenant, chunk, columns, &refs, app.clock.now_us(), found).await?;
    sql::stage(&mut tx, import.id, &rows).await?;
    tx.commit().await?;
    Ok(true)
}

/// The part that waits for bytes and takes them apart, on a thread of its own.
struct Reader {
    source: Stored,
    import: Import,
    columns: Columns,
    job: Job,
}

impl Reader {
    fn read(mut self, send: &mpsc::Sender<Vec<Parsed>>) -> Result<(), tables::TableError> {
        let mut seen = Seen::default();
        let mut chunk = Vec::with_capacity(AT_ONCE);
        let control = Arc::clone(&self.job.control);
        let headings_row = self.import.look.headings_row;
        tables::read(&mut self.source, &self.import.look.reading, &mut |row| {
            if row.number <= headings_row {
                return ControlFlow::Continue(());
            }
            let mut parsed = self.columns.read(&row);
            seen.check(&mut parsed, &self.columns);
            chunk.push(parsed);
            if chunk.len() < AT_ONCE {
                return ControlFlow::Continue(());
            }
            let full = std::mem::replace(&mut chunk, Vec::with_capacity(AT_ONCE));
            // Nobody takes them where the work was stopped.
            if control.check().is_err() || send.blocking_send(full).is_err() {
                return ControlFlow::Break(());
            }
            ControlFlow::Continue(())
        })?;
        if !chunk.is_empty() {
            let _ = send.blocking_send(chunk);
        }
        Ok(())
    }
}
