//! Keeps a view inside what the panorama covers and the field of view inside what is pleasant.

use std::f64::consts::{FRAC_PI_2, PI, TAU};

use super::{MAX_FOV_DEG, MIN_FOV_DEG, ViewPose, Viewport, wrap_angle};
use crate::document::SphereCorrection;
use crate::pyramid::Coverage;

/// What limits where a shopper can look in a panorama.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ViewLimits {
    /// Lowest and highest yaw (radians, the highest up to a turn more); `None` where the panorama goes all round.
    yaw: Option<(f64, f64)>,
    /// Lowest and highest pitch that may be seen.
    pitch: (f64, f64),
}

impl Default for ViewLimits {
    fn default() -> Self {
        Self { yaw: None, pitch: (-FRAC_PI_2, FRAC_PI_2) }
    }
}

impl ViewLimits {
    /// The limits of a panorama that covers a part of the sphere (all of it where `coverage` is absent), turned by
    /// `correction`.
    #[must_use]
    pub fn new(coverage: Option<Coverage>, correction: &SphereCorrection) -> Self {
        let Some(coverage) = coverage else { return Self::default() };
        // A cropped panorama is straightened by a few degrees at most; the pan is what moves its edges.
        let yaw = ((coverage.min_yaw + correction.pan).to_radians(), (coverage.max_yaw + correction.pan).to_radians());
        Self {
            yaw: (yaw.1 - yaw.0 < TAU - 1e-6).then_some(yaw),
            pitch: (coverage.min_pitch.to_radians().max(-FRAC_PI_2), coverage.max_pitch.to_radians().min(FRAC_PI_2)),
        }
    }

    /// Where a visit that wants to begin with `pose` does begin on a screen: the limits applied to the whole frame
    /// ([`Viewport::frame`]), of which the screen shows a part. A poster shows the whole frame, so both are one picture.
    #[must_use]
    pub fn opening(&self, pose: &ViewPose, viewport: Viewport) -> ViewPose {
        self.apply(pose, viewport.frame())
    }

    /// The nearest pose whose whole view is covered.
    #[must_use]
    pub fn apply(&self, pose: &ViewPose, viewport: Viewport) -> ViewPose {
        let fov = pose.fov.clamp(MIN_FOV_DEG.to_radians(), MAX_FOV_DEG.to_radians());
        let wanted = ViewPose { fov, ..*pose };
        self.at_fov(&wanted, viewport).unwrap_or_else(|| self.widest(&wanted, viewport))
    }

    /// The widest view that fits into a narrow panorama.
    fn widest(&self, pose: &ViewPose, viewport: Viewport) -> ViewPose {
        let (mut fits, mut too_wide) = (0.01, pose.fov);
        for _ in 0..24 {
            let middle = f64::midpoint(fits, too_wide);
            if self.at_fov(&ViewPose { fov: middle, ..*pose }, viewport).is_some() {
                fits = middle;
            } else {
                too_wide = middle;
            }
        }
        let narrow = ViewPose { fov: fits, ..*pose };
        self.at_fov(&narrow, viewport).unwrap_or(narrow)
    }

    /// The nearest pose with this field of view; `None` where such a view does not fit.
    fn at_fov(&self, pose: &ViewPose, viewport: Viewport) -> Option<ViewPose> {
        let focal = viewport.focal_px(pose.fov);
        let (half_width, half_height) = (viewport.width / 2.0 / focal, viewport.height / 2.0 / focal);
        // Towards an open pole the middle of the view may go up to it; otherwise the view's edge stays inside.
        let up = (half_height).atan();
        let lowest = if self.pitch.0 <= -FRAC_PI_2 { -FRAC_PI_2 } else { self.pitch.0 + up };
        let highest = if self.pitch.1 >= FRAC_PI_2 { FRAC_PI_2 } else { self.pitch.1 - up };
        if lowest > highest {
            return None;
        }
        let pitch = pose.pitch.clamp(lowest, highest);
        let Some((left, right)) = self.yaw else {
            return Some(ViewPose { yaw: wrap_angle(pose.yaw), pitch, ..*pose });
        };
        let aside = yaw_reach(pitch, half_width, half_height)?;
        let slack = (right - left) / 2.0 - aside;
        (slack >= 0.0).then(|| {
            let middle = f64::midpoint(left, right);
            let yaw = middle + wrap_angle(pose.yaw - middle).clamp(-slack, slack);
            ViewPose { yaw: wrap_angle(yaw), pitch, ..*pose }
        })
    }
}

