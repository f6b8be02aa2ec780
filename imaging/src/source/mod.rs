//! From uploaded files to pixels of a sphere.

mod decode;
mod gpano;
mod header;
mod jpeg;
mod layout;
mod limits;
mod probe;
#[cfg(test)]
mod tests;

use std::fmt;

use image::RgbImage;
use scene::sphere::Face;
use sha2::{Digest as _, Sha256};

use super::MediaError;
pub use gpano::Gpano;
pub use layout::Layout;
use limits::needed;
pub use limits::{Limits, RATIO_RANGE};
pub use probe::Probe;

/// Changes whenever the same source gives other tiles: it is part of a pyramid's name.
const PIPELINE: &str = "vitrine pyramid 2: sRGB, jpeg 4:2:0 quality 82, 510+1";

/// Formats that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the formats'")]
pub enum Format {
    Jpeg,
    Png,
    Webp,
}

impl fmt::Display for Format {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Jpeg => "JPEG",
            Self::Png => "PNG",
            Self::Webp => "WebP",
        })
    }
}

/// A panorama whose files were looked at and found acceptable, but not decoded.
#[derive(Debug)]
pub struct Source {
    id: String,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Equirect { file: Vec<u8>, probe: Probe, layout: Layout },
    Cube { files: Box<[(Vec<u8>, Probe); 6]>, edge: u32 },
}

/// Decoded pixels, sRGB.
#[derive(Debug)]
pub enum Pixels {
    /// An equirectangular picture, and which part of the sphere it covers.
    Equirect(RgbImage, Layout),
    /// Cube faces `f r b l u d`.
    Cube(Box<[RgbImage; 6]>),
}

impl Source {
    /// Looks at one equirectangular picture or six cube faces (order `f r b l u d`): formats, sizes and GPano data.
    pub fn open(files: Vec<Vec<u8>>, limits: &Limits) -> Result<Self, MediaError> {
        let id = pyramid_id(&files);
        let count = files.len();
        let kind = match <[Vec<u8>; 6]>::try_from(files) {
            Ok(faces) => Self::open_cube(faces, limits)?,
            Err(mut files) => match files.pop() {
                Some(file) if count == 1 => {
                    let probe = Probe::read(&file, limits)?;
                    let layout = Layout::of(&probe, limits)?;
                    Kind::Equirect { file, probe, layout }
                }
                _ => return Err(MediaError::WrongNumberOfFiles(count)),
            },
        };
        Ok(Self { id, kind })
    }

    fn open_cube(files: [Vec<u8>; 6], limits: &Limits) -> Result<Kind, MediaError> {
        let mut probes = Vec::with_capacity(6);
        for (face, file) in Face::ALL.into_iter().zip(files) {
            let letter = face.letter();
            let probe = Probe::read(&file, limits)
                .and_then(|probe| {
                    limits.check_size(probe.width, probe.height, (limits.face, limits.face)).map(|()| probe)
                })
                .map_err(|source| MediaError::Face { face: letter, source: Box::new(source) })?;
            let (first_width, first_height) = probes
                .first()
                .map_or((probe.width, probe.height), |(_, first): &(_, Probe)| (first.width, first.height));
            if probe.width != probe.height || probe.width != first_width {
                let (width, height) = (probe.width, probe.height);
                return Err(MediaError::UnequalFaces { face: letter, width, height, first_width, first_height });
            }
            probes.push((file, probe));
        }
        let edge = probes[0].1.width;
        if edge * 4 < limits.min_width {
            return Err(MediaError::TooFewPixels { width: edge, height: edge, min_width: limits.min_width / 4 });
        }
        limits.check_memory(cube_bytes(edge, &probes))?;
        match probes.try_into() {
            Ok(files) => Ok(Kind::Cube { files: Box::new(files), edge }),
            Err(_) => Err(MediaError::WrongNumberOfFiles(6)),
        }
    }

    /// The name of the pyramid that this source gives: sha256 over the files and the parameters.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// How an equirectangular picture lies on the sphere; `None` for cube faces.
    #[must_use]
    pub fn layout(&self) -> Option<&Layout> {
        match &self.kind {
            Kind::Equirect { layout, .. } => Some(layout),
            Kind::Cube { .. } => None,
        }
    }

    /// Width of the full sphere, pixels; four times the edge of cube faces.
    #[must_use]
    pub fn full_width(&self) -> u32 {
        match &self.kind {
            Kind::Equirect { layout, .. } => layout.full_width,
            Kind::Cube { edge, .. } => edge * 4,
        }
    }

    /// What decoding and tiling take beside the files, bytes.
    #[must_use]
    pub fn memory_bytes(&self) -> u64 {
        match &self.kind {
            Kind::Equirect { probe, layout, .. } => layout.memory_bytes(probe),
            Kind::Cube { files, edge } => cube_bytes(*edge, files.as_slice()),
        }
    }

    /// Decodes the files, upright and as RGB.
    pub fn decode(self) -> Result<Pixels, MediaError> {
        match self.kind {
            Kind::Equirect { file, probe, layout } => Ok(Pixels::Equirect(decode::upright(file, &probe)?, layout)),
            Kind::Cube { files, .. } => {
                let mut faces = Vec::with_capacity(6);
                for (face, (file, probe)) in Face::ALL.into_iter().zip(*files) {
                    let picture = decode::upright(file, &probe)
                        .map_err(|source| MediaError::Face { face: face.letter(), source: Box::new(source) })?;
                    faces.push(picture);
                }
                let faces = faces.try_into().map_err(|_| MediaError::WrongNumberOfFiles(6))?;
                Ok(Pixels::Cube(Box::new(faces)))
            }
        }
    }
}

fn cube_bytes(edge: u32, files: &[(Vec<u8>, Probe)]) -> u64 {
    let pixels = 6 * u64::from(edge) * u64::from(edge);
    let decoder_bytes = files.iter().map(|(_, probe)| probe.decoder_bytes).max().unwrap_or(0);
    // All faces are there twice for a while: as decoded, and with borders.
    needed(2 * pixels, decoder_bytes)
}

fn pyramid_id(files: &[Vec<u8>]) -> String {
    let mut hash = Sha256::new();
    hash.update(PIPELINE.as_bytes());
    for file in files {
        // Lengths keep apart what concatenation would confuse.
        hash.update((file.len() as u64).to_le_bytes());
        hash.update(file);
    }
    hex::encode(hash.finalize())
}
