//! Posters: the pictures that a page shows before the viewer runs, rendered from a pyramid by the viewer's own rule.

use std::io;
use std::sync::OnceLock;

use glam::DVec2;
use image::RgbImage;
use rayon::prelude::*;
use scene::document::{SphereCorrection, View};
use scene::pyramid::{Levels, Manifest, TILE_CONTENT, TileId, TileRect};
use scene::sphere::{FacePoint, ViewFrame, ViewLimits, ViewPose, Viewport, world_from_panorama};

use super::MediaError;
use super::pyramid::encode_jpeg;

const QUALITY: u8 = 72;

/// The shapes of posters; every screen shows a part of one of the first two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Orientation {
    /// 1600×900.
    Landscape,
    /// 720×1560.
    Portrait,
    /// 320×180, for lists.
    Thumbnail,
}

impl Orientation {
    /// Width and height, pixels.
    #[must_use]
    pub const fn size(self) -> (u32, u32) {
        match self {
            Self::Landscape => (1600, 900),
            Self::Portrait => (720, 1560),
            Self::Thumbnail => (320, 180),
        }
    }
}

/// Where a pyramid's tiles come from.
pub trait Tiles: Sync {
    /// The bytes of a stored tile.
    fn tile(&self, tile: TileId) -> io::Result<Vec<u8>>;
}

impl Tiles for std::path::PathBuf {
    fn tile(&self, tile: TileId) -> io::Result<Vec<u8>> {
        std::fs::read(self.join(tile.path()))
    }
}

/// Renders the poster of an opening view as JPEG. `tiles` is no parameter of a type, so that the loops over pixels are compiled here,
/// optimised, and not in the caller's crate.
pub fn render(
    tiles: &dyn Tiles,
    manifest: &Manifest,
    view: &View,
    correction: &SphereCorrection,
    orientation: Orientation,
) -> Result<Vec<u8>, MediaError> {
    let (width, height) = orientation.size();
    let viewport = Viewport { width: f64::from(width), height: f64::from(height) };
    let pose = ViewLimits::new(manifest.coverage, correction).opening(&ViewPose::from(*view), viewport);
    let picture = render_view(tiles, &manifest.levels, &pose, correction, (width, height))?;
    encode_jpeg(picture.as_raw(), width, height, QUALITY)
}

/// Renders a view of any size.
pub(super) fn render_view(
    tiles: &dyn Tiles,
    levels: &Levels,
    pose: &ViewPose,
    correction: &SphereCorrection,
    (width, height): (u32, u32),
) -> Result<RgbImage, MediaError> {
    let frame = ViewFrame::new(pose, Viewport { width: f64::from(width), height: f64::from(height) });
    let panorama_from_world = world_from_panorama(correction).transpose();
    let level = level_for(levels, frame.focal_px());
    let cells = Cells::new(tiles, levels, level);
    // Between two levels a tile has up to two pixels for one of the picture: four samples a pixel leave none out.
    let offsets = [0.25, 0.75];
    let mut picture = RgbImage::new(width, height);
    picture.par_chunks_exact_mut(width as usize * 3).enumerate().for_each(|(row, line)| {
        for (column, pixel) in line.chunks_exact_mut(3).enumerate() {
            let mut sum = [0f32; 3];
            for (dx, dy) in offsets.into_iter().flat_map(|dy| offsets.into_iter().map(move |dx| (dx, dy))) {
                let towards = frame.direction(DVec2::new(column as f64 + dx, row as f64 + dy));
                let colour = cells.colour(FacePoint::of(panorama_from_world * towards));
                for (sum, value) in sum.iter_mut().zip(colour) {
                    *sum += value;
                }
            }
            pixel.copy_from_slice(&sum.map(|sum| (sum / 4.0 + 0.5) as u8));
        }
    });
    cells.finish().map(|()| picture)
}

/// The smallest level that has a pixel for every pixel in the middle of the view, where faces are coarsest.
fn level_for(levels: &Levels, focal_px: f64) -> u32 {
    (0..levels.count())
        .find(|level| levels.face_size(*level).is_some_and(|size| f64::from(size) / 2.0 >= focal_px))
        .unwrap_or(levels.top())
}

/// A level's tiles, each read and decoded when the first sample falls on it.
struct Cells<'a> {
    tiles: &'a dyn Tiles,
    levels: &'a Levels,
    level: u32,
    face_size: f64,
    per_edge: u32,
    decoded: Vec<OnceLock<Result<(TileRect, RgbImage), MediaError>>>,
}

