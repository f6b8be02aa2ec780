//! Brotli and gzip beside each file, where that is smaller.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::sync::Mutex;

use anyhow::{Context, Result};
use brotli::enc::BrotliEncoderParams;

use super::Entry;
use crate::cargo::dist;

/// Compresses every file of the bundle in `folder` and notes in its entry which forms there are.
pub fn all(folder: &Path, files: &mut BTreeMap<String, Entry>) -> Result<()> {
    // The largest first: one of them is most of the work.
    let mut entries: Vec<&mut Entry> = files.values_mut().collect();
    entries.sort_by_key(|entry| entry.bytes);
    let waiting = Mutex::new(entries);
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..workers)
            .map(|_| {
                scope.spawn(|| {
                    loop {
                        let next = waiting.lock().ok().and_then(|mut entries| entries.pop());
                        let Some(entry) = next else { return Ok(()) };
                        entry.br = form(folder, &entry.path, "br", brotli)?;
                        entry.gz = form(folder, &entry.path, "gz", gzip)?;
                    }
                })
            })
            .collect();
        workers.into_iter().try_for_each(|worker| worker.join().unwrap_or(Ok(())))
    })
}

/// Writes the compressed form of a file, or takes it from the bundle before: a name holds the hash of its content.
fn form(folder: &Path, path: &str, extension: &str, compress: fn(&[u8]) -> Result<Vec<u8>>) -> Result<bool> {
    let target = folder.join(format!("{path}.{extension}"));
    let before = dist().join(format!("{path}.{extension}"));
    if before.is_file() {
        fs::copy(&before, &target).with_context(|| format!("{} cannot be copied", before.display()))?;
        return Ok(true);
    }
    let content = fs::read(folder.join(path))?;
    let compressed = compress(&content)?;
    let is_smaller = compressed.len() < content.len();
    if is_smaller {
        fs::write(&target, compressed).with_context(|| format!("{} cannot be written", target.display()))?;
    }
    Ok(is_smaller)
}

/// `content` as the slowest setting of Brotli leaves it.
pub fn brotli(content: &[u8]) -> Result<Vec<u8>> {
    let parameters = BrotliEncoderParams { quality: 11, lgwin: 24, size_hint: content.len(), ..Default::default() };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut &content[..], &mut compressed, &parameters)?;
    Ok(compressed)
}

fn gzip(content: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(content)?;
    Ok(encoder.finish()?)
}
