//! Passkeys: adding one to an account, signing in with one. Each takes two requests: we ask, the device answers. What we
//! asked waits in the database, because any replica may get the answer; it is used once and ends after five minutes.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use minijinja::{Value, context};
use scene::document::Fault;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;
use webauthn_rs::prelude::{
    DiscoverableAuthentication, Passkey, PasskeyRegistration, PublicKeyCredential, RegisterPublicKeyCredential,
    Webauthn, WebauthnBuilder, WebauthnError,
};
use webauthn_rs_proto::ResidentKeyRequirement;

use super::actor::{Actor, Tenant};
use super::resume::Resume;
use super::{me, sign_in, sql};
use crate::app::App;
use crate::audit::{self, By, Change};
use crate::config::HttpConfig;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::http::client::ClientAddress;
use crate::http::form::is_line;
use crate::http::json;
use crate::mail::{self, Letter, Notice};
use crate::on_engine;
use crate::openapi::{Operation, any_object, schema};
use crate::pages::frame;

/// Time to find the telephone and put a finger on it.
const LIVES_US: i64 = 5 * 60 * 1_000_000;
/// Passkeys of one account.
const MAX_PASSKEYS: usize = 20;
const MAX_NAME: usize = 80;

/// Passkeys at this installation's address; none where browsers allow none: without https, or at an IP address.
#[must_use]
pub fn relying_party(config: &HttpConfig) -> Option<Webauthn> {
    let host = config.public_url.domain()?;
    let is_safe = config.public_url.scheme() == "https" || host == "localhost" || host.ends_with(".localhost");
    let built = WebauthnBuilder::new(host, &config.public_url)
        .map(|builder| builder.rp_name("Vitrine"))
        .and_then(WebauthnBuilder::build);
    built.ok().filter(|_| is_safe)
}

fn webauthn(app: &App) -> Result<&Webauthn> {
    app.webauthn
        .as_ref()
        .ok_or_else(|| Error::BadRequest("passkeys need https at a host name; this address has none".to_owned()))
}

fn refused(error: &WebauthnError) -> Error {
    Error::BadRequest(format!("the passkey was not accepted: {error}"))
}

/// A question to a device.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Challenge {
    /// Names the question in the answer.
    pub id: Uuid,
    /// For `navigator.credentials`, by the `WebAuthn` standard.
    pub options: serde_json::Value,
}

/// The answer to a question.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// Which question.
    pub id: Uuid,
    /// What `navigator.credentials` gave, as JSON.
    pub credential: serde_json::Value,
    /// What to call the passkey, when one is added.
    #[serde(default)]
    pub name: String,
    /// Where to go on after signing in.
    #[serde(default)]
    pub next: String,
}

async fn keep(app: &App, account: Option<Uuid>, state: &impl Serialize) -> Result<Uuid> {
    let id = app.ids.next().map_err(Error::internal)?;
    let state = serde_json::to_string(state).map_err(Error::internal)?;
    let mut tx = app.db.begin().await?;
    on_engine!(tx, conn => sqlx::query("INSERT INTO passkey_challenge (id, account_id, state, expires_us) VALUES ($1, $2, $3, $4)")
        .bind(id).bind(account).bind(state).bind(app.clock.now_us() + LIVES_US).execute(conn).await.map(drop)?);
    tx.commit().await?;
    Ok(id)
}

async fn take<T: DeserializeOwned>(app: &App, id: Uuid, account: Option<Uuid>) -> Result<T> {
    let mut tx = app.db.begin().await?;
    let kept: Option<(Option<Uuid>, String, i64)> = on_engine!(tx, conn => sqlx::query_as(
        "DELETE FROM passkey_challenge WHERE id = $1 RETURNING account_id, state, expires_us",
    ).bind(id).fetch_optional(conn).await?);
    tx.commit().await?;
    let kept = kept.filter(|(of, _, expires_us)| *of == account && *expires_us > app.clock.now_us());
    let (_, state, _) =
        kept.ok_or_else(|| Error::BadRequest("this question was answered already, or too late; try again".to_owned()))?;
    serde_json::from_str(&state).map_err(Error::internal)
}

fn read<T: DeserializeOwned>(credential: serde_json::Value) -> Result<T> {
    serde_json::from_value(credential).map_err(|error| Error::BadRequest(format!("credential: {error}")))
}

async fn of_account(app: &App, account: Uuid) -> Result<Vec<(Uuid, Passkey)>> {
    let rows: Vec<(Uuid, String)> = on_engine!(app.db, conn => sqlx::query_as(
        "SELECT id, credential FROM passkey WHERE account_id = $1 ORDER BY id",
    ).bind(account).fetch_all(conn).await?);
    rows.into_iter().map(|(id, text)| Ok((id, serde_json::from_str(&text).map_err(Error::internal)?))).collect()
}

