//! Walks a store: in the browser as WASM, on the desktop in a native window.
//!
//! A Bevy App of small plugins. In every frame they run in the order of [`Step`]: gestures turn the camera, the camera
//! moves, the walk decides which scene is shown, the tiles are chosen, requested and put into layers of one texture
//! array, hotspots are projected, the picture is drawn, and the page (or the window) is told. A frame only happens when
//! something asked for it ([`activity`]).
//!
//! What the platform does is behind three doors: [`tiles::Fetch`] gets and decodes pictures, [`render::Target`] is what
//! is drawn on, and a runner calls `App::update` (`web` with `requestAnimationFrame`, `native` with winit).

#![expect(clippy::needless_pass_by_value, reason = "Bevy's systems take their parameters by value")]

pub mod activity;
pub mod camera;
pub mod gestures;
pub mod hotspots;
pub mod render;
pub mod store;
pub mod tiles;
pub mod walk;

#[cfg(all(not(target_arch = "wasm32"), feature = "native"))]
pub mod native;
#[cfg(target_arch = "wasm32")]
mod web;

use bevy_app::{App, Plugin, TaskPoolPlugin, Update};
use bevy_ecs::schedule::{IntoScheduleConfigs, SystemSet};

/// The order of work in a frame.
#[derive(SystemSet, Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// Pointers, wheel and keys become movements of the camera.
    Gestures,
    /// The camera moves by inertia, held keys and glides, and is kept inside what the panorama covers.
    Camera,
    /// Scenes are changed.
    Walk,
    /// Tiles are chosen, requested, received.
    Tiles,
    /// Hotspots are projected to the screen.
    Hotspots,
    /// The picture is drawn.
    Draw,
    /// Page or window is told.
    Report,
}

/// Everything that is the same in the browser and in the window.
pub struct ViewerPlugins;

impl Plugin for ViewerPlugins {
    fn build(&self, app: &mut App) {
        app.configure_sets(
            Update,
            (Step::Gestures, Step::Camera, Step::Walk, Step::Tiles, Step::Hotspots, Step::Draw, Step::Report).chain(),
        );
        app.add_plugins((
            TaskPoolPlugin::default(),
            activity::ActivityPlugin,
            gestures::GesturesPlugin,
            camera::CameraPlugin,
            walk::WalkPlugin,
            tiles::TilesPlugin,
            hotspots::HotspotsPlugin,
            render::RenderPlugin,
        ));
    }
}
