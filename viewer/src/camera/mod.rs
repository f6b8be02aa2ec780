//! The camera: where the shopper looks, and how that changes by itself.

pub mod motion;
pub mod orientation;

use bevy_app::{App, Plugin, Update};
use bevy_ecs::prelude::*;
use glam::DVec2;
use scene::sphere::{ViewFrame, ViewLimits, ViewPose, Viewport, wrap_angle};

use crate::Step;
use crate::activity::Activity;
use crate::store::{SceneIndex, Store};
use motion::{Glide, Inertia, approach, zoom_about};
use orientation::{Follow, Orientation};

/// Turning by held arrow keys for a view 90° wide; narrower views turn more slowly.
const KEY_TURN_PER_S: f64 = 60.0 / 180.0 * std::f64::consts::PI;
/// Growth of the logarithm of the magnification by a held + key.
const KEY_ZOOM_PER_S: f64 = 1.4;
/// Held keys reach their speed, and lose it, with this time constant.
const KEY_RESPONSE_S: f64 = 0.08;
/// The field of view follows the wheel with this time constant.
const ZOOM_RESPONSE_S: f64 = 0.07;
/// Magnification by a double tap.
const DOUBLE_TAP: f64 = 2.0;
/// Texels of the finest level are never shown larger than this, CSS pixels: beyond it there is nothing more to see.
const MAX_TEXEL_PX: f64 = 3.0;
/// Turning by itself reaches its speed, softly, with this time constant.
const AUTO_RESPONSE_S: f64 = 1.2;

/// Where the shopper looks, and everything that is moving that.
#[derive(Resource, Debug)]
pub struct Camera {
    pose: ViewPose,
    viewport: Viewport,
    /// Device pixels per CSS pixel of the surface that is drawn on.
    pixel_ratio: f64,
    limits: ViewLimits,
    inertia: Inertia,
    glide: Option<Glide>,
    zoom: Option<ZoomGoal>,
    key_turn: DVec2,
    key_zoom: f64,
    auto: AutoRotation,
    follow: Option<Follow>,
    /// Field of view of the scene's opening view, to which a second double tap returns.
    opening_fov: f64,
    /// Edge of a face of the finest level, texels.
    face_texels: f64,
    reduced_motion: bool,
    changed: bool,
}

/// Turning slowly by itself until someone takes hold.
#[derive(Clone, Copy, Debug, Default)]
struct AutoRotation {
    /// Radians per second.
    wanted: f64,
    speed: f64,
}

#[derive(Clone, Copy, Debug)]
struct ZoomGoal {
    fov: f64,
    pixel: DVec2,
}

/// What the held keys ask for, each −1 to 1.
#[derive(Resource, Clone, Copy, Debug, Default)]
pub struct HeldKeys {
    /// Right and up.
    pub turn: DVec2,
    /// Closer.
    pub zoom: f64,
}

impl Default for Camera {
    fn default() -> Self {
        Self {
            pose: ViewPose { yaw: 0.0, pitch: 0.0, fov: 100f64.to_radians() },
            viewport: Viewport { width: 960.0, height: 540.0 },
            pixel_ratio: 1.0,
            limits: ViewLimits::default(),
            inertia: Inertia::default(),
            glide: None,
            zoom: None,
            key_turn: DVec2::ZERO,
            key_zoom: 0.0,
            auto: AutoRotation::default(),
            follow: None,
            opening_fov: 100f64.to_radians(),
            face_texels: f64::INFINITY,
            reduced_motion: false,
            changed: true,
        }
    }
}

impl Camera {
    /// The pose.
    pub fn pose(&self) -> ViewPose {
        self.pose
    }

    /// The viewport in CSS pixels.
    pub fn viewport(&self) -> Viewport {
        self.viewport
    }

    /// The viewport in device pixels.
    pub fn device_viewport(&self) -> Viewport {
        Viewport { width: self.viewport.width * self.pixel_ratio, height: self.viewport.height * self.pixel_ratio }
    }

    /// Directions to CSS pixels and back.
    pub fn frame(&self) -> ViewFrame {
        ViewFrame::new(&self.pose, self.viewport)
    }

    /// How wide a part of the horizon the screen shows, radians.
    pub fn width(&self) -> f64 {
        2.0 * (self.viewport.width / 2.0 / self.viewport.focal_px(self.pose.fov)).atan()
    }

