//! The folder's files on their way into the store of files, under the hash of their content. Nothing of it is in the
//! database yet.

use std::collections::BTreeMap;
use std::path::Path;

use imaging::{Limits, Probe};
use scene::document::{LocalizedText, StoreDocument};
use scene::published::Price;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::document::{FolderDocument, Name, Use};
use super::folder::{SeedFolder, read};
use super::format::Seed;
use super::{Lines, SeedError, Seeded, panorama};
use crate::app::App;
use crate::error::Error;
use crate::files::picture::Picture;
use crate::files::pyramid::bytes_below;
use crate::files::pyramid_folder;
use crate::files::video::Video;
use crate::ids::DEFAULT_ORGANISATION;
use crate::library::sql::Item;
use crate::products::gtin;
use crate::products::product::Product;
use crate::stores::library::Library;
use crate::stores::publish::{self, Prepared, Target};
use crate::stores::sql::StoreRow;

/// What the library calls a panorama.
const PANORAMA: &str = "panorama";

/// What was imported so far.
pub(super) struct Import<'a> {
    app: &'a App,
    folder: SeedFolder<'a>,
    say: &'a (dyn Fn(String) + Sync),
    /// Everything that documents may name.
    pub(super) library: Library,
    /// Ids by path in the folder.
    ids: BTreeMap<Name, String>,
    /// Everything that the library lists.
    pub(super) kept: Vec<Kept>,
}

/// Something of the media library that waits to be written.
pub(super) struct Kept {
    pub(super) item: Item,
    /// Of a single file, as it came.
    pub(super) source_sha256: Option<String>,
    pub(super) stored_bytes: i64,
}

/// A store that waits to be written.
pub(super) struct Ready {
    pub(super) row: StoreRow,
    pub(super) document: String,
    pub(super) prepared: Prepared,
}

impl<'a> Import<'a> {
    pub(super) fn new(app: &'a App, folder: SeedFolder<'a>, say: &'a (dyn Fn(String) + Sync)) -> Self {
        Self { app, folder, say, library: Library::default(), ids: BTreeMap::new(), kept: Vec::new() }
    }

    /// The products, with their pictures.
    pub(super) async fn products(&mut self, seed: &Seed) -> Seeded<Vec<Product>> {
        let mut rows = Vec::new();
        for (index, product) in seed.products.iter().enumerate() {
            (self.say)(format!("product {} of {}: {}", index + 1, seed.products.len(), product.sku));
            let mut pictures = Vec::new();
            if let Some(path) = &product.picture {
                pictures.push(self.media(Use::Picture, path, product.alt.clone()).await?);
            }
            for more in &product.more_pictures {
                pictures.push(self.media(Use::Picture, &more.picture, more.alt.clone()).await?);
            }
            let video = match &product.video {
                Some(path) => Some(self.media(Use::Video, path, LocalizedText::default()).await?),
                None => None,
            };
            let row = Product {
                // Its form was checked with the file.
                gtin: product.gtin.as_deref().and_then(|gtin| gtin::parse(gtin).ok()).flatten(),
                name: product.name.clone(),
                description: product.description.clone(),
                price: product.price.as_ref().map(|price| Price::new(price.minor, &price.currency, price.tax_included)),
                pictures,
                video,
                links: product.links.clone(),
                category: product.category,
                shelf_life_days: product.shelf_life_days,
                pack_thousandths: product.pack_thousandths,
                supplier: product.supplier,
                supplier_code: product.supplier_code.clone(),
                ..Product::new(product.id, &product.sku, &product.unit)
            };
            self.library.products.insert(row.id, row.clone());
            rows.push(row);
        }
        Ok(rows)
    }

    /// A store: its panoramas, pictures and videos, and the posters of its first revision.
    pub(super) async fn store(
        &mut self,
        seed: &Seed,
        slug: &str,
        at: &Path,
        document: &FolderDocument,
    ) -> Seeded<Ready> {
        let names = document.names();
        let panoramas = names.iter().filter(|(used, _)| *used == Use::Panorama).count();
        for (index, (used, path)) in names.iter().enumerate() {
            match used {
                // They come first among the names.
                Use::Panorama => self.panorama(path, &format!("panorama {} of {panoramas}: {path}", index + 1)).await?,
                Use::Picture | Use::Video => drop(self.media(*used, path, LocalizedText::default()).await?),
            }
        }
        let value = document.resolved(&self.ids);
        let text = value.to_string();
        let faults = |faults| SeedError::Faults(at.to_owned(), Lines(faults));
        let document = StoreDocument::from_value_strict(value).map_err(faults)?;
        let store = self.app.ids.next().map_err(Error::internal)?;
        let target = Target {
            organisation: DEFAULT_ORGANISATION,
            store,
            slug: slug.to_owned(),
            shop: seed.shop.clone(),
            number: 1,
        };
        let say = |done, all| (self.say)(format!("{slug}: posters of scene {done} of {all}"));
        let now_us = self.app.clock.now_us();
        let prepared = publish::prepare(&self.app.files, target, document, &self.library, now_us, say).await;
        let prepared = prepared.map_err(|error| match error {
            Error::Faults(list) => faults(list),
            other => other.into(),
        })?;
        let row = StoreRow {
            id: store,
            organisation_id: DEFAULT_ORGANISATION,
            shop_id: Uuid::nil(),
            slug: slug.to_owned(),
            current_revision: None,
        };
        Ok(Ready { row, document: text, prepared })
    }

