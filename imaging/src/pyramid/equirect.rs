//! A whole equirectangular picture at one resolution, ready to be sampled.

use std::f64::consts::{PI, TAU};
use std::ops::Range;

use glam::DVec3;
use image::RgbImage;
use rayon::prelude::*;

use super::kernel::Taps;
use super::shrink::{Beyond, narrow, row_at};
use super::sphere::Sphere;
use super::{angles, kernel};

/// Least pixels of a row: enough for the kernel.
const MIN_ROW: u32 = 8;
/// Directions that are turned into positions at once.
const BATCH: usize = 128;

/// A whole equirectangular picture whose rows grow shorter towards the poles.
///
/// Around a pole a row of the picture holds ever more pixels per degree than a cube face can show; picking four of them
/// would make noise of detail. So each row beyond 45° is filtered down, in place, to as many pixels as the face has
/// across there: cot(pitch) of the full row.
pub(super) struct EquirectLevel {
    width: u32,
    height: u32,
    pixels: Vec<u8>,
    row_widths: Vec<u32>,
    /// Rows that kept all their pixels.
    wide: Range<i32>,
}

impl EquirectLevel {
    pub(super) fn new(picture: RgbImage) -> Self {
        let (width, height) = picture.dimensions();
        let mut pixels = picture.into_raw();
        let row_widths: Vec<u32> = (0..height).map(|row| row_width(row, width, height)).collect();
        let stride = width as usize * 3;
        // Rows at the same distance from the two poles share their weights.
        let (upper, lower) = pixels.split_at_mut(height as usize / 2 * stride);
        let pairs = upper.par_chunks_exact_mut(stride).zip(lower.par_chunks_exact_mut(stride).rev());
        pairs.zip(&row_widths).filter(|(_, to)| **to < width).for_each_init(Vec::new, |line, ((upper, lower), to)| {
            let taps = Taps::shrinking(width, *to);
            let pad = kernel::reach(width, *to);
            narrow(upper, &taps, pad, line);
            narrow(lower, &taps, pad, line);
        });
        let first = row_widths.iter().position(|to| *to == width).unwrap_or(0);
        Self { width, height, pixels, row_widths, wide: first as i32..(height as usize - first) as i32 }
    }

    /// The four pixels around a position of a row: their RGB values, and how far the position lies behind the second.
    fn four(&self, row: i32, turn: f64) -> ([u8; 12], f32) {
        let (row, is_turned) = row_at(row, self.height, Beyond::Sphere);
        let width = self.row_widths[row] as usize;
        let turn = if is_turned { turn + 0.5 } else { turn };
        let x = turn * width as f64 - 0.5;
        let first = x.floor();
        let pixels = &self.pixels[row * self.width as usize * 3..];
        let mut four = [0; 12];
        for (tap, pixel) in four.chunks_exact_mut(3).enumerate() {
            let column = (first as i64 - 1 + tap as i64).rem_euclid(width as i64) as usize;
            pixel.copy_from_slice(&pixels[column * 3..][..3]);
        }
        (four, (x - first) as f32)
    }

    /// The colour at a turn (0 left edge to 1 right edge) and a fall (0 upper pole to 1 lower pole).
    #[inline]
    fn sample(&self, turn: f64, fall: f64) -> [u8; 3] {
        let x = turn * f64::from(self.width) - 0.5;
        let y = fall * f64::from(self.height) - 0.5;
        // Truncation is floor for what is positive, and far quicker.
        let (column, row) = ((x + 1.0) as i32 - 1, (y + 1.0) as i32 - 1);
        let down = kernel::weights((y - f64::from(row)) as f32);
        if row > self.wide.start && row + 2 < self.wide.end && column >= 1 && column + 2 < self.width as i32 {
            let across = kernel::weights((x - f64::from(column)) as f32);
            let stride = self.width as usize * 3;
            let mut at = (row - 1) as usize * stride + (column - 1) as usize * 3;
            let mut sums = [0f32; 12];
            for weight in down {
                if let Some(four) = self.pixels[at..].first_chunk::<12>() {
                    for (sum, value) in sums.iter_mut().zip(four) {
                        *sum += weight * f32::from(*value);
                    }
                }
                at += stride;
            }
            return blend(&sums, across);
        }
        let mut colour = [0.5f32; 3];
        for (tap, weight) in down.into_iter().enumerate() {
            let (four, behind) = self.four(row - 1 + tap as i32, turn);
            let across = kernel::weights(behind);
            for (tap, across) in across.into_iter().enumerate() {
                for (colour, value) in colour.iter_mut().zip(&four[tap * 3..]) {
                    *colour += weight * across * f32::from(*value);
                }
            }
        }
        colour.map(|value| value as u8)
    }
}

#[inline]
fn blend(sums: &[f32; 12], across: [f32; 4]) -> [u8; 3] {
    let channel = |channel: usize| {
        let sum = across[0] * sums[channel]
            + across[1] * sums[channel + 3]
            + across[2] * sums[channel + 6]
            + across[3] * sums[channel + 9];
        (sum + 0.5) as u8
    };
    [channel(0), channel(1), channel(2)]
}

/// Pixels that a row needs: cot(pitch) of the full row, and all where that is more.
fn row_width(row: u32, width: u32, height: u32) -> u32 {
    let pitch = (0.5 - (f64::from(row) + 0.5) / f64::from(height)) * PI;
    let share = (1.0 / pitch.tan().abs()).min(1.0);
    ((share * f64::from(width)).ceil() as u32).max(MIN_ROW).min(width)
}

impl Sphere for EquirectLevel {
    fn sample_line(&self, from: DVec3, step: DVec3, line: &mut [u8]) {
        let (mut turns, mut falls) = ([0f64; BATCH], [0f64; BATCH]);
        for (batch, pixels) in line.chunks_mut(BATCH * 3).enumerate() {
            for (index, (turn, fall)) in turns.iter_mut().zip(&mut falls).enumerate() {
                let towards = from + step * (batch * BATCH + index) as f64;
                let level = (towards.x * towards.x + towards.z * towards.z).sqrt();
                *turn = angles::atan2(towards.x, -towards.z) * (1.0 / TAU) + 0.5;
                *fall = 0.5 - angles::atan2(towards.y, level) * (1.0 / PI);
            }
            for (pixel, (turn, fall)) in pixels.chunks_exact_mut(3).zip(turns.iter().zip(&falls)) {
                pixel.copy_from_slice(&self.sample(*turn, *fall));
            }
        }
    }
}
