//! Sessions: a token in a cookie, its hash in the database. They end when they were not used for a month, or by a click.

use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue, header};
use tokio::task::JoinHandle;
use url::Url;
use uuid::Uuid;

use super::actor::{Actor, Grant, Proof, Tenant};
use super::rights::Role;
use super::token::{self, Token};
use crate::app::App;
use crate::clock::DAY_US;
use crate::db::{Db, Tx};
use crate::error::{Error, Result};
use crate::http::attempts;
use crate::on_engine;
use crate::sweeper;

/// A session that is not used for so long ends.
const IDLE_US: i64 = 30 * DAY_US;
/// Noted at most so often: not every page is a write.
const SEEN_EVERY_US: i64 = 10 * 60 * 1_000_000;
/// Between two looks at what has ended.
const SWEEP_EVERY: Duration = Duration::from_hours(1);
/// Characters kept of what a browser says it is.
const BROWSER_CHARACTERS: usize = 200;

/// The cookie's name. Only https allows the prefix with which browsers promise that nobody else set it.
fn cookie_name(public_url: &Url) -> &'static str {
    if public_url.scheme() == "https" { "__Host-vitrine" } else { "vitrine" }
}

/// The header that gives a browser its session.
#[must_use]
pub fn set_cookie(public_url: &Url, token: &Token) -> HeaderValue {
    cookie(public_url, token.reveal(), IDLE_US / 1_000_000)
}

/// The header that takes it away.
#[must_use]
pub fn clear_cookie(public_url: &Url) -> HeaderValue {
    cookie(public_url, "", 0)
}

fn cookie(public_url: &Url, value: &str, max_age_s: i64) -> HeaderValue {
    let secure = if public_url.scheme() == "https" { "; Secure" } else { "" };
    let text =
        format!("{}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={max_age_s}{secure}", cookie_name(public_url));
    HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static(""))
}

/// The session's token that a browser sent.
#[must_use]
pub fn token_of<'a>(public_url: &Url, headers: &'a HeaderMap) -> Option<&'a str> {
    named(headers, cookie_name(public_url))
}

/// A cookie by its name.
#[must_use]
pub fn named<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .find_map(|pair| pair.trim().split_once('=').filter(|(of, _)| *of == name).map(|(_, value)| value))
}

/// A session, as its owner sees it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct SessionRow {
    /// Id.
    pub id: Uuid,
    /// When it began.
    pub created_us: i64,
    /// When it was last used, to within ten minutes.
    pub seen_us: i64,
    /// The browser by its own words.
    pub browser: String,
}

/// Begins a session in an organisation.
pub async fn begin(tx: &mut Tx, id: Uuid, account: Uuid, tenant: Tenant, browser: &str, now_us: i64) -> Result<Token> {
    let token = Token::new("").map_err(Error::internal)?;
    let browser: String = browser.chars().filter(|c| !c.is_control()).take(BROWSER_CHARACTERS).collect();
    on_engine!(tx, conn => sqlx::query(
        "INSERT INTO session (token_sha256, id, account_id, organisation_id, created_us, seen_us, expires_us, browser)
         VALUES ($1, $2, $3, $4, $5, $5, $6, $7)",
    ).bind(token.hash()).bind(id).bind(account).bind(tenant.id()).bind(now_us).bind(now_us + IDLE_US).bind(browser)
    .execute(conn).await.map(drop)?);
    Ok(token)
}

#[derive(sqlx::FromRow)]
struct Found {
    id: Uuid,
    seen_us: i64,
    account_id: Uuid,
    name: String,
    language: String,
    organisation_id: Uuid,
    organisation: String,
    time_zone: Option<String>,
}

