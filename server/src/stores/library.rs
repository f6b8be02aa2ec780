//! What a document can name: panoramas, media and products of its organisation.

use std::collections::BTreeMap;

use scene::document::fault::{self, Fault, Kind};
use scene::document::{Content, StoreDocument};
use scene::published::{MediaItem, ProductCard};
use scene::pyramid::Manifest;
use uuid::Uuid;

use crate::accounts::actor::Tenant;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::files::sql::MediaRow;
use crate::library::sql::{Purged, purged_name};
use crate::on_engine;
use crate::products::product::Product;

/// Everything that documents may name.
#[derive(Debug, Default)]
pub struct Library {
    /// By pyramid id.
    pub panoramas: BTreeMap<String, Manifest>,
    /// By media id.
    pub media: BTreeMap<Uuid, MediaRow>,
    /// By product id.
    pub products: BTreeMap<Uuid, Product>,
    /// Products that are archived, by id: stores that are published from now on do not show them.
    pub archived: BTreeMap<Uuid, Product>,
    /// What is named and was deleted from the media library: how it was called, by media id or pyramid id.
    pub purged: BTreeMap<String, String>,
}

/// What one document names, found.
#[derive(Debug, Default)]
pub struct Used {
    /// By pyramid id.
    pub panoramas: BTreeMap<String, Manifest>,
    /// Cards, in the order in which hotspots name them.
    pub products: Vec<ProductCard>,
    /// Pictures and videos of hotspots and floor plans.
    pub media: Vec<MediaItem>,
    /// Files that everyone may see once the document is published: `media/{sha256}` and `tiles/{pyramid}`.
    pub files: Vec<String>,
}

impl Library {
    /// What an organisation has, of what a document names.
    pub async fn load(db: &Db, organisation: Uuid, document: &StoreDocument) -> Result<Self> {
        let mut library = Self::default();
        for scene in &document.scenes {
            let manifest: Option<String> = on_engine!(db, conn => sqlx::query_scalar(
                "SELECT manifest FROM pyramid WHERE organisation_id = $1 AND id = $2 AND (
                    EXISTS (SELECT 1 FROM media WHERE organisation_id = $1 AND kind = 'panorama' AND sha256 = $2
                        AND purged_us IS NULL)
                    OR NOT EXISTS (SELECT 1 FROM media WHERE organisation_id = $1 AND kind = 'panorama' AND sha256 = $2))",
            ).bind(organisation).bind(scene.panorama.as_str()).fetch_optional(conn).await?);
            if let Some(manifest) = manifest {
                let manifest = serde_json::from_str(&manifest).map_err(Error::internal)?;
                library.panoramas.insert(scene.panorama.clone(), manifest);
            } else if let Some(name) =
                purged_name(db, Tenant::of(organisation), Purged::Pyramid(&scene.panorama)).await?
            {
                library.purged.insert(scene.panorama.clone(), name);
            }
        }
        let mut media: Vec<Uuid> = named_media(document).into_iter().map(|(_, id)| id).collect();
        let products: Vec<Uuid> = named_products(document).into_iter().map(|(_, id)| id).collect();
        for product in crate::products::sql::by_ids(db, Tenant::of(organisation), &products).await? {
            if product.archived_us.is_some() {
                library.archived.insert(product.id, product);
            } else {
                media.extend(product.media());
                library.products.insert(product.id, product);
            }
        }
        for id in media {
            if let Some(row) = crate::files::sql::find(db, organisation, id).await? {
                library.media.insert(id, row);
            } else if let Some(name) = purged_name(db, Tenant::of(organisation), Purged::Media(id)).await? {
                library.purged.insert(id.to_string(), name);
            }
        }
        Ok(library)
    }

    /// That something is not there, and why.
    fn gone(&self, path: String, id: &str, never: Kind) -> Fault {
        match self.purged.get(id) {
            Some(name) => Fault::new(path, fault::DELETED, &[("name", &format!("{name:?}"))]),
            None => Fault::new(path, never, &[]),
        }
    }

    /// A document as shoppers get it: what leads to an archived product is hidden.
    #[must_use]
    pub fn shown(&self, mut document: StoreDocument) -> StoreDocument {
        for hotspot in document.scenes.iter_mut().flat_map(|scene| &mut scene.hotspots) {
            if let Content::Product(product) = &hotspot.content {
                hotspot.visible &= !self.archived.contains_key(&product.product);
            }
        }
        document
    }

    /// Finds everything that a document names. Of an archived product there is no card.
    ///
    /// # Errors
    /// Each thing that is not there, with its path.
    pub fn find(&self, document: &StoreDocument) -> std::result::Result<Used, Vec<Fault>> {
        let mut used = Used::default();
        let mut faults = Vec::new();
        for (index, scene) in document.scenes.iter().enumerate() {
            if let Some(manifest) = self.panoramas.get(&scene.panorama) {
                if used.panoramas.insert(scene.panorama.clone(), manifest.clone()).is_none() {
                    used.files.push(format!("tiles/{}", scene.panorama));
                }
            } else {
                let path = format!("scenes[{index}].panorama");
                faults.push(self.gone(path, &scene.panorama, fault::NO_PANORAMA));
            }
        }
        let mut add_file = |row: &MediaRow| {
            let name = format!("media/{}", row.sha256);
            if !used.files.contains(&name) {
                used.files.push(name);
            }
        };
        for (path, id) in named_media(document) {
            match self.media.get(&id) {
                Some(row) if used.media.iter().all(|item| item.id != id) => {
                    add_file(row);
                    used.media.push(row.item());
                }
                Some(_) => {}
                None => faults.push(self.gone(path, &id.to_string(), fault::NO_MEDIA)),
            }
        }
        for (path, id) in named_products(document) {
            match self.products.get(&id) {
                Some(product) if used.products.iter().all(|card| card.id != id) => {
                    product.media().filter_map(|id| self.media.get(&id)).for_each(&mut add_file);
                    used.products.push(product.card(&self.media));
                }
                Some(_) => {}
                None if self.archived.contains_key(&id) => {}
                None => faults.push(Fault::new(path, fault::NO_PRODUCT, &[])),
            }
        }
        if faults.is_empty() { Ok(used) } else { Err(faults) }
    }
}

/// Media that a document names, with the path where it does.
pub fn named_media(document: &StoreDocument) -> Vec<(String, Uuid)> {
    let mut named: Vec<(String, Uuid)> = document
        .floor_plans
        .iter()
        .enumerate()
        .map(|(index, plan)| (format!("floorPlans[{index}].media"), plan.media))
        .collect();
    for (path, content) in contents(document) {
        match content {
            Content::Image(card) => named.push((format!("{path}.image.media"), card.media)),
            Content::Video(card) => {
                named.push((format!("{path}.video.media"), card.media));
                named.extend(card.poster.map(|poster| (format!("{path}.video.poster"), poster)));
            }
            _ => {}
        }
    }
    named
}

/// Products that a document names, with the path where it does.
pub fn named_products(document: &StoreDocument) -> Vec<(String, Uuid)> {
    contents(document)
        .filter_map(|(path, content)| match content {
            Content::Product(product) => Some((format!("{path}.product.product"), product.product)),
            _ => None,
        })
        .collect()
}

fn contents(document: &StoreDocument) -> impl Iterator<Item = (String, &Content)> {
    document.scenes.iter().enumerate().flat_map(|(scene, of)| {
        of.hotspots
            .iter()
            .enumerate()
            .map(move |(hotspot, one)| (format!("scenes[{scene}].hotspots[{hotspot}]"), &one.content))
    })
}
