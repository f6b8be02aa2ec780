//! JPEG: the segments that decoders read.

use crate::jpeg::{Part, Parts};

/// Bytes of a JFIF segment without its small picture.
const JFIF: usize = 14;

pub(super) fn strip(file: &[u8]) -> Option<Vec<u8>> {
    let mut kept = vec![0xff, 0xd8];
    for part in Parts::of(file) {
        match part.ok()? {
            Part::Coded(bytes) => kept.extend(bytes),
            Part::Segment { marker, body } => {
                if let Some(body) = needed(marker, body) {
                    let length = u16::try_from(body.len() + 2).ok()?;
                    kept.extend([0xff, marker]);
                    kept.extend(length.to_be_bytes());
                    kept.extend(body.as_ref());
                }
            }
        }
    }
    kept.extend([0xff, 0xd9]);
    Some(kept)
}

/// What of a segment it takes to show the picture.
fn needed(marker: u8, body: &[u8]) -> Option<std::borrow::Cow<'_, [u8]>> {
    match marker {
        // Frames, tables, restarts, lines, scans.
        0xc0..=0xc7 | 0xc9..=0xcf | 0xda..=0xdf => Some(body.into()),
        0xe0 if body.starts_with(b"JFIF\0") && body.len() >= JFIF => {
            let mut jfif = body[..JFIF].to_vec();
            // Width and height of the small picture that followed.
            jfif[JFIF - 2..].fill(0);
            Some(jfif.into())
        }
        0xe2 if body.starts_with(b"ICC_PROFILE\0") => Some(body.into()),
        // Says how colours are coded.
        0xee if body.starts_with(b"Adobe") => Some(body.into()),
        _ => None,
    }
}
