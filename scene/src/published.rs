//! A published store with everything a viewer needs to show it: one answer, so that a card opens without a request.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::document::{LocalizedText, StoreDocument};
use crate::money::digits;
use crate::pyramid::Manifest;

/// Answer of `GET /api/v1/stores/{slug}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "strict", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct PublishedStore {
    /// The store's id; events name it.
    pub id: Uuid,
    /// The store's name in addresses.
    pub slug: String,
    /// Number of the revision, from 1.
    pub revision: i64,
    /// When it was published, microseconds UTC since 1970.
    pub published_at: i64,
    /// The document itself.
    pub document: StoreDocument,
    /// Manifests of the panoramas, by pyramid id.
    pub panoramas: BTreeMap<String, Manifest>,
    /// Posters of the opening views, by scene id.
    pub posters: BTreeMap<String, Posters>,
    /// Every product that a hotspot names and that is not archived.
    pub products: Vec<ProductCard>,
    /// Every picture and video that a hotspot or floor plan names and that exists.
    pub media: Vec<MediaItem>,
    /// The shop to which the store belongs.
    pub shop: Shop,
}

/// Pictures of a scene's opening view.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "strict", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Posters {
    /// Address of the 16:9 picture.
    pub landscape: String,
    /// Address of the 9:19.5 picture.
    pub portrait: String,
    /// Address of a small 16:9 picture, for lists; absent in revisions that are older than it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thumbnail: Option<String>,
}

/// What a product's card shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "strict", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ProductCard {
    /// Product id.
    pub id: Uuid,
    /// Stock-keeping unit.
    pub sku: String,
    /// Name.
    pub name: LocalizedText,
    /// Description, plain text.
    pub description: LocalizedText,
    /// Price, where one is set.
    pub price: Option<Price>,
    /// Unit of measure, `piece` or `kg` and the like.
    pub unit: String,
    /// Picture, where there is one.
    pub picture: Option<Picture>,
    /// Further pictures, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub more_pictures: Vec<Picture>,
    /// Video, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub video: Option<MediaItem>,
    /// Where else it is sold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<CardLink>,
}

/// Where else a product is sold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "strict", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct CardLink {
    /// What the button says; the address's host where there is nothing.
    #[serde(default)]
    pub label: LocalizedText,
    /// `https` address.
    pub url: String,
}

/// An amount of money.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "strict", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Price {
    /// Minor units by ISO 4217's exponent (TWD has 2: NT$120 = 12000).
    pub minor: i64,
    /// ISO 4217 code.
    pub currency: String,
    /// Whether tax is included.
    pub tax_included: bool,
    /// Digits of the minor unit: the amount is `minor` / 10^`minorDigits`.
    #[serde(default = "two")]
    pub minor_digits: u8,
    /// Digits that people write behind the point when they are all 0.
    #[serde(default = "two")]
    pub usual_digits: u8,
}

const fn two() -> u8 {
    2
}

impl Price {
    /// An amount, with what its currency says about digits.
    #[must_use]
    pub fn new(minor: i64, currency: &str, tax_included: bool) -> Self {
        let digits = digits(currency);
        let currency = currency.to_owned();
        Self { minor, currency, tax_included, minor_digits: digits.minor, usual_digits: digits.usual }
    }
}

/// A picture with its alternative text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "strict", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Picture {
    /// Address.
    pub url: String,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// What it shows.
    pub alt: LocalizedText,
    /// The same in smaller sizes, the smallest first; absent in revisions that are older than them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub smaller: Vec<Smaller>,
}

/// A smaller copy of a picture. Its address answers with AVIF where `Accept` names it, with JPEG otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "strict", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Smaller {
    /// Address.
    pub url: String,
    /// Pixels.
    pub width: u32,
}

/// A picture or video that a hotspot names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "strict", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct MediaItem {
    /// Media id.
    pub id: Uuid,
    /// Address.
    pub url: String,
    /// MIME type.
    pub content_type: String,
    /// Pixels; absent for a video.
    pub width: Option<u32>,
    /// Pixels; absent for a video.
    pub height: Option<u32>,
    /// A picture in smaller sizes, the smallest first; absent in revisions that are older than them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub smaller: Vec<Smaller>,
}

/// The shop behind the store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "strict", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Shop {
    /// Name.
    pub name: LocalizedText,
    /// Postal address.
    pub address: LocalizedText,
    /// Telephone number.
    pub phone: Option<String>,
    /// E-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// LINE id.
    pub line: Option<String>,
    /// Further ways to reach the shop, by what they are called there.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub other: BTreeMap<String, String>,
    /// Opening hours in the shop's time zone.
    pub hours: Vec<OpeningHours>,
    /// IANA time zone.
    pub time_zone: String,
    /// ISO 4217 code of its currency.
    pub currency: String,
}

/// Opening hours of some days of the week.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "strict", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OpeningHours {
    /// The days it holds for.
    pub days: Vec<Weekday>,
    /// `HH:MM`.
    pub opens: String,
    /// `HH:MM`; at or before `opens` means on the next day.
    pub closes: String,
}

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "strict", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "days of the week")]
pub enum Weekday {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}