impl<'a> Cells<'a> {
    fn new(tiles: &'a dyn Tiles, levels: &'a Levels, level: u32) -> Self {
        let per_edge = levels.tiles_per_edge(level).unwrap_or(1);
        let decoded = (0..6 * per_edge * per_edge).map(|_| OnceLock::new()).collect();
        Self { tiles, levels, level, face_size: f64::from(levels.face_size(level).unwrap_or(1)), per_edge, decoded }
    }

    fn decode(&self, id: TileId) -> Result<(TileRect, RgbImage), MediaError> {
        let missing = || MediaError::MissingTile(id.path());
        let rect = self.levels.tile_rect(id).ok_or_else(missing)?;
        let bytes = self.tiles.tile(id).map_err(MediaError::io(id.path()))?;
        let picture =
            image::load_from_memory_with_format(&bytes, image::ImageFormat::Jpeg).map_err(|_| missing())?.into_rgb8();
        let is_whole = picture.dimensions() == (rect.image_width(), rect.image_height());
        if is_whole { Ok((rect, picture)) } else { Err(missing()) }
    }

    /// Linear interpolation, as the viewer's texture unit does it; the gutter serves the tile's edge.
    fn colour(&self, point: FacePoint) -> [f32; 3] {
        let index = |share: f64| (share * self.face_size).clamp(0.0, self.face_size - 1.0) as u32 / TILE_CONTENT;
        let (x, y) = (index(point.u), index(point.v));
        let cell = ((point.face as u32 * self.per_edge + y) * self.per_edge + x) as usize;
        let decoded =
            self.decoded[cell].get_or_init(|| self.decode(TileId { level: self.level, face: point.face, x, y }));
        let Ok((rect, picture)) = decoded else { return [0.0; 3] };
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

    /// The first tile's error, if any could not be had.
    fn finish(self) -> Result<(), MediaError> {
        self.decoded.into_iter().filter_map(OnceLock::into_inner).try_for_each(|cell| cell.map(drop))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Jpeg, panorama, psnr, reproject};
    use crate::{Control, Folder, Limits, Source, build};

    #[test]
    fn a_poster_is_the_view_that_the_viewer_shows() {
        let whole = panorama(2048);
        let out = tempfile::tempdir().unwrap();
        let source = Source::open(vec![Jpeg::default().write(&whole)], &Limits::default()).unwrap();
        let folder = Folder::create(out.path(), source.id()).unwrap();
        let manifest = build(source, &folder, &Control::default()).unwrap();
        let place = folder.finish().unwrap();
        let view = View { yaw: 30.0, pitch: -10.0, fov: 100.0 };
        for orientation in [Orientation::Landscape, Orientation::Portrait] {
            let poster = render(&place, &manifest, &view, &SphereCorrection::default(), orientation).unwrap();
            let poster = image::load_from_memory(&poster).unwrap().into_rgb8();
            let (width, height) = orientation.size();
            assert_eq!(poster.dimensions(), (width, height));
            let viewport = Viewport { width: f64::from(width), height: f64::from(height) };
            let expected = reproject(&whole, &ViewFrame::new(&ViewPose::from(view), viewport), 1);
            let decibels = psnr(&poster, &expected);
            assert!(decibels > 34.0, "{orientation:?}: {decibels:.1} dB");
            // A panorama moved 30° to the right shows at yaw 60° what was at 30°.
            let moved = View { yaw: 60.0, ..view };
            let pan = SphereCorrection { pan: 30.0, ..SphereCorrection::default() };
            let same = render(&place, &manifest, &moved, &pan, orientation).unwrap();
            assert!(psnr(&image::load_from_memory(&same).unwrap().into_rgb8(), &poster) > 45.0);
        }
        std::fs::remove_dir_all(place.join("1")).unwrap();
        let error = render(&place, &manifest, &view, &SphereCorrection::default(), Orientation::Landscape);
        assert!(error.unwrap_err().to_string().starts_with("1/"));
    }

    #[test]
    fn the_level_has_a_pixel_for_every_pixel() {
        let levels = Levels::for_equirect(8192);
        assert_eq!(level_for(&levels, 100.0), 0);
        assert_eq!(level_for(&levels, 163.0), 0);
        assert_eq!(level_for(&levels, 164.0), 1);
        assert_eq!(level_for(&levels, 1e6), 3);
    }
}
