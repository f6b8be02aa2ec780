//! What figures are about: which stores somebody may see, and what of them is asked for.

use jiff::civil::Date;

use super::asked::Asked;
use super::span;
use super::sql::{self, StoreRow};
use crate::accounts::actor::Actor;
use crate::accounts::rights::Right;
use crate::app::App;
use crate::error::{Error, Result};

/// What the figures are about: the stores that somebody may see, and what of them is asked for.
#[derive(Clone, Debug)]
pub struct Scope {
    /// Every store whose statistics this person or program may see.
    pub stores: Vec<StoreRow>,
    /// The one that is asked for; all of them without.
    pub store: Option<StoreRow>,
    /// A scene of it.
    pub scene: Option<String>,
    /// The present day where the figures are from.
    pub today: Date,
}

impl Scope {
    /// What an actor may see of what is asked for.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such store, or none that this actor may see.
    pub async fn of(app: &App, actor: &Actor, asked: &Asked) -> Result<Self> {
        let mut stores = sql::stores(&app.db, actor.tenant).await?;
        stores.retain(|store| actor.may_in(Right::ReadStatistics, store.shop_id));
        let store = match asked.store() {
            Some(slug) => Some(stores.iter().find(|store| store.slug == slug).ok_or(Error::NotFound)?.clone()),
            // One store is all of them.
            None => stores.first().filter(|_| stores.len() == 1).cloned(),
        };
        if asked.scene().is_some() && store.is_none() {
            return Err(Error::BadRequest("scene: a scene belongs to a store; name that, too".to_owned()));
        }
        let time_zone = store.as_ref().map_or(&actor.time_zone, |store| &store.time_zone);
        let today = span::today(app.clock.now_us(), time_zone);
        Ok(Self { store, scene: asked.scene().map(str::to_owned), today, stores })
    }

    /// The stores that count here.
    pub(super) fn chosen(&self) -> impl Iterator<Item = &StoreRow> {
        self.stores.iter().filter(|one| self.store.as_ref().is_none_or(|store| store.id == one.id))
    }

    /// Whether the shops' clocks differ.
    #[must_use]
    pub fn has_several_time_zones(&self) -> bool {
        let mut zones = self.chosen().map(|store| &store.time_zone);
        let first = zones.next();
        zones.any(|zone| Some(zone) != first)
    }
}
