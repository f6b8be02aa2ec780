//! What a row makes of a product.

use scene::document::LocalizedText;
use scene::published::{CardLink, Price};

use super::amounts;
use super::fields::Field;
use super::refs::Refs;
use super::row::{Columns, Edit, Fault, Patch};
use crate::products::check;
use crate::products::product::Product;
use uuid::Uuid;

impl Patch {
    /// Changes a product as the row says. What names nothing known stands for something that is yet to be made.
    pub fn apply(&self, product: &mut Product, refs: &Refs, currency: &str, now_us: i64) {
        self.gtin.apply(&mut product.gtin, Clone::clone);
        put(&self.names, &mut product.name);
        put(&self.descriptions, &mut product.description);
        let tax_included = self.tax_included.or(product.price.as_ref().map(|price| price.tax_included)).unwrap_or(true);
        match (&self.price_minor, &mut product.price) {
            (Edit::Clear, price) => *price = None,
            (Edit::Set(minor), price) => {
                *price = Some(Price::new(*minor, self.currency.as_deref().unwrap_or(currency), tax_included));
            }
            (Edit::Keep, Some(price)) => price.tax_included = tax_included,
            (Edit::Keep, None) => {}
        }
        if let Some(unit) = self.unit.as_ref().filter(|unit| **unit != product.unit) {
            amounts::unit(unit).unwrap_or(unit).clone_into(&mut product.unit);
        }
        self.category.apply(&mut product.category, |levels| refs.category(levels).unwrap_or(Uuid::nil()));
        self.supplier.apply(&mut product.supplier, |name| refs.supplier(name).unwrap_or(Uuid::nil()));
        self.supplier_code.apply(&mut product.supplier_code, Clone::clone);
        self.shelf_life_days.apply(&mut product.shelf_life_days, |days| *days);
        self.pack_thousandths.apply(&mut product.pack_thousandths, |pack| *pack);
        match &self.links {
            Edit::Keep => {}
            Edit::Clear => product.links.clear(),
            // What the buttons say is not in tables; the same address keeps it.
            Edit::Set(urls) => {
                let old = std::mem::take(&mut product.links);
                let link = |url: &String| {
                    let known = old.iter().find(|link| link.url == *url).cloned();
                    known.unwrap_or_else(|| CardLink { label: LocalizedText::default(), url: url.clone() })
                };
                product.links = urls.iter().map(link).collect();
            }
        }
        match (self.archived, product.archived_us) {
            (Some(true), None) => product.archived_us = Some(now_us),
            (Some(false), _) => product.archived_us = None,
            _ => {}
        }
    }
}

fn put(edits: &std::collections::BTreeMap<String, Option<String>>, texts: &mut LocalizedText) {
    for (lang, text) in edits {
        match text {
            // Space around a text is not in tables.
            Some(text) if texts.0.get(lang).is_some_and(|before| before.trim() == text) => {}
            Some(text) => drop(texts.0.insert(lang.clone(), text.clone())),
            None => drop(texts.0.remove(lang)),
        }
    }
}

impl Fault {
    /// Of one cell, as the rules of products say it.
    #[must_use]
    pub fn of(column: Option<usize>, value: &str, fault: &crate::products::fault::Fault) -> Self {
        let values = fault.values.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        Self { values, why: fault.key.to_owned(), ..Self::new(column, value, "", "") }
    }
}

impl Columns {
    /// What the rules of products say against one, at the columns that it came from.
    #[must_use]
    pub fn faults_of(&self, product: &Product) -> Vec<Fault> {
        let faults = check::faults(product);
        faults
            .iter()
            .map(|(field, fault)| {
                let field = field_of(field);
                let column = field.as_ref().and_then(|field| self.of(field));
                let name = || self.fields.iter().position(|of| matches!(of, Some(Field::Name(_))));
                let column = column.or_else(|| name().filter(|_| matches!(field, Some(Field::Name(_)))));
                Fault::of(column, &field.map(|field| shown(&field, product)).unwrap_or_default(), fault)
            })
            .collect()
    }
}

/// The field that the rules of products name.
fn field_of(name: &str) -> Option<Field> {
    match name.split_once('.').unwrap_or((name, "")) {
        ("name", lang) => Some(Field::Name(lang.to_owned())),
        ("description", lang) => Some(Field::Description(lang.to_owned())),
        ("shelfLifeDays", _) => Some(Field::ShelfLife),
        ("supplierCode", _) => Some(Field::SupplierCode),
        (plain, _) => Field::of(plain),
    }
}

fn shown(field: &Field, product: &Product) -> String {
    match field {
        Field::Sku => product.sku.clone(),
        Field::Name(lang) => product.name.0.get(lang).cloned().unwrap_or_default(),
        Field::Description(lang) => product.description.0.get(lang).cloned().unwrap_or_default(),
        Field::Unit => product.unit.clone(),
        Field::SupplierCode => product.supplier_code.clone().unwrap_or_default(),
        Field::Links => product.links.iter().map(|link| link.url.as_str()).collect::<Vec<_>>().join(" "),
        _ => String::new(),
    }
}
