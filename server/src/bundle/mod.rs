//! The viewer's bundle, as `cargo xtask build` leaves it: read from disk in a debug build (so that a rebuilt viewer
//! shows at once), carried inside the program in a release.

pub mod serve;

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Deserialize;

#[cfg(not(debug_assertions))]
#[derive(rust_embed::RustEmbed)]
#[folder = "../target/dist/viewer"]
struct Embedded;

/// `manifest.json`.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Manifest {
    /// By logical name, the name under `viewer/web/`.
    pub files: BTreeMap<String, File>,
    /// Templates that the server fills, by name.
    #[serde(default)]
    pub templates: BTreeMap<String, String>,
}

/// One file of the bundle.
#[derive(Clone, Debug, Deserialize)]
pub struct File {
    /// Name with the content's hash, under `/assets/`.
    pub path: String,
    /// MIME type.
    #[serde(rename = "type")]
    pub content_type: String,
    /// Whether `{path}.br` lies beside it.
    #[serde(default)]
    pub br: bool,
    /// Whether `{path}.gz` lies beside it.
    #[serde(default)]
    pub gz: bool,
}

impl Manifest {
    /// Address of a file by its logical name.
    #[must_use]
    pub fn url(&self, name: &str) -> Option<String> {
        self.files.get(name).map(|file| format!("/assets/{}", file.path))
    }
}

/// Reads a file of the bundle.
#[cfg(not(debug_assertions))]
pub fn read(path: &str) -> Option<Cow<'static, [u8]>> {
    Embedded::get(path).map(|file| file.data)
}

/// Reads a file of the bundle.
#[cfg(debug_assertions)]
pub fn read(path: &str) -> Option<Cow<'static, [u8]>> {
    let folder = std::env::var_os("VITRINE_VIEWER_DIST")
        .map_or_else(|| concat!(env!("CARGO_MANIFEST_DIR"), "/../target/dist/viewer").into(), std::path::PathBuf::from);
    let plain = std::path::Path::new(path).components().all(|part| matches!(part, std::path::Component::Normal(_)));
    std::fs::read(folder.join(path)).ok().filter(|_| plain).map(Cow::Owned)
}

/// What is in the bundle; `None` when there is none.
#[must_use]
pub fn manifest() -> Option<Manifest> {
    let text = read("manifest.json")?;
    match serde_json::from_slice(&text) {
        Ok(manifest) => Some(manifest),
        Err(error) => {
            tracing::error!(%error, "the viewer's manifest cannot be read");
            None
        }
    }
}
