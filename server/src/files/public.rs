//! What everyone may see: files that a revision uses which was published once.

use std::collections::HashMap;
use std::sync::{Arc, RwLock};

use uuid::Uuid;

use crate::db::Db;
use crate::on_engine;

/// Names kept in memory. A published revision stays published, so that an entry never becomes wrong.
const MAX_REMEMBERED: usize = 100_000;

/// Answers whose a public file is.
#[derive(Clone, Debug, Default)]
pub struct PublicFiles(Arc<RwLock<HashMap<String, Uuid>>>);

impl PublicFiles {
    /// The organisation of the file `media/{sha256}` or `tiles/{pyramid}`, `None` when no published revision uses it.
    ///
    /// # Errors
    /// The database's reason.
    pub async fn organisation(&self, db: &Db, name: &str) -> sqlx::Result<Option<Uuid>> {
        if let Ok(remembered) = self.0.read()
            && let Some(organisation) = remembered.get(name)
        {
            return Ok(Some(*organisation));
        }
        let found: Option<Uuid> = on_engine!(db, conn => sqlx::query_scalar(
            "SELECT organisation_id FROM published_file WHERE name = $1 LIMIT 1",
        ).bind(name).fetch_optional(conn).await?);
        if let Some(organisation) = found
            && let Ok(mut remembered) = self.0.write()
        {
            if remembered.len() >= MAX_REMEMBERED {
                remembered.clear();
            }
            remembered.insert(name.to_owned(), organisation);
        }
        Ok(found)
    }
}
