//! JSON that programs and scripts sent, read once for every operation: the shape is the type's, and no text holds a NUL,
//! which PostgreSQL does not store.

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, Request};
use axum::http::{StatusCode, header};
use scene::document::Fault;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::error::{Error, Result};

/// More than any body has that is not a file: axum's own limit, unless the line of the table says another.
const MAX_BYTES: usize = 2 << 20;

/// A body.
#[derive(Clone, Copy, Debug)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self> {
        let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        if !content_type.is_some_and(is_json) {
            return Err(Error::MediaType("the body is sent as application/json".to_owned()));
        }
        let body = Bytes::from_request(request, state).await;
        parse(&body.map_err(|rejection| arrived(&rejection))?).map(Self)
    }
}

fn is_json(content_type: &str) -> bool {
    let kind = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"))
}

fn arrived(rejection: &BytesRejection) -> Error {
    match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Error::TooLarge { limit_bytes: MAX_BYTES },
        _ => Error::BadRequest("the body did not arrive".to_owned()),
    }
}

/// Reads a body.
///
/// # Errors
/// No JSON, or nested deeper than 128 levels: [`Error::BadRequest`]. Another shape: [`Error::Faults`] with the place.
pub fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T> {
    let value: Value =
        serde_json::from_slice(body).map_err(|error| Error::BadRequest(format!("the body is no JSON: {error}")))?;
    if let Some(path) = nul_in(&value) {
        let message = "a text must not hold the character U+0000".to_owned();
        return Err(Error::Faults(vec![Fault::plain(path, message)]));
    }
    serde_path_to_error::deserialize(value).map_err(|error| {
        let path = error.path().to_string();
        let path = if path == "." { String::new() } else { path };
        Error::Faults(vec![Fault::plain(path, error.into_inner().to_string())])
    })
}

/// Where a text, or a name, holds a NUL.
fn nul_in(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => text.contains('\0').then(String::new),
        Value::Array(list) => list
            .iter()
            .enumerate()
            .find_map(|(index, item)| nul_in(item).map(|rest| joined(&format!("[{index}]"), &rest))),
        Value::Object(fields) => fields.iter().find_map(|(name, item)| {
            if name.contains('\0') {
                Some(name.replace('\0', "\u{fffd}"))
            } else {
                nul_in(item).map(|rest| joined(name, &rest))
            }
        }),
        _ => None,
    }
}

fn joined(start: &str, rest: &str) -> String {
    let dot = if rest.is_empty() || rest.starts_with('[') { "" } else { "." };
    format!("{start}{dot}{rest}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Body {
        #[expect(dead_code, reason = "only read")]
        items: Vec<Item>,
    }

    #[derive(Debug, serde::Deserialize)]
    struct Item {
        #[expect(dead_code, reason = "only read")]
        name: String,
    }

    fn fault(body: &str) -> (String, String) {
        match parse::<Body>(body.as_bytes()) {
            Err(Error::Faults(faults)) => (faults[0].path.clone(), faults[0].message.clone()),
            other => panic!("{body}: {other:?}"),
        }
    }

    #[test]
    fn a_fault_says_where_it_is() {
        assert!(parse::<Body>(br#"{"items": [{"name": "tea"}]}"#).is_ok());
        assert_eq!(fault(r#"{"items": [{"name": 1}]}"#).0, "items[0].name");
        assert_eq!(fault(r#"{"items": [{}]}"#).0, "items[0]");
        assert!(fault(r#"{"itmes": []}"#).1.contains("itmes"));
        assert_eq!(fault(r#"{"items": [{"name": "a\u0000b"}]}"#).0, "items[0].name");
        assert_eq!(fault(r#"{"items": [], "a\u0000": 1}"#).0, "a\u{fffd}");
    }

    #[test]
    fn what_is_no_json_is_refused() {
        for body in ["", "{", "{\"items\": [}", &"[".repeat(100_000), "{\"items\": [\"\u{7}\"]}", "nul"] {
            assert!(matches!(parse::<Body>(body.as_bytes()), Err(Error::BadRequest(_))), "{}", body.len());
        }
        assert!(matches!(parse::<Body>(b"\xff\xfe{}"), Err(Error::BadRequest(_))));
    }

    #[test]
    fn kinds_of_json() {
        assert!(is_json("application/json; charset=utf-8") && is_json("application/merge-patch+json"));
        assert!(!is_json("text/plain") && !is_json("application/jsonx"));
    }
}
