//! The whole sphere from a part of it.
//!
//! What the part does not cover starts as its mirror image, grows blurred with the distance from the edge and ends in
//! the soft colours of the nearest covered places: no line where the picture ends, and nothing that looks like content.

use image::RgbImage;
use rayon::prelude::*;

use super::super::source::Layout;
use super::shrink::{Beyond, shrink};

/// Share of the full width over which the mirror image fades away (of 360°: 18°).
const FADE: f64 = 0.05;
/// Rows of the soft colours' grid; twice as many columns.
const GRID_ROWS: usize = 64;
const GRID_COLUMNS: usize = 2 * GRID_ROWS;

/// The picture at its place in the whole sphere, the rest filled.
pub(super) fn whole(picture: &RgbImage, layout: &Layout) -> RgbImage {
    let (full_width, full_height) = (layout.full_width as usize, layout.full_height as usize);
    let (width, height) = (layout.width as usize, layout.height as usize);
    let blurred = Blurred::new(picture);
    let soft = Soft::new(picture, layout);
    let gap_x = (full_width - width) as f64;
    // Where the gap is narrow the two edges' mirror images have faded when they meet.
    let fade = full_width as f64 * FADE;
    let fade_x = fade.min(gap_x / 2.0).max(1.0);
    let mut whole = RgbImage::new(layout.full_width, layout.full_height);
    whole.par_chunks_exact_mut(full_width * 3).enumerate().for_each(|(row, line)| {
        let y = row as isize - layout.top as isize;
        let beyond_y = if y < 0 { -y as f64 } else { (y - height as isize + 1).max(0) as f64 };
        for (column, pixel) in line.chunks_exact_mut(3).enumerate() {
            // Position in the picture, counted from its left edge to the right around the sphere.
            let x = (column + full_width - layout.left as usize) % full_width;
            let beyond_right = (x as f64 - width as f64 + 1.0).max(0.0);
            let beyond_x = if beyond_right > 0.0 { beyond_right.min((full_width - x) as f64) } else { 0.0 };
            if beyond_x <= 0.0 && beyond_y <= 0.0 {
                let at = (y as usize * width + x) * 3;
                pixel.copy_from_slice(&picture.as_raw()[at..at + 3]);
                continue;
            }
            let faded = (beyond_x / fade_x).hypot(beyond_y / fade).min(1.0);
            let faded = faded * faded * (3.0 - 2.0 * faded);
            let soft = soft.at(column, row, full_width, full_height);
            if faded >= 1.0 {
                pixel.copy_from_slice(&soft.map(|value| (value + 0.5) as u8));
                continue;
            }
            let from_left = beyond_x < beyond_right;
            let mirror_x = match (beyond_x > 0.0, from_left) {
                (false, _) => x as f64,
                (true, true) => beyond_x - 1.0,
                (true, false) => width as f64 - beyond_x,
            };
            let mirror_y = if y < 0 {
                beyond_y - 1.0
            } else if beyond_y > 0.0 {
                height as f64 - beyond_y
            } else {
                y as f64
            };
            let mirror = blurred.at(mirror_x, mirror_y, beyond_x.hypot(beyond_y));
            for ((pixel, mirror), soft) in pixel.iter_mut().zip(mirror).zip(soft) {
                *pixel = (mirror + (soft - mirror) * faded as f32 + 0.5) as u8;
            }
        }
    });
    whole
}

/// The picture in halving sizes.
struct Blurred {
    sizes: Vec<RgbImage>,
}

impl Blurred {
    fn new(picture: &RgbImage) -> Self {
        let half = |picture: &RgbImage| {
            shrink(picture, picture.width().div_ceil(2), picture.height().div_ceil(2), Beyond::Edge)
        };
        let mut sizes = vec![half(picture)];
        while let Some(last) = sizes.last().filter(|last| last.width().min(last.height()) > 8) {
            sizes.push(half(last));
        }
        Self { sizes }
    }

    /// The colour around a pixel, blurred as far as `distance` (at least 1) from the edge says.
    fn at(&self, x: f64, y: f64, distance: f64) -> [f32; 3] {
        let top = (self.sizes.len() - 1) as f64;
        let size = ((distance / 4.0).max(1.0).log2()).min(top);
        let (low, share) = (size as usize, size.fract() as f32);
        let scale = |index: usize| 0.5f64.powi(index as i32 + 1);
        let near = bilinear(&self.sizes[low], (x + 0.5) * scale(low), (y + 0.5) * scale(low));
        let Some(next) = self.sizes.get(low + 1) else { return near };
        let far = bilinear(next, (x + 0.5) * scale(low + 1), (y + 0.5) * scale(low + 1));
        std::array::from_fn(|channel| near[channel] + (far[channel] - near[channel]) * share)
    }
}

/// The colour at a continuous position, held at the edges.
fn bilinear(picture: &RgbImage, x: f64, y: f64) -> [f32; 3] {
    let (x, y) =
        ((x - 0.5).clamp(0.0, f64::from(picture.width() - 1)), (y - 0.5).clamp(0.0, f64::from(picture.height() - 1)));
    let (left, top) = (x as u32, y as u32);
    let (right, bottom) = ((left + 1).min(picture.width() - 1), (top + 1).min(picture.height() - 1));
    let (dx, dy) = ((x - f64::from(left)) as f32, (y - f64::from(top)) as f32);
    let value = |x: u32, y: u32, channel: usize| f32::from(picture.get_pixel(x, y).0[channel]);
    std::array::from_fn(|channel| {
        let upper = value(left, top, channel) * (1.0 - dx) + value(right, top, channel) * dx;
        let lower = value(left, bottom, channel) * (1.0 - dx) + value(right, bottom, channel) * dx;
        upper * (1.0 - dy) + lower * dy
    })
}

