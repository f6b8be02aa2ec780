//! A folder as the place of a pyramid, complete or not there.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use rayon::prelude::*;

use super::{MANIFEST, Sink};

/// How folders begin that are not finished.
const UNFINISHED: &str = ".unfinished-";

/// Writes a pyramid into a folder beside its final place and moves it there when it is complete and on disk, so that
/// nobody ever sees half a pyramid, however the process or the machine ends.
#[derive(Debug)]
pub struct Folder {
    place: PathBuf,
    unfinished: PathBuf,
    /// Held while the folder is written; the system lets go of it when the process ends, however it does.
    lock: Option<File>,
    is_finished: bool,
}

impl Folder {
    /// The pyramid `id` below `parent`. What killed processes left there is removed.
    pub fn create(parent: &Path, id: &str) -> io::Result<Self> {
        static CALLS: AtomicU32 = AtomicU32::new(0);
        fs::create_dir_all(parent)?;
        sweep(parent)?;
        // One name per process and call: two that make the same pyramid at once do not meet.
        loop {
            let call = CALLS.fetch_add(1, Ordering::Relaxed);
            let unfinished = parent.join(format!("{UNFINISHED}{id}-{}-{call}", std::process::id()));
            match fs::create_dir(&unfinished) {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
                Err(error) => return Err(error),
            }
            let lock = lock(&unfinished);
            // Another process may have swept it before it was locked.
            if unfinished.is_dir() {
                return Ok(Self { place: parent.join(id), unfinished, lock, is_finished: false });
            }
        }
    }

    /// Whether the pyramid `id` below `parent` is there.
    #[must_use]
    pub fn is_complete(parent: &Path, id: &str) -> bool {
        parent.join(id).join(MANIFEST).is_file()
    }

    /// Moves the complete folder to its place and returns that. When somebody else was quicker, theirs stays: it is the
    /// same by its name.
    pub fn finish(mut self) -> io::Result<PathBuf> {
        // All at once and at the end: most of it has reached the disk by then.
        sync(&self.unfinished)?;
        match fs::rename(&self.unfinished, &self.place) {
            Ok(()) => self.is_finished = true,
            Err(_) if self.place.join(MANIFEST).is_file() => {}
            Err(error) => return Err(error),
        }
        if let Some(parent) = self.place.parent() {
            sync_folder(parent)?;
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
        let mut file = File::create(path)?;
        file.write_all(bytes)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if !self.is_finished {
            // Nothing more can be done about a folder that cannot be removed; its name tells what it is.
            drop(fs::remove_dir_all(&self.unfinished));
        }
        drop(self.lock.take());
    }
}

/// Locks a folder; `None` where folders cannot be locked, which are then never swept.
fn lock(folder: &Path) -> Option<File> {
    let file = File::open(folder).ok()?;
    file.lock().ok()?;
    Some(file)
}

/// Removes unfinished folders that nobody writes any more.
fn sweep(parent: &Path) -> io::Result<()> {
    for entry in fs::read_dir(parent)? {
        let entry = entry?;
        if !entry.file_name().to_string_lossy().starts_with(UNFINISHED) {
            continue;
        }
        if let Ok(file) = File::open(entry.path())
            && file.try_lock().is_ok()
        {
            // Somebody else may be sweeping, too.
            drop(fs::remove_dir_all(entry.path()));
        }
    }
    Ok(())
}

/// Waits until everything in a folder is on disk.
fn sync(folder: &Path) -> io::Result<()> {
    let entries: Vec<_> = fs::read_dir(folder)?.collect::<io::Result<_>>()?;
    entries.into_par_iter().try_for_each(|entry| {
        if entry.file_type()?.is_dir() { sync(&entry.path()) } else { File::open(entry.path())?.sync_all() }
    })?;
    sync_folder(folder)
}

/// Waits until a folder's list of names is on disk.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Elsewhere a folder cannot be opened; its file system keeps order by itself.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "the other one can fail")]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead as _, BufReader};
    use std::process::{Command, Stdio};

    use super::*;
    use crate::testing::{Jpeg, panorama};
    use crate::{Control, Limits, Source, build};

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
            .args(["pyramid::folder::tests::child", "--exact", "--nocapture"])
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
        assert!(left.len() == 1 && left[0].to_string_lossy().starts_with(UNFINISHED), "{left:?}");
        // The next one succeeds, and sweeps; what somebody is writing stays.
        let other = Folder::create(out.path(), "other").unwrap();
        other.put("0/f/0/0.jpg", b"tile").unwrap();
        let folder = Folder::create(out.path(), &id).unwrap();
        build(source(), &folder, &Control::default()).unwrap();
        folder.finish().unwrap();
        assert!(Folder::is_complete(out.path(), &id));
        assert_eq!(fs::read_dir(out.path()).unwrap().count(), 2, "the pyramid, and the one under way");
        assert!(other.unfinished.join("0/f/0/0.jpg").is_file());
    }
}
