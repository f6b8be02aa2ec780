//! `vitrine restore`: a backup into an empty database of either kind. The whole backup is checked before anything of it
//! is taken. Files come first, under names that nothing refers to yet; all rows come in one transaction. Killed on its
//! way, it leaves the database as empty as it was, and the next restore begins anew.
//!
//! The backup of an older program is taken in as its database was; the migrations since then run on what it holds.

use std::path::Path;

use object_store::buffered::BufWriter;
use object_store::path::Path as StorePath;
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::members::{Head, Manifest};
use super::schema::{self, Table};
use super::{BackupError, Result, read, space};
use crate::db::migrate::Applied;
use crate::db::{Db, Tx};
use crate::files::Files;
use crate::ids::DEFAULT_ORGANISATION;
use crate::on_engine;

/// Restores `place`. `data` is the folder whose disk gets the files, where they lie in one.
///
/// # Errors
/// Why not; the database is as empty as it was.
pub async fn restore(
    db: &Db,
    files: &Files,
    data: &Path,
    place: &Path,
    say: &(dyn Fn(String) + Sync),
) -> Result<(Head, Manifest)> {
    let (head, manifest) = read::verify(place).await?;
    say(format!("{} is whole: {}", place.display(), summary(&manifest)));
    // Roughly: files as they are, rows unpacked with their indices.
    let rows = std::fs::metadata(place).map_or(0, |meta| meta.len()).saturating_sub(manifest.files.bytes);
    space::check(data, manifest.files.bytes + 8 * rows)?;
    let applied = db.applied().await?;
    if applied.iter().any(|migration| !head.migrations.contains(migration)) {
        let last = |migrations: &[Applied]| migrations.last().map_or(0, |migration| migration.number);
        return Err(BackupError::Further { database: last(&applied), backup: last(&head.migrations) });
    }
    db.migrate_to(|number| head.migrations.iter().any(|migration| migration.number == number)).await?;
    let mut tx = db.begin().await?;
    let tables = schema::read(&mut tx).await?;
    let after = prepare(&mut tx, &tables).await?;
    let mut target = Target { tx, files, tables };
    read::walk(place, Some(&mut target)).await?;
    let Target { mut tx, .. } = target;
    for sql in after {
        on_engine!(tx, conn => sqlx::raw_sql(AssertSqlSafe(sql)).execute(conn).await.map(drop)?);
    }
    tx.commit().await?;
    db.migrate().await?;
    Ok((head, manifest))
}

/// What a backup holds, in a line.
#[must_use]
pub fn summary(manifest: &Manifest) -> String {
    let rows: u64 = manifest.rows.values().sum();
    let (files, mib) = (manifest.files.count, manifest.files.bytes.div_ceil(1 << 20));
    format!("{rows} rows in {} tables, {files} files of {mib} MiB", manifest.rows.len())
}

/// Refuses a database that is not empty and takes away what a migration, or a first start, put there. Returns the
/// statements that go before the commit.
async fn prepare(tx: &mut Tx, tables: &[Table]) -> Result<Vec<String>> {
    let on_postgres = matches!(tx, Tx::Postgres(_));
    let (mut begin, mut end) = (Vec::new(), Vec::new());
    if on_postgres {
        let all: Vec<String> = tables.iter().map(Table::quoted).collect();
        begin.push("SET LOCAL statement_timeout = 0".to_owned());
        begin.push(format!("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE", all.join(", ")));
        end.push("SET CONSTRAINTS ALL IMMEDIATE".to_owned());
        for table in tables {
            let (before, after) = table.relaxed();
            begin.extend(before);
            end.extend(after);
        }
    } else {
        // Checked at the commit.
        begin.push("PRAGMA defer_foreign_keys = ON".to_owned());
    }
    for sql in begin {
        on_engine!(tx, conn => sqlx::raw_sql(AssertSqlSafe(sql)).execute(conn).await.map(drop)?);
    }
    let mut there = Vec::new();
    for table in tables.iter().filter(|table| schema::is_held(&table.name)) {
        let rows: i64 = on_engine!(tx, conn => sqlx::query_scalar(AssertSqlSafe(table.count())).fetch_one(conn).await?);
        if table.name == "organisation" && rows == 1 {
            let first: Uuid =
                on_engine!(tx, conn => sqlx::query_scalar("SELECT id FROM organisation").fetch_one(conn).await?);
            if first == DEFAULT_ORGANISATION {
                continue;
            }
        }
        if rows > 0 {
            there.push(format!("{} has {rows} rows", table.name));
        }
    }
    if !there.is_empty() {
        return Err(BackupError::NotEmpty(there.join(", ")));
    }
    for table in tables {
        on_engine!(tx, conn => sqlx::query(AssertSqlSafe(table.delete())).execute(conn).await.map(drop)?);
    }
    Ok(end)
}

/// Where a backup goes.
pub struct Target<'a> {
    tx: Tx,
    files: &'a Files,
    tables: Vec<Table>,
}

impl Target<'_> {
    /// Inserts rows.
    pub async fn rows(&mut self, table: &str, columns: &[(String, String)], rows: &str, count: u64) -> Result<()> {
        let refuse = |what: String| BackupError::Database(sqlx::Error::Protocol(what));
        let found = self.tables.iter().find(|found| found.name == table && schema::is_held(table));
        let found = found.ok_or_else(|| refuse(format!("there is no table {table}")))?;
        let sql = found.insert(columns, matches!(self.tx, Tx::Postgres(_))).map_err(refuse)?;
        let inserted = on_engine!(self.tx, conn =>
            sqlx::query(AssertSqlSafe(sql)).bind(rows).execute(conn).await?.rows_affected());
        if inserted == count { Ok(()) } else { Err(refuse(format!("{inserted} of {count} rows were inserted"))) }
    }

    /// Writes a file; it is there once the writer is shut down.
    pub fn file(&self, path: &StorePath) -> BufWriter {
        self.files.writer(path)
    }
}
