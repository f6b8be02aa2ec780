//! What one or two pointers mean, without Bevy.

use glam::{DVec2, DVec3};
use scene::sphere::{ViewFrame, ViewPose, Viewport, wrap_angle};

use crate::camera::motion::{magnified, pose_with_direction_at};

/// A press that moves less than this is a tap, CSS pixels.
pub const TAP_SLOP_PX: f64 = 8.0;
/// The speed at which a pointer left is measured over this time, seconds.
const VELOCITY_WINDOW_S: f64 = 0.1;
/// A pointer that rested this long before it left throws nothing, seconds.
const REST_S: f64 = 0.06;
/// The second of two taps comes within this time of the first, seconds.
const DOUBLE_TAP_S: f64 = 0.32;
/// And within this distance, CSS pixels.
const DOUBLE_TAP_PX: f64 = 36.0;
/// Fastest throw, radians per second.
const MAX_VELOCITY: f64 = 6.0;

/// What a pointer does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// It touches the screen, or its button goes down.
    Down,
    /// It moves while down.
    Move,
    /// It leaves.
    Up,
    /// The system took it away.
    Cancel,
}

/// The pointers that are down, and what they hold.
#[derive(Debug, Default)]
pub struct Pointers {
    down: Vec<(i64, DVec2)>,
    grip: Option<Grip>,
    trail: Vec<(f64, DVec2)>,
    moved_px: f64,
    tapped: Option<(f64, DVec2)>,
}

#[derive(Clone, Copy, Debug)]
struct Grip {
    towards: DVec3,
    /// Distance between two pointers and the field of view at the time they took hold.
    pinch: Option<(f64, f64)>,
}

/// What the camera shall do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Outcome {
    /// Nothing.
    Nothing,
    /// Stop what moves by itself: the shopper took hold.
    Hold,
    /// Take this pose.
    Pose(ViewPose),
    /// Go on with this velocity (yaw, pitch; radians per second).
    Throw(DVec2),
    /// Someone tapped here.
    Tap(DVec2),
    /// Someone tapped here for the second time in a row.
    DoubleTap(DVec2),
}

impl Pointers {
    /// Whether a pointer is down.
    #[must_use]
    pub fn any_down(&self) -> bool {
        !self.down.is_empty()
    }

    /// Takes in what a pointer did at `at_s` (any clock that goes on). Two pointers make the field of view no narrower
    /// than `closest_fov`.
    #[expect(clippy::too_many_arguments, reason = "one event, and what it meets")]
    pub fn handle(
        &mut self,
        id: i64,
        phase: Phase,
        at: DVec2,
        at_s: f64,
        pose: &ViewPose,
        viewport: Viewport,
        closest_fov: f64,
    ) -> Outcome {
        match phase {
            Phase::Down => {
                if self.down.is_empty() {
                    self.moved_px = 0.0;
                }
                self.down.retain(|(other, _)| *other != id);
                self.down.push((id, at));
                self.take_hold(pose, viewport);
                Outcome::Hold
            }
            Phase::Move => {
                let Some(pointer) = self.down.iter_mut().find(|(other, _)| *other == id) else {
                    return Outcome::Nothing;
                };
                self.moved_px += (at - pointer.1).length();
                pointer.1 = at;
                self.dragged(at_s, pose, viewport, closest_fov)
            }
            Phase::Up | Phase::Cancel => {
                let before = self.down.len();
                self.down.retain(|(other, _)| *other != id);
                if self.down.len() == before {
                    return Outcome::Nothing;
                }
                if !self.down.is_empty() {
                    self.take_hold(pose, viewport);
                    return Outcome::Hold;
                }
                self.grip = None;
                let trail = std::mem::take(&mut self.trail);
                if phase == Phase::Cancel {
                    Outcome::Nothing
                } else if self.moved_px < TAP_SLOP_PX && before == 1 {
                    self.tap(at, at_s)
                } else {
                    Outcome::Throw(velocity(&trail, at_s))
                }
            }
        }
    }

    fn tap(&mut self, at: DVec2, at_s: f64) -> Outcome {
        let is_second = self
            .tapped
            .take()
            .is_some_and(|(before_s, before)| at_s - before_s < DOUBLE_TAP_S && (at - before).length() < DOUBLE_TAP_PX);
        if is_second {
            return Outcome::DoubleTap(at);
        }
        self.tapped = Some((at_s, at));
        Outcome::Tap(at)
    }

    fn middle(&self) -> DVec2 {
        let held = &self.down[..self.down.len().min(2)];
        held.iter().map(|(_, at)| *at).sum::<DVec2>() / held.len().max(1) as f64
    }

    fn spread(&self) -> Option<f64> {
        match self.down.as_slice() {
            [(_, a), (_, b), ..] => Some((*a - *b).length().max(1.0)),
            _ => None,
        }
    }

    fn take_hold(&mut self, pose: &ViewPose, viewport: Viewport) {
        self.trail.clear();
        self.grip = Some(Grip {
            towards: ViewFrame::new(pose, viewport).direction(self.middle()),
            pinch: self.spread().map(|spread| (spread, pose.fov)),
        });
    }

