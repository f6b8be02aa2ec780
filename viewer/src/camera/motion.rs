//! How a camera moves, without Bevy: grabbing a point, zooming about one, inertia, glides.

use glam::{DVec2, DVec3};
use scene::sphere::{ViewFrame, ViewPose, Viewport, wrap_angle, yaw_pitch};

/// The pose (same field of view) in which `towards` is seen at `pixel`: the point under a finger stays under it.
///
/// The horizon stays level, so near the poles some pixels cannot show some directions; the nearest pitch is taken.
#[must_use]
pub fn pose_with_direction_at(pose: &ViewPose, viewport: Viewport, pixel: DVec2, towards: DVec3) -> ViewPose {
    let focal = viewport.focal_px(pose.fov);
    let ray = DVec3::new(pixel.x - viewport.width / 2.0, viewport.height / 2.0 - pixel.y, -focal).normalize();
    let (yaw, pitch) = yaw_pitch(towards);
    // Turning the ray up by p raises it to y·cos p + (−z)·sin p = A·sin(p + φ), which has to be the height of `towards`.
    let (amplitude, phase) = (ray.y.hypot(ray.z), ray.y.atan2(-ray.z));
    let camera_pitch = (pitch.sin() / amplitude).clamp(-1.0, 1.0).asin() - phase;
    let camera_pitch = camera_pitch.clamp(-std::f64::consts::FRAC_PI_2, std::f64::consts::FRAC_PI_2);
    let level = ViewPose { yaw: 0.0, pitch: camera_pitch, fov: pose.fov };
    let (ray_yaw, _) = yaw_pitch(level.world_from_view() * ray);
    ViewPose { yaw: wrap_angle(yaw - ray_yaw), ..level }
}

/// Changes the field of view and keeps what is at `pixel` where it is.
#[must_use]
pub fn zoom_about(pose: &ViewPose, viewport: Viewport, pixel: DVec2, fov: f64) -> ViewPose {
    let towards = ViewFrame::new(pose, viewport).direction(pixel);
    pose_with_direction_at(&ViewPose { fov, ..*pose }, viewport, pixel, towards)
}

/// The field of view that makes everything `factor` times as large.
#[must_use]
pub fn magnified(fov: f64, factor: f64) -> f64 {
    2.0 * ((fov / 2.0).tan() / factor).atan()
}

/// Turning that goes on by itself and dies away, the same at any frame rate.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Inertia {
    /// Yaw and pitch, radians per second.
    pub velocity: DVec2,
}

impl Inertia {
    /// Time in which the speed falls to 1/e, seconds.
    pub const DECAY_S: f64 = 0.3;

    /// Advances by `step_s` and returns the turn (yaw, pitch). Below `stop_at` radians per second it stops.
    pub fn advance(&mut self, step_s: f64, stop_at: f64) -> DVec2 {
        let left = (-step_s / Self::DECAY_S).exp();
        let turned = self.velocity * Self::DECAY_S * (1.0 - left);
        self.velocity *= left;
        if self.velocity.length() < stop_at {
            self.velocity = DVec2::ZERO;
        }
        turned
    }

    /// Whether anything is left.
    #[must_use]
    pub fn is_moving(&self) -> bool {
        self.velocity != DVec2::ZERO
    }
}

/// A value that follows its goal, the same at any frame rate.
#[must_use]
pub fn approach(value: f64, goal: f64, step_s: f64, time_constant_s: f64) -> f64 {
    goal + (value - goal) * (-step_s / time_constant_s).exp()
}

/// A movement to another pose in a given time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Glide {
    from: ViewPose,
    to: ViewPose,
    duration_s: f64,
    passed_s: f64,
}

impl Glide {
    /// From one pose to another the short way round; the farther, the longer, but never long.
    #[must_use]
    pub fn new(from: ViewPose, to: ViewPose) -> Self {
        let yaw = from.yaw + wrap_angle(to.yaw - from.yaw);
        let angle = DVec2::new(yaw - from.yaw, to.pitch - from.pitch).length();
        Self { from, to: ViewPose { yaw, ..to }, duration_s: (0.25 + angle * 0.25).min(0.8), passed_s: 0.0 }
    }

    /// Where it ends.
    #[must_use]
    pub fn goal(&self) -> ViewPose {
        ViewPose { yaw: wrap_angle(self.to.yaw), ..self.to }
    }

