//! The sums in the database. Everything is bound to an organisation; `store` narrows it down to one of its stores.

use std::collections::HashMap;

use uuid::Uuid;

use super::span::Span;
use crate::accounts::actor::Tenant;
use crate::db::Db;
use crate::error::Result;
use crate::on_engine;

/// Stores of an organisation of which statistics are told.
const MAX_STORES: i64 = 1000;

/// A store, as far as statistics need it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct StoreRow {
    /// Id.
    pub id: Uuid,
    /// Its name in addresses.
    pub slug: String,
    /// The shop it belongs to.
    pub shop_id: Uuid,
    /// The shop's time zone: its days are the days of the sums.
    pub time_zone: String,
    /// What shoppers see now.
    pub current_revision: Option<i64>,
    /// When shoppers could see it first.
    pub first_us: Option<i64>,
}

/// The stores of an organisation, oldest first.
pub async fn stores(db: &Db, tenant: Tenant) -> Result<Vec<StoreRow>> {
    Ok(on_engine!(db, conn => sqlx::query_as(
        "SELECT store.id, store.slug, store.shop_id, shop.time_zone, store.current_revision,
             (SELECT MIN(published_us) FROM store_revision WHERE store_revision.store_id = store.id) AS first_us
         FROM store JOIN shop ON shop.id = store.shop_id WHERE store.organisation_id = $1 ORDER BY store.id LIMIT $2",
    ).bind(tenant.id()).bind(MAX_STORES).fetch_all(conn).await?))
}

/// One day of a store, or of one of its scenes.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct DayRow {
    /// The store.
    pub store_id: Uuid,
    /// The day at the shop, `2026-11-28`.
    pub day: String,
    /// Times it was opened.
    pub views: i64,
    /// Different visitors of the day.
    pub visitors: i64,
    /// Buttons opened.
    pub clicks: i64,
    /// Time spent, milliseconds.
    pub dwell_ms: i64,
}

// `store` comes first whatever the planner thinks: a few stores, and a range of the sums' key for each.
const STORE_DAYS: &str = "SELECT day.store_id, day.day, day.views, day.visitors, day.clicks, day.dwell_ms
    FROM store CROSS JOIN rollup_day AS day
    WHERE store.organisation_id = $1 AND (store.id = $2 OR $2 = $3) AND day.store_id = store.id
        AND day.day BETWEEN $4 AND $5 AND day.scene = '' AND day.hotspot = ''
    ORDER BY day.store_id, day.day";
const SCENE_DAYS: &str = "SELECT day.store_id, day.day, day.views, day.visitors, day.clicks, day.dwell_ms
    FROM store CROSS JOIN rollup_day AS day
    WHERE store.organisation_id = $1 AND (store.id = $2 OR $2 = $3) AND day.store_id = store.id
        AND day.day BETWEEN $4 AND $5 AND day.scene = $6 AND day.hotspot = ''
    ORDER BY day.store_id, day.day";

/// The days of stores, or of one scene, that have something.
pub async fn days(
    db: &Db,
    tenant: Tenant,
    store: Option<Uuid>,
    scene: Option<&str>,
    span: Span,
) -> Result<Vec<DayRow>> {
    let (from, to) = (span.from.to_string(), span.to.to_string());
    let (store, all) = (store.unwrap_or_default(), Uuid::nil());
    Ok(match scene {
        None => on_engine!(db, conn => sqlx::query_as(STORE_DAYS).bind(tenant.id()).bind(store).bind(all).bind(from)
            .bind(to).fetch_all(conn).await?),
        Some(scene) => on_engine!(db, conn => sqlx::query_as(SCENE_DAYS).bind(tenant.id()).bind(store).bind(all)
            .bind(from).bind(to).bind(scene).fetch_all(conn).await?),
    })
}

/// A scene or a button over a span.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct SumRow {
    /// The store.
    pub store_id: Uuid,
    /// The scene.
    pub scene: String,
    /// The button; empty for the scene itself.
    pub hotspot: String,
    /// Times the scene was entered.
    pub views: i64,
    /// Buttons opened.
    pub clicks: i64,
    /// Time spent, milliseconds.
    pub dwell_ms: i64,
}

