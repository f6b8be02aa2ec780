//! `vitrine seed FOLDER`: fills an empty database from a folder. Files are stored first, under the hash of their
//! content; the database is written in one transaction at the end. Killed on its way, it leaves no half store, and the
//! next run finds the files that are there already.

mod format;
pub mod panorama;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use scene::document::{Fault, LocalizedText, StoreDocument};
use serde_json::Value;
use uuid::Uuid;

use crate::app::App;
use crate::error::Error;
use crate::files::picture::Picture;
use crate::files::sql::{insert, insert_pyramid};
use crate::ids::DEFAULT_ORGANISATION;
use crate::on_engine;
use crate::products::sql::ProductRow;
use crate::stores::library::Library;
use crate::stores::publish::{self, Prepared, Target};
use crate::stores::sql::{StoreRow, insert_revision};
use crate::stores::{is_slug, sql as stores};
use crate::{products, shops};
use format::Seed;

/// Why a folder was not taken.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// There is something already.
    #[error("the database is not empty: it has {0}. Seeding fills an empty one only; give another --data folder")]
    NotEmpty(String),
    /// A file of the folder.
    #[error("{0}: {1}")]
    File(PathBuf, String),
    /// The document's faults.
    #[error("{0} cannot be published:{1}")]
    Document(PathBuf, Lines),
    /// The server's side.
    #[error(transparent)]
    Inside(#[from] Error),
}

/// Faults, one per line.
#[derive(Debug)]
pub struct Lines(Vec<Fault>);

impl std::fmt::Display for Lines {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|fault| write!(f, "\n  {fault}"))
    }
}

impl From<sqlx::Error> for SeedError {
    fn from(error: sqlx::Error) -> Self {
        Self::Inside(error.into())
    }
}

type Seeded<T> = Result<T, SeedError>;

/// Fills the database of `app` from `folder`; `say` is told what is being done.
pub async fn seed(app: &App, folder: &Path, say: &(dyn Fn(String) + Sync)) -> Seeded<()> {
    refuse_unless_empty(on_engine!(app.db, conn => sqlx::query_as(CONTENT).fetch_one(conn).await?))?;
    let at = folder.join("seed.json");
    let seed = Seed::parse(&read_text(&at)?).map_err(|error| SeedError::File(at, error))?;
    let mut import =
        Import { app, folder, say, library: Library::default(), pictures: BTreeMap::new(), panoramas: BTreeMap::new() };
    let products = import.products(&seed).await?;
    let mut prepared = Vec::new();
    for store in &seed.stores {
        prepared.push(import.store(&seed, &store.slug, &store.document).await?);
    }
    import.write(&seed, &products, &prepared).await?;
    say(format!("seeded; products: {}, stores: {}", products.len(), prepared.len()));
    Ok(())
}

/// Shops, stores, products and pictures in the database.
const CONTENT: &str = "SELECT (SELECT COUNT(*) FROM shop), (SELECT COUNT(*) FROM store),
    (SELECT COUNT(*) FROM product), (SELECT COUNT(*) FROM media)";

fn refuse_unless_empty((shops, stores, products, media): (i64, i64, i64, i64)) -> Seeded<()> {
    let there = [(shops, "shops"), (stores, "stores"), (products, "products"), (media, "pictures")];
    let there: Vec<String> =
        there.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    if there.is_empty() { Ok(()) } else { Err(SeedError::NotEmpty(there.join(", "))) }
}

struct Import<'a> {
    app: &'a App,
    folder: &'a Path,
    say: &'a (dyn Fn(String) + Sync),
    library: Library,
    /// Media ids by path in the folder.
    pictures: BTreeMap<String, Uuid>,
    /// Pyramid ids by path in the folder.
    panoramas: BTreeMap<String, String>,
}

struct Ready {
    row: StoreRow,
    document: String,
    prepared: Prepared,
}

