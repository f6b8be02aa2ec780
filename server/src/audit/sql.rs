//! Entries in the database.

use uuid::Uuid;

use crate::accounts::actor::Tenant;
use crate::db::Db;
use crate::error::Result;
use crate::on_engine;

/// One entry.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Entry {
    /// Id, ordered by time.
    pub id: Uuid,
    /// When.
    pub at_us: i64,
    /// Who, as called then; empty for the server itself.
    pub actor: String,
    /// What was done.
    pub action: String,
    /// To what, as called then.
    pub subject: String,
    /// Its id.
    pub subject_id: Option<Uuid>,
    /// The state before, as JSON.
    pub before: Option<String>,
    /// The state after, as JSON.
    pub after: Option<String>,
}

/// Which entries. What is not asked for does not matter.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// The action, such as `product.changed`, or its first part, such as `product`.
    pub action: Option<String>,
    /// Whose doing it was.
    pub who: Option<Whose>,
    /// A part of what it was done to is called.
    pub subject: Option<String>,
    /// What it was done to.
    pub subject_id: Option<Uuid>,
    /// Not before this instant.
    pub from_us: Option<i64>,
    /// Before this instant.
    pub until_us: Option<i64>,
    /// Only those before this entry, which is how a list goes on.
    pub before: Option<Uuid>,
}

/// The last change of something.
pub async fn last_of(db: &Db, tenant: Tenant, subject: Uuid) -> Result<Option<Entry>> {
    Ok(on_engine!(db, conn => sqlx::query_as(
        "SELECT id, at_us, actor, action, subject, subject_id, before, after FROM audit
         WHERE organisation_id = $1 AND subject_id = $2 ORDER BY id DESC LIMIT 1",
    ).bind(tenant.id()).bind(subject).fetch_optional(conn).await?))
}

/// Whose doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// A person's, or that of a program with a key that they made.
    Account(Uuid),
    /// The server's own, or the command line's.
    Server,
}

/// Everybody who ever changed something here, by name.
pub async fn people(db: &Db, tenant: Tenant) -> Result<Vec<(Uuid, String)>> {
    Ok(on_engine!(db, conn => sqlx::query_as(
        "SELECT id, name FROM account WHERE EXISTS
             (SELECT 1 FROM audit WHERE audit.organisation_id = $1 AND audit.account_id = account.id)
         ORDER BY LOWER(name), id LIMIT 1000",
    ).bind(tenant.id()).fetch_all(conn).await?))
}

/// Entries, the latest first.
pub async fn list(db: &Db, tenant: Tenant, filter: &Filter, limit: i64) -> Result<Vec<Entry>> {
    let after_all = Uuid::max();
    let action = match &filter.action {
        None => "%".to_owned(),
        Some(action) if action.contains('.') => action.clone(),
        Some(thing) => format!("{thing}.%"),
    };
    let account = if let Some(Whose::Account(id)) = filter.who { Some(id) } else { None };
    let subject = filter.subject.as_ref().map(|text| format!("%{}%", escaped(&text.to_lowercase())));
    Ok(on_engine!(db, conn => sqlx::query_as(
        r"SELECT id, at_us, actor, action, subject, subject_id, before, after FROM audit
         WHERE organisation_id = $1 AND id < $2 AND action LIKE $3
            AND (account_id = $5 OR $5 IS NULL) AND (account_id IS NULL OR NOT $6)
            AND (LOWER(subject) LIKE $7 ESCAPE '\' OR $7 IS NULL) AND (subject_id = $8 OR $8 IS NULL)
            AND at_us >= $9 AND at_us < $10
         ORDER BY id DESC LIMIT $4",
    ).bind(tenant.id()).bind(filter.before.unwrap_or(after_all)).bind(action).bind(limit)
    .bind(account).bind(filter.who == Some(Whose::Server)).bind(subject).bind(filter.subject_id)
    .bind(filter.from_us.unwrap_or(i64::MIN)).bind(filter.until_us.unwrap_or(i64::MAX))
    .fetch_all(conn).await?))
}

/// A text in which `LIKE` finds no wildcards.
fn escaped(text: &str) -> String {
    text.replace('\\', r"\\").replace('%', r"\%").replace('_', r"\_")
}
