//! A file as it was taken in, stored under its own hash.

use scene::document::LocalizedText;
use uuid::Uuid;

use super::Files;
use super::sql::MediaRow;

/// A checked picture or video, ready to be stored.
#[derive(Debug)]
pub(super) struct Original {
    pub(super) content: Vec<u8>,
    pub(super) extension: &'static str,
    pub(super) content_type: &'static str,
    /// Width and height, pixels, where they are known.
    pub(super) size: Option<(u32, u32)>,
}

impl Original {
    /// Stores it, named by its content; returns what the database is to remember.
    pub(super) async fn store(
        self,
        files: &Files,
        organisation: Uuid,
        id: Uuid,
        alt: LocalizedText,
    ) -> object_store::Result<MediaRow> {
        let bytes = self.content.len() as i64;
        let name = format!("original.{}", self.extension);
        let sha256 = files.put_media(organisation, &name, self.content).await?;
        let (width, height) = self.size.unzip();
        Ok(MediaRow {
            id,
            sha256,
            extension: self.extension.to_owned(),
            content_type: self.content_type.to_owned(),
            bytes,
            width,
            height,
            alt,
        })
    }
}
