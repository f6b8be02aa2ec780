//! Posters of a revision: each scene's opening view, upright, wide and small, stored under the hash of their content.

use std::collections::BTreeMap;
use std::io;

use scene::document::StoreDocument;
use scene::published::Posters;
use scene::pyramid::{Manifest, TileId};
use tokio::runtime::Handle;
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::files::{Files, pyramid_path};
use imaging::poster::{self, Orientation, Tiles};

/// Tiles as they are stored.
struct Stored {
    files: Files,
    organisation: Uuid,
    pyramid: String,
    runtime: Handle,
}

impl Tiles for Stored {
    fn tile(&self, tile: TileId) -> io::Result<Vec<u8>> {
        let path = pyramid_path(self.organisation, &self.pyramid, &tile.path());
        self.runtime.block_on(self.files.read(&path)).map(Into::into).map_err(io::Error::other)
    }
}

/// Renders and stores the posters of every scene. Returns their addresses by scene, and the files' names.
pub async fn render(
    files: &Files,
    organisation: Uuid,
    document: &StoreDocument,
    panoramas: &BTreeMap<String, Manifest>,
    mut progress: impl FnMut(usize, usize),
) -> Result<(BTreeMap<String, Posters>, Vec<String>)> {
    let mut posters = BTreeMap::new();
    let mut names = Vec::new();
    for (index, scene) in document.scenes.iter().enumerate() {
        let Some(manifest) = panoramas.get(&scene.panorama).cloned() else { continue };
        let tiles =
            Stored { files: files.clone(), organisation, pyramid: scene.panorama.clone(), runtime: Handle::current() };
        let is_first = document.start.scene == scene.id;
        let view = document.start.view.filter(|_| is_first).unwrap_or(scene.view);
        let correction = scene.sphere_correction;
        let rendered = tokio::task::spawn_blocking(move || {
            let render = |orientation| poster::render(&tiles, &manifest, &view, &correction, orientation);
            [Orientation::Landscape, Orientation::Portrait, Orientation::Thumbnail]
                .into_iter()
                .map(render)
                .collect::<std::result::Result<Vec<_>, imaging::MediaError>>()
        });
        let mut addresses = Vec::with_capacity(3);
        for picture in rendered.await.map_err(Error::internal)?.map_err(Error::internal)? {
            let sha256 = files.put_media(organisation, "poster.jpg", picture).await.map_err(Error::internal)?;
            addresses.push(format!("/media/{sha256}/poster.jpg"));
            names.push(format!("media/{sha256}"));
        }
        if let Ok([landscape, portrait, thumbnail]) = <[String; 3]>::try_from(addresses) {
            posters.insert(scene.id.clone(), Posters { landscape, portrait, thumbnail: Some(thumbnail) });
        }
        progress(index + 1, document.scenes.len());
    }
    names.sort();
    names.dedup();
    Ok((posters, names))
}
