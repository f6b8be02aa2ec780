//! A folder as the place of a pyramid, complete or not there.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

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
        static CALLS: AtomicU32 = AtomicU32::new(0);
        fs::create_dir_all(parent)?;
        // One name per process and call: two that make the same pyramid at once do not meet. What a killed process left
        // is recognised by the name.
        let call = CALLS.fetch_add(1, Ordering::Relaxed);
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

#[cfg(test)]
mod tests {
    use std::io::{BufRead as _, BufReader};
    use std::process::{Command, Stdio};

    use super::*;
    use crate::media::testing::{Jpeg, panorama};
    use crate::media::{Control, Limits, Source, build};

    const CHILD_OUT: &str = "VITRINE_TEST_PYRAMID_OUT";

    fn source() -> Source {
        Source::open(vec![Jpeg::default().write(&panorama(2048))], &Limits::default()).unwrap()
    }

    #[test]
    fn a_pyramid_is_there_whole_or_not_at_all() {
        let out = tempfile::tempdir().unwrap();
        let source = source();
        let id = source.id().to_owned();
        let folder = Folder::create(out.path(), &id).unwrap();
        folder.put("0/f/0/0.jpg", b"tile").unwrap();
        assert!(!Folder::is_complete(out.path(), &id));
        drop(folder);
        assert_eq!(fs::read_dir(out.path()).unwrap().count(), 0, "given up leaves nothing");

        let (first, second) = (Folder::create(out.path(), &id).unwrap(), Folder::create(out.path(), &id).unwrap());
        build(source, &first, &Control::default()).unwrap();
        let place = first.finish().unwrap();
        assert!(Folder::is_complete(out.path(), &id) && place == out.path().join(&id));
        // Who comes second finds the first's.
        assert_eq!(second.finish().unwrap(), place);
        assert_eq!(fs::read_dir(out.path()).unwrap().count(), 1);
    }

    /// The process that the next test kills: it tiles and never finishes, since nobody reads what it says.
    #[test]
    fn child() {
        let Some(out) = std::env::var_os(CHILD_OUT) else { return };
        let source = source();
        let folder = Folder::create(Path::new(&out), source.id()).unwrap();
        let progress = |done: u32, _| {
            println!("\ntiles {done}");
            // Held here until the killer comes.
            if done >= 3 {
                loop {
                    std::thread::park();
                }
            }
        };
        build(source, &folder, &Control { progress: Some(&progress), cancelled: None }).unwrap();
        folder.finish().unwrap();
    }

    #[test]
    fn a_killed_process_leaves_no_pyramid() {
        let out = tempfile::tempdir().unwrap();
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["media::pyramid::folder::tests::child", "--exact", "--nocapture"])
            .env(CHILD_OUT, out.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        assert!(lines.any(|line| line == "tiles 3"), "the child tiles");
        // SIGKILL: nothing of it can tidy up.
        child.kill().unwrap();
        child.wait().unwrap();
        let id = source().id().to_owned();
        assert!(!Folder::is_complete(out.path(), &id) && !out.path().join(&id).exists());
        let left: Vec<_> = fs::read_dir(out.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert!(left.iter().all(|name| name.to_string_lossy().starts_with(".unfinished-")), "{left:?}");
        // And the next one succeeds.
        let folder = Folder::create(out.path(), &id).unwrap();
        build(source(), &folder, &Control::default()).unwrap();
        folder.finish().unwrap();
        assert!(Folder::is_complete(out.path(), &id));
    }
}
