//! `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): a program that lost the answer sends the same request again, and
//! gets the answer of the first one; what it asked for is done once.
//!
//! Key, change and answer are one transaction: there is no key without the change that it stands for, whenever the server is
//! killed. A second request that comes while the first is at work waits for it. What was refused is not kept; it may be tried again.

pub mod sweep;
#[cfg(test)]
mod tests;

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::accounts::actor::{Actor, Proof, Tenant};
use crate::clock::DAY_US;
use crate::db::{RowCount, Tx};
use crate::error::{Error, Result};
use crate::on_engine;

/// The header.
const KEY: &str = "idempotency-key";
/// How long an answer is kept.
const KEPT_US: i64 = DAY_US;
/// Characters of a key.
const MAX_KEY: usize = 255;

/// An answer that can be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// Headers beside the content type.
    pub headers: Vec<(HeaderName, String)>,
    /// JSON.
    pub body: String,
}

impl Answer {
    /// An answer with a value as JSON.
    #[must_use]
    pub fn json(status: StatusCode, body: &Value) -> Self {
        Self { status, headers: Vec::new(), body: body.to_string() }
    }

    /// The same with a header.
    #[must_use]
    pub fn with(mut self, name: HeaderName, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let mut response = (self.status, [(header::CONTENT_TYPE, "application/json")], self.body).into_response();
        for (name, value) in self.headers {
            if let Ok(value) = HeaderValue::from_str(&value) {
                response.headers_mut().insert(name, value);
            }
        }
        response
    }
}

/// What a key that came with a request says.
#[derive(Debug)]
pub enum Claim {
    /// Nobody used it yet, or there is none: do it, and [`Fresh::keep`] the answer.
    Fresh(Fresh),
    /// This was the answer.
    Answered(Answer),
}

/// A key that is claimed by this transaction.
#[derive(Debug)]
pub struct Fresh {
    claimed: Option<(Tenant, Uuid, String)>,
}

/// Claims the key of a request, at the beginning of the transaction that does what it asks for. `route` is method and path.
///
/// # Errors
/// [`Error::BadRequest`] for a malformed key, [`Error::Reused`] where it stands for another request.
pub async fn claim(
    tx: &mut Tx,
    actor: &Actor,
    route: &str,
    headers: &HeaderMap,
    body: &[u8],
    now_us: i64,
) -> Result<Claim> {
    let Some(key) = key(headers)? else { return Ok(Claim::Fresh(Fresh { claimed: None })) };
    let (tenant, who) = (actor.tenant, by(actor));
    let fingerprint = Sha256::digest(body).to_vec();
    // Whoever has claimed it and is at work is waited for here.
    let claimed = on_engine!(tx, conn => sqlx::query(
        "INSERT INTO idempotency_key (organisation_id, actor_id, key, route, fingerprint, status, headers, body, created_us)
         VALUES ($1, $2, $3, $4, $5, 0, '', '', $6) ON CONFLICT (organisation_id, actor_id, key) DO NOTHING",
    ).bind(tenant.id()).bind(who).bind(key.as_str()).bind(route).bind(fingerprint.as_slice()).bind(now_us)
    .execute(conn).await?.rows_affected());
    if claimed == 1 {
        return Ok(Claim::Fresh(Fresh { claimed: Some((tenant, who, key)) }));
    }
    let (of_route, of_body, status, headers, body): (String, Vec<u8>, i64, String, String) = on_engine!(tx, conn => sqlx::query_as(
        "SELECT route, fingerprint, status, headers, body FROM idempotency_key
         WHERE organisation_id = $1 AND actor_id = $2 AND key = $3",
    ).bind(tenant.id()).bind(who).bind(key.as_str()).fetch_one(conn).await?);
    if of_route != route || of_body != fingerprint {
        return Err(Error::Reused);
    }
    let status = u16::try_from(status).ok().and_then(|status| StatusCode::from_u16(status).ok());
    let pairs: Vec<(String, String)> = serde_json::from_str(&headers).map_err(Error::internal)?;
    let headers =
        pairs.into_iter().filter_map(|(name, value)| Some((HeaderName::try_from(name).ok()?, value))).collect();
    Ok(Claim::Answered(Answer { status: status.unwrap_or(StatusCode::OK), headers, body }))
}

impl Fresh {
    /// Keeps the answer, at the end of the same transaction.
    pub async fn keep(self, tx: &mut Tx, answer: &Answer) -> Result<()> {
        let Some((tenant, who, key)) = self.claimed else { return Ok(()) };
        let pairs: Vec<(&str, &str)> =
            answer.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let headers = serde_json::to_string(&pairs).map_err(Error::internal)?;
        let kept = on_engine!(tx, conn => sqlx::query(
            "UPDATE idempotency_key SET status = $4, headers = $5, body = $6
             WHERE organisation_id = $1 AND actor_id = $2 AND key = $3",
        ).bind(tenant.id()).bind(who).bind(key).bind(i64::from(answer.status.as_u16())).bind(headers).bind(answer.body.as_str())
        .execute(conn).await?.rows_affected());
        RowCount::one("keeping an answer", kept).map_err(Error::internal)
    }
}

/// The key, where one was sent: a text of printable ASCII, with or without the quotes of a structured field.
fn key(headers: &HeaderMap) -> Result<Option<String>> {
    let Some(value) = headers.get(KEY) else { return Ok(None) };
    let text = value.to_str().unwrap_or_default().trim();
    let text = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
    if text.is_empty() || text.len() > MAX_KEY || !text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ') {
        return Err(Error::BadRequest(format!(
            "Idempotency-Key must be 1 to {MAX_KEY} characters of ASCII; a UUID is best"
        )));
    }
    Ok(Some(text.to_owned()))
}

/// Keys of one program mean nothing to another.
const fn by(actor: &Actor) -> Uuid {
    match &actor.proof {
        Proof::Key { key, .. } => *key,
        Proof::Session { .. } => actor.account,
    }
}
