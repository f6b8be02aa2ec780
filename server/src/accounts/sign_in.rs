//! `/app/sign-in`, `/app/sign-out`: with an address and a password. Passkeys: `passkeys.rs`.

use std::net::{IpAddr, Ipv6Addr};

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use minijinja::context;
use serde::Deserialize;
use uuid::Uuid;

use super::actor::{Actor, Tenant};
use super::resume::Resume;
use super::{session, sql};
use crate::app::App;
use crate::error::{Error, Result};
use crate::http::attempts;
use crate::http::client::ClientAddress;
use crate::http::form::{FieldErrors, Form};
use crate::pages::frame::{self, Visit};

/// Where to go on.
#[derive(Debug, Default, Deserialize)]
pub struct Next {
    #[serde(default)]
    next: String,
}

/// `GET /app/sign-in`.
pub async fn page(State(app): State<App>, visit: Visit, Query(next): Query<Next>) -> Result<Response> {
    let resume = Resume::to(&next.next);
    if visit.actor.is_some() {
        return Ok(frame::to(&resume.next));
    }
    visit.page(&app, "accounts/sign_in.html", resume.values())
}

/// `POST /app/sign-in`.
pub async fn submit(
    State(app): State<App>,
    ClientAddress(address): ClientAddress,
    visit: Visit,
    headers: HeaderMap,
    form: Form,
) -> Result<Response> {
    let resume = Resume::of(&form);
    let typed = form.text("email").to_lowercase();
    app.sign_in_rate.admit(address, app.clock.now_us())?;
    admit(&app, &typed, address).await?;
    let account = match sql::normal_email(&typed) {
        Some(email) => sql::by_email(&app.db, &email).await?,
        None => None,
    };
    let kept = account.as_ref().and_then(|account| account.password.clone());
    let password: String = form.raw("password").chars().take(super::password::MAX_CHARACTERS + 1).collect();
    let is_right = app.passwords.matches(password, kept).await?;
    let organisations = match account.as_ref().filter(|_| is_right) {
        Some(account) => sql::organisations(&app.db, account.id).await?,
        None => Vec::new(),
    };
    // Who has left every organisation is told the same as who never was here.
    let (Some(account), Some((organisation, _))) = (account, organisations.first()) else {
        let mut errors = FieldErrors::default();
        errors.add("password", "sign_in.wrong");
        let page = context! { values => form.values(), errors => errors.values(), ..resume.values() };
        return visit.page_with(&app, StatusCode::UNPROCESSABLE_ENTITY, "accounts/sign_in.html", page);
    };
    let cookie = begin(&app, account.id, Tenant::of(*organisation), &headers).await?;
    go_on(&app, &visit, &resume, cookie)
}

/// Lets somebody try the password of an account, or tells when to come again. Each network has attempts of its own, so that
/// nobody keeps an account's owner out by guessing; those of all networks together are more, and end, too.
///
/// # Errors
/// [`Error::TooMany`], or too many passwords are being checked.
pub async fn admit(app: &App, email: &str, address: IpAddr) -> Result<()> {
    let here = format!("{} {email}", network(address));
    // A replica refuses by itself what it has seen too often; all together count what is left.
    app.account_rate.admit(super::token::hash(&here), app.clock.now_us())?;
    app.passwords.has_room()?;
    attempts::admit(app, "sign_in", &here, attempts::SIGN_IN).await?;
    attempts::admit(app, "sign_in_anywhere", email, attempts::SIGN_IN_ANYWHERE).await
}

/// Where somebody is: an address of IPv4, or the /48 that is the most a customer is given of IPv6.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() >> 80 << 80)),
        v4 @ IpAddr::V4(_) => v4,
    }
}

/// Begins a session with a fresh token, and ends the one that the browser had: nobody is signed in by a cookie that
/// somebody else put there. The header that gives it to the browser.
pub async fn begin(app: &App, account: Uuid, tenant: Tenant, headers: &HeaderMap) -> Result<header::HeaderValue> {
    let now_us = app.clock.now_us();
    let id = app.ids.next().map_err(Error::internal)?;
    let browser = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut tx = app.db.begin().await?;
    if let Some(former) = session::token_of(&app.config.http.public_url, headers) {
        session::end_by_token(&mut tx, former).await?;
    }
    let token = session::begin(&mut tx, id, account, tenant, browser, now_us).await?;
    tx.commit().await?;
    Ok(session::set_cookie(&app.config.http.public_url, &token))
}

/// To where one was, with the form that was open.
pub fn go_on(app: &App, visit: &Visit, resume: &Resume, cookie: header::HeaderValue) -> Result<Response> {
    let mut response = if resume.form.is_some() {
        let page = context! { action => &resume.next, fields => resume.fields() };
        visit.page(app, "accounts/resume.html", page)?
    } else {
        frame::to(&resume.next)
    };
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}

/// `POST /app/sign-out`.
pub async fn sign_out(State(app): State<App>, actor: Actor) -> Result<Response> {
    if let Some(session) = actor.session() {
        let mut tx = app.db.begin().await?;
        session::end(&mut tx, actor.account, session).await?;
        tx.commit().await?;
    }
    let mut response = frame::done("/app/sign-in", "signed_out").into_response();
    response.headers_mut().append(header::SET_COOKIE, session::clear_cookie(&app.config.http.public_url));
    Ok(response)
}