/// Who has this token, if anybody: the session lives, and the account is still a member.
pub async fn actor(db: &Db, token: &str, now_us: i64) -> Result<Option<Actor>> {
    let found: Option<Found> = on_engine!(db, conn => sqlx::query_as(
        "SELECT session.id, session.seen_us, session.account_id, account.name, account.language, session.organisation_id,
             organisation.name AS organisation,
             (SELECT time_zone FROM shop WHERE shop.organisation_id = organisation.id ORDER BY shop.id LIMIT 1) AS time_zone
         FROM session JOIN account ON account.id = session.account_id
         JOIN organisation ON organisation.id = session.organisation_id
         WHERE session.token_sha256 = $1 AND session.expires_us > $2",
    ).bind(token::hash(token)).bind(now_us).fetch_optional(conn).await?);
    let Some(found) = found else { return Ok(None) };
    let tenant = Tenant::of(found.organisation_id);
    let grants = grants(db, tenant, found.account_id).await?;
    if grants.is_empty() {
        return Ok(None);
    }
    if now_us - found.seen_us > SEEN_EVERY_US {
        let mut tx = db.begin().await?;
        on_engine!(tx, conn => sqlx::query("UPDATE session SET seen_us = $1, expires_us = $2 WHERE id = $3")
            .bind(now_us).bind(now_us + IDLE_US).bind(found.id).execute(conn).await.map(drop)?);
        tx.commit().await?;
    }
    Ok(Some(Actor {
        tenant,
        organisation: found.organisation,
        account: found.account_id,
        name: found.name,
        time_zone: found.time_zone.unwrap_or_default(),
        language: found.language,
        proof: Proof::Session { session: found.id, grants },
    }))
}

/// Whether this token is of somebody who works for the organisation of a store. Looking does not prolong the session.
pub async fn works_for(db: &Db, token: &str, store: Uuid, now_us: i64) -> Result<bool> {
    let found: Option<i64> = on_engine!(db, conn => sqlx::query_scalar(
        "SELECT CAST(1 AS BIGINT) FROM session
         JOIN membership ON membership.account_id = session.account_id
         JOIN store ON store.organisation_id = membership.organisation_id
         WHERE session.token_sha256 = $1 AND session.expires_us > $2 AND store.id = $3 LIMIT 1",
    ).bind(token::hash(token)).bind(now_us).bind(store).fetch_optional(conn).await?);
    Ok(found.is_some())
}

/// The roles that an account has in an organisation.
pub async fn grants(db: &Db, tenant: Tenant, account: Uuid) -> Result<Vec<Grant>> {
    let rows: Vec<(String, Option<Uuid>)> = on_engine!(db, conn => sqlx::query_as(
        "SELECT role, shop_id FROM membership WHERE account_id = $1 AND organisation_id = $2 ORDER BY id",
    ).bind(account).bind(tenant.id()).fetch_all(conn).await?);
    Ok(rows.into_iter().filter_map(|(role, shop)| Some(Grant { role: Role::of(&role)?, shop })).collect())
}

/// The sessions of an account that live, the latest first.
pub async fn list(db: &Db, account: Uuid, now_us: i64) -> Result<Vec<SessionRow>> {
    Ok(on_engine!(db, conn => sqlx::query_as(
        "SELECT id, created_us, seen_us, browser FROM session WHERE account_id = $1 AND expires_us > $2
         ORDER BY seen_us DESC, id DESC LIMIT 100",
    ).bind(account).bind(now_us).fetch_all(conn).await?))
}

/// Ends one session of an account.
pub async fn end(tx: &mut Tx, account: Uuid, session: Uuid) -> Result<bool> {
    let ended = on_engine!(tx, conn => sqlx::query("DELETE FROM session WHERE account_id = $1 AND id = $2")
        .bind(account).bind(session).execute(conn).await?.rows_affected());
    Ok(ended == 1)
}

/// Ends the session of a token, if it is one.
pub async fn end_by_token(tx: &mut Tx, token: &str) -> Result<()> {
    on_engine!(tx, conn => sqlx::query("DELETE FROM session WHERE token_sha256 = $1")
        .bind(token::hash(token)).execute(conn).await.map(drop)?);
    Ok(())
}

