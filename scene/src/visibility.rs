//! Which tiles of a pyramid a view needs: a descent through the quadtree of each face.
//!
//! A tile is visible when its quad, turned by the scene's correction, meets the view's frustum; it is fine enough when
//! its visible part has a texel for every screen pixel. Both are decided per tile, not at the view's centre, because
//! a rectilinear picture shows its edges much larger than its middle.

use glam::{DMat3, DVec2, DVec3};

use crate::pyramid::{Levels, TileId};
use crate::sphere::{Face, FacePoint, ViewFrame};

/// A tile that the view needs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct VisibleTile {
    /// The tile.
    pub tile: TileId,
    /// Screen pixels per texel in the visible part, along an edge.
    pub px_per_texel: f64,
    /// Distance of the visible part from the middle of the screen, pixels; 0 where it contains the middle.
    pub from_centre_px: f64,
}

/// How fine a picture is wanted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Detail {
    /// A tile whose texels are larger than this many screen pixels is replaced by its children.
    pub max_px_per_texel: f64,
    /// At most so many tiles; where the view would need more, all of it is shown coarser.
    pub max_tiles: usize,
}

impl Detail {
    /// What the viewer draws. A texel may be a little larger than a screen pixel before the next level, four times the
    /// data, is fetched; and so many tiles fit, with level 0, previews and a scene that fades away, on the GPU.
    pub const SHARP: Self = Self { max_px_per_texel: 1.1, max_tiles: 40 };
    /// Level 0 alone: the first that is drawn.
    pub const COARSE: Self = Self { max_px_per_texel: f64::INFINITY, max_tiles: usize::MAX };
}

/// A view of one panorama: the frame, and how the panorama is turned.
#[derive(Clone, Copy, Debug)]
pub struct PanoramaView<'a> {
    levels: &'a Levels,
    frame: &'a ViewFrame,
    view_from_panorama: DMat3,
}

impl<'a> PanoramaView<'a> {
    /// A view through `frame` of a panorama turned by `world_from_panorama`.
    #[must_use]
    pub fn new(levels: &'a Levels, frame: &'a ViewFrame, world_from_panorama: DMat3) -> Self {
        Self { levels, frame, view_from_panorama: frame.world_from_view().transpose() * world_from_panorama }
    }

    /// The tiles that cover the view with the wanted detail, those nearest to the middle of the screen first.
    #[must_use]
    pub fn choose(&self, detail: Detail) -> Vec<VisibleTile> {
        let mut max_px_per_texel = detail.max_px_per_texel;
        loop {
            let mut chosen = Vec::new();
            for face in Face::ALL {
                self.descend(TileId { level: 0, face, x: 0, y: 0 }, max_px_per_texel, &mut chosen);
            }
            let coarsest = chosen.iter().all(|visible| visible.tile.level == 0);
            if chosen.len() <= detail.max_tiles || coarsest {
                chosen.sort_by(|a, b| a.from_centre_px.total_cmp(&b.from_centre_px).then(a.tile.cmp(&b.tile)));
                return chosen;
            }
            max_px_per_texel *= std::f64::consts::SQRT_2;
        }
    }

    fn descend(&self, tile: TileId, max_px_per_texel: f64, chosen: &mut Vec<VisibleTile>) {
        let Some(visible) = self.visible(tile) else { return };
        if visible.px_per_texel > max_px_per_texel && tile.level < self.levels.top() {
            for child in tile.children() {
                self.descend(child, max_px_per_texel, chosen);
            }
        } else {
            chosen.push(visible);
        }
    }

    /// How large and where the view shows `tile`; `None` where it does not show it, or the pyramid has no such tile.
    #[must_use]
    pub fn visible(&self, tile: TileId) -> Option<VisibleTile> {
        let polygon = self.clipped(tile)?;
        let face_size = f64::from(self.levels.face_size(tile.level)?);
        let on_screen: Vec<DVec2> = polygon.iter().map(|&in_view| self.project(in_view)).collect();
        let face_from_view = tile.face.world_from_face().transpose() * self.view_from_panorama.transpose();
        let texels = polygon.iter().map(|&in_view| (face_from_view * in_view).truncate() * face_size / 2.0);
        let (screen_area, texel_area) = (area(on_screen.iter().copied()), area(texels));
        (screen_area > 0.0 && texel_area > 0.0).then(|| VisibleTile {
            tile,
            px_per_texel: (screen_area / texel_area).sqrt(),
            from_centre_px: distance_from_origin(&on_screen),
        })
    }

