//! Decoding to an upright RGB picture without metadata.

use std::io::Cursor;

use image::codecs::{png::PngDecoder, webp::WebPDecoder};
use image::{DynamicImage, RgbImage};

use super::{Format, Probe, jpeg, probe};
use crate::media::MediaError;

/// Decodes a probed file. Transparency is dropped, 16 bits become 8.
pub(super) fn upright(file: Vec<u8>, probe: &Probe) -> Result<RgbImage, MediaError> {
    let format = probe.format;
    let mut picture = match format {
        Format::Jpeg => {
            let pixels = jpeg::decode(&file)?;
            let (width, height) =
                if is_turned(probe) { (probe.height, probe.width) } else { (probe.width, probe.height) };
            let picture = RgbImage::from_raw(width, height, pixels).ok_or_else(|| MediaError::Damaged {
                format,
                reason: "it holds fewer pixels than it announces".to_owned(),
            })?;
            DynamicImage::ImageRgb8(picture)
        }
        Format::Png => PngDecoder::new(Cursor::new(&file))
            .and_then(DynamicImage::from_decoder)
            .map_err(|error| probe::damaged(format, error))?,
        Format::Webp => WebPDecoder::new(Cursor::new(&file))
            .and_then(DynamicImage::from_decoder)
            .map_err(|error| probe::damaged(format, error))?,
    };
    drop(file);
    picture.apply_orientation(probe.orientation);
    Ok(picture.into_rgb8())
}

fn is_turned(probe: &Probe) -> bool {
    // Orientations 5 to 8 exchange width and height.
    probe.orientation.to_exif() >= 5
}
