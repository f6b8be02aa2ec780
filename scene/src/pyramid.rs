//! A panorama as a pyramid of tiles: sizes, names, and where each tile lies.
//!
//! A pyramid is six cube faces in several levels, level 0 the smallest. Each level's face is cut into tiles of up to
//! [`TILE_CONTENT`] pixels; around its content each tile carries [`GUTTER`] pixel taken from the sphere itself, also
//! across faces, so that filtering between tiles shows no seam.

use std::f64::consts::PI;

use serde::{Deserialize, Serialize};

use crate::sphere::Face;

/// Largest content of a tile, pixels. With its gutter a tile is at most 512 pixels.
pub const TILE_CONTENT: u32 = 510;
/// Pixels around a tile's content that belong to its neighbours.
pub const GUTTER: u32 = 1;
/// Content of a face in the inline preview, pixels; each of its six faces has a gutter as tiles have.
pub const PREVIEW_FACE: u32 = 64;

/// Whether `id` is the name of a pyramid: sha256 in 64 lower-case hexadecimal digits.
#[must_use]
pub fn is_id(id: &str) -> bool {
    id.len() == 64 && id.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// Sizes of a pyramid's levels.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "strict", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Levels {
    /// Edge of a face at each level, pixels, smallest first. Never empty.
    sizes: Vec<u32>,
}

impl Levels {
    /// Levels for an equirectangular source whose full sphere is `full_width` pixels wide: the top face is
    /// `full_width` / π rounded up to a multiple of 8, which keeps the equator's resolution at the centre of a face.
    #[must_use]
    pub fn for_equirect(full_width: u32) -> Self {
        Self::for_face((f64::from(full_width) / PI).ceil() as u32)
    }

    /// Levels for cube faces of `edge` pixels.
    #[must_use]
    pub fn for_face(edge: u32) -> Self {
        let mut sizes = vec![edge.max(1).next_multiple_of(8)];
        while let Some(&size) = sizes.last().filter(|size| **size > TILE_CONTENT) {
            sizes.push(size.div_ceil(2));
        }
        sizes.reverse();
        Self { sizes }
    }

    /// Number of levels.
    #[must_use]
    pub fn count(&self) -> u32 {
        self.sizes.len() as u32
    }

    /// The largest level.
    #[must_use]
    pub fn top(&self) -> u32 {
        self.count() - 1
    }

    /// Edge of a face at `level`, pixels.
    #[must_use]
    pub fn face_size(&self, level: u32) -> Option<u32> {
        self.sizes.get(level as usize).copied()
    }

    /// Tiles along an edge of a face at `level`.
    #[must_use]
    pub fn tiles_per_edge(&self, level: u32) -> Option<u32> {
        Some(self.face_size(level)?.div_ceil(TILE_CONTENT))
    }

    /// Where a tile lies, `None` when the pyramid has no such tile.
    #[must_use]
    pub fn tile_rect(&self, tile: TileId) -> Option<TileRect> {
        let face_size = self.face_size(tile.level)?;
        let per_edge = self.tiles_per_edge(tile.level)?;
        (tile.x < per_edge && tile.y < per_edge).then(|| TileRect {
            left: tile.x * TILE_CONTENT,
            top: tile.y * TILE_CONTENT,
            width: TILE_CONTENT.min(face_size - tile.x * TILE_CONTENT),
            height: TILE_CONTENT.min(face_size - tile.y * TILE_CONTENT),
            face_size,
        })
    }

    /// Every tile of a level, face by face, row by row.
    pub fn tiles(&self, level: u32) -> impl Iterator<Item = TileId> + use<> {
        let per_edge = self.tiles_per_edge(level).unwrap_or(0);
        Face::ALL.into_iter().flat_map(move |face| {
            (0..per_edge).flat_map(move |y| (0..per_edge).map(move |x| TileId { level, face, x, y }))
        })
    }
}

