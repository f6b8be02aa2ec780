//! What a revision has, and on which day something happened there.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use scene::published::PublishedStore;

use super::batch::Event;

/// Names of a revision, and the shop's time zone.
#[derive(Debug)]
pub struct Known {
    scenes: HashMap<String, HashSet<String>>,
    time_zone: TimeZone,
}

impl Known {
    /// What a published store has.
    #[must_use]
    pub fn of(store: &PublishedStore) -> Self {
        let scenes = store
            .document
            .scenes
            .iter()
            .map(|scene| (scene.id.clone(), scene.hotspots.iter().map(|hotspot| hotspot.id.clone()).collect()));
        Self { scenes: scenes.collect(), time_zone: TimeZone::get(&store.shop.time_zone).unwrap_or(TimeZone::UTC) }
    }

    /// Whether everything that an event names is there.
    #[must_use]
    pub fn has(&self, event: &Event) -> bool {
        match event {
            Event::StoreView { .. } => true,
            Event::SceneView { scene, .. } | Event::SceneTime { scene, .. } => self.scenes.contains_key(scene),
            Event::HotspotClick { scene, hotspot, .. } => {
                self.scenes.get(scene).is_some_and(|hotspots| hotspots.contains(hotspot))
            }
        }
    }

    /// The calendar day at the shop, `2026-11-21`.
    #[must_use]
    pub fn day(&self, at_us: i64) -> String {
        let at = Timestamp::from_microsecond(at_us).unwrap_or_default();
        at.to_zoned(self.time_zone.clone()).date().to_string()
    }
}
