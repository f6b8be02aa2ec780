//! The shaders, as the build read and checked them (`build.rs`).

use std::borrow::Cow;

/// What draws the tiles.
pub fn panorama(device: &wgpu::Device) -> wgpu::ShaderModule {
    load(device, "pano.wgsl", include_bytes!(concat!(env!("OUT_DIR"), "/pano.naga")))
}

/// What draws the native window's hotspots.
#[cfg(all(not(target_arch = "wasm32"), feature = "native"))]
pub fn markers(device: &wgpu::Device) -> wgpu::ShaderModule {
    load(device, "markers.wgsl", include_bytes!(concat!(env!("OUT_DIR"), "/markers.naga")))
}

fn load(device: &wgpu::Device, label: &str, bytes: &[u8]) -> wgpu::ShaderModule {
    let module = postcard::from_bytes(bytes).expect("the build wrote it for this very program");
    device.create_shader_module(wgpu::ShaderModuleDescriptor {
        label: Some(label),
        source: wgpu::ShaderSource::Naga(Cow::Owned(module)),
    })
}

#[cfg(test)]
mod tests {
    use naga::valid::{Capabilities, ValidationFlags, Validator};

    /// Every shader as the program reads it, validated as wgpu would.
    #[test]
    fn shaders_are_valid() {
        let shaders: [(&str, &[u8]); 2] = [
            ("pano.wgsl", include_bytes!(concat!(env!("OUT_DIR"), "/pano.naga"))),
            ("markers.wgsl", include_bytes!(concat!(env!("OUT_DIR"), "/markers.naga"))),
        ];
        for (name, bytes) in shaders {
            let module: naga::Module = postcard::from_bytes(bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
            Validator::new(ValidationFlags::all(), Capabilities::empty())
                .validate(&module)
                .unwrap_or_else(|error| panic!("{name}: {error:?}"));
            let entries: Vec<_> = module.entry_points.iter().map(|entry| entry.name.as_str()).collect();
            assert_eq!(entries, ["vertex", "fragment"], "{name}");
        }
    }
}
