//! Sums per day: of the store, of each scene, of each hotspot.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::batch::Event;
use super::pending::Pending;

/// What a sum is about: store, day, scene and hotspot, the latter two empty for the store's own sum.
pub type Key = (Uuid, String, String, String);

/// One day's sums.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// Times it was opened.
    pub views: i64,
    /// Hotspots opened.
    pub clicks: i64,
    /// Time spent.
    pub dwell_ms: i64,
    /// Different visitors of the day.
    pub visitors: i64,
}

/// Where views came from: store, day, dimension and value.
pub type OriginKey = (Uuid, String, &'static str, String);

/// What a group of batches adds. Ordered, so that two servers that write the same rows lock them in the same order.
#[derive(Debug, Default)]
pub struct Rollup {
    /// By what they are about.
    pub sums: BTreeMap<Key, Sums>,
    /// Who was where.
    pub visitors: BTreeSet<(Key, [u8; 16])>,
    /// Views by where they came from.
    pub origins: BTreeMap<OriginKey, i64>,
}

impl Rollup {
    /// Adds a batch.
    pub fn add(&mut self, batch: &Pending) {
        for pending in &batch.events {
            let key =
                |scene: &str, hotspot: &str| (batch.store, pending.day.clone(), scene.to_owned(), hotspot.to_owned());
            let (_, scene, hotspot, dwell_ms) = pending.event.parts();
            let one = |is_it| i64::from(is_it);
            if matches!(pending.event, Event::StoreView { .. }) {
                for (dimension, value) in batch.origin.parts() {
                    *self
                        .origins
                        .entry((batch.store, pending.day.clone(), dimension, value.to_owned()))
                        .or_default() += 1;
                }
            }
            let is_click = matches!(pending.event, Event::HotspotClick { .. });
            self.count(
                key("", ""),
                batch.visitor,
                Sums {
                    views: one(matches!(pending.event, Event::StoreView { .. })),
                    clicks: one(is_click),
                    dwell_ms: dwell_ms.unwrap_or(0),
                    visitors: 0,
                },
            );
            let Some(scene) = scene else { continue };
            self.count(
                key(scene, ""),
                batch.visitor,
                Sums {
                    views: one(matches!(pending.event, Event::SceneView { .. })),
                    clicks: one(is_click),
                    dwell_ms: dwell_ms.unwrap_or(0),
                    visitors: 0,
                },
            );
            let Some(hotspot) = hotspot else { continue };
            self.count(key(scene, hotspot), batch.visitor, Sums { clicks: one(is_click), ..Sums::default() });
        }
    }

    fn count(&mut self, key: Key, visitor: [u8; 16], more: Sums) {
        let sums = self.sums.entry(key.clone()).or_default();
        sums.views += more.views;
        sums.clicks += more.clicks;
        sums.dwell_ms += more.dwell_ms;
        self.visitors.insert((key, visitor));
    }
}
