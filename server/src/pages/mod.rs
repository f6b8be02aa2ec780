//! Pages made on the server: templates, texts per language, and the few files they need.
//!
//! Templates lie beside the code that fills them (`stores/list.html` beside `stores/list.rs`). A debug build reads them
//! from disk at every request; a release carries them.

pub mod dates;
pub mod design;
pub mod frame;
pub mod icon;
mod link;
mod money;
mod numbers;
pub mod qr;
mod texts;

use std::collections::BTreeMap;

use bytes::Bytes;
use minijinja::syntax::SyntaxConfig;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value, context};
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};
use url::Url;

use crate::bundle;
use crate::http::language::matching;

pub use dates::moment;
pub use money::{decimal, price};
pub use numbers::{number, tenths};
pub use texts::{Texts, own_name};

#[derive(RustEmbed)]
#[folder = "src"]
#[include = "*.html"]
#[include = "*.css"]
#[include = "*.js"]
#[include = "*.svg"]
struct Sources;

/// Everything that pages are made of.
pub struct Pages {
    templates: Environment<'static>,
    texts: BTreeMap<String, Texts>,
    languages: Vec<String>,
    assets: BTreeMap<String, OwnAsset>,
    public_url: Url,
}

/// A file of our own pages, compressed once at start.
pub struct OwnAsset {
    /// Name with the content's hash.
    pub path: String,
    /// MIME type.
    pub content_type: &'static str,
    /// The content.
    pub plain: Bytes,
    /// Brotli, where that is smaller.
    pub br: Option<Bytes>,
    /// gzip, where that is smaller.
    pub gz: Option<Bytes>,
}

/// In which language a page is, and in which others there is one like it.
#[derive(Clone, Debug)]
pub struct Frame<'a> {
    /// Path of the page, without the language.
    pub path: &'a str,
    /// The page's language.
    pub lang: &'a str,
    /// Every language it exists in, the first being the one without `?lang=`.
    pub languages: &'a [String],
}

impl Pages {
    /// Loads templates and texts.
    ///
    /// # Errors
    /// A template or a text file is malformed.
    pub fn load(public_url: Url) -> Result<Self, minijinja::Error> {
        let texts = texts::load();
        // The fallback of everything comes first in lists, too.
        let mut languages: Vec<String> = texts.keys().cloned().collect();
        languages.sort_by_key(|tag| tag != texts::FALLBACK);
        let names = [
            "pages/site.css",
            "pages/app.css",
            "pages/design.css",
            "pages/icon.svg",
            "pages/icons.svg",
            "pages/language.js",
            "pages/framed.js",
            "pages/copy.js",
            "accounts/overview.css",
            "accounts/passkeys.js",
            "library/picker.js",
            "library/upload.js",
            "drafts/look.js",
            "drafts/make.js",
            "drafts/publishing.js",
            "shops/hours.js",
            "products/import/import.js",
            "statistics/statistics.css",
            "statistics/statistics.js",
        ];
        let assets = names.into_iter().filter_map(|name| Some((name.to_owned(), own(name)?)));
        let pages = Self { templates: templates(), texts, languages, assets: assets.collect(), public_url };
        for name in Sources::iter().filter(|name| name.ends_with(".html")) {
            pages.templates.get_template(&name)?;
        }
        Ok(pages)
    }

    /// Languages in which the program itself speaks.
    #[must_use]
    pub fn languages(&self) -> &[String] {
        &self.languages
    }

    /// The program's texts in a language, or in the nearest that there is.
    #[must_use]
    pub fn texts(&self, lang: &str) -> Texts {
        let tag = matching(lang, &self.languages).unwrap_or(texts::FALLBACK);
        self.texts.get(tag).cloned().unwrap_or_default()
    }

    /// A file of our own pages by its hashed name.
    #[must_use]
    pub fn own_asset(&self, path: &str) -> Option<&OwnAsset> {
        self.assets.values().find(|asset| asset.path == path)
    }

    /// The icon of the program, for whoever does not ask by its hashed name.
    #[must_use]
    pub fn icon(&self) -> Option<&OwnAsset> {
        self.assets.get("pages/icon.svg")
    }

    /// A file of our own as it was written, by its path under `src`.
    #[must_use]
    pub fn source(&self, name: &str) -> Option<Bytes> {
        Sources::get(name).map(|file| Bytes::from(file.data.into_owned()))
    }

    /// The public address of a path.
    #[must_use]
    pub fn absolute(&self, path: &str) -> String {
        format!("{}{path}", self.public_url.as_str().trim_end_matches('/'))
    }

    /// The address of `path` in `lang`, where `first` is the language that needs no naming.
    #[must_use]
    pub fn localized(&self, path: &str, lang: &str, first: &str) -> String {
        if lang == first { self.absolute(path) } else { format!("{}?lang={lang}", self.absolute(path)) }
    }

    /// A page in one of the program's own languages.
    ///
    /// # Errors
    /// The template's fault.
    pub fn render(&self, template: &str, lang: &str, path: &str, page: &Value) -> Result<String, minijinja::Error> {
        self.render_in(template, &Frame { path, lang, languages: &self.languages }, page)
    }

