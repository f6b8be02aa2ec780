//! Pictures on their way in: whatever comes, taking its metadata off does not panic, is done at once and for good, and
//! leaves a picture that shows what it showed before.
#![no_main]
#![allow(unfulfilled_lint_expectations, reason = "the modules expect lints of the server's crate")]

#[expect(dead_code, unused_imports, reason = "the server uses more of the module")]
#[path = "../../server/src/media/mod.rs"]
mod media;
#[path = "../../server/src/files/strip/mod.rs"]
mod strip;

use image::ImageFormat;
use libfuzzer_sys::fuzz_target;
use media::{Format, Limits, Probe};

fuzz_target!(|data: &[u8]| {
    let limits = Limits { width: 256, height: 256, memory_bytes: 16 << 20, ..Limits::default() };
    let Ok(probe) = Probe::read(data, &limits) else { return };
    let format = match probe.format {
        Format::Jpeg => ImageFormat::Jpeg,
        Format::Png => ImageFormat::Png,
        Format::Webp => ImageFormat::WebP,
    };
    let Some(once) = strip::strip(probe.format, data) else { return };
    assert_eq!(strip::strip(probe.format, &once).as_deref(), Some(&once[..]));
    // A picture that a browser shows, shows the same afterwards.
    if let (Ok(before), Ok(after)) = (
        image::load_from_memory_with_format(data, format),
        image::load_from_memory_with_format(&once, format),
    ) {
        assert_eq!((before.width(), before.height()), (after.width(), after.height()));
    }
});
