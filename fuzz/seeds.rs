//! Small valid files for the fuzz targets to start from: `cargo run --bin seeds` in this folder.

use std::fs;
use std::io::Cursor;
use std::path::Path;

use image::{ImageEncoder as _, ImageFormat, RgbImage};
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

const XMP: &str = r#"<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:GPano="http://ns.google.com/photos/1.0/panorama/" GPano:ProjectionType="equirectangular" GPano:FullPanoWidthPixels="128" GPano:FullPanoHeightPixels="64" GPano:CroppedAreaImageWidthPixels="64" GPano:CroppedAreaImageHeightPixels="32" GPano:CroppedAreaLeftPixels="96" GPano:CroppedAreaTopPixels="8" GPano:PoseHeadingDegrees="30.5"><GPano:PosePitchDegrees>-4</GPano:PosePitchDegrees><GPano:PoseRollDegrees>2</GPano:PoseRollDegrees></rdf:Description></rdf:RDF></x:xmpmeta>"#;
/// Little-endian EXIF with orientation 6 and a GPS pointer.
const EXIF: &[u8] =
    b"II*\0\x08\0\0\0\x02\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\x25\x88\x04\0\x01\0\0\0\x26\0\0\0\0\0\0\0\0\0\0\0\0\0";

fn main() {
    let picture = RgbImage::from_fn(64, 32, |x, y| image::Rgb([(x * 4) as u8, (y * 8) as u8, (x ^ y) as u8]));
    let folders = ["corpus/panorama_front", "corpus/picture_strip"].map(Path::new);
    folders.iter().for_each(|folder| fs::create_dir_all(folder).expect("a folder for the seeds"));
    let write = |name: &str, bytes: Vec<u8>| {
        folders.iter().for_each(|folder| fs::write(folder.join(name), &bytes).expect("a seed is written"));
    };
    for progressive in [false, true] {
        for (name, sampling) in [("420", SamplingFactor::F_2_2), ("444", SamplingFactor::F_1_1)] {
            for with_metadata in [false, true] {
                let mut jpeg = Vec::new();
                let mut encoder = Encoder::new(&mut jpeg, 30);
                encoder.set_progressive(progressive);
                encoder.set_sampling_factor(sampling);
                encoder.set_restart_interval(if progressive { 0 } else { 3 });
                if with_metadata {
                    let xmp = [b"http://ns.adobe.com/xap/1.0/\0", XMP.as_bytes()].concat();
                    encoder.add_app_segment(1, xmp).expect("XMP fits");
                    encoder.add_exif_metadata(EXIF).expect("EXIF fits");
                }
                encoder.encode(picture.as_raw(), 64, 32, ColorType::Rgb).expect("a JPEG");
                write(&format!("{progressive}-{name}-{with_metadata}.jpg"), jpeg);
            }
        }
    }
    let mut png = Vec::new();
    let mut encoder = image::codecs::png::PngEncoder::new(&mut png);
    encoder.set_exif_metadata(EXIF.to_vec()).expect("EXIF fits");
    encoder.write_image(picture.as_raw(), 64, 32, image::ExtendedColorType::Rgb8).expect("a PNG");
    write("rgb.png", with_xmp_chunk(&png));
    let mut png = Cursor::new(Vec::new());
    image::DynamicImage::ImageRgb8(picture.clone()).into_rgba16().write_to(&mut png, ImageFormat::Png).expect("a PNG");
    write("rgba16.png", png.into_inner());
    let mut webp = Vec::new();
    let mut encoder = image::codecs::webp::WebPEncoder::new_lossless(&mut webp);
    encoder.set_exif_metadata(EXIF.to_vec()).expect("EXIF fits");
    encoder.write_image(picture.as_raw(), 64, 32, image::ExtendedColorType::Rgb8).expect("a WebP");
    write("lossless.webp", webp);
    let square = image::imageops::crop_imm(&picture, 0, 0, 32, 32).to_image();
    let mut jpeg = vec![2];
    Encoder::new(&mut jpeg, 30).encode(square.as_raw(), 32, 32, ColorType::Rgb).expect("a JPEG");
    write("cube", jpeg);

    let folder = Path::new("corpus/store_document");
    fs::create_dir_all(folder).expect("a folder for the seeds");
    let demo = fs::read("../assets/demo/store.json").expect("the demo store's document");
    fs::write(folder.join("demo.json"), demo).expect("a seed is written");
    // What the demo names by paths, a stored document names by ids.
    let smallest = format!(
        r##"{{"version":1,"languages":["en"],"name":{{"en":"a"}},"description":{{"en":"b"}},"brand":{{"primary":"#1f6f5c","onPrimary":"#ffffff"}},"contact":{{}},"privacy":{{"en":"c"}},"start":{{"scene":"s"}},"scenes":[{{"id":"s","name":{{"en":"d"}},"alt":{{"en":"e"}},"panorama":"{}","north":0,"view":{{"yaw":0,"pitch":0,"fov":90}},"hotspots":[{{"id":"h","yaw":1,"pitch":2,"label":{{"en":"f"}},"webLink":{{"url":"https://example.org"}}}}]}}]}}"##,
        "0123456789abcdef".repeat(4)
    );
    fs::write(folder.join("smallest.json"), smallest).expect("a seed is written");
    let folder = Path::new("corpus/tables");
    fs::create_dir_all(folder).expect("a folder for the seeds");
    fs::write(folder.join("comma.csv"), "sku,name\r\nA,\"two\nlines\"\r\n").expect("a seed is written");
    fs::write(folder.join("semicolon.csv"), b"sep=;\r\nsku;\xab~\xa6W\r\nA;\xaf\xf9\r\n").expect("a seed is written");
    fs::write(folder.join("utf16.csv"), b"\xff\xfea\0\t\0b\0\n\0").expect("a seed is written");
    let folder = Path::new("corpus/tile_path");
    fs::create_dir_all(folder).expect("a folder for the seeds");
    fs::write(folder.join("path"), "2/l/1/3.jpg").expect("a seed is written");
}

/// Puts an uncompressed iTXt chunk with XMP behind the PNG's header.
fn with_xmp_chunk(png: &[u8]) -> Vec<u8> {
    let body = [b"iTXtXML:com.adobe.xmp\0\0\0\0\0".as_slice(), XMP.as_bytes()].concat();
    let crc = body.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 })
    });
    let length = (body.len() - 4) as u32;
    [&png[..33], &length.to_be_bytes(), &body, &(!crc).to_be_bytes(), &png[33..]].concat()
}
