//! Where a picture lies on the sphere.

use std::f64::consts::{FRAC_PI_2, PI, TAU};

use glam::DMat3;
use scene::pyramid::Coverage;
use scene::sphere::{direction, wrap_angle, yaw_pitch};

use super::limits::needed;
use super::{Gpano, Limits, Probe, RATIO_RANGE};
use crate::MediaError;

/// How far a picture's shape may be off what it should be, as a share; stitchers round, people resize.
const SHAPE_TOLERANCE: f64 = 0.01;

/// Where an equirectangular picture lies: on a full sphere of `full_width` × `full_height` pixels of the same size.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Layout {
    /// Width of the full sphere, pixels.
    pub full_width: u32,
    /// Height of the full sphere, pixels.
    pub full_height: u32,
    /// Left edge of the picture in the full sphere; the picture may pass the right edge and go on at the left.
    pub left: u32,
    /// Top edge of the picture in the full sphere.
    pub top: u32,
    /// Width of the picture.
    pub width: u32,
    /// Height of the picture.
    pub height: u32,
    /// How the camera stood: heading, then pitch, then roll, degrees.
    pub pose_deg: [f64; 3],
}

impl Layout {
    /// The layout that GPano data give, or without them the picture's shape.
    pub fn of(probe: &Probe, limits: &Limits) -> Result<Self, MediaError> {
        let pose_deg = probe.gpano.map_or([0.0; 3], |gpano| [gpano.heading_deg, gpano.pitch_deg, gpano.roll_deg]);
        let layout = match probe.gpano.and_then(|gpano| gpano.full.map(|full| (gpano, full))) {
            Some((gpano, full)) => Self::from_gpano(probe, &gpano, full)?,
            None => Self::from_shape(probe)?,
        };
        let layout = Self { pose_deg, ..layout };
        limits.check_size(layout.full_width, layout.full_height, (limits.width, limits.height))?;
        if layout.full_width < limits.min_width || layout.full_height < limits.min_width / 2 {
            let (width, height) = (layout.full_width, layout.full_height);
            return Err(MediaError::TooFewPixels { width, height, min_width: limits.min_width });
        }
        limits.check_memory(layout.memory_bytes(probe))?;
        Ok(layout)
    }

    /// What decoding and tiling take beside the file, bytes.
    pub(super) fn memory_bytes(&self, probe: &Probe) -> u64 {
        let pixels = u64::from(self.full_width) * u64::from(self.full_height);
        // A part is copied into the whole, so both are there for a while.
        let part = if self.is_full() { 0 } else { u64::from(self.width) * u64::from(self.height) * 3 };
        needed(pixels, probe.decoder_bytes.max(part))
    }

    fn from_gpano(probe: &Probe, gpano: &Gpano, full: (f64, f64)) -> Result<Self, MediaError> {
        let (width, height) = (f64::from(probe.width), f64::from(probe.height));
        if (full.0 / full.1 / 2.0 - 1.0).abs() > SHAPE_TOLERANCE {
            return Err(MediaError::Gpano(format!(
                "a full sphere of {}×{} pixels is not twice as wide as high",
                full.0, full.1
            )));
        }
        let cropped = gpano.cropped.unwrap_or((width, height));
        // Resized pictures keep the numbers of the original: one scale must explain both sides.
        let scale = width / cropped.0;
        if (height / cropped.1 / scale - 1.0).abs() > SHAPE_TOLERANCE {
            return Err(MediaError::Gpano(format!(
                "it describes {}×{} pixels, the picture has {}×{}",
                cropped.0, cropped.1, probe.width, probe.height
            )));
        }
        let corner = gpano.corner.unwrap_or(((full.0 - cropped.0) / 2.0, (full.1 - cropped.1) / 2.0));
        let slack = 1.0 + SHAPE_TOLERANCE / 10.0;
        if cropped.0 > full.0 * slack
            || corner.1 + cropped.1 > full.1 * slack
            || corner.0 > full.0
            || corner.0 < 0.0
            || corner.1 < 0.0
        {
            return Err(MediaError::Gpano(format!(
                "an area of {}×{} pixels at {}, {} does not lie in a full sphere of {}×{}",
                cropped.0, cropped.1, corner.0, corner.1, full.0, full.1
            )));
        }
        // 1e6 pixels over a picture of one pixel: far below what u32 holds.
        let full_width = ((full.0 * scale).round() as u32).max(probe.width);
        let full_height = ((full.1 * scale).round() as u32).max(probe.height);
        Ok(Self {
            full_width,
            full_height,
            left: ((corner.0 * scale).round() as u32) % full_width.max(1),
            top: ((corner.1 * scale).round() as u32).min(full_height - probe.height),
            width: probe.width,
            height: probe.height,
            pose_deg: [0.0; 3],
        })
    }

