//! `/app/join`: taking up an invitation, with a new account or with the one that one has.

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use minijinja::{Value, context};

use super::links::{self, ByLink, Link, Purpose, living};
use super::person::PersonForm;
use super::resume::Resume;
use super::{sign_in, sql, start};
use crate::app::App;
use crate::error::{Error, Result};
use crate::http::client::ClientAddress;
use crate::http::form::{FieldErrors, Form};
use crate::pages::frame::Visit;

async fn invitation(app: &App, token: &str) -> Result<Link> {
    living(app, token, |purpose| matches!(purpose, Purpose::Invitation { .. })).await
}

async fn context_of(app: &App, link: &Link, token: &str) -> Result<Value> {
    let Purpose::Invitation { email, grant } = &link.purpose else { return Err(Error::LinkEnded) };
    let organisation = sql::organisation_name(&app.db, link.tenant).await?;
    let has_account = sql::by_email(&app.db, email).await?.is_some();
    Ok(context! { link => token, email, role => grant.role.name(), organisation, has_account })
}

/// `GET /app/join`.
pub async fn page(State(app): State<App>, visit: Visit, Query(by): Query<ByLink>) -> Result<Response> {
    let link = invitation(&app, &by.link).await?;
    visit.page(&app, "accounts/join.html", context_of(&app, &link, &by.link).await?)
}

/// `POST /app/join`.
pub async fn submit(
    State(app): State<App>,
    ClientAddress(address): ClientAddress,
    visit: Visit,
    headers: HeaderMap,
    form: Form,
) -> Result<Response> {
    let now_us = app.clock.now_us();
    app.sign_in_rate.admit(address, now_us)?;
    let link = invitation(&app, form.text("link")).await?;
    let Purpose::Invitation { email, grant } = link.purpose.clone() else { return Err(Error::LinkEnded) };
    let mut errors = FieldErrors::default();
    let there = sql::by_email(&app.db, &email).await?;
    let is_new = there.is_none();
    let account = match there {
        Some(account) => {
            // Whoever has an invitation guesses no faster than anybody else.
            sign_in::admit(&app, &account.email, address).await?;
            let is_right = app.passwords.matches(form.raw("password").to_owned(), account.password.clone()).await?;
            errors.check(is_right, "password", "join.wrong");
            is_right.then_some(account)
        }
        None => match PersonForm::read(&form, &email, &visit.lang, &mut errors) {
            Some(person) => Some(person.ready(&app).await?),
            None => None,
        },
    };
    let Some(account) = account else {
        let page = context! {
            values => form.values(), errors => errors.values(), ..context_of(&app, &link, form.text("link")).await?
        };
        return visit.page_with(&app, StatusCode::UNPROCESSABLE_ENTITY, "accounts/join.html", page);
    };
    let mut tx = app.db.begin().await?;
    if !links::take(&mut tx, &link, now_us).await? {
        return Err(Error::LinkEnded);
    }
    if is_new {
        start::add(&app, &mut tx, link.tenant, &account, grant, "account.joined").await?;
    } else {
        start::admit(&app, &mut tx, link.tenant, &account, grant, "account.joined").await?;
    }
    tx.commit().await?;
    let cookie = sign_in::begin(&app, account.id, link.tenant, &headers).await?;
    sign_in::go_on(&app, &visit, &Resume::to("/app"), cookie)
}
