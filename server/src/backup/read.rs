//! Reads a backup from its first byte to its last, and believes nothing that it has not checked: each member's hash, each
//! row's shape, and at the end that nothing is missing. Taking it in reads the same way, and hands on what was read.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;
use std::rc::Rc;

use bytes::Bytes;
use flate2::read::GzDecoder;
use object_store::buffered::BufWriter;
use object_store::path::Path as StorePath;
use serde_json::value::RawValue;
use sha2::{Digest as _, Sha256};
use tar::Archive;
use tokio::io::AsyncWriteExt as _;
use uuid::Uuid;

use super::members::{COMMENT, Columns, FORMAT, HEAD, Head, MANIFEST, MAX_ROWS_BYTES, Manifest, Tally};
use super::restore::Target;
use super::{BackupError, Result};
use crate::db::migrate::{Applied, known};

/// Pieces of a file.
const PIECE: usize = 1 << 20;

/// Checks the whole backup; changes nothing anywhere.
///
/// # Errors
/// What is wrong with it, and where.
pub async fn verify(place: &Path) -> Result<(Head, Manifest)> {
    walk(place, None).await
}

/// Refuses what has migrations that this program does not know.
pub fn refuse_newer(what: &str, migrations: &[Applied], version: &str) -> Result<()> {
    let known = known();
    let unknown = migrations.iter().find(|migration| !known.contains(migration));
    unknown.map_or(Ok(()), |Applied { number, name }| {
        let migration = format!("{number} ({name})");
        Err(BackupError::Newer { what: what.to_owned(), migration, version: version.to_owned() })
    })
}

/// Where one is in the file.
struct At<'a> {
    place: &'a Path,
    /// Size of the file.
    length: u64,
    /// Name, beginning and size of the member.
    member: String,
    position: u64,
    bytes: u64,
}

impl At<'_> {
    fn damaged(&self, what: impl Into<String>) -> BackupError {
        BackupError::Damaged {
            file: self.place.to_owned(),
            member: self.member.clone(),
            position: self.position,
            what: what.into(),
        }
    }

    fn truncated(&self, what: impl Into<String>) -> BackupError {
        BackupError::Truncated { file: self.place.to_owned(), position: self.length, what: what.into() }
    }

    /// The file ends inside the member.
    fn truncated_after(&self, there: u64) -> BackupError {
        self.truncated(format!("inside {}, of which {there} of {} bytes are there", self.member, self.bytes))
    }
}

/// Reads `place` to its end; `target` gets what stands in it.
pub async fn walk(place: &Path, mut target: Option<&mut Target<'_>>) -> Result<(Head, Manifest)> {
    let fault = |error| BackupError::File(place.to_owned(), error);
    let foreign = |reason: String| BackupError::Foreign(place.to_owned(), reason);
    let file = File::open(place).map_err(fault)?;
    let length = file.metadata().map_err(fault)?.len();
    let is_over = Rc::new(Cell::new(false));
    let mut archive = Archive::new(Watched { inner: BufReader::with_capacity(PIECE, file), is_over: is_over.clone() });
    let mut at = At { place, length, member: String::new(), position: 0, bytes: 0 };
    let mut tally = Tally::default();
    let mut head: Option<Head> = None;
    for entry in archive.entries().map_err(fault)? {
        let mut entry = match entry {
            Ok(entry) => entry,
            Err(error) if head.is_none() => return Err(foreign(error.to_string())),
            Err(_) if is_over.get() => return Err(at.truncated("inside the header of a member")),
            Err(error) => return Err(at.damaged(format!("what follows it is no member ({error})"))),
        };
        at.member = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        (at.position, at.bytes) = (entry.raw_header_position(), entry.size());
        let known = checksum(&mut entry).map_err(|error| at.damaged(error.to_string()))?;
        let Some(head) = &head else {
            if at.member != HEAD {
                return Err(foreign(format!("it begins with {:?}", at.member)));
            }
            let known = known.unwrap_or_default();
            head = Some(read_head(place, &content(&mut entry, &known, &at)?)?);
            tally.member(&at.member, at.bytes, &known);
            continue;
        };
        let known = known.ok_or_else(|| at.damaged("it carries no hash"))?;
        if at.member == MANIFEST {
            let content = content(&mut entry, &known, &at)?;
            let manifest = serde_json::from_slice(&content).map_err(|error| at.damaged(error.to_string()))?;
            return compare(&tally.manifest(), manifest, &at).map(|manifest| (head.clone(), manifest));
        }
        if let Some(rest) = at.member.strip_prefix("tables/") {
            let table = rest.split('/').next().unwrap_or_default().to_owned();
            let rows = rows(&content(&mut entry, &known, &at)?, &at)?;
            if let Some(target) = &mut target {
                let taken = target.rows(&table, &rows.columns, &rows.text, rows.count).await;
                taken.map_err(|error| at.explain(error))?;
            }
            tally.rows(&table, rows.count);
        } else if let Some(path) = at.member.strip_prefix("files/") {
            let path = file_path(path).ok_or_else(|| at.damaged("its name is not one of a file"))?;
            stored(&mut entry, &known, &at, target.as_mut().map(|target| target.file(&path))).await?;
        } else {
            return Err(at.damaged("no backup has such a member"));
        }
        tally.member(&at.member, at.bytes, &known);
    }
    if head.is_none() {
        return Err(foreign("it is empty".to_owned()));
    }
    Err(at.truncated(format!("after {}, before {MANIFEST}", at.member)))
}

