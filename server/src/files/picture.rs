//! Taking in a picture: checked, upright, without what cameras write beside it.

use std::io::Cursor;

use image::metadata::Orientation;
use image::{DynamicImage, ImageFormat};
use scene::document::LocalizedText;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::sql::MediaRow;
use super::strip::strip;
use super::{Files, media_path};
use crate::media::{Format, Limits, MediaError, Probe};

/// Largest picture of a product, a floor plan, a card: what every browser shows.
const LIMITS: Limits =
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
        // Decoded once in any case: what does not decode is no picture, whatever its header says.
        let kind = match format {
            Format::Jpeg => ImageFormat::Jpeg,
            Format::Png => ImageFormat::Png,
            Format::Webp => ImageFormat::WebP,
        };
        let damaged = |error: image::ImageError| MediaError::Damaged { format, reason: error.to_string() };
        let mut pixels = image::load_from_memory_with_format(file, kind).map_err(damaged)?;
        if probe.orientation == Orientation::NoTransforms {
            let content = strip(format, file).ok_or(PictureError::Structure(format))?;
            return Ok(Self { content, format, width: probe.width, height: probe.height });
        }
        pixels.apply_orientation(probe.orientation);
        let (width, height) = (pixels.width(), pixels.height());
        Ok(Self { content: encode(&pixels, kind).map_err(damaged)?, format, width, height })
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
        let sha256 = hex::encode(Sha256::digest(&self.content));
        let (extension, content_type) = match self.format {
            Format::Jpeg => ("jpg", "image/jpeg"),
            Format::Png => ("png", "image/png"),
            Format::Webp => ("webp", "image/webp"),
        };
        let bytes = self.content.len() as i64;
        let path = media_path(organisation, &sha256, &format!("original.{extension}"));
        files.put(&path, self.content.into()).await?;
        Ok(MediaRow {
            id,
            sha256,
            extension: extension.to_owned(),
            content_type: content_type.to_owned(),
            bytes,
            width: Some(self.width),
            height: Some(self.height),
            alt,
        })
    }
}

fn encode(pixels: &DynamicImage, format: ImageFormat) -> image::ImageResult<Vec<u8>> {
    let mut file = Cursor::new(Vec::new());
    if format == ImageFormat::Jpeg {
        let encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut file, 92);
        pixels.to_rgb8().write_with_encoder(encoder)?;
    } else {
        pixels.write_to(&mut file, format)?;
    }
    Ok(file.into_inner())
}
