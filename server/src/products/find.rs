//! Which products fit, without looking at all that do: a word that nearly every product has ends where the page is full.
//!
//! Where something of what was asked for is rare, its products are looked at one by one ([`Finder::among`]). Where nothing is,
//! products are walked in the order of the list, one place of the ranking after the other ([`Finder::in_order`]); as many fit,
//! few are looked at. Whether a product fits is read off its line in `product_text`.

use std::fmt::Write as _;

use sqlx::AssertSqlSafe;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

use super::grams::{BEGINNING, Query, RANKS, Term, WHOLE_CODE, after};
use super::search::{Cursor, Filter};
use crate::accounts::actor::Tenant;
use crate::db::Db;
use crate::error::Result;
use crate::on_engine;

/// How many products count as few: these looked at one by one take less time than a walk through 100,000. The smaller
/// number is tried first, so that a rare word costs no counting of the common ones beside it.
const FEW: [i64; 2] = [300, 5000];
/// The place of what was asked for by the whole of a code, and of all where nothing was asked for.
const CODE_PLACE: i64 = 0;

/// A search on a database.
pub(super) struct Finder<'a> {
    db: &'a Db,
    tenant: Tenant,
    filter: &'a Filter,
    /// What is bound from `$7` on: each statement has all of it.
    values: Vec<String>,
    terms: Vec<Sought>,
    /// Condition: the whole of a code was asked for, and it is this product's.
    is_code: String,
    /// Products of that code.
    of_code: String,
    /// How many products count as few: first, and at last.
    pub(super) few: [i64; 2],
    /// Whether there are products of which the index does not know the present version. They are left out.
    is_behind: bool,
}

/// A term in SQL.
struct Sought {
    /// Condition on `product_posting`.
    gram: String,
    /// Character of the space before it in a product's line; 0 where it is not there. The first one is the best.
    at: String,
}

impl Sought {
    /// Products that have it at one of these ranks.
    fn products(&self, ranks: &str) -> String {
        format!("SELECT product_id AS id FROM product_posting WHERE {OWN} AND rank IN ({ranks}) AND {}", self.gram)
    }

    /// Condition: its best rank is this one.
    fn is_at(&self, rank: i64) -> String {
        let at = &self.at;
        match rank {
            WHOLE_CODE => format!("{at} BETWEEN 1 AND t.codes_end - 1"),
            BEGINNING => format!("{at} BETWEEN t.codes_end AND t.beginnings_end - 1"),
            _ => format!("{at} >= t.beginnings_end"),
        }
    }
}

/// The rows of an organisation that are archived, or not.
const OWN: &str = "organisation_id = $1 AND is_archived = $2";
/// All of [`RANKS`].
const ANY_RANK: &str = "0, 1, 2";

/// A category with everything below it.
const BELOW: &str = "WITH RECURSIVE below (id) AS (SELECT id FROM category WHERE organisation_id = $1 AND id = $6
     UNION ALL SELECT category.id FROM category JOIN below ON category.parent_id = below.id) SELECT id FROM below";

impl<'a> Finder<'a> {
    /// Prepares a search. Without terms it finds every product of the filter.
    pub(super) fn new(db: &'a Db, tenant: Tenant, filter: &'a Filter, query: &Query) -> Self {
        let place_in = db.pick("instr", "strpos");
        let mut values: Vec<String> = Vec::new();
        let mut bind = |value: String| {
            values.push(value);
            format!("${}", values.len() + 6)
        };
        let terms = query.terms.iter().map(|term| Sought {
            gram: match term {
                Term::Gram(gram) => format!("gram = {}", bind(gram.clone())),
                Term::Beginning(text) => format!("gram >= {} AND gram < {}", bind(text.clone()), bind(after(text))),
            },
            at: format!("{place_in}(t.grams, {})", bind(term.pattern())),
        });
        let terms = terms.collect();
        let line = format!("{place_in}(t.grams, {})", bind(Term::Gram(query.code.clone()).pattern()));
        let is_code = format!("{line} BETWEEN 1 AND t.codes_end - 1");
        let code = bind(query.code.clone());
        let of_code = format!(
            "SELECT product_id AS id FROM product_posting WHERE {OWN} AND rank = {WHOLE_CODE} AND gram = {code}"
        );
        Self { db, tenant, filter, values, terms, is_code, of_code, few: FEW, is_behind: false }
    }

