//! Panoramas and files for this module's tests.

use std::collections::BTreeMap;
use std::f64::consts::{PI, TAU};
use std::io::Cursor;
use std::path::PathBuf;
use std::sync::Mutex;

use glam::{DVec2, DVec3};
use image::{Rgb, RgbImage};
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
use rayon::prelude::*;
use scene::sphere::{Equirect, ViewFrame};

/// An XMP packet with GPano fields as attributes and as elements.
pub(super) fn xmp(attributes: &[(&str, &str)], elements: &[(&str, &str)]) -> String {
    let (attributes, elements) = (
        attributes.iter().map(|(name, value)| format!(" GPano:{name}=\"{value}\"")).collect::<Vec<_>>().concat(),
        elements
            .iter()
            .map(|(name, value)| format!("<GPano:{name}>{value}</GPano:{name}>"))
            .collect::<Vec<_>>()
            .concat(),
    );
    format!(
        "<?xpacket begin='\u{feff}' id='W5M0MpCehiHzreSzNTczkc9d'?><x:xmpmeta xmlns:x='adobe:ns:meta/'>\
         <rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description rdf:about='' \
         xmlns:GPano='http://ns.google.com/photos/1.0/panorama/'{attributes}>{elements}</rdf:Description></rdf:RDF>\
         </x:xmpmeta><?xpacket end='w'?>"
    )
}

/// Little-endian EXIF with an orientation and a position (GPS latitude 25° N).
pub(crate) fn exif(orientation: u8) -> Vec<u8> {
    let mut exif = b"II*\0\x08\0\0\0\x02\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    exif.extend([orientation, 0, 0, 0]);
    exif.extend(b"\x25\x88\x04\0\x01\0\0\0\x26\0\0\0\0\0\0\0");
    exif.extend(b"\x01\0\x01\0\x02\0\x02\0\0\0N\0\0\0\0\0\0\0");
    exif
}

/// How to write a JPEG for a test.
#[derive(Clone, Copy, Default)]
pub(super) struct Jpeg<'a> {
    pub quality: u8,
    pub progressive: bool,
    pub exif: Option<&'a [u8]>,
    pub xmp: Option<&'a str>,
    pub profile: Option<&'a [u8]>,
}

impl Jpeg<'_> {
    pub(super) fn write(self, picture: &RgbImage) -> Vec<u8> {
        let mut jpeg = Vec::new();
        let mut encoder = Encoder::new(&mut jpeg, if self.quality == 0 { 95 } else { self.quality });
        encoder.set_sampling_factor(SamplingFactor::F_1_1);
        encoder.set_progressive(self.progressive);
        if let Some(exif) = self.exif {
            encoder.add_exif_metadata(exif).unwrap();
        }
        if let Some(profile) = self.profile {
            encoder.add_icc_profile(profile).unwrap();
        }
        if let Some(xmp) = self.xmp {
            encoder.add_app_segment(1, [b"http://ns.adobe.com/xap/1.0/\0", xmp.as_bytes()].concat()).unwrap();
        }
        encoder.encode(picture.as_raw(), picture.width() as u16, picture.height() as u16, ColorType::Rgb).unwrap();
        jpeg
    }
}

pub(super) fn encode(picture: &RgbImage, format: image::ImageFormat) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    picture.write_to(&mut file, format).unwrap();
    file.into_inner()
}

/// A panorama with soft and fine detail, the same from every side: noise of several sizes over directions, and shelves.
/// Nothing in it is finer than the picture can hold. Drawn once for each width.
pub(super) fn panorama(width: u32) -> RgbImage {
    static DRAWN: Mutex<BTreeMap<u32, RgbImage>> = Mutex::new(BTreeMap::new());
    DRAWN.lock().unwrap().entry(width).or_insert_with(|| draw(width)).clone()
}

fn draw(width: u32) -> RgbImage {
    let height = width / 2;
    let sphere = Equirect::full(width, height);
    let mut picture = RgbImage::new(width, height);
    picture.par_chunks_exact_mut(width as usize * 3).enumerate().for_each(|(y, line)| {
        for (x, pixel) in line.chunks_exact_mut(3).enumerate() {
            let colour = scenery(sphere.direction(x as f64 + 0.5, y as f64 + 0.5), f64::from(width));
            pixel.copy_from_slice(&colour.map(|value| value.round().clamp(0.0, 255.0) as u8));
        }
    });
    picture
}

fn scenery(towards: DVec3, width: f64) -> [f64; 3] {
    let mut value = 0.0;
    let (mut frequency, mut strength) = (2.0, 60.0);
    while frequency < width / 12.0 {
        value += strength * noise(towards * frequency);
        frequency *= 2.0;
        strength *= 0.55;
    }
    let tint = 25.0 * noise(towards * 3.0 + DVec3::splat(40.0));
    // An edge is two pixels wide, as a lens leaves it.
    let from_shelf = ((towards.y * 9.0).rem_euclid(1.0) - 0.5).abs() / 9.0;
    let shelf = if towards.y.abs() < 0.8 { -45.0 * ((0.048 - from_shelf) * width / 12.0).clamp(0.0, 1.0) } else { 0.0 };
    [130.0 + value + tint + shelf, 125.0 + value + shelf, 120.0 + value - tint + shelf]
}

