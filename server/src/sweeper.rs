//! What is done again and again as long as the server lives: removing what is over.

use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio::task::JoinHandle;

use crate::app::App;
use crate::error::Result;

/// Runs `sweep` now and every `period`. A failure is logged, and what it left waits for the next time.
pub fn start(
    app: &App,
    what: &'static str,
    period: Duration,
    sweep: for<'a> fn(&'a App) -> BoxFuture<'a, Result<()>>,
) -> JoinHandle<()> {
    let weak = app.downgrade();
    tokio::spawn(async move {
        let mut ticks = tokio::time::interval(period);
        loop {
            ticks.tick().await;
            let Some(app) = weak.upgrade() else { return };
            if let Err(error) = sweep(&app).await {
                tracing::error!(%error, "{what} could not be swept; the next try is in {period:?}");
            }
        }
    })
}
