//! Accounts and memberships in the database.

use uuid::Uuid;

use super::actor::{Grant, Tenant};
use super::rights::Role;
use crate::db::{Db, RowCount, Tx};
use crate::error::{Error, Result};
use crate::on_engine;

/// A person.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct AccountRow {
    /// Id.
    pub id: Uuid,
    /// Where mail goes, in lower case.
    pub email: String,
    /// Name.
    pub name: String,
    /// Language of pages and mails.
    pub language: String,
    /// argon2id in PHC form.
    pub password: Option<String>,
}

/// A person and what they are in an organisation.
#[derive(Clone, Debug)]
pub struct Member {
    /// The membership.
    pub id: Uuid,
    /// The person.
    pub account: Uuid,
    /// Name.
    pub name: String,
    /// Address.
    pub email: String,
    /// The role.
    pub grant: Grant,
    /// When a session of theirs was last used.
    pub seen_us: Option<i64>,
}

/// The form in which addresses are compared. `None` for what no mail reaches.
#[must_use]
pub fn normal_email(text: &str) -> Option<String> {
    let text = text.trim().to_lowercase();
    let is_line = crate::http::form::is_line(&text, 254) && !text.contains(char::is_whitespace);
    (is_line && text.parse::<lettre::Address>().is_ok()).then_some(text)
}

/// A person by id.
pub async fn account(db: &Db, id: Uuid) -> Result<Option<AccountRow>> {
    Ok(on_engine!(db, conn => sqlx::query_as("SELECT id, email, name, language, password FROM account WHERE id = $1")
        .bind(id).fetch_optional(conn).await?))
}

/// A person by address, as [`normal_email`] writes it.
pub async fn by_email(db: &Db, email: &str) -> Result<Option<AccountRow>> {
    Ok(
        on_engine!(db, conn => sqlx::query_as("SELECT id, email, name, language, password FROM account WHERE email = $1")
        .bind(email).fetch_optional(conn).await?),
    )
}

/// How many people there are in this installation.
pub async fn count(db: &Db) -> Result<i64> {
    Ok(on_engine!(db, conn => sqlx::query_scalar("SELECT COUNT(*) FROM account").fetch_one(conn).await?))
}

/// Adds a person.
pub async fn insert(tx: &mut Tx, account: &AccountRow, now_us: i64) -> Result<()> {
    on_engine!(tx, conn => sqlx::query(
        "INSERT INTO account (id, email, name, language, password, created_us) VALUES ($1, $2, $3, $4, $5, $6)",
    ).bind(account.id).bind(account.email.as_str()).bind(account.name.as_str()).bind(account.language.as_str())
    .bind(account.password.as_deref()).bind(now_us).execute(conn).await.map(drop)?);
    Ok(())
}

/// Changes how a person is called and spoken to.
pub async fn rename(tx: &mut Tx, account: Uuid, name: &str, language: &str) -> Result<()> {
    let changed = on_engine!(tx, conn => sqlx::query("UPDATE account SET name = $1, language = $2 WHERE id = $3")
        .bind(name).bind(language).bind(account).execute(conn).await?.rows_affected());
    RowCount::one("renaming an account", changed).map_err(Error::internal)
}

/// Sets a password.
pub async fn set_password(tx: &mut Tx, account: Uuid, hash: &str) -> Result<()> {
    let changed = on_engine!(tx, conn => sqlx::query("UPDATE account SET password = $1 WHERE id = $2")
        .bind(hash).bind(account).execute(conn).await?.rows_affected());
    RowCount::one("setting a password", changed).map_err(Error::internal)
}

/// The organisations of a person, in the order in which they came to them.
pub async fn organisations(db: &Db, account: Uuid) -> Result<Vec<(Uuid, String)>> {
    Ok(on_engine!(db, conn => sqlx::query_as(
        "SELECT organisation.id, organisation.name FROM organisation WHERE organisation.id IN
             (SELECT organisation_id FROM membership WHERE account_id = $1)
         ORDER BY organisation.created_us, organisation.id",
    ).bind(account).fetch_all(conn).await?))
}

