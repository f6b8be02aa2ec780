//! What `seed.json` may say.

use jiff::tz::TimeZone;
use scene::document::{Fault, LocalizedText, MAX_NAME_CHARS, MAX_TEXT_CHARS, is_language_tag, line_fault, phone_fault};
use scene::published::OpeningHours;
use uuid::Uuid;

use super::folder::SeedFolder;
use super::format::{File, SeedPrice, SeedProduct, SeedShop};
use crate::shops::hours::is_time;
use crate::stores::is_slug;

/// Longest name of an article, and of a unit, characters.
const MAX_CODE_CHARS: usize = 64;

/// Every fault of `seed.json`.
pub(super) fn faults(file: &File, folder: SeedFolder<'_>) -> Vec<Fault> {
    let mut check = Check { faults: Vec::new(), folder };
    check.line("organisation.name", &file.organisation.name, MAX_NAME_CHARS);
    check.shop(&file.shop);
    for (index, store) in file.stores.iter().enumerate() {
        let path = format!("stores[{index}]");
        if !is_slug(&store.slug) {
            check.fault(
                format!("{path}.slug"),
                format!("{:?} is not a slug: lower-case letters, digits and single hyphens", store.slug),
            );
        }
        if file.stores[..index].iter().any(|other| other.slug == store.slug) {
            check.fault(format!("{path}.slug"), "is that of another store");
        }
        check.file(&format!("{path}.document"), &store.document);
    }
    for (index, product) in file.products.iter().enumerate() {
        let path = format!("products[{index}]");
        check.product(&path, product);
        if file.products[..index].iter().any(|other| other.sku == product.sku || other.id == product.id) {
            check.fault(path, "sku and id are those of another product");
        }
    }
    check.faults
}

struct Check<'a> {
    faults: Vec<Fault>,
    folder: SeedFolder<'a>,
}

impl Check<'_> {
    fn fault(&mut self, path: impl Into<String>, message: impl Into<String>) {
        self.faults.push(Fault { path: path.into(), message: message.into() });
    }

    fn shop(&mut self, shop: &SeedShop) {
        self.text("shop.name", &shop.name, MAX_NAME_CHARS, true);
        self.text("shop.address", &shop.address, MAX_NAME_CHARS, false);
        if let Some(fault) = shop.phone.as_deref().and_then(phone_fault) {
            self.fault("shop.phone", fault);
        }
        if let Some(fault) = shop.line.as_deref().and_then(line_fault) {
            self.fault("shop.line", fault);
        }
        if TimeZone::get(&shop.time_zone).is_err() {
            self.fault("shop.timeZone", format!("{:?} is not a time zone; \"Asia/Taipei\" is", shop.time_zone));
        }
        self.currency("shop.currency", &shop.currency);
        for (index, hours) in shop.hours.iter().enumerate() {
            self.hours(&format!("shop.hours[{index}]"), hours);
        }
    }

    fn hours(&mut self, path: &str, hours: &OpeningHours) {
        if hours.days.is_empty() {
            self.fault(format!("{path}.days"), "name at least one day, such as \"mon\"");
        }
        for (field, time) in [("opens", &hours.opens), ("closes", &hours.closes)] {
            if !is_time(time) {
                self.fault(format!("{path}.{field}"), format!("{time:?} is not a time; \"09:00\" is"));
            }
        }
    }

    fn product(&mut self, path: &str, product: &SeedProduct) {
        if product.id.get_version_num() != 7 || product.id.get_variant() != uuid::Variant::RFC4122 {
            self.fault(format!("{path}.id"), format!("{} is not a UUID of version 7", product.id));
        }
        self.line(&format!("{path}.sku"), &product.sku, MAX_CODE_CHARS);
        self.line(&format!("{path}.unit"), &product.unit, MAX_CODE_CHARS);
        self.text(&format!("{path}.name"), &product.name, MAX_NAME_CHARS, true);
        self.text(&format!("{path}.description"), &product.description, MAX_TEXT_CHARS, false);
        self.text(&format!("{path}.alt"), &product.alt, MAX_TEXT_CHARS, false);
        if let Some(gtin) = product.gtin.as_deref().filter(|gtin| !is_gtin(gtin)) {
            self.fault(
                format!("{path}.gtin"),
                format!("{gtin:?} is not 8, 12, 13 or 14 digits with a right check digit"),
            );
        }
        if let Some(SeedPrice { minor, currency, .. }) = &product.price {
            self.currency(&format!("{path}.price.currency"), currency);
            if *minor < 0 {
                self.fault(format!("{path}.price.minor"), format!("{minor} is less than nothing"));
            }
        }
        if let Some(picture) = &product.picture {
            self.file(&format!("{path}.picture"), picture);
        }
    }

    fn file(&mut self, path: &str, named: &str) {
        self.faults.extend(self.folder.fault(path, named));
    }

    fn currency(&mut self, path: &str, code: &str) {
        if code.len() != 3 || !code.bytes().all(|byte| byte.is_ascii_uppercase()) {
            self.fault(path, format!("{code:?} is not a currency; \"TWD\" is"));
        }
    }

    /// A text of one line that must be there.
    fn line(&mut self, path: &str, text: &str, max_chars: usize) {
        if text.trim().is_empty() || text.chars().count() > max_chars || text.chars().any(char::is_control) {
            self.fault(path, format!("{text:?} is not a text of 1 to {max_chars} characters in one line"));
        }
    }

    fn text(&mut self, path: &str, text: &LocalizedText, max_chars: usize, is_needed: bool) {
        if is_needed && text.0.values().all(|text| text.trim().is_empty()) {
            self.fault(path, "is missing");
        }
        for (tag, text) in &text.0 {
            let path = format!("{path}.{tag}");
            if !is_language_tag(tag) {
                self.fault(path.clone(), format!("{tag:?} is not a language tag; \"zh-TW\" and \"en\" are"));
            }
            let chars = text.chars().count();
            if chars > max_chars {
                self.fault(path.clone(), format!("{chars} characters; at most {max_chars} are allowed"));
            }
            if text.chars().any(|c| c.is_control() && c != '\n') {
                self.fault(path, "contains control characters");
            }
        }
    }
}

/// Length and check digit of a GTIN.
fn is_gtin(gtin: &str) -> bool {
    let digits: Option<Vec<u32>> = gtin.chars().map(|digit| digit.to_digit(10)).collect();
    digits.is_some_and(|digits| {
        let weighted = digits.iter().rev().enumerate().map(|(index, digit)| digit * if index % 2 == 1 { 3 } else { 1 });
        matches!(digits.len(), 8 | 12 | 13 | 14) && weighted.sum::<u32>() % 10 == 0
    })
}

/// Ids of the products, for documents that name them.
pub(super) fn ids(products: &[SeedProduct]) -> Vec<Uuid> {
    products.iter().map(|product| product.id).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits() {
        for good in ["2100000000012", "4006381333931", "96385074", "012345678905"] {
            assert!(is_gtin(good), "{good}");
        }
        for bad in ["2100000000013", "", "123", "40063813339310", "400638133393x"] {
            assert!(!is_gtin(bad), "{bad}");
        }
    }
}
