//! Where a visit came from and what it was made with, in words coarse enough to be kept for ever.

use url::Url;

use super::batch::Page;
use crate::http::form::is_line;
use crate::http::language::matching;

/// Longest word that is kept, characters.
const MAX_CHARS: usize = 100;
/// What stands for all that came after the most words that a day keeps; no word of a link's own.
pub const OTHERS: &str = "*";

/// Where a visit came from; each is empty where the browser did not say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The link's own word for where it hangs (`utm_source`), or else the host of the page that it was on.
    pub source: String,
    /// `utm_campaign`.
    pub campaign: String,
    /// `phone`, `tablet` or `computer`.
    pub device: &'static str,
    /// The language in which the store was shown.
    pub language: String,
}

impl Origin {
    /// What a page and its browser say. `own_host` is where the stores are: links between our own pages are no source.
    #[must_use]
    pub fn of(page: &Page, user_agent: &str, own_host: Option<&str>, languages: &[String]) -> Self {
        let utm = page.utm.as_ref();
        let source = utm.and_then(|utm| utm.source.as_deref()).map(word).filter(|source| !source.is_empty());
        Self {
            source: source.unwrap_or_else(|| host(page.referrer.as_deref(), own_host)),
            campaign: utm.and_then(|utm| utm.campaign.as_deref()).map(word).unwrap_or_default(),
            device: device(user_agent),
            language: matching(&page.language, languages).unwrap_or_default().to_owned(),
        }
    }

    /// Dimension and value of each.
    #[must_use]
    pub fn parts(&self) -> [(&'static str, &str); 4] {
        [("source", &self.source), ("campaign", &self.campaign), ("device", self.device), ("language", &self.language)]
    }
}

/// A word of a link. Upper and lower case are one: people write both.
fn word(text: &str) -> String {
    let text = text.trim().to_lowercase();
    if text == OTHERS || !is_line(&text, usize::MAX) {
        return String::new();
    }
    text.chars().take(MAX_CHARS).collect()
}

fn host(referrer: Option<&str>, own_host: Option<&str>) -> String {
    let Some(url) = referrer.and_then(|referrer| Url::parse(referrer).ok()) else { return String::new() };
    let host = url.host_str().unwrap_or_default();
    if own_host == Some(host) {
        return String::new();
    }
    word(host.strip_prefix("www.").unwrap_or(host))
}

/// By the browser's own words, not by the size of the window: that of a store in another site's page is the frame's. `Mobi`
/// is what MDN advises to look for; an iPad calls itself a Macintosh.
fn device(user_agent: &str) -> &'static str {
    if user_agent.contains("iPad") || user_agent.contains("Tablet") {
        "tablet"
    } else if user_agent.contains("Mobi") {
        "phone"
    } else if user_agent.contains("Android") {
        "tablet"
    } else {
        "computer"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(referrer: Option<&str>, source: Option<&str>) -> Page {
        serde_json::from_value(serde_json::json!({
            "language": "en", "viewport": {"width": 390, "height": 844}, "referrer": referrer,
            "utm": source.map(|source| serde_json::json!({"source": source, "campaign": " Moon-Festival "})),
        }))
        .unwrap()
    }

    fn source(referrer: Option<&str>, utm: Option<&str>) -> String {
        Origin::of(&page(referrer, utm), "", Some("shop.example"), &["zh-TW".to_owned(), "en-GB".to_owned()]).source
    }

    #[test]
    fn a_source_is_the_links_word_or_the_other_pages_host() {
        assert_eq!(source(Some("https://www.google.com/search?q=tea"), None), "google.com");
        assert_eq!(source(Some("https://www.google.com/"), Some(" LINE ")), "line");
        assert_eq!(source(Some("https://shop.example/"), None), "", "our own page");
        assert_eq!(source(Some("android-app://com.google.android.gm/"), None), "com.google.android.gm");
        for nothing in [None, Some(""), Some("no address"), Some("about:blank")] {
            assert_eq!(source(nothing, None), "");
        }
        assert_eq!(source(None, Some("a\u{202e}b")), "");
        assert_eq!(source(None, Some("*")), "", "stands for all others");
        assert_eq!(source(None, Some(&"茶".repeat(300))).chars().count(), MAX_CHARS);
    }

    #[test]
    fn campaigns_languages_and_devices() {
        let languages = ["zh-TW".to_owned(), "en-GB".to_owned()];
        let origin = Origin::of(&page(None, Some("line")), "", None, &languages);
        assert_eq!((origin.campaign.as_str(), origin.language.as_str()), ("moon-festival", "en-GB"));
        let android = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0";
        for (user_agent, expected) in [
            ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Mobile/15E148 Safari/604.1", "phone"),
            (&format!("{android} Mobile Safari/537.36"), "phone"),
            (&format!("{android} Safari/537.36"), "tablet"),
            ("Mozilla/5.0 (iPad; CPU OS 12_5 like Mac OS X) Version/12.1.2 Mobile/15E148 Safari/604.1", "tablet"),
            (crate::testing::BROWSER, "computer"),
        ] {
            assert_eq!(device(user_agent), expected, "{user_agent}");
        }
    }
}
