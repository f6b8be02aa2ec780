//! Equirectangular images, whole or cropped.

use std::f64::consts::{PI, TAU};

use glam::DVec3;

use super::{direction, wrap_angle, yaw_pitch};

/// Where an image of `width` × `height` pixels lies on the full sphere.
///
/// Pixel coordinates are continuous: pixel `i` covers `i..i + 1` and its centre is `i + 0.5`.
/// Yaw 0 is the centre of the *full* panorama, as in GPano
/// (<https://developers.google.com/streetview/spherical-metadata>).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Equirect {
    /// Width of the full sphere at this resolution, pixels.
    pub full_width: f64,
    /// Height of the full sphere, pixels.
    pub full_height: f64,
    /// Left edge of the image in the full sphere, pixels.
    pub left: f64,
    /// Top edge of the image in the full sphere, pixels.
    pub top: f64,
    /// Width of the image, pixels.
    pub width: f64,
    /// Height of the image, pixels.
    pub height: f64,
}

impl Equirect {
    /// An image that covers the whole sphere.
    #[must_use]
    pub fn full(width: u32, height: u32) -> Self {
        let (width, height) = (f64::from(width), f64::from(height));
        Self { full_width: width, full_height: height, left: 0.0, top: 0.0, width, height }
    }

    /// Whether the image covers the whole sphere.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.left <= 0.0 && self.top <= 0.0 && self.width >= self.full_width && self.height >= self.full_height
    }

    /// Image coordinates of a direction. Outside the image where the image does not cover it; x is chosen within half
    /// a turn of the image's centre.
    #[must_use]
    pub fn pixel(&self, towards: DVec3) -> (f64, f64) {
        let (yaw, pitch) = yaw_pitch(towards);
        let centre_yaw = ((self.left + self.width / 2.0) / self.full_width - 0.5) * TAU;
        let yaw = centre_yaw + wrap_angle(yaw - centre_yaw);
        ((yaw / TAU + 0.5) * self.full_width - self.left, (0.5 - pitch / PI) * self.full_height - self.top)
    }

    /// Direction of a point of the image; the inverse of [`Self::pixel`].
    #[must_use]
    pub fn direction(&self, x: f64, y: f64) -> DVec3 {
        direction(((x + self.left) / self.full_width - 0.5) * TAU, (0.5 - (y + self.top) / self.full_height) * PI)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn centre_of_the_image_is_yaw_zero() {
        assert!(Equirect::full(4096, 2048).direction(2048.0, 1024.0).abs_diff_eq(DVec3::NEG_Z, 1e-12));
    }

    proptest! {
        #[test]
        fn pixel_is_the_inverse_of_direction(x in 0.0f64..1000.0, y in 1.0f64..399.0) {
            let crop = Equirect { full_width: 2000.0, full_height: 1000.0, left: 1700.0, top: 300.0, width: 1000.0, height: 400.0 };
            let (x2, y2) = crop.pixel(crop.direction(x, y));
            prop_assert!((x - x2).abs() < 1e-6 && (y - y2).abs() < 1e-6, "({x}, {y}) became ({x2}, {y2})");
        }
    }
}
