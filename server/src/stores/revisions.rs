//! Published revisions in memory, ready to be sent. They never change, so that no replica ever has a stale one.

use std::sync::Arc;

use axum::http::HeaderValue;
use bytes::Bytes;
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use scene::published::PublishedStore;
use uuid::Uuid;

use super::sql;
use crate::analytics::known::Known;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::http::caching::weak_etag;
use crate::pages::{compress_br, compress_gz};

/// What all of them may take, bytes.
const MAX_BYTES: u64 = 128 << 20;
/// Bytes of one, to begin with.
const USUAL_BYTES: u64 = 256 << 10;

/// A published revision, ready to be sent.
#[derive(Debug)]
pub struct Revision {
    /// What it says.
    pub store: PublishedStore,
    /// What events of it may name.
    pub known: Known,
    /// As JSON.
    pub json: Bytes,
    /// The JSON, as Brotli.
    pub br: Bytes,
    /// The JSON, as gzip.
    pub gz: Bytes,
    /// Names the JSON.
    pub etag: HeaderValue,
}

type Key = (Uuid, i64);

#[derive(Clone, Debug)]
struct Weight;

impl Weighter<Key, Arc<Revision>> for Weight {
    fn weight(&self, _: &Key, revision: &Arc<Revision>) -> u64 {
        // The parsed document takes about as much as its text.
        (revision.json.len() * 2 + revision.br.len() + revision.gz.len()) as u64
    }
}

/// Revisions that were asked for; the least wanted ones go when they become too many.
#[derive(Debug)]
pub struct Revisions(Cache<Key, Arc<Revision>, Weight>);

impl Default for Revisions {
    fn default() -> Self {
        Self(Cache::with_weighter((MAX_BYTES / USUAL_BYTES) as usize, MAX_BYTES, Weight))
    }
}

impl Revisions {
    /// Whether none is in memory.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A revision of a store. When many ask for one at once, one of them reads it and the others wait for that.
    ///
    /// # Errors
    /// [`Error::NotFound`] unless it was published once.
    pub async fn get(&self, db: &Db, store: Uuid, number: i64) -> Result<Arc<Revision>> {
        self.0.get_or_insert_async(&(store, number), read(db, store, number)).await
    }
}

async fn read(db: &Db, store: Uuid, number: i64) -> Result<Arc<Revision>> {
    let json = sql::published_json(db, store, number).await?.ok_or(Error::NotFound)?;
    metrics::counter!("revisions_read_total").increment(1);
    let revision = tokio::task::spawn_blocking(move || {
        let store = serde_json::from_str(&json)?;
        Ok::<_, serde_json::Error>(Revision {
            known: Known::of(&store),
            store,
            br: compress_br(json.as_bytes()).into(),
            gz: compress_gz(json.as_bytes()).into(),
            etag: weak_etag(json.as_bytes()),
            json: json.into(),
        })
    });
    Ok(Arc::new(revision.await.map_err(Error::internal)?.map_err(Error::internal)?))
}
