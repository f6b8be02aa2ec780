//! The view follows the device: from the angles of `deviceorientation` events to where the screen's back looks, and from
//! there to the camera, without Bevy.

use glam::{DMat3, DVec3};
use scene::sphere::{ViewPose, wrap_angle};

/// Movements smaller than this are the sensors' noise, radians; nothing is drawn for them.
const NOISE: f64 = 0.0006;
/// The horizon comes back to its place while the device turns by this angle, radians.
const LEVELLING: f64 = 0.5;

/// Where the back of the screen looks, radians. The yaw's zero is wherever the device's sensors have theirs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Orientation {
    /// Grows to the right.
    pub yaw: f64,
    /// Grows upward; true to the horizon.
    pub pitch: f64,
}

impl Orientation {
    /// From a `deviceorientation` event (W3C: intrinsic turns about z, x, y in a world of east, north, up) and the angle
    /// by which the screen's content is turned, all in degrees.
    #[must_use]
    pub fn from_event(alpha: f64, beta: f64, gamma: f64, screen_angle: f64) -> Self {
        let world_from_device = DMat3::from_rotation_z(alpha.to_radians())
            * DMat3::from_rotation_x(beta.to_radians())
            * DMat3::from_rotation_y(gamma.to_radians());
        let (sin, cos) = screen_angle.to_radians().sin_cos();
        let look = world_from_device * DVec3::NEG_Z;
        let top = world_from_device * DVec3::new(sin, cos, 0.0);
        let pitch = look.z.clamp(-1.0, 1.0).asin();
        // Looking straight up or down, the heading is where the top of the screen points; in between, both count. For a
        // screen held upright this sum is exactly the horizontal direction of the look.
        let heading = look * pitch.cos() - top * pitch.sin();
        Self { yaw: heading.x.atan2(heading.y), pitch }
    }
}

/// A camera that follows a device, beside everything else that turns it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Follow {
    last: Orientation,
}

