//! `seed.json`.

use std::collections::BTreeMap;

use scene::document::{Fault, LocalizedText, strict};
use scene::published::{CardLink, OpeningHours, Shop};
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
    pub(super) categories: Vec<SeedCategory>,
    #[serde(default)]
    pub(super) suppliers: Vec<SeedSupplier>,
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
    /// Where its products stand, each category after the one above it.
    pub categories: Vec<SeedCategory>,
    /// Who delivers.
    pub suppliers: Vec<SeedSupplier>,
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

/// A category.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SeedCategory {
    /// Id.
    pub id: Uuid,
    /// The category above it.
    pub parent: Option<Uuid>,
    /// Name.
    pub name: LocalizedText,
}

/// A supplier.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SeedSupplier {
    /// Id.
    pub id: Uuid,
    /// Name.
    pub name: String,
    /// The organisation's own number for it.
    pub code: Option<String>,
    /// Where orders go.
    pub email: Option<String>,
    /// Telephone number.
    pub phone: Option<String>,
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
    /// Further pictures, in order.
    #[serde(default)]
    pub more_pictures: Vec<SeedPicture>,
    /// Video, a path in the folder.
    pub video: Option<String>,
    /// Where else it is sold.
    #[serde(default)]
    pub links: Vec<CardLink>,
    /// The category it stands in.
    pub category: Option<Uuid>,
    /// Days from making to best-before.
    pub shelf_life_days: Option<i64>,
    /// What one pack of the supplier's holds, thousandths of the unit.
    pub pack_thousandths: Option<i64>,
    /// Who delivers it.
    pub supplier: Option<Uuid>,
    /// What the supplier calls it.
    pub supplier_code: Option<String>,
}

/// A further picture of a product.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SeedPicture {
    /// A path in the folder.
    pub picture: String,
    /// What it shows.
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
        strict::read_long(text)?;
        let file: File = serde_json::from_str(text.trim_start_matches('\u{feff}'))
            .map_err(|error| vec![Fault::plain("", error.to_string())])?;
        let faults = check::faults(&file, folder);
        if !faults.is_empty() {
            return Err(faults);
        }
        let SeedShop { name, address, phone, line, hours, time_zone, currency } = file.shop;
        Ok(Self {
            organisation: file.organisation,
            shop: Shop { name, address, phone, email: None, line, other: BTreeMap::new(), hours, time_zone, currency },
            stores: file.stores,
            categories: file.categories,
            suppliers: file.suppliers,
            products: file.products,
        })
    }
}
