//! Hotspots of the native window; in the browser they are HTML.

/// Most markers of a scene that are drawn.
const MAX_MARKERS: usize = 256;

/// A marker. Its layout is that of `Marker` in `markers.wgsl`.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, bytemuck::Pod, bytemuck::Zeroable)]
pub struct MarkerQuad {
    /// Device pixels from the upper left corner.
    pub centre: [f32; 2],
    /// Device pixels.
    pub radius: f32,
    /// 1 for a way to another scene, 0 for a card.
    pub leads_on: f32,
    /// Red, green, blue, and an unused number.
    pub colour: [f32; 4],
}

/// The markers' pipeline and this frame's markers.
pub struct Markers {
    pipeline: wgpu::RenderPipeline,
    bindings: wgpu::BindGroup,
    screen: wgpu::Buffer,
    quads: wgpu::Buffer,
    count: u32,
}

impl Markers {
    /// The pipeline for a surface's format.
    #[must_use]
    pub fn new(device: &wgpu::Device, format: wgpu::TextureFormat) -> Self {
        let shader = super::shader::markers(device);
        let pipeline = device.create_render_pipeline(&wgpu::RenderPipelineDescriptor {
            label: Some("markers"),
            layout: None,
            vertex: wgpu::VertexState {
                module: &shader,
                entry_point: Some("vertex"),
                compilation_options: wgpu::PipelineCompilationOptions::default(),
                buffers: &[wgpu::VertexBufferLayout {
                    array_stride: size_of::<MarkerQuad>() as u64,
                    step_mode: wgpu::VertexStepMode::Instance,
                    attributes: &wgpu::vertex_attr_array![0 => Float32x3, 1 => Float32, 2 => Float32x4],
                }],
            },
            primitive: wgpu::PrimitiveState { topology: wgpu::PrimitiveTopology::TriangleStrip, ..Default::default() },
            depth_stencil: None,
            multisample: wgpu::MultisampleState::default(),
            fragment: Some(wgpu::FragmentState {
                module: &shader,
                entry_point: Some("fragment"),
                compilation_options: wgpu::PipelineCompilationOptions::default(),
                targets: &[Some(wgpu::ColorTargetState {
                    format,
                    blend: Some(wgpu::BlendState::ALPHA_BLENDING),
                    write_mask: wgpu::ColorWrites::ALL,
                })],
            }),
            multiview_mask: None,
            cache: None,
        });
        let buffer = |label, size, usage| {
            device.create_buffer(&wgpu::BufferDescriptor {
                label: Some(label),
                size,
                usage: usage | wgpu::BufferUsages::COPY_DST,
                mapped_at_creation: false,
            })
        };
        let screen = buffer("screen", 16, wgpu::BufferUsages::UNIFORM);
        let quads = buffer("markers", (MAX_MARKERS * size_of::<MarkerQuad>()) as u64, wgpu::BufferUsages::VERTEX);
        let bindings = device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some("markers"),
            layout: &pipeline.get_bind_group_layout(0),
            entries: &[wgpu::BindGroupEntry { binding: 0, resource: screen.as_entire_binding() }],
        });
        Self { pipeline, bindings, screen, quads, count: 0 }
    }

    /// Sets the markers of the next picture on a screen of a size in device pixels.
    pub fn set(&mut self, queue: &wgpu::Queue, quads: &[MarkerQuad], size: [f32; 2], pixel_ratio: f32) {
        let quads = &quads[..quads.len().min(MAX_MARKERS)];
        self.count = quads.len() as u32;
        queue.write_buffer(&self.screen, 0, bytemuck::cast_slice(&[size[0], size[1], pixel_ratio, 0.0]));
        if !quads.is_empty() {
            queue.write_buffer(&self.quads, 0, bytemuck::cast_slice(quads));
        }
    }

    /// Draws them over the panorama.
    pub fn draw(&self, pass: &mut wgpu::RenderPass<'_>) {
        if self.count > 0 {
            pass.set_pipeline(&self.pipeline);
            pass.set_bind_group(0, &self.bindings, &[]);
            pass.set_vertex_buffer(0, self.quads.slice(..));
            pass.draw(0..4, 0..self.count);
        }
    }
}
