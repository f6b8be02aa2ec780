//! Who changed what, with the state before and after. An entry is written in the transaction of the change: there is no
//! change without one, and none without a change.

pub mod export;
pub mod page;
pub mod sql;
#[cfg(test)]
mod tests;

use serde_json::Value;
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

/// Writes an entry.
pub async fn record(app: &App, tx: &mut Tx, tenant: Tenant, by: By<'_>, change: &Change<'_>) -> Result<()> {
    let (account, name) = match by {
        By::Actor(actor) => (Some(actor.account), actor.name.as_str()),
        By::Account { id, name } => (Some(id), name),
        By::Server => (None, ""),
    };
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
