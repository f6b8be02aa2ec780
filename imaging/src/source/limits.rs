//! How large a panorama may be. Checked on the file's header, before anything is decoded.

use super::Format;
use crate::MediaError;

/// Widest and narrowest shape, width to height, of a picture without GPano data. A sphere is 2:1; a wider picture is a
/// full turn whose top and bottom are missing. Anything narrower is far more likely an ordinary photo.
pub const RATIO_RANGE: std::ops::RangeInclusive<f64> = 1.9..=8.0;

/// What is accepted.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Size of one file, bytes.
    pub file_bytes: u64,
    /// Width of the full sphere, pixels.
    pub width: u32,
    /// Height of the full sphere, pixels.
    pub height: u32,
    /// Edge of a cube face, pixels.
    pub face: u32,
    /// Least width of a sphere, pixels.
    pub min_width: u32,
    /// Memory for decoding and tiling, bytes.
    pub memory_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { file_bytes: 256 << 20, width: 16384, height: 8192, face: 6144, min_width: 64, memory_bytes: 2 << 30 }
    }
}

impl Limits {
    /// Checks a file's size.
    pub(crate) fn check_file(&self, bytes: &[u8]) -> Result<(), MediaError> {
        match bytes.len() as u64 {
            0 => Err(MediaError::Empty),
            size if size > self.file_bytes => Err(MediaError::FileTooLarge { bytes: size, limit: self.file_bytes }),
            _ => Ok(()),
        }
    }

    /// Checks the size of an upright picture.
    pub(crate) fn check_size(&self, width: u32, height: u32, max: (u32, u32)) -> Result<(), MediaError> {
        if width > max.0 || height > max.1 {
            Err(MediaError::TooManyPixels { width, height, max_width: max.0, max_height: max.1 })
        } else if width == 0 || height == 0 {
            Err(MediaError::TooFewPixels { width, height, min_width: self.min_width })
        } else {
            Ok(())
        }
    }

    /// Checks what decoding takes, [`needed`].
    pub(crate) fn check_memory(&self, needed: u64) -> Result<(), MediaError> {
        if needed > self.memory_bytes {
            return Err(MediaError::TooMuchMemory { needed_mib: needed >> 20, limit_mib: self.memory_bytes >> 20 });
        }
        Ok(())
    }
}

/// What decoding takes, bytes: `decoder_bytes` beside the picture of `pixels` RGB pixels, and after that its smaller copies.
pub(crate) fn needed(pixels: u64, decoder_bytes: u64) -> u64 {
    pixels * 3 + decoder_bytes.max(pixels)
}

/// The format that a file's first bytes announce; names and content types are not believed.
pub(crate) fn format_of(bytes: &[u8]) -> Result<Format, MediaError> {
    match bytes {
        [0xff, 0xd8, 0xff, ..] => Ok(Format::Jpeg),
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Ok(Format::Png),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Ok(Format::Webp),
        _ => Err(MediaError::UnknownFormat),
    }
}