/// The name of a tile within a pyramid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TileId {
    /// Level, 0 the smallest.
    pub level: u32,
    /// Face.
    pub face: Face,
    /// Column from the left.
    pub x: u32,
    /// Row from the top.
    pub y: u32,
}

impl TileId {
    /// The tile of the level below that contains this one.
    #[must_use]
    pub fn parent(self) -> Option<Self> {
        Some(Self { level: self.level.checked_sub(1)?, face: self.face, x: self.x / 2, y: self.y / 2 })
    }

    /// The up to four tiles of the level above that lie in this one; those beyond the face's edge do not exist.
    pub fn children(self) -> impl Iterator<Item = Self> {
        [(0, 0), (1, 0), (0, 1), (1, 1)].into_iter().map(move |(dx, dy)| Self {
            level: self.level + 1,
            face: self.face,
            x: 2 * self.x + dx,
            y: 2 * self.y + dy,
        })
    }

    /// Path within a pyramid's folder: `{level}/{face}/{y}/{x}.jpg`.
    #[must_use]
    pub fn path(self) -> String {
        format!("{}/{}/{}/{}.jpg", self.level, self.face.letter(), self.y, self.x)
    }

    /// The tile of a [`Self::path`].
    #[must_use]
    pub fn from_path(path: &str) -> Option<Self> {
        let mut parts = path.strip_suffix(".jpg")?.split('/');
        let number = |part: Option<&str>| part.filter(|part| part.len() <= 4).and_then(|part| part.parse().ok());
        let level = number(parts.next())?;
        let mut letters = parts.next()?.chars();
        let face = Face::from_letter(letters.next()?).filter(|_| letters.next().is_none())?;
        let (y, x) = (number(parts.next())?, number(parts.next())?);
        let tile = Self { level, face, x, y };
        // Only the one spelling that `path` writes: no leading zeros, no signs, nothing behind.
        (tile.path() == path).then_some(tile)
    }
}

/// Where a tile's content lies on its face, pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TileRect {
    /// Left edge.
    pub left: u32,
    /// Top edge.
    pub top: u32,
    /// Width of the content.
    pub width: u32,
    /// Height of the content.
    pub height: u32,
    /// Edge of the whole face.
    pub face_size: u32,
}

impl TileRect {
    /// Width of the stored image: content and gutters.
    #[must_use]
    pub const fn image_width(&self) -> u32 {
        self.width + 2 * GUTTER
    }

    /// Height of the stored image: content and gutters.
    #[must_use]
    pub const fn image_height(&self) -> u32 {
        self.height + 2 * GUTTER
    }

    /// Face coordinates (u right, v down, 0 to 1) of a continuous point of the stored image: pixel `i`'s centre is
    /// `i + 0.5`. Points of the gutter beyond the face's edge give coordinates below 0 or above 1.
    #[must_use]
    pub fn face_uv(&self, x: f64, y: f64) -> (f64, f64) {
        let edge = f64::from(self.face_size);
        let gutter = f64::from(GUTTER);
        ((f64::from(self.left) + x - gutter) / edge, (f64::from(self.top) + y - gutter) / edge)
    }

    /// Continuous point of the stored image for face coordinates; the inverse of [`Self::face_uv`].
    #[must_use]
    pub fn image_xy(&self, u: f64, v: f64) -> (f64, f64) {
        let edge = f64::from(self.face_size);
        let gutter = f64::from(GUTTER);
        (u * edge - f64::from(self.left) + gutter, v * edge - f64::from(self.top) + gutter)
    }
}

/// `manifest.json` of a pyramid's folder; it rides along with the published store.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "strict", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    /// Format of the manifest, 1.
    pub version: u32,
    /// Width of the full sphere in the source, pixels (four times the face's edge for cube faces).
    pub source_width: u32,
    /// Level sizes.
    #[serde(flatten)]
    pub levels: Levels,
    /// What the source covers; absent when it is the whole sphere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coverage: Option<Coverage>,
    /// `data:` URL of the preview: the six faces `f r b l u d` below each other, [`PREVIEW_FACE`] pixels each with a
    /// gutter of [`GUTTER`] around it.
    pub preview: String,
}

