//! Pictures and panoramas: reading what strangers send, its colours and metadata, tile pyramids, posters. Pure functions over
//! bytes and pixels: no database, no HTTP, no runtime.
//!
//! A panorama's way: [`Source::open`] looks at the files' headers → [`build`] decodes them and writes a pyramid of tiles
//! into a [`Sink`] → [`poster::render`] makes the pictures that a page shows first.

mod avif;
pub mod colour;
mod error;
mod jpeg;
pub mod poster;
mod pyramid;
mod source;
pub mod strip;
#[cfg(test)]
mod testing;

pub use avif::encode_avif;
pub use error::MediaError;
pub use pyramid::{Control, Folder, MANIFEST, Sink, build, encode_jpeg};
pub use source::{Format, Gpano, Layout, Limits, Pixels, Probe, RATIO_RANGE, Source};