/// Reads a file, piece by piece, and writes it where it belongs.
async fn stored(from: &mut impl Read, known: &str, at: &At<'_>, mut writer: Option<BufWriter>) -> Result<()> {
    let mut hash = Sha256::new();
    let mut left = at.bytes;
    let mut piece = vec![0; PIECE.min(usize::try_from(left).unwrap_or(PIECE))];
    while left > 0 {
        let wanted = piece.len().min(usize::try_from(left).unwrap_or(PIECE));
        fill(from, &mut piece[..wanted], at, at.bytes - left)?;
        hash.update(&piece[..wanted]);
        if let Some(writer) = &mut writer {
            writer.put(Bytes::copy_from_slice(&piece[..wanted])).await?;
        }
        left -= wanted as u64;
    }
    compare_hash(&hex::encode(hash.finalize()), known, at)?;
    if let Some(mut writer) = writer {
        let written = writer.shutdown().await;
        written.map_err(|error| BackupError::File(at.member.clone().into(), error))?;
    }
    Ok(())
}

impl At<'_> {
    /// Says where it is that the database refuses.
    fn explain(&self, error: BackupError) -> BackupError {
        match error {
            BackupError::Database(error) => self.damaged(format!("the database does not take it: {error}")),
            other => other,
        }
    }
}

/// Notes that the file's end was reached.
struct Watched<R> {
    inner: R,
    is_over: Rc<Cell<bool>>,
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        if read == 0 && !buffer.is_empty() {
            self.is_over.set(true);
        }
        Ok(read)
    }
}

fn checksum<R: Read>(entry: &mut tar::Entry<'_, R>) -> io::Result<Option<String>> {
    let Some(extensions) = entry.pax_extensions()? else { return Ok(None) };
    for extension in extensions {
        let extension = extension?;
        if extension.key_bytes() == b"comment"
            && let Some(hash) = extension.value().ok().and_then(|value| value.strip_prefix(COMMENT))
        {
            return Ok(Some(hash.to_owned()));
        }
    }
    Ok(None)
}

fn read_head(place: &Path, content: &[u8]) -> Result<Head> {
    let foreign = |reason: String| BackupError::Foreign(place.to_owned(), reason);
    let value: serde_json::Value = serde_json::from_slice(content).map_err(|error| foreign(error.to_string()))?;
    if value["format"] != FORMAT {
        return Err(foreign(format!("its format is {}, and this program reads {FORMAT}", value["format"])));
    }
    let head: Head = serde_json::from_value(value).map_err(|error| foreign(error.to_string()))?;
    refuse_newer(&format!("the backup {}", place.display()), &head.migrations, &head.program)?;
    Ok(head)
}

/// Fills `piece`; `before` bytes of the member came earlier.
fn fill(from: &mut impl Read, piece: &mut [u8], at: &At<'_>, before: u64) -> Result<()> {
    let mut filled = 0;
    while filled < piece.len() {
        match from.read(&mut piece[filled..]) {
            Ok(0) => return Err(at.truncated_after(before + filled as u64)),
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(BackupError::File(at.place.to_owned(), error)),
        }
    }
    Ok(())
}

