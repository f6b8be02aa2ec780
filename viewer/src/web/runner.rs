//! Calls `App::update` from `requestAnimationFrame` while there is something to do, and tells the page.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use bevy_app::App;
use bevy_ecs::message::Message;
use bevy_ecs::world::World;
use bevy_time::TimeUpdateStrategy;
use wasm_bindgen::prelude::*;
use web_sys::HtmlCanvasElement;

use super::host::{Host, PageFetch};
use crate::ViewerPlugins;
use crate::activity::Activity;
use crate::camera::Camera;
use crate::hotspots::{Marker, Markers, OnScreen};
use crate::render::target::{Canvas, Surface};
use crate::render::{Picture, RenderError, Renderer, Target};
use crate::store::{SceneIndex, Store};
use crate::tiles::{Door, Quality, Tiles};
use crate::walk::Walk;

/// The App in a page.
#[derive(Clone)]
pub struct Runner(Rc<Inner>);

/// What the browser calls before it paints, with the time in milliseconds.
type OnFrame = Closure<dyn FnMut(f64)>;

struct Inner {
    app: RefCell<App>,
    canvas: HtmlCanvasElement,
    host: Host,
    frame: RefCell<Option<OnFrame>>,
    scheduled: Cell<bool>,
    resting: Cell<bool>,
    way: Cell<Way>,
    last_ms: Cell<f64>,
    told: Cell<Told>,
}

/// How a picture comes into the canvas.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// Drawn into the canvas' own framebuffer.
    Straight,
    /// Drawn into a texture that wgpu copies: slower, and all that some browsers may let us do.
    Copied,
}

/// What the page was told last.
#[derive(Clone, Copy, Default)]
struct Told {
    scene: Option<SceneIndex>,
    frames: u64,
    quality: Option<Quality>,
}

impl Runner {
    /// An App for a canvas. Nothing is drawn before [`Self::attach`].
    pub fn new(canvas: HtmlCanvasElement, host: Host, store: Store) -> Self {
        let mut app = App::new();
        app.insert_resource(TimeUpdateStrategy::ManualDuration(Duration::ZERO));
        app.insert_resource(store);
        app.insert_non_send(Door(Box::new(PageFetch(host.clone()))));
        app.add_plugins(ViewerPlugins);
        app.finish();
        app.cleanup();
        let runner = Self(Rc::new(Inner {
            app: RefCell::new(app),
            canvas,
            host,
            frame: RefCell::new(None),
            scheduled: Cell::new(false),
            resting: Cell::new(false),
            way: Cell::new(Way::Straight),
            last_ms: Cell::new(0.0),
            told: Cell::new(Told::default()),
        }));
        let weak = Rc::downgrade(&runner.0);
        let frame = Closure::new(move |now_ms| {
            if let Some(inner) = weak.upgrade() {
                Self(inner).frame(now_ms);
            }
        });
        *runner.0.frame.borrow_mut() = Some(frame);
        runner
    }

    /// Looks at or changes the world, then has a frame run.
    pub fn with<T>(&self, change: impl FnOnce(&mut World) -> T) -> T {
        let result = change(self.0.app.borrow_mut().world_mut());
        self.schedule();
        result
    }

    /// Sends a message, then has a frame run.
    pub fn tell(&self, message: impl Message) {
        self.with(|world| {
            world.write_message(message);
        });
    }

    /// Makes the renderer for the canvas, and draws the backdrop.
    pub async fn attach(self) -> Result<(), RenderError> {
        let mut renderer = renderer(self.0.canvas.clone(), self.0.way.get()).await?;
        self.with(|world| {
            let size = world.resource::<Camera>().device_viewport();
            renderer.draw(&Picture::default(), size.width.round() as u32, size.height.round() as u32);
            world.insert_non_send(renderer);
            redraw(world);
        });
        Ok(())
    }

    /// Every picture is copied into the canvas by renderers that are made from now on.
    pub fn draw_copies(&self) {
        self.0.way.set(Way::Copied);
    }

    /// Drops the renderer and what was on the GPU.
    pub fn detach(&self) {
        self.with(|world| {
            world.remove_non_send::<Renderer>();
            world.resource_mut::<Tiles>().forget();
        });
    }

    /// While nobody looks nothing is drawn and nothing is fetched.
    pub fn rest(&self, resting: bool) {
        self.0.resting.set(resting);
        self.with(|world| {
            if resting {
                let mut door = world.remove_non_send::<Door>();
                if let Some(door) = door.as_mut() {
                    world.resource_mut::<Tiles>().rest(&mut *door.0);
                }
                if let Some(door) = door {
                    world.insert_non_send(door);
                }
            } else {
                world.resource_mut::<Tiles>().retry();
                redraw(world);
            }
        });
    }

    fn schedule(&self) {
        if self.0.resting.get() || self.0.scheduled.replace(true) {
            return;
        }
        let frame = self.0.frame.borrow();
        if let (Some(frame), Some(window)) = (frame.as_ref(), web_sys::window())
            && window.request_animation_frame(frame.as_ref().unchecked_ref()).is_err()
        {
            self.0.scheduled.set(false);
        }
    }

