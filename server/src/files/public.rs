//! What everyone may see: files that a revision uses which was published once.

use std::sync::Arc;

use quick_cache::sync::Cache;
use uuid::Uuid;

use crate::db::Db;
use crate::on_engine;

/// Names kept in memory. A published revision stays published, so that an entry never becomes wrong.
const MAX_REMEMBERED: usize = 100_000;

/// Answers whose a public file is.
#[derive(Clone, Debug)]
pub struct PublicFiles(Arc<Cache<String, Uuid>>);

impl Default for PublicFiles {
    fn default() -> Self {
        Self(Arc::new(Cache::new(MAX_REMEMBERED)))
    }
}

impl PublicFiles {
    /// The organisation of the file `media/{sha256}` or `tiles/{pyramid}`, `None` when no published revision uses it.
    /// Where several have the same file, it is the same for every replica.
    ///
    /// # Errors
    /// The database's reason.
    pub async fn organisation(&self, db: &Db, name: &str) -> sqlx::Result<Option<Uuid>> {
        if let Some(organisation) = self.0.get(name) {
            return Ok(Some(organisation));
        }
        let found: Option<Uuid> = on_engine!(db, conn => sqlx::query_scalar(
            "SELECT organisation_id FROM published_file WHERE name = $1 ORDER BY organisation_id LIMIT 1",
        ).bind(name).fetch_optional(conn).await?);
        if let Some(organisation) = found {
            self.0.insert(name.to_owned(), organisation);
        }
        Ok(found)
    }
}
