//! WebP: the chunks that hold pictures and colours, also inside of an animation's frames.

/// Bits of `VP8X` that announce an ICC profile, transparency and an animation; the others announce metadata.
const PROFILE: u8 = 0b10_0000;
const TRANSPARENCY: u8 = 0b1_0000;
const ANIMATION: u8 = 0b10;
/// Bytes of a frame before its chunks.
const FRAME_HEADER: usize = 16;

pub(super) fn strip(file: &[u8]) -> Option<Vec<u8>> {
    let size = u32::from_le_bytes(file.get(4..8)?.try_into().ok()?) as usize;
    let chunks = file.get(12..size.checked_add(8)?)?;
    let mut kept = b"RIFF\0\0\0\0WEBP".to_vec();
    // Where the flags are, and what they may say.
    let (mut flags_at, mut has_profile) = (None, false);
    for (kind, body) in read(chunks)? {
        match kind {
            b"VP8X" => {
                flags_at.get_or_insert(kept.len() + 8);
                write(&mut kept, *kind, body.get(..10)?)?;
            }
            b"ANMF" => {
                let (header, chunks) = body.split_at_checked(FRAME_HEADER)?;
                let mut frame = header.to_vec();
                for (kind, body) in read(chunks)? {
                    if matches!(kind, b"ALPH" | b"VP8 " | b"VP8L") {
                        write(&mut frame, *kind, body)?;
                    }
                }
                write(&mut kept, *kind, &frame)?;
            }
            b"VP8 " | b"VP8L" | b"ALPH" | b"ANIM" | b"ICCP" => {
                has_profile |= kind == b"ICCP";
                write(&mut kept, *kind, body)?;
            }
            _ => {}
        }
    }
    if let Some(at) = flags_at {
        kept[at] &= TRANSPARENCY | ANIMATION | if has_profile { PROFILE } else { 0 };
        // Reserved.
        kept[at + 1..at + 4].fill(0);
    }
    let size = u32::try_from(kept.len() - 8).ok()?.to_le_bytes();
    kept[4..8].copy_from_slice(&size);
    Some(kept)
}

/// Chunks one after the other, each with its kind.
fn read(bytes: &[u8]) -> Option<Vec<(&[u8; 4], &[u8])>> {
    let mut chunks = Vec::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        let (kind, after) = rest.split_first_chunk::<4>()?;
        let (length, after) = after.split_first_chunk::<4>()?;
        let (body, after) = after.split_at_checked(u32::from_le_bytes(*length) as usize)?;
        chunks.push((kind, body));
        // Chunks have even length; some writers forget the last one's padding.
        rest = after.get(body.len() % 2..).unwrap_or_default();
    }
    Some(chunks)
}

fn write(to: &mut Vec<u8>, kind: [u8; 4], body: &[u8]) -> Option<()> {
    to.extend(kind);
    to.extend(u32::try_from(body.len()).ok()?.to_le_bytes());
    to.extend(body);
    if body.len() % 2 == 1 {
        to.push(0);
    }
    Some(())
}
