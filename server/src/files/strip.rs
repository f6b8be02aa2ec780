//! Removes what a camera or a program wrote about a picture: place, time, owner, device. Pixels and colour profile
//! stay as they are.

use crate::media::Format;

/// A picture without its metadata; `None` when its structure is not what its format says.
#[must_use]
pub fn strip(format: Format, file: &[u8]) -> Option<Vec<u8>> {
    match format {
        Format::Jpeg => jpeg(file),
        Format::Png => png(file),
        Format::Webp => webp(file),
    }
}

/// Keeps JFIF (APP0), the colour profile (APP2 ICC) and Adobe's colour transform (APP14); drops the other application
/// segments and comments, and whatever follows the picture (a phone's video, a second picture).
fn jpeg(file: &[u8]) -> Option<Vec<u8>> {
    let mut kept = file.get(..2).filter(|start| *start == [0xff, 0xd8])?.to_vec();
    let mut at = 2;
    loop {
        if *file.get(at)? != 0xff {
            return None;
        }
        let marker = *file.get(at + 1)?;
        match marker {
            0xff => at += 1,
            0xd9 => {
                kept.extend([0xff, 0xd9]);
                return Some(kept);
            }
            0x01 | 0xd0..=0xd7 => {
                kept.extend([0xff, marker]);
                at += 2;
            }
            _ => {
                let length = usize::from(u16::from_be_bytes([*file.get(at + 2)?, *file.get(at + 3)?]));
                let segment = file.get(at..at + 2 + length.max(2))?;
                let body = segment.get(4..).unwrap_or_default();
                let is_kept = match marker {
                    0xe2 => body.starts_with(b"ICC_PROFILE\0"),
                    0xe1 | 0xe3..=0xed | 0xef | 0xfe => false,
                    _ => true,
                };
                if is_kept {
                    kept.extend(segment);
                }
                at += segment.len();
                if marker == 0xda {
                    // Entropy-coded data: up to the next marker that is neither a stuffed byte nor a restart.
                    let start = at;
                    loop {
                        match (*file.get(at)?, file.get(at + 1)) {
                            (0xff, Some(0x00 | 0xd0..=0xd7)) => at += 2,
                            (0xff, Some(_)) => break,
                            (0xff, None) => return None,
                            _ => at += 1,
                        }
                    }
                    kept.extend(&file[start..at]);
                }
            }
        }
    }
}

/// Keeps what is needed to show the picture.
fn png(file: &[u8]) -> Option<Vec<u8>> {
    const DROPPED: [&[u8]; 5] = [b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME"];
    let mut kept = file.get(..8)?.to_vec();
    let mut at = 8;
    loop {
        let length = u32::from_be_bytes(file.get(at..at + 4)?.try_into().ok()?) as usize;
        let chunk = file.get(at..at.checked_add(length)?.checked_add(12)?)?;
        let kind = &chunk[4..8];
        if !DROPPED.contains(&kind) {
            kept.extend(chunk);
        }
        if kind == b"IEND" {
            return Some(kept);
        }
        at += chunk.len();
    }
}

/// Drops the chunks `EXIF` and `XMP `, and the bits that announce them.
fn webp(file: &[u8]) -> Option<Vec<u8>> {
    let size = u32::from_le_bytes(file.get(4..8)?.try_into().ok()?) as usize;
    let chunks = file.get(12..size.checked_add(8)?)?;
    let mut kept = file.get(..12)?.to_vec();
    let mut at = 0;
    while at < chunks.len() {
        let length = u32::from_le_bytes(chunks.get(at + 4..at + 8)?.try_into().ok()?) as usize;
        let end = at.checked_add(8)?.checked_add(length)?;
        // Chunks have even length; some writers forget the last one's padding.
        let chunk = chunks.get(at..(end + length % 2).min(chunks.len())).filter(|chunk| chunk.len() >= 8 + length)?;
        match &chunk[..4] {
            b"EXIF" | b"XMP " => {}
            b"VP8X" => {
                let start = kept.len();
                kept.extend(chunk);
                *kept.get_mut(start + 8)? &= !0b0000_1100;
            }
            _ => kept.extend(chunk),
        }
        at += chunk.len();
    }
    let size = u32::try_from(kept.len() - 8).ok()?.to_le_bytes();
    kept[4..8].copy_from_slice(&size);
    Some(kept)
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{ImageFormat, Rgb, RgbImage};
    use proptest::prelude::*;
    use std::io::Cursor;

    fn picture(format: ImageFormat) -> Vec<u8> {
        let picture = RgbImage::from_fn(33, 17, |x, y| Rgb([(x * 7) as u8, (y * 11) as u8, 90]));
        let mut file = Cursor::new(Vec::new());
        picture.write_to(&mut file, format).unwrap();
        file.into_inner()
    }

    fn same_pixels(before: &[u8], after: &[u8]) {
        assert_eq!(image::load_from_memory(before).unwrap(), image::load_from_memory(after).unwrap());
    }

    #[test]
    fn jpeg_loses_its_place_and_keeps_its_pixels() {
        let plain = picture(ImageFormat::Jpeg);
        let secret = b"Exif\0\0 25.03 N 121.56 E";
        let mut tagged = plain[..2].to_vec();
        tagged.extend([0xff, 0xe1, 0, 2 + secret.len() as u8]);
        tagged.extend(secret);
        tagged.extend([0xff, 0xfe, 0, 6]);
        tagged.extend(b"mine");
        tagged.extend(&plain[2..]);
        tagged.extend(b"a video of the photographer");
        let stripped = strip(Format::Jpeg, &tagged).unwrap();
        assert_eq!(stripped, plain);
        same_pixels(&tagged, &stripped);
    }

    #[test]
    fn png_and_webp_keep_their_pixels() {
        for (format, of) in [(Format::Png, ImageFormat::Png), (Format::Webp, ImageFormat::WebP)] {
            let plain = picture(of);
            same_pixels(&plain, &strip(format, &plain).unwrap());
        }
        let plain = picture(ImageFormat::Png);
        let mut tagged = plain[..33].to_vec();
        tagged.extend([0, 0, 0, 4]);
        tagged.extend(b"tEXtmine\0\0\0\0");
        tagged.extend(&plain[33..]);
        assert_eq!(strip(Format::Png, &tagged).unwrap(), plain);
        let mut tagged = picture(ImageFormat::WebP);
        let plain = tagged.clone();
        tagged.extend(b"EXIF\x03\0\0\0abc\0");
        let size = (tagged.len() as u32 - 8).to_le_bytes();
        tagged[4..8].copy_from_slice(&size);
        assert_eq!(strip(Format::Webp, &tagged).unwrap(), plain);
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
    }
}
