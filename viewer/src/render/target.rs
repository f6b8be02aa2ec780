//! What is drawn on: a canvas' own framebuffer, a surface, or a texture that is read back.
//!
//! The one module with `unsafe` code: wgpu's safe door to a canvas draws into a texture and copies that, upside down,
//! for every frame (a third of the frames on weak devices, measured; ARCHITECTURE.md), and its safe door to a texture
//! empties what is empty already.

use super::RenderError;

/// What is drawn on.
pub enum Target {
    /// A canvas' own framebuffer.
    #[cfg(target_arch = "wasm32")]
    Canvas(Canvas),
    /// A window, or a canvas whose own framebuffer takes no picture.
    Surface(Box<Surface>),
    /// A texture.
    #[cfg(not(target_arch = "wasm32"))]
    Texture(wgpu::Texture),
}

/// A frame that is being drawn.
pub struct Frame {
    /// Where to.
    pub view: wgpu::TextureView,
    shown: Option<wgpu::SurfaceTexture>,
}

impl Frame {
    /// Shows what was drawn. A canvas shows its framebuffer by itself.
    pub fn show(self) {
        if let Some(texture) = self.shown {
            texture.present();
        }
    }
}

impl Target {
    /// The format to draw in.
    #[must_use]
    pub fn format(&self) -> wgpu::TextureFormat {
        match self {
            #[cfg(target_arch = "wasm32")]
            Self::Canvas(_) => wgpu::TextureFormat::Rgba8Unorm,
            Self::Surface(surface) => surface.config.format,
            #[cfg(not(target_arch = "wasm32"))]
            Self::Texture(texture) => texture.format(),
        }
    }

    /// −1 where y points the other way: wgpu expects to turn its pictures over when it copies them to a canvas.
    #[must_use]
    pub fn y_sign(&self) -> f64 {
        #[cfg(target_arch = "wasm32")]
        if matches!(self, Self::Canvas(_)) {
            return -1.0;
        }
        1.0
    }

    /// Begins a frame of a size in pixels; `None` while the surface is not ready.
    pub fn begin(&mut self, device: &wgpu::Device, width: u32, height: u32) -> Option<Frame> {
        match self {
            #[cfg(target_arch = "wasm32")]
            Self::Canvas(canvas) => canvas.begin(device, width, height),
            Self::Surface(surface) => surface.begin(device, width, height),
            #[cfg(not(target_arch = "wasm32"))]
            Self::Texture(texture) => {
                Some(Frame { view: texture.create_view(&wgpu::TextureViewDescriptor::default()), shown: None })
            }
        }
    }
}

/// A canvas whose default framebuffer is drawn on directly.
#[cfg(target_arch = "wasm32")]
pub struct Canvas {
    element: web_sys::HtmlCanvasElement,
    framebuffer: Option<wgpu::Texture>,
    /// Keeps the context current; it is never configured and never presents.
    _surface: wgpu::Surface<'static>,
}

#[cfg(target_arch = "wasm32")]
impl Canvas {
    /// The canvas of a surface.
    pub fn new(element: web_sys::HtmlCanvasElement, surface: wgpu::Surface<'static>) -> Self {
        Self { element, framebuffer: None, _surface: surface }
    }

    fn begin(&mut self, device: &wgpu::Device, width: u32, height: u32) -> Option<Frame> {
        if width == 0 || height == 0 {
            return None;
        }
        if self.element.width() != width || self.element.height() != height {
            self.element.set_width(width);
            self.element.set_height(height);
            self.framebuffer = None;
        }
        let texture = self.framebuffer.get_or_insert_with(|| default_framebuffer(device, width, height));
        Some(Frame { view: texture.create_view(&wgpu::TextureViewDescriptor::default()), shown: None })
    }
}

#[cfg(target_arch = "wasm32")]
#[expect(unsafe_code, reason = "wgpu has no safe way to draw straight into a canvas' default framebuffer")]
fn default_framebuffer(device: &wgpu::Device, width: u32, height: u32) -> wgpu::Texture {
    let format = wgpu::TextureFormat::Rgba8Unorm;
    let descriptor = wgpu::TextureDescriptor {
        label: Some("canvas"),
        size: wgpu::Extent3d { width, height, depth_or_array_layers: 1 },
        mip_level_count: 1,
        sample_count: 1,
        dimension: wgpu::TextureDimension::D2,
        format,
        usage: wgpu::TextureUsages::RENDER_ATTACHMENT,
        view_formats: &[],
    };
    let framebuffer = wgpu::hal::gles::Texture::default_framebuffer(format);
    // SAFETY: the name stands for the framebuffer of the very context from which the device was made and owns nothing;
    // the descriptor has the canvas' present size, and `begin` makes a new texture whenever that changes. A default
    // framebuffer is initialised by the browser.
    unsafe { device.create_texture_from_hal::<wgpu::hal::api::Gles>(framebuffer, &descriptor) }
}

