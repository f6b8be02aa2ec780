//! One panorama as an eye sees it: which tiles that needs, and where on the cube they are drawn.

use glam::{DMat3, DVec3};
use scene::pyramid::{GUTTER, Levels, PREVIEW_FACE, TileId, TileRect};
use scene::sphere::{FacePoint, ViewFrame, ViewPose};
use scene::visibility::{Detail, PanoramaView};

use super::Key;
use super::draw_list::{Patch, draw_list};
use crate::camera::Camera;
use crate::render::{TILE_TEXELS, ViewMatrix};
use crate::store::{SceneIndex, Store};
use crate::walk;

/// A tile's quad reaches this far into its gutter, texels, so that no gap opens between neighbours.
const OVERLAP: f64 = 0.25;

/// One panorama as it is seen.
pub struct Seen<'a> {
    /// Its scene.
    pub scene: SceneIndex,
    /// Its pyramid.
    pub levels: &'a Levels,
    frame: ViewFrame,
    correction: DMat3,
    eye: DVec3,
}

impl<'a> Seen<'a> {
    /// From where it was taken; `None` while its pyramid is not known.
    pub fn new(store: &'a Store, camera: &Camera, scene: SceneIndex, pose: ViewPose) -> Option<Self> {
        Some(Self {
            scene,
            levels: &store.manifest(scene)?.levels,
            frame: ViewFrame::new(&pose, camera.device_viewport()),
            correction: store.correction(scene),
            eye: DVec3::ZERO,
        })
    }

    /// From where the eye is on its way; `None` while its pyramid is not known.
    pub fn walked(store: &'a Store, camera: &Camera, seen: walk::Seen) -> Option<Self> {
        Some(Self { eye: seen.eye, ..Self::new(store, camera, seen.scene, seen.pose)? })
    }

    /// Takes directions of the cube to the screen.
    pub fn matrix(&self) -> ViewMatrix {
        ViewMatrix::new(&self.frame, self.correction).seen_from(self.correction.transpose() * self.eye)
    }

    fn view(&self) -> PanoramaView<'_> {
        PanoramaView::new(self.levels, &self.frame, self.correction)
    }

    fn choose(&self, detail: Detail) -> Vec<TileId> {
        self.view().choose(detail).into_iter().map(|visible| visible.tile).collect()
    }

    /// The tiles that a sharp view needs.
    pub fn chosen(&self) -> Vec<TileId> {
        self.choose(Detail::SHARP)
    }

    /// The tiles that fill the view coarsely.
    pub fn roots(&self) -> Vec<TileId> {
        self.choose(Detail::COARSE)
    }

    /// What is drawn of the panorama for the `chosen` tiles.
    pub fn patches(&self, chosen: &[TileId], opacity: impl Fn(TileId) -> Option<f32>) -> Vec<Patch> {
        if self.eye == DVec3::ZERO {
            return draw_list(self.levels, chosen, opacity, |tile| self.view().visible(tile).is_some());
        }
        // From another place than its own the eye sees other parts of the cube than the view: all of it is there, coarsely.
        let cube: Vec<_> = chosen.iter().copied().chain(self.levels.tiles(0)).collect();
        draw_list(self.levels, &cube, opacity, |_| true)
    }

    /// What the view needs, most urgent first: anything at all, everything coarsely, everything sharply.
    pub fn needs(&self) -> Vec<Key> {
        let tiles = self.roots().into_iter().chain(self.chosen()).map(|tile| self.scene.tile(tile));
        std::iter::once(self.scene.preview()).chain(tiles).collect()
    }
}

/// Upper left, upper right and lower left corner of a patch; left, top, right and bottom of its picture in the layer.
pub fn quad(levels: &Levels, patch: &Patch) -> Option<([DVec3; 3], [f32; 4])> {
    let place = levels.tile_rect(patch.place)?;
    let [low, high] = [
        place.face_uv(f64::from(GUTTER) - OVERLAP, f64::from(GUTTER) - OVERLAP),
        place.face_uv(f64::from(GUTTER + place.width) + OVERLAP, f64::from(GUTTER + place.height) + OVERLAP),
    ];
    let face = patch.place.face;
    let at = |u, v| FacePoint { face, u, v }.direction();
    let corners = [at(low.0, low.1), at(high.0, low.1), at(low.0, high.1)];
    let source = match patch.source {
        Some(tile) => levels.tile_rect(tile)?,
        None => preview_rect(),
    };
    // In its layer the preview is a strip of six faces.
    let top = if patch.source.is_some() { 0 } else { face as u32 * preview_rect().image_height() };
    let texel = |(u, v)| {
        let (x, y) = source.image_xy(u, v);
        // A level that is not quite twice as large as the one before has tiles that reach a little beyond their parents.
        let within = |at: f64, size: u32| at.clamp(0.5, f64::from(size) - 0.5);
        [within(x, source.image_width()), within(y, source.image_height()) + f64::from(top)]
            .map(|texel| (texel / f64::from(TILE_TEXELS)) as f32)
    };
    let ([left, top], [right, bottom]) = (texel(low), texel(high));
    Some((corners, [left, top, right, bottom]))
}

/// A face of the preview, as a tile.
const fn preview_rect() -> TileRect {
    TileRect { left: 0, top: 0, width: PREVIEW_FACE, height: PREVIEW_FACE, face_size: PREVIEW_FACE }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use scene::sphere::{Viewport, direction};

    /// Where a ray from inside the cube leaves it.
    fn leaves(eye: DVec3, towards: DVec3) -> DVec3 {
        let along = |eye: f64, towards: f64| (1f64.copysign(towards) - eye) / towards;
        let way = (0..3).map(|axis| along(eye[axis], towards[axis])).fold(f64::INFINITY, f64::min);
        eye + towards * way
    }

    fn lies_in(levels: &Levels, place: TileId, point: &FacePoint) -> bool {
        levels.tile_rect(place).is_some_and(|rect| {
            let (x, y) = (point.u * f64::from(rect.face_size), point.v * f64::from(rect.face_size));
            let within = |at: f64, from: u32, size: u32| {
                at >= f64::from(from) - OVERLAP && at <= f64::from(from + size) + OVERLAP
            };
            place.face == point.face && within(x, rect.left, rect.width) && within(y, rect.top, rect.height)
        })
    }

    proptest! {
        /// Also where the shopper walks towards a link that is outside of the view.
        #[test]
        fn a_step_leaves_no_part_of_the_screen_empty(
            yaw in -3.1f64..3.1, pitch in -1.2f64..1.2, fov in 0.4f64..1.9, aside in -1.0f64..1.0, far in -0.3f64..0.34,
        ) {
            let levels = Levels::for_face(2040);
            let screen = Viewport { width: 390.0, height: 844.0 };
            let frame = ViewFrame::new(&ViewPose { yaw, pitch, fov }, screen);
            let eye = direction(yaw + aside, 0.0) * far;
            let seen = Seen { scene: SceneIndex(0), levels: &levels, frame, correction: DMat3::IDENTITY, eye };
            let patches = seen.patches(&seen.chosen(), |_| Some(1.0));
            for (x, y) in (0..=8).flat_map(|x| (0..=8).map(move |y| (x, y))) {
                let pixel = glam::DVec2::new(f64::from(x) / 8.0 * screen.width, f64::from(y) / 8.0 * screen.height);
                let point = FacePoint::of(leaves(eye, seen.frame.direction(pixel)));
                prop_assert!(patches.iter().any(|patch| lies_in(&levels, patch.place, &point)), "{pixel} is empty");
            }
        }
    }
}
