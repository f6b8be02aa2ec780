//! Delivers: takes up what is due, sends it, writes down how it went. Any replica may; what one that was killed had taken
//! up is taken up again when its lease ends, so a receiver may be told twice, with the same `webhook-id`.

use std::time::Duration;

use serde_json::json;
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use uuid::Uuid;

use super::courier::{Outcome, Parcel};
use super::queue::{self, Claimed, Next};
use super::schedule::{FAILS_FOR_US, MAX_ATTEMPTS, wait_us};
use super::secret;
use super::sql::{self, Endpoint};
use crate::accounts::actor::Tenant;
use crate::app::App;
use crate::audit::{self, By, Change};
use crate::clock::DAY_US;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::mail::{self, Letter, Notice};
use crate::sweeper;

/// Requests on their way at once.
const AT_ONCE: usize = 16;
/// For how long a delivery is held; more than one takes.
const LEASE_US: i64 = 120_000_000;
/// Between two looks for what is due.
const LOOK: Duration = Duration::from_secs(1);
/// For how long it is known what was delivered.
const KEPT_US: i64 = 30 * DAY_US;
const SWEEP_EVERY: Duration = Duration::from_mins(10);

/// What delivers on this server.
pub struct Deliveries {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

/// Begins to deliver.
pub fn start(app: &App) -> Deliveries {
    let (stop, stopping) = watch::channel(false);
    Deliveries { stop, task: tokio::spawn(work(app.clone(), stopping)) }
}

impl Deliveries {
    /// Takes up nothing more, and waits for what is on its way, for `patience` at most.
    pub async fn stop(self, patience: Duration) {
        let _ = self.stop.send(true);
        if tokio::time::timeout(patience, self.task).await.is_err() {
            tracing::warn!("webhooks on their way are cut off; they are sent again later");
        }
    }
}

async fn work(app: App, mut stopping: watch::Receiver<bool>) {
    let mut running = JoinSet::new();
    while !*stopping.borrow() {
        while running.try_join_next().is_some() {}
        if running.len() < AT_ONCE {
            match take(&app).await {
                Ok(Some((claimed, lease))) => {
                    let app = app.clone();
                    running.spawn(async move { one(&app, &claimed, lease).await });
                    continue;
                }
                Ok(None) => {}
                Err(error) => tracing::error!(%error, "webhooks cannot be read; the next try is in {LOOK:?}"),
            }
        }
        tokio::select! {
            () = app.webhook_bell.notified() => {}
            () = tokio::time::sleep(LOOK) => {}
            Some(_) = running.join_next() => {}
            _ = stopping.changed() => {}
        }
    }
    while running.join_next().await.is_some() {}
}

async fn take(app: &App) -> Result<Option<(Claimed, Uuid)>> {
    let now_us = app.clock.now_us();
    if !queue::is_any_due(&app.db, now_us).await? {
        return Ok(None);
    }
    let lease = app.ids.next().map_err(Error::internal)?;
    Ok(queue::claim(&app.db, lease, now_us, now_us + LEASE_US).await?.map(|claimed| (claimed, lease)))
}

/// Delivers everything that is due, one after the other. Returns how many tries there were.
///
/// # Panics
/// The database does not answer.
#[cfg(test)]
pub async fn run_due(app: &App) -> usize {
    let mut count = 0;
    while let Some((claimed, lease)) = take(app).await.unwrap() {
        one(app, &claimed, lease).await;
        count += 1;
    }
    count
}

async fn one(app: &App, claimed: &Claimed, lease: Uuid) {
    if let Err(error) = deliver(app, claimed, lease).await {
        // Its lease ends, and it is tried again.
        tracing::error!(delivery = %claimed.id, %error, "a webhook could not be handled");
    }
}

/// What receivers know an event by.
#[must_use]
pub fn message_id(event: Uuid) -> String {
    format!("msg_{}", event.simple())
}

async fn deliver(app: &App, claimed: &Claimed, lease: Uuid) -> Result<()> {
    let tenant = Tenant::of(claimed.organisation_id);
    let now_us = app.clock.now_us();
    // Both hang on the delivery by foreign keys: where one is gone, so is it.
    let Some(endpoint) = sql::find(&app.db, tenant, claimed.endpoint_id).await? else { return Ok(()) };
    let Some((_, body, _)) = queue::event(&app.db, tenant, claimed.event_id).await? else { return Ok(()) };
    let outcome = if endpoint.enabled == 0 {
        Outcome { failure: Some(("off", String::new())), ..Outcome::default() }
    } else if claimed.attempts > MAX_ATTEMPTS {
        Outcome { failure: Some(("server_went_down", String::new())), ..Outcome::default() }
    } else {
        let (id, timestamp_s) = (message_id(claimed.event_id), now_us / 1_000_000);
        let signature = secret::signatures(&endpoint.secrets(now_us), &id, timestamp_s, &body)?;
        let parcel = Parcel { url: &endpoint.url, id: &id, timestamp_s, signature: &signature, body: &body };
        app.courier.send(&parcel).await
    };
    metrics::counter!("webhooks_sent_total", "outcome" => outcome.failure.as_ref().map_or("delivered", |(code, _)| *code))
        .increment(1);
    metrics::histogram!("webhook_duration_seconds").record(outcome.duration.as_secs_f64());
    settle(app, tenant, claimed, lease, &endpoint, &outcome).await
}

async fn settle(
    app: &App,
    tenant: Tenant,
    claimed: &Claimed,
    lease: Uuid,
    endpoint: &Endpoint,
    outcome: &Outcome,
) -> Result<()> {
    let now_us = app.clock.now_us();
    let mut chance = [0];
    getrandom::fill(&mut chance).map_err(Error::internal)?;
    let code = outcome.failure.as_ref().map(|(code, _)| *code);
    let wait_us = match code {
        Some("off" | "gone" | "server_went_down") => None,
        _ => wait_us(claimed.attempts, chance[0], outcome.retry_after_s),
    };
    let next = match (code, wait_us) {
        (None, _) => Next::Delivered,
        (Some(_), Some(wait_us)) => Next::Again(now_us + wait_us),
        (Some(_), None) => Next::Failed,
    };
    let mut tx = app.db.begin().await?;
    if !queue::settle(&mut tx, claimed.id, lease, next, now_us).await? {
        tracing::warn!(delivery = %claimed.id, "a webhook took longer than its lease, and was taken up by another server");
        return Ok(());
    }
    queue::insert_attempt(&mut tx, claimed.id, outcome, now_us).await?;
    if code != Some("off") {
        let since_us = sql::note(&mut tx, endpoint.id, code.is_none(), now_us).await?;
        let is_over = next == Next::Failed && since_us.is_some_and(|since_us| now_us - since_us >= FAILS_FOR_US);
        let reason = match code {
            Some("gone") => Some("gone"),
            _ if is_over => Some("failing"),
            _ => None,
        };
        if let Some(reason) = reason {
            switch_off(app, &mut tx, tenant, endpoint, reason, now_us).await?;
        }
    }
    tx.commit().await?;
    app.bell.ring();
    Ok(())
}

/// Switches an endpoint off by itself, and tells the owners.
async fn switch_off(
    app: &App,
    tx: &mut Tx,
    tenant: Tenant,
    endpoint: &Endpoint,
    reason: &str,
    now_us: i64,
) -> Result<()> {
    if !sql::disable(tx, tenant, endpoint.id, reason, now_us).await? {
        return Ok(());
    }
    let change = Change {
        action: "webhook.disabled",
        subject_id: Some(endpoint.id),
        subject: &endpoint.name,
        before: None,
        after: Some(json!({ "reason": reason })),
    };
    audit::record(app, tx, tenant, By::Server, &change).await?;
    for account in sql::owners(tx, tenant).await? {
        let notice = Notice::WebhookOff { name: endpoint.name.clone(), endpoint: endpoint.id };
        mail::post(app, tx, tenant, &Letter::Notice { account, notice, at_us: now_us }).await?;
    }
    Ok(())
}

/// Forgets what is old, as long as the server lives.
pub fn start_sweeper(app: &App) -> JoinHandle<()> {
    sweeper::start(app, "old webhooks", SWEEP_EVERY, |app| Box::pin(sweep(app)))
}

async fn sweep(app: &App) -> Result<()> {
    while queue::forget(&app.db, app.clock.now_us() - KEPT_US, 100).await? == 100 {}
    Ok(())
}