    /// The tile's quad in view space, clipped to the frustum; `None` where nothing is left.
    fn clipped(&self, tile: TileId) -> Option<Vec<DVec3>> {
        let rect = self.levels.tile_rect(tile)?;
        let edge = f64::from(rect.face_size);
        let (left, top) = (f64::from(rect.left) / edge, f64::from(rect.top) / edge);
        let (right, bottom) = (f64::from(rect.left + rect.width) / edge, f64::from(rect.top + rect.height) / edge);
        let mut polygon: Vec<DVec3> = [(left, top), (right, top), (right, bottom), (left, bottom)]
            .into_iter()
            .map(|(u, v)| self.view_from_panorama * FacePoint { face: tile.face, u, v }.direction())
            .collect();
        // The four sides of the frustum meet in the eye; together they leave nothing behind it.
        let viewport = self.frame.viewport();
        let (half_width, half_height) = (viewport.width / 2.0, viewport.height / 2.0);
        let focal = self.frame.focal_px();
        for inward in [
            DVec3::new(focal, 0.0, -half_width),
            DVec3::new(-focal, 0.0, -half_width),
            DVec3::new(0.0, focal, -half_height),
            DVec3::new(0.0, -focal, -half_height),
        ] {
            polygon = clip(&polygon, inward);
        }
        (polygon.len() >= 3).then_some(polygon)
    }

    /// Screen position from the middle of the screen, pixels, y up.
    fn project(&self, in_view: DVec3) -> DVec2 {
        in_view.truncate() * self.frame.focal_px() / -in_view.z
    }
}

/// The part of a convex polygon on the side of a plane through the origin to which `inward` points.
fn clip(polygon: &[DVec3], inward: DVec3) -> Vec<DVec3> {
    let mut kept = Vec::with_capacity(polygon.len() + 1);
    for (index, &point) in polygon.iter().enumerate() {
        let next = polygon[(index + 1) % polygon.len()];
        let (here, there) = (inward.dot(point), inward.dot(next));
        if here >= 0.0 {
            kept.push(point);
        }
        if (here > 0.0 && there < 0.0) || (here < 0.0 && there > 0.0) {
            kept.push(point.lerp(next, here / (here - there)));
        }
    }
    kept
}

/// Area of a convex polygon.
fn area(corners: impl Iterator<Item = DVec2> + Clone) -> f64 {
    let shifted = corners.clone().cycle().skip(1);
    corners.zip(shifted).map(|(a, b)| a.perp_dot(b)).sum::<f64>().abs() / 2.0
}

