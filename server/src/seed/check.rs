//! What `seed.json` may say.

use std::collections::HashSet;

use jiff::tz::TimeZone;
use scene::document::{Fault, LocalizedText, MAX_NAME_CHARS, MAX_TEXT_CHARS, is_language_tag, line_fault, phone_fault};
use scene::published::OpeningHours;
use uuid::Uuid;

use super::folder::SeedFolder;
use super::format::{File, SeedPrice, SeedProduct, SeedShop, SeedSupplier};
use crate::accounts::sql::normal_email;
use crate::products::check::{MAX_LABEL, MAX_SHELF_LIFE_DAYS, web_address};
use crate::products::gtin;
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
    for (index, category) in file.categories.iter().enumerate() {
        let path = format!("categories[{index}]");
        check.id(&path, category.id);
        check.text(&format!("{path}.name"), &category.name, MAX_NAME_CHARS, true);
        let above = &file.categories[..index];
        if category.parent.is_some_and(|parent| above.iter().all(|other| other.id != parent)) {
            check.fault(format!("{path}.parent"), "is no category that stands before this one");
        }
        if above.iter().any(|other| other.id == category.id) {
            check.fault(format!("{path}.id"), "is that of another category");
        }
    }
    for (index, supplier) in file.suppliers.iter().enumerate() {
        let path = format!("suppliers[{index}]");
        check.id(&path, supplier.id);
        check.line(&format!("{path}.name"), &supplier.name, MAX_NAME_CHARS);
        if let Some(code) = &supplier.code {
            check.line(&format!("{path}.code"), code, MAX_CODE_CHARS);
        }
        if let Some(fault) = supplier.phone.as_deref().and_then(phone_fault) {
            check.fault(format!("{path}.phone"), fault);
        }
        if supplier.email.as_deref().is_some_and(|email| normal_email(email).as_deref() != Some(email)) {
            check.fault(format!("{path}.email"), "is no e-mail address in lower case");
        }
        let others = &file.suppliers[..index];
        let is_same = |other: &SeedSupplier| other.id == supplier.id || other.name == supplier.name;
        if others.iter().any(|other| is_same(other) || (other.code.is_some() && other.code == supplier.code)) {
            check.fault(path, "id, name or code are those of another supplier");
        }
    }
    let (mut skus, mut ids, mut gtins) = (HashSet::new(), HashSet::new(), HashSet::new());
    for (index, product) in file.products.iter().enumerate() {
        let path = format!("products[{index}]");
        check.product(&path, product);
        if product.category.is_some_and(|id| file.categories.iter().all(|one| one.id != id)) {
            check.fault(format!("{path}.category"), "is no category of this file");
        }
        if product.supplier.is_some_and(|id| file.suppliers.iter().all(|one| one.id != id)) {
            check.fault(format!("{path}.supplier"), "is no supplier of this file");
        }
        let gtin = product.gtin.as_deref().and_then(|gtin| gtin::parse(gtin).ok()).flatten();
        if gtin.is_some_and(|gtin| !gtins.insert(gtin)) {
            check.fault(format!("{path}.gtin"), "is that of another product");
        }
        if !skus.insert(product.sku.as_str()) || !ids.insert(product.id) {
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
        self.faults.push(Fault::plain(path, message));
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
        self.id(path, product.id);
        self.line(&format!("{path}.sku"), &product.sku, MAX_CODE_CHARS);
        self.line(&format!("{path}.unit"), &product.unit, MAX_CODE_CHARS);
        self.text(&format!("{path}.name"), &product.name, MAX_NAME_CHARS, true);
        self.text(&format!("{path}.description"), &product.description, MAX_TEXT_CHARS, false);
        self.text(&format!("{path}.alt"), &product.alt, MAX_TEXT_CHARS, false);
        if let Some(gtin) = product.gtin.as_deref().filter(|gtin| !matches!(gtin::parse(gtin), Ok(Some(_)))) {
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
        if product.shelf_life_days.is_some_and(|days| !(0..=MAX_SHELF_LIFE_DAYS).contains(&days)) {
            self.fault(format!("{path}.shelfLifeDays"), format!("must be 0 to {MAX_SHELF_LIFE_DAYS}"));
        }
        if product.pack_thousandths.is_some_and(|pack| pack <= 0) {
            self.fault(format!("{path}.packThousandths"), "must be more than 0");
        }
        if let Some(code) = &product.supplier_code {
            self.line(&format!("{path}.supplierCode"), code, MAX_CODE_CHARS);
        }
        if let Some(picture) = &product.picture {
            self.file(&format!("{path}.picture"), picture);
        }
        for (index, more) in product.more_pictures.iter().enumerate() {
            self.file(&format!("{path}.morePictures[{index}].picture"), &more.picture);
        }
        if let Some(video) = &product.video {
            self.file(&format!("{path}.video"), video);
        }
        for (index, link) in product.links.iter().enumerate() {
            if web_address(&link.url).is_some() {
                self.fault(
                    format!("{path}.links[{index}].url"),
                    format!("{:?} is not an address that begins with https://", link.url),
                );
            }
            self.text(&format!("{path}.links[{index}].label"), &link.label, MAX_LABEL, false);
        }
    }

    fn id(&mut self, path: &str, id: Uuid) {
        if id.get_version_num() != 7 || id.get_variant() != uuid::Variant::RFC4122 {
            self.fault(format!("{path}.id"), format!("{id} is not a UUID of version 7"));
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

/// Ids of the products, for documents that name them.
pub(super) fn ids(products: &[SeedProduct]) -> Vec<Uuid> {
    products.iter().map(|product| product.id).collect()
}