    /// The same without the products of which the index does not know the present version ([`super::unindexed`]).
    pub(super) const fn without_unindexed(mut self) -> Self {
        self.is_behind = true;
        self
    }

    /// The products behind `from`, the best first, each with its place: 0 for the whole of a code, then the rank of the first term,
    /// one more; 0 for all where there is no term.
    pub(super) async fn find(&self, from: Option<Cursor>, limit: i64) -> Result<Vec<(Uuid, i64)>> {
        let from = from.unwrap_or(Cursor { place: CODE_PLACE, id: Uuid::max() });
        match self.rarest().await? {
            Some(few) if self.terms.is_empty() => self.at_place(CODE_PLACE, Some(&few), from.id, limit).await,
            Some(few) => self.among(&few, from, limit).await,
            None => self.in_order(from, limit).await,
        }
    }

    /// What the fewest products have, where they are few.
    async fn rarest(&self) -> Result<Option<String>> {
        let mut sources: Vec<String> = self.terms.iter().map(|term| term.products(ANY_RANK)).collect();
        let products = "SELECT id FROM product WHERE organisation_id = $1 AND";
        if self.filter.supplier.is_some() {
            sources.push(format!("{products} supplier_id = $5"));
        }
        if self.filter.category.is_some() {
            sources.push(format!("{products} category_id IN ({BELOW})"));
        }
        for few in self.few {
            let (mut rarest, mut fewest) = (None, few + 1);
            for source in &sources {
                let count = self.count(source, fewest).await?;
                if count < fewest {
                    (rarest, fewest) = (Some(source), count);
                }
            }
            if rarest.is_some() {
                return Ok(rarest.cloned());
            }
        }
        Ok(None)
    }

    /// How many products a source has, counted up to `most`.
    async fn count(&self, source: &str, most: i64) -> Result<i64> {
        let sql = format!("SELECT COUNT(*) FROM (SELECT id FROM ({source}) AS source LIMIT $4) AS counted");
        Ok(self.fetch::<(i64,)>(sql, Uuid::max(), most).await?.first().map_or(0, |(count,)| *count))
    }

