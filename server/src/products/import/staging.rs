//! From rows to the staging table, and what the catalogue makes of them: new, changed, the same, or faulty.

use std::collections::{BTreeMap, HashMap};

use uuid::Uuid;

use super::refs::Refs;
use super::row::{Columns, Fault, Parsed};
use super::sql::StagedRow;
use super::state::{Counts, Made};
use crate::accounts::actor::Tenant;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::products::product::Product;
use crate::products::sql;

/// What a table says twice.
#[derive(Debug, Default)]
pub struct Seen {
    skus: HashMap<String, u32>,
    gtins: HashMap<String, u32>,
}

impl Seen {
    /// Notes a row, and adds a fault where an earlier row says the same.
    pub fn check(&mut self, parsed: &mut Parsed, columns: &Columns) {
        use super::fields::Field;
        let mut note = |seen: &mut HashMap<String, u32>, value: &str, field: &Field, why: &str| {
            if let Some(first) = seen.get(value) {
                parsed.faults.push(Fault::new(columns.of(field), value, why, &first.to_string()));
            } else {
                seen.insert(value.to_owned(), parsed.number);
            }
        };
        if !parsed.sku.is_empty() {
            note(&mut self.skus, &parsed.sku, &Field::Sku, "sku_twice");
        }
        if let Some(gtin) = parsed.patch.gtin.set() {
            note(&mut self.gtins, gtin, &Field::Gtin, "gtin_twice");
        }
    }
}

/// A row beside the product that it is about.
pub struct Compared {
    /// The product now.
    pub before: Option<Product>,
    /// As it would be.
    pub after: Product,
    /// What would be wrong with it.
    pub faults: Vec<Fault>,
}

impl Compared {
    /// Whether the row changes nothing.
    #[must_use]
    pub fn is_same(&self) -> bool {
        self.before.as_ref() == Some(&self.after)
    }
}

/// Compares rows with the catalogue, as a transaction that holds its lock sees it. `fresh_id` makes ids of new products.
///
/// # Errors
/// The database's.
pub async fn compare(
    tx: &mut Tx,
    tenant: Tenant,
    rows: &[(&str, &super::row::Patch)],
    columns: &Columns,
    refs: &Refs,
    now_us: i64,
    fresh_id: &(dyn Fn() -> Result<Uuid> + Sync),
) -> Result<Vec<Compared>> {
    let skus: Vec<&str> = rows.iter().map(|(sku, _)| *sku).filter(|sku| !sku.is_empty()).collect();
    let found = sql::by_skus(tx, tenant, &skus).await?;
    let mut found: HashMap<String, Product> = found.into_iter().map(|product| (product.sku.clone(), product)).collect();
    let mut compared = Vec::with_capacity(rows.len());
    for (sku, patch) in rows {
        let before = found.remove(*sku);
        let mut after = match &before {
            Some(before) => before.clone(),
            None => Product { created_us: now_us, updated_us: now_us, ..Product::new(fresh_id()?, sku, "piece") },
        };
        patch.apply(&mut after, refs, &columns.currency, now_us);
        let faults = if before.as_ref() == Some(&after) { Vec::new() } else { columns.faults_of(&after) };
        compared.push(Compared { before, after, faults });
    }
    check_gtins(tx, tenant, &mut compared, columns).await?;
    Ok(compared)
}

/// Adds a fault where another product of the catalogue has the number.
async fn check_gtins(tx: &mut Tx, tenant: Tenant, compared: &mut [Compared], columns: &Columns) -> Result<()> {
    let is_fresh = |row: &Compared| {
        let before = row.before.as_ref().filter(|before| before.archived_us.is_none());
        row.after.archived_us.is_none() && before.and_then(|before| before.gtin.as_ref()) != row.after.gtin.as_ref()
    };
    let gtins: Vec<String> =
        compared.iter().filter(|row| is_fresh(row)).filter_map(|row| row.after.gtin.clone()).collect();
    if gtins.is_empty() {
        return Ok(());
    }
    let gtins: Vec<&str> = gtins.iter().map(String::as_str).collect();
    let taken = sql::by_gtins(tx, tenant, &gtins).await?;
    let taken: BTreeMap<&str, &Product> =
        taken.iter().filter_map(|product| Some((product.gtin.as_deref()?, product))).collect();
    for row in compared.iter_mut().filter(|row| is_fresh(row)) {
        let other = row.after.gtin.as_deref().and_then(|gtin| taken.get(gtin)).filter(|other| other.id != row.after.id);
        if let Some(other) = other {
            let column = columns.of(&super::fields::Field::Gtin);
            let gtin = row.after.gtin.as_deref().map_or("", crate::products::gtin::shown);
            row.faults.push(Fault::new(column, gtin, "gtin_taken", &other.sku));
        }
    }
    Ok(())
}

/// Rows as they are staged, counted.
///
/// # Errors
/// The database's.
pub async fn assess(
    tx: &mut Tx,
    tenant: Tenant,
    parsed: Vec<Parsed>,
    columns: &Columns,
    refs: &Refs,
    now_us: i64,
    (counts, made): (&mut Counts, &mut Made),
) -> Result<Vec<StagedRow>> {
    let rows: Vec<_> = parsed.iter().map(|row| (row.sku.as_str(), &row.patch)).collect();
    let compared = compare(tx, tenant, &rows, columns, refs, now_us, &|| Ok(Uuid::nil())).await?;
    let mut staged = Vec::with_capacity(parsed.len());
    for (mut row, compared) in parsed.into_iter().zip(compared) {
        // A cell that cannot be read is not there: what the product then lacks follows from it, and is not told.
        if row.faults.is_empty() {
            row.faults.clone_from(&compared.faults);
            row.faults.extend(refs.missing(&row.patch, columns, made));
        }
        let (outcome, count) = match &compared.before {
            _ if !row.faults.is_empty() => ("faulty", &mut counts.faulty),
            None => ("new", &mut counts.new),
            Some(_) if compared.is_same() => ("same", &mut counts.same),
            Some(_) => ("changed", &mut counts.changed),
        };
        *count += 1;
        counts.rows += 1;
        staged.push(StagedRow {
            number: i64::from(row.number),
            outcome: outcome.to_owned(),
            sku: row.sku,
            patch: serde_json::to_string(&row.patch).map_err(Error::internal)?,
            faults: json_of(&row.faults)?,
            version: compared.before.map(|before| before.version),
        });
    }
    Ok(staged)
}

/// Faults as they are kept; none where there are none.
///
/// # Errors
/// They are no JSON, which does not happen.
pub fn json_of(faults: &[Fault]) -> Result<Option<String>> {
    if faults.is_empty() { Ok(None) } else { serde_json::to_string(faults).map(Some).map_err(Error::internal) }
}
