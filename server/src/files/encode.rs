//! Formats of smaller copies beside JPEG. AVIF alone: every browser that has to work shows it, so that lossy WebP, for which
//! there is only C, would be made for nobody.

use imaging::{MediaError, encode_avif};

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
pub(super) const FORMATS: &[Encoder] = &[Encoder { extension: "avif", media_type: "image/avif", encode: encode_avif }];
