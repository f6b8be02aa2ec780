//! What people call the things that sums are about. What a store no longer has keeps the name under which it was seen
//! last, and is marked.

use std::collections::{BTreeMap, HashMap};

use scene::document::{Content, LocalizedText};
use scene::published::PublishedStore;
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use super::sql::{self, StoreRow, SumRow};
use crate::accounts::actor::Tenant;
use crate::app::App;
use crate::error::{Error, Result};
use crate::http::language::matching;
use crate::stores::published::load;

/// Revisions in which a name is looked for that the newest does not have.
const REVISIONS: i64 = 20;

/// A text, with its language where that is not the one asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "NameInLanguage")]
pub struct Said {
    /// The text; empty where nobody knows any.
    pub text: String,
    /// Its language, where it is another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lang: Option<String>,
}

/// A scene.
#[derive(Clone, Debug)]
pub struct SceneName {
    /// Its name.
    pub name: Said,
    /// Where it stands in the document.
    pub position: usize,
    /// Whether the store no longer has it.
    pub is_removed: bool,
}

/// A button.
#[derive(Clone, Debug)]
pub struct ButtonName {
    /// Its label, or its product's name.
    pub name: Said,
    /// The scene in which it hangs.
    pub scene: String,
    /// What opens, as the document calls it.
    pub kind: &'static str,
    /// The product, of a product's button.
    pub product: Option<Uuid>,
    /// Whether shoppers see it.
    pub is_shown: bool,
    /// Whether the store no longer has it.
    pub is_removed: bool,
}

/// Names of one store.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// The store's own name.
    pub store: Said,
    /// By id.
    pub scenes: BTreeMap<String, SceneName>,
    /// By id.
    pub buttons: HashMap<String, ButtonName>,
    /// By id.
    pub products: HashMap<Uuid, Said>,
}

impl Names {
    /// The names in `lang` of everything that the newest published revision has, and of what `sums` name and only older
    /// ones have.
    ///
    /// # Errors
    /// The database's reason.
    pub async fn of(app: &App, tenant: Tenant, store: &StoreRow, sums: &[SumRow], lang: &str) -> Result<Self> {
        let mut names = Self { store: Said { text: store.slug.clone(), lang: None }, ..Self::default() };
        let mut before = i64::MAX;
        if let Some(number) = store.current_revision {
            let revision = load(app, store.id, number).await?;
            names.take(&revision.store, lang, false);
            before = number;
        }
        if before < i64::MAX && sums.iter().all(|row| names.has(row)) {
            return Ok(names);
        }
        // Nothing of a store that is shut is there for shoppers, but neither is it gone.
        let mut is_newest = before == i64::MAX;
        for json in sql::older_revisions(&app.db, tenant, store.id, before, REVISIONS).await? {
            let older: PublishedStore = serde_json::from_str(&json).map_err(Error::internal)?;
            names.take(&older, lang, !is_newest);
            is_newest = false;
            if sums.iter().all(|row| names.has(row)) {
                break;
            }
        }
        Ok(names)
    }

    /// Whether what a row is about has a name.
    #[must_use]
    pub fn has(&self, row: &SumRow) -> bool {
        match (row.scene.is_empty(), row.hotspot.is_empty()) {
            (true, _) => true,
            (_, true) => self.scenes.contains_key(&row.scene),
            _ => self.buttons.contains_key(&row.hotspot),
        }
    }

    /// Adds what is not known yet.
    fn take(&mut self, store: &PublishedStore, lang: &str, is_removed: bool) {
        let document = &store.document;
        let first = document.languages.first().map_or(lang, String::as_str);
        let wanted = matching(lang, &document.languages).unwrap_or(first);
        let said = |text: &LocalizedText| {
            text.get(wanted, first).map_or_else(Said::default, |(text, of)| Said {
                text: text.to_owned(),
                lang: matching(lang, &[of.to_owned()]).is_none().then(|| of.to_owned()),
            })
        };
        if !is_removed {
            self.store = said(&document.name);
        }
        for product in &store.products {
            self.products.entry(product.id).or_insert_with(|| said(&product.name));
        }
        for (position, scene) in document.scenes.iter().enumerate() {
            let name = || SceneName { name: said(&scene.name), position, is_removed };
            self.scenes.entry(scene.id.clone()).or_insert_with(name);
            for hotspot in &scene.hotspots {
                let product = match &hotspot.content {
                    Content::Product(product) => Some(product.product),
                    _ => None,
                };
                let name = product.and_then(|id| self.products.get(&id).cloned());
                self.buttons.entry(hotspot.id.clone()).or_insert_with(|| ButtonName {
                    name: name.unwrap_or_else(|| said(&hotspot.label)),
                    scene: scene.id.clone(),
                    kind: hotspot.content.kind(),
                    product,
                    is_shown: hotspot.visible,
                    is_removed,
                });
            }
        }
    }
}
