//! Removes what a camera or a program wrote about a picture: place, time, owner, device, a smaller picture of what was
//! cut away. Pixels and colours stay as they are. What is kept is a list of what it takes to show a picture, so that a
//! kind of metadata that nobody here has heard of goes, too.

mod jpeg;
mod png;
#[cfg(test)]
mod tests;
mod webp;

use crate::Format;

/// A picture without its metadata; `None` when its structure is not what its format says.
#[must_use]
pub fn strip(format: Format, file: &[u8]) -> Option<Vec<u8>> {
    match format {
        Format::Jpeg => jpeg::strip(file),
        Format::Png => png::strip(file),
        Format::Webp => webp::strip(file),
    }
}
