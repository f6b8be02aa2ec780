//! Smaller copies of a picture, for lists and pages: JPEG in sRGB, transparency on white.

use image::imageops::FilterType;
use image::{DynamicImage, Rgba, RgbaImage};

use imaging::{MediaError, colour, encode_jpeg};

/// Names and longest edges, pixels. A picture that is smaller stays as large as it is.
pub const SIZES: [(&str, u32); 3] = [("thumb", 256), ("card", 640), ("full", 1920)];
const QUALITY: u8 = 80;

/// The files of every size, largest last: name and content.
///
/// # Errors
/// The encoder's reason.
pub(super) fn make(picture: &DynamicImage, profile: Option<&[u8]>) -> Result<Vec<(String, Vec<u8>)>, MediaError> {
    let (mut picture, mut files) = (std::borrow::Cow::Borrowed(picture), Vec::new());
    // Each from the next larger one: the largest pass is made once.
    for (name, edge) in SIZES.into_iter().rev() {
        if picture.width().max(picture.height()) > edge {
            picture = std::borrow::Cow::Owned(picture.resize(edge, edge, FilterType::CatmullRom));
        }
        let mut pixels = on_white(&picture);
        if let Some(profile) = profile {
            colour::to_srgb(&mut pixels, profile);
        }
        files.push((format!("{name}.jpg"), encode_jpeg(&pixels, picture.width(), picture.height(), QUALITY)?));
    }
    files.reverse();
    Ok(files)
}

/// RGB, three bytes a pixel.
fn on_white(picture: &DynamicImage) -> Vec<u8> {
    if !picture.color().has_alpha() {
        return picture.to_rgb8().into_raw();
    }
    let mut white = RgbaImage::from_pixel(picture.width(), picture.height(), Rgba([255; 4]));
    image::imageops::overlay(&mut white, &picture.to_rgba8(), 0, 0);
    DynamicImage::ImageRgba8(white).into_rgb8().into_raw()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_size_fits_and_nothing_grows() {
        let picture = DynamicImage::ImageRgba8(RgbaImage::from_pixel(1000, 500, Rgba([200, 0, 0, 0])));
        let sizes: Vec<_> = make(&picture, None)
            .unwrap()
            .into_iter()
            .map(|(name, file)| {
                let read = image::load_from_memory(&file).unwrap().into_rgb8();
                assert!(read.get_pixel(10, 10).0.iter().all(|channel| *channel > 250), "transparent is white");
                (name, read.dimensions())
            })
            .collect();
        let expected = [("thumb.jpg", (256, 128)), ("card.jpg", (640, 320)), ("full.jpg", (1000, 500))];
        assert_eq!(sizes, expected.map(|(name, size)| (name.to_owned(), size)));
    }
}