impl Follow {
    /// The device points to `now`; the camera has `pose`. What to remember, and the camera's new pose unless nothing has
    /// changed that one could see.
    ///
    /// The camera turns by as much as the device did, so dragging, keys and steps between scenes go on from where they
    /// were. The sum of all turns is the device's own, so nothing drifts; and while the device turns, the pitch comes
    /// back to the true one, so that after a drag the floor is down again.
    #[must_use]
    pub fn advance(before: Option<Self>, now: Orientation, pose: ViewPose) -> (Self, Option<ViewPose>) {
        let Some(Self { last }) = before else { return (Self { last: now }, None) };
        let (yaw, pitch) = (wrap_angle(now.yaw - last.yaw), now.pitch - last.pitch);
        let turned = yaw.hypot(pitch);
        if turned < NOISE {
            return (Self { last }, None);
        }
        let carried = pose.pitch + pitch;
        let levelled = now.pitch + (carried - now.pitch) * (-turned / LEVELLING).exp();
        (Self { last: now }, Some(ViewPose { yaw: wrap_angle(pose.yaw + yaw), pitch: levelled, ..pose }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn degrees(orientation: Orientation) -> (f64, f64) {
        (orientation.yaw.to_degrees(), orientation.pitch.to_degrees())
    }

    fn near(found: (f64, f64), wanted: (f64, f64)) {
        let aside = wrap_angle((found.0 - wanted.0).to_radians()).to_degrees();
        assert!(aside.abs() < 1e-6 && (found.1 - wanted.1).abs() < 1e-6, "{found:?} instead of {wanted:?}");
    }

    #[test]
    fn a_phone_held_upright_looks_ahead() {
        near(degrees(Orientation::from_event(0.0, 90.0, 0.0, 0.0)), (0.0, 0.0));
        // Tilted back by 30° it looks up; turned clockwise seen from above, to the right.
        near(degrees(Orientation::from_event(0.0, 120.0, 0.0, 0.0)), (0.0, 30.0));
        near(degrees(Orientation::from_event(-40.0, 90.0, 0.0, 0.0)), (40.0, 0.0));
    }

    #[test]
    fn a_phone_that_lies_flat_looks_down_and_heads_where_its_top_points() {
        near(degrees(Orientation::from_event(-25.0, 0.0, 0.0, 0.0)), (25.0, -90.0));
    }

    #[test]
    fn a_phone_on_its_side_looks_as_one_held_upright() {
        // Turned counterclockwise, the screen's content turns by 90°: its right edge is up.
        for (gamma, screen) in [(-90.0, 90.0), (90.0, 270.0)] {
            let orientation = Orientation::from_event(0.0, 0.0, gamma, screen);
            assert!(orientation.pitch.abs() < 1e-9, "{:?}", degrees(orientation));
            let flat = Orientation::from_event(0.0, 0.0, gamma * 0.5, screen);
            near((degrees(flat).0, 0.0), (degrees(orientation).0, 0.0));
            assert!((flat.pitch.to_degrees() + 45.0).abs() < 1e-9);
        }
    }

    /// The angles of a device whose screen's back looks to yaw, pitch with its top up: R = Rz(−yaw)·Rx(90° + pitch).
    fn upright(yaw: f64, pitch: f64) -> Orientation {
        Orientation::from_event(-yaw, 90.0 + pitch, 0.0, 0.0)
    }

    const START: ViewPose = ViewPose { yaw: 2.0, pitch: 0.2, fov: 1.5 };

    #[test]
    fn the_first_event_and_noise_move_nothing() {
        let (follow, pose) = Follow::advance(None, upright(10.0, 5.0), START);
        assert_eq!(pose, None);
        assert_eq!(Follow::advance(Some(follow), upright(10.01, 5.01), START).1, None);
        // Noise that adds up to a movement is one.
        assert!(Follow::advance(Some(follow), upright(10.3, 5.0), START).1.is_some());
    }

    #[test]
    fn a_drag_in_between_stays_and_the_horizon_returns() {
        let (mut follow, _) = Follow::advance(None, upright(0.0, 0.0), START);
        let mut pose = ViewPose { yaw: 0.0, pitch: 0.0, ..START };
        for step in 0..400 {
            if step == 100 {
                pose = ViewPose { yaw: pose.yaw + 0.5, pitch: pose.pitch + 0.4, ..pose };
            }
            let (next, turned) = Follow::advance(Some(follow), upright(f64::from(step), 3.0), pose);
            (follow, pose) = (next, turned.unwrap_or(pose));
        }
        assert!(wrap_angle(pose.yaw - (399f64.to_radians() + 0.5)).abs() < 1e-9, "{}", pose.yaw);
        assert!((pose.pitch - 3f64.to_radians()).abs() < 1e-4, "{}", pose.pitch);
    }

    proptest! {
        #[test]
        fn an_upright_device_says_where_it_looks(yaw in -180.0f64..180.0, pitch in -89.0f64..89.0) {
            near(degrees(upright(yaw, pitch)), (yaw, pitch));
        }

        #[test]
        fn going_round_and_coming_back_leaves_no_drift(turns in prop::collection::vec((-60.0f64..60.0, -70.0f64..70.0), 1..60)) {
            let (mut follow, _) = Follow::advance(None, upright(0.0, 0.0), START);
            let mut pose = ViewPose { pitch: 0.0, ..START };
            let mut yaw = 0.0;
            for (by, pitch) in turns.into_iter().chain([(1.0, 0.0)]) {
                yaw += by;
                let (next, turned) = Follow::advance(Some(follow), upright(yaw, pitch), pose);
                (follow, pose) = (next, turned.unwrap_or(pose));
            }
            let (_, home) = Follow::advance(Some(follow), upright(0.0, 0.0), pose);
            let home = home.unwrap_or(pose);
            prop_assert!(wrap_angle(home.yaw - START.yaw).abs() < 1e-3);
            prop_assert!(home.pitch.abs() < 1e-6);
        }
    }
}
