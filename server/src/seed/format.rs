//! `seed.json`.

use std::collections::BTreeMap;

use scene::document::{Fault, LocalizedText, strict};
use scene::published::{OpeningHours, Shop};
use serde::Deserialize;
use uuid::Uuid;

use super::check;
use super::folder::SeedFolder;

/// The file.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct File {
    pub(super) organisation: Organisation,
    pub(super) shop: SeedShop,
    #[serde(default)]
    pub(super) stores: Vec<SeedStore>,
    #[serde(default)]
    pub(super) products: Vec<SeedProduct>,
}

/// What a folder holds, checked.
#[derive(Debug)]
pub struct Seed {
    /// Whose it is.
    pub organisation: Organisation,
    /// The shop.
    pub shop: Shop,
    /// Its stores.
    pub stores: Vec<SeedStore>,
    /// What it sells.
    pub products: Vec<SeedProduct>,
}

/// The organisation.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Organisation {
    /// Its name.
    pub name: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct SeedShop {
    pub(super) name: LocalizedText,
    #[serde(default)]
    pub(super) address: LocalizedText,
    pub(super) phone: Option<String>,
    pub(super) line: Option<String>,
    #[serde(default)]
    pub(super) hours: Vec<OpeningHours>,
    pub(super) time_zone: String,
    pub(super) currency: String,
}

/// A store.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SeedStore {
    /// Its name in addresses.
    pub slug: String,
    /// Its document, a path in the folder.
    pub document: String,
}

/// A product.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SeedProduct {
    /// Id.
    pub id: Uuid,
    /// Stock-keeping unit.
    pub sku: String,
    /// Global trade item number.
    pub gtin: Option<String>,
    /// Name.
    pub name: LocalizedText,
    /// Description.
    #[serde(default)]
    pub description: LocalizedText,
    /// Price.
    pub price: Option<SeedPrice>,
    /// Unit of measure.
    pub unit: String,
    /// Picture, a path in the folder.
    pub picture: Option<String>,
    /// What the picture shows.
    #[serde(default)]
    pub alt: LocalizedText,
}

/// A price.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SeedPrice {
    /// Minor units by ISO 4217.
    pub minor: i64,
    /// ISO 4217 code.
    pub currency: String,
    /// Whether tax is included.
    pub tax_included: bool,
}

impl Seed {
    /// Reads and checks `seed.json` of a folder.
    ///
    /// # Errors
    /// Every fault, with its path.
    pub fn parse(text: &str, folder: SeedFolder<'_>) -> Result<Self, Vec<Fault>> {
        // No field twice; what is wrong with one is told with its line by the second reading.
        strict::read(text)?;
        let file: File = serde_json::from_str(text.trim_start_matches('\u{feff}'))
            .map_err(|error| vec![Fault { path: String::new(), message: error.to_string() }])?;
        let faults = check::faults(&file, folder);
        if !faults.is_empty() {
            return Err(faults);
        }
        let SeedShop { name, address, phone, line, hours, time_zone, currency } = file.shop;
        Ok(Self {
            organisation: file.organisation,
            shop: Shop { name, address, phone, email: None, line, other: BTreeMap::new(), hours, time_zone, currency },
            stores: file.stores,
            products: file.products,
        })
    }
}