    /// Photo Sphere Viewer's rule: the sphere is as wide as the picture (or twice its height) and the picture lies in
    /// its middle.
    fn from_shape(probe: &Probe) -> Result<Self, MediaError> {
        let (width, height) = (probe.width, probe.height);
        let ratio = f64::from(width) / f64::from(height);
        if !RATIO_RANGE.contains(&ratio) {
            return Err(MediaError::NotAPanorama { width, height, max_ratio: *RATIO_RANGE.end() });
        }
        // A stitcher's rounding is no missing strip.
        let is_whole = (ratio / 2.0 - 1.0).abs() <= SHAPE_TOLERANCE;
        let full_width = if is_whole { width } else { width.max(2 * height) };
        let full_height = if is_whole { height } else { full_width.div_ceil(2) };
        Ok(Self {
            full_width,
            full_height,
            left: (full_width - width) / 2,
            top: (full_height - height) / 2,
            width,
            height,
            pose_deg: [0.0; 3],
        })
    }

    /// Whether the picture covers the whole sphere.
    #[must_use]
    pub const fn is_full(&self) -> bool {
        self.width >= self.full_width && self.height >= self.full_height
    }

    /// Rotation from the picture's sphere to the world: the pose baked in.
    #[must_use]
    pub fn world_from_picture(&self) -> DMat3 {
        let [heading, pitch, roll] = self.pose_deg.map(f64::to_radians);
        DMat3::from_rotation_y(-heading) * DMat3::from_rotation_x(pitch) * DMat3::from_rotation_z(-roll)
    }

    /// The box of the world that the picture covers; `None` when it covers the whole sphere.
    ///
    /// A tilted part has slanting edges: the box lies inside them.
    #[must_use]
    pub fn coverage(&self) -> Option<Coverage> {
        if self.is_full() {
            return None;
        }
        let yaw_of = |x: u32| (f64::from(x) / f64::from(self.full_width) - 0.5) * TAU;
        let pitch_of = |y: u32| (0.5 - f64::from(y) / f64::from(self.full_height)) * PI;
        let (left, right) = (yaw_of(self.left), yaw_of(self.left + self.width));
        let (top, bottom) = (pitch_of(self.top), pitch_of(self.top + self.height));
        let turn = self.world_from_picture();
        let centre_yaw = yaw_pitch(turn * direction(f64::midpoint(left, right), 0.0)).0;
        let at = |yaw: f64, pitch: f64| {
            let (yaw, pitch) = yaw_pitch(turn * direction(yaw, pitch));
            (centre_yaw + wrap_angle(yaw - centre_yaw), pitch)
        };
        let steps = 256;
        let along =
            |from: f64, to: f64| (0..=steps).map(move |step| from + (to - from) * f64::from(step) / f64::from(steps));
        let reaches = |pitch: f64| (pitch.abs() - FRAC_PI_2).abs() < 1e-9;
        let max_pitch = if reaches(top) {
            FRAC_PI_2
        } else {
            along(left, right).map(|yaw| at(yaw, top).1).fold(FRAC_PI_2, f64::min)
        };
        let min_pitch = if reaches(bottom) {
            -FRAC_PI_2
        } else {
            along(left, right).map(|yaw| at(yaw, bottom).1).fold(-FRAC_PI_2, f64::max)
        };
        let (min_yaw, max_yaw) = if self.width >= self.full_width {
            (-PI, PI)
        } else {
            let inside = |pitch: f64| pitch.clamp(bottom, top);
            let edge = || along(inside(-1.4), inside(1.4));
            let min = edge().map(|pitch| at(left, pitch).0).fold(f64::NEG_INFINITY, f64::max);
            let max = edge().map(|pitch| at(right, pitch).0).fold(f64::INFINITY, f64::min);
            // Half a turn and more: wrapping put an edge on the other side of the centre.
            let min = if min > centre_yaw { min - TAU } else { min };
            let max = if max < centre_yaw { max + TAU } else { max };
            if min <= -PI - 1e-9 { (min + TAU, max + TAU) } else { (min, max) }
        };
        // A pose so steep that no box is left: the view may go where the picture's middle is.
        let (min_pitch, max_pitch) =
            if min_pitch < max_pitch { (min_pitch, max_pitch) } else { (max_pitch, min_pitch) };
        Some(Coverage {
            min_yaw: min_yaw.to_degrees(),
            max_yaw: max_yaw.to_degrees(),
            min_pitch: min_pitch.to_degrees(),
            max_pitch: max_pitch.to_degrees(),
        })
    }
}

