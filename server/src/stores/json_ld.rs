//! The store as search engines read it: schema.org's `Store` with an `ItemList` of its products.

use scene::document::LocalizedText;
use scene::published::{OpeningHours, ProductCard, PublishedStore, Weekday};
use serde_json::{Value, json};

use crate::app::App;
use crate::pages::decimal;

const CONTEXT: &str = "https://schema.org";

/// JSON-LD of a store, safe inside `<script>`. Its products are told by the list page: this page has to be light.
pub fn store(app: &App, store: &PublishedStore, lang: &str) -> String {
    let mut value = store_value(app, store, lang);
    value["@context"] = CONTEXT.into();
    safe(&value)
}

/// JSON-LD of a store and its products, safe inside `<script>`.
pub fn store_with_products(app: &App, store: &PublishedStore, lang: &str) -> String {
    let items = store.products.iter().zip(1..);
    let items: Vec<Value> = items
        .map(|(card, place)| json!({ "@type": "ListItem", "position": place, "item": product_value(app, store, card, lang) }))
        .collect();
    let list = json!({ "@type": "ItemList", "numberOfItems": items.len(), "itemListElement": items });
    safe(&json!({ "@context": CONTEXT, "@graph": [store_value(app, store, lang), list] }))
}

fn store_value(app: &App, store: &PublishedStore, lang: &str) -> Value {
    let text = texts(store, lang);
    let path = format!("/s/{}", store.slug);
    let image = store.posters.get(&store.document.start.scene).map(|posters| app.pages.absolute(&posters.landscape));
    json!({
        "@type": "Store",
        "@id": app.pages.absolute(&path),
        "url": app.pages.absolute(&path),
        "name": text(&store.document.name),
        "description": text(&store.document.description),
        "image": image,
        "telephone": store.shop.phone,
        "address": text(&store.shop.address),
        "currenciesAccepted": store.shop.currency,
        "openingHoursSpecification": store.shop.hours.iter().map(hours).collect::<Vec<_>>(),
    })
}

/// JSON-LD of one product, safe inside `<script>`.
pub fn product(app: &App, store: &PublishedStore, card: &ProductCard, lang: &str) -> String {
    let mut value = product_value(app, store, card, lang);
    value["@context"] = CONTEXT.into();
    safe(&value)
}

fn product_value(app: &App, store: &PublishedStore, card: &ProductCard, lang: &str) -> Value {
    let text = texts(store, lang);
    let url = app.pages.absolute(&format!("/p/{}", card.id));
    let offer = card.price.as_ref().map(|price| {
        json!({
            "@type": "Offer",
            "url": url,
            "priceCurrency": price.currency,
            "price": decimal(price),
            "priceSpecification": {
                "@type": "UnitPriceSpecification",
                "priceCurrency": price.currency,
                "price": decimal(price),
                "valueAddedTaxIncluded": price.tax_included,
            },
        })
    });
    json!({
        "@type": "Product",
        "@id": url,
        "url": url,
        "sku": card.sku,
        "name": text(&card.name),
        "description": text(&card.description),
        "image": images(app, card),
        "offers": offer,
    })
}

/// One picture by its address, several as a list.
fn images(app: &App, card: &ProductCard) -> Value {
    let mut addresses: Vec<Value> = card
        .picture
        .iter()
        .chain(&card.more_pictures)
        .map(|picture| Value::from(app.pages.absolute(&picture.url)))
        .collect();
    match addresses.len() {
        0 => Value::Null,
        1 => addresses.remove(0),
        _ => Value::from(addresses),
    }
}

fn texts<'a>(store: &'a PublishedStore, lang: &'a str) -> impl Fn(&LocalizedText) -> Option<String> + 'a {
    let first = store.document.languages.first().map_or("en", String::as_str);
    move |text| text.get(lang, first).map(|(text, _)| text.to_owned()).filter(|text| !text.is_empty())
}

fn hours(hours: &OpeningHours) -> Value {
    let days: Vec<&str> = hours
        .days
        .iter()
        .map(|day| match day {
            Weekday::Mon => "Monday",
            Weekday::Tue => "Tuesday",
            Weekday::Wed => "Wednesday",
            Weekday::Thu => "Thursday",
            Weekday::Fri => "Friday",
            Weekday::Sat => "Saturday",
            Weekday::Sun => "Sunday",
        })
        .collect();
    json!({ "@type": "OpeningHoursSpecification", "dayOfWeek": days, "opens": hours.opens, "closes": hours.closes })
}

/// JSON without its empty members, and without what could end the script element it stands in.
fn safe(value: &Value) -> String {
    fn clean(value: &Value) -> Value {
        match value {
            Value::Object(map) => map
                .iter()
                .filter(|(_, value)| !value.is_null())
                .map(|(key, value)| (key.clone(), clean(value)))
                .collect(),
            Value::Array(list) => list.iter().map(clean).collect(),
            other => other.clone(),
        }
    }
    clean(value).to_string().replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_cannot_leave_the_script_element() {
        let text = safe(&json!({ "name": "</script><script>alert(1)</script>", "gone": null, "amp": "&amp;" }));
        assert!(!text.contains('<') && !text.contains("gone"), "{text}");
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap()["amp"], "&amp;");
    }
}
