//! What a column can mean.

use serde::{Deserialize, Serialize};

/// What a column means.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Field {
    /// Stock-keeping unit, by which rows and products belong together.
    Sku,
    /// Global trade item number.
    Gtin,
    /// Name in a language.
    Name(String),
    /// Description in a language.
    Description(String),
    /// Price of one unit.
    Price,
    /// Currency of the price; the shop's without such a column.
    Currency,
    /// Whether the price includes tax.
    TaxIncluded,
    /// Unit of measure.
    Unit,
    /// Path of the category.
    Category,
    /// Name of the supplier.
    Supplier,
    /// What the supplier calls it.
    SupplierCode,
    /// Days from making to best-before.
    ShelfLife,
    /// What one pack of the supplier's holds.
    Pack,
    /// Addresses where it is sold, too.
    Links,
    /// Whether it is out of the catalogue.
    Archived,
}

/// Those without a language, in the order of exported files.
const PLAIN: [(Field, &str); 13] = [
    (Field::Sku, "sku"),
    (Field::Gtin, "gtin"),
    (Field::Price, "price"),
    (Field::Currency, "currency"),
    (Field::TaxIncluded, "tax_included"),
    (Field::Unit, "unit"),
    (Field::Category, "category"),
    (Field::Supplier, "supplier"),
    (Field::SupplierCode, "supplier_code"),
    (Field::ShelfLife, "shelf_life"),
    (Field::Pack, "pack"),
    (Field::Links, "links"),
    (Field::Archived, "archived"),
];

impl Field {
    /// Every field, where names and descriptions are in these languages; the order of exported files.
    #[must_use]
    pub fn all(languages: &[String]) -> Vec<Self> {
        let mut fields = vec![Self::Sku, Self::Gtin];
        fields.extend(languages.iter().cloned().map(Self::Name));
        fields.extend(PLAIN.into_iter().skip(2).map(|(field, _)| field));
        fields.extend(languages.iter().cloned().map(Self::Description));
        fields
    }

    /// Its name in forms and in the database: `price`, `name:zh-TW`.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::Name(lang) => format!("name:{lang}"),
            Self::Description(lang) => format!("description:{lang}"),
            plain => PLAIN.iter().find(|(field, _)| field == plain).map_or("", |(_, key)| key).to_owned(),
        }
    }

    /// The field of this name.
    #[must_use]
    pub fn of(key: &str) -> Option<Self> {
        let in_language = |lang: &str| {
            let is_tag = (2..=12).contains(&lang.len()) && lang.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
            is_tag.then(|| lang.to_owned())
        };
        match key.split_once(':') {
            Some(("name", lang)) => in_language(lang).map(Self::Name),
            Some(("description", lang)) => in_language(lang).map(Self::Description),
            Some(_) => None,
            None => PLAIN.into_iter().find(|(_, name)| *name == key).map(|(field, _)| field),
        }
    }

    /// The text `import.field.{name}`, and the language where there is one.
    #[must_use]
    pub fn text(&self) -> (String, Option<&str>) {
        match self {
            Self::Name(lang) => ("import.field.name".to_owned(), Some(lang)),
            Self::Description(lang) => ("import.field.description".to_owned(), Some(lang)),
            plain => (format!("import.field.{}", plain.key()), None),
        }
    }
}

impl Serialize for Field {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.key())
    }
}

impl<'de> Deserialize<'de> for Field {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let key = String::deserialize(deserializer)?;
        Self::of(&key).ok_or_else(|| serde::de::Error::custom(format!("there is no field {key:?}")))
    }
}
