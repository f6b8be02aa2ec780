//! The one task that writes events. Batches wait in a queue with an end; the task takes all that are there and
//! commits them together, so that a disk that syncs slowly costs the same for one batch as for a hundred. Whoever sent
//! a batch gets its answer after the commit.

use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use super::pending::{Accepted, Pending};
use super::write::write;
use crate::db::Db;
use crate::error::{Error, Result};

/// Events of one commit: more would hold the database's writer for too long.
const MAX_EVENTS_PER_COMMIT: usize = 2_000;

type Waiting = (Pending, oneshot::Sender<Result<Accepted>>);

/// The entrance of the queue.
#[derive(Debug)]
pub struct EventWriter {
    queue: mpsc::Sender<Waiting>,
    task: JoinHandle<()>,
}

impl EventWriter {
    /// Starts the task; `places` batches may wait.
    #[must_use]
    pub fn start(db: Db, places: usize) -> Self {
        let (queue, waiting) = mpsc::channel(places);
        Self { queue, task: tokio::spawn(run(db, waiting)) }
    }

    /// Batches that wait.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.queue.max_capacity() - self.queue.capacity()
    }

    /// Writes a batch; returns after the commit.
    ///
    /// # Errors
    /// [`Error::Busy`] when the queue is full: the batch was not taken.
    pub async fn write(&self, pending: Pending) -> Result<Accepted> {
        let (answer, answered) = oneshot::channel();
        self.queue.try_send((pending, answer)).map_err(|_| {
            metrics::counter!("event_batches_total", "outcome" => "queue_full").increment(1);
            Error::Busy { retry_after_s: 2 }
        })?;
        metrics::gauge!("event_queue_length").set(self.waiting() as f64);
        answered.await.map_err(|_| Error::Busy { retry_after_s: 5 })?
    }
}

impl Drop for EventWriter {
    fn drop(&mut self) {
        // Nobody waits for an answer any more: what is in the queue was never acknowledged.
        self.task.abort();
    }
}

async fn run(db: Db, mut waiting: mpsc::Receiver<Waiting>) {
    while let Some(first) = waiting.recv().await {
        let mut events = first.0.events.len();
        let mut group = vec![first];
        while events < MAX_EVENTS_PER_COMMIT
            && let Ok(next) = waiting.try_recv()
        {
            events += next.0.events.len();
            group.push(next);
        }
        let started = std::time::Instant::now();
        let (batches, answers): (Vec<Pending>, Vec<_>) = group.into_iter().unzip();
        match write(&db, &batches).await {
            Ok(outcomes) => {
                for (answer, outcome) in answers.into_iter().zip(outcomes) {
                    // The client may have gone meanwhile.
                    let _ = answer.send(Ok(outcome));
                }
            }
            // One of them may be to blame; it must not take the others with it.
            Err(error) if batches.len() > 1 => {
                tracing::warn!(%error, batches = batches.len(), "a commit of events failed; each batch is tried alone");
                for (answer, batch) in answers.into_iter().zip(batches) {
                    let outcome = write(&db, std::slice::from_ref(&batch)).await;
                    let _ = answer
                        .send(outcome.and_then(|mut outcomes| outcomes.pop().ok_or(Error::Busy { retry_after_s: 5 })));
                }
            }
            Err(error) => {
                for answer in answers {
                    let _ = answer.send(Err(error.clone()));
                }
            }
        }
        metrics::histogram!("event_commit_duration_seconds").record(started.elapsed().as_secs_f64());
    }
}
