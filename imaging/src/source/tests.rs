//! Files as strangers send them: whole, cut off, damaged, wrongly shaped, turned.

use image::{ImageFormat, Rgb, RgbImage};

use super::{Kind, Limits, Pixels, Source};
use crate::MediaError;
use crate::testing::{Jpeg, encode, exif, panorama, xmp};

fn open(file: Vec<u8>) -> Result<Source, MediaError> {
    Source::open(vec![file], &Limits::default())
}

fn decode(file: Vec<u8>) -> Result<RgbImage, MediaError> {
    match open(file)?.decode()? {
        Pixels::Equirect(picture, _) => Ok(picture),
        Pixels::Cube(_) => unreachable!("one file is no cube"),
    }
}

fn every_format() -> Vec<(&'static str, Vec<u8>)> {
    let picture = panorama(256);
    vec![
        ("baseline JPEG", Jpeg::default().write(&picture)),
        ("progressive JPEG", Jpeg { progressive: true, ..Jpeg::default() }.write(&picture)),
        ("PNG", encode(&picture, ImageFormat::Png)),
        ("WebP", encode(&picture, ImageFormat::WebP)),
    ]
}

#[test]
fn every_format_is_read() {
    let picture = panorama(256);
    for (name, file) in every_format() {
        let read = decode(file).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(crate::testing::psnr(&read, &picture) > 38.0, "{name}");
    }
}

#[test]
fn a_file_cut_off_anywhere_is_refused() {
    for (name, file) in every_format() {
        let places = (1..20).map(|part| file.len() * part / 20).chain([1, 3, 20, file.len() - 2, file.len() - 1]);
        for length in places {
            // The CRC of PNG's last chunk holds nothing of the picture.
            if name == "PNG" && length > file.len() - 12 {
                continue;
            }
            let error =
                decode(file[..length].to_vec()).expect_err(&format!("{name} cut to {length} of {}", file.len()));
            assert!(error.is_in_the_file(), "{name}: {error}");
        }
    }
}

#[test]
fn what_is_refused_says_what_is_accepted() {
    let picture = panorama(256);
    let jpeg = Jpeg::default().write(&picture);
    // Sizes in headers that nothing follows.
    let mut wide_jpeg = jpeg.clone();
    let frame = wide_jpeg.windows(2).position(|pair| pair == [0xff, 0xc0]).unwrap();
    wide_jpeg[frame + 5..frame + 9].fill(0xff);
    let mut wide_png = encode(&picture, ImageFormat::Png);
    wide_png[16..24].copy_from_slice(&[0, 0, 0xea, 0x60, 0, 0, 0x75, 0x30]);
    let header_crc = crc(&wide_png[12..29]);
    wide_png[29..33].copy_from_slice(&header_crc.to_be_bytes());
    let gif = b"GIF89a\x01\0\x01\0\0\0\0;".to_vec();
    let photo = Jpeg::default().write(&RgbImage::new(400, 300));
    let tiny = Jpeg::default().write(&RgbImage::new(32, 16));
    for (name, file, says) in [
        ("empty", Vec::new(), "empty"),
        ("text", b"not a picture".to_vec(), "Accepted are JPEG, PNG and WebP"),
        ("gif", gif, "Accepted are JPEG, PNG and WebP"),
        ("only a signature", vec![0xff, 0xd8, 0xff], "ends in the middle"),
        ("JPEG of 65535×65535", wide_jpeg, "accepted are up to 16384×8192"),
        ("PNG of 60000×30000", wide_png, "accepted are up to 16384×8192"),
        ("photo", photo, "no 360° panorama"),
        ("too small", tiny, "too few"),
    ] {
        let error = open(file).expect_err(name);
        assert!(error.to_string().contains(says), "{name}: {error}");
        assert!(error.is_in_the_file());
    }
    // An optimised file of this encoder has a scan for each colour.
    let mut apart = Vec::new();
    let mut encoder = jpeg_encoder::Encoder::new(&mut apart, 80);
    encoder.set_sampling_factor(jpeg_encoder::SamplingFactor::F_2_2);
    encoder.set_optimized_huffman_tables(true);
    encoder.encode(picture.as_raw(), 256, 128, jpeg_encoder::ColorType::Rgb).unwrap();
    assert!(open(apart).unwrap_err().to_string().contains("colours are stored apart"));
    let limits = Limits { file_bytes: 1000, ..Limits::default() };
    let error = Source::open(vec![jpeg.clone()], &limits).unwrap_err();
    assert!(matches!(error, MediaError::FileTooLarge { limit: 1000, .. }), "{error}");
    // 16 bits a channel need more than the same picture with 8.
    let limits = Limits { memory_bytes: 256 * 128 * 5, ..Limits::default() };
    assert!(Source::open(vec![jpeg], &limits).is_ok());
    let deep = image::DynamicImage::ImageRgb8(picture).into_rgb16();
    let mut file = std::io::Cursor::new(Vec::new());
    deep.write_to(&mut file, ImageFormat::Png).unwrap();
    let error = Source::open(vec![file.into_inner()], &limits).unwrap_err();
    assert!(error.to_string().contains("8 bits per channel"), "{error}");
}

