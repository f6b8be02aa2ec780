//! QR codes as drawings: dark on white whatever the page's colours, because many cameras do not read the opposite. A quarter of
//! one may be stained.

use std::fmt::Write as _;

use qrcode::{Color, EcLevel, QrCode};

/// White modules around the code that the standard (ISO/IEC 18004) asks for.
const QUIET: usize = 4;

/// A code that says `text`, as SVG; none where it is too long for one.
#[must_use]
pub fn svg(text: &str) -> Option<String> {
    let code = QrCode::with_error_correction_level(text, EcLevel::Q).ok()?;
    let width = code.width();
    let mut path = String::new();
    for (index, color) in code.to_colors().into_iter().enumerate() {
        if color == Color::Dark {
            let _ = write!(path, "M{} {}h1v1h-1z", index % width + QUIET, index / width + QUIET);
        }
    }
    let size = width + 2 * QUIET;
    Some(format!(
        r##"<svg class="qr" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" shape-rendering="crispEdges" aria-hidden="true"><path fill="#fff" d="M0 0h{size}v{size}H0z"/><path fill="#000" d="{path}"/></svg>"##
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_its_corners_and_its_margin() {
        let drawn = svg("https://shop.example/s/demo?utm_source=qr").unwrap();
        // The finder pattern's corner; nothing within the margin.
        assert!(drawn.contains("M4 4h1v1h-1z") && !drawn.contains("M3 ") && !drawn.contains("M0 4"), "{drawn}");
        assert!(svg(&"x".repeat(5000)).is_none());
    }
}
