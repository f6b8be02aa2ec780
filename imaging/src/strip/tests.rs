//! What goes, and what stays.

use std::io::Cursor;

use image::{ImageEncoder as _, ImageFormat, Rgb, RgbImage};
use moxcms::ColorProfile;
use proptest::prelude::*;

use super::*;

const SECRET: &[u8] = b"25.03 N 121.56 E";

fn picture() -> RgbImage {
    RgbImage::from_fn(33, 17, |x, y| Rgb([(x * 7) as u8, (y * 11) as u8, 90]))
}

fn file(format: ImageFormat) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    picture().write_to(&mut file, format).unwrap();
    file.into_inner()
}

fn same_pixels(before: &[u8], after: &[u8]) {
    assert_eq!(image::load_from_memory(before).unwrap(), image::load_from_memory(after).unwrap());
}

fn jpeg_segment(marker: u8, body: &[u8]) -> Vec<u8> {
    [&[0xff, marker, 0, 2 + body.len() as u8], body].concat()
}

fn png_chunk(kind: [u8; 4], body: &[u8]) -> Vec<u8> {
    // Nobody reads the checksum of a chunk that goes.
    [&(body.len() as u32).to_be_bytes(), kind.as_slice(), body, &[0; 4]].concat()
}

fn webp_chunk(kind: [u8; 4], body: &[u8]) -> Vec<u8> {
    let padding: &[u8] = if body.len() % 2 == 1 { &[0] } else { &[] };
    [kind.as_slice(), &(body.len() as u32).to_le_bytes(), body, padding].concat()
}

fn webp(chunks: &[Vec<u8>]) -> Vec<u8> {
    let chunks = chunks.concat();
    [b"RIFF".as_slice(), &(chunks.len() as u32 + 4).to_le_bytes(), b"WEBP", &chunks].concat()
}

#[test]
fn jpeg_keeps_what_shows_the_picture() {
    let plain = file(ImageFormat::Jpeg);
    let mut tagged = plain[..2].to_vec();
    for (marker, name) in
        [(0xe1, "Exif\0\0"), (0xe5, "unheard"), (0xed, "Photoshop"), (0xe0, "JFXX\0"), (0xee, "other"), (0xfe, "")]
    {
        tagged.extend(jpeg_segment(marker, &[name.as_bytes(), SECRET].concat()));
        // Some cameras write odd bytes between segments; a panorama with them is taken, and so is a picture.
        tagged.extend(b"\0odd");
        tagged.extend(SECRET);
    }
    tagged.extend(&plain[2..]);
    tagged.extend(SECRET);
    let stripped = strip(Format::Jpeg, &tagged).unwrap();
    assert_eq!(stripped, plain);
    same_pixels(&plain, &stripped);
}

#[test]
fn the_small_picture_in_a_jpeg_goes() {
    let plain = file(ImageFormat::Jpeg);
    let jfif = jpeg_segment(0xe0, b"JFIF\0\x01\x02\0\0\x01\0\x01\0\0");
    assert!(plain[2..].starts_with(&jfif), "{:x?}", &plain[..24]);
    let with_small = jpeg_segment(0xe0, &[b"JFIF\0\x01\x02\0\0\x01\0\x01\x01\x02".as_slice(), b"sixpix"].concat());
    let tagged = [&plain[..2], &with_small, &plain[2 + jfif.len()..]].concat();
    assert_eq!(strip(Format::Jpeg, &tagged).unwrap(), plain);
}

#[test]
fn png_keeps_what_shows_the_picture() {
    let plain = file(ImageFormat::Png);
    let mut tagged = plain[..33].to_vec();
    for kind in [b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME", b"caBX", b"prVt", b"sPLT"] {
        tagged.extend(png_chunk(*kind, SECRET));
    }
    tagged.extend(&plain[33..]);
    tagged.extend(SECRET);
    assert_eq!(strip(Format::Png, &tagged).unwrap(), plain);
}

