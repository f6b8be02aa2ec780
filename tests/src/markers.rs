//! A store made for measuring: its panoramas show coloured discs at known places of the sphere.

use std::fs;
use std::path::Path;

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ImageEncoder, Rgb, RgbImage};
use scene::document::View;
use scene::pyramid::Coverage;
use scene::sphere::{ViewFrame, ViewPose, Viewport, direction};
use serde_json::json;

/// The store's name in addresses.
pub const STORE: &str = "markers";
/// The first scene.
pub const NORTH: &str = "north";
/// The scene behind the link.
pub const SOUTH: &str = "south";
/// The link from north to south.
pub const LINK: &str = "to-south";
/// The product in the scene north.
pub const PRODUCT: &str = "north-tea";
/// Two cards in the scene north that lie on each other in its opening view.
pub const CROWD: [&str; 2] = ["north-note", "north-notice"];
/// Where the scenes are on the floor plan: x, y, heading of yaw 0.
pub const PLACES: [(f64, f64, f64); 2] = [(0.25, 0.75, 90.0), (0.75, 0.25, 120.0)];
/// The opening view of both scenes.
pub const OPENING: View = View { yaw: 12.0, pitch: -3.0, fov: 100.0 };

/// What the panoramas of the partial store cover: 1600 × 768 pixels from the middle of the whole.
pub const PARTIAL: Coverage = Coverage { min_yaw: -70.3125, max_yaw: 70.3125, min_pitch: -33.75, max_pitch: 33.75 };
/// Left, top, width and height of that in the whole panorama, pixels.
const PARTIAL_AREA: [u32; 4] = [1248, 640, 1600, 768];
/// What the document of the partial store asks for as opening view: more than there is on the right and above.
pub const PARTIAL_OPENING: View = View { yaw: 60.0, pitch: 25.0, fov: 100.0 };

/// Yaw and pitch (degrees) of the link from south to north.
pub const BACK: (f64, f64) = (0.0, -30.0);
/// Compass heading of yaw 0 in the scene south; in north it is 0.
pub const SOUTH_NORTH_DEG: f64 = 30.0;

/// Degrees by which the markers of the scene south lie further right.
const SOUTH_SHIFT_DEG: f64 = 20.0;
/// Width of the panoramas, pixels.
const WIDTH: u32 = 4096;
/// Radius of a disc, degrees.
const RADIUS_DEG: f64 = 2.0;

/// A disc on the sphere.
#[derive(Clone, Copy, Debug)]
pub struct Marker {
    /// Its colour, one of six that no grey and no other can be taken for.
    pub colour: Colour,
    /// Degrees.
    pub yaw_deg: f64,
    /// Degrees.
    pub pitch_deg: f64,
}

/// Colours of the discs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "colours")]
pub enum Colour {
    Red,
    Yellow,
    Green,
    Cyan,
    Blue,
    Magenta,
}

impl Colour {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Red, Self::Yellow, Self::Green, Self::Cyan, Self::Blue, Self::Magenta];

    /// Red, green, blue.
    pub const fn rgb(self) -> [u8; 3] {
        match self {
            Self::Red => [230, 20, 20],
            Self::Yellow => [220, 220, 20],
            Self::Green => [20, 220, 20],
            Self::Cyan => [20, 220, 220],
            Self::Blue => [40, 40, 240],
            Self::Magenta => [220, 20, 220],
        }
    }
}

/// Discs in the middle of faces, on their edges, on a corner, at the image's seam and near the poles. No view of 100°
/// shows two of one colour.
const MARKERS: [(Colour, f64, f64); 14] = [
    (Colour::Red, 0.0, 2.0),
    (Colour::Yellow, 45.0, 0.0),
    (Colour::Green, 22.0, 16.0),
    (Colour::Cyan, -30.0, 12.0),
    (Colour::Blue, 10.0, -20.0),
    (Colour::Magenta, 45.0, 35.264),
    (Colour::Cyan, 95.0, -5.0),
    (Colour::Magenta, -75.0, -10.0),
    (Colour::Red, 180.0, 0.0),
    (Colour::Green, -155.0, 20.0),
    (Colour::Yellow, -135.0, -12.0),
    (Colour::Blue, 150.0, -18.0),
    (Colour::Green, 60.0, -75.0),
    (Colour::Red, -90.0, 78.0),
];

/// The discs of a scene.
pub fn markers(scene: &str) -> Vec<Marker> {
    let shift = if scene == SOUTH { SOUTH_SHIFT_DEG } else { 0.0 };
    MARKERS.iter().map(|&(colour, yaw, pitch)| Marker { colour, yaw_deg: yaw + shift, pitch_deg: pitch }).collect()
}

/// What a screen of `viewport` pixels shows of a scene, drawn straight from the sphere: what the viewer is measured by.
pub fn expected(scene: &str, view: View, viewport: Viewport) -> RgbImage {
    let frame = ViewFrame::new(&ViewPose::from(view), viewport);
    let painter = Painter::new(scene);
    RgbImage::from_fn(viewport.width as u32, viewport.height as u32, |x, y| {
        painter.pixel(|dx, dy| frame.direction((f64::from(x) + dx, f64::from(y) + dy).into()))
    })
}

