//! Whether there is room, before anything is written.

use std::path::Path;

use super::{BackupError, Result};
use crate::db::{Db, Engine};

/// Refuses where the disk of `place` has less room than this.
pub fn check(place: &Path, needed: u64) -> Result<()> {
    let folder = place.ancestors().find(|folder| folder.is_dir()).unwrap_or(Path::new("."));
    let free = fs4::available_space(folder).map_err(|error| BackupError::File(folder.to_owned(), error))?;
    if free >= needed {
        return Ok(());
    }
    Err(BackupError::NoRoom { place: folder.to_owned(), free_mib: free >> 20, needed_mib: needed.div_ceil(1 << 20) })
}

/// Size of the database; its rows, packed, are smaller.
pub async fn of_database(db: &Db) -> sqlx::Result<u64> {
    let bytes: i64 = match db.engine() {
        Engine::Sqlite(pool) => {
            sqlx::query_scalar("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
                .fetch_one(pool)
                .await?
        }
        Engine::Postgres(pool) => {
            sqlx::query_scalar("SELECT pg_database_size(current_database())").fetch_one(pool).await?
        }
    };
    Ok(bytes.unsigned_abs())
}
