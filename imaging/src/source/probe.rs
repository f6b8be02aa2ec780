//! What a file's header says: format, size, orientation, GPano data. Nothing is decoded.

use std::io::Cursor;

use image::codecs::{png::PngDecoder, webp::WebPDecoder};
use image::metadata::Orientation;

use super::header::{Header, damaged};
use super::limits::needed;
use super::{Format, Gpano, Limits, jpeg, limits};
use crate::MediaError;

/// A file's header.
#[derive(Clone, Debug)]
pub struct Probe {
    /// Format.
    pub format: Format,
    /// Width of the upright picture, pixels.
    pub width: u32,
    /// Height of the upright picture, pixels.
    pub height: u32,
    /// What EXIF says must be done to the stored picture to see it upright.
    pub orientation: Orientation,
    /// GPano data, when the file has some.
    pub gpano: Option<Gpano>,
    /// What decoding takes beside the RGB picture, bytes.
    pub(crate) decoder_bytes: u64,
}

impl Probe {
    /// Reads a header and checks it against what any panorama may have.
    pub fn read(file: &[u8], limits: &Limits) -> Result<Self, MediaError> {
        limits.check_file(file)?;
        let header = match limits::format_of(file)? {
            Format::Jpeg => jpeg::header(file)?,
            Format::Png => png_header(file)?,
            Format::Webp => webp_header(file)?,
        };
        let (width, height) = match header.orientation {
            Orientation::Rotate90
            | Orientation::Rotate270
            | Orientation::Rotate90FlipH
            | Orientation::Rotate270FlipH => (header.height, header.width),
            _ => (header.width, header.height),
        };
        limits.check_size(width, height, (limits.width, limits.height))?;
        limits.check_memory(needed(u64::from(width) * u64::from(height), header.decoder_bytes))?;
        let gpano = header.xmp.map(|xmp| Gpano::from_xmp(&xmp)).transpose()?.flatten();
        Ok(Self {
            format: header.format,
            width,
            height,
            orientation: header.orientation,
            gpano,
            decoder_bytes: header.decoder_bytes,
        })
    }
}

impl Probe {
    /// What decoding takes beside the file, bytes.
    #[must_use]
    pub fn memory_bytes(&self) -> u64 {
        needed(u64::from(self.width) * u64::from(self.height), self.decoder_bytes)
    }
}

fn png_header(file: &[u8]) -> Result<Header, MediaError> {
    let decoder = PngDecoder::with_limits(Cursor::new(file), metadata_limits());
    Ok(header(Format::Png, decoder.map_err(|error| damaged(Format::Png, error))?))
}

fn webp_header(file: &[u8]) -> Result<Header, MediaError> {
    let decoder = WebPDecoder::new(Cursor::new(file));
    Ok(header(Format::Webp, decoder.map_err(|error| damaged(Format::Webp, error))?))
}

fn header(format: Format, mut decoder: impl image::ImageDecoder) -> Header {
    let (width, height) = decoder.dimensions();
    // A picture can be read without its metadata; what of them is broken counts as absent.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let xmp = decoder.xmp_metadata().ok().flatten();
    Header { format, width, height, orientation, xmp, decoder_bytes: decoder.total_bytes() }
}

/// Bounds what the PNG reader itself may take while it looks at a header (compressed text can swell a thousandfold).
pub(super) fn metadata_limits() -> image::Limits {
    let mut limits = image::Limits::no_limits();
    limits.max_alloc = Some(64 << 20);
    limits
}
