//! What the program says, per language: `server/i18n/{language}.json`, key → text with `{name}` where a value goes.

use std::collections::BTreeMap;
use std::sync::Arc;

use minijinja::value::Kwargs;
use rust_embed::RustEmbed;

/// The language for whoever speaks none of ours.
pub const FALLBACK: &str = "en";

#[derive(RustEmbed)]
#[folder = "i18n"]
struct Files;

/// The texts of one language.
#[derive(Clone, Debug, Default)]
pub struct Texts(Arc<BTreeMap<String, String>>);

impl Texts {
    /// Reads `{"key": "text"}`.
    #[must_use]
    pub fn parse(json: &[u8]) -> Option<Self> {
        serde_json::from_slice(json).ok().map(|texts| Self(Arc::new(texts)))
    }

    /// The text; the key itself where there is none, which a test does not let happen.
    #[must_use]
    pub fn get<'a>(&'a self, key: &'a str) -> &'a str {
        self.0.get(key).map_or(key, String::as_str)
    }

    /// The text with its values.
    pub fn fill(&self, key: &str, values: &Kwargs) -> Result<String, minijinja::Error> {
        let mut text = self.get(key).to_owned();
        for name in values.args() {
            let value: minijinja::Value = values.get(name)?;
            text = text.replace(&format!("{{{name}}}"), &value.to_string());
        }
        Ok(text)
    }
}

/// Every language's texts.
pub fn load() -> BTreeMap<String, Texts> {
    Files::iter()
        .filter_map(|name| {
            let texts = Texts::parse(&Files::get(&name)?.data)?;
            Some((name.strip_suffix(".json")?.to_owned(), texts))
        })
        .collect()
}

/// What a language calls itself; its tag where we do not know.
pub fn own_name(tag: &str) -> &str {
    match tag {
        "zh-TW" | "zh-Hant" => "繁體中文",
        "zh-CN" | "zh-Hans" => "简体中文",
        _ => match tag.split('-').next().unwrap_or_default() {
            "en" => "English",
            "ja" => "日本語",
            "ko" => "한국어",
            "zh" => "中文",
            "vi" => "Tiếng Việt",
            "th" => "ไทย",
            "id" => "Bahasa Indonesia",
            "de" => "Deutsch",
            "fr" => "Français",
            "es" => "Español",
            _ => tag,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_language_has_every_key_with_the_same_places() {
        let all = load();
        assert!(all.len() >= 2, "{:?}", all.keys());
        let places = |text: &str| -> BTreeSet<String> {
            text.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name.to_owned())).collect()
        };
        let reference = &all[FALLBACK];
        for (language, texts) in &all {
            assert_eq!(
                texts.0.keys().collect::<Vec<_>>(),
                reference.0.keys().collect::<Vec<_>>(),
                "keys of {language}"
            );
            for (key, text) in texts.0.iter() {
                assert!(!text.trim().is_empty(), "{language}: {key} is empty");
                assert_eq!(places(text), places(reference.get(key)), "{language}: {key}");
            }
        }
    }

    #[test]
    fn every_key_that_a_template_uses_exists_and_none_is_left_over() {
        fn collect(folder: &std::path::Path, found: &mut BTreeSet<String>) {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    collect(&path, found);
                } else if path.extension().is_some_and(|ending| ending == "html" || ending == "rs") {
                    let text = std::fs::read_to_string(&path).unwrap();
                    // `t("…")`, and no longer name that ends in t.
                    let calls = text
                        .match_indices("t(\"")
                        .filter(|(at, _)| !text[..*at].ends_with(|c: char| c.is_alphanumeric()));
                    let keys =
                        calls.filter_map(|(at, call)| text[at + call.len()..].split_once('"').map(|(key, _)| key));
                    found.extend(keys.filter(|key| key.contains('.') && !key.ends_with('.')).map(str::to_owned));
                }
            }
        }
        let mut used = BTreeSet::new();
        collect(std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")), &mut used);
        let texts = &load()[FALLBACK];
        let known: BTreeSet<String> = texts.0.keys().cloned().collect();
        // `error.{kind}` and `day.{day}` are put together in the template.
        let dynamic = |key: &&String| !key.starts_with("error.") && !key.starts_with("day.");
        assert_eq!(used.difference(&known).collect::<Vec<_>>(), Vec::<&String>::new(), "used, but without a text");
        assert_eq!(known.difference(&used).filter(dynamic).collect::<Vec<_>>(), Vec::<&String>::new(), "never used");
    }
}