    fn dragged(&mut self, at_s: f64, pose: &ViewPose, viewport: Viewport, closest_fov: f64) -> Outcome {
        let Some(grip) = self.grip else { return Outcome::Nothing };
        let fov = match (grip.pinch, self.spread()) {
            (Some((spread, fov)), Some(now)) => {
                magnified(fov, now / spread).clamp(closest_fov, scene::sphere::MAX_FOV_DEG.to_radians())
            }
            _ => pose.fov,
        };
        let moved = pose_with_direction_at(&ViewPose { fov, ..*pose }, viewport, self.middle(), grip.towards);
        self.trail.retain(|(earlier, _)| at_s - earlier <= VELOCITY_WINDOW_S);
        self.trail.push((at_s, DVec2::new(moved.yaw, moved.pitch)));
        Outcome::Pose(moved)
    }
}

fn velocity(trail: &[(f64, DVec2)], released_s: f64) -> DVec2 {
    let (Some(&(first_s, first)), Some(&(last_s, last))) = (trail.first(), trail.last()) else { return DVec2::ZERO };
    if released_s - last_s > REST_S || last_s - first_s < 1e-3 {
        return DVec2::ZERO;
    }
    let turned = DVec2::new(wrap_angle(last.x - first.x), last.y - first.y);
    (turned / (last_s - first_s)).clamp_length_max(MAX_VELOCITY)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCREEN: Viewport = Viewport { width: 960.0, height: 540.0 };
    const AHEAD: ViewPose = ViewPose { yaw: 0.0, pitch: 0.0, fov: 1.5 };

    fn handle(pointers: &mut Pointers, id: i64, phase: Phase, x: f64, at_s: f64) -> Outcome {
        pointers.handle(id, phase, DVec2::new(x, 270.0), at_s, &AHEAD, SCREEN, 0.3)
    }

    #[test]
    fn dragging_to_the_left_looks_to_the_right_and_a_quick_end_throws() {
        let mut pointers = Pointers::default();
        assert_eq!(handle(&mut pointers, 1, Phase::Down, 500.0, 0.0), Outcome::Hold);
        handle(&mut pointers, 1, Phase::Move, 480.0, 0.016);
        let Outcome::Pose(pose) = handle(&mut pointers, 1, Phase::Move, 460.0, 0.032) else { panic!() };
        assert!(pose.yaw > 0.0);
        let Outcome::Throw(velocity) = handle(&mut pointers, 1, Phase::Up, 460.0, 0.04) else { panic!() };
        assert!(velocity.x > 0.5);
    }

    #[test]
    fn a_finger_that_rests_before_leaving_throws_nothing() {
        let mut pointers = Pointers::default();
        handle(&mut pointers, 1, Phase::Down, 500.0, 0.0);
        handle(&mut pointers, 1, Phase::Move, 480.0, 0.016);
        handle(&mut pointers, 1, Phase::Move, 460.0, 0.032);
        assert_eq!(handle(&mut pointers, 1, Phase::Up, 460.0, 0.5), Outcome::Throw(DVec2::ZERO));
    }

    #[test]
    fn a_short_press_is_a_tap() {
        let mut pointers = Pointers::default();
        handle(&mut pointers, 1, Phase::Down, 500.0, 0.0);
        handle(&mut pointers, 1, Phase::Move, 502.0, 0.016);
        assert_eq!(handle(&mut pointers, 1, Phase::Up, 502.0, 0.05), Outcome::Tap(DVec2::new(502.0, 270.0)));
    }

    #[test]
    fn two_short_presses_in_a_row_are_a_double_tap_and_three_are_not_two() {
        let mut pointers = Pointers::default();
        let mut tap = |x, at_s| {
            handle(&mut pointers, 1, Phase::Down, x, at_s);
            handle(&mut pointers, 1, Phase::Up, x, at_s + 0.05)
        };
        let at = |x| DVec2::new(x, 270.0);
        assert_eq!(tap(500.0, 0.0), Outcome::Tap(at(500.0)));
        assert_eq!(tap(510.0, 0.2), Outcome::DoubleTap(at(510.0)));
        assert_eq!(tap(510.0, 0.4), Outcome::Tap(at(510.0)));
        assert_eq!(tap(600.0, 0.5), Outcome::Tap(at(600.0)), "elsewhere");
        assert_eq!(tap(600.0, 1.5), Outcome::Tap(at(600.0)), "too late");
    }

    #[test]
    fn two_fingers_apart_magnify_and_one_may_leave() {
        let mut pointers = Pointers::default();
        handle(&mut pointers, 1, Phase::Down, 400.0, 0.0);
        handle(&mut pointers, 2, Phase::Down, 500.0, 0.0);
        let Outcome::Pose(pose) = handle(&mut pointers, 2, Phase::Move, 600.0, 0.016) else { panic!() };
        assert!(((pose.fov / 2.0).tan() - (AHEAD.fov / 2.0).tan() / 2.0).abs() < 1e-9);
        assert_eq!(handle(&mut pointers, 1, Phase::Up, 400.0, 0.03), Outcome::Hold);
        assert!(pointers.any_down());
        assert_eq!(handle(&mut pointers, 3, Phase::Move, 1.0, 0.04), Outcome::Nothing);
    }
}
