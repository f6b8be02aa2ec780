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
    /// The state before, as JSON.
    pub before: Option<String>,
    /// The state after, as JSON.
    pub after: Option<String>,
}

/// Which entries.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// The first part of the action, such as `product`.
    pub thing: Option<String>,
    /// Only those before this entry, which is how a list goes on.
    pub before: Option<Uuid>,
}

/// The last change of something.
pub async fn last_of(db: &Db, tenant: Tenant, subject: Uuid) -> Result<Option<Entry>> {
    Ok(on_engine!(db, conn => sqlx::query_as(
        "SELECT id, at_us, actor, action, subject, before, after FROM audit
         WHERE organisation_id = $1 AND subject_id = $2 ORDER BY id DESC LIMIT 1",
    ).bind(tenant.id()).bind(subject).fetch_optional(conn).await?))
}

/// Entries, the latest first.
pub async fn list(db: &Db, tenant: Tenant, filter: &Filter, limit: i64) -> Result<Vec<Entry>> {
    let after_all = Uuid::max();
    let prefix = filter.thing.as_ref().map(|thing| format!("{thing}.%"));
    Ok(on_engine!(db, conn => sqlx::query_as(
        "SELECT id, at_us, actor, action, subject, before, after FROM audit
         WHERE organisation_id = $1 AND id < $2 AND action LIKE $3 ORDER BY id DESC LIMIT $4",
    ).bind(tenant.id()).bind(filter.before.unwrap_or(after_all)).bind(prefix.unwrap_or_else(|| "%".to_owned())).bind(limit)
    .fetch_all(conn).await?))
}
