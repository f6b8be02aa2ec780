//! Encoders beside JPEG. Measured on the demo's pictures: docs/benchmarks.md.

use imaging::MediaError;

/// RGB of three bytes a pixel, width and height in pixels, to a file.
type Encode = fn(&[u8], u32, u32) -> Result<Vec<u8>, MediaError>;

/// A format that smaller copies come in.
pub(super) struct Encoder {
    /// Ending of its files.
    pub extension: &'static str,
    /// MIME type, as `Accept` names it.
    pub media_type: &'static str,
    /// What makes them.
    pub encode: Encode,
}

/// The best first.
pub(super) const FORMATS: &[Encoder] = &[];
