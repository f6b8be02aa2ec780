//! `/app/start`: the first owner. The link stands in the log of the first start, works once, and for an hour; a later
//! start writes a new one as long as there is nobody.

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use minijinja::context;

use super::actor::{Grant, Tenant};
use super::links::{self, ByLink, Purpose, living};
use super::person::PersonForm;
use super::resume::Resume;
use super::rights::Role;
use super::sign_in;
use super::sql::{self, AccountRow};
use crate::app::App;
use crate::audit::{self, By, Change};
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::http::form::{FieldErrors, Form, is_line};
use crate::ids::DEFAULT_ORGANISATION;
use crate::on_engine;
use crate::pages::frame::Visit;

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
    Ok(Some(Purpose::Start.address(app, &token)))
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
    let account = person.ready(&app).await?;
    let now_us = app.clock.now_us();
    let mut tx = app.db.begin().await?;
    if !links::take(&mut tx, &link, now_us).await? {
        return Err(Error::LinkEnded);
    }
    name_organisation(&mut tx, link.tenant, organisation).await?;
    let grant = Grant { role: Role::Owner, shop: None };
    add(&app, &mut tx, link.tenant, &account, grant, "account.started").await?;
    tx.commit().await?;
    let cookie = sign_in::begin(&app, account.id, link.tenant, &headers).await?;
    sign_in::go_on(&app, &visit, &Resume::to("/app"), cookie)
}

/// Names an organisation.
pub async fn name_organisation(tx: &mut Tx, tenant: Tenant, name: &str) -> Result<()> {
    on_engine!(tx, conn => sqlx::query("UPDATE organisation SET name = $1 WHERE id = $2")
        .bind(name).bind(tenant.id()).execute(conn).await.map(drop)?);
    Ok(())
}

/// Adds a new person to an organisation.
pub async fn add(
    app: &App,
    tx: &mut Tx,
    tenant: Tenant,
    account: &AccountRow,
    grant: Grant,
    action: &'static str,
) -> Result<()> {
    sql::insert(tx, account, app.clock.now_us()).await?;
    admit(app, tx, tenant, account, grant, action).await
}

/// Gives whoever has an account a role.
pub async fn admit(
    app: &App,
    tx: &mut Tx,
    tenant: Tenant,
    account: &AccountRow,
    grant: Grant,
    action: &'static str,
) -> Result<()> {
    let membership = app.ids.next().map_err(Error::internal)?;
    sql::join(tx, tenant, membership, account.id, grant, app.clock.now_us()).await?;
    let change = Change {
        action,
        subject_id: Some(account.id),
        subject: &account.name,
        before: None,
        after: Some(serde_json::json!({ "email": account.email, "role": grant.role.name() })),
    };
    audit::record(app, tx, tenant, By::Account { id: account.id, name: &account.name }, &change).await
}
