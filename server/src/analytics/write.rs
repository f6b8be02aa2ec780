//! Many batches in one transaction. Rows travel as one JSON text per table: one statement each, whatever their number.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use serde_json::json;
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::origin::OTHERS;
use super::pending::{Accepted, Pending};
use super::rollup::Rollup;
use crate::db::{Db, Engine, Tx};
use crate::error::Result;
use crate::on_engine;

/// A statement over the rows of a JSON array of arrays (`$1`). Written once; only how a row's fields are taken out
/// differs: `@uuid(0)`, `@bytes(0)`, `@int(0)`, `@text(0)` from `@rows`.
struct Bulk {
    sqlite: String,
    postgres: String,
}

impl Bulk {
    fn new(sql: &str) -> Self {
        let fill = |rows: &str, fields: [(&str, &str, &str); 4]| {
            let mut filled = sql.replace("@rows", rows);
            for (field, before, after) in fields {
                let mut parts = filled.split(field);
                let head = parts.next().unwrap_or_default().to_owned();
                filled = parts
                    .filter_map(|part| part.split_once(')'))
                    .fold(head, |sql, (index, rest)| sql + before + "row.value ->> " + index + after + rest);
            }
            filled
        };
        let (int, text) = (("@int(", "CAST(", " AS BIGINT)"), ("@text(", "(", ")"));
        Self {
            sqlite: fill(
                "json_each($1) AS row WHERE true",
                [("@uuid(", "unhex(", ")"), ("@bytes(", "unhex(", ")"), int, text],
            ),
            postgres: fill(
                "jsonb_array_elements(CAST($1 AS jsonb)) AS row(value) WHERE true",
                [("@uuid(", "CAST(", " AS uuid)"), ("@bytes(", "decode(", ", 'hex')"), int, text],
            ),
        }
    }

    fn of(&self, tx: &mut Tx) -> AssertSqlSafe<String> {
        // Both texts are ours, made of constants.
        AssertSqlSafe(match tx.engine() {
            Engine::Sqlite(_) => self.sqlite.clone(),
            Engine::Postgres(_) => self.postgres.clone(),
        })
    }
}

static BATCHES: LazyLock<Bulk> = LazyLock::new(|| {
    Bulk::new(
        "INSERT INTO event_batch (id, store_id, received_us, visitor, revision, accepted, dropped, language, viewport_width,
             viewport_height, referrer, utm_source, utm_medium, utm_campaign, utm_term, utm_content)
         SELECT @uuid(0), @uuid(1), @int(2), @bytes(3), @int(4), @int(5), @int(6), @text(7), @int(8), @int(9), @text(10),
             @text(11), @text(12), @text(13), @text(14), @text(15)
         FROM @rows ON CONFLICT (id) DO NOTHING RETURNING id, number",
    )
});

static EVENTS: LazyLock<Bulk> = LazyLock::new(|| {
    Bulk::new(
        "INSERT INTO event (batch, seq, at_us, kind, scene, hotspot, dwell_ms)
         SELECT @int(0), @int(1), @int(2), @text(3), @text(4), @text(5), @int(6) FROM @rows",
    )
});

static VISITORS: LazyLock<Bulk> = LazyLock::new(|| {
    Bulk::new(
        "INSERT INTO visitor_day (store_id, day, scene, hotspot, visitor)
         SELECT @uuid(0), @text(1), @text(2), @text(3), @bytes(4)
         FROM @rows ON CONFLICT (store_id, day, scene, hotspot, visitor) DO NOTHING
         RETURNING store_id, day, scene, hotspot",
    )
});

static SUMS: LazyLock<Bulk> = LazyLock::new(|| {
    Bulk::new(
        "INSERT INTO rollup_day (store_id, day, scene, hotspot, views, clicks, dwell_ms, visitors)
         SELECT @uuid(0), @text(1), @text(2), @text(3), @int(4), @int(5), @int(6), @int(7)
         FROM @rows ON CONFLICT (store_id, day, scene, hotspot) DO UPDATE SET
             views = rollup_day.views + excluded.views, clicks = rollup_day.clicks + excluded.clicks,
             dwell_ms = rollup_day.dwell_ms + excluded.dwell_ms, visitors = rollup_day.visitors + excluded.visitors",
    )
});

/// Different values of one dimension that a day of a store keeps; what comes after them is one. Anybody can write words into
/// a link, and these rows stay.
const MAX_VALUES: usize = 300;

static ORIGINS: LazyLock<Bulk> = LazyLock::new(|| {
    Bulk::new(&format!(
        "INSERT INTO rollup_origin_day (store_id, day, dimension, value, views)
         SELECT store_id, day, dimension, value, CAST(SUM(views) AS BIGINT) FROM (
             SELECT fresh.store_id, fresh.day, fresh.dimension, fresh.views,
                 CASE WHEN EXISTS (SELECT 1 FROM rollup_origin_day AS one WHERE one.store_id = fresh.store_id
                         AND one.day = fresh.day AND one.dimension = fresh.dimension AND one.value = fresh.value)
                     OR (SELECT COUNT(*) FROM rollup_origin_day AS one WHERE one.store_id = fresh.store_id
                         AND one.day = fresh.day AND one.dimension = fresh.dimension) < {MAX_VALUES}
                     THEN fresh.value ELSE '{OTHERS}' END AS value
             FROM (SELECT @uuid(0) AS store_id, @text(1) AS day, @text(2) AS dimension, @text(3) AS value,
                     @int(4) AS views FROM @rows) AS fresh
         ) AS kept GROUP BY store_id, day, dimension, value ORDER BY store_id, day, dimension, value
         ON CONFLICT (store_id, day, dimension, value) DO UPDATE SET views = rollup_origin_day.views + excluded.views"
    ))
});

