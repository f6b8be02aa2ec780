//! Work in the background. A job is a row: whoever wants work done inserts one in the transaction of the change that
//! asks for it, and a worker of any replica takes it up. A worker holds a job by a lease that it renews; the job of a
//! server that was killed is taken up again when its lease ends. So every handler may be run more than once, and must
//! come to the same end.
//!
//! An organisation may have [`MAX_UNFINISHED`] jobs that wait or run; whoever asks for one more is told to come back.
//! Of each [`Lane`] the oldest that is due comes first.

pub mod spare_time;
pub mod sql;
#[cfg(test)]
mod tests;
mod worker;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use futures_util::future::BoxFuture;
use tokio::sync::Notify;
use uuid::Uuid;

use crate::accounts::actor::Tenant;
use crate::app::App;
use crate::drafts::publish;
use crate::error::Error;
use crate::library::{encode, purge, take_in};
use crate::mail;
use crate::products::import;

#[cfg(test)]
pub use worker::run_due;
pub use worker::{Workers, start};

/// Jobs of an organisation that wait or run at once.
pub const MAX_UNFINISHED: i64 = 2000;

/// What one kind of job does.
#[derive(Clone, Copy)]
pub struct Handler {
    /// Its name in the database.
    pub kind: &'static str,
    /// How often it is begun before it counts as failed.
    pub max_attempts: i64,
    /// The work.
    pub run: fn(App, Job) -> BoxFuture<'static, Result<(), Ended>>,
}

/// Why a job was not done.
#[derive(Debug)]
pub enum Ended {
    /// It would end the same way again.
    Failed(Failure),
    /// It may go better later.
    Passing(Error),
    /// It may go better later. Until then, and if it never does, this is what people read.
    Later(Failure),
    /// Its time has not come; asking costs nothing.
    NotYet,
    /// It was asked to stop.
    Stopped,
}

/// A failure that people read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The text `job.failed.{code}`.
    pub code: &'static str,
    /// Details, in English; empty where the text says it all.
    pub detail: String,
}

impl From<Error> for Ended {
    fn from(error: Error) -> Self {
        Self::Passing(error)
    }
}

impl From<sqlx::Error> for Ended {
    fn from(error: sqlx::Error) -> Self {
        Self::Passing(error.into())
    }
}

impl From<object_store::Error> for Ended {
    fn from(error: object_store::Error) -> Self {
        Self::Passing(Error::internal(error))
    }
}

/// A job that was taken up.
#[derive(Clone, Debug)]
pub struct Job {
    /// Id.
    pub id: Uuid,
    /// Whose it is.
    pub tenant: Tenant,
    /// JSON, as its kind needs it.
    pub payload: String,
    /// How often it was begun, this time included.
    pub attempt: i64,
    /// How far it is, and whether it shall go on.
    pub control: Arc<Control>,
}

/// Between a job's work and whoever watches it.
#[derive(Debug, Default)]
pub struct Control {
    stop: AtomicBool,
    done: AtomicU32,
    of: AtomicU32,
}

impl Control {
    /// Tells how far the work is. Cheap: it is written down once a second.
    pub fn progress(&self, done: u32, of: u32) {
        // Told by several threads: the furthest counts.
        self.done.fetch_max(done, Ordering::Relaxed);
        self.of.store(of, Ordering::Relaxed);
    }

    /// The flag that asks the work to stop.
    pub const fn stop_flag(&self) -> &AtomicBool {
        &self.stop
    }

    /// # Errors
    /// [`Ended::Stopped`] when the work is to stop.
    pub fn check(&self) -> Result<(), Ended> {
        if self.stop.load(Ordering::Relaxed) { Err(Ended::Stopped) } else { Ok(()) }
    }

    fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    fn seen(&self) -> (u32, u32) {
        (self.done.load(Ordering::Relaxed), self.of.load(Ordering::Relaxed))
    }
}

/// Each has workers of its own. Work that waits for other servers keeps no picture from being prepared, and nobody waits
/// for what has time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// What takes our own time.
    Work,
    /// Kinds that begin with `mail.`.
    Mail,
    /// [`encode::KIND`]: one at a time, on a thread that gives way ([`spare_time`]).
    Spare,
}

impl Lane {
    /// As the database names it.
    const fn name(self) -> &'static str {
        match self {
            Self::Work => "work",
            Self::Mail => "mail",
            Self::Spare => "spare",
        }
    }
}

/// Wakes the workers of this server, so that a fresh job need not wait for the next look.
#[derive(Clone, Debug, Default)]
pub struct Bell {
    work: Arc<Notify>,
    mail: Arc<Notify>,
    spare: Arc<Notify>,
}

impl Bell {
    /// Call it after the transaction that inserted a job.
    pub fn ring(&self) {
        self.work.notify_one();
        self.mail.notify_one();
        self.spare.notify_one();
    }

    async fn rung(&self, lane: Lane) {
        match lane {
            Lane::Work => self.work.notified().await,
            Lane::Mail => self.mail.notified().await,
            Lane::Spare => self.spare.notified().await,
        }
    }
}

/// Every kind that there is.
pub const HANDLERS: &[Handler] = &[
    take_in::HANDLER,
    purge::HANDLER,
    encode::HANDLER,
    import::check::HANDLER,
    import::apply::HANDLER,
    publish::HANDLER,
    mail::job::HANDLER,
];
