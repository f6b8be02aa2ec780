//! `/app/start`: the first owner. The link stands in the log of the first start, works once, and for an hour; a later
//! start writes a new one as long as there is nobody.

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use minijinja::context;
use serde::Deserialize;
use uuid::Uuid;

use super::actor::{Grant, Tenant};
use super::links::{self, Link, Purpose};
use super::person::{Person, PersonForm};
use super::resume::Resume;
use super::rights::Role;
use super::{sign_in, sql};
use crate::app::App;
use crate::audit::{self, By, Change};
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::http::form::{FieldErrors, Form, is_line};
use crate::ids::DEFAULT_ORGANISATION;
use crate::on_engine;
use crate::pages::frame::Visit;

/// The link that one came by.
#[derive(Debug, Default, Deserialize)]
pub struct ByLink {
    /// Its token.
    #[serde(default)]
    pub link: String,
}

/// The living link of a token and a purpose; without one the page says so.
pub async fn living(app: &App, token: &str, is_wanted: impl Fn(&Purpose) -> bool) -> Result<Link> {
    let link = links::find(&app.db, token, app.clock.now_us()).await?;
    link.filter(|link| is_wanted(&link.purpose)).ok_or(Error::LinkEnded)
}

/// Makes the link, where there is nobody yet: its address.
pub async fn offer(app: &App) -> Result<Option<String>> {
    if sql::count(&app.db).await? > 0 {
        return Ok(None);
    }
    let id = app.ids.next().map_err(Error::internal)?;
    let mut tx = app.db.begin().await?;
    links::end_all(&mut tx, &Purpose::Start).await?;
    let tenant = Tenant::of(DEFAULT_ORGANISATION);
    let token = links::insert(&mut tx, id, tenant, &Purpose::Start, None, app.clock.now_us()).await?;
    tx.commit().await?;
    Ok(Some(app.pages.absolute(&format!("{}?link={}", Purpose::Start.path(), token.reveal()))))
}

/// `GET /app/start`.
pub async fn page(State(app): State<App>, visit: Visit, Query(by): Query<ByLink>) -> Result<Response> {
    living(&app, &by.link, |purpose| *purpose == Purpose::Start).await?;
    visit.page(&app, "accounts/start.html", context! { link => by.link })
}

/// `POST /app/start`.
pub async fn submit(State(app): State<App>, visit: Visit, headers: HeaderMap, form: Form) -> Result<Response> {
    let link = living(&app, form.text("link"), |purpose| *purpose == Purpose::Start).await?;
    let mut errors = FieldErrors::default();
    let organisation = form.text("organisation");
    errors.check(!organisation.is_empty(), "organisation", "field.missing");
    errors.check(is_line(organisation, 120), "organisation", "field.line");
    let person = PersonForm::read(&form, form.text("email"), &visit.lang, &mut errors);
    let (Some(person), true) = (person, errors.is_empty()) else {
        let page = context! { link => form.text("link"), values => form.values(), errors => errors.values() };
        return visit.page_with(&app, StatusCode::UNPROCESSABLE_ENTITY, "accounts/start.html", page);
    };
    let person = person.ready(&app).await?;
    let now_us = app.clock.now_us();
    let mut tx = app.db.begin().await?;
    if !links::take(&mut tx, &link, now_us).await? {
        return Err(Error::LinkEnded);
    }
    name_organisation(&mut tx, link.tenant, organisation).await?;
    let grant = Grant { role: Role::Owner, shop: None };
    add(&app, &mut tx, link.tenant, &person, grant, "account.started").await?;
    tx.commit().await?;
    let cookie = sign_in::begin(&app, person.account.id, link.tenant, &headers).await?;
    sign_in::go_on(&app, &visit, &Resume::to("/app"), cookie)
}

/// Names an organisation.
pub async fn name_organisation(tx: &mut Tx, tenant: Tenant, name: &str) -> Result<()> {
    on_engine!(tx, conn => sqlx::query("UPDATE organisation SET name = $1 WHERE id = $2")
        .bind(name).bind(tenant.id()).execute(conn).await.map(drop)?);
    Ok(())
}

/// Adds a person to an organisation.
pub async fn add(
    app: &App,
    tx: &mut Tx,
    tenant: Tenant,
    person: &Person,
    grant: Grant,
    action: &'static str,
) -> Result<Uuid> {
    let now_us = app.clock.now_us();
    let account = &person.account;
    sql::insert(tx, account, now_us).await?;
    let membership = app.ids.next().map_err(Error::internal)?;
    sql::join(tx, tenant, membership, account.id, grant, now_us).await?;
    let change = Change {
        action,
        subject_id: Some(account.id),
        subject: &account.name,
        before: None,
        after: Some(serde_json::json!({ "email": account.email, "role": grant.role.name() })),
    };
    audit::record(app, tx, tenant, By::Account { id: account.id, name: &account.name }, &change).await?;
    Ok(membership)
}