/// A coarse grid over the sphere: averages where the picture is, spread from there into the rest.
struct Soft {
    colours: Vec<[f32; 3]>,
}

impl Soft {
    fn new(picture: &RgbImage, layout: &Layout) -> Self {
        let mut sums = vec![[0f64; 4]; GRID_ROWS * GRID_COLUMNS];
        let (full_width, full_height) = (layout.full_width as usize, layout.full_height as usize);
        // Every pixel would be many times what an average of such a cell needs.
        let step = (full_width / 1024).max(1);
        for y in (0..layout.height as usize).step_by(step) {
            let grid_row = (y + layout.top as usize) * GRID_ROWS / full_height;
            for x in (0..layout.width as usize).step_by(step) {
                let grid_column = (x + layout.left as usize) % full_width * GRID_COLUMNS / full_width;
                let sum = &mut sums[grid_row.min(GRID_ROWS - 1) * GRID_COLUMNS + grid_column];
                for (sum, value) in sum.iter_mut().zip(picture.get_pixel(x as u32, y as u32).0) {
                    *sum += f64::from(value);
                }
                sum[3] += 1.0;
            }
        }
        let known: Vec<Option<[f32; 3]>> = sums
            .iter()
            .map(|[r, g, b, count]| (*count > 0.0).then(|| [r, g, b].map(|sum| (sum / count) as f32)))
            .collect();
        let mut soft = Self { colours: spread(&known) };
        soft.close_the_poles();
        soft
    }

    /// At a pole all columns are the same place, so they must have the same colour.
    fn close_the_poles(&mut self) {
        for (row, line) in self.colours.chunks_exact_mut(GRID_COLUMNS).enumerate() {
            let pitch = (0.5 - (row as f32 + 0.5) / GRID_ROWS as f32).abs() * 180.0;
            let share = ((pitch - 50.0) / 38.0).clamp(0.0, 1.0);
            let mean: [f32; 3] = std::array::from_fn(|channel| {
                line.iter().map(|colour| colour[channel]).sum::<f32>() / GRID_COLUMNS as f32
            });
            for colour in line {
                for (value, mean) in colour.iter_mut().zip(mean) {
                    *value += (mean - *value) * share;
                }
            }
        }
    }

    /// The colour at a pixel of the full sphere.
    fn at(&self, column: usize, row: usize, full_width: usize, full_height: usize) -> [f32; 3] {
        let x = (column as f32 + 0.5) / full_width as f32 * GRID_COLUMNS as f32 - 0.5 + GRID_COLUMNS as f32;
        let y = ((row as f32 + 0.5) / full_height as f32 * GRID_ROWS as f32 - 0.5).clamp(0.0, (GRID_ROWS - 1) as f32);
        let (left, top) = (x as usize, y as usize);
        let (dx, dy) = (x - left as f32, y - top as f32);
        let bottom = (top + 1).min(GRID_ROWS - 1);
        let value = |x: usize, y: usize| self.colours[y * GRID_COLUMNS + x % GRID_COLUMNS];
        let (a, b, c, d) = (value(left, top), value(left + 1, top), value(left, bottom), value(left + 1, bottom));
        std::array::from_fn(|channel| {
            let upper = a[channel] + (b[channel] - a[channel]) * dx;
            let lower = c[channel] + (d[channel] - c[channel]) * dx;
            upper + (lower - upper) * dy
        })
    }
}

/// Colours for the unknown cells: as smooth as the covered ones, which keep theirs, allow (Laplace's equation, by
/// successive over-relaxation).
fn spread(known: &[Option<[f32; 3]>]) -> Vec<[f32; 3]> {
    const ROUNDS: u32 = 96;
    const RELAXATION: f32 = 1.8;
    let count = known.iter().flatten().count().max(1) as f32;
    let mean: [f32; 3] =
        std::array::from_fn(|channel| known.iter().flatten().map(|colour| colour[channel]).sum::<f32>() / count);
    let mut colours: Vec<[f32; 3]> = known.iter().map(|colour| colour.unwrap_or(mean)).collect();
    let unknown: Vec<usize> = (0..known.len()).filter(|index| known[*index].is_none()).collect();
    for _ in 0..ROUNDS {
        for index in &unknown {
            let (row, column) = (index / GRID_COLUMNS, index % GRID_COLUMNS);
            let at = |row: usize, column: usize| colours[row * GRID_COLUMNS + column % GRID_COLUMNS];
            let neighbours = [
                at(row, column + 1),
                at(row, column + GRID_COLUMNS - 1),
                at(row.saturating_sub(1), column),
                at((row + 1).min(GRID_ROWS - 1), column),
            ];
            let before = colours[*index];
            colours[*index] = std::array::from_fn(|channel| {
                let mean = neighbours.iter().map(|colour| colour[channel]).sum::<f32>() / 4.0;
                (before[channel] + RELAXATION * (mean - before[channel])).clamp(0.0, 255.0)
            });
        }
    }
    colours
}