/// Colour of every direction.
struct Painter {
    discs: Vec<([f64; 3], [u8; 3])>,
}

impl Painter {
    fn new(scene: &str) -> Self {
        let place = |marker: &Marker| direction(marker.yaw_deg.to_radians(), marker.pitch_deg.to_radians()).to_array();
        Self { discs: markers(scene).iter().map(|marker| (place(marker), marker.colour.rgb())).collect() }
    }

    /// Mean colour of a pixel; `at` gives the direction of a point in it.
    fn pixel<D: Into<[f64; 3]>>(&self, at: impl Fn(f64, f64) -> D) -> Rgb<u8> {
        // Far from every disc one sample says the same as sixteen.
        let centre: [f64; 3] = at(0.5, 0.5).into();
        let near = (RADIUS_DEG * 1.5).to_radians().cos();
        if self.discs.iter().all(|(place, _)| dot(*place, centre) < near) {
            return Rgb(self.colour(centre).map(|channel| channel as u8));
        }
        let mut sum = [0.0; 3];
        for (step_x, step_y) in (0..16).map(|step| (step % 4, step / 4)) {
            let sample = self.colour(at((f64::from(step_x) + 0.5) / 4.0, (f64::from(step_y) + 0.5) / 4.0).into());
            sum.iter_mut().zip(sample).for_each(|(sum, sample)| *sum += sample);
        }
        Rgb(sum.map(|channel| (channel / 16.0).round() as u8))
    }

    fn colour(&self, at: [f64; 3]) -> [f64; 3] {
        let inside = RADIUS_DEG.to_radians().cos();
        match self.discs.iter().find(|(place, _)| dot(*place, at) >= inside) {
            Some((_, rgb)) => rgb.map(f64::from),
            // Grey with a slow change, so that a picture turned by mistake differs everywhere.
            None => [110.0 + 30.0 * at[1] + 20.0 * at[0]; 3],
        }
    }
}