/// The part of the sphere that a partial panorama covers, degrees. The view is kept inside it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "strict", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Coverage {
    /// Left edge; with `max_yaw` beyond 180 where the covered part passes the back.
    pub min_yaw: f64,
    /// Right edge, at most 360 more than `min_yaw`.
    pub max_yaw: f64,
    /// Lower edge.
    pub min_pitch: f64,
    /// Upper edge.
    pub max_pitch: f64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sphere::{FacePoint, direction};
    use proptest::prelude::*;
    use std::f64::consts::FRAC_PI_2;

    #[test]
    fn sizes_follow_the_rule() {
        assert_eq!(Levels::for_equirect(4096).sizes, [326, 652, 1304]);
        assert_eq!(Levels::for_equirect(8192).sizes, [326, 652, 1304, 2608]);
        assert_eq!(Levels::for_equirect(16384).sizes, [326, 652, 1304, 2608, 5216]);
        assert_eq!(Levels::for_face(512).sizes, [256, 512]);
        assert_eq!(Levels::for_face(510).sizes, [256, 512]);
        assert_eq!(Levels::for_face(504).sizes, [504]);
        assert_eq!(Levels::for_face(1).sizes, [8]);
    }

    #[test]
    fn only_one_spelling_names_a_tile() {
        let tile = TileId { level: 2, face: Face::Left, x: 3, y: 1 };
        assert_eq!(tile.path(), "2/l/1/3.jpg");
        assert_eq!(TileId::from_path("2/l/1/3.jpg"), Some(tile));
        for other in [
            "2/l/1/03.jpg",
            "2/l/1/+3.jpg",
            "2/x/1/3.jpg",
            "2/l/1/3.png",
            "2/lr/1/3.jpg",
            "2/l/1",
            "2/l/1/3/4.jpg",
            "",
            "/.jpg",
        ] {
            assert_eq!(TileId::from_path(other), None, "{other}");
        }
    }

    proptest! {
        #[test]
        fn every_direction_lies_in_exactly_one_tile_of_a_level_and_comes_back(
            yaw in -PI..PI, pitch in -FRAC_PI_2..FRAC_PI_2, width in 256u32..16384,
        ) {
            let levels = Levels::for_equirect(width);
            let point = FacePoint::of(direction(yaw, pitch));
            for level in 0..levels.count() {
                let holds: Vec<_> = levels.tiles(level).filter(|tile| tile.face == point.face).filter_map(|tile| {
                    let rect = levels.tile_rect(tile)?;
                    let (x, y) = rect.image_xy(point.u.clamp(0.0, 1.0 - 1e-12), point.v.clamp(0.0, 1.0 - 1e-12));
                    let inside = |value: f64, size: u32| value >= 1.0 && value < f64::from(size) + 1.0;
                    (inside(x, rect.width) && inside(y, rect.height)).then_some((tile, rect, x, y))
                }).collect();
                prop_assert_eq!(holds.len(), 1, "{:?} at level {}", point, level);
                let (tile, rect, x, y) = holds[0];
                let (u, v) = rect.face_uv(x, y);
                let back = FacePoint { face: tile.face, u, v }.direction().normalize();
                prop_assert!(back.abs_diff_eq(direction(yaw, pitch), 1e-9));
            }
        }

        #[test]
        fn children_lie_in_their_parent(width in 2048u32..16384, level in 1u32..4, pick in 0usize..500) {
            let levels = Levels::for_equirect(width);
            let tiles: Vec<_> = levels.tiles(level).collect();
            prop_assume!(!tiles.is_empty());
            let tile = tiles[pick % tiles.len()];
            let parent = tile.parent().unwrap();
            prop_assert!(levels.tile_rect(parent).is_some());
            prop_assert!(parent.children().any(|child| child == tile));
        }
    }
}
