//! JPEG: header, completeness, decoding.
//!
//! `zune-jpeg` is used directly and not through `image`, which sets it to fill what is missing with grey.

use image::metadata::Orientation;
use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;

use super::Format;
use super::header::Header;
use crate::MediaError;
use crate::jpeg::{Fault, Part, Parts};

fn damaged(error: impl std::fmt::Display) -> MediaError {
    MediaError::Damaged { format: Format::Jpeg, reason: error.to_string() }
}

fn options(strict: bool) -> DecoderOptions {
    // Sizes are checked by `Limits` on the header; the decoder's own limits are lower than what is accepted here.
    DecoderOptions::default()
        .set_strict_mode(strict)
        .set_max_width(usize::from(u16::MAX))
        .set_max_height(usize::from(u16::MAX))
        .jpeg_set_out_colorspace(ColorSpace::RGB)
}

pub(super) fn header(file: &[u8]) -> Result<Header, MediaError> {
    let scan = Scan::of(file)?;
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(file), options(false));
    decoder.decode_headers().map_err(damaged)?;
    let (width, height) = decoder.dimensions().ok_or_else(|| damaged("it has no size"))?;
    let (width, height) = (width as u32, height as u32);
    let orientation =
        decoder.exif().and_then(|exif| Orientation::from_exif_chunk(exif)).unwrap_or(Orientation::NoTransforms);
    let coefficients =
        if scan.keeps_coefficients { u64::from(width) * u64::from(height) * 2 * scan.components } else { 0 };
    Ok(Header {
        format: Format::Jpeg,
        width,
        height,
        orientation,
        xmp: decoder.xmp().cloned(),
        decoder_bytes: coefficients,
    })
}

/// Decodes to RGB, the picture as it is stored, and its colour profile.
pub(super) fn decode(file: &[u8]) -> Result<(Vec<u8>, Option<Vec<u8>>), MediaError> {
    // Cameras put odd bytes between a header's parts, so the header is read leniently; the picture itself is not.
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(file), options(false));
    decoder.decode_headers().map_err(damaged)?;
    let profile = decoder.icc_profile();
    decoder.set_options(options(true));
    Ok((decoder.decode().map_err(damaged)?, profile))
}

/// What the markers of a file say.
struct Scan {
    /// Progressive and the like: the decoder holds all coefficients until the end.
    keeps_coefficients: bool,
    components: u64,
}

impl Scan {
    /// Walks over the parts to the end of the picture; a file without one was cut off.
    fn of(file: &[u8]) -> Result<Self, MediaError> {
        let mut scan = Self { keeps_coefficients: false, components: 3 };
        for part in Parts::of(file) {
            let part = part.map_err(|fault| match fault {
                Fault::Truncated => MediaError::Truncated { format: Format::Jpeg },
                Fault::Disorder => damaged("its parts are out of order"),
            })?;
            let Part::Segment { marker, body } = part else { continue };
            match marker {
                // Colours stored one after the other: the decoder reads that wrongly and does not notice
                // (zune-image#422, #448). Hardly any program writes it.
                0xda if !scan.keeps_coefficients
                    && body.first().is_some_and(|count| u64::from(*count) < scan.components) =>
                {
                    return Err(damaged("its colours are stored apart; save it as an ordinary JPEG"));
                }
                0xc4 | 0xc8 | 0xcc => {}
                0xc0..=0xcf => {
                    scan.components = body.get(5).map_or(3, |count| u64::from(*count).min(4));
                    scan.keeps_coefficients |= !matches!(marker, 0xc0 | 0xc1);
                }
                _ => {}
            }
        }
        Ok(scan)
    }
}
