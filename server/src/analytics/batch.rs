//! A batch of events as a page sends it. A batch that is not well-formed is refused whole.

use schemars::JsonSchema;
use serde::Deserialize;
use uuid::Uuid;

/// Largest body, bytes: what browsers let a page send while it goes away.
pub const MAX_BYTES: usize = 64 * 1024;
/// Most events of a batch.
pub const MAX_EVENTS: usize = 200;
/// A page does not keep events longer than this, milliseconds.
const MAX_AGO_MS: i64 = 7 * 86_400_000;
/// Longest stay in a scene that one event tells, seconds: a page tells several times a minute.
const MAX_SECONDS: f64 = 3600.0;
/// Longest text, characters.
const MAX_CHARS: usize = 512;

/// What happened during a part of a visit.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "EventBatch")]
pub struct Batch {
    /// Names the batch: sent again with the same id it is not counted again.
    pub batch: Uuid,
    /// The store.
    pub store: Uuid,
    /// The revision that the page showed.
    pub revision: i64,
    /// About the page.
    pub page: Page,
    /// What happened, 1 to 200.
    #[schemars(length(min = 1, max = 200))]
    pub events: Vec<Event>,
}

/// What is the same for a whole visit.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Page {
    /// The page's language.
    pub language: String,
    /// Size of the window.
    pub viewport: Size,
    /// Where the visitor came from.
    #[serde(default)]
    pub referrer: Option<String>,
    /// Parameters of a campaign's link.
    #[serde(default)]
    pub utm: Option<Utm>,
}

/// CSS pixels.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "ViewportSize")]
pub struct Size {
    /// Width.
    pub width: u32,
    /// Height.
    pub height: u32,
}

/// Parameters of a campaign's link.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(missing_docs, reason = "`utm_source` and its like, as everybody knows them")]
pub struct Utm {
    #[serde(default)]
    pub source: Option<String>,
    #[serde(default)]
    pub medium: Option<String>,
    #[serde(default)]
    pub campaign: Option<String>,
    #[serde(default)]
    pub term: Option<String>,
    #[serde(default)]
    pub content: Option<String>,
}

/// Something that happened.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
#[expect(
    missing_docs,
    reason = "the names say it; `agoMs` is milliseconds before sending, because phones' clocks are wrong"
)]
pub enum Event {
    /// The store was opened.
    StoreView { ago_ms: i64 },
    /// A scene was entered.
    SceneView { scene: String, ago_ms: i64 },
    /// Time was spent in a scene.
    SceneTime { scene: String, seconds: f64, ago_ms: i64 },
    /// A hotspot was opened.
    HotspotClick { scene: String, hotspot: String, ago_ms: i64 },
}

impl Event {
    /// Milliseconds between the event and the sending.
    #[must_use]
    pub const fn ago_ms(&self) -> i64 {
        match self {
            Self::StoreView { ago_ms }
            | Self::SceneView { ago_ms, .. }
            | Self::SceneTime { ago_ms, .. }
            | Self::HotspotClick { ago_ms, .. } => *ago_ms,
        }
    }

    /// Name, scene, hotspot, milliseconds spent.
    #[must_use]
    pub fn parts(&self) -> (&'static str, Option<&str>, Option<&str>, Option<i64>) {
        match self {
            Self::StoreView { .. } => ("storeView", None, None, None),
            Self::SceneView { scene, .. } => ("sceneView", Some(scene), None, None),
            Self::SceneTime { scene, seconds, .. } => {
                ("sceneTime", Some(scene), None, Some((seconds * 1000.0).round() as i64))
            }
            Self::HotspotClick { scene, hotspot, .. } => ("hotspotClick", Some(scene), Some(hotspot), None),
        }
    }
}

impl Batch {
    /// Reads a body.
    ///
    /// # Errors
    /// What is wrong, in words.
    pub fn parse(body: &[u8]) -> Result<Self, String> {
        let batch: Self = serde_json::from_slice(body).map_err(|error| error.to_string())?;
        if !matches!(batch.batch.get_version_num(), 4 | 7) {
            return Err("batch must be a UUID of version 4 or 7".to_owned());
        }
        if batch.events.is_empty() || batch.events.len() > MAX_EVENTS {
            return Err(format!("events must have 1 to {MAX_EVENTS} entries; there are {}", batch.events.len()));
        }
        if batch.revision < 1 {
            return Err("revision must be 1 or more".to_owned());
        }
        let Page { language, viewport, referrer, utm } = &batch.page;
        let utm = utm.as_ref();
        let texts = [
            ("language", Some(language)),
            ("referrer", referrer.as_ref()),
            ("utm.source", utm.and_then(|utm| utm.source.as_ref())),
            ("utm.medium", utm.and_then(|utm| utm.medium.as_ref())),
            ("utm.campaign", utm.and_then(|utm| utm.campaign.as_ref())),
            ("utm.term", utm.and_then(|utm| utm.term.as_ref())),
            ("utm.content", utm.and_then(|utm| utm.content.as_ref())),
        ];
        for (name, text) in texts {
            let limit = if name == "language" {
                35
            } else if name == "referrer" {
                2048
            } else {
                MAX_CHARS
            };
            if text.is_some_and(|text| text.chars().count() > limit || text.contains('\0')) {
                return Err(format!("page.{name} must have at most {limit} characters and no NUL"));
            }
        }
        if viewport.width > 100_000 || viewport.height > 100_000 {
            return Err("page.viewport is larger than any screen".to_owned());
        }
        for (index, event) in batch.events.iter().enumerate() {
            if !(0..=MAX_AGO_MS).contains(&event.ago_ms()) {
                return Err(format!("events[{index}].agoMs must be between 0 and {MAX_AGO_MS}"));
            }
            if let Event::SceneTime { seconds, .. } = event
                && !(0.0..=MAX_SECONDS).contains(seconds)
            {
                return Err(format!("events[{index}].seconds must be between 0 and {MAX_SECONDS}"));
            }
        }
        Ok(batch)
    }
}
