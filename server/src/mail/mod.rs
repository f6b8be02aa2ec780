//! Mails. Whoever wants one sent calls [`post`] in the transaction of the change that it is about: the mail is a job, so
//! a mail server that is down holds nobody up, and a server that is killed forgets none. A job holds no secret: the
//! token of a link is made when the mail is sent. The same mail has the same `Message-ID` however often it is tried.

pub mod command_line;
pub mod compose;
pub mod job;
pub mod letter;
pub mod postman;
#[cfg(test)]
pub(crate) mod sink;
mod sql;
#[cfg(test)]
mod tests;

use uuid::Uuid;

use crate::accounts::actor::Tenant;
use crate::app::App;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::jobs;

pub use letter::{Letter, Notice};

/// Has a letter mailed, where there is a mail server: the job that does it. An organisation whose queue is full goes
/// without the mail rather than without the change that it is about. Ring [`App::bell`](crate::app::Parts::bell) after
/// the commit.
pub async fn post(app: &App, tx: &mut Tx, tenant: Tenant, letter: &Letter) -> Result<Option<Uuid>> {
    if app.mail.is_none() {
        return Ok(None);
    }
    let id = app.ids.next().map_err(Error::internal)?;
    let payload = serde_json::to_string(letter).map_err(Error::internal)?;
    match jobs::sql::insert(tx, tenant, id, job::KIND, &payload, app.clock.now_us()).await {
        Ok(()) => Ok(Some(id)),
        Err(Error::Busy { .. }) => {
            tracing::warn!(letter = letter.name(), "a mail was dropped: the organisation's queue of jobs is full");
            Ok(None)
        }
        Err(error) => Err(error),
    }
}
