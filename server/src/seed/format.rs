//! `seed.json`.

use jiff::tz::TimeZone;
use scene::document::LocalizedText;
use scene::published::{OpeningHours, Price, Shop};
use serde::Deserialize;
use uuid::Uuid;

/// The file.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct File {
    organisation: Organisation,
    shop: SeedShop,
    #[serde(default)]
    stores: Vec<SeedStore>,
    #[serde(default)]
    products: Vec<SeedProduct>,
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
struct SeedShop {
    name: LocalizedText,
    #[serde(default)]
    address: LocalizedText,
    phone: Option<String>,
    line: Option<String>,
    #[serde(default)]
    hours: Vec<OpeningHours>,
    time_zone: String,
    currency: String,
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
    pub price: Option<Price>,
    /// Unit of measure.
    pub unit: String,
    /// Picture, a path in the folder.
    pub picture: Option<String>,
    /// What the picture shows.
    #[serde(default)]
    pub alt: LocalizedText,
}

impl Seed {
    /// Reads and checks `seed.json`.
    pub fn parse(text: &str) -> Result<Self, String> {
        let file: File = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if TimeZone::get(&file.shop.time_zone).is_err() {
            return Err(format!("shop.timeZone: {:?} is not a time zone; \"Asia/Taipei\" is", file.shop.time_zone));
        }
        let is_currency = |code: &str| code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase());
        if !is_currency(&file.shop.currency) {
            return Err(format!("shop.currency: {:?} is not a currency; \"TWD\" is", file.shop.currency));
        }
        for (index, hours) in file.shop.hours.iter().enumerate() {
            for time in [&hours.opens, &hours.closes] {
                if !is_time(time) {
                    return Err(format!("shop.hours[{index}]: {time:?} is not a time; \"09:00\" is"));
                }
            }
        }
        for (index, product) in file.products.iter().enumerate() {
            let fault = |what: String| Err(format!("products[{index}] ({}): {what}", product.sku));
            if product.id.get_version_num() != 7 {
                return fault(format!("id {} is not a UUID of version 7", product.id));
            }
            if product.sku.trim().is_empty() || product.name.is_empty() {
                return fault("sku and name are needed".to_owned());
            }
            if let Some(gtin) = product.gtin.as_deref().filter(|gtin| !is_gtin(gtin)) {
                return fault(format!("gtin {gtin:?} is not 8, 12, 13 or 14 digits with a right check digit"));
            }
            if let Some(price) = product.price.as_ref().filter(|price| price.minor < 0 || !is_currency(&price.currency))
            {
                return fault(format!("price {} {} makes no sense", price.minor, price.currency));
            }
            if file.products[..index].iter().any(|other| other.sku == product.sku || other.id == product.id) {
                return fault("sku and id are those of another product".to_owned());
            }
        }
        let SeedShop { name, address, phone, line, hours, time_zone, currency } = file.shop;
        Ok(Self {
            organisation: file.organisation,
            shop: Shop { name, address, phone, line, hours, time_zone, currency },
            stores: file.stores,
            products: file.products,
        })
    }
}

fn is_time(time: &str) -> bool {
    time.split_once(':').is_some_and(|(hour, minute)| {
        let number = |text: &str, below: u8| text.len() == 2 && text.parse::<u8>().is_ok_and(|number| number < below);
        number(hour, 25) && number(minute, 60) && (hour != "24" || minute == "00")
    })
}

/// Length and check digit of a GTIN.
fn is_gtin(gtin: &str) -> bool {
    let digits: Option<Vec<u32>> = gtin.chars().map(|digit| digit.to_digit(10)).collect();
    digits.is_some_and(|digits| {
        let weighted = digits.iter().rev().enumerate().map(|(index, digit)| digit * if index % 2 == 1 { 3 } else { 1 });
        matches!(digits.len(), 8 | 12 | 13 | 14) && weighted.sum::<u32>() % 10 == 0
    })
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

    #[test]
    fn an_unknown_field_is_named() {
        let error = Seed::parse(r#"{"organisation":{"name":"x"},"shop":{},"colour":1}"#).unwrap_err();
        assert!(error.contains("name") || error.contains("colour"), "{error}");
    }
}
