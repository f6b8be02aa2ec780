//! `/app/me`: one's own name, language, password and sessions. Passkeys: `passkeys.rs`.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use minijinja::{Value, context};
use serde_json::json;
use uuid::Uuid;

use super::actor::Actor;
use super::password::MAX_CHARACTERS;
use super::person::{check_name, check_password};
use super::{new_password, passkeys, session, sql, token};
use crate::app::App;
use crate::audit::{self, By, Change};
use crate::error::{Error, Result};
use crate::http::form::{FieldErrors, Form};
use crate::http::language::matching;
use crate::pages::frame::{self, Visit};

async fn context_of(app: &App, actor: &Actor, rest: Value) -> Result<Value> {
    let account = sql::account(&app.db, actor.account).await?.ok_or(Error::NotFound)?;
    let sessions: Vec<Value> = session::list(&app.db, actor.account, app.clock.now_us())
        .await?
        .into_iter()
        .map(|row| {
            context! {
                id => row.id.to_string(), browser => row.browser, created_us => row.created_us, seen_us => row.seen_us,
                is_this => Some(row.id) == actor.session(),
            }
        })
        .collect();
    let organisations: Vec<Value> = sql::organisations(&app.db, actor.account)
        .await?
        .into_iter()
        .map(|(id, name)| context! { id => id.to_string(), name, is_this => id == actor.tenant.id() })
        .collect();
    Ok(context! {
        account_name => account.name, email => account.email, language => account.language,
        has_password => account.password.is_some(),
        sessions, organisations,
        passkeys => passkeys::list(app, actor.account).await?,
        ..rest
    })
}

/// `GET /app/me`.
pub async fn page(State(app): State<App>, visit: Visit, actor: Actor) -> Result<Response> {
    visit.page(&app, "accounts/me.html", context_of(&app, &actor, context! {}).await?)
}

async fn again(app: &App, visit: Visit, actor: &Actor, form: &Form, errors: &FieldErrors) -> Result<Response> {
    let rest = context! { values => form.values(), errors => errors.values() };
    visit.at("/app/me").page_with(
        app,
        StatusCode::UNPROCESSABLE_ENTITY,
        "accounts/me.html",
        context_of(app, actor, rest).await?,
    )
}

/// `POST /app/me`.
pub async fn save(State(app): State<App>, visit: Visit, actor: Actor, form: Form) -> Result<Response> {
    let mut errors = FieldErrors::default();
    let name = check_name(form.text("name"), &mut errors);
    let language = matching(form.text("language"), app.pages.languages()).map(str::to_owned);
    errors.check(language.is_some(), "language", "field.choose");
    let (Some(language), true) = (language, errors.is_empty()) else {
        return again(&app, visit, &actor, &form, &errors).await;
    };
    let mut tx = app.db.begin().await?;
    sql::rename(&mut tx, actor.account, &name, &language).await?;
    let change = Change {
        action: "account.renamed",
        subject_id: Some(actor.account),
        subject: &name,
        before: Some(json!({ "name": actor.name, "language": actor.language })),
        after: Some(json!({ "name": name, "language": language })),
    };
    audit::record(&app, &mut tx, actor.tenant, By::Actor(&actor), &change).await?;
    tx.commit().await?;
    Ok(frame::done("/app/me", "saved"))
}

/// Whether somebody who is signed in also knows the account's password. Their guesses are counted apart from those of
/// people at the door.
///
/// # Errors
/// Too many were wrong, or too many are being checked.
pub async fn knows_password(app: &App, account: &sql::AccountRow, typed: &str) -> Result<bool> {
    app.account_rate.admit(token::hash(&format!("signed in {}", account.id)), app.clock.now_us())?;
    let typed: String = typed.chars().take(MAX_CHARACTERS + 1).collect();
    app.passwords.matches(typed, account.password.clone()).await
}

/// `POST /app/me/password`.
pub async fn set_password(State(app): State<App>, visit: Visit, actor: Actor, form: Form) -> Result<Response> {
    let account = sql::account(&app.db, actor.account).await?.ok_or(Error::NotFound)?;
    let mut errors = FieldErrors::default();
    // A session that somebody found open must not be enough to lock its owner out.
    if account.password.is_some() {
        let is_right = knows_password(&app, &account, form.raw("old_password")).await?;
        errors.check(is_right, "old_password", "me.wrong_password");
    }
    check_password(form.raw("password"), &[&account.name, &account.email], &mut errors);
    if !errors.is_empty() {
        return again(&app, visit, &actor, &Form::default(), &errors).await;
    }
    let hash = app.passwords.hash(form.raw("password").to_owned()).await?;
    let mut tx = app.db.begin().await?;
    new_password::set(&app, &mut tx, actor.tenant, By::Actor(&actor), &account, &hash, actor.session()).await?;
    tx.commit().await?;
    app.bell.ring();
    Ok(frame::done("/app/me", "password_changed"))
}

/// `POST /app/me/sessions/{id}/end`.
pub async fn end_session(State(app): State<App>, actor: Actor, Path(id): Path<Uuid>) -> Result<Response> {
    let mut tx = app.db.begin().await?;
    if !session::end(&mut tx, actor.account, id).await? {
        return Err(Error::NotFound);
    }
    tx.commit().await?;
    Ok(frame::done("/app/me", "session_ended"))
}

/// `POST /app/me/sessions/end-others`.
pub async fn end_other_sessions(State(app): State<App>, actor: Actor) -> Result<Response> {
    let mut tx = app.db.begin().await?;
    session::end_others(&mut tx, actor.account, actor.session()).await?;
    tx.commit().await?;
    Ok(frame::done("/app/me", "session_ended"))
}

/// `POST /app/me/organisation`: works in another of one's organisations.
pub async fn switch(State(app): State<App>, actor: Actor, form: Form) -> Result<Response> {
    let wanted: Uuid = form.text("organisation").parse().map_err(|_| Error::NotFound)?;
    let session = actor.session().ok_or(Error::NotFound)?;
    if sql::organisations(&app.db, actor.account).await?.iter().all(|(id, _)| *id != wanted) {
        return Err(Error::NotFound);
    }
    let mut tx = app.db.begin().await?;
    session::switch(&mut tx, session, actor.account, wanted).await?;
    tx.commit().await?;
    Ok(frame::to("/app"))
}
