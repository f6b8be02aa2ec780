//! Forms that people sent, read once for every page: what was typed, field by field, as it was typed.

use std::collections::BTreeMap;

use axum::body::to_bytes;
use axum::extract::{FromRequest, Request};
use axum::http::header;
use serde::Serialize;
use url::form_urlencoded;

use crate::error::{Error, Result};

/// More than anybody types.
const MAX_BYTES: usize = 512 * 1024;
/// More fields than any page has.
const MAX_FIELDS: usize = 2000;

/// What was typed. Templates show it again where something is wrong with it.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(transparent)]
pub struct Form(Vec<(String, String)>);

impl Form {
    /// Reads `application/x-www-form-urlencoded`.
    ///
    /// # Errors
    /// It is not text, or too many fields.
    pub fn parse(body: &[u8]) -> Result<Self> {
        let text = std::str::from_utf8(body).map_err(|_| Error::BadRequest("the form is not UTF-8".to_owned()))?;
        let mut fields = Vec::new();
        for (name, value) in form_urlencoded::parse(text.as_bytes()) {
            if fields.len() == MAX_FIELDS {
                return Err(Error::BadRequest(format!("the form has more than {MAX_FIELDS} fields")));
            }
            // PostgreSQL stores none, and nobody types one. Replaced bytes were no UTF-8.
            if value.contains(['\0', '\u{fffd}']) || name.contains(['\0', '\u{fffd}']) {
                return Err(Error::BadRequest(format!("the field {name:?} holds bytes that are no text")));
            }
            fields.push((name.into_owned(), value.replace("\r\n", "\n")));
        }
        Ok(Self(fields))
    }

    /// What a field holds, without the space around it; empty where it was not sent.
    #[must_use]
    pub fn text(&self, name: &str) -> &str {
        self.raw(name).trim()
    }

    /// What a field holds, exactly. For passwords.
    #[must_use]
    pub fn raw(&self, name: &str) -> &str {
        self.0.iter().find(|(of, _)| of == name).map_or("", |(_, value)| value)
    }

    /// What a field holds, where it holds anything.
    #[must_use]
    pub fn some(&self, name: &str) -> Option<&str> {
        Some(self.text(name)).filter(|text| !text.is_empty())
    }

    /// Everything that was sent under one name, in order.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(of, _)| of == name).map(|(_, value)| value.trim())
    }

    /// Every field, in order.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// What templates fill their fields with: the first value of each name.
    #[must_use]
    pub fn values(&self) -> minijinja::Value {
        // The first of a name wins: collected in reverse.
        let fields: BTreeMap<&str, &str> =
            self.0.iter().rev().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        minijinja::Value::from_pairs(fields)
    }
}

impl<S: Sync> FromRequest<S> for Form {
    type Rejection = Error;

    async fn from_request(request: Request, _: &S) -> Result<Self> {
        let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        if !content_type.is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded")) {
            return Err(Error::BadRequest("a form is sent as application/x-www-form-urlencoded".to_owned()));
        }
        let body = to_bytes(request.into_body(), MAX_BYTES).await;
        Self::parse(&body.map_err(|_| Error::TooLarge { limit_bytes: MAX_BYTES })?)
    }
}

/// What is wrong with a form: the field and the key of a text, for each.
#[derive(Clone, Debug, Default)]
pub struct FieldErrors(Vec<(String, String)>);

impl FieldErrors {
    /// Notes a fault; the first of a field is the one that is shown.
    pub fn add(&mut self, field: impl Into<String>, text_key: impl Into<String>) {
        let field = field.into();
        if self.0.iter().all(|(of, _)| *of != field) {
            self.0.push((field, text_key.into()));
        }
    }

    /// Notes a fault unless `fine`.
    pub fn check(&mut self, fine: bool, field: &str, text_key: &str) {
        if !fine {
            self.add(field, text_key);
        }
    }

    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Field → key of the text, for the template.
    #[must_use]
    pub fn values(&self) -> minijinja::Value {
        let keys: BTreeMap<&str, &str> = self.0.iter().map(|(field, key)| (field.as_str(), key.as_str())).collect();
        minijinja::Value::from_pairs(keys)
    }
}

/// Whether a text that people see is one line of sensible length: no line ends, no other control characters, and none of
/// the invisible ones that turn the direction of what follows.
#[must_use]
pub fn is_line(text: &str, max_characters: usize) -> bool {
    text.chars().count() <= max_characters && !text.chars().any(|c| c.is_control() || turns_direction(c))
}

/// Whether a text of several lines is of sensible length and without what does not show.
#[must_use]
pub fn is_text(text: &str, max_characters: usize) -> bool {
    text.chars().count() <= max_characters
        && !text.chars().any(|c| (c.is_control() && c != '\n' && c != '\t') || turns_direction(c))
}

/// Unicode's explicit directional embeddings, overrides and isolates (UAX #9, 2.1 to 2.4).
const fn turns_direction(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_is_there_as_it_was_typed() {
        let form = Form::parse("name=%20%E8%8C%B6+%26%20a%0D%0Ab&tag=1&tag=2&password=%20x".as_bytes()).unwrap();
        assert_eq!(form.text("name"), "茶 & a\nb");
        assert_eq!(form.all("tag").collect::<Vec<_>>(), ["1", "2"]);
        assert_eq!((form.raw("password"), form.text("password")), (" x", "x"));
        assert_eq!((form.some("nothing"), form.text("nothing")), (None, ""));
        assert_eq!(form.values().get_attr("tag").unwrap().to_string(), "1");
    }

    #[test]
    fn what_is_no_text_is_refused() {
        assert!(Form::parse(b"a=%00").is_err());
        assert!(Form::parse(b"a=%ff").is_err());
        assert!(Form::parse(b"a=\xff").is_err());
        assert!(Form::parse("a=1&".repeat(MAX_FIELDS + 1).as_bytes()).is_err());
    }

    #[test]
    fn names_do_not_turn_the_line_around() {
        assert!(is_line("高山烏龍茶 150 g", 80) && !is_line("tea\u{202e}gpj.exe", 80) && !is_line("a\nb", 80));
        assert!(is_text("a\nb", 80) && !is_text("a\u{0007}", 80) && !is_text("abc", 2));
    }
}
