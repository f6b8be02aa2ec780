//! Data folders: filled once, copied for each test.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use sha2::{Digest, Sha256};
use tempfile::TempDir;

use crate::database::{self, Engine};
use crate::markers;
use crate::programs::{keep, program, root};
use crate::server::seed;

/// A data folder and the database that belongs to it; removed when this is dropped.
#[derive(Debug)]
pub struct DataFolder {
    folder: TempDir,
    database_url: Option<String>,
}

impl DataFolder {
    /// The store with markers at known places.
    pub fn markers(engine: Engine) -> Self {
        Self::of("markers", engine, &Self::markers_source())
    }

    /// The same with panoramas that show a part of the sphere.
    pub fn partial_markers(engine: Engine) -> Self {
        Self::of("partial", engine, &source("partial", markers::write_partial_seed_folder))
    }

    /// An empty one.
    pub fn empty(engine: Engine) -> Self {
        Self { folder: TempDir::new().expect("a temporary folder"), database_url: database::create(engine) }
    }

    /// The seed folder of the store with markers.
    pub fn markers_source() -> PathBuf {
        source("markers", markers::write_seed_folder)
    }

    /// The demo store.
    pub fn demo(engine: Engine) -> Self {
        Self::of("demo", engine, &root().join("assets/demo"))
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The database's address, where it is not the file in the folder.
    pub fn database_url(&self) -> Option<&str> {
        self.database_url.as_deref()
    }

    fn of(name: &str, engine: Engine, source: &Path) -> Self {
        let folder = Self::empty(engine);
        if engine == Engine::Sqlite {
            copy(&seeded(name, source), folder.path());
        } else {
            seed(source, &folder);
        }
        folder
    }
}

/// A seed folder that `write` fills, made anew when the drawing of markers changes.
fn source(name: &str, write: impl FnOnce(&Path)) -> PathBuf {
    let key = short(Sha256::new().chain_update(include_bytes!("markers.rs")));
    once(&format!("{name}-source-{key}"), write)
}

/// A data folder with SQLite, seeded from `source` by the server's present build.
fn seeded(name: &str, source: &Path) -> PathBuf {
    let vitrine = program("vitrine");
    let built = fs::metadata(&vitrine).and_then(|data| data.modified()).expect("a program has a date");
    let built = built.duration_since(UNIX_EPOCH).expect("a program is younger than 1970").as_nanos();
    let mut key = Sha256::new().chain_update(built.to_le_bytes());
    hash(source, &mut key);
    let key = short(key);
    once(&format!("{name}-data-{key}"), |place| {
        let folder = DataFolder { folder: TempDir::new_in(keep()).expect("a temporary folder"), database_url: None };
        seed(source, &folder);
        copy(folder.path(), place);
    })
}

/// The folder `name` among what tests keep, made by `write` unless another test has done so; folders whose names differ
/// only behind the last hyphen are from older builds and go.
fn once(name: &str, write: impl FnOnce(&Path)) -> PathBuf {
    let place = keep().join(name);
    let (kind, _) = name.rsplit_once('-').expect("a name ends in a key");
    let lock = File::create(keep().join(format!("{kind}.lock"))).expect("a lock file");
    lock.lock().expect("tests wait for each other");
    if !place.is_dir() {
        for entry in list(&keep()) {
            if entry.path().is_dir() && entry.file_name().to_string_lossy().starts_with(&format!("{kind}-")) {
                fs::remove_dir_all(entry.path()).expect("an old folder can be removed");
            }
        }
        let unfinished = TempDir::new_in(keep()).expect("a temporary folder");
        write(unfinished.path());
        fs::rename(unfinished.keep(), &place).expect("a finished folder takes its place");
    }
    place
}

/// Adds the names and contents of all files in a folder.
fn hash(folder: &Path, key: &mut Sha256) {
    let mut entries: Vec<PathBuf> = list(folder).map(|entry| entry.path()).collect();
    entries.sort();
    for path in entries {
        key.update(path.to_string_lossy().as_bytes());
        if path.is_dir() {
            hash(&path, key);
        } else {
            key.update(fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())));
        }
    }
}

fn list(folder: &Path) -> impl Iterator<Item = fs::DirEntry> {
    fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())).flatten()
}

/// The first digits of a hash.
fn short(hash: Sha256) -> String {
    let [a, b, c, d, ..] = <[u8; 32]>::from(hash.finalize());
    format!("{:08x}", u32::from_be_bytes([a, b, c, d]))
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder can be made");
    for entry in list(from) {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("a file can be copied");
        }
    }
}
