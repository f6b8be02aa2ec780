//! What the program says, per language: `server/i18n/{language}.json`, key → text with `{name}` where a value goes.

use std::collections::BTreeMap;
use std::sync::Arc;

use icu_locale_core::Locale;
use icu_plurals::{PluralCategory, PluralRules, PluralRulesOptions};
use minijinja::value::Kwargs;
use rust_embed::RustEmbed;

/// The language for whoever speaks none of ours.
pub const FALLBACK: &str = "en";

#[derive(RustEmbed)]
#[folder = "i18n"]
struct Files;

/// The texts of one language.
#[derive(Clone, Debug, Default)]
pub struct Texts {
    lang: String,
    texts: Arc<BTreeMap<String, String>>,
}

impl Texts {
    /// Reads `{"key": "text"}`.
    #[must_use]
    pub fn parse(lang: &str, json: &[u8]) -> Option<Self> {
        let texts = Arc::new(serde_json::from_slice(json).ok()?);
        Some(Self { lang: lang.to_owned(), texts })
    }

    /// The text, where there is one.
    #[must_use]
    pub fn known(&self, key: &str) -> Option<&str> {
        self.texts.get(key).map(String::as_str)
    }

    /// Every key that begins so, with its text, ordered by key.
    pub fn beginning<'a>(&'a self, start: &str) -> impl Iterator<Item = (&'a str, &'a str)> {
        let start = start.to_owned();
        let from = self.texts.range(start.clone()..);
        from.take_while(move |(key, _)| key.starts_with(&start)).map(|(key, text)| (key.as_str(), text.as_str()))
    }

    /// The text; the key itself where there is none, which a test does not let happen.
    #[must_use]
    pub fn get<'a>(&'a self, key: &'a str) -> &'a str {
        self.known(key).unwrap_or(key)
    }

    /// The text with its values. With a `count` it is the form for that number: `key.one`, `key.other` and what else the
    /// language has.
    pub fn fill(&self, key: &str, values: &Kwargs) -> Result<String, minijinja::Error> {
        let mut text = match values.get::<Option<usize>>("count")? {
            Some(count) => self.get(&format!("{key}.{}", form(&self.lang, count))).to_owned(),
            None => self.get(key).to_owned(),
        };
        for name in values.args() {
            let value: minijinja::Value = values.get(name)?;
            text = text.replace(&format!("{{{name}}}"), &value.to_string());
        }
        Ok(text)
    }

    /// The text with one value.
    #[must_use]
    pub fn with(&self, key: &str, name: &str, value: &str) -> String {
        self.get(key).replace(&format!("{{{name}}}"), value)
    }
}

/// The grammatical form that a language has for a number of things, by CLDR.
fn form(lang: &str, count: usize) -> &'static str {
    let rules = lang
        .parse::<Locale>()
        .ok()
        .and_then(|locale| PluralRules::try_new((&locale).into(), PluralRulesOptions::default()).ok());
    rules.map_or("other", |rules| name(rules.category_for(count)))
}

const fn name(category: PluralCategory) -> &'static str {
    match category {
        PluralCategory::Zero => "zero",
        PluralCategory::One => "one",
        PluralCategory::Two => "two",
        PluralCategory::Few => "few",
        PluralCategory::Many => "many",
        PluralCategory::Other => "other",
    }
}

