//! The window as a screen and as a source of input.

use bevy_app::{App, AppExit, Plugin, Update};
use bevy_ecs::prelude::*;
use bevy_input::ButtonState;
use bevy_input::mouse::{MouseButton, MouseButtonInput, MouseScrollUnit, MouseWheel};
use bevy_input::touch::{TouchInput, TouchPhase};
use bevy_time::{Real, Time};
use bevy_window::{CursorMoved, PrimaryWindow, RawHandleWrapper, RequestRedraw, Window, WindowOccluded};
use glam::DVec2;
use scene::sphere::Viewport;

use crate::Step;
use crate::activity::Activity;
use crate::camera::Camera;
use crate::gestures::pointers::Phase;
use crate::gestures::{PointerInput, WheelInput};
use crate::render::{MAX_SURFACE, RenderError, Renderer, Target, target};
use crate::store::Store;
use crate::walk::{SceneChanged, Walk};

/// The mouse among the pointers; fingers have numbers from 0.
const MOUSE: i64 = -1;

/// Screen and input.
pub struct WindowViewPlugin;

impl Plugin for WindowViewPlugin {
    fn build(&self, app: &mut App) {
        app.add_systems(Update, ((fit, attach), (mouse, wheel, touch)).chain().before(Step::Gestures));
        app.add_systems(Update, (name_window, wake).in_set(Step::Report));
    }
}

fn fit(window: Single<'_, '_, &Window, With<PrimaryWindow>>, mut camera: ResMut<'_, Camera>) {
    let viewport = Viewport { width: f64::from(window.width()).max(1.0), height: f64::from(window.height()).max(1.0) };
    let ratio = f64::from(window.scale_factor()).min(MAX_SURFACE / viewport.width.max(viewport.height));
    let device = Viewport { width: viewport.width * ratio, height: viewport.height * ratio };
    if camera.viewport() != viewport || camera.device_viewport() != device {
        camera.resize(viewport, ratio);
    }
}

/// Makes the renderer as soon as there is a window to draw on.
fn attach(world: &mut World) {
    if world.contains_non_send::<Renderer>() {
        return;
    }
    let handle = world.query_filtered::<&RawHandleWrapper, With<PrimaryWindow>>().iter(world).next().cloned();
    let Some(handle) = handle else { return };
    match pollster::block_on(renderer(&handle)) {
        Ok(renderer) => world.insert_non_send(renderer),
        Err(error) => {
            eprintln!("{error}");
            world.write_message(AppExit::error());
        }
    }
    world.resource_mut::<Activity>().animate();
}

async fn renderer(handle: &RawHandleWrapper) -> Result<Renderer, RenderError> {
    let mut descriptor = wgpu::InstanceDescriptor::new_without_display_handle_from_env();
    descriptor.backends &= wgpu::Backends::VULKAN | wgpu::Backends::GL | wgpu::Backends::METAL | wgpu::Backends::DX12;
    let instance = wgpu::Instance::new(descriptor);
    let surface = target::window_surface(&instance, handle)?;
    let adapter = instance
        .request_adapter(&wgpu::RequestAdapterOptions { compatible_surface: Some(&surface), ..Default::default() })
        .await?;
    let limits = wgpu::Limits::downlevel_defaults().using_resolution(adapter.limits());
    let (device, queue) = adapter
        .request_device(&wgpu::DeviceDescriptor { label: None, required_limits: limits, ..Default::default() })
        .await?;
    let surface = target::Surface::new(surface, &adapter)?;
    Ok(Renderer::new(device, queue, Target::Surface(Box::new(surface))))
}

fn mouse(
    mut buttons: MessageReader<'_, '_, MouseButtonInput>,
    mut moves: MessageReader<'_, '_, CursorMoved>,
    mut pointers: MessageWriter<'_, PointerInput>,
    window: Single<'_, '_, &Window, With<PrimaryWindow>>,
    time: Res<'_, Time<Real>>,
) {
    let at_s = time.elapsed_secs_f64();
    for moved in moves.read() {
        pointers.write(PointerInput { id: MOUSE, phase: Phase::Move, at: moved.position.as_dvec2(), at_s });
    }
    for button in buttons.read().filter(|input| input.button == MouseButton::Left) {
        let phase = if button.state == ButtonState::Pressed { Phase::Down } else { Phase::Up };
        let at = window.cursor_position().unwrap_or_default().as_dvec2();
        pointers.write(PointerInput { id: MOUSE, phase, at, at_s });
    }
}

fn wheel(
    mut inputs: MessageReader<'_, '_, MouseWheel>,
    mut wheels: MessageWriter<'_, WheelInput>,
    window: Single<'_, '_, &Window, With<PrimaryWindow>>,
) {
    let middle = DVec2::new(f64::from(window.width()), f64::from(window.height())) / 2.0;
    let at = window.cursor_position().map_or(middle, glam::Vec2::as_dvec2);
    for input in inputs.read() {
        let notches = match input.unit {
            MouseScrollUnit::Line => f64::from(input.y),
            MouseScrollUnit::Pixel => f64::from(input.y) / 100.0,
        };
        wheels.write(WheelInput { at, notches });
    }
}

fn touch(
    mut inputs: MessageReader<'_, '_, TouchInput>,
    mut pointers: MessageWriter<'_, PointerInput>,
    time: Res<'_, Time<Real>>,
) {
    for input in inputs.read() {
        let phase = match input.phase {
            TouchPhase::Started => Phase::Down,
            TouchPhase::Moved => Phase::Move,
            TouchPhase::Ended => Phase::Up,
            TouchPhase::Canceled => Phase::Cancel,
        };
        let at = input.position.as_dvec2();
        pointers.write(PointerInput { id: input.id as i64, phase, at, at_s: time.elapsed_secs_f64() });
    }
}

fn name_window(
    mut changes: MessageReader<'_, '_, SceneChanged>,
    mut window: Single<'_, '_, &mut Window, With<PrimaryWindow>>,
    store: Res<'_, Store>,
) {
    let Some(change) = changes.read().last() else { return };
    let document = &store.published().document;
    let language = document.languages.first().map_or("", String::as_str);
    let text = |text: &scene::document::LocalizedText| text.get(language, language).map(|(text, _)| text.to_owned());
    let names = [text(&store.scene(change.scene).name), text(&document.name)];
    window.title = names.into_iter().flatten().collect::<Vec<_>>().join(" · ");
}

/// Asks for the next frame while something moves.
fn wake(
    activity: Res<'_, Activity>,
    mut occlusions: MessageReader<'_, '_, WindowOccluded>,
    mut redraws: MessageWriter<'_, RequestRedraw>,
    walk: Res<'_, Walk>,
) {
    let uncovered = occlusions.read().any(|occlusion| !occlusion.occluded);
    if activity.wants_frame() || (uncovered && walk.current().is_some()) {
        redraws.write(RequestRedraw);
    }
}
