//! Properly filtered smaller copies of a picture.

use image::RgbImage;
use rayon::prelude::*;

use super::kernel::{self, Taps};

/// What lies beyond a picture's edges.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Beyond {
    /// A whole sphere: left and right edges meet; over a pole the sphere goes on half a turn away.
    Sphere,
    /// Nothing: the edge goes on.
    Edge,
}

/// A copy of `width` × `height` pixels, at most as large as the picture.
pub(super) fn shrink(picture: &RgbImage, width: u32, height: u32, beyond: Beyond) -> RgbImage {
    let columns = Taps::shrinking(picture.width(), width);
    let rows = Taps::shrinking(picture.height(), height);
    let pad = kernel::reach(picture.width(), width);
    let stride = picture.width() as usize * 3;
    let source: &[u8] = picture.as_raw();
    let mut shrunk = RgbImage::new(width, height);
    // One line with what lies beyond its ends: filled from the rows, then read by the columns.
    let line = || vec![0f32; stride + 2 * pad * 3];
    shrunk.par_chunks_exact_mut(width as usize * 3).enumerate().for_each_init(line, |line, (index, out)| {
        let (first, weights) = rows.of(index);
        line.fill(0.0);
        for (tap, weight) in weights.iter().enumerate() {
            let (row, is_turned) = row_at(first + tap as i32, picture.height(), beyond);
            let row = &source[row * stride..][..stride];
            let middle = &mut line[pad * 3..][..stride];
            if is_turned {
                let half = picture.width() as usize / 2 * 3;
                add(&mut middle[..stride - half], &row[half..], *weight);
                add(&mut middle[stride - half..], &row[..half], *weight);
            } else {
                add(middle, row, *weight);
            }
        }
        extend(line, pad, stride, beyond);
        for (out, (first, weights)) in out.chunks_exact_mut(3).zip(columns.iter()) {
            let taps = &line[(first + pad as i32) as usize * 3..];
            out.copy_from_slice(&weigh(taps, weights));
        }
    });
    shrunk
}

/// The weighted sum of a line's first pixels.
fn weigh(line: &[f32], weights: &[f32]) -> [u8; 3] {
    let mut sum = [0.5f32; 3];
    for (pixel, weight) in line.chunks_exact(3).zip(weights) {
        for (sum, value) in sum.iter_mut().zip(pixel) {
            *sum += weight * value;
        }
    }
    sum.map(|value| value as u8)
}

/// Shortens a closed row (its ends meet) in place, to as many pixels as there are taps.
pub(super) fn narrow(row: &mut [u8], taps: &Taps, pad: usize, line: &mut Vec<f32>) {
    line.clear();
    line.resize(row.len() + 2 * pad * 3, 0.0);
    add(&mut line[pad * 3..][..row.len()], row, 1.0);
    extend(line, pad, row.len(), Beyond::Sphere);
    for (out, (first, weights)) in row.chunks_exact_mut(3).zip(taps.iter()) {
        out.copy_from_slice(&weigh(&line[(first + pad as i32) as usize * 3..], weights));
    }
}

fn add(line: &mut [f32], row: &[u8], weight: f32) {
    for (sum, value) in line.iter_mut().zip(row) {
        *sum += weight * f32::from(*value);
    }
}

/// Row of the picture, and whether it is seen half a turn away.
pub(super) fn row_at(row: i32, height: u32, beyond: Beyond) -> (usize, bool) {
    let height = height as i32;
    match beyond {
        Beyond::Edge => (row.clamp(0, height - 1) as usize, false),
        Beyond::Sphere if row < 0 => ((-1 - row).min(height - 1) as usize, true),
        Beyond::Sphere if row >= height => ((2 * height - 1 - row).max(0) as usize, true),
        Beyond::Sphere => (row as usize, false),
    }
}

/// Fills the padding on both ends of a line.
fn extend(line: &mut [f32], pad: usize, stride: usize, beyond: Beyond) {
    let pixels = stride / 3;
    for distance in 0..pad {
        let (left, right) = match beyond {
            Beyond::Sphere => (pixels - 1 - distance % pixels, distance % pixels),
            Beyond::Edge => (0, pixels - 1),
        };
        line.copy_within((pad + left) * 3..(pad + left) * 3 + 3, (pad - 1 - distance) * 3);
        line.copy_within((pad + right) * 3..(pad + right) * 3 + 3, (pad + pixels + distance) * 3);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_even_colour_stays_and_half_the_size_averages() {
        let even = RgbImage::from_pixel(17, 9, image::Rgb([10, 200, 77]));
        for beyond in [Beyond::Sphere, Beyond::Edge] {
            assert!(shrink(&even, 9, 5, beyond).pixels().all(|pixel| pixel.0 == [10, 200, 77]));
        }
        let stripes = RgbImage::from_fn(64, 32, |x, _| image::Rgb([if x % 2 == 0 { 0 } else { 255 }; 3]));
        assert!(shrink(&stripes, 32, 16, Beyond::Sphere).pixels().all(|pixel| pixel.0[0].abs_diff(127) < 10));
    }

    #[test]
    fn beyond_a_pole_the_sphere_goes_on_half_a_turn_away() {
        assert_eq!(row_at(-1, 8, Beyond::Sphere), (0, true));
        assert_eq!(row_at(8, 8, Beyond::Sphere), (7, true));
        assert_eq!(row_at(-3, 8, Beyond::Edge), (0, false));
    }
}