    /// A picture or video, once.
    async fn media(&mut self, used: Use, path: &str, alt: LocalizedText) -> Seeded<Uuid> {
        let key = (used, path.to_owned());
        if let Some(id) = self.ids.get(&key).and_then(|id| id.parse().ok()) {
            return Ok(id);
        }
        let at = self.folder.path(path)?;
        let file = read(&at)?;
        let source_sha256 = hex::encode(Sha256::digest(&file));
        // The same file by another name.
        let is_same =
            |kept: &&Kept| kept.source_sha256.as_deref() == Some(&source_sha256) && kept.item.kind != PANORAMA;
        if let Some(known) = self.kept.iter().find(is_same) {
            let id = known.item.id;
            self.ids.insert(key, id.to_string());
            return Ok(id);
        }
        let id = self.app.ids.next().map_err(Error::internal)?;
        let files = &self.app.files;
        let row = if used == Use::Video {
            let video = Video::read(file).map_err(|error| SeedError::File(at.clone(), error.to_string()))?;
            video.store(files, DEFAULT_ORGANISATION, id, alt).await.map_err(Error::internal)?
        } else {
            let picture = tokio::task::spawn_blocking(move || Picture::read(&file)).await.map_err(Error::internal)?;
            let picture = picture.map_err(|error| SeedError::File(at.clone(), error.to_string()))?;
            picture.store(files, DEFAULT_ORGANISATION, id, alt).await.map_err(Error::internal)?
        };
        let item = Item {
            id,
            kind: if used == Use::Video { "video" } else { "picture" }.to_owned(),
            name: file_name(path),
            sha256: row.sha256.clone(),
            extension: row.extension.clone(),
            content_type: row.content_type.clone(),
            bytes: row.bytes,
            width: row.width.map(i64::from),
            height: row.height.map(i64::from),
            alt: serde_json::to_string(&row.alt).map_err(Error::internal)?,
            created_us: self.app.clock.now_us(),
        };
        self.kept.push(Kept { item, source_sha256: Some(source_sha256), stored_bytes: row.bytes });
        self.library.media.insert(id, row);
        self.ids.insert(key, id.to_string());
        Ok(id)
    }

    /// A panorama, once.
    async fn panorama(&mut self, path: &str, about: &str) -> Seeded<()> {
        let key = (Use::Panorama, path.to_owned());
        if self.ids.contains_key(&key) {
            return Ok(());
        }
        let at = self.folder.path(path)?;
        let progress = |done, all| (self.say)(format!("{about}: {done} of {all} tiles"));
        let (id, manifest) = panorama::store(&self.app.files, DEFAULT_ORGANISATION, &at, &progress)
            .await
            .map_err(|error| SeedError::File(at.clone(), error))?;
        if self.kept.iter().all(|kept| kept.item.sha256 != id) {
            let kept = self.kept_panorama(path, &at, &id).await?;
            self.kept.push(kept);
        }
        self.library.panoramas.insert(id.clone(), manifest);
        self.ids.insert(key, id);
        Ok(())
    }

    /// A panorama as the library lists it.
    async fn kept_panorama(&self, path: &str, at: &Path, pyramid: &str) -> Seeded<Kept> {
        // Six faces in a folder are no file of their own.
        let file = if at.is_dir() { None } else { Some(read(at)?) };
        let probe = file.as_ref().and_then(|file| Probe::read(file, &Limits::default()).ok());
        let folder = pyramid_folder(DEFAULT_ORGANISATION, pyramid);
        let stored_bytes = bytes_below(&self.app.files, &folder).await.map_err(Error::internal)?;
        let item = Item {
            id: self.app.ids.next().map_err(Error::internal)?,
            kind: PANORAMA.to_owned(),
            name: file_name(path),
            sha256: pyramid.to_owned(),
            extension: "jpg".to_owned(),
            content_type: "image/jpeg".to_owned(),
            bytes: file.as_ref().map_or(stored_bytes, |file| file.len() as i64),
            width: probe.as_ref().map(|probe| i64::from(probe.width)),
            height: probe.as_ref().map(|probe| i64::from(probe.height)),
            alt: "{}".to_owned(),
            created_us: self.app.clock.now_us(),
        };
        let source_sha256 = file.map(|file| hex::encode(Sha256::digest(&file)));
        Ok(Kept { item, source_sha256, stored_bytes })
    }
}

/// How a file of the folder is called in the library.
fn file_name(path: &str) -> String {
    path.rsplit('/').next().unwrap_or(path).to_owned()
}
