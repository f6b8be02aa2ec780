//! Posters: the pictures that a page shows before the viewer runs, rendered from a pyramid by the viewer's own rule.

use std::collections::HashMap;
use std::io;

use glam::DVec2;
use image::RgbImage;
use rayon::prelude::*;
use scene::document::{SphereCorrection, View};
use scene::pyramid::{Levels, Manifest, TILE_CONTENT, TileId, TileRect};
use scene::sphere::{Face, FacePoint, ViewFrame, ViewPose, Viewport, world_from_panorama};

use super::MediaError;
use super::pyramid::encode_jpeg;

const QUALITY: u8 = 80;

/// The two shapes of posters; every screen shows a part of one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Orientation {
    /// 1600×900.
    Landscape,
    /// 720×1560.
    Portrait,
}

impl Orientation {
    /// Width and height, pixels.
    #[must_use]
    pub const fn size(self) -> (u32, u32) {
        match self {
            Self::Landscape => (1600, 900),
            Self::Portrait => (720, 1560),
        }
    }
}

/// Where a pyramid's tiles come from.
pub trait Tiles: Sync {
    /// The bytes of a stored tile.
    fn tile(&self, tile: TileId) -> io::Result<Vec<u8>>;
}

impl Tiles for std::path::Path {
    fn tile(&self, tile: TileId) -> io::Result<Vec<u8>> {
        std::fs::read(self.join(tile.path()))
    }
}

/// Renders the poster of an opening view as JPEG.
pub fn render(
    tiles: &(impl Tiles + ?Sized),
    manifest: &Manifest,
    view: &View,
    correction: &SphereCorrection,
    orientation: Orientation,
) -> Result<Vec<u8>, MediaError> {
    let (width, height) = orientation.size();
    let picture = render_view(tiles, &manifest.levels, &ViewPose::from(*view), correction, (width, height))?;
    encode_jpeg(picture.as_raw(), width, height, QUALITY)
}

/// Renders a view of any size.
pub(super) fn render_view(
    tiles: &(impl Tiles + ?Sized),
    levels: &Levels,
    pose: &ViewPose,
    correction: &SphereCorrection,
    (width, height): (u32, u32),
) -> Result<RgbImage, MediaError> {
    let frame = ViewFrame::new(pose, Viewport { width: f64::from(width), height: f64::from(height) });
    let panorama_from_world = world_from_panorama(correction).transpose();
    let level = level_for(levels, frame.focal_px());
    let at = |x: f64, y: f64| FacePoint::of(panorama_from_world * frame.direction(DVec2::new(x, y)));
    let decoded = Decoded::read(tiles, levels, level, (width, height), at)?;
    // Between two levels a tile has up to two pixels for one of the picture: four samples a pixel leave none out.
    let offsets = [0.25, 0.75];
    let mut picture = RgbImage::new(width, height);
    picture.par_chunks_exact_mut(width as usize * 3).enumerate().for_each(|(row, line)| {
        for (column, pixel) in line.chunks_exact_mut(3).enumerate() {
            let mut sum = [0f32; 3];
            for (dx, dy) in offsets.into_iter().flat_map(|dy| offsets.into_iter().map(move |dx| (dx, dy))) {
                let colour = decoded.colour(at(column as f64 + dx, row as f64 + dy));
                for (sum, value) in sum.iter_mut().zip(colour) {
                    *sum += value;
                }
            }
            pixel.copy_from_slice(&sum.map(|sum| (sum / 4.0 + 0.5) as u8));
        }
    });
    Ok(picture)
}

/// The smallest level that has a pixel for every pixel in the middle of the view, where faces are coarsest.
fn level_for(levels: &Levels, focal_px: f64) -> u32 {
    (0..levels.count())
        .find(|level| levels.face_size(*level).is_some_and(|size| f64::from(size) / 2.0 >= focal_px))
        .unwrap_or(levels.top())
}

/// The tiles that a view shows.
struct Decoded {
    tiles: HashMap<(Face, u32, u32), (TileRect, RgbImage)>,
    face_size: f64,
}

impl Decoded {
    fn read(
        tiles: &(impl Tiles + ?Sized),
        levels: &Levels,
        level: u32,
        (width, height): (u32, u32),
        at: impl Fn(f64, f64) -> FacePoint + Sync,
    ) -> Result<Self, MediaError> {
        let face_size = f64::from(levels.face_size(level).unwrap_or(1));
        // No sample may meet a missing tile, be it a sliver at a corner: every pixel's corners are asked.
        let mut wanted: Vec<_> = (0..=height)
            .into_par_iter()
            .flat_map_iter(|y| {
                let mut line: Vec<_> = (0..=width).map(|x| key(at(f64::from(x), f64::from(y)), face_size)).collect();
                line.dedup();
                line
            })
            .collect();
        wanted.sort_unstable();
        wanted.dedup();
        let tiles = wanted
            .into_par_iter()
            .map(|key| {
                let (face, y, x) = key;
                let id = TileId { level, face, x, y };
                let rect = levels.tile_rect(id).ok_or_else(|| MediaError::MissingTile(id.path()))?;
                let bytes = tiles.tile(id).map_err(MediaError::io(id.path()))?;
                let picture = image::load_from_memory_with_format(&bytes, image::ImageFormat::Jpeg)
                    .map_err(|_| MediaError::MissingTile(id.path()))?
                    .into_rgb8();
                if picture.dimensions() != (rect.image_width(), rect.image_height()) {
                    return Err(MediaError::MissingTile(id.path()));
                }
                Ok((key, (rect, picture)))
            })
            .collect::<Result<_, _>>()?;
        Ok(Self { tiles, face_size })
    }

    /// Linear interpolation, as the viewer's texture unit does it; the gutter serves the tile's edge.
    fn colour(&self, point: FacePoint) -> [f32; 3] {
        let Some((rect, picture)) = self.tiles.get(&key(point, self.face_size)) else { return [0.0; 3] };
        let (x, y) = rect.image_xy(point.u, point.v);
        let limit = |value: f64, size: u32| (value - 0.5).clamp(0.0, f64::from(size) - 1.001);
        let (x, y) = (limit(x, picture.width()), limit(y, picture.height()));
        let (left, top) = (x as u32, y as u32);
        let (dx, dy) = ((x - f64::from(left)) as f32, (y - f64::from(top)) as f32);
        let stride = picture.width() as usize * 3;
        let at = top as usize * stride + left as usize * 3;
        let pixels = picture.as_raw();
        std::array::from_fn(|channel| {
            let value = |offset: usize| f32::from(pixels[at + offset + channel]);
            let upper = value(0) + (value(3) - value(0)) * dx;
            let lower = value(stride) + (value(stride + 3) - value(stride)) * dx;
            upper + (lower - upper) * dy
        })
    }
}

/// Face, row and column of the tile that holds a point.
fn key(point: FacePoint, face_size: f64) -> (Face, u32, u32) {
    let index = |share: f64| (share * face_size).clamp(0.0, face_size - 1.0) as u32 / TILE_CONTENT;
    (point.face, index(point.v), index(point.u))
}
