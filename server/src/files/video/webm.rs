//! `WebM`: EBML elements (RFC 8794) of an id, a size and a content.

use std::io;
use std::ops::Range;

use super::patch::Patch;
use super::{MAX_PIECES, Readable, VideoError, head};

const EBML: u32 = 0x1a45_dfa3;
const DOC_TYPE: u32 = 0x4282;
const SEGMENT: u32 = 0x1853_8067;
const TRACKS: u32 = 0x1654_ae6b;
const CLUSTER: u32 = 0x1f43_b675;
const TAGS: u32 = 0x1254_c367;
const ATTACHMENTS: u32 = 0x1941_a469;
/// Bytes of an empty element with the longest size: what is blanked is at least so long.
const VOID: u64 = 9;
/// Bytes of the longest id and size.
const HEADER: u64 = 12;
/// More than any `DocType`.
const MAX_TEXT_BYTES: u64 = 64;
/// Elements of the file's head. There are seven kinds of them.
const MAX_IN_HEAD: usize = 64;

/// Whether a file says that it is a `WebM`.
pub(super) fn is_one(file: &mut dyn Readable) -> io::Result<bool> {
    let all = 0..file.size();
    let Some(found) = Element::at(file, &all)?.filter(|element| element.id == EBML && element.is_whole) else {
        return Ok(false);
    };
    let mut rest = found.content;
    for _ in 0..MAX_IN_HEAD {
        let Some(element) = Element::at(file, &rest)?.filter(|element| element.is_whole) else { break };
        if element.id == DOC_TYPE {
            return Ok(text(&head(file, &element.content, MAX_TEXT_BYTES)?) == b"webm");
        }
        rest.start = element.content.end;
    }
    Ok(false)
}

/// Checks that all elements are there, and finds tags and attachments: they become void, which moves nothing.
pub(super) fn patches(file: &mut dyn Readable) -> Result<Vec<Patch>, VideoError> {
    let size = file.size();
    let begin = Element::at(file, &(0..size))?.ok_or(VideoError::Truncated)?;
    let segment = Element::at(file, &(begin.content.end..size))?.filter(|element| element.id == SEGMENT);
    let segment = segment.ok_or(VideoError::Empty)?;
    if !segment.is_whole {
        return Err(VideoError::Truncated);
    }
    let mut rest = segment.content;
    let (mut has_tracks, mut has_film, mut pieces) = (false, false, 0);
    let mut patches = Vec::new();
    while !rest.is_empty() {
        let element = Element::at(file, &rest)?.ok_or(VideoError::Truncated)?;
        pieces += 1;
        if !element.is_whole {
            return Err(VideoError::Truncated);
        }
        if pieces > MAX_PIECES {
            return Err(VideoError::TooManyPieces);
        }
        has_tracks |= element.id == TRACKS;
        has_film |= element.id == CLUSTER;
        let end = element.content.end;
        if matches!(element.id, TAGS | ATTACHMENTS) && end - rest.start >= VOID {
            // A size of eight bytes, the first of which says so.
            let length = (end - rest.start - VOID) | 1 << 56;
            let first = [&[0xec], length.to_be_bytes().as_slice()].concat();
            patches.push(Patch { at: rest.start..end, first });
        }
        rest.start = end;
    }
    if has_tracks && has_film { Ok(patches) } else { Err(VideoError::Empty) }
}

/// A text, which may be padded with zeros.
fn text(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    &bytes[..end]
}

struct Element {
    id: u32,
    content: Range<u64>,
    /// Whether all of it lies in the range.
    is_whole: bool,
}

impl Element {
    /// The element at the start of a range. A segment of unknown size, as live recordings have it, reaches to the end.
    fn at(file: &mut dyn Readable, range: &Range<u64>) -> io::Result<Option<Self>> {
        let bytes = head(file, range, HEADER)?;
        Ok(Self::parse(&bytes, range))
    }

    fn parse(bytes: &[u8], range: &Range<u64>) -> Option<Self> {
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
        let start = range.start + (id_length + size_length) as u64;
        let end = match size & mask {
            unknown if unknown == mask => (id == SEGMENT).then_some(range.end)?,
            size => start.checked_add(size)?,
        };
        Some(Self { id, content: start..end.min(range.end).max(start), is_whole: end <= range.end })
    }
}

fn number(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte))
}
