//! What the formats' headers have in common, and how a decoder's complaints are told.

use image::metadata::Orientation;

use super::Format;
use crate::MediaError;

/// A file's header. Width and height are the stored picture's.
pub(super) struct Header {
    pub format: Format,
    pub width: u32,
    pub height: u32,
    pub orientation: Orientation,
    pub xmp: Option<Vec<u8>>,
    /// What decoding takes beside the RGB picture.
    pub decoder_bytes: u64,
}

/// An error of a decoder in the words of this house.
pub(super) fn damaged(format: Format, error: image::ImageError) -> MediaError {
    match error {
        image::ImageError::IoError(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            MediaError::Truncated { format }
        }
        error => MediaError::Damaged { format, reason: error.to_string() },
    }
}
