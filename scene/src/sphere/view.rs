//! What a screen shows of the sphere: a rectilinear view.

use glam::{DMat3, DVec2, DVec3};

use super::direction;

/// Narrowest field of view along the longer side, degrees.
pub const MIN_FOV_DEG: f64 = 20.0;
/// Widest field of view along the longer side, degrees. Beyond it a rectilinear picture is mostly stretched edge.
pub const MAX_FOV_DEG: f64 = 120.0;

/// Longer to shorter side of a landscape poster and of every landscape view's frame.
const LANDSCAPE_ASPECT: f64 = 16.0 / 9.0;
/// Longer to shorter side of a portrait poster and of every portrait view's frame.
const PORTRAIT_ASPECT: f64 = 19.5 / 9.0;

/// Size of a picture or of the part of the screen that shows one, pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Viewport {
    /// Pixels.
    pub width: f64,
    /// Pixels.
    pub height: f64,
}

impl Viewport {
    /// The smallest frame of 16:9 (or 9:19.5 where the screen is taller than wide) that covers this.
    ///
    /// A view is made for such a frame, whose *longer* side spans the field of view, and a screen of another shape shows
    /// the part that fills it, as CSS `object-fit: cover` does. Posters have just these two shapes, so that a poster and
    /// the live view are the same picture on every screen.
    #[must_use]
    pub fn frame(&self) -> Self {
        if self.width >= self.height {
            let width = self.width.max(self.height * LANDSCAPE_ASPECT);
            Self { width, height: width / LANDSCAPE_ASPECT }
        } else {
            let height = self.height.max(self.width * PORTRAIT_ASPECT);
            Self { width: height / PORTRAIT_ASPECT, height }
        }
    }

    /// Distance of the picture's plane from the eye in pixels, for a field of view in radians along the longer side of
    /// the [frame](Self::frame).
    #[must_use]
    pub fn focal_px(&self, fov: f64) -> f64 {
        let frame = self.frame();
        frame.width.max(frame.height) / 2.0 / (fov / 2.0).tan()
    }
}

/// Where a shopper looks and how wide, radians.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ViewPose {
    /// Grows to the right.
    pub yaw: f64,
    /// Grows upward.
    pub pitch: f64,
    /// Field of view along the longer side; [`Viewport::focal_px`] has the rule.
    pub fov: f64,
}

impl From<crate::document::View> for ViewPose {
    fn from(view: crate::document::View) -> Self {
        Self { yaw: view.yaw.to_radians(), pitch: view.pitch.to_radians(), fov: view.fov.to_radians() }
    }
}

impl ViewPose {
    /// Rotation whose columns are the view's right, its up, and the direction from the picture to the eye.
    #[must_use]
    pub fn world_from_view(&self) -> DMat3 {
        DMat3::from_rotation_y(-self.yaw) * DMat3::from_rotation_x(self.pitch)
    }
}

/// A view on a viewport: directions to pixels and back.
#[derive(Clone, Copy, Debug)]
pub struct ViewFrame {
    viewport: Viewport,
    focal_px: f64,
    world_from_view: DMat3,
}

impl ViewFrame {
    /// The frame of a pose on a viewport.
    #[must_use]
    pub fn new(pose: &ViewPose, viewport: Viewport) -> Self {
        Self { viewport, focal_px: viewport.focal_px(pose.fov), world_from_view: pose.world_from_view() }
    }

    /// The viewport.
    #[must_use]
    pub const fn viewport(&self) -> Viewport {
        self.viewport
    }

    /// Distance of the picture's plane from the eye, pixels.
    #[must_use]
    pub const fn focal_px(&self) -> f64 {
        self.focal_px
    }

    /// Rotation from view space to the world.
    #[must_use]
    pub const fn world_from_view(&self) -> DMat3 {
        self.world_from_view
    }

