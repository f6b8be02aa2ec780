//! What a well-formed document must also be to make sense: references that resolve, ids that are unique, numbers in range.

use std::collections::{BTreeMap, HashSet};
use std::fmt;

use super::fault::{self, Fault, Kind};
use super::{Contact, Content, LocalizedText, StoreDocument, View, email_fault, line_fault, phone_fault};

/// More scenes than a person walks through.
pub const MAX_SCENES: usize = 500;
/// More hotspots than a scene can show.
pub const MAX_HOTSPOTS_PER_SCENE: usize = 200;
/// Longest text of a card, in characters.
pub const MAX_TEXT_CHARS: usize = 10_000;
/// Longest name or label, in characters.
pub const MAX_NAME_CHARS: usize = 200;
/// Longest id, in characters.
const MAX_ID_CHARS: usize = 64;
/// Schemes that a foreign address may have.
const SCHEMES: [&str; 4] = ["https:", "http:", "mailto:", "tel:"];

impl StoreDocument {
    /// Every fault that the shape of the document does not show. Empty means it can be published.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        let mut check = Check::new(self);
        check.header(self);
        for (index, scene) in self.scenes.iter().enumerate() {
            check.scene(&format!("scenes[{index}]"), scene);
        }
        check.faults
    }
}

struct Check<'a> {
    faults: Vec<Fault>,
    languages: HashSet<&'a str>,
    first_language: &'a str,
    scenes: HashSet<&'a str>,
    floor_plans: HashSet<&'a str>,
    /// Where each hotspot id was met first.
    hotspots: BTreeMap<&'a str, String>,
}

impl<'a> Check<'a> {
    fn new(document: &'a StoreDocument) -> Self {
        Self {
            faults: Vec::new(),
            languages: document.languages.iter().map(String::as_str).collect(),
            first_language: document.languages.first().map_or("", String::as_str),
            scenes: document.scenes.iter().map(|scene| scene.id.as_str()).collect(),
            floor_plans: document.floor_plans.iter().map(|plan| plan.id.as_str()).collect(),
            hotspots: BTreeMap::new(),
        }
    }

