//! Pointers, wheel and keys, turned into movements of the camera.

pub mod pointers;

use bevy_app::{App, Plugin, Update};
use bevy_ecs::prelude::*;
use bevy_input::ButtonInput;
use bevy_input::keyboard::KeyCode;
use glam::DVec2;

use crate::Step;
use crate::camera::{Camera, HeldKeys};
use pointers::{Outcome, Phase, Pointers};

/// Magnification by one notch of a wheel.
const WHEEL_NOTCH: f64 = 1.18;

/// A finger, a pen, or the mouse while its main button is down.
#[derive(Message, Clone, Copy, Debug)]
pub struct PointerInput {
    /// Which one.
    pub id: i64,
    /// What it did.
    pub phase: Phase,
    /// Where, CSS pixels from the upper left corner of the picture.
    pub at: DVec2,
    /// When, seconds of a clock that goes on.
    pub at_s: f64,
}

/// A turn of the wheel, or a pinch on a touchpad.
#[derive(Message, Clone, Copy, Debug)]
pub struct WheelInput {
    /// Where the pointer is.
    pub at: DVec2,
    /// Notches, positive away from the hand: closer.
    pub notches: f64,
}

/// Someone tapped or clicked.
#[derive(Message, Clone, Copy, Debug)]
pub struct Tapped {
    /// Where, CSS pixels.
    pub at: DVec2,
}

/// Gestures.
pub struct GesturesPlugin;

#[derive(Resource, Default)]
struct Hands(Pointers);

impl Plugin for GesturesPlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<Hands>().init_resource::<ButtonInput<KeyCode>>();
        app.add_message::<PointerInput>().add_message::<WheelInput>().add_message::<Tapped>();
        app.add_systems(Update, (drag, wheel, keys).chain().in_set(Step::Gestures));
    }
}

fn drag(
    mut inputs: MessageReader<'_, '_, PointerInput>,
    mut hands: ResMut<'_, Hands>,
    mut camera: ResMut<'_, Camera>,
    mut taps: MessageWriter<'_, Tapped>,
) {
    for input in inputs.read() {
        let (pose, viewport, closest) = (camera.pose(), camera.viewport(), camera.closest_fov());
        match hands.0.handle(input.id, input.phase, input.at, input.at_s, &pose, viewport, closest) {
            Outcome::Nothing => {}
            Outcome::Hold => camera.halt(),
            Outcome::Pose(pose) => camera.show(pose),
            Outcome::Throw(velocity) => camera.release(velocity),
            Outcome::Tap(at) => {
                taps.write(Tapped { at });
            }
            Outcome::DoubleTap(at) => camera.double_tap(at),
        }
    }
}

fn wheel(mut inputs: MessageReader<'_, '_, WheelInput>, mut camera: ResMut<'_, Camera>) {
    for input in inputs.read() {
        camera.zoom_by(input.at, WHEEL_NOTCH.powf(input.notches.clamp(-6.0, 6.0)));
    }
}

fn keys(keys: Res<'_, ButtonInput<KeyCode>>, mut held: ResMut<'_, HeldKeys>) {
    let axis = |more: &[KeyCode], less: &[KeyCode]| {
        f64::from(i8::from(keys.any_pressed(more.iter().copied())) - i8::from(keys.any_pressed(less.iter().copied())))
    };
    held.turn = DVec2::new(
        axis(&[KeyCode::ArrowRight], &[KeyCode::ArrowLeft]),
        axis(&[KeyCode::ArrowUp], &[KeyCode::ArrowDown]),
    );
    held.zoom = axis(&[KeyCode::Equal, KeyCode::NumpadAdd], &[KeyCode::Minus, KeyCode::NumpadSubtract]);
}