/// Every language's texts.
pub fn load() -> BTreeMap<String, Texts> {
    Files::iter()
        .filter_map(|name| {
            let lang = name.strip_suffix(".json")?;
            Some((lang.to_owned(), Texts::parse(lang, &Files::get(&name)?.data)?))
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
            "ms" => "Bahasa Melayu",
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

    const FORMS: [&str; 6] = ["zero", "one", "two", "few", "many", "other"];

    /// Keys, without the forms for numbers.
    fn plain(texts: &Texts) -> BTreeSet<String> {
        let keys = texts.texts.keys();
        keys.map(|key| {
            key.rsplit_once('.')
                .filter(|(_, form)| FORMS.contains(form))
                .map_or(key.as_str(), |(key, _)| key)
                .to_owned()
        })
        .collect()
    }

    #[test]
    fn one_thing_and_several() {
        let all = load();
        let say = |lang: &str, count: usize| {
            all[lang].fill("home.products", &[("count".to_owned(), count.into())].into_iter().collect()).unwrap()
        };
        assert_eq!([0, 1, 2].map(|count| say("en", count)), ["0 products", "1 product", "2 products"]);
        assert_eq!([0, 1, 2].map(|count| say("zh-TW", count)), ["0 項商品", "1 項商品", "2 項商品"]);
    }

    #[test]
    fn units_are_called_as_in_the_viewer() {
        let viewer = concat!(env!("CARGO_MANIFEST_DIR"), "/../viewer/web/i18n");
        for (lang, texts) in load() {
            let words: BTreeMap<String, String> =
                serde_json::from_slice(&std::fs::read(format!("{viewer}/{lang}.json")).unwrap()).unwrap();
            let is_unit = |key: &str| key.starts_with("unit.") || key == "price.per";
            let ours: BTreeMap<_, _> = texts.texts.iter().filter(|(key, _)| is_unit(key)).collect();
            let theirs: BTreeMap<_, _> = words.iter().filter(|(key, _)| is_unit(key)).collect();
            assert_eq!(ours, theirs, "{lang}");
        }
    }

    #[test]
    fn a_fault_of_a_document_reads_the_same_on_pages_and_in_the_api() {
        let texts = &load()[FALLBACK];
        let said: BTreeSet<_> = texts.beginning("document.fault.").collect();
        let keys: Vec<_> = scene::document::fault::KINDS
            .iter()
            .map(|kind| (format!("document.fault.{}", kind.name), kind.english))
            .collect();
        assert_eq!(said, keys.iter().map(|(key, text)| (key.as_str(), *text)).collect());
    }

    #[test]
    fn every_language_has_every_key_with_the_same_places() {
        let all = load();
        assert!(all.len() >= 2, "{:?}", all.keys());
        let places = |text: &str| -> BTreeSet<String> {
            text.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name.to_owned())).collect()
        };
        let reference = &all[FALLBACK];
        for (language, texts) in &all {
            assert_eq!(plain(texts), plain(reference), "keys of {language}");
            for (key, text) in texts.texts.iter() {
                assert!(!text.trim().is_empty(), "{language}: {key} is empty");
                let of_reference = match key.rsplit_once('.').filter(|(_, form)| FORMS.contains(form)) {
                    Some((key, _)) => reference.get(&format!("{key}.other")).to_owned(),
                    None => reference.get(key).to_owned(),
                };
                assert_eq!(places(text), places(&of_reference), "{language}: {key}");
            }
            // Every form that the language has, and no other.
            let rules =
                PluralRules::try_new((&language.parse::<Locale>().unwrap()).into(), PluralRulesOptions::default())
                    .unwrap();
            let forms: BTreeSet<&str> = rules.categories().map(name).collect();
            let counted =
                texts.texts.keys().filter_map(|key| key.rsplit_once('.')).filter(|(_, form)| FORMS.contains(form));
            let mut by_key: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
            for (key, form) in counted {
                by_key.entry(key).or_default().insert(form);
            }
            assert!(
                !by_key.is_empty() && by_key.values().all(|has| *has == forms),
                "{language}: {by_key:?}, {forms:?}"
            );
        }
    }

    #[test]
    fn every_key_that_is_used_exists_and_none_is_left_over() {
        fn collect(folder: &std::path::Path, found: &mut Vec<String>) {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    collect(&path, found);
                } else if path.extension().is_some_and(|ending| ending == "html" || ending == "rs") {
                    found.push(std::fs::read_to_string(&path).unwrap());
                }
            }
        }
        let mut sources = Vec::new();
        collect(std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")), &mut sources);
        let texts = &load()[FALLBACK];
        let known = plain(texts);
        // `t("…")`, and no longer name that ends in t.
        let calls = sources.iter().flat_map(|text| {
            text.match_indices("t(\"")
                .filter(|(at, _)| !text[..*at].ends_with(|c: char| c.is_alphanumeric() || c == '_'))
                .filter_map(|(at, call)| text[at + call.len()..].split_once('"').map(|(key, _)| key.to_owned()))
        });
        let used: BTreeSet<String> = calls.filter(|key| key.contains('.') && !key.ends_with('.')).collect();
        assert_eq!(used.difference(&known).collect::<Vec<_>>(), Vec::<&String>::new(), "used, but without a text");
        // `"error." ~ kind` and the like are put together where they are used; the beginning is there in quotes.
        let is_named = |key: &str| {
            let starts = key.match_indices('.').map(|(at, _)| &key[..=at]);
            let starts = starts.flat_map(|start| [format!("\"{start}\""), format!("\"{start}{{")]);
            starts.chain([format!("\"{key}\"")]).any(|quoted| sources.iter().any(|text| text.contains(&quoted)))
        };
        let left: Vec<_> = known.iter().filter(|key| !is_named(key)).collect();
        assert_eq!(left, Vec::<&String>::new(), "never used");
    }
}