    /// A page in one of a store's languages.
    ///
    /// # Errors
    /// The template's fault.
    pub fn render_in(&self, template: &str, frame: &Frame<'_>, page: &Value) -> Result<String, minijinja::Error> {
        let fresh;
        let templates = if cfg!(debug_assertions) {
            fresh = templates();
            &fresh
        } else {
            &self.templates
        };
        let first = frame.languages.first().map_or(frame.lang, String::as_str);
        let alternates: Vec<_> = frame
            .languages
            .iter()
            .map(|lang| {
                context! {
                    lang,
                    name => own_name(lang),
                    url => self.localized(frame.path, lang, first),
                    href => format!("{}?lang={lang}", frame.path),
                    current => lang == frame.lang,
                }
            })
            .collect();
        let assets: BTreeMap<String, String> =
            self.assets.iter().map(|(name, asset)| (name.clone(), format!("/assets/{}", asset.path))).collect();
        let texts = self.texts(frame.lang);
        let lang = frame.lang.to_owned();
        let zone =
            page.get_attr("time_zone").ok().and_then(|zone| zone.as_str().map(str::to_owned)).unwrap_or_default();
        let context = context! {
            when => Value::from_function(move |instant_us: i64| moment(instant_us, &lang, &zone)),
            lang => frame.lang,
            dir => direction(frame.lang),
            canonical_url => self.localized(frame.path, frame.lang, first),
            default_url => self.absolute(frame.path),
            alternates,
            asset => Value::from_function(move |name: &str| assets.get(name).cloned().unwrap_or_default()),
            t => Value::from_function(move |key: &str, values: minijinja::value::Kwargs| texts.fill(key, &values)),
            ..page.clone()
        };
        templates.get_template(template)?.render(context)
    }

    /// The viewer's own template, with what the server knows.
    ///
    /// # Errors
    /// The template's fault, or there is no template.
    pub fn render_viewer(&self, name: &str, page: &Value) -> Result<String, minijinja::Error> {
        templates().get_template(&format!("viewer/{name}"))?.render(page)
    }
}

/// Writing direction of a language.
#[must_use]
pub fn direction(lang: &str) -> &'static str {
    match lang.split('-').next() {
        Some("ar" | "fa" | "he" | "ur" | "yi" | "ps" | "sd" | "ug" | "dv") => "rtl",
        _ => "ltr",
    }
}

fn templates() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::SemiStrict);
    if let Ok(syntax) = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build() {
        environment.set_syntax(syntax);
    }
    // Everything is HTML; what is not has no template.
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_formatter(|out, state, value| {
        // As minijinja's own, but without `&#x2f;` for each slash of an address.
        let is_plain = value.is_safe() || value.as_str().is_none() || !matches!(state.auto_escape(), AutoEscape::Html);
        match value.as_str().filter(|_| !is_plain) {
            Some(text) => out.write_str(&escape(text)).map_err(minijinja::Error::from),
            None => minijinja::escape_formatter(out, state, value),
        }
    });
    environment.add_function("link", link::link);
    environment.set_loader(|name| {
        let source = match name.strip_prefix("viewer/") {
            Some(name) => bundle::read(name),
            None => Sources::get(name).map(|file| file.data),
        };
        Ok(source.map(|source| String::from_utf8_lossy(&source).into_owned()))
    });
    environment
}

/// A short name for a content.
pub fn digest(content: &[u8]) -> String {
    hex::encode(&Sha256::digest(content)[..8])
}

/// Text inside an element or a quoted attribute.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

fn own(name: &str) -> Option<OwnAsset> {
    let plain = Bytes::from(Sources::get(name)?.data.into_owned());
    let (stem, ending) = name.rsplit_once('/')?.1.rsplit_once('.')?;
    let hash = digest(&plain);
    let smaller = |packed: Vec<u8>| (packed.len() < plain.len()).then(|| Bytes::from(packed));
    Some(OwnAsset {
        path: format!("{stem}-{hash}.{ending}"),
        content_type: match ending {
            "css" => "text/css; charset=utf-8",
            "js" => "text/javascript; charset=utf-8",
            "svg" => "image/svg+xml",
            _ => "application/octet-stream",
        },
        br: smaller(compress_br(&plain)),
        gz: smaller(compress_gz(&plain)),
        plain,
    })
}

/// Brotli, as small as is quick.
#[must_use]
pub fn compress_br(plain: &[u8]) -> Vec<u8> {
    let mut packed = Vec::new();
    let parameters =
        brotli::enc::BrotliEncoderParams { quality: 9, lgwin: 22, ..brotli::enc::BrotliEncoderParams::default() };
    if brotli::BrotliCompress(&mut &plain[..], &mut packed, &parameters).is_err() {
        packed = plain.to_vec();
    }
    packed
}

/// gzip.
#[must_use]
pub fn compress_gz(plain: &[u8]) -> Vec<u8> {
    use std::io::Write as _;
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    let written = packed.write_all(plain).and_then(|()| packed.finish());
    written.unwrap_or_else(|_| plain.to_vec())
}