fn dot(a: [f64; 3], b: [f64; 3]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn panorama(scene: &str) -> RgbImage {
    let painter = Painter::new(scene);
    let height = WIDTH / 2;
    RgbImage::from_fn(WIDTH, height, |x, y| {
        painter.pixel(|dx, dy| {
            let yaw = (f64::from(x) + dx) / f64::from(WIDTH) * std::f64::consts::TAU - std::f64::consts::PI;
            let pitch = std::f64::consts::FRAC_PI_2 - (f64::from(y) + dy) / f64::from(height) * std::f64::consts::PI;
            direction(yaw, pitch)
        })
    })
}

fn png(picture: &RgbImage) -> Vec<u8> {
    let mut file = Vec::new();
    PngEncoder::new_with_quality(&mut file, CompressionType::Fast, FilterType::Sub)
        .write_image(picture.as_raw(), picture.width(), picture.height(), image::ExtendedColorType::Rgb8)
        .expect("a picture can be encoded");
    file
}

/// The part [`PARTIAL`] of a panorama, as a camera writes it: a JPEG whose XMP says where in the whole it belongs.
fn partial_jpeg(picture: &RgbImage) -> Vec<u8> {
    let [left, top, width, height] = PARTIAL_AREA;
    let part = image::imageops::crop_imm(picture, left, top, width, height).to_image();
    let mut file = Vec::new();
    JpegEncoder::new_with_quality(&mut file, 95).encode_image(&part).expect("a picture can be encoded");
    let xmp = format!(
        "http://ns.adobe.com/xap/1.0/\0<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF \
         xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description rdf:about='' \
         xmlns:GPano='http://ns.google.com/photos/1.0/panorama/' GPano:ProjectionType='equirectangular' \
         GPano:FullPanoWidthPixels='{WIDTH}' GPano:FullPanoHeightPixels='{}' GPano:CroppedAreaLeftPixels='{left}' \
         GPano:CroppedAreaTopPixels='{top}' GPano:CroppedAreaImageWidthPixels='{width}' \
         GPano:CroppedAreaImageHeightPixels='{height}'/></rdf:RDF></x:xmpmeta>",
        WIDTH / 2
    );
    let length = u16::try_from(xmp.len() + 2).expect("XMP fits into a segment");
    let segment = [&[0xFF, 0xE1], &length.to_be_bytes()[..], xmp.as_bytes()].concat();
    // Behind the two bytes that begin every JPEG.
    file.splice(2..2, segment);
    file
}

/// Writes the folder that `vitrine seed` reads: panoramas all round.
pub fn write_seed_folder(folder: &Path) {
    write(folder, OPENING, "png", png);
}

/// The same store with panoramas that cover [`PARTIAL`] only.
pub fn write_partial_seed_folder(folder: &Path) {
    write(folder, PARTIAL_OPENING, "jpg", partial_jpeg);
}

fn write(folder: &Path, opening: View, extension: &str, encode: impl Fn(&RgbImage) -> Vec<u8>) {
    for sub in ["media", "panoramas", "products"] {
        fs::create_dir_all(folder.join(sub)).expect("a folder can be made");
    }
    for scene in [NORTH, SOUTH] {
        let file = encode(&panorama(scene));
        fs::write(folder.join(format!("panoramas/{scene}.{extension}")), file).expect("a picture can be written");
    }
    RgbImage::from_pixel(320, 240, Rgb([90, 140, 110]))
        .save(folder.join("products/tea.png"))
        .expect("a picture can be written");
    RgbImage::from_pixel(200, 150, Rgb([240, 238, 230]))
        .save(folder.join("media/floor.png"))
        .expect("a picture can be written");
    let product = "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b";
    let text = |zh: &str, en: &str| json!({"zh-TW": zh, "en": en});
    let view = json!({"yaw": opening.yaw, "pitch": opening.pitch, "fov": opening.fov});
    let scene = |id: &str, name, north: f64, (x, y, heading): (f64, f64, f64), hotspots| {
        json!({
            "position": {"floorPlan": "floor", "x": x, "y": y, "heading": heading},
            "id": id, "name": name, "description": text("量測用場景", "A scene to measure"),
            "alt": text("灰色背景上的彩色圓點", "Coloured discs on grey"),
            "panorama": format!("panoramas/{id}.{extension}"), "north": north, "view": view, "hotspots": hotspots,
        })
    };
    let document = json!({
        "version": 1,
        "languages": ["zh-TW", "en"],
        "name": text("量測店", "Marker store"),
        "description": text("測試用的店", "A store for tests"),
        "brand": {"primary": "#1f6f5c", "onPrimary": "#ffffff"},
        "contact": {},
        "privacy": text("不收集個人資料", "No personal data is collected"),
        "start": {"scene": NORTH},
        "floorPlans": [{"id": "floor", "name": text("一樓", "Ground floor"), "media": "media/floor.png"}],
        "scenes": [
            scene(NORTH, text("北", "North"), 0.0, PLACES[0], json!([
                {"id": LINK, "yaw": -8, "pitch": -30, "label": text("往南", "To the south"), "link": {"scene": SOUTH}},
                {"id": PRODUCT, "yaw": 28, "pitch": -12, "label": text("烏龍茶", "Oolong tea"), "product": {"product": product}},
                {"id": CROWD[0], "yaw": 38, "pitch": 8, "label": text("說明", "Note"), "text": {"body": text("說明文字", "A note")}},
                {"id": CROWD[1], "yaw": 41, "pitch": 8, "label": text("公告", "Notice"), "text": {"body": text("公告文字", "A notice")}},
            ])),
            scene(SOUTH, text("南", "South"), SOUTH_NORTH_DEG, PLACES[1], json!([
                {"id": "to-north", "yaw": BACK.0, "pitch": BACK.1, "label": text("往北", "To the north"), "link": {"scene": NORTH}},
            ])),
        ],
    });
    let seed = json!({
        "organisation": {"name": "Measuring"},
        "shop": {
            "name": text("量測店", "Marker shop"), "address": text("測試路一號", "1 Test Road"), "phone": "+886 2 5550 0100",
            "hours": [{"days": ["mon"], "opens": "09:00", "closes": "21:30"}], "timeZone": "Asia/Taipei", "currency": "TWD",
        },
        "stores": [{"slug": STORE, "document": "store.json"}],
        "products": [{
            "id": product, "sku": "TEA-OOL-150", "gtin": "2000000000015", "name": text("烏龍茶", "Oolong tea"),
            "description": text("阿里山", "From Alishan"), "unit": "piece",
            "price": {"minor": 12_000, "currency": "TWD", "taxIncluded": true},
            "picture": "products/tea.png", "alt": text("一包茶", "A packet of tea"),
        }],
    });
    for (name, content) in [("store.json", document), ("seed.json", seed)] {
        fs::write(folder.join(name), content.to_string()).expect("a document can be written");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::picture::{centres, same_places};

    #[test]
    fn a_disc_is_where_the_projection_puts_it() {
        let viewport = Viewport { width: 960.0, height: 540.0 };
        let picture = expected(NORTH, OPENING, viewport);
        let found = centres(&picture);
        let frame = ViewFrame::new(&ViewPose::from(OPENING), viewport);
        for marker in markers(NORTH) {
            let Some(place) = frame.on_screen(marker.yaw_deg.to_radians(), marker.pitch_deg.to_radians()) else {
                continue;
            };
            let Some((_, centre)) = found.iter().find(|(colour, _)| *colour == marker.colour) else { continue };
            // A disc's picture is an ellipse whose centre lies a little outside its own centre's picture.
            assert!((place - *centre).length() < 2.0, "{marker:?}: {place} {centre}");
        }
        assert!(found.len() >= 5, "{found:?}");
        same_places(&found, &found, 0.0);
    }
}