    fn frame(&self, now_ms: f64) {
        self.0.scheduled.set(false);
        if self.0.resting.get() {
            return;
        }
        let passed_s = ((now_ms - self.0.last_ms.replace(now_ms)) / 1000.0).clamp(0.0, 1.0);
        let again = {
            let mut app = self.0.app.borrow_mut();
            app.insert_resource(TimeUpdateStrategy::ManualDuration(Duration::from_secs_f64(passed_s)));
            app.update();
            app.world().resource::<Activity>().wants_frame()
        };
        if again {
            self.schedule();
        }
        self.tell_page();
    }

    fn tell_page(&self) {
        let mut told = self.0.told.get();
        let mut app = self.0.app.borrow_mut();
        let world = app.world_mut();
        let host = &self.0.host;
        let scene = world.resource::<Walk>().current();
        let new_scene = (scene != told.scene).then_some(scene).flatten().map(|scene| {
            let store = world.resource::<Store>();
            store.scene(scene).id.clone()
        });
        told.scene = scene;
        let frames = world.resource::<Activity>().drawn_frames();
        let frame = (frames != told.frames).then(|| {
            let camera = world.resource::<Camera>();
            (camera.pose(), camera.width(), world.resource::<Markers>().scale, positions(world))
        });
        told.frames = frames;
        let quality = world.resource::<Tiles>().quality();
        // What is there but was not drawn yet is not on the screen.
        let quality = if frames == 0 { Quality::Nothing } else { quality };
        let new_quality = (Some(quality) != told.quality).then_some(quality);
        told.quality = Some(quality);
        self.0.told.set(told);
        drop(app);
        if let Some(id) = new_scene {
            host.scene(&id);
        }
        if let Some((pose, width, scale, positions)) = frame {
            host.frame(
                pose.yaw.to_degrees(),
                pose.pitch.to_degrees(),
                pose.fov.to_degrees(),
                width.to_degrees(),
                frames as f64,
                scale,
                js_sys::Float32Array::from(positions.as_slice()),
            );
        }
        if let Some(quality) = new_quality {
            host.state(match quality {
                Quality::Nothing => "loading",
                Quality::Coarse => "interactive",
                Quality::Sharp => "sharp",
            });
        }
    }
}

fn positions(world: &mut World) -> Vec<f32> {
    let groups = world.resource::<Markers>().groups.clone();
    let mut positions: Vec<f32> = groups.iter().flat_map(|&head| [f32::NAN, f32::NAN, head as f32]).collect();
    let mut markers = world.query::<(&Marker, &OnScreen)>();
    for (marker, on_screen) in markers.iter(world) {
        if let (Some(pixel), Some(place)) = (on_screen.0, positions.get_mut(3 * marker.index..3 * marker.index + 2)) {
            place.copy_from_slice(&[pixel.x as f32, pixel.y as f32]);
        }
    }
    positions
}

fn redraw(world: &mut World) {
    world.resource_mut::<Activity>().draw();
}

/// The page, which wgpu wants to hear of before it looks at a canvas.
#[derive(Debug)]
struct Page;

impl wgpu::rwh::HasDisplayHandle for Page {
    fn display_handle(&self) -> Result<wgpu::rwh::DisplayHandle<'_>, wgpu::rwh::HandleError> {
        Ok(wgpu::rwh::DisplayHandle::web())
    }
}

async fn renderer(canvas: HtmlCanvasElement, way: Way) -> Result<Renderer, RenderError> {
    let mut descriptor = wgpu::InstanceDescriptor::new_with_display_handle(Box::new(Page));
    descriptor.backends = wgpu::Backends::GL;
    let instance = wgpu::Instance::new(descriptor);
    let surface = instance.create_surface(wgpu::SurfaceTarget::Canvas(canvas.clone()))?;
    let adapter = instance
        .request_adapter(&wgpu::RequestAdapterOptions { compatible_surface: Some(&surface), ..Default::default() })
        .await?;
    let limits = wgpu::Limits {
        max_texture_dimension_2d: adapter.limits().max_texture_dimension_2d.min(4096),
        ..wgpu::Limits::downlevel_webgl2_defaults()
    };
    let (device, queue) = adapter
        .request_device(&wgpu::DeviceDescriptor { label: None, required_limits: limits, ..Default::default() })
        .await?;
    // A fault in drawing leaves a picture that is not quite right; the page around it still works.
    device.on_uncaptured_error(std::sync::Arc::new(|error: wgpu::Error| {
        web_sys::console::error_1(&error.to_string().into());
    }));
    let target = match way {
        Way::Straight => Target::Canvas(Canvas::new(canvas, surface)),
        Way::Copied => Target::Surface(Box::new(Surface::new(surface, &adapter)?)),
    };
    Ok(Renderer::new(device, queue, target))
}