#[test]
fn cube_faces_must_fit_together() {
    let face = |edge: u32| Jpeg::default().write(&RgbImage::new(edge, edge));
    let six = |odd: Vec<u8>| vec![face(64), face(64), face(64), odd, face(64), face(64)];
    let refused = |files| Source::open(files, &Limits::default()).unwrap_err().to_string();
    let source = Source::open(six(face(64)), &Limits::default()).unwrap();
    assert!(matches!(source.kind, Kind::Cube { edge: 64, .. }));
    assert_eq!(source.full_width(), 256);
    assert!(refused(six(face(65))).contains("face l has 65×65 pixels, the first 64×64"));
    assert!(refused(six(Jpeg::default().write(&RgbImage::new(64, 60)))).contains("face l has 64×60"));
    assert!(refused(six(b"text".to_vec())).starts_with("Cube face l: This file is no picture"));
    assert!(refused(vec![face(64); 5]).contains("5 files were given"));
    assert!(refused(Vec::new()).contains("0 files were given"));
}

#[test]
fn exif_orientation_is_applied() {
    // One white quarter tells how a picture was turned.
    let upright = RgbImage::from_fn(128, 64, |x, y| Rgb([if x < 64 && y < 32 { 255 } else { 0 }; 3]));
    let undo = |orientation: u8| -> RgbImage {
        let picture = image::DynamicImage::ImageRgb8(upright.clone());
        match orientation {
            2 => picture.fliph(),
            3 => picture.rotate180(),
            4 => picture.flipv(),
            5 => picture.rotate90().fliph(),
            6 => picture.rotate270(),
            7 => picture.rotate270().fliph(),
            8 => picture.rotate90(),
            _ => picture,
        }
        .into_rgb8()
    };
    for orientation in 1..=8 {
        let exif = exif(orientation);
        let file = Jpeg { exif: Some(&exif), ..Jpeg::default() }.write(&undo(orientation));
        let read = decode(file).unwrap();
        assert_eq!(read.dimensions(), (128, 64), "orientation {orientation}");
        assert!(crate::testing::psnr(&read, &upright) > 30.0, "orientation {orientation}");
    }
    // Nonsense in EXIF leaves the picture as it is.
    let file = Jpeg { exif: Some(&exif(77)), ..Jpeg::default() }.write(&upright);
    assert!(crate::testing::psnr(&decode(file).unwrap(), &upright) > 30.0);
}

#[test]
fn a_panorama_in_display_p3_becomes_srgb() {
    let profile = moxcms::ColorProfile::new_display_p3().encode().unwrap();
    let picture = RgbImage::from_pixel(256, 128, Rgb([200, 100, 50]));
    let jpeg = Jpeg { profile: Some(&profile), quality: 100, ..Jpeg::default() }.write(&picture);
    let mut png = Vec::new();
    let mut encoder = image::codecs::png::PngEncoder::new(&mut png);
    image::ImageEncoder::set_icc_profile(&mut encoder, profile).unwrap();
    picture.write_with_encoder(encoder).unwrap();
    for file in [jpeg, png] {
        let Rgb(colour) = *decode(file).unwrap().get_pixel(100, 60);
        // By CSS Color 4.
        assert!(colour.iter().zip([215, 93, 31]).all(|(is, should)| is.abs_diff(should) <= 3), "{colour:?}");
    }
}

#[test]
fn gpano_reaches_the_layout_from_every_format() {
    let fields = [
        ("FullPanoWidthPixels", "512"),
        ("FullPanoHeightPixels", "256"),
        ("CroppedAreaImageWidthPixels", "256"),
        ("CroppedAreaImageHeightPixels", "128"),
        ("CroppedAreaLeftPixels", "128"),
        ("CroppedAreaTopPixels", "32"),
    ];
    let packet = xmp(&fields, &[]);
    let jpeg = Jpeg { xmp: Some(&packet), ..Jpeg::default() }.write(&panorama(256));
    let png = {
        let png = encode(&panorama(256), ImageFormat::Png);
        let body = [b"iTXtXML:com.adobe.xmp\0\0\0\0\0".as_slice(), packet.as_bytes()].concat();
        let length = (body.len() as u32 - 4).to_be_bytes();
        [&png[..33], &length, &body, &crc(&body).to_be_bytes(), &png[33..]].concat()
    };
    for file in [jpeg, png] {
        let source = open(file).unwrap();
        let layout = source.layout().unwrap();
        assert_eq!((layout.full_width, layout.full_height, layout.left, layout.top), (512, 256, 128, 32));
    }
}

#[test]
fn the_name_depends_on_every_byte_and_on_nothing_else() {
    let file = Jpeg::default().write(&panorama(256));
    let id = open(file.clone()).unwrap().id().to_owned();
    assert!(scene::pyramid::is_id(&id));
    assert_eq!(open(file.clone()).unwrap().id(), id);
    assert_ne!(open([file, vec![0]].concat()).unwrap().id(), id);
}

fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 })
    })
}
