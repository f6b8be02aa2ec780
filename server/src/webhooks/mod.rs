//! Webhooks: other programs are told of changes by HTTP, signed as the Standard Webhooks specification says
//! (standardwebhooks.com). Whoever changes something calls [`publish`] in the transaction of the change: the event is
//! committed with it, and any replica delivers it afterwards. docs/webhooks.md is for the receivers.

pub mod courier;
pub mod deliver;
pub mod delivery;
pub mod endpoint;
pub mod event;
pub mod failed;
pub mod guard;
pub mod page;
pub mod queue;
#[cfg(test)]
mod receiver;
pub mod schedule;
pub mod secret;
pub mod sql;
pub mod target;
#[cfg(test)]
pub(crate) mod tests;

use std::slice;

use crate::accounts::actor::Tenant;
use crate::app::App;
use crate::db::Tx;
use crate::error::{Error, Result};

pub use event::{Event, Kind};

/// Tells whoever subscribed to it. Where nobody did, it costs one read.
pub async fn publish(app: &App, tx: &mut Tx, tenant: Tenant, event: &Event) -> Result<()> {
    publish_all(app, tx, tenant, slice::from_ref(event)).await
}

/// As [`publish`], for many changes at once.
pub async fn publish_all(app: &App, tx: &mut Tx, tenant: Tenant, events: &[Event]) -> Result<()> {
    let listeners = sql::listeners(tx, tenant).await?;
    if listeners.is_empty() {
        return Ok(());
    }
    let now_us = app.clock.now_us();
    for event in events {
        let kind = event.kind();
        let told = listeners.iter().filter(|listener| listener.kinds.contains(&kind)).map(|listener| listener.id);
        let told: Vec<_> = told.collect();
        if told.is_empty() {
            continue;
        }
        let id = app.ids.next().map_err(Error::internal)?;
        let body = event.body(app, now_us)?;
        queue::insert_event(tx, tenant, id, kind, &body, now_us).await?;
        for endpoint in told {
            let delivery = app.ids.next().map_err(Error::internal)?;
            queue::insert(tx, tenant, delivery, id, endpoint, now_us).await?;
        }
    }
    Ok(())
}
