//! A store's document as it lies in a folder: where a stored one has ids of panoramas, pictures and videos, it names
//! files.

use std::collections::{BTreeMap, BTreeSet};

use scene::document::fault::{self, Fault};
use scene::document::{StoreDocument, strict};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::folder::SeedFolder;
use crate::stores::library::named_products;

/// What a file is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Use {
    /// One equirectangular picture, or a folder with six faces.
    Panorama,
    /// A picture.
    Picture,
    /// A video.
    Video,
}

/// A file that a document names, and what it is used for.
pub type Name = (Use, String);

/// A document that is sound but for the files that it names.
#[derive(Debug)]
pub struct FolderDocument(Value);

impl FolderDocument {
    /// Reads a document and checks everything that can be checked before a file is imported: importing takes minutes.
    ///
    /// # Errors
    /// Every fault, with its path.
    pub fn read(text: &str, folder: SeedFolder<'_>, products: &[Uuid]) -> Result<Self, Vec<Fault>> {
        let document = Self(strict::read(text)?);
        let parsed = StoreDocument::from_value_strict(document.with(stand_in))?;
        let mut faults: Vec<Fault> = named_products(&parsed)
            .into_iter()
            .filter(|(_, id)| !products.contains(id))
            .map(|(path, _)| Fault::new(path, fault::NO_PRODUCT, &[]))
            .collect();
        document.visit(&mut |path, _, named| faults.extend(folder.fault(path, named)));
        if faults.is_empty() { Ok(document) } else { Err(faults) }
    }

    /// The files that it names.
    #[must_use]
    pub fn names(&self) -> BTreeSet<Name> {
        let mut names = BTreeSet::new();
        self.visit(&mut |_, used, named| {
            names.insert((used, named.to_owned()));
        });
        names
    }

    /// The document with ids in the place of files.
    #[must_use]
    pub fn resolved(&self, ids: &BTreeMap<Name, String>) -> Value {
        self.with(|used, named| ids.get(&(used, named.to_owned())).cloned().unwrap_or_else(|| named.to_owned()))
    }

    fn with(&self, id: impl Fn(Use, &str) -> String) -> Value {
        let mut value = self.0.clone();
        visit(&mut value, &mut |_, used, named| *named = id(used, named));
        value
    }

    fn visit(&self, with: &mut dyn FnMut(&str, Use, &str)) {
        visit(&mut self.0.clone(), &mut |path, used, named| with(path, used, named));
    }
}

/// An id of the right form for a file that has none yet.
fn stand_in(used: Use, named: &str) -> String {
    let digest = Sha256::digest(named);
    match used {
        Use::Panorama => hex::encode(digest),
        Use::Picture | Use::Video => Uuid::from_slice(&digest[..16]).unwrap_or_default().to_string(),
    }
}

/// Calls `with` for every place of a document that names a file.
fn visit(document: &mut Value, with: &mut dyn FnMut(&str, Use, &mut String)) {
    let mut media = |path: String, used, field: Option<&mut Value>| {
        if let Some(Value::String(named)) = field
            && named.parse::<Uuid>().is_err()
        {
            with(&path, used, named);
        }
    };
    for (index, plan) in items(document.get_mut("floorPlans")) {
        media(format!("floorPlans[{index}].media"), Use::Picture, plan.get_mut("media"));
    }
    for (scene, of) in items(document.get_mut("scenes")) {
        for (index, hotspot) in items(of.get_mut("hotspots")) {
            for (kind, field, used) in
                [("image", "media", Use::Picture), ("video", "media", Use::Video), ("video", "poster", Use::Picture)]
            {
                let value = hotspot.get_mut(kind).and_then(|card| card.get_mut(field));
                media(format!("scenes[{scene}].hotspots[{index}].{kind}.{field}"), used, value);
            }
        }
    }
    for (index, scene) in items(document.get_mut("scenes")) {
        if let Some(Value::String(named)) = scene.get_mut("panorama")
            && !scene::pyramid::is_id(named)
        {
            with(&format!("scenes[{index}].panorama"), Use::Panorama, named);
        }
    }
}

fn items(list: Option<&mut Value>) -> impl Iterator<Item = (usize, &mut Value)> {
    list.and_then(Value::as_array_mut).into_iter().flatten().enumerate()
}
