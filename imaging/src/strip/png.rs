//! PNG (third edition): the chunks that it takes to show a picture, moving or not, in its colours.

const NEEDED: [&[u8; 4]; 17] = [
    b"IHDR", b"PLTE", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP", b"mDCV", b"cLLI", b"sBIT", b"bKGD",
    b"pHYs", b"acTL", b"fcTL", b"fdAT", b"IDAT",
];

pub(super) fn strip(file: &[u8]) -> Option<Vec<u8>> {
    let mut kept = file.get(..8)?.to_vec();
    let mut at = 8;
    loop {
        let length = u32::from_be_bytes(file.get(at..at + 4)?.try_into().ok()?) as usize;
        let chunk = file.get(at..at.checked_add(length)?.checked_add(12)?)?;
        let kind = &chunk[4..8];
        if kind == b"IEND" {
            // Empty by definition; whatever follows is no part of the picture.
            kept.extend([0, 0, 0, 0]);
            kept.extend(b"IEND\xae\x42\x60\x82");
            return Some(kept);
        }
        if NEEDED.iter().any(|needed| *needed == kind) {
            kept.extend(chunk);
        }
        at += chunk.len();
    }
}
