//! Renders and encodes the tiles of a level, all cores at work.

use std::sync::atomic::{AtomicU32, Ordering};

use glam::DMat3;
use jpeg_encoder::{ChromaSubsamplingMethod, ColorType, Encoder, SamplingFactor};
use rayon::prelude::*;
use scene::pyramid::{Levels, TileId};

use super::sphere::{Sphere, render};
use super::{Control, Sink};
use crate::MediaError;

const QUALITY: u8 = 82;

/// The tiles of one pyramid.
pub(super) struct Work<'a> {
    levels: &'a Levels,
    sphere_from_world: DMat3,
    sink: &'a dyn Sink,
    control: &'a Control<'a>,
    done: AtomicU32,
    total: u32,
}

impl<'a> Work<'a> {
    pub(super) fn new(
        levels: &'a Levels,
        sphere_from_world: DMat3,
        sink: &'a dyn Sink,
        control: &'a Control<'a>,
    ) -> Self {
        let total = (0..levels.count()).map(|level| levels.tiles(level).count() as u32).sum();
        Self { levels, sphere_from_world, sink, control, done: AtomicU32::new(0), total }
    }

    /// Writes all tiles of a level. A tile lives only until it is stored.
    pub(super) fn write(&self, level: u32, sphere: &impl Sphere) -> Result<(), MediaError> {
        let tiles: Vec<TileId> = self.levels.tiles(level).collect();
        tiles.into_par_iter().try_for_each(|tile| {
            self.control.check()?;
            let path = tile.path();
            let rect = self.levels.tile_rect(tile).ok_or_else(|| MediaError::MissingTile(path.clone()))?;
            let pixels = render(sphere, tile.face, &rect, self.sphere_from_world);
            let jpeg = encode_jpeg(&pixels, rect.image_width(), rect.image_height(), QUALITY)?;
            self.sink.put(&path, &jpeg).map_err(MediaError::io(&path))?;
            let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
            if let Some(progress) = self.control.progress {
                progress(done, self.total);
            }
            Ok(())
        })
    }
}

/// Baseline JPEG, 4:2:0, without any metadata. Baseline, because browsers decode it quicker than progressive and a tile
/// is shown whole anyway.
pub fn encode_jpeg(pixels: &[u8], width: u32, height: u32, quality: u8) -> Result<Vec<u8>, MediaError> {
    let too_large = |_| MediaError::Encode("it is too large for a JPEG".to_owned());
    let (width, height) = (u16::try_from(width).map_err(too_large)?, u16::try_from(height).map_err(too_large)?);
    let mut jpeg = Vec::with_capacity(pixels.len() / 8);
    let mut encoder = Encoder::new(&mut jpeg, quality);
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    // The encoder's default keeps one of four pixels' colours, which shows at edges between colours.
    encoder.set_chroma_subsampling_method(ChromaSubsamplingMethod::Average);
    encoder.encode(pixels, width, height, ColorType::Rgb).map_err(|error| MediaError::Encode(error.to_string()))?;
    Ok(jpeg)
}
