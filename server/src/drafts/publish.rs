//! Publishing a draft, and closing a store. What takes time is done by a job; what shoppers see changes in one
//! transaction at its end, or not at all.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use futures_util::FutureExt as _;
use minijinja::{Value, context};
use scene::document::{Fault, StoreDocument};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::draft::Draft;
use super::edit::{base, faults};
use super::save;
use super::sql::{self, Store};
use crate::accounts::actor::{Actor, Tenant};
use crate::accounts::rights::Right;
use crate::app::App;
use crate::audit::{self, By, Change};
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::http::form::Form;
use crate::jobs::{self, Ended, Failure, Handler, Job};
use crate::pages::frame::{self, Visit};
use crate::shops;
use crate::stores::library::Library;
use crate::stores::publish::{Target, commit, prepare};
use crate::webhooks::event::{StoreClosed, StorePublished};
use crate::webhooks::{self, Event};

/// Its name in the database.
pub const KIND: &str = "store.publish";
/// The job.
pub const HANDLER: Handler = Handler { kind: KIND, max_attempts: 5, run: |app, job| run(app, job).boxed() };

/// What the job is to do.
#[derive(Debug, Serialize, Deserialize)]
struct Payload {
    store: Uuid,
    number: i64,
    account: Uuid,
    actor: String,
}

/// What became of the wish to publish.
#[derive(Debug)]
pub enum Asked {
    /// A job publishes this revision.
    Begun(i64),
    /// The draft is another one by now.
    Changed,
    /// Somebody publishes it already.
    Running,
    /// It has faults.
    Faults(Vec<Fault>),
}

/// Begins to publish the draft, which is to be revision `expected`.
///
/// # Errors
/// The database's reason.
pub async fn begin(app: &App, actor: &Actor, draft: &Draft, expected: i64) -> Result<Asked> {
    if draft.number != expected {
        return Ok(Asked::Changed);
    }
    let list = save::faults(app, actor, &draft.document).await?;
    if !list.is_empty() {
        return Ok(Asked::Faults(list));
    }
    let store = &draft.store;
    let job = app.ids.next().map_err(Error::internal)?;
    let mut tx = app.db.begin().await?;
    if sql::lock(&mut tx, actor.tenant, store.id).await? != Some(expected) {
        return Ok(Asked::Changed);
    }
    let (_, running) = sql::published_state(&mut tx, actor.tenant, store.id).await?;
    if running.is_some() {
        return Ok(Asked::Running);
    }
    let list = save::gone(&mut tx, actor, &draft.document).await?;
    if !list.is_empty() {
        return Ok(Asked::Faults(list));
    }
    // What was published never changes: published once more, as after a change of prices, it is a revision of its own.
    let number = if was_published(app, actor, store, expected).await? {
        save::insert(app, &mut tx, actor, store, expected + 1, &draft.document, ("again", &[])).await?;
        expected + 1
    } else {
        expected
    };
    let payload = Payload { store: store.id, number, account: actor.account, actor: actor.name.clone() };
    let payload = serde_json::to_string(&payload).map_err(Error::internal)?;
    jobs::sql::insert(&mut tx, actor.tenant, job, KIND, &payload, app.clock.now_us()).await?;
    sql::set_publish_job(&mut tx, actor.tenant, store.id, job).await?;
    tx.commit().await?;
    app.bell.ring();
    Ok(Asked::Begun(number))
}

async fn was_published(app: &App, actor: &Actor, store: &Store, number: i64) -> Result<bool> {
    let rows = sql::revisions(&app.db, actor.tenant, store.id, number + 1, 1).await?;
    Ok(rows.first().is_some_and(|row| row.number == number && row.published_us.is_some()))
}

