//! `GET /app/products`: what is sold, found and narrowed, page by page.

use axum::extract::{Query, State};
use axum::response::Response;
use minijinja::{Value, context};
use serde::Deserialize;
use url::form_urlencoded::Serializer;
use uuid::Uuid;

use super::product::Product;
use super::search::{self, Count, Cursor, Filter, MAX_COUNT, MAX_QUERY};
use crate::accounts::actor::Actor;
use crate::accounts::rights::Right;
use crate::app::App;
use crate::categories;
use crate::categories::tree::{Tree, name};
use crate::error::Result;
use crate::pages::frame::Visit;
use crate::pages::{Texts, number, price};
use crate::suppliers;

/// Products on a page.
const PAGE: usize = 50;

/// What the address may ask for. What makes no sense is as if it were not there: an address is shared, and people mistype.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Asked {
    q: Option<String>,
    category: Option<String>,
    supplier: Option<String>,
    archived: Option<String>,
    cursor: Option<String>,
}

impl Asked {
    /// Which products are meant.
    #[must_use]
    pub fn filter(&self) -> Filter {
        let id = |text: &Option<String>| text.as_deref().and_then(|text| text.parse::<Uuid>().ok());
        let text = self.q.as_deref().unwrap_or_default();
        Filter {
            text: text.chars().filter(|c| *c != '\0').take(MAX_QUERY).collect(),
            category: id(&self.category),
            supplier: id(&self.supplier),
            is_archived: self.archived.as_deref() == Some("1"),
        }
    }
}

/// The address's query for a filter, without where the list goes on.
#[must_use]
pub fn query_of(filter: &Filter) -> String {
    let mut query = Serializer::new(String::new());
    if !filter.text.is_empty() {
        query.append_pair("q", &filter.text);
    }
    for (field, id) in [("category", filter.category), ("supplier", filter.supplier)] {
        if let Some(id) = id {
            query.append_pair(field, &id.to_string());
        }
    }
    if filter.is_archived {
        query.append_pair("archived", "1");
    }
    query.finish()
}

/// The page.
pub async fn page(State(app): State<App>, visit: Visit, actor: Actor, Query(asked): Query<Asked>) -> Result<Response> {
    let filter = asked.filter();
    let from = asked.cursor.as_deref().and_then(Cursor::parse);
    let (page, count) = if from.is_some() {
        (search::page(&app.db, actor.tenant, &filter, from, PAGE).await?, None)
    } else {
        let (page, count) = search::counted(&app.db, actor.tenant, &filter, PAGE).await?;
        (page, Some(count))
    };
    let tree = categories::sql::tree(&app.db, actor.tenant).await?;
    let texts = app.pages.texts(&visit.lang);
    let products: Vec<Value> = page.products.iter().map(|product| row(product, &tree, &texts, &visit.lang)).collect();
    let supplier_name = match filter.supplier {
        Some(id) => {
            suppliers::sql::list(&app.db, actor.tenant).await?.into_iter().find(|one| one.id == id).map(|one| one.name)
        }
        None => None,
    };
    let context = context! {
        products,
        count => match count {
            Some(Count::Exactly(count)) => context! { count, number => number(count as i64, &visit.lang) },
            Some(Count::Many) => context! { number => number(MAX_COUNT as i64, &visit.lang) },
            None => context! {},
        },
        categories => options(&tree, &visit.lang, texts.get("product.every_category")),
        supplier_name,
        filter => context! {
            text => &filter.text, category => filter.category.map(|id| id.to_string()),
            supplier => filter.supplier.map(|id| id.to_string()), is_archived => filter.is_archived,
        },
        is_filtered => !filter.text.is_empty() || filter.category.is_some() || filter.supplier.is_some(),
        is_first => from.is_none(),
        next => page.next.map(Cursor::text),
        may_write => actor.may(Right::WriteCatalogue),
    };
    visit.page(&app, "products/list.html", context)
}

/// Categories to choose from, each before those below it.
fn options(tree: &Tree, lang: &str, every: &str) -> Vec<(String, String)> {
    let below = tree.in_order().into_iter().map(|one| {
        (one.category.id.to_string(), format!("{}{}", "\u{2003}".repeat(one.depth), name(one.category, lang)))
    });
    std::iter::once((String::new(), every.to_owned())).chain(below).collect()
}

fn row(product: &Product, tree: &Tree, texts: &Texts, lang: &str) -> Value {
    let (name, of) = product.name.get(lang, lang).unwrap_or((&product.sku, lang));
    let unit = Some(product.unit.as_str()).filter(|unit| *unit != "piece");
    let per = unit.map(|unit| texts.with("price.per", "unit", texts.known(&format!("unit.{unit}")).unwrap_or(unit)));
    context! {
        id => product.id.to_string(), sku => &product.sku, name, name_lang => (of != lang).then_some(of),
        picture => product.pictures.first().map(Uuid::to_string),
        category => product.category.map(|id| tree.path_text(id, lang)),
        price => product.price.as_ref().map(price), per,
    }
}
