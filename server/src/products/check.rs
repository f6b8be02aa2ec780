//! The rules of a product by itself, the same for the form, the API and the files of an import. What needs the database (a SKU
//! that is taken, a category that is not there) is asked by [`super::edit`].

use scene::document::{LocalizedText, MAX_NAME_CHARS, MAX_TEXT_CHARS, is_language_tag};
use url::Url;

use super::amount::MAX_AMOUNT;
use super::fault::{Fault, Faults};
use super::gtin::{self, GtinFault};
use super::product::Product;

/// Characters of a SKU, a unit and a supplier's code.
pub const MAX_CODE: usize = 64;
/// Languages of one text.
pub const MAX_LANGUAGES: usize = 20;
/// Pictures of one product.
pub const MAX_PICTURES: usize = 20;
/// Links of one product.
pub const MAX_LINKS: usize = 10;
/// Characters of an address.
pub const MAX_URL: usize = 2000;
/// Characters of what a link's button says.
pub const MAX_LABEL: usize = 80;
/// Days of shelf life: a hundred years.
pub const MAX_SHELF_LIFE_DAYS: i64 = 36_500;

/// Every fault of a product, by field: `sku`, `gtin`, `name`, `name.zh-TW`, `price`, `links.0.url` and so on.
#[must_use]
pub fn faults(product: &Product) -> Faults {
    let mut faults = Vec::new();
    let mut add = |field: &str, fault: Option<Fault>| faults.extend(fault.map(|fault| (field.to_owned(), fault)));
    add("sku", needed(&product.sku).or_else(|| line(&product.sku, MAX_CODE)));
    add("unit", needed(&product.unit).or_else(|| line(&product.unit, MAX_CODE)));
    add("gtin", product.gtin.as_deref().and_then(|text| gtin::parse(text).err()).map(|fault| of_gtin(&fault)));
    add("name", product.name.is_empty().then(|| Fault::new("field.missing")));
    for (field, fault) in localized("name", &product.name, MAX_NAME_CHARS, false) {
        add(&field, Some(fault));
    }
    for (field, fault) in localized("description", &product.description, MAX_TEXT_CHARS, true) {
        add(&field, Some(fault));
    }
    if let Some(price) = &product.price {
        add("price", (price.minor < 0).then(|| Fault::new("fault.negative")));
        add("price", (price.minor > MAX_AMOUNT).then(|| Fault::new("fault.number_large")));
        add("currency", (!is_currency(&price.currency)).then(|| Fault::new("fault.currency")));
    }
    let whole = |max: i64| Fault::new("fault.whole").with("max", &max);
    let life = product.shelf_life_days.filter(|days| !(0..=MAX_SHELF_LIFE_DAYS).contains(days));
    add("shelfLifeDays", life.map(|_| whole(MAX_SHELF_LIFE_DAYS)));
    let pack = product.pack_thousandths.filter(|pack| !(1..=MAX_AMOUNT).contains(pack));
    add("pack", pack.map(|_| Fault::new("fault.not_positive")));
    add("supplierCode", product.supplier_code.as_deref().and_then(|code| line(code, MAX_CODE)));
    add("pictures", too_many(product.pictures.len(), MAX_PICTURES));
    add("links", too_many(product.links.len(), MAX_LINKS));
    for (index, link) in product.links.iter().enumerate() {
        add(&format!("links.{index}.url"), web_address(&link.url));
        for (field, fault) in localized(&format!("links.{index}.label"), &link.label, MAX_LABEL, false) {
            add(&field, Some(fault));
        }
    }
    faults
}

/// The fault of a text that must be there.
#[must_use]
pub fn needed(text: &str) -> Option<Fault> {
    text.trim().is_empty().then(|| Fault::new("field.missing"))
}

/// The fault of a text of one line.
#[must_use]
pub fn line(text: &str, max: usize) -> Option<Fault> {
    unseen(text)
        .or_else(|| text.contains(['\n', '\t']).then(|| Fault::new("fault.line")))
        .or_else(|| too_long(text, max))
}

/// The fault of a text of several lines.
#[must_use]
pub fn text(text: &str, max: usize) -> Option<Fault> {
    unseen(text).or_else(|| too_long(text, max))
}

/// The fault of an address that shoppers are sent to.
#[must_use]
pub fn web_address(text: &str) -> Option<Fault> {
    let is_web = Url::parse(text).is_ok_and(|url| {
        url.scheme() == "https" && url.has_host() && url.username().is_empty() && url.password().is_none()
    });
    line(text, MAX_URL).or_else(|| (!is_web).then(|| Fault::new("fault.url")))
}

/// What is said of a GTIN.
#[must_use]
pub fn of_gtin(fault: &GtinFault) -> Fault {
    match fault {
        GtinFault::Characters => Fault::new("fault.gtin.characters"),
        GtinFault::Length { found } => Fault::new("fault.gtin.length").with("found", found),
        GtinFault::CheckDigit { right } => Fault::new("fault.gtin.check").with("right", right),
    }
}

