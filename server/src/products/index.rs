//! Writes what products are found by: `product_posting` by gram, `product_text` by product. Both follow from the product
//! and are written in its transaction.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use uuid::Uuid;

use super::grams::{self, Line};
use super::sql::by_ids_in;
use super::write::{AT_ONCE, Write};
use crate::accounts::actor::Tenant;
use crate::db::{Engine, Tx, id_list};
use crate::error::Result;
use crate::on_engine;

/// `SQLite` finds rows by lists in columns of a key, but not by a list of keys, so a product is a statement there.
const DROP_POSTINGS_OF_ONE: &str = "DELETE FROM product_posting WHERE organisation_id = $1 AND is_archived = $2
    AND rank IN (0, 1, 2) AND gram IN (SELECT value FROM json_each($4)) AND product_id = $3";
const DROP_POSTINGS: &str =
    "DELETE FROM product_posting WHERE organisation_id = $1 AND (is_archived, rank, gram, product_id) IN
    (SELECT (value ->> 0)::boolean, (value ->> 1)::bigint, (value ->> 2) COLLATE \"C\", (value ->> 3)::uuid
     FROM jsonb_array_elements($2::jsonb))";
/// Rows come as one JSON list: however many there are, the statement is the same.
const POSTINGS: (&str, &str) = (
    "INSERT INTO product_posting (organisation_id, is_archived, rank, gram, product_id)
     SELECT $1, value ->> 0, value ->> 1, value ->> 2, unhex(value ->> 3) FROM json_each($2) WHERE TRUE
     ON CONFLICT (organisation_id, is_archived, rank, gram, product_id) DO NOTHING",
    "INSERT INTO product_posting (organisation_id, is_archived, rank, gram, product_id)
     SELECT $1, (value ->> 0)::boolean, (value ->> 1)::bigint, value ->> 2, (value ->> 3)::uuid
     FROM jsonb_array_elements($2::jsonb)
     ON CONFLICT (organisation_id, is_archived, rank, gram, product_id) DO NOTHING",
);
const DROP_TEXTS: (&str, &str) = (
    "DELETE FROM product_text WHERE organisation_id = $1 AND is_archived = $2
     AND product_id IN (SELECT unhex(value) FROM json_each($3))",
    "DELETE FROM product_text WHERE organisation_id = $1 AND is_archived = $2
     AND product_id IN (SELECT value::uuid FROM jsonb_array_elements_text($3::jsonb))",
);
const TEXTS: (&str, &str) = (
    "INSERT INTO product_text (organisation_id, is_archived, product_id, grams, codes_end, beginnings_end)
     SELECT $1, value ->> 0, unhex(value ->> 1), value ->> 2, value ->> 3, value ->> 4 FROM json_each($2) WHERE TRUE
     ON CONFLICT (organisation_id, is_archived, product_id) DO UPDATE
     SET grams = excluded.grams, codes_end = excluded.codes_end, beginnings_end = excluded.beginnings_end",
    "INSERT INTO product_text (organisation_id, is_archived, product_id, grams, codes_end, beginnings_end)
     SELECT $1, (value ->> 0)::boolean, (value ->> 1)::uuid, value ->> 2, (value ->> 3)::bigint, (value ->> 4)::bigint
     FROM jsonb_array_elements($2::jsonb)
     ON CONFLICT (organisation_id, is_archived, product_id) DO UPDATE
     SET grams = excluded.grams, codes_end = excluded.codes_end, beginnings_end = excluded.beginnings_end",
);

const INDEXED: (&str, &str) = (
    "UPDATE product SET indexed_version = version WHERE id IN (SELECT unhex(value) FROM json_each($1))",
    "UPDATE product SET indexed_version = version
     WHERE id IN (SELECT value::uuid FROM jsonb_array_elements_text($1::jsonb))",
);
const UNINDEXED: (&str, &str) = (
    "SELECT id FROM product WHERE organisation_id = $1 AND indexed_version <> version
     AND id IN (SELECT unhex(value) FROM json_each($2))",
    "SELECT id FROM product WHERE organisation_id = $1 AND indexed_version <> version
     AND id IN (SELECT value::uuid FROM jsonb_array_elements_text($2::jsonb))",
);

