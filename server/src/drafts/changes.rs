//! What differs between two revisions, for people.

use scene::document::{LocalizedText, Scene, StoreDocument};
use serde::{Deserialize, Serialize};

/// More than anybody reads of one revision.
const MAX: usize = 20;

/// One difference: the text `revision.change.{what}`, with the name of what changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    /// What changed.
    pub what: String,
    /// What it is called.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
}

fn changed(what: &str, name: &str) -> Changed {
    Changed { what: what.to_owned(), name: name.to_owned() }
}

/// What differs, in the document's order.
#[must_use]
pub fn between(before: &StoreDocument, after: &StoreDocument) -> Vec<Changed> {
    let first = after.languages.first().map_or("en", String::as_str);
    let called = |name: &LocalizedText| name.get(first, first).map(|(name, _)| name.to_owned()).unwrap_or_default();
    let mut found = Vec::new();
    let mut note = |differs: bool, what: &str| {
        if differs {
            found.push(changed(what, ""));
        }
    };
    note(before.name != after.name, "name");
    note(before.description != after.description, "description");
    note(before.languages != after.languages, "languages");
    note(before.brand != after.brand, "brand");
    note(before.contact != after.contact, "contact");
    note(before.privacy != after.privacy, "privacy");
    note(before.floor_plans != after.floor_plans, "floor_plans");
    note(before.start != after.start, "start");
    for scene in &after.scenes {
        match before.scenes.iter().find(|old| old.id == scene.id) {
            None => found.push(changed("scene_added", &called(&scene.name))),
            Some(old) => {
                if without_hotspots(old) != without_hotspots(scene) {
                    found.push(changed("scene", &called(&scene.name)));
                }
                if old.hotspots != scene.hotspots {
                    found.push(changed("hotspots", &called(&scene.name)));
                }
            }
        }
    }
    for old in before.scenes.iter().filter(|old| after.scenes.iter().all(|scene| scene.id != old.id)) {
        found.push(changed("scene_removed", &called(&old.name)));
    }
    let order = |of: &StoreDocument, other: &StoreDocument| -> Vec<String> {
        let known = |id: &str| other.scenes.iter().any(|scene| scene.id == id);
        of.scenes.iter().filter(|scene| known(&scene.id)).map(|scene| scene.id.clone()).collect()
    };
    if order(before, after) != order(after, before) {
        found.push(changed("order", ""));
    }
    found.truncate(MAX);
    found
}

fn without_hotspots(scene: &Scene) -> Scene {
    Scene { hotspots: Vec::new(), ..scene.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_difference_is_named_once() {
        let scene = |id: &str, name: &str| json!({ "id": id, "name": {"en": name}, "alt": {"en": "A"}, "panorama": "p", "view": {"yaw": 0, "pitch": 0, "fov": 90} });
        let document = |scenes: Vec<serde_json::Value>| -> StoreDocument {
            serde_json::from_value(json!({ "version": 1, "languages": ["en"], "name": {"en": "S"}, "start": {"scene": "a"}, "scenes": scenes })).unwrap()
        };
        let before = document(vec![scene("a", "A"), scene("b", "B"), scene("c", "C")]);
        assert_eq!(between(&before, &before), []);
        let mut after = document(vec![scene("b", "B"), scene("a", "Entrance"), scene("d", "D")]);
        after.start.scene = "b".to_owned();
        let codes: Vec<(String, String)> =
            between(&before, &after).into_iter().map(|one| (one.what, one.name)).collect();
        let expected =
            [("start", ""), ("scene", "Entrance"), ("scene_added", "D"), ("scene_removed", "C"), ("order", "")];
        assert_eq!(codes, expected.map(|(what, name)| (what.to_owned(), name.to_owned())));
    }
}
