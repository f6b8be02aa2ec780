//! The viewer in a page: `viewer/web/store.js` makes a [`Viewer`], forwards what happens, and hears what to show.
//!
//! Frames come from `requestAnimationFrame`, and only when something happened or moves. The page is told after
//! a frame, never during one, so that it may call back.

mod host;
mod runner;

use bevy_input::ButtonInput;
use bevy_input::keyboard::KeyCode;
use glam::DVec2;
use scene::sphere::{ViewFrame, ViewPose, Viewport};
use wasm_bindgen::prelude::*;
use web_sys::HtmlCanvasElement;

use crate::camera::Camera;
use crate::camera::orientation::Orientation;
use crate::gestures::pointers::Phase;
use crate::gestures::{PointerInput, WheelInput};
use crate::render::surface_ratio;
use crate::store::{SceneIndex, Store};
use crate::tiles::{Arrivals, Tiles, first_tiles};
use crate::walk::GoTo;
use host::Host;
use runner::Runner;

/// A published store that was read and is not shown yet.
#[wasm_bindgen]
pub struct ReadStore {
    store: Store,
}

#[wasm_bindgen]
impl ReadStore {
    /// Reads the answer of `GET /api/v1/stores/{slug}`.
    #[wasm_bindgen(constructor)]
    pub fn new(json: &str) -> Result<Self, JsError> {
        Ok(Self { store: Store::from_json(json, "")? })
    }

    /// Addresses of the tiles that a visit needs first which begins in `scene` on a screen of that size in CSS pixels, in
    /// the order in which the viewer will ask for them. Angles that are not numbers mean the scene's opening view.
    #[expect(clippy::too_many_arguments, reason = "JavaScript passes numbers more cheaply than objects")]
    pub fn first_tiles(
        &self,
        scene: &str,
        yaw_deg: f64,
        pitch_deg: f64,
        fov_deg: f64,
        width: f64,
        height: f64,
        pixel_ratio: f64,
    ) -> Vec<String> {
        let screen = Viewport { width: width.max(1.0), height: height.max(1.0) };
        let ratio = surface_ratio(screen.width, screen.height, pixel_ratio);
        let view = pose(yaw_deg, pitch_deg, fov_deg);
        let scene = self.first(scene);
        scene.map(|scene| first_tiles(&self.store, scene, view, screen, ratio)).unwrap_or_default()
    }

    fn first(&self, scene: &str) -> Option<SceneIndex> {
        self.store.find(scene).or_else(|| self.store.start())
    }
}

/// A store on a canvas.
#[wasm_bindgen]
pub struct Viewer {
    runner: Runner,
}

fn pose(yaw_deg: f64, pitch_deg: f64, fov_deg: f64) -> Option<ViewPose> {
    let view = scene::document::View { yaw: yaw_deg, pitch: pitch_deg, fov: fov_deg };
    [yaw_deg, pitch_deg, fov_deg].iter().all(|angle| angle.is_finite()).then(|| view.into())
}

#[wasm_bindgen]
impl Viewer {
    /// Shows a store on a canvas. `scene` is where to begin (the store's own start where there is no such scene); angles
    /// that are not numbers mean that scene's opening view.
    #[wasm_bindgen(constructor)]
    pub fn new(
        canvas: HtmlCanvasElement,
        read: ReadStore,
        host: Host,
        scene: &str,
        yaw_deg: f64,
        pitch_deg: f64,
        fov_deg: f64,
    ) -> Self {
        let first = read.first(scene);
        let runner = Runner::new(canvas, host, read.store);
        if let Some(scene) = first {
            runner.tell(GoTo { scene, view: pose(yaw_deg, pitch_deg, fov_deg) });
        }
        Self { runner }
    }

    /// Makes the renderer, at the beginning and after the context was lost, and draws the backdrop. Rejects where there is no WebGL 2.
    pub async fn attach(&self) -> Result<(), JsError> {
        let runner = self.runner.clone();
        Ok(runner.attach().await?)
    }

    /// Renderers made from now on draw elsewhere and copy every picture into the canvas: for browsers in which it takes none
    /// directly.
    pub fn draw_copies(&self) {
        self.runner.draw_copies();
    }

    /// The context is lost: lets go of everything that was on the GPU. The App keeps scene and view.
    pub fn detach(&self) {
        self.runner.detach();
    }

    /// The picture has a new size, CSS pixels.
    pub fn resize(&self, width: f64, height: f64, pixel_ratio: f64) {
        let ratio = surface_ratio(width, height, pixel_ratio);
        self.runner.with(|world| {
            world.resource_mut::<Camera>().resize(Viewport { width: width.max(1.0), height: height.max(1.0) }, ratio);
        });
    }

    /// The shopper asked for less motion, or no longer.
    pub fn reduce_motion(&self, reduced: bool) {
        self.runner.with(|world| world.resource_mut::<Camera>().set_reduced_motion(reduced));
    }

    /// A pointer went down (0), moved (1), up (2), or was taken away (3).
    pub fn pointer(&self, id: i32, phase: u8, x: f64, y: f64, at_ms: f64) {
        let phase = match phase {
            0 => Phase::Down,
            1 => Phase::Move,
            2 => Phase::Up,
            _ => Phase::Cancel,
        };
        self.runner.tell(PointerInput { id: i64::from(id), phase, at: DVec2::new(x, y), at_s: at_ms / 1000.0 });
    }

