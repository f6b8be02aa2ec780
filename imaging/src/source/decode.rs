//! Decoding to an upright RGB picture without metadata.

use std::io::Cursor;

use image::codecs::{png::PngDecoder, webp::WebPDecoder};
use image::{DynamicImage, ImageDecoder, ImageResult, RgbImage};

use super::header::damaged;
use super::{Format, Probe, jpeg};
use crate::{MediaError, colour};

/// Decodes a probed file, its colours in sRGB. Transparency is dropped, 16 bits become 8.
pub(super) fn upright(file: Vec<u8>, probe: &Probe) -> Result<RgbImage, MediaError> {
    let format = probe.format;
    let (mut picture, profile) = match format {
        Format::Jpeg => {
            let (pixels, profile) = jpeg::decode(&file)?;
            let (width, height) =
                if is_turned(probe) { (probe.height, probe.width) } else { (probe.width, probe.height) };
            let picture = RgbImage::from_raw(width, height, pixels).ok_or_else(|| MediaError::Damaged {
                format,
                reason: "it holds fewer pixels than it announces".to_owned(),
            })?;
            Ok((DynamicImage::ImageRgb8(picture), profile))
        }
        Format::Png => PngDecoder::new(Cursor::new(&file)).and_then(with_profile),
        Format::Webp => WebPDecoder::new(Cursor::new(&file)).and_then(with_profile),
    }
    .map_err(|error| damaged(format, error))?;
    drop(file);
    picture.apply_orientation(probe.orientation);
    let mut picture = picture.into_rgb8();
    if let Some(profile) = profile {
        colour::to_srgb(&mut picture, &profile);
    }
    Ok(picture)
}

/// A picture, and the colour profile that it came with.
fn with_profile(mut decoder: impl ImageDecoder) -> ImageResult<(DynamicImage, Option<Vec<u8>>)> {
    // A picture can be read without its profile; one that is broken counts as absent.
    let profile = decoder.icc_profile().ok().flatten();
    Ok((DynamicImage::from_decoder(decoder)?, profile))
}

fn is_turned(probe: &Probe) -> bool {
    // Orientations 5 to 8 exchange width and height.
    probe.orientation.to_exif() >= 5
}
