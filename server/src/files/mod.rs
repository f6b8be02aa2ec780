//! Files: a folder, or a bucket. Named by the hash of their content and apart for each organisation, so that nobody
//! learns from an upload what others have.
//!
//! ```text
//! {organisation}/media/{sha256}/{variant}.{ext}
//! {organisation}/tiles/{pyramid}/manifest.json, {level}/{face}/{y}/{x}.jpg
//! uploads/…
//! ```

mod accept;
mod encode;
mod original;
pub mod picture;
pub mod public;
pub mod pyramid;
mod range;
pub mod serve;
pub mod sql;
pub mod variants;
pub mod video;

use std::path::Path as FsPath;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::stream::BoxStream;
use object_store::aws::AmazonS3Builder;
use object_store::buffered::BufWriter;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{GetOptions, GetRange, ObjectMeta, ObjectStore, ObjectStoreExt, PutPayload};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::config::FilesConfig;

/// Bytes of a file that is written piece by piece, before they go to the store: its least size of a part.
const WRITE_BUFFER: usize = 5 << 20;

/// Where files lie. Cloning shares it.
#[derive(Clone, Debug)]
pub struct Files(Arc<dyn ObjectStore>);

impl Files {
    /// Opens the bucket of the configuration, or the folder `files` in the data folder.
    ///
    /// # Errors
    /// The folder cannot be made, or the bucket's settings make no sense.
    pub fn open(config: &FilesConfig, data: &FsPath) -> object_store::Result<Self> {
        let Some(s3) = &config.s3 else {
            let folder = data.join("files");
            std::fs::create_dir_all(&folder)
                .map_err(|source| object_store::Error::Generic { store: "folder", source: source.into() })?;
            return Ok(Self(Arc::new(LocalFileSystem::new_with_prefix(folder)?.with_fsync(true))));
        };
        // There is one TLS library with one cipher provider in this program; it has to be named before the first use.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = AmazonS3Builder::new().with_bucket_name(&s3.bucket).with_region(&s3.region);
        if let Some(endpoint) = &s3.endpoint {
            builder = builder.with_endpoint(endpoint).with_allow_http(endpoint.starts_with("http://"));
        }
        if let (Some(id), Some(secret)) = (&s3.access_key_id, &s3.secret_access_key) {
            builder = builder.with_access_key_id(id).with_secret_access_key(secret.reveal());
        }
        Ok(Self(Arc::new(builder.build()?)))
    }

    /// Stores a content as `media/{sha256}/{file}`; returns its hash.
    ///
    /// # Errors
    /// The store's reason.
    pub async fn put_media(&self, organisation: Uuid, file: &str, content: Vec<u8>) -> object_store::Result<String> {
        let sha256 = hex::encode(Sha256::digest(&content));
        self.put(&media_path(organisation, &sha256, file), content.into()).await?;
        Ok(sha256)
    }

    /// Writes a file, whole or not at all; it is on disk when this returns.
    ///
    /// # Errors
    /// The store's reason.
    pub async fn put(&self, path: &Path, content: Bytes) -> object_store::Result<()> {
        self.0.put(path, PutPayload::from_bytes(content)).await.map(drop)
    }

    /// Size of a file, `None` when there is none.
    ///
    /// # Errors
    /// The store's reason.
    pub async fn size(&self, path: &Path) -> object_store::Result<Option<u64>> {
        match self.0.head(path).await {
            Ok(meta) => Ok(Some(meta.size)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Writes a file piece by piece. It is there, whole and on disk, once the writer was shut down.
    #[must_use]
    pub fn writer(&self, path: &Path) -> BufWriter {
        BufWriter::with_capacity(self.0.clone(), path.clone(), WRITE_BUFFER).with_max_concurrency(2)
    }

    /// Deletes a file; one that is not there is deleted.
    ///
    /// # Errors
    /// The store's reason.
    pub async fn delete(&self, path: &Path) -> object_store::Result<()> {
        match self.0.delete(path).await {
            Err(object_store::Error::NotFound { .. }) => Ok(()),
            other => other,
        }
    }

    /// Every file below a folder.
    #[must_use]
    pub fn list(&self, folder: &Path) -> BoxStream<'static, object_store::Result<ObjectMeta>> {
        self.0.list(Some(folder))
    }

    /// The whole content.
    ///
    /// # Errors
    /// The store's reason; a missing file is one.
    pub async fn read(&self, path: &Path) -> object_store::Result<Bytes> {
        self.0.get(path).await?.bytes().await
    }

    /// A part of the content, as it arrives.
    ///
    /// # Errors
    /// The store's reason; a missing file is one.
    pub async fn stream(
        &self,
        path: &Path,
        range: std::ops::Range<u64>,
    ) -> object_store::Result<BoxStream<'static, object_store::Result<Bytes>>> {
        let options =
            GetOptions { range: (!range.is_empty()).then_some(GetRange::Bounded(range)), ..GetOptions::default() };
        Ok(self.0.get_opts(path, options).await?.into_stream())
    }
}

/// Media types that smaller copies come in beside JPEG, the best first.
#[cfg(test)]
pub fn formats() -> Vec<&'static str> {
    encode::FORMATS.iter().map(|format| format.media_type).collect()
}

/// Path of a picture or video; `file` is `{variant}.{ext}`.
#[must_use]
pub fn media_path(organisation: Uuid, sha256: &str, file: &str) -> Path {
    Path::from_iter([organisation.to_string().as_str(), "media", sha256, file])
}

/// Folder of a picture or video.
#[must_use]
pub fn media_folder(organisation: Uuid, sha256: &str) -> Path {
    Path::from_iter([organisation.to_string().as_str(), "media", sha256])
}

/// Folder of a pyramid.
#[must_use]
pub fn pyramid_folder(organisation: Uuid, pyramid: &str) -> Path {
    Path::from_iter([organisation.to_string().as_str(), "tiles", pyramid])
}

/// Path of a file of a pyramid: `manifest.json` or a tile.
#[must_use]
pub fn pyramid_path(organisation: Uuid, pyramid: &str, file: &str) -> Path {
    let organisation = organisation.to_string();
    [organisation.as_str(), "tiles", pyramid].into_iter().chain(file.split('/')).collect()
}
