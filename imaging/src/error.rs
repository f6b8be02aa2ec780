//! What can be wrong with a panorama, in words for the person who uploaded it.

use super::source::Format;

/// Why a panorama could not be read or written. The message names what is wrong and what is accepted.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "each variant's message says what its fields are")]
pub enum MediaError {
    #[error("The file is empty. Accepted are JPEG, PNG and WebP.")]
    Empty,
    #[error("This file is no picture that can be read here. Accepted are JPEG, PNG and WebP.")]
    UnknownFormat,
    #[error("The file has {bytes} bytes; accepted are up to {limit}.")]
    FileTooLarge { bytes: u64, limit: u64 },
    #[error("The {format} file ends in the middle of the picture: it was not copied or uploaded completely.")]
    Truncated { format: Format },
    #[error("The {format} file is damaged: {reason}.")]
    Damaged { format: Format, reason: String },
    #[error("The picture has {width}×{height} pixels; accepted are up to {max_width}×{max_height}.")]
    TooManyPixels { width: u32, height: u32, max_width: u32, max_height: u32 },
    #[error(
        "The picture has {width}×{height} pixels, too few for a panorama; accepted are {min_width} and more across."
    )]
    TooFewPixels { width: u32, height: u32, min_width: u32 },
    #[error(
        "Reading this picture would take {needed_mib} MiB of memory; {limit_mib} MiB are allowed. \
         Save it with 8 bits per channel, or as a baseline (not progressive) JPEG."
    )]
    TooMuchMemory { needed_mib: u64, limit_mib: u64 },
    #[error(
        "A picture of {width}×{height} pixels is no 360° panorama. Accepted are equirectangular pictures twice as wide \
         as high, wider ones whose top and bottom are cut off (up to {max_ratio}:1), parts of a sphere with GPano XMP, \
         and six square cube faces."
    )]
    NotAPanorama { width: u32, height: u32, max_ratio: f64 },
    #[error("The panorama's GPano data cannot be used: {0}.")]
    Gpano(String),
    #[error(
        "A panorama is one equirectangular picture or six cube faces (front, right, back, left, up, down); {0} files were given."
    )]
    WrongNumberOfFiles(usize),
    #[error(
        "The six cube faces must be squares of the same size; face {face} has {width}×{height} pixels, the first {first_width}×{first_height}."
    )]
    UnequalFaces { face: char, width: u32, height: u32, first_width: u32, first_height: u32 },
    #[error("Cube face {face}: {source}")]
    Face { face: char, source: Box<MediaError> },
    #[error("Stopped on request.")]
    Cancelled,
    #[error("A tile could not be encoded: {0}.")]
    Encode(String),
    #[error("The pyramid has no usable tile {0}.")]
    MissingTile(String),
    #[error("{what}: {source}")]
    Io { what: String, source: std::io::Error },
}

impl MediaError {
    /// Whether the uploaded file is to blame (and not the machine, or a request to stop).
    #[must_use]
    pub const fn is_in_the_file(&self) -> bool {
        !matches!(self, Self::Cancelled | Self::Encode(_) | Self::MissingTile(_) | Self::Io { .. })
    }

    /// An input/output error with what was being done.
    pub(crate) fn io(what: impl Into<String>) -> impl FnOnce(std::io::Error) -> Self {
        let what = what.into();
        move |source| Self::Io { what, source }
    }
}