/// The passkeys of an account, for its page.
pub async fn list(app: &App, account: Uuid) -> Result<Value> {
    let rows: Vec<(Uuid, String, i64, Option<i64>)> = on_engine!(app.db, conn => sqlx::query_as(
        "SELECT id, name, created_us, used_us FROM passkey WHERE account_id = $1 ORDER BY id",
    ).bind(account).fetch_all(conn).await?);
    let rows: Vec<Value> = rows
        .into_iter()
        .map(|(id, name, created_us, used_us)| context! { id => id.to_string(), name, created_us, used_us })
        .collect();
    let is_full = rows.len() >= MAX_PASSKEYS;
    Ok(context! { is_offered => app.webauthn.is_some(), rows, is_full })
}

/// Who wants to add a passkey.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Adding {
    /// The account's password; not asked for where it has none.
    #[serde(default)]
    pub password: String,
}

/// `POST /api/v1/passkeys/registration`.
pub async fn begin_adding(
    State(app): State<App>,
    actor: Actor,
    json::Json(adding): json::Json<Adding>,
) -> Result<Json<Challenge>> {
    let account = sql::account(&app.db, actor.account).await?.ok_or(Error::NotFound)?;
    // A session that somebody found open must not become a way in that outlives it.
    if account.password.is_some() && !me::knows_password(&app, &account, &adding.password).await? {
        return Err(Error::Faults(vec![Fault::plain("password".to_owned(), "this is not your password".to_owned())]));
    }
    let there = of_account(&app, account.id).await?;
    if there.len() >= MAX_PASSKEYS {
        return Err(Error::BadRequest(format!("an account has at most {MAX_PASSKEYS} passkeys")));
    }
    let known = there.iter().map(|(_, passkey)| passkey.cred_id().clone()).collect();
    let begun = webauthn(&app)?.start_passkey_registration(account.id, &account.email, &account.name, Some(known));
    let (mut options, state) = begun.map_err(|error| refused(&error))?;
    // One that the device itself finds again, so that signing in takes no address.
    if let Some(selection) = &mut options.public_key.authenticator_selection {
        selection.resident_key = Some(ResidentKeyRequirement::Required);
        selection.require_resident_key = true;
    }
    let id = keep(&app, Some(account.id), &state).await?;
    Ok(Json(Challenge { id, options: serde_json::to_value(options).map_err(Error::internal)? }))
}

/// `POST /api/v1/passkeys`.
pub async fn finish_adding(
    State(app): State<App>,
    actor: Actor,
    json::Json(answer): json::Json<Answer>,
) -> Result<StatusCode> {
    let name = answer.name.trim();
    if name.is_empty() || !is_line(name, MAX_NAME) {
        return Err(Error::BadRequest(format!("name: one line of 1 to {MAX_NAME} characters")));
    }
    let state: PasskeyRegistration = take(&app, answer.id, Some(actor.account)).await?;
    let credential: RegisterPublicKeyCredential = read(answer.credential)?;
    let passkey = webauthn(&app)?.finish_passkey_registration(&credential, &state).map_err(|error| refused(&error))?;
    let id = app.ids.next().map_err(Error::internal)?;
    let text = serde_json::to_string(&passkey).map_err(Error::internal)?;
    let mut tx = app.db.begin().await?;
    let added = on_engine!(tx, conn => sqlx::query(
        "INSERT INTO passkey (credential_id, id, account_id, name, credential, created_us) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT DO NOTHING",
    ).bind(Vec::from(passkey.cred_id().as_slice())).bind(id).bind(actor.account).bind(name).bind(text).bind(app.clock.now_us())
    .execute(conn).await?.rows_affected());
    if added == 0 {
        return Err(Error::BadRequest("this passkey is known already".to_owned()));
    }
    let change = Change { action: "passkey.added", subject_id: Some(id), subject: name, before: None, after: None };
    audit::record(&app, &mut tx, actor.tenant, By::Actor(&actor), &change).await?;
    tell(&app, &mut tx, &actor, Notice::PasskeyAdded { name: name.to_owned() }).await?;
    tx.commit().await?;
    app.bell.ring();
    Ok(StatusCode::NO_CONTENT)
}

async fn tell(app: &App, tx: &mut Tx, actor: &Actor, notice: Notice) -> Result<()> {
    let letter = Letter::Notice { account: actor.account, notice, at_us: app.clock.now_us() };
    mail::post(app, tx, actor.tenant, &letter).await.map(drop)
}

/// Whether an account can be opened with a passkey.
pub async fn has_some(app: &App, account: Uuid) -> Result<bool> {
    let one: Option<Uuid> = on_engine!(app.db, conn => sqlx::query_scalar("SELECT id FROM passkey WHERE account_id = $1 LIMIT 1")
        .bind(account).fetch_optional(conn).await?);
    Ok(one.is_some())
}

