//! Looking at pictures: where the markers are, how far two pictures differ.

use glam::DVec2;
use image::RgbImage;

use crate::markers::Colour;

/// Strength of colour below which a pixel counts as grey: compression leaves a little colour everywhere, and marks in a
/// shop's own colours are weaker than the discs.
const GREY: f64 = 90.0;
/// Pixels at the border in which a disc may be cut off.
const BORDER: u32 = 3;

/// Centres (pixels, from the upper left corner of the picture) of all discs that are wholly in the picture.
pub fn centres(picture: &RgbImage) -> Vec<(Colour, DVec2)> {
    let mut sums = [(0.0, DVec2::ZERO, false); 6];
    for (x, y, pixel) in picture.enumerate_pixels() {
        let Some((colour, weight)) = dominant(pixel.0) else { continue };
        let sum = &mut sums[colour];
        sum.0 += weight;
        sum.1 += weight * DVec2::new(f64::from(x) + 0.5, f64::from(y) + 0.5);
        let inside = |at: u32, size: u32| (BORDER..size - BORDER).contains(&at);
        sum.2 |= !(inside(x, picture.width()) && inside(y, picture.height()));
    }
    let whole = |&(_, (weight, _, is_cut)): &(Colour, (f64, DVec2, bool))| weight > 2_000.0 && !is_cut;
    Colour::ALL.into_iter().zip(sums).filter(whole).map(|(colour, (weight, sum, _))| (colour, sum / weight)).collect()
}

/// Index of the colour that a pixel has most of, and how much; `None` for grey.
fn dominant([r, g, b]: [u8; 3]) -> Option<(usize, f64)> {
    let chroma = |rgb: [u8; 3]| {
        let rgb = rgb.map(f64::from);
        let mean = rgb.iter().sum::<f64>() / 3.0;
        rgb.map(|channel| channel - mean)
    };
    let pixel = chroma([r, g, b]);
    let along = |colour: &Colour| {
        let axis = chroma(colour.rgb());
        let length = axis.iter().map(|part| part * part).sum::<f64>().sqrt();
        pixel.iter().zip(axis).map(|(a, b)| a * b).sum::<f64>() / length
    };
    let strengths = Colour::ALL.iter().map(along).enumerate();
    strengths.max_by(|a, b| a.1.total_cmp(&b.1)).filter(|(_, strength)| *strength > GREY)
}

/// Asserts that the markers seen are the expected ones, each within `tolerance_px`; returns the largest distance.
pub fn same_places(seen: &[(Colour, DVec2)], expected: &[(Colour, DVec2)], tolerance_px: f64) -> f64 {
    let colours = |list: &[(Colour, DVec2)]| list.iter().map(|(colour, _)| *colour).collect::<Vec<_>>();
    assert_eq!(colours(seen), colours(expected), "the markers seen are not the expected ones");
    let mut largest: f64 = 0.0;
    for ((colour, seen), (_, expected)) in seen.iter().zip(expected) {
        let distance = (*seen - *expected).length();
        assert!(distance <= tolerance_px, "{colour:?} is at {seen}, {distance:.2} px from {expected}");
        largest = largest.max(distance);
    }
    largest
}

/// Mean difference of two pictures of one size, per channel, in grey levels of 0–255.
pub fn mean_difference(a: &RgbImage, b: &RgbImage) -> f64 {
    assert_eq!(a.dimensions(), b.dimensions(), "pictures of different sizes");
    let sum: u64 = a.as_raw().iter().zip(b.as_raw()).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
    sum as f64 / a.as_raw().len() as f64
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage};

    use super::*;

    /// A grey picture with one red disc.
    fn disc(at: DVec2) -> RgbImage {
        RgbImage::from_fn(200, 100, |x, y| {
            let inside = (DVec2::new(f64::from(x) + 0.5, f64::from(y) + 0.5) - at).length() < 12.0;
            Rgb(if inside { Colour::Red.rgb() } else { [120; 3] })
        })
    }

    #[test]
    fn a_disc_has_its_centre_where_it_was_drawn() {
        let found = centres(&disc(DVec2::new(71.5, 40.0)));
        assert_eq!(found.len(), 1);
        assert!((found[0].1 - DVec2::new(71.5, 40.0)).length() < 0.05, "{found:?}");
        assert!(centres(&disc(DVec2::new(5.0, 40.0))).is_empty(), "a disc that is cut off has no centre to compare");
    }

    #[test]
    #[should_panic(expected = "px from")]
    fn a_pixel_and_a_half_is_too_far() {
        same_places(&centres(&disc(DVec2::new(71.5, 40.0))), &centres(&disc(DVec2::new(73.0, 40.0))), 1.0);
    }
}
