//! `/app/products/new` and `/app/products/{id}`: one product, with everything that there is to say about it.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use minijinja::{Value, context};
use uuid::Uuid;

use super::edit::{self, Refusal};
use super::fault::Faults;
use super::form::{self, Values};
use super::product::Product;
use super::shop::{Habits, habits};
use super::{check, sql};
use crate::accounts::actor::Actor;
use crate::accounts::rights::Right;
use crate::app::App;
use crate::error::{Error, Result};
use crate::http::form::Form;
use crate::library::choices;
use crate::pages::Texts;
use crate::pages::frame::{self, Visit};
use crate::{audit, categories, suppliers};

const TEMPLATE: &str = "products/item.html";
/// Units that the program has words for.
const UNITS: [&str; 5] = ["piece", "kg", "g", "l", "m"];
/// Rows of links beyond those that are filled in.
const FREE_LINKS: usize = 2;

/// What a form shows.
#[derive(Default)]
struct Shown {
    /// The product, where it is no new one.
    product: Option<Product>,
    values: Values,
    /// What the form was filled with when it was read.
    base: Values,
    faults: Faults,
    /// Products whose SKU or GTIN was typed.
    taken: Vec<Product>,
    conflict: Option<Value>,
}

/// `GET /app/products/new`.
pub async fn new(State(app): State<App>, visit: Visit, actor: Actor) -> Result<Response> {
    let shown = Shown { values: Values::from([("unit".to_owned(), "piece".to_owned())]), ..Shown::default() };
    render(&app, &visit, &actor, StatusCode::OK, shown).await
}

/// `GET /app/products/{id}`.
pub async fn page(State(app): State<App>, visit: Visit, actor: Actor, Path(id): Path<String>) -> Result<Response> {
    let id: Uuid = id.parse().map_err(|_| Error::NotFound)?;
    let product = sql::find(&app.db, actor.tenant, id).await?.ok_or(Error::NotFound)?;
    let values = form::values(&product);
    let shown = Shown { base: values.clone(), values, product: Some(product), ..Shown::default() };
    render(&app, &visit, &actor, StatusCode::OK, shown).await
}

/// `POST /app/products`: makes one.
pub async fn create(State(app): State<App>, visit: Visit, actor: Actor, form: Form) -> Result<Response> {
    let typed = typed(&form);
    let id = app.ids.next().map_err(Error::internal)?;
    let (product, faults) = form::read(&typed, &Product::new(id, "", ""));
    let mut tx = app.db.begin().await?;
    match edit::save(&app, &mut tx, &actor, None, product, faults).await? {
        Ok(product) => {
            tx.commit().await?;
            Ok(frame::done(&format!("/app/products/{}", product.id), "product_added"))
        }
        Err(refusal) => {
            drop(tx);
            let shown = refused(refusal, Shown { values: typed, ..Shown::default() });
            render(&app, &visit.at("/app/products/new"), &actor, StatusCode::UNPROCESSABLE_ENTITY, shown).await
        }
    }
}

