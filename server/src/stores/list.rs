//! `GET /s/{slug}/list`: the same store without WebGL and without JavaScript: its scenes, what hangs in them, its
//! products. For browsers that cannot draw it, for people who do not see it, for search engines.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use minijinja::{Value, context};
use scene::document::{Content, Hotspot, LocalizedText};
use scene::published::{CardLink, Picture, ProductCard, PublishedStore, Weekday};
use url::Url;

use super::json_ld;
use super::page::html_page;
use super::published::load_current;
use crate::app::App;
use crate::error::{Error, Result};
use crate::http::language::{Asked, choose};
use crate::pages::{Frame, Texts, price};
use crate::shops::hours::DAYS;

/// The page.
pub async fn page(
    State(app): State<App>,
    Path(slug): Path<String>,
    asked: Asked,
    headers: HeaderMap,
) -> Result<Response> {
    let revision = load_current(&app, &slug).await?;
    let store = &revision.store;
    let languages = &store.document.languages;
    let lang = choose(asked.lang.as_deref(), &headers, languages);
    let html = app
        .pages
        .render_in(
            "stores/list.html",
            &Frame { path: &format!("/s/{slug}/list"), lang, languages },
            &context_of(&app, store, lang, &format!("/s/{}?lang={lang}", store.slug)),
        )
        .map_err(Error::internal)?;
    Ok(html_page(&headers, lang, html))
}

/// A text with the language it is in, where that is not the page's.
pub fn localized(text: &LocalizedText, lang: &str, first: &str) -> Option<Value> {
    let (text, of) = text.get(lang, first).filter(|(text, _)| !text.trim().is_empty())?;
    Some(context! { text, lang => (of != lang).then_some(of) })
}

/// A product as pages show it; `texts` are those of the page's language.
pub fn product_value(card: &ProductCard, texts: &Texts, lang: &str, first: &str) -> Value {
    // What is sold by the piece needs no unit; one that we have no word for is shown as the merchant wrote it.
    let unit = Some(card.unit.as_str()).filter(|unit| *unit != "piece");
    let per = unit.map(|unit| {
        let word = texts.known(&format!("unit.{unit}")).unwrap_or(unit).to_owned();
        texts.with("price.per", "unit", &word)
    });
    context! {
        id => card.id.to_string(),
        sku => &card.sku,
        name => localized(&card.name, lang, first),
        description => localized(&card.description, lang, first),
        price => card.price.as_ref().map(price),
        tax_included => card.price.as_ref().is_some_and(|price| price.tax_included),
        per,
        picture => card.picture.as_ref().map(|picture| picture_value(picture, lang, first)),
        more_pictures => card.more_pictures.iter().map(|picture| picture_value(picture, lang, first)).collect::<Vec<_>>(),
        video => card.video.as_ref().map(|video| context! { url => &video.url, content_type => &video.content_type }),
        links => card.links.iter().map(|link| link_value(link, lang, first)).collect::<Vec<_>>(),
    }
}

fn picture_value(picture: &Picture, lang: &str, first: &str) -> Value {
    let alt = localized(&picture.alt, lang, first);
    context! { url => &picture.url, srcset => srcset(picture), width => picture.width, height => picture.height, alt }
}

/// The sizes of a picture, for `srcset`; nothing in revisions that are older than them.
fn srcset(picture: &Picture) -> String {
    let whole = (!picture.smaller.is_empty()).then(|| format!("{} {}w", picture.url, picture.width));
    let smaller = picture.smaller.iter().map(|one| format!("{} {}w", one.url, one.width));
    smaller.chain(whole).collect::<Vec<_>>().join(", ")
}

/// A link to where a product is sold: what its button says, or the address's host.
fn link_value(link: &CardLink, lang: &str, first: &str) -> Value {
    let host = Url::parse(&link.url).ok().and_then(|url| url.host_str().map(str::to_owned));
    let host = host.unwrap_or_else(|| link.url.clone());
    let label = localized(&link.label, lang, first);
    context! { url => &link.url, label => label.unwrap_or_else(|| context! { text => &host }), host => &host }
}

/// What a telephone dials: without an extension or a second number.
fn dialled(phone: &str) -> String {
    let first = phone.split(['#', '*', '/', ';', ',']).next().unwrap_or_default();
    first.chars().filter(|letter| letter.is_ascii_digit() || *letter == '+').collect()
}

/// A person's id, or with @ an official account's: <https://developers.line.biz/en/docs/messaging-api/using-line-url-scheme/>
fn line_url(id: &str) -> String {
    let encoded: String = url::form_urlencoded::byte_serialize(id.as_bytes()).collect();
    if id.starts_with('@') {
        format!("https://line.me/R/ti/p/{encoded}")
    } else {
        format!("https://line.me/ti/p/~{encoded}")
    }
}

/// Opening hours as pages show them.
fn hours_value(store: &PublishedStore, texts: &Texts) -> Vec<Value> {
    let lines = store.shop.hours.iter();
    lines
        .map(|hours| context! { days => days(&hours.days, texts), opens => &hours.opens, closes => &hours.closes })
        .collect()
}