#[cfg(test)]
mod tests {
    use image::metadata::Orientation;

    use super::*;
    use crate::source::Format;

    fn probe(width: u32, height: u32, gpano: Option<Gpano>) -> Probe {
        Probe { format: Format::Jpeg, width, height, orientation: Orientation::NoTransforms, gpano, decoder_bytes: 0 }
    }

    fn layout(width: u32, height: u32, gpano: Option<Gpano>) -> Result<Layout, String> {
        Layout::of(&probe(width, height, gpano), &Limits::default()).map_err(|error| error.to_string())
    }

    #[expect(clippy::unnecessary_wraps, reason = "as a probe holds it")]
    fn gpano(full: (f64, f64), cropped: (f64, f64), corner: (f64, f64)) -> Option<Gpano> {
        Some(Gpano { full: Some(full), cropped: Some(cropped), corner: Some(corner), ..Gpano::default() })
    }

    fn place(layout: &Layout) -> [u32; 6] {
        [layout.full_width, layout.full_height, layout.left, layout.top, layout.width, layout.height]
    }

    #[test]
    fn without_gpano_the_shape_says_it() {
        for (width, height, expected) in [
            (4096, 2048, [4096, 2048, 0, 0, 4096, 2048]),
            (4880, 2440, [4880, 2440, 0, 0, 4880, 2440]),
            // A row lost by a stitcher is no partial panorama.
            (6000, 2999, [6000, 2999, 0, 0, 6000, 2999]),
            (6000, 1500, [6000, 3000, 0, 750, 6000, 1500]),
            (3840, 2000, [4000, 2000, 80, 0, 3840, 2000]),
            (16384, 8192, [16384, 8192, 0, 0, 16384, 8192]),
        ] {
            assert_eq!(layout(width, height, None).map(|layout| place(&layout)), Ok(expected), "{width}×{height}");
        }
        for (width, height) in [(4000, 3000), (1920, 1080), (3000, 3000), (9000, 1000), (1000, 4000)] {
            let error = layout(width, height, None).unwrap_err();
            assert!(error.contains("no 360° panorama") && error.contains("GPano XMP"), "{error}");
        }
    }

    #[test]
    fn gpano_crops_are_placed() {
        let placed = |width, height, gpano| layout(width, height, gpano).map(|layout| place(&layout));
        let crop = gpano((8000.0, 4000.0), (6000.0, 2000.0), (1000.0, 900.0));
        assert_eq!(placed(6000, 2000, crop), Ok([8000, 4000, 1000, 900, 6000, 2000]));
        // Resized since: the numbers are the original's.
        assert_eq!(placed(3000, 1000, crop), Ok([4000, 2000, 500, 450, 3000, 1000]));
        // Past the right edge the area goes on at the left.
        let across = gpano((8000.0, 4000.0), (6000.0, 2000.0), (7000.0, 900.0));
        assert_eq!(placed(6000, 2000, across), Ok([8000, 4000, 7000, 900, 6000, 2000]));
        // An ordinary shape is fine when GPano says where it lies.
        assert_eq!(
            placed(1000, 1000, gpano((8000.0, 4000.0), (1000.0, 1000.0), (3500.0, 1500.0))).map(|place| place[0]),
            Ok(8000)
        );
    }