    /// All places at once, looking at the products of a source.
    async fn among(&self, few: &str, from: Cursor, limit: i64) -> Result<Vec<(Uuid, i64)>> {
        let Some(first) = self.terms.first() else { return Ok(Vec::new()) };
        let mut places = String::new();
        for rank in RANKS {
            let _ = write!(places, " WHEN {} THEN {}", first.is_at(rank), rank + 1);
        }
        // In this order: SQLite takes tables that are joined so as they stand.
        let sql = format!(
            "SELECT id, place FROM (
                 SELECT t.product_id AS id, CAST(CASE WHEN {is_code} THEN {CODE_PLACE}{places} END AS BIGINT) AS place
                 FROM ({few} UNION {of_code}) AS few CROSS JOIN product_text AS t
                 WHERE t.organisation_id = $1 AND t.is_archived = $2 AND t.product_id = few.id
                     AND (({fits}) OR {is_code}){narrowed}
             ) AS found
             WHERE place > {place} OR (place = {place} AND id < $3) ORDER BY place, id DESC LIMIT $4",
            is_code = self.is_code,
            of_code = self.of_code,
            fits = self.fits(0),
            narrowed = self.narrowed(),
            place = from.place,
        );
        self.fetch(sql, from.id, limit).await
    }

    /// One place after the other, each from its newest product on, until there are enough.
    async fn in_order(&self, from: Cursor, limit: i64) -> Result<Vec<(Uuid, i64)>> {
        let Some(first) = self.terms.first() else { return self.at_place(CODE_PLACE, None, from.id, limit).await };
        let mut found = Vec::new();
        for place in from.place..=RANKS.len() as i64 {
            let below = if place == from.place { from.id } else { Uuid::max() };
            let left = limit - found.len() as i64;
            let source = if place == CODE_PLACE {
                Some(self.of_code.clone())
            } else {
                let source = first.products(&(place - 1).to_string());
                let most = self.few[1] + 1;
                match self.count(&source, most).await? {
                    0 => continue,
                    count => (count < most).then_some(source),
                }
            };
            found.extend(self.at_place(place, source.as_deref(), below, left).await?);
            if found.len() as i64 >= limit {
                break;
            }
        }
        Ok(found)
    }

    /// The products of one place: of a source, or of all in the order of the list.
    async fn at_place(&self, place: i64, source: Option<&str>, below: Uuid, limit: i64) -> Result<Vec<(Uuid, i64)>> {
        let from = source.map_or_else(
            || "product_text AS t WHERE".to_owned(),
            |source| {
                format!("(SELECT DISTINCT id FROM ({source}) AS source) AS few CROSS JOIN product_text AS t WHERE t.product_id = few.id AND")
            },
        );
        let is_there = match self.terms.first() {
            None => String::new(),
            Some(_) if place == CODE_PLACE => format!(" AND {}", self.is_code),
            Some(first) => format!(" AND {} AND {} AND NOT ({})", first.is_at(place - 1), self.fits(1), self.is_code),
        };
        let sql = format!(
            "SELECT t.product_id, CAST({place} AS BIGINT) FROM {from} t.organisation_id = $1 AND t.is_archived = $2
                 AND t.product_id < $3{is_there}{narrowed} ORDER BY t.product_id DESC LIMIT $4",
            narrowed = self.narrowed(),
        );
        self.fetch(sql, below, limit).await
    }

    /// Condition: the terms after the first `skipped` are there.
    fn fits(&self, skipped: usize) -> String {
        let each: Vec<String> = self.terms.iter().skip(skipped).map(|term| format!("{} > 0", term.at)).collect();
        if each.is_empty() { "TRUE".to_owned() } else { each.join(" AND ") }
    }

    /// Conditions on `product_text`.
    fn narrowed(&self) -> String {
        let mut of = self.filtered();
        if self.is_behind {
            of.push_str(" AND product.indexed_version = product.version");
        }
        if of.is_empty() {
            of
        } else {
            format!(" AND EXISTS (SELECT 1 FROM product WHERE product.id = t.product_id{of})")
        }
    }

    /// Conditions of the filter on `product`.
    fn filtered(&self) -> String {
        let mut of = String::new();
        if self.filter.supplier.is_some() {
            of.push_str(" AND product.supplier_id = $5");
        }
        if self.filter.category.is_some() {
            let _ = write!(of, " AND product.category_id IN ({BELOW})");
        }
        of
    }

    /// Products below an id of which the index does not know the present version and that the filter lets through, the newest
    /// first.
    pub(super) async fn unindexed(&self, below: Uuid, limit: i64) -> Result<Vec<Uuid>> {
        let sql = format!(
            "SELECT id FROM product WHERE organisation_id = $1 AND indexed_version <> version AND id < $3
                 AND (archived_us IS NOT NULL) = $2{} ORDER BY id DESC LIMIT $4",
            self.filtered(),
        );
        Ok(self.fetch::<(Uuid,)>(sql, below, limit).await?.into_iter().map(|(id,)| id).collect())
    }

    /// Runs a statement, with products below an id and so many rows at most.
    async fn fetch<T>(&self, sql: String, below: Uuid, limit: i64) -> Result<Vec<T>>
    where
        T: Send + Unpin + for<'r> sqlx::FromRow<'r, SqliteRow> + for<'r> sqlx::FromRow<'r, PgRow>,
    {
        let (tenant, filter) = (self.tenant.id(), self.filter);
        // Statements are kept prepared by their text, and take as many values as they were prepared with.
        let sql = format!("{sql} -- {} values", self.values.len());
        Ok(on_engine!(self.db, conn => {
            let query = sqlx::query_as(AssertSqlSafe(sql)).bind(tenant).bind(filter.is_archived).bind(below).bind(limit);
            let query = query.bind(filter.supplier).bind(filter.category);
            self.values.iter().fold(query, |query, value| query.bind(value.as_str())).fetch_all(conn).await?
        }))
    }
}
