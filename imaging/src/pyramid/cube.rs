//! Six cube faces at one resolution, ready to be sampled.

use glam::DVec3;
use image::RgbImage;
use rayon::prelude::*;
use scene::sphere::{Face, FacePoint};

use super::kernel;
use super::shrink::{Beyond, shrink};
use super::sphere::Sphere;

/// Pixels around a face that come from its neighbours: enough for the kernel, also at half the size.
const PAD: u32 = 8;

/// Six faces, each with a border that continues its plane over its neighbours.
pub(super) struct CubeLevel {
    edge: u32,
    faces: [RgbImage; 6],
}

impl CubeLevel {
    pub(super) fn new(faces: &[RgbImage; 6]) -> Self {
        let edge = faces[0].width();
        let bordered = |face: Face| {
            let picture = &faces[face as usize];
            let mut bordered = RgbImage::new(edge + 2 * PAD, edge + 2 * PAD);
            for (y, line) in bordered.enumerate_rows_mut() {
                for (x, _, pixel) in line {
                    let (column, row) = (x.wrapping_sub(PAD), y.wrapping_sub(PAD));
                    *pixel = if column < edge && row < edge {
                        *picture.get_pixel(column, row)
                    } else {
                        let at = |pixel: u32| (f64::from(pixel) + 0.5 - f64::from(PAD)) / f64::from(edge);
                        nearest_two(faces, FacePoint::of(FacePoint { face, u: at(x), v: at(y) }.direction()))
                    };
                }
            }
            bordered
        };
        let mut bordered: Vec<RgbImage> = Face::ALL.into_par_iter().map(bordered).collect();
        let faces = std::array::from_fn(|index| std::mem::take(&mut bordered[index]));
        Self { edge, faces }
    }

    /// Edge of a face, pixels.
    pub(super) fn edge(&self) -> u32 {
        self.edge
    }

    /// The faces at half the size; the filter reads across the edges.
    pub(super) fn half(&self) -> Self {
        let edge = self.edge.div_ceil(2);
        // Whole pixels of border on the smaller face, so that it can be cut off again.
        let step = f64::from(self.edge) / f64::from(edge);
        let border = (f64::from(PAD) / step).floor() as u32;
        let mut shrunk: Vec<RgbImage> = self
            .faces
            .par_iter()
            .map(|face| {
                let keep = (f64::from(border) * step).round() as u32;
                let part =
                    image::imageops::crop_imm(face, PAD - keep, PAD - keep, self.edge + 2 * keep, self.edge + 2 * keep);
                let size = edge + 2 * border;
                let small = shrink(&part.to_image(), size, size, Beyond::Edge);
                image::imageops::crop_imm(&small, border, border, edge, edge).to_image()
            })
            .collect();
        Self::new(&std::array::from_fn(|index| std::mem::take(&mut shrunk[index])))
    }

    fn sample(&self, towards: DVec3) -> [u8; 3] {
        let point = FacePoint::of(towards);
        let picture = &self.faces[point.face as usize];
        let at = |share: f64| share * f64::from(self.edge) - 0.5 + f64::from(PAD);
        let (x, y) = (at(point.u), at(point.v));
        let (column, row) = (x as u32, y as u32);
        let across = kernel::weights((x - f64::from(column)) as f32);
        let down = kernel::weights((y - f64::from(row)) as f32);
        let pixels: &[u8] = picture.as_raw();
        let mut colour = [0.5f32; 3];
        for (tap, down) in down.into_iter().enumerate() {
            let start = (row as usize + tap - 1) * picture.width() as usize + column as usize - 1;
            for (pixel, across) in pixels[start * 3..][..12].chunks_exact(3).zip(across) {
                for (colour, value) in colour.iter_mut().zip(pixel) {
                    *colour += down * across * f32::from(*value);
                }
            }
        }
        colour.map(|value| value as u8)
    }
}

/// A pixel of a face by linear interpolation, held at the face's edges.
fn nearest_two(faces: &[RgbImage; 6], point: FacePoint) -> image::Rgb<u8> {
    let picture = &faces[point.face as usize];
    let edge = picture.width();
    let at = |share: f64| (share * f64::from(edge) - 0.5).clamp(0.0, f64::from(edge - 1));
    let (x, y) = (at(point.u), at(point.v));
    let (left, top) = (x as u32, y as u32);
    let (right, bottom) = ((left + 1).min(edge - 1), (top + 1).min(edge - 1));
    let (dx, dy) = (x - f64::from(left), y - f64::from(top));
    let channel = |channel: usize| {
        let value = |x: u32, y: u32| f64::from(picture.get_pixel(x, y).0[channel]);
        let upper = value(left, top) * (1.0 - dx) + value(right, top) * dx;
        let lower = value(left, bottom) * (1.0 - dx) + value(right, bottom) * dx;
        (upper * (1.0 - dy) + lower * dy).round() as u8
    };
    image::Rgb([channel(0), channel(1), channel(2)])
}

impl Sphere for CubeLevel {
    fn sample_line(&self, from: DVec3, step: DVec3, line: &mut [u8]) {
        for (index, pixel) in line.chunks_exact_mut(3).enumerate() {
            pixel.copy_from_slice(&self.sample(from + step * index as f64));
        }
    }
}
