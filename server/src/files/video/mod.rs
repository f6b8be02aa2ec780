//! Taking in a video: what its container's header says it is, complete, and without the place where it was taken.
//! Browsers decode it; here nothing is. Only the headers are read: a film of any length costs no memory.

mod mp4;
mod patch;
#[cfg(test)]
pub(crate) mod tests;
mod webm;

use std::io;
use std::ops::Range;

use scene::document::LocalizedText;
use uuid::Uuid;

use super::Files;
use super::original::Original;
use super::sql::MediaRow;

pub use patch::{Patch, apply};

/// Largest video, bytes: some minutes for a telephone.
const MAX_BYTES: u64 = 512 << 20;
/// Boxes or elements of one container. A recording in pieces of a second has some thousands.
const MAX_PIECES: usize = 100_000;

/// Why a video is not taken.
#[derive(Debug, thiserror::Error)]
pub enum VideoError {
    /// More than anyone loads.
    #[error("The video has {0} bytes; accepted are up to {MAX_BYTES}.")]
    TooLarge(u64),
    /// Another container, or none.
    #[error("This file is no video that every browser shows. Accepted are MP4 and WebM.")]
    UnknownFormat,
    /// The container ends too early.
    #[error("The video ends in the middle: it was not copied or uploaded completely.")]
    Truncated,
    /// There is a container, and no film in it.
    #[error("The file's container holds no film.")]
    Empty,
    /// Crumbs.
    #[error("The file's container has more than {MAX_PIECES} pieces.")]
    TooManyPieces,
    /// It cannot be read now.
    #[error("the video cannot be read: {0}")]
    Read(#[from] io::Error),
}

/// What a container is read from: a file in memory, or one that lies in parts.
pub trait Readable {
    /// Bytes of the file.
    fn size(&self) -> u64;
    /// The bytes of a range that lies in the file.
    ///
    /// # Errors
    /// They cannot be read.
    fn read(&mut self, range: Range<u64>) -> io::Result<Vec<u8>>;
}

impl Readable for &[u8] {
    fn size(&self) -> u64 {
        self.len() as u64
    }

    fn read(&mut self, range: Range<u64>) -> io::Result<Vec<u8>> {
        let bytes = self.get(range.start as usize..range.end as usize);
        bytes.map(<[u8]>::to_vec).ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    }
}

/// Up to `length` bytes at the beginning of a range.
fn head(file: &mut dyn Readable, range: &Range<u64>, length: u64) -> io::Result<Vec<u8>> {
    file.read(range.start..range.end.min(range.start + length))
}

/// What kind of file it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Container {
    /// ISO/IEC 14496-12.
    Mp4,
    /// Matroska, as browsers show it.
    Webm,
}

impl Container {
    /// Ending of the file's name.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Mp4 => "mp4",
            Self::Webm => "webm",
        }
    }

    /// MIME type.
    #[must_use]
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Mp4 => "video/mp4",
            Self::Webm => "video/webm",
        }
    }

    /// The container as which a file begins, where it is one that is taken here.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn of(file: &mut dyn Readable) -> io::Result<Option<Self>> {
        Ok(if mp4::is_one(file)? {
            Some(Self::Mp4)
        } else if webm::is_one(file)? {
            Some(Self::Webm)
        } else {
            None
        })
    }
}

/// Checks a file, and says what is to be written over its metadata; nothing moves.
///
/// # Errors
/// What is wrong with the file.
pub fn check(file: &mut dyn Readable) -> Result<(Container, Vec<Patch>), VideoError> {
    if file.size() > MAX_BYTES {
        return Err(VideoError::TooLarge(file.size()));
    }
    let container = Container::of(file)?.ok_or(VideoError::UnknownFormat)?;
    let patches = match container {
        Container::Mp4 => mp4::patches(file)?,
        Container::Webm => webm::patches(file)?,
    };
    Ok((container, patches))
}

/// A video as it will be stored.
#[derive(Debug)]
pub struct Video {
    content: Vec<u8>,
    container: Container,
}

impl Video {
    /// Checks a file in memory and blanks its metadata.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub fn read(file: Vec<u8>) -> Result<Self, VideoError> {
        let (container, patches) = check(&mut file.as_slice())?;
        let mut content = file;
        apply(&patches, 0, &mut content);
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
        let (extension, content_type) = (self.container.extension(), self.container.content_type());
        let original = Original { content: self.content, extension, content_type, size: None };
        original.store(files, organisation, id, alt).await
    }
}