/// How the publishing of a store stands.
#[derive(Clone, Debug, Default)]
pub struct Standing {
    /// `none`, `waiting`, `running`, `done`, `failed` or `cancelled`.
    pub state: String,
    /// Whether it goes on.
    pub is_running: bool,
    /// Scenes whose posters are made.
    pub done: i64,
    /// Scenes in all; 0 before that is known.
    pub of: i64,
    /// Why it failed: the text `job.failed.{failure}`.
    pub failure: Option<String>,
    /// Details in English.
    pub detail: Option<String>,
}

impl Standing {
    /// For a template.
    #[must_use]
    pub fn value(&self) -> Value {
        let Self { state, is_running, done, of, failure, detail } = self;
        context! { state, is_running => *is_running, done => *done, of => *of, failure, detail }
    }
}

/// How the last publishing of a store stands.
///
/// # Errors
/// The database's reason.
pub async fn standing(app: &App, actor: &Actor, store: &Store) -> Result<Standing> {
    let state = match store.publish_job {
        Some(job) => jobs::sql::state(&app.db, actor.tenant, job).await?,
        None => None,
    };
    Ok(state.map_or_else(
        || Standing { state: "none".to_owned(), ..Standing::default() },
        |state| Standing {
            is_running: matches!(state.status.as_str(), "waiting" | "running"),
            state: state.status,
            done: state.progress_done,
            of: state.progress_of,
            failure: state.failure,
            detail: state.failure_detail,
        },
    ))
}