/// A member that is read into memory.
fn content(from: &mut impl Read, known: &str, at: &At<'_>) -> Result<Vec<u8>> {
    if at.bytes > MAX_ROWS_BYTES {
        return Err(at.damaged(format!("it has {} bytes, and at most {MAX_ROWS_BYTES} are read", at.bytes)));
    }
    // Before memory is taken for what is not there.
    if at.position + at.bytes > at.length {
        return Err(at.truncated_after(at.length.saturating_sub(at.position + 512)));
    }
    let mut content = vec![0; at.bytes as usize];
    fill(from, &mut content, at, 0)?;
    compare_hash(&hex::encode(Sha256::digest(&content)), known, at)?;
    Ok(content)
}

fn compare_hash(found: &str, known: &str, at: &At<'_>) -> Result<()> {
    if found == known {
        return Ok(());
    }
    Err(at.damaged(format!("the SHA-256 of its content is {found}, and was {known} when it was written")))
}

/// A member with rows.
struct Rows {
    /// Name and kind of each column.
    columns: Vec<(String, String)>,
    /// One JSON array of all rows.
    text: String,
    count: u64,
}

fn rows(packed: &[u8], at: &At<'_>) -> Result<Rows> {
    let mut unpacked = String::new();
    let read = GzDecoder::new(packed).take(MAX_ROWS_BYTES).read_to_string(&mut unpacked);
    read.map_err(|error| at.damaged(error.to_string()))?;
    let mut lines = unpacked.lines();
    let Columns { columns } = serde_json::from_str(lines.next().unwrap_or_default())
        .map_err(|error| at.damaged(format!("line 1 names no columns: {error}")))?;
    let mut text = String::with_capacity(unpacked.len());
    let mut count = 0;
    for (index, line) in lines.enumerate() {
        let values: Vec<&RawValue> =
            serde_json::from_str(line).map_err(|error| at.damaged(format!("line {}: {error}", index + 2)))?;
        if values.len() != columns.len() {
            let (found, wanted) = (values.len(), columns.len());
            return Err(at.damaged(format!("line {} has {found} values for {wanted} columns", index + 2)));
        }
        text.push(if count == 0 { '[' } else { ',' });
        text.push_str(line);
        count += 1;
    }
    text.push_str(if count == 0 { "[]" } else { "]" });
    Ok(Rows { columns, text, count })
}

/// Where a file of a backup goes: to an organisation's pictures or pyramids, and nowhere else.
fn file_path(name: &str) -> Option<StorePath> {
    let path = StorePath::parse(name).ok()?;
    let parts: Vec<_> = path.parts().collect();
    let [organisation, kind, _, _, ..] = parts.as_slice() else { return None };
    Uuid::parse_str(organisation.as_ref()).ok()?;
    (["media", "tiles"].contains(&kind.as_ref()) && path.as_ref() == name).then_some(path)
}

/// Whether all that was written was found.
fn compare(found: &Manifest, written: Manifest, at: &At<'_>) -> Result<Manifest> {
    let tables: BTreeSet<_> = found.rows.keys().chain(written.rows.keys()).collect();
    for table in tables {
        let (there, wanted) = (found.rows.get(table).unwrap_or(&0), written.rows.get(table).unwrap_or(&0));
        if there != wanted {
            return Err(at.damaged(format!("of the table {table} {there} rows are there, and {wanted} were written")));
        }
    }
    if found.files != written.files {
        let (there, wanted) = (found.files.count, written.files.count);
        return Err(at.damaged(format!("{there} files are there, and {wanted} were written")));
    }
    if found.members != written.members || found.digest != written.digest {
        return Err(at.damaged("members are missing, or others than those that were written"));
    }
    Ok(written)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_go_nowhere_else() {
        let organisation = "01900000-0000-7000-8000-000000000001";
        for fine in ["media/ab/original.jpg", "tiles/ab/0/f/0/0.jpg", "tiles/ab/manifest.json"] {
            assert!(file_path(&format!("{organisation}/{fine}")).is_some(), "{fine}");
        }
        for wrong in ["media/../../x/y", "media//x", "uploads/a/b", "media/x", "media/./a/b", "/media/a/b"] {
            assert!(file_path(&format!("{organisation}/{wrong}")).is_none(), "{wrong}");
        }
        assert!(file_path("../media/a/b").is_none() && file_path("media/a/b/c").is_none());
    }
}