/// `POST /app/me/passkeys/{id}/remove`.
pub async fn remove(State(app): State<App>, actor: Actor, Path(id): Path<Uuid>) -> Result<Response> {
    let account = sql::account(&app.db, actor.account).await?.ok_or(Error::NotFound)?;
    if account.password.is_none() && of_account(&app, account.id).await?.len() == 1 {
        return Ok(frame::done("/app/me", "last_passkey"));
    }
    let mut tx = app.db.begin().await?;
    let name: Option<String> = on_engine!(tx, conn => sqlx::query_scalar("DELETE FROM passkey WHERE id = $1 AND account_id = $2 RETURNING name")
        .bind(id).bind(actor.account).fetch_optional(conn).await?);
    let name = name.ok_or(Error::NotFound)?;
    let change = Change { action: "passkey.removed", subject_id: Some(id), subject: &name, before: None, after: None };
    audit::record(&app, &mut tx, actor.tenant, By::Actor(&actor), &change).await?;
    tell(&app, &mut tx, &actor, Notice::PasskeyRemoved { name }).await?;
    tx.commit().await?;
    app.bell.ring();
    Ok(frame::done("/app/me", "removed"))
}

/// `POST /api/v1/passkeys/sign-in/challenge`.
pub async fn begin_sign_in(State(app): State<App>, ClientAddress(address): ClientAddress) -> Result<Json<Challenge>> {
    app.sign_in_rate.admit(address, app.clock.now_us())?;
    let (options, state) = webauthn(&app)?.start_discoverable_authentication().map_err(|error| refused(&error))?;
    let id = keep(&app, None, &state).await?;
    Ok(Json(Challenge { id, options: serde_json::to_value(options).map_err(Error::internal)? }))
}

/// `POST /api/v1/passkeys/sign-in`.
pub async fn finish_sign_in(
    State(app): State<App>,
    ClientAddress(address): ClientAddress,
    headers: HeaderMap,
    json::Json(answer): json::Json<Answer>,
) -> Result<Response> {
    app.sign_in_rate.admit(address, app.clock.now_us())?;
    let state: DiscoverableAuthentication = take(&app, answer.id, None).await?;
    let credential: PublicKeyCredential = read(answer.credential)?;
    let webauthn = webauthn(&app)?;
    let (account, used) =
        webauthn.identify_discoverable_authentication(&credential).map_err(|error| refused(&error))?;
    let unknown = || Error::BadRequest("the passkey was not accepted: nobody has it".to_owned());
    let mut known = of_account(&app, account).await?;
    let (id, passkey) =
        known.iter_mut().find(|(_, passkey)| passkey.cred_id().as_slice() == used).ok_or_else(unknown)?;
    let result = webauthn
        .finish_discoverable_authentication_v2(&credential, state, &*passkey)
        .map_err(|error| refused(&error))?;
    passkey.update_credential(&result);
    let organisations = sql::organisations(&app.db, account).await?;
    let (organisation, _) = organisations.first().ok_or_else(unknown)?;
    let text = serde_json::to_string(passkey).map_err(Error::internal)?;
    let mut tx = app.db.begin().await?;
    on_engine!(tx, conn => sqlx::query("UPDATE passkey SET credential = $1, used_us = $2 WHERE id = $3")
        .bind(text).bind(app.clock.now_us()).bind(*id).execute(conn).await.map(drop)?);
    tx.commit().await?;
    let cookie = sign_in::begin(&app, account, Tenant::of(*organisation), &headers).await?;
    let next = Resume::to(&answer.next).next;
    Ok(([(header::SET_COOKIE, cookie)], Json(json!({ "next": next }))).into_response())
}

/// Describes [`begin_adding`].
pub fn describe_begin_adding() -> Operation {
    Operation {
        id: "beginPasskey",
        summary: "Ask a device for a new passkey of the account that is signed in.",
        request: Some(schema::<Adding>),
        response: (200, "What to ask the device.", schema::<Challenge>),
        errors: &[
            (400, "This address has no passkeys, or the account has too many."),
            (422, "The password is another one."),
            (429, "Too many passwords were wrong."),
        ],
    }
}

/// Describes [`finish_adding`].
pub fn describe_finish_adding() -> Operation {
    Operation {
        id: "addPasskey",
        summary: "Add the passkey that the device made.",
        request: Some(schema::<Answer>),
        response: (204, "The passkey was added.", any_object),
        errors: &[(400, "The answer does not fit the question.")],
    }
}

/// Describes [`begin_sign_in`].
pub fn describe_begin_sign_in() -> Operation {
    Operation {
        id: "beginPasskeySignIn",
        summary: "Ask a device for a passkey of this installation.",
        request: None,
        response: (200, "What to ask the device.", schema::<Challenge>),
        errors: &[(400, "This address has no passkeys."), (429, "Too many attempts from this address.")],
    }
}

/// Describes [`finish_sign_in`].
pub fn describe_finish_sign_in() -> Operation {
    Operation {
        id: "passkeySignIn",
        summary: "Sign in with the answer of a device.",
        request: Some(schema::<Answer>),
        response: (200, "Signed in: a cookie, and where to go on.", any_object),
        errors: &[
            (400, "The answer does not fit the question, or nobody has this passkey."),
            (429, "Too many attempts from this address."),
        ],
    }
}
