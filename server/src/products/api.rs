//! `/api/v1/products`: the catalogue for tills, ERPs and other programs.

use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use scene::document::{Fault as PathFault, LocalizedText};
use scene::published::{CardLink, Price};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::edit::{self, Refusal};
use super::fault::Fault;
use super::product::Product;
use super::search::{self, Cursor, Filter};
use super::{gtin, sql};
use crate::accounts::actor::Actor;
use crate::app::App;
use crate::error::{Error, Result};
use crate::http::paging::{CURSOR, LIMIT, Paging};
use crate::http::versions;
use crate::idempotency::{self, Answer, Claim};
use crate::openapi::{Operation, Parameter, schema, some_of};

/// A product.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Product")]
pub struct ProductBody {
    /// Id, never reused.
    id: Uuid,
    /// Raised by every change; `If-Match` names it in quotes.
    version: i64,
    #[serde(flatten)]
    fields: Fields,
    /// Whether it is archived: not sold any more, but kept.
    archived: bool,
    /// When it was made, microseconds UTC since 1970.
    created_us: i64,
    /// When it was changed last, microseconds UTC since 1970.
    updated_us: i64,
}

/// What can be set of a product.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "ProductFields")]
pub struct Fields {
    /// Stock-keeping unit, unique in the organisation, at most 64 characters.
    sku: String,
    /// Name by language, at most 200 characters each; at least one.
    name: LocalizedText,
    /// Unit of measure, `piece`, `kg`, `g`, `l`, `m` or another word of at most 64 characters.
    #[serde(default = "piece")]
    unit: String,
    /// GTIN-8, -12, -13 or -14 with its check digit.
    #[serde(default)]
    gtin: Option<String>,
    /// Description by language, plain text, at most 10,000 characters each.
    #[serde(default)]
    description: LocalizedText,
    /// Price of one unit.
    #[serde(default)]
    price: Option<Amount>,
    /// Id of the category that it stands in.
    #[serde(default)]
    category: Option<Uuid>,
    /// Media ids of its pictures, in order, at most 20.
    #[serde(default)]
    pictures: Vec<Uuid>,
    /// Media id of its video.
    #[serde(default)]
    video: Option<Uuid>,
    /// Where else it is sold, at most 10.
    #[serde(default)]
    links: Vec<CardLink>,
    /// Days from making to best-before.
    #[serde(default)]
    shelf_life_days: Option<i64>,
    /// What one pack of the supplier's holds, thousandths of the unit.
    #[serde(default)]
    pack_thousandths: Option<i64>,
    /// Id of the supplier.
    #[serde(default)]
    supplier: Option<Uuid>,
    /// What the supplier calls it, at most 64 characters.
    #[serde(default)]
    supplier_code: Option<String>,
}

fn piece() -> String {
    "piece".to_owned()
}

/// An amount of money.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Amount {
    /// Minor units by ISO 4217's exponent (TWD has 2: NT$120 = 12000).
    minor: i64,
    /// ISO 4217 code.
    currency: String,
    /// Whether tax is included.
    tax_included: bool,
}

/// A page of products.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProductList {
    /// The products: the best first where `q` was given, otherwise the newest.
    items: Vec<ProductBody>,
    /// `cursor` of the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// What a list may be asked for.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    q: Option<String>,
    category: Option<Uuid>,
    supplier: Option<Uuid>,
    archived: Option<bool>,
}

impl ProductBody {
    fn of(product: &Product) -> Self {
        let fields = Fields::of(product);
        let Product { id, version, archived_us, created_us, updated_us, .. } = *product;
        Self { id, version, fields, archived: archived_us.is_some(), created_us, updated_us }
    }
}

