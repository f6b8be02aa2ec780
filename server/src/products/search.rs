//! Finding products: by what was typed, by category, in pages.

use std::fmt::Write as _;

use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::grams::{Query, Term, WHOLE_CODE, after};
use super::product::Product;
use super::sql;
use crate::accounts::actor::Tenant;
use crate::db::Db;
use crate::error::Result;
use crate::on_engine;

/// Characters of a query that are looked at.
pub const MAX_QUERY: usize = 200;

/// Which products.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// What was typed; all where it is empty.
    pub text: String,
    /// Those that stand in this category or below it.
    pub category: Option<Uuid>,
    /// Those of this supplier.
    pub supplier: Option<Uuid>,
    /// Archived ones instead of the others.
    pub is_archived: bool,
}

/// Where a list goes on: after this product, at this place of the ranking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// 0 for what was asked for by the whole of a code, then the ranks of [`super::grams`], one more each; 0 for every product of a
    /// list without a query.
    pub place: i64,
    /// The last product of the page before.
    pub id: Uuid,
}

impl Cursor {
    /// As it stands in an address.
    #[must_use]
    pub fn text(self) -> String {
        format!("{}.{}", self.place, self.id.simple())
    }

    /// Reads [`Self::text`].
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (place, id) = text.split_once('.')?;
        Some(Self { place: place.parse().ok()?, id: id.parse().ok()? })
    }
}

/// One page of a list.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// The products, the best first; without a query the newest first.
    pub products: Vec<Product>,
    /// Where the next page begins, where there is one.
    pub next: Option<Cursor>,
}

/// Finds `limit` products at most.
pub async fn page(db: &Db, tenant: Tenant, filter: &Filter, from: Option<Cursor>, limit: usize) -> Result<Page> {
    let text: String = filter.text.chars().take(MAX_QUERY).collect();
    let query = Query::parse(&text);
    let mut found = if text.trim().is_empty() {
        newest(db, tenant, filter, from, limit as i64 + 1).await?
    } else if query.terms.is_empty() {
        Vec::new()
    } else {
        best(db, tenant, filter, &query, from, limit as i64 + 1).await?
    };
    let is_more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| is_more).map(|(id, place)| Cursor { place: *place, id: *id });
    let ids: Vec<Uuid> = found.into_iter().map(|(id, _)| id).collect();
    Ok(Page { products: sql::by_ids(db, tenant, &ids).await?, next })
}

/// Every product, the newest first.
async fn newest(
    db: &Db,
    tenant: Tenant,
    filter: &Filter,
    from: Option<Cursor>,
    limit: i64,
) -> Result<Vec<(Uuid, i64)>> {
    // A constant, so that the index of what is archived, or not, is seen to fit.
    let state = if filter.is_archived { "archived_us IS NOT NULL" } else { "archived_us IS NULL" };
    let mut sql =
        format!("SELECT id, CAST(0 AS BIGINT) FROM product WHERE organisation_id = $1 AND {state} AND id < $2");
    if filter.supplier.is_some() {
        sql.push_str(" AND supplier_id = $4");
    }
    if filter.category.is_some() {
        sql.push_str(" AND category_id IN (");
        sql.push_str(&below("$5"));
        sql.push(')');
    }
    sql.push_str(" ORDER BY id DESC LIMIT $3");
    Ok(
        on_engine!(db, conn => sqlx::query_as(AssertSqlSafe(sql)).bind(tenant.id()).bind(from.map_or(Uuid::max(), |from| from.id))
        .bind(limit).bind(filter.supplier).bind(filter.category).fetch_all(conn).await?),
    )
}

/// A category with everything below it.
fn below(category: &str) -> String {
    format!(
        "WITH RECURSIVE below (id) AS (SELECT id FROM category WHERE organisation_id = $1 AND id = {category}
         UNION ALL SELECT category.id FROM category JOIN below ON category.parent_id = below.id) SELECT id FROM below"
    )
}

/// The rows of an organisation that are archived, or not.
const OWN: &str = "organisation_id = $1 AND is_archived = $2";

/// What has all the terms of a query, the best first: the whole of a code, then by the place of the first term.
async fn best(
    db: &Db,
    tenant: Tenant,
    filter: &Filter,
    query: &Query,
    from: Option<Cursor>,
    limit: i64,
) -> Result<Vec<(Uuid, i64)>> {
    let mut values: Vec<String> = Vec::new();
    let mut bind = |value: String| {
        values.push(value);
        format!("${}", values.len() + 7)
    };
    let mut condition = |term: &Term| match term {
        Term::Gram(gram) => format!("gram = {}", bind(gram.clone())),
        Term::Beginning(text) => format!("gram >= {} AND gram < {}", bind(text.clone()), bind(after(text))),
    };
    let mut terms = query.terms.iter();
    let first = terms.next().map(&mut condition).unwrap_or_default();
    let mut rest = String::new();
    for term in terms {
        let _ = write!(
            rest,
            " AND product_id IN (SELECT product_id FROM product_gram WHERE {OWN} AND {})",
            condition(term)
        );
    }
    let code = bind(query.code.clone());
    let mut narrowed = String::new();
    if filter.supplier.is_some() {
        narrowed
            .push_str(" AND product_id IN (SELECT id FROM product WHERE organisation_id = $1 AND supplier_id = $6)");
    }
    if filter.category.is_some() {
        let below = below("$7");
        let _ = write!(
            narrowed,
            " AND product_id IN (SELECT id FROM product WHERE organisation_id = $1 AND category_id IN ({below}))"
        );
    }
    // A beginning may fit several grams of one product; the best of them counts.
    let (place, group) = match query.terms.first() {
        Some(Term::Gram(_)) => ("rank + 1", ""),
        _ => ("MIN(rank) + 1", " GROUP BY product_id"),
    };
    let whole = format!("FROM product_gram WHERE {OWN} AND gram = {code} AND rank = {WHOLE_CODE}");
    let sql = format!(
        "SELECT product_id, place FROM (
             SELECT product_id, CAST(0 AS BIGINT) AS place {whole}
             UNION ALL
             SELECT product_id, {place} AS place FROM product_gram
             WHERE {OWN} AND {first}{rest} AND product_id NOT IN (SELECT product_id {whole}){group}
         ) AS found
         WHERE (place > $3 OR (place = $3 AND product_id < $4)){narrowed}
         ORDER BY place, product_id DESC LIMIT $5"
    );
    let (place, id) = from.map_or((-1, Uuid::nil()), |from| (from.place, from.id));
    Ok(on_engine!(db, conn => {
        let mut query = sqlx::query_as(AssertSqlSafe(sql)).bind(tenant.id()).bind(filter.is_archived).bind(place).bind(id)
            .bind(limit).bind(filter.supplier).bind(filter.category);
        for value in values {
            query = query.bind(value);
        }
        query.fetch_all(conn).await?
    }))
}
