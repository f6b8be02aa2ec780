//! The cells of a product.

use std::collections::{BTreeSet, HashMap};

use uuid::Uuid;

use crate::accounts::actor::Tenant;
use crate::app::App;
use crate::categories;
use crate::db::Db;
use crate::error::Result;
use crate::on_engine;
use crate::pages::Texts;
use crate::products::import::fields::Field;
use crate::products::import::row::path;
use crate::products::product::Product;
use crate::products::{amount, gtin};
use crate::suppliers;

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// Nothing.
    Empty,
    /// Text, whatever it looks like.
    Text(String),
    /// A number, with its decimals.
    Number(String),
}

/// What makes cells of products.
pub struct Cells {
    /// The columns.
    pub fields: Vec<Field>,
    /// Their headings.
    pub headings: Vec<String>,
    categories: HashMap<Uuid, String>,
    suppliers: HashMap<Uuid, String>,
    yes_no: [String; 2],
}

const KEYS: (&str, &str) = (
    "SELECT DISTINCT each.key FROM product, json_each(product.name) AS each WHERE organisation_id = $1
     UNION SELECT DISTINCT each.key FROM product, json_each(product.description) AS each WHERE organisation_id = $1",
    "SELECT DISTINCT jsonb_object_keys(name::jsonb) FROM product WHERE organisation_id = $1
     UNION SELECT DISTINCT jsonb_object_keys(description::jsonb) FROM product WHERE organisation_id = $1",
);

/// Languages in which products of an organisation say anything.
async fn languages(db: &Db, tenant: Tenant) -> Result<Vec<String>> {
    let sql = db.pick(KEYS.0, KEYS.1);
    Ok(on_engine!(db, conn => sqlx::query_scalar(sql).bind(tenant.id()).fetch_all(conn).await?))
}

impl Cells {
    /// For an organisation, with headings in `lang`.
    ///
    /// # Errors
    /// The database's.
    pub async fn of(app: &App, tenant: Tenant, lang: &str) -> Result<Self> {
        let mut tags = app.pages.languages().to_vec();
        // The reader's language first.
        tags.sort_by_key(|tag| tag != lang);
        let others: BTreeSet<String> =
            languages(&app.db, tenant).await?.into_iter().filter(|tag| !tags.contains(tag)).collect();
        tags.extend(others);
        let texts = app.pages.texts(lang);
        let fields = Field::all(&tags);
        let headings = fields.iter().map(|field| heading(field, &texts)).collect();
        let tree = categories::sql::tree(&app.db, tenant).await?;
        let names = |id: Uuid| -> Vec<&str> {
            tree.path(id).into_iter().map(|category| categories::tree::name(category, lang)).collect()
        };
        let categories =
            tree.in_order().iter().map(|placed| (placed.category.id, path(&names(placed.category.id)))).collect();
        let suppliers = suppliers::sql::list(&app.db, tenant).await?;
        let suppliers = suppliers.into_iter().map(|supplier| (supplier.id, supplier.name)).collect();
        let yes_no = ["import.yes", "import.no"].map(|key| texts.get(key).to_owned());
        Ok(Self { fields, headings, categories, suppliers, yes_no })
    }

    /// The cells of a product, one for each field.
    pub fn row(&self, product: &Product) -> Vec<Content> {
        self.fields.iter().map(|field| self.cell(field, product)).collect()
    }

    fn cell(&self, field: &Field, product: &Product) -> Content {
        let text = |text: Option<&str>| match text {
            Some(text) if !text.is_empty() => Content::Text(text.to_owned()),
            _ => Content::Empty,
        };
        let truth = |is_true: bool| text(Some(&self.yes_no[usize::from(!is_true)]));
        let number = |number: Option<String>| number.map_or(Content::Empty, Content::Number);
        match field {
            Field::Sku => text(Some(&product.sku)),
            Field::Gtin => text(product.gtin.as_deref().map(gtin::shown)),
            Field::Name(lang) => text(product.name.0.get(lang).map(String::as_str)),
            Field::Description(lang) => text(product.description.0.get(lang).map(String::as_str)),
            Field::Price => number(product.price.as_ref().map(|price| amount::plain(price.minor, price.minor_digits))),
            Field::Currency => text(product.price.as_ref().map(|price| price.currency.as_str())),
            Field::TaxIncluded => product.price.as_ref().map_or(Content::Empty, |price| truth(price.tax_included)),
            Field::Unit => text(Some(&product.unit)),
            Field::Category => text(product.category.and_then(|id| self.categories.get(&id)).map(String::as_str)),
            Field::Supplier => text(product.supplier.and_then(|id| self.suppliers.get(&id)).map(String::as_str)),
            Field::SupplierCode => text(product.supplier_code.as_deref()),
            Field::ShelfLife => number(product.shelf_life_days.map(|days| days.to_string())),
            Field::Pack => number(product.pack_thousandths.map(|pack| amount::plain(pack, 3))),
            Field::Links => {
                let urls: Vec<&str> = product.links.iter().map(|link| link.url.as_str()).collect();
                text(Some(&urls.join("\n")))
            }
            Field::Archived => truth(product.archived_us.is_some()),
        }
    }
}

/// The heading of a field, which an import understands.
pub fn heading(field: &Field, texts: &Texts) -> String {
    let (key, lang) = field.text();
    lang.map_or_else(|| texts.get(&key).to_owned(), |lang| texts.with(&key, "lang", lang))
}