/// Rows of `product_posting`, in the order of its key, which is the order on the disk: whether archived, rank, gram, product.
type Postings = BTreeSet<(bool, i64, String, Uuid)>;

fn postings(
    is_archived: bool,
    product: Uuid,
    grams: &BTreeMap<String, i64>,
) -> impl Iterator<Item = (bool, i64, String, Uuid)> {
    grams.iter().map(move |(gram, rank)| (is_archived, *rank, gram.clone(), product))
}

/// Writes what these products are found by, before they are written themselves. Only what differs is written: most changes
/// touch neither name nor codes.
///
/// # Errors
/// The database's reason.
pub(super) async fn write(tx: &mut Tx, tenant: Tenant, writes: &[Write]) -> Result<()> {
    let unindexed = unindexed(tx, tenant, writes).await?;
    forget(tx, tenant, &unindexed).await?;
    let (mut gone, mut new, mut lines) = (Postings::new(), Postings::new(), Vec::new());
    let mut moved = [Vec::new(), Vec::new()];
    for Write { before, after } in writes {
        let grams = grams::of(after);
        let now: Postings = postings(after.archived_us.is_some(), after.id, &grams).collect();
        let known = before.as_ref().filter(|_| !unindexed.contains(&after.id));
        let old: Postings = known.map_or_else(Postings::new, |before| {
            postings(before.archived_us.is_some(), after.id, &grams::of(before)).collect()
        });
        if now == old {
            continue;
        }
        if let Some(before) = known.filter(|before| before.archived_us.is_some() != after.archived_us.is_some()) {
            moved[usize::from(before.archived_us.is_some())].push(after.id);
        }
        gone.extend(old.difference(&now).cloned());
        new.extend(now.difference(&old).cloned());
        lines.push(line(after.archived_us.is_some(), after.id, &grams));
    }
    for (is_archived, ids) in [false, true].into_iter().zip(moved) {
        drop_texts(tx, tenant, is_archived, &ids).await?;
    }
    drop_postings(tx, tenant, &gone).await?;
    insert(tx, tenant, &new, lines).await
}

/// Those of which the tables here know another version than the one that is about to be changed.
async fn unindexed(tx: &mut Tx, tenant: Tenant, writes: &[Write]) -> Result<Vec<Uuid>> {
    let changed: Vec<Uuid> = writes.iter().filter(|write| write.before.is_some()).map(|write| write.after.id).collect();
    if changed.is_empty() {
        return Ok(changed);
    }
    let sql = tx.pick(UNINDEXED.0, UNINDEXED.1);
    Ok(on_engine!(tx, conn => sqlx::query_scalar(sql).bind(tenant.id()).bind(id_list(changed)).fetch_all(conn).await?))
}

/// A row of `product_text`.
fn line(is_archived: bool, product: Uuid, grams: &BTreeMap<String, i64>) -> Value {
    let Line { grams, codes_end, beginnings_end } = Line::new(grams);
    json!([is_archived, product.simple().to_string(), grams, codes_end, beginnings_end])
}

async fn drop_texts(tx: &mut Tx, tenant: Tenant, is_archived: bool, products: &[Uuid]) -> Result<()> {
    if products.is_empty() {
        return Ok(());
    }
    let sql = tx.pick(DROP_TEXTS.0, DROP_TEXTS.1);
    on_engine!(tx, conn => sqlx::query(sql).bind(tenant.id()).bind(is_archived).bind(id_list(products.iter().copied()))
        .execute(conn).await.map(drop)?);
    Ok(())
}

async fn drop_postings(tx: &mut Tx, tenant: Tenant, gone: &Postings) -> Result<()> {
    if gone.is_empty() {
        return Ok(());
    }
    match tx.engine() {
        Engine::Sqlite(conn) => {
            let mut by_product: BTreeMap<(bool, Uuid), Vec<&str>> = BTreeMap::new();
            for (is_archived, _, gram, id) in gone {
                by_product.entry((*is_archived, *id)).or_default().push(gram);
            }
            for ((is_archived, id), grams) in by_product {
                let grams = Value::from(grams).to_string();
                let drop = sqlx::query(DROP_POSTINGS_OF_ONE).bind(tenant.id()).bind(is_archived).bind(id).bind(grams);
                drop.execute(&mut *conn).await?;
            }
        }
        Engine::Postgres(conn) => {
            sqlx::query(DROP_POSTINGS).bind(tenant.id()).bind(list(gone)).execute(conn).await?;
        }
    }
    Ok(())
}

