//! Pictures and videos in the database.

use scene::document::LocalizedText;
use scene::published::{MediaItem, Smaller};
use uuid::Uuid;

use super::variants;
use crate::db::{Db, Tx};
use crate::error::{Error, Result};
use crate::on_engine;

/// A picture or video that somebody uploaded.
#[derive(Clone, Debug)]
pub struct MediaRow {
    /// Id; documents and products name it.
    pub id: Uuid,
    /// Hash of the content.
    pub sha256: String,
    /// Ending of the file's name.
    pub extension: String,
    /// MIME type.
    pub content_type: String,
    /// Size.
    pub bytes: i64,
    /// Pixels; absent for a video.
    pub width: Option<u32>,
    /// Pixels; absent for a video.
    pub height: Option<u32>,
    /// What it shows.
    pub alt: LocalizedText,
}

#[derive(sqlx::FromRow)]
struct Stored {
    id: Uuid,
    sha256: String,
    extension: String,
    content_type: String,
    bytes: i64,
    width: Option<i64>,
    height: Option<i64>,
    alt: String,
}

impl MediaRow {
    /// Address of the original.
    #[must_use]
    pub fn url(&self) -> String {
        format!("/media/{}/original.{}", self.sha256, self.extension)
    }

    /// As documents' readers see it.
    #[must_use]
    pub fn item(&self) -> MediaItem {
        MediaItem {
            id: self.id,
            url: self.url(),
            content_type: self.content_type.clone(),
            width: self.width,
            height: self.height,
            smaller: self.smaller(),
        }
    }

    /// Addresses of a picture's smaller copies; none of a video.
    #[must_use]
    pub fn smaller(&self) -> Vec<Smaller> {
        let (Some(width), Some(height)) = (self.width, self.height) else { return Vec::new() };
        variants::sizes(width, height)
            .map(|(name, width)| Smaller { url: format!("/media/{}/{name}.jpg", self.sha256), width })
            .collect()
    }
}

/// A picture or video of an organisation.
pub async fn find(db: &Db, organisation: Uuid, id: Uuid) -> Result<Option<MediaRow>> {
    let stored: Option<Stored> = on_engine!(db, conn => sqlx::query_as(
        "SELECT id, sha256, extension, content_type, bytes, width, height, alt FROM media
         WHERE id = $1 AND organisation_id = $2 AND kind <> 'panorama' AND purged_us IS NULL",
    ).bind(id).bind(organisation).fetch_optional(conn).await?);
    let pixels = |number: Option<i64>| number.map(u32::try_from).transpose().map_err(Error::internal);
    stored
        .map(|stored| {
            Ok(MediaRow {
                id: stored.id,
                sha256: stored.sha256,
                extension: stored.extension,
                content_type: stored.content_type,
                bytes: stored.bytes,
                width: pixels(stored.width)?,
                height: pixels(stored.height)?,
                alt: serde_json::from_str(&stored.alt).map_err(Error::internal)?,
            })
        })
        .transpose()
}

/// Ending of the original that has a hash.
pub async fn ending(db: &Db, organisation: Uuid, sha256: &str) -> sqlx::Result<Option<String>> {
    Ok(on_engine!(db, conn => sqlx::query_scalar(
        "SELECT extension FROM media WHERE organisation_id = $1 AND sha256 = $2 AND purged_us IS NULL ORDER BY id LIMIT 1",
    ).bind(organisation).bind(sha256).fetch_optional(conn).await?))
}

/// Whether every smaller copy was made of the picture that has a hash.
pub async fn is_encoded(db: &Db, organisation: Uuid, sha256: &str) -> sqlx::Result<bool> {
    let found: Option<i64> = on_engine!(db, conn => sqlx::query_scalar(
        "SELECT encoded_us FROM media
         WHERE organisation_id = $1 AND sha256 = $2 AND encoded_us IS NOT NULL AND purged_us IS NULL LIMIT 1",
    ).bind(organisation).bind(sha256).fetch_optional(conn).await?);
    Ok(found.is_some())
}

/// Notes a panorama whose pyramid is stored, unless it is known.
pub async fn insert_pyramid(
    tx: &mut Tx,
    organisation: Uuid,
    id: &str,
    manifest: &str,
    now_us: i64,
) -> sqlx::Result<()> {
    on_engine!(tx, conn => sqlx::query(
        "INSERT INTO pyramid (id, organisation_id, manifest, created_us) VALUES ($1, $2, $3, $4)
         ON CONFLICT (organisation_id, id) DO NOTHING",
    ).bind(id).bind(organisation).bind(manifest).bind(now_us).execute(conn).await.map(drop)?);
    Ok(())
}
