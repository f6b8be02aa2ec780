//! Text in several languages.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A text per language, keyed by BCP 47 tag (`zh-TW`, `en`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "strict", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct LocalizedText(pub BTreeMap<String, String>);

impl LocalizedText {
    /// The text in `language`, or in `fallback` (the store's first language), or in any language it has,
    /// together with the language it is in, which the page has to mark when it differs.
    #[must_use]
    pub fn get<'a>(&'a self, language: &str, fallback: &str) -> Option<(&'a str, &'a str)> {
        [language, fallback]
            .iter()
            .find_map(|wanted| self.0.get_key_value(*wanted))
            .or_else(|| self.0.iter().next())
            .map(|(tag, text)| (text.as_str(), tag.as_str()))
    }

    /// Whether no language has a text.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.values().all(|text| text.trim().is_empty())
    }
}

impl<const N: usize> From<[(&str, &str); N]> for LocalizedText {
    fn from(pairs: [(&str, &str); N]) -> Self {
        Self(pairs.into_iter().map(|(tag, text)| (tag.to_owned(), text.to_owned())).collect())
    }
}