    /// How much larger things are than in the scene's opening view.
    pub fn magnification(&self) -> f64 {
        (self.opening_fov / 2.0).tan() / (self.pose.fov / 2.0).tan()
    }

    /// Whether the shopper asked for less motion.
    pub fn reduced_motion(&self) -> bool {
        self.reduced_motion
    }

    /// Sets whether the shopper asked for less motion.
    pub fn set_reduced_motion(&mut self, reduced: bool) {
        self.reduced_motion = reduced;
    }

    /// Sets the size of the screen.
    pub fn resize(&mut self, viewport: Viewport, pixel_ratio: f64) {
        self.viewport = viewport;
        self.pixel_ratio = pixel_ratio;
        self.show(self.pose);
    }

    /// Sets what limits the view: what the panorama of a scene covers, and how fine it is.
    pub fn limit(&mut self, store: &Store, scene: SceneIndex) {
        self.limits = store.limits(scene);
        self.opening_fov = store.opening_view(scene).fov;
        let levels = store.manifest(scene).map(|manifest| &manifest.levels);
        self.face_texels = levels.and_then(|levels| levels.face_size(levels.top())).map_or(f64::INFINITY, f64::from);
        self.show(self.pose);
    }

    /// Where a visit that wants to begin with `pose` does begin; the poster shows the same view.
    pub fn opening(&self, pose: ViewPose) -> ViewPose {
        self.limits.opening(&pose, self.viewport)
    }

    /// Enters a scene from outside: with `view`, or its opening view.
    pub fn enter(&mut self, store: &Store, scene: SceneIndex, view: Option<ViewPose>) {
        self.limit(store, scene);
        self.show(view.unwrap_or_else(|| self.opening(store.opening_view(scene))));
    }

    /// `pose` within the limits.
    pub fn limited(&self, pose: ViewPose) -> ViewPose {
        let fov = pose.fov.max(self.closest_fov());
        self.limits.apply(&ViewPose { fov, ..pose }, self.viewport)
    }

    /// The narrowest field of view that still shows more than a wider one.
    pub fn closest_fov(&self) -> f64 {
        // In the middle of a face there are `face_texels / 2` texels per unit of the tangent.
        let longer = self.viewport.focal_px(std::f64::consts::FRAC_PI_2);
        let fov = 2.0 * (longer / (MAX_TEXEL_PX * self.face_texels / 2.0)).atan();
        fov.clamp(scene::sphere::MIN_FOV_DEG.to_radians(), self.opening_fov)
    }

    /// Takes a pose at once; what was moving goes on.
    pub fn show(&mut self, pose: ViewPose) {
        self.pose = self.limited(pose);
        self.changed = true;
    }

    /// Stops everything that moves by itself.
    pub fn halt(&mut self) {
        self.auto = AutoRotation::default();
        self.inertia = Inertia::default();
        self.glide = None;
        self.zoom = None;
    }

    /// Lets the camera turn on with a velocity (yaw, pitch; radians per second).
    pub fn release(&mut self, velocity: DVec2) {
        if !self.reduced_motion {
            self.inertia.velocity = velocity;
            self.changed = true;
        }
    }

    /// The pose that the camera has, or will have when it has moved to where it is on the way to.
    pub fn goal(&self) -> ViewPose {
        self.glide.map_or(self.pose, |glide| glide.goal())
    }

    /// Turns slowly by itself, `speed` radians per second, until someone takes hold; never for those who asked for less
    /// motion.
    pub fn auto_rotate(&mut self, speed: f64) {
        let stands = speed == 0.0 || self.reduced_motion;
        self.auto = if stands { AutoRotation::default() } else { AutoRotation { wanted: speed, ..self.auto } };
        self.changed |= !stands;
    }

    /// The device points there now: the view turns as it does. `None` when it no longer tells.
    pub fn follow(&mut self, orientation: Option<Orientation>) {
        self.follow = orientation.map(|orientation| {
            let (follow, pose) = Follow::advance(self.follow, orientation, self.pose);
            if let Some(pose) = pose {
                self.auto = AutoRotation::default();
                self.show(pose);
            }
            follow
        });
    }

    /// A double tap: closer to what is at `pixel`, and back again by the next one.
    pub fn double_tap(&mut self, pixel: DVec2) {
        let now = self.zoom.map_or(self.pose.fov, |goal| goal.fov);
        // In logarithms of the magnification: nearer to the far end than to the near one.
        let is_far = now > motion::magnified(self.opening_fov, DOUBLE_TAP.sqrt());
        let goal = if is_far { motion::magnified(self.opening_fov, DOUBLE_TAP) } else { self.opening_fov };
        self.zoom_by(pixel, (now / 2.0).tan() / (goal / 2.0).tan());
    }

