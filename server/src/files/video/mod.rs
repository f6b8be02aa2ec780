//! Taking in a video: what its container's header says it is, complete, and without the place where it was taken.
//! Browsers decode it; here nothing is.

mod mp4;
#[cfg(test)]
pub(crate) mod tests;
mod webm;

use scene::document::LocalizedText;
use uuid::Uuid;

use super::Files;
use super::original::Original;
use super::sql::MediaRow;

/// Largest video, bytes: some minutes for a telephone.
const MAX_BYTES: usize = 512 << 20;

/// Why a video is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VideoError {
    /// More than anyone loads.
    #[error("The video has {0} bytes; accepted are up to {MAX_BYTES}.")]
    TooLarge(usize),
    /// Another container, or none.
    #[error("This file is no video that every browser shows. Accepted are MP4 and WebM.")]
    UnknownFormat,
    /// The container ends too early.
    #[error("The video ends in the middle: it was not copied or uploaded completely.")]
    Truncated,
    /// There is a container, and no film in it.
    #[error("The file's container holds no film.")]
    Empty,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Container {
    Mp4,
    Webm,
}

/// A video as it will be stored.
#[derive(Debug)]
pub struct Video {
    content: Vec<u8>,
    container: Container,
}

impl Video {
    /// Whether a file begins as a video that is taken here.
    #[must_use]
    pub fn is_one(file: &[u8]) -> bool {
        mp4::is_one(file) || webm::is_one(file)
    }

    /// Checks a file and blanks its metadata.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub fn read(file: Vec<u8>) -> Result<Self, VideoError> {
        if file.len() > MAX_BYTES {
            return Err(VideoError::TooLarge(file.len()));
        }
        let mut content = file;
        let container = if mp4::is_one(&content) {
            mp4::clean(&mut content)?;
            Container::Mp4
        } else if webm::is_one(&content) {
            webm::clean(&mut content)?;
            Container::Webm
        } else {
            return Err(VideoError::UnknownFormat);
        };
        Ok(Self { content, container })
    }

    /// Stores it, named by its content.
    ///
    /// # Errors
    /// The store's reason.
    pub async fn store(
        self,
        files: &Files,
        organisation: Uuid,
        id: Uuid,
        alt: LocalizedText,
    ) -> object_store::Result<MediaRow> {
        let (extension, content_type) = match self.container {
            Container::Mp4 => ("mp4", "video/mp4"),
            Container::Webm => ("webm", "video/webm"),
        };
        let original = Original { content: self.content, extension, content_type, size: None };
        original.store(files, organisation, id, alt).await
    }
}
