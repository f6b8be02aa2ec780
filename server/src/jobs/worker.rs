//! The workers of a server: take up a job, hold it while it runs, write down how it ended.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::FutureExt as _;
use std::panic::AssertUnwindSafe;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::sql::{self, Claimed, End};
use super::{Control, Ended, Failure, HANDLERS, Handler, Job, Lane};
use crate::accounts::actor::Tenant;
use crate::app::App;
use crate::clock::DAY_US;
use crate::error::{Error, Result};

/// For how long a job is held without a word of its worker.
const LEASE_US: i64 = 60_000_000;
/// Between two looks at a job that runs: whether it is to stop, how far it is.
const BEAT: Duration = Duration::from_secs(1);
/// A lease is renewed after this many beats at the latest.
const BEATS_PER_LEASE: u32 = 15;
/// Between two looks for jobs that are due: those of other replicas, and those that are to be begun again.
const LOOK: Duration = Duration::from_secs(2);
/// Mails on their way at once: each mostly waits for the mail server.
const MAILERS: usize = 2;
/// Between two looks at what is old, and at how much there is.
const TEND: Duration = Duration::from_secs(30);
/// The first wait before a job is begun again; each further one takes twice as long.
const BACK_OFF_US: i64 = 2_000_000;
/// The longest.
const MAX_BACK_OFF_US: i64 = 3_600_000_000;
/// Until a job whose time has not come is begun again.
const NOT_YET_US: i64 = 30_000_000;
/// For how long it is known how a job ended.
const KEPT_US: i64 = 30 * DAY_US;

