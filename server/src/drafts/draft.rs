//! A store's draft, read for whoever may see it.

use scene::document::{LocalizedText, Scene, StoreDocument};
use uuid::Uuid;

use super::sql::{self, Store};
use crate::accounts::actor::Actor;
use crate::accounts::rights::Right;
use crate::app::App;
use crate::error::{Error, Result};

/// The last revision of a store.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The store.
    pub store: Store,
    /// Number of the revision.
    pub number: i64,
    /// What it says.
    pub document: StoreDocument,
    /// Who saved it; empty where that is not known.
    pub actor: String,
    /// When.
    pub saved_us: i64,
}

impl Draft {
    /// The draft of a store, for whoever has a right in its shop.
    ///
    /// # Errors
    /// There is no such store, or none for whoever asks.
    pub async fn open(app: &App, actor: &Actor, id: Uuid, right: Right) -> Result<Self> {
        let store = sql::find(&app.db, actor.tenant, id).await?.ok_or(Error::NotFound)?;
        // Whoever may not even see it learns nothing of it.
        if !actor.may_in(Right::ReadStores, store.shop_id) {
            return Err(Error::NotFound);
        }
        if !actor.may_in(right, store.shop_id) {
            return Err(Error::Forbidden);
        }
        Self::of(app, actor, store).await
    }

    /// The draft of a store that whoever asks may see.
    ///
    /// # Errors
    /// The database's reason.
    pub async fn of(app: &App, actor: &Actor, store: Store) -> Result<Self> {
        let last = sql::last(&app.db, actor.tenant, store.id).await?;
        let (number, document, by, saved_us) = last.ok_or(Error::NotFound)?;
        let document = serde_json::from_str(&document).map_err(Error::internal)?;
        Ok(Self { store, number, document, actor: by, saved_us })
    }

    /// The store's first language.
    #[must_use]
    pub fn first(&self) -> &str {
        self.document.languages.first().map_or("en", String::as_str)
    }

    /// A text as a page in `lang` shows it.
    #[must_use]
    pub fn text(&self, text: &LocalizedText, lang: &str) -> String {
        text.get(lang, self.first()).map(|(text, _)| text.to_owned()).unwrap_or_default()
    }

    /// A scene.
    ///
    /// # Errors
    /// There is none of this id.
    pub fn scene(&self, id: &str) -> Result<&Scene> {
        self.document.scenes.iter().find(|scene| scene.id == id).ok_or(Error::NotFound)
    }

    /// Whether shoppers see something else, or nothing.
    #[must_use]
    pub fn is_newer(&self) -> bool {
        self.store.current_revision != Some(self.number)
    }
}

/// Address of a small picture of a panorama, for whoever is signed in.
#[must_use]
pub fn thumbnail(panorama: &str) -> String {
    format!("/app/tiles/{panorama}/0/f/0/0.jpg")
}