impl Fields {
    fn of(product: &Product) -> Self {
        let product = product.clone();
        Self {
            sku: product.sku,
            name: product.name,
            unit: product.unit,
            gtin: product.gtin.map(|gtin| gtin::shown(&gtin).to_owned()),
            description: product.description,
            price: product.price.map(|Price { minor, currency, tax_included, .. }| Amount {
                minor,
                currency,
                tax_included,
            }),
            category: product.category,
            pictures: product.pictures,
            video: product.video,
            links: product.links,
            shelf_life_days: product.shelf_life_days,
            pack_thousandths: product.pack_thousandths,
            supplier: product.supplier,
            supplier_code: product.supplier_code,
        }
    }

    /// `product` with these fields. What is no GTIN stays as it was sent, and [`super::check::faults`] says so.
    fn set(self, product: &Product) -> Product {
        let own = |text: &str| text.trim().to_owned();
        let texts = |texts: LocalizedText| {
            let texts = texts.0.into_iter().map(|(tag, text)| (tag, text.trim().to_owned()));
            LocalizedText(texts.filter(|(_, text)| !text.is_empty()).collect())
        };
        let links = self.links.into_iter().map(|link| CardLink { label: texts(link.label), url: own(&link.url) });
        Product {
            sku: own(&self.sku),
            gtin: self.gtin.and_then(|text| gtin::parse(&text).unwrap_or(Some(text))),
            name: texts(self.name),
            description: texts(self.description),
            price: self.price.map(|price| Price::new(price.minor, &price.currency, price.tax_included)),
            unit: own(&self.unit),
            category: self.category,
            pictures: self.pictures,
            video: self.video,
            links: links.collect(),
            shelf_life_days: self.shelf_life_days,
            pack_thousandths: self.pack_thousandths,
            supplier: self.supplier,
            supplier_code: self.supplier_code.map(|code| own(&code)).filter(|code| !code.is_empty()),
            id: product.id,
            archived_us: product.archived_us,
            version: product.version,
            created_us: product.created_us,
            updated_us: product.updated_us,
        }
    }
}

/// Describes [`list`].
pub fn describe_list() -> Operation {
    Operation {
        id: "listProducts",
        summary: "Products, page by page. `q` finds by parts of names (Chinese from one character), SKU and GTIN; all words must fit.",
        request: None,
        response: (200, "A page.", schema::<ProductList>),
        errors: &[(400, "A parameter is malformed.")],
    }
}

/// What may be asked for.
pub const QUERY: &[Parameter] = &[
    Parameter {
        name: "q",
        about: "What they are found by. Width, case and 臺 for 台 make no difference; of more than 200 characters the first are looked at.",
        schema: || json!({ "type": "string" }),
    },
    Parameter {
        name: "category",
        about: "Those that stand in this category or below it.",
        schema: || json!({ "type": "string", "format": "uuid" }),
    },
    Parameter {
        name: "supplier",
        about: "Those of this supplier.",
        schema: || json!({ "type": "string", "format": "uuid" }),
    },
    Parameter {
        name: "archived",
        about: "Archived ones instead of the others.",
        schema: || json!({ "type": "boolean", "default": false }),
    },
    CURSOR,
    LIMIT,
];

/// The products.
pub async fn list(
    State(app): State<App>,
    actor: Actor,
    Query(asked): Query<Asked>,
    Query(paging): Query<Paging>,
) -> Result<Response> {
    let text = asked.q.unwrap_or_default();
    if text.contains('\0') {
        return Err(Error::BadRequest("q holds a character that is no text".to_owned()));
    }
    let from = paging.from(Cursor::parse)?;
    let limit = paging.limit()?;
    let filter =
        Filter { text, category: asked.category, supplier: asked.supplier, is_archived: asked.archived == Some(true) };
    let page = search::page(&app.db, actor.tenant, &filter, from, limit).await?;
    let items = page.products.iter().map(ProductBody::of).collect();
    Ok(axum::Json(ProductList { items, next: page.next.map(Cursor::text) }).into_response())
}

/// Describes [`get`].
pub fn describe_get() -> Operation {
    Operation {
        id: "getProduct",
        summary: "One product. ETag names its version.",
        request: None,
        response: (200, "The product.", schema::<ProductBody>),
        errors: &[(404, "There is no such product.")],
    }
}

