//! Panoramas among the files.

use std::io;

use futures_util::TryStreamExt as _;
use object_store::path::Path;
use tokio::runtime::Handle;
use uuid::Uuid;

use super::{Files, pyramid_path};
use imaging::{MANIFEST, Sink};

/// Where a pyramid's files go. Used from threads that may block.
pub struct Stored {
    files: Files,
    organisation: Uuid,
    pyramid: String,
    runtime: Handle,
}

impl Stored {
    /// The place of a pyramid. Made on a thread of the runtime.
    #[must_use]
    pub fn new(files: &Files, organisation: Uuid, pyramid: &str) -> Self {
        Self { files: files.clone(), organisation, pyramid: pyramid.to_owned(), runtime: Handle::current() }
    }
}

impl Sink for Stored {
    fn put(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        let path = pyramid_path(self.organisation, &self.pyramid, path);
        self.runtime.block_on(self.files.put(&path, bytes.to_vec().into())).map_err(io::Error::other)
    }
}

/// The manifest of a pyramid, where all of it is there: it is written last.
///
/// # Errors
/// The store's reason.
pub async fn manifest(files: &Files, organisation: Uuid, pyramid: &str) -> object_store::Result<Option<String>> {
    let path = pyramid_path(organisation, pyramid, MANIFEST);
    if files.size(&path).await?.is_none() {
        return Ok(None);
    }
    Ok(Some(String::from_utf8_lossy(&files.read(&path).await?).into_owned()))
}

/// Bytes of everything below a folder.
///
/// # Errors
/// The store's reason.
pub async fn bytes_below(files: &Files, folder: &Path) -> object_store::Result<i64> {
    files.list(folder).try_fold(0, async |sum, file| Ok(sum + file.size as i64)).await
}
