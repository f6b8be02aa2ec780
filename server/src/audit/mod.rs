//! Who changed what, with the state before and after. An entry is written in the transaction of the change: there is no
//! change without one, and none without a change.

pub mod asked;
pub mod export;
pub mod page;
pub mod sql;
#[cfg(test)]
mod tests;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::accounts::actor::{Actor, Tenant};
use crate::app::App;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::on_engine;

/// Whoever did it.
#[derive(Clone, Copy, Debug)]
pub enum By<'a> {
    /// A person, or a program with a key.
    Actor(&'a Actor),
    /// A person who is not signed in yet: they took up a link.
    Account {
        /// The account.
        id: Uuid,
        /// Its name.
        name: &'a str,
    },
    /// The command line, or the server itself.
    Server,
}

/// One change.
#[derive(Clone, Debug)]
pub struct Change<'a> {
    /// What was done: `{thing}.{past participle}`, such as `product.archived`; the text is `audit.{action}`.
    pub action: &'static str,
    /// The id of what it was done to.
    pub subject_id: Option<Uuid>,
    /// What people call it.
    pub subject: &'a str,
    /// The state before, as far as it changed.
    pub before: Option<Value>,
    /// The state after, as far as it changed.
    pub after: Option<Value>,
}

/// Writes entries of many changes, each as [`record`] does.
pub async fn record_all(app: &App, tx: &mut Tx, tenant: Tenant, by: By<'_>, changes: &[Change<'_>]) -> Result<()> {
    if changes.is_empty() {
        return Ok(());
    }
    let (account, name) = by.account();
    let mut rows = Vec::with_capacity(changes.len());
    for change in changes {
        let id = app.ids.next().map_err(Error::internal)?.simple().to_string();
        let subject_id = change.subject_id.map(|id| id.simple().to_string());
        let text = |state: &Option<Value>| state.as_ref().map(Value::to_string);
        rows.push(json!([id, change.action, subject_id, change.subject, text(&change.before), text(&change.after)]));
    }
    let sql = tx.pick(MANY.0, MANY.1);
    on_engine!(tx, conn => sqlx::query(sql).bind(tenant.id()).bind(app.clock.now_us()).bind(account).bind(name)
        .bind(Value::from(rows).to_string()).execute(conn).await.map(drop)?);
    Ok(())
}

/// Rows come as one JSON list: however many there are, the statement is the same.
const MANY: (&str, &str) = (
    "INSERT INTO audit (organisation_id, at_us, account_id, actor, id, action, subject_id, subject, before, after)
     SELECT $1, $2, $3, $4, unhex(value ->> 0), value ->> 1, unhex(value ->> 2), value ->> 3, value ->> 4, value ->> 5
     FROM json_each($5)",
    "INSERT INTO audit (organisation_id, at_us, account_id, actor, id, action, subject_id, subject, before, after)
     SELECT $1, $2, $3, $4, (value ->> 0)::uuid, value ->> 1, (value ->> 2)::uuid, value ->> 3, value ->> 4, value ->> 5
     FROM jsonb_array_elements($5::jsonb)",
);

impl By<'_> {
    /// The account and what it is called.
    fn account(&self) -> (Option<Uuid>, &str) {
        match self {
            Self::Actor(actor) => (Some(actor.account), actor.name.as_str()),
            Self::Account { id, name } => (Some(*id), name),
            Self::Server => (None, ""),
        }
    }
}

/// Writes an entry.
pub async fn record(app: &App, tx: &mut Tx, tenant: Tenant, by: By<'_>, change: &Change<'_>) -> Result<()> {
    let (account, name) = by.account();
    let id = app.ids.next().map_err(Error::internal)?;
    let text = |state: &Option<Value>| state.as_ref().map(Value::to_string);
    on_engine!(tx, conn => sqlx::query(
        "INSERT INTO audit (id, organisation_id, at_us, account_id, actor, action, subject_id, subject, before, after)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    ).bind(id).bind(tenant.id()).bind(app.clock.now_us()).bind(account).bind(name).bind(change.action)
    .bind(change.subject_id).bind(change.subject).bind(text(&change.before)).bind(text(&change.after))
    .execute(conn).await.map(drop)?);
    Ok(())
}
