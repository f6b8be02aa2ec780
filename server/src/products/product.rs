//! A product, as it is kept.

use scene::document::LocalizedText;
use scene::published::{CardLink, Price};
use uuid::Uuid;

/// A product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Product {
    /// Id.
    pub id: Uuid,
    /// Stock-keeping unit, unique in the organisation.
    pub sku: String,
    /// Global trade item number, 14 digits; unique among the organisation's products that are not archived.
    pub gtin: Option<String>,
    /// Name, by language.
    pub name: LocalizedText,
    /// Description by language, plain text.
    pub description: LocalizedText,
    /// Price of one unit, where one is set.
    pub price: Option<Price>,
    /// Unit of measure, `piece` or `kg` and the like.
    pub unit: String,
    /// The category it stands in.
    pub category: Option<Uuid>,
    /// Media ids of its pictures, in order.
    pub pictures: Vec<Uuid>,
    /// Media id of its video.
    pub video: Option<Uuid>,
    /// Where else it is sold.
    pub links: Vec<CardLink>,
    /// Days from making to best-before.
    pub shelf_life_days: Option<i64>,
    /// What one pack of the supplier's holds, thousandths of the unit.
    pub pack_thousandths: Option<i64>,
    /// Who delivers it.
    pub supplier: Option<Uuid>,
    /// What the supplier calls it.
    pub supplier_code: Option<String>,
    /// When it was archived, microseconds UTC.
    pub archived_us: Option<i64>,
    /// Raised by every change, from 1.
    pub version: i64,
    /// When it was made, microseconds UTC.
    pub created_us: i64,
    /// When it was changed last, microseconds UTC.
    pub updated_us: i64,
}

impl Product {
    /// A product with nothing but what every one has.
    #[must_use]
    pub fn new(id: Uuid, sku: &str, unit: &str) -> Self {
        Self {
            id,
            sku: sku.to_owned(),
            gtin: None,
            name: LocalizedText::default(),
            description: LocalizedText::default(),
            price: None,
            unit: unit.to_owned(),
            category: None,
            pictures: Vec::new(),
            video: None,
            links: Vec::new(),
            shelf_life_days: None,
            pack_thousandths: None,
            supplier: None,
            supplier_code: None,
            archived_us: None,
            version: 1,
            created_us: 0,
            updated_us: 0,
        }
    }

    /// The name for whoever reads `language`; the SKU where there is none.
    #[must_use]
    pub fn name_in(&self, language: &str) -> &str {
        self.name.get(language, language).map_or(self.sku.as_str(), |(text, _)| text)
    }
}
