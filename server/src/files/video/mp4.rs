//! MP4 (ISO/IEC 14496-12): boxes of a size, a type and a content.

use std::io;
use std::ops::Range;

use super::patch::Patch;
use super::{MAX_PIECES, Readable, VideoError, head};

/// Brands of files that are MP4. The one of `QuickTime` (`qt  `) is not: Firefox does not show it.
const BRANDS: [&[u8]; 5] = [b"iso", b"mp4", b"avc1", b"M4V", b"dash"];
/// More than any list of brands.
const MAX_BRANDS_BYTES: u64 = 4096;

/// Whether a file says that it is an MP4.
pub(super) fn is_one(file: &mut dyn Readable) -> io::Result<bool> {
    let all = 0..file.size();
    let Some(first) = Box::at(file, &all)? else { return Ok(false) };
    if first.kind != *b"ftyp" || first.content.end - first.content.start < 8 {
        return Ok(false);
    }
    let content = head(file, &first.content, MAX_BRANDS_BYTES)?;
    // The major brand, a version, and the brands with which it is compatible.
    let mut brands = content.chunks_exact(4).enumerate().filter(|(index, _)| *index != 1).map(|(_, brand)| brand);
    Ok(brands.any(|brand| BRANDS.iter().any(|known| brand.starts_with(known))))
}

/// Checks that all boxes are there, and finds what tells of the camera and the place: user data and metadata become free
/// space, which moves nothing.
pub(super) fn patches(file: &mut dyn Readable) -> Result<Vec<Patch>, VideoError> {
    let mut found = Found::default();
    let all = 0..file.size();
    found.look(file, all, 0)?;
    if !found.has_moov || !found.has_film {
        return Err(VideoError::Empty);
    }
    Ok(found.patches)
}

#[derive(Default)]
struct Found {
    has_moov: bool,
    has_film: bool,
    pieces: usize,
    patches: Vec<Patch>,
}

impl Found {
    /// Looks through boxes one after the other: the file's, those of the film, those of its tracks.
    fn look(&mut self, file: &mut dyn Readable, boxes: Range<u64>, depth: u8) -> Result<(), VideoError> {
        let mut rest = boxes;
        while !rest.is_empty() {
            let Box { kind, whole, content } = Box::at(file, &rest)?.ok_or(VideoError::Truncated)?;
            self.pieces += 1;
            if self.pieces > MAX_PIECES {
                return Err(VideoError::TooManyPieces);
            }
            rest.start = whole.end;
            if depth == 0 {
                self.has_moov |= kind == *b"moov";
                self.has_film |= matches!(&kind, b"mdat" | b"moof");
            }
            match &kind {
                b"udta" | b"meta" | b"uuid" | b"free" | b"skip" => {
                    self.patches.push(Patch { at: whole.start + 4..whole.start + 8, first: b"free".to_vec() });
                    if !content.is_empty() {
                        self.patches.push(Patch { at: content, first: Vec::new() });
                    }
                }
                // The film holds tracks; nothing deeper holds either.
                b"moov" | b"trak" if depth < 2 => self.look(file, content, depth + 1)?,
                _ => {}
            }
        }
        Ok(())
    }
}

#[derive(Clone, Debug)]
struct Box {
    kind: [u8; 4],
    whole: Range<u64>,
    content: Range<u64>,
}

impl Box {
    /// The box at the beginning of a range, `None` unless all of it lies there.
    fn at(file: &mut dyn Readable, rest: &Range<u64>) -> io::Result<Option<Self>> {
        let bytes = head(file, rest, 16)?;
        Ok(Self::parse(&bytes, rest))
    }

    fn parse(bytes: &[u8], rest: &Range<u64>) -> Option<Self> {
        let room = rest.end - rest.start;
        let (size, after) = bytes.split_first_chunk::<4>()?;
        let (kind, after) = after.split_first_chunk::<4>()?;
        let (size, header) = match u32::from_be_bytes(*size) {
            // To the end of the file.
            0 => (room, 8),
            // The size is in eight bytes behind the type.
            1 => (u64::from_be_bytes(*after.first_chunk::<8>()?), 16),
            size => (u64::from(size), 8),
        };
        if size < header || size > room {
            return None;
        }
        let start = rest.start;
        Some(Self { kind: *kind, whole: start..start + size, content: start + header..start + size })
    }
}
