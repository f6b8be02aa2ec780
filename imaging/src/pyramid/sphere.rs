//! Colours of a sphere in any direction.

use glam::{DMat3, DVec3};
use scene::pyramid::TileRect;
use scene::sphere::{Face, FacePoint};

/// Colours of a sphere at one resolution.
pub(crate) trait Sphere: Sync {
    /// Writes the RGB colours of a line of directions `from`, `from + step`, … (any length) into `line`.
    fn sample_line(&self, from: DVec3, step: DVec3, line: &mut [u8]);
}

/// Renders a part of a face with its gutter: pixel centres of the stored image, gutter included, are directions.
pub(crate) fn render(sphere: &impl Sphere, face: Face, rect: &TileRect, sphere_from_world: DMat3) -> Vec<u8> {
    let width = rect.image_width() as usize;
    let mut pixels = vec![0; width * rect.image_height() as usize * 3];
    for (row, line) in pixels.chunks_exact_mut(width * 3).enumerate() {
        let at = |x: f64| {
            let (u, v) = rect.face_uv(x, row as f64 + 0.5);
            sphere_from_world * FacePoint { face, u, v }.direction()
        };
        let from = at(0.5);
        sphere.sample_line(from, at(1.5) - from, line);
    }
    pixels
}
