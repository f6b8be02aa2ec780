//! The form of a product: each field a text, named as [`super::check`] names it. What two people typed at once is put together
//! field by field.

use std::collections::BTreeMap;

use scene::document::LocalizedText;
use scene::published::{CardLink, Price};
use uuid::Uuid;

use super::amount::{self, plain};
use super::check::{self, MAX_LINKS};
use super::fault::{Fault, Faults};
use super::gtin;
use super::product::Product;

/// Field → what stands in it.
pub type Values = BTreeMap<String, String>;

/// A product as the form shows it.
#[must_use]
pub fn values(product: &Product) -> Values {
    let mut values = Values::new();
    let mut set = |name: &str, value: String| {
        values.insert(name.to_owned(), value);
    };
    let id = |id: Option<Uuid>| id.map(|id| id.to_string()).unwrap_or_default();
    set("sku", product.sku.clone());
    set("gtin", product.gtin.as_deref().map(gtin::shown).unwrap_or_default().to_owned());
    set("unit", product.unit.clone());
    set("category", id(product.category));
    set("supplier", id(product.supplier));
    set("supplierCode", product.supplier_code.clone().unwrap_or_default());
    set("shelfLifeDays", product.shelf_life_days.map(|days| days.to_string()).unwrap_or_default());
    set("pack", product.pack_thousandths.map(|pack| plain(pack, 3)).unwrap_or_default());
    set("video", id(product.video));
    let pictures: Vec<String> = product.pictures.iter().map(Uuid::to_string).collect();
    set("pictures", pictures.join(","));
    if let Some(price) = &product.price {
        set("price", plain(price.minor, price.minor_digits));
        set("currency", price.currency.clone());
        set("tax", if price.tax_included { "included" } else { "excluded" }.to_owned());
    }
    for (field, texts) in [("name", &product.name), ("description", &product.description)] {
        for (tag, text) in &texts.0 {
            set(&format!("{field}.{tag}"), text.clone());
        }
    }
    for (index, link) in product.links.iter().enumerate() {
        set(&format!("links.{index}.url"), link.url.clone());
        for (tag, text) in &link.label.0 {
            set(&format!("links.{index}.label.{tag}"), text.clone());
        }
    }
    values
}

/// `product` as a form wants it. What cannot be read stays as it was and is among the faults.
#[must_use]
pub fn read(values: &Values, product: &Product) -> (Product, Faults) {
    let mut faults = Faults::new();
    let mut fault = |field: &str, fault: Fault| faults.push((field.to_owned(), fault));
    let text = |field: &str| values.get(field).map(|text| text.trim()).unwrap_or_default();
    let some = |field: &str| Some(text(field).to_owned()).filter(|text| !text.is_empty());
    let mut id = |field: &str| match some(field).map(|text| text.parse::<Uuid>()) {
        Some(Err(_)) => {
            fault(field, Fault::new("field.choose"));
            None
        }
        found => found.and_then(Result::ok),
    };
    let (category, supplier, video) = (id("category"), id("supplier"), id("video"));
    let gtin = gtin::parse(text("gtin")).unwrap_or_else(|wrong| {
        fault("gtin", check::of_gtin(&wrong));
        None
    });
    let currency = some("currency").filter(|code| check::is_currency(code));
    let currency = currency.or_else(|| product.price.as_ref().map(|price| price.currency.clone())).unwrap_or_default();
    let price = amount::parse_price(text("price"), &currency).unwrap_or_else(|wrong| {
        fault("price", wrong);
        None
    });
    let price = price.map(|minor| Price::new(minor, &currency, text("tax") != "excluded"));
    let shelf_life_days =
        amount::parse_whole(text("shelfLifeDays"), check::MAX_SHELF_LIFE_DAYS).unwrap_or_else(|wrong| {
            fault("shelfLifeDays", wrong);
            None
        });
    let pack_thousandths = amount::parse_quantity(text("pack")).unwrap_or_else(|wrong| {
        fault("pack", wrong);
        None
    });
    let pictures = text("pictures").split(',').filter(|id| !id.is_empty()).map(|id| id.trim().parse::<Uuid>());
    let pictures: Vec<Uuid> = pictures.collect::<Result<_, _>>().unwrap_or_else(|_| {
        fault("pictures", Fault::new("product.fault.picture"));
        Vec::new()
    });
    let after = Product {
        sku: text("sku").to_owned(),
        gtin,
        name: localized(values, "name."),
        description: localized(values, "description."),
        price,
        unit: some("unitOther").or_else(|| some("unit")).unwrap_or_default(),
        category,
        pictures,
        video,
        links: links(values),
        shelf_life_days,
        pack_thousandths,
        supplier,
        supplier_code: some("supplierCode"),
        id: product.id,
        archived_us: product.archived_us,
        version: product.version,
        created_us: product.created_us,
        updated_us: product.updated_us,
    };
    (after, faults)
}

