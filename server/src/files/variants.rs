//! Smaller copies of a picture, for lists and pages: sRGB, transparency on white. JPEG comes with the upload; AVIF
//! follows by a job of its own, and is kept where it is smaller.

use image::imageops::FilterType;
use image::{DynamicImage, Rgba, RgbaImage};
use imaging::{MediaError, colour, encode_jpeg};

use super::encode;

/// Names and longest edges, pixels. A picture that is smaller stays as large as it is.
pub const SIZES: [(&str, u32); 3] = [("thumb", 256), ("card", 640), ("full", 1920)];
const QUALITY: u8 = 80;

/// Names and widths of the copies of a picture that are smaller than it.
pub(super) fn sizes(width: u32, height: u32) -> impl Iterator<Item = (&'static str, u32)> {
    let longest = width.max(height).max(1);
    SIZES.into_iter().filter(move |(_, edge)| *edge < longest).map(move |(name, edge)| {
        let scaled = f64::from(width) * f64::from(edge) / f64::from(longest);
        (name, (scaled.round() as u32).max(1))
    })
}

/// What making the largest copy takes beside the picture, bytes: `image` keeps the picture at the copy's height in four
/// floating-point numbers a pixel.
pub(super) fn memory_bytes(width: u32, height: u32) -> u64 {
    let longest = u64::from(width.max(height).max(1));
    let largest = SIZES.iter().map(|(_, edge)| u64::from(*edge)).max().unwrap_or(0);
    u64::from(width) * (u64::from(height) * largest.min(longest)).div_ceil(longest) * 16
}

/// A copy: its pixels are RGB, three bytes each.
struct Copy {
    name: &'static str,
    pixels: Vec<u8>,
    width: u32,
    height: u32,
}

fn copies(picture: &DynamicImage, profile: Option<&[u8]>) -> Vec<Copy> {
    let (mut picture, mut copies) = (std::borrow::Cow::Borrowed(picture), Vec::new());
    // Each from the next larger one: the largest pass is made once.
    for (name, edge) in SIZES.into_iter().rev() {
        if picture.width().max(picture.height()) > edge {
            picture = std::borrow::Cow::Owned(picture.resize(edge, edge, FilterType::CatmullRom));
        }
        let mut pixels = on_white(&picture);
        if let Some(profile) = profile {
            colour::to_srgb(&mut pixels, profile);
        }
        copies.push(Copy { name, pixels, width: picture.width(), height: picture.height() });
    }
    copies.reverse();
    copies
}

/// The files of every size, largest last: name and content.
///
/// # Errors
/// The encoder's reason.
pub(super) fn make(picture: &DynamicImage, profile: Option<&[u8]>) -> Result<Vec<(String, Vec<u8>)>, MediaError> {
    let jpeg =
        |copy: Copy| Ok((format!("{}.jpg", copy.name), encode_jpeg(&copy.pixels, copy.width, copy.height, QUALITY)?));
    copies(picture, profile).into_iter().map(jpeg).collect()
}

/// The files of every size in every format, each handed over as soon as it is made; what is not smaller than the JPEG is
/// left out. `store` may end it.
///
/// # Errors
/// The encoder's reason, or that of `store`.
pub(super) fn make_all<E: From<MediaError>>(
    picture: &DynamicImage,
    profile: Option<&[u8]>,
    store: &mut dyn FnMut(String, Vec<u8>) -> Result<(), E>,
) -> Result<(), E> {
    for copy in copies(picture, profile) {
        let jpeg = encode_jpeg(&copy.pixels, copy.width, copy.height, QUALITY)?;
        let most = jpeg.len();
        store(format!("{}.jpg", copy.name), jpeg)?;
        for format in encode::FORMATS {
            let file = (format.encode)(&copy.pixels, copy.width, copy.height)?;
            if file.len() < most {
                store(format!("{}.{}", copy.name, format.extension), file)?;
            }
        }
    }
    Ok(())
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
    fn widths_are_those_of_the_files() {
        for (width, height) in [(1000, 500), (333, 1999), (256, 256), (1921, 3), (40, 30)] {
            let picture = DynamicImage::ImageRgb8(image::RgbImage::new(width, height));
            let made = copies(&picture, None);
            for (name, width) in sizes(width, height) {
                let copy = made.iter().find(|copy| copy.name == name).unwrap();
                assert_eq!(copy.width, width, "{name} of {}x{}", picture.width(), picture.height());
            }
        }
    }

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
