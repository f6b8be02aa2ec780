//! A panorama of the folder, through the pipeline into the files.

use std::io;
use std::path::Path;
use std::sync::Mutex;

use scene::pyramid::Manifest;
use uuid::Uuid;

use crate::files::{Files, pyramid};
use imaging::{Control, Limits, Source};

/// Tiles the picture at `path` (or the six faces `f r b l u d` in the folder at `path`) unless that was done before,
/// and returns the pyramid's id and manifest. `progress` is told tiles done and tiles in all.
pub async fn store(
    files: &Files,
    organisation: Uuid,
    path: &Path,
    progress: &(dyn Fn(u32, u32) + Sync),
) -> Result<(String, Manifest), String> {
    let source = open(path)?;
    let id = source.id().to_owned();
    if let Some(text) = pyramid::manifest(files, organisation, &id).await.map_err(|error| error.to_string())? {
        let manifest = serde_json::from_str(&text).map_err(|error| error.to_string())?;
        return Ok((id, manifest));
    }
    let sink = pyramid::Stored::new(files, organisation, &id);
    let tell = tenths(progress);
    let control = Control { progress: Some(&tell), cancelled: None };
    let built = tokio::task::block_in_place(|| imaging::build(source, &sink, &control));
    Ok((id, built.map_err(|error| error.to_string())?))
}

/// Opens the picture at `path`, or the six faces `f r b l u d` in the folder at `path`.
///
/// # Errors
/// What is wrong with it.
pub fn open(path: &Path) -> Result<Source, String> {
    let sources = sources(path).map_err(|error| error.to_string())?;
    Source::open(sources, &Limits::default()).map_err(|error| error.to_string())
}

/// Passes on each tenth of a progress, not each tile.
pub fn tenths(progress: impl Fn(u32, u32) + Sync) -> impl Fn(u32, u32) + Sync {
    let said = Mutex::new(0);
    move |done, all| {
        let tenth = done * 10 / all.max(1);
        if let Ok(mut said) = said.lock()
            && tenth > *said
        {
            *said = tenth;
            progress(done, all);
        }
    }
}

fn sources(path: &Path) -> io::Result<Vec<Vec<u8>>> {
    if !path.is_dir() {
        return Ok(vec![std::fs::read(path)?]);
    }
    scene::sphere::Face::ALL
        .into_iter()
        .map(|face| {
            let named = |ending| path.join(format!("{}.{ending}", face.letter()));
            let found = ["jpg", "jpeg", "png", "webp"].into_iter().map(named).find(|file| file.exists());
            std::fs::read(found.unwrap_or_else(|| named("jpg")))
        })
        .collect()
}
