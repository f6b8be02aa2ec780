//! Pyramids as a viewer sees them, against the source as a straight reprojection shows it.

use std::collections::HashMap;
use std::io;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use image::{ImageFormat, RgbImage};
use scene::document::SphereCorrection;
use scene::pyramid::{Levels, Manifest, TileId};
use scene::sphere::{Face, FacePoint, ViewFrame, ViewPose, Viewport};

use super::{Control, MANIFEST, Sink, build};
use crate::MediaError;
use crate::poster::{Tiles, render_view};
use crate::source::{Limits, Source};
use crate::testing::{Jpeg, encode, exif, panorama, psnr, real_panorama, reproject, xmp};

/// A pyramid in memory.
#[derive(Default)]
struct Memory(Mutex<HashMap<String, Vec<u8>>>);

impl Sink for Memory {
    fn put(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        assert!(self.0.lock().unwrap().insert(path.to_owned(), bytes.to_vec()).is_none(), "{path} is written once");
        Ok(())
    }
}

impl Tiles for Memory {
    fn tile(&self, tile: TileId) -> io::Result<Vec<u8>> {
        self.0.lock().unwrap().get(&tile.path()).cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

impl Memory {
    fn of(files: Vec<Vec<u8>>) -> (Self, Manifest) {
        let memory = Self::default();
        let source = Source::open(files, &Limits::default()).unwrap();
        let manifest = build(source, &memory, &Control::default()).unwrap();
        (memory, manifest)
    }

    fn picture(&self, tile: TileId) -> RgbImage {
        image::load_from_memory_with_format(&self.tile(tile).unwrap(), ImageFormat::Jpeg).unwrap().into_rgb8()
    }

    /// A view with one pixel of the level for each of its own in the middle, from the tiles.
    fn view(&self, levels: &Levels, level: u32, yaw: f64, pitch: f64) -> (RgbImage, ViewFrame) {
        let (pose, viewport) = view_of(levels, level, yaw, pitch);
        let size = (viewport.width as u32, viewport.height as u32);
        let view = render_view(self, levels, &pose, &SphereCorrection::default(), size).unwrap();
        (view, ViewFrame::new(&pose, viewport))
    }
}

fn view_of(levels: &Levels, level: u32, yaw: f64, pitch: f64) -> (ViewPose, Viewport) {
    let width = (f64::from(levels.face_size(level).unwrap())).min(960.0);
    let fov = 2.0 * (width / f64::from(levels.face_size(level).unwrap())).atan();
    let pose = ViewPose { yaw: yaw.to_radians(), pitch: pitch.to_radians(), fov };
    (pose, Viewport { width, height: (width * 9.0 / 16.0).floor() })
}

/// Across the seams of side faces, the back seam of the source, corners of the cube, edges to `u` and `d`, both poles.
const VIEWS: [(f64, f64); 10] = [
    (0.0, 0.0),
    (45.0, 0.0),
    (135.0, 10.0),
    (180.0, 0.0),
    (45.0, 35.3),
    (-135.0, -35.3),
    (0.0, 45.0),
    (90.0, -45.0),
    (20.0, 90.0),
    (70.0, -90.0),
];

/// Checks every view at a level and returns the worst.
fn worst_view(source: &RgbImage, memory: &Memory, levels: &Levels, level: u32) -> f64 {
    let step = source.width() / (f64::from(levels.face_size(level).unwrap()) * std::f64::consts::PI) as u32;
    let mut worst = f64::INFINITY;
    for (yaw, pitch) in VIEWS {
        let (view, frame) = memory.view(levels, level, yaw, pitch);
        let decibels = psnr(&view, &reproject(source, &frame, 2 * step.max(1)));
        eprintln!("level {level} yaw {yaw:6.1} pitch {pitch:5.1}: {decibels:.1} dB");
        worst = worst.min(decibels);
    }
    worst
}

#[test]
fn views_across_seams_and_poles_are_the_source_at_every_level() {
    let source = panorama(2048);
    let (memory, manifest) = Memory::of(vec![encode(&source, ImageFormat::Png)]);
    for level in 0..manifest.levels.count() {
        let worst = worst_view(&source, &memory, &manifest.levels, level);
        assert!(worst >= 38.0, "level {level}: {worst:.1} dB");
    }
}

/// At one pixel for one, a photo's finest grain is mostly lost to JPEG whatever is done; at half that size, as a phone of
/// that width shows it, a view must be true.
#[test]
fn real_panoramas_are_as_true() {
    for name in ["hilltop-equirect-4096.jpg", "kandao-4880x2440.jpg", "beach-4096x2048.jpg"] {
        let Some(path) = real_panorama(name) else { continue };
        let file = std::fs::read(path).unwrap();
        let source = image::load_from_memory(&file).unwrap().into_rgb8();
        let (memory, manifest) = Memory::of(vec![file]);
        let (levels, top) = (&manifest.levels, manifest.levels.top());
        for (yaw, pitch) in VIEWS {
            let (view, frame) = memory.view(levels, top, yaw, pitch);
            let straight = reproject(&source, &frame, 2);
            let jpeg = super::encode_jpeg(straight.as_raw(), straight.width(), straight.height(), 82).unwrap();
            let only_jpeg = image::load_from_memory(&jpeg).unwrap().into_rgb8();
            let halves = |picture: &RgbImage| {
                super::shrink(picture, picture.width() / 2, picture.height() / 2, super::Beyond::Edge)
            };
            let (full, floor) = (psnr(&view, &straight), psnr(&only_jpeg, &straight));
            let half = psnr(&halves(&view), &halves(&straight));
            eprintln!(
                "{name} yaw {yaw:6.1} pitch {pitch:5.1}: {full:.1} dB (JPEG alone {floor:.1}), half size {half:.1} dB"
            );
            assert!(half >= 38.0, "{name} yaw {yaw} pitch {pitch}: {half:.1} dB");
        }
    }
}

#[test]
fn gutters_are_the_neighbours_pixels() {
    let (memory, manifest) = Memory::of(vec![encode(&panorama(2048), ImageFormat::Png)]);
    let levels = &manifest.levels;
    let level = levels.top();
    let size = levels.face_size(level).unwrap();
    // The right gutter of a tile inside a face is the next tile's first column; that of a face's last tile is where the
    // next face begins.
    let at = |face, y, x| memory.picture(TileId { level, face, x, y });
    for (left, right, width) in [
        (at(Face::Front, 0, 0), at(Face::Front, 0, 1), 510),
        (at(Face::Front, 0, 1), at(Face::Right, 0, 0), size - 510),
        (at(Face::Left, 0, 1), at(Face::Front, 0, 0), size - 510),
    ] {
        let (mut gutter, mut content, mut back, mut first) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for row in 1..=510 {
            gutter.extend(left.get_pixel(width + 1, row).0);
            content.extend(right.get_pixel(1, row).0);
            back.extend(right.get_pixel(0, row).0);
            first.extend(left.get_pixel(width, row).0);
        }
        let line = |pixels| RgbImage::from_raw(510, 1, pixels).unwrap();
        let (right_gutter, left_gutter) = (psnr(&line(gutter), &line(content)), psnr(&line(back), &line(first)));
        assert!(right_gutter > 34.0 && left_gutter > 34.0, "{right_gutter:.1} dB, {left_gutter:.1} dB");
    }
}

#[test]
fn noise_around_a_pole_does_not_flicker() {
    // Every other pixel white: towards the poles that is far more than a face can show, and must become grey.
    let source = RgbImage::from_fn(2048, 1024, |x, _| image::Rgb([if x % 2 == 0 { 0 } else { 255 }; 3]));
    let (memory, manifest) = Memory::of(vec![encode(&source, ImageFormat::Png)]);
    let up = memory.picture(TileId { level: 0, face: Face::Up, x: 0, y: 0 });
    let middle =
        image::imageops::crop_imm(&up, up.width() / 4, up.height() / 4, up.width() / 2, up.height() / 2).to_image();
    let spread = middle.as_raw().iter().map(|value| value.abs_diff(127)).max().unwrap();
    assert!(spread < 24, "values up to {spread} away from grey");
    assert!(manifest.levels.count() > 1);
}

#[test]
fn cube_faces_of_the_right_size_pass_unchanged() {
    let source = panorama(2048);
    let edge = 1024;
    let faces: Vec<RgbImage> =
        Face::ALL.into_iter().map(|face| reproject(&source, &face_frame(face, edge), 2)).collect();
    let (memory, manifest) = Memory::of(faces.iter().map(|face| encode(face, ImageFormat::Png)).collect());
    assert_eq!((manifest.source_width, manifest.coverage), (4096, None));
    for (face, picture) in Face::ALL.into_iter().zip(&faces) {
        let tile = memory.picture(TileId { level: manifest.levels.top(), face, x: 0, y: 0 });
        let content = image::imageops::crop_imm(&tile, 1, 1, 510, 510).to_image();
        let expected = image::imageops::crop_imm(picture, 0, 0, 510, 510).to_image();
        assert!(psnr(&content, &expected) > 38.0, "{face:?}");
    }
    for level in 0..manifest.levels.count() {
        // The faces were drawn with as many samples; a lower level is the mean of more.
        let samples = if level == manifest.levels.top() { 2 } else { 4 };
        for (yaw, pitch) in VIEWS {
            let (view, frame) = memory.view(&manifest.levels, level, yaw, pitch);
            let decibels = psnr(&view, &reproject(&source, &frame, samples));
            eprintln!("cube level {level} yaw {yaw:6.1} pitch {pitch:5.1}: {decibels:.1} dB");
            assert!(decibels >= 38.0, "level {level} yaw {yaw} pitch {pitch}: {decibels:.1} dB");
        }
    }
}

/// A square view of 90° that is a face.
fn face_frame(face: Face, edge: u32) -> ViewFrame {
    let (yaw, pitch) = match face {
        Face::Front => (0.0, 0.0),
        Face::Right => (90.0, 0.0),
        Face::Back => (180.0, 0.0),
        Face::Left => (-90.0, 0.0),
        Face::Up => (0.0, 90.0),
        Face::Down => (0.0, -90.0f64),
    };
    let viewport = Viewport { width: f64::from(edge), height: f64::from(edge) };
    // A square shows the middle of a 16:9 frame.
    let fov = 2.0 * (16.0f64 / 9.0).atan();
    let frame = ViewFrame::new(&ViewPose { yaw: f64::to_radians(yaw), pitch: pitch.to_radians(), fov }, viewport);
    let centre = FacePoint { face, u: 0.75, v: 0.25 }.direction();
    let pixel = frame.pixel(centre).unwrap();
    assert!(
        (pixel.x - f64::from(edge) * 0.75).abs() < 1e-6 && (pixel.y - f64::from(edge) * 0.25).abs() < 1e-6,
        "{face:?}"
    );
    frame
}

#[test]
fn a_real_equirect_gives_the_faces_that_another_program_made_of_it() {
    let Some(path) = real_panorama("hilltop-equirect-4096.jpg") else { return };
    let (memory, manifest) = Memory::of(vec![std::fs::read(&path).unwrap()]);
    for (index, face) in Face::ALL.into_iter().enumerate() {
        // Their faces hold finer detail than the equirect: at half the size both hold all of it.
        let given = image::open(path.with_file_name(format!("hilltop-cube-{index}.jpg"))).unwrap().into_rgb8();
        let given = super::shrink(&given, given.width() / 2, given.height() / 2, super::Beyond::Edge);
        let frame = face_frame(face, given.width());
        let size = (given.width(), given.height());
        let (yaw, pitch) = scene::sphere::yaw_pitch(FacePoint { face, u: 0.5, v: 0.5 }.direction());
        let pose =
            ViewPose { yaw: if pitch.abs() > 1.0 { 0.0 } else { yaw }, pitch, fov: 2.0 * (16.0f64 / 9.0).atan() };
        assert!((ViewFrame::new(&pose, frame.viewport()).focal_px() - frame.focal_px()).abs() < 1e-9);
        let ours = render_view(&memory, &manifest.levels, &pose, &SphereCorrection::default(), size).unwrap();
        let decibels = psnr(&ours, &given);
        // Whoever made the faces filtered otherwise; but moved by one pixel in any direction they must fit worse.
        let inner = |picture: &RgbImage, dx: u32, dy: u32| {
            image::imageops::crop_imm(picture, 4 + dx, 4 + dy, size.0 - 10, size.1 - 10).to_image()
        };
        let middle = psnr(&inner(&ours, 1, 1), &inner(&given, 1, 1));
        let moved = [(0, 1), (2, 1), (1, 0), (1, 2)].map(|(dx, dy)| psnr(&inner(&ours, dx, dy), &inner(&given, 1, 1)));
        eprintln!("hilltop {face:?} {size:?}: {decibels:.1} dB, moved by a pixel {moved:.1?}");
        // The sky is the same everywhere.
        let is_exact = face == Face::Up || moved.iter().all(|moved| middle > moved + 2.0);
        assert!(decibels > 28.0 && is_exact, "{face:?}: {decibels:.1} dB, {moved:.1?}");
    }
}

#[test]
fn a_part_lies_where_gpano_says_and_the_rest_is_soft() {
    let whole = panorama(2048);
    let part = image::imageops::crop_imm(&whole, 300, 200, 1200, 600).to_image();
    let fields = [
        ("FullPanoWidthPixels", "2048"),
        ("FullPanoHeightPixels", "1024"),
        ("CroppedAreaImageWidthPixels", "1200"),
        ("CroppedAreaImageHeightPixels", "600"),
        ("CroppedAreaLeftPixels", "300"),
        ("CroppedAreaTopPixels", "200"),
    ];
    let packet = xmp(&fields, &[]);
    let (memory, manifest) = Memory::of(vec![Jpeg { quality: 98, xmp: Some(&packet), ..Jpeg::default() }.write(&part)]);
    let coverage = manifest.coverage.unwrap();
    assert!((coverage.min_yaw - (300.0 / 2048.0 - 0.5) * 360.0).abs() < 0.1, "{coverage:?}");
    let inside = memory.view(&manifest.levels, 0, -20.0, 0.0);
    assert!(psnr(&inside.0, &reproject(&whole, &inside.1, 4)) > 36.0);
    // No hard line: neighbouring pixels of a view across the edge differ no more than inside the picture.
    let step = |view: &RgbImage| {
        let rows = view.rows().map(Iterator::collect::<Vec<_>>);
        rows.flat_map(|row| row.windows(2).map(|pair| pair[0].0[0].abs_diff(pair[1].0[0])).collect::<Vec<_>>()).max()
    };
    let across = memory.view(&manifest.levels, 0, coverage.max_yaw, 0.0).0;
    assert!(step(&across) <= step(&inside.0), "{:?} across, {:?} inside", step(&across), step(&inside.0));
    // Far away nothing is left that looks like content.
    let (away, _) = memory.view(&manifest.levels, 0, 150.0, 0.0);
    let middle =
        image::imageops::crop_imm(&away, away.width() / 3, away.height() / 3, away.width() / 3, away.height() / 3)
            .to_image();
    assert!(step(&middle) < Some(6), "{:?}", step(&middle));
}

#[test]
fn a_pose_is_baked_in() {
    let whole = panorama(1024);
    let fields = [("PoseHeadingDegrees", "40"), ("PosePitchDegrees", "10"), ("PoseRollDegrees", "-15")];
    let packet = xmp(&fields, &[]);
    let (memory, manifest) =
        Memory::of(vec![Jpeg { quality: 98, xmp: Some(&packet), ..Jpeg::default() }.write(&whole)]);
    // The picture's centre is seen at heading 40°, 10° up; the world's horizon is turned back by the roll.
    let (pose, viewport) = view_of(&manifest.levels, 0, 40.0, 10.0);
    let view = render_view(
        &memory,
        &manifest.levels,
        &pose,
        &SphereCorrection::default(),
        (viewport.width as u32, viewport.height as u32),
    )
    .unwrap();
    let layout_turn = glam::DMat3::from_rotation_y(-40f64.to_radians())
        * glam::DMat3::from_rotation_x(10f64.to_radians())
        * glam::DMat3::from_rotation_z(15f64.to_radians());
    let frame = ViewFrame::new(&pose, viewport);
    let mut expected = RgbImage::new(view.width(), view.height());
    let source = ViewFrame::new(
        &ViewPose { yaw: 0.0, pitch: 0.0, fov: pose.fov * 1.5 },
        Viewport { width: 1600.0, height: 1600.0 },
    );
    let straight = reproject(&whole, &source, 2);
    for (x, y, pixel) in expected.enumerate_pixels_mut() {
        let towards =
            layout_turn.transpose() * frame.direction(glam::DVec2::new(f64::from(x) + 0.5, f64::from(y) + 0.5));
        let at = source.pixel(towards).unwrap();
        *pixel = *straight.get_pixel(at.x as u32, at.y as u32);
    }
    let decibels = psnr(&view, &expected);
    assert!(decibels > 28.0, "{decibels:.1} dB");
}

#[test]
fn nothing_of_the_metadata_is_left() {
    let exif = exif(1);
    let packet = xmp(&[("PoseHeadingDegrees", "0")], &[]);
    let file = Jpeg { exif: Some(&exif), xmp: Some(&packet), ..Jpeg::default() }.write(&panorama(256));
    let (memory, manifest) = Memory::of(vec![file]);
    for (path, bytes) in memory.0.lock().unwrap().iter() {
        for word in [b"Exif".as_slice(), b"ns.adobe", b"GPano", b"ICC_PROFILE"] {
            assert!(!bytes.windows(word.len()).any(|window| window == word), "{path} holds {word:?}");
        }
    }
    assert!(manifest.preview.starts_with("data:image/jpeg;base64,") && manifest.preview.len() < 6000);
}

#[test]
fn progress_counts_every_tile_and_the_manifest_comes_last() {
    let file = encode(&panorama(2048), ImageFormat::Png);
    let (most, calls) = (AtomicU32::new(0), AtomicU32::new(0));
    let memory = Memory::default();
    let progress = |done: u32, total: u32| {
        assert!(done <= total && !memory.0.lock().unwrap().contains_key(MANIFEST));
        most.fetch_max(done, Ordering::Relaxed);
        calls.fetch_add(1, Ordering::Relaxed);
    };
    let source = Source::open(vec![file.clone()], &Limits::default()).unwrap();
    let manifest = build(source, &memory, &Control { progress: Some(&progress), cancelled: None }).unwrap();
    let tiles: usize = (0..manifest.levels.count()).map(|level| manifest.levels.tiles(level).count()).sum();
    assert_eq!((most.into_inner() as usize, calls.into_inner() as usize), (tiles, tiles));
    let stored: Manifest = serde_json::from_slice(&memory.0.lock().unwrap()[MANIFEST]).unwrap();
    assert_eq!(stored, manifest);
    assert_eq!(memory.0.lock().unwrap().len(), tiles + 1);

    let cancelled = AtomicBool::new(false);
    let stop = |_, _| cancelled.store(true, Ordering::Relaxed);
    let memory = Memory::default();
    let source = Source::open(vec![file], &Limits::default()).unwrap();
    let error = build(source, &memory, &Control { progress: Some(&stop), cancelled: Some(&cancelled) }).unwrap_err();
    assert!(matches!(error, MediaError::Cancelled), "{error}");
    assert!(!memory.0.lock().unwrap().contains_key(MANIFEST));
}
