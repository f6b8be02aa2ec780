//! MP4 (ISO/IEC 14496-12): boxes of a size, a type and a content.

use std::ops::Range;

use super::VideoError;

/// Brands of files that are MP4. The one of `QuickTime` (`qt  `) is not: Firefox does not show it.
const BRANDS: [&[u8]; 5] = [b"iso", b"mp4", b"avc1", b"M4V", b"dash"];

/// Whether a file says that it is an MP4.
pub(super) fn is_one(file: &[u8]) -> bool {
    let Some(Ok(first)) = Boxes::of(file, 0..file.len()).next() else { return false };
    if first.kind != *b"ftyp" || first.content.len() < 8 {
        return false;
    }
    let content = &file[first.content];
    // The major brand, a version, and the brands with which it is compatible.
    let mut brands = content.chunks_exact(4).enumerate().filter(|(index, _)| *index != 1).map(|(_, brand)| brand);
    brands.any(|brand| BRANDS.iter().any(|known| brand.starts_with(known)))
}

/// Checks that all boxes are there, and blanks what tells of the camera and the place: user data and metadata become
/// free space, which moves nothing.
pub(super) fn clean(file: &mut [u8]) -> Result<(), VideoError> {
    let boxes: Vec<Box> = Boxes::of(file, 0..file.len()).collect::<Result<_, _>>()?;
    let has = |kind: &[u8; 4]| boxes.iter().any(|one| one.kind == *kind);
    if !has(b"moov") || !(has(b"mdat") || has(b"moof")) {
        return Err(VideoError::Empty);
    }
    let mut blank = Vec::new();
    collect(file, boxes, &mut blank)?;
    for Box { whole, content, .. } in blank {
        file[whole.start + 4..whole.start + 8].copy_from_slice(b"free");
        file[content].fill(0);
    }
    Ok(())
}

/// Finds what is to be blanked, in the film and in its tracks.
fn collect(file: &[u8], boxes: Vec<Box>, blank: &mut Vec<Box>) -> Result<(), VideoError> {
    for one in boxes {
        match &one.kind {
            b"udta" | b"meta" | b"uuid" | b"free" | b"skip" => blank.push(one),
            b"moov" | b"trak" => {
                let inner = Boxes::of(file, one.content).collect::<Result<_, _>>()?;
                collect(file, inner, blank)?;
            }
            _ => {}
        }
    }
    Ok(())
}

#[derive(Clone, Debug)]
struct Box {
    kind: [u8; 4],
    whole: Range<usize>,
    content: Range<usize>,
}

/// Boxes one after the other.
struct Boxes<'a> {
    file: &'a [u8],
    rest: Range<usize>,
}

impl<'a> Boxes<'a> {
    const fn of(file: &'a [u8], rest: Range<usize>) -> Self {
        Self { file, rest }
    }

    fn one(&mut self) -> Option<Box> {
        let bytes = self.file.get(self.rest.clone())?;
        let (size, after) = bytes.split_first_chunk::<4>()?;
        let (kind, after) = after.split_first_chunk::<4>()?;
        let (size, header) = match u32::from_be_bytes(*size) {
            // To the end of the file.
            0 => (bytes.len(), 8),
            // The size is in eight bytes behind the type.
            1 => (usize::try_from(u64::from_be_bytes(*after.first_chunk::<8>()?)).ok()?, 16),
            size => (size as usize, 8),
        };
        if size < header || size > bytes.len() {
            return None;
        }
        let start = self.rest.start;
        self.rest.start += size;
        Some(Box { kind: *kind, whole: start..start + size, content: start + header..start + size })
    }
}

impl Iterator for Boxes<'_> {
    type Item = Result<Box, VideoError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let one = self.one().ok_or(VideoError::Truncated);
        if one.is_err() {
            self.rest.start = self.rest.end;
        }
        Some(one)
    }
}
