//! Uploaded files: header, EXIF, XMP, limits, decoding; small ones go all the way to tiles.
#![no_main]

use imaging::{Control, Limits, Sink, Source, build};
use libfuzzer_sys::fuzz_target;

struct Nowhere;

impl Sink for Nowhere {
    fn put(&self, _path: &str, bytes: &[u8]) -> std::io::Result<()> {
        assert!(!bytes.is_empty());
        Ok(())
    }
}

fuzz_target!(|data: &[u8]| {
    let limits = Limits { width: 512, height: 256, face: 128, memory_bytes: 16 << 20, ..Limits::default() };
    // A file of six equal parts is also tried as a cube.
    if let Some((2, rest)) = data.split_first() {
        drop(Source::open(vec![rest.to_vec(); 6], &limits).map(|source| build(source, &Nowhere, &Control::default())));
    }
    let Ok(source) = Source::open(vec![data.to_vec()], &limits) else { return };
    if let Some(layout) = source.layout() {
        assert!(layout.full_width <= limits.width && layout.full_height <= limits.height);
        assert!(layout.top + layout.height <= layout.full_height && layout.width <= layout.full_width);
        if let Some(coverage) = layout.coverage() {
            assert!(coverage.min_pitch <= coverage.max_pitch && coverage.min_yaw <= coverage.max_yaw, "{coverage:?}");
            assert!(coverage.max_yaw - coverage.min_yaw <= 360.0 + 1e-6, "{coverage:?}");
        }
    }
    if source.full_width() <= 128 {
        drop(build(source, &Nowhere, &Control::default()));
    } else {
        drop(source.decode());
    }
});
