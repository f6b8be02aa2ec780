//! `WebM`: EBML elements (RFC 8794) of an id, a size and a content.

use std::ops::Range;

use super::VideoError;

const EBML: u32 = 0x1a45_dfa3;
const DOC_TYPE: u32 = 0x4282;
const SEGMENT: u32 = 0x1853_8067;
const TRACKS: u32 = 0x1654_ae6b;
const CLUSTER: u32 = 0x1f43_b675;
const TAGS: u32 = 0x1254_c367;
const ATTACHMENTS: u32 = 0x1941_a469;
/// Bytes of an empty element with the longest size: what is blanked is at least so long.
const VOID: usize = 9;

/// Whether a file says that it is a `WebM`.
pub(super) fn is_one(file: &[u8]) -> bool {
    let Some(head) = Element::at(file, 0..file.len()).filter(|element| element.id == EBML && element.is_whole) else {
        return false;
    };
    let mut rest = head.content;
    while let Some(element) = Element::at(file, rest.clone()).filter(|element| element.is_whole) {
        if element.id == DOC_TYPE {
            return text(&file[element.content]) == b"webm";
        }
        rest.start = element.content.end;
    }
    false
}

/// Checks that all elements are there, and blanks tags and attachments: they become void, which moves nothing.
pub(super) fn clean(file: &mut [u8]) -> Result<(), VideoError> {
    let head = Element::at(file, 0..file.len()).ok_or(VideoError::Truncated)?;
    let segment = Element::at(file, head.content.end..file.len()).filter(|element| element.id == SEGMENT);
    let segment = segment.ok_or(VideoError::Empty)?;
    if !segment.is_whole {
        return Err(VideoError::Truncated);
    }
    let mut rest = segment.content;
    let (mut has_tracks, mut has_film) = (false, false);
    while !rest.is_empty() {
        let element = Element::at(file, rest.clone()).ok_or(VideoError::Truncated)?;
        if !element.is_whole {
            return Err(VideoError::Truncated);
        }
        has_tracks |= element.id == TRACKS;
        has_film |= element.id == CLUSTER;
        let end = element.content.end;
        if matches!(element.id, TAGS | ATTACHMENTS) && end - rest.start >= VOID {
            let length = (end - rest.start - VOID) as u64;
            file[rest.start..end].fill(0);
            file[rest.start] = 0xec;
            // A size of eight bytes, the first of which says so.
            file[rest.start + 1..rest.start + VOID].copy_from_slice(&(length | 1 << 56).to_be_bytes());
        }
        rest.start = end;
    }
    if has_tracks && has_film { Ok(()) } else { Err(VideoError::Empty) }
}

/// A text, which may be padded with zeros.
fn text(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    &bytes[..end]
}

struct Element {
    id: u32,
    content: Range<usize>,
    /// Whether all of it lies in the range.
    is_whole: bool,
}

impl Element {
    /// The element at the start of a range. A segment of unknown size, as live recordings have it, reaches to the end.
    fn at(file: &[u8], range: Range<usize>) -> Option<Self> {
        let bytes = file.get(range.clone())?;
        let id_length = bytes.first()?.leading_zeros() as usize + 1;
        if id_length > 4 {
            return None;
        }
        let id = number(bytes.get(..id_length)?) as u32;
        let size = bytes.get(id_length..)?;
        let size_length = size.first()?.leading_zeros() as usize + 1;
        if size_length > 8 {
            return None;
        }
        let size = number(size.get(..size_length)?);
        let mask = (1u64 << (7 * size_length)) - 1;
        let start = range.start + id_length + size_length;
        let end = match size & mask {
            unknown if unknown == mask => (id == SEGMENT).then_some(range.end)?,
            size => start.checked_add(usize::try_from(size).ok()?)?,
        };
        Some(Self { id, content: start..end.min(range.end), is_whole: end <= range.end })
    }
}

fn number(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte))
}