    /// Moves to a pose.
    pub fn glide_to(&mut self, pose: ViewPose) {
        let pose = self.limited(pose);
        self.halt();
        if self.reduced_motion {
            self.show(pose);
        } else {
            self.glide = Some(Glide::new(self.pose, pose));
            self.changed = true;
        }
    }

    /// Makes what is at `pixel` `factor` times as large, where it is.
    pub fn zoom_by(&mut self, pixel: DVec2, factor: f64) {
        let from = self.zoom.map_or(self.pose.fov, |goal| goal.fov);
        let wanted = motion::magnified(from, factor);
        let fov = wanted.clamp(self.closest_fov(), scene::sphere::MAX_FOV_DEG.to_radians());
        self.auto = AutoRotation::default();
        self.glide = None;
        if self.reduced_motion {
            self.show(zoom_about(&self.pose, self.viewport, pixel, fov));
        } else {
            self.zoom = Some(ZoomGoal { fov, pixel });
            self.changed = true;
        }
    }

    fn advance(&mut self, keys: &HeldKeys, step_s: f64) -> bool {
        self.advance_keys(keys, step_s);
        // Less than a fifth of a pixel per frame is not seen.
        let stop_at = 12.0 / self.viewport.focal_px(self.pose.fov);
        if self.inertia.is_moving() {
            let turned = self.inertia.advance(step_s, stop_at);
            self.turn(turned);
        }
        if let Some(mut glide) = self.glide {
            let (pose, arrived) = glide.advance(step_s);
            self.glide = (!arrived).then_some(glide);
            self.show(pose);
        }
        if let Some(goal) = self.zoom {
            let mut fov = approach(self.pose.fov, goal.fov, step_s, ZOOM_RESPONSE_S);
            if (fov - goal.fov).abs() < 1e-4 {
                fov = goal.fov;
                self.zoom = None;
            }
            self.show(zoom_about(&self.pose, self.viewport, goal.pixel, fov));
            // A partial panorama allows no wider view.
            if (self.pose.fov - fov).abs() > 1e-9 {
                self.zoom = None;
            }
        }
        let turns_itself = self.advance_auto(step_s);
        turns_itself
            || self.inertia.is_moving()
            || self.glide.is_some()
            || self.zoom.is_some()
            || self.key_turn != DVec2::ZERO
            || self.key_zoom != 0.0
    }

    fn advance_auto(&mut self, step_s: f64) -> bool {
        if self.reduced_motion || (self.auto.wanted == 0.0 && self.auto.speed == 0.0) {
            return false;
        }
        self.auto.speed = approach(self.auto.speed, self.auto.wanted, step_s, AUTO_RESPONSE_S);
        let before = self.pose.yaw;
        self.turn(DVec2::new(self.auto.speed * step_s, 0.0));
        if wrap_angle(self.pose.yaw - before).abs() < self.auto.speed.abs() * step_s / 2.0 {
            // At the edge of a partial panorama it turns back.
            self.auto = AutoRotation { wanted: -self.auto.wanted, speed: 0.0 };
        }
        true
    }

    fn advance_keys(&mut self, keys: &HeldKeys, step_s: f64) {
        let held = keys.turn != DVec2::ZERO || keys.zoom != 0.0;
        if held {
            self.halt();
        }
        let settle = |value: f64, goal: f64| {
            let value = if self.reduced_motion { goal } else { approach(value, goal, step_s, KEY_RESPONSE_S) };
            if goal == 0.0 && value.abs() < 0.01 { 0.0 } else { value }
        };
        self.key_turn = DVec2::new(settle(self.key_turn.x, keys.turn.x), settle(self.key_turn.y, keys.turn.y));
        self.key_zoom = settle(self.key_zoom, keys.zoom);
        if self.key_turn != DVec2::ZERO {
            let speed = KEY_TURN_PER_S * (self.pose.fov / std::f64::consts::FRAC_PI_2).min(1.0);
            self.turn(self.key_turn * speed * step_s);
        }
        if self.key_zoom != 0.0 {
            let fov = motion::magnified(self.pose.fov, (self.key_zoom * KEY_ZOOM_PER_S * step_s).exp());
            self.show(ViewPose { fov, ..self.pose });
        }
    }

