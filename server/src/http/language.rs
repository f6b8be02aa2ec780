//! Which language to answer in: `?lang=`, then `Accept-Language`, then the first there is. (The visitor's earlier
//! choice is kept by the browser, which then asks with `?lang=`.)

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use url::form_urlencoded;

/// The language that `?lang=` asks for; the first, where a link carries several.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// Its tag.
    pub lang: Option<String>,
}

impl Asked {
    /// What a query asks for.
    #[must_use]
    pub fn of(query: Option<&str>) -> Self {
        let lang = form_urlencoded::parse(query.unwrap_or_default().as_bytes()).find(|(name, _)| name == "lang");
        Self { lang: lang.map(|(_, tag)| tag.into_owned()) }
    }
}

impl<S: Sync> FromRequestParts<S> for Asked {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(parts.uri.query()))
    }
}

/// The best of `available` for a request. `available` is not empty.
#[must_use]
pub fn choose<'a>(asked: Option<&str>, headers: &HeaderMap, available: &'a [String]) -> &'a str {
    asked
        .and_then(|tag| matching(tag, available))
        .or_else(|| accepted(headers).iter().find_map(|tag| matching(tag, available)))
        .or(available.first().map(String::as_str))
        .unwrap_or("en")
}

/// The available tag that is `tag`, or else the first of the same language.
#[must_use]
pub fn matching<'a>(tag: &str, available: &'a [String]) -> Option<&'a str> {
    let primary = |tag: &str| tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
    let exact = available.iter().find(|one| one.eq_ignore_ascii_case(tag));
    let wanted = primary(tag);
    exact.or_else(|| available.iter().find(|one| primary(one) == wanted)).map(String::as_str)
}

/// Tags of `Accept-Language`, the most wanted first.
fn accepted(headers: &HeaderMap) -> Vec<String> {
    let mut tags: Vec<(f32, String)> = headers
        .get_all(header::ACCEPT_LANGUAGE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(',').take(32))
        .filter_map(|item| {
            let (tag, quality) = item.split_once(';').unwrap_or((item, ""));
            let quality = quality.trim().strip_prefix("q=").map_or(Some(1.0), |q| q.trim().parse::<f32>().ok())?;
            (quality > 0.0).then(|| (quality, tag.trim().to_owned()))
        })
        .collect();
    tags.sort_by(|a, b| b.0.total_cmp(&a.0));
    tags.into_iter().map(|(_, tag)| tag).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn asked_then_accepted_then_first() {
        let available = ["zh-TW".to_owned(), "en".to_owned()];
        let choose = |asked, accept: &'static str| {
            let headers = [(header::ACCEPT_LANGUAGE, HeaderValue::from_static(accept))].into_iter().collect();
            choose(asked, &headers, &available)
        };
        assert_eq!(choose(Some("en"), "zh-TW"), "en");
        assert_eq!(choose(Some("EN-gb"), "zh-TW"), "en");
        assert_eq!(choose(Some("xx"), "en"), "en");
        assert_eq!(choose(None, "fr, en;q=0.8, zh;q=0.9"), "zh-TW");
        assert_eq!(choose(None, "zh-Hant-HK, en;q=0.9"), "zh-TW");
        assert_eq!(choose(None, "en;q=0, zh-TW;q=0.1"), "zh-TW");
        assert_eq!(choose(None, "fr"), "zh-TW");
        assert_eq!(choose(None, ""), "zh-TW");
    }
}