/// One product.
pub async fn get(State(app): State<App>, actor: Actor, Path(id): Path<String>) -> Result<Response> {
    let id: Uuid = id.parse().map_err(|_| Error::NotFound)?;
    let product = sql::find(&app.db, actor.tenant, id).await?.ok_or(Error::NotFound)?;
    Ok(answer(StatusCode::OK, &product)?.into_response())
}

fn answer(status: StatusCode, product: &Product) -> Result<Answer> {
    versions::answer(status, product.version, &ProductBody::of(product))
}

/// Describes [`create`].
pub fn describe_create() -> Operation {
    Operation {
        id: "createProduct",
        summary: "Makes a product. With `Idempotency-Key` the same request sent again makes no second one and gets the same answer.",
        request: Some(schema::<Fields>),
        response: (201, "The product; Location is its address.", schema::<ProductBody>),
        errors: &[
            (400, "This is no JSON of a product."),
            (
                422,
                "Something is wrong with it (`errors` says what, by field), or the Idempotency-Key stands for another request.",
            ),
        ],
    }
}

/// Makes a product.
pub async fn create(State(app): State<App>, actor: Actor, headers: HeaderMap, body: Bytes) -> Result<Response> {
    let fields: Fields = parse_body(&body)?;
    let mut tx = app.db.begin().await?;
    let claim =
        idempotency::claim(&mut tx, &actor, "POST /api/v1/products", &headers, &body, app.clock.now_us()).await?;
    let fresh = match claim {
        Claim::Fresh(fresh) => fresh,
        Claim::Answered(answer) => return Ok(answer.into_response()),
    };
    let product = fields.set(&Product::new(app.ids.next().map_err(Error::internal)?, "", ""));
    let saved = edit::save(&app, &mut tx, &actor, None, product, Vec::new()).await?;
    let product = saved.map_err(|refusal| refused(&app, refusal))?;
    let at = format!("/api/v1/products/{}", product.id);
    let answer = answer(StatusCode::CREATED, &product)?.with(header::LOCATION, at);
    fresh.keep(&mut tx, &answer).await?;
    tx.commit().await?;
    Ok(answer.into_response())
}

/// Describes [`change`].
pub fn describe_change() -> Operation {
    Operation {
        id: "changeProduct",
        summary: "Changes fields of a product (JSON Merge Patch, RFC 7396): what is absent stays, null empties. `If-Match` says which \
                  version was read (its ETag), or `*` for whichever there is.",
        request: Some(some_of::<Fields>),
        response: (200, "The product as it is now.", schema::<ProductBody>),
        errors: &[
            (400, "This is no JSON of a product."),
            (404, "There is no such product."),
            (412, "Somebody changed it since that version."),
            (422, "Something is wrong with it; `errors` says what, by field."),
            (428, "If-Match is missing."),
        ],
    }
}