    fn turn(&mut self, by: DVec2) {
        self.show(ViewPose { yaw: wrap_angle(self.pose.yaw + by.x), pitch: self.pose.pitch + by.y, ..self.pose });
    }
}

/// The camera's movements.
pub struct CameraPlugin;

impl Plugin for CameraPlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<Camera>().init_resource::<HeldKeys>();
        app.add_systems(Update, move_camera.in_set(Step::Camera));
    }
}

fn move_camera(mut camera: ResMut<'_, Camera>, keys: Res<'_, HeldKeys>, mut activity: ResMut<'_, Activity>) {
    if camera.advance(&keys, activity.step_s()) {
        activity.animate();
    }
    if std::mem::take(&mut camera.changed) {
        activity.draw();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(camera: &mut Camera, keys: HeldKeys, seconds: f64, step_s: f64) {
        for _ in 0..(seconds / step_s).round() as usize {
            camera.advance(&keys, step_s);
        }
    }

    #[test]
    fn a_held_arrow_turns_equally_far_at_any_frame_rate() {
        let keys = HeldKeys { turn: DVec2::X, zoom: 0.0 };
        let turned = [30.0, 60.0, 120.0].map(|rate| {
            let mut camera = Camera::default();
            run(&mut camera, keys, 1.0, 1.0 / rate);
            camera.pose().yaw.to_degrees()
        });
        assert!((turned[0] - turned[2]).abs() < 1.5, "{turned:?}");
        assert!(turned[1] > 50.0);
    }

    #[test]
    fn everything_comes_to_rest() {
        let mut camera = Camera::default();
        camera.release(DVec2::new(3.0, 1.0));
        camera.zoom_by(DVec2::new(100.0, 100.0), 1.5);
        run(&mut camera, HeldKeys::default(), 3.0, 1.0 / 60.0);
        assert!(!camera.advance(&HeldKeys::default(), 1.0 / 60.0));
    }

    #[test]
    fn a_double_tap_goes_closer_and_the_next_one_back() {
        let mut camera = Camera::default();
        let before = camera.pose().fov;
        camera.double_tap(DVec2::new(480.0, 270.0));
        run(&mut camera, HeldKeys::default(), 2.0, 1.0 / 60.0);
        assert!(((camera.pose().fov / 2.0).tan() * DOUBLE_TAP - (before / 2.0).tan()).abs() < 1e-6);
        camera.double_tap(DVec2::new(100.0, 100.0));
        run(&mut camera, HeldKeys::default(), 2.0, 1.0 / 60.0);
        assert!((camera.pose().fov - before).abs() < 1e-6);
    }

    #[test]
    fn nobody_comes_closer_than_the_panorama_is_fine() {
        let mut camera = Camera { face_texels: 652.0, ..Camera::default() };
        camera.zoom_by(DVec2::new(480.0, 270.0), 100.0);
        run(&mut camera, HeldKeys::default(), 3.0, 1.0 / 60.0);
        // 960 pixels wide, 3 pixels a texel, 326 texels per unit of the tangent.
        assert!(((camera.pose().fov / 2.0).tan() - 480.0 / (3.0 * 326.0)).abs() < 1e-6, "{}", camera.pose().fov);
    }

    #[test]
    fn it_turns_by_itself_until_someone_takes_hold() {
        let mut camera = Camera::default();
        camera.auto_rotate(0.05);
        run(&mut camera, HeldKeys::default(), 10.0, 1.0 / 60.0);
        assert!((0.3..0.5).contains(&camera.pose().yaw), "{}", camera.pose().yaw);
        camera.halt();
        assert!(!camera.advance(&HeldKeys::default(), 1.0 / 60.0));
        camera.set_reduced_motion(true);
        camera.auto_rotate(0.05);
        assert!(!camera.advance(&HeldKeys::default(), 1.0 / 60.0));
    }

    #[test]
    fn reduced_motion_has_no_inertia_and_no_glides() {
        let mut camera = Camera::default();
        camera.set_reduced_motion(true);
        camera.release(DVec2::new(3.0, 1.0));
        camera.glide_to(ViewPose { yaw: 1.0, ..camera.pose() });
        assert!((camera.pose().yaw - 1.0).abs() < 1e-12);
        assert!(!camera.advance(&HeldKeys::default(), 1.0 / 60.0));
    }
}