/// Distance of a convex polygon from the origin, 0 where it contains the origin.
fn distance_from_origin(corners: &[DVec2]) -> f64 {
    let edges = || corners.iter().zip(corners.iter().cycle().skip(1)).map(|(&a, &b)| (a, b));
    let inside = edges().all(|(a, b)| a.perp_dot(b) >= 0.0) || edges().all(|(a, b)| a.perp_dot(b) <= 0.0);
    if inside {
        return 0.0;
    }
    edges()
        .map(|(a, b)| {
            let along = (-a.dot(b - a) / (b - a).length_squared()).clamp(0.0, 1.0);
            if along.is_nan() { a.length() } else { a.lerp(b, along).length() }
        })
        .fold(f64::INFINITY, f64::min)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::SphereCorrection;
    use crate::sphere::{ViewPose, Viewport, world_from_panorama};
    use proptest::prelude::*;

    const EXACT: Detail = Detail { max_px_per_texel: 1.0, max_tiles: usize::MAX };

    fn frame(yaw: f64, pitch: f64, fov: f64, width: f64, height: f64) -> ViewFrame {
        let pose = ViewPose { yaw: yaw.to_radians(), pitch: pitch.to_radians(), fov: fov.to_radians() };
        ViewFrame::new(&pose, Viewport { width, height })
    }

    fn holds(levels: &Levels, tile: TileId, point: FacePoint) -> bool {
        let rect = levels.tile_rect(tile).unwrap();
        let (x, y) = (point.u * f64::from(rect.face_size), point.v * f64::from(rect.face_size));
        let within = |value: f64, start: u32, length: u32| {
            value >= f64::from(start) - 1e-6 && value <= f64::from(start + length) + 1e-6
        };
        tile.face == point.face && within(x, rect.left, rect.width) && within(y, rect.top, rect.height)
    }

    #[test]
    fn a_narrow_view_of_the_front_needs_one_fine_tile() {
        let levels = Levels::for_face(2040);
        // Four tiles along an edge; 20° around (u, v) = (0.375, 0.375) lie in the tile (1, 1).
        let target = FacePoint { face: Face::Front, u: 0.375, v: 0.375 }.direction();
        let (yaw, pitch) = crate::sphere::yaw_pitch(target);
        let frame = frame(yaw.to_degrees(), pitch.to_degrees(), 12.0, 800.0, 450.0);
        let chosen = PanoramaView::new(&levels, &frame, DMat3::IDENTITY).choose(EXACT);
        assert_eq!(chosen.len(), 1);
        assert_eq!(chosen[0].tile, TileId { level: 2, face: Face::Front, x: 1, y: 1 });
        assert!(chosen[0].from_centre_px < 1e-9);
    }

    #[test]
    fn what_lies_behind_is_not_chosen_and_the_middle_comes_first() {
        let levels = Levels::for_equirect(8192);
        let frame = frame(90.0, 0.0, 100.0, 1280.0, 720.0);
        let chosen = PanoramaView::new(&levels, &frame, DMat3::IDENTITY).choose(EXACT);
        assert!(chosen.iter().all(|visible| visible.tile.face != Face::Left));
        assert_eq!(chosen[0].tile.face, Face::Right);
        assert!(chosen.is_sorted_by(|a, b| a.from_centre_px <= b.from_centre_px));
    }

    #[test]
    fn correction_is_applied_before_visibility_is_judged() {
        let levels = Levels::for_equirect(1024);
        let frame = frame(0.0, 0.0, 40.0, 1280.0, 720.0);
        let turned = world_from_panorama(&SphereCorrection { pan: 90.0, ..Default::default() });
        let chosen = PanoramaView::new(&levels, &frame, turned).choose(EXACT);
        // What was to the left is in front now.
        assert!(!chosen.is_empty() && chosen.iter().all(|visible| visible.tile.face == Face::Left));
    }

    #[test]
    fn the_limit_makes_the_whole_view_coarser() {
        let levels = Levels::for_equirect(16384);
        let frame = frame(45.0, 30.0, 100.0, 3840.0, 2160.0);
        let view = PanoramaView::new(&levels, &frame, DMat3::IDENTITY);
        assert!(view.choose(EXACT).len() > 40);
        let limited = view.choose(Detail { max_tiles: 40, ..EXACT });
        assert!((6..=40).contains(&limited.len()), "{}", limited.len());
    }

    proptest! {
        #[test]
        fn chosen_tiles_cover_every_pixel_of_the_view_once(
            width in 256u32..16384, yaw in -180.0f64..180.0, pitch in -90.0f64..=90.0, fov in 20.0f64..120.0,
            (screen_width, screen_height) in prop::sample::select(vec![(960.0, 540.0), (390.0, 844.0), (700.0, 700.0), (2000.0, 300.0)]),
            pan in -180.0f64..180.0, tilt in -30.0f64..30.0, roll in -30.0f64..30.0,
            max_tiles in prop::sample::select(vec![8, 40, usize::MAX]),
        ) {
            let levels = Levels::for_equirect(width);
            let frame = frame(yaw, pitch, fov, screen_width, screen_height);
            let correction = world_from_panorama(&SphereCorrection { pan, tilt, roll });
            let chosen = PanoramaView::new(&levels, &frame, correction).choose(Detail { max_px_per_texel: 1.0, max_tiles });
            for row in 0..=12 {
                for column in 0..=12 {
                    let pixel = DVec2::new(
                        (f64::from(column) / 12.0).clamp(1e-4, 1.0 - 1e-4) * screen_width,
                        (f64::from(row) / 12.0).clamp(1e-4, 1.0 - 1e-4) * screen_height,
                    );
                    let point = FacePoint::of(correction.transpose() * frame.direction(pixel));
                    let holding = chosen.iter().filter(|visible| holds(&levels, visible.tile, point)).count();
                    // More than one only where the pixel lies on an edge between tiles.
                    prop_assert!(holding >= 1, "{pixel} at {point:?} is not covered");
                }
            }
        }

        #[test]
        fn faces_edges_and_corners_are_covered_from_every_side(
            face in 0usize..6, u in prop::sample::select(vec![0.0f64, 0.5, 1.0]), v in prop::sample::select(vec![0.0f64, 0.5, 1.0]),
            fov in 20.0f64..120.0,
        ) {
            let levels = Levels::for_equirect(8192);
            let target = FacePoint { face: Face::ALL[face], u, v }.direction();
            let (yaw, pitch) = crate::sphere::yaw_pitch(target);
            let frame = frame(yaw.to_degrees(), pitch.to_degrees(), fov, 960.0, 540.0);
            let chosen = PanoramaView::new(&levels, &frame, DMat3::IDENTITY).choose(EXACT);
            for pixel in [DVec2::new(479.7, 269.7), DVec2::new(480.3, 269.7), DVec2::new(479.7, 270.3), DVec2::new(480.3, 270.3)] {
                let point = FacePoint::of(frame.direction(pixel));
                prop_assert!(chosen.iter().any(|visible| holds(&levels, visible.tile, point)), "{point:?}");
            }
        }

        #[test]
        fn every_chosen_tile_is_fine_enough_and_no_finer_than_needed(
            width in 256u32..16384, yaw in -180.0f64..180.0, pitch in -90.0f64..=90.0, fov in 20.0f64..120.0,
        ) {
            let levels = Levels::for_equirect(width);
            let frame = frame(yaw, pitch, fov, 960.0, 540.0);
            let view = PanoramaView::new(&levels, &frame, DMat3::IDENTITY);
            for visible in view.choose(EXACT) {
                prop_assert!(visible.px_per_texel <= 1.0 || visible.tile.level == levels.top());
                if let Some(parent) = visible.tile.parent() {
                    prop_assert!(view.visible(parent).unwrap().px_per_texel > 1.0);
                }
            }
        }
    }
}
