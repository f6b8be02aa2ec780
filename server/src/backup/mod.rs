//! `vitrine backup`, `vitrine verify`, `vitrine restore`: everything that an installation is, in one file that is the
//! same for both databases.
//!
//! A backup is a tar file. Each member carries the SHA-256 of its content as `comment` in its pax header; common tools
//! show and unpack it.
//!
//! ```text
//! vitrine-backup.json                      format, program, migrations that the database had
//! tables/{table}/{number}.ndjson.gz        first line: the columns; each further line: a row, as a JSON array
//! files/{organisation}/…                   files as they lie in the store
//! manifest.json                            rows, files, a digest of all members; last, so that no part passes for a whole
//! ```
//!
//! Rows are those of one snapshot of the database. Numbers are JSON numbers, bytes (ids too) are hexadecimal text. Files
//! are copied after the snapshot: under their name they never change, and [`hold`] keeps those that are deleted
//! meanwhile until the backup is through. What is not in a backup, and why: [`schema::LEFT_OUT`].

pub mod command_line;
mod create;
mod files;
pub mod hold;
mod members;
mod read;
mod restore;
pub mod schema;
mod space;
#[cfg(test)]
mod tests;
mod write;

use std::path::PathBuf;

pub use create::{Created, create};
pub use read::verify;
pub use restore::restore;

/// Why there is no backup, or none that can be used.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// A file or folder of this machine.
    #[error("{0}: {1}")]
    File(PathBuf, std::io::Error),
    /// There is something already.
    #[error("{0} is there already; a backup overwrites nothing")]
    Exists(PathBuf),
    /// Somebody else writes the same backup.
    #[error("{0} is being written by another backup")]
    UnderWay(PathBuf),
    /// No room.
    #[error("{place} has room for {free_mib} MiB, and this needs about {needed_mib} MiB")]
    NoRoom {
        /// Where.
        place: PathBuf,
        /// What is free there.
        free_mib: u64,
        /// What is needed.
        needed_mib: u64,
    },
    /// Another file.
    #[error("{0} is no backup of Vitrine: {1}")]
    Foreign(PathBuf, String),
    /// A backup that is not as it was written.
    #[error("the backup {file} is damaged: {member}, at byte {position}: {what}. Nothing of it was taken")]
    Damaged {
        /// The backup.
        file: PathBuf,
        /// The member in which it shows.
        member: String,
        /// Where that begins in the file.
        position: u64,
        /// What is wrong.
        what: String,
    },
    /// A backup that was not finished.
    #[error("the backup {file} is not whole: it ends at byte {position}, {what}. Nothing of it was taken")]
    Truncated {
        /// The backup.
        file: PathBuf,
        /// How much of it is there.
        position: u64,
        /// Where that is.
        what: String,
    },
    /// The database, or the backup, is of a program to come.
    #[error(
        "{what} was written by a newer program: it has the migration {migration}, which this one does not know; use version {version} or newer"
    )]
    Newer {
        /// The database or the backup.
        what: String,
        /// The first that is unknown.
        migration: String,
        /// The program that wrote it.
        version: String,
    },
    /// The database is of a program that had no backups.
    #[error("the database is at migration {0}, and backups begin with 10: start `vitrine serve` of this version once")]
    Older(i64),
    /// The database is further than the backup.
    #[error(
        "the database is at migration {database} already, and the backup at {backup}; give a database, or a --data folder, that no Vitrine has opened yet: it is brought to this program's version after the backup is in"
    )]
    Further {
        /// Of the database.
        database: i64,
        /// Of the backup.
        backup: i64,
    },
    /// There is something already.
    #[error(
        "the database is not empty: {0}. A backup is restored into an empty one only; give another --data folder or --database-url"
    )]
    NotEmpty(String),
    /// A column that backups cannot hold.
    #[error("{0}: columns of the type {1} cannot be backed up")]
    Column(String, String),
    /// Opening the database.
    #[error(transparent)]
    Connect(#[from] crate::db::ConnectError),
    /// Bringing it to a version.
    #[error("the database cannot be brought to the backup's version: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// The database's reason.
    #[error("the database: {0}")]
    Database(#[from] sqlx::Error),
    /// The store of files.
    #[error("the files: {0}")]
    Files(#[from] object_store::Error),
    /// A random number that the system did not give.
    #[error("no random bytes: {0}")]
    Random(#[from] getrandom::Error),
}

type Result<T, E = BackupError> = std::result::Result<T, E>;