/// Writes batches that were not written before. One outcome each, in their order.
pub async fn write(db: &Db, batches: &[Pending]) -> Result<Vec<Accepted>> {
    let mut tx = db.begin().await?;
    let mut numbers = insert_batches(&mut tx, batches).await?;
    let mut rollup = Rollup::default();
    let mut rows = Vec::new();
    let mut outcomes = Vec::with_capacity(batches.len());
    for batch in batches {
        // Taken out: the same batch twice in one group is new only once.
        let Some(number) = numbers.remove(&batch.id) else {
            outcomes.push(None);
            continue;
        };
        rollup.add(batch);
        for (seq, event) in batch.events.iter().enumerate() {
            let (kind, scene, hotspot, dwell_ms) = event.event.parts();
            rows.push(json!([number, seq, event.at_us, kind, scene, hotspot, dwell_ms]));
        }
        outcomes.push(Some(Accepted { accepted: batch.events.len() as i64, dropped: batch.dropped, repeated: false }));
    }
    if !rows.is_empty() {
        let sql = EVENTS.of(&mut tx);
        let rows = json!(rows).to_string();
        on_engine!(tx, conn => sqlx::query(sql).bind(rows).execute(conn).await.map(drop)?);
        add_up(&mut tx, rollup).await?;
    }
    let outcomes = with_repeated(&mut tx, batches, outcomes).await?;
    tx.commit().await?;
    Ok(outcomes)
}

/// Inserts the batches that are new and returns their numbers.
async fn insert_batches(tx: &mut Tx, batches: &[Pending]) -> Result<HashMap<Uuid, i64>> {
    let ordered: BTreeMap<Uuid, &Pending> = batches.iter().rev().map(|batch| (batch.id, batch)).collect();
    let rows: Vec<_> = ordered
        .values()
        .map(|batch| {
            let (page, utm) = (&batch.page, batch.page.utm.as_ref());
            json!([
                batch.id.simple().to_string(),
                batch.store.simple().to_string(),
                batch.received_us,
                hex::encode(batch.visitor),
                batch.revision,
                batch.events.len(),
                batch.dropped,
                page.language,
                page.viewport.width,
                page.viewport.height,
                page.referrer,
                utm.and_then(|utm| utm.source.as_ref()),
                utm.and_then(|utm| utm.medium.as_ref()),
                utm.and_then(|utm| utm.campaign.as_ref()),
                utm.and_then(|utm| utm.term.as_ref()),
                utm.and_then(|utm| utm.content.as_ref()),
            ])
        })
        .collect();
    let sql = BATCHES.of(tx);
    let rows = json!(rows).to_string();
    let new: Vec<(Uuid, i64)> = on_engine!(tx, conn => sqlx::query_as(sql).bind(rows).fetch_all(conn).await?);
    Ok(new.into_iter().collect())
}

async fn add_up(tx: &mut Tx, mut rollup: Rollup) -> Result<()> {
    let rows: Vec<_> = rollup
        .visitors
        .iter()
        .map(|((store, day, scene, hotspot), visitor)| {
            json!([store.simple().to_string(), day, scene, hotspot, hex::encode(visitor)])
        })
        .collect();
    let sql = VISITORS.of(tx);
    let rows = json!(rows).to_string();
    let new: Vec<(Uuid, String, String, String)> =
        on_engine!(tx, conn => sqlx::query_as(sql).bind(rows).fetch_all(conn).await?);
    for key in new {
        rollup.sums.entry(key).or_default().visitors += 1;
    }
    add_origins(tx, &rollup).await?;
    let rows: Vec<_> = rollup
        .sums
        .iter()
        .map(|((store, day, scene, hotspot), sums)| {
            json!([
                store.simple().to_string(),
                day,
                scene,
                hotspot,
                sums.views,
                sums.clicks,
                sums.dwell_ms,
                sums.visitors
            ])
        })
        .collect();
    let sql = SUMS.of(tx);
    let rows = json!(rows).to_string();
    on_engine!(tx, conn => sqlx::query(sql).bind(rows).execute(conn).await.map(drop)?);
    Ok(())
}

async fn add_origins(tx: &mut Tx, rollup: &Rollup) -> Result<()> {
    if rollup.origins.is_empty() {
        return Ok(());
    }
    let rows: Vec<_> = rollup
        .origins
        .iter()
        .map(|((store, day, dimension, value), views)| {
            json!([store.simple().to_string(), day, dimension, value, views])
        })
        .collect();
    let sql = ORIGINS.of(tx);
    let rows = json!(rows).to_string();
    on_engine!(tx, conn => sqlx::query(sql).bind(rows).execute(conn).await.map(drop)?);
    Ok(())
}

/// Batches that were written before get the answer that they got then.
async fn with_repeated(tx: &mut Tx, batches: &[Pending], outcomes: Vec<Option<Accepted>>) -> Result<Vec<Accepted>> {
    let mut complete = Vec::with_capacity(outcomes.len());
    for (batch, outcome) in batches.iter().zip(outcomes) {
        complete.push(if let Some(outcome) = outcome {
            outcome
        } else {
            let (accepted, dropped): (i64, i64) = on_engine!(tx, conn => sqlx::query_as(
                    "SELECT accepted, dropped FROM event_batch WHERE id = $1",
                ).bind(batch.id).fetch_one(conn).await?);
            Accepted { accepted, dropped, repeated: true }
        });
    }
    Ok(complete)
}