impl Import<'_> {
    async fn products(&mut self, seed: &Seed) -> Seeded<Vec<ProductRow>> {
        let mut rows = Vec::new();
        for (index, product) in seed.products.iter().enumerate() {
            (self.say)(format!("product {} of {}: {}", index + 1, seed.products.len(), product.sku));
            let picture_id = match &product.picture {
                Some(path) => Some(self.picture(path, product.alt.clone()).await?),
                None => None,
            };
            let row = ProductRow {
                id: product.id,
                sku: product.sku.clone(),
                gtin: product.gtin.clone(),
                name: product.name.clone(),
                description: product.description.clone(),
                price: product.price.clone(),
                unit: product.unit.clone(),
                picture_id,
            };
            self.library.products.insert(row.id, row.clone());
            rows.push(row);
        }
        Ok(rows)
    }

    async fn picture(&mut self, path: &str, alt: LocalizedText) -> Seeded<Uuid> {
        if let Some(id) = self.pictures.get(path) {
            return Ok(*id);
        }
        let at = self.path(path)?;
        let file = read(&at)?;
        let fault = |error: String| SeedError::File(at.clone(), error);
        let picture = tokio::task::spawn_blocking(move || Picture::read(&file)).await.map_err(Error::internal)?;
        let picture = picture.map_err(|error| fault(error.to_string()))?;
        let id = self.app.ids.next().map_err(Error::internal)?;
        let row = picture
            .store(&self.app.files, DEFAULT_ORGANISATION, id, alt)
            .await
            .map_err(|error| fault(error.to_string()))?;
        self.library.media.insert(id, row);
        self.pictures.insert(path.to_owned(), id);
        Ok(id)
    }

    async fn store(&mut self, seed: &Seed, slug: &str, document: &str) -> Seeded<Ready> {
        let at = self.path(document)?;
        if !is_slug(slug) {
            return Err(SeedError::File(
                at,
                format!("{slug:?} is not a slug: lower-case letters, digits and single hyphens"),
            ));
        }
        let mut value: Value =
            serde_json::from_str(&read_text(&at)?).map_err(|error| SeedError::File(at.clone(), error.to_string()))?;
        self.resolve(&mut value).await?;
        let text = value.to_string();
        let faults = |faults| SeedError::Document(at.clone(), Lines(faults));
        let document = StoreDocument::parse_strict(&text).map_err(faults)?;
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

    /// Puts ids where the document names files of the folder.
    async fn resolve(&mut self, document: &mut Value) -> Seeded<()> {
        let list = |value: &mut Value, key: &str| {
            value.get_mut(key).and_then(Value::as_array_mut).map(std::mem::take).unwrap_or_default()
        };
        let mut plans = list(document, "floorPlans");
        for plan in &mut plans {
            self.resolve_picture(plan.get_mut("media")).await?;
        }
        let mut scenes = list(document, "scenes");
        let count = scenes.len();
        for (index, scene) in scenes.iter_mut().enumerate() {
            if let Some(Value::String(path)) = scene.get_mut("panorama")
                && !scene::pyramid::is_id(path)
            {
                let about = format!("panorama {} of {count}: {path}", index + 1);
                let id = self.panorama(path, &about).await?;
                *path = id;
            }
            for hotspot in scene.get_mut("hotspots").and_then(Value::as_array_mut).into_iter().flatten() {
                for (kind, field) in [("image", "media"), ("video", "media"), ("video", "poster")] {
                    self.resolve_picture(hotspot.get_mut(kind).and_then(|card| card.get_mut(field))).await?;
                }
            }
        }
        if let Some(place) = document.get_mut("floorPlans") {
            *place = plans.into();
        }
        if let Some(place) = document.get_mut("scenes") {
            *place = scenes.into();
        }
        Ok(())
    }

    async fn resolve_picture(&mut self, field: Option<&mut Value>) -> Seeded<()> {
        if let Some(Value::String(path)) = field
            && path.parse::<Uuid>().is_err()
        {
            *path = self.picture(path, LocalizedText::default()).await?.to_string();
        }
        Ok(())
    }

    async fn panorama(&mut self, path: &str, about: &str) -> Seeded<String> {
        if let Some(id) = self.panoramas.get(path) {
            return Ok(id.clone());
        }
        let at = self.path(path)?;
        let progress = |done, all| (self.say)(format!("{about}: {done} of {all} tiles"));
        let (id, manifest) = panorama::store(&self.app.files, DEFAULT_ORGANISATION, &at, &progress)
            .await
            .map_err(|error| SeedError::File(at, error))?;
        self.library.panoramas.insert(id.clone(), manifest);
        self.panoramas.insert(path.to_owned(), id.clone());
        Ok(id)
    }

    /// A path of the folder, and nothing beside it.
    fn path(&self, path: &str) -> Seeded<PathBuf> {
        let relative = Path::new(path);
        if relative.components().all(|part| matches!(part, std::path::Component::Normal(_))) && !path.is_empty() {
            Ok(self.folder.join(relative))
        } else {
            Err(SeedError::File(
                path.into(),
                "a path leads into the seed folder, without .. and without a leading /".to_owned(),
            ))
        }
    }

    async fn write(&self, seed: &Seed, products: &[ProductRow], stores: &[Ready]) -> Seeded<()> {
        let now_us = self.app.clock.now_us();
        let shop = self.app.ids.next().map_err(Error::internal)?;
        let mut manifests = Vec::new();
        for (id, manifest) in &self.library.panoramas {
            manifests.push((id, serde_json::to_string(manifest).map_err(Error::internal)?));
        }
        let mut tx = self.app.db.begin().await?;
        // The row is locked by writing it; whoever seeds at the same time waits here, and then finds what we wrote.
        on_engine!(tx, conn => sqlx::query("UPDATE organisation SET name = $1 WHERE id = $2")
            .bind(seed.organisation.name.as_str()).bind(DEFAULT_ORGANISATION).execute(conn).await.map(drop)?);
        refuse_unless_empty(on_engine!(tx, conn => sqlx::query_as(CONTENT).fetch_one(conn).await?))?;
        shops::insert(&mut tx, DEFAULT_ORGANISATION, shop, &seed.shop, now_us).await?;
        for row in self.library.media.values() {
            insert(&mut tx, DEFAULT_ORGANISATION, row, now_us).await?;
        }
        for (id, manifest) in &manifests {
            insert_pyramid(&mut tx, DEFAULT_ORGANISATION, id, manifest, now_us).await?;
        }
        for product in products {
            products::sql::insert(&mut tx, DEFAULT_ORGANISATION, product, now_us).await?;
        }
        for ready in stores {
            let row = StoreRow { shop_id: shop, ..ready.row.clone() };
            stores::insert(&mut tx, &row, now_us).await?;
            insert_revision(&mut tx, row.id, &ready.document, now_us).await?;
            publish::commit(&mut tx, &ready.prepared).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}

fn read(path: &Path) -> Seeded<Vec<u8>> {
    std::fs::read(path).map_err(|error| SeedError::File(path.to_owned(), error.to_string()))
}

fn read_text(path: &Path) -> Seeded<String> {
    std::fs::read_to_string(path).map_err(|error| SeedError::File(path.to_owned(), error.to_string()))
}