    #[test]
    fn gpano_that_fits_nothing_is_refused() {
        for (gpano, says) in [
            (gpano((8000.0, 3000.0), (6000.0, 2000.0), (0.0, 0.0)), "not twice as wide"),
            (
                gpano((8000.0, 4000.0), (6000.0, 3000.0), (0.0, 0.0)),
                "describes 6000×3000 pixels, the picture has 6000×2000",
            ),
            (gpano((8000.0, 4000.0), (6000.0, 2000.0), (0.0, 2500.0)), "does not lie in"),
            (gpano((4000.0, 2000.0), (6000.0, 2000.0), (0.0, 0.0)), "does not lie in"),
            (gpano((8000.0, 4000.0), (6000.0, 2000.0), (9000.0, 0.0)), "does not lie in"),
            (gpano((1e6, 5e5), (6000.0, 2000.0), (0.0, 0.0)), "accepted are up to 16384×8192"),
            (gpano((1e6, 5e5), (3.0, 1.0), (0.0, 0.0)), "accepted are up to"),
        ] {
            let error = layout(6000, 2000, gpano).unwrap_err();
            assert!(error.contains(says), "{error}");
        }
    }

    #[test]
    fn coverage_is_the_box_inside_the_picture() {
        // Tenths of degrees.
        let of = |gpano| {
            let coverage = layout(6000, 2000, gpano).unwrap().coverage().unwrap();
            [coverage.min_yaw, coverage.max_yaw, coverage.min_pitch, coverage.max_pitch]
                .map(|deg| (deg * 10.0).round() as i32)
        };
        assert_eq!(of(None), [-1800, 1800, -600, 600]);
        let crop = gpano((8000.0, 4000.0), (6000.0, 2000.0), (1000.0, 900.0));
        assert_eq!(of(crop), [-1350, 1350, -405, 495]);
        assert_eq!(of(gpano((8000.0, 4000.0), (6000.0, 2000.0), (7000.0, 0.0))), [1350, 4050, 0, 900]);
        let turned =
            |heading_deg, pitch_deg, roll_deg| crop.map(|crop| Gpano { heading_deg, pitch_deg, roll_deg, ..crop });
        assert_eq!(of(turned(90.0, 0.0, 0.0)), [-450, 2250, -405, 495]);
        let tilted = of(turned(0.0, 5.0, 2.0));
        assert!((-405..-300).contains(&tilted[2]) && (400..495).contains(&tilted[3]), "{tilted:?}");
        assert_eq!(layout(4096, 2048, None).unwrap().coverage(), None);
    }

    #[test]
    fn a_pose_turns_the_picture_as_its_words_say() {
        let centre = |pose_deg| {
            let layout = Layout { pose_deg, ..layout(4096, 2048, None).unwrap() };
            let (yaw, pitch) = yaw_pitch(layout.world_from_picture() * direction(0.0, 0.0));
            (yaw.to_degrees().round(), pitch.to_degrees().round())
        };
        assert_eq!(centre([30.0, 0.0, 0.0]), (30.0, 0.0));
        assert_eq!(centre([30.0, 20.0, 0.0]), (30.0, 20.0));
        // Heading and pitch are those of the picture's centre, whatever the roll.
        assert_eq!(centre([30.0, 20.0, 40.0]), (30.0, 20.0));
        // A camera rolled clockwise: its up is the world's right.
        let rolled = Layout { pose_deg: [0.0, 0.0, 90.0], ..layout(4096, 2048, None).unwrap() };
        assert!((rolled.world_from_picture() * glam::DVec3::Y).abs_diff_eq(glam::DVec3::X, 1e-12));
    }
}
