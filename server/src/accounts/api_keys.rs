//! Keys for tills, ERPs and other programs: made by the owner, shown once, with scopes and an end.

use uuid::Uuid;

use super::actor::{Actor, Proof, Tenant};
use super::rights::Right;
use super::token::{self, Token};
use crate::clock::DAY_US;
use crate::db::{Db, Tx};
use crate::error::{Error, Result};
use crate::on_engine;

/// By which people, and scanners of public repositories, know one.
const PREFIX: &str = "vitrine_";
/// Characters of a key that stay readable.
const SHOWN: usize = PREFIX.len() + 6;
/// Noted at most so often.
const USED_EVERY_US: i64 = DAY_US / 24;

/// A key, as its owner sees it.
#[derive(Clone, Debug)]
pub struct KeyRow {
    /// Id.
    pub id: Uuid,
    /// What it is for.
    pub name: String,
    /// Its first characters.
    pub prefix: String,
    /// What it may do.
    pub scopes: Vec<Right>,
    /// When it was made.
    pub created_us: i64,
    /// When it ends, if ever.
    pub expires_us: Option<i64>,
    /// When it was last used, to within an hour.
    pub used_us: Option<i64>,
}

/// A key to be made.
#[derive(Clone, Debug)]
pub struct NewKey<'a> {
    /// What it is for.
    pub name: &'a str,
    /// What it may do.
    pub scopes: &'a [Right],
    /// When it ends, if ever.
    pub expires_us: Option<i64>,
}

/// Makes a key. The token is known only now.
pub async fn insert(tx: &mut Tx, tenant: Tenant, by: Uuid, id: Uuid, key: &NewKey<'_>, now_us: i64) -> Result<Token> {
    let token = Token::new(PREFIX).map_err(Error::internal)?;
    let prefix: String = token.reveal().chars().take(SHOWN).collect();
    on_engine!(tx, conn => sqlx::query(
        "INSERT INTO api_key (token_sha256, id, organisation_id, name, prefix, scopes, made_by, created_us, expires_us)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    ).bind(token.hash()).bind(id).bind(tenant.id()).bind(key.name).bind(prefix).bind(scopes_text(key.scopes)).bind(by)
    .bind(now_us).bind(key.expires_us).execute(conn).await.map(drop)?);
    Ok(token)
}

fn scopes_text(scopes: &[Right]) -> String {
    serde_json::Value::from(scopes.iter().map(|right| right.name()).collect::<Vec<_>>()).to_string()
}

fn scopes_of(text: &str) -> Result<Vec<Right>> {
    let names: Vec<String> = serde_json::from_str(text).map_err(Error::internal)?;
    // A scope that this version does not know gives no right.
    Ok(names.iter().filter_map(|name| Right::of_scope(name)).collect())
}

/// The keys of an organisation, the latest first.
pub async fn list(db: &Db, tenant: Tenant) -> Result<Vec<KeyRow>> {
    type Row = (Uuid, String, String, String, i64, Option<i64>, Option<i64>);
    let rows: Vec<Row> = on_engine!(db, conn => sqlx::query_as(
        "SELECT id, name, prefix, scopes, created_us, expires_us, used_us FROM api_key WHERE organisation_id = $1
         ORDER BY id DESC LIMIT 500",
    ).bind(tenant.id()).fetch_all(conn).await?);
    rows.into_iter()
        .map(|(id, name, prefix, scopes, created_us, expires_us, used_us)| {
            Ok(KeyRow { id, name, prefix, scopes: scopes_of(&scopes)?, created_us, expires_us, used_us })
        })
        .collect()
}

/// Revokes a key; whether there was one, and its name.
pub async fn delete(tx: &mut Tx, tenant: Tenant, id: Uuid) -> Result<Option<String>> {
    Ok(
        on_engine!(tx, conn => sqlx::query_scalar("DELETE FROM api_key WHERE organisation_id = $1 AND id = $2 RETURNING name")
        .bind(tenant.id()).bind(id).fetch_optional(conn).await?),
    )
}

#[derive(sqlx::FromRow)]
struct Found {
    id: Uuid,
    organisation_id: Uuid,
    organisation: String,
    name: String,
    made_by: Uuid,
    scopes: String,
    used_us: Option<i64>,
}

/// The program that has this key, if it lives.
pub async fn actor(db: &Db, key: &str, now_us: i64) -> Result<Option<Actor>> {
    let found: Option<Found> = on_engine!(db, conn => sqlx::query_as(
        "SELECT api_key.id, api_key.organisation_id, organisation.name AS organisation, api_key.name, api_key.made_by,
             api_key.scopes, api_key.used_us
         FROM api_key JOIN organisation ON organisation.id = api_key.organisation_id
         WHERE api_key.token_sha256 = $1 AND (api_key.expires_us IS NULL OR api_key.expires_us > $2)",
    ).bind(token::hash(key)).bind(now_us).fetch_optional(conn).await?);
    let Some(found) = found else { return Ok(None) };
    if found.used_us.is_none_or(|used_us| now_us - used_us > USED_EVERY_US) {
        let mut tx = db.begin().await?;
        on_engine!(tx, conn => sqlx::query("UPDATE api_key SET used_us = $1 WHERE id = $2")
            .bind(now_us).bind(found.id).execute(conn).await.map(drop)?);
        tx.commit().await?;
    }
    Ok(Some(Actor {
        tenant: Tenant::of(found.organisation_id),
        organisation: found.organisation,
        account: found.made_by,
        name: found.name,
        time_zone: String::new(),
        language: String::new(),
        proof: Proof::Key { key: found.id, scopes: scopes_of(&found.scopes)? },
    }))
}