    /// Advances by `step_s`; the pose, and whether it has arrived.
    pub fn advance(&mut self, step_s: f64) -> (ViewPose, bool) {
        self.passed_s += step_s;
        if self.passed_s >= self.duration_s {
            return (self.goal(), true);
        }
        let eased = ease(self.passed_s / self.duration_s);
        let mix = |from: f64, to: f64| from + (to - from) * eased;
        let pose = ViewPose {
            yaw: wrap_angle(mix(self.from.yaw, self.to.yaw)),
            pitch: mix(self.from.pitch, self.to.pitch),
            fov: mix(self.from.fov, self.to.fov),
        };
        (pose, false)
    }
}

/// Starts and ends slowly (smoothstep); 0 to 1.
#[must_use]
pub fn ease(progress: f64) -> f64 {
    let t = progress.clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PHONE: Viewport = Viewport { width: 390.0, height: 844.0 };

    fn pose(yaw: f64, pitch: f64, fov: f64) -> ViewPose {
        ViewPose { yaw: yaw.to_radians(), pitch: pitch.to_radians(), fov: fov.to_radians() }
    }

    #[test]
    fn inertia_goes_equally_far_at_any_frame_rate() {
        let run = |step_s: f64| {
            let mut inertia = Inertia { velocity: DVec2::new(2.0, -0.5) };
            let mut turned = DVec2::ZERO;
            while inertia.is_moving() {
                turned += inertia.advance(step_s, 1e-4);
            }
            turned
        };
        assert!((run(1.0 / 30.0) - run(1.0 / 144.0)).length() < 1e-3);
    }

    #[test]
    fn a_glide_takes_the_short_way_and_arrives() {
        let mut glide = Glide::new(pose(170.0, 0.0, 90.0), pose(-170.0, 10.0, 60.0));
        let (halfway, arrived) = glide.advance(glide.duration_s / 2.0);
        assert!(!arrived && (halfway.yaw.to_degrees().abs() - 180.0).abs() < 1e-9);
        let (end, arrived) = glide.advance(1.0);
        assert!(arrived && (end.yaw.to_degrees() + 170.0).abs() < 1e-9 && (end.fov - 60f64.to_radians()).abs() < 1e-12);
    }

    #[test]
    fn twice_as_large_is_half_the_tangent() {
        let fov = magnified(90f64.to_radians(), 2.0);
        assert!(((fov / 2.0).tan() - 0.5).abs() < 1e-12);
    }

    proptest! {
        #[test]
        fn a_grabbed_point_stays_under_the_finger(
            yaw in -180.0f64..180.0, pitch in -50.0f64..50.0, fov in 30.0f64..100.0,
            x in 0.0f64..390.0, y in 0.0f64..844.0, dx in -60.0f64..60.0, dy in -60.0f64..60.0,
        ) {
            let pose = pose(yaw, pitch, fov);
            let grabbed = ViewFrame::new(&pose, PHONE).direction(DVec2::new(x, y));
            // Near the poles a level horizon cannot follow every finger.
            prop_assume!(yaw_pitch(grabbed).1.abs() < 1.0);
            let finger = DVec2::new((x + dx).clamp(0.0, 390.0), (y + dy).clamp(0.0, 844.0));
            let moved = pose_with_direction_at(&pose, PHONE, finger, grabbed);
            prop_assume!(moved.pitch.abs() < 1.5);
            let seen = ViewFrame::new(&moved, PHONE).pixel(grabbed).unwrap();
            prop_assert!((seen - finger).length() < 1e-6, "{seen} instead of {finger}");
        }

        #[test]
        fn zooming_keeps_the_point_under_the_pointer(
            yaw in -180.0f64..180.0, pitch in -40.0f64..40.0, x in 0.0f64..390.0, y in 0.0f64..844.0,
            before in 40.0f64..100.0, after in 40.0f64..100.0,
        ) {
            let pose = pose(yaw, pitch, before);
            let pointer = DVec2::new(x, y);
            let towards = ViewFrame::new(&pose, PHONE).direction(pointer);
            prop_assume!(yaw_pitch(towards).1.abs() < 1.0);
            let zoomed = zoom_about(&pose, PHONE, pointer, after.to_radians());
            prop_assume!(zoomed.pitch.abs() < 1.5);
            prop_assert!((ViewFrame::new(&zoomed, PHONE).pixel(towards).unwrap() - pointer).length() < 1e-6);
        }
    }
}
