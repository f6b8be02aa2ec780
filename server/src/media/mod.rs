//! Pictures, videos and panoramas: from an upload to the files that pages show.
//!
//! A panorama's way: [`Source::open`] looks at the files' headers → [`build`] decodes them and writes a pyramid of tiles
//! into a [`Sink`] → [`poster::render`] makes the pictures that a page shows first.

pub(crate) mod colour;
mod error;
pub(crate) mod jpeg;
pub mod poster;
mod pyramid;
mod source;
#[cfg(test)]
pub(crate) mod testing;

pub use error::MediaError;
pub(crate) use pyramid::encode_jpeg;
pub use pyramid::{Control, Folder, MANIFEST, Sink, build};
pub use source::{Format, Gpano, Layout, Limits, Probe, RATIO_RANGE, Source};
