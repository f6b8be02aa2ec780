//! The bundle that the server serves: every file under a name that holds its hash, compressed beforehand.
//!
//! `target/dist/viewer/manifest.json` maps logical names (`store.js`, `i18n/en.json`, `viewer.wasm`) to hashed ones.

mod compress;
mod media_type;
mod references;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
pub use compress::brotli;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::cargo::{dist, memory, root};
use crate::fingerprint::{self, Fingerprint};
use crate::report::say;

/// `manifest.json`.
#[derive(Serialize)]
struct Manifest {
    files: BTreeMap<String, Entry>,
    templates: BTreeMap<String, String>,
}

/// One file of the bundle.
#[derive(Serialize)]
struct Entry {
    path: String,
    r#type: &'static str,
    bytes: u64,
    br: bool,
    gz: bool,
}

/// How the rewriting and compressing works: a change makes the bundle anew.
const RECIPE: &str = "1";

/// Writes the bundle from the pages in `viewer/web` and the folder that [`crate::wasm::build`] made.
pub fn write(code: &Path) -> Result<()> {
    let pages = root().join("viewer/web");
    if !pages.is_dir() {
        bail!("viewer/web, the folder of the store's page, is missing");
    }
    let mut inputs = Fingerprint::new(memory().join("dist.sha256"));
    inputs.text(RECIPE).path(&pages)?.path(code)?;
    let inputs = inputs.finish();
    if inputs.is_unchanged() && dist().join("manifest.json").is_file() {
        say("viewer: bundle is up to date");
        return Ok(());
    }

    say("viewer: hashing and compressing the bundle");
    let mut contents = read(&pages)?;
    contents.extend(
        read(code)?.into_iter().map(|(name, content)| (name.replace("viewer_bg.wasm", "viewer.wasm"), content)),
    );
    let templates: Vec<String> = contents.keys().filter(|name| has_extension(name, "html")).cloned().collect();

    // A reader never sees half a bundle: it is written beside the old one and takes its place by a rename.
    let fresh = dist().with_extension(format!("new-{}", std::process::id()));
    let mut manifest = Manifest { files: BTreeMap::new(), templates: BTreeMap::new() };
    for name in templates {
        let content = contents.remove(&name).unwrap_or_default();
        fingerprint::write(&fresh.join(&name), &content)?;
        manifest.templates.insert(name.clone(), name);
    }
    for name in references::order(&contents)? {
        let rewritten = references::rewrite(&name, &contents[&name], |target| manifest.files[target].path.clone())?;
        let entry = entry(&name, &rewritten)?;
        fingerprint::write(&fresh.join(&entry.path), &rewritten)?;
        manifest.files.insert(name, entry);
    }
    compress::all(&fresh, &mut manifest.files)?;
    fingerprint::write(&fresh.join("manifest.json"), serde_json::to_string_pretty(&manifest)?.as_bytes())?;
    replace(&fresh, &dist())?;
    inputs.remember()
}

/// Bytes of the bundle's code (WASM, JavaScript, CSS) as a browser with brotli loads it.
pub fn code_bytes() -> Result<u64> {
    let manifest = fs::read(dist().join("manifest.json")).context("the bundle's manifest cannot be read")?;
    let manifest: serde_json::Value = serde_json::from_slice(&manifest)?;
    let mut sum = 0;
    for (name, entry) in manifest["files"].as_object().into_iter().flatten() {
        if !["wasm", "js", "css"].iter().any(|extension| has_extension(name, extension)) {
            continue;
        }
        let path = entry["path"].as_str().unwrap_or_default();
        let compressed = dist().join(format!("{path}.br"));
        let file = if compressed.is_file() { compressed } else { dist().join(path) };
        sum += fs::metadata(&file).with_context(|| format!("{} is missing from the bundle", file.display()))?.len();
    }
    Ok(sum)
}

fn read(folder: &Path) -> Result<BTreeMap<String, Vec<u8>>> {
    let mut contents = BTreeMap::new();
    for file in fingerprint::files(folder)? {
        let name = file.strip_prefix(folder)?.to_string_lossy().replace('\\', "/");
        if name.ends_with(".d.ts") || name.split('/').any(|part| part.starts_with('.')) {
            continue;
        }
        contents.insert(name, fs::read(&file).with_context(|| format!("{} cannot be read", file.display()))?);
    }
    Ok(contents)
}

fn entry(name: &str, content: &[u8]) -> Result<Entry> {
    let Some(media_type) = media_type::of(name) else {
        bail!("viewer/web/{name}: no media type is known for this extension; add it to xtask/src/dist/media_type.rs");
    };
    let hash = &fingerprint::hex(&Sha256::digest(content))[..16];
    let path = match name.rsplit_once('.') {
        Some((stem, extension)) => format!("{stem}-{hash}.{extension}"),
        None => format!("{name}-{hash}"),
    };
    Ok(Entry { path, r#type: media_type, bytes: content.len() as u64, br: false, gz: false })
}

fn replace(fresh: &Path, place: &Path) -> Result<()> {
    let old: PathBuf = place.with_extension(format!("old-{}", std::process::id()));
    if place.exists() {
        fs::rename(place, &old).with_context(|| format!("{} cannot be moved away", place.display()))?;
    }
    fs::rename(fresh, place).with_context(|| format!("{} cannot be put in place", place.display()))?;
    if old.exists() {
        fs::remove_dir_all(&old).with_context(|| format!("{} cannot be removed", old.display()))?;
    }
    Ok(())
}

fn has_extension(name: &str, extension: &str) -> bool {
    Path::new(name).extension().is_some_and(|found| found == extension)
}