/// Whether a text has the form of an ISO 4217 code.
#[must_use]
pub fn is_currency(code: &str) -> bool {
    code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// The faults of a text by language.
#[must_use]
pub fn localized(field: &str, texts: &LocalizedText, max: usize, may_break: bool) -> Faults {
    let mut faults: Faults =
        too_many(texts.0.len(), MAX_LANGUAGES).map(|fault| (field.to_owned(), fault)).into_iter().collect();
    for (tag, said) in &texts.0 {
        let fault = if may_break { text(said, max) } else { line(said, max) };
        let fault = if is_language_tag(tag) { fault } else { Some(Fault::new("fault.language")) };
        faults.extend(fault.map(|fault| (format!("{field}.{tag}"), fault)));
    }
    faults
}

fn too_long(text: &str, max: usize) -> Option<Fault> {
    let found = text.chars().count();
    (found > max).then(|| Fault::new("fault.long").with("found", &found).with("max", &max))
}

fn too_many(found: usize, max: usize) -> Option<Fault> {
    (found > max).then(|| Fault::new("fault.too_many").with("found", &found).with("max", &max))
}

/// Characters that do not show: controls, and those that turn the direction of what follows (UAX #9, 2.1 to 2.4).
fn unseen(text: &str) -> Option<Fault> {
    let found = text.chars().find(|c| {
        (c.is_control() && !matches!(c, '\n' | '\t')) || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    })?;
    let place = text.chars().take_while(|c| *c != found).count() + 1;
    Some(Fault::new("fault.unseen").with("code", &format!("U+{:04X}", found as u32)).with("place", &place))
}

#[cfg(test)]
mod tests {
    use super::*;
    use scene::published::{CardLink, Price};
    use uuid::Uuid;

    fn good() -> Product {
        Product {
            name: LocalizedText::from([("zh-TW", "高山烏龍茶")]),
            gtin: Some("04006381333931".to_owned()),
            price: Some(Price::new(12_000, "TWD", true)),
            links: vec![CardLink { label: LocalizedText::default(), url: "https://shop.example/茶".to_owned() }],
            ..Product::new(Uuid::nil(), "TEA", "piece")
        }
    }

    /// Field, key of the text, and what is done to a good product.
    type Case = (&'static str, &'static str, Box<dyn Fn(&mut Product)>);

    #[test]
    fn each_rule_names_its_field() {
        assert_eq!(faults(&good()), []);
        let cases: Vec<Case> = vec![
            ("sku", "field.missing", Box::new(|p| p.sku = " ".to_owned())),
            ("sku", "fault.long", Box::new(|p| p.sku = "x".repeat(65))),
            ("sku", "fault.unseen", Box::new(|p| p.sku = "gnp\u{202e}.exe".to_owned())),
            ("unit", "field.missing", Box::new(|p| p.unit = String::new())),
            ("gtin", "fault.gtin.check", Box::new(|p| p.gtin = Some("4006381333932".to_owned()))),
            ("name", "field.missing", Box::new(|p| p.name = LocalizedText::from([("en", " ")]))),
            (
                "name.zh-TW",
                "fault.long",
                Box::new(|p| p.name = LocalizedText::from([("zh-TW", "茶".repeat(10_000).as_str())])),
            ),
            ("name.zh-TW", "fault.line", Box::new(|p| p.name = LocalizedText::from([("zh-TW", "a\nb")]))),
            ("name.Klingon!", "fault.language", Box::new(|p| p.name = LocalizedText::from([("Klingon!", "a")]))),
            ("description.en", "fault.unseen", Box::new(|p| p.description = LocalizedText::from([("en", "a\u{7}")]))),
            ("price", "fault.negative", Box::new(|p| p.price = Some(Price::new(-1, "TWD", true)))),
            ("currency", "fault.currency", Box::new(|p| p.price = Some(Price::new(1, "twd", true)))),
            ("shelfLifeDays", "fault.whole", Box::new(|p| p.shelf_life_days = Some(-1))),
            ("pack", "fault.not_positive", Box::new(|p| p.pack_thousandths = Some(0))),
            ("pictures", "fault.too_many", Box::new(|p| p.pictures = vec![Uuid::nil(); 21])),
            ("links.0.url", "fault.url", Box::new(|p| p.links[0].url = "http://shop.example".to_owned())),
            ("links.0.url", "fault.url", Box::new(|p| p.links[0].url = "javascript:alert(1)".to_owned())),
            ("links.0.url", "fault.url", Box::new(|p| p.links[0].url = "https://me:secret@shop.example".to_owned())),
        ];
        for (field, key, spoil) in cases {
            let mut product = good();
            spoil(&mut product);
            let found: Vec<(String, &str)> =
                faults(&product).into_iter().map(|(field, fault)| (field, fault.key)).collect();
            assert_eq!(found, [(field.to_owned(), key)]);
        }
    }

    #[test]
    fn a_description_has_lines() {
        let product = Product { description: LocalizedText::from([("en", "one\n\ntwo")]), ..good() };
        assert_eq!(faults(&product), []);
    }
}