    fn fault(&mut self, path: impl Into<String>, kind: Kind, values: &[(&'static str, &dyn fmt::Display)]) {
        self.faults.push(Fault::new(path, kind, values));
    }

    fn header(&mut self, document: &'a StoreDocument) {
        if document.languages.is_empty() {
            self.fault("languages", fault::NO_LANGUAGE, &[]);
        }
        for (index, tag) in document.languages.iter().enumerate() {
            let path = format!("languages[{index}]");
            if !is_language_tag(tag) {
                self.fault(path, fault::LANGUAGE, &[("value", &quoted(tag))]);
            } else if document.languages[..index].contains(tag) {
                self.fault(path, fault::LANGUAGE_TWICE, &[("value", &quoted(tag))]);
            }
        }
        self.required_text("name", &document.name, MAX_NAME_CHARS);
        self.text("description", &document.description, MAX_TEXT_CHARS);
        self.text("privacy", &document.privacy, MAX_TEXT_CHARS);
        if let Some(brand) = &document.brand {
            self.color("brand.primary", &brand.primary);
            self.color("brand.onPrimary", &brand.on_primary);
        }
        if let Some(contact) = &document.contact {
            self.contact(contact);
        }
        if document.scenes.is_empty() {
            self.fault("scenes", fault::NO_SCENES, &[]);
        }
        if document.scenes.len() > MAX_SCENES {
            self.fault("scenes", fault::MANY_SCENES, &[("found", &document.scenes.len()), ("max", &MAX_SCENES)]);
        }
        self.scene_reference("start.scene", &document.start.scene);
        if let Some(view) = &document.start.view {
            self.view("start.view", view);
        }
        let mut seen = HashSet::new();
        for (index, plan) in document.floor_plans.iter().enumerate() {
            let path = format!("floorPlans[{index}]");
            self.id(&format!("{path}.id"), &plan.id);
            if !seen.insert(plan.id.as_str()) {
                self.fault(format!("{path}.id"), fault::FLOOR_PLAN_TWICE, &[("value", &quoted(&plan.id))]);
            }
            self.required_text(&format!("{path}.name"), &plan.name, MAX_NAME_CHARS);
        }
        let mut seen = HashSet::new();
        for (index, scene) in document.scenes.iter().enumerate() {
            if !seen.insert(scene.id.as_str()) {
                self.fault(format!("scenes[{index}].id"), fault::SCENE_TWICE, &[("value", &quoted(&scene.id))]);
            }
        }
    }

    fn contact(&mut self, contact: &Contact) {
        let Contact { phone, email, line, website } = contact;
        let refuses = |value: &&str, fault: fn(&str) -> Option<String>| fault(value).is_some();
        for (path, value, kind) in [
            ("contact.phone", phone.as_deref().filter(|value| refuses(value, phone_fault)), fault::PHONE),
            ("contact.email", email.as_deref().filter(|value| refuses(value, email_fault)), fault::EMAIL),
            ("contact.line", line.as_deref().filter(|value| refuses(value, line_fault)), fault::LINE),
        ] {
            if let Some(value) = value {
                self.fault(path, kind, &[("value", &quoted(value))]);
            }
        }
        if let Some(url) = website {
            self.url("contact.website", url);
        }
    }

    fn scene(&mut self, path: &str, scene: &'a super::Scene) {
        self.id(&format!("{path}.id"), &scene.id);
        self.required_text(&format!("{path}.name"), &scene.name, MAX_NAME_CHARS);
        self.text(&format!("{path}.description"), &scene.description, MAX_TEXT_CHARS);
        self.required_text(&format!("{path}.alt"), &scene.alt, MAX_TEXT_CHARS);
        if !crate::pyramid::is_id(&scene.panorama) {
            self.fault(format!("{path}.panorama"), fault::PYRAMID, &[]);
        }
        self.range(&format!("{path}.north"), scene.north, -360.0, 360.0);
        let correction = &scene.sphere_correction;
        self.range(&format!("{path}.sphereCorrection.pan"), correction.pan, -360.0, 360.0);
        self.range(&format!("{path}.sphereCorrection.tilt"), correction.tilt, -180.0, 180.0);
        self.range(&format!("{path}.sphereCorrection.roll"), correction.roll, -180.0, 180.0);
        self.view(&format!("{path}.view"), &scene.view);
        if let Some(position) = &scene.position {
            if !self.floor_plans.contains(position.floor_plan.as_str()) {
                self.fault(
                    format!("{path}.position.floorPlan"),
                    fault::NO_FLOOR_PLAN,
                    &[("value", &quoted(&position.floor_plan))],
                );
            }
            self.range(&format!("{path}.position.x"), position.x, 0.0, 1.0);
            self.range(&format!("{path}.position.y"), position.y, 0.0, 1.0);
            self.range(&format!("{path}.position.heading"), position.heading, -360.0, 360.0);
        }
        if scene.hotspots.len() > MAX_HOTSPOTS_PER_SCENE {
            let values: [(_, &dyn fmt::Display); 2] =
                [("found", &scene.hotspots.len()), ("max", &MAX_HOTSPOTS_PER_SCENE)];
            self.fault(format!("{path}.hotspots"), fault::MANY_HOTSPOTS, &values);
        }
        for (index, hotspot) in scene.hotspots.iter().enumerate() {
            self.hotspot(&format!("{path}.hotspots[{index}]"), &scene.id, hotspot);
        }
    }

    fn hotspot(&mut self, path: &str, scene: &str, hotspot: &'a super::Hotspot) {
        self.id(&format!("{path}.id"), &hotspot.id);
        if let Some(first) = self.hotspots.get(hotspot.id.as_str()) {
            let first = first.clone();
            self.fault(format!("{path}.id"), fault::USED_TWICE, &[("value", &quoted(&hotspot.id)), ("other", &first)]);
        } else {
            self.hotspots.insert(&hotspot.id, path.to_owned());
        }
        self.range(&format!("{path}.yaw"), hotspot.yaw, -180.0, 180.0);
        self.range(&format!("{path}.pitch"), hotspot.pitch, -90.0, 90.0);
        if let Some(color) = &hotspot.color {
            self.color(&format!("{path}.color"), color);
        }
        self.required_text(&format!("{path}.label"), &hotspot.label, MAX_NAME_CHARS);
        match &hotspot.content {
            Content::Link(link) => {
                self.scene_reference(&format!("{path}.link.scene"), &link.scene);
                if link.scene == scene {
                    self.fault(format!("{path}.link.scene"), fault::OWN_SCENE, &[]);
                }
                if let Some(view) = &link.view {
                    self.view(&format!("{path}.link.view"), view);
                }
            }
            Content::Text(card) => {
                self.text(&format!("{path}.text.title"), &card.title, MAX_NAME_CHARS);
                self.required_text(&format!("{path}.text.body"), &card.body, MAX_TEXT_CHARS);
            }
            Content::Image(card) => self.text(&format!("{path}.image.caption"), &card.caption, MAX_TEXT_CHARS),
            Content::Video(card) => self.text(&format!("{path}.video.caption"), &card.caption, MAX_TEXT_CHARS),
            Content::WebLink(link) => self.url(&format!("{path}.webLink.url"), &link.url),
            Content::Product(_) | Content::Coupon(_) => {}
        }
    }

    fn scene_reference(&mut self, path: &str, scene: &str) {
        if !self.scenes.contains(scene) {
            self.fault(path, fault::NO_SCENE, &[("value", &quoted(scene))]);
        }
    }

    fn id(&mut self, path: &str, id: &str) {
        let well_formed = !id.is_empty()
            && id.len() <= MAX_ID_CHARS
            && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
        if !well_formed {
            self.fault(path, fault::ID, &[("value", &quoted(id)), ("max", &MAX_ID_CHARS)]);
        }
    }

    fn view(&mut self, path: &str, view: &View) {
        self.range(&format!("{path}.yaw"), view.yaw, -180.0, 180.0);
        self.range(&format!("{path}.pitch"), view.pitch, -90.0, 90.0);
        self.range(&format!("{path}.fov"), view.fov, crate::sphere::MIN_FOV_DEG, crate::sphere::MAX_FOV_DEG);
    }

    fn range(&mut self, path: &str, value: f64, min: f64, max: f64) {
        if !(min..=max).contains(&value) {
            self.fault(path, fault::RANGE, &[("value", &value), ("min", &min), ("max", &max)]);
        }
    }

    fn color(&mut self, path: &str, color: &str) {
        let digits = color.strip_prefix('#').unwrap_or_default();
        if digits.len() != 6 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            self.fault(path, fault::COLOUR, &[("value", &quoted(color))]);
        }
    }

    fn url(&mut self, path: &str, url: &str) {
        let lower = url.trim_start().to_ascii_lowercase();
        let scheme = SCHEMES.iter().find(|scheme| lower.starts_with(**scheme));
        // Browsers drop control characters and spaces inside a scheme, so that a refused one could hide behind them.
        let clean = !url.chars().any(|c| c.is_control() || c.is_whitespace());
        if scheme.is_none_or(|scheme| {
            url.len() <= scheme.len() || (scheme.starts_with("http") && !lower[scheme.len()..].starts_with("//"))
        }) || !clean
        {
            self.fault(path, fault::URL, &[("value", &quoted(url))]);
        }
    }

    fn required_text(&mut self, path: &str, text: &LocalizedText, max_chars: usize) {
        if !self.first_language.is_empty() && text.0.get(self.first_language).is_none_or(|text| text.trim().is_empty())
        {
            self.fault(path, fault::NO_TEXT, &[("language", &quoted(self.first_language))]);
        }
        self.text(path, text, max_chars);
    }

    fn text(&mut self, path: &str, text: &LocalizedText, max_chars: usize) {
        for (tag, text) in &text.0 {
            if !self.languages.contains(tag.as_str()) {
                self.fault(format!("{path}.{tag}"), fault::OTHER_LANGUAGE, &[("value", &quoted(tag))]);
            }
            let chars = text.chars().count();
            if chars > max_chars {
                self.fault(format!("{path}.{tag}"), fault::LONG, &[("found", &chars), ("max", &max_chars)]);
            }
            if text.contains('\0') {
                self.fault(format!("{path}.{tag}"), fault::NUL, &[]);
            }
        }
    }
}

/// A value as JSON writes it, which shows spaces and what cannot be seen.
fn quoted(text: &str) -> String {
    format!("{text:?}")
}

/// The shape of a BCP 47 tag: subtags of 1 to 8 letters and digits, the first of 2 or 3 letters.
#[must_use]
pub fn is_language_tag(tag: &str) -> bool {
    let mut subtags = tag.split('-');
    let primary = subtags.next().unwrap_or_default();
    matches!(primary.len(), 2 | 3)
        && primary.bytes().all(|byte| byte.is_ascii_lowercase())
        && subtags
            .all(|subtag| (1..=8).contains(&subtag.len()) && subtag.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}
