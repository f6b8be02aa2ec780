//! The picture on the GPU: one pass, one texture array, all visible tiles as instances of one quad.

pub mod picture;
mod shader;
pub mod target;

#[cfg(all(not(target_arch = "wasm32"), feature = "native"))]
pub mod markers;

use bevy_app::{App, Plugin, Update};
use bevy_ecs::prelude::*;

use crate::Step;
use crate::activity::Activity;
use crate::camera::Camera;
pub use picture::{Instance, Picture, ViewMatrix};
pub use target::Target;

/// Layers of the tile texture. Not a multiple of 6: wgpu on GL would take the array for one of cube maps.
pub const LAYERS: u32 = 64;
/// Edge of a layer, texels.
pub const TILE_TEXELS: u32 = 512;
/// Longest side of a surface, pixels: the only texture size that is safe in the field.
pub const MAX_SURFACE: f64 = 4096.0;
/// Most device pixels per CSS pixel that are drawn; more is not seen and costs battery.
pub const MAX_PIXEL_RATIO: f64 = 2.0;

/// Device pixels per CSS pixel of a surface for a picture of that size, so that it stays within the limits.
#[must_use]
pub fn surface_ratio(width: f64, height: f64, pixel_ratio: f64) -> f64 {
    pixel_ratio.min(MAX_PIXEL_RATIO).min(MAX_SURFACE / width.max(height).max(1.0))
}

/// Most quads of a frame. Two panoramas take some fifty each; a single fine tile over a coarse one makes that into three
/// quads for every level between them.
const MAX_INSTANCES: usize = 512;
/// Colour where nothing is known yet.
const BACKDROP: wgpu::Color = wgpu::Color { r: 0.055, g: 0.06, b: 0.065, a: 1.0 };

/// A decoded picture on its way into a layer.
#[cfg(target_arch = "wasm32")]
pub type TileImage = web_sys::ImageBitmap;

/// A decoded picture on its way into a layer.
#[cfg(not(target_arch = "wasm32"))]
#[derive(Clone, Debug)]
pub struct TileImage {
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Rows of RGBA, 8 bits each.
    pub rgba: Vec<u8>,
}

