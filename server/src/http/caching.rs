//! Validators: what a browser has already is not sent again.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

/// For what never changes under its address.
pub const IMMUTABLE: &str = "public, max-age=31536000, immutable";
/// For what may have changed since: ask each time, by the tag.
pub const REVALIDATE: &str = "no-cache";

/// Whether the client has the version with this tag.
#[must_use]
pub fn is_fresh(request: &HeaderMap, etag: &HeaderValue) -> bool {
    let strong = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    let Ok(ours) = etag.to_str().map(strong) else { return false };
    request
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|tag| tag.trim() == "*" || strong(tag) == ours)
}

/// A tag made of the content; weak, because the answer may be compressed on its way.
#[must_use]
pub fn weak_etag(content: &[u8]) -> HeaderValue {
    let digest = hex::encode(&Sha256::digest(content)[..12]);
    HeaderValue::from_str(&format!("W/\"{digest}\"")).unwrap_or_else(|_| HeaderValue::from_static("W/\"\""))
}

/// An answer that is sent again only when it changed.
pub fn revalidated(request: &HeaderMap, content_type: &'static str, body: impl Into<bytes::Bytes>) -> Response {
    let body: bytes::Bytes = body.into();
    let etag = weak_etag(&body);
    let validators = [(header::ETAG, etag.clone()), (header::CACHE_CONTROL, HeaderValue::from_static(REVALIDATE))];
    if is_fresh(request, &etag) {
        return (StatusCode::NOT_MODIFIED, validators).into_response();
    }
    (validators, [(header::CONTENT_TYPE, content_type)], Body::from(body)).into_response()
}

/// Which of `br` and `gzip` a client takes, of those that exist.
#[must_use]
pub fn encoding(request: &HeaderMap, br: bool, gz: bool) -> Option<&'static str> {
    let accepted = |wanted: &str| {
        request
            .get_all(header::ACCEPT_ENCODING)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .any(|item| {
                let (name, quality) = item.split_once(';').unwrap_or((item, ""));
                let refused =
                    quality.trim().strip_prefix("q=").and_then(|q| q.parse::<f32>().ok()).is_some_and(|q| q <= 0.0);
                name.trim().eq_ignore_ascii_case(wanted) && !refused
            })
    };
    if br && accepted("br") {
        Some("br")
    } else if gz && accepted("gzip") {
        Some("gzip")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: header::HeaderName, value: &str) -> HeaderMap {
        [(name, HeaderValue::from_str(value).unwrap())].into_iter().collect()
    }

    #[test]
    fn tags_compare_weakly_and_in_lists() {
        let ours = weak_etag(b"x");
        let text = ours.to_str().unwrap();
        assert!(is_fresh(&headers(header::IF_NONE_MATCH, text), &ours));
        assert!(is_fresh(&headers(header::IF_NONE_MATCH, &format!("\"a\", {}", &text[2..])), &ours));
        assert!(is_fresh(&headers(header::IF_NONE_MATCH, "*"), &ours));
        assert!(!is_fresh(&headers(header::IF_NONE_MATCH, "\"a\""), &ours));
        assert!(!is_fresh(&HeaderMap::new(), &ours));
    }

    #[test]
    fn the_best_encoding_that_exists_and_is_not_refused() {
        let accept = |value| headers(header::ACCEPT_ENCODING, value);
        assert_eq!(encoding(&accept("gzip, deflate, br"), true, true), Some("br"));
        assert_eq!(encoding(&accept("gzip, deflate, br"), false, true), Some("gzip"));
        assert_eq!(encoding(&accept("br;q=0, gzip"), true, true), Some("gzip"));
        assert_eq!(encoding(&accept("identity"), true, true), None);
        assert_eq!(encoding(&HeaderMap::new(), true, true), None);
    }
}
