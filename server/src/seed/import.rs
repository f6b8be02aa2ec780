//! The folder's files on their way into the store of files, under the hash of their content. Nothing of it is in the
//! database yet.

use std::collections::BTreeMap;
use std::path::Path;

use scene::document::{LocalizedText, StoreDocument};
use scene::published::Price;
use uuid::Uuid;

use super::document::{FolderDocument, Name, Use};
use super::folder::{SeedFolder, read};
use super::format::Seed;
use super::{Lines, SeedError, Seeded, panorama};
use crate::app::App;
use crate::error::Error;
use crate::files::picture::Picture;
use crate::files::video::Video;
use crate::ids::DEFAULT_ORGANISATION;
use crate::products::sql::ProductRow;
use crate::stores::library::Library;
use crate::stores::publish::{self, Prepared, Target};
use crate::stores::sql::StoreRow;

/// What was imported so far.
pub(super) struct Import<'a> {
    app: &'a App,
    folder: SeedFolder<'a>,
    say: &'a (dyn Fn(String) + Sync),
    /// Everything that documents may name.
    pub(super) library: Library,
    /// Ids by path in the folder.
    ids: BTreeMap<Name, String>,
}

/// A store that waits to be written.
pub(super) struct Ready {
    pub(super) row: StoreRow,
    pub(super) document: String,
    pub(super) prepared: Prepared,
}

impl<'a> Import<'a> {
    pub(super) fn new(app: &'a App, folder: SeedFolder<'a>, say: &'a (dyn Fn(String) + Sync)) -> Self {
        Self { app, folder, say, library: Library::default(), ids: BTreeMap::new() }
    }

    /// The products, with their pictures.
    pub(super) async fn products(&mut self, seed: &Seed) -> Seeded<Vec<ProductRow>> {
        let mut rows = Vec::new();
        for (index, product) in seed.products.iter().enumerate() {
            (self.say)(format!("product {} of {}: {}", index + 1, seed.products.len(), product.sku));
            let picture_id = match &product.picture {
                Some(path) => Some(self.media(Use::Picture, path, product.alt.clone()).await?),
                None => None,
            };
            let row = ProductRow {
                id: product.id,
                sku: product.sku.clone(),
                gtin: product.gtin.clone(),
                name: product.name.clone(),
                description: product.description.clone(),
                price: product.price.as_ref().map(|price| Price::new(price.minor, &price.currency, price.tax_included)),
                unit: product.unit.clone(),
                picture_id,
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
            .map_err(|error| SeedError::File(at, error))?;
        self.library.panoramas.insert(id.clone(), manifest);
        self.ids.insert(key, id);
        Ok(())
    }
}
