//! AVIF, by rav1e: Rust, without C and without an assembler.

use ravif::{Encoder, Img, RGB8};

use crate::MediaError;

/// 1 to 100, and 1 (slow) to 10. At 60 the demo's pictures have the same error as the JPEG at 80 (38.2 and 38.3 dB at 640
/// pixels) in a third of its bytes; slower than 8 takes longer and saves nothing (docs/benchmarks.md).
const QUALITY: f32 = 60.0;
const SPEED: u8 = 8;

/// A file of RGB pixels in sRGB, three bytes each. Takes one thread for a second or more.
///
/// # Errors
/// The encoder's reason.
pub fn encode_avif(rgb: &[u8], width: u32, height: u32) -> Result<Vec<u8>, MediaError> {
    let (pixels, _) = rgb.as_chunks::<3>();
    let pixels: Vec<RGB8> = pixels.iter().map(|[r, g, b]| RGB8::new(*r, *g, *b)).collect();
    let encoder = Encoder::new().with_quality(QUALITY).with_speed(SPEED).with_num_threads(Some(1));
    let encoded = encoder.encode_rgb(Img::new(pixels.as_slice(), width as usize, height as usize));
    encoded.map(|encoded| encoded.avif_file).map_err(|error| MediaError::Encode(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_becomes_a_smaller_file_of_the_right_kind() {
        let rgb: Vec<u8> = (0..64 * 48 * 3).map(|at| (at / 3 % 64 * 4) as u8).collect();
        let file = encode_avif(&rgb, 64, 48).unwrap();
        assert_eq!(&file[4..12], b"ftypavif");
        assert!(file.len() < rgb.len() / 4, "{} bytes", file.len());
    }
}
