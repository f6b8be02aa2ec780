//! Versions of what programs change: the `ETag` of an answer names the one that was read, `If-Match` of a request the one
//! that it is a change of (RFC 9110, section 13.1.1).

use axum::http::{HeaderMap, StatusCode, header};
use serde::Serialize;

use crate::error::{Error, Result};
use crate::idempotency::Answer;

/// An answer with a version of something.
///
/// # Errors
/// The body is no JSON.
pub fn answer(status: StatusCode, version: i64, body: &impl Serialize) -> Result<Answer> {
    let body = serde_json::to_value(body).map_err(Error::internal)?;
    Ok(Answer::json(status, &body).with(header::ETAG, tag(version)))
}

/// What `If-Match` calls a version.
fn tag(version: i64) -> String {
    format!("\"{version}\"")
}

/// Refuses what is a change of another version than the present one. Weak tags count, because whoever compresses an answer on its
/// way weakens its tag; `*` stands for whichever there is.
///
/// # Errors
/// [`Error::Unguarded`] without `If-Match`, [`Error::Precondition`] with another version's.
pub fn check(request: &HeaderMap, present: i64) -> Result<()> {
    let mut tags = request
        .get_all(header::IF_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|text| text.split(','))
        .map(|tag| tag.trim().trim_start_matches("W/"))
        .peekable();
    if tags.peek().is_none() {
        return Err(Error::Unguarded);
    }
    let own = tag(present);
    if tags.any(|tag| tag == "*" || tag == own) { Ok(()) } else { Err(changed(present)) }
}

/// Somebody else was faster.
#[must_use]
pub fn changed(present: i64) -> Error {
    Error::Precondition(format!("somebody changed it: this is version {present} by now"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn a_change_names_the_version_that_it_is_a_change_of() {
        let headers = |texts: &[&str]| -> HeaderMap {
            texts.iter().map(|text| (header::IF_MATCH, HeaderValue::from_str(text).unwrap())).collect()
        };
        for fits in [&["\"7\""][..], &["*"], &["W/\"7\""], &["\"3\", \"7\""], &["\"3\"", "\"7\""]] {
            assert!(check(&headers(fits), 7).is_ok(), "{fits:?}");
        }
        for other in [&["\"8\""][..], &["7"], &[""], &["\"77\"", "\"a\""]] {
            assert!(matches!(check(&headers(other), 7), Err(Error::Precondition(_))), "{other:?}");
        }
        assert!(matches!(check(&HeaderMap::new(), 7), Err(Error::Unguarded)));
        let told = answer(StatusCode::OK, 7, &"text").unwrap();
        assert_eq!((told.headers, told.body.as_str()), (vec![(header::ETAG, "\"7\"".to_owned())], "\"text\""));
    }
}
