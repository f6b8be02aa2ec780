//! One step from a scene to the next, without Bevy: how far each of the two panoramas has moved past the eye, and how
//! much of the old one is still to be seen.
//!
//! A panorama is drawn on a cube around the eye. Moving the eye inside the cube makes what lies ahead grow and the floor
//! pass by underneath, as walking does: the old scene is walked into, the new one is walked the last bit of the way.

use glam::DVec3;
use scene::sphere::{ViewPose, wrap_angle};

use crate::camera::motion::ease;
use crate::store::SceneIndex;

/// Length of a step, seconds.
const STEP_S: f64 = 0.7;
/// Length of a plain cross-fade, seconds: where no link leads, or the shopper asked for less motion.
const FADE_S: f64 = 0.22;
/// How many times as fast a step ends when the next one is asked for.
const HURRY: f64 = 3.0;
/// How far the eye moves into the scene that is left, in half edges of the cube (about the height of the camera).
const INTO_OLD: f64 = 0.34;
/// How far before its own place the eye comes into the new scene, in half edges of the cube.
const BEFORE_NEW: f64 = 0.22;

/// A change of scene while both are on the screen: the old one on top, fading away.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// The scene that is left.
    pub from: SceneIndex,
    /// Its pose, and the camera's in the new scene, at the same moment: they turn together from there.
    left: ViewPose,
    entered: ViewPose,
    /// Where the eye ends in the old scene, and where it begins in the new one.
    old_eye_at_end: DVec3,
    new_eye_at_start: DVec3,
    progress: f64,
    duration_s: f64,
    hurried: bool,
}

impl Step {
    /// A step towards `towards` (a horizontal unit vector in the old and in the new scene), or a plain cross-fade.
    #[must_use]
    pub fn new(from: SceneIndex, left: ViewPose, entered: ViewPose, towards: Option<[DVec3; 2]>) -> Self {
        let [in_old, in_new] = towards.unwrap_or_default();
        Self {
            from,
            left,
            entered,
            old_eye_at_end: in_old * INTO_OLD,
            new_eye_at_start: -in_new * BEFORE_NEW,
            progress: 0.0,
            duration_s: if towards.is_some() { STEP_S } else { FADE_S },
            hurried: false,
        }
    }

    /// The same two pictures with the roles exchanged: the shopper turns back. `to` is the scene that was entered.
    #[must_use]
    pub fn reversed(self, to: SceneIndex) -> Self {
        Self {
            from: to,
            left: self.entered,
            entered: self.left,
            old_eye_at_end: self.new_eye_at_start,
            new_eye_at_start: self.old_eye_at_end,
            progress: 1.0 - self.progress,
            ..self
        }
    }

    /// The next step is waiting: this one ends quickly.
    pub fn hurry(&mut self) {
        self.hurried = true;
    }

    /// Advances by `step_s` seconds; whether the step has ended.
    pub fn advance(&mut self, step_s: f64) -> bool {
        self.progress += step_s / self.duration_s * if self.hurried { HURRY } else { 1.0 };
        self.progress >= 1.0
    }

    /// How much of the old scene is still to be seen.
    #[must_use]
    pub fn opacity(&self) -> f64 {
        1.0 - ease(self.progress)
    }

    /// Where the eye is in the old scene.
    #[must_use]
    pub fn old_eye(&self) -> DVec3 {
        self.old_eye_at_end * ease(self.progress)
    }

    /// Where the eye is in the new scene.
    #[must_use]
    pub fn new_eye(&self) -> DVec3 {
        self.new_eye_at_start * (1.0 - ease(self.progress))
    }

    /// The pose in the old scene while the camera has `now` in the new one.
    #[must_use]
    pub fn old_pose(&self, now: ViewPose) -> ViewPose {
        ViewPose {
            yaw: wrap_angle(self.left.yaw + wrap_angle(now.yaw - self.entered.yaw)),
            pitch: self.left.pitch + now.pitch - self.entered.pitch,
            fov: (self.left.fov + now.fov - self.entered.fov).clamp(0.1, 2.5),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: SceneIndex = SceneIndex(0);
    const B: SceneIndex = SceneIndex(1);

    fn pose(yaw: f64) -> ViewPose {
        ViewPose { yaw, pitch: 0.1, fov: 1.5 }
    }

    fn walking() -> Step {
        let mut step = Step::new(A, pose(3.0), pose(-3.0), Some([DVec3::X, DVec3::NEG_Z]));
        step.advance(STEP_S * 0.3);
        step
    }

    #[test]
    fn the_eye_moves_on_without_a_halt_and_ends_in_its_place() {
        let mut step = Step::new(A, pose(0.0), pose(0.0), Some([DVec3::X; 2]));
        let (mut old, mut new) = (step.old_eye().x, step.new_eye().x);
        assert!(old.abs() < 1e-12 && new < 0.0);
        while !step.advance(STEP_S / 50.0) {
            assert!(step.old_eye().x > old && step.new_eye().x > new, "always forward");
            (old, new) = (step.old_eye().x, step.new_eye().x);
            // Inside the cube, and in front of its near plane.
            assert!(old < 0.9 && new > -0.9);
        }
        assert!(step.new_eye().length() < 1e-12 && step.opacity() < 1e-12);
    }

    #[test]
    fn turning_back_changes_nothing_on_the_screen() {
        let step = walking();
        let back = step.reversed(B);
        // What lay below with all of it to be seen lies on top now with what the other left of it.
        assert!((step.opacity() + back.opacity() - 1.0).abs() < 1e-12);
        assert!(step.old_eye().abs_diff_eq(back.new_eye(), 1e-12) && step.new_eye().abs_diff_eq(back.old_eye(), 1e-12));
        let camera = pose(-2.8);
        let again = step.old_pose(camera);
        assert!((wrap_angle(back.old_pose(again).yaw - camera.yaw)).abs() < 1e-12);
    }

    #[test]
    fn both_scenes_turn_together() {
        let step = walking();
        let turned = step.old_pose(pose(-2.5));
        assert!(wrap_angle(turned.yaw - 3.5).abs() < 1e-12, "{}", turned.yaw);
    }

    #[test]
    fn a_step_that_is_hurried_ends_sooner() {
        let frames = |hurried: bool| {
            let mut step = walking();
            if hurried {
                step.hurry();
            }
            (1..1000).find(|_| step.advance(0.01)).unwrap()
        };
        assert!(frames(true) * 2 < frames(false));
    }
}
