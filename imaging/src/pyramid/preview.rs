//! The tiny picture of the whole sphere that rides along inside the manifest.

use base64::Engine as _;
use glam::DMat3;
use scene::pyramid::{GUTTER, PREVIEW_FACE, TileRect};
use scene::sphere::Face;

use super::sphere::{Sphere, render};
use super::tiles::encode_jpeg;
use crate::MediaError;

/// Width of a sphere whose resolution is that of the preview.
pub(super) const SPHERE_WIDTH: u32 = 201;
/// It is shown enlarged and blurred for a moment; its bytes are in the way of everything else.
const QUALITY: u8 = 30;

/// Six faces `f r b l u d` below each other, as a `data:` URL.
pub(super) fn data_url(sphere: &impl Sphere, sphere_from_world: DMat3) -> Result<String, MediaError> {
    let rect = TileRect { left: 0, top: 0, width: PREVIEW_FACE, height: PREVIEW_FACE, face_size: PREVIEW_FACE };
    let edge = PREVIEW_FACE + 2 * GUTTER;
    let strip: Vec<u8> =
        Face::ALL.into_iter().flat_map(|face| render(sphere, face, &rect, sphere_from_world)).collect();
    let jpeg = encode_jpeg(&strip, edge, edge * 6, QUALITY)?;
    Ok(format!("data:image/jpeg;base64,{}", base64::engine::general_purpose::STANDARD.encode(jpeg)))
}
