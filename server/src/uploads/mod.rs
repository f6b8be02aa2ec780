//! Files on their way here, by tus 1.0 (<https://tus.io/protocols/resumable-upload>; core, creation, termination,
//! expiration). Every `PATCH` is a file of its own; they are joined when the file is taken in.
//!
//! ```text
//! uploads/{organisation}/{upload}/{part}
//! ```
//!
//! First the part is on disk, then one statement adds it where it belongs: of two that send the same bytes at once one
//! wins, and a part that was written when the server was killed belongs to nobody and is swept.

mod create;
mod end;
pub mod joined;
mod receive;
pub mod sql;
pub mod state;
pub mod sweep;
#[cfg(test)]
pub(crate) mod tests;

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::Response;
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimePrinter;
use object_store::path::Path;
use uuid::Uuid;

pub use create::{create, describe_create};
pub use end::{describe_end, end};
pub use receive::{describe_receive, receive};
pub use state::{capabilities, describe_capabilities, describe_offset, describe_state, offset};

use crate::accounts::actor::Tenant;
use crate::clock::DAY_US;
use crate::error::{Error, Result};

/// The version that is spoken.
const VERSION: &str = "1.0.0";
/// How long an upload waits for its next part, and is known after its last one.
const KEPT_US: i64 = DAY_US;
const RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
const OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const LENGTH: HeaderName = HeaderName::from_static("upload-length");
const EXPIRES: HeaderName = HeaderName::from_static("upload-expires");

/// Where a part lies.
pub fn part_path(tenant: Tenant, upload: Uuid, part: Uuid) -> Path {
    let names = [tenant.id(), upload, part].map(|id| id.to_string());
    std::iter::once("uploads").chain(names.iter().map(String::as_str)).collect()
}

/// Refuses whoever speaks another version.
fn check_version(headers: &HeaderMap) -> Result<()> {
    if headers.get(RESUMABLE).is_some_and(|version| version == VERSION) {
        return Ok(());
    }
    Err(Error::Precondition(format!("uploads are sent by tus {VERSION}: the header Tus-Resumable must say so")))
}

/// Marks every answer with the version.
pub async fn speak(mut response: Response) -> Response {
    response.headers_mut().insert(RESUMABLE, HeaderValue::from_static(VERSION));
    response
}

/// A header that is a whole number.
fn number(headers: &HeaderMap, name: &HeaderName) -> Result<i64> {
    let text = headers.get(name).and_then(|value| value.to_str().ok());
    text.filter(|text| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()))
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| Error::BadRequest(format!("the header {name} must be a whole number")))
}

/// An instant as `Upload-Expires` says it (RFC 9110, 5.6.7).
fn http_date(instant_us: i64) -> HeaderValue {
    let instant = Timestamp::from_microsecond(instant_us).unwrap_or_default();
    let text = DateTimePrinter::new().timestamp_to_rfc9110_string(&instant).unwrap_or_default();
    HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static(""))
}