/// What an organisation is called.
pub async fn organisation_name(db: &Db, tenant: Tenant) -> Result<String> {
    Ok(on_engine!(db, conn => sqlx::query_scalar("SELECT name FROM organisation WHERE id = $1")
        .bind(tenant.id()).fetch_one(conn).await?))
}

/// Gives a person a role.
pub async fn join(tx: &mut Tx, tenant: Tenant, id: Uuid, account: Uuid, grant: Grant, now_us: i64) -> Result<()> {
    on_engine!(tx, conn => sqlx::query(
        "INSERT INTO membership (id, organisation_id, account_id, role, shop_id, created_us)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
    ).bind(id).bind(tenant.id()).bind(account).bind(grant.role.name()).bind(grant.shop).bind(now_us)
    .execute(conn).await.map(drop)?);
    Ok(())
}

/// The people of an organisation, by name.
pub async fn members(db: &Db, tenant: Tenant) -> Result<Vec<Member>> {
    type Row = (Uuid, Uuid, String, String, String, Option<Uuid>, Option<i64>);
    let rows: Vec<Row> = on_engine!(db, conn => sqlx::query_as(
        "SELECT membership.id, account.id, account.name, account.email, membership.role, membership.shop_id,
             (SELECT MAX(session.seen_us) FROM session
              WHERE session.account_id = account.id AND session.organisation_id = membership.organisation_id)
         FROM membership JOIN account ON account.id = membership.account_id
         WHERE membership.organisation_id = $1 ORDER BY LOWER(account.name), membership.id LIMIT 1000",
    ).bind(tenant.id()).fetch_all(conn).await?);
    Ok(rows
        .into_iter()
        .filter_map(|(id, account, name, email, role, shop, seen_us)| {
            Some(Member { id, account, name, email, grant: Grant { role: Role::of(&role)?, shop }, seen_us })
        })
        .collect())
}

/// Locks who is in an organisation, so that two who take each other's ownership away do so one after the other.
pub async fn lock_members(tx: &mut Tx, tenant: Tenant) -> Result<()> {
    on_engine!(tx, conn => sqlx::query("UPDATE organisation SET name = name WHERE id = $1")
        .bind(tenant.id()).execute(conn).await.map(drop)?);
    Ok(())
}

/// How many people own all of an organisation.
pub async fn owners(tx: &mut Tx, tenant: Tenant) -> Result<i64> {
    Ok(on_engine!(tx, conn => sqlx::query_scalar(
        "SELECT COUNT(*) FROM membership WHERE organisation_id = $1 AND role = 'owner' AND shop_id IS NULL",
    ).bind(tenant.id()).fetch_one(conn).await?))
}

/// Gives a membership another role; `false` where there is none of this id.
pub async fn set_role(tx: &mut Tx, tenant: Tenant, membership: Uuid, role: Role) -> Result<bool> {
    let changed = on_engine!(tx, conn => sqlx::query("UPDATE membership SET role = $1 WHERE id = $2 AND organisation_id = $3")
        .bind(role.name()).bind(membership).bind(tenant.id()).execute(conn).await?.rows_affected());
    Ok(changed == 1)
}

/// Ends a membership, and the sessions that hang on it; the account that it was of.
pub async fn leave(tx: &mut Tx, tenant: Tenant, membership: Uuid) -> Result<Option<Uuid>> {
    let account: Option<Uuid> = on_engine!(tx, conn => sqlx::query_scalar(
        "DELETE FROM membership WHERE id = $1 AND organisation_id = $2 RETURNING account_id",
    ).bind(membership).bind(tenant.id()).fetch_optional(conn).await?);
    let Some(account) = account else { return Ok(None) };
    on_engine!(tx, conn => sqlx::query(
        "DELETE FROM session WHERE account_id = $1 AND organisation_id = $2 AND NOT EXISTS
             (SELECT 1 FROM membership WHERE account_id = $1 AND organisation_id = $2)",
    ).bind(account).bind(tenant.id()).execute(conn).await.map(drop)?);
    Ok(Some(account))
}