/// A texture for tiles. The browser hands it out filled with zeros; wgpu would do that once more, in a pass for each
/// layer, before the first picture.
#[cfg(target_arch = "wasm32")]
#[expect(unsafe_code, reason = "wgpu has no safe way to take a texture for initialised")]
pub fn texture(device: &wgpu::Device, descriptor: &wgpu::TextureDescriptor<'_>) -> wgpu::Texture {
    use wgpu::hal::{Device as _, MemoryFlags, api::Gles};
    use wgpu::wgt::TextureUses;

    let own = wgpu::hal::TextureDescriptor {
        label: descriptor.label,
        size: descriptor.size,
        mip_level_count: descriptor.mip_level_count,
        sample_count: descriptor.sample_count,
        dimension: descriptor.dimension,
        format: descriptor.format,
        usage: TextureUses::RESOURCE | TextureUses::COPY_DST | TextureUses::COLOR_TARGET,
        memory_flags: MemoryFlags::empty(),
        view_formats: descriptor.view_formats.to_vec(),
    };
    // SAFETY: the device lives for the call; the texture is of this very device and made from the same description,
    // and WebGL initialises all textures. wgpu owns it from here on.
    unsafe {
        let made = device.as_hal::<Gles>().and_then(|device| device.create_texture(&own).ok());
        match made {
            Some(made) => device.create_texture_from_hal::<Gles>(made, descriptor),
            None => device.create_texture(descriptor),
        }
    }
}

/// A texture for tiles.
#[cfg(not(target_arch = "wasm32"))]
pub fn texture(device: &wgpu::Device, descriptor: &wgpu::TextureDescriptor<'_>) -> wgpu::Texture {
    device.create_texture(descriptor)
}

/// The surface of a native window.
#[cfg(all(not(target_arch = "wasm32"), feature = "native"))]
#[expect(unsafe_code, reason = "bevy_winit hands out raw window handles only")]
pub fn window_surface(
    instance: &wgpu::Instance,
    handle: &bevy_window::RawHandleWrapper,
) -> Result<wgpu::Surface<'static>, RenderError> {
    let target = wgpu::SurfaceTargetUnsafe::RawHandle {
        raw_display_handle: Some(handle.get_display_handle()),
        raw_window_handle: handle.get_window_handle(),
    };
    // SAFETY: the handles are those of the primary window on this, the event loop's own, thread. The window lives until
    // the loop has ended; the App, and with it the renderer that owns the surface, is dropped before.
    Ok(unsafe { instance.create_surface_unsafe(target) }?)
}

/// A surface as wgpu offers it, of a window or a canvas.
pub struct Surface {
    inner: wgpu::Surface<'static>,
    config: wgpu::SurfaceConfiguration,
    configured: bool,
}

impl Surface {
    /// A surface on an adapter.
    pub fn new(surface: wgpu::Surface<'static>, adapter: &wgpu::Adapter) -> Result<Self, RenderError> {
        let mut config = surface.get_default_config(adapter, 1, 1).ok_or(RenderError::Unsupported)?;
        // Photographs pass through as they are, so the surface must not convert.
        let formats = surface.get_capabilities(adapter).formats;
        config.format = formats.iter().copied().find(|format| !format.is_srgb()).unwrap_or(config.format);
        config.present_mode = wgpu::PresentMode::AutoVsync;
        Ok(Self { inner: surface, config, configured: false })
    }

    fn begin(&mut self, device: &wgpu::Device, width: u32, height: u32) -> Option<Frame> {
        if width == 0 || height == 0 {
            return None;
        }
        if !self.configured || (self.config.width, self.config.height) != (width, height) {
            (self.config.width, self.config.height) = (width, height);
            self.inner.configure(device, &self.config);
            self.configured = true;
        }
        match self.inner.get_current_texture() {
            wgpu::CurrentSurfaceTexture::Success(texture) | wgpu::CurrentSurfaceTexture::Suboptimal(texture) => {
                let view = texture.texture.create_view(&wgpu::TextureViewDescriptor::default());
                Some(Frame { view, shown: Some(texture) })
            }
            wgpu::CurrentSurfaceTexture::Outdated | wgpu::CurrentSurfaceTexture::Lost => {
                self.configured = false;
                None
            }
            _ => None,
        }
    }
}
