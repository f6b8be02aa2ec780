//! A complete upload as the one file that it is. Its parts are read where they lie; nobody holds all of it.

use std::io;
use std::ops::Range;

use bytes::Bytes;
use futures_util::{Stream, StreamExt as _, TryStreamExt as _, stream};
use object_store::path::Path;
use tokio::runtime::Handle;

use super::part_path;
use super::sql::{self, Upload};
use crate::accounts::actor::Tenant;
use crate::app::App;
use crate::error::{Error, Result};
use crate::files::Files;
use crate::files::video::Readable;

/// Bytes that are read at once where only headers are looked at.
const WINDOW: u64 = 8 << 10;

/// The file.
#[derive(Clone, Debug)]
pub struct Joined {
    files: Files,
    parts: Vec<(Range<u64>, Path)>,
    bytes: u64,
}

impl Joined {
    /// The parts of an upload, one after the other.
    ///
    /// # Errors
    /// A part is not there, or not as it was written.
    pub async fn open(app: &App, tenant: Tenant, upload: &Upload) -> Result<Self> {
        let mut parts = Vec::new();
        let mut end = 0;
        for (start, bytes, part) in sql::parts(&app.db, upload.id).await? {
            let path = part_path(tenant, upload.id, part);
            let there = app.files.size(&path).await.map_err(Error::internal)?;
            if start != end || there != u64::try_from(bytes).ok() {
                return Err(Error::internal(format!("part {part} of upload {} is not as it was written", upload.id)));
            }
            end = start + bytes;
            parts.push((start as u64..end as u64, path));
        }
        if end != upload.bytes {
            return Err(Error::internal(format!("upload {} lacks parts", upload.id)));
        }
        Ok(Self { files: app.files.clone(), parts, bytes: end as u64 })
    }

    /// Bytes of the file.
    #[must_use]
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Everything, piece by piece.
    pub fn stream(&self) -> impl Stream<Item = object_store::Result<Bytes>> + Send + '_ {
        stream::iter(&self.parts).then(|(_, path)| self.files.stream(path, 0..0)).try_flatten()
    }

    /// A range, in memory.
    ///
    /// # Errors
    /// The store's reason.
    pub async fn read(&self, range: Range<u64>) -> object_store::Result<Vec<u8>> {
        let mut bytes = Vec::with_capacity((range.end - range.start) as usize);
        for (part, path) in &self.parts {
            let (low, high) = (part.start.max(range.start), part.end.min(range.end));
            if low < high {
                let mut pieces = self.files.stream(path, low - part.start..high - part.start).await?;
                while let Some(piece) = pieces.try_next().await? {
                    bytes.extend_from_slice(&piece);
                }
            }
        }
        Ok(bytes)
    }

    /// For code that blocks, on a thread that may.
    #[must_use]
    pub fn blocking(&self) -> Blocking<'_> {
        Blocking { file: self, runtime: Handle::current(), at: 0, window: Vec::new() }
    }
}

/// Reads headers, some kilobytes at a time.
pub struct Blocking<'a> {
    file: &'a Joined,
    runtime: Handle,
    at: u64,
    window: Vec<u8>,
}

impl Readable for Blocking<'_> {
    fn size(&self) -> u64 {
        self.file.bytes
    }

    fn read(&mut self, range: Range<u64>) -> io::Result<Vec<u8>> {
        if range.start < self.at || range.end > self.at + self.window.len() as u64 {
            let end = range.end.max(range.start + WINDOW).min(self.file.bytes);
            self.window = self.runtime.block_on(self.file.read(range.start..end)).map_err(io::Error::other)?;
            self.at = range.start;
        }
        let (low, high) = ((range.start - self.at) as usize, (range.end - self.at) as usize);
        self.window.get(low..high).map(<[u8]>::to_vec).ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    }
}
