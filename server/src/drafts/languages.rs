//! The languages of a store.

use scene::document::{Content, LocalizedText, StoreDocument};

use crate::pages::own_name;

/// Languages that a store can be given by a click; others by the document.
pub const OFFERED: [&str; 12] = ["zh-TW", "en", "ja", "ko", "vi", "th", "id", "ms", "fil", "de", "fr", "es"];

/// Tags with what the languages call themselves.
#[must_use]
pub fn named(tags: &[String]) -> Vec<(String, String)> {
    tags.iter().map(|tag| (tag.clone(), own_name(tag).to_owned())).collect()
}

/// Calls `with` for every text of a document.
fn texts(document: &mut StoreDocument, with: &mut dyn FnMut(&mut LocalizedText)) {
    with(&mut document.name);
    with(&mut document.description);
    with(&mut document.privacy);
    for plan in &mut document.floor_plans {
        with(&mut plan.name);
    }
    for scene in &mut document.scenes {
        with(&mut scene.name);
        with(&mut scene.description);
        with(&mut scene.alt);
        for hotspot in &mut scene.hotspots {
            with(&mut hotspot.label);
            match &mut hotspot.content {
                Content::Text(card) => {
                    with(&mut card.title);
                    with(&mut card.body);
                }
                Content::Image(card) => with(&mut card.caption),
                Content::Video(card) => with(&mut card.caption),
                Content::Link(_) | Content::Product(_) | Content::WebLink(_) | Content::Coupon(_) => {}
            }
        }
    }
}

/// Gives a store its languages; texts in others go.
pub fn set(document: &mut StoreDocument, languages: Vec<String>) {
    texts(document, &mut |text| text.0.retain(|lang, _| languages.contains(lang)));
    document.languages = languages;
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_language_goes_with_all_its_texts() {
        let both = json!({"en": "A", "ja": "あ"});
        let hotspot = |id: &str, kind: &str, content: serde_json::Value| json!({"id": id, "yaw": 0, "pitch": 0, "label": both, kind: content});
        let media = "0192f0a0-1c00-7000-8000-0000000000ff";
        let value = json!({
            "version": 1, "languages": ["en", "ja"], "name": both, "description": both, "privacy": both, "start": {"scene": "a"},
            "floorPlans": [{"id": "f", "name": both, "media": media}],
            "scenes": [{
                "id": "a", "name": both, "description": both, "alt": both, "panorama": "0".repeat(64), "view": {"yaw": 0, "pitch": 0, "fov": 90},
                "hotspots": [
                    hotspot("1", "text", json!({"title": both, "body": both})),
                    hotspot("2", "image", json!({"media": media, "caption": both})),
                    hotspot("3", "video", json!({"media": media, "caption": both})),
                ],
            }],
        });
        let mut document: StoreDocument = serde_json::from_value(value).unwrap();
        set(&mut document, vec!["en".to_owned()]);
        assert!(!serde_json::to_string(&document).unwrap().contains("ja"));
        assert_eq!(document.faults(), []);
    }
}
