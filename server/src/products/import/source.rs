//! The uploaded file, as the reader of tables wants it.

use std::io::{Error as IoError, Read};

use bytes::{Buf as _, Bytes};
use futures_util::StreamExt as _;
use futures_util::stream::BoxStream;
use object_store::path::Path;
use tokio::runtime::Handle;
use uuid::Uuid;

use crate::accounts::actor::Tenant;
use crate::files::Files;
use crate::tables::Source;

/// Where the file of an import lies.
#[must_use]
pub fn file_path(tenant: Tenant, import: Uuid) -> Path {
    let names = [tenant.id(), import].map(|id| id.to_string());
    std::iter::once("imports").chain(names.iter().map(String::as_str)).collect()
}

/// A file in the store of files. To be used on a thread that may wait.
pub struct Stored {
    files: Files,
    path: Path,
    bytes: u64,
    runtime: Handle,
}

impl Stored {
    /// A file of so many bytes, not 0.
    #[must_use]
    pub fn new(files: &Files, path: Path, bytes: u64) -> Self {
        Self { files: files.clone(), path, bytes, runtime: Handle::current() }
    }
}

impl Source for Stored {
    fn stream(&mut self) -> std::io::Result<Box<dyn Read + '_>> {
        let pieces = self.runtime.block_on(self.files.stream(&self.path, 0..self.bytes)).map_err(IoError::other)?;
        Ok(Box::new(Pieces { stream: pieces, rest: Bytes::new(), runtime: &self.runtime }))
    }

    fn whole(&mut self) -> std::io::Result<Vec<u8>> {
        Ok(self.runtime.block_on(self.files.read(&self.path)).map_err(IoError::other)?.into())
    }
}

struct Pieces<'a> {
    stream: BoxStream<'static, object_store::Result<Bytes>>,
    rest: Bytes,
    runtime: &'a Handle,
}

impl Read for Pieces<'_> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        while self.rest.is_empty() {
            match self.runtime.block_on(self.stream.next()) {
                Some(piece) => self.rest = piece.map_err(IoError::other)?,
                None => return Ok(0),
            }
        }
        let bytes = out.len().min(self.rest.len());
        self.rest.copy_to_slice(&mut out[..bytes]);
        Ok(bytes)
    }
}
