//! Containers made by hand.

use proptest::prelude::*;

use super::*;

const SECRET: &[u8] = b"+25.0330+121.5654/";

fn mp4_box(kind: [u8; 4], content: &[u8]) -> Vec<u8> {
    [&(content.len() as u32 + 8).to_be_bytes(), kind.as_slice(), content].concat()
}

/// The smallest film.
pub(crate) fn mp4() -> Vec<u8> {
    let place = mp4_box(*b"udta", &mp4_box(*b"\xa9xyz", SECRET));
    let track = mp4_box(*b"trak", &[mp4_box(*b"tkhd", &[7; 84]), mp4_box(*b"meta", SECRET)].concat());
    let film = mp4_box(*b"moov", &[mp4_box(*b"mvhd", &[9; 100]), track, place].concat());
    [mp4_box(*b"ftyp", b"isom\0\0\x02\0isomavc1"), film, mp4_box(*b"uuid", SECRET), mp4_box(*b"mdat", b"frames")]
        .concat()
}

fn element(id: &[u8], content: &[u8]) -> Vec<u8> {
    let size = (content.len() as u64 | 1 << 56).to_be_bytes();
    [id, &size, content].concat()
}

fn webm() -> Vec<u8> {
    let head = element(b"\x1a\x45\xdf\xa3", &[element(b"\x42\x86", &[1]), element(b"\x42\x82", b"webm")].concat());
    let segment = [
        element(b"\x16\x54\xae\x6b", b"tracks"),
        element(b"\x1f\x43\xb6\x75", b"frames"),
        element(b"\x12\x54\xc3\x67", SECRET),
    ];
    [head, element(b"\x18\x53\x80\x67", &segment.concat())].concat()
}

fn holds(file: &[u8], words: &[u8]) -> bool {
    file.windows(words.len()).any(|window| window == words)
}

#[test]
fn the_place_goes_and_nothing_moves() {
    for (file, container) in [(mp4(), Container::Mp4), (webm(), Container::Webm)] {
        assert!(holds(&file, SECRET));
        let video = Video::read(file.clone()).unwrap();
        assert_eq!(video.container, container);
        assert_eq!(video.content.len(), file.len(), "offsets into the file stay right");
        assert!(!holds(&video.content, b"25.0330"), "{container:?}");
        let frames = file.windows(6).position(|window| window == b"frames").unwrap();
        assert_eq!(&video.content[frames..frames + 6], b"frames");
        assert!(holds(&video.content, &[9; 100]) || container == Container::Webm, "headers stay");
        // What is left is as sound as it was.
        assert_eq!(Video::read(video.content.clone()).unwrap().content, video.content);
    }
}

#[test]
fn what_is_no_whole_video_is_told() {
    for (file, error) in [
        (b"not a video".to_vec(), VideoError::UnknownFormat),
        (Vec::new(), VideoError::UnknownFormat),
        (mp4_box(*b"ftyp", b"qt  \0\0\x02\0qt  "), VideoError::UnknownFormat),
        (mp4_box(*b"ftyp", b"isom\0\0\x02\0"), VideoError::Empty),
        (mp4()[..mp4().len() - 1].to_vec(), VideoError::Truncated),
        (webm()[..webm().len() - 1].to_vec(), VideoError::Truncated),
        (element(b"\x1a\x45\xdf\xa3", &element(b"\x42\x82", b"matroska")), VideoError::UnknownFormat),
        (element(b"\x1a\x45\xdf\xa3", &element(b"\x42\x82", b"webm\0")), VideoError::Empty),
    ] {
        let found = Video::read(file.clone()).map(|video| video.content).unwrap_err();
        assert_eq!(std::mem::discriminant(&found), std::mem::discriminant(&error), "{file:x?}: {found}");
    }
}

#[test]
fn a_film_of_crumbs_is_refused() {
    let crumbs = mp4_box(*b"free", b"").repeat(MAX_PIECES);
    let file = [mp4(), crumbs].concat();
    assert!(matches!(Video::read(file), Err(VideoError::TooManyPieces)));
}

proptest! {
    #[test]
    fn anything_may_come_and_nothing_panics(at in 0usize..160, bytes in prop::collection::vec(any::<u8>(), 0..40), is_mp4 in any::<bool>()) {
        let mut file = if is_mp4 { mp4() } else { webm() };
        let at = at.min(file.len());
        let end = (at + bytes.len()).min(file.len());
        file.splice(at..end, bytes);
        let _ = Video::read(file);
    }
}
