//! Directions to yaw and pitch, many at a time.

use std::f64::consts::{FRAC_PI_2, PI};

/// atan(t)/t as a polynomial in t², |t| ≤ 1; error of the angle below 3e-10 rad (Chebyshev fit).
const ATAN: [f64; 11] = [
    0.999_999_999_614_524_5,
    -0.333_333_236_656_177_3,
    0.199_995_958_539_856_58,
    -0.142_790_484_149_370_5,
    0.110_537_847_415_204_31,
    -0.087_961_175_152_992_13,
    0.067_101_138_952_177_73,
    -0.044_273_666_972_021_6,
    0.022_203_453_826_587_064,
    -0.007_166_164_391_383_062,
    0.001_084_492_651_280_015_6,
];

/// `y.atan2(x)` to 3e-10 rad without branches, so that the compiler turns loops over it into vector instructions.
#[inline]
pub(super) fn atan2(y: f64, x: f64) -> f64 {
    let (ax, ay) = (x.abs(), y.abs());
    let swap = ay > ax;
    let (small, large) = if swap { (ax, ay) } else { (ay, ax) };
    let t = small / if large > 0.0 { large } else { 1.0 };
    let z = t * t;
    let angle = t * ATAN.iter().rev().fold(0.0, |sum, coefficient| sum * z + coefficient);
    let angle = if swap { FRAC_PI_2 - angle } else { angle };
    let angle = if x < 0.0 { PI - angle } else { angle };
    angle.copysign(y)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn axes_and_zero() {
        for (y, x) in [(0.0, 1.0), (1.0, 0.0), (0.0, -1.0), (-1.0, 0.0), (0.0, 0.0)] {
            assert!((atan2(y, x) - f64::atan2(y, x)).abs() < 1e-9, "{y}, {x}");
        }
    }

    proptest! {
        #[test]
        fn agrees_with_the_standard_library(y in -2.0f64..2.0, x in -2.0f64..2.0) {
            prop_assert!((atan2(y, x) - y.atan2(x)).abs() < 1e-9);
        }
    }
}