/// Why there is no picture.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// The platform gives no surface to draw on.
    #[error("no surface to draw on: {0}")]
    Surface(#[from] wgpu::CreateSurfaceError),
    /// No GPU and no software in place of one.
    #[error("no graphics adapter: {0}")]
    Adapter(#[from] wgpu::RequestAdapterError),
    /// The adapter does not open.
    #[error("no graphics device: {0}")]
    Device(#[from] wgpu::RequestDeviceError),
    /// The window cannot be drawn on by this adapter.
    #[error("the graphics adapter cannot draw on this surface")]
    Unsupported,
}

/// The renderer. All of it is rebuilt when the context was lost; the App goes on.
pub struct Renderer {
    device: wgpu::Device,
    queue: wgpu::Queue,
    target: Target,
    opaque: wgpu::RenderPipeline,
    blended: wgpu::RenderPipeline,
    tiles: wgpu::Texture,
    bindings: wgpu::BindGroup,
    views: wgpu::Buffer,
    instances: wgpu::Buffer,
    /// Copied at the next submission, and only then of no more use.
    #[cfg(target_arch = "wasm32")]
    uploading: Vec<TileImage>,
    #[cfg(all(not(target_arch = "wasm32"), feature = "native"))]
    markers: markers::Markers,
}

impl Renderer {
    /// A renderer for a target.
    #[must_use]
    pub fn new(device: wgpu::Device, queue: wgpu::Queue, target: Target) -> Self {
        let layout = bind_group_layout(&device);
        // First, so that the GPU compiles while the rest is made.
        let [opaque, blended] = pipelines(&device, &layout, target.format());
        let tiles = target::texture(
            &device,
            &wgpu::TextureDescriptor {
                label: Some("tiles"),
                size: wgpu::Extent3d { width: TILE_TEXELS, height: TILE_TEXELS, depth_or_array_layers: LAYERS },
                mip_level_count: 1,
                sample_count: 1,
                dimension: wgpu::TextureDimension::D2,
                // Photographs pass through as they are: nothing is lit, and fading looks the same as in CSS.
                format: wgpu::TextureFormat::Rgba8Unorm,
                // The browser's copy of an ImageBitmap wants a texture that could be rendered to.
                usage: wgpu::TextureUsages::TEXTURE_BINDING
                    | wgpu::TextureUsages::COPY_DST
                    | wgpu::TextureUsages::RENDER_ATTACHMENT,
                view_formats: &[],
            },
        );
        let views = device.create_buffer(&wgpu::BufferDescriptor {
            label: Some("views"),
            size: 2 * size_of::<glam::Mat4>() as u64,
            usage: wgpu::BufferUsages::UNIFORM | wgpu::BufferUsages::COPY_DST,
            mapped_at_creation: false,
        });
        let instances = device.create_buffer(&wgpu::BufferDescriptor {
            label: Some("instances"),
            size: (MAX_INSTANCES * size_of::<Instance>()) as u64,
            usage: wgpu::BufferUsages::VERTEX | wgpu::BufferUsages::COPY_DST,
            mapped_at_creation: false,
        });
        let bindings = device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some("panorama"),
            layout: &layout,
            entries: &[
                wgpu::BindGroupEntry { binding: 0, resource: views.as_entire_binding() },
                wgpu::BindGroupEntry {
                    binding: 1,
                    resource: wgpu::BindingResource::TextureView(&tiles.create_view(&wgpu::TextureViewDescriptor {
                        dimension: Some(wgpu::TextureViewDimension::D2Array),
                        ..Default::default()
                    })),
                },
                wgpu::BindGroupEntry {
                    binding: 2,
                    resource: wgpu::BindingResource::Sampler(&device.create_sampler(&wgpu::SamplerDescriptor {
                        label: Some("linear"),
                        mag_filter: wgpu::FilterMode::Linear,
                        min_filter: wgpu::FilterMode::Linear,
                        ..Default::default()
                    })),
                },
            ],
        });
        #[cfg(all(not(target_arch = "wasm32"), feature = "native"))]
        let markers = markers::Markers::new(&device, target.format());
        Self {
            device,
            queue,
            target,
            opaque,
            blended,
            tiles,
            bindings,
            views,
            instances,
            #[cfg(target_arch = "wasm32")]
            uploading: Vec::new(),
            #[cfg(all(not(target_arch = "wasm32"), feature = "native"))]
            markers,
        }
    }

    /// Fills a layer, from its upper left corner.
    #[cfg(target_arch = "wasm32")]
    pub fn upload(&mut self, layer: u32, image: &TileImage) {
        let size = wgpu::Extent3d {
            width: image.width().min(TILE_TEXELS),
            height: image.height().min(TILE_TEXELS),
            depth_or_array_layers: 1,
        };
        self.queue.copy_external_image_to_texture(
            &wgpu::CopyExternalImageSourceInfo {
                source: wgpu::ExternalImageSource::ImageBitmap(image.clone()),
                origin: wgpu::Origin2d::ZERO,
                flip_y: false,
            },
            wgpu::CopyExternalImageDestInfo {
                texture: &self.tiles,
                mip_level: 0,
                origin: wgpu::Origin3d { x: 0, y: 0, z: layer },
                aspect: wgpu::TextureAspect::All,
                color_space: wgpu::PredefinedColorSpace::Srgb,
                premultiplied_alpha: false,
            },
            size,
        );
        self.uploading.push(image.clone());
    }

    /// Fills a layer, from its upper left corner.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn upload(&mut self, layer: u32, image: &TileImage) {
        if image.width > TILE_TEXELS || image.height > TILE_TEXELS {
            return;
        }
        self.queue.write_texture(
            wgpu::TexelCopyTextureInfo {
                texture: &self.tiles,
                mip_level: 0,
                origin: wgpu::Origin3d { x: 0, y: 0, z: layer },
                aspect: wgpu::TextureAspect::All,
            },
            &image.rgba,
            wgpu::TexelCopyBufferLayout { offset: 0, bytes_per_row: Some(4 * image.width), rows_per_image: None },
            wgpu::Extent3d { width: image.width, height: image.height, depth_or_array_layers: 1 },
        );
    }

    /// Carries out the uploads so far without drawing.
    pub fn flush(&mut self) {
        self.queue.submit([]);
        #[cfg(target_arch = "wasm32")]
        self.close_uploaded();
    }

    #[cfg(target_arch = "wasm32")]
    fn close_uploaded(&mut self) {
        for image in self.uploading.drain(..) {
            image.close();
        }
    }

    /// Draws a picture and shows it. `false` when the surface was not ready and the frame has to be drawn again.
    pub fn draw(&mut self, picture: &Picture, width: u32, height: u32) -> bool {
        let Some(frame) = self.target.begin(&self.device, width, height) else { return false };
        self.encode(picture, &frame.view, self.target.y_sign());
        frame.show();
        true
    }

    /// Sets the markers that lie over the next pictures; sizes are in device pixels.
    #[cfg(all(not(target_arch = "wasm32"), feature = "native"))]
    pub fn set_markers(&mut self, quads: &[markers::MarkerQuad], screen: scene::sphere::Viewport, pixel_ratio: f64) {
        self.markers.set(&self.queue, quads, [screen.width as f32, screen.height as f32], pixel_ratio as f32);
    }

    /// Draws a picture into a texture and reads it back as RGBA rows, with its size; `None` when the device fails.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn capture(&mut self, picture: &Picture, width: u32, height: u32) -> Option<(Vec<u8>, u32, u32)> {
        let format = self.target.format();
        let texture = self.device.create_texture(&wgpu::TextureDescriptor {
            label: Some("capture"),
            size: wgpu::Extent3d { width, height, depth_or_array_layers: 1 },
            mip_level_count: 1,
            sample_count: 1,
            dimension: wgpu::TextureDimension::D2,
            format,
            usage: wgpu::TextureUsages::RENDER_ATTACHMENT | wgpu::TextureUsages::COPY_SRC,
            view_formats: &[],
        });
        self.encode(picture, &texture.create_view(&wgpu::TextureViewDescriptor::default()), 1.0);
        let padded = (4 * width).next_multiple_of(wgpu::COPY_BYTES_PER_ROW_ALIGNMENT);
        let buffer = self.device.create_buffer(&wgpu::BufferDescriptor {
            label: Some("capture"),
            size: u64::from(padded) * u64::from(height),
            usage: wgpu::BufferUsages::COPY_DST | wgpu::BufferUsages::MAP_READ,
            mapped_at_creation: false,
        });
        let mut encoder = self.device.create_command_encoder(&wgpu::CommandEncoderDescriptor { label: None });
        encoder.copy_texture_to_buffer(
            texture.as_image_copy(),
            wgpu::TexelCopyBufferInfo {
                buffer: &buffer,
                layout: wgpu::TexelCopyBufferLayout { offset: 0, bytes_per_row: Some(padded), rows_per_image: None },
            },
            wgpu::Extent3d { width, height, depth_or_array_layers: 1 },
        );
        self.queue.submit([encoder.finish()]);
        buffer.slice(..).map_async(wgpu::MapMode::Read, |_| {});
        self.device.poll(wgpu::PollType::wait_indefinitely()).ok()?;
        let mapped = buffer.slice(..).get_mapped_range();
        let mut rgba: Vec<u8> =
            mapped.chunks_exact(padded as usize).flat_map(|row| &row[..4 * width as usize]).copied().collect();
        if matches!(format, wgpu::TextureFormat::Bgra8Unorm | wgpu::TextureFormat::Bgra8UnormSrgb) {
            for pixel in rgba.chunks_exact_mut(4) {
                pixel.swap(0, 2);
            }
        }
        Some((rgba, width, height))
    }

    fn encode(&mut self, picture: &Picture, view: &wgpu::TextureView, y_sign: f64) {
        let matrices = picture.views().map(|view| view.for_shader(y_sign).to_cols_array());
        self.queue.write_buffer(&self.views, 0, bytemuck::cast_slice(&matrices));
        let quads = &picture.instances()[..picture.instances().len().min(MAX_INSTANCES)];
        if !quads.is_empty() {
            self.queue.write_buffer(&self.instances, 0, bytemuck::cast_slice(quads));
        }
        let mut encoder = self.device.create_command_encoder(&wgpu::CommandEncoderDescriptor { label: None });
        {
            let mut pass = encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
                label: Some("panorama"),
                color_attachments: &[Some(wgpu::RenderPassColorAttachment {
                    view,
                    depth_slice: None,
                    resolve_target: None,
                    ops: wgpu::Operations { load: wgpu::LoadOp::Clear(BACKDROP), store: wgpu::StoreOp::Store },
                })],
                ..Default::default()
            });
            let (opaque, all) = (picture.opaque().min(quads.len()) as u32, quads.len() as u32);
            pass.set_bind_group(0, &self.bindings, &[]);
            pass.set_vertex_buffer(0, self.instances.slice(..));
            if opaque > 0 {
                pass.set_pipeline(&self.opaque);
                pass.draw(0..4, 0..opaque);
            }
            if all > opaque {
                pass.set_pipeline(&self.blended);
                pass.draw(0..4, opaque..all);
            }
            #[cfg(all(not(target_arch = "wasm32"), feature = "native"))]
            self.markers.draw(&mut pass);
        }
        self.queue.submit([encoder.finish()]);
        #[cfg(target_arch = "wasm32")]
        self.close_uploaded();
    }
}

