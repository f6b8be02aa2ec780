//! Colours: what a picture's ICC profile means by its numbers, said in sRGB. Telephones write Display P3; shown as if it
//! were sRGB it is dull.

use moxcms::{ColorProfile, DataColorSpace, Layout, Transform8BitExecutor, TransformOptions};
use rayon::prelude::*;

/// Pixels that are turned at once.
const RUN: usize = 16 * 1024;
/// Colours along each edge of the cube that tells whether a profile differs from sRGB.
const LATTICE: usize = 9;

/// Whether numbers of three channels (`true`) or one can be in this profile at all.
pub fn fits(profile: &[u8], is_rgb: bool) -> bool {
    let expected = if is_rgb { DataColorSpace::Rgb } else { DataColorSpace::Gray };
    ColorProfile::new_from_slice(profile).is_ok_and(|profile| profile.color_space == expected)
}

/// Turns RGB pixels of a profile into sRGB. A profile that cannot be read, or is none for RGB, is left out of account,
/// as browsers do.
pub fn to_srgb(pixels: &mut [u8], profile: &[u8]) {
    let Ok(profile) = ColorProfile::new_from_slice(profile) else { return };
    if profile.color_space != DataColorSpace::Rgb {
        return;
    }
    let srgb = ColorProfile::new_srgb();
    let Ok(transform) = profile.create_transform_8bit(Layout::Rgb, &srgb, Layout::Rgb, TransformOptions::default())
    else {
        return;
    };
    if is_nothing(&*transform) {
        return;
    }
    pixels.par_chunks_mut(RUN * 3).for_each_init(Vec::new, |before: &mut Vec<u8>, after| {
        before.clear();
        before.extend_from_slice(after);
        // The lengths are right by construction; a transform that refuses leaves the pixels as they are.
        if transform.transform(before, after).is_err() {
            after.copy_from_slice(before);
        }
    });
}

/// Whether no colour moves by more than rounding: most pictures carry a profile that is sRGB's own.
fn is_nothing(transform: &Transform8BitExecutor) -> bool {
    let level = |index: usize| (index * 255 / (LATTICE - 1)) as u8;
    let before: Vec<u8> = (0..LATTICE.pow(3))
        .flat_map(|index| [level(index % LATTICE), level(index / LATTICE % LATTICE), level(index / LATTICE.pow(2))])
        .collect();
    let mut after = vec![0; before.len()];
    transform.transform(&before, &mut after).is_ok()
        && before.iter().zip(&after).all(|(before, after)| before.abs_diff(*after) <= 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Display P3 to sRGB by CSS Color 4's matrices.
    fn expected(p3: [u8; 3]) -> [u8; 3] {
        let linear = p3.map(|value| {
            let value = f64::from(value) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        });
        let rows = [
            [1.224_940_176_28, -0.224_940_176_28, 0.0],
            [-0.042_056_954_71, 1.042_056_954_71, 0.0],
            [-0.019_637_554_59, -0.078_636_045_55, 1.098_273_600_14],
        ];
        rows.map(|row| {
            let value: f64 = row.iter().zip(linear).map(|(share, value)| share * value).sum();
            let value = value.clamp(0.0, 1.0);
            let coded = if value <= 0.003_130_8 { value * 12.92 } else { 1.055 * value.powf(1.0 / 2.4) - 0.055 };
            (coded * 255.0).round() as u8
        })
    }

    #[test]
    fn display_p3_becomes_srgb() {
        let profile = ColorProfile::new_display_p3().encode().unwrap();
        assert!(fits(&profile, true) && !fits(&profile, false));
        for colour in [[200, 100, 50], [30, 180, 90], [128, 128, 128], [10, 20, 240], [255, 255, 255]] {
            let mut pixels = colour.repeat(RUN + 1);
            to_srgb(&mut pixels, &profile);
            let expected = expected(colour);
            for pixel in pixels.chunks(3) {
                assert!(
                    pixel.iter().zip(expected).all(|(is, should)| is.abs_diff(should) <= 2),
                    "{colour:?}: {pixel:?}, {expected:?}"
                );
            }
        }
    }

    #[test]
    fn srgb_and_nonsense_change_nothing() {
        let before: Vec<u8> = (0..=255).flat_map(|value: u8| [value, 255 - value, value / 2]).collect();
        for profile in [
            ColorProfile::new_srgb().encode().unwrap(),
            ColorProfile::new_gray_with_gamma(2.2).encode().unwrap(),
            b"no profile".to_vec(),
        ] {
            let mut pixels = before.clone();
            to_srgb(&mut pixels, &profile);
            assert_eq!(pixels, before);
        }
    }
}
