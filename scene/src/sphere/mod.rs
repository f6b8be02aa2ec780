//! Directions, cube faces, equirectangular images and views of them.
//!
//! The world is right-handed: x to the right, y up, and yaw 0, pitch 0 looks along −z. Angles are radians here (degrees
//! only in documents, where the names say so).

mod equirect;
mod face;
mod limits;
mod view;

use glam::{DMat3, DVec3};

pub use equirect::Equirect;
pub use face::{Face, FacePoint};
pub use limits::ViewLimits;
pub use view::{MAX_FOV_DEG, MIN_FOV_DEG, ViewFrame, ViewPose, Viewport};

use crate::document::SphereCorrection;

/// The unit vector at `yaw` and `pitch` (radians).
#[must_use]
pub fn direction(yaw: f64, pitch: f64) -> DVec3 {
    let (sin_yaw, cos_yaw) = yaw.sin_cos();
    let (sin_pitch, cos_pitch) = pitch.sin_cos();
    DVec3::new(sin_yaw * cos_pitch, sin_pitch, -cos_yaw * cos_pitch)
}

/// Yaw in (−π, π] and pitch in [−π/2, π/2] of a direction of any length.
#[must_use]
pub fn yaw_pitch(direction: DVec3) -> (f64, f64) {
    let pitch = direction.y.atan2(direction.x.hypot(direction.z));
    (direction.x.atan2(-direction.z), pitch)
}

/// `angle` (radians) brought into (−π, π].
#[must_use]
pub fn wrap_angle(angle: f64) -> f64 {
    let wrapped = angle.rem_euclid(std::f64::consts::TAU);
    if wrapped > std::f64::consts::PI { wrapped - std::f64::consts::TAU } else { wrapped }
}

/// The rotation that takes a direction in the panorama to where the shopper sees it: pan, then tilt, then roll.
#[must_use]
pub fn world_from_panorama(correction: &SphereCorrection) -> DMat3 {
    // Right-handed rotation about +y turns −z towards −x, so a pan to the right is negative about y; a roll clockwise
    // for someone looking along −z is negative about z.
    DMat3::from_rotation_z(-correction.roll.to_radians())
        * DMat3::from_rotation_x(correction.tilt.to_radians())
        * DMat3::from_rotation_y(-correction.pan.to_radians())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::f64::consts::{FRAC_PI_2, PI};

    #[test]
    fn yaw_grows_to_the_right_and_pitch_upward() {
        assert!(direction(0.0, 0.0).abs_diff_eq(DVec3::NEG_Z, 1e-12));
        assert!(direction(90f64.to_radians(), 0.0).abs_diff_eq(DVec3::X, 1e-12));
        assert!(direction(0.0, 90f64.to_radians()).abs_diff_eq(DVec3::Y, 1e-12));
    }

    #[test]
    fn correction_moves_the_centre_as_its_words_say() {
        let seen = |correction| {
            let (yaw, pitch) = yaw_pitch(world_from_panorama(&correction) * direction(0.0, 0.0));
            (yaw.to_degrees().round(), pitch.to_degrees().round())
        };
        assert_eq!(seen(SphereCorrection { pan: 30.0, ..Default::default() }), (30.0, 0.0));
        assert_eq!(seen(SphereCorrection { tilt: 20.0, ..Default::default() }), (0.0, 20.0));
        // Pan first: the tilt that follows turns about the world's x axis and leaves ±90° where it is.
        assert_eq!(seen(SphereCorrection { pan: 90.0, tilt: 20.0, roll: 0.0 }), (90.0, 0.0));
        let rolled = world_from_panorama(&SphereCorrection { roll: 90.0, ..Default::default() }) * DVec3::Y;
        assert!(rolled.abs_diff_eq(DVec3::X, 1e-12), "clockwise: up turns to the right");
    }

    proptest! {
        #[test]
        fn yaw_pitch_is_the_inverse_of_direction(yaw in -PI..PI, pitch in -FRAC_PI_2..FRAC_PI_2) {
            let (yaw2, pitch2) = yaw_pitch(direction(yaw, pitch));
            prop_assert!((pitch2 - pitch).abs() < 1e-9);
            prop_assert!(wrap_angle(yaw2 - yaw).abs() < 1e-6);
        }
    }
}
