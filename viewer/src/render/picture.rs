//! What is drawn in a frame, as plain data.

use bevy_ecs::prelude::Resource;
use glam::{DMat3, DMat4, DVec3, DVec4, Mat4};
use scene::sphere::ViewFrame;

/// Nearer than any visible point of the cube of half edge 1.
const NEAR: f64 = 0.05;

/// A quad of the picture: a tile on a face of the cube. Its layout is that of `Tile` in `pano.wgsl`.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, bytemuck::Pod, bytemuck::Zeroable)]
pub struct Instance {
    origin: [f32; 3],
    layer: f32,
    right: [f32; 3],
    opacity: f32,
    down: [f32; 3],
    view: f32,
    texels: [f32; 4],
}

impl Instance {
    /// `corners`: upper left, upper right, lower left, in the panorama. `texels`: left, top, right, bottom in the layer,
    /// 0 to 1. `view`: 0 for the panorama that is shown, 1 for the one that fades away.
    #[must_use]
    pub fn new(corners: [DVec3; 3], texels: [f32; 4], layer: u32, opacity: f32, view: u32) -> Self {
        let [origin, right, down] = corners;
        Self {
            origin: origin.as_vec3().to_array(),
            layer: layer as f32,
            right: (right - origin).as_vec3().to_array(),
            opacity,
            down: (down - origin).as_vec3().to_array(),
            view: view as f32,
            texels,
        }
    }
}

/// Takes directions in a panorama to clip space with y up.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ViewMatrix(pub DMat4);

impl ViewMatrix {
    /// The matrix of a frame through which a panorama turned by `world_from_panorama` is seen.
    #[must_use]
    pub fn new(frame: &ViewFrame, world_from_panorama: DMat3) -> Self {
        let viewport = frame.viewport();
        let focal = frame.focal_px();
        let clip_from_view = DMat4::from_cols(
            DVec4::new(2.0 * focal / viewport.width, 0.0, 0.0, 0.0),
            DVec4::new(0.0, 2.0 * focal / viewport.height, 0.0, 0.0),
            DVec4::new(0.0, 0.0, -1.0, -1.0),
            DVec4::new(0.0, 0.0, -NEAR, 0.0),
        );
        let view_from_panorama = frame.world_from_view().transpose() * world_from_panorama;
        Self(clip_from_view * DMat4::from_mat3(view_from_panorama))
    }

    /// The same view with the eye at `eye` in the panorama, in half edges of the cube on which it is drawn.
    #[must_use]
    pub fn seen_from(self, eye: DVec3) -> Self {
        Self(self.0 * DMat4::from_translation(-eye))
    }

    /// The matrix as the shader takes it; `y_sign` −1 where the surface is upside down.
    #[must_use]
    pub fn for_shader(&self, y_sign: f64) -> Mat4 {
        (DMat4::from_scale(DVec3::new(1.0, y_sign, 1.0)) * self.0).as_mat4()
    }
}

impl Default for ViewMatrix {
    fn default() -> Self {
        Self(DMat4::IDENTITY)
    }
}

/// The picture of a frame: quads in painter's order, and the views they are seen in.
#[derive(Resource, Clone, Debug, Default, PartialEq)]
pub struct Picture {
    views: [ViewMatrix; 2],
    instances: Vec<Instance>,
}

impl Picture {
    /// Empties it.
    pub fn clear(&mut self) {
        self.instances.clear();
    }

    /// Sets one of the two views.
    pub fn set_view(&mut self, view: usize, matrix: ViewMatrix) {
        self.views[view] = matrix;
    }

    /// Adds a quad on top.
    pub fn add(&mut self, instance: Instance) {
        self.instances.push(instance);
    }

    /// The views.
    #[must_use]
    pub fn views(&self) -> &[ViewMatrix; 2] {
        &self.views
    }

    /// The quads.
    #[must_use]
    pub fn instances(&self) -> &[Instance] {
        &self.instances
    }

    /// How many quads at the bottom are opaque: they need no blending.
    #[must_use]
    pub fn opaque(&self) -> usize {
        self.instances.iter().position(|instance| instance.opacity < 1.0).unwrap_or(self.instances.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use glam::DVec2;
    use proptest::prelude::*;
    use scene::document::SphereCorrection;
    use scene::sphere::{ViewPose, Viewport, direction, world_from_panorama};

    proptest! {
        #[test]
        fn the_matrix_puts_directions_where_the_frame_says(
            yaw in -180.0f64..180.0, pitch in -90.0f64..90.0, fov in 20.0f64..120.0,
            seen_yaw in -180.0f64..180.0, seen_pitch in -90.0f64..90.0, pan in -180.0f64..180.0, roll in -20.0f64..20.0,
        ) {
            let screen = Viewport { width: 390.0, height: 844.0 };
            let pose = ViewPose { yaw: yaw.to_radians(), pitch: pitch.to_radians(), fov: fov.to_radians() };
            let frame = ViewFrame::new(&pose, screen);
            let turned = world_from_panorama(&SphereCorrection { pan, tilt: 3.0, roll });
            let in_panorama = direction(seen_yaw.to_radians(), seen_pitch.to_radians());
            let clip = ViewMatrix::new(&frame, turned).0 * in_panorama.extend(1.0);
            let expected = frame.pixel(turned * in_panorama);
            prop_assert_eq!(clip.w > 1e-6, expected.is_some());
            if let Some(expected) = expected {
                let pixel = DVec2::new(f64::midpoint(clip.x / clip.w, 1.0) * screen.width, f64::midpoint(-clip.y / clip.w, 1.0) * screen.height);
                prop_assert!((pixel - expected).length() < 1e-6 * (1.0 + expected.length()));
            }
        }
    }

    #[test]
    fn who_moves_on_sees_what_lies_ahead_grow() {
        let pose = ViewPose { yaw: 0.3, pitch: 0.0, fov: 1.5 };
        let frame = ViewFrame::new(&pose, Viewport { width: 1600.0, height: 900.0 });
        let there = direction(0.5, 0.1);
        let matrix = ViewMatrix::new(&frame, DMat3::IDENTITY);
        let seen = |matrix: ViewMatrix| {
            let clip = matrix.0 * there.extend(1.0);
            DVec2::new(clip.x, clip.y) / clip.w
        };
        let (before, after) = (seen(matrix), seen(matrix.seen_from(direction(0.3, 0.0) * 0.3)));
        assert!(after.length() > 1.3 * before.length(), "{before} {after}");
        assert!(seen(matrix.seen_from(DVec3::ZERO)).abs_diff_eq(before, 1e-12));
    }

    #[test]
    fn only_the_opaque_bottom_goes_without_blending() {
        let quad = |opacity| Instance::new([DVec3::ZERO; 3], [0.0; 4], 0, opacity, 0);
        let mut picture = Picture::default();
        for opacity in [1.0, 1.0, 0.5, 1.0] {
            picture.add(quad(opacity));
        }
        assert_eq!(picture.opaque(), 2);
    }
}