fn bind_group_layout(device: &wgpu::Device) -> wgpu::BindGroupLayout {
    let entry = |binding, visibility, ty| wgpu::BindGroupLayoutEntry { binding, visibility, ty, count: None };
    device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
        label: Some("panorama"),
        entries: &[
            entry(
                0,
                wgpu::ShaderStages::VERTEX,
                wgpu::BindingType::Buffer {
                    ty: wgpu::BufferBindingType::Uniform,
                    has_dynamic_offset: false,
                    min_binding_size: None,
                },
            ),
            entry(
                1,
                wgpu::ShaderStages::FRAGMENT,
                wgpu::BindingType::Texture {
                    sample_type: wgpu::TextureSampleType::Float { filterable: true },
                    view_dimension: wgpu::TextureViewDimension::D2Array,
                    multisampled: false,
                },
            ),
            entry(2, wgpu::ShaderStages::FRAGMENT, wgpu::BindingType::Sampler(wgpu::SamplerBindingType::Filtering)),
        ],
    })
}

/// For what covers all that lies under it, and for what fades. Of one module, so that GL compiles one program.
fn pipelines(
    device: &wgpu::Device,
    layout: &wgpu::BindGroupLayout,
    format: wgpu::TextureFormat,
) -> [wgpu::RenderPipeline; 2] {
    let shader = shader::panorama(device);
    let layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
        label: Some("panorama"),
        bind_group_layouts: &[Some(layout)],
        immediate_size: 0,
    });
    [None, Some(wgpu::BlendState::ALPHA_BLENDING)].map(|blend| {
        device.create_render_pipeline(&wgpu::RenderPipelineDescriptor {
            label: Some("panorama"),
            layout: Some(&layout),
            vertex: wgpu::VertexState {
                module: &shader,
                entry_point: Some("vertex"),
                compilation_options: wgpu::PipelineCompilationOptions::default(),
                buffers: &[wgpu::VertexBufferLayout {
                    array_stride: size_of::<Instance>() as u64,
                    step_mode: wgpu::VertexStepMode::Instance,
                    attributes: &wgpu::vertex_attr_array![0 => Float32x4, 1 => Float32x4, 2 => Float32x4, 3 => Float32x4],
                }],
            },
            primitive: wgpu::PrimitiveState { topology: wgpu::PrimitiveTopology::TriangleStrip, ..Default::default() },
            depth_stencil: None,
            multisample: wgpu::MultisampleState::default(),
            fragment: Some(wgpu::FragmentState {
                module: &shader,
                entry_point: Some("fragment"),
                compilation_options: wgpu::PipelineCompilationOptions::default(),
                targets: &[Some(wgpu::ColorTargetState { format, blend, write_mask: wgpu::ColorWrites::ALL })],
            }),
            multiview_mask: None,
            cache: None,
        })
    })
}

