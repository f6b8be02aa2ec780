//! A seed folder's files.

use std::path::{Component, Path, PathBuf};

use scene::document::Fault;

use super::{SeedError, Seeded};

/// The folder.
#[derive(Clone, Copy, Debug)]
pub struct SeedFolder<'a>(pub &'a Path);

impl SeedFolder<'_> {
    /// Where a file lies that the folder's own files name: in the folder, and nowhere else.
    ///
    /// # Errors
    /// It leads out of the folder.
    pub fn path(&self, named: &str) -> Seeded<PathBuf> {
        if leads_inside(named) {
            Ok(self.0.join(named))
        } else {
            Err(SeedError::File(named.into(), LEADS_OUT.to_owned()))
        }
    }

    /// What is wrong with the name of a file or folder; `None` when it is there.
    #[must_use]
    pub fn fault(&self, path: &str, named: &str) -> Option<Fault> {
        let message = if !leads_inside(named) {
            format!("{named:?}: {LEADS_OUT}")
        } else if self.0.join(named).exists() {
            return None;
        } else {
            format!("there is no file {named:?} in the folder")
        };
        Some(Fault::plain(path, message))
    }
}

const LEADS_OUT: &str = "a path leads into the seed folder, without .. and without a leading /";

fn leads_inside(named: &str) -> bool {
    let path = Path::new(named);
    !named.is_empty() && !named.contains('\0') && path.components().all(|part| matches!(part, Component::Normal(_)))
}

/// A file's bytes.
///
/// # Errors
/// The system's reason, with the file's name.
pub fn read(path: &Path) -> Seeded<Vec<u8>> {
    std::fs::read(path).map_err(|error| SeedError::File(path.to_owned(), error.to_string()))
}

/// A file's text.
///
/// # Errors
/// The system's reason, with the file's name.
pub fn read_text(path: &Path) -> Seeded<String> {
    std::fs::read_to_string(path).map_err(|error| SeedError::File(path.to_owned(), error.to_string()))
}
