//! The six faces of the cube around the viewer.

use glam::{DMat3, DVec3};

/// A face, in the order and with the letters that Pannellum made common: `f r b l u d`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each is the direction its name says, seen from inside")]
pub enum Face {
    Front,
    Right,
    Back,
    Left,
    Up,
    Down,
}

/// A point of a face: u to the right, v down, both 0 to 1 on the face and beyond it on the face's plane (gutters).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FacePoint {
    /// The face.
    pub face: Face,
    /// 0 at the left edge, 1 at the right.
    pub u: f64,
    /// 0 at the top edge, 1 at the bottom.
    pub v: f64,
}

impl Face {
    /// All faces, in the order `f r b l u d`.
    pub const ALL: [Self; 6] = [Self::Front, Self::Right, Self::Back, Self::Left, Self::Up, Self::Down];

    /// The letter in addresses.
    #[must_use]
    pub const fn letter(self) -> char {
        match self {
            Self::Front => 'f',
            Self::Right => 'r',
            Self::Back => 'b',
            Self::Left => 'l',
            Self::Up => 'u',
            Self::Down => 'd',
        }
    }

    /// The face of a letter.
    #[must_use]
    pub fn from_letter(letter: char) -> Option<Self> {
        Self::ALL.into_iter().find(|face| face.letter() == letter)
    }

    /// Rotation whose columns are the face's right, its up, and the direction from it to the viewer, in the world.
    ///
    /// The upper edge of `u` meets the upper edge of `b`; the upper edge of `d` meets the lower edge of `f`.
    #[must_use]
    pub fn world_from_face(self) -> DMat3 {
        let (right, up) = match self {
            Self::Front => (DVec3::X, DVec3::Y),
            Self::Right => (DVec3::Z, DVec3::Y),
            Self::Back => (DVec3::NEG_X, DVec3::Y),
            Self::Left => (DVec3::NEG_Z, DVec3::Y),
            Self::Up => (DVec3::X, DVec3::Z),
            Self::Down => (DVec3::X, DVec3::NEG_Z),
        };
        DMat3::from_cols(right, up, right.cross(up))
    }
}

impl FacePoint {
    /// The direction of the point, not normalised: it lies on the cube of half edge 1.
    #[must_use]
    pub fn direction(self) -> DVec3 {
        self.face.world_from_face() * DVec3::new(2.0 * self.u - 1.0, 1.0 - 2.0 * self.v, -1.0)
    }

    /// The face that a direction passes through, and where. A direction on an edge belongs to the face earlier in `f r b l u d`.
    #[must_use]
    pub fn of(direction: DVec3) -> Self {
        let mut best = (Face::Front, f64::NEG_INFINITY);
        for face in Face::ALL {
            let towards = -face.world_from_face().z_axis.dot(direction);
            if towards > best.1 {
                best = (face, towards);
            }
        }
        Self::on(best.0, direction).unwrap_or(Self { face: best.0, u: 0.5, v: 0.5 })
    }

    /// Where a direction meets the plane of `face`; `None` when it points away from it.
    #[must_use]
    pub fn on(face: Face, direction: DVec3) -> Option<Self> {
        let local = face.world_from_face().transpose() * direction;
        (local.z < 0.0).then(|| Self {
            face,
            u: f64::midpoint(local.x / -local.z, 1.0),
            v: f64::midpoint(local.y / local.z, 1.0),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sphere::direction;
    use proptest::prelude::*;
    use std::f64::consts::{FRAC_PI_2, PI};

    #[test]
    fn faces_look_where_their_names_say() {
        let centre = |face| FacePoint { face, u: 0.5, v: 0.5 }.direction();
        assert_eq!(centre(Face::Front), DVec3::NEG_Z);
        assert_eq!(centre(Face::Right), DVec3::X);
        assert_eq!(centre(Face::Back), DVec3::Z);
        assert_eq!(centre(Face::Left), DVec3::NEG_X);
        assert_eq!(centre(Face::Up), DVec3::Y);
        assert_eq!(centre(Face::Down), DVec3::NEG_Y);
    }

    #[test]
    fn neighbours_share_their_edges() {
        let at = |face, u, v| FacePoint { face, u, v }.direction();
        assert_eq!(at(Face::Front, 1.0, 0.25), at(Face::Right, 0.0, 0.25));
        assert_eq!(at(Face::Back, 1.0, 0.25), at(Face::Left, 0.0, 0.25));
        assert_eq!(at(Face::Up, 0.25, 1.0), at(Face::Front, 0.25, 0.0));
        assert_eq!(at(Face::Up, 0.25, 0.0), at(Face::Back, 0.75, 0.0));
        assert_eq!(at(Face::Down, 0.25, 0.0), at(Face::Front, 0.25, 1.0));
    }

    proptest! {
        #[test]
        fn direction_to_face_and_back(yaw in -PI..PI, pitch in -FRAC_PI_2..FRAC_PI_2) {
            let towards = direction(yaw, pitch);
            let point = FacePoint::of(towards);
            prop_assert!((-1e-9..=1.0 + 1e-9).contains(&point.u) && (-1e-9..=1.0 + 1e-9).contains(&point.v));
            prop_assert!(point.direction().normalize().abs_diff_eq(towards, 1e-9));
        }
    }
}