/// Workers that run.
pub struct Workers {
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

/// Starts the workers of a server: one fewer than there are cores, so that pages are answered meanwhile, a few that
/// mail, and one for what has time.
pub fn start(app: &App) -> Workers {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let (stop, stopping) = watch::channel(false);
    let mut tasks: Vec<_> = lanes(cores.saturating_sub(1).max(1))
        .map(|lane| tokio::spawn(work(app.clone(), lane, stopping.clone())))
        .collect();
    tasks.push(tokio::spawn(watch_over(app.clone(), stopping)));
    Workers { stop, tasks }
}

fn lanes(workers: usize) -> impl Iterator<Item = Lane> {
    std::iter::repeat_n(Lane::Work, workers).chain(std::iter::repeat_n(Lane::Mail, MAILERS)).chain([Lane::Spare])
}

impl Workers {
    /// Stops: what runs is put back and begun again by the next server. Waits for `patience` at most; what does not
    /// stop by then is taken up again when its lease ends.
    pub async fn stop(self, patience: Duration) {
        // Nobody listens where every worker has ended.
        let _ = self.stop.send(true);
        let all = futures_util::future::join_all(self.tasks);
        if tokio::time::timeout(patience, all).await.is_err() {
            tracing::warn!("jobs that did not stop are cut off; they are begun again later");
        }
    }
}

async fn work(app: App, lane: Lane, mut stopping: watch::Receiver<bool>) {
    while !*stopping.borrow() {
        match run_one(&app, HANDLERS, lane, &stopping).await {
            Ok(true) => continue,
            Ok(false) => {}
            Err(error) => tracing::error!(%error, "jobs cannot be read; the next try is in {LOOK:?}"),
        }
        tokio::select! {
            () = app.bell.rung(lane) => {}
            () = tokio::time::sleep(LOOK) => {}
            _ = stopping.changed() => {}
        }
    }
}

/// Forgets old jobs, and tells how many there are.
async fn watch_over(app: App, mut stopping: watch::Receiver<bool>) {
    loop {
        let now_us = app.clock.now_us();
        let looked = async {
            let (waiting, running) = sql::unfinished(&app.db).await?;
            metrics::gauge!("jobs_waiting").set(waiting as f64);
            metrics::gauge!("jobs_running").set(running as f64);
            while sql::forget(&app.db, now_us - KEPT_US, 200).await? == 200 {}
            Ok::<_, Error>(())
        };
        if let Err(error) = looked.await {
            tracing::error!(%error, "old jobs cannot be forgotten; the next try is in {TEND:?}");
        }
        tokio::select! {
            () = tokio::time::sleep(TEND) => {}
            _ = stopping.changed() => return,
        }
    }
}

/// Runs every job that is due, one after the other, to the end. Returns how many.
///
/// # Panics
/// The database does not answer.
#[cfg(test)]
pub async fn run_due(app: &App, handlers: &[Handler]) -> usize {
    let (_stop, stopping) = watch::channel(false);
    let mut count = 0;
    for lane in [Lane::Work, Lane::Mail, Lane::Spare] {
        while run_one(app, handlers, lane, &stopping).await.unwrap() {
            count += 1;
        }
    }
    count
}

/// Takes up one job of a lane and runs it. False when none is due.
pub(super) async fn run_one(
    app: &App,
    handlers: &[Handler],
    lane: Lane,
    stopping: &watch::Receiver<bool>,
) -> Result<bool> {
    let now_us = app.clock.now_us();
    if !sql::is_any_due(&app.db, lane, now_us).await? {
        return Ok(false);
    }
    let lease = app.ids.next().map_err(Error::internal)?;
    let Some(claimed) = sql::claim(&app.db, lane, lease, now_us, now_us + LEASE_US).await? else { return Ok(false) };
    let started = Instant::now();
    let end = outcome(app, handlers, &claimed, lease, stopping.clone()).await?;
    let kind = handlers.iter().find(|handler| handler.kind == claimed.kind).map_or("unknown", |handler| handler.kind);
    let said = match &end {
        End::Done => "done",
        End::Failed(_) => "failed",
        End::Cancelled => "cancelled",
        End::Again { .. } => "again",
    };
    metrics::counter!("jobs_ended_total", "kind" => kind, "end" => said).increment(1);
    metrics::histogram!("job_duration_seconds", "kind" => kind).record(started.elapsed().as_secs_f64());
    if !sql::end(&app.db, claimed.id, lease, &end, app.clock.now_us()).await? {
        tracing::warn!(job = %claimed.id, kind, "a job took longer than its lease, and was taken up by another worker");
    }
    Ok(true)
}

async fn outcome(
    app: &App,
    handlers: &[Handler],
    claimed: &Claimed,
    lease: uuid::Uuid,
    stopping: watch::Receiver<bool>,
) -> Result<End> {
    let gave_up = |code, detail: &str| End::Failed(Failure { code, detail: detail.to_owned() });
    let Some(handler) = handlers.iter().find(|handler| handler.kind == claimed.kind) else {
        // A newer program's: it may come back after a rolling update.
        return Ok(if claimed.attempts > 10 {
            gave_up("unknown", &claimed.kind)
        } else {
            End::Again { at_us: app.clock.now_us() + back_off_us(claimed.attempts), counts: true, why: None }
        });
    };
    if claimed.attempts > handler.max_attempts {
        // It was begun often enough, and whoever had it never came to an end: the server went down with it.
        return Ok(gave_up("server_went_down", ""));
    }
    if sql::look(&app.db, claimed.id, lease).await? == Some(true) {
        return Ok(End::Cancelled);
    }
    let control = Arc::new(Control::default());
    let job = Job {
        id: claimed.id,
        tenant: Tenant::of(claimed.organisation_id),
        payload: claimed.payload.clone(),
        attempt: claimed.attempts,
        control: control.clone(),
    };
    let held = hold(app, claimed.id, lease, &control, stopping);
    let ended = tokio::select! {
        ended = AssertUnwindSafe((handler.run)(app.clone(), job)).catch_unwind() => ended,
        never = held => match never {},
    };
    let now_us = app.clock.now_us();
    Ok(match ended {
        Ok(Ok(())) => End::Done,
        Ok(Err(Ended::Failed(failure))) => End::Failed(failure),
        Ok(Err(Ended::Stopped)) => match sql::look(&app.db, claimed.id, lease).await? {
            Some(true) => End::Cancelled,
            // The server stops; this beginning does not count.
            _ => End::Again { at_us: now_us, counts: false, why: None },
        },
        Ok(Err(Ended::Later(failure))) if claimed.attempts >= handler.max_attempts => End::Failed(failure),
        Ok(Err(Ended::Later(failure))) => {
            End::Again { at_us: now_us + back_off_us(claimed.attempts), counts: true, why: Some(failure) }
        }
        Ok(Err(Ended::NotYet)) => End::Again { at_us: now_us + NOT_YET_US, counts: false, why: None },
        Ok(Err(Ended::Passing(error))) => again(handler, claimed, &error, now_us),
        Err(_) => again(handler, claimed, &Error::internal("a job panicked"), now_us),
    })
}

fn again(handler: &Handler, claimed: &Claimed, error: &Error, now_us: i64) -> End {
    let cause = match error {
        Error::Internal(cause) => cause.to_string(),
        other => other.to_string(),
    };
    tracing::error!(job = %claimed.id, kind = handler.kind, attempt = claimed.attempts, error = %cause, "a job failed");
    if claimed.attempts >= handler.max_attempts {
        // What went wrong inside is in the log, under the job's id.
        End::Failed(Failure { code: "inside", detail: claimed.id.to_string() })
    } else {
        End::Again { at_us: now_us + back_off_us(claimed.attempts), counts: true, why: None }
    }
}

/// 2, 4, 8 … seconds, an hour at most.
fn back_off_us(attempts: i64) -> i64 {
    let doublings = attempts.clamp(1, 21) - 1;
    (BACK_OFF_US << doublings).min(MAX_BACK_OFF_US)
}

/// Renews the lease, writes the progress down, and asks the work to stop when it is to. Ends never: the work does.
async fn hold(
    app: &App,
    id: uuid::Uuid,
    lease: uuid::Uuid,
    control: &Control,
    mut stopping: watch::Receiver<bool>,
) -> std::convert::Infallible {
    let (mut written, mut beats) = ((0, 0), 0);
    loop {
        if *stopping.borrow_and_update() {
            control.stop();
        }
        tokio::select! {
            () = tokio::time::sleep(BEAT) => {}
            Ok(()) = stopping.changed() => continue,
        }
        beats += 1;
        let seen = control.seen();
        let beat = async {
            // Asked to stop, or another worker has it.
            let mut shall_stop = sql::look(&app.db, id, lease).await? != Some(false);
            if seen != written || beats >= BEATS_PER_LEASE {
                shall_stop |= !sql::renew(&app.db, id, lease, app.clock.now_us() + LEASE_US, seen).await?;
                written = seen;
                beats = 0;
            }
            Ok::<_, sqlx::Error>(shall_stop)
        };
        match beat.await {
            Ok(true) => control.stop(),
            Ok(false) => {}
            Err(error) => tracing::warn!(job = %id, %error, "a job's lease could not be renewed; the next try follows"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_wait_is_twice_the_one_before_up_to_an_hour() {
        assert_eq!([1, 2, 3, 4].map(back_off_us), [2_000_000, 4_000_000, 8_000_000, 16_000_000]);
        assert_eq!([12, 60, i64::MAX].map(back_off_us), [MAX_BACK_OFF_US; 3]);
    }
}
