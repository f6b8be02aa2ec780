//! `vitrine backup`: rows of one snapshot, then the files that they name. It may run beside a server that serves; nobody
//! who writes waits for it. A read transaction lasts as long as the rows are written, not as long as files are copied.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use flate2::Compression;
use flate2::write::GzEncoder;
use futures_util::TryStreamExt as _;
use jiff::Timestamp;
use object_store::ObjectMeta;
use sha2::{Digest as _, Sha256};
use sqlx::AssertSqlSafe;

use super::files::{Named, named};
use super::hold::Hold;
use super::members::{Columns, FORMAT, HEAD, Head, MANIFEST, Manifest, ROWS_BYTES};
use super::read::refuse_newer;
use super::schema::{self, Table};
use super::write::Writer;
use super::{BackupError, Result, space};
use crate::clock::Clock;
use crate::db::{Db, Tx};
use crate::files::Files;
use crate::ids::Generator;
use crate::on_engine;

/// A file up to this size is read into memory; a larger one is read twice, first for its hash.
const IN_MEMORY: u64 = 8 << 20;
/// Room for headers of members and what comes in while the backup is under way.
const RESERVE: u64 = 64 << 20;
/// The first migration with which there are backups.
const OLDEST: i64 = 10;
/// How the names of backups in a folder begin.
const PREFIX: &str = "vitrine-";

/// A backup that is there.
#[derive(Debug)]
pub struct Created {
    /// Where.
    pub place: PathBuf,
    /// Its size.
    pub bytes: u64,
    /// What it holds.
    pub manifest: Manifest,
    /// Older ones that were deleted.
    pub deleted: Vec<PathBuf>,
}

/// Writes a backup to `target`: a file that is not there yet, or a folder, in which it is named by the time. In a folder
/// only the latest `keep` stay.
///
/// # Errors
/// Why there is none; nothing is left of it.
pub async fn create(
    db: &Db,
    files: &Files,
    clock: &Arc<dyn Clock>,
    target: &Path,
    keep: Option<usize>,
    say: &(dyn Fn(String) + Sync),
) -> Result<Created> {
    let created_us = clock.now_us();
    let is_folder = target.is_dir();
    let place = if is_folder { target.join(name_at(created_us)) } else { target.to_owned() };
    let migrations = db.applied().await?;
    refuse_newer("the database", &migrations, "that serves it")?;
    let newest = migrations.last().map_or(0, |migration| migration.number);
    if newest < OLDEST {
        return Err(BackupError::Older(newest));
    }
    let mut writer = Writer::create(&place)?;
    let hold = Hold::begin(db, Generator::new(clock.clone()).next()?, clock.clone()).await?;
    let written = async {
        let mut before = db.snapshot().await?;
        let needed = size(&named(&mut before).await?, files).await? + space::of_database(db).await?;
        drop(before);
        space::check(&place, needed + RESERVE)?;
        let head = Head {
            format: FORMAT,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            created_us,
            database: db.name().to_owned(),
            migrations,
        };
        writer.add(HEAD, &json(&head), created_us)?;
        let mut snapshot = db.snapshot().await?;
        let named = named(&mut snapshot).await?;
        for table in schema::read(&mut snapshot).await?.iter().filter(|table| schema::is_held(&table.name)) {
            let rows = rows(&mut snapshot, table, &mut writer, created_us).await?;
            say(format!("{}: {rows} rows", table.name));
        }
        drop(snapshot);
        for (index, folder) in named.iter().enumerate() {
            copy(folder, files, &mut writer).await?;
            if (index + 1) % 100 == 0 || index + 1 == named.len() {
                say(format!("files: {} of {} pictures, videos and panoramas", index + 1, named.len()));
            }
        }
        Ok::<_, BackupError>(())
    };
    let written = written.await;
    // Whatever became of it: a hold that nobody needs holds up whoever deletes.
    hold.end().await?;
    written?;
    let manifest = std::mem::take(&mut writer.tally).manifest();
    writer.add(MANIFEST, &json(&manifest), created_us)?;
    let bytes = writer.finish()?;
    let deleted = match keep {
        Some(keep) if is_folder => tidy(target, keep)?,
        _ => Vec::new(),
    };
    Ok(Created { place, bytes, manifest, deleted })
}

fn json(value: &impl serde::Serialize) -> Vec<u8> {
    serde_json::to_vec_pretty(value).unwrap_or_default()
}

fn name_at(instant_us: i64) -> String {
    let instant = Timestamp::from_microsecond(instant_us).unwrap_or_default();
    format!("{PREFIX}{}.tar", instant.strftime("%Y%m%dT%H%M%SZ"))
}

/// Bytes of all files.
async fn size(named: &[Named], files: &Files) -> Result<u64> {
    let mut bytes = 0;
    for folder in named {
        bytes += folder.list(files).await?.iter().map(|file| file.size).sum::<u64>();
    }
    Ok(bytes)
}

