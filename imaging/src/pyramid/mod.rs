//! From a decoded panorama to the files of its pyramid.

mod angles;
mod cube;
mod equirect;
mod fill;
mod folder;
mod kernel;
mod preview;
mod shrink;
mod sphere;
#[cfg(test)]
mod tests;
mod tiles;

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};

use glam::DMat3;
use image::RgbImage;
use scene::pyramid::{Levels, Manifest};

use super::MediaError;
use super::source::{Pixels, Source};
use cube::CubeLevel;
use equirect::EquirectLevel;
pub use folder::Folder;
use shrink::{Beyond, shrink};
pub use tiles::encode_jpeg;

/// Name of the manifest in a pyramid's folder. It is written last: a pyramid with a manifest is complete.
pub const MANIFEST: &str = "manifest.json";

/// Where a pyramid's files go. Called from several threads; paths are `manifest.json` and those of the tiles.
pub trait Sink: Sync {
    /// Stores one file.
    fn put(&self, path: &str, bytes: &[u8]) -> io::Result<()>;
}

/// How far the work is, and whether it shall go on.
#[derive(Default)]
pub struct Control<'a> {
    /// Told tiles done and tiles in all; called from several threads.
    pub progress: Option<&'a (dyn Fn(u32, u32) + Sync)>,
    /// Set from outside to stop.
    pub cancelled: Option<&'a AtomicBool>,
}

impl Control<'_> {
    fn check(&self) -> Result<(), MediaError> {
        match self.cancelled {
            Some(flag) if flag.load(Ordering::Relaxed) => Err(MediaError::Cancelled),
            _ => Ok(()),
        }
    }
}

/// Decodes a source and writes its pyramid: all tiles, then the manifest.
pub fn build(source: Source, sink: &dyn Sink, control: &Control<'_>) -> Result<Manifest, MediaError> {
    control.check()?;
    let source_width = source.full_width();
    let pixels = source.decode()?;
    control.check()?;
    let (levels, coverage, preview) = match pixels {
        Pixels::Equirect(picture, layout) => {
            let coverage = layout.coverage();
            let levels = Levels::for_equirect(layout.full_width);
            let picture = if layout.is_full() { picture } else { fill::whole(&picture, &layout) };
            let preview = build_equirect(picture, layout.world_from_picture().transpose(), &levels, sink, control)?;
            (levels, coverage, preview)
        }
        Pixels::Cube(faces) => {
            let levels = Levels::for_face(faces[0].width());
            let preview = build_cube(*faces, &levels, sink, control)?;
            (levels, None, preview)
        }
    };
    let manifest = Manifest { version: 1, source_width, levels, coverage, preview };
    let json = serde_json::to_vec(&manifest).map_err(|error| MediaError::Encode(error.to_string()))?;
    sink.put(MANIFEST, &json).map_err(MediaError::io(MANIFEST))?;
    Ok(manifest)
}

/// Every level from its own properly filtered copy of the source, largest first, so that a copy can go as soon as its
/// level is written. Returns the preview.
fn build_equirect(
    picture: RgbImage,
    sphere_from_world: DMat3,
    levels: &Levels,
    sink: &dyn Sink,
    control: &Control<'_>,
) -> Result<String, MediaError> {
    let work = tiles::Work::new(levels, sphere_from_world, sink, control);
    let mut picture = picture;
    for level in (0..levels.count()).rev() {
        control.check()?;
        let smaller = half(&picture);
        work.write(level, &EquirectLevel::new(picture))?;
        picture = smaller;
    }
    while picture.width() > preview::SPHERE_WIDTH * 3 / 2 {
        picture = half(&picture);
    }
    preview::data_url(&EquirectLevel::new(picture), sphere_from_world)
}

fn half(picture: &RgbImage) -> RgbImage {
    shrink(picture, picture.width().div_ceil(2), picture.height().div_ceil(2), Beyond::Sphere)
}

fn build_cube(
    faces: [RgbImage; 6],
    levels: &Levels,
    sink: &dyn Sink,
    control: &Control<'_>,
) -> Result<String, MediaError> {
    let work = tiles::Work::new(levels, DMat3::IDENTITY, sink, control);
    let mut cube = CubeLevel::new(&faces);
    drop(faces);
    for level in (0..levels.count()).rev() {
        control.check()?;
        work.write(level, &cube)?;
        cube = cube.half();
    }
    while cube.edge() > scene::pyramid::PREVIEW_FACE * 3 / 2 {
        cube = cube.half();
    }
    preview::data_url(&cube, DMat3::IDENTITY)
}
