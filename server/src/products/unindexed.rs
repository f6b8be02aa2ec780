//! Finding products of which the index does not know the present version, until [`super::fill`] has taken them in: each is read
//! and looked at. After an upgrade these are all, and a search takes as long as that takes.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::find::Finder;
use super::grams::{self, Query};
use super::search::{Cursor, Filter};
use super::sql;
use super::write::AT_ONCE;
use crate::accounts::actor::Tenant;
use crate::db::Db;
use crate::error::Result;
use crate::on_engine;

/// Whether an organisation has any.
pub(super) async fn any(db: &Db, tenant: Tenant) -> Result<bool> {
    let found: Option<Uuid> = on_engine!(db, conn => sqlx::query_scalar(
        "SELECT id FROM product WHERE organisation_id = $1 AND indexed_version <> version ORDER BY id LIMIT 1",
    ).bind(tenant.id()).fetch_optional(conn).await?);
    Ok(found.is_some())
}

/// What [`Finder::find`] finds, with these products.
///
/// # Errors
/// The database's reason.
pub(super) async fn find(
    db: &Db,
    tenant: Tenant,
    filter: &Filter,
    query: &Query,
    from: Option<Cursor>,
    limit: usize,
) -> Result<Vec<(Uuid, i64)>> {
    let finder = Finder::new(db, tenant, filter, query).without_unindexed();
    // First these: one that is taken in meanwhile is found twice, and not never.
    let mut found = BTreeSet::new();
    // Where nothing is asked for, all have one place, and come in the order of the list.
    let are_alike = query.terms.is_empty();
    let mut below = from.filter(|_| are_alike).map_or(Uuid::max(), |from| from.id);
    while !(are_alike && found.len() >= limit) {
        let ids = finder.unindexed(below, AT_ONCE as i64).await?;
        let Some(last) = ids.last() else { break };
        below = *last;
        for product in sql::by_ids(db, tenant, &ids).await? {
            let place = query.place(&grams::of(&product));
            found.extend(place.map(|place| (place, std::cmp::Reverse(product.id))));
        }
        if let Some(from) = from {
            found.retain(|(place, id)| (*place, *id) > (from.place, std::cmp::Reverse(from.id)));
        }
        while found.len() > limit {
            found.pop_last();
        }
    }
    let mut ids: BTreeSet<Uuid> = found.iter().map(|(_, id)| id.0).collect();
    for (id, place) in finder.find(from, limit as i64).await? {
        if ids.insert(id) {
            found.insert((place, std::cmp::Reverse(id)));
        }
    }
    Ok(found.into_iter().take(limit).map(|(place, id)| (id.0, place)).collect())
}