/// `POST /app/stores/{id}/publish`.
pub async fn publish(
    State(app): State<App>,
    visit: Visit,
    actor: Actor,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<Response> {
    let draft = Draft::open(&app, &actor, id, Right::WriteStores).await?;
    let at = format!("/app/stores/{id}");
    match begin(&app, &actor, &draft, base(&form)?).await? {
        Asked::Begun(_) => Ok(frame::to(&format!("{at}/publishing"))),
        Asked::Running => Ok(is_publishing(id)),
        Asked::Changed => Ok(frame::done(&at, "changed_meanwhile")),
        Asked::Faults(list) => {
            let rest = context! { faults => faults(&list) };
            show(&app, &visit.at(&at), &draft, StatusCode::UNPROCESSABLE_ENTITY, rest)
        }
    }
}

fn show(app: &App, visit: &Visit, draft: &Draft, status: StatusCode, rest: Value) -> Result<Response> {
    let store = context! { id => draft.store.id.to_string(), name => draft.text(&draft.document.name, &visit.lang), number => draft.number };
    visit.page_with(app, status, "drafts/publishing.html", context! { store, ..rest })
}

/// `GET /app/stores/{id}/publishing`: how far it is; back to the store when it is done.
pub async fn page(State(app): State<App>, visit: Visit, actor: Actor, Path(id): Path<Uuid>) -> Result<Response> {
    let draft = Draft::open(&app, &actor, id, Right::ReadStores).await?;
    let standing = standing(&app, &actor, &draft.store).await?;
    if standing.state == "done" {
        return Ok(frame::done(&format!("/app/stores/{id}#share"), "published"));
    }
    show(&app, &visit, &draft, StatusCode::OK, context! { standing => standing.value() })
}

/// Locks a store that is to be closed or deleted, and says which revision shoppers see. While it is being published, the
/// answer is its page of that.
///
/// # Errors
/// The database's reason.
pub(super) async fn lock_at_rest(
    tx: &mut Tx,
    tenant: Tenant,
    store: Uuid,
) -> Result<std::result::Result<Option<i64>, Box<Response>>> {
    sql::lock(tx, tenant, store).await?;
    let (current, running) = sql::published_state(tx, tenant, store).await?;
    Ok(match running {
        None => Ok(current),
        Some(_) => Err(Box::new(is_publishing(store))),
    })
}

fn is_publishing(store: Uuid) -> Response {
    frame::done(&format!("/app/stores/{store}/publishing"), "publishing_already")
}

/// `POST /app/stores/{id}/close`: shoppers see it no longer, until it is published again.
pub async fn close(State(app): State<App>, actor: Actor, Path(id): Path<Uuid>) -> Result<Response> {
    let draft = Draft::open(&app, &actor, id, Right::WriteStores).await?;
    let store = &draft.store;
    let at = format!("/app/stores/{id}");
    let mut tx = app.db.begin().await?;
    let current = match lock_at_rest(&mut tx, actor.tenant, id).await? {
        Ok(current) => current,
        Err(answer) => return Ok(*answer),
    };
    if !sql::close(&mut tx, actor.tenant, id).await? {
        return Ok(frame::done(&at, "closed"));
    }
    let change = Change {
        action: "store.closed",
        subject_id: Some(id),
        subject: &store.slug,
        before: Some(json!({ "published": current })),
        after: None,
    };
    audit::record(&app, &mut tx, actor.tenant, By::Actor(&actor), &change).await?;
    let event = StoreClosed { store: id, slug: store.slug.clone() };
    webhooks::publish(&app, &mut tx, actor.tenant, &Event::StoreClosed(event)).await?;
    tx.commit().await?;
    Ok(frame::done(&at, "closed"))
}

async fn run(app: App, job: Job) -> std::result::Result<(), Ended> {
    let payload: Payload = serde_json::from_str(&job.payload).map_err(Error::internal)?;
    let Payload { store: id, number, account, actor } = payload;
    let gone = || Ended::Failed(Failure { code: "store_gone", detail: String::new() });
    let store = sql::find(&app.db, job.tenant, id).await?.ok_or_else(gone)?;
    let row = sql::revisions(&app.db, job.tenant, id, number + 1, 1).await?;
    let row = row.first().filter(|row| row.number == number).ok_or_else(gone)?;
    if row.published_us.is_some() {
        // Killed after the end of the work and before it was noted.
        return Ok(());
    }
    let text = sql::document(&app.db, job.tenant, id, number).await?.ok_or_else(gone)?;
    let document: StoreDocument = serde_json::from_str(&text).map_err(Error::internal)?;
    let library = Library::load(&app.db, job.tenant.id(), &document).await?;
    let shop = shops::find(&app.db, job.tenant.id(), store.shop_id).await?.ok_or_else(gone)?;
    let organisation = job.tenant.id();
    let target = Target { organisation, store: id, slug: store.slug.clone(), shop, number };
    let control = job.control.clone();
    control.progress(0, document.scenes.len() as u32);
    let progress = move |done: usize, of: usize| control.progress(done as u32, of as u32);
    let prepared = prepare(&app.files, target, document, &library, app.clock.now_us(), progress).await;
    let prepared = prepared.map_err(|error| match error {
        Error::Faults(list) => {
            let detail = list.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
            Ended::Failed(Failure { code: "faults", detail })
        }
        other => Ended::Passing(other),
    })?;
    job.control.check()?;
    let mut tx = app.db.begin().await?;
    sql::lock(&mut tx, job.tenant, id).await?;
    let (current, running) = sql::published_state(&mut tx, job.tenant, id).await?;
    if running != Some(job.id) {
        // Another worker took it up after this one's lease had ended, and was faster.
        return Ok(());
    }
    commit(&mut tx, &prepared).await?;
    sql::set_published_by(&mut tx, id, number, &actor).await?;
    note(&app, &mut tx, job.tenant, (account, &actor), &store, current, number).await?;
    let event = StorePublished { store: id, slug: store.slug.clone(), revision: number };
    webhooks::publish(&app, &mut tx, job.tenant, &Event::StorePublished(event)).await?;
    tx.commit().await?;
    Ok(())
}

async fn note(
    app: &App,
    tx: &mut Tx,
    tenant: Tenant,
    (id, name): (Uuid, &str),
    store: &Store,
    before: Option<i64>,
    number: i64,
) -> Result<()> {
    let change = Change {
        action: "store.published",
        subject_id: Some(store.id),
        subject: &store.slug,
        before: before.map(|number| json!({ "published": number })),
        after: Some(json!({ "published": number })),
    };
    audit::record(app, tx, tenant, By::Account { id, name }, &change).await
}