    /// Pixel (from the upper left corner, y down) of a direction; `None` when it lies behind the viewer.
    #[must_use]
    pub fn pixel(&self, towards: DVec3) -> Option<DVec2> {
        let in_view = self.world_from_view.transpose() * towards;
        // Directions almost at a right angle project to coordinates that no screen has.
        (in_view.z < -1e-6 * towards.length()).then(|| {
            DVec2::new(
                self.viewport.width / 2.0 + self.focal_px * in_view.x / -in_view.z,
                self.viewport.height / 2.0 - self.focal_px * in_view.y / -in_view.z,
            )
        })
    }

    /// Unit direction of a pixel; the inverse of [`Self::pixel`].
    #[must_use]
    pub fn direction(&self, pixel: DVec2) -> DVec3 {
        let in_view =
            DVec3::new(pixel.x - self.viewport.width / 2.0, self.viewport.height / 2.0 - pixel.y, -self.focal_px);
        (self.world_from_view * in_view).normalize()
    }

    /// Pixel of `yaw` and `pitch` (radians) where it is on the screen.
    #[must_use]
    pub fn on_screen(&self, yaw: f64, pitch: f64) -> Option<DVec2> {
        self.pixel(direction(yaw, pitch)).filter(|pixel| {
            (0.0..self.viewport.width).contains(&pixel.x) && (0.0..self.viewport.height).contains(&pixel.y)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const WIDE: Viewport = Viewport { width: 1600.0, height: 900.0 };

    fn pose(yaw: f64, pitch: f64, fov: f64) -> ViewPose {
        ViewPose { yaw: yaw.to_radians(), pitch: pitch.to_radians(), fov: fov.to_radians() }
    }

    #[test]
    fn field_of_view_spans_the_longer_side() {
        let frame = ViewFrame::new(&pose(10.0, 0.0, 90.0), WIDE);
        let right_edge = frame.pixel(direction(55f64.to_radians(), 0.0)).unwrap();
        assert!((right_edge - DVec2::new(1600.0, 450.0)).length() < 1e-9);
        let tall = Viewport { width: 900.0, height: 1950.0 };
        let top_edge = ViewFrame::new(&pose(0.0, 0.0, 90.0), tall).pixel(direction(0.0, 45f64.to_radians())).unwrap();
        assert!((top_edge - DVec2::new(450.0, 0.0)).length() < 1e-9);
    }

    #[test]
    fn other_shapes_show_what_covers_them() {
        // A square screen shows the middle of the 16:9 frame scaled to its height.
        let square = Viewport { width: 900.0, height: 900.0 };
        assert!((square.focal_px(1.5) - WIDE.focal_px(1.5)).abs() < 1e-9);
        let wider = Viewport { width: 1600.0, height: 500.0 };
        assert!((wider.focal_px(1.5) - WIDE.focal_px(1.5)).abs() < 1e-9);
    }

    #[test]
    fn turning_right_moves_the_world_left_and_looking_up_moves_it_down() {
        let target = direction(0.0, 0.0);
        assert!(ViewFrame::new(&pose(10.0, 0.0, 90.0), WIDE).pixel(target).unwrap().x < 800.0);
        assert!(ViewFrame::new(&pose(0.0, 10.0, 90.0), WIDE).pixel(target).unwrap().y > 450.0);
        assert!(ViewFrame::new(&pose(180.0, 0.0, 90.0), WIDE).pixel(target).is_none());
    }

    proptest! {
        #[test]
        fn pixel_is_the_inverse_of_direction(
            yaw in -180.0f64..180.0, pitch in -90.0f64..90.0, fov in MIN_FOV_DEG..MAX_FOV_DEG,
            x in 0.0f64..1600.0, y in 0.0f64..900.0,
        ) {
            let frame = ViewFrame::new(&pose(yaw, pitch, fov), WIDE);
            let back = frame.pixel(frame.direction(DVec2::new(x, y))).unwrap();
            prop_assert!((back - DVec2::new(x, y)).length() < 1e-6);
        }
    }
}