fn localized(values: &Values, prefix: &str) -> LocalizedText {
    let texts = values.iter().filter_map(|(field, text)| Some((field.strip_prefix(prefix)?, text.trim())));
    LocalizedText(
        texts.filter(|(_, text)| !text.is_empty()).map(|(tag, text)| (tag.to_owned(), text.to_owned())).collect(),
    )
}

/// Rows of links that the form can have: one more than are taken, so that one too many is told.
const LINK_ROWS: usize = MAX_LINKS + 1;

/// Moves links up to where rows before them are empty: what is wrong with the second link is said in the second row.
pub fn close_gaps(values: &mut Values) {
    let mut rows: Vec<Vec<(String, String)>> = Vec::new();
    for index in 0..LINK_ROWS {
        let prefix = format!("links.{index}.");
        let row: Vec<(String, String)> = values
            .iter()
            .filter_map(|(field, text)| Some((field.strip_prefix(&prefix)?.to_owned(), text.clone())))
            .collect();
        values.retain(|field, _| !field.starts_with(&prefix));
        if row.iter().any(|(_, text)| !text.trim().is_empty()) {
            rows.push(row);
        }
    }
    for (index, row) in rows.into_iter().enumerate() {
        values.extend(row.into_iter().map(|(field, text)| (format!("links.{index}.{field}"), text)));
    }
}

/// The links whose address is filled in, and those that only say something: they lack an address.
fn links(values: &Values) -> Vec<CardLink> {
    (0..LINK_ROWS)
        .map(|index| CardLink {
            label: localized(values, &format!("links.{index}.label.")),
            url: values.get(&format!("links.{index}.url")).map(|url| url.trim().to_owned()).unwrap_or_default(),
        })
        .filter(|link| !link.url.is_empty() || !link.label.is_empty())
        .collect()
}

/// What two people made of the same product.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Merged {
    /// What the form is to show: one's own where one changed it, the other's where only they did.
    pub values: Values,
    /// Fields that only the other changed: field, as it was, as it is.
    pub theirs: Vec<(String, String, String)>,
    /// Fields that both changed, not to the same: field, theirs, one's own.
    pub both: Vec<(String, String, String)>,
}