/// How far to the side the corners of a view reach, radians; `None` where a pole is in the view.
fn yaw_reach(pitch: f64, half_width: f64, half_height: f64) -> Option<f64> {
    [half_height, -half_height]
        .into_iter()
        .map(|y| {
            let ahead = pitch.cos() - y * pitch.sin();
            (ahead > 0.0).then(|| half_width.atan2(ahead))
        })
        .try_fold(0.0, |reach: f64, corner| Some(reach.max(corner?)))
        .filter(|reach| *reach < PI)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sphere::{ViewFrame, yaw_pitch};
    use glam::DVec2;
    use proptest::prelude::*;

    #[test]
    fn the_whole_sphere_only_limits_pitch_and_width() {
        let limits = ViewLimits::default();
        let screen = Viewport { width: 960.0, height: 540.0 };
        let pose = limits.apply(&ViewPose { yaw: 7.0, pitch: 2.0, fov: 3.0 }, screen);
        assert!((pose.pitch - FRAC_PI_2).abs() < 1e-12);
        assert!((pose.fov - MAX_FOV_DEG.to_radians()).abs() < 1e-12);
        assert!((pose.yaw - wrap_angle(7.0)).abs() < 1e-12);
    }

    #[test]
    fn a_pan_takes_the_edges_along() {
        let coverage = Coverage { min_yaw: -60.0, max_yaw: 60.0, min_pitch: -30.0, max_pitch: 30.0 };
        let screen = Viewport { width: 1600.0, height: 900.0 };
        let wanted = ViewPose { yaw: 100f64.to_radians(), pitch: 0.0, fov: 60f64.to_radians() };
        let yaw = |pan| {
            let correction = SphereCorrection { pan, ..SphereCorrection::default() };
            ViewLimits::new(Some(coverage), &correction).apply(&wanted, screen).yaw.to_degrees()
        };
        assert!((yaw(0.0) - 30.0).abs() < 1e-6);
        assert!((yaw(50.0) - 80.0).abs() < 1e-6);
    }

    proptest! {
        /// What a screen of any shape shows of an opening view is what it shows of the poster.
        #[test]
        fn a_screen_leaves_an_opening_view_alone(
            width in 200.0f64..3000.0, height in 200.0f64..3000.0, spread in 40.0f64..350.0, low in -60.0f64..-15.0,
            yaw in -180.0f64..180.0, pitch in -90.0f64..90.0, fov in 20.0f64..120.0,
        ) {
            let coverage =
                Coverage { min_yaw: -spread / 2.0, max_yaw: spread / 2.0, min_pitch: low, max_pitch: -low / 2.0 };
            let limits = ViewLimits::new(Some(coverage), &SphereCorrection::default());
            let screen = Viewport { width, height };
            let wanted = ViewPose { yaw: yaw.to_radians(), pitch: pitch.to_radians(), fov: fov.to_radians() };
            let opening = limits.opening(&wanted, screen);
            prop_assert!((opening.fov - limits.apply(&wanted, screen.frame()).fov).abs() < 1e-12);
            let shown = limits.apply(&opening, screen);
            prop_assert!(wrap_angle(shown.yaw - opening.yaw).abs() < 1e-6, "{shown:?} of {opening:?}");
            prop_assert!((shown.pitch - opening.pitch).abs() < 1e-6, "{shown:?} of {opening:?}");
            prop_assert!((shown.fov - opening.fov).abs() < 1e-6, "{shown:?} of {opening:?}");
        }

        #[test]
        fn no_corner_of_the_view_leaves_the_coverage(
            middle in -180.0f64..180.0, width in 30.0f64..350.0, low in -60.0f64..-10.0, high in 10.0f64..60.0,
            yaw in -180.0f64..180.0, pitch in -90.0f64..90.0, fov in 20.0f64..120.0, tall in any::<bool>(),
        ) {
            let coverage = Coverage { min_yaw: middle - width / 2.0, max_yaw: middle + width / 2.0, min_pitch: low, max_pitch: high };
            let screen = if tall { Viewport { width: 390.0, height: 844.0 } } else { Viewport { width: 960.0, height: 540.0 } };
            let wanted = ViewPose { yaw: yaw.to_radians(), pitch: pitch.to_radians(), fov: fov.to_radians() };
            let pose = ViewLimits::new(Some(coverage), &SphereCorrection::default()).apply(&wanted, screen);
            let frame = ViewFrame::new(&pose, screen);
            for (x, y) in [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0), (0.5, 0.0), (0.5, 1.0), (0.0, 0.5), (1.0, 0.5)] {
                let (seen_yaw, seen_pitch) = yaw_pitch(frame.direction(DVec2::new(x * screen.width, y * screen.height)));
                prop_assert!((low - 1e-6..=high + 1e-6).contains(&seen_pitch.to_degrees()), "pitch {}", seen_pitch.to_degrees());
                let aside = wrap_angle(seen_yaw - middle.to_radians()).to_degrees().abs();
                prop_assert!(aside <= width / 2.0 + 1e-6, "{aside}° aside of {}°", width / 2.0);
            }
        }
    }
}
