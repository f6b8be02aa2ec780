//! `POST /api/v1/events`: takes a batch of events of a visit, as JSON (`application/json`, or `text/plain` for
//! `sendBeacon`). What is acknowledged has been committed.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;

use super::batch::{Batch, MAX_BYTES};
use super::origin::Origin;
use super::pending::{Accepted, Pending, PendingEvent};
use super::{bots, visitor};
use crate::accounts::session;
use crate::app::App;
use crate::error::{Error, Result};
use crate::http::client::ClientAddress;
use crate::openapi::{Operation, schema};
use crate::stores::published::load;

/// What became of a batch.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Answer {
    /// Events that were counted.
    pub accepted: i64,
    /// Events that were not: they name something that the revision does not have, the visitor asked not to be counted, or works
    /// for the shop.
    pub dropped: i64,
    /// Whether the batch had been counted before.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub repeated: bool,
}

/// Describes [`collect`].
pub fn describe() -> Operation {
    Operation {
        id: "collectEvents",
        summary: "Takes a batch of events of a visit. What is acknowledged has been committed; a batch that is sent again is not counted again.",
        request: Some(schema::<Batch>),
        response: (202, "The batch is committed.", schema::<Answer>),
        errors: &[
            (400, "The batch is not well-formed; nothing of it was counted."),
            (413, "The batch is too large."),
            (429, "Too many batches from this address."),
            (503, "Too much to do; send it again later."),
        ],
    }
}

/// Takes a batch.
pub async fn collect(
    State(app): State<App>,
    ClientAddress(address): ClientAddress,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response> {
    let now_us = app.clock.now_us();
    if let Err(retry_after_s) = app.event_rate.take(address, now_us) {
        metrics::counter!("event_batches_total", "outcome" => "too_many").increment(1);
        return Err(Error::TooMany { retry_after_s });
    }
    let body = body.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Error::TooLarge { limit_bytes: MAX_BYTES },
        _ => Error::BadRequest("the body did not arrive".to_owned()),
    })?;
    let text = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let content_type = text(header::CONTENT_TYPE).split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if !matches!(content_type.as_str(), "application/json" | "text/plain") {
        return Err(Error::BadRequest("a batch is sent as application/json or text/plain".to_owned()));
    }
    let batch = Batch::parse(&body).map_err(Error::BadRequest)?;
    let user_agent = text(header::USER_AGENT);
    if wishes_not_to_be_counted(&headers) || bots::is_bot(user_agent) {
        metrics::counter!("event_batches_total", "outcome" => "not_counted").increment(1);
        return Ok(answer(&Accepted { accepted: 0, dropped: batch.events.len() as i64, repeated: false }));
    }
    let revision = match load(&app, batch.store, batch.revision).await {
        Ok(revision) => revision,
        // A store that is gone, or never was: nothing to count, and nothing that sending again would change.
        Err(Error::NotFound) => {
            metrics::counter!("event_batches_total", "outcome" => "unknown_store").increment(1);
            return Ok(answer(&Accepted { accepted: 0, dropped: batch.events.len() as i64, repeated: false }));
        }
        Err(error) => return Err(error),
    };
    // Whoever works for the shop looks at their own store, and is no visitor. Their browser has the session's cookie anyway;
    // nothing is noted of it.
    if let Some(token) = session::token_of(&app.config.http.public_url, &headers)
        && session::works_for(&app.db, token, batch.store, now_us).await?
    {
        metrics::counter!("event_batches_total", "outcome" => "own").increment(1);
        return Ok(answer(&Accepted { accepted: 0, dropped: batch.events.len() as i64, repeated: false }));
    }
    let salt = app.salts.of(&app.db, now_us).await?;
    let visitor = visitor::hash(&salt, batch.store, address, user_agent);
    let (known, unknown): (Vec<_>, Vec<_>) = batch.events.into_iter().partition(|event| revision.known.has(event));
    let events: Vec<PendingEvent> = known
        .into_iter()
        .map(|event| {
            let at_us = now_us - event.ago_ms() * 1000;
            PendingEvent { day: revision.known.day(at_us), at_us, event }
        })
        .collect();
    metrics::counter!("events_total", "outcome" => "accepted").increment(events.len() as u64);
    metrics::counter!("events_total", "outcome" => "dropped").increment(unknown.len() as u64);
    let own_host = app.config.http.public_url.host_str();
    let origin = Origin::of(&batch.page, user_agent, own_host, &revision.store.document.languages);
    let pending = Pending {
        id: batch.batch,
        store: batch.store,
        revision: batch.revision,
        received_us: now_us,
        visitor,
        page: batch.page,
        origin,
        dropped: unknown.len() as i64,
        events,
    };
    let accepted = app.events.write(pending).await?;
    metrics::counter!("event_batches_total", "outcome" => if accepted.repeated { "repeated" } else { "written" })
        .increment(1);
    Ok(answer(&accepted))
}

fn answer(accepted: &Accepted) -> Response {
    let Accepted { accepted, dropped, repeated } = *accepted;
    let fresh = [(header::CACHE_CONTROL, "no-store")];
    (StatusCode::ACCEPTED, fresh, Json(Answer { accepted, dropped, repeated })).into_response()
}

/// Global Privacy Control, or its predecessor Do Not Track.
fn wishes_not_to_be_counted(headers: &HeaderMap) -> bool {
    ["sec-gpc", "dnt"].iter().any(|name| headers.get(*name).is_some_and(|value| value == "1"))
}
