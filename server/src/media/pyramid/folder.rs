//! A folder as the place of a pyramid, complete or not there.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::{MANIFEST, Sink};

/// Writes a pyramid into a folder beside its final place and moves it there when it is complete, so that nobody ever
/// sees half a pyramid, however the process ends.
#[derive(Debug)]
pub struct Folder {
    place: PathBuf,
    unfinished: PathBuf,
    is_finished: bool,
}

impl Folder {
    /// The pyramid `id` below `parent`.
    pub fn create(parent: &Path, id: &str) -> io::Result<Self> {
        fs::create_dir_all(parent)?;
        // One name per process and call: two that make the same pyramid at once do not meet. What a killed process left
        // is recognised by the name.
        static CALLS: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
        let call = CALLS.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let unfinished = parent.join(format!(".unfinished-{id}-{}-{call}", std::process::id()));
        if unfinished.exists() {
            fs::remove_dir_all(&unfinished)?;
        }
        fs::create_dir(&unfinished)?;
        Ok(Self { place: parent.join(id), unfinished, is_finished: false })
    }

    /// Whether the pyramid `id` below `parent` is there.
    #[must_use]
    pub fn is_complete(parent: &Path, id: &str) -> bool {
        parent.join(id).join(MANIFEST).is_file()
    }

    /// Moves the complete folder to its place and returns that. When somebody else was quicker, theirs stays: it is the
    /// same by its name.
    pub fn finish(mut self) -> io::Result<PathBuf> {
        match fs::rename(&self.unfinished, &self.place) {
            Ok(()) => self.is_finished = true,
            Err(_) if self.place.join(MANIFEST).is_file() => {}
            Err(error) => return Err(error),
        }
        Ok(self.place.clone())
    }
}

impl Sink for Folder {
    fn put(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        let path = self.unfinished.join(path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        let mut file = fs::File::create(path)?;
        file.write_all(bytes)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if !self.is_finished {
            // Nothing more can be done about a folder that cannot be removed; its name tells what it is.
            drop(fs::remove_dir_all(&self.unfinished));
        }
    }
}
