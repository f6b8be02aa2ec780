//! `/app/webhooks`: the endpoints of an organisation, and a form for another.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use minijinja::{Value, context};
use serde_json::json;

use super::event::Kind;
use super::sql::{self, Endpoint, MAX_ENDPOINTS, Said};
use super::{queue, secret};
use crate::accounts::actor::Actor;
use crate::app::App;
use crate::audit::{self, By, Change};
use crate::error::{Error, Result};
use crate::http::form::{FieldErrors, Form, is_line};
use crate::pages::frame::Visit;

const MAX_NAME: usize = 80;

/// An endpoint for a template.
pub(super) fn shown(endpoint: &Endpoint) -> Value {
    context! {
        id => endpoint.id.to_string(), name => &endpoint.name, url => &endpoint.url,
        kinds => endpoint.kinds().iter().map(|kind| kind.name()).collect::<Vec<_>>(),
        enabled => endpoint.enabled == 1, off_reason => &endpoint.off_reason, off_us => endpoint.off_us,
        failing_since_us => endpoint.failing_since_us, former_until_us => endpoint.former_until_us,
        version => endpoint.version, created_us => endpoint.created_us,
    }
}

/// The names of what can be subscribed to.
pub(super) fn choices() -> Vec<&'static str> {
    Kind::CHOICES.iter().map(|kind| kind.name()).collect()
}

async fn context_of(app: &App, actor: &Actor, rest: Value) -> Result<Value> {
    let endpoints = sql::list(&app.db, actor.tenant).await?;
    let is_full = endpoints.len() >= MAX_ENDPOINTS;
    let failed = queue::count_failed(&app.db, actor.tenant).await?;
    let endpoints: Vec<Value> = endpoints.iter().map(shown).collect();
    Ok(context! { endpoints, choices => choices(), is_full, failed, ..rest })
}

/// `GET /app/webhooks`.
pub async fn page(State(app): State<App>, visit: Visit, actor: Actor) -> Result<Response> {
    visit.page(&app, "webhooks/page.html", context_of(&app, &actor, context! {}).await?)
}

/// What a form says about an endpoint, as far as it is fine.
pub(super) struct Typed {
    pub name: String,
    pub url: String,
    pub kinds: Vec<Kind>,
}

impl Typed {
    pub(super) fn read(app: &App, form: &Form, errors: &mut FieldErrors) -> Self {
        let name = form.text("name");
        errors.check(!name.is_empty(), "name", "field.missing");
        errors.check(is_line(name, MAX_NAME), "name", "field.line");
        let url = match app.courier.check(form.text("url")) {
            Ok(url) => url.to_string(),
            Err(fault) => {
                errors.add("url", fault.key());
                String::new()
            }
        };
        let kinds: Option<Vec<Kind>> =
            form.all("event").map(|name| Kind::CHOICES.into_iter().find(|kind| kind.name() == name)).collect();
        errors.check(kinds.as_ref().is_some_and(|kinds| !kinds.is_empty()), "event", "webhook.no_event");
        Self { name: name.to_owned(), url, kinds: kinds.unwrap_or_default() }
    }

    pub(super) fn said(&self) -> Said<'_> {
        Said { name: &self.name, url: &self.url, kinds: &self.kinds }
    }

    /// For the log of changes.
    pub(super) fn state(&self) -> serde_json::Value {
        let events: Vec<&str> = self.kinds.iter().map(|kind| kind.name()).collect();
        json!({ "name": self.name, "url": self.url, "events": events })
    }
}

/// What was chosen, to be shown again.
pub(super) fn chosen(form: &Form) -> Vec<String> {
    form.all("event").map(str::to_owned).collect()
}

/// `POST /app/webhooks`.
pub async fn create(State(app): State<App>, visit: Visit, actor: Actor, form: Form) -> Result<Response> {
    let mut errors = FieldErrors::default();
    let typed = Typed::read(&app, &form, &mut errors);
    let id = app.ids.next().map_err(Error::internal)?;
    let fresh = secret::fresh()?;
    if errors.is_empty() {
        let mut tx = app.db.begin().await?;
        if sql::insert(&mut tx, actor.tenant, id, &typed.said(), &fresh, app.clock.now_us()).await? {
            let after = Some(typed.state());
            let change =
                Change { action: "webhook.made", subject_id: Some(id), subject: &typed.name, before: None, after };
            audit::record(&app, &mut tx, actor.tenant, By::Actor(&actor), &change).await?;
            tx.commit().await?;
            let page = context! { what => "made", name => typed.name, id => id.to_string(), secret => fresh };
            return visit.page(&app, "webhooks/secret.html", page);
        }
        errors.add("name", "webhook.too_many");
    }
    let rest = context! { values => form.values(), chosen => chosen(&form), errors => errors.values() };
    let page = context_of(&app, &actor, rest).await?;
    visit.page_with(&app, StatusCode::UNPROCESSABLE_ENTITY, "webhooks/page.html", page)
}