/// Works in another organisation from now on, of which the account is a member.
pub async fn switch(tx: &mut Tx, session: Uuid, account: Uuid, organisation: Uuid) -> Result<()> {
    on_engine!(tx, conn => sqlx::query(
        "UPDATE session SET organisation_id = $1 WHERE id = $2 AND account_id = $3 AND EXISTS
             (SELECT 1 FROM membership WHERE account_id = $3 AND organisation_id = $1)",
    ).bind(organisation).bind(session).bind(account).execute(conn).await.map(drop)?);
    Ok(())
}

/// Ends every session of an account but one.
pub async fn end_others(tx: &mut Tx, account: Uuid, kept: Option<Uuid>) -> Result<()> {
    let kept = kept.unwrap_or(Uuid::nil());
    on_engine!(tx, conn => sqlx::query("DELETE FROM session WHERE account_id = $1 AND id <> $2")
        .bind(account).bind(kept).execute(conn).await.map(drop)?);
    Ok(())
}

/// Forgets once an hour what has ended by itself, links included, as long as the server lives.
pub fn start_sweeper(app: &App) -> JoinHandle<()> {
    sweeper::start(app, "sessions that have ended", SWEEP_EVERY, |app| Box::pin(sweep(app)))
}

async fn sweep(app: &App) -> Result<()> {
    for sql in [
        "DELETE FROM session WHERE id IN (SELECT id FROM session WHERE expires_us <= $1 LIMIT $2)",
        "DELETE FROM passkey_challenge WHERE id IN (SELECT id FROM passkey_challenge WHERE expires_us <= $1 LIMIT $2)",
        // Used or not: the address of a guest who never came is nobody's business any more.
        "DELETE FROM one_time_link WHERE id IN (SELECT id FROM one_time_link WHERE expires_us <= $1 LIMIT $2)",
    ] {
        sweeper::delete(app, sql).await?;
    }
    attempts::sweep(app).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::on_both;

    on_both! {
        async fn what_has_ended_is_forgotten_however_much_it_is(test: TestApp) {
            let owner = test.owner().await;
            owner.post("/app/people/invitations", &[("email", "guest@example.org"), ("role", "staff")]).await;
            let mut tx = test.app.db.begin().await.unwrap();
            for _ in 0..501 {
                let id = test.app.ids.next().unwrap();
                on_engine!(tx, conn => sqlx::query("INSERT INTO passkey_challenge (id, state, expires_us) VALUES ($1, '', 0)")
                    .bind(id).execute(conn).await.map(drop).unwrap());
            }
            tx.commit().await.unwrap();
            let left = async || -> (i64, i64) {
                on_engine!(test.app.db, conn => sqlx::query_as(
                    "SELECT (SELECT COUNT(*) FROM passkey_challenge), (SELECT COUNT(*) FROM one_time_link)",
                ).fetch_one(conn).await.unwrap())
            };
            assert_eq!(left().await, (501, 1));
            sweep(&test.app).await.unwrap();
            assert_eq!(left().await, (0, 1), "an invitation that is open stays");
            test.advance(Duration::from_hours(24 * 60));
            sweep(&test.app).await.unwrap();
            assert_eq!(left().await, (0, 0), "a guest's address does not stay for ever");
        }
    }

    #[test]
    fn cookies_are_read_by_their_whole_name() {
        let headers: HeaderMap =
            [(header::COOKIE, HeaderValue::from_static("a=1; xvitrine=2; vitrine=3"))].into_iter().collect();
        assert_eq!(token_of(&Url::parse("http://localhost").unwrap(), &headers), Some("3"));
        assert_eq!(token_of(&Url::parse("https://shop.example").unwrap(), &headers), None);
    }

    #[test]
    fn the_cookie_is_for_this_host_alone_and_for_no_script() {
        let token = Token::new("").unwrap();
        let secure = set_cookie(&Url::parse("https://shop.example").unwrap(), &token);
        let text = secure.to_str().unwrap();
        assert!(text.starts_with("__Host-vitrine=") && !text.contains("Domain"), "{text}");
        for part in ["; Path=/", "; HttpOnly", "; SameSite=Lax", "; Secure"] {
            assert!(text.contains(part), "{text}");
        }
    }
}