fn list(postings: &Postings) -> String {
    let row = |(is_archived, rank, gram, id): &(bool, i64, String, Uuid)| {
        json!([is_archived, rank, gram, id.simple().to_string()])
    };
    postings.iter().map(row).collect::<Value>().to_string()
}

async fn insert(tx: &mut Tx, tenant: Tenant, new: &Postings, lines: Vec<Value>) -> Result<()> {
    if !new.is_empty() {
        let sql = tx.pick(POSTINGS.0, POSTINGS.1);
        on_engine!(tx, conn => sqlx::query(sql).bind(tenant.id()).bind(list(new)).execute(conn).await.map(drop)?);
    }
    if !lines.is_empty() {
        let sql = tx.pick(TEXTS.0, TEXTS.1);
        let lines = Value::from(lines).to_string();
        on_engine!(tx, conn => sqlx::query(sql).bind(tenant.id()).bind(lines).execute(conn).await.map(drop)?);
    }
    Ok(())
}

/// Makes up to [`AT_ONCE`] products of an organisation findable that are not, and returns how many. The caller has taken the
/// [`super::write::lock`].
///
/// # Errors
/// The database's reason.
pub(super) async fn fill(tx: &mut Tx, tenant: Tenant) -> Result<usize> {
    let ids: Vec<Uuid> = on_engine!(tx, conn => sqlx::query_scalar(
        "SELECT id FROM product WHERE organisation_id = $1 AND indexed_version <> version ORDER BY id LIMIT $2",
    ).bind(tenant.id()).bind(AT_ONCE as i64).fetch_all(conn).await?);
    if ids.is_empty() {
        return Ok(0);
    }
    forget(tx, tenant, &ids).await?;
    let (mut new, mut lines) = (Postings::new(), Vec::new());
    for product in by_ids_in(tx, tenant, &ids).await? {
        let (grams, is_archived) = (grams::of(&product), product.archived_us.is_some());
        new.extend(postings(is_archived, product.id, &grams));
        lines.push(line(is_archived, product.id, &grams));
    }
    insert(tx, tenant, &new, lines).await?;
    let sql = tx.pick(INDEXED.0, INDEXED.1);
    on_engine!(tx, conn => sqlx::query(sql).bind(id_list(ids.iter().copied())).execute(conn).await.map(drop)?);
    Ok(ids.len())
}

/// Takes out what is known of products whose present state another program wrote.
async fn forget(tx: &mut Tx, tenant: Tenant, ids: &[Uuid]) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    for is_archived in [false, true] {
        let sql = tx.pick(
            "SELECT product_id, grams FROM product_text WHERE organisation_id = $1 AND is_archived = $2
             AND product_id IN (SELECT unhex(value) FROM json_each($3))",
            "SELECT product_id, grams FROM product_text WHERE organisation_id = $1 AND is_archived = $2
             AND product_id IN (SELECT value::uuid FROM jsonb_array_elements_text($3::jsonb))",
        );
        let known: Vec<(Uuid, String)> = on_engine!(tx, conn => sqlx::query_as(sql).bind(tenant.id()).bind(is_archived)
            .bind(id_list(ids.iter().copied())).fetch_all(conn).await?);
        let mut gone = Postings::new();
        for (id, grams) in &known {
            let each = grams
                .split(' ')
                .filter(|gram| !gram.is_empty())
                .flat_map(|gram| grams::RANKS.map(|rank| (is_archived, rank, gram.to_owned(), *id)));
            gone.extend(each);
        }
        drop_postings(tx, tenant, &gone).await?;
        let known: Vec<Uuid> = known.into_iter().map(|(id, _)| id).collect();
        drop_texts(tx, tenant, is_archived, &known).await?;
    }
    Ok(())
}