#[test]
fn webp_keeps_what_shows_the_picture() {
    let plain = file(ImageFormat::WebP);
    let image = plain[12..].to_vec();
    let head = |flags: u8| webp_chunk(*b"VP8X", &[flags, 0, 0, 0, 32, 0, 0, 16, 0, 0]);
    // Flags: profile, EXIF, XMP, and a reserved one; there is no profile.
    let tagged = webp(&[
        head(0b1010_1100),
        webp_chunk(*b"NEW!", SECRET),
        image.clone(),
        webp_chunk(*b"EXIF", b"odd"),
        webp_chunk(*b"XMP ", SECRET),
    ]);
    let stripped = strip(Format::Webp, &tagged).unwrap();
    assert_eq!(stripped, webp(&[head(0), image.clone()]));
    same_pixels(&plain, &stripped);
    // Frames have chunks of their own.
    let frame = |extra: &[u8]| webp_chunk(*b"ANMF", &[&[0; 16][..], &image, extra].concat());
    let moving = |frame: Vec<u8>| webp(&[head(0b10), webp_chunk(*b"ANIM", &[0; 6]), frame]);
    let tagged = moving(frame(&webp_chunk(*b"EXIF", SECRET)));
    assert_eq!(strip(Format::Webp, &tagged).unwrap(), moving(frame(&[])));
}

#[test]
fn the_colour_profile_stays() {
    let profile = ColorProfile::new_display_p3().encode().unwrap();
    let (width, height, kind) = (33, 17, image::ExtendedColorType::Rgb8);
    let mut files = [(Format::Jpeg, Vec::new()), (Format::Png, Vec::new()), (Format::Webp, Vec::new())];
    let [(_, jpeg), (_, png), (_, webp)] = &mut files;
    let mut encoder = image::codecs::jpeg::JpegEncoder::new(jpeg);
    encoder.set_icc_profile(profile.clone()).unwrap();
    encoder.write_image(picture().as_raw(), width, height, kind).unwrap();
    let mut encoder = image::codecs::png::PngEncoder::new(png);
    encoder.set_icc_profile(profile.clone()).unwrap();
    encoder.write_image(picture().as_raw(), width, height, kind).unwrap();
    let mut encoder = image::codecs::webp::WebPEncoder::new_lossless(webp);
    encoder.set_icc_profile(profile.clone()).unwrap();
    encoder.write_image(picture().as_raw(), width, height, kind).unwrap();
    for (format, file) in files {
        let stripped = strip(format, &file).unwrap();
        let mut decoder =
            image::ImageReader::new(Cursor::new(&stripped)).with_guessed_format().unwrap().into_decoder().unwrap();
        let kept = image::ImageDecoder::icc_profile(&mut decoder).unwrap();
        assert_eq!(kept.as_ref(), Some(&profile), "{format}");
        same_pixels(&file, &stripped);
    }
}

proptest! {
    #[test]
    fn anything_may_come_and_nothing_panics(mut file in prop::collection::vec(any::<u8>(), 0..200), start in 0usize..3) {
        let (format, head): (_, &[u8]) = [
            (Format::Jpeg, &[0xff, 0xd8, 0xff][..]),
            (Format::Png, b"\x89PNG\r\n\x1a\n"),
            (Format::Webp, b"RIFF\x40\0\0\0WEBP"),
        ][start];
        file.splice(0..0, head.iter().copied());
        let _ = strip(format, &file);
    }

    /// What was stripped once is not stripped further.
    #[test]
    fn stripping_twice_is_stripping_once(extra in prop::collection::vec(any::<u8>(), 0..60), at in 2usize..200) {
        let mut file = file(ImageFormat::Jpeg);
        let at = at.min(file.len());
        file.splice(at..at, extra);
        if let Some(once) = strip(Format::Jpeg, &file) {
            prop_assert_eq!(strip(Format::Jpeg, &once), Some(once.clone()));
        }
    }
}
