//! Pictures on their way in: whatever comes, taking its metadata off does not panic, is done at once and for good, and
//! leaves a picture that shows what it showed before.
#![no_main]

use image::ImageFormat;
use imaging::strip::strip;
use imaging::{Format, Limits, Probe};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let limits = Limits { width: 256, height: 256, memory_bytes: 16 << 20, ..Limits::default() };
    let Ok(probe) = Probe::read(data, &limits) else { return };
    let format = match probe.format {
        Format::Jpeg => ImageFormat::Jpeg,
        Format::Png => ImageFormat::Png,
        Format::Webp => ImageFormat::WebP,
    };
    let Some(once) = strip(probe.format, data) else { return };
    assert_eq!(strip(probe.format, &once).as_deref(), Some(&once[..]));
    // A picture that a browser shows, shows the same afterwards.
    if let (Ok(before), Ok(after)) = (
        image::load_from_memory_with_format(data, format),
        image::load_from_memory_with_format(&once, format),
    ) {
        assert_eq!((before.width(), before.height()), (after.width(), after.height()));
    }
});
