//! Panoramas of the library, to choose from, and the scenes that are made of them.

use std::collections::BTreeMap;

use minijinja::{Value, context};
use scene::document::{LocalizedText, MAX_NAME_CHARS, Scene, SphereCorrection, StoreDocument, View};
use uuid::Uuid;

use crate::accounts::actor::Tenant;
use crate::app::App;
use crate::error::{Error, Result};
use crate::library::sql::{self, Item, Wanted};

/// Panoramas that are offered: the newest ones.
const SHOWN: i64 = 200;
/// What a scene shows first: level, and as wide as a shop is seen from its door.
const OPENING: View = View { yaw: 0.0, pitch: 0.0, fov: 100.0 };

/// The newest panoramas, in the order in which they were uploaded: mostly that of a walk through the shop.
///
/// # Errors
/// The database's reason.
pub async fn all(app: &App, tenant: Tenant) -> Result<Vec<Item>> {
    let mut items = sql::list(&app.db, tenant, &Wanted { kind: "panorama", words: "", below: None }, SHOWN).await?;
    items.reverse();
    Ok(items)
}

/// What a page shows of them.
#[must_use]
pub fn values(items: &[Item], chosen: &[Uuid], used: &dyn Fn(&str) -> bool) -> Vec<Value> {
    items
        .iter()
        .map(|item| {
            context! {
                id => item.id.to_string(), name => &item.name, is_chosen => chosen.contains(&item.id),
                is_used => used(&item.sha256),
            }
        })
        .collect()
}

/// The ids that a form chose.
#[must_use]
pub fn chosen<'a>(ids: impl Iterator<Item = &'a str>) -> Vec<Uuid> {
    ids.filter_map(|id| id.parse().ok()).collect()
}

/// Makes scenes of panoramas and adds them to a document. `described` is a text that says that something shows a place
/// all around, `{name}` where its name goes.
///
/// # Errors
/// The operating system gave no random bytes.
pub fn add(
    app: &App,
    document: &mut StoreDocument,
    items: &[&Item],
    described: &BTreeMap<String, String>,
) -> Result<()> {
    for item in items {
        let name = scene_name(item, document.scenes.len() + 1);
        let known = item.alt()?;
        let mut texts = LocalizedText::default();
        let mut alt = LocalizedText::default();
        for (index, lang) in document.languages.iter().enumerate() {
            if index == 0 {
                texts.0.insert(lang.clone(), name.clone());
            }
            match (known.0.get(lang), described.get(lang)) {
                (Some(text), _) if !text.trim().is_empty() => {
                    alt.0.insert(lang.clone(), text.clone());
                }
                (_, Some(text)) if index == 0 => {
                    alt.0.insert(lang.clone(), text.replace("{name}", &name));
                }
                _ => {}
            }
        }
        let id = fresh_id(app, "s")?;
        if document.scenes.is_empty() {
            document.start.scene.clone_from(&id);
        }
        document.scenes.push(Scene {
            id,
            name: texts,
            description: LocalizedText::default(),
            alt,
            panorama: item.sha256.clone(),
            north: 0.0,
            sphere_correction: SphereCorrection::default(),
            view: OPENING,
            position: None,
            hotspots: Vec::new(),
        });
    }
    Ok(())
}

/// A file's name without its ending, as far as it says anything: cameras number, people name.
fn scene_name(item: &Item, number: usize) -> String {
    let stem = item.name.rsplit_once('.').map_or(item.name.as_str(), |(stem, _)| stem);
    let stem: String = stem.trim().chars().take(MAX_NAME_CHARS).collect();
    if stem.is_empty() { number.to_string() } else { stem }
}

/// A fresh id of a scene or a hotspot: never used before, and short enough for an address.
///
/// # Errors
/// The operating system gave no random bytes.
pub fn fresh_id(app: &App, kind: &str) -> Result<String> {
    let id = app.ids.next().map_err(Error::internal)?;
    // The last 62 bits are random.
    Ok(format!("{kind}-{}", &id.simple().to_string()[20..]))
}