    /// The wheel turned, in notches; positive is closer.
    pub fn wheel(&self, x: f64, y: f64, notches: f64) {
        self.runner.tell(WheelInput { at: DVec2::new(x, y), notches });
    }

    /// A key went down or up. Whether the viewer knows it.
    pub fn key(&self, name: &str, down: bool) -> bool {
        let code = match name {
            "ArrowLeft" => KeyCode::ArrowLeft,
            "ArrowRight" => KeyCode::ArrowRight,
            "ArrowUp" => KeyCode::ArrowUp,
            "ArrowDown" => KeyCode::ArrowDown,
            "+" | "=" => KeyCode::Equal,
            "-" | "_" | "−" => KeyCode::Minus,
            _ => return false,
        };
        self.runner.with(|world| {
            let mut keys = world.resource_mut::<ButtonInput<KeyCode>>();
            if down { keys.press(code) } else { keys.release(code) }
        });
        true
    }

    /// The page is no longer looked at: no key is held.
    pub fn release_keys(&self) {
        self.runner.with(|world| world.resource_mut::<ButtonInput<KeyCode>>().reset_all());
    }

    /// Magnifies what is in the middle.
    pub fn zoom_by(&self, factor: f64) {
        self.runner.with(|world| {
            let mut camera = world.resource_mut::<Camera>();
            let viewport = camera.viewport();
            camera.zoom_by(DVec2::new(viewport.width, viewport.height) / 2.0, factor);
        });
    }

    /// Turns slowly, degrees per second, until someone takes hold. Not for those who asked for less motion.
    pub fn auto_rotate(&self, degrees_per_s: f64) {
        self.runner.with(|world| world.resource_mut::<Camera>().auto_rotate(degrees_per_s.to_radians()));
    }

    /// The device was turned: the angles of a `deviceorientation` event and of the screen, degrees. Angles that are not
    /// numbers: it no longer tells.
    pub fn orient(&self, alpha: f64, beta: f64, gamma: f64, screen_angle: f64) {
        let told = [alpha, beta, gamma, screen_angle].iter().all(|angle| angle.is_finite());
        let orientation = told.then(|| Orientation::from_event(alpha, beta, gamma, screen_angle));
        self.runner.with(|world| world.resource_mut::<Camera>().follow(orientation));
    }

    /// Moves to a view, degrees; an angle that is not a number stays, or goes on to where it is on the way to.
    pub fn glide(&self, yaw_deg: f64, pitch_deg: f64, fov_deg: f64) {
        self.runner.with(|world| {
            let mut camera = world.resource_mut::<Camera>();
            let goal = camera.goal();
            let angle = |degrees: f64, kept: f64| if degrees.is_finite() { degrees.to_radians() } else { kept };
            let (yaw, pitch, fov) = (angle(yaw_deg, goal.yaw), angle(pitch_deg, goal.pitch), angle(fov_deg, goal.fov));
            camera.glide_to(ViewPose { yaw, pitch, fov });
        });
    }

    /// The direction (yaw, pitch in degrees) of a pixel, and the narrowest field of view that shows more.
    pub fn direction(&self, x: f64, y: f64) -> Vec<f64> {
        self.runner.with(|world| {
            let camera = world.resource::<Camera>();
            let (yaw, pitch) = scene::sphere::yaw_pitch(camera.frame().direction(DVec2::new(x, y)));
            [yaw, pitch, camera.closest_fov()].map(f64::to_degrees).to_vec()
        })
    }

    /// Nobody looks (or someone does again): nothing is drawn, nothing is fetched.
    pub fn rest(&self, resting: bool) {
        self.runner.rest(resting);
    }

    /// The shopper saves data: only what is looked at is fetched.
    pub fn save_data(&self, frugal: bool) {
        self.runner.with(|world| world.resource_mut::<Tiles>().save_data(frugal));
    }

    /// Turns to a direction, degrees, unless it is already well inside the picture.
    pub fn look_at(&self, yaw_deg: f64, pitch_deg: f64) {
        self.runner.with(|world| {
            let mut camera = world.resource_mut::<Camera>();
            let viewport = camera.viewport();
            let frame = ViewFrame::new(&camera.goal(), viewport);
            let seen = frame.on_screen(yaw_deg.to_radians(), pitch_deg.to_radians());
            let inside = seen.is_some_and(|pixel| {
                let (x, y) = (pixel.x / viewport.width, pixel.y / viewport.height);
                (0.12..0.88).contains(&x) && (0.15..0.85).contains(&y)
            });
            if !inside {
                let fov = camera.goal().fov;
                camera.glide_to(ViewPose { yaw: yaw_deg.to_radians(), pitch: pitch_deg.to_radians(), fov });
            }
        });
    }

    /// Walks to a scene; angles that are not numbers keep the heading. Whether there is such a scene.
    pub fn go(&self, scene: &str, yaw_deg: f64, pitch_deg: f64, fov_deg: f64) -> bool {
        let index = self.runner.with(|world| world.resource::<Store>().find(scene));
        if let Some(scene) = index {
            self.runner.tell(GoTo { scene, view: pose(yaw_deg, pitch_deg, fov_deg) });
        }
        index.is_some()
    }

    /// A picture that was asked for is here, or failed for good.
    pub fn picture(&self, id: u32, image: Option<web_sys::ImageBitmap>) {
        self.runner.with(|world| world.non_send_mut::<Arrivals>().0.push((id, image)));
    }

    /// The network is back: what failed is tried again.
    pub fn retry(&self) {
        self.runner.with(|world| world.resource_mut::<Tiles>().retry());
    }
}
