//! Links that work once: to the first owner's account, into an organisation, to a new password. Whoever has the link is
//! believed, so it ends soon, and only its hash is kept. One that is mailed has a second token, made when the mail is
//! sent: whichever is used first uses up the link.

use serde::Deserialize;
use uuid::Uuid;

use super::actor::{Grant, Tenant};
use super::rights::Role;
use super::token::{self, Token};
use crate::app::App;
use crate::clock::DAY_US;
use crate::db::{Db, Tx};
use crate::error::{Error, Result};
use crate::on_engine;

/// What a link is good for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Makes the first owner.
    Start,
    /// Adds somebody with this address and role.
    Invitation {
        /// Whom it was written for.
        email: String,
        /// What they will be.
        grant: Grant,
    },
    /// Sets this account's password.
    Password {
        /// Whose.
        account: Uuid,
    },
}

impl Purpose {
    const fn name(&self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Invitation { .. } => "invitation",
            Self::Password { .. } => "password",
        }
    }

    /// How long it lives. An invitation waits for somebody's weekend; the others do not.
    #[must_use]
    pub const fn lives_us(&self) -> i64 {
        match self {
            Self::Invitation { .. } => 7 * DAY_US,
            Self::Start | Self::Password { .. } => DAY_US / 24,
        }
    }

    /// The path of the page behind the link.
    const fn path(&self) -> &'static str {
        match self {
            Self::Start => "/app/start",
            Self::Invitation { .. } => "/app/join",
            Self::Password { .. } => "/app/new-password",
        }
    }

    /// The address of a link: its page and its token.
    #[must_use]
    pub fn address(&self, app: &App, token: &Token) -> String {
        app.pages.absolute(&format!("{}?link={}", self.path(), token.reveal()))
    }
}

/// A link that lives.
#[derive(Clone, Debug)]
pub struct Link {
    /// Id.
    pub id: Uuid,
    /// Of which organisation.
    pub tenant: Tenant,
    /// What it is good for.
    pub purpose: Purpose,
    /// When it ends.
    pub expires_us: i64,
}

/// Makes a link; the token goes behind `?link=` of its page.
pub async fn insert(
    tx: &mut Tx,
    id: Uuid,
    tenant: Tenant,
    purpose: &Purpose,
    by: Option<Uuid>,
    now_us: i64,
) -> Result<Token> {
    let token = Token::new("").map_err(Error::internal)?;
    let (account, email, grant) = match purpose {
        Purpose::Start => (None, None, None),
        Purpose::Invitation { email, grant } => (None, Some(email.as_str()), Some(*grant)),
        Purpose::Password { account } => (Some(*account), None, None),
    };
    on_engine!(tx, conn => sqlx::query(
        "INSERT INTO one_time_link (token_sha256, id, purpose, organisation_id, account_id, email, role, shop_id, made_by,
             created_us, expires_us)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    ).bind(token.hash()).bind(id).bind(purpose.name()).bind(tenant.id()).bind(account).bind(email)
    .bind(grant.map(|grant| grant.role.name())).bind(grant.and_then(|grant| grant.shop)).bind(by)
    .bind(now_us).bind(now_us + purpose.lives_us()).execute(conn).await.map(drop)?);
    Ok(token)
}

#[derive(sqlx::FromRow)]
struct Found {
    id: Uuid,
    purpose: String,
    organisation_id: Uuid,
    account_id: Option<Uuid>,
    email: Option<String>,
    role: Option<String>,
    shop_id: Option<Uuid>,
    expires_us: i64,
}

impl Found {
    fn link(self) -> Option<Link> {
        let purpose = match self.purpose.as_str() {
            "start" => Purpose::Start,
            "invitation" => {
                let grant = Grant { role: Role::of(self.role.as_deref()?)?, shop: self.shop_id };
                Purpose::Invitation { email: self.email?, grant }
            }
            "password" => Purpose::Password { account: self.account_id? },
            _ => return None,
        };
        Some(Link { id: self.id, tenant: Tenant::of(self.organisation_id), purpose, expires_us: self.expires_us })
    }
}

/// The token that a mail brings to a link that lives; one that an earlier mail brought ends.
pub async fn token_for_mail(tx: &mut Tx, id: Uuid, now_us: i64) -> Result<Option<Token>> {
    let token = Token::new("").map_err(Error::internal)?;
    let kept = on_engine!(tx, conn => sqlx::query(
        "UPDATE one_time_link SET mail_token_sha256 = $1 WHERE id = $2 AND used_us IS NULL AND expires_us > $3",
    ).bind(token.hash()).bind(id).bind(now_us).execute(conn).await?.rows_affected());
    Ok((kept == 1).then_some(token))
}

/// Notes which job mails a link.
pub async fn mailed_by(tx: &mut Tx, id: Uuid, job: Uuid) -> Result<()> {
    on_engine!(tx, conn => sqlx::query("UPDATE one_time_link SET mail_job_id = $1 WHERE id = $2")
        .bind(job).bind(id).execute(conn).await.map(drop)?);
    Ok(())
}