/// Puts together what was read (`base`), what somebody else made of it (`now`) and what was typed.
#[must_use]
pub fn merge(base: &Values, now: &Values, typed: &Values) -> Merged {
    let mut merged = Merged::default();
    let mut fields: Vec<&String> = base.keys().chain(now.keys()).chain(typed.keys()).collect();
    fields.sort_unstable();
    fields.dedup();
    for field in fields {
        let of = |values: &Values| values.get(field).map(|text| text.trim().to_owned()).unwrap_or_default();
        let (was, is, mine) = (of(base), of(now), of(typed));
        let kept = if mine == was { is.clone() } else { mine.clone() };
        if is != was && mine == was {
            merged.theirs.push((field.clone(), was, is));
        } else if is != was && mine != is {
            merged.both.push((field.clone(), is, mine));
        }
        merged.values.insert(field.clone(), kept);
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn product() -> Product {
        Product {
            gtin: gtin::parse("4006381333931").unwrap(),
            name: LocalizedText::from([("zh-TW", "茶"), ("en", "Tea")]),
            description: LocalizedText::from([("en", "Two\nlines")]),
            price: Some(Price::new(12_050, "TWD", false)),
            category: Some(Uuid::max()),
            pictures: vec![Uuid::from_u128(1), Uuid::from_u128(2)],
            links: vec![CardLink {
                label: LocalizedText::from([("en", "Buy")]),
                url: "https://shop.example".to_owned(),
            }],
            shelf_life_days: Some(30),
            pack_thousandths: Some(12_500),
            supplier_code: Some("B-7".to_owned()),
            ..Product::new(Uuid::nil(), "TEA", "piece")
        }
    }

    #[test]
    fn what_the_form_shows_is_read_as_the_same() {
        for product in [product(), Product::new(Uuid::nil(), "X", "kg")] {
            assert_eq!(read(&values(&product), &product), (product.clone(), Vec::new()));
        }
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let mut typed = values(&product());
        for (field, text) in [
            ("gtin", "1"),
            ("price", "much"),
            ("pack", "0"),
            ("shelfLifeDays", "x"),
            ("category", "x"),
            ("pictures", "x"),
        ] {
            typed.insert(field.to_owned(), text.to_owned());
        }
        let (_, faults) = read(&typed, &product());
        let mut fields: Vec<&str> = faults.iter().map(|(field, _)| field.as_str()).collect();
        fields.sort_unstable();
        assert_eq!(fields, ["category", "gtin", "pack", "pictures", "price", "shelfLifeDays"]);
    }

    #[test]
    fn links_come_without_gaps() {
        let mut typed: Values =
            [("links.0.url", ""), ("links.2.url", "https://a"), ("links.4.label.en", "B"), ("sku", "A")]
                .into_iter()
                .map(|(field, text)| (field.to_owned(), text.to_owned()))
                .collect();
        close_gaps(&mut typed);
        let left: Vec<(&str, &str)> = typed.iter().map(|(field, text)| (field.as_str(), text.as_str())).collect();
        assert_eq!(left, [("links.0.url", "https://a"), ("links.1.label.en", "B"), ("sku", "A")]);
        assert_eq!(links(&typed).len(), 2);
    }

    #[test]
    fn what_two_people_typed_is_put_together() {
        let of = |pairs: &[(&str, &str)]| -> Values {
            pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
        };
        let merged = merge(
            &of(&[("sku", "A"), ("price", "1"), ("unit", "kg"), ("pack", "1")]),
            &of(&[("sku", "B"), ("price", "2"), ("unit", "kg"), ("pack", "2")]),
            &of(&[("sku", "A"), ("price", "3"), ("unit", "g"), ("pack", "2")]),
        );
        assert_eq!(merged.values, of(&[("sku", "B"), ("price", "3"), ("unit", "g"), ("pack", "2")]));
        assert_eq!(merged.theirs, [("sku".to_owned(), "A".to_owned(), "B".to_owned())]);
        assert_eq!(merged.both, [("price".to_owned(), "2".to_owned(), "3".to_owned())]);
    }

    proptest! {
        #[test]
        fn nothing_that_either_typed_is_lost(was in "[ab]{0,1}", is in "[ab]{0,1}", mine in "[ab]{0,1}") {
            let of = |text: &str| Values::from([("x".to_owned(), text.to_owned())]);
            let merged = merge(&of(&was), &of(&is), &of(&mine));
            let kept = &merged.values["x"];
            prop_assert_eq!(kept, if mine == was { &is } else { &mine });
            if is != was && is != *kept {
                prop_assert!(merged.both.iter().any(|(_, theirs, _)| *theirs == is));
            }
        }
    }
}