/// Days by name; three or more in a row are a range.
fn days(days: &[Weekday], texts: &Texts) -> String {
    let name = |day: &Weekday| texts.get(&format!("day.{}", DAYS[*day as usize].1)).to_owned();
    let is_in_row = days.windows(2).all(|pair| pair[0] as u8 + 1 == pair[1] as u8);
    match days {
        [first, _, .., last] if is_in_row => format!("{} – {}", name(first), name(last)),
        days => days.iter().map(name).collect::<Vec<_>>().join(texts.get("list.day_separator")),
    }
}

/// The list of a store that is not published, for whoever works on it.
///
/// # Errors
/// The template's fault.
pub fn draft_list(app: &App, store: &PublishedStore, lang: &str) -> Result<String> {
    let at = format!("/app/stores/{}", store.id);
    let languages = &store.document.languages;
    let frame = Frame { path: &format!("{at}/view/list"), lang, languages };
    let context = context_of(app, store, lang, &format!("{at}/view?revision={}&lang={lang}", store.revision));
    app.pages.render_in("stores/list.html", &frame, &context).map_err(Error::internal)
}

fn context_of(app: &App, store: &PublishedStore, lang: &str, walk_url: &str) -> Value {
    let document = &store.document;
    let first = document.languages.first().map_or("en", String::as_str);
    let text = |text: &LocalizedText| localized(text, lang, first);
    let texts = app.pages.texts(lang);
    let names: BTreeMap<&str, &LocalizedText> =
        document.scenes.iter().map(|scene| (scene.id.as_str(), &scene.name)).collect();
    let scenes: Vec<Value> = document
        .scenes
        .iter()
        .map(|scene| {
            let items: Vec<Value> = scene
                .hotspots
                .iter()
                .filter(|hotspot| hotspot.visible)
                .map(|hotspot| item(store, hotspot, &names, &texts, lang, first))
                .collect();
            context! {
                id => &scene.id,
                name => text(&scene.name),
                description => text(&scene.description),
                alt => text(&scene.alt),
                poster => store.posters.get(&scene.id).map(|posters| posters.landscape.clone()),
                items,
            }
        })
        .collect();
    let products: Vec<Value> = store.products.iter().map(|card| product_value(card, &texts, lang, first)).collect();
    // What the document says about this store stands before what the shop says of all.
    let contact = document.contact.clone().unwrap_or_default();
    let phone = contact.phone.or_else(|| store.shop.phone.clone());
    let line = contact.line.or_else(|| store.shop.line.clone());
    context! {
        store => context! { slug => &store.slug, name => text(&document.name), description => text(&document.description) },
        brand => document.brand.as_ref().map(|brand| brand.primary.clone()),
        walk_url,
        image_url => store.posters.get(&document.start.scene).map(|posters| app.pages.absolute(&posters.landscape)),
        scenes,
        products,
        privacy => text(&document.privacy),
        shop => context! {
            name => text(&store.shop.name),
            address => text(&store.shop.address),
            dialled => phone.as_deref().map(dialled),
            phone,
            line_url => line.as_deref().map(line_url),
            line,
            email => contact.email.or(store.shop.email.clone()),
            website => contact.website,
            hours => hours_value(store, &texts),
        },
        json_ld => Value::from_safe_string(json_ld::store_with_products(app, store, lang)),
    }
}

/// What a hotspot is without the panorama behind it.
fn item(
    store: &PublishedStore,
    hotspot: &Hotspot,
    names: &BTreeMap<&str, &LocalizedText>,
    texts: &Texts,
    lang: &str,
    first: &str,
) -> Value {
    let media = |id: uuid::Uuid| store.media.iter().find(|item| item.id == id);
    let label = localized(&hotspot.label, lang, first);
    match &hotspot.content {
        Content::Link(link) => context! {
            kind => "link",
            label,
            scene => &link.scene,
            scene_name => names.get(link.scene.as_str()).and_then(|name| localized(name, lang, first)),
        },
        Content::Product(product) => {
            let card = store.products.iter().find(|card| card.id == product.product);
            context! { kind => "product", label, product => card.map(|card| product_value(card, texts, lang, first)) }
        }
        Content::Text(card) => {
            let paragraphs: Vec<String> = card
                .body
                .get(lang, first)
                .map(|(body, _)| body.split("\n\n").map(str::to_owned).collect())
                .unwrap_or_default();
            context! { kind => "text", label, title => localized(&card.title, lang, first), paragraphs }
        }
        Content::Image(card) => {
            let item = media(card.media);
            context! {
                kind => "image", label,
                url => item.map(|item| item.url.clone()), width => item.and_then(|item| item.width), height => item.and_then(|item| item.height),
                caption => localized(&card.caption, lang, first),
            }
        }
        Content::Video(card) => context! {
            kind => "video", label,
            url => media(card.media).map(|item| item.url.clone()),
            content_type => media(card.media).map(|item| item.content_type.clone()),
            poster => card.poster.and_then(media).map(|item| item.url.clone()),
            caption => localized(&card.caption, lang, first),
        },
        Content::WebLink(link) => context! { kind => "webLink", label, url => &link.url },
        Content::Coupon(_) => context! { kind => "coupon", label },
    }
}
