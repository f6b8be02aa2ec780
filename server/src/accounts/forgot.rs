//! `/app/forgot`: a link to a new password by mail. The answer says the same, and comes as fast, whether there is such an
//! account or not: either way one job is written down, and only the job does more.

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use minijinja::context;
use serde::Deserialize;

use super::actor::Tenant;
use super::sql::{self, normal_email};
use super::token;
use crate::app::App;
use crate::error::{Error, Result};
use crate::http::attempts;
use crate::http::client::ClientAddress;
use crate::http::form::{FieldErrors, Form};
use crate::ids::DEFAULT_ORGANISATION;
use crate::mail::{self, Letter};
use crate::pages::frame::{self, Visit};

/// What the page is about.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    sent: bool,
}

/// `GET /app/forgot`.
pub async fn page(State(app): State<App>, visit: Visit, Query(asked): Query<Asked>) -> Result<Response> {
    let page = context! { mails => app.mail.is_some(), sent => asked.sent && app.mail.is_some() };
    visit.page(&app, "accounts/forgot.html", page)
}

/// `POST /app/forgot`.
pub async fn submit(
    State(app): State<App>,
    ClientAddress(address): ClientAddress,
    visit: Visit,
    form: Form,
) -> Result<Response> {
    let now_us = app.clock.now_us();
    app.reset_rate.admit(address, now_us)?;
    let Some(email) = normal_email(form.text("email")) else {
        let mut errors = FieldErrors::default();
        errors.add("email", "field.email");
        let page = context! { mails => app.mail.is_some(), values => form.values(), errors => errors.values() };
        return visit.page_with(&app, StatusCode::UNPROCESSABLE_ENTITY, "accounts/forgot.html", page);
    };
    // Who has had some mails already gets no more, and is told nothing new: one that keeps asking in somebody's name
    // neither fills their mailbox nor keeps them out.
    if app.mail.is_some() && may_have_another(&app, &email).await? {
        let account = sql::by_email(&app.db, &email).await?.map(|account| account.id);
        let mut tx = app.db.begin().await?;
        mail::post(&app, &mut tx, Tenant::of(DEFAULT_ORGANISATION), &Letter::Reset { account, asked_us: now_us })
            .await?;
        tx.commit().await?;
        app.bell.ring();
    }
    Ok(frame::to("/app/forgot?sent=true"))
}

/// Whether a mailbox has not had enough of such mails: by this server's count, then by that of all replicas together.
async fn may_have_another(app: &App, email: &str) -> Result<bool> {
    if app.reset_account_rate.take(token::hash(email), app.clock.now_us()).is_err() {
        return Ok(false);
    }
    match attempts::admit(app, "reset", email, attempts::RESET).await {
        Ok(()) => Ok(true),
        Err(Error::TooMany { .. }) => Ok(false),
        Err(error) => Err(error),
    }
}
