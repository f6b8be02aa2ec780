//! Taking in a picture: checked, upright, without what cameras write beside it.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::codecs::webp::WebPEncoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder as _, ImageEncoder, ImageFormat, ImageReader, ImageResult};
use imaging::colour::fits;
use imaging::strip::strip;
use imaging::{Format, Limits, MediaError, Probe};
use scene::document::LocalizedText;
use uuid::Uuid;

use super::Files;
use super::original::Original;
use super::sql::MediaRow;
use super::variants;

/// Largest picture of a product, a floor plan, a card: what every browser shows.
pub const LIMITS: Limits =
    Limits { file_bytes: 32 << 20, width: 8192, height: 8192, face: 0, min_width: 1, memory_bytes: 512 << 20 };

/// Why a picture is not taken.
#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    /// Something about the file.
    #[error(transparent)]
    Media(#[from] MediaError),
    /// The file's parts do not fit together.
    #[error("The {0} file is damaged: its parts do not fit together.")]
    Structure(Format),
    /// It could not be stored.
    #[error("the picture cannot be stored: {0}")]
    Store(#[from] object_store::Error),
}

/// A picture as it will be stored.
#[derive(Debug)]
pub struct Picture {
    content: Vec<u8>,
    format: Format,
    width: u32,
    height: u32,
}

impl Picture {
    /// Checks a file and takes off its metadata. Blocks for as long as decoding takes.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub fn read(file: &[u8]) -> Result<Self, PictureError> {
        let probe = Probe::read(file, &LIMITS)?;
        let format = probe.format;
        let damaged = |error: image::ImageError| MediaError::Damaged { format, reason: error.to_string() };
        let content = strip(format, file).ok_or(PictureError::Structure(format))?;
        // Decoded once in any case: what does not decode is no picture, whatever its header says.
        let (mut pixels, profile) = decode(&content, format).map_err(damaged)?;
        if probe.orientation == Orientation::NoTransforms {
            return Ok(Self { content, format, width: probe.width, height: probe.height });
        }
        pixels.apply_orientation(probe.orientation);
        let (width, height) = (pixels.width(), pixels.height());
        Ok(Self { content: encode(&pixels, profile, format).map_err(damaged)?, format, width, height })
    }

    /// What reading a file and making its smaller copies takes at once beside it, bytes, by its header.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub fn memory_bytes(file: &[u8]) -> Result<u64, MediaError> {
        let probe = Probe::read(file, &LIMITS)?;
        Ok(probe.memory_bytes() + variants::memory_bytes(probe.width, probe.height))
    }

    /// Smaller copies of it: name and content.
    ///
    /// # Errors
    /// They cannot be encoded.
    pub fn variants(&self) -> Result<Vec<(String, Vec<u8>)>, PictureError> {
        let damaged = |error: image::ImageError| MediaError::Damaged { format: self.format, reason: error.to_string() };
        let (pixels, profile) = decode(&self.content, self.format).map_err(damaged)?;
        Ok(variants::make(&pixels, profile.as_deref())?)
    }

    /// Smaller copies in every format of a picture that is stored: each is handed to `store` as soon as it is made. Blocks for
    /// seconds.
    ///
    /// # Errors
    /// The file cannot be decoded, or `store` ends it.
    pub fn every_variant<E: From<MediaError>>(
        stored: &[u8],
        store: &mut dyn FnMut(String, Vec<u8>) -> Result<(), E>,
    ) -> Result<(), E> {
        let format = Probe::read(stored, &LIMITS)?.format;
        let decoded = decode(stored, format);
        let (pixels, profile) = decoded.map_err(|error| MediaError::Damaged { format, reason: error.to_string() })?;
        variants::make_all(&pixels, profile.as_deref(), store)
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
    ) -> Result<MediaRow, PictureError> {
        let (extension, content_type) = match self.format {
            Format::Jpeg => ("jpg", "image/jpeg"),
            Format::Png => ("png", "image/png"),
            Format::Webp => ("webp", "image/webp"),
        };
        let size = Some((self.width, self.height));
        let original = Original { content: self.content, extension, content_type, size };
        Ok(original.store(files, organisation, id, alt).await?)
    }
}

