//! Saving: a change made from one revision becomes the next, or the one who made it is told what happened meanwhile.

use scene::document::StoreDocument;
use scene::document::fault::{self, Fault};
use serde_json::{Value, json};

use super::changes;
use super::draft::Draft;
use super::sql::{self, Fresh, Store};
use crate::accounts::actor::Actor;
use crate::app::App;
use crate::audit::{self, By, Change};
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::stores::library::{Library, named_media};

/// How often a change is made anew because somebody saved in between, before it is told as a conflict.
const TRIES: usize = 5;

/// What became of a change.
#[derive(Debug)]
pub enum Outcome {
    /// The draft is this revision now.
    Saved(i64),
    /// Somebody changed the same thing meanwhile; this is the draft now.
    Conflict(Box<Draft>),
    /// What would be saved has faults.
    Faults(Vec<Fault>),
}

/// A change that somebody made on a page, from revision `base`.
pub struct Edit<'a> {
    /// The revision that the page showed.
    pub base: i64,
    /// How it comes to be: `changed`, `uploaded`, `restored`.
    pub origin: &'static str,
    /// The part of the document that the change is about: while it is the same as in `base`, the change is made on what
    /// others saved meanwhile.
    pub part: &'a (dyn Fn(&StoreDocument) -> Value + Sync),
    /// The change.
    pub apply: &'a (dyn Fn(&mut StoreDocument) -> Result<()> + Sync),
}

/// Makes a change and saves the draft.
///
/// # Errors
/// The database's reason, or that of the change.
pub async fn save(app: &App, actor: &Actor, store: &Store, edit: &Edit<'_>) -> Result<Outcome> {
    for _ in 0..TRIES {
        let draft = Draft::of(app, actor, store.clone()).await?;
        if draft.number != edit.base {
            let base = sql::document(&app.db, actor.tenant, store.id, edit.base).await?;
            let base: StoreDocument = serde_json::from_str(&base.ok_or(Error::NotFound)?).map_err(Error::internal)?;
            if (edit.part)(&base) != (edit.part)(&draft.document) {
                return Ok(Outcome::Conflict(Box::new(draft)));
            }
        }
        let mut document = draft.document.clone();
        (edit.apply)(&mut document)?;
        if document == draft.document {
            return Ok(Outcome::Saved(draft.number));
        }
        let faults = faults(app, actor, &document).await?;
        if !faults.is_empty() {
            return Ok(Outcome::Faults(faults));
        }
        match write(app, actor, &draft, &document, edit.origin).await? {
            Written::Done(number) => return Ok(Outcome::Saved(number)),
            Written::Late => {}
            Written::Gone(faults) => return Ok(Outcome::Faults(faults)),
        }
    }
    Err(Error::Busy { retry_after_s: 1 })
}

/// Every fault of a document, what it names and what is not there included.
///
/// # Errors
/// The database's reason.
pub async fn faults(app: &App, actor: &Actor, document: &StoreDocument) -> Result<Vec<Fault>> {
    let faults = document.faults();
    if !faults.is_empty() {
        return Ok(faults);
    }
    let library = Library::load(&app.db, actor.tenant.id(), document).await?;
    Ok(library.find(document).err().unwrap_or_default())
}

enum Written {
    Done(i64),
    /// Somebody saved in between.
    Late,
    /// Something that it names was deleted in between.
    Gone(Vec<Fault>),
}

async fn write(
    app: &App,
    actor: &Actor,
    draft: &Draft,
    document: &StoreDocument,
    origin: &'static str,
) -> Result<Written> {
    let store = &draft.store;
    let changes = changes::between(&draft.document, document);
    let mut tx = app.db.begin().await?;
    if sql::lock(&mut tx, actor.tenant, store.id).await? != Some(draft.number) {
        return Ok(Written::Late);
    }
    let faults = gone(&mut tx, actor, document).await?;
    if !faults.is_empty() {
        return Ok(Written::Gone(faults));
    }
    let number = draft.number + 1;
    insert(app, &mut tx, actor, store, number, document, (origin, &changes)).await?;
    let change = Change {
        action: match origin {
            "uploaded" => "store.uploaded",
            "restored" => "store.restored",
            _ => "store.changed",
        },
        subject_id: Some(store.id),
        subject: &store.slug,
        before: Some(json!({ "revision": draft.number })),
        after: Some(json!({ "revision": number, "changes": changes })),
    };
    audit::record(app, &mut tx, actor.tenant, By::Actor(actor), &change).await?;
    tx.commit().await?;
    Ok(Written::Done(number))
}

/// Writes a revision of a store that is locked.
///
/// # Errors
/// The database's reason.
pub async fn insert(
    app: &App,
    tx: &mut Tx,
    actor: &Actor,
    store: &Store,
    number: i64,
    document: &StoreDocument,
    (origin, changes): (&str, &[changes::Changed]),
) -> Result<()> {
    let text = serde_json::to_string(document).map_err(Error::internal)?;
    let changes = serde_json::to_string(changes).map_err(Error::internal)?;
    let fresh = Fresh {
        document: &text,
        account: actor.account,
        actor: &actor.name,
        origin,
        changes: &changes,
        now_us: app.clock.now_us(),
    };
    sql::insert(tx, store.id, number, fresh).await?;
    Ok(())
}

/// What a document names and what was deleted by now. Whoever deletes waits for the transaction's end, and finds that
/// the thing is used.
pub async fn gone(tx: &mut Tx, actor: &Actor, document: &StoreDocument) -> Result<Vec<Fault>> {
    let (panoramas, media) = sql::gone(tx, actor.tenant).await?;
    let scenes = document.scenes.iter().enumerate().filter(|(_, scene)| panoramas.contains(&scene.panorama));
    let deleted = |path: String| Fault::new(path, fault::DELETED_NOW, &[]);
    let named = named_media(document).into_iter().filter(|(_, id)| media.contains(id)).map(|(path, _)| path);
    Ok(scenes.map(|(index, _)| format!("scenes[{index}].panorama")).chain(named).map(deleted).collect())
}