/// Scenes and buttons of stores; of one scene where `scene` names it.
pub async fn sums(
    db: &Db,
    tenant: Tenant,
    store: Option<Uuid>,
    scene: Option<&str>,
    span: Span,
) -> Result<Vec<SumRow>> {
    let (from, to) = (span.from.to_string(), span.to.to_string());
    let (store, all) = (store.unwrap_or_default(), Uuid::nil());
    Ok(on_engine!(db, conn => sqlx::query_as(
        "SELECT day.store_id, day.scene, day.hotspot, CAST(SUM(day.views) AS BIGINT) AS views,
             CAST(SUM(day.clicks) AS BIGINT) AS clicks, CAST(SUM(day.dwell_ms) AS BIGINT) AS dwell_ms
         FROM store CROSS JOIN rollup_day AS day
         WHERE store.organisation_id = $1 AND (store.id = $2 OR $2 = $3) AND day.store_id = store.id
             AND day.day BETWEEN $4 AND $5 AND day.scene <> '' AND (day.scene = $6 OR $6 = '')
         GROUP BY day.store_id, day.scene, day.hotspot ORDER BY day.store_id, day.scene, day.hotspot",
    ).bind(tenant.id()).bind(store).bind(all).bind(from).bind(to).bind(scene.unwrap_or_default())
    .fetch_all(conn).await?))
}

/// Where views came from.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct OriginRow {
    /// The store.
    pub store_id: Uuid,
    /// `source`, `campaign`, `device` or `language`.
    pub dimension: String,
    /// Which; empty where the browser did not say.
    pub value: String,
    /// Times the store was opened.
    pub views: i64,
}

/// Where the views of stores came from.
pub async fn origins(db: &Db, tenant: Tenant, store: Option<Uuid>, span: Span) -> Result<Vec<OriginRow>> {
    let (from, to) = (span.from.to_string(), span.to.to_string());
    let (store, all) = (store.unwrap_or_default(), Uuid::nil());
    Ok(on_engine!(db, conn => sqlx::query_as(
        "SELECT day.store_id, day.dimension, day.value, CAST(SUM(day.views) AS BIGINT) AS views
         FROM store CROSS JOIN rollup_origin_day AS day
         WHERE store.organisation_id = $1 AND (store.id = $2 OR $2 = $3) AND day.store_id = store.id
             AND day.day BETWEEN $4 AND $5
         GROUP BY day.store_id, day.dimension, day.value ORDER BY day.store_id, day.dimension, day.value",
    ).bind(tenant.id()).bind(store).bind(all).bind(from).bind(to).fetch_all(conn).await?))
}

/// One row of the file: a day of a store, a scene or a button.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Row {
    /// The day at the shop.
    pub day: String,
    /// The scene; empty for the store itself.
    pub scene: String,
    /// The button; empty for the scene itself.
    pub hotspot: String,
    /// Times it was opened.
    pub views: i64,
    /// Different visitors of the day.
    pub visitors: i64,
    /// Buttons opened.
    pub clicks: i64,
    /// Time spent, milliseconds.
    pub dwell_ms: i64,
}

/// Every sum of a store's days, by day; of one scene where `scene` names it.
pub async fn rows(db: &Db, tenant: Tenant, store: Uuid, scene: Option<&str>, span: Span) -> Result<Vec<Row>> {
    let (from, to) = (span.from.to_string(), span.to.to_string());
    Ok(on_engine!(db, conn => sqlx::query_as(
        "SELECT day.day, day.scene, day.hotspot, day.views, day.visitors, day.clicks, day.dwell_ms
         FROM store CROSS JOIN rollup_day AS day
         WHERE store.organisation_id = $1 AND store.id = $2 AND day.store_id = store.id
             AND day.day BETWEEN $3 AND $4 AND (day.scene = $5 OR $5 = '')
         ORDER BY day.day, day.scene, day.hotspot",
    ).bind(tenant.id()).bind(store).bind(from).bind(to).bind(scene.unwrap_or_default()).fetch_all(conn).await?))
}

/// Published revisions of a store as viewers get them, the newest first, before a number.
pub async fn older_revisions(db: &Db, tenant: Tenant, store: Uuid, before: i64, limit: i64) -> Result<Vec<String>> {
    Ok(on_engine!(db, conn => sqlx::query_scalar(
        "SELECT revision.published FROM store_revision AS revision JOIN store ON store.id = revision.store_id
         WHERE store.organisation_id = $1 AND store.id = $2 AND revision.number < $3 AND revision.published IS NOT NULL
         ORDER BY revision.number DESC LIMIT $4",
    ).bind(tenant.id()).bind(store).bind(before).bind(limit).fetch_all(conn).await?))
}

/// Rows by their store.
#[must_use]
pub fn by_store<T>(rows: Vec<T>, store: impl Fn(&T) -> Uuid) -> HashMap<Uuid, Vec<T>> {
    let mut found: HashMap<Uuid, Vec<T>> = HashMap::new();
    for row in rows {
        found.entry(store(&row)).or_default().push(row);
    }
    found
}
