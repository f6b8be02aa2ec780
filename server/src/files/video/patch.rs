//! What is written over a file as it passes by.

use std::ops::Range;

/// Bytes at a place, and zeros behind them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Patch {
    /// The place in the file.
    pub at: Range<u64>,
    /// What stands there first; not longer than the place.
    pub first: Vec<u8>,
}

/// Writes over what of the patches lies in a piece of the file that begins at `start`. Patches are sorted and do not lie
/// on each other.
pub fn apply(patches: &[Patch], start: u64, piece: &mut [u8]) {
    let end = start + piece.len() as u64;
    let from = patches.partition_point(|patch| patch.at.end <= start);
    for Patch { at, first } in patches[from..].iter().take_while(|patch| patch.at.start < end) {
        let (low, high) = (at.start.max(start), at.end.min(end));
        for place in low..high {
            let byte = first.get((place - at.start) as usize).copied().unwrap_or_default();
            piece[(place - start) as usize] = byte;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_file_in_pieces_becomes_the_same_as_a_whole_one(cuts in prop::collection::vec(1usize..9, 1..20)) {
            let patches = [
                Patch { at: 3..9, first: b"free".to_vec() },
                Patch { at: 9..10, first: Vec::new() },
                Patch { at: 20..31, first: b"\xec\x01".to_vec() },
            ];
            let file: Vec<u8> = (100..140).collect();
            let mut whole = file.clone();
            apply(&patches, 0, &mut whole);
            prop_assert_eq!(&whole[3..10], b"free\0\0\0");
            let (mut joined, mut at) = (Vec::new(), 0);
            for cut in cuts.iter().cycle() {
                let mut piece = file[at..file.len().min(at + cut)].to_vec();
                apply(&patches, at as u64, &mut piece);
                at += piece.len();
                joined.extend(piece);
                if at == file.len() { break; }
            }
            prop_assert_eq!(joined, whole);
        }
    }
}