/// `POST /app/products/{id}`: changes it, unless somebody else did meanwhile.
pub async fn save(
    State(app): State<App>,
    visit: Visit,
    actor: Actor,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response> {
    let id: Uuid = id.parse().map_err(|_| Error::NotFound)?;
    let at = format!("/app/products/{id}");
    let typed = typed(&form);
    let base: Values = serde_json::from_str(form.text("base")).unwrap_or_default();
    let mut tx = app.db.begin().await?;
    let before = edit::open(&mut tx, actor.tenant, id).await?;
    if form.text("version") != before.version.to_string() {
        drop(tx);
        return conflict(&app, &visit.at(&at), &actor, before, &base, &typed).await;
    }
    let (product, faults) = form::read(&typed, &before);
    match edit::save(&app, &mut tx, &actor, Some(before.clone()), product, faults).await? {
        Ok(_) => {
            tx.commit().await?;
            Ok(frame::done(&at, "saved"))
        }
        Err(refusal) => {
            drop(tx);
            let shown = refused(refusal, Shown { product: Some(before), values: typed, base, ..Shown::default() });
            render(&app, &visit.at(&at), &actor, StatusCode::UNPROCESSABLE_ENTITY, shown).await
        }
    }
}

/// The form once more, with what both typed put together; saving it is a change of what the other made.
async fn conflict(
    app: &App,
    visit: &Visit,
    actor: &Actor,
    now: Product,
    base: &Values,
    typed: &Values,
) -> Result<Response> {
    let present = form::values(&now);
    let merged = form::merge(base, &present, typed);
    let texts = app.pages.texts(&visit.lang);
    let names = Names::load(app, actor, &visit.lang).await?;
    let both: Vec<Value> = merged
        .both
        .iter()
        .map(|(field, theirs, yours)| {
            context! { label => label(field, &texts), theirs => names.say(field, theirs), yours => names.say(field, yours) }
        })
        .collect();
    let theirs: Vec<Value> = merged
        .theirs
        .iter()
        .map(|(field, was, is)| context! { label => label(field, &texts), was => names.say(field, was), is => names.say(field, is) })
        .collect();
    let who = audit::sql::last_of(&app.db, actor.tenant, now.id)
        .await?
        .map(|entry| entry.actor)
        .filter(|who| !who.is_empty());
    let conflict = Some(context! { who, both, theirs });
    let shown = Shown { values: merged.values, base: present, product: Some(now), conflict, ..Shown::default() };
    render(app, visit, actor, StatusCode::CONFLICT, shown).await
}

/// `POST /app/products/{id}/archive`.
pub async fn archive(State(app): State<App>, actor: Actor, Path(id): Path<String>) -> Result<Response> {
    set_archived(&app, &actor, &id, Some(app.clock.now_us())).await
}

/// `POST /app/products/{id}/restore`.
pub async fn restore(State(app): State<App>, actor: Actor, Path(id): Path<String>) -> Result<Response> {
    set_archived(&app, &actor, &id, None).await
}

async fn set_archived(app: &App, actor: &Actor, id: &str, archived_us: Option<i64>) -> Result<Response> {
    let id: Uuid = id.parse().map_err(|_| Error::NotFound)?;
    let at = format!("/app/products/{id}");
    let mut tx = app.db.begin().await?;
    let before = edit::open(&mut tx, actor.tenant, id).await?;
    if before.archived_us.is_some() == archived_us.is_some() {
        return Ok(frame::to(&at));
    }
    let after = Product { archived_us, ..before.clone() };
    match edit::save(app, &mut tx, actor, Some(before), after, Faults::new()).await? {
        Ok(_) => {
            tx.commit().await?;
            Ok(frame::done(&at, if archived_us.is_some() { "product_archived" } else { "product_restored" }))
        }
        // Its GTIN went to another product meanwhile; the form says so when it is saved.
        Err(_) => Ok(frame::done(&at, "product_not_restored")),
    }
}

fn refused(refusal: Refusal, shown: Shown) -> Shown {
    Shown { faults: refusal.faults, taken: refusal.taken, ..shown }
}

/// What was typed, without what belongs to the page.
fn typed(form: &Form) -> Values {
    let own = ["version", "base", "pictures"];
    let fields = form.fields().filter(|(name, _)| !own.contains(name));
    let mut typed: Values = fields.map(|(name, value)| (name.to_owned(), value.trim().to_owned())).collect();
    let pictures: Vec<&str> = form.all("pictures").filter(|id| !id.is_empty()).collect();
    typed.insert("pictures".to_owned(), pictures.join(","));
    form::close_gaps(&mut typed);
    typed
}

/// What a field is called: `name.zh-TW` is the name, in Chinese.
fn label(field: &str, texts: &Texts) -> String {
    let (head, tag) = field.split_once('.').unwrap_or((field, ""));
    let named = |key: &str, name: &str, value: &str| texts.with(key, name, value);
    match head {
        "name" => named("product.name", "lang", crate::pages::own_name(tag)),
        "description" => named("product.description", "lang", crate::pages::own_name(tag)),
        "price" => texts.get("product.price_only").to_owned(),
        "sku" => texts.get("product.sku_label").to_owned(),
        "gtin" => texts.get("product.gtin").to_owned(),
        "unit" | "unitOther" => texts.get("product.unit").to_owned(),
        "category" => texts.get("product.category").to_owned(),
        "supplier" => texts.get("product.supplier").to_owned(),
        "supplierCode" => texts.get("product.supplier_code").to_owned(),
        "shelfLifeDays" => texts.get("product.shelf_life").to_owned(),
        "pack" => texts.get("product.pack").to_owned(),
        "pictures" => texts.get("product.part.pictures").to_owned(),
        "video" => texts.get("product.video").to_owned(),
        "links" => texts.get("product.part.links").to_owned(),
        "tax" => texts.get("product.tax").to_owned(),
        other => other.to_owned(),
    }
}

/// What ids in fields stand for.
struct Names {
    texts: Texts,
    ids: BTreeMap<String, String>,
}

impl Names {
    async fn load(app: &App, actor: &Actor, lang: &str) -> Result<Self> {
        let tree = categories::sql::tree(&app.db, actor.tenant).await?;
        let mut ids: BTreeMap<String, String> = tree
            .in_order()
            .iter()
            .map(|one| (one.category.id.to_string(), tree.path_text(one.category.id, lang)))
            .collect();
        let suppliers = suppliers::sql::list(&app.db, actor.tenant).await?;
        ids.extend(suppliers.into_iter().map(|one| (one.id.to_string(), one.name)));
        Ok(Self { texts: app.pages.texts(lang), ids })
    }

    fn say(&self, field: &str, value: &str) -> String {
        match field {
            "pictures" => self.texts.with(
                "product.conflict.pictures",
                "count",
                &value.split(',').filter(|id| !id.is_empty()).count().to_string(),
            ),
            "tax" if value == "included" => self.texts.get("product.tax_included").to_owned(),
            "tax" if value == "excluded" => self.texts.get("product.tax_excluded").to_owned(),
            "unit" => self.texts.known(&format!("unit.{value}")).unwrap_or(value).to_owned(),
            _ => self.ids.get(value).cloned().unwrap_or_else(|| value.to_owned()),
        }
    }
}

async fn render(app: &App, visit: &Visit, actor: &Actor, status: StatusCode, shown: Shown) -> Result<Response> {
    let texts = app.pages.texts(&visit.lang);
    let Habits { currency, mut languages } = habits(app, actor.tenant, &visit.lang).await?;
    let Shown { product, values, base, faults, taken, conflict } = shown;
    // What is there in other languages stays to be seen.
    for tag in
        values.keys().filter_map(|field| field.strip_prefix("name.").or_else(|| field.strip_prefix("description.")))
    {
        if !languages.iter().any(|known| known == tag) {
            languages.push(tag.to_owned());
        }
    }
    let languages: Vec<Value> = languages
        .iter()
        .take(check::MAX_LANGUAGES)
        .map(|tag| context! { tag, name => crate::pages::own_name(tag) })
        .collect();
    let tree = categories::sql::tree(&app.db, actor.tenant).await?;
    let nothing = (String::new(), texts.get("product.nothing_chosen").to_owned());
    let indented = tree.in_order().into_iter().map(|one| {
        let name = categories::tree::name(one.category, &visit.lang);
        (one.category.id.to_string(), format!("{}{name}", "\u{2003}".repeat(one.depth)))
    });
    let categories: Vec<(String, String)> = std::iter::once(nothing.clone()).chain(indented).collect();
    let chosen = values.get("supplier").cloned().unwrap_or_default();
    let known = suppliers::sql::list(&app.db, actor.tenant).await?.into_iter();
    let known = known.filter(|one| one.archived_us.is_none() || one.id.to_string() == chosen);
    let suppliers: Vec<(String, String)> =
        std::iter::once(nothing).chain(known.map(|one| (one.id.to_string(), one.name))).collect();
    let own_unit = values.get("unit").filter(|unit| !unit.is_empty() && !UNITS.contains(&unit.as_str()));
    let units = UNITS.into_iter().map(|unit| (unit.to_owned(), texts.get(&format!("unit.{unit}")).to_owned()));
    let units: Vec<(String, String)> = units.chain(own_unit.map(|unit| (unit.clone(), unit.clone()))).collect();
    let chosen = |field: &str| -> Vec<Uuid> {
        let ids = values.get(field).map(|ids| ids.split(',').filter_map(|id| id.parse().ok()).collect());
        ids.unwrap_or_default()
    };
    let pictures = choices::load(app, actor.tenant, &visit.lang, "picture", &chosen("pictures")).await?;
    let video = choices::load(app, actor.tenant, &visit.lang, "video", &chosen("video")).await?;
    let url = |index: usize| values.get(&format!("links.{index}.url")).filter(|url| !url.is_empty());
    let filled = (0..check::MAX_LINKS + FREE_LINKS)
        .filter(|index| {
            values.iter().any(|(field, text)| field.starts_with(&format!("links.{index}.")) && !text.is_empty())
        })
        .max()
        .map_or(0, |last| last + 1);
    let links: Vec<Value> = (0..(filled + FREE_LINKS).min(check::MAX_LINKS + 1))
        .map(|number| {
            let is_wrong = faults.iter().any(|(field, _)| field.starts_with(&format!("links.{number}.")));
            context! { number, title => url(number), is_open => is_wrong }
        })
        .collect();
    let is_public = match &product {
        Some(product) => sql::shown_in(&app.db, product.id).await?.is_some(),
        None => false,
    };
    let action = product.as_ref().map_or("/app/products".to_owned(), |product| format!("/app/products/{}", product.id));
    let errors = faults.iter().map(|(field, fault)| (field.as_str(), fault.say(&texts)));
    let errors = (!faults.is_empty()).then(|| Value::from_pairs(errors));
    let page = context! {
        product => product.as_ref().map(|product| context! {
            id => product.id.to_string(), name => product.name_in(&visit.lang), version => product.version,
            is_archived => product.archived_us.is_some(), is_public, updated_us => product.updated_us,
        }),
        currency => values.get("currency").filter(|code| check::is_currency(code)).unwrap_or(&currency),
        base => serde_json::to_string(&base).map_err(Error::internal)?,
        values => Value::from_pairs(values.iter().map(|(field, text)| (field.as_str(), text.as_str()))),
        errors,
        taken => taken.iter().map(|other| context! { id => other.id.to_string(), sku => &other.sku, name => other.name_in(&visit.lang) }).collect::<Vec<_>>(),
        may_write => actor.may(Right::WriteCatalogue),
        languages, categories, suppliers, units, pictures, video, links, action, conflict,
    };
    visit.page_with(app, status, TEMPLATE, page)
}
