//! The files that the database names.

use std::collections::BTreeSet;

use futures_util::TryStreamExt as _;
use object_store::ObjectMeta;
use uuid::Uuid;

use super::Result;
use crate::db::Tx;
use crate::files::{Files, media_folder, pyramid_folder};
use crate::on_engine;

/// Columns that name files, each read below. A test holds this list against the tables.
#[cfg(test)]
pub const NAMED_BY: &[&str] = &["media.sha256", "pyramid.id", "published_file.name"];

/// A folder of files that belong together.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Named {
    /// Whose.
    pub organisation: Uuid,
    /// A pyramid, or a picture or video with what was made of it.
    pub is_pyramid: bool,
    /// Its name.
    pub name: String,
}

/// Every folder that rows name.
pub async fn named(tx: &mut Tx) -> Result<Vec<Named>> {
    // What was purged is named no more; where an older revision still tells of it, there is nothing to copy.
    let rows: Vec<(Uuid, String)> = on_engine!(tx, conn => sqlx::query_as(
        "SELECT organisation_id, 'media/' || sha256 FROM media WHERE purged_us IS NULL AND kind <> 'panorama'
         UNION SELECT organisation_id, 'tiles/' || id FROM pyramid
         UNION SELECT organisation_id, name FROM published_file",
    ).fetch_all(conn).await?);
    let gone: Vec<(Uuid, String)> = on_engine!(tx, conn => sqlx::query_as(
        "SELECT organisation_id, CASE WHEN kind = 'panorama' THEN 'tiles/' ELSE 'media/' END || sha256 FROM media AS gone
         WHERE purged_us IS NOT NULL AND NOT EXISTS (SELECT 1 FROM media AS there
             WHERE there.organisation_id = gone.organisation_id AND there.sha256 = gone.sha256 AND there.purged_us IS NULL)",
    ).fetch_all(conn).await?);
    let gone: BTreeSet<_> = gone.into_iter().collect();
    let rows = rows.into_iter().filter(|row| !gone.contains(row));
    let named: BTreeSet<Named> = rows
        .filter_map(|(organisation, name)| {
            let (kind, name) = name.split_once('/')?;
            Some(Named { organisation, is_pyramid: kind == "tiles", name: name.to_owned() })
        })
        .collect();
    Ok(named.into_iter().collect())
}

impl Named {
    /// What lies there, by name.
    pub async fn list(&self, files: &Files) -> Result<Vec<ObjectMeta>> {
        let folder = if self.is_pyramid { pyramid_folder } else { media_folder };
        let mut found: Vec<ObjectMeta> = files.list(&folder(self.organisation, &self.name)).try_collect().await?;
        found.sort_by(|a, b| a.location.cmp(&b.location));
        Ok(found)
    }

    /// What is wrong with files of these names and hashes, if anything: a pyramid without its manifest is not complete,
    /// and a picture, a video or a poster is named by the hash of the file from which the others were made.
    pub fn lacks(&self, found: &[(String, String)]) -> Option<String> {
        let kind = if self.is_pyramid { "tiles" } else { "media" };
        let Self { organisation, name, .. } = self;
        let lack = if found.is_empty() {
            "there is nothing"
        } else if self.is_pyramid && found.iter().all(|(file, _)| file != imaging::MANIFEST) {
            "there is no manifest"
        } else if !self.is_pyramid && found.iter().all(|(_, sha256)| sha256 != name) {
            "no file has the content that the name says"
        } else {
            return None;
        };
        Some(format!("{organisation}/{kind}/{name}: {lack}"))
    }
}
