//! `/app/new-password`: a new password, by a link that the owner handed over or a mail brought. It ends every session.

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use minijinja::context;
use uuid::Uuid;

use super::actor::Tenant;
use super::links::{self, ByLink, Link, Purpose, living};
use super::person::check_password;
use super::resume::Resume;
use super::{passkeys, session, sign_in, sql};
use crate::app::App;
use crate::audit::{self, By, Change};
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::http::form::{FieldErrors, Form};
use crate::mail::{self, Letter, Notice};
use crate::pages::frame::{self, Visit};

async fn password_link(app: &App, token: &str) -> Result<(Link, sql::AccountRow)> {
    let link = living(app, token, |purpose| matches!(purpose, Purpose::Password { .. })).await?;
    let Purpose::Password { account } = link.purpose else { return Err(Error::LinkEnded) };
    let account = sql::account(&app.db, account).await?.ok_or(Error::LinkEnded)?;
    Ok((link, account))
}

/// `GET /app/new-password`.
pub async fn page(State(app): State<App>, visit: Visit, Query(by): Query<ByLink>) -> Result<Response> {
    let (_, account) = password_link(&app, &by.link).await?;
    visit.page(&app, "accounts/new_password.html", context! { link => by.link, email => account.email })
}

/// `POST /app/new-password`.
pub async fn submit(State(app): State<App>, visit: Visit, headers: HeaderMap, form: Form) -> Result<Response> {
    let (link, account) = password_link(&app, form.text("link")).await?;
    let mut errors = FieldErrors::default();
    check_password(form.raw("password"), &[&account.name, &account.email], &mut errors);
    if !errors.is_empty() {
        let page = context! { link => form.text("link"), email => account.email, errors => errors.values() };
        return visit.page_with(&app, StatusCode::UNPROCESSABLE_ENTITY, "accounts/new_password.html", page);
    }
    let hash = app.passwords.hash(form.raw("password").to_owned()).await?;
    let mut tx = app.db.begin().await?;
    if !links::take(&mut tx, &link, app.clock.now_us()).await? {
        return Err(Error::LinkEnded);
    }
    set(&app, &mut tx, link.tenant, By::Account { id: account.id, name: &account.name }, &account, &hash, None).await?;
    tx.commit().await?;
    app.bell.ring();
    let cookie = sign_in::begin(&app, account.id, link.tenant, &headers).await?;
    // Whoever came in with the old password may have left a passkey.
    if passkeys::has_some(&app, account.id).await? {
        let mut response = frame::done("/app/me#passkeys", "look_at_passkeys");
        response.headers_mut().append(header::SET_COOKIE, cookie);
        return Ok(response);
    }
    sign_in::go_on(&app, &visit, &Resume::to("/app"), cookie)
}

/// Makes a link to a new password of an account: its address.
pub async fn make_link(app: &App, tenant: Tenant, by: By<'_>, account: Uuid, name: &str) -> Result<String> {
    let purpose = Purpose::Password { account };
    let id = app.ids.next().map_err(Error::internal)?;
    let made_by = if let By::Actor(actor) = by { Some(actor.account) } else { None };
    let mut tx = app.db.begin().await?;
    let token = links::insert(&mut tx, id, tenant, &purpose, made_by, app.clock.now_us()).await?;
    let change =
        Change { action: "person.password_link", subject_id: Some(account), subject: name, before: None, after: None };
    audit::record(app, &mut tx, tenant, by, &change).await?;
    let by = if let By::Actor(actor) = by { actor.name.clone() } else { String::new() };
    tell(app, &mut tx, tenant, account, Notice::PasswordLink { by }).await?;
    tx.commit().await?;
    app.bell.ring();
    Ok(purpose.address(app, &token))
}

/// Sets a password. Whoever else was signed in with the old one, or waits with a link, is out.
pub async fn set(
    app: &App,
    tx: &mut Tx,
    tenant: Tenant,
    by: By<'_>,
    account: &sql::AccountRow,
    hash: &str,
    kept_session: Option<Uuid>,
) -> Result<()> {
    sql::set_password(tx, account.id, hash).await?;
    session::end_others(tx, account.id, kept_session).await?;
    links::end_all(tx, &Purpose::Password { account: account.id }).await?;
    let change = Change {
        action: "account.password_changed",
        subject_id: Some(account.id),
        subject: &account.name,
        before: None,
        after: None,
    };
    audit::record(app, tx, tenant, by, &change).await?;
    tell(app, tx, tenant, account.id, Notice::PasswordChanged).await
}

async fn tell(app: &App, tx: &mut Tx, tenant: Tenant, account: Uuid, notice: Notice) -> Result<()> {
    let at_us = app.clock.now_us();
    mail::post(app, tx, tenant, &Letter::Notice { account, notice, at_us }).await.map(drop)
}