/// Drawing.
pub struct RenderPlugin;

impl Plugin for RenderPlugin {
    fn build(&self, app: &mut App) {
        app.add_systems(Update, draw.in_set(Step::Draw));
    }
}

fn draw(
    renderer: Option<NonSendMut<'_, Renderer>>,
    picture: Res<'_, Picture>,
    camera: Res<'_, Camera>,
    mut activity: ResMut<'_, Activity>,
) {
    let Some(mut renderer) = renderer else { return };
    if !activity.wants_drawing() {
        return;
    }
    let size = camera.device_viewport();
    if renderer.draw(&picture, size.width.round() as u32, size.height.round() as u32) {
        activity.drawn();
    } else {
        activity.look_again();
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn no_surface_is_larger_than_is_safe() {
        use super::surface_ratio;
        assert!((surface_ratio(390.0, 844.0, 3.0) - 2.0).abs() < 1e-12);
        assert!((surface_ratio(1280.0, 800.0, 1.25) - 1.25).abs() < 1e-12);
        for (width, height, ratio) in
            [(3840.0, 2160.0, 2.0), (7680.0, 1000.0, 1.0), (500.0, 9000.0, 3.0), (0.0, 0.0, 2.0)]
        {
            let ratio = surface_ratio(width, height, ratio);
            assert!((width * ratio).round() <= 4096.0 && (height * ratio).round() <= 4096.0);
        }
    }

    #[test]
    fn layers_are_no_cube_maps() {
        assert_ne!(super::LAYERS % 6, 0);
    }
}
