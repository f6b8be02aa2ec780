//! Finding products: by what was typed, by category, in pages.

use uuid::Uuid;

use super::find::Finder;
use super::grams::{Query, RANKS};
use super::product::Product;
use super::{sql, unindexed};
use crate::accounts::actor::Tenant;
use crate::db::Db;
use crate::error::Result;

/// Characters of a query that are looked at.
pub const MAX_QUERY: usize = 200;
/// Products that are counted; of more it is said that they are more.
pub const MAX_COUNT: usize = 1000;

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
        let place = place.parse().ok().filter(|place| (0..=RANKS.len() as i64).contains(place))?;
        Some(Self { place, id: id.parse().ok()? })
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

/// How many products there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    /// So many.
    Exactly(usize),
    /// More than [`MAX_COUNT`].
    Many,
}

/// Finds `limit` products at most.
///
/// # Errors
/// The database's reason.
pub async fn page(db: &Db, tenant: Tenant, filter: &Filter, from: Option<Cursor>, limit: usize) -> Result<Page> {
    let found = ids(db, tenant, filter, from, limit + 1).await?;
    cut(db, tenant, found, limit).await
}

/// The first page, and how many products there are in all.
///
/// # Errors
/// The database's reason.
pub async fn counted(db: &Db, tenant: Tenant, filter: &Filter, limit: usize) -> Result<(Page, Count)> {
    let found = ids(db, tenant, filter, None, MAX_COUNT.max(limit) + 1).await?;
    let count = if found.len() > MAX_COUNT { Count::Many } else { Count::Exactly(found.len()) };
    Ok((cut(db, tenant, found, limit).await?, count))
}

async fn ids(db: &Db, tenant: Tenant, filter: &Filter, from: Option<Cursor>, limit: usize) -> Result<Vec<(Uuid, i64)>> {
    let text: String = filter.text.chars().take(MAX_QUERY).collect();
    let query = Query::parse(&text);
    // Signs alone find nothing.
    if query.terms.is_empty() && !text.trim().is_empty() {
        return Ok(Vec::new());
    }
    if unindexed::any(db, tenant).await? {
        return unindexed::find(db, tenant, filter, &query, from, limit).await;
    }
    Finder::new(db, tenant, filter, &query).find(from, limit as i64).await
}

/// The products of the first of these ids.
async fn cut(db: &Db, tenant: Tenant, mut found: Vec<(Uuid, i64)>, limit: usize) -> Result<Page> {
    let is_more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| is_more).map(|(id, place)| Cursor { place: *place, id: *id });
    let ids: Vec<Uuid> = found.into_iter().map(|(id, _)| id).collect();
    Ok(Page { products: sql::by_ids(db, tenant, &ids).await?, next })
}