/// Changes a product.
pub async fn change(
    State(app): State<App>,
    actor: Actor,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response> {
    let id: Uuid = id.parse().map_err(|_| Error::NotFound)?;
    let patch: Value = parse_body(&body)?;
    if !patch.is_object() {
        return Err(Error::BadRequest("a product is a JSON object".to_owned()));
    }
    let mut tx = app.db.begin().await?;
    let before = edit::open(&mut tx, actor.tenant, id).await?;
    versions::check(&headers, before.version)?;
    let mut fields = serde_json::to_value(Fields::of(&before)).map_err(Error::internal)?;
    merge(&mut fields, patch);
    let after = parse_fields(fields)?.set(&before);
    let saved = edit::save(&app, &mut tx, &actor, Some(before), after, Vec::new()).await?;
    let product = saved.map_err(|refusal| refused(&app, refusal))?;
    tx.commit().await?;
    Ok(answer(StatusCode::OK, &product)?.into_response())
}

/// Describes [`archive`].
pub fn describe_archive() -> Operation {
    Operation {
        id: "archiveProduct",
        summary: "Archives a product: it is not offered any more, and stays in published stores until they are published anew.",
        request: None,
        response: (200, "The product as it is now.", schema::<ProductBody>),
        errors: &[(404, "There is no such product.")],
    }
}

/// Archives a product; once more changes nothing.
pub async fn archive(State(app): State<App>, actor: Actor, Path(id): Path<String>) -> Result<Response> {
    set_archived(&app, &actor, &id, true).await
}

/// Describes [`restore`].
pub fn describe_restore() -> Operation {
    Operation {
        id: "restoreProduct",
        summary: "Takes a product out of the archive.",
        request: None,
        response: (200, "The product as it is now.", schema::<ProductBody>),
        errors: &[(404, "There is no such product."), (422, "Its GTIN is another product's by now.")],
    }
}

/// Takes a product out of the archive; once more changes nothing.
pub async fn restore(State(app): State<App>, actor: Actor, Path(id): Path<String>) -> Result<Response> {
    set_archived(&app, &actor, &id, false).await
}

async fn set_archived(app: &App, actor: &Actor, id: &str, is_archived: bool) -> Result<Response> {
    let id: Uuid = id.parse().map_err(|_| Error::NotFound)?;
    let mut tx = app.db.begin().await?;
    let before = edit::open(&mut tx, actor.tenant, id).await?;
    let archived_us = is_archived.then(|| before.archived_us.unwrap_or(app.clock.now_us()));
    let after = Product { archived_us, ..before.clone() };
    let saved = edit::save(app, &mut tx, actor, Some(before), after, Vec::new()).await?;
    let product = saved.map_err(|refusal| refused(app, refusal))?;
    tx.commit().await?;
    Ok(answer(StatusCode::OK, &product)?.into_response())
}

/// Reads a body; what is wrong is said with its place.
fn parse_body<'de, T: Deserialize<'de>>(body: &'de [u8]) -> Result<T> {
    let mut from = serde_json::Deserializer::from_slice(body);
    let read = serde_path_to_error::deserialize(&mut from).map_err(|error| Error::BadRequest(error.to_string()))?;
    from.end().map_err(|error| Error::BadRequest(error.to_string()))?;
    Ok(read)
}

/// Reads fields that were put together.
fn parse_fields(value: Value) -> Result<Fields> {
    serde_path_to_error::deserialize(value).map_err(|error| Error::BadRequest(error.to_string()))
}

/// RFC 7396.
fn merge(into: &mut Value, patch: Value) {
    let Value::Object(patch) = patch else {
        *into = patch;
        return;
    };
    if !into.is_object() {
        *into = Value::Object(serde_json::Map::new());
    }
    let Value::Object(fields) = into else { return };
    for (name, value) in patch {
        if value.is_null() {
            fields.remove(&name);
        } else {
            merge(fields.entry(name).or_insert(Value::Null), value);
        }
    }
}

/// As programs are told, in English.
fn refused(app: &App, refusal: Refusal) -> Error {
    let texts = app.pages.texts("en");
    let said = |(path, fault): (String, Fault)| PathFault::plain(path, fault.say(&texts));
    Error::Faults(refusal.faults.into_iter().map(said).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_rfc_7396() {
        for (before, patch, after) in [
            (json!({"a": "b"}), json!({"a": "c"}), json!({"a": "c"})),
            (json!({"a": "b"}), json!({"b": "c"}), json!({"a": "b", "b": "c"})),
            (json!({"a": "b"}), json!({"a": null}), json!({})),
            (json!({"a": ["b"]}), json!({"a": "c"}), json!({"a": "c"})),
            (json!({"a": {"b": "c"}}), json!({"a": {"b": "d", "c": null}}), json!({"a": {"b": "d"}})),
            (json!({"a": [{"b": "c"}]}), json!({"a": [1]}), json!({"a": [1]})),
            (json!({}), json!({"a": {"bb": {"ccc": null}}}), json!({"a": {"bb": {}}})),
        ] {
            let mut value = before;
            merge(&mut value, patch);
            assert_eq!(value, after);
        }
    }
}