fn decode(file: &[u8], format: Format) -> ImageResult<(DynamicImage, Option<Vec<u8>>)> {
    let mut decoder = ImageReader::with_format(Cursor::new(file), kind(format)).into_decoder()?;
    let profile = decoder.icc_profile().ok().flatten();
    Ok((DynamicImage::from_decoder(decoder)?, profile))
}

/// Writes pixels with the profile that says what their colours are.
fn encode(pixels: &DynamicImage, profile: Option<Vec<u8>>, format: Format) -> ImageResult<Vec<u8>> {
    // What decoders made of other kinds of colours is RGB or grey, and their profile no longer says what it means.
    let profile = profile.filter(|profile| fits(profile, pixels.color().has_color()));
    let mut file = Vec::new();
    match format {
        Format::Jpeg => {
            let pixels = match pixels {
                DynamicImage::ImageLuma8(_) => pixels.clone(),
                other => DynamicImage::ImageRgb8(other.to_rgb8()),
            };
            write(&pixels, profile, JpegEncoder::new_with_quality(&mut file, 92))?;
        }
        Format::Png => write(pixels, profile, PngEncoder::new(&mut file))?,
        Format::Webp => write(pixels, profile, WebPEncoder::new_lossless(&mut file))?,
    }
    Ok(file)
}

fn write(pixels: &DynamicImage, profile: Option<Vec<u8>>, mut encoder: impl ImageEncoder) -> ImageResult<()> {
    if let Some(profile) = profile {
        encoder.set_icc_profile(profile).map_err(image::ImageError::Unsupported)?;
    }
    pixels.write_with_encoder(encoder)
}

const fn kind(format: Format) -> ImageFormat {
    match format {
        Format::Jpeg => ImageFormat::Jpeg,
        Format::Png => ImageFormat::Png,
        Format::Webp => ImageFormat::WebP,
    }
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage};
    use moxcms::ColorProfile;

    use super::*;

    /// Little-endian EXIF with orientation 6 and a position (GPS latitude 25° N).
    const EXIF: &[u8] = b"II*\0\x08\0\0\0\x02\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\x25\x88\x04\0\x01\0\0\0\x26\0\0\0\0\0\0\0\x01\0\x01\0\x02\0\x02\0\0\0N\0\0\0\0\0\0\0";

    /// A file of each format whose EXIF says that it lies on its side.
    fn turned(profile: &[u8]) -> Vec<(Format, Vec<u8>)> {
        fn written(picture: &RgbImage, profile: &[u8], mut encoder: impl ImageEncoder) {
            encoder.set_exif_metadata(EXIF.to_vec()).unwrap();
            encoder.set_icc_profile(profile.to_vec()).unwrap();
            picture.write_with_encoder(encoder).unwrap();
        }
        let picture = RgbImage::from_pixel(48, 32, Rgb([200, 100, 50]));
        let (mut jpeg, mut png, mut webp) = (Vec::new(), Vec::new(), Vec::new());
        written(&picture, profile, JpegEncoder::new_with_quality(&mut jpeg, 95));
        written(&picture, profile, PngEncoder::new(&mut png));
        written(&picture, profile, WebPEncoder::new_lossless(&mut webp));
        vec![(Format::Jpeg, jpeg), (Format::Png, png), (Format::Webp, webp)]
    }

    #[test]
    fn a_picture_that_is_turned_keeps_its_colours() {
        let profile = ColorProfile::new_display_p3().encode().unwrap();
        for (format, file) in turned(&profile) {
            let picture = Picture::read(&file).unwrap();
            assert_eq!((picture.width, picture.height), (32, 48), "{format}");
            let (pixels, kept) = decode(&picture.content, format).unwrap();
            assert_eq!((pixels.width(), pixels.height()), (32, 48), "{format}");
            assert_eq!(kept.as_ref(), Some(&profile), "{format}");
            let Rgb(colour) = *pixels.to_rgb8().get_pixel(16, 24);
            assert!(colour.iter().zip([200, 100, 50]).all(|(is, was)| is.abs_diff(was) <= 3), "{format}: {colour:?}");
            assert!(
                !picture.content.windows(4).any(|window| window == b"Exif" || window == b"eXIf" || window == b"EXIF"),
                "{format}"
            );
        }
    }
}
