//! What stands in a backup beside rows and files.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::db::migrate::Applied;

/// Version of the format that is written and read.
pub const FORMAT: u32 = 1;
/// Name of the first member.
pub const HEAD: &str = "vitrine-backup.json";
/// Name of the last member.
pub const MANIFEST: &str = "manifest.json";
/// What stands before a member's SHA-256 in its pax header.
pub const COMMENT: &str = "sha256=";
/// Bytes of rows in one member, before they are packed; a longer row has a member of its own.
pub const ROWS_BYTES: usize = 1 << 20;
/// The largest member that is read into memory, packed or not. A row holds no more than a store's document.
pub const MAX_ROWS_BYTES: u64 = 256 << 20;

/// The first member: what this is.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Head {
    /// [`FORMAT`].
    pub format: u32,
    /// Version of the program that wrote it.
    pub program: String,
    /// When, microseconds UTC.
    pub created_us: i64,
    /// The engine that it was; for people.
    pub database: String,
    /// What the database had, in order.
    pub migrations: Vec<Applied>,
}

/// The first line of a member with rows.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Columns {
    /// Name and kind (`number`, `text`, `bytes`), in the order of each row.
    pub columns: Vec<(String, String)>,
}

/// Files, counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// How many.
    pub count: u64,
    /// How large, all together.
    pub bytes: u64,
}

/// The last member: what has to be there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    /// Rows of each table that is held.
    pub rows: BTreeMap<String, u64>,
    /// Files.
    pub files: Count,
    /// What the database names and was not there as it must be.
    pub missing: Vec<String>,
    /// Members before this one.
    pub members: u64,
    /// SHA-256 of their names, sizes and hashes, one line each.
    pub digest: String,
}

/// Counts members as they pass, the same when writing and reading.
#[derive(Default)]
pub struct Tally {
    manifest: Manifest,
    digest: Sha256,
}

impl Tally {
    /// A member went by.
    pub fn member(&mut self, name: &str, bytes: u64, sha256: &str) {
        self.manifest.members += 1;
        self.digest.update(format!("{name}\t{bytes}\t{sha256}\n"));
        if name.starts_with("files/") {
            self.manifest.files.count += 1;
            self.manifest.files.bytes += bytes;
        }
    }

    /// Rows of a table.
    pub fn rows(&mut self, table: &str, rows: u64) {
        *self.manifest.rows.entry(table.to_owned()).or_default() += rows;
    }

    /// A file that is not there as it must be.
    pub fn missing(&mut self, what: String) {
        self.manifest.missing.push(what);
    }

    /// What has passed.
    pub fn manifest(self) -> Manifest {
        Manifest { digest: hex::encode(self.digest.finalize()), ..self.manifest }
    }
}