/// Smooth noise, −1 to 1, over space.
fn noise(at: DVec3) -> f64 {
    let cell = at.floor();
    let t = at - cell;
    let t = t * t * (DVec3::splat(3.0) - 2.0 * t);
    let mut sum = 0.0;
    for corner in 0..8u32 {
        let offset = DVec3::new(f64::from(corner & 1), f64::from(corner >> 1 & 1), f64::from(corner >> 2));
        let share = DVec3::ONE - offset + (2.0 * offset - DVec3::ONE) * t;
        sum += random(cell + offset) * share.x * share.y * share.z;
    }
    sum
}

fn random(cell: DVec3) -> f64 {
    let mut hash = 0x9e37_79b9u32;
    for value in [cell.x, cell.y, cell.z] {
        hash = (hash ^ (value as i32) as u32).wrapping_mul(0x85eb_ca6b);
        hash ^= hash >> 15;
    }
    f64::from(hash) / f64::from(u32::MAX) * 2.0 - 1.0
}

/// The straight way from a whole panorama to a view: cubic interpolation, `samples`² a pixel. It knows nothing of faces,
/// tiles and levels, and shares no code with what it checks.
pub(super) fn reproject(picture: &RgbImage, frame: &ViewFrame, samples: u32) -> RgbImage {
    let (width, height) = (frame.viewport().width as u32, frame.viewport().height as u32);
    let mut view = RgbImage::new(width, height);
    view.par_chunks_exact_mut(width as usize * 3).enumerate().for_each(|(y, line)| {
        for (x, pixel) in line.chunks_exact_mut(3).enumerate() {
            let mut sum = [0.0; 3];
            for step in 0..samples * samples {
                let offset = |index: u32| (f64::from(index) + 0.5) / f64::from(samples);
                let at = DVec2::new(x as f64 + offset(step % samples), y as f64 + offset(step / samples));
                let colour = colour(picture, frame.direction(at));
                sum.iter_mut().zip(colour).for_each(|(sum, value)| *sum += value);
            }
            pixel.copy_from_slice(&sum.map(|sum| (sum / f64::from(samples * samples)).round().clamp(0.0, 255.0) as u8));
        }
    });
    view
}

fn colour(picture: &RgbImage, towards: DVec3) -> [f64; 3] {
    let (width, height) = (f64::from(picture.width()), f64::from(picture.height()));
    let x = (towards.x.atan2(-towards.z) / TAU + 0.5) * width - 0.5;
    let y = (0.5 - towards.normalize().y.asin() / PI) * height - 0.5;
    let cubic = |t: f64| {
        let t = t.abs();
        if t < 1.0 { 1.5 * t * t * t - 2.5 * t * t + 1.0 } else { -0.5 * t * t * t + 2.5 * t * t - 4.0 * t + 2.0 }
    };
    let mut sum = [0.0; 3];
    for row in -1..3 {
        for column in -1..3 {
            let (mut column, mut row) = (x.floor() as i64 + column, y.floor() as i64 + row);
            let weight = cubic(x - column as f64) * cubic(y - row as f64);
            if row < 0 || row >= i64::from(picture.height()) {
                row = if row < 0 { -1 - row } else { 2 * i64::from(picture.height()) - 1 - row };
                column += i64::from(picture.width() / 2);
            }
            let Rgb(pixel) = picture.get_pixel(column.rem_euclid(i64::from(picture.width())) as u32, row as u32);
            sum.iter_mut().zip(pixel).for_each(|(sum, value)| *sum += weight * f64::from(*value));
        }
    }
    sum
}

/// Peak signal-to-noise ratio over all channels, dB.
pub(super) fn psnr(a: &RgbImage, b: &RgbImage) -> f64 {
    assert_eq!(a.dimensions(), b.dimensions());
    let squares: f64 = a.as_raw().iter().zip(b.as_raw()).map(|(a, b)| f64::from(a.abs_diff(*b)).powi(2)).sum();
    20.0 * 255f64.log10() - 10.0 * (squares / a.as_raw().len() as f64).log10()
}

/// A real panorama of the data that lie beside the checkout. Where they are absent the test says so and skips.
pub(super) fn real_panorama(name: &str) -> Option<PathBuf> {
    let shared = std::env::var_os("VITRINE_SHARED_DATA").map(PathBuf::from);
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).map(|parent| parent.join("shared/data"));
    let path = shared.or(beside)?.join("panoramas").join(name);
    if path.is_file() {
        return Some(path);
    }
    eprintln!(
        "SKIPPED: no real panorama {} (set VITRINE_SHARED_DATA to the folder that holds panoramas/)",
        path.display()
    );
    None
}