/// Ends the unused links to a new password that mails brought to an account; those that were handed over stay.
pub async fn end_mailed(tx: &mut Tx, account: Uuid) -> Result<()> {
    on_engine!(tx, conn => sqlx::query(
        "DELETE FROM one_time_link WHERE purpose = 'password' AND account_id = $1 AND used_us IS NULL
            AND mail_token_sha256 IS NOT NULL",
    ).bind(account).execute(conn).await.map(drop)?);
    Ok(())
}

/// What a token is good for, while it is.
pub async fn find(db: &Db, token: &str, now_us: i64) -> Result<Option<Link>> {
    let found: Option<Found> = on_engine!(db, conn => sqlx::query_as(
        "SELECT id, purpose, organisation_id, account_id, email, role, shop_id, expires_us FROM one_time_link
         WHERE (token_sha256 = $1 OR mail_token_sha256 = $1) AND used_us IS NULL AND expires_us > $2",
    ).bind(token::hash(token)).bind(now_us).fetch_optional(conn).await?);
    Ok(found.and_then(Found::link))
}

/// The link that one came by.
#[derive(Debug, Default, Deserialize)]
pub struct ByLink {
    /// Its token.
    #[serde(default)]
    pub link: String,
}

/// The living link of a token and a purpose; without one the page says so.
pub async fn living(app: &App, token: &str, is_wanted: impl Fn(&Purpose) -> bool) -> Result<Link> {
    let link = find(&app.db, token, app.clock.now_us()).await?;
    link.filter(|link| is_wanted(&link.purpose)).ok_or(Error::LinkEnded)
}

/// Uses a link up; `false` where somebody else was faster, or it ended meanwhile.
pub async fn take(tx: &mut Tx, link: &Link, now_us: i64) -> Result<bool> {
    let taken = on_engine!(tx, conn => sqlx::query(
        "UPDATE one_time_link SET used_us = $1 WHERE id = $2 AND used_us IS NULL AND expires_us > $1",
    ).bind(now_us).bind(link.id).execute(conn).await?.rows_affected());
    Ok(taken == 1)
}

/// How the mail of an invitation fares: the job's status and, where it was not sent, the text and the details of why.
pub type Mailed = (String, Option<String>, Option<String>);

/// Invitations of an organisation that nobody took up yet, the latest first, and how the mail of each fares.
pub async fn invitations(db: &Db, tenant: Tenant, now_us: i64) -> Result<Vec<(Link, Option<Mailed>)>> {
    #[derive(sqlx::FromRow)]
    struct Row {
        #[sqlx(flatten)]
        found: Found,
        status: Option<String>,
        failure: Option<String>,
        failure_detail: Option<String>,
    }
    let rows: Vec<Row> = on_engine!(db, conn => sqlx::query_as(
        "SELECT link.id, link.purpose, link.organisation_id, link.account_id, link.email, link.role, link.shop_id,
             link.expires_us, job.status, job.failure, job.failure_detail
         FROM one_time_link AS link LEFT JOIN job ON job.id = link.mail_job_id AND job.organisation_id = link.organisation_id
         WHERE link.organisation_id = $1 AND link.purpose = 'invitation' AND link.used_us IS NULL AND link.expires_us > $2
         ORDER BY link.id DESC LIMIT 500",
    ).bind(tenant.id()).bind(now_us).fetch_all(conn).await?);
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            let mailed = row.status.map(|status| (status, row.failure, row.failure_detail));
            Some((row.found.link()?, mailed))
        })
        .collect())
}

/// An invitation of an organisation that nobody took up yet.
pub async fn invitation(db: &Db, tenant: Tenant, id: Uuid, now_us: i64) -> Result<Option<Link>> {
    let found: Option<Found> = on_engine!(db, conn => sqlx::query_as(
        "SELECT id, purpose, organisation_id, account_id, email, role, shop_id, expires_us FROM one_time_link
         WHERE organisation_id = $1 AND id = $2 AND purpose = 'invitation' AND used_us IS NULL AND expires_us > $3",
    ).bind(tenant.id()).bind(id).bind(now_us).fetch_optional(conn).await?);
    Ok(found.and_then(Found::link))
}

/// Withdraws an invitation; whether there was one, and to whom.
pub async fn withdraw(tx: &mut Tx, tenant: Tenant, id: Uuid) -> Result<Option<String>> {
    Ok(on_engine!(tx, conn => sqlx::query_scalar(
        "DELETE FROM one_time_link WHERE organisation_id = $1 AND id = $2 AND purpose = 'invitation' AND used_us IS NULL
         RETURNING email",
    ).bind(tenant.id()).bind(id).fetch_optional(conn).await?))
}

/// Ends every unused link of one kind: of an account, or of the whole installation.
pub async fn end_all(tx: &mut Tx, purpose: &Purpose) -> Result<()> {
    let account = match purpose {
        Purpose::Password { account } => Some(*account),
        Purpose::Start | Purpose::Invitation { .. } => None,
    };
    on_engine!(tx, conn => sqlx::query(
        "DELETE FROM one_time_link WHERE purpose = $1 AND used_us IS NULL AND (account_id = $2 OR $2 IS NULL)",
    ).bind(purpose.name()).bind(account).execute(conn).await.map(drop)?);
    Ok(())
}
