//! `vitrine stats`: views per store, scene and button, for people or as JSON.
//!
//! Visitors are told per day and never added up: with a salt that changes daily, the same person on two days is two.

use std::fmt::Write as _;

use scene::document::LocalizedText;
use serde::Serialize;
use uuid::Uuid;

use crate::app::App;
use crate::error::{Error, Result};
use crate::on_engine;
use crate::stores::published::load;
use crate::stores::sql::{StoreRow, by_slug, published};

/// Statistics of a store.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StoreStats {
    /// Its name in addresses.
    pub store: String,
    /// Its name.
    pub name: String,
    /// Times it was opened.
    pub views: i64,
    /// Hotspots opened.
    pub clicks: i64,
    /// Time spent in its scenes, seconds.
    pub seconds: f64,
    /// By day at the shop, newest first.
    pub days: Vec<DayStats>,
    /// By scene, in the document's order.
    pub scenes: Vec<SceneStats>,
    /// By hotspot, most opened first.
    pub hotspots: Vec<HotspotStats>,
}

/// A day.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DayStats {
    /// The day.
    pub day: String,
    /// Times the store was opened.
    pub views: i64,
    /// Different visitors.
    pub visitors: i64,
    /// Hotspots opened.
    pub clicks: i64,
}

/// A scene.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SceneStats {
    /// Its id.
    pub scene: String,
    /// Its name, where the current revision still has it.
    pub name: String,
    /// Times it was entered.
    pub views: i64,
    /// Hotspots opened in it.
    pub clicks: i64,
    /// Time spent in it, seconds.
    pub seconds: f64,
}

/// A hotspot.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HotspotStats {
    /// The scene.
    pub scene: String,
    /// Its id.
    pub hotspot: String,
    /// Its label, where the current revision still has it.
    pub label: String,
    /// Times it was opened.
    pub clicks: i64,
}

/// Statistics of one store, or of all that are published.
///
/// # Errors
/// [`Error::NotFound`] when there is no such store.
pub async fn collect(app: &App, slug: Option<&str>) -> Result<Vec<StoreStats>> {
    let stores = match slug {
        Some(slug) => vec![by_slug(&app.db, slug).await?.ok_or(Error::NotFound)?],
        None => published(&app.db, i64::MAX).await?,
    };
    let mut stats = Vec::new();
    for store in stores {
        stats.push(of(app, &store).await?);
    }
    Ok(stats)
}

async fn of(app: &App, row: &StoreRow) -> Result<StoreStats> {
    let revision = match row.current_revision {
        Some(number) => Some(load(app, row.id, number).await?),
        None => None,
    };
    let document = revision.as_ref().map(|revision| &revision.store.document);
    let first = document.and_then(|document| document.languages.first()).map_or("en", String::as_str);
    let text = |text: Option<&LocalizedText>| {
        text.and_then(|text| text.get(first, first)).map(|(text, _)| text.to_owned()).unwrap_or_default()
    };
    let scene = |id: &str| document.and_then(|document| document.scenes.iter().find(|scene| scene.id == id));
    let position = |id: &str| document.and_then(|document| document.scenes.iter().position(|scene| scene.id == id));
    let days = days(app, row.id).await?;
    let mut scenes: Vec<SceneStats> = Vec::new();
    let mut hotspots: Vec<HotspotStats> = Vec::new();
    let mut seconds = 0.0;
    for (scene_id, hotspot, views, clicks, dwell_ms) in sums(app, row.id).await? {
        if scene_id.is_empty() {
            seconds = dwell_ms as f64 / 1000.0;
        } else if hotspot.is_empty() {
            let name = text(scene(&scene_id).map(|scene| &scene.name));
            scenes.push(SceneStats { scene: scene_id, name, views, clicks, seconds: dwell_ms as f64 / 1000.0 });
        } else {
            let label = scene(&scene_id).and_then(|scene| scene.hotspots.iter().find(|one| one.id == hotspot));
            let label = text(label.map(|hotspot| &hotspot.label));
            hotspots.push(HotspotStats { scene: scene_id, hotspot, label, clicks });
        }
    }
    scenes.sort_by_key(|scene| position(&scene.scene).unwrap_or(usize::MAX));
    hotspots.sort_by(|a, b| b.clicks.cmp(&a.clicks).then_with(|| a.hotspot.cmp(&b.hotspot)));
    Ok(StoreStats {
        store: row.slug.clone(),
        name: text(document.map(|document| &document.name)),
        views: days.iter().map(|day| day.views).sum(),
        clicks: days.iter().map(|day| day.clicks).sum(),
        seconds,
        days,
        scenes,
        hotspots,
    })
}

async fn days(app: &App, store: Uuid) -> sqlx::Result<Vec<DayStats>> {
    let rows: Vec<(String, i64, i64, i64)> = on_engine!(app.db, conn => sqlx::query_as(
        "SELECT day, views, visitors, clicks FROM rollup_day
         WHERE store_id = $1 AND scene = '' AND hotspot = '' ORDER BY day DESC",
    ).bind(store).fetch_all(conn).await?);
    Ok(rows.into_iter().map(|(day, views, visitors, clicks)| DayStats { day, views, visitors, clicks }).collect())
}

async fn sums(app: &App, store: Uuid) -> sqlx::Result<Vec<(String, String, i64, i64, i64)>> {
    Ok(on_engine!(app.db, conn => sqlx::query_as(
        "SELECT scene, hotspot, CAST(SUM(views) AS BIGINT), CAST(SUM(clicks) AS BIGINT), CAST(SUM(dwell_ms) AS BIGINT)
         FROM rollup_day WHERE store_id = $1 GROUP BY scene, hotspot ORDER BY scene, hotspot",
    ).bind(store).fetch_all(conn).await?))
}

/// A table for people. Numbers come first: names are as wide as they like.
#[must_use]
pub fn table(stats: &[StoreStats]) -> String {
    let mut text = String::new();
    let duration = |seconds: f64| {
        let seconds = seconds.round() as i64;
        format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
    };
    for store in stats {
        let _ = writeln!(text, "{} ({})", store.name, store.store);
        let _ = writeln!(text, "\n  {:>8} {:>8} {:>10}  store", "views", "clicks", "time");
        let _ = writeln!(text, "  {:>8} {:>8} {:>10}  all days", store.views, store.clicks, duration(store.seconds));
        for day in store.days.iter().take(7) {
            let _ = writeln!(
                text,
                "  {:>8} {:>8} {:>10}  {}: {} visitors",
                day.views, day.clicks, "", day.day, day.visitors
            );
        }
        let _ = writeln!(text, "\n  {:>8} {:>8} {:>10}  scene", "views", "clicks", "time");
        for scene in &store.scenes {
            let name = format!("{} {}", scene.scene, scene.name);
            let _ = writeln!(text, "  {:>8} {:>8} {:>10}  {name}", scene.views, scene.clicks, duration(scene.seconds));
        }
        let _ = writeln!(text, "\n  {:>8} {:>8} {:>10}  button", "", "clicks", "");
        for hotspot in &store.hotspots {
            let _ = writeln!(
                text,
                "  {:>8} {:>8} {:>10}  {} {} ({})",
                "", hotspot.clicks, "", hotspot.hotspot, hotspot.label, hotspot.scene
            );
        }
        text.push('\n');
    }
    if stats.is_empty() {
        text.push_str("no store is published\n");
    }
    text
}