/// Writes the rows of a table, a member for each [`ROWS_BYTES`]; returns how many there are.
async fn rows(snapshot: &mut Tx, table: &Table, writer: &mut Writer, at_us: i64) -> Result<u64> {
    let columns = table.columns.iter().map(|column| (column.name.clone(), column.kind().to_owned())).collect();
    let first = serde_json::to_string(&Columns { columns }).unwrap_or_default();
    let (mut text, mut rows, mut number) = (first.clone(), 0, 0);
    writer.tally.rows(&table.name, 0);
    let mut flush = |text: &mut String, rows: &mut u64| {
        number += 1;
        let mut packed = GzEncoder::new(Vec::new(), Compression::default());
        packed.write_all(text.as_bytes()).map_err(|error| BackupError::File(PathBuf::from(&table.name), error))?;
        let packed = packed.finish().map_err(|error| BackupError::File(PathBuf::from(&table.name), error))?;
        writer.add(&format!("tables/{}/{number:06}.ndjson.gz", table.name), &packed, at_us)?;
        writer.tally.rows(&table.name, std::mem::take(rows));
        first.clone_into(text);
        Ok::<_, BackupError>(())
    };
    let mut all = 0;
    let on_postgres = matches!(snapshot, Tx::Postgres(_));
    let sql = table.select(on_postgres);
    on_engine!(snapshot, conn => {
        let mut stream = sqlx::query_scalar::<_, String>(AssertSqlSafe(sql)).fetch(conn);
        while let Some(row) = stream.try_next().await? {
            if rows > 0 && text.len() + row.len() >= ROWS_BYTES {
                flush(&mut text, &mut rows)?;
            }
            text.push('\n');
            text.push_str(&row);
            rows += 1;
            all += 1;
        }
    });
    if rows > 0 {
        flush(&mut text, &mut rows)?;
    }
    Ok(all)
}

/// Copies a folder of files.
async fn copy(folder: &Named, files: &Files, writer: &mut Writer) -> Result<()> {
    let mut copied = Vec::new();
    for file in &folder.list(files).await? {
        let sha256 = copy_file(file, files, writer).await?;
        copied.push((file.location.filename().unwrap_or_default().to_owned(), sha256));
    }
    if let Some(lack) = folder.lacks(&copied) {
        writer.tally.missing(lack);
    }
    Ok(())
}

async fn copy_file(file: &ObjectMeta, files: &Files, writer: &mut Writer) -> Result<String> {
    let name = format!("files/{}", file.location);
    let at_us = file.last_modified.timestamp_micros();
    if file.size <= IN_MEMORY {
        let content = files.read(&file.location).await?;
        let sha256 = hex::encode(Sha256::digest(&content));
        writer.add(&name, &content, at_us)?;
        return Ok(sha256);
    }
    let mut hash = Sha256::new();
    let mut pieces = files.stream(&file.location, 0..file.size).await?;
    while let Some(piece) = pieces.try_next().await? {
        hash.update(&piece);
    }
    let sha256 = hex::encode(hash.finalize());
    let mut member = writer.begin(&name, file.size, &sha256, at_us)?;
    let mut pieces = files.stream(&file.location, 0..file.size).await?;
    while let Some(piece) = pieces.try_next().await? {
        member.piece(&piece)?;
    }
    member.end()?;
    Ok(sha256)
}

/// Deletes the oldest backups of a folder beyond `keep`: those that this program named.
fn tidy(folder: &Path, keep: usize) -> Result<Vec<PathBuf>> {
    let fault = |error| BackupError::File(folder.to_owned(), error);
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(fault)? {
        let name = entry.map_err(fault)?.file_name().to_string_lossy().into_owned();
        let time = name.strip_prefix(PREFIX).and_then(|rest| rest.strip_suffix(".tar"));
        if time.is_some_and(|time| jiff::civil::DateTime::strptime("%Y%m%dT%H%M%SZ", time).is_ok()) {
            found.push(name);
        }
    }
    // Names sort as times do.
    found.sort();
    let too_many = found.len().saturating_sub(keep);
    let deleted: Vec<PathBuf> = found.into_iter().take(too_many).map(|name| folder.join(name)).collect();
    for place in &deleted {
        std::fs::remove_file(place).map_err(|error| BackupError::File(place.clone(), error))?;
    }
    Ok(deleted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_old_backups_go() {
        let folder = tempfile::tempdir().unwrap();
        let names = ["vitrine-20260101T000000Z.tar", "vitrine-20260102T000000Z.tar", &name_at(1_795_262_400_000_000)];
        for name in names.iter().chain(&["vitrine-old.tar", "vitrine-20260101T000000Z.tar.partial", "other.tar"]) {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        let deleted = tidy(folder.path(), 1).unwrap();
        assert_eq!(deleted, [names[0], names[1]].map(|name| folder.path().join(name)));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 4);
        assert_eq!(names[2], "vitrine-20261121T120000Z.tar");
    }
}
